//! Which stages can go, and what has to be done for one to go.
//!
//! ```json
//! { "askedBy": "sweep", "apps": ["shop"], "rows": [], "listed": [], "pulls": [], "marks": [] }
//! ```
//!
//! [`decide`] reads one [`Question`] and answers with one [`Decision`] for each stage. It is a pure
//! function: the rows, the account, the pull requests and the time all come in.
//!
//! The first condition that matches decides. A person who names a stage skips what is marked with `*`:
//!
//! | condition | verdict |
//! | --- | --- |
//! | protected | keep |
//! | personal, `dev*` or not of the pattern | keep * |
//! | the app is not in this checkout | keep * |
//! | a row or a listing could not be read | stop |
//! | the pull request is open, missing, unknown or of another repository | keep * |
//! | an unfinished row, a pending deletion, a running workflow | keep |
//! | a name that something else uses, too | keep |
//! | a domain or a route, and nothing says who has it by now | keep |
//! | another account, another resource of that name, an adopted resource, an unknown kind | keep |
//! | known from a ledger alone, and that does not prove enough | keep * |
//! | nothing of the whole state is in the account | stop |
//! | nothing of the stage is in the account, and no other preview of the app | keep |
//! | all of it is retained | keep * |
//! | the pull request was closed, or the stage deployed, not long ago | keep * |
//! | not marked by an earlier run | mark * |
//! | otherwise | sweep |

mod conditions;
mod hosts;
mod kinds;
mod ledger;
mod leftovers;
mod pattern;
mod question;
mod reason;
mod steps;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest, Sha256};

pub use leftovers::{Leftover, leftovers};
pub use pattern::{Pattern, PatternError};
pub use question::{
    AskedBy, Attached, Declared, Hosts, Listed, Mark, Owner, Pull, PullState, Question, Row, Seen,
    StageRow, Unread, Version,
};
pub use reason::Reason;
pub use steps::{Action, Step};

use world::World;

/// What is to become of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It stays.
    Keep,
    /// Nothing can be concluded, of this stage or of any.
    Stop,
    /// A later run may sweep it.
    Mark,
    /// It can go now.
    Sweep,
}

/// What was decided of one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The app, or the stack of Alchemy 2.
    pub app: String,
    /// The stage.
    pub stage: String,
    /// Which version of Alchemy wrote it.
    pub version: Version,
    /// The stores that have it.
    pub stores: Vec<String>,
    /// Whether no store has it: what is known of it comes from the ledger of earlier runs.
    pub from_ledger: bool,
    /// Whether a ledger may note its rows: nothing but time and its pull request keep it.
    pub noted: bool,
    /// The number of the pull request, where the stage's name follows the pattern.
    pub pull: Option<u64>,
    /// What is known of that pull request.
    pub pull_state: Option<PullState>,
    /// What is to become of it.
    pub verdict: Verdict,
    /// Why, as a stable code.
    pub code: &'static str,
    /// Why, in a sentence.
    pub why: String,
    /// What to do about it; empty where there is nothing to do.
    pub help: String,
    /// How many resources it has of each kind.
    pub resources: BTreeMap<String, usize>,
    /// The hostnames of its domains and the patterns of its routes.
    pub hosts: BTreeSet<String>,
    /// When anything of it changed last, in milliseconds since 1970.
    pub changed: Option<u64>,
    /// How many bytes its resources have, of those whose size the account lists.
    pub size: Option<u64>,
    /// The same as long as no row of it changes.
    pub hash: String,
    /// What is to be done with each row, in this order. It is only done for [`Verdict::Sweep`].
    pub steps: Vec<Step>,
}

/// What is to become of each stage, in the order of app and stage.
///
/// # Errors
/// [`PatternError`]: the pattern does not have `{number}` once.
pub fn decide(question: &Question) -> Result<Vec<Decision>, PatternError> {
    let pattern = Pattern::new(&question.pattern)?;
    let world = World::new(question);
    let places = |row: &Row| (row.app.clone(), row.stage.clone(), row.version);
    let bare = question.stage_rows.iter();
    let all: BTreeSet<(String, String, Version)> = question
        .rows
        .iter()
        .map(places)
        .chain(bare.map(|row| (row.app.clone(), row.stage.clone(), Version::V094)))
        .filter(|(_, stage, _)| !stage.is_empty())
        .collect();
    Ok(all.iter().map(|(app, stage, version)| of(&world, &pattern, app, stage, *version)).collect())
}

/// One stage, as the conditions look at it.
pub(crate) struct Stage<'a> {
    pub app: &'a str,
    pub stage: &'a str,
    pub version: Version,
    /// The rows with their places in the question.
    pub rows: Vec<(usize, &'a Row)>,
    pub pull: Option<u64>,
    pub hash: String,
    pub changed: Option<u64>,
}

fn of(world: &World<'_>, pattern: &Pattern, app: &str, name: &str, version: Version) -> Decision {
    let rows = world.rows_of(app, name, version);
    let stage = Stage {
        app,
        stage: name,
        version,
        hash: hash_of(&rows),
        changed: rows.iter().filter_map(|(_, row)| world.changed(row)).max(),
        pull: pattern.number(name),
        rows,
    };
    let (verdict, reason) = conditions::first(world, &stage, pattern);
    let stores: BTreeSet<&str> = stage.rows.iter().map(|(_, row)| row.store.as_str()).collect();
    Decision {
        app: app.to_owned(),
        stage: name.to_owned(),
        version,
        stores: stores.into_iter().map(str::to_owned).collect(),
        noted: ledger::may_note(&stage, &reason),
        from_ledger: stage.rows.iter().any(|(_, row)| row.seen.is_some()),
        pull: stage.pull,
        pull_state: stage.pull.and_then(|number| world.pull(number)).map(|pull| pull.state),
        verdict,
        code: reason.code(),
        why: reason.why(),
        help: reason.help(app, name),
        resources: resources(&stage.rows),
        hosts: hosts::names(&stage.rows),
        changed: stage.changed,
        size: stage.rows.iter().filter_map(|(_, row)| world.size(row)).reduce(u64::saturating_add),
        hash: stage.hash.clone(),
        steps: steps::of(world, &stage),
    }
}

fn resources(rows: &[(usize, &Row)]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let mut count = |kind: &str, more: usize| {
        let known = counts.entry(kind.to_owned()).or_insert(0_usize);
        *known = known.saturating_add(more);
    };
    for (_, row) in rows {
        if let Some(noun) = kinds::counted(&row.resource) {
            count(noun, 1);
        }
        if !row.workflows.is_empty() {
            count("workflow", row.workflows.len());
        }
    }
    counts
}

/// Eighty bits of all rows, in hexadecimal.
fn hash_of(rows: &[(usize, &Row)]) -> String {
    let mut texts: Vec<String> = rows
        .iter()
        .map(|(_, row)| format!("{}\0{}\0{}", row.scope.join("\0"), row.id, row.hash))
        .collect();
    texts.sort();
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_le_bytes().get(..4).unwrap_or_default());
        hash.update(text.as_bytes());
    }
    hash.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}
