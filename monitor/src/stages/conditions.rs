//! The table of conditions: the first that matches decides.

use std::collections::BTreeSet;

use alch_blocks::{PROTECTED, Stage as Stages};

use super::hosts::Holder;
use super::kinds::{Way, way};
use super::ledger;
use super::pattern::Pattern;
use super::question::{AskedBy, PullState, Row, Version};
use super::reason::Reason;
use super::world::{Found, World};
use super::{Stage, Verdict};

pub(crate) fn first(world: &World<'_>, stage: &Stage<'_>, pattern: &Pattern) -> (Verdict, Reason) {
    let by_person = world.question.asked_by == AskedBy::Person;
    let keep = |reason: Reason| (Verdict::Keep, reason);
    let unless_asked = |reason: Option<Reason>| reason.filter(|_| !by_person);
    None.or_else(|| is_protected(world, stage.stage).then(|| keep(Reason::Protected)))
        .or_else(|| unless_asked(not_ours(world, stage)).map(keep))
        .or_else(|| unread(world).map(|reason| (Verdict::Stop, reason)))
        .or_else(|| unless_asked(pull_lives(world, stage)).map(keep))
        .or_else(|| under_way(world, stage).map(keep))
        .or_else(|| claimed(world, stage).map(keep))
        .or_else(|| stage.rows.iter().find_map(|(_, row)| for_a_person(world, row)).map(keep))
        .or_else(|| unless_asked(ledger::unproven(world, stage)).map(keep))
        .or_else(|| unproven(world, stage, pattern))
        .or_else(|| unless_asked(all_retained(stage)).map(keep))
        .or_else(|| unless_asked(too_fresh(world, stage)).map(keep))
        .or_else(|| unless_asked(unmarked(world, stage)).map(|reason| (Verdict::Mark, reason)))
        .unwrap_or_else(|| {
            (
                Verdict::Sweep,
                stage.pull.filter(|_| !by_person).map_or(Reason::Asked, Reason::Closed),
            )
        })
}

/// In any case: `Prod` is most likely `prod`, and to keep it harms nobody.
fn is_protected(world: &World<'_>, stage: &str) -> bool {
    let more = world.question.protect.iter().map(String::as_str);
    PROTECTED.into_iter().chain(more).any(|name| stage.to_lowercase() == name.to_lowercase())
}

fn not_ours(world: &World<'_>, stage: &Stage<'_>) -> Option<Reason> {
    if stage.stage.to_lowercase().starts_with("dev") {
        return Some(Reason::Personal);
    }
    if stage.pull.is_none() {
        return Some(Reason::NotPreview);
    }
    let known = world.question.apps.iter().any(|app| app == stage.app);
    (!known).then_some(Reason::OtherApp)
}

fn unread(world: &World<'_>) -> Option<Reason> {
    let [first, ..] = world.question.unread.as_slice() else {
        return world.question.listed.is_none().then_some(Reason::AccountUnread);
    };
    Some(Reason::Unreadable(first.clone()))
}

fn pull_lives(world: &World<'_>, stage: &Stage<'_>) -> Option<Reason> {
    let number = stage.pull?;
    let Some(pull) = world.pull(number) else { return Some(Reason::PullUnknown(number)) };
    match pull.state {
        PullState::Open => Some(Reason::PullOpen(number)),
        PullState::Missing => Some(Reason::PullMissing(number)),
        PullState::Unknown => Some(Reason::PullUnknown(number)),
        PullState::Elsewhere => Some(Reason::PullElsewhere(number)),
        PullState::Closed if pull.closed_at.is_none() => Some(Reason::PullUnknown(number)),
        PullState::Closed => None,
    }
}

