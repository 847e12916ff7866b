//! `alchemy()` is given a stage, so `--stage` has no effect.
//!
//! ```ts
//! const app = await alchemy("shop", { stage: process.env.STAGE ?? "prod" });
//! ```
//!
//! **Why.** Alchemy prefers the option to its own `--stage`. Here `alchemy deploy --stage pr-7`
//! deploys `prod`, in CI too, and `alchemy destroy --stage pr-7` deletes production.
//!
//! It is an error if the stage is a constant or has a constant default. It is a warning if it comes
//! from a variable alone, or from `process.argv`, which may have the stage of `--stage`.
//!
//! **Fix.** Leave the option out. Alchemy reads `--stage`, then the variable `STAGE`, so set `STAGE`
//! where you want a default.

use alch_blocks::quote;

use super::found::{Found, listed};
use super::{Rule, Severity};
use crate::declarations::Program;
use crate::naming::shown;
use crate::values::{App, Part, Value, known};

pub(super) const RULE: Rule = Rule {
    code: "stage-ignored",
    severity: Severity::Error,
    what: "a stage in the program, which `--stage` does not change",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.apps.iter().filter_map(one).collect()
}

/// What the stage of an app can be.
#[derive(Default)]
struct Sources {
    constants: Vec<String>,
    variables: Vec<String>,
}

fn one(app: &App) -> Option<Found> {
    let sources = sources(app.stage.as_ref()?)?;
    let name = quote(&shown(&app.name)).to_string();
    let constants: Vec<_> = sources.constants.iter().map(|one| quote(one).to_string()).collect();
    let variables: Vec<_> = sources.variables.iter().map(|one| quote(one).to_string()).collect();
    let (from, severity) = match (variables.as_slice(), constants.as_slice()) {
        ([], []) => return None,
        (_, []) => (format!("comes from {}", listed(&variables)), Severity::Warning),
        ([], [only]) => (format!("is always {only}"), Severity::Error),
        ([], _) => (format!("is one of {}", listed(&constants)), Severity::Error),
        _ => {
            let is_argument = |name: &String| name.starts_with("process.argv");
            let argued = sources.variables.iter().any(is_argument);
            let (variables, constants) = (listed(&variables), listed(&constants));
            let from = format!("comes from {variables}, else it is {constants}");
            (from, if argued { Severity::Warning } else { Severity::Error })
        }
    };
    let message = format!("the stage of the app {name} {from}: `--stage` has no effect");
    let help = "leave the option `stage` out: Alchemy reads `--stage`, then the variable `STAGE`";
    Some(Found::in_file(app.file, app.at, message, help.to_owned()).severe(severity))
}

/// `None` where it is Alchemy's own stage in some way, or cannot be told.
fn sources(value: &Value) -> Option<Sources> {
    let mut out = Sources::default();
    for (_, case) in value.cases() {
        let Value::Text(parts) = &case else { return None };
        if parts.iter().any(|part| matches!(part, Part::Unknown(_) | Part::Stage | Part::Slug)) {
            return None;
        }
        match (known(parts), parts.as_slice()) {
            (Some(text), _) => push(&mut out.constants, text),
            (None, [Part::Env(name, default)]) => {
                push(&mut out.variables, name.clone());
                if let Some(default) = default {
                    push(&mut out.constants, default.clone());
                }
            }
            (None, _) => push(&mut out.variables, shown(parts)),
        }
    }
    Some(out)
}

fn push(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::find_in;

    fn found(stage: &str) -> Vec<String> {
        let text = format!(
            "import alchemy from \"alchemy\";\nimport {{ other }} from \"./other\";\n\
             import {{ resolveStage }} from \"@alch/blocks\";\n\
             const app = await alchemy(\"shop\", {{ stage: {stage} }});\n"
        );
        let found = find_in("stage-ignored", &[("a.ts", &text)], "{}");
        found.into_iter().map(|one| format!("{}: {}", one.severity, one.message)).collect()
    }

    #[test]
    fn a_stage_in_the_program_is_found() {
        assert_eq!(
            found("\"prod\""),
            ["error: the stage of the app `shop` is always `prod`: `--stage` has no effect"]
        );
        assert_eq!(
            found("process.env.STAGE ?? \"prod\""),
            ["error: the stage of the app `shop` comes from `STAGE`, else it is `prod`: \
              `--stage` has no effect"]
        );
        assert_eq!(
            found("process.env.STAGE"),
            ["warning: the stage of the app `shop` comes from `STAGE`: `--stage` has no effect"]
        );
        assert_eq!(
            found("process.argv[3] || \"dev\""),
            ["warning: the stage of the app `shop` comes from `process.argv[3]`, else it is \
              `dev`: `--stage` has no effect"]
        );
        assert_eq!(found("process.env.PR ? `pr-${process.env.PR}` : \"prod\"").len(), 1);
    }

    #[test]
    fn the_stage_of_alchemy_is_fine() {
        for stage in ["undefined", "resolveStage()", "other"] {
            assert!(found(stage).is_empty(), "{stage}");
        }
        let text = "import alchemy from \"alchemy\";\nconst app = await alchemy(\"shop\");\n\
                    const more = await alchemy(\"more\", { stage: app.stage });\n";
        assert!(find_in("stage-ignored", &[("a.ts", text)], "{}").is_empty());
    }
}
