//! Properties of all names, stages and orders of declarations. `tests/kinds/names.test.ts` has the one that
//! needs Cloudflare's own rules: that Cloudflare takes every name.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it stands")]

use std::collections::HashMap;

use alch_blocks::{
    Declaration, Kind, Ledger, Request, SLUG_MAX, Stage, ambiguous, decide, physical_name,
    stage_slug,
};
use proptest::prelude::*;

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::ALL.to_vec())
}

/// Text that is made to collide: few words, moved separators, hashes, capitals, great lengths.
fn adversarial() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop::sample::select(vec!["db", "pr", "1", "12", "a", "x", "prod", "DB", "Pr", "0"]),
        1 => prop::sample::select(vec!["0356hv2zv", "0abcdefgh", "0xj4bnp4p", "stage"]),
    ]
    .prop_map(str::to_owned);
    let long = "[a-z]{20,70}";
    let joint = prop::sample::select(vec!["-", "-", "-", "_", "--", "/", ""]);
    prop_oneof![
        6 => prop::collection::vec((part, joint), 1..5).prop_map(|parts| {
            let text: String = parts.into_iter().flat_map(|(p, j)| [p, j.to_owned()]).collect();
            text.trim_end_matches(['-', '_', '/']).to_owned()
        }),
        1 => long.prop_map(|text| text),
        1 => any::<String>(),
    ]
}

/// Few words with single hyphens between: bases and stages that meet at every turn.
fn meeting() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["db", "pr", "1", "DB"]);
    let words = prop::collection::vec(word, 1..4).prop_map(|words| words.join("-"));
    prop_oneof![4 => words, 1 => adversarial()]
}

/// What a block of that base name declares, if the law allows it.
fn declared(kind: Kind, base: &str, stage: &Stage) -> Option<Declaration> {
    let request = Request {
        id: base.replace(':', ";"),
        explicit: Some(base.to_owned()),
        class: Some("Class".to_owned()),
        script: (kind == Kind::DurableObject).then(|| base.to_owned()),
        ..Request::default()
    };
    Some(decide(kind, request, stage, "app/stage").ok()?.declaration)
}

/// Declares `bases` in a run of `stage`. Gives the base and name of each, or nothing if the ledger
/// refused one, since such a run ends.
fn run(kind: Kind, bases: &[String], stage: &Stage) -> Option<Vec<(String, String)>> {
    let mut ledger = Ledger::default();
    let mut passed = Vec::new();
    for declaration in bases.iter().filter_map(|base| declared(kind, base, stage)) {
        let pair = (declaration.base.clone()?, declaration.name.clone());
        ledger.declare(declaration).ok()?;
        passed.push(pair);
    }
    Some(passed)
}

/// Cloudflare says of no kind whether `A` and `a` are one name, so the row alone decides.
fn folded(kind: Kind, name: &str) -> String {
    if kind.spec().folds_case { name.to_ascii_lowercase() } else { name.to_owned() }
}

