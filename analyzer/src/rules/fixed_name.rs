//! Two stages give a resource one physical name, and the name is account-wide.
//!
//! ```ts
//! await D1Database("db", { name: "shop" });
//! await Queue("jobs", { name: app.stage === "prod" ? "jobs" : "jobs-dev" });
//! ```
//!
//! **Why.** The second stage that is deployed finds the name taken, and the deploy fails or uses the
//! other stage's data. In the second line, `dev` and every pull request share `jobs-dev`.
//!
//! The name is compared in the stages of `--stage`. Without `--stage`: in those of the config and of
//! the state, or else in `dev`, `preview`, `staging`, `prod`, `production` and `pr-1`. A stage that
//! is checked alone is compared with those. A stage `pr-1` is compared with `pr-2`, since pull
//! requests come in numbers.
//!
//! **Fix.** Use a block, or put `app.stage` into the name. In Alchemy 2 it is the `stage` of
//! `yield* Alchemy.Stack`. If stages share the resource on purpose,
//! use a block with `share`. A resource that only one stage declares is not reported, nor one that is
//! directly in `app.run`: all stages have one row for it.
//!
//! ```ts
//! await Database("db", { adopt: true, pin: { prod: "shop", dev: "shop" } });
//! ```
//!
//! Here both stages adopt the database, and destroying one leaves it to the other, because a block
//! retains what it pins. This is only an info. With Alchemy 2 it is a warning, because the guard refuses the
//! second stage. If destroying a stage deletes what others use, it is [`adopt-fixed`](#adopt-fixed).

use alch_blocks::{Kind, quote};

use super::collisions::{self, Collision};
use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program};
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "fixed-name",
    severity: Severity::Warning,
    what: "an account-wide name that two stages share",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(one).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    let collision = collisions::of_names(declaration)?;
    match (declaration.may_adopt, collision.is_kept) {
        // Of that, `adopt-fixed` says more.
        (true, false) => None,
        // The guard of Alchemy 2 refuses the second stage.
        (true, true) if declaration.version == Version::V0 => {
            Some(found(declaration, &collision, shared)?.severe(Severity::Info))
        }
        _ => found(declaration, &collision, message),
    }
}

fn shared(noun: &str, name: &str, collision: &Collision) -> String {
    format!("{} share the {noun} {name}: destroying one leaves it to the others", collision.who())
}

fn message(noun: &str, name: &str, collision: &Collision) -> String {
    if collision.is_everywhere {
        format!("the {noun} {name} has no stage in its name: stages collide")
    } else {
        format!("the {noun} {name} has one name in {}: they collide", collision.in_stages())
    }
}

/// A finding about the name that two stages share, for every kind but workflows.
pub(super) fn found(
    declaration: &Declaration,
    collision: &Collision,
    message: impl Fn(&str, &str, &Collision) -> String,
) -> Option<Found> {
    let kind = declaration.kind;
    if kind == Kind::Workflow {
        return None;
    }
    let message = message(kind.noun(), &quote(&collision.text).to_string(), collision);
    let message = format!("{message}{}", collision.also());
    Some(Found::of(declaration, declaration.places.name, message, help(declaration)))
}

fn help(declaration: &Declaration) -> String {
    let version = declaration.version;
    let (blocks, names, stage) = (version.blocks(), version.names(), version.stage());
    // A framework has no block.
    match declaration.kind.block().filter(|_| declaration.kind != Kind::Worker) {
        _ if declaration.is_block => {
            "give each stage its own name; to use the data of another stage, write `share`"
                .to_owned()
        }
        Some(_) if declaration.no_block.is_some() => format!("put {stage} into it"),
        Some(block) => format!("use `{block}` of `{blocks}`, or put {stage} into it"),
        None => format!("use `physicalName` of `{names}`, or put {stage} into it"),
    }
}

#[cfg(test)]
mod tests {
    use crate::declarations::USUAL;
    use crate::rules::testing::{find, find_with, messages};

    fn found(text: &str) -> Vec<String> {
        messages("fixed-name", text)
    }

