//! Every message to the letter.

use std::collections::BTreeSet;

use strum::VariantNames;

use super::{CODES, Earlier, Error, Place, Reason};
use crate::kind::Kind;
use crate::quote::Quoted;

fn place(scope: &str, id: &str) -> Place {
    Place { scope: scope.to_owned(), id: id.to_owned() }
}

/// Most fields are text, written here as `&str`.
macro_rules! refusal {
    ($variant:ident { $($field:ident: $value:expr),* $(,)? }) => {
        Error::$variant { $($field: $value.into()),* }
    };
}

fn would_replace(kind: Kind, reason: Reason) -> Error {
    let (id, deployed, declared, stage) =
        ("db".into(), "legacy".into(), "db-prod".into(), "prod".into());
    Error::WouldReplace { kind, id, deployed, declared, stage, reason }
}

fn unknown_option(value: &str, choices: &'static [&'static str]) -> Error {
    Error::OptionUnknown { kind: Kind::Kv, option: "onRename", value: value.into(), choices }
}

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

fn names_and_stages() -> Vec<(Error, &'static str, &'static str, &'static str)> {
    let kind = Kind::Queue;
    vec![
        (
            refusal!(KindUnknown { name: "table" }),
            "argument-invalid",
            "there is no kind `table`",
            "use one of `database`, `bucket`, `kv`, `queue`, `durable-object`, `workflow`, `worker`",
        ),
        (
            refusal!(BaseRule { kind: kind, base: "Jobs", nearest: "jobs" }),
            "base-invalid",
            "`Jobs` cannot be the base name of a `Queue`: a base name uses only lower-case letters, digits and hyphens, and starts and ends with a letter or digit",
            "rename it, for example to `jobs`",
        ),
        (
            refusal!(BaseHash { kind: kind, base: "a-0356hv2zv", nearest: "my-queue" }),
            "base-invalid",
            "`a-0356hv2zv` cannot be the base name of a `Queue`: a part of it, `0` and eight characters, looks like a hash",
            "rename it, for example to `my-queue`",
        ),
        (
            refusal!(BaseIllFormed { base: "a\u{fffd}" }),
            "base-invalid",
            "the base name `a\u{fffd}` has an unpaired surrogate",
            "pass well-formed Unicode text",
        ),
        (
            refusal!(LiteralRule { kind: Kind::Worker, name: "A b" }),
            "base-invalid",
            "`A b` cannot be the whole name of a `Worker`: a name uses only lower-case letters, digits, `_` and `-`, and does not start with `-`",
            "write the deployed name exactly as Cloudflare shows it",
        ),
        (
            refusal!(LiteralLength {
                kind: Kind::Bucket,
                name: "ab",
                length: 2_usize,
                min: 3_usize,
                max: 63_usize
            }),
            "base-invalid",
            "`ab` cannot be the whole name of a `Bucket`: it has 2 characters, and Cloudflare allows 3 to 63",
            "write the deployed name exactly as Cloudflare shows it",
        ),
        (
            refusal!(DoubleStage { base: "db-prod", stage: "prod", rest: "db" }),
            "double-stage",
            "`db-prod` already ends in the stage `prod`",
            "write `db`: the block adds the stage",
        ),
        (
            refusal!(ClassInvalid { class: "2fa", base: "2-fa" }),
            "class-invalid",
            "`2-fa` gives the class name `2fa`, which is not a JavaScript identifier",
            "add `className: \"MyClass\"`, with the class that your script exports",
        ),
        (
            refusal!(IdInvalid { kind: kind, id: "a:b" }),
            "id-invalid",
            "`a:b` cannot be the id of a `Queue`: Alchemy would lose track of it",
            "use an id that is not empty, has no `:` and no `\\` and is not `__proto__`",
        ),
        (Error::StageEmpty, "stage-invalid", "the stage is empty", "pass a stage such as `dev`"),
        (
            refusal!(StageIllFormed { stage: "\u{fffd}" }),
            "stage-invalid",
            "the stage `\u{fffd}` has an unpaired surrogate",
            "pass well-formed Unicode text",
        ),
        (
            refusal!(StageImplicit { stage: "runner" }),
            "stage-implicit",
            "no stage was set in CI, so Alchemy would use `runner`",
            "pass `--stage`, or set `STAGE`, in CI",
        ),
        (
            refusal!(StageConflict { argument: "pr-1", stage: "sam" }),
            "stage-conflict",
            "the command line names the stage `pr-1`, but Alchemy uses `sam`",
            "write `--stage` and the name with a space between them, and leave `stage` out of the options of `alchemy()`",
        ),
        (
            Error::RootScope { kind: Kind::Database },
            "root-scope",
            "`Database` is called in the root scope of the app, which all stages share",
            "call it outside of `app.run`, or inside `alchemy.run(\"name\", …)`",
        ),
        (
            refusal!(StageCase { stage: "Prod", protected: "prod" }),
            "stage-case",
            "the stage `Prod` differs from the protected stage `prod` only in case",
            "write `prod`, or choose another name",
        ),
    ]
}

