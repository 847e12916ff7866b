//! What a block does to its options: options in, options out.

use crate::error::{BlockError, Code};
use crate::guard::{Class, Declaration, Identity};
use crate::kind::Kind;
use crate::message::Message;
use crate::name::{check_base, check_literal, push_class, push_name};
use crate::row::OnRename;
use crate::stage::{PROTECTED, Stage, is_protected};
use crate::text::{push, push_joined};

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
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The logical id: the block's first argument.
    pub id: &'a str,
    /// The first naming option that is given.
    pub explicit: Option<&'a str>,
    /// The option `stage`.
    pub stage: StageOption<'a>,
    /// The option `pin`: stage, as the user names it, to physical name.
    pub pin: &'a [(&'a str, &'a str)],
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
    pub protect: Option<&'a [&'a str]>,
}

/// What the block passes on to Alchemy beside the caller's own options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome<'a> {
    /// For `className`, on kinds that are classes.
    pub class: Option<&'a str>,
    /// For `dlq`, where it was text.
    pub dlq: Option<&'a str>,
    /// Whether `delete: false` is set: the block names what another stage owns, or the stage is
    /// protected.
    pub retain: bool,
    /// Whether another stage owns the resource and this one only binds it.
    pub shared: bool,
    /// What the guard needs, and the physical name: for every naming option of the kind.
    pub declaration: Declaration<'a>,
}

/// The texts that an outcome is made of: memory that calls use one after the other.
#[derive(Debug, Default)]
pub struct Texts {
    base: String,
    name: String,
    class: String,
    dlq: String,
    /// The stage that the call names.
    stage: Stage,
}

/// Applies the law to one call, in a run of stage `run` and at the scope path `scope`.
///
/// # Errors
/// `id-invalid`, `base-invalid`, `double-stage`, `stage-invalid`, `stage-case`, `class-invalid`.
///
/// ```
/// use alch_blocks::{Kind, Request, Stage, Texts, decide};
///
/// let (stage, mut texts) = (Stage::new("prod").unwrap(), Texts::default());
/// let request = Request { id: "my-app-db", ..Request::default() };
/// let outcome = decide(Kind::Database, &request, &stage, "shop/prod", &mut texts).unwrap();
/// assert_eq!(outcome.declaration.name, "my-app-db-prod");
/// assert!(outcome.retain, "production's data stays when its stage goes");
/// ```
pub fn decide<'a>(
    kind: Kind,
    request: &Request<'a>,
    run: &'a Stage,
    scope: &'a str,
    texts: &'a mut Texts,
) -> Result<Outcome<'a>, BlockError> {
    let Texts { base, name, class, dlq, stage: named } = texts;
    check_id(kind, request)?;
    let (stage, abroad) = match named_stage(kind, request)? {
        None => (run, false),
        Some(raw) => {
            named.set(raw)?;
            (&*named, raw != run.raw())
        }
    };
    let protected = is_protected(stage.raw(), request.protect.unwrap_or(PROTECTED))?;

    let written = request.explicit.unwrap_or(request.id);
    let base = match request.prefix {
        None => written,
        Some(prefix) => prefixed(prefix, written, base),
    };
    let suffixed = !matches!(request.stage, StageOption::Off);
    let pinned = request.pin.iter().find(|(pinned, _)| *pinned == stage.raw());
    let stage_of_name = if suffixed { Some(stage) } else { None };
    let name = match pinned {
        Some((_, literal)) => name_of(name, kind, literal, None)?,
        None => name_of(name, kind, base, stage_of_name)?,
    };
    let dlq = match request.dlq {
        // As text it names a queue of this program, which gets its stage like any other.
        Some(text) => {
            let mut base = String::new();
            let text = request.prefix.map_or(text, |prefix| prefixed(prefix, text, &mut base));
            Some(name_of(dlq, Kind::Queue, text, stage_of_name)?)
        }
        None => None,
    };
    let class = match request.class {
        _ if !kind.row().is_class => None,
        Some(class) => Some(class),
        None => {
            class.clear();
            push_class(class, kind, written)?;
            Some(&**class)
        }
    };
    let foreign = !suffixed || abroad || is_pinned_abroad(kind, request, pinned, base, stage);
    let protects = protected && !request.delete_given;
    let object = class.filter(|_| kind == Kind::DurableObject);
    Ok(Outcome {
        class,
        dlq,
        retain: kind.row().owns_data && (foreign || protected) && !request.delete_given,
        shared: request.share.is_some() && abroad,
        declaration: Declaration {
            kind,
            identity: Identity {
                scope,
                id: request.id,
                jurisdiction: request.jurisdiction.unwrap_or_default(),
            },
            name,
            base: Some(base).filter(|_| pinned.is_none() && suffixed),
            class: object.map(|name| Class { script: request.script, name }),
            stage: stage.raw(),
            slug: stage.slug(),
            on_rename: request.on_rename,
            protects,
        },
    })
}

