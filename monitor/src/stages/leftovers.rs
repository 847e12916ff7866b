//! What is in the account under the name of a preview, and in no state and no ledger.

use std::collections::BTreeSet;

use alch_blocks::Kind;
use serde::Serialize;

use super::kinds::{Way, way};
use super::pattern::{Pattern, PatternError};
use super::question::{Listed, PullState, Question};
use super::world::World;

/// A resource that nothing proves to be anybody's. Only a person can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Leftover {
    /// The kind, as the catalogue calls it.
    pub kind: String,
    /// The physical name.
    pub name: String,
    /// What Cloudflare knows it by.
    pub id: String,
    /// The jurisdiction; empty for the default.
    pub place: String,
    /// The stage that its name has in it.
    pub stage: String,
    /// The number of its pull request.
    pub pull: u64,
    /// What is known of that pull request.
    pub pull_state: Option<PullState>,
}

/// All of them, by stage, kind and name. Those of open pull requests are no leftovers.
///
/// # Errors
/// [`PatternError`]: the pattern does not have `{number}` once.
pub fn leftovers(question: &Question) -> Result<Vec<Leftover>, PatternError> {
    let pattern = Pattern::new(&question.pattern)?;
    let world = World::new(question);
    let taken = taken(question);
    let all = question.listed.iter().flatten();
    // A workflow goes with its script.
    let own = all.filter(|one| one.script.is_none() && !taken.contains(&key(one)));
    let mut found: Vec<Leftover> = own
        .filter_map(|one| {
            let pull = pattern.number_in(&one.name)?;
            Some(Leftover {
                kind: one.kind.clone(),
                name: one.name.clone(),
                id: one.id.clone(),
                place: one.place.clone(),
                stage: pattern.stage(pull),
                pull,
                pull_state: world.pull(pull).map(|pull| pull.state),
            })
        })
        .filter(|one| one.pull_state != Some(PullState::Open))
        .collect();
    found.sort_by(|one, other| {
        (one.pull, &one.kind, &one.name).cmp(&(other.pull, &other.kind, &other.name))
    });
    Ok(found)
}

/// Kind, place and id.
type Key<'a> = (&'a str, &'a str, &'a str);

fn key(one: &Listed) -> Key<'_> {
    (&one.kind, &one.place, &one.id)
}

fn taken(question: &Question) -> BTreeSet<Key<'_>> {
    let rows = question.rows.iter().filter_map(|row| match way(&row.resource) {
        Way::Listed(kind) => Some((kind.as_str(), row.place.as_str(), row.identity.as_str())),
        _ => None,
    });
    let named = question.rows.iter().flat_map(|row| &row.workflows);
    let workflows = named.map(|name| (Kind::Workflow.as_str(), "", name.as_str()));
    rows.chain(workflows).collect()
}
