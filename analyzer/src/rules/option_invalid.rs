//! A block does not take the value of an option.
//!
//! ```ts
//! await Database("db", { onRename: "keeep" });
//! ```
//!
//! **Why.** The block refuses it, and the deploy fails before it changes anything. Your editor says so
//! too, unless the type of the value is too wide.
//!
//! **Fix.** The message has the option, and the help what it takes: see [the options](options.md).

use alch_blocks::Error;

use super::found::Found;
use super::{Rule, Severity, law};
use crate::declarations::{Declaration, Program};

pub(super) const RULE: Rule = Rule {
    code: "option-invalid",
    severity: Severity::Error,
    what: "an option of a block has a value that it does not take",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(one).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    let error = law::refusals(declaration).find(|error| error.code() == RULE.code)?;
    let option = match error {
        Error::OptionInvalid { option, .. } => option.as_str(),
        Error::OptionUnknown { option, .. } => option,
        _ => "share",
    };
    let at = declaration.places.option(option);
    Some(Found::of(declaration, at, error.to_string(), error.help()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find, messages};

    fn found(options: &str) -> Vec<String> {
        let text = format!("await Database(\"db\", {{ {options} }});");
        assert!(messages("base-invalid", &text).is_empty(), "{text}");
        messages("option-invalid", &text)
    }

    #[test]
    fn a_value_that_an_option_does_not_take_is_found() {
        assert_eq!(
            found(r#"onRename: "keeep""#),
            ["the option `onRename` of `Database` is `keeep`, which looks like `keep`"]
        );
        let wrong = "the option `stage` of `Database` is a boolean";
        assert_eq!(found("stage: true"), [wrong]);
        assert_eq!(found("stage: \"\"").len(), 1);
        assert_eq!(found("pin: \"x\"").len(), 1);
        assert_eq!(found("pin: [\"x\"]").len(), 1);
        assert_eq!(found("name: true").len(), 1);
        assert_eq!(found("share: false").len(), 1);
        assert_eq!(found(r#"stage: "pr-1", share: "prod""#).len(), 1);
        assert_eq!(found(r#"onRename: stage === "prod" ? "keeep" : "keep""#).len(), 1);
    }

    #[test]
    fn what_a_block_takes_or_nobody_knows_is_fine() {
        for options in [
            r#"onRename: "keep""#,
            "onRename: undefined",
            "onRename: process.env.RENAME",
            r#"onRename: process.env.X ? "keeep" : "keep""#,
            "stage: false",
            "stage: undefined",
            r#"pin: { prod: "x" }"#,
            r#"share: "prod""#,
        ] {
            assert!(found(options).is_empty(), "{options}");
        }
        let raw = r#"await D1Database("db", { onRename: "keeep" });"#;
        assert!(messages("option-invalid", raw).is_empty());
    }

    #[test]
    fn the_finding_is_at_the_option() {
        let text = "await Database(\"db\", {\n  onRename: \"keeep\",\n});";
        let lines: Vec<_> =
            find("option-invalid", text).iter().map(|one| (one.line, one.column)).collect();
        assert_eq!(lines, [(8, 13)]);
    }
}
