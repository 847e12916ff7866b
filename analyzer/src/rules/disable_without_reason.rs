//! A comment that disables a finding has no code, one that no finding has, or no reason. So it does not count.
//!
//! ```ts
//! // alch-blocks-disable-next-line fixed-name
//! await D1Database("db", { name: "legacy" });
//! ```
//!
//! **Why.** The next reader has to know why this place may break the rule.
//!
//! **Fix.** Write both: `// alch-blocks-disable-next-line fixed-name: the old app has it too`.

use alch_blocks::{is_slip, quote};

use super::found::Found;
use super::{RULES, Rule, Severity};
use crate::declarations::Program;
use crate::syntax::facts::Disable;

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
            if let Some((message, help)) = fault(disable) {
                found.push(Found::in_file(file, disable.at, message, help));
            }
        }
    }
    found
}

/// What is wrong with a comment, and what to write.
fn fault(disable: &Disable) -> Option<(String, String)> {
    let form = |codes: &str| format!("write `alch-blocks-disable-next-line {codes}: <reason>`");
    if disable.codes.is_empty() {
        let message = "this comment does not say which finding it silences";
        return Some((message.to_owned(), form("<code>")));
    }
    if !disable.reason {
        let message = "this comment silences a finding without a reason, so it does not count";
        return Some((message.to_owned(), form(&disable.codes.join(", "))));
    }
    let is_known = |code: &str| RULES.iter().any(|rule| rule.code == code);
    let strange = disable.codes.iter().find(|code| !is_known(code))?;
    let message = format!("no finding has the code {}, so it silences nothing", quote(strange));
    let meant = RULES.iter().find(|rule| is_slip(rule.code, strange));
    let help = meant.map_or_else(
        || "write a code that `check` prints in brackets".to_owned(),
        |rule| format!("did you mean `{}`?", rule.code),
    );
    Some((message, help))
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
        assert_eq!(
            found(" fixed-nam, undecided: why"),
            ["no finding has the code `fixed-nam`, so it silences nothing"]
        );
    }
}
