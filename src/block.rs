//! What a block does to its options: options in, options out.

use std::rc::Rc;

use crate::error::{BlockError, Code};
use crate::guard::{Class, Declaration, Identity};
use crate::kind::Kind;
use crate::name::{check_base, check_literal, class_from_base, joined, name_in_stage};
use crate::row::OnRename;
use crate::stage::{PROTECTED, Stage, is_protected};

/// The option `stage` of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StageOption<'a> {
    /// Not given: the run's stage.
    #[default]
    Resolved,
    /// `stage: "prod"`.
    Named(&'a str),
    /// `stage: false`: no suffix.
    Off,
}

/// What the law reads of a block's call.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// The logical id: the block's first argument.
    pub id: &'a str,
    /// The first naming option that is given.
    pub explicit: Option<&'a str>,
    /// The option `stage`.
    pub stage: StageOption<'a>,
    /// The option `pin`: stage, as the user names it, to physical name.
    pub pin: Vec<(&'a str, &'a str)>,
    /// The prefix of the set of blocks.
    pub prefix: Option<&'a str>,
    /// `className`, where given.
    pub class: Option<&'a str>,
    /// `scriptName`, or the script of the Worker in its place.
    pub script: Option<&'a str>,
    /// `dlq`, where it is text.
    pub dlq: Option<&'a str>,
    /// Whether the caller wrote `delete`.
    pub delete_given: bool,
    /// `jurisdiction`, where given.
    pub jurisdiction: Option<&'a str>,
    /// `onRename`.
    pub on_rename: OnRename,
    /// `share`: the stage that owns the resource which all stages use.
    pub share: Option<&'a str>,
    /// The protected stages of the set of blocks, where it says them.
    pub protect: Option<Vec<&'a str>>,
}

/// What the block passes on to Alchemy beside the caller's own options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For `className`, on kinds that are classes.
    pub class: Option<String>,
    /// For `dlq`, where it was text.
    pub dlq: Option<String>,
    /// Whether `delete: false` is set: the block names what another stage owns, or the stage is
    /// protected.
    pub retain: bool,
    /// Whether another stage owns the resource and this one only binds it.
    pub shared: bool,
    /// What the guard needs, and the physical name: for every naming option of the kind.
    pub declaration: Rc<Declaration>,
}

/// Applies the law to one call, in a run of stage `run` and at the scope path `scope`.
///
/// # Errors
/// `id-invalid`, `base-invalid`, `double-stage`, `stage-invalid`, `stage-case`, `class-invalid`.
pub fn decide(
    kind: Kind,
    request: &Request<'_>,
    run: &Stage,
    scope: &Rc<str>,
) -> Result<Outcome, BlockError> {
    check_id(kind, request)?;
    let stage = named_stage(kind, request)?.unwrap_or_else(|| run.clone());
    let protected = is_in_protected_stage(request, &stage)?;

    let id: Rc<str> = request.id.into();
    let written = request.explicit.unwrap_or(request.id);
    let base = match (request.explicit, request.prefix) {
        (None, None) => Rc::clone(&id),
        _ => prefixed(request, written).into(),
    };
    let suffixed = request.stage != StageOption::Off;
    let pinned = request.pin.iter().find(|(pinned, _)| *pinned == stage.raw());
    let name = match pinned {
        Some((_, name)) => literal(kind, name)?,
        None => name_of(kind, &base, &stage, suffixed)?,
    };
    let dlq = match request.dlq {
        // As text it names a queue of this program, which gets its stage like any other.
        Some(text) => Some(name_of(Kind::Queue, &prefixed(request, text), &stage, suffixed)?),
        None => None,
    };
    let class = class_name(kind, request, written)?;
    let object = if kind == Kind::DurableObject { class.clone() } else { None };
    let abroad = stage.raw() != run.raw();
    let foreign = !suffixed || abroad || is_pinned_abroad(kind, request, pinned, &base, &stage);
    Ok(Outcome {
        class,
        dlq,
        retain: kind.row().owns_data && (foreign || protected) && !request.delete_given,
        shared: request.share.is_some() && abroad,
        declaration: Rc::new(Declaration {
            kind,
            identity: Identity {
                scope: Rc::clone(scope),
                id,
                jurisdiction: request.jurisdiction.unwrap_or_default().to_owned(),
            },
            name,
            base: (pinned.is_none() && suffixed).then_some(base),
            class: object.map(|name| Class { script: request.script.map(str::to_owned), name }),
            stage,
            on_rename: request.on_rename,
            protects: protected && !request.delete_given,
        }),
    })
}