fn under_way(world: &World<'_>, stage: &Stage<'_>) -> Option<Reason> {
    let by_person = world.question.asked_by == AskedBy::Person;
    let own = |app: &str, name: &str| (app, name) == (stage.app, stage.stage);
    // Alchemy 2 has no rows of stages.
    let mut stage_rows =
        world.question.stage_rows.iter().filter(|_| stage.version == Version::V094);
    if stage_rows.any(|row| row.obscure && own(&row.app, &row.stage)) {
        return Some(Reason::Obscure);
    }
    let running = stage.pull.and_then(|number| world.pull(number)).filter(|pull| pull.running);
    if let Some(pull) = running.filter(|_| !by_person) {
        return Some(Reason::WorkflowRuns(pull.number));
    }
    // A sweep never takes what a person may still want to repair.
    let unfinished = by_person && world.question.unfinished;
    let is_open = |row: &Row| {
        let begun = matches!(row.status.as_str(), "creating" | "updating" | "replacing");
        // What has no name yet cannot be looked for in the account.
        let is_lost = || row.name.is_empty() && matches!(way(&row.resource), Way::Listed(_));
        (begun && (!unfinished || is_lost())) || (row.pending && !by_person)
    };
    let (_, row) = stage.rows.iter().find(|(_, row)| is_open(row))?;
    let status = if row.pending { "being replaced" } else { &row.status };
    Some(Reason::UnderWay { id: row.id.clone(), status: status.to_owned() })
}

fn claimed(world: &World<'_>, stage: &Stage<'_>) -> Option<Reason> {
    let stores: BTreeSet<&str> = stage.rows.iter().map(|(_, row)| row.store.as_str()).collect();
    if stores.len() > 1 {
        return Some(Reason::TwoStores(stores.into_iter().map(str::to_owned).collect()));
    }
    stage.rows.iter().find_map(|(_, row)| claimed_row(world, row))
}

fn claimed_row(world: &World<'_>, row: &Row) -> Option<Reason> {
    let noted =
        row.owner.as_ref().filter(|owner| (&owner.app, &owner.stage) != (&row.app, &row.stage));
    if let Some(owner) = noted {
        let (app, stage) = (owner.app.clone(), owner.stage.clone());
        return Some(Reason::OtherOwner { id: row.id.clone(), app, stage });
    }
    // It stays, whoever else has it.
    let holder = Holder::of(world, row);
    if row.retained || holder.is_some_and(Holder::is_elsewhere) {
        return None;
    }
    if let Some((other, name)) = world.also_taken(row) {
        return Some(Reason::Claimed { name, app: other.app.clone(), stage: other.stage.clone() });
    }
    if let Some(declared) = ledger::declared(world, row) {
        let (app, stage) = (declared.app.clone(), declared.stage.clone());
        return Some(Reason::Claimed { name: row.name.clone(), app, stage });
    }
    let user = world.also_used(row)?;
    let (app, stage) = (user.app.clone(), user.stage.clone());
    Some(Reason::Used { name: row.name.clone(), app, stage })
}

/// What nobody but a person can judge.
fn for_a_person(world: &World<'_>, row: &Row) -> Option<Reason> {
    let (id, name) = (row.id.clone(), row.name.clone());
    if let Some(account) = row.account.as_ref().filter(|_| row.account != world.question.account) {
        return Some(Reason::ForeignAccount { id, account: account.clone() });
    }
    if row.retained {
        return None;
    }
    let holder = Holder::of(world, row);
    if holder == Some(Holder::Unknown) {
        let why = world.question.hosts.unread.first().cloned().unwrap_or_default();
        return Some(Reason::HostUnknown { name, why });
    }
    if holder.is_some_and(Holder::is_elsewhere) {
        return None;
    }
    let kind = match way(&row.resource) {
        Way::Listed(kind) if !row.elsewhere => kind,
        Way::Part if !row.identity.is_empty() && !world.is_part_of_stage(row) => {
            return Some(Reason::StrangePart { id, resource: row.resource.clone() });
        }
        Way::Part | Way::Kept | Way::RowOnly | Way::Scope => return None,
        _ => return Some(Reason::UnknownKind { id, resource: row.resource.clone() }),
    };
    match world.found(kind, row) {
        Found::There if row.deployed && may_be_adopted(world, row) => {
            Some(Reason::Adopted { id, name })
        }
        Found::There if ledger::is_remade(world, kind, row) => Some(Reason::Remade(name)),
        Found::Renamed(now) => Some(Reason::Renamed { name, now: now.to_owned() }),
        Found::Another => Some(Reason::AnotherId(name)),
        // The account has it, and no row says that a deploy has made it.
        Found::There if !row.deployed => Some(Reason::AnotherId(name)),
        Found::There | Found::Gone => None,
    }
}

