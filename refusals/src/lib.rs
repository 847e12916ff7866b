//! Whether what the state holds may change, and what refusals say.
//!
//! A deploy that renames nothing and is refused nothing needs none of it, so it is a WebAssembly module
//! of its own. The rules are those of `alch_blocks`, in its `row.rs`. Of its own refusals the core gives
//! the numbers of a code and a message, and the words; the texts are in its `message.rs`.

use alch_blocks::{
    Binding, BlockError, Declaration, Identity, Kind, OnRename, Row, Verdict, cut_off, judge,
    judge_worker, unpacked,
};

/// A refusal as one text: its code, what is wrong and what to do, a line each.
#[must_use]
pub fn lines(error: &BlockError) -> String {
    format!("{}\n{}\n{}", error.code(), error.message(), error.help())
}

/// Decides what becomes of a row that is about to be written with new options, by words that are packed
/// as [`unpacked`] reads them.
///
/// Of what is declared: the type, by which Alchemy's state knows it, the id, the name, `onRename`, the
/// stage, and any text where that is protected. Of the row: the deployed name, any text where it is
/// retained and where this run is in local mode for it, where else the declared name is deployed, and
/// any text where that is about to be deleted. Empty text stands for what is not there.
///
/// # Errors
/// As [`judge`], and [`cut_off`] where these are other words.
///
/// ```
/// use alch_blocks_refusals::row_verdict;
///
/// let declared = "22:cloudflare::D1Database2:db7:db-prod6:refuse4:prod0:";
/// let error = row_verdict(&format!("{declared}8:old-prod0:0:0:0:")).unwrap_err();
/// assert_eq!(error.code().as_str(), "would-replace");
/// ```
pub fn row_verdict(words: &str) -> Result<Verdict, BlockError> {
    let words = unpacked(words);
    let [resource, id, name, on_rename, stage, protects, row @ ..] = &*words else {
        return Err(cut_off());
    };
    let [deployed, retained, local, elsewhere, pending] = row else { return Err(cut_off()) };
    let Some(kind) = Kind::of_resource(resource) else { return Err(cut_off()) };
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
        name: some(deployed),
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

/// Decides whether a Worker's bindings may change, of which there were `before` and are `now`: the type,
/// the id, the class, the workflow and what was chosen of each, packed in the same way. Gives of each
/// workflow that keeps its deployed name the places among the old and among the new.
///
/// # Errors
/// As [`judge_worker`], and [`cut_off`] where these are other words.
///
/// ```
/// use alch_blocks_refusals::worker_verdict;
///
/// let before = "8:workflow4:flow4:Flow9:flow-prod6:refuse";
/// let now = "8:workflow4:flow4:Flow10:greet-prod4:keep";
/// assert_eq!(worker_verdict(1, 1, &format!("{before}{now}")).unwrap(), [(0, 0)]);
/// ```
pub fn worker_verdict(
    before: usize,
    now: usize,
    words: &str,
) -> Result<Vec<(usize, usize)>, BlockError> {
    let words = unpacked(words);
    let (bindings, rest) = words.as_chunks();
    let bindings: Vec<_> = bindings.iter().map(binding).collect();
    match bindings.split_at_checked(before) {
        Some((old, new)) if new.len() == now && rest.is_empty() => judge_worker(old, new),
        _ => Err(cut_off()),
    }
}

fn binding<'a>([kind, id, class, workflow, chosen]: &[&'a str; 5]) -> Binding<'a> {
    let chosen = OnRename::parse(chosen).unwrap_or_default();
    Binding { kind: Binding::kind(kind), id, class, workflow, chosen }
}

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod wasm {
    use alch_blocks::{BlockError, refusal};
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

    /// The verdict on a row, in one word, or a refusal as [`lines`]: see [`row_verdict`].
    #[wasm_bindgen(js_name = judgeRow)]
    pub fn judge_row(words: &str) -> String {
        match row_verdict(words) {
            Ok(verdict) => verdict.as_str().to_owned(),
            Err(error) => lines(&error),
        }
    }

    /// The places of workflows, old and new in turn and a space apart, or a refusal: see
    /// [`worker_verdict`].
    #[wasm_bindgen(js_name = judgeWorker)]
    pub fn judge_worker(before: usize, now: usize, words: &str) -> String {
        match worker_verdict(before, now, words) {
            Ok(kept) => {
                let places: Vec<_> = kept.iter().map(|(old, new)| format!("{old} {new}")).collect();
                places.join(" ")
            }
            Err(error) => lines(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{row_verdict, worker_verdict};

    fn packed(words: &[&str]) -> String {
        words.iter().map(|word| format!("{}:{word}", word.len())).collect()
    }

    #[test]
    fn there_is_no_verdict_on_other_words() {
        let row = ["cloudflare::Queue", "jobs", "jobs-dev", "keep", "dev", "", "j", "", "", "", ""];
        let whole = packed(&row);
        assert!(row_verdict(&whole).is_ok());
        for end in 0..whole.len() {
            let error = row_verdict(whole.get(..end).unwrap_or_default()).err();
            assert_eq!(error.map(|error| error.code().as_str()), Some("internal"), "up to {end}");
        }
        assert!(row_verdict(&format!("{whole}1:x")).is_err());
        assert!(row_verdict(&whole.replacen("17:", "x:", 1)).is_err());
        let bindings = packed(&["workflow", "flow", "Flow", "flow-dev", "refuse"].repeat(2));
        assert_eq!(worker_verdict(1, 1, &bindings), Ok(Vec::new()));
        for (before, now) in [(0, 1), (1, 0), (2, 1), (3, 0)] {
            assert!(worker_verdict(before, now, &bindings).is_err(), "{before} and {now}");
        }
        assert!(worker_verdict(1, 1, &format!("{bindings}1:x")).is_err());
    }

    #[test]
    fn what_is_bound_as_it_was_stays() {
        let flow = |name, chosen| ["workflow", "flow", "Flow", name, chosen];
        let judged =
            |bindings: [[&str; 5]; 3]| worker_verdict(1, 2, &packed(bindings.as_flattened()));
        for chosen in ["refuse", "keep", "replace"] {
            let old = flow("a", "refuse");
            assert_eq!(judged([old, flow("b", chosen), old]), Ok(Vec::new()));
        }
        let old = flow("a", "refuse");
        assert_eq!(judged([old, flow("b", "keep"), flow("c", "refuse")]), Ok(vec![(0, 0)]));
        assert!(judged([old, flow("b", "refuse"), flow("c", "keep")]).is_err());
    }
}
