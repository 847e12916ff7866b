//! The only file that knows JavaScript: texts in, texts out.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn mentions(text: &str) -> bool {
    crate::mentions(text)
}

#[wasm_bindgen]
pub fn specifiers(text: &str) -> String {
    crate::specifiers(text)
}

#[wasm_bindgen]
pub fn parse(path: &str, text: &str) -> String {
    crate::parse(path, text)
}

#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "an array of JavaScript comes as a vector")]
pub fn link(facts: Vec<String>, options: &str) -> String {
    crate::link(&facts, options)
}

#[wasm_bindgen]
pub fn migrate(path: &str, text: &str, report: &str) -> String {
    crate::migrate(path, text, report)
}
