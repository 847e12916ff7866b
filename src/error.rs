//! What is refused: a stable code, what is wrong, and what to do.

mod alchemy2;
mod codes;
mod hosts;
mod parts;

use miette::Diagnostic;

pub use codes::CODES;
pub use hosts::HostError;
pub use parts::{Earlier, Place, Reason};
use parts::{
    all_kinds, call, fate, kinds_with_data, known_instead_of, looks_like, newest2, of_script,
    one_of, pin, region, regions_of, share,
};

use crate::expiry::Lasting;
use crate::kind::Kind;
use crate::quote::Quoted;

/// A refusal of the law or of the guard.
///
/// [`Display`](std::fmt::Display) says what is wrong: one line, lower case, no full stop, the user's
/// text in backticks. [`code`](Self::code) does not change between releases.
///
/// ```
/// use alch_blocks::{Kind, physical_name};
///
/// let error = physical_name(Kind::Queue, "Jobs", "prod").unwrap_err();
/// assert_eq!(error.code(), "base-invalid");
/// assert_eq!(
///     error.to_string(),
///     "`Jobs` cannot be the base name of a `Queue`: a base name uses only lower-case letters, \
///      digits and hyphens, and starts and ends with a letter or digit",
/// );
/// assert_eq!(error.help(), "rename it, for example to `jobs`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[cfg_attr(test, derive(strum::VariantNames))]
#[non_exhaustive]
// A line for the message and one for the code and the help, however long.
#[rustfmt::skip]
#[expect(missing_docs, reason = "the messages say what the variants and their fields are")]
pub enum Error {
    // --- Names -----------------------------------------------------------------------------
    #[error("there is no kind {name}")]
    #[diagnostic(code("argument-invalid"), help("use one of {}", all_kinds()))]
    KindUnknown { name: Quoted },

    #[error("{base} cannot be the base name of a `{}`: a base name {}", kind.title(), kind.spec().base.words)]
    #[diagnostic(code("base-invalid"), help("rename it, for example to {nearest}"))]
    BaseRule { kind: Kind, base: Quoted, nearest: Quoted },

    #[error("{base} cannot be the base name of a `{}`: a part of it, `0` and eight characters, looks like a hash", kind.title())]
    #[diagnostic(code("base-invalid"), help("rename it, for example to {nearest}"))]
    BaseHash { kind: Kind, base: Quoted, nearest: Quoted },

    #[error("the base name {base} has an unpaired surrogate")]
    #[diagnostic(code("base-invalid"), help("pass well-formed Unicode text"))]
    BaseIllFormed { base: Quoted },

    #[error("{name} cannot be the whole name of a `{}`: a name {}", kind.title(), kind.spec().literal.rule.words)]
    #[diagnostic(code("base-invalid"), help("write the deployed name exactly as Cloudflare shows it"))]
    LiteralRule { kind: Kind, name: Quoted },

    #[error("{name} cannot be the whole name of a `{}`: it has {length} characters, and Cloudflare allows {min} to {max}", kind.title())]
    #[diagnostic(code("base-invalid"), help("write the deployed name exactly as Cloudflare shows it"))]
    LiteralLength { kind: Kind, name: Quoted, length: usize, min: usize, max: usize },

    #[error("{base} already ends in the stage {stage}")]
    #[diagnostic(code("double-stage"), help("write {rest}: the block adds the stage"))]
    DoubleStage { base: Quoted, stage: Quoted, rest: Quoted },

    #[error("{base} gives the class name {class}, which is not a JavaScript identifier")]
    #[diagnostic(code("class-invalid"), help("add `className: \"MyClass\"`, with the class that your script exports"))]
    ClassInvalid { class: Quoted, base: Quoted },

    #[error("{id} cannot be the id of a `{}`: Alchemy would lose track of it", kind.title())]
    #[diagnostic(code("id-invalid"), help("use an id that is not empty, has no `:` and no `\\` and is not `__proto__`"))]
    IdInvalid { kind: Kind, id: Quoted },

