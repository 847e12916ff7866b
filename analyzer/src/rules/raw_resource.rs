//! A raw resource, for which a block exists.
//!
//! ```ts
//! await D1Database("db");
//! ```
//!
//! **Why.** A block puts the stage into the name and refuses a deploy that would lose data. A raw
//! resource does neither.
//!
//! **Fix.** Run `npx @alch/blocks migrate`, or write the block. A Worker has no block, so it is not
//! reported.

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program};

pub(super) const RULE: Rule = Rule {
    code: "raw-resource",
    severity: Severity::Warning,
    what: "a raw resource, for which a block exists",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(one).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    // What was seen in a run alone may come from a block.
    let is_raw = !declaration.is_block && declaration.places.is_written();
    let block = declaration.kind.block().filter(|_| is_raw)?;
    let message = format!("{} is a raw {}", declaration.shown(), declaration.kind.noun());
    let help = format!("use `{block}` of `@alch/blocks`; `alch-blocks migrate` can rewrite it");
    Some(Found::of(declaration, declaration.places.callee, message, help))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    #[test]
    fn raw_resources_with_a_block_are_found() {
        let found = messages("raw-resource", r#"await D1Database("db"); await Worker("api");"#);
        assert_eq!(found, ["`db` is a raw database"]);
        assert!(messages("raw-resource", r#"await Database("db");"#).is_empty());
    }

    #[test]
    fn a_helper_is_one_finding() {
        let text = r#"
            const make = (id: string) => D1Database(id);
            await make("a"); await make("b"); await make("b");
        "#;
        assert_eq!(messages("raw-resource", text), ["`a` is a raw database (also `b`)"]);
    }
}
