//! What a block does to its options: options in, options out.

use crate::error::{BlockError, Code, quote};
use crate::guard::{Class, Declaration, Identity, Parts};
use crate::kind::Kind;
use crate::name::{check_base, check_literal, class_from_base, name_in_stage};
use crate::row::OnRename;
use crate::stage::{PROTECTED, Stage, is_protected};

/// The option `stage` of a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StageOption {
    /// Not given: the run's stage.
    #[default]
    Resolved,
    /// `stage: "prod"`.
    Named(String),
    /// `stage: false`: no suffix.
    Off,
}

/// What the law reads of a block's call.
#[derive(Debug, Clone)]
pub struct Request {
    /// The logical id: the block's first argument.
    pub id: String,
    /// The first naming option that is given.
    pub explicit: Option<String>,
    /// The option `stage`.
    pub stage: StageOption,
    /// The option `pin`: stage, as the user names it, to physical name.
    pub pin: Vec<(String, String)>,
    /// The prefix of the set of blocks.
    pub prefix: Option<String>,
    /// `className`, where given.
    pub class: Option<String>,
    /// `scriptName`, or the script of the Worker in its place.
    pub script: Option<String>,
    /// `dlq`, where it is text.
    pub dlq: Option<String>,
    /// Whether the caller wrote `delete`.
    pub delete_given: bool,
    /// `jurisdiction`, where given.
    pub jurisdiction: Option<String>,
    /// `onRename`.
    pub on_rename: OnRename,
    /// `share`: the stage that owns the resource which all stages use.
    pub share: Option<String>,
    /// The protected stages of the set of blocks.
    pub protect: Vec<String>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            id: String::new(),
            explicit: None,
            stage: StageOption::default(),
            pin: Vec::new(),
            prefix: None,
            class: None,
            script: None,
            dlq: None,
            delete_given: false,
            jurisdiction: None,
            on_rename: OnRename::default(),
            share: None,
            protect: PROTECTED.iter().map(|stage| (*stage).to_owned()).collect(),
        }
    }
}

/// What the block passes on to Alchemy beside the caller's own options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For every naming option of the kind, and `name`.
    pub name: String,
    /// For `className`, on kinds that are classes.
    pub class: Option<String>,
    /// For `dlq`, where it was text.
    pub dlq: Option<String>,
    /// Whether `delete: false` is set: the block names what another stage owns, or the stage is
    /// protected.
    pub retain: bool,
    /// Whether another stage owns the resource and this one only binds it.
    pub shared: bool,
    /// The base name, prefix included.
    pub base: String,
    /// What the guard needs.
    pub declaration: Declaration,
}

/// Applies the law to one call, in a run of stage `run` and at the scope path `scope`.
///
/// # Errors
/// `id-invalid`, `base-invalid`, `double-stage`, `stage-invalid`, `stage-case`, `class-invalid`.
pub fn decide(
    kind: Kind,
    request: &Request,
    run: &Stage,
    scope: &str,
) -> Result<Outcome, BlockError> {
    check_id(kind, request)?;
    let named = named_stage(kind, request)?;
    let stage = named.as_ref().unwrap_or(run);
    let protected = is_protected(stage.raw(), &request.protect)?;

    let written = request.explicit.as_deref().unwrap_or(&request.id);
    let base = prefixed(request.prefix.as_deref(), written);
    let suffixed = request.stage != StageOption::Off;
    let pinned = request.pin.iter().find(|(pinned, _)| pinned == stage.raw());
    let name = match pinned {
        Some((_, name)) => literal(kind, name)?,
        None if suffixed => name_in_stage(kind, &base, stage)?,
        None => literal(kind, &base)?,
    };
    let class = class_name(kind, request, written)?;
    let parts = (pinned.is_none() && suffixed)
        .then(|| Parts { base: base.clone(), slug: stage.slug().to_owned() });
    let foreign = !suffixed
        || stage.raw() != run.raw()
        || is_pinned_twice(request, pinned)
        || (pinned.is_some() && is_of_another_stage(&name, &base, stage));
    let protects = protected && !request.delete_given;
    let identity = Identity {
        scope: scope.to_owned(),
        id: request.id.clone(),
        jurisdiction: request.jurisdiction.clone().unwrap_or_default(),
    };
    let object = class.clone().filter(|_| kind == Kind::DurableObject);
    Ok(Outcome {
        dlq: dead_letters(request, stage, suffixed)?,
        retain: kind.row().owns_data && (foreign || protected) && !request.delete_given,
        shared: request.share.is_some() && stage.raw() != run.raw(),
        declaration: Declaration {
            kind,
            identity,
            name: name.clone(),
            parts,
            class: object.map(|name| Class { script: request.script.clone(), name }),
            stage: stage.raw().to_owned(),
            on_rename: request.on_rename,
            protects,
        },
        name,
        class,
        base,
    })
}

