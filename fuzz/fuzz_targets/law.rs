//! Two base names and two stages, of any text: no panic, no name over its cap, no shared name that
//! the ledger lets through. Run it with `cargo +nightly fuzz run law`.
#![no_main]

use alch_blocks::{Kind, Ledger, Request, Stage, decide, physical_name, stage_slug};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, [&str; 2], [&str; 2])| {
    let (kind, bases, stages) = input;
    let Some(&kind) = Kind::ALL.get(usize::from(kind) % Kind::ALL.len()) else { return };
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
            let request = Request {
                id: "id".to_owned() + &base.replace(':', ";"),
                explicit: Some(base.to_owned()),
                class: Some("Class".to_owned()),
                script: (kind == Kind::DurableObject).then(|| base.to_owned()),
                ..Request::default()
            };
            let Ok(outcome) = decide(kind, request, &stage, "app") else { continue };
            names.push((outcome.declaration.name.clone(), base, raw));
            refused |= ledger.declare(outcome.declaration).is_err();
        }
        if !refused {
            passed.append(&mut names);
        }
    }
    // A Durable Object's name is ours alone.
    if kind == Kind::DurableObject {
        return;
    }
    for (at, first) in passed.iter().enumerate() {
        for second in passed.iter().skip(at + 1) {
            let same = first.1 == second.1 && first.2 == second.2;
            assert!(same || first.0 != second.0, "{first:?} and {second:?}");
        }
    }
});