fn one_run() -> Vec<(Error, &'static str, &'static str, &'static str)> {
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

fn the_state() -> Vec<(Error, &'static str, &'static str, &'static str)> {
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
            refusal!(Renamed { kind: Kind::Kv, id: "a", name: "a-prod", renamed: "b-prod" }),
            "would-delete",
            "the KV namespace `a-prod` is no longer declared as `a`, and `b-prod` is new: this looks like a rename, and the data would stay behind in `a-prod`",
            "write `KV(\"a\")` again to keep the data, or `createBlocks({ release: [\"a\"] })` to let it go",
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

fn calls() -> Vec<(Error, &'static str, &'static str, &'static str)> {
    let (kind, found) = (Kind::Kv, "a number");
    vec![
        (
            Error::IdMissing { kind, found },
            "argument-invalid",
            "the first argument of `KV` is a number",
            "pass the id as text: `KV(\"my-namespace\")`",
        ),
        (
            Error::OptionsInvalid { kind, found },
            "argument-invalid",
            "the options of `KV` are a number",
            "pass an object, or nothing",
        ),
        (
            Error::ResourceInvalid { kind, found },
            "argument-invalid",
            "the third argument of `KV` is a number, not Alchemy's function",
            "pass the resource function of `alchemy/cloudflare`, or import `KV` from `@alch/blocks`",
        ),
        (
            Error::TextMissing { what: "the stage", found },
            "argument-invalid",
            "the stage is a number",
            "pass text",
        ),
        (
            Error::BasesInvalid { found },
            "argument-invalid",
            "the base names are a number",
            "pass an array of text",
        ),
        (
            refusal!(OptionInvalid { kind: kind, option: "title", found: found, expected: "text" }),
            "option-invalid",
            "the option `title` of `KV` is a number",
            "pass text, or leave it out",
        ),
        (
            unknown_option("rename", &["refuse", "keep"]),
            "option-invalid",
            "the option `onRename` of `KV` is `rename`",
            "pass `\"refuse\"` or `\"keep\"`, or leave it out",
        ),
        (
            unknown_option("keeep", &["refuse", "keep", "replace"]),
            "option-invalid",
            "the option `onRename` of `KV` is `keeep`, which looks like `keep`",
            "pass `\"refuse\"`, `\"keep\"` or `\"replace\"`, or leave it out",
        ),
        (
            refusal!(OptionIllFormed {
                kind: Kind::Workflow,
                option: "className",
                text: "\u{fffd}"
            }),
            "option-invalid",
            "the option `className` of `AlchemyWorkflow`, `\u{fffd}`, has an unpaired surrogate",
            "pass well-formed Unicode text",
        ),
        (
            Error::SettingInvalid { setting: "prefix", found, expected: "text" },
            "option-invalid",
            "the setting `prefix` of `createBlocks` is a number",
            "pass text, or leave it out",
        ),
        (
            Error::SettingsInvalid { found },
            "option-invalid",
            "the settings of `createBlocks` are a number",
            "pass an object, or leave them out",
        ),
        (
            Error::ShareWithStage { kind },
            "option-invalid",
            "`KV` takes either `stage` or `share`",
            "remove one of the two: `share` names the stage that owns the resource",
        ),
        (
            Error::ShareUnsupported { kind: Kind::Workflow },
            "option-invalid",
            "`AlchemyWorkflow` cannot be shared",
            "remove `share`: only databases, buckets, KV namespaces and queues take it",
        ),
        (
            Error::ShareUnbound { kind },
            "option-invalid",
            "`share` of `KV` needs an account to look the resource up in",
            "import `KV` from `@alch/blocks`",
        ),
        (
            Error::ScriptInvalid { kind: Kind::Workflow, found },
            "script-invalid",
            "`scriptName` of `AlchemyWorkflow` is a number, which names no script",
            "pass the script's name, an awaited `Worker` or a `WorkerRef`",
        ),
        (
            refusal!(Internal { cause: "x" }),
            "internal",
            "x",
            "report this with the program that causes it",
        ),
    ]
}

fn alchemy2() -> Vec<(Error, &'static str, &'static str, &'static str)> {
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
            "this version of Alchemy does not say what it is about to do, so nothing of it was judged",
            "use a version that the guard knows: `alchemy@2.0.0-beta.79`",
        ),
    ]
}

