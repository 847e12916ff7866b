//! A resource in `app.run`, which all stages share.
//!
//! ```ts
//! await app.run(async () => {
//!   await D1Database("db");
//! });
//! ```
//!
//! **Why.** Alchemy has one row for it, whatever the stage. The stage that is deployed first makes and
//! names it. Every other stage uses the same database, also a preview.
//!
//! **Fix.** Declare it outside of `app.run`, with a block: each stage then has its own. If all stages share
//! it on purpose, declare it with `share: "prod"`, or disable the finding with a reason. A deployed one stays
//! in the account: `pin` its name in the stage that owns its data.

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;

pub(super) const RULE: Rule = Rule {
    code: "shared-root",
    severity: Severity::Warning,
    what: "a resource in `app.run`, which all stages share",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    // A deploy refuses a block there.
    let shared = program.declarations.iter().filter(|one| one.is_at_root && !one.is_block);
    let found = shared.map(|one| {
        let id = one.id.as_ref().map(|id| format!(" {}", quote(id))).unwrap_or_default();
        let noun = one.kind.noun();
        let message =
            format!("the {noun}{id} is in `app.run`: all stages share the first one deployed");
        let help = "declare it outside of `app.run`, or disable this finding with a reason";
        Found::of(one, one.places.call, message, help.to_owned())
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    #[test]
    fn what_all_stages_share_is_found() {
        let text = r#"await app.run(async () => {
            await D1Database("db", { name: `db-${stage}` });
            DurableObjectNamespace("room", { className: "Room" });
        });"#;
        assert_eq!(
            messages("shared-root", text),
            ["the database `db` is in `app.run`: all stages share the first one deployed"]
        );
    }

    #[test]
    fn what_is_in_the_stage_is_fine() {
        let text = r#"await D1Database("db"); await alchemy.run("api", () => D1Database("b"));
            await app.run(() => Database("refused"));"#;
        assert!(messages("shared-root", text).is_empty());
    }
}
