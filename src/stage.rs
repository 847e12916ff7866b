//! The stage: how it stands in a name, and where it comes from.

use crate::error::{BlockError, Code};
use crate::hash::{has_hash_segment, push_hash};
use crate::message::Message;
use crate::text::{push, push_ascii};

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
            push_ascii(out, b'-');
        }
        push_ascii(out, byte.to_ascii_lowercase());
        gap = false;
    }
    if out.len() == before {
        push(out, "stage");
    }
    push_ascii(out, b'-');
    push_hash(out, stage);
}

/// A stage and its slug.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stage {
    raw: String,
    slug: String,
}

impl Stage {
    /// The stage named `raw`.
    ///
    /// # Errors
    /// `stage-invalid` where `raw` is empty.
    pub fn new(raw: &str) -> Result<Self, BlockError> {
        let mut stage = Self::default();
        stage.set(raw)?;
        Ok(stage)
    }

    /// Makes it the stage named `raw`, in the memory that it has.
    pub(crate) fn set(&mut self, raw: &str) -> Result<(), BlockError> {
        if raw.is_empty() {
            return Err(BlockError::new(Code::StageInvalid, Message::StageEmpty));
        }
        self.raw.clear();
        push(&mut self.raw, raw);
        self.slug.clear();
        if is_clean(raw) {
            push(&mut self.slug, raw);
        } else {
            push_hashed(&mut self.slug, raw);
        }
        Ok(())
    }

    /// As the user names it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// As it stands in names.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
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

    // No stage is empty, so a variable that says nothing is none.

    fn is_fallback(&self, stage: &str) -> bool {
        [Some(DEFAULT_STAGE), self.user, self.username].contains(&Some(stage))
    }

    fn is_chosen(&self, stage: &str) -> bool {
        [self.stage, self.alchemy_stage, self.argument].contains(&Some(stage))
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