/// Two names that were refused beside each other stay refused.
#[test]
fn kinds_that_fold_case_go_on_to() {
    for kind in [Kind::Database, Kind::Workflow, Kind::Pipeline] {
        assert!(kind.spec().folds_case, "{kind:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn every_name_fits_and_shows_its_stage(
        kind in kinds(), base in adversarial(), stage in adversarial(),
    ) {
        if let Ok(name) = physical_name(kind, &base, &stage) {
            prop_assert!(name.len() <= kind.cap());
            let slug = stage_slug(&stage).unwrap();
            let suffix = format!("-{slug}");
            prop_assert!(name.ends_with(&suffix), "{name} shows {slug}");
        }
    }

    /// What is said of two base names before any deploy is what the ledger does in one.
    #[test]
    fn ambiguous_is_what_the_ledger_refuses(
        kind in kinds(), a in meeting(), b in meeting(), stage in meeting(),
    ) {
        let meeting = ambiguous(kind, &a, &b);
        if let Some((in_a, in_b)) = &meeting {
            let names = (physical_name(kind, &a, in_a), physical_name(kind, &b, in_b));
            if let (Ok(one), Ok(other)) = names {
                prop_assert_eq!(folded(kind, &one), folded(kind, &other));
            }
        }
        let stages = meeting.iter().flat_map(|(one, other)| [one.clone(), other.clone()]);
        let mut refused = false;
        for raw in stages.chain([stage]) {
            let Ok(stage) = Stage::new(&raw) else { continue };
            let bases = [a.clone(), b.clone()];
            let declared = bases.iter().all(|base| declared(kind, base, &stage).is_some());
            let same_id = folded(kind, &a) == folded(kind, &b);
            if declared && !same_id && run(kind, &bases, &stage).is_none() {
                refused = true;
            }
        }
        let declarable = meeting.iter().any(|(longer, _)| {
            Stage::new(longer).is_ok_and(|stage| {
                [&a, &b].into_iter().all(|base| declared(kind, base, &stage).is_some())
            })
        });
        prop_assert!(!refused || meeting.is_some(), "{a} and {b} are refused in a deploy alone");
        prop_assert!(refused || !declarable, "{a} and {b} are ambiguous, and pass: {meeting:?}");
    }

    /// But for Durable Objects, whose names are ours alone.
    #[test]
    fn no_two_pairs_that_pass_share_a_name(
        kind in kinds().prop_filter("names at Cloudflare", |kind| *kind != Kind::DurableObject),
        bases in prop::collection::vec(meeting(), 1..5),
        stages in prop::collection::vec(meeting(), 2..6),
    ) {
        let mut owners: HashMap<String, (String, String)> = HashMap::new();
        for raw in &stages {
            let Ok(stage) = Stage::new(raw) else { continue };
            for (base, name) in run(kind, &bases, &stage).unwrap_or_default() {
                let pair = (base, raw.clone());
                let name = folded(kind, &name);
                let owner = owners.entry(name.clone()).or_insert_with(|| pair.clone());
                let same = folded(kind, &owner.0) == folded(kind, &pair.0) && owner.1 == pair.1;
                prop_assert!(same, "{name}: {owner:?} and {pair:?}");
            }
        }
    }

    #[test]
    fn order_and_earlier_calls_change_no_name(
        kind in kinds(),
        bases in prop::collection::vec(meeting(), 1..5),
        stage in meeting(),
    ) {
        let one_by_one: Vec<_> = bases.iter().map(|base| physical_name(kind, base, &stage)).collect();
        let mut backwards: Vec<_> =
            bases.iter().rev().map(|base| physical_name(kind, base, &stage)).collect();
        backwards.reverse();
        prop_assert_eq!(one_by_one, backwards);
        let Ok(stage) = Stage::new(&stage) else { return Ok(()) };
        let forth = run(kind, &bases, &stage);
        let reversed: Vec<_> = bases.iter().rev().cloned().collect();
        let back = run(kind, &reversed, &stage);
        prop_assert_eq!(forth.is_some(), back.is_some(), "the ledger looks at the set, not the order");
    }

    #[test]
    fn slugs_are_short_clean_and_stay_themselves(stage in adversarial()) {
        let Ok(slug) = stage_slug(&stage) else { return Ok(()) };
        prop_assert!(slug.len() <= SLUG_MAX);
        prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        if slug == stage {
            prop_assert_eq!(stage_slug(&slug), Ok(slug));
        }
    }

    #[test]
    fn different_stages_have_different_slugs(a in adversarial(), b in adversarial()) {
        if let (Ok(first), Ok(second)) = (stage_slug(&a), stage_slug(&b)) {
            prop_assert_eq!(a == b, first == second, "{} and {}", a, b);
        }
    }

    #[test]
    fn the_advice_passes(kind in kinds(), base in any::<String>()) {
        let Err(error) = physical_name(kind, &base, "some-stage") else { return Ok(()) };
        if error.code() != "base-invalid" {
            return Ok(());
        }
        let advised = error.help().rsplit('`').nth(1).unwrap().to_owned();
        // Text that had to be cut or escaped for display is not advice to be taken to the letter.
        if !advised.contains("\\u{") && !advised.ends_with('…') {
            prop_assert!(physical_name(kind, &advised, "other-stage").is_ok(), "{advised:?}");
        }
    }

    #[test]
    fn nothing_panics(kind in kinds(), base in any::<String>(), stage in any::<String>()) {
        let _ = stage_slug(&stage);
        let _ = physical_name(kind, &base, &stage);
        if let Ok(stage) = Stage::new(&stage) {
            let _ = run(kind, &[base.clone(), format!("{base}-{base}"), base], &stage);
        }
    }
}