/// The stage that the call names, by `stage` or by `share`.
fn named_stage(kind: Kind, request: &Request<'_>) -> Result<Option<Stage>, BlockError> {
    match (request.stage, request.share) {
        (StageOption::Resolved, Some(owner)) if kind.row().owns_data => Stage::new(owner).map(Some),
        (_, Some(_)) => Err(BlockError::new(
            Code::OptionInvalid,
            "$ cannot take `share` here",
            "give either `stage` or `share`, and `share` only to databases, buckets, KV and queues",
            &[kind.title()],
        )),
        (StageOption::Named(raw), None) => Stage::new(raw).map(Some),
        (StageOption::Resolved | StageOption::Off, None) => Ok(None),
    }
}

fn is_in_protected_stage(request: &Request<'_>, stage: &Stage) -> Result<bool, BlockError> {
    match &request.protect {
        None => is_protected(stage.raw(), PROTECTED),
        Some(stages) => is_protected(stage.raw(), stages),
    }
}

/// Whether the name that is pinned may be what another stage owns too: then tearing down this one
/// must not take it.
fn is_pinned_abroad(
    kind: Kind,
    request: &Request<'_>,
    pinned: Option<&(&str, &str)>,
    base: &str,
    stage: &Stage,
) -> bool {
    let Some((here, name)) = pinned else { return false };
    let mut others = request.pin.iter().filter(|(other, _)| other != here);
    let twice = others.any(|(_, same)| kind.same_name(same, name));
    let cut = name.split_at_checked(base.len()).filter(|(head, _)| kind.same_name(head, base));
    let rest = cut.and_then(|(_, rest)| rest.strip_prefix('-'));
    twice || rest.is_some_and(|slug| slug != stage.slug())
}

/// An id that Alchemy could not keep apart from others.
///
/// A colon separates the parts of the tag by which Alchemy finds a Durable Object again: with one
/// in the id it would not find it, and would delete the class. `__proto__` is lost from the rows that
/// a store reads together.
fn check_id(kind: Kind, request: &Request<'_>) -> Result<(), BlockError> {
    let id = request.id;
    if id.is_empty() && request.explicit.is_none() {
        // The id is the base name as well, and the base rule says it better.
        return check_base(kind, id);
    }
    if !id.is_empty() && id.bytes().all(|byte| byte != b':') && id != "__proto__" {
        return Ok(());
    }
    Err(BlockError::new(
        Code::IdInvalid,
        "$ cannot be the id of a $",
        "give an id that is not empty, has no colon and is not `__proto__`",
        &[id, kind.title()],
    ))
}

fn literal(kind: Kind, name: &str) -> Result<String, BlockError> {
    check_literal(kind, name)?;
    Ok(name.to_owned())
}

fn class_name(
    kind: Kind,
    request: &Request<'_>,
    written: &str,
) -> Result<Option<String>, BlockError> {
    if !kind.row().is_class {
        return Ok(None);
    }
    match request.class {
        Some(class) => Ok(Some(class.to_owned())),
        None => class_from_base(kind, written).map(Some),
    }
}

/// The name made of a base name and a stage, or just the base name.
fn name_of(kind: Kind, base: &str, stage: &Stage, suffixed: bool) -> Result<String, BlockError> {
    if suffixed { name_in_stage(kind, base, stage) } else { literal(kind, base) }
}

fn prefixed(request: &Request<'_>, base: &str) -> String {
    match request.prefix {
        None => base.to_owned(),
        Some(prefix) => joined(prefix, base),
    }
}

/// Base names that many apps use: with `adopt` on, two of them in one account would meet.
const GENERIC: &[&str] = &[
    "api", "app", "assets", "auth", "backend", "bucket", "cache", "data", "database", "db",
    "events", "files", "images", "jobs", "kv", "logs", "main", "media", "queue", "sessions",
    "storage", "store", "tasks", "uploads", "users", "worker", "workflow",
];

/// The warning for a base name that says nothing of the app.
#[must_use]
pub fn generic_name(outcome: &Outcome, prefix: Option<&str>) -> Option<BlockError> {
    let base = outcome.declaration.base.as_ref()?;
    // The lengths alone tell most names apart, and this is asked for each resource.
    let is_base = |word: &&str| word.len() == base.len() && word.eq_ignore_ascii_case(base);
    let known = GENERIC.iter().any(is_base);
    (known && prefix.is_none()).then(|| {
        BlockError::new(
            Code::GenericName,
            "$ says nothing of the app, and `adopt` is on: another app of this account with that \
             name would share the %",
            "put the app's name into it, or use `createBlocks({ prefix })`",
            &[base, outcome.declaration.kind.row().noun],
        )
    })
}
