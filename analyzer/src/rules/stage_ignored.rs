//! `alchemy()` is given a stage, so `--stage` has no effect.
//!
//! ```ts
//! const app = await alchemy("shop", { stage: process.env.STAGE ?? "prod" });
//! ```
//!
//! **Why.** Alchemy prefers the option to its own `--stage`. Here `alchemy deploy --stage pr-7`
//! deploys `prod`, in CI too, and `alchemy destroy --stage pr-7` deletes production.
//!
//! A `stage: undefined` counts as given: Alchemy takes the variable `ALCHEMY_STAGE` or the name of the
//! user then, and passes over `--stage` and `STAGE`.
//!
//! It is an error if the stage is a constant, has a constant default or may be `undefined`. It is a warning if it comes
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
    /// Whether the last constant stands in for a variable that is not set, and there is nothing else.
    is_default: bool,
    /// Whether it can be `undefined`, which Alchemy takes for the name of the user.
    is_undefined: bool,
}

const UNDEFINED: &str = "`undefined`, for which Alchemy takes the name of the user";

fn one(app: &App) -> Option<Found> {
    let sources = sources(app.stage.as_ref()?)?;
    let name = quote(&shown(&app.name)).to_string();
    let from = sources.words()?;
    let message = format!("the stage of the app {name} {from}: `--stage` has no effect");
    let help = "leave the option `stage` out: Alchemy reads `--stage`, then the variable `STAGE`";
    let found = Found::in_file(app.file, app.at, message, help.to_owned());
    Some(found.severe(sources.severity()))
}

impl Sources {
    /// Where the stage comes from; `None` if nothing is known of it.
    fn words(&self) -> Option<String> {
        let variables: Vec<_> = self.variables.iter().map(|one| quote(one).to_string()).collect();
        let variables = listed(&variables);
        let mut texts: Vec<_> = self.constants.iter().map(|one| quote(one).to_string()).collect();
        texts.extend(self.is_undefined.then(|| UNDEFINED.to_owned()));
        let one_of = if texts.len() > 1 { "one of " } else { "" };
        let texts = format!("{one_of}{}", listed(&texts));
        match (self.variables.as_slice(), self.constants.as_slice()) {
            ([], []) if !self.is_undefined => None,
            ([], [_]) if !self.is_undefined => Some(format!("is always {texts}")),
            ([], _) => Some(format!("is {texts}")),
            (_, []) if !self.is_undefined => Some(format!("comes from {variables}")),
            _ if self.is_default => Some(format!("comes from {variables}, else it is {texts}")),
            _ => Some(format!("comes from {variables}, or is {texts}")),
        }
    }

    /// `process.argv` may have the stage of `--stage`.
    fn severity(&self) -> Severity {
        let is_argument = |name: &String| name.starts_with("process.argv");
        let is_variable = self.constants.is_empty() && !self.is_undefined;
        if is_variable || self.variables.iter().any(is_argument) {
            return Severity::Warning;
        }
        Severity::Error
    }
}

/// `None` where it is Alchemy's own stage in some way, or cannot be told.
fn sources(value: &Value) -> Option<Sources> {
    let mut out = Sources::default();
    let cases = value.cases();
    for (_, case) in &cases {
        let parts = match case {
            Value::Nil => {
                out.is_undefined = true;
                continue;
            }
            Value::Text(parts) => parts,
            _ => return None,
        };
        if parts.iter().any(|part| matches!(part, Part::Unknown(_) | Part::Stage | Part::Slug)) {
            return None;
        }
        match (known(parts), parts.as_slice()) {
            (Some(text), _) => push(&mut out.constants, text),
            (None, [Part::Env(name, default)]) => {
                push(&mut out.variables, name.clone());
                if let Some(default) = default {
                    push(&mut out.constants, default.clone());
                    out.is_default = cases.len() == 1;
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
    fn an_undefined_stage_is_the_user() {
        assert_eq!(
            found("undefined"),
            [
                "error: the stage of the app `shop` is `undefined`, for which Alchemy takes the name \
              of the user: `--stage` has no effect"
            ]
        );
        let chosen = found("process.env.PR ? `pr-${process.env.PR}` : undefined");
        assert_eq!(
            chosen,
            ["error: the stage of the app `shop` comes from `pr-${PR}`, or is `undefined`, for \
              which Alchemy takes the name of the user: `--stage` has no effect"]
        );
    }

    #[test]
    fn only_a_default_stands_in_for_a_variable() {
        let chosen = found("process.env.REF === \"main\" ? \"prod\" : process.env.REF");
        assert_eq!(
            chosen,
            [
                "error: the stage of the app `shop` comes from `REF`, or is `prod`: `--stage` has no \
              effect"
            ]
        );
    }

    #[test]
    fn an_option_that_may_be_left_out_is_undecided() {
        for options in [
            "...(process.env.CI && { stage: \"ci\" })",
            "...(process.env.CI ? { stage: \"ci\" } : {})",
            "...other",
        ] {
            let text = format!(
                "import alchemy from \"alchemy\";\nimport {{ other }} from \"./other\";\n\
                 await alchemy(\"shop\", {{ {options} }});\n"
            );
            assert!(find_in("stage-ignored", &[("a.ts", &text)], "{}").is_empty(), "{options}");
            assert_eq!(find_in("undecided", &[("a.ts", &text)], "{}").len(), 1, "{options}");
        }
    }

    #[test]
    fn the_stage_of_alchemy_is_fine() {
        for stage in ["resolveStage()", "other"] {
            assert!(found(stage).is_empty(), "{stage}");
        }
        let text = "import alchemy from \"alchemy\";\nconst app = await alchemy(\"shop\");\n\
                    const more = await alchemy(\"more\", { stage: app.stage });\n";
        assert!(find_in("stage-ignored", &[("a.ts", text)], "{}").is_empty());
    }
}
