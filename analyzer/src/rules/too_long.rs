//! A long stage would shorten a name, with a hash in it.
//!
//! ```ts
//! await Bucket("a-base-name-of-thirty-five-letters-x");
//! ```
//!
//! **Why.** Cloudflare caps names. A name that would be longer keeps its stage and gets a hash of the
//! base name, so it is unique but harder to recognise.
//!
//! **Fix.** Choose a shorter base name, or do nothing.

use super::found::Found;
use super::{Rule, Severity, law};
use crate::declarations::{Declaration, Program};
use alch_blocks::Kind;

pub(super) const RULE: Rule = Rule {
    code: "too-long",
    severity: Severity::Info,
    what: "a name that a long stage would shorten",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let declarations = program.declarations.iter().flat_map(one);
    let calls = program.name_calls.iter().filter_map(|call| {
        let (message, help) = law::shortening(call.kind, &call.base)?;
        Some(law::found_at(call, message, help))
    });
    declarations.chain(calls).collect()
}

fn one(declaration: &Declaration) -> Vec<Found> {
    if declaration.kind == Kind::DurableObject || law::base_refusal(declaration).is_some() {
        return Vec::new();
    }
    let bases = declaration.bases.iter();
    let long = bases.filter_map(|base| law::shortening(declaration.kind, base));
    let at = declaration.places.name;
    long.map(|(message, help)| Found::of(declaration, at, message, help)).collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    #[test]
    fn a_long_base_name_is_found() {
        let base = "a-base-name-of-thirty-five-letters-x";
        assert_eq!(messages("too-long", &format!("await Bucket(\"{base}\");")).len(), 1);
        assert!(messages("too-long", &format!("await Database(\"{base}\");")).is_empty());
    }
}
