//! The analyser and the judge for the command line: texts in, texts out. All they do is in their own
//! crates.

use alch_blocks_analyzer as analyzer;
use alch_blocks_monitor::{cost, stages};
use wasm_bindgen::prelude::wasm_bindgen;

/// Whether a text may declare or hand on a resource.
#[wasm_bindgen]
#[must_use]
pub fn mentions(text: &str) -> bool {
    analyzer::mentions(text)
}

/// The modules that a text seems to import, as a JSON array.
#[wasm_bindgen]
#[must_use]
pub fn specifiers(text: &str) -> String {
    analyzer::specifiers(text)
}

/// The modules that a file names, as a JSON array.
#[wasm_bindgen]
#[must_use]
pub fn imports(path: &str, text: &str) -> String {
    analyzer::imports(path, text)
}

/// The facts of one file, as JSON.
#[wasm_bindgen]
#[must_use]
pub fn parse(path: &str, text: &str) -> String {
    analyzer::parse(path, text)
}

/// Makes room for `bytes` at once. V8 takes as long to grow a memory by one page as by very many.
#[wasm_bindgen]
pub fn reserve(bytes: usize) {
    let mut room = Vec::<u8>::new();
    // Without the room, it grows as it is needed.
    let _ = room.try_reserve_exact(bytes);
    drop(std::hint::black_box(room));
}

/// The report on a program, as JSON, from the texts of its files.
#[wasm_bindgen]
#[must_use]
pub fn report(files: &str, options: &str) -> String {
    analyzer::report(files, options)
}

/// The report on a program, as JSON, from the facts of its files.
#[wasm_bindgen]
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "an array of JavaScript comes as a vector")]
pub fn link(facts: Vec<String>, options: &str) -> String {
    analyzer::link(&facts, options)
}

/// The edits that turn the raw resources of a program into blocks, and what a deploy would then do,
/// as JSON.
#[wasm_bindgen]
#[must_use]
pub fn migrate(files: &str, options: &str) -> String {
    analyzer::migrate(files, options)
}

/// From Alchemy 0.94 to version 2: the rows of its state and the program, as JSON.
#[wasm_bindgen(js_name = migrateToV2)]
#[must_use]
pub fn migrate_to_v2(files: &str, options: &str, state: &str) -> String {
    analyzer::migrate_to_v2(files, options, state)
}

/// What is to become of each stage, as JSON: `{ "decisions": […], "leftovers": […] }`, or `{ "error": "…" }` if the question
/// is none.
#[wasm_bindgen(js_name = decideStages)]
#[must_use]
pub fn decide_stages(question: &str) -> String {
    let answer = serde_json::from_str(question).map_err(|error| error.to_string()).and_then(
        |question: stages::Question| {
            let decisions = stages::decide(&question);
            let both = decisions.and_then(|some| Ok((some, stages::leftovers(&question)?)));
            both.map_err(|error| error.to_string())
        },
    );
    let answer = match answer {
        Ok((decisions, leftovers)) => {
            serde_json::json!({ "decisions": decisions, "leftovers": leftovers })
        }
        Err(error) => serde_json::json!({ "error": error }),
    };
    answer.to_string()
}

/// The datasets of Cloudflare's analytics that tell what was used, as JSON.
#[wasm_bindgen(js_name = usageDatasets)]
#[must_use]
pub fn usage_datasets() -> String {
    serde_json::to_string(cost::DATASETS).unwrap_or_default()
}

/// Takes claims in portions, and judges them.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Judge(alch_blocks_monitor::Judge);

#[wasm_bindgen]
impl Judge {
    /// A judge that knows nothing yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes claims in, as lines of UTF-8: a JavaScript string would cross character by character.
    pub fn add(&mut self, lines: &[u8]) {
        self.0.add(&String::from_utf8_lossy(lines));
    }

    /// The verdict as JSON; empty text if `options` are none.
    #[must_use]
    pub fn judge(&self, options: &str) -> String {
        let Ok(options) = serde_json::from_str(options) else { return String::new() };
        serde_json::to_string(&self.0.judge(&options)).unwrap_or_default()
    }

    /// What the usage costs, as JSON: `{ "cost": … }`, or `{ "error": "…" }` if `usage` is none.
    #[must_use]
    pub fn cost(&self, usage: &str) -> String {
        let answer = serde_json::from_str(usage).map(|usage| self.0.cost(&usage));
        let answer = match answer {
            Ok(cost) => serde_json::json!({ "cost": cost }),
            Err(error) => serde_json::json!({ "error": error.to_string() }),
        };
        answer.to_string()
    }
}
