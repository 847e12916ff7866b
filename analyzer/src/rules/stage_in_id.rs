//! A logical id carries the stage.
//!
//! ```ts
//! await Database(`db-${app.stage}`);
//! ```
//!
//! **Why.** Alchemy keeps the state of each stage apart already. With the stage in the id, a renamed
//! stage is another resource to Alchemy, and it deletes the first one.
//!
//! **Fix.** Give the next resource an id without the stage. If this one is deployed, keep its id.

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program, Role};
use crate::naming::carries_stage;

pub(super) const RULE: Rule = Rule {
    code: "stage-in-id",
    severity: Severity::Warning,
    what: "a logical id that carries the stage",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(one).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    let mut ids = declaration.given.iter().filter(|given| given.role == Role::Id);
    if !ids.any(|id| id.parts().iter().any(carries_stage)) {
        return None;
    }
    let message = format!("the id {} carries the stage", declaration.shown());
    let help = "give the next resource an id without it; where this one is deployed, keep the id: \
                another would delete what it names";
    Some(Found::of(declaration, declaration.places.id, message, help.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    #[test]
    fn the_stage_in_an_id_is_found() {
        let found = messages("stage-in-id", "await Database(`db-${stage}`);");
        assert_eq!(found, ["the id `db-${stage}` carries the stage"]);
        let found = messages("stage-in-id", r#"await RawQueue("jobs-" + process.env.STAGE);"#);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_stage_that_is_only_a_word_is_fine() {
        assert!(messages("stage-in-id", r#"await Database("prod-db");"#).is_empty());
    }
}
