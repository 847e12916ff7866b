//! Two base names can make one physical name in two stages.
//!
//! ```ts
//! await Queue("jobs");
//! await Queue("jobs-pr");
//! ```
//!
//! **Why.** `jobs` in stage `pr-1` and `jobs-pr` in stage `1` are both `jobs-pr-1`. A deploy of `pr-1`
//! is refused with `ambiguous-stage`.
//!
//! It is a warning if the deploy of a stage that is checked would be refused. It is `info` if nobody
//! said which stages there are, and the base name ends like a stage of a pull request:
//! `jobs-preview`. Other pairs, such as `jobs` and `jobs-dead`, could meet only in a stage `dead-1`
//! and are not reported. Should somebody deploy such a stage, the deploy is refused.
//!
//! **Fix.** Rename one of them before it is deployed.

use std::collections::{HashMap, HashSet};

use alch_blocks::{Kind, ambiguous, quote, stage_slug};

use super::found::Found;
use super::{Rule, Severity, hosts_meet};
use crate::declarations::{Declaration, Program, is_numbered};

pub(super) const RULE: Rule = Rule {
    code: "ambiguous-bases",
    severity: Severity::Warning,
    what: "two base names that can meet in two stages",
    check,
};

/// One base name of one declaration.
#[derive(Clone, Copy)]
struct Base<'a> {
    order: usize,
    text: &'a str,
    owner: &'a Declaration,
}

fn check(program: &Program<'_>) -> Vec<Found> {
    let declarations = program.declarations.iter().filter(|one| one.claims_its_name);
    let all = declarations
        .flat_map(|owner| owner.bases.iter().map(move |text| (owner, text.as_str())))
        .enumerate()
        .map(|(order, (owner, text))| Base { order, text, owner });
    let mut known: HashMap<(Kind, String), Vec<Base<'_>>> = HashMap::new();
    for base in all.clone() {
        known.entry((base.owner.kind, folded(base.owner.kind, base.text))).or_default().push(base);
    }
    let mut seen: HashSet<(Kind, &str, &str)> = HashSet::new();
    let mut found = Vec::new();
    for longer in all {
        let kind = longer.owner.kind;
        for (at, _) in longer.text.match_indices('-') {
            let Some(head) = longer.text.get(..at) else { continue };
            for shorter in known.get(&(kind, folded(kind, head))).into_iter().flatten() {
                if !program.is_same(longer.owner, shorter.owner)
                    && seen.insert((kind, longer.text, shorter.text))
                {
                    found.extend(meeting(program, *shorter, longer));
                }
            }
        }
    }
    found.extend(hosts_meet::ambiguous(program));
    found
}

fn folded(kind: Kind, name: &str) -> String {
    if kind.same_name("a", "A") { name.to_ascii_lowercase() } else { name.to_owned() }
}

fn meeting(program: &Program<'_>, shorter: Base<'_>, longer: Base<'_>) -> Option<Found> {
    let kind = shorter.owner.kind;
    // Some stage `rest-…` exists for the longer base name to meet the shorter one.
    ambiguous(kind, shorter.text, longer.text)?;
    let rest = longer.text.get(shorter.text.len().saturating_add(1)..)?.to_ascii_lowercase();
    let (stage, other, severity) = match refused_stage(shorter.owner, &rest) {
        Some((stage, other)) => (stage, other, Severity::Warning),
        None if shorter.owner.judged.is_usual && is_numbered(&rest) => {
            (format!("{rest}-1"), "1".to_owned(), Severity::Info)
        }
        None => return None,
    };
    let (first, second) = if shorter.order < longer.order {
        ((shorter, stage), (longer, other))
    } else {
        ((longer, other), (shorter, stage))
    };
    let message = format!(
        "{} in stage {} and {} in stage {} would have one name: see {}",
        quote(second.0.text),
        quote(&second.1),
        quote(first.0.text),
        quote(&first.1),
        program.place(first.0.owner.places.file, first.0.owner.places.call)
    );
    let help = "give one of them a base name that does not start with the other's";
    let owner = second.0.owner;
    Some(Found::of(owner, owner.places.name, message, help.to_owned()).severe(severity))
}

/// A judged stage whose slug starts with `rest-`, and the stage that the longer base name meets it
/// in.
fn refused_stage(owner: &Declaration, rest: &str) -> Option<(String, String)> {
    owner.judged().find_map(|(stage, _)| {
        let slug = stage_slug(stage).ok()?;
        let other = slug.strip_prefix(rest)?.strip_prefix('-')?;
        Some((stage.to_owned(), other.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find, find_with};

    fn queues(names: &[&str]) -> String {
        names.iter().map(|name| format!("await Queue(\"{name}\");\n")).collect()
    }

    fn found(names: &[&str], options: &str) -> Vec<String> {
        let found = find_with("ambiguous-bases", &queues(names), options);
        found.into_iter().map(|one| format!("{}: {}", one.severity, one.message)).collect()
    }

    #[test]
    fn a_stage_that_is_deployed_would_be_refused() {
        let message = |second: &str, first: &str| {
            format!("warning: {second} and {first} would have one name: see alchemy.run.ts:7")
        };
        let (short, long) = ("`jobs` in stage `pr-1`", "`jobs-pr` in stage `1`");
        assert_eq!(found(&["jobs", "jobs-pr"], "{}"), [message(long, short)]);
        assert_eq!(found(&["jobs-pr", "jobs"], "{}"), [message(short, long)]);
        let stages = r#"{ "stages": ["prod", "dead-letters"] }"#;
        assert_eq!(found(&["jobs", "jobs-dead"], stages).len(), 1);
    }

    #[test]
    fn a_base_name_that_ends_like_a_preview_may_meet_one() {
        let found_preview = found(&["jobs", "jobs-preview"], "{}");
        assert!(found_preview.iter().all(|one| one.starts_with("info: ")), "{found_preview:?}");
        assert_eq!(found_preview.len(), 1);
        assert!(found(&["jobs", "jobs-preview"], r#"{ "stages": ["prod"] }"#).is_empty());
    }

    #[test]
    fn a_dead_letter_queue_is_fine() {
        let text = r#"await Queue("jobs", { dlq: "jobs-dead" }); await Queue("jobs-dead");"#;
        for code in ["ambiguous-bases", "shared-dlq", "duplicate-name"] {
            assert!(find(code, text).is_empty(), "{code}");
            assert!(find_with(code, text, r#"{ "stages": ["prod"] }"#).is_empty(), "{code}");
        }
    }

    #[test]
    fn names_that_are_not_claimed_cannot_meet() {
        let text = r#"
            DurableObject("room"); DurableObject("room-pr");
            DurableObjectNamespace("hall", { className: "Hall" });
            DurableObjectNamespace("hall-pr", { className: "HallPr" });
            await Bucket("files"); await Database("files-pr");
            await Queue("jobs"); await Queue("jobs-pr", { stage: false });
        "#;
        assert!(find("ambiguous-bases", text).is_empty());
    }
}
