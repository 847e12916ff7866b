//! What is refused: a stable code, what is wrong, and what to do.

use std::fmt;

use miette::Diagnostic;

use crate::kind::Kind;
use crate::quote::{literal, quote};

/// A refusal of the law or of the guard.
///
/// [`Display`](fmt::Display) says what is wrong: one line, lower case, no full stop, the user's
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
#[expect(missing_docs, reason = "the messages say what the variants and their fields are")]
pub enum Error {
    // --- Names -----------------------------------------------------------------------------
    #[error("there is no kind {}", quote(name))]
    #[diagnostic(code("argument-invalid"), help("use one of {}", all_kinds()))]
    KindUnknown { name: String },

    #[error("{} cannot be the base name of a `{}`: a base name {}",
        quote(base), kind.title(), kind.spec().base.words)]
    #[diagnostic(code("base-invalid"), help("rename it, for example to {}", quote(nearest)))]
    BaseRule { kind: Kind, base: String, nearest: String },

    #[error("{} cannot be the base name of a `{}`: a part of it, `0` and eight characters, looks like a hash",
        quote(base), kind.title())]
    #[diagnostic(code("base-invalid"), help("rename it, for example to {}", quote(nearest)))]
    BaseHash { kind: Kind, base: String, nearest: String },

    #[error("the base name {} has an unpaired surrogate", quote(base))]
    #[diagnostic(code("base-invalid"), help("pass well-formed Unicode text"))]
    BaseIllFormed { base: String },

    #[error("{} cannot be the whole name of a `{}`: a name {}",
        quote(name), kind.title(), kind.spec().literal.rule.words)]
    #[diagnostic(
        code("base-invalid"),
        help("write the deployed name exactly as Cloudflare shows it")
    )]
    LiteralRule { kind: Kind, name: String },

    #[error("{} cannot be the whole name of a `{}`: it has {length} characters, and Cloudflare allows {} to {}",
        quote(name), kind.title(), kind.spec().literal.length.start(), kind.spec().literal.length.end())]
    #[diagnostic(
        code("base-invalid"),
        help("write the deployed name exactly as Cloudflare shows it")
    )]
    LiteralLength { kind: Kind, name: String, length: usize },

    #[error("{} already ends in the stage {}", quote(base), quote(stage))]
    #[diagnostic(code("double-stage"), help("write {}: the block adds the stage", quote(rest)))]
    DoubleStage { base: String, stage: String, rest: String },

    #[error(
        "{} gives the class name {}, which is not a JavaScript identifier",
        quote(base),
        quote(class)
    )]
    #[diagnostic(
        code("class-invalid"),
        help("add `className: \"MyClass\"`, with the class that your script exports")
    )]
    ClassInvalid { class: String, base: String },

    #[error("{} cannot be the id of a `{}`: Alchemy would lose track of it", quote(id), kind.title())]
    #[diagnostic(
        code("id-invalid"),
        help("use an id that is not empty, has no `:` and is not `__proto__`")
    )]
    IdInvalid { kind: Kind, id: String },

    // --- Stages ----------------------------------------------------------------------------
    #[error("the stage is empty")]
    #[diagnostic(code("stage-invalid"), help("pass a stage such as `dev`"))]
    StageEmpty,

    #[error("the stage {} has an unpaired surrogate", quote(stage))]
    #[diagnostic(code("stage-invalid"), help("pass well-formed Unicode text"))]
    StageIllFormed { stage: String },

    #[error("no stage was set in CI, so Alchemy would use {}", quote(stage))]
    #[diagnostic(code("stage-implicit"), help("pass `--stage`, or set `STAGE`, in CI"))]
    StageImplicit { stage: String },

    #[error(
        "the stage {} differs from the protected stage {} only in case",
        quote(stage),
        quote(protected)
    )]
    #[diagnostic(code("stage-case"), help("write {}, or choose another name", quote(protected)))]
    StageCase { stage: String, protected: String },

    // --- One run ---------------------------------------------------------------------------
    #[error("two resources are the {} {}: {first} and {second}", kind.noun(), quote(name))]
    #[diagnostic(
        code("duplicate-name"),
        help("give one of them another `name`; {first} was already passed to Alchemy in this run")
    )]
    DuplicateName { kind: Kind, name: String, first: Place, second: Place },

    #[error("two Durable Objects are the class {}{}: {first} and {second}", quote(class), of_script(script.as_ref()))]
    #[diagnostic(
        code("duplicate-name"),
        help(
            "use one Durable Object in both places, or give each its own `className` or `scriptName`"
        )
    )]
    DuplicateClass { class: String, script: Option<String>, first: Place, second: Place },

    #[error(
        "{} is declared twice at once, as {} and as {}",
        quote(id),
        quote(first),
        quote(second)
    )]
    #[diagnostic(code("duplicate-name"), help("declare it once, or await the first declaration"))]
    DeclaredTwice { id: String, first: String, second: String },

    #[error("{} and {} cannot both name a {}: {} would be the first in stage {} and the second in stage {}",
        quote(shorter), quote(longer), kind.noun(), quote(&format!("{shorter}-{slug}")), quote(slug), quote(rest))]
    #[diagnostic(code("ambiguous-stage"), help("rename {}; {}", quote(base), earlier.way_out()))]
    AmbiguousStage {
        kind: Kind,
        shorter: String,
        longer: String,
        slug: String,
        /// What is left of the slug: the stage in which the longer one has that name.
        rest: String,
        /// The base name that came second.
        base: String,
        earlier: Earlier,
    },

    // --- What the state holds --------------------------------------------------------------
    #[error("the {} {} is deployed as {}, and this program names it {}: {}",
        kind.noun(), quote(id), quote(deployed), quote(declared), reason.in_words(deployed, stage))]
    #[diagnostic(code("would-replace"), help("{}", reason.way_out(&pin(stage, deployed))))]
    WouldReplace {
        kind: Kind,
        id: String,
        deployed: String,
        declared: String,
        stage: String,
        reason: Reason,
    },

    #[error("{} is deployed as the {} {}, and this program declares another kind under that id: \
             Alchemy would delete or forget the {}", quote(id), kind.noun(), quote(name), kind.noun())]
    #[diagnostic(code("would-replace"), help("use another id for the new resource"))]
    OtherKind { kind: Kind, id: String, name: String },

    #[error("the {} {} is deployed as {}, and this program declares it as {}: Alchemy would delete \
             it as an orphan", kind.noun(), quote(name), quote(place), quote(id))]
    #[diagnostic(
        code("id-changed"),
        help(
            "keep the id and the scope {}; to move it, deploy once with `delete: false` there, then \
         change it with `adopt: true`",
            quote(place)
        )
    )]
    IdChanged { kind: Kind, name: String, place: String, id: String },

    #[error(
        "the Worker {} is deployed as {}, and this program declares it as {}: Alchemy would \
             delete the script with its Durable Objects",
        quote(script),
        quote(place),
        quote(id)
    )]
    #[diagnostic(code("id-changed"), help("keep the id and the scope {}", quote(place)))]
    WorkerMoved { script: String, place: String, id: String },

    #[error(
        "the Durable Object {} is now declared as {}: Alchemy would delete the class {} with \
             all its storage",
        quote(id),
        quote(now),
        quote(class)
    )]
    #[diagnostic(
        code("id-changed"),
        help(
            "keep the id {}, or write `createBlocks({{ deleteClasses: [{}] }})` to delete its storage",
            quote(id),
            literal(class)
        )
    )]
    ClassMoved { id: String, class: String, now: String },

    #[error(
        "the Durable Object {} is no longer bound: Alchemy would delete the class {} with all \
             its storage",
        quote(id),
        quote(class)
    )]
    #[diagnostic(
        code("would-delete-class"),
        help(
            "bind it again, or write `createBlocks({{ deleteClasses: [{}] }})` to delete its storage",
            literal(class)
        )
    )]
    ClassLost { id: String, class: String },

    #[error(
        "the workflow {} is deployed as {}, and this program names it {}: the old one would \
             stay behind with its instances",
        quote(id),
        quote(deployed),
        quote(declared)
    )]
    #[diagnostic(
        code("would-orphan"),
        help(
            "add `onRename: \"keep\"` to keep the deployed name, or `onRename: \"replace\"` to leave \
         the old one behind"
        )
    )]
    WouldOrphan { id: String, deployed: String, declared: String },

    #[error("this program declares the {} {} as {}, and Alchemy would delete it as an orphan",
        kind.noun(), quote(name), quote(id))]
    #[diagnostic(code("would-delete"), help(
        "await every block, do not catch its errors, and open each scope once; if two rows hold \
         the {}, deploy once with `delete: false` on the one that should go", kind.noun()))]
    WouldDelete { kind: Kind, name: String, id: String },

    #[error("an interrupted replacement would delete the {} {}, which this program uses", kind.noun(), quote(name))]
    #[diagnostic(
        code("pending-deletion"),
        help(
            "deploy once with the name that was to replace it, or remove it from `pendingDeletions` \
         in the scope's row of the state"
        )
    )]
    PendingDeletion { kind: Kind, name: String },

    #[error("the state of {} in {} cannot be read: {}", quote(id), quote(place), quote(cause))]
    #[diagnostic(
        code("state-unreadable"),
        help(
            "restore the row from a backup, or delete it and deploy with `adopt: true`; nothing was \
         changed"
        )
    )]
    StateUnreadable { id: String, place: String, cause: String },

    #[error("{} shares the {} {}, which is not in the account", quote(id), kind.noun(), quote(name))]
    #[diagnostic(code("owner-missing"), help("deploy the stage that owns it first"))]
    OwnerMissing { kind: Kind, id: String, name: String },

    #[error("{} would share the {} {}, but this stage has deployed its own {} under that id: \
             Alchemy would delete it as an orphan", quote(id), kind.noun(), quote(name), kind.noun())]
    #[diagnostic(code("share-conflict"), help(
        "use another id for the shared {0}, or destroy this stage's own first; if they are the \
         same {0}, deploy once with `delete: false` first", kind.noun()))]
    ShareConflict { kind: Kind, id: String, name: String },

    // --- Calls -----------------------------------------------------------------------------
    #[error("the first argument of `{}` is {found}", kind.title())]
    #[diagnostic(code("argument-invalid"), help("pass the id as text: `{}({})`", kind.title(), literal(kind.spec().example)))]
    IdMissing { kind: Kind, found: &'static str },

    #[error("the options of `{}` are {found}", kind.title())]
    #[diagnostic(code("argument-invalid"), help("pass an object, or nothing"))]
    OptionsInvalid { kind: Kind, found: &'static str },

    #[error("the third argument of `{}` is {found}, not Alchemy's function", kind.title())]
    #[diagnostic(code("argument-invalid"), help(
        "pass the resource function of `alchemy/cloudflare`, or import `{}` from `@alch/blocks`", kind.title()))]
    ResourceInvalid { kind: Kind, found: &'static str },

    #[error("{what} is {found}")]
    #[diagnostic(code("argument-invalid"), help("pass text"))]
    TextMissing { what: &'static str, found: &'static str },

    #[error("the base names are {found}")]
    #[diagnostic(code("argument-invalid"), help("pass an array of text"))]
    BasesInvalid { found: &'static str },

    #[error("the option {} of `{}` is {found}", quote(option), kind.title())]
    #[diagnostic(code("option-invalid"), help("pass {expected}, or leave it out"))]
    OptionInvalid { kind: Kind, option: String, found: &'static str, expected: &'static str },

    #[error("the option `{option}` of `{}`, {}, has an unpaired surrogate", kind.title(), quote(text))]
    #[diagnostic(code("option-invalid"), help("pass well-formed Unicode text"))]
    OptionIllFormed { kind: Kind, option: &'static str, text: String },

    #[error("the setting `{setting}` of `createBlocks` is {found}")]
    #[diagnostic(code("option-invalid"), help("pass {expected}, or leave it out"))]
    SettingInvalid { setting: &'static str, found: &'static str, expected: &'static str },

    #[error("the settings of `createBlocks` are {found}")]
    #[diagnostic(code("option-invalid"), help("pass an object, or leave them out"))]
    SettingsInvalid { found: &'static str },

    #[error("`{}` takes either `stage` or `share`", kind.title())]
    #[diagnostic(
        code("option-invalid"),
        help("remove one of the two: `share` names the stage that owns the resource")
    )]
    ShareWithStage { kind: Kind },

    #[error("`{}` cannot be shared", kind.title())]
    #[diagnostic(
        code("option-invalid"),
        help("remove `share`: only databases, buckets, KV namespaces and queues take it")
    )]
    ShareUnsupported { kind: Kind },

    #[error("`share` of `{}` needs an account to look the resource up in", kind.title())]
    #[diagnostic(code("option-invalid"), help("import `{}` from `@alch/blocks`", kind.title()))]
    ShareUnbound { kind: Kind },

    #[error("`scriptName` of `{}` is {found}, which names no script", kind.title())]
    #[diagnostic(
        code("script-invalid"),
        help("pass the script's name, an awaited `Worker` or a `WorkerRef`")
    )]
    ScriptInvalid { kind: Kind, found: &'static str },

    #[error("{cause}")]
    #[diagnostic(code("internal"), help("report this with the program that causes it"))]
    Internal { cause: String },
}

