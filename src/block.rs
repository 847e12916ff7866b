//! What a block does to its options: options in, options out.

use crate::error::{Error, Place};
use crate::expiry::{Expires, Expiry, Lasting, expires};
use crate::kind::Kind;
use crate::ledger::{Class, Declaration, OnRename};
use crate::name::{check_base, check_literal, class_of, leftover, name_in};
use crate::region::{JURISDICTION, Placement, placement};
use crate::stage::{PROTECTED, Stage, is_protected};
use crate::warning::Warning;

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
#[derive(Debug, Clone, Default)]
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
    /// `className`.
    pub class: Option<String>,
    /// `scriptName`, or the script of the Worker in its place.
    pub script: Option<String>,
    /// `dlq`, if it is text.
    pub dlq: Option<String>,
    /// Whether the caller wrote `delete`.
    pub delete_given: bool,
    /// `jurisdiction`.
    pub jurisdiction: Option<String>,
    /// The option of the kind that takes a location hint.
    pub hint: Option<String>,
    /// `region`, of the block or of its set.
    pub region: Option<String>,
    /// `expireDays` of the block.
    pub expiry: Expiry,
    /// `expireDays` of its set.
    pub expire_days: Option<u32>,
    /// `onRename`.
    pub on_rename: OnRename,
    /// `share`: the stage that owns the resource which all stages use.
    pub share: Option<String>,
    /// The protected stages of the set of blocks, if it names them.
    pub protect: Option<Vec<String>>,
}

/// What a block takes for one of its options, for messages.
#[must_use]
pub fn expected(option: &str) -> &'static str {
    match option {
        "stage" => "a stage such as `prod`, or `false`",
        "pin" => "an object from stage to name, such as `{ prod: \"legacy-db\" }`",
        "expireDays" => "a whole number of days, or `false`",
        "onRename" => "`\"refuse\"`, `\"keep\"` or `\"replace\"`",
        _ => "text that is not empty",
    }
}

/// What a block passes to Alchemy beside the caller's own options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For `className`, on kinds that are classes.
    pub class: Option<String>,
    /// For `dlq`, if it was text.
    pub dlq: Option<String>,
    /// What `region` stands for.
    pub placement: Option<Placement>,
    /// When the objects of a bucket expire.
    pub expires: Option<Expires>,
    /// Whether `delete: false` is set: the stage is protected, or does not own the name by the law.
    pub retain: bool,
    /// Whether another stage owns the resource and this one only binds it.
    pub shared: bool,
    /// What the ledger needs. Its name goes into every naming option of the kind.
    pub declaration: Declaration,
}

