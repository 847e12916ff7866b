//! What comes out: one finding for one thing to do.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::claim::{Claim, Source};
use crate::texts::Text;
use crate::world::{World, order};

/// What was found; stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// One kind and name, claimed by two resources of programs.
    Collision,
    /// Two stages on one class of one script, or on one workflow.
    SharedClass,
    /// One domain or route in the states of two stages.
    SharedHost,
    /// One resource in the states of Alchemy 0.94 and of Alchemy 2.
    TwoVersions,
    /// A stage that the deploy of another stage deletes.
    ArmedStage,
    /// Two base names that can meet.
    Ambiguous,
    /// In the state, not in the account.
    Missing,
    /// A route that leads to a script that is gone.
    DeadRoute,
    /// In the account with a stage of ours, in nobody's state.
    Orphan,
    /// A domain or a route in the account, in nobody's state.
    UnclaimedHost,
    /// State and source give different names.
    Drift,
    /// A limit of the account, or of a zone, is near.
    Quota,
    /// A certificate for a hostname that nothing has.
    StaleCertificate,
    /// In the account, of an unknown owner.
    Foreign,
}

impl Code {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collision => "collision",
            Self::SharedClass => "shared-class",
            Self::SharedHost => "shared-host",
            Self::TwoVersions => "two-versions",
            Self::ArmedStage => "armed-stage",
            Self::Ambiguous => "ambiguous",
            Self::Missing => "missing",
            Self::DeadRoute => "dead-route",
            Self::Orphan => "orphan",
            Self::UnclaimedHost => "unclaimed-host",
            Self::Drift => "drift",
            Self::Quota => "quota",
            Self::StaleCertificate => "stale-certificate",
            Self::Foreign => "foreign",
        }
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Data or a deployed stage is in danger now.
    Error,
    /// It costs something, or will go wrong.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// Who is involved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Claimant {
    /// The app, where it is known.
    pub app: Option<String>,
    /// The stage, where it is known.
    pub stage: Option<String>,
    /// Alchemy's id with the scopes around it, where it is known.
    pub id: Option<String>,
    /// Who said so.
    pub source: Source,
}

/// Something to do, or to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was found.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// The kind of resource, as `Kind::as_str` gives it; `domain`, `route` or `certificate` for hostnames.
    pub kind: &'static str,
    /// The physical name.
    pub name: String,
    /// Who is involved.
    pub claims: Vec<Claimant>,
    /// What is wrong.
    pub message: String,
    /// What to do; never empty.
    pub help: String,
    /// The same as long as it is the same finding.
    pub fingerprint: String,
}

impl Finding {
    /// A finding about `name`; `about` distinguishes it from others with its code.
    pub(crate) fn new(code: Code, severity: Severity, kind: &'static str, about: &[&str]) -> Self {
        Self {
            code,
            severity,
            kind,
            name: about.first().copied().unwrap_or_default().to_owned(),
            claims: Vec::new(),
            message: String::new(),
            help: String::new(),
            fingerprint: fingerprint(code, kind, about),
        }
    }

    pub(crate) fn says(mut self, message: String, help: &str) -> Self {
        self.message = message;
        help.clone_into(&mut self.help);
        self
    }

    pub(crate) fn by(mut self, claims: Vec<Claimant>) -> Self {
        self.claims = claims;
        self
    }
}

/// The claimants of `claims`, each once, in an order of their own.
pub(crate) fn claimants<'a>(
    world: &World<'_>,
    claims: impl IntoIterator<Item = &'a Claim>,
) -> Vec<Claimant> {
    let mut all: Vec<&Claim> = claims.into_iter().collect();
    all.sort_by(|one, other| order(world.claims, one, other));
    let mut list: Vec<Claimant> = all.into_iter().map(|claim| claimant(world, claim)).collect();
    list.dedup();
    list
}

fn claimant(world: &World<'_>, claim: &Claim) -> Claimant {
    let known = |text: Text| (!text.is_empty()).then(|| world.text(text).to_owned());
    Claimant {
        app: known(claim.app),
        stage: known(claim.stage),
        id: known(claim.id),
        source: claim.source,
    }
}

/// Eighty bits of what the finding is about, in hexadecimal.
fn fingerprint(code: Code, kind: &str, about: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in [code.as_str(), kind].iter().chain(about) {
        // The length goes before the text, so that parts cannot be taken for others.
        hash.update(part.len().to_le_bytes().get(..4).unwrap_or_default());
        hash.update(part.as_bytes());
    }
    let mut text = String::with_capacity(20);
    for byte in hash.finalize().iter().take(10) {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    text
}
