//! The stage: how it stands in a name, and where it comes from.

use std::rc::Rc;

use crate::error::{BlockError, Code};
use crate::hash::{has_hash_segment, hash};

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
    if stage.is_empty() {
        let help = "give a stage such as `dev`";
        return Err(BlockError::new(Code::StageInvalid, "the stage is empty", help, &[]));
    }
    if is_clean(stage) {
        return Ok(stage.to_owned());
    }
    let mut slug = readable(stage);
    slug.push('-');
    slug.push_str(&hash(stage));
    Ok(slug)
}

fn is_clean(stage: &str) -> bool {
    stage.len() <= SLUG_MAX
        && stage.as_bytes().split(|byte| *byte == b'-').all(is_slug_part)
        && !has_hash_segment(stage)
}

fn is_slug_part(part: &[u8]) -> bool {
    !part.is_empty() && part.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
}

fn readable(stage: &str) -> String {
    let mut text = String::with_capacity(SLUG_MAX);
    // A hyphen is written with what follows it, so that none is left over at the end.
    let mut gap = false;
    for character in stage.chars() {
        let lowered = character.to_ascii_lowercase();
        if !(lowered.is_ascii_lowercase() || lowered.is_ascii_digit()) {
            gap = !text.is_empty();
            continue;
        }
        if text.len().saturating_add(if gap { 2 } else { 1 }) > READABLE_MAX {
            break;
        }
        if gap {
            text.push('-');
        }
        text.push(lowered);
        gap = false;
    }
    if text.is_empty() { "stage".to_owned() } else { text }
}

/// A stage and its slug.
///
/// A copy shares the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage(Rc<Texts>);

#[derive(Debug, PartialEq, Eq)]
struct Texts {
    raw: String,
    slug: String,
}

impl Stage {
    /// The stage named `raw`.
    ///
    /// # Errors
    /// `stage-invalid` where `raw` is empty.
    pub fn new(raw: &str) -> Result<Self, BlockError> {
        Ok(Self(Rc::new(Texts { slug: stage_slug(raw)?, raw: raw.to_owned() })))
    }

    /// As the user names it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.0.raw
    }

    /// As it stands in names.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.0.slug
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

    /// Refuses a stage that nobody chose, in CI.
    ///
    /// Alchemy falls back on the name of the user, which is `runner` in GitHub Actions: a
    /// forgotten stage would become an environment of its own.
    ///
    /// # Errors
    /// `stage-implicit`
    pub fn require_explicit(&self) -> Result<(), BlockError> {
        let Some(stage) = said(self.scope_stage) else { return Ok(()) };
        if !self.in_ci() || !self.is_fallback(stage) || self.is_chosen(stage) {
            return Ok(());
        }
        Err(BlockError::new(
            Code::StageImplicit,
            "nobody chose the stage $: it is what Alchemy falls back on",
            "set `STAGE`, or pass `--stage`, in CI",
            &[stage],
        ))
    }

    /// The warning where `STAGE` and the scope name different stages.
    #[must_use]
    pub fn mismatch(&self) -> Option<BlockError> {
        let (scope, variable) = (said(self.scope_stage)?, said(self.stage)?);
        (scope != variable).then(|| {
            BlockError::new(
                Code::StageMismatch,
                "`STAGE` is $, but the Alchemy scope is of stage $, which is used",
                "give both the same stage",
                &[variable, scope],
            )
        })
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
        Some(name) => Err(BlockError::new(
            Code::StageCase,
            "the stage $ is $ but for its case",
            "write $, or choose a name that cannot be taken for it",
            &[stage, name, name],
        )),
    }
}
