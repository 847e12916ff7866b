//! A comment that disables a finding has no code or no reason, so it does not count.
//!
//! ```ts
//! // alch-blocks-disable-next-line fixed-name
//! await D1Database("db", { name: "legacy" });
//! ```
//!
//! **Why.** The next reader has to know why this place may break the rule.
//!
//! **Fix.** Write both: `// alch-blocks-disable-next-line fixed-name: the old app has it too`.

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;

pub(super) const RULE: Rule = Rule {
    code: "disable-without-reason",
    severity: Severity::Warning,
    what: "a disabling comment without a code or a reason",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (file, facts) in program.files.iter().enumerate() {
        for disable in &facts.disables {
            let (message, codes) = if disable.codes.is_empty() {
                ("this comment does not say which finding it silences", "<code>".to_owned())
            } else if !disable.reason {
                (
                    "this comment silences a finding without a reason, so it does not count",
                    disable.codes.join(", "),
                )
            } else {
                continue;
            };
            let help = format!("write `alch-blocks-disable-next-line {codes}: <reason>`");
            found.push(Found::in_file(file, disable.at, message.to_owned(), help));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    #[test]
    fn a_comment_needs_a_code_and_a_reason() {
        let found = |comment: &str| {
            messages(
                "disable-without-reason",
                &format!("// alch-blocks-disable-next-line{comment}"),
            )
        };
        assert_eq!(found(" fixed-name").len(), 1);
        assert_eq!(found(": why not").len(), 1);
        assert!(found(" fixed-name: the old app has it too").is_empty());
    }
}