/// A wrong account has nothing of the state, and its listing would make all rows look like leftovers.
fn unproven(world: &World<'_>, stage: &Stage<'_>, pattern: &Pattern) -> Option<(Verdict, Reason)> {
    let is_remote = |row: &Row| match way(&row.resource) {
        Way::Listed(_) => row.deployed,
        Way::Part => !row.identity.is_empty(),
        _ => false,
    };
    let wants = stage.rows.iter().any(|(_, row)| is_remote(row) && !row.retained);
    let is_proven = || stage.rows.iter().any(|(_, row)| world.proves(row));
    let (question, by_person) = (world.question, world.question.asked_by == AskedBy::Person);
    if !wants || is_proven() || by_person && question.gone {
        return None;
    }
    if !world.is_account_proven {
        return Some((Verdict::Stop, Reason::WrongAccount));
    }
    // Previews of one app share an account: a lone leftover of one can go. Other stages may have their own.
    let is_sibling = |row: &&Row| {
        row.app == stage.app && row.seen.is_none() && pattern.number(&row.stage).is_some()
    };
    let siblings = || question.rows.iter().filter(is_sibling).any(|row| world.proves(row));
    if !by_person && siblings() { None } else { Some((Verdict::Keep, Reason::Unproven)) }
}

/// Alchemy notes nowhere what it has adopted with `--adopt`. A name without the stage is not this stage's
/// alone; a person who names the stage can tell.
fn may_be_adopted(world: &World<'_>, row: &Row) -> bool {
    let is_named = || Stages::new(&row.stage).is_ok_and(|stage| stage.is_in(&row.name));
    let by_person = world.question.asked_by == AskedBy::Person;
    // In a ledger, somebody can have written anything.
    let is_noted = row.owner.is_some() && row.seen.is_none();
    let is_asked = by_person && row.seen.is_none();
    row.adopted || (!is_asked && !is_noted && !is_named())
}

/// A stage of which a sweep could remove nothing would be marked and swept for ever.
fn all_retained(stage: &Stage<'_>) -> Option<Reason> {
    let stays = |row: &Row| row.retained || matches!(way(&row.resource), Way::Kept | Way::Scope);
    let has_rows = stage.rows.iter().any(|(_, row)| way(&row.resource) != Way::Scope);
    (has_rows && stage.rows.iter().all(|(_, row)| stays(row))).then_some(Reason::Retained)
}

fn too_fresh(world: &World<'_>, stage: &Stage<'_>) -> Option<Reason> {
    let Some(now) = world.question.now else { return Some(Reason::ClockUnknown) };
    let closed = world.pull(stage.pull?).and_then(|pull| pull.closed_at);
    let last = stage.changed.max(closed)?;
    // A time in the future means that a clock is wrong.
    let age = now.checked_sub(last);
    age.is_none_or(|age| age < world.question.grace).then_some(Reason::Grace)
}

fn unmarked(world: &World<'_>, stage: &Stage<'_>) -> Option<Reason> {
    let closed = world.pull(stage.pull?).and_then(|pull| pull.closed_at);
    let is_marked = world.question.marks.iter().any(|mark| {
        (mark.app.as_str(), mark.stage.as_str()) == (stage.app, stage.stage)
            && mark.hash == stage.hash
            && mark.closed_at == closed
    });
    (!is_marked).then_some(Reason::Unmarked)
}