    #[test]
    fn a_name_without_the_stage_is_found() {
        assert_eq!(
            found(r#"await D1Database("db", { name: "shop" });"#),
            ["the database `shop` has no stage in its name: stages collide"]
        );
    }

    #[test]
    fn a_name_that_some_stages_share_is_found() {
        assert_eq!(
            found(r#"await D1Database("db", { name: stage === "prod" ? "x" : "x-shared" });"#),
            ["the database `x-shared` has one name in the stages `dev`, `preview`, `staging`, \
              `production` and `pr-1`: they collide"]
        );
        assert_eq!(
            found(
                r#"await D1Database("db", { name: { prod: "x", production: "x", dev: "y" }[stage] ?? `z-${stage}` });"#
            ),
            ["the database `x` has one name in the stages `prod` and `production`: they collide"]
        );
    }

    #[test]
    fn pull_requests_come_in_numbers() {
        let text = r#"await D1Database("db", { name: stage === "prod" ? "x" : "x-dev" });"#;
        let options = r#"{ "stages": ["prod", "pr-1"] }"#;
        let found = find_with("fixed-name", text, options);
        assert!(found.iter().any(|one| one.message.contains("`pr-1` and `pr-2`")), "{found:?}");
        assert!(find_with("fixed-name", text, r#"{ "stages": ["prod", "dev"] }"#).is_empty());
    }

    #[test]
    fn every_name_that_stages_share_is_said() {
        let text = r#"await D1Database("db", { name: stage.startsWith("prod") ? "x" : "y" });"#;
        assert_eq!(
            found(text),
            [
                "the database `y` has one name in the stages `dev`, `preview`, `staging` and `pr-1`: \
              they collide (also `x` in the stages `prod` and `production`)"
            ]
        );
    }

    #[test]
    fn every_stage_is_said_only_if_it_is_every_stage() {
        let text = r#"if (stage !== "canary") await D1Database("db", { name: "x" });"#;
        let one_less = found(text);
        assert!(one_less.iter().all(|one| one.contains("in the stages `dev`")), "{one_less:?}");
        assert_eq!(one_less.len(), 1);
        let pins = USUAL.map(|stage| format!(r#""{stage}": "x""#)).join(", ");
        let pinned = found(&format!(r#"await Database("db", {{ pin: {{ {pins} }} }});"#));
        assert!(pinned.iter().all(|one| one.contains("in the stages `dev`")), "{pinned:?}");
        assert_eq!(pinned.len(), 1);
    }

    #[test]
    fn the_stages_of_the_state_are_judged() {
        let text = r#"await D1Database("db", { name: stage === "prod" ? "x" : "y" });"#;
        let stored = |stages: &str| format!(r#"{{ "stored": [{stages}] }}"#);
        let row = |app: &str, stage: &str| format!(r#"{{ "app": "{app}", "stage": "{stage}" }}"#);
        let two = stored(&[row("shop", "eu"), row("shop", "us")].join(","));
        let found = find_with("fixed-name", text, &two);
        assert!(found.iter().any(|one| one.message.contains("`eu` and `us`")), "{found:?}");
        let others = stored(&[row("shop", "eu"), row("shop", "prod"), row("x", "us")].join(","));
        assert!(find_with("fixed-name", text, &others).is_empty());
    }

    #[test]
    fn what_one_stage_alone_has_is_fine() {
        assert!(
            found(r#"if (stage === "prod") await D1Database("db", { name: "x" });"#).is_empty()
        );
        assert!(found(r#"await D1Database("db", { name: `x-${stage}` });"#).is_empty());
        assert!(found(r#"await D1Database("db");"#).is_empty());
        let one = r#"await D1Database("db", { name: stage === "prod" ? "x" : `x-${stage}` });"#;
        assert!(found(one).is_empty());
        assert!(find_with("fixed-name", one, r#"{ "stages": ["prod"] }"#).is_empty());
    }

    #[test]
    fn what_all_stages_have_one_row_for_is_fine() {
        let inside = |text: &str| found(&format!("await app.run(async () => {{ {text} }});"));
        assert!(inside(r#"await D1Database("db", { name: "shop" });"#).is_empty());
        let nested = r#"await alchemy.run("x", () => D1Database("db", { name: "shop" }));"#;
        assert_eq!(inside(nested).len(), 1);
    }

    #[test]
    fn the_help_has_no_block_for_an_id_that_blocks_refuse() {
        let text = r#"await D1Database("a\\b", { name: "shop" });"#;
        let helps = find("fixed-name", text).into_iter().map(|one| one.help);
        assert_eq!(helps.collect::<Vec<_>>(), ["put `app.stage` into it"]);
    }

    #[test]
    fn one_stage_alone_is_compared_with_the_usual_ones() {
        let text = r#"await D1Database("db", { name: "shop" });"#;
        assert_eq!(find_with("fixed-name", text, r#"{ "stages": ["prod"] }"#).len(), 1);
    }

    #[test]
    fn what_a_block_shares_on_purpose_is_fine() {
        assert!(found(r#"await Database("db", { stage: false });"#).is_empty());
        assert!(found(r#"await Database("db", { stage: "prod" });"#).is_empty());
        assert!(found(r#"await Database("db", { share: "prod" });"#).is_empty());
        assert!(found(r#"await Database("db", { pin: { prod: "legacy" } });"#).is_empty());
    }

    #[test]
    fn a_pin_that_two_stages_have_is_found() {
        let text = r#"await Database("db", { pin: { prod: "old", dev: "old" } });"#;
        assert_eq!(
            found(text),
            ["the database `old` has one name in the stages `dev` and `prod`: they collide"]
        );
    }

    #[test]
    fn what_stages_share_and_retain_is_an_info() {
        let text = r#"await Database("db", { adopt: true, pin: { prod: "old", dev: "old" } });"#;
        let found: Vec<_> = find("fixed-name", text)
            .into_iter()
            .map(|one| (one.severity, one.message, one.help))
            .collect();
        let message = "the stages `dev` and `prod` share the database `old`: destroying one leaves it \
                       to the others";
        let help = "give each stage its own name; to use the data of another stage, write `share`";
        assert_eq!(found, [("info".to_owned(), message.to_owned(), help.to_owned())]);
    }

    #[test]
    fn what_cannot_be_told_is_not_judged() {
        let text = r#"
            import { unknown } from "somewhere";
            await D1Database("db", { name: unknown ? "x" : unknown });
        "#;
        assert!(found(text).is_empty());
        assert_eq!(messages("undecided", text).len(), 1);
    }
}
