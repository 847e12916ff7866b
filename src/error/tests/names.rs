//! Names and stages.

use super::{Expected, refusal};
use crate::error::Error;
use crate::expiry::Lasting;
use crate::kind::Kind;

pub(super) fn all() -> Vec<Expected> {
    let kind = Kind::Queue;
    vec![
        (
            refusal!(KindUnknown { name: "table" }),
            "argument-invalid",
            "there is no kind `table`",
            every_kind(),
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
        (
            refusal!(RegionInvalid { kind: Kind::Bucket, region: "europe" }),
            "region-invalid",
            "a bucket cannot be in the region `europe`",
            "write `\"eu\"`, `\"us\"`, `\"fedramp\"`, `\"fedramp-high\"`, `\"weur\"`, `\"eeur\"`, \
             `\"enam\"`, `\"wnam\"`, `\"apac\"` or `\"oc\"`",
        ),
        (
            refusal!(RegionConflict { region: "eu", option: "locationHint", value: "enam" }),
            "region-conflict",
            "`region` is `eu`, and `locationHint` is `enam`",
            "write one of them: `region` in the options of the block wins over that of `createBlocks`",
        ),
        (
            refusal!(WouldMove {
                kind: Kind::Bucket,
                name: "files-prod",
                from: "default",
                to: "eu"
            }),
            "would-move",
            "the bucket `files-prod` is in no jurisdiction, and the program puts it in `eu`",
            "Cloudflare moves nothing: write where it is; or declare a new one under another id, \
             copy the data, and then let this one go with `release`",
        ),
        (
            refusal!(ExpireProtected { name: "files-prod", reason: Lasting::Protected }),
            "expire-protected",
            "the objects of the bucket `files-prod` may not expire: its stage is protected",
            "remove `expireDays` here: that of `createBlocks` leaves such a bucket out; if its objects \
             may go, write `lifecycle` yourself",
        ),
    ]
}

/// The help that lists the kinds, whichever there are.
fn every_kind() -> &'static str {
    let names: Vec<_> = Kind::ALL.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
    Box::leak(format!("use one of {}", names.join(", ")).into_boxed_str())
}
