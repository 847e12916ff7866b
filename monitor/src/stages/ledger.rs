//! Stages that no store has any more: earlier runs have noted what they saw of them.
//!
//! A ledger proves less than a row does. It may be old, of another account, or written by hand. So it counts only as
//! far as the account says the same, and only if it was written when nobody had a reason to deploy any more.

use alch_blocks::Kind;

use super::Stage;
use super::question::{Declared, Row};
use super::reason::Reason;
use super::world::World;

/// Why a ledger is not enough for a sweep.
pub(crate) fn unproven(world: &World<'_>, stage: &Stage<'_>) -> Option<Reason> {
    let seen = || stage.rows.iter().filter_map(|(_, row)| Some((*row, row.seen?)));
    seen().next()?;
    // Another store may have it, which was not read.
    let is_of_app = |row: &&Row| row.seen.is_none() && row.app == stage.app;
    let has_state = || world.question.rows.iter().filter(is_of_app).any(|row| world.proves(row));
    if !world.question.state_lost && !has_state() {
        return Some(Reason::StateLost);
    }
    // A deploy before the end can have retained a resource, or given it away.
    let number = stage.pull?;
    let closed = world.pull(number)?.closed_at;
    if seen().any(|(_, seen)| Some(seen.at) < closed) {
        return Some(Reason::SeenOpen(number));
    }
    let is_newer = |row: &Row, at: u64| world.listed(row).is_some_and(|one| one.changed > Some(at));
    let (row, _) = seen().find(|(row, seen)| is_newer(row, seen.at))?;
    Some(Reason::SeenBefore(row.name.clone()))
}

/// Whether the account has another resource under the id of an old row than a run has seen there.
pub(crate) fn is_remade(world: &World<'_>, kind: Kind, row: &Row) -> bool {
    let Some(seen) = row.seen else { return false };
    let now = world.listed(row).and_then(|listed| listed.created);
    // The name is the id of these, so the next one of that name has it, too.
    let is_named = matches!(kind, Kind::Bucket | Kind::Worker);
    seen.created != now || (is_named && now.is_none())
}

/// A program that gives the name of an old row in a stage that is no preview: it may be about to take it over.
pub(crate) fn declared<'a>(world: &World<'a>, row: &Row) -> Option<&'a Declared> {
    row.seen?;
    let kind = Kind::of_resource(&row.resource)?;
    world.question.declared.iter().find(|one| {
        let is_own = (&one.app, &one.stage) == (&row.app, &row.stage);
        !is_own && one.kind == kind.as_str() && kind.same_name(&one.name, &row.name)
    })
}

/// Whether the rows of a stage are proof enough to be noted. What another stage has or uses, for one, is not.
pub(crate) fn may_note(stage: &Stage<'_>, reason: &Reason) -> bool {
    let is_stored = stage.rows.iter().all(|(_, row)| row.seen.is_none());
    let is_open = matches!(
        reason,
        Reason::PullOpen(_) | Reason::Grace | Reason::Unmarked | Reason::Closed(_)
    );
    stage.pull.is_some() && is_stored && is_open
}