/// Applies the law to one call, in a run of stage `run` and at the scope path `scope`.
///
/// # Errors
/// `id-invalid`, `base-invalid`, `double-stage`, `stage-invalid`, `stage-case`, `class-invalid`,
/// `option-invalid`, `region-invalid`, `region-conflict`, `expire-protected`.
///
/// ```
/// use alch_blocks::{Kind, Request, Stage, decide};
///
/// let request = Request { id: "my-app-db".to_owned(), ..Request::default() };
/// let outcome = decide(Kind::Database, request, &Stage::new("prod").unwrap(), "shop/prod").unwrap();
/// assert_eq!(outcome.declaration.name, "my-app-db-prod");
/// assert!(outcome.retain, "production's data stays when its stage goes");
/// ```
pub fn decide(kind: Kind, request: Request, run: &Stage, scope: &str) -> Result<Outcome, Error> {
    let spec = kind.spec();
    check_id(kind, &request)?;
    let named = named_stage(kind, &request)?.map(Stage::new).transpose()?;
    let other_stage = named.as_ref().is_some_and(|stage| stage != run);
    let stage = named.as_ref().unwrap_or(run);
    let protected = protects(&request, stage)?;
    let written = request.explicit.as_deref().unwrap_or(&request.id);
    let base = prefixed(request.prefix.as_deref(), written);
    let suffixed = request.stage != StageOption::Off;
    let name_of = |kind, base: &str| {
        if suffixed { name_in(kind, base, stage) } else { literal_name(kind, base) }
    };
    let pinned = request.pin.iter().find(|(of, _)| of == stage.raw()).map(|(_, name)| name);
    let name = match pinned {
        Some(name) => literal_name(kind, name)?,
        None => name_of(kind, &base)?,
    };
    // As text it names a queue of this program, which has the stage in its name like any other.
    let dlq = request.dlq.as_deref().map(|dlq| prefixed(request.prefix.as_deref(), dlq));
    let dlq = dlq.map(|dlq| name_of(Kind::Queue, &dlq)).transpose()?;
    let class = match &request.class {
        _ if !spec.is_class => None,
        Some(class) => Some(class.clone()),
        None => Some(class_of(kind, written)?),
    };
    let is_foreign = !suffixed || other_stage;
    if kind == Kind::Workflow && request.script.is_none() {
        let own_is_protected = protects(&request, run)?;
        let is_shared = |name: &String| others_own(kind, name, &base, &request.pin, stage);
        if other_stage || !own_is_protected && (!suffixed || pinned.is_some_and(is_shared)) {
            return Err(Error::WorkflowTaken { name: name.into() });
        }
    }
    let placement = placement_of(kind, &request)?;
    let lasting = lasting(&request, protected, is_foreign, pinned.is_some());
    let expires = match kind {
        Kind::Bucket => expires(&name, request.expiry, request.expire_days, lasting)?,
        _ => None,
    };
    let retain = is_foreign || pinned.is_some() || protected;
    Ok(Outcome {
        dlq,
        retain: kind.has_rows() && retain && !request.delete_given,
        placement,
        expires,
        shared: request.share.is_some() && other_stage,
        declaration: Declaration {
            kind,
            place: Place { scope: scope.to_owned(), id: request.id },
            jurisdiction: jurisdiction_of(kind, request.jurisdiction, placement),
            name,
            base: (pinned.is_none() && suffixed).then_some(base),
            class: class
                .clone()
                .filter(|_| spec.is_class)
                .map(|class| Class { script: request.script, name: class }),
            stage: stage.clone(),
            on_rename: request.on_rename,
            protects: protected && !request.delete_given,
            expires,
        },
        class,
    })
}

/// Where `region` puts the resource. An explicit option beside it could say something else.
fn placement_of(kind: Kind, request: &Request) -> Result<Option<Placement>, Error> {
    let Some(region) = &request.region else { return Ok(None) };
    let placement = placement(kind, region)?;
    let hint_option = kind.spec().regions.map_or("", |regions| regions.hint_option);
    let written = [(JURISDICTION, &request.jurisdiction), (hint_option, &request.hint)];
    match written.into_iter().find_map(|(option, value)| Some((option, value.as_ref()?))) {
        None => Ok(Some(placement)),
        Some((option, value)) => {
            Err(Error::RegionConflict { region: region.into(), option, value: value.into() })
        }
    }
}

/// Why the objects of a bucket may not expire, as far as the call tells.
fn lasting(
    request: &Request,
    protected: bool,
    is_foreign: bool,
    is_pinned: bool,
) -> Option<Lasting> {
    let reasons = [
        (is_foreign || request.share.is_some(), Lasting::Shared),
        (is_pinned, Lasting::Pinned),
        (protected, Lasting::Protected),
    ];
    reasons.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
}

/// The name space of the name: only buckets have one in each jurisdiction.
fn jurisdiction_of(kind: Kind, written: Option<String>, placement: Option<Placement>) -> String {
    let of_region = placement.filter(|it| it.option == JURISDICTION).map(|it| it.value.to_owned());
    let given = written.or(of_region).filter(|name| name != "default");
    given.filter(|_| kind == Kind::Bucket).unwrap_or_default()
}