#[test]
fn no_help_for_alchemy_2_names_what_it_does_not_have() {
    let all = [names_and_stages(), one_run(), the_state(), calls(), alchemy2()].concat();
    let judged = all.iter().map(|(error, ..)| error).filter(|error| {
        matches!(
            error,
            Error::StageImplicit { .. }
                | Error::DuplicateName { .. }
                | Error::RawReplace { .. }
                | Error::IdChanged { .. }
                | Error::WorkerMoved { .. }
                | Error::ClassLost { .. }
                | Error::PendingDeletion { .. }
                | Error::Dropped { .. }
                | Error::Renamed { .. }
                | Error::SharedWith { .. }
                | Error::LocalDelete { .. }
                | Error::HeldByStage { .. }
                | Error::HeldInAccount { .. }
                | Error::Replaced { .. }
                | Error::ClassRebound { .. }
                | Error::IdSplit { .. }
        )
    });
    for error in judged {
        let help = error.help_in_alchemy2();
        for word in
            ["createBlocks", "delete: ", "pendingDeletions", "`STAGE`", "--local", "in this run"]
        {
            assert!(!help.contains(word), "{error:?}: {help}");
        }
    }
}

#[test]
fn every_refusal_says_what_is_wrong_and_what_to_do() {
    let all = [names_and_stages(), one_run(), the_state(), calls(), alchemy2()].concat();
    for (error, code, message, help) in &all {
        assert_eq!(error.code(), *code, "{error:?}");
        assert_eq!(error.to_string(), *message);
        assert_eq!(error.help(), *help, "{error:?}");
        assert!(!message.ends_with('.') && !message.starts_with(char::is_uppercase), "{message}");
    }
    let name = |error: &Error| format!("{error:?}").split([' ', '{']).next().map(str::to_owned);
    let tried: BTreeSet<_> = all.iter().filter_map(|(error, ..)| name(error)).collect();
    assert_eq!(tried, Error::VARIANTS.iter().map(|&name| name.to_owned()).collect());
    let codes: BTreeSet<_> = all.iter().map(|(_, code, ..)| *code).collect();
    assert_eq!(codes, CODES.into_iter().collect());
}

#[test]
fn source_in_a_help_can_be_pasted_and_is_safe_for_a_terminal() {
    let error = Error::WouldReplace {
        kind: Kind::Kv,
        id: "a".into(),
        deployed: "p\"d".into(),
        declared: "a-prod".into(),
        stage: "\u{1b}".into(),
        reason: Reason::Renames,
    };
    assert!(error.help().contains(r#"`pin: { "\u{1b}": "p\"d" }`"#), "{}", error.help());
}
