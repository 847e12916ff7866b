//! Whether what the state holds may change, and what refusals say.
//!
//! A deploy that renames nothing and is refused nothing needs none of it, so it is a WebAssembly module
//! of its own. The rules are those of `alch_blocks`, in its `row.rs`. Of its own refusals the core gives
//! the numbers of a code and a message, and the words; the texts are in its `message.rs`.

use alch_blocks::{
    Binding, BlockError, Declaration, Identity, Kind, OnRename, Row, Verdict, judge, judge_worker,
};

/// A refusal as one text: its code, what is wrong and what to do, a line each.
#[must_use]
pub fn lines(error: &BlockError) -> String {
    format!("{}\n{}\n{}", error.code(), error.message(), error.help())
}

/// Decides what becomes of a row that is about to be written with new options.
///
/// Of what is declared: the type, by which Alchemy's state knows it, the id, the name, `onRename`, the
/// stage, and any text where that is protected. Of the row: the name, any text where it is deployed,
/// where it is retained, where this run is in local mode for it, where else the declared name is
/// deployed, and any text where that is about to be deleted. Empty text stands for what is not there.
///
/// # Errors
/// As [`judge`].
///
/// ```
/// use alch_blocks_refusals::row_verdict;
///
/// let declared = ["cloudflare::D1Database", "db", "db-prod", "refuse", "prod", ""];
/// let row = ["old-prod", "true", "", "", "", ""];
/// let words: Vec<_> = declared.into_iter().chain(row).collect();
/// let error = row_verdict(words.first_chunk().unwrap()).unwrap_err();
/// assert_eq!(error.code().as_str(), "would-replace");
/// ```
pub fn row_verdict(words: &[&str; 12]) -> Result<Verdict, BlockError> {
    let [resource, id, name, on_rename, stage, protects, deployed_as, row @ ..] = *words;
    let [deployed, retained, local, elsewhere, pending] = row;
    // Blocks declare what Alchemy has rows of alone.
    let Some(kind) = Kind::of_resource(resource) else { return Ok(Verdict::Declared) };
    let declaration = Declaration {
        kind,
        identity: Identity { id, ..Identity::default() },
        name,
        base: None,
        class: None,
        stage,
        slug: "",
        on_rename: OnRename::parse(on_rename).unwrap_or_default(),
        protects: !protects.is_empty(),
    };
    let row = Row {
        name: some(deployed_as),
        deployed: !deployed.is_empty(),
        retained: !retained.is_empty(),
        local: !local.is_empty(),
        elsewhere: some(elsewhere),
        pending: !pending.is_empty(),
    };
    judge(&declaration, &row)
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Decides whether a Worker's bindings may change, of which there were `count`: the type, the id, the
/// class, the workflow and what was chosen of each, before and now. Gives of each workflow that keeps
/// its deployed name the places among the old and among the new.
///
/// # Errors
/// As [`judge_worker`].
///
/// ```
/// use alch_blocks_refusals::worker_verdict;
///
/// let before = ["workflow", "flow", "Flow", "flow-prod", "refuse"];
/// let now = ["workflow", "flow", "Flow", "greet-prod", "keep"];
/// let words: Vec<_> = before.into_iter().chain(now).collect();
/// assert_eq!(worker_verdict(1, &words).unwrap(), [(0, 0)]);
/// ```
pub fn worker_verdict(count: usize, words: &[&str]) -> Result<Vec<(usize, usize)>, BlockError> {
    let (bindings, _) = words.as_chunks();
    let bindings: Vec<_> = bindings.iter().map(binding).collect();
    let (old, new) = bindings.split_at_checked(count).unwrap_or((&bindings, &[]));
    judge_worker(old, new)
}

fn binding<'a>([kind, id, class, workflow, chosen]: &[&'a str; 5]) -> Binding<'a> {
    let kind = if *kind == "workflow" { Kind::Workflow } else { Kind::DurableObject };
    let chosen = OnRename::parse(chosen).unwrap_or_default();
    Binding { kind, id, class, workflow, chosen }
}

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod wasm {
    use alch_blocks::{BlockError, refusal, unpacked};
    use wasm_bindgen::prelude::wasm_bindgen;

    use super::{lines, row_verdict, worker_verdict};

    /// A refusal of the core, as [`lines`]; empty where the core could not have told it.
    #[wasm_bindgen]
    pub fn explain(code: u8, message: u8, words: &str) -> String {
        BlockError::told(code, message, words).as_ref().map(lines).unwrap_or_default()
    }

    /// A refusal that is not the core's, by its name and three words, likewise.
    #[wasm_bindgen]
    pub fn refuse(which: &str, first: &str, second: &str, third: &str) -> String {
        refusal(which, [first, second, third]).as_ref().map(lines).unwrap_or_default()
    }

    /// The verdict on a row, in one word, or a refusal as [`lines`]: see [`row_verdict`], whose words
    /// are packed into one text.
    #[wasm_bindgen(js_name = judgeRow)]
    pub fn judge_row(words: &str) -> String {
        let words = unpacked(words);
        let Some(words) = words.first_chunk() else { return String::new() };
        match row_verdict(words) {
            Ok(verdict) => verdict.as_str().to_owned(),
            Err(error) => lines(&error),
        }
    }

    /// The places of workflows, old and new in turn and a space apart, or a refusal: see
    /// [`worker_verdict`], whose words are packed into one text.
    #[wasm_bindgen(js_name = judgeWorker)]
    pub fn judge_worker(count: usize, words: &str) -> String {
        match worker_verdict(count, &unpacked(words)) {
            Ok(kept) => {
                let places: Vec<_> = kept.iter().map(|(old, new)| format!("{old} {new}")).collect();
                places.join(" ")
            }
            Err(error) => lines(&error),
        }
    }
}
