//! Alchemy 2 cannot keep track of a logical id in its local store.
//!
//! ```ts
//! yield* Cloudflare.D1.Database("user__data");
//! ```
//!
//! **Why.** The local store keeps `a/b` in a file `a__b`, and reads `a__b` as `a/b`. So the next deploy
//! finds a row `user/data` that nobody declares, and deletes the database, though nothing has changed.
//!
//! It is an error with `localState()`, and a warning if the text does not tell which store it is. Other
//! stores keep the id as it is.
//!
//! **Fix.** Use an id without `__`. If it is deployed, and Alchemy has not deleted it yet, add
//! `.pipe(Alchemy.renamedFrom("user__data"))`.

use alch_blocks::{Error, Kind};

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program};

pub(super) const RULE: Rule = Rule {
    code: "id-invalid",
    severity: Severity::Error,
    what: "an id that the local store of Alchemy 2 misreads",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(|one| found(program, one)).collect()
}

fn found(program: &Program<'_>, one: &Declaration) -> Option<Found> {
    let store = program.app_of(one)?.store.as_ref()?;
    // A Durable Object has no row.
    if one.kind == Kind::DurableObject || !(store.local || store.guarded.is_err()) {
        return None;
    }
    let id = one.scope.iter().chain(&one.id).find(|id| id.contains("__"))?;
    let error = Error::IdSplit { id: id.as_str().into() };
    let severity = if store.local { Severity::Error } else { Severity::Warning };
    Some(Found::of(one, one.places.id, error.to_string(), error.help()).severe(severity))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages_of_stack;

    fn found(state: &str, text: &str) -> usize {
        messages_of_stack("id-invalid", state, text).len()
    }

    #[test]
    fn two_underscores_are_found_in_the_local_store() {
        let text = r#"yield* Cloudflare.D1.Database("a__b");"#;
        for state in ["Alchemy.localState()", "guarded(Alchemy.localState())", "outside()"] {
            assert_eq!(found(state, text), 1, "{state}");
        }
        assert_eq!(found("Cloudflare.state()", text), 0);
        assert_eq!(found("Alchemy.localState()", r#"yield* Database("a_b");"#), 0);
        let pushed = r#"yield* Database("a").pipe(Alchemy.push("x__y"));"#;
        assert_eq!(found("Alchemy.localState()", pushed), 1);
    }
}