/// The stage that the call names, by `stage` or by `share`.
fn named_stage<'a>(kind: Kind, request: &Request<'a>) -> Result<Option<&'a str>, BlockError> {
    match (request.stage, request.share) {
        (StageOption::Resolved, Some(owner)) if kind.row().owns_data => Ok(Some(owner)),
        (_, Some(_)) => {
            Err(BlockError::new(Code::OptionInvalid, Message::ShareMisplaced).with(kind.as_str()))
        }
        (StageOption::Named(raw), None) => Ok(Some(raw)),
        (StageOption::Resolved | StageOption::Off, None) => Ok(None),
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
    twice || kind.rest_after(name, base).is_some_and(|slug| slug != stage.slug())
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
    Err(BlockError::new(Code::IdInvalid, Message::IdInvalid).with(id).with(kind.as_str()))
}

/// The name made of a base name and a stage, written into `out`, or just the base name.
fn name_of<'a>(
    out: &'a mut String,
    kind: Kind,
    base: &str,
    stage: Option<&Stage>,
) -> Result<&'a str, BlockError> {
    out.clear();
    match stage {
        Some(stage) => push_name(out, kind, base, stage)?,
        None => {
            check_literal(kind, base)?;
            push(out, base);
        }
    }
    Ok(out)
}

/// The base name with the prefix of the set of blocks, for which `out` has room.
fn prefixed<'a>(prefix: &str, base: &str, out: &'a mut String) -> &'a str {
    out.clear();
    push_joined(out, prefix, base);
    out
}

/// Base names that many apps use: with `adopt` on, two of them in one account would meet. By length,
/// from two letters on, one behind the other: this is asked for each resource.
const GENERIC: [&str; 7] = [
    "dbkv",
    "apiapp",
    "authdatajobslogsmain",
    "cachefilesmediaqueuestoretasksusers",
    "assetsbucketeventsimagesworker",
    "backendstorageuploads",
    "databasesessionsworkflow",
];

fn is_generic(base: &str) -> bool {
    // None of these words has a hyphen, and most names do.
    if !base.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return false;
    }
    let words = base.len().checked_sub(2).and_then(|at| GENERIC.get(at));
    let first = base.bytes().next().map(|byte| byte.to_ascii_lowercase());
    // To look at the first letters alone is quicker.
    let same =
        |word: &[u8]| word.first().copied() == first && word.eq_ignore_ascii_case(base.as_bytes());
    words.is_some_and(|words| words.as_bytes().chunks(base.len()).any(same))
}

/// The warning for a base name that says nothing of the app.
#[must_use]
pub fn generic_name(outcome: &Outcome<'_>, prefix: Option<&str>) -> Option<BlockError> {
    let base = outcome.declaration.base?;
    (prefix.is_none() && is_generic(base)).then(|| {
        BlockError::new(Code::GenericName, Message::GenericName)
            .with(base)
            .with(outcome.declaration.kind.as_str())
    })
}
