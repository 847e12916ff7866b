//! What only Alchemy 2 does.

use super::{Expected, place, refusal};
use crate::error::{Earlier, Error, Reason};
use crate::expiry::Lasting;
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
    let replaced = |stays| Error::Replaced { kind, id: "db".into(), name: "db-prod".into(), stays };
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
            replaced(false),
            "would-replace",
            "the options of the database `db` changed so that Alchemy would create a new one, and delete `db-prod` with its data",
            "change the options back, or write `guarded(state, { release: [\"db\"] })` to let it go",
        ),
        (
            replaced(true),
            "would-replace",
            "the options of the database `db` changed so that Alchemy would create a new one, and leave `db-prod` behind with its data",
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
            Error::AlchemyUnplanned,
            "alchemy-unknown",
            "this run of Alchemy does not announce what it will change, so nothing was checked",
            "deploy without `--detect-drift`, with a version that the guard knows: `npm install alchemy@2.0.0-beta.79 effect@4.0.0-rc.115`",
        ),
        (
            refusal!(AlchemyVersion { version: "0.80.1" }),
            "alchemy-unknown",
            "this program runs Alchemy `0.80.1`, which the guard does not know",
            "install a version that it knows, such as `npm install alchemy@0.94.0`: it knows 0.81.3, 0.82.2, 0.83.3, 0.84.0, 0.85.2, 0.86.0, 0.87.0, 0.89.0, 0.90.1, 0.91.2, 0.93.12, 0.94.0, and later patches of these",
        ),
        (
            refusal!(AlchemyVersion { version: "2.0.0-beta.79" }),
            "alchemy-unknown",
            "this program runs Alchemy `2.0.0-beta.79`, which the guard does not know",
            "the guard and the blocks for Alchemy 2 are in `@alch/blocks/v2`: import from there, and write `state: guarded(Cloudflare.state())`",
        ),
        (
            Error::AlchemyHidden,
            "alchemy-unknown",
            "the guard cannot read which version of Alchemy this program runs",
            "keep `alchemy` and `@alch/blocks` out of bundles, and use Bun, Deno, or Node 20.16 or later",
        ),
    ]
}

