//! What a block warns of, and goes on.

use miette::Diagnostic;

use crate::kind::Kind;
use crate::quote::Quoted;

/// A warning. Each is given once per run, by its [`code`](Self::code).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[cfg_attr(test, derive(strum::VariantNames))]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages say what the variants and their fields are")]
pub enum Warning {
    #[error(
        "{base} says nothing about the app, and `adopt` is on: another app of this account with that name would share the {kind}"
    )]
    #[diagnostic(
        code("generic-name"),
        help("put the app's name into it, or use `createBlocks({{ prefix }})`")
    )]
    GenericName { kind: Kind, base: Quoted },

    #[error("`STAGE` is {variable}, but the Alchemy scope has the stage {scope}, which is used")]
    #[diagnostic(code("stage-mismatch"), help("set both to the same stage"))]
    StageMismatch { variable: Quoted, scope: Quoted },

    #[error("{base} already ends in the stage {stage}")]
    #[diagnostic(
        code("double-stage"),
        help("write {rest} if that is the stage: the block adds it")
    )]
    DoubleStage { base: Quoted, stage: Quoted, rest: Quoted },

    #[error("`release` names {id}, but this deploy deleted nothing with that id")]
    #[diagnostic(code("release-unused"), help("remove it from `release`"))]
    ReleaseUnused { id: Quoted },

    #[error(
        "the {kind} {name} may be what an interrupted deploy has made: it stays in the account"
    )]
    #[diagnostic(
        code("left-behind"),
        help("if nothing else uses it, delete it by hand, or deploy it again with `adopt: true`")
    )]
    LeftBehind { kind: Kind, name: Quoted },

    #[error("`{option}` names the stage {stage}, which looks like {known}")]
    #[diagnostic(code("unknown-stage"), help("write {known}, if that is the stage"))]
    UnknownStage { option: &'static str, stage: Quoted, known: Quoted },

    #[error("`{option}` names the stage {stage}, which neither the state nor the config has")]
    #[diagnostic(
        code("unknown-stage"),
        help("correct it, or add it to `stages` in `alch-blocks.json`")
    )]
    UnheardStage { option: &'static str, stage: Quoted },

    #[error("the token cannot read {what}, so no hostname was compared with them")]
    #[diagnostic(code("hosts-unread"), help("give it the permission `{permission}`"))]
    HostsUnread { what: &'static str, permission: Quoted },

    #[error("the bucket {name} is in {place}, and not in {region}")]
    #[diagnostic(
        code("region-ignored"),
        help(
            "Cloudflare remembers where a name was first: use another base name, or write {place}"
        )
    )]
    RegionIgnored { name: Quoted, place: Quoted, region: Quoted },

    #[error("`dlq` names the queue {name}, which nothing in this program declares")]
    #[diagnostic(code("unknown-queue"), help("declare it with `Queue`, or pass the queue itself"))]
    UnknownQueue { name: Quoted },
}

impl Warning {
    /// The stable code, such as `generic-name`.
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