    #[error("the local state store reads `__` in the id {id} as `/`: Alchemy would delete the resource at the next deploy")]
    #[diagnostic(code("id-invalid"), help("use an id without `__`"))]
    IdSplit { id: Quoted },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Host(#[from] HostError),

    // --- Regions ---------------------------------------------------------------------------
    #[error("a {kind} cannot be in the region {region}")]
    #[diagnostic(code("region-invalid"), help("{}", regions_of(*kind)))]
    RegionInvalid { kind: Kind, region: Quoted },

    #[error("`region` is {region}, and `{option}` is {value}")]
    #[diagnostic(code("region-conflict"), help("write one of them: `region` in the options of the block wins over that of `createBlocks`"))]
    RegionConflict { region: Quoted, option: &'static str, value: Quoted },

    #[error("the {kind} {name} is in {}, and the program puts it in {}", region(from), region(to))]
    #[diagnostic(code("would-move"), help("Cloudflare moves nothing: write where it is; or declare a new one under another id, copy the data, and then let this one go with `release`"))]
    WouldMove { kind: Kind, name: Quoted, from: Quoted, to: Quoted },

    #[error("the objects of the bucket {name} may not expire: {reason}")]
    #[diagnostic(code("expire-protected"), help("remove `expireDays` here: that of `createBlocks` leaves such a bucket out; if its objects may go, write `lifecycle` yourself"))]
    ExpireProtected { name: Quoted, reason: Lasting },

    // --- Stages ----------------------------------------------------------------------------
    #[error("the stage is empty")]
    #[diagnostic(code("stage-invalid"), help("pass a stage such as `dev`"))]
    StageEmpty,

    #[error("the stage {stage} has an unpaired surrogate")]
    #[diagnostic(code("stage-invalid"), help("pass well-formed Unicode text"))]
    StageIllFormed { stage: Quoted },

    #[error("no stage was set in CI, so Alchemy would use {stage}")]
    #[diagnostic(code("stage-implicit"), help("pass `--stage`, or set `STAGE`, in CI"))]
    StageImplicit { stage: Quoted },

    #[error("the stage {stage} differs from the protected stage {protected} only in case")]
    #[diagnostic(code("stage-case"), help("write {protected}, or choose another name"))]
    StageCase { stage: Quoted, protected: Quoted },

    #[error("the command line names the stage {argument}, but Alchemy uses {stage}")]
    #[diagnostic(code("stage-conflict"), help("write `--stage` and the name with a space between them, and leave `stage` out of the options of `alchemy()`"))]
    StageConflict { argument: Quoted, stage: Quoted },

    #[error("`{}` is called in the root scope of the app, which all stages share", kind.title())]
    #[diagnostic(code("root-scope"), help("call it outside of `app.run`, or inside `alchemy.run(\"name\", …)`"))]
    RootScope { kind: Kind },

    // --- One run ---------------------------------------------------------------------------
    #[error("two resources are the {kind} {name}: {first} and {second}")]
    #[diagnostic(code("duplicate-name"), help("give one of them another `name`; {first} was already passed to Alchemy in this run"))]
    DuplicateName { kind: Kind, name: Quoted, first: Place, second: Place },

    #[error("two Durable Objects are the class {class}{}: {first} and {second}", of_script(script.as_ref()))]
    #[diagnostic(code("duplicate-name"), help("use one Durable Object in both places, or give each its own `className` or `scriptName`"))]
    DuplicateClass { class: Quoted, script: Option<Quoted>, first: Place, second: Place },

    #[error("{id} is declared twice at once, as {first} and as {second}")]
    #[diagnostic(code("duplicate-name"), help("declare it once, or await the first declaration"))]
    DeclaredTwice { id: Quoted, first: Quoted, second: Quoted },

    #[error("the Worker {id} binds {binding} to a promise")]
    #[diagnostic(code("binding-unawaited"), help("await it first: `const db = await Database(\"db\")`"))]
    BindingUnawaited { id: Quoted, binding: Quoted },

    /// `rest` is what `longer` leaves of the slug; `base` came second, `earlier` first. The name
    /// `pinned` is one that no other stage can make.
    #[error("{shorter} and {longer} cannot both name a {kind}: {name} would be the first in stage {slug} and the second in stage {rest}")]
    #[diagnostic(code("ambiguous-stage"), help("add {} to {base}; {}", pin(stage, pinned), earlier.way_out()))]
    AmbiguousStage {
        kind: Kind,
        shorter: Quoted,
        longer: Quoted,
        name: Quoted,
        slug: Quoted,
        rest: Quoted,
        base: Quoted,
        stage: Quoted,
        pinned: Quoted,
        earlier: Earlier,
    },

    // --- What the state holds --------------------------------------------------------------
    #[error("the {kind} {id} is deployed as {deployed}, and this program names it {declared}: {}", reason.in_words(deployed, stage))]
    #[diagnostic(code("would-replace"), help("{}", reason.way_out(&pin(stage, deployed))))]
    WouldReplace {
        kind: Kind,
        id: Quoted,
        deployed: Quoted,
        declared: Quoted,
        stage: Quoted,
        reason: Reason,
    },

    #[error("{id} is deployed as the {kind} {name}, and this program declares another kind under that id: Alchemy would delete or forget the {kind}")]
    #[diagnostic(code("would-replace"), help("use another id for the new resource"))]
    OtherKind { kind: Kind, id: Quoted, name: Quoted },

    #[error("the {kind} {name} is deployed as {place}, and this program declares it as {id}: Alchemy would delete it as an orphan")]
    #[diagnostic(code("id-changed"), help("keep the id and the scope {place}; to move it, deploy once with `delete: false` there, then change it with `adopt: true`"))]
    IdChanged { kind: Kind, name: Quoted, place: Quoted, id: Quoted },

    #[error("the Worker {script} is deployed as {place}, and this program declares it as {id}: Alchemy would delete the script with its Durable Objects")]
    #[diagnostic(code("id-changed"), help("keep the id and the scope {place}; to move it, deploy once with `delete: false` there, then with `adopt: true` here"))]
    WorkerMoved { script: Quoted, place: Quoted, id: Quoted },

    #[error("the Durable Object {id} is now declared as {now}: Alchemy would delete the class {class} with all its storage")]
    #[diagnostic(code("id-changed"), help("keep the id {id}, or write `createBlocks({{ release: [{}] }})` to delete its storage", id.literal()))]
    ClassMoved { id: Quoted, class: Quoted, now: Quoted },

    #[error("the Durable Object {id} is now bound as {now}: Alchemy would delete the class {class} with all its storage")]
    #[diagnostic(code("would-delete-class"), help("keep the binding {id}, or write `guarded(state, {{ release: [{}] }})` to delete its storage", id.literal()))]
    ClassRebound { id: Quoted, class: Quoted, now: Quoted },

    #[error("the Worker {script} has the class {class}, which this program does not bind: adopting it would delete the class with all its storage")]
    #[diagnostic(code("would-delete-class"), help("bind the class, give the Worker another name, or write `createBlocks({{ deleteClasses: [{}] }})` to delete its storage", class.literal()))]
    ClassAdopted { script: Quoted, class: Quoted },

    #[error("the Durable Object {id} is no longer bound: Alchemy would delete the class {class} with all its storage")]
    #[diagnostic(code("would-delete-class"), help("bind it again, or write `createBlocks({{ release: [{}] }})` to delete its storage", id.literal()))]
    ClassLost { id: Quoted, class: Quoted },

    #[error("the workflow {id} is deployed as {deployed}, and this program names it {declared}: the old one would stay behind with its instances")]
    #[diagnostic(code("would-orphan"), help("add `onRename: \"keep\"` to keep the deployed name, or `onRename: \"replace\"` to leave the old one behind"))]
    WouldOrphan { id: Quoted, deployed: Quoted, declared: Quoted },

    #[error("this program declares the {kind} {name} as {id}, and Alchemy would delete it as an orphan")]
    #[diagnostic(code("would-delete"), help("await every block, do not catch its errors, and open each scope once; if two rows hold the {kind}, deploy once with `delete: false` on the one that should go"))]
    WouldDelete { kind: Kind, name: Quoted, id: Quoted },

    #[error("an interrupted replacement would delete the {kind} {name}, which this program uses")]
    #[diagnostic(code("pending-deletion"), help("to keep it, remove it from `pendingDeletions` in the scope's row of the state; to let it go, deploy once with the name that was to replace it"))]
    PendingDeletion { kind: Kind, name: Quoted },

    #[error("the {kind} {name} is no longer declared as {id}: Alchemy would delete it with its data")]
    #[diagnostic(code("would-delete"), help("write {} again to keep it, or `createBlocks({{ release: [{}] }})` to let it go", call(*kind, id), id.literal()))]
    Dropped { kind: Kind, id: Quoted, name: Quoted },

    #[error("the {kind} {name} is no longer declared as {id}, and {renamed} is new: this looks like a rename, and the data would stay behind in {name}")]
    #[diagnostic(code("would-delete"), help("write {} in its place to keep the data, with `createBlocks({{ release: [{}] }})` for the new one; or `createBlocks({{ release: [{}] }})` to let the old one go", call(*kind, id), new_id.literal(), id.literal()))]
    Renamed { kind: Kind, id: Quoted, name: Quoted, renamed: Quoted, new_id: Quoted },

    #[error("the workflow {name} goes with the Worker {script}: Alchemy would delete it with its instances")]
    #[diagnostic(code("would-delete"), help("keep the Worker, or write `createBlocks({{ release: [{}] }})` to let it go; to move the workflow, deploy once with the Worker and without the binding", id.literal()))]
    WorkflowDropped { id: Quoted, name: Quoted, script: Quoted },

    #[error("the {kind} {name} is deployed, and a local run would delete it")]
    #[diagnostic(code("would-delete"), help("run it without `--local`"))]
    LocalDelete { kind: Kind, name: Quoted },

    #[error("{id} was made by stage {stage} of {app}, and this stage uses the same state folder")]
    #[diagnostic(code("owned-elsewhere"), help("give this resource, scope or stage another name, or move the state back to where it was made"))]
    OtherStage { id: Quoted, app: Quoted, stage: Quoted },

    #[error("{id} was made by the program {program}, which has the same app and stage: this run would delete it")]
    #[diagnostic(code("owned-elsewhere"), help("give each program its own app name, or write `createBlocks({{ release: [{}] }})` above `alchemy()` to let it go", id.literal()))]
    OtherProgram { id: Quoted, program: Quoted },

    #[error("the {kind} {name} is in the state of stage {stage} of {app} too: this run would delete it there")]
    #[diagnostic(code("owned-elsewhere"), help("write `createBlocks({{ release: [{}] }})` above `alchemy()` to let it go all the same, or deploy {} once with `delete: false` to leave it to the other", id.literal(), id))]
    SharedWith { kind: Kind, id: Quoted, name: Quoted, app: Quoted, stage: Quoted },

    #[error("the {kind} {name} belongs to {id} in stage {stage} of {stack}: this deploy would take it over")]
    #[diagnostic(code("owned-elsewhere"), help("{}", share(id, stage, stack, *same_stack)))]
    HeldByStage { kind: Kind, name: Quoted, id: Quoted, stack: Quoted, stage: Quoted, same_stack: bool },

    #[error("the {kind} {name} exists in the account, and the state does not say whose it is: {id} would take it over")]
    #[diagnostic(code("owned-elsewhere"), help("give {id} another name, or deploy with `--adopt` if the {kind} belongs to this stage"))]
    HeldInAccount { kind: Kind, id: Quoted, name: Quoted },

    #[error("the account has one store of secrets, with {secret} in it, which {id} has not put there: Alchemy would delete it")]
    #[diagnostic(code("would-delete"), help("declare all secrets of the store in {id}, in one stage of one program; or write `createBlocks({{ release: [{}] }})` to delete those of others", id.literal()))]
    SecretLost { id: Quoted, secret: Quoted },

    #[error("the workflow {name} is deployed with the Worker {script}, which this stage does not own: this deploy would take it over")]
    #[diagnostic(code("owned-elsewhere"), help("use `AlchemyWorkflow`, which puts the stage into the name, with a `createBlocks({{ prefix }})` of the app, or add `scriptName: {}` to refer to it", script.literal()))]
    WorkflowHeld { name: Quoted, script: Quoted },

    #[error("the workflow {name} belongs to other stages too: this stage's Worker would take it over")]
    #[diagnostic(code("owned-elsewhere"), help("leave the name to the stage, or add `scriptName` with the Worker that has the workflow"))]
    WorkflowTaken { name: Quoted },

    #[error("the {kind} {deployed} was there before this stage had it, and this program names it {declared}: Alchemy would rename it for all that use it")]
    #[diagnostic(code("owned-elsewhere"), help("keep the name, or use another id for a new one, with `createBlocks({{ release: [{}] }})` to leave {deployed} as it is", id.literal()))]
    AdoptedRename { kind: Kind, id: Quoted, deployed: Quoted, declared: Quoted },

    #[error("this stage is deployed to the account {theirs}, and this run uses the account {ours}")]
    #[diagnostic(code("wrong-account"), help("use the credentials of the account {theirs}"))]
    WrongAccount { theirs: Quoted, ours: Quoted },

    #[error("the database {id} keeps its migrations in the table {deployed}, and this program names {declared}: Alchemy would apply all of them again")]
    #[diagnostic(code("would-replay"), help("write `migrationsTable: {}`", deployed.literal()))]
    WouldReplay { id: Quoted, deployed: Quoted, declared: Quoted },

    #[error("the database {id} exists and has tables, but no table of migrations called {declared}: adopting it would apply all migrations to it")]
    #[diagnostic(code("would-replay"), help("name the table that it has as `migrationsTable`, leave the migrations out, or first list what was applied in a table {declared} of it"))]
    AdoptedReplay { id: Quoted, declared: Quoted },

    #[error("the {kind} {id} is deployed as {deployed}, and this program names it {declared}: Alchemy would delete {deployed} with its data")]
    #[diagnostic(code("would-replace"), help("write `name: {}` to keep it, or `createBlocks({{ release: [{}] }})` to let it go", deployed.literal(), id.literal()))]
    RawReplace { kind: Kind, id: Quoted, deployed: Quoted, declared: Quoted },

    #[error("the options of the {kind} {id} changed so that Alchemy would create a new one, and {}", fate(name, *stays))]
    #[diagnostic(code("would-replace"), help("change the options back, or write `guarded(state, {{ release: [{}] }})` to let it go", id.literal()))]
    Replaced { kind: Kind, id: Quoted, name: Quoted, stays: bool },

    #[error("the state of {id} in {place} cannot be read: {cause}")]
    #[diagnostic(code("state-unreadable"), help("restore the row from a backup, or delete it and deploy with `adopt: true`; nothing was changed"))]
    StateUnreadable { id: Quoted, place: Quoted, cause: Quoted },

    #[error("the secrets of {id} in {place} are encrypted with another password than this run has")]
    #[diagnostic(code("state-password"), help("use the password of the last deploy, such as `ALCHEMY_PASSWORD`; if it is lost, run with `--force --erase-secrets`, which writes the secrets again"))]
    StatePassword { id: Quoted, place: Quoted },

    #[error("{id} shares the {kind} {name}, which is not in the account")]
    #[diagnostic(code("owner-missing"), help("deploy the stage that owns it first"))]
    OwnerMissing { kind: Kind, id: Quoted, name: Quoted },

    #[error("{id} would share the {kind} {name}, but this stage has deployed its own {kind} under that id: Alchemy would delete it as an orphan")]
    #[diagnostic(code("share-conflict"), help("use another id for the shared {kind}, or destroy this stage's own first; if they are the same {kind}, deploy once with `delete: false` first"))]
    ShareConflict { kind: Kind, id: Quoted, name: Quoted },

    // --- Calls -----------------------------------------------------------------------------
    #[error("the first argument of `{}` is {found}", kind.title())]
    #[diagnostic(code("argument-invalid"), help("pass the id as text: `{}(\"{}\")`", kind.title(), kind.spec().example))]
    IdMissing { kind: Kind, found: &'static str },

    #[error("the options of `{block}` are {found}")]
    #[diagnostic(code("argument-invalid"), help("pass an object, or nothing"))]
    OptionsInvalid { block: &'static str, found: &'static str },

    #[error("the third argument of `{}` is {found}, not Alchemy's function", kind.title())]
    #[diagnostic(code("argument-invalid"), help("pass the resource function of `alchemy/cloudflare`, or import `{}` from `@alch/blocks`", kind.title()))]
    ResourceInvalid { kind: Kind, found: &'static str },

    #[error("{what} is {found}")]
    #[diagnostic(code("argument-invalid"), help("pass text"))]
    TextMissing { what: &'static str, found: &'static str },

    #[error("the base names are {found}")]
    #[diagnostic(code("argument-invalid"), help("pass an array of text"))]
    BasesInvalid { found: &'static str },

    #[error("the option {option} of `{block}` is {found}")]
    #[diagnostic(code("option-invalid"), help("pass {expected}, or leave it out"))]
    OptionInvalid { block: &'static str, option: Quoted, found: &'static str, expected: &'static str },

    /// `choices` are the values that the option takes.
    #[error("the option `{option}` of `{block}` is {value}{}", looks_like(value, choices))]
    #[diagnostic(code("option-invalid"), help("pass {}, or leave it out", one_of(choices)))]
    OptionUnknown { block: &'static str, option: &'static str, value: Quoted, choices: &'static [&'static str] },

    #[error("the option {option} of `{block}`, {text}, has an unpaired surrogate")]
    #[diagnostic(code("option-invalid"), help("pass well-formed Unicode text"))]
    OptionIllFormed { block: &'static str, option: Quoted, text: Quoted },

    #[error("the setting `{setting}` of `createBlocks` is {found}")]
    #[diagnostic(code("option-invalid"), help("pass {expected}, or leave it out"))]
    SettingInvalid { setting: &'static str, found: &'static str, expected: &'static str },

    #[error("the settings of `createBlocks` are {found}")]
    #[diagnostic(code("option-invalid"), help("pass an object, or leave them out"))]
    SettingsInvalid { found: &'static str },

    #[error("`{}` takes either `stage` or `share`", kind.title())]
    #[diagnostic(code("option-invalid"), help("remove one of the two: `share` names the stage that owns the resource"))]
    ShareWithStage { kind: Kind },

    #[error("`{}` cannot be shared", kind.title())]
    #[diagnostic(code("option-invalid"), help("remove `share`: only {} take it", kinds_with_data()))]
    ShareUnsupported { kind: Kind },

    #[error("`share` of `{}` needs an account to look the resource up in", kind.title())]
    #[diagnostic(code("option-invalid"), help("import `{}` from `@alch/blocks`", kind.title()))]
    ShareUnbound { kind: Kind },

    #[error("`{option}` of `{block}` is {found}, which names no script")]
    #[diagnostic(code("script-invalid"), help("pass the script's name, an awaited `Worker` or a `WorkerRef`"))]
    ScriptInvalid { block: &'static str, option: &'static str, found: &'static str },

    #[error("this run of Alchemy does not announce what it will change, so nothing was checked")]
    #[diagnostic(code("alchemy-unknown"), help("deploy without `--detect-drift`, with a version that the guard knows: {}", newest2()))]
    AlchemyUnplanned,

    #[error("this program runs Alchemy {version}, which the guard does not know")]
    #[diagnostic(code("alchemy-unknown"), help("{}", known_instead_of(version)))]
    AlchemyVersion { version: Quoted },

    #[error("the guard cannot read which version of Alchemy this program runs")]
    #[diagnostic(code("alchemy-unknown"), help("keep `alchemy` and `@alch/blocks` out of bundles, and use Bun, Deno, or Node 20.16 or later"))]
    AlchemyHidden,

    #[error("{cause}")]
    #[diagnostic(code("internal"), help("report this with the program that causes it"))]
    Internal { cause: String },
}

impl Error {
    /// The stable code, such as `base-invalid`: the same in Rust, TypeScript, JSON and the docs.
    #[must_use]
    pub fn code(&self) -> String {
        Diagnostic::code(self).map(|code| code.to_string()).unwrap_or_default()
    }

    /// What to do, in the form of the message.
    #[must_use]
    pub fn help(&self) -> String {
        Diagnostic::help(self).map(|help| help.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
pub(crate) mod tests;
