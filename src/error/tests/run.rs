//! What two declarations of one run do to each other.

use super::{Expected, place, refusal};
use crate::error::{Earlier, Error};
use crate::kind::Kind;
use crate::quote::Quoted;

fn ambiguous(declared: bool) -> Error {
    refusal!(AmbiguousStage {
        kind: Kind::Queue,
        shorter: "db",
        longer: "db-pr",
        name: "db-pr-1",
        slug: "pr-1",
        rest: "1",
        base: "db-pr",
        stage: "pr-1",
        pinned: "db-pr-pr-1-0abcdefgh",
        earlier: Earlier { place: place("shop/pr-1", "db"), name: "db-pr-1".into(), declared },
    })
}

pub(super) fn all() -> Vec<Expected> {
    let class = |script: Option<Quoted>| Error::DuplicateClass {
        class: "Room".into(),
        script,
        first: place("", "a"),
        second: place("", "b"),
    };
    vec![
        (
            refusal!(DuplicateName {
                kind: Kind::Queue,
                name: "n",
                first: place("", "a"),
                second: place("s", "b")
            }),
            "duplicate-name",
            "two resources are the queue `n`: `a` and `b` in scope `s`",
            "give one of them another `name`; `a` was already passed to Alchemy in this run",
        ),
        (
            class(None),
            "duplicate-name",
            "two Durable Objects are the class `Room`: `a` and `b`",
            "use one Durable Object in both places, or give each its own `className` or `scriptName`",
        ),
        (
            class(Some("site".into())),
            "duplicate-name",
            "two Durable Objects are the class `Room` of the script `site`: `a` and `b`",
            "use one Durable Object in both places, or give each its own `className` or `scriptName`",
        ),
        (
            refusal!(DeclaredTwice { id: "db", first: "a-prod", second: "b-prod" }),
            "duplicate-name",
            "`db` is declared twice at once, as `a-prod` and as `b-prod`",
            "declare it once, or await the first declaration",
        ),
        (
            ambiguous(true),
            "ambiguous-stage",
            "`db` and `db-pr` cannot both name a queue: `db-pr-1` would be the first in stage `pr-1` and the second in stage `1`",
            "add `pin: { \"pr-1\": \"db-pr-pr-1-0abcdefgh\" }` to `db-pr`; or rename `db` in scope `shop/pr-1`, which this run has already passed to Alchemy as `db-pr-1`: deploy once without both, with `createBlocks({ release: [\"db\"] })`, to let it go first",
        ),
        (
            ambiguous(false),
            "ambiguous-stage",
            "`db` and `db-pr` cannot both name a queue: `db-pr-1` would be the first in stage `pr-1` and the second in stage `1`",
            "add `pin: { \"pr-1\": \"db-pr-pr-1-0abcdefgh\" }` to `db-pr`; or rename `db` in scope `shop/pr-1`, which this stage's state holds as `db-pr-1`: deploy once without both, with `createBlocks({ release: [\"db\"] })`, to let it go first",
        ),
    ]
}
