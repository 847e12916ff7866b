//! Properties of all claims.
#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks_monitor::{Code, Judge, Options, Source};
use proptest::prelude::*;

fn asked() -> Options {
    Options { asked: vec![Source::State, Source::Account, Source::Source], ..Options::default() }
}

fn line() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec![
        "database",
        "bucket",
        "kv",
        "queue",
        "durable-object",
        "workflow",
        "worker",
    ]);
    let name = prop::sample::select(vec![
        "db-pr-1",
        "db-pr-prod",
        "db-prod",
        "DB-prod",
        "fixed",
        "api-pr-1/Room",
        "api-pr-1",
        "-",
        "",
    ]);
    let app = prop::sample::select(vec!["shop", "blog", ""]);
    let stage = prop::sample::select(vec!["pr-1", "1", "prod", "Feature/ü", ""]);
    let id = prop::sample::select(vec!["a", "b", "in/b", ""]);
    let source = prop::sample::select(vec!["state", "account", "source"]);
    let place = prop::sample::select(vec!["", "eu"]);
    let flags = prop::sample::select(vec!["", "r", "d", "rd"]);
    (kind, name, app, stage, id, source, place, flags)
        .prop_map(|(a, b, c, d, e, f, g, h)| [a, b, c, d, e, f, g, h].join("\t"))
}

fn judged(lines: &[String]) -> alch_blocks_monitor::Report {
    let mut judge = Judge::new();
    for portion in lines.chunks(3) {
        judge.add(&portion.join("\n"));
    }
    judge.judge(&asked())
}

proptest! {
    #[test]
    fn the_order_of_claims_does_not_matter(
        (lines, shuffled) in prop::collection::vec(line(), 0..40)
            .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()))
    ) {
        prop_assert_eq!(judged(&lines), judged(&shuffled));
    }

    #[test]
    fn a_claim_said_twice_is_one(lines in prop::collection::vec(line(), 0..20)) {
        let twice: Vec<String> = lines.iter().chain(&lines).cloned().collect();
        prop_assert_eq!(judged(&lines).findings, judged(&twice).findings);
    }

    #[test]
    fn nothing_panics(text in ".*", more in prop::collection::vec("[^\n]{0,30}", 0..10)) {
        let mut judge = Judge::new();
        judge.add(&text);
        for kind in ["kv", "worker"] {
            for source in ["state", "account", "source"] {
                judge.add(&format!("{kind}\t{}\t{text}\t{}", more.join("\t"), source));
                judge.add(&format!("{kind}\t{text}\tapp\t{text}\tid\t{source}\t\t"));
            }
        }
        let options = Options { stages: vec![text], ..asked() };
        let report = judge.judge(&options);
        prop_assert!(report.findings.iter().all(|finding| !finding.help.is_empty()));
    }

    /// Every pair of rows is compared, as slowly as it gets.
    #[test]
    fn collisions_are_those_of_all_pairs(lines in prop::collection::vec(line(), 0..40)) {
        let rows: Vec<Vec<&str>> = lines.iter().map(|line| line.split('\t').collect()).collect();
        let held = |row: &&Vec<&str>| row[5] == "state" && !row[7].contains('d');
        // Or about to be deleted, while another has it, or the same one again.
        let touched = |row: &&Vec<&str>| row[5] == "state" && (held(row) || !row[7].contains('r'));
        let folded = |row: &[&str]| {
            if matches!(row[0], "database" | "workflow") { row[1].to_ascii_lowercase() } else { row[1].to_owned() }
        };
        let mut expected = BTreeSet::new();
        for one in rows.iter().filter(held) {
            for other in rows.iter().filter(touched) {
                let differ = one[2..5] != other[2..5] || other[7] == "d";
                if one[0] == other[0] && folded(one) == folded(other) && one[6] == other[6] && differ {
                    expected.insert((one[0].to_owned(), folded(one), one[6].to_owned()));
                }
            }
        }
        let states: Vec<String> = lines.iter().filter(|line| line.contains("\tstate\t")).cloned().collect();
        let report = judged(&states);
        let shared = report.findings.iter().filter(|finding| matches!(finding.code, Code::Collision | Code::SharedClass));
        let found: BTreeMap<&str, &str> = shared.map(|finding| (finding.fingerprint.as_str(), finding.kind)).collect();
        prop_assert_eq!(found.len(), expected.len());
    }
}

#[test]
fn fields_come_back_as_they_were() {
    let mut judge = Judge::new();
    judge.add("kv\ta\\tb\\nc\\\\d\tapp\tprod\tid\taccount\t\t");
    let report = judge.judge(&asked());
    assert_eq!(report.findings.first().map(|finding| finding.name.as_str()), Some("a\tb\nc\\d"));
}
