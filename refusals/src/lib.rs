//! What the refusals of the core say.
//!
//! A deploy in which nothing is refused needs none of it, so it is a WebAssembly module of its own:
//! the core gives the numbers of a code and a message, and the words; this makes a refusal of them.
//! The texts are those of `alch_blocks`, in its `message.rs`.

use alch_blocks::BlockError;

/// A refusal as one text: its code, what is wrong and what to do, a line each.
#[must_use]
pub fn lines(error: &BlockError) -> String {
    format!("{}\n{}\n{}", error.code(), error.message(), error.help())
}

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod wasm {
    use alch_blocks::{BlockError, refusal};
    use wasm_bindgen::prelude::wasm_bindgen;

    /// A refusal of the core, as [`lines`](super::lines); empty where the core could not have told it.
    #[wasm_bindgen]
    pub fn explain(code: u8, message: u8, words: &str) -> String {
        BlockError::told(code, message, words).as_ref().map(super::lines).unwrap_or_default()
    }

    /// A refusal that is not the core's, by its name and three words, likewise.
    #[wasm_bindgen]
    pub fn refuse(which: &str, first: &str, second: &str, third: &str) -> String {
        refusal(which, [first, second, third]).as_ref().map(super::lines).unwrap_or_default()
    }
}
