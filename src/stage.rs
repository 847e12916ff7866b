//! The stage: how it stands in a name, and where it comes from.

use crate::error::{BlockError, Code};
use crate::hash::{has_hash_segment, push_hash};
use crate::message::Message;

/// The most characters that a clean stage may have to be its own slug, and that any slug has.
pub const SLUG_MAX: usize = 28;

/// How much of an unclean stage is kept readable, in characters.
const READABLE_MAX: usize = 18;

/// The stage as it stands in names.
///
/// A stage of at most 28 characters made of lower-case letters and digits with single hyphens
/// between them is its own slug. Any other is made readable and gets a hash of the whole, so that
/// different stages always have different slugs. The result has at most 28 characters, all of
/// them `a-z`, `0-9` and `-`.
///
/// # Errors
/// `stage-invalid` for an empty stage: it is no stage, so it has no slug.
///
/// ```
/// assert_eq!(alch_blocks::stage_slug("pr-123").unwrap(), "pr-123");
/// assert_eq!(alch_blocks::stage_slug("feature/login").unwrap(), "feature-login-0356hv2zv");
/// ```
pub fn stage_slug(stage: &str) -> Result<String, BlockError> {
    Ok(Stage::new(stage)?.slug().to_owned())
}

fn is_clean(stage: &str) -> bool {
    stage.len() <= SLUG_MAX
        && stage.as_bytes().split(|byte| *byte == b'-').all(is_slug_part)
        && !has_hash_segment(stage)
}

fn is_slug_part(part: &[u8]) -> bool {
    !part.is_empty() && part.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
}

/// Writes what can be read of a stage that is not clean, and its hash.
fn push_hashed(out: &mut String, stage: &str) {
    let before = out.len();
    // A hyphen is written with what follows it, so that none is left over at the end.
    let mut gap = false;
    for byte in stage.bytes() {
        // No byte of a character outside ASCII is alphanumeric.
        if !byte.is_ascii_alphanumeric() {
            gap = out.len() > before;
            continue;
        }
        let length = out.len().saturating_sub(before);
        if length.saturating_add(if gap { 2 } else { 1 }) > READABLE_MAX {
            break;
        }
        if gap {
            out.push('-');
        }
        out.push(char::from(byte.to_ascii_lowercase()));
        gap = false;
    }
    if out.len() == before {
        out.push_str("stage");
    }
    out.push('-');
    push_hash(out, stage);
}

/// A stage and its slug.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stage {
    raw: String,
    /// The slug with the hyphen that stands before it in names.
    suffix: String,
}

impl Stage {
    /// The stage named `raw`.
    ///
    /// # Errors
    /// `stage-invalid` where `raw` is empty.
    pub fn new(raw: &str) -> Result<Self, BlockError> {
        if raw.is_empty() {
            return Err(BlockError::new(Code::StageInvalid, Message::StageEmpty));
        }
        let mut suffix = String::from("-");
        if is_clean(raw) {
            suffix.push_str(raw);
        } else {
            push_hashed(&mut suffix, raw);
        }
        Ok(Self { raw: raw.to_owned(), suffix })
    }

    /// As the user names it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// As it stands in names.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.suffix.get(1..).unwrap_or_default()
    }

    /// The same, with the hyphen before it.
    pub(crate) fn suffix(&self) -> &str {
        &self.suffix
    }
}

/// What can say which stage this run is for.
///
/// Alchemy keys its state by the scope's stage, so that comes before the environment: a name made
/// from anything else could point one stage's state at another stage's resource.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment<'a> {
    /// The stage of the active Alchemy scope.
    pub scope_stage: Option<&'a str>,
    /// `STAGE`.
    pub stage: Option<&'a str>,
    /// `ALCHEMY_STAGE`.
    pub alchemy_stage: Option<&'a str>,
    /// What follows `--stage` on the command line.
    pub argument: Option<&'a str>,
    /// `USER`.
    pub user: Option<&'a str>,
    /// `USERNAME`.
    pub username: Option<&'a str>,
    /// `CI`.
    pub ci: Option<&'a str>,
}

/// The stage where no source names one.
const DEFAULT_STAGE: &str = "dev";

/// Stages that are protected where a set of blocks does not say which.
pub const PROTECTED: &[&str] = &["prod", "production"];

impl<'a> Environment<'a> {
    /// The stage of this run: the scope's, else `STAGE`, else `dev`. Empty text says nothing.
    #[must_use]
    pub fn resolve(&self) -> &'a str {
        said(self.scope_stage).or(said(self.stage)).unwrap_or(DEFAULT_STAGE)
    }

    /// Whether nobody chose the stage, in CI.
    ///
    /// Alchemy falls back on the name of the user, which is `runner` in GitHub Actions: a
    /// forgotten stage would become an environment of its own.
    #[must_use]
    pub fn is_implicit(&self) -> bool {
        said(self.scope_stage)
            .is_some_and(|stage| self.in_ci() && self.is_fallback(stage) && !self.is_chosen(stage))
    }

    /// What `STAGE` says, where the scope is of another stage, which is used.
    #[must_use]
    pub fn mismatch(&self) -> Option<&'a str> {
        said(self.stage).filter(|variable| said(self.scope_stage).is_some_and(|of| of != *variable))
    }

    fn in_ci(&self) -> bool {
        said(self.ci).is_some_and(|ci| ci != "0" && ci != "false")
    }

    fn is_fallback(&self, stage: &str) -> bool {
        stage == DEFAULT_STAGE || says(self.user, stage) || says(self.username, stage)
    }

    fn is_chosen(&self, stage: &str) -> bool {
        says(self.stage, stage) || says(self.alchemy_stage, stage) || says(self.argument, stage)
    }
}

/// Refuses a stage that nobody chose: `stage-implicit`.
#[must_use]
pub fn stage_implicit(stage: &str) -> BlockError {
    BlockError::new(Code::StageImplicit, Message::StageImplicit).with(stage)
}

/// The warning where `STAGE` and the scope name different stages.
#[must_use]
pub fn stage_mismatch(variable: &str, scope: &str) -> BlockError {
    BlockError::new(Code::StageMismatch, Message::StageMismatch).with(variable).with(scope)
}

fn said(source: Option<&str>) -> Option<&str> {
    source.filter(|text| !text.is_empty())
}

fn says(source: Option<&str>, stage: &str) -> bool {
    said(source) == Some(stage)
}

/// Whether `stage` is protected; refuses `Prod` where `prod` is.
///
/// # Errors
/// `stage-case`
pub(crate) fn is_protected(stage: &str, protected: &[&str]) -> Result<bool, BlockError> {
    if protected.contains(&stage) {
        return Ok(true);
    }
    match protected.iter().find(|name| stage.eq_ignore_ascii_case(name)) {
        None => Ok(false),
        Some(name) => {
            Err(BlockError::new(Code::StageCase, Message::StageCase).with(stage).with(name))
        }
    }
}