/// Whether the set of blocks protects a stage.
fn protects(request: &Request, stage: &Stage) -> Result<bool, Error> {
    match &request.protect {
        Some(names) => is_protected(stage.raw(), names),
        None => is_protected(stage.raw(), &PROTECTED),
    }
}

fn prefixed(prefix: Option<&str>, base: &str) -> String {
    prefix.map_or_else(|| base.to_owned(), |prefix| format!("{prefix}-{base}"))
}

/// The stage that the call names, by `stage` or by `share`.
fn named_stage(kind: Kind, request: &Request) -> Result<Option<&str>, Error> {
    match (&request.stage, &request.share) {
        (_, Some(_)) if !kind.spec().owns_data => Err(Error::ShareUnsupported { kind }),
        (StageOption::Resolved, Some(owner)) => Ok(Some(owner)),
        (_, Some(_)) => Err(Error::ShareWithStage { kind }),
        (StageOption::Named(stage), None) => Ok(Some(stage)),
        (StageOption::Resolved | StageOption::Off, None) => Ok(None),
    }
}

/// A name that is used as it stands.
fn literal_name(kind: Kind, name: &str) -> Result<String, Error> {
    check_literal(kind, name)?;
    Ok(name.to_owned())
}

/// Whether other stages have the name that is pinned here: it is pinned there too, or is the
/// computed name of another stage.
fn others_own(kind: Kind, name: &str, base: &str, pin: &[(String, String)], stage: &Stage) -> bool {
    let is_same =
        |(other, pinned): &(String, String)| other != stage.raw() && kind.same_name(pinned, name);
    let is_computed = kind.rest_after(name, base).is_some_and(|slug| slug != stage.slug());
    pin.iter().any(is_same) || is_computed
}

/// Whether Alchemy 0.94 could not keep an id apart from others.
///
/// A colon separates the parts of the tag by which Alchemy finds a Durable Object: it would not find
/// one with a colon in its id, and would delete the class. A backslash puts the row into a folder in which
/// the file store does not look, so that `--destroy` would leave the resource. `__proto__` gets lost from
/// the rows that a store reads together.
#[must_use]
pub fn loses_id(id: &str) -> bool {
    id.is_empty() || id.contains([':', '\\']) || id == "__proto__"
}

fn check_id(kind: Kind, request: &Request) -> Result<(), Error> {
    let id = &request.id;
    if id.is_empty() && request.explicit.is_none() {
        // The id is the base name as well, and that rule explains it better.
        return check_base(kind, id);
    }
    if loses_id(id) {
        return Err(Error::IdInvalid { kind, id: id.into() });
    }
    Ok(())
}

/// Base names that many apps use. With `adopt` on, two such apps of one account share the resource.
const GENERIC: [&str; 27] = [
    "api", "app", "assets", "auth", "backend", "bucket", "cache", "data", "database", "db",
    "events", "files", "images", "jobs", "kv", "logs", "main", "media", "queue", "sessions",
    "storage", "store", "tasks", "uploads", "users", "worker", "workflow",
];

/// What there is to warn of in a declaration; `adopts` if it adopts what exists.
#[must_use]
pub fn warnings(declaration: &Declaration, adopts: bool, prefix: Option<&str>) -> Vec<Warning> {
    let Some(base) = &declaration.base else { return Vec::new() };
    let mut warnings = Vec::new();
    let is_generic = GENERIC.iter().any(|word| base.eq_ignore_ascii_case(word));
    if adopts && prefix.is_none() && is_generic {
        warnings.push(Warning::GenericName { kind: declaration.kind, base: base.into() });
    }
    if let Some(rest) = leftover(base, &declaration.stage) {
        warnings.push(Warning::DoubleStage {
            base: base.into(),
            stage: declaration.stage.raw().into(),
            rest: rest.into(),
        });
    }
    warnings
}
