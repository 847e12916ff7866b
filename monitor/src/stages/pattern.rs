//! What stages of pull requests are called.

use std::fmt;

use alch_blocks::Stage;

const NUMBER: &str = "{number}";
/// The pattern where nobody gives one.
const DEFAULT: &str = "pr-{number}";

/// A template with `{number}`, which is compared with whole names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    before: String,
    after: String,
}

/// A pattern does not have `{number}` once, or would match every number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternError;

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the pattern needs `{number}` once, and text beside it")
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// The pattern `text`; empty text is `pr-{number}`.
    ///
    /// # Errors
    /// [`PatternError`]: it does not have `{number}` once, or nothing else.
    ///
    /// ```
    /// use alch_blocks_monitor::stages::Pattern;
    /// let pattern = Pattern::new("pr-{number}").unwrap();
    /// assert_eq!(pattern.number("pr-12"), Some(12));
    /// assert_eq!(pattern.number("pr-12x"), None);
    /// ```
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let text = if text.is_empty() { DEFAULT } else { text };
        let (before, after) = text.split_once(NUMBER).ok_or(PatternError)?;
        if after.contains(NUMBER) || before.is_empty() && after.is_empty() {
            return Err(PatternError);
        }
        // A digit beside the number would be taken for a part of it.
        let digit = |end: Option<char>| end.is_some_and(|end| end.is_ascii_digit());
        if digit(before.chars().next_back()) || digit(after.chars().next()) {
            return Err(PatternError);
        }
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// The number in the name of a stage; none if the name as a whole does not follow the pattern.
    #[must_use]
    pub fn number(&self, stage: &str) -> Option<u64> {
        let number = stage.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
        let is_number =
            !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { number.parse().ok() } else { None }
    }

    /// The number of a stage that the name of a resource has in it, as whole words.
    pub(crate) fn number_in(&self, name: &str) -> Option<u64> {
        let runs = name.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.filter_map(|run| {
            let stage = self.stage(run);
            let is_in = Stage::new(&stage).is_ok_and(|stage| stage.is_in(name));
            self.number(&stage).filter(|_| is_in)
        })
        .next()
    }

    /// The stage of a number.
    pub(crate) fn stage(&self, number: impl fmt::Display) -> String {
        format!("{}{number}{}", self.before, self.after)
    }
}