/// Every code of a refusal, in the order in which the documentation has them.
pub const CODES: [&str; 22] = [
    "argument-invalid",
    "base-invalid",
    "double-stage",
    "option-invalid",
    "id-invalid",
    "stage-invalid",
    "stage-implicit",
    "stage-case",
    "class-invalid",
    "script-invalid",
    "duplicate-name",
    "ambiguous-stage",
    "would-replace",
    "id-changed",
    "pending-deletion",
    "would-delete-class",
    "would-orphan",
    "would-delete",
    "state-unreadable",
    "owner-missing",
    "share-conflict",
    "internal",
];

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

/// Where a resource stands in a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path of the Alchemy scope, such as `shop/prod`; empty outside any scope.
    pub scope: String,
    /// The logical id.
    pub id: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quote(&self.id))?;
        if self.scope.is_empty() { Ok(()) } else { write!(f, " in scope {}", quote(&self.scope)) }
    }
}

/// What was there before a declaration that is ambiguous with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Where it stands.
    pub place: Place,
    /// Its physical name.
    pub name: String,
    /// Whether this run declared it; otherwise the state holds it.
    pub declared: bool,
}

impl Earlier {
    fn way_out(&self) -> String {
        let Self { place, name, declared } = self;
        let name = quote(name);
        if *declared {
            format!(
                "or rename {place}, which this run has already passed to Alchemy as {name}: remove \
                 {name} once this deploy has ended"
            )
        } else {
            format!(
                "or rename {place}, which this stage's state holds as {name}: deploy once without \
                 both to remove it first"
            )
        }
    }
}

