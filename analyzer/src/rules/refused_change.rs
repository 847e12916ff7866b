//! The guard of Alchemy 2 would refuse what the program makes of a deployed resource. Needs `--state`.
//!
//! ```ts
//! // It was deployed as `shop-db-prod`, and the Worker bound a Durable Object under `ROOM`.
//! yield* Cloudflare.D1.Database("db", { name: `shop-data-${stage}` });
//! yield* Cloudflare.Worker("api", { main: "./api.ts", env: {} });
//! ```
//!
//! **Why.** Alchemy 2 replaces the database by an empty one, and deletes the class `Room` with all its
//! storage. `guarded` refuses that when you deploy, as `would-replace` and `would-delete-class`. The
//! message here is the one that it would have.
//!
//! Only stages that the state has are judged. What is deployed and no longer declared at all is
//! [`orphaned-row`](#orphaned-row). Where the text does not tell what a Worker binds, that is
//! [`undecided`](#undecided).
//!
//! **Fix.** Keep the old name or key, or name the resource in `release` of `guarded`.

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Deploy, Program};

pub(super) const RULE: Rule = Rule {
    code: "refused-change",
    severity: Severity::Error,
    what: "a deploy would delete, replace or take what is deployed",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.deploys().iter().flat_map(|deploy| found(program, deploy)).collect()
}

fn found(program: &Program<'_>, deploy: &Deploy<'_>) -> Vec<Found> {
    let one = |(declaration, error): (&Declaration, alch_blocks::Error)| {
        let code = error.code();
        let message = format!("in stage {}, {error} ({})", quote(deploy.stage), quote(&code));
        let at = match code.as_str() {
            "would-delete-class" => declaration.places.option("env"),
            _ => declaration.places.name,
        };
        Found::of(declaration, at, message, error.help_in_alchemy2())
    };
    deploy.refused(program).changed.into_iter().map(one).collect()
}