/// What to do in a program of Alchemy 2, where that is something else than in one of 0.94.
fn helps() -> Vec<(Error, &'static str)> {
    let kind = Kind::Database;
    let earlier = Earlier { place: place("shop/1", "db"), name: "db-1".into(), declared: true };
    vec![
        (
            refusal!(StageImplicit { stage: "live_runner" }),
            "pass `--stage`, or set `ALCHEMY_STAGE`, in CI",
        ),
        (
            refusal!(DuplicateName {
                kind: kind,
                name: "x",
                first: place("a", "a"),
                second: place("a", "b")
            }),
            "give one of them another name",
        ),
        (
            refusal!(AmbiguousStage {
                kind: kind,
                shorter: "db",
                longer: "db-pr",
                name: "db-pr-1",
                slug: "pr-1",
                rest: "1",
                base: "db-pr",
                stage: "1",
                pinned: "db-pr-1-0abc",
                earlier: earlier
            }),
            "add `pin: { \"1\": \"db-pr-1-0abc\" }` to `db-pr`, or give `db` in scope `shop/1` another base name",
        ),
        (
            Error::IdMissing { kind: Kind::DurableObject, found: "undefined" },
            "pass the id as text: `DurableObject(\"my-object\")`; for a class in Effect's style, use Alchemy's own function",
        ),
        (
            Error::ResourceInvalid { kind, found: "null" },
            "import `Database` from `@alch/blocks/v2`",
        ),
        (Error::ShareUnbound { kind }, "import `Database` from `@alch/blocks/v2`"),
        (
            Error::ScriptInvalid { block: kind.title(), option: "scriptName", found: "null" },
            "pass the script's name, or the `workerName` of a Worker",
        ),
        (
            refusal!(WouldDelete { kind: kind, name: "db-prod", id: "db" }),
            "two rows hold the database: remove the one that should go with `alchemy state delete`, which deletes nothing in the account",
        ),
        (
            refusal!(RawReplace { kind: kind, id: "db", deployed: "old", declared: "new" }),
            "keep the name `old`, or write `guarded(state, { release: [\"db\"] })` to let it go",
        ),
        (
            Error::WouldReplace {
                kind,
                id: "db".into(),
                deployed: "old".into(),
                declared: "new".into(),
                stage: "prod".into(),
                reason: Reason::Leaves,
            },
            "keep the name `old`, or write `guarded(state, { release: [\"db\"] })` to let it go; with `Alchemy.RemovalPolicy.retain()` it stays in the account",
        ),
        (
            refusal!(IdChanged { kind: kind, name: "x", place: "db", id: "main" }),
            "keep the id `db`, or add `.pipe(Alchemy.renamedFrom(\"db\"))`",
        ),
        (
            refusal!(WorkerMoved { script: "api", place: "api", id: "web" }),
            "keep the id `api`, or add `.pipe(Alchemy.renamedFrom(\"api\"))`",
        ),
        (
            refusal!(ClassLost { id: "COUNTER", class: "Counter" }),
            "bind it again as `COUNTER`, or write `guarded(state, { release: [\"COUNTER\"] })` to delete its storage; to move the class, bind it in its new Worker with `transferredFrom`, and deploy once before you remove it here",
        ),
        (
            refusal!(ClassAdopted { script: "api", class: "Room" }),
            "bind the class, give the Worker another name, or write `guarded(state, { release: [\"Room\"] })` to delete its storage",
        ),
        (
            refusal!(DeclaredTwice { id: "db", first: "a", second: "b" }),
            "give one of them another id",
        ),
        (
            refusal!(PendingDeletion { kind: kind, name: "old" }),
            "deploy once with the name that was to replace it, or restore the state from a backup",
        ),
        (
            refusal!(Dropped { kind: kind, id: "db", name: "db-prod" }),
            "declare `db` again, keep it with `Alchemy.RemovalPolicy.retain()`, or write `guarded(state, { release: [\"db\"] })` to let it go",
        ),
        (
            refusal!(Renamed {
                kind: kind,
                id: "db",
                name: "db-prod",
                renamed: "main",
                new_id: "main"
            }),
            "add `.pipe(Alchemy.renamedFrom(\"db\"))` to the new one to keep the data, or write `guarded(state, { release: [\"db\"] })` to let it go",
        ),
        (
            refusal!(SharedWith { kind: kind, id: "db", name: "x", app: "shop", stage: "prod" }),
            "deploy `db` once with `Alchemy.RemovalPolicy.retain()` to leave it to the other, or write `guarded(state, { release: [\"db\"] })` to let it go all the same",
        ),
        (
            refusal!(ExpireProtected { name: "files", reason: Lasting::Adopted }),
            "remove `expireDays` here: that of `createBlocks` leaves such a bucket out; if its objects may go, write `lifecycleRules` yourself",
        ),
        (
            refusal!(LocalDelete { kind: kind, name: "db-prod" }),
            "use a stage of its own for `alchemy dev`, such as the default one",
        ),
    ]
}

#[test]
fn every_help_fits_alchemy_2() {
    for (error, help) in helps() {
        assert_eq!(error.help_in_alchemy2(), help, "{error:?}");
    }
}

/// Refusals of what only 0.94 has.
const ONLY_IN_0_94: [&str; 19] = [
    "AdoptedRename",
    "AdoptedReplay",
    "BindingUnawaited",
    "ClassMoved",
    "HostOrphaned",
    "OtherKind",
    "OtherProgram",
    "OtherStage",
    "OwnerMissing",
    "RootScope",
    "ShareConflict",
    "StageConflict",
    "StatePassword",
    "SecretLost",
    "StateUnreadable",
    "WorkflowDropped",
    "WorkflowHeld",
    "WouldOrphan",
    "ZoneDeleted",
];

/// Whether Alchemy 2 can be refused with it.
pub(crate) fn is_possible(error: &Error) -> bool {
    // The other reasons are those of `onRename`.
    let is_rename =
        matches!(error, Error::WouldReplace { reason, .. } if *reason != Reason::Leaves);
    !is_rename && !ONLY_IN_0_94.contains(&&*super::name_of(error))
}

/// What a program of Alchemy 2 cannot write.
const WORDS: [&str; 14] = [
    "createBlocks({ release",
    "deleteClasses",
    "delete: ",
    "adopt: ",
    "alchemy()",
    "alchemy.run",
    "app.run",
    "pendingDeletions",
    "`STAGE`",
    "--local",
    "onRename",
    "await",
    "WorkerRef",
    "to Alchemy in this run",
];

#[test]
fn no_help_names_what_alchemy_2_does_not_have() {
    let refused = super::all().into_iter().filter(|(error, ..)| is_possible(error));
    for (error, ..) in refused {
        let help = error.help_in_alchemy2();
        for word in WORDS {
            assert!(!help.contains(word), "{error:?}: {help}");
        }
    }
}
