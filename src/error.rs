//! The one error type: a stable code, a message, and a way out.

use std::fmt;

use crate::message::Message;
use crate::text::{push, push_ascii};

/// What went wrong, in a form that does not change between releases.
///
/// The same codes stand in Rust, in TypeScript (`BlockError.code`), in JSON output and in the
/// docs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The logical id, the options, the callback or the kind has the wrong type.
    ArgumentInvalid,
    /// A base name breaks the rule of its kind, or Cloudflare would refuse the name it makes.
    BaseInvalid,
    /// A base name already ends in the stage.
    DoubleStage,
    /// An option of the blocks, or one that carries the name, has the wrong type.
    OptionInvalid,
    /// The logical id cannot be one: it is empty, has a colon or is `__proto__`.
    IdInvalid,
    /// A stage that cannot be one: empty where it is required, or not well-formed text.
    StageInvalid,
    /// Nobody chose the stage, and this is CI.
    StageImplicit,
    /// The stage is a protected one but for the case of its letters.
    StageCase,
    /// No class name can be derived from the base name.
    ClassInvalid,
    /// `scriptName` is neither text nor something that knows its script.
    ScriptInvalid,
    /// Two resources of one run have one physical name, or two ids one class.
    DuplicateName,
    /// Two base names can give one physical name in two stages.
    AmbiguousStage,
    /// The state holds another physical name, which would be lost or renamed.
    WouldReplace,
    /// The name is deployed under another id or scope, whose row would become an orphan.
    IdChanged,
    /// The name is on the list of deletions of a replacement that did not end.
    PendingDeletion,
    /// A Durable Object class would be deleted with its storage.
    WouldDeleteClass,
    /// A workflow would stay behind under its old name.
    WouldOrphan,
    /// Alchemy would take what this run has declared for an orphan.
    WouldDelete,
    /// A row of the state cannot be read.
    StateUnreadable,
    /// The stage that owns a shared resource has not deployed it.
    OwnerMissing,
    /// This stage has a resource of its own where it would share another's.
    ShareConflict,
    /// Warning: a base name that many apps use, with `adopt` on and no prefix.
    GenericName,
    /// Warning: `STAGE` and the stage of the Alchemy scope differ.
    StageMismatch,
    /// The core met a state that it should never be in; nothing was passed to Alchemy.
    Internal,
}

impl Code {
    /// Every code, in the order in which they are declared.
    pub(crate) const ALL: [Self; 24] = [
        Self::ArgumentInvalid,
        Self::BaseInvalid,
        Self::DoubleStage,
        Self::OptionInvalid,
        Self::IdInvalid,
        Self::StageInvalid,
        Self::StageImplicit,
        Self::StageCase,
        Self::ClassInvalid,
        Self::ScriptInvalid,
        Self::DuplicateName,
        Self::AmbiguousStage,
        Self::WouldReplace,
        Self::IdChanged,
        Self::PendingDeletion,
        Self::WouldDeleteClass,
        Self::WouldOrphan,
        Self::WouldDelete,
        Self::StateUnreadable,
        Self::OwnerMissing,
        Self::ShareConflict,
        Self::GenericName,
        Self::StageMismatch,
        Self::Internal,
    ];

    /// The code as it is written everywhere, such as `base-invalid`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ArgumentInvalid => "argument-invalid",
            Self::BaseInvalid => "base-invalid",
            Self::DoubleStage => "double-stage",
            Self::OptionInvalid => "option-invalid",
            Self::IdInvalid => "id-invalid",
            Self::StageInvalid => "stage-invalid",
            Self::StageImplicit => "stage-implicit",
            Self::StageCase => "stage-case",
            Self::ClassInvalid => "class-invalid",
            Self::ScriptInvalid => "script-invalid",
            Self::DuplicateName => "duplicate-name",
            Self::AmbiguousStage => "ambiguous-stage",
            Self::WouldReplace => "would-replace",
            Self::IdChanged => "id-changed",
            Self::PendingDeletion => "pending-deletion",
            Self::WouldDeleteClass => "would-delete-class",
            Self::WouldOrphan => "would-orphan",
            Self::WouldDelete => "would-delete",
            Self::StateUnreadable => "state-unreadable",
            Self::OwnerMissing => "owner-missing",
            Self::ShareConflict => "share-conflict",
            Self::GenericName => "generic-name",
            Self::StageMismatch => "stage-mismatch",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refusal of the law: what is wrong, and what to do next.
///
/// ```
/// use alch_blocks::{Code, Kind, physical_name};
///
/// let error = physical_name(Kind::Queue, "Jobs", "prod").unwrap_err();
/// assert_eq!(error.code(), Code::BaseInvalid);
/// assert_eq!(
///     error.message(),
///     "`Jobs` cannot be the base name of a `Queue`: it may have only lower-case letters, digits and hyphens, \
///      and starts and ends with a letter or digit",
/// );
/// assert_eq!(error.help(), "rename it, for example to `jobs`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockError(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    code: Code,
    message: Message,
    /// Each behind its length in bytes and a colon.
    words: String,
}

