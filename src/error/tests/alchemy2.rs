//! What only Alchemy 2 does.

use super::{Expected, refusal};
use crate::error::Error;
use crate::kind::Kind;

pub(super) fn all() -> Vec<Expected> {
    let kind = Kind::Database;
    let held = |same_stack| Error::HeldByStage {
        kind,
        name: "shared".into(),
        id: "db".into(),
        stack: "shop".into(),
        stage: "prod".into(),
        same_stack,
    };
    vec![
        (
            held(true),
            "owned-elsewhere",
            "the database `shared` belongs to `db` in stage `prod` of `shop`: this deploy would take it over",
            "put the stage into the name, or bind the other stage's with `ref(\"db\", { stage: \"prod\" })`",
        ),
        (
            held(false),
            "owned-elsewhere",
            "the database `shared` belongs to `db` in stage `prod` of `shop`: this deploy would take it over",
            "put the stage into the name, or bind the other stage's with `ref(\"db\", { stack: \"shop\", stage: \"prod\" })`",
        ),
        (
            refusal!(HeldInAccount { kind: kind, id: "db", name: "shared" }),
            "owned-elsewhere",
            "the database `shared` exists in the account, and the state does not say whose it is: `db` would take it over",
            "give `db` another name, or deploy with `--adopt` if the database belongs to this stage",
        ),
        (
            refusal!(Replaced { kind: kind, id: "db", name: "db-prod" }),
            "would-replace",
            "the options of the database `db` changed so that Alchemy would create a new one, and delete `db-prod` with its data",
            "change the options back, or write `guarded(state, { release: [\"db\"] })` to let it go",
        ),
        (
            refusal!(ClassRebound { id: "COUNTER", class: "Counter", now: "COUNT" }),
            "would-delete-class",
            "the Durable Object `COUNTER` is now bound as `COUNT`: Alchemy would delete the class `Counter` with all its storage",
            "keep the binding `COUNTER`, or write `guarded(state, { release: [\"COUNTER\"] })` to delete its storage",
        ),
        (
            refusal!(IdSplit { id: "a__b" }),
            "id-invalid",
            "the local state store reads `__` in the id `a__b` as `/`: Alchemy would delete the resource at the next deploy",
            "use an id without `__`",
        ),
        (
            Error::AlchemyUnknown,
            "alchemy-unknown",
            "this version of Alchemy does not announce what it will change, so nothing was checked",
            "use a version that the guard knows: `alchemy@2.0.0-beta.79`",
        ),
    ]
}
