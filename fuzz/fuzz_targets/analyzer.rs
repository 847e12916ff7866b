//! Any text as a program: no panic, and edits that fit into it. Run it with
//! `cargo +nightly fuzz run analyzer`; `tests/fixtures/analyzer` is a good corpus to begin with.
#![no_main]

use alch_blocks_analyzer::{link, mentions, migrate, migrate_to_v2, parse, specifiers};
use libfuzzer_sys::fuzz_target;

const OPTIONS: &str = r#"{ "stages": ["prod", "feature/x"], "ownerStage": "prod" }"#;

fuzz_target!(|text: &str| {
    let _ = (mentions(text), specifiers(text));
    let report = link(&[parse("alchemy.run.tsx", text)], OPTIONS);
    assert!(report.starts_with('{'));
    let file = serde_json::json!([{ "path": "alchemy.run.tsx", "text": text, "asked": true }]);
    assert!(migrate(&file.to_string(), OPTIONS).starts_with('{'));
    assert!(migrate_to_v2(&file.to_string(), OPTIONS, "{}").starts_with('{'));
});