impl BlockError {
    /// A refusal, whose message takes the words that are added.
    pub(crate) fn new(code: Code, message: Message) -> Self {
        Self(Box::new(Parts { code, message, words: String::new() }))
    }

    /// Adds a word: one by one, since a list would be put together at each place that refuses.
    #[inline(never)]
    pub(crate) fn with(mut self, word: &str) -> Self {
        push_decimal(&mut self.0.words, word.len());
        push_ascii(&mut self.0.words, b':');
        push(&mut self.0.words, word);
        self
    }

    /// A refusal of the core, by what it told of it; nothing where it could not have.
    #[must_use]
    pub fn told(code: u8, message: u8, words: &str) -> Option<Self> {
        let code = *Code::ALL.get(usize::from(code))?;
        let message = Message::numbered(message)?;
        Some(Self(Box::new(Parts { code, message, words: words.to_owned() })))
    }

    /// What [`told`](Self::told) takes.
    #[must_use]
    pub fn tell(&self) -> (u8, u8, &str) {
        (self.0.code as u8, self.0.message as u8, &self.0.words)
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What is wrong: one line, lower case, no full stop, the user's text in backticks.
    #[must_use]
    pub fn message(&self) -> String {
        self.line(0)
    }

    /// What to do next, in the same form.
    #[must_use]
    pub fn help(&self) -> String {
        self.line(1)
    }

    fn line(&self, at: usize) -> String {
        let words = unpacked(&self.0.words);
        self.0.message.said(&words).split('\n').nth(at).unwrap_or_default().to_owned()
    }
}

/// The words of a text in which each comes behind its length in bytes and a colon, up to where that form
/// is broken: how several pass between modules as one.
///
/// ```
/// assert_eq!(alch_blocks::unpacked("2:a:0:3:b:c"), ["a:", "", "b:c"]);
/// assert_eq!(alch_blocks::unpacked("1:ax:b"), ["a"]);
/// ```
#[must_use]
pub fn unpacked(mut text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    while let Some((length, behind)) = text.split_once(':') {
        let word = length.parse().ok().and_then(|length| behind.split_at_checked(length));
        let Some((word, rest)) = word else { break };
        words.push(word);
        text = rest;
    }
    words
}

/// Writes a number; the library's way is far larger.
fn push_decimal(out: &mut String, number: usize) {
    if number > 9 {
        push_decimal(out, number / 10);
    }
    push_ascii(out, b'0'.wrapping_add((number % 10) as u8));
}

impl fmt::Display for BlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.message(), self.code(), self.help())
    }
}

impl std::error::Error for BlockError {}

#[cfg(test)]
mod tests {
    use super::{BlockError, Code};
    use crate::message::Message;

    #[test]
    fn what_is_told_is_the_same_refusal() {
        let error = BlockError::new(Code::OptionInvalid, Message::OptionInvalid);
        let error = error.with("1:2").with("kv").with("");
        let (code, message, packed) = error.tell();
        assert_eq!(packed, "3:1:22:kv0:");
        assert_eq!(BlockError::told(code, message, packed).as_ref(), Some(&error));
        assert_eq!(error.message(), "the option `1:2` of `KV` is empty");
        assert_eq!(BlockError::told(u8::MAX, message, packed), None);
        assert_eq!(BlockError::told(code, u8::MAX, packed), None);
    }

    #[test]
    fn every_code_has_its_place() {
        for (at, code) in Code::ALL.iter().enumerate() {
            assert_eq!(*code as usize, at);
        }
    }
}
