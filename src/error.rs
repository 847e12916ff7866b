//! The one error type: a stable code, a message, and a way out.

use std::fmt;

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
    message: String,
    help: String,
}

impl BlockError {
    /// A refusal whose message and help are templates for [`say`], filled from `words` in turn.
    pub(crate) fn new(code: Code, message: &str, help: &str, words: &[&str]) -> Self {
        let mut words = words.iter();
        let message = fill(message, &mut words);
        let help = fill(help, &mut words);
        Self(Box::new(Parts { code, message, help }))
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What is wrong: one line, lower case, no full stop, the user's text in backticks.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do next, in the same form.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.0.help
    }
}

impl fmt::Display for BlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.0.message, self.0.code, self.0.help)
    }
}

impl std::error::Error for BlockError {}

/// `template` with `words` put in, in turn: each `%` takes our own words as they are, each `$` the
/// user's text, in backticks and escaped.
///
/// This is all the formatting that the law needs, and far smaller than the library's.
pub(crate) fn say(template: &str, words: &[&str]) -> String {
    fill(template, &mut words.iter())
}

fn fill(template: &str, words: &mut std::slice::Iter<'_, &str>) -> String {
    let mut out = String::new();
    for character in template.chars() {
        match character {
            '%' => out.push_str(words.next().copied().unwrap_or_default()),
            '$' => write_quoted(&mut out, words.next().copied().unwrap_or_default()),
            _ => out.push(character),
        }
    }
    out
}

/// The user's text in backticks, fit for a terminal, as it stands in messages.
#[must_use]
#[inline]
pub fn quote(text: &str) -> String {
    say("$", &[text])
}

/// Writes the user's text in backticks, fit for a terminal.
///
/// Names and stages come from strangers' branches: whatever could move a cursor, break a line,
/// reorder text or end the backticks is escaped, and very long text is cut.
fn write_quoted(out: &mut String, text: &str) {
    const SHOWN: usize = 160;
    out.push('`');
    for (at, character) in text.chars().enumerate() {
        if at == SHOWN {
            out.push('…');
            break;
        }
        if character == '`' || is_unprintable(character) {
            push_escaped(out, character);
        } else {
            out.push(character);
        }
    }
    out.push('`');
}

/// Writes a character as its number, such as `\u{1b}`.
pub(crate) fn push_escaped(out: &mut String, character: char) {
    out.push_str("\\u{");
    push_number(out, u32::from(character), 16);
    out.push('}');
}

/// Writes a number in a base of at most 16.
pub(crate) fn push_number(out: &mut String, number: u32, base: u32) {
    let (Some(rest), Some(last)) = (number.checked_div(base), number.checked_rem(base)) else {
        return;
    };
    if rest > 0 {
        push_number(out, rest, base);
    }
    out.push(char::from_digit(last, 16).unwrap_or_default());
}

/// Control, bidirectional and invisible format characters, and the line separators.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::{push_number, say};

    #[test]
    fn escapes_hostile_text() {
        let quote = |text: &str| say("$", &[text]);
        assert_eq!(quote("my-db"), "`my-db`");
        assert_eq!(quote("a\u{1b}[2Jb"), "`a\\u{1b}[2Jb`");
        assert_eq!(quote("a`b"), "`a\\u{60}b`");
        assert_eq!(quote("a\u{202e}b"), "`a\\u{202e}b`");
        assert_eq!(quote(&"x".repeat(200)).chars().count(), 163);
    }

    #[test]
    fn fills_templates_in_turn() {
        assert_eq!(say("a % $%", &["`b`", "`", "c"]), "a `b` `\\u{60}`c");
        assert_eq!(say("100", &["unused"]), "100");
    }

    #[test]
    fn writes_numbers() {
        for number in [0, 7, 10, 63, 512, u32::MAX] {
            let mut text = String::new();
            push_number(&mut text, number, 10);
            push_number(&mut text, number, 16);
            assert_eq!(text, format!("{number}{number:x}"));
        }
    }
}
