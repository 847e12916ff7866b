//! A file cannot be read as a program, so nothing in it is checked.
//!
//! ```ts
//! const = 1;
//! ```
//!
//! **Why.** A file that does not parse, or that is nested too deeply, may declare anything.
//!
//! **Fix.** The message has the place. Repair the file, or leave it out with `ignore` in the config.

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;

pub(super) const RULE: Rule = Rule {
    code: "parse-error",
    severity: Severity::Error,
    what: "a file cannot be read as a program",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let faults = program
        .files
        .iter()
        .enumerate()
        .flat_map(|(file, facts)| facts.errors.iter().map(move |fault| (file, fault)));
    faults
        .map(|(file, fault)| {
            Found::in_file(file, fault.at, fault.message.clone(), fault.help.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    #[test]
    fn a_file_that_does_not_parse_is_found() {
        assert_eq!(messages("parse-error", "const = 1;").len(), 1);
        assert!(messages("parse-error", "const a = 1;").is_empty());
    }
}
