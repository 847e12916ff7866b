//! What differs between Alchemy 0.94 and Alchemy 2, for everything that judges a declaration.
//!
//! How a program is written in each of them is known in `values/` alone: `library.rs` for 0.94,
//! `alchemy2/` for 2.

use alch_blocks::{Automatic, Kind, quote};

/// A version of Alchemy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Version {
    /// 0.94 and those before it.
    #[default]
    V0,
    V2,
}

/// Why the text does not tell a name that Alchemy 2 makes.
const RANDOM: &str = "Alchemy 2 gives it a random suffix, which only the state knows";
const BY_VERSION: &str =
    "releases of Alchemy 2 without `workflowName` make it from the name of its Worker";
const OF_ITS_WORKER: &str = "Alchemy 2 makes it from the name of its Worker";

impl Version {
    pub(crate) fn major(self) -> u8 {
        match self {
            Self::V0 => 0,
            Self::V2 => 2,
        }
    }

    /// The options that Alchemy itself takes the name from, the first that is given.
    pub(crate) fn naming(self, kind: Kind) -> Vec<&'static str> {
        let spec = kind.spec();
        match self {
            Self::V0 => spec.alchemy.naming.to_vec(),
            Self::V2 => {
                Some(spec.alchemy2.naming).filter(|key| !key.is_empty()).into_iter().collect()
            }
        }
    }

    /// Why nothing but the state tells the name that Alchemy makes; `None` if the program tells it.
    pub(crate) fn automatic(self, kind: Kind) -> Option<&'static str> {
        match self.makes(kind) {
            Automatic::WithStage | Automatic::Id => None,
            Automatic::OfWorker => Some(OF_ITS_WORKER),
            Automatic::Random => Some(RANDOM),
        }
    }

    /// Whether the name that Alchemy makes is the id.
    pub(crate) fn names_by_id(self, kind: Kind) -> bool {
        self.makes(kind) == Automatic::Id
    }

    fn makes(self, kind: Kind) -> Automatic {
        match self {
            Self::V0 => kind.spec().alchemy.automatic,
            Self::V2 => kind.spec().alchemy2.automatic,
        }
    }

    /// Why the law alone does not tell the name of a block.
    pub(crate) fn unlawful(self, kind: Kind) -> Option<&'static str> {
        (self == Self::V2 && kind == Kind::Workflow).then_some(BY_VERSION)
    }

    /// Why `--stage` refuses a stage.
    pub(crate) fn refuses_stage(self, stage: &str) -> Option<String> {
        if self == Self::V0 || is_stage2(stage) {
            return None;
        }
        Some(format!(
            "Alchemy 2 refuses the stage {}: it takes letters, digits, `-` and `_`",
            quote(stage)
        ))
    }

    /// Whether Alchemy takes over a resource that has the name, without being told to.
    pub(crate) fn adopts_by_name(self, kind: Kind) -> bool {
        self == Self::V2 && kind.spec().owns_data
    }

    /// Where blocks come from.
    pub(crate) fn blocks(self) -> &'static str {
        match self {
            Self::V0 => "@alch/blocks",
            Self::V2 => "@alch/blocks/v2",
        }
    }

    /// Where `physicalName` comes from.
    pub(crate) fn names(self) -> &'static str {
        match self {
            Self::V0 => "@alch/blocks",
            Self::V2 => "@alch/blocks/naming",
        }
    }

    /// The stage of a run, as its programs write it.
    pub(crate) fn stage(self) -> &'static str {
        match self {
            Self::V0 => "`app.stage`",
            Self::V2 => "`stage` of `yield* Alchemy.Stack`",
        }
    }

    /// Whether a row of the state is one that this version writes.
    pub(crate) fn wrote(self, resource: &str) -> bool {
        let is_new = resource.starts_with("Cloudflare.");
        match self {
            Self::V0 => !is_new,
            Self::V2 => is_new,
        }
    }
}

/// Whether `--stage` of Alchemy 2 takes it.
pub(crate) fn is_stage2(stage: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    stage.starts_with(|c: char| c.is_ascii_alphanumeric()) && stage.chars().all(is_plain)
}
