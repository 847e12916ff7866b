//! A `pin`, `share` or `protect` names a stage that looks mistyped, or that does not exist.
//!
//! ```ts
//! await Database("my-app-db", { pin: { prdo: "legacy-db" } });
//! ```
//!
//! **Why.** The setting has no effect on the stage that you mean. Here `prod` gets a new, empty
//! database instead of `legacy-db`, and with `protect: ["prdo"]` nothing protects `prod`.
//!
//! Known are the stages of `--stage`, of `stages` in the config and of the state, the usual ones, and
//! what the program protects. A stage that differs by one letter from a known one is a warning. Any
//! other stage that is not known is only an info, and only if the config or the state names stages.
//!
//! **Fix.** Write the stage that you mean. If the stage exists, add it to `stages` in
//! `alch-blocks.json`.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::{is_slip, quote};

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program, RARER, USUAL, constant_stages, existing};

pub(super) const RULE: Rule = Rule {
    code: "unknown-stage",
    severity: Severity::Warning,
    what: "a `pin`, `share` or `protect` for a stage that nobody knows",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let mut stages: BTreeMap<Option<usize>, Stages> = BTreeMap::new();
    let mut protected = BTreeSet::new();
    let mut found = Vec::new();
    for declaration in &program.declarations {
        for (option, stage) in &declaration.named_stages {
            let is_setting = *option == "protect";
            // All blocks of one `createBlocks` have it.
            if is_setting && !protected.insert((declaration.app, stage)) {
                continue;
            }
            let known =
                stages.entry(declaration.app).or_insert_with(|| Stages::of(program, declaration));
            found.extend(one(declaration, option, stage, known));
        }
    }
    found
}

/// The stages of one app.
struct Stages {
    known: BTreeSet<String>,
    /// Whether the config or the state says which there are.
    are_listed: bool,
}

impl Stages {
    fn of(program: &Program<'_>, declaration: &Declaration) -> Self {
        let app = program.app_of(declaration);
        let mut known = existing(app, program.options);
        let are_listed = !known.is_empty();
        known.extend(program.options.stages.iter().cloned());
        known.extend(app.and_then(constant_stages).into_iter().flatten());
        known.extend(USUAL.map(str::to_owned));
        Self { known, are_listed }
    }
}

fn one(declaration: &Declaration, option: &str, stage: &str, stages: &Stages) -> Option<Found> {
    let protected = declaration.named_stages.iter().filter(|(option, _)| *option == "protect");
    let protected: Vec<_> = protected.map(|(_, stage)| stage.as_str()).collect();
    if stages.known.contains(stage) || (option != "protect" && protected.contains(&stage)) {
        return None;
    }
    let at = declaration.places.option(option);
    let shown = quote(stage);
    let known = stages.known.iter().map(String::as_str).chain(protected);
    if let Some(meant) = known.filter(|known| is_slip(stage, known)).min() {
        let meant = quote(meant);
        let message = format!("`{option}` names the stage {shown}, which looks like {meant}");
        let help = format!("write {meant}, if that is the stage");
        return Some(Found::of(declaration, at, message, help));
    }
    if !stages.are_listed || RARER.contains(&stage) {
        return None;
    }
    let message =
        format!("`{option}` names the stage {shown}, which neither the config nor the state has");
    let help = "if there is such a stage, add it to `stages` in `alch-blocks.json`".to_owned();
    Some(Found::of(declaration, at, message, help).severe(Severity::Info))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::find_with;

    fn found(text: &str, options: &str) -> Vec<String> {
        let found = find_with("unknown-stage", text, options);
        found.into_iter().map(|one| format!("{}: {}", one.severity, one.message)).collect()
    }

    const NONE: [&str; 0] = [];

    #[test]
    fn a_mistyped_stage_is_found() {
        assert_eq!(
            found(r#"await Database("db", { pin: { prdo: "legacy", prod: "x" } });"#, "{}"),
            ["warning: `pin` names the stage `prdo`, which looks like `prod`"]
        );
        assert_eq!(
            found(r#"await Database("db", { share: "stagng" });"#, "{}"),
            ["warning: `share` names the stage `stagng`, which looks like `staging`"]
        );
        let listed = r#"{ "configStages": ["europe"] }"#;
        assert_eq!(
            found(r#"await Database("db", { share: "europ" });"#, listed),
            ["warning: `share` names the stage `europ`, which looks like `europe`"]
        );
    }

    #[test]
    fn a_protected_stage_is_found_once() {
        let text = r#"const blocks = createBlocks({ protect: ["prdo", "live"] });
                      await blocks.Database("db");
                      await blocks.Bucket("files", { share: "livs" });"#;
        assert_eq!(
            found(text, "{}"),
            [
                "warning: `protect` names the stage `prdo`, which looks like `prod`",
                "warning: `share` names the stage `livs`, which looks like `live`"
            ]
        );
    }

    #[test]
    fn a_stage_that_does_not_exist_is_found_where_stages_are_listed() {
        let text = r#"await Database("db", { pin: { "live-eu": "legacy" } });"#;
        assert_eq!(found(text, "{}"), NONE);
        assert_eq!(found(text, r#"{ "stages": ["prod"] }"#), NONE);
        let said =
            ["info: `pin` names the stage `live-eu`, which neither the config nor the state has"];
        assert_eq!(found(text, r#"{ "configStages": ["prod"] }"#), said);
        let stored = |app: &str, stage: &str| {
            format!(r#"{{ "stored": [{{ "app": "{app}", "stage": "{stage}", "ids": [] }}] }}"#)
        };
        assert_eq!(found(text, &stored("shop", "prod")), said);
        assert_eq!(found(text, &stored("shop", "live-eu")), NONE);
        assert_eq!(found(text, &stored("blog", "prod")), NONE);
    }

    #[test]
    fn stages_that_are_known_or_usual_are_fine() {
        for stage in ["prod", "production", "staging", "dev", "pr-1", "live", "test", "main"] {
            let text = format!(r#"await Database("db", {{ share: "{stage}" }});"#);
            assert_eq!(found(&text, r#"{ "configStages": ["prod"] }"#), NONE, "{stage}");
        }
        let text = r#"await Database("db", { pin: { [stage]: "legacy" } });"#;
        assert_eq!(found(text, "{}"), NONE);
        let text = r#"await Database("db", { pin: { prods: "legacy" } });"#;
        assert_eq!(found(text, r#"{ "stages": ["prods"] }"#), NONE);
    }
}
