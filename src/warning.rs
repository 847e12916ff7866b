//! What a block warns of, and goes on.

use miette::Diagnostic;

use crate::kind::Kind;
use crate::quote::quote;

/// A warning. Each is given once per run, by its [`code`](Self::code).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages say what the variants and their fields are")]
pub enum Warning {
    #[error("{} says nothing about the app, and `adopt` is on: another app of this account with \
             that name would share the {}", quote(base), kind.noun())]
    #[diagnostic(
        code("generic-name"),
        help("put the app's name into it, or use `createBlocks({{ prefix }})`")
    )]
    GenericName { kind: Kind, base: String },

    #[error(
        "`STAGE` is {}, but the Alchemy scope has the stage {}, which is used",
        quote(variable),
        quote(scope)
    )]
    #[diagnostic(code("stage-mismatch"), help("set both to the same stage"))]
    StageMismatch { variable: String, scope: String },

    #[error("{} already ends in the stage {}", quote(base), quote(stage))]
    #[diagnostic(
        code("double-stage"),
        help("write {} if that is the stage: the block adds it", quote(rest))
    )]
    DoubleStage { base: String, stage: String, rest: String },
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
