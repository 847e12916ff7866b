//! A stack of Alchemy 2 keeps its state without the guard.
//!
//! ```ts
//! export default Alchemy.Stack("shop", { state: Cloudflare.state() }, program);
//! ```
//!
//! **Why.** Alchemy 2 adopts what has the same name, and deletes what has another id or name, without a
//! flag. Nothing refuses such a deploy. A stack that has nothing of Cloudflare needs no guard.
//!
//! **Fix.** Write `state: guarded(Cloudflare.state())`, with `guarded` of `@alch/blocks/v2`. It guards
//! blocks and raw resources.

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;
use crate::naming::shown;
use crate::values::App;

pub(super) const RULE: Rule = Rule {
    code: "unguarded",
    severity: Severity::Warning,
    what: "a stack of Alchemy 2 without the guard",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let apps = program.apps.iter().enumerate();
    let ours = apps.filter(|(at, _)| program.may_use_cloudflare(*at));
    ours.filter_map(|(_, app)| found(app)).collect()
}

fn found(app: &App) -> Option<Found> {
    let store = app.store.as_ref()?;
    let name = quote(&shown(&app.name)).to_string();
    let message = match &store.guarded {
        Ok(true) => return None,
        Ok(false) => format!("the state of the stack {name} has no guard"),
        Err(reason) => {
            format!(
                "the text does not show whether the state of the stack {name} has a guard: {reason}"
            )
        }
    };
    let help = "put `guarded(…)` of `@alch/blocks/v2` around the state";
    Some(Found::in_file(app.file, store.at, message, help.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages_of_stack;

    #[test]
    fn a_state_without_the_guard_is_found() {
        let database = r#"yield* Database("db");"#;
        let found = |state: &str| messages_of_stack("unguarded", state, database);
        assert_eq!(found("Cloudflare.state()"), ["the state of the stack `shop` has no guard"]);
        assert_eq!(found("stage ? guarded(outside) : Alchemy.localState()").len(), 1);
        assert!(found("outside()").iter().all(|one| one.contains("has a guard: `outside`")));
        for state in ["guarded(Cloudflare.state())", "Alchemy.localState().pipe(guarded)"] {
            assert!(found(state).is_empty(), "{state}");
        }
        let other = r#"yield* AWS.S3.Bucket("files");"#;
        let bare = "Alchemy.localState()";
        assert!(messages_of_stack("unguarded", bare, other).is_empty());
        assert_eq!(messages_of_stack("unguarded", bare, "yield* outside();").len(), 1);
    }
}
