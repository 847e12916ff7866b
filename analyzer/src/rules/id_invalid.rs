//! Alchemy cannot keep track of a logical id.
//!
//! ```ts
//! await D1Database("users\\data"); // Alchemy 0.94
//! yield* Cloudflare.D1.Database("user__data"); // Alchemy 2
//! ```
//!
//! **Why.** Alchemy 0.94 keeps the first in a folder in which it does not look: `--destroy` ends well and leaves
//! the database. A Durable Object with a `:` in its id is deleted at the next deploy.
//!
//! The local store of Alchemy 2 keeps `a/b` in a file `a__b`, and reads `a__b` as `a/b`. So the next deploy
//! finds a row `user/data` that nobody declares, and deletes the database, though nothing has changed.
//!
//! That is an error with `localState()`, and a warning if the text does not tell which store it is. Other
//! stores keep the id as it is.
//!
//! **Fix.** Use an id without `\`, `:` and, for Alchemy 2, `__`. If it is deployed with Alchemy 2, and
//! Alchemy has not deleted it yet, add `.pipe(Alchemy.renamedFrom("user__data"))`.

use alch_blocks::{Error, Kind, loses_id};

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program};
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "id-invalid",
    severity: Severity::Error,
    what: "an id that Alchemy cannot keep track of",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let all = program.declarations.iter();
    all.filter_map(|one| found(program, one).or_else(|| lost(one))).collect()
}

/// A raw resource of 0.94: a deploy refuses such an id of a block.
fn lost(one: &Declaration) -> Option<Found> {
    if one.version != Version::V0 || one.is_block {
        return None;
    }
    let ids = one.stages.values().filter_map(|here| here.id.as_deref());
    let id = ids.into_iter().find(|id| loses_id(id))?;
    let error = Error::IdInvalid { kind: one.kind, id: id.into() };
    Some(Found::of(one, one.places.id, error.to_string(), error.help()))
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
    use crate::rules::testing::{messages, messages_of_stack};

    #[test]
    fn an_id_that_alchemy_loses_is_found() {
        for text in [r#"await D1Database("a\\b");"#, r#"await D1Database(`x:${stage}`);"#] {
            assert_eq!(messages("id-invalid", text).len(), 1, "{text}");
        }
        assert!(messages("id-invalid", r#"await D1Database("a/b"); await KV("a\\b");"#).is_empty());
    }

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
