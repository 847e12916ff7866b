//! Two base names and two stages, of any text: no panic, no name over its cap, no shared name that
//! the guard lets through. Run it with `cargo +nightly fuzz run law`.
#![no_main]

use alch_blocks::{Kind, Ledger, Request, Stage, Texts, decide, physical_name, stage_slug};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, [&str; 2], [&str; 2])| {
    let (kind, bases, stages) = input;
    let Some(kind) = Kind::all().nth(usize::from(kind) % 7) else { return };
    let mut passed = Vec::new();
    for raw in stages {
        let Ok(stage) = Stage::new(raw) else { continue };
        assert!(stage_slug(raw).is_ok_and(|slug| slug.len() <= 28));
        let mut ledger = Ledger::default();
        let mut names = Vec::new();
        let mut refused = false;
        for base in bases {
            if let Ok(name) = physical_name(kind, base, raw) {
                assert!(name.len() <= kind.cap());
            }
            let id = "id".to_owned() + &base.replace(':', ";");
            let request = Request {
                id: &id,
                explicit: Some(base),
                class: Some("Class"),
                script: Some(base),
                ..Request::default()
            };
            let mut texts = Texts::default();
            let outcome = decide(kind, &request, &stage, "app", &mut texts);
            let Ok(outcome) = outcome else { continue };
            refused |= ledger.declare(&outcome.declaration).is_err();
            names.push((outcome.declaration.name.to_owned(), base, raw));
        }
        if !refused {
            passed.append(&mut names);
        }
    }
    for (at, first) in passed.iter().enumerate() {
        for second in passed.iter().skip(at + 1) {
            let same = first.1 == second.1 && first.2 == second.2;
            assert!(same || first.0 != second.0, "{first:?} and {second:?}");
        }
    }
});
