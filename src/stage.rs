//! The stage: how it stands in a name, and where it comes from.

use serde::Deserialize;

use crate::error::Error;
use crate::hash::{has_hash_segment, hash};

/// The most characters that a slug has, and that a stage may have to be its own slug.
pub const SLUG_MAX: usize = 28;

/// How much of any other stage stays readable, in characters.
const READABLE_MAX: usize = 18;

/// The stage where no source names one.
const DEFAULT_STAGE: &str = "dev";

/// The protected stages of a set of blocks that does not say which.
pub const PROTECTED: [&str; 2] = ["prod", "production"];

/// The stage as it stands in names: at most 28 characters of `a-z`, `0-9` and `-`.
///
/// A stage of at most 28 characters, made of lower-case letters and digits with single hyphens
/// between them, is its own slug. Any other becomes readable text and a hash of the whole stage, so
/// that different stages always have different slugs.
///
/// # Errors
/// `stage-invalid`: the stage is empty.
///
/// ```
/// assert_eq!(alch_blocks::stage_slug("pr-123").unwrap(), "pr-123");
/// assert_eq!(alch_blocks::stage_slug("feature/login").unwrap(), "feature-login-0356hv2zv");
/// ```
pub fn stage_slug(stage: &str) -> Result<String, Error> {
    Ok(Stage::new(stage)?.slug)
}

/// A stage and its slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    raw: String,
    slug: String,
}

impl Stage {
    /// The stage named `raw`.
    ///
    /// # Errors
    /// `stage-invalid`: `raw` is empty.
    pub fn new(raw: &str) -> Result<Self, Error> {
        if raw.is_empty() {
            return Err(Error::StageEmpty);
        }
        let slug = if is_clean(raw) { raw.to_owned() } else { hashed(raw) };
        Ok(Self { raw: raw.to_owned(), slug })
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

    /// Whether a name has the stage in it, as whole words and in any case: nobody but this stage would
    /// call something so.
    #[must_use]
    pub fn is_in(&self, name: &str) -> bool {
        let name = words(name);
        [words(&self.slug), words(&self.raw)].iter().any(|stage| {
            !stage.is_empty() && name.windows(stage.len()).any(|part| part == stage.as_slice())
        })
    }

    /// The slug that the stage would have if it were not its own: with a hash, so that it is no
    /// other's.
    pub(crate) fn hashed_slug(&self) -> String {
        hashed(&self.raw)
    }

    /// Whether many projects have a stage of this name: a base name that ends in it is a leftover
    /// of naming by hand, and not chance.
    pub(crate) fn is_usual(&self) -> bool {
        let number = self.raw.strip_prefix("pr-").unwrap_or_default();
        let is_pull_request =
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_pull_request
            || matches!(
                self.raw.as_str(),
                "dev" | "test" | "preview" | "staging" | "prod" | "production"
            )
    }
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn is_clean(stage: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    stage.len() <= SLUG_MAX && stage.split('-').all(is_word) && !has_hash_segment(stage)
}

/// What can be read of a stage that is not clean, and its hash.
fn hashed(stage: &str) -> String {
    let mut readable = words(stage).join("-");
    readable.truncate(READABLE_MAX);
    let readable = match readable.trim_end_matches('-') {
        "" => "stage",
        some => some,
    };
    format!("{readable}-{}", hash(stage))
}

/// What can say which stage a run is for.
///
/// Alchemy keys its state by the scope's stage, so that comes first: a name made from anything else
/// could point one stage's state at another stage's resource.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// The stage of the active Alchemy scope.
    #[serde(skip)]
    pub scope_stage: Option<String>,
    /// `STAGE`.
    pub stage: Option<String>,
    /// `ALCHEMY_STAGE`.
    pub alchemy_stage: Option<String>,
    /// What follows `--stage` on the command line.
    pub argument: Option<String>,
    /// `USER`.
    pub user: Option<String>,
    /// `USERNAME`.
    pub username: Option<String>,
    /// `CI`.
    pub ci: Option<String>,
}

impl Environment {
    /// The stage of this run: the scope's, else `STAGE`, else `dev`. Empty text counts as not set.
    #[must_use]
    pub fn resolve(&self) -> &str {
        set(&self.scope_stage).or(set(&self.stage)).unwrap_or(DEFAULT_STAGE)
    }

    /// Whether this is CI and no stage was set.
    ///
    /// Alchemy falls back on the name of the user, which is `runner` in GitHub Actions: a forgotten
    /// stage would become an environment of its own.
    #[must_use]
    pub fn is_implicit(&self) -> bool {
        let Some(stage) = set(&self.scope_stage) else { return false };
        let fallbacks = [Some(DEFAULT_STAGE), self.user.as_deref(), self.username.as_deref()];
        let choices = [&self.stage, &self.alchemy_stage, &self.argument].map(Option::as_deref);
        self.is_ci() && fallbacks.contains(&Some(stage)) && !choices.contains(&Some(stage))
    }

    /// Whether this is CI and `stage` is what Alchemy 2 makes up from the name of the user. It does not
    /// ask `STAGE`.
    #[must_use]
    pub fn is_implicit_in_alchemy2(&self, stage: &str) -> bool {
        let user = set(&self.user).or(set(&self.username)).unwrap_or("unknown");
        let is_fallback =
            ["live_", "dev_"].iter().any(|head| stage.strip_prefix(head) == Some(user));
        let choices = [&self.alchemy_stage, &self.argument].map(Option::as_deref);
        self.is_ci() && is_fallback && !choices.contains(&Some(stage))
    }

    fn is_ci(&self) -> bool {
        set(&self.ci).is_some_and(|ci| ci != "0" && ci != "false")
    }

    /// What `STAGE` says, if the scope has another stage.
    #[must_use]
    pub fn mismatch(&self) -> Option<&str> {
        let scope = set(&self.scope_stage)?;
        set(&self.stage).filter(|variable| *variable != scope)
    }
}

fn set(source: &Option<String>) -> Option<&str> {
    source.as_deref().filter(|text| !text.is_empty())
}

/// Whether `stage` is one of the protected stages.
///
/// # Errors
/// `stage-case`: it differs from a protected stage only in case, as `Prod` from `prod`.
pub(crate) fn is_protected<S: AsRef<str>>(stage: &str, protected: &[S]) -> Result<bool, Error> {
    let mut names = protected.iter().map(AsRef::as_ref);
    if names.clone().any(|name| name == stage) {
        return Ok(true);
    }
    match names.find(|name| stage.eq_ignore_ascii_case(name)) {
        None => Ok(false),
        Some(name) => Err(Error::StageCase { stage: stage.into(), protected: name.into() }),
    }
}
