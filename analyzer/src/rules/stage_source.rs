//! A name is made from a variable that is not Alchemy's stage.
//!
//! ```ts
//! const app = await alchemy("shop");
//! await D1Database("db", { name: `db-${process.env.NODE_ENV}` });
//! ```
//!
//! **Why.** Alchemy keys its state by the stage. If the name follows another text, the state of one
//! stage can point at the resource of another.
//!
//! **Fix.** Use `app.stage`; in Alchemy 2, the `stage` of `yield* Alchemy.Stack`, which does not follow
//! the variable `STAGE`. A variable that is also the option `stage` of `alchemy()` is the stage,
//! so it is not reported here.

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Given, Program, Role};

pub(super) const RULE: Rule = Rule {
    code: "stage-source",
    severity: Severity::Warning,
    what: "a name made from something else than the stage",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let all = program.declarations.iter();
    all.flat_map(|one| one.given.iter().filter_map(|given| found(one, given))).collect()
}

fn found(declaration: &Declaration, given: &Given) -> Option<Found> {
    let variable = given.variable().filter(|_| given.role != Role::Id)?;
    let message = format!(
        "{} is made from the variable {}, which is not Alchemy's stage",
        declaration.shown(),
        quote(variable)
    );
    let help = format!(
        "use {}: state is keyed by it, and with another text one stage's state can point at \
         another's resource",
        declaration.version.stage()
    );
    Some(Found::of(declaration, given.at, message, help))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    fn found(text: &str) -> Vec<String> {
        messages("stage-source", text)
    }

    #[test]
    fn a_variable_in_a_name_is_found() {
        let message = "`db` is made from the variable `STAGE`, which is not Alchemy's stage";
        assert_eq!(
            found("await D1Database(\"db\", { name: `x-${process.env.STAGE}` });"),
            [message]
        );
        assert_eq!(found(r#"await Database("db", { stage: process.env.STAGE });"#), [message]);
        let dlq = "await RawQueue(\"jobs\", { dlq: `dead-${process.env.STAGE}` });";
        assert_eq!(found(dlq).len(), 1);
    }

    #[test]
    fn the_stage_is_fine() {
        assert!(found("await D1Database(\"db\", { name: `x-${stage}` });").is_empty());
        assert!(found("await D1Database(\"db\", { name: `x-${process.env.REGION}` });").is_empty());
    }
}