/// Why a deployed name may not become another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Alchemy would rename the resource in place.
    Renames,
    /// Alchemy would create a new resource and delete the deployed one.
    Deletes,
    /// Local mode must not change what is deployed.
    LocalMode,
    /// The stage is protected, and the state does not say so of this resource yet.
    Protected,
}

impl Reason {
    fn in_words(self, deployed: &str, stage: &str) -> String {
        match self {
            Self::Renames => "Alchemy would rename it in place".to_owned(),
            Self::Deletes => format!("Alchemy would delete {} with its data", quote(deployed)),
            Self::LocalMode => "local mode must not change what is deployed".to_owned(),
            Self::Protected => {
                format!(
                    "the stage {} is protected, but its state does not say so yet",
                    quote(stage)
                )
            }
        }
    }

    fn way_out(self, pin: &str) -> String {
        match self {
            Self::Renames | Self::Deletes => {
                format!("add {pin} to keep it, or `onRename: \"replace\"` to let it go")
            }
            Self::LocalMode => format!("add {pin} to keep it, or deploy the new name first"),
            Self::Protected => format!(
                "add {pin} and deploy once, which stores `delete: false`; or add `delete: true` to \
                 let it go"
            ),
        }
    }
}

fn pin(stage: &str, name: &str) -> String {
    format!("`pin: {{ {}: {} }}`", literal(stage), literal(name))
}

fn of_script(script: Option<&String>) -> String {
    script.map_or(String::new(), |script| format!(" of the script {}", quote(script)))
}

fn all_kinds() -> String {
    Kind::ALL.map(|kind| format!("`{}`", kind.as_str())).join(", ")
}

#[cfg(test)]
mod tests;
