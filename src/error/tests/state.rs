//! What the state says of a deployed resource.

use super::{Expected, refusal};
use crate::error::{Error, Reason};
use crate::kind::Kind;

fn would_replace(kind: Kind, reason: Reason) -> Error {
    let (id, deployed, declared, stage) =
        ("db".into(), "legacy".into(), "db-prod".into(), "prod".into());
    Error::WouldReplace { kind, id, deployed, declared, stage, reason }
}

pub(super) fn all() -> Vec<Expected> {
    vec![
        (
            would_replace(Kind::Database, Reason::Deletes),
            "would-replace",
            "the database `db` is deployed as `legacy`, and this program names it `db-prod`: Alchemy would delete `legacy` with its data",
            "add `pin: { \"prod\": \"legacy\" }` to keep it, or `onRename: \"replace\"` to let it go",
        ),
        (
            would_replace(Kind::Database, Reason::Leaves),
            "would-replace",
            "the database `db` is deployed as `legacy`, and this program names it `db-prod`: `legacy` would stay behind with its data",
            "add `pin: { \"prod\": \"legacy\" }` to keep it, or `onRename: \"replace\"` to let it go",
        ),
        (
            would_replace(Kind::Kv, Reason::Renames),
            "would-replace",
            "the KV namespace `db` is deployed as `legacy`, and this program names it `db-prod`: Alchemy would rename it in place",
            "add `pin: { \"prod\": \"legacy\" }` to keep it, or `onRename: \"replace\"` to let it go",
        ),
        (
            would_replace(Kind::Database, Reason::LocalMode),
            "would-replace",
            "the database `db` is deployed as `legacy`, and this program names it `db-prod`: local mode must not change what is deployed",
            "add `pin: { \"prod\": \"legacy\" }` to keep it, or deploy the new name first",
        ),
        (
            would_replace(Kind::Database, Reason::Protected),
            "would-replace",
            "the database `db` is deployed as `legacy`, and this program names it `db-prod`: the stage `prod` is protected, but its state does not say so yet",
            "add `pin: { \"prod\": \"legacy\" }` and deploy once, which stores `delete: false`; or add `delete: true` to let it go",
        ),
        (
            would_replace(Kind::AiGateway, Reason::Ignored),
            "would-replace",
            "the AI gateway `db` is deployed as `legacy`, and this program names it `db-prod`: Alchemy would delete `legacy` although it has `delete: false`",
            "add `pin: { \"prod\": \"legacy\" }` to keep it, or give the new one another id",
        ),
        (
            would_replace(Kind::Pipeline, Reason::Fails),
            "would-replace",
            "the pipeline `db` is deployed as `legacy`, and this program names it `db-prod`: Alchemy would rename it and then fail, each time",
            "add `pin: { \"prod\": \"legacy\" }` to keep it, or give the new one another id",
        ),
        (
            refusal!(OtherKind { kind: Kind::Bucket, id: "x", name: "x-prod" }),
            "would-replace",
            "`x` is deployed as the bucket `x-prod`, and this program declares another kind under that id: Alchemy would delete or forget the bucket",
            "use another id for the new resource",
        ),
        (
            refusal!(IdChanged {
                kind: Kind::Database,
                name: "db-prod",
                place: "shop/prod/old",
                id: "new"
            }),
            "id-changed",
            "the database `db-prod` is deployed as `shop/prod/old`, and this program declares it as `new`: Alchemy would delete it as an orphan",
            "keep the id and the scope `shop/prod/old`; to move it, deploy once with `delete: false` there, then change it with `adopt: true`",
        ),
        (
            refusal!(WorkerMoved { script: "api", place: "shop/prod/old", id: "new" }),
            "id-changed",
            "the Worker `api` is deployed as `shop/prod/old`, and this program declares it as `new`: Alchemy would delete the script with its Durable Objects",
            "keep the id and the scope `shop/prod/old`; to move it, deploy once with `delete: false` there, then with `adopt: true` here",
        ),
        (
            refusal!(ClassMoved { id: "room", class: "Room", now: "chat" }),
            "id-changed",
            "the Durable Object `room` is now declared as `chat`: Alchemy would delete the class `Room` with all its storage",
            "keep the id `room`, or write `createBlocks({ release: [\"room\"] })` to delete its storage",
        ),
        (
            refusal!(ClassAdopted { script: "api", class: "Room" }),
            "would-delete-class",
            "the Worker `api` has the class `Room`, which this program does not bind: adopting it would delete the class with all its storage",
            "bind the class, give the Worker another name, or write `createBlocks({ deleteClasses: [\"Room\"] })` to delete its storage",
        ),
        (
            refusal!(ClassLost { id: "room", class: "Room" }),
            "would-delete-class",
            "the Durable Object `room` is no longer bound: Alchemy would delete the class `Room` with all its storage",
            "bind it again, or write `createBlocks({ release: [\"room\"] })` to delete its storage",
        ),
        (
            refusal!(WouldOrphan { id: "flow", deployed: "a", declared: "b" }),
            "would-orphan",
            "the workflow `flow` is deployed as `a`, and this program names it `b`: the old one would stay behind with its instances",
            "add `onRename: \"keep\"` to keep the deployed name, or `onRename: \"replace\"` to leave the old one behind",
        ),
        (
            refusal!(WouldDelete { kind: Kind::Database, name: "db-prod", id: "db" }),
            "would-delete",
            "this program declares the database `db-prod` as `db`, and Alchemy would delete it as an orphan",
            "await every block, do not catch its errors, and open each scope once; if two rows hold the database, deploy once with `delete: false` on the one that should go",
        ),
        (
            refusal!(BindingUnawaited { id: "api", binding: "DB" }),
            "binding-unawaited",
            "the Worker `api` binds `DB` to a promise",
            "await it first: `const db = await Database(\"db\")`",
        ),
        (
            refusal!(Dropped { kind: Kind::Database, id: "hello-db", name: "hello-db-prod" }),
            "would-delete",
            "the database `hello-db-prod` is no longer declared as `hello-db`: Alchemy would delete it with its data",
            "write `Database(\"hello-db\")` again to keep it, or `createBlocks({ release: [\"hello-db\"] })` to let it go",
        ),
        (
            refusal!(Renamed {
                kind: Kind::Kv,
                id: "a",
                name: "a-prod",
                renamed: "b-prod",
                new_id: "b"
            }),
            "would-delete",
            "the KV namespace `a-prod` is no longer declared as `a`, and `b-prod` is new: this looks like a rename, and the data would stay behind in `a-prod`",
            "write `KV(\"a\")` in its place to keep the data, with `createBlocks({ release: [\"b\"] })` for the new one; or `createBlocks({ release: [\"a\"] })` to let the old one go",
        ),
        (
            refusal!(WorkflowDropped { id: "flow", name: "flow-prod", script: "api" }),
            "would-delete",
            "the workflow `flow-prod` goes with the Worker `api`: Alchemy would delete it with its instances",
            "keep the Worker, or write `createBlocks({ release: [\"flow\"] })` to let it go; to move the workflow, deploy once with the Worker and without the binding",
        ),
        (
            refusal!(LocalDelete { kind: Kind::Worker, name: "api" }),
            "would-delete",
            "the Worker `api` is deployed, and a local run would delete it",
            "run it without `--local`",
        ),
        (
            refusal!(OtherStage { id: "db", app: "shop", stage: "dev/api" }),
            "owned-elsewhere",
            "`db` was made by stage `dev/api` of `shop`, and this stage uses the same state folder",
            "give this resource, scope or stage another name, or move the state back to where it was made",
        ),
        (
            refusal!(OtherProgram { id: "db", program: "web:alchemy.run.ts" }),
            "owned-elsewhere",
            "`db` was made by the program `web:alchemy.run.ts`, which has the same app and stage: this run would delete it",
            "give each program its own app name, or write `createBlocks({ release: [\"db\"] })` above `alchemy()` to let it go",
        ),
        (
            refusal!(SharedWith {
                kind: Kind::Queue,
                id: "jobs",
                name: "jobs-prod",
                app: "new",
                stage: "prod"
            }),
            "owned-elsewhere",
            "the queue `jobs-prod` is in the state of stage `prod` of `new` too: this run would delete it there",
            "write `createBlocks({ release: [\"jobs\"] })` above `alchemy()` to let it go all the same, or deploy `jobs` once with `delete: false` to leave it to the other",
        ),
        (
            refusal!(SecretLost { id: "secrets", secret: "STRIPE_KEY" }),
            "would-delete",
            "the account has one store of secrets, with `STRIPE_KEY` in it, which `secrets` has not put there: Alchemy would delete it",
            "declare all secrets of the store in `secrets`, in one stage of one program; or write `createBlocks({ release: [\"secrets\"] })` to delete those of others",
        ),
        (
            refusal!(WorkflowHeld { name: "flow", script: "api-prod" }),
            "owned-elsewhere",
            "the workflow `flow` is deployed with the Worker `api-prod`, which this stage does not own: this deploy would take it over",
            "use `AlchemyWorkflow`, which puts the stage into the name, with a `createBlocks({ prefix })` of the app, or add `scriptName: \"api-prod\"` to refer to it",
        ),
        (
            refusal!(WorkflowTaken { name: "flow-prod" }),
            "owned-elsewhere",
            "the workflow `flow-prod` belongs to other stages too: this stage's Worker would take it over",
            "leave the name to the stage, or add `scriptName` with the Worker that has the workflow",
        ),
        (
            refusal!(AdoptedRename {
                kind: Kind::Worker,
                id: "api",
                deployed: "main",
                declared: "main-pr-1"
            }),
            "owned-elsewhere",
            "the Worker `main` was there before this stage had it, and this program names it `main-pr-1`: Alchemy would rename it for all that use it",
            "keep the name, or use another id for a new one, with `createBlocks({ release: [\"api\"] })` to leave `main` as it is",
        ),
        (
            refusal!(WrongAccount { theirs: "a", ours: "b" }),
            "wrong-account",
            "this stage is deployed to the account `a`, and this run uses the account `b`",
            "use the credentials of the account `a`",
        ),
        (
            refusal!(WouldReplay { id: "db", deployed: "d1_migrations", declared: "mine" }),
            "would-replay",
            "the database `db` keeps its migrations in the table `d1_migrations`, and this program names `mine`: Alchemy would apply all of them again",
            "write `migrationsTable: \"d1_migrations\"`",
        ),
        (
            refusal!(AdoptedReplay { id: "db", declared: "mine" }),
            "would-replay",
            "the database `db` exists and has tables, but no table of migrations called `mine`: adopting it would apply all migrations to it",
            "name the table that it has as `migrationsTable`, leave the migrations out, or first list what was applied in a table `mine` of it",
        ),
        (
            refusal!(RawReplace { kind: Kind::Bucket, id: "files", deployed: "a", declared: "b" }),
            "would-replace",
            "the bucket `files` is deployed as `a`, and this program names it `b`: Alchemy would delete `a` with its data",
            "write `name: \"a\"` to keep it, or `createBlocks({ release: [\"files\"] })` to let it go",
        ),
        (
            refusal!(PendingDeletion { kind: Kind::Database, name: "db-prod" }),
            "pending-deletion",
            "an interrupted replacement would delete the database `db-prod`, which this program uses",
            "to keep it, remove it from `pendingDeletions` in the scope's row of the state; to let it go, deploy once with the name that was to replace it",
        ),
        (
            refusal!(StateUnreadable { id: "db", place: ".alchemy", cause: "SyntaxError" }),
            "state-unreadable",
            "the state of `db` in `.alchemy` cannot be read: `SyntaxError`",
            "restore the row from a backup, or delete it and deploy with `adopt: true`; nothing was changed",
        ),
        (
            refusal!(StatePassword { id: "api", place: ".alchemy" }),
            "state-password",
            "the secrets of `api` in `.alchemy` are encrypted with another password than this run has",
            "use the password of the last deploy, such as `ALCHEMY_PASSWORD`; if it is lost, run with `--force --erase-secrets`, which writes the secrets again",
        ),
        (
            refusal!(OwnerMissing { kind: Kind::Kv, id: "kv", name: "kv-prod" }),
            "owner-missing",
            "`kv` shares the KV namespace `kv-prod`, which is not in the account",
            "deploy the stage that owns it first",
        ),
        (
            refusal!(ShareConflict { kind: Kind::Kv, id: "kv", name: "kv-prod" }),
            "share-conflict",
            "`kv` would share the KV namespace `kv-prod`, but this stage has deployed its own KV namespace under that id: Alchemy would delete it as an orphan",
            "use another id for the shared KV namespace, or destroy this stage's own first; if they are the same KV namespace, deploy once with `delete: false` first",
        ),
    ]
}