/// The stage that the call names, by `stage` or by `share`.
fn named_stage(kind: Kind, request: &Request) -> Result<Option<Stage>, BlockError> {
    match (&request.stage, &request.share) {
        (StageOption::Resolved, Some(owner)) if kind.row().owns_data => Stage::new(owner).map(Some),
        (_, Some(_)) => Err(BlockError::new(
            Code::OptionInvalid,
            format!("`{}` cannot take `share` here", kind.title()),
            "give either `stage` or `share`, and `share` only to databases, buckets, KV and queues"
                .to_owned(),
        )),
        (StageOption::Named(raw), None) => Stage::new(raw).map(Some),
        (StageOption::Resolved | StageOption::Off, None) => Ok(None),
    }
}

/// Whether two stages are pinned to the name that this one is: tearing down one must not take the
/// other's.
fn is_pinned_twice(request: &Request, pinned: Option<&(String, String)>) -> bool {
    pinned.is_some_and(|(stage, name)| {
        request.pin.iter().any(|(other, same)| other != stage && same == name)
    })
}

/// Whether a pinned name is, or may be, what the base is called in another stage.
fn is_of_another_stage(name: &str, base: &str, stage: &Stage) -> bool {
    let rest = name.strip_prefix(base).and_then(|rest| rest.strip_prefix('-'));
    rest.is_some_and(|slug| slug != stage.slug())
}

/// An id that Alchemy could not keep apart from others.
///
/// A colon separates the parts of the tag by which Alchemy finds a Durable Object again: with one
/// in the id it would not find it, and would delete the class.
fn check_id(kind: Kind, request: &Request) -> Result<(), BlockError> {
    let id = &request.id;
    if id.is_empty() && request.explicit.is_none() {
        // The id is the base name as well, and the base rule says it better.
        return check_base(kind, id);
    }
    if !id.is_empty() && !id.contains(':') {
        return Ok(());
    }
    Err(BlockError::new(
        Code::IdInvalid,
        format!("{} cannot be the id of a `{}`", quote(id), kind.title()),
        "give an id that is not empty and has no colon".to_owned(),
    ))
}

fn literal(kind: Kind, name: &str) -> Result<String, BlockError> {
    check_literal(kind, name)?;
    Ok(name.to_owned())
}

fn class_name(kind: Kind, request: &Request, written: &str) -> Result<Option<String>, BlockError> {
    if !kind.row().is_class {
        return Ok(None);
    }
    match &request.class {
        Some(class) => Ok(Some(class.clone())),
        None => class_from_base(kind, written).map(Some),
    }
}

/// `dlq` as text names a queue of this program, which gets its stage like any other.
fn dead_letters(
    request: &Request,
    stage: &Stage,
    suffixed: bool,
) -> Result<Option<String>, BlockError> {
    let Some(text) = &request.dlq else { return Ok(None) };
    let base = prefixed(request.prefix.as_deref(), text);
    let name = if suffixed {
        name_in_stage(Kind::Queue, &base, stage)?
    } else {
        literal(Kind::Queue, &base)?
    };
    Ok(Some(name))
}

fn prefixed(prefix: Option<&str>, base: &str) -> String {
    match prefix {
        None => base.to_owned(),
        Some(prefix) => format!("{prefix}-{base}"),
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
    let base = outcome.declaration.parts.as_ref().map(|parts| &parts.base)?;
    let known = GENERIC.iter().any(|word| word.eq_ignore_ascii_case(base));
    (known && prefix.is_none()).then(|| {
        BlockError::new(
            Code::GenericName,
            format!(
                "{} says nothing of the app, and `adopt` is on: another app of this account with \
                 that name would share the {}",
                quote(base),
                outcome.declaration.kind.row().noun
            ),
            "put the app's name into it, or use `createBlocks({ prefix })`".to_owned(),
        )
    })
}
