//! All rows and all of the account, found by what they are.

use alch_blocks::Kind;

use super::hosts::Holder;
use super::kinds::{OBJECT, Way, way};
use super::question::{Listed, Pull, Question, Row, Version};
use crate::claim::folded;
use crate::texts::{Map, Set};

/// What is one resource of an account: kind, place, and id or name.
type Key = (Kind, String, String);

/// A part: Alchemy's type, its id, and what it is in where the id is only a name there.
type PartKey<'a> = (&'a str, &'a str, &'a str);

pub(crate) struct World<'a> {
    pub question: &'a Question,
    by_id: Map<Key, &'a Listed>,
    by_name: Map<Key, &'a Listed>,
    /// By name: the rows that take it, as `(app, stage, version, store)` and place in the question.
    takers: Map<Key, Vec<&'a Row>>,
    /// The same for what rows use: `kind:identity`.
    users: Map<&'a str, Vec<&'a Row>>,
    /// The rows of each part, such as a route: two stages can hold one with the same id.
    parts: Map<PartKey<'a>, Vec<&'a Row>>,
    /// The rows of each stage.
    stages: Map<(&'a str, &'a str, Version), Vec<usize>>,
    proven: Set<&'a str>,
    /// Whether anything of the state that was read is in the account.
    pub is_account_proven: bool,
}

/// What the account has of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// Its id and its name.
    There,
    /// Its id under another name.
    Renamed(&'a str),
    /// Its name with another id.
    Another,
    /// Nothing.
    Gone,
}

impl<'a> World<'a> {
    pub fn new(question: &'a Question) -> Self {
        let mut world = Self {
            question,
            by_id: Map::default(),
            by_name: Map::default(),
            takers: Map::default(),
            users: Map::default(),
            parts: Map::default(),
            stages: Map::default(),
            proven: question.proven.iter().map(String::as_str).collect(),
            is_account_proven: false,
        };
        for listed in question.listed.iter().flatten() {
            let Some(kind) = Kind::parse(&listed.kind) else { continue };
            let key = |text: String| (kind, listed.place.clone(), text);
            world.by_id.insert(key(listed.id.clone()), listed);
            world.by_name.insert(key(folded(kind, &listed.name).into_owned()), listed);
        }
        for (at, row) in question.rows.iter().enumerate() {
            world.note(at, row);
        }
        // A ledger can be another state's.
        let stored = || question.rows.iter().filter(|row| row.seen.is_none());
        world.is_account_proven = stored().any(|row| world.proves(row));
        world
    }

    fn note(&mut self, at: usize, row: &'a Row) {
        let stage = (row.app.as_str(), row.stage.as_str(), row.version);
        self.stages.entry(stage).or_default().push(at);
        if let (Way::Listed(kind), false) = (way(&row.resource), row.name.is_empty()) {
            self.takers.entry(name_key(kind, row)).or_default().push(row);
        }
        if let Some(key) = part_key(row) {
            self.parts.entry(key).or_default().push(row);
        }
        for workflow in &row.workflows {
            let key =
                (Kind::Workflow, String::new(), folded(Kind::Workflow, workflow).into_owned());
            self.takers.entry(key).or_default().push(row);
        }
        for used in &row.uses {
            self.users.entry(used).or_default().push(row);
        }
    }

    pub fn rows_of(&self, app: &str, stage: &str, version: Version) -> Vec<(usize, &'a Row)> {
        let places = self.stages.get(&(app, stage, version)).into_iter().flatten();
        places.filter_map(|at| Some((*at, self.question.rows.get(*at)?))).collect()
    }

    pub fn pull(&self, number: u64) -> Option<&'a Pull> {
        self.question.pulls.iter().find(|pull| pull.number == number)
    }

    /// What the account has of a row whose kind it lists.
    pub fn found(&self, kind: Kind, row: &Row) -> Found<'a> {
        let by_id = self.by_id.get(&(kind, row.place.clone(), row.identity.clone()));
        if let Some(listed) = by_id.filter(|_| !row.identity.is_empty()) {
            if !kind.same_name(&listed.name, &row.name) {
                return Found::Renamed(&listed.name);
            }
            // A workflow that another script has taken over keeps its id.
            let is_moved = |script: &str| !row.uses.contains(&format!("worker:{script}"));
            let moved = kind == Kind::Workflow && listed.script.as_deref().is_some_and(is_moved);
            return if moved { Found::Another } else { Found::There };
        }
        if row.name.is_empty() || !self.by_name.contains_key(&name_key(kind, row)) {
            return Found::Gone;
        }
        Found::Another
    }

    /// The script that has a workflow in the account.
    pub fn script_of(&self, workflow: &str) -> Option<&'a str> {
        let name = folded(Kind::Workflow, workflow).into_owned();
        self.by_name.get(&(Kind::Workflow, String::new(), name))?.script.as_deref()
    }

    /// Whether the row shows that this account is that of its state.
    pub fn proves(&self, row: &Row) -> bool {
        let is_noted = row.account.is_some() && row.account == self.question.account;
        let is_there = || match way(&row.resource) {
            Way::Listed(kind) => row.deployed && self.found(kind, row) == Found::There,
            // No other account has one with that id.
            Way::Part => matches!(Holder::of(self, row), Some(Holder::Own | Holder::Other(_))),
            _ => false,
        };
        is_noted || self.proven.contains(row.hash.as_str()) || is_there()
    }

    /// Whether a part belongs to something that its stage has.
    pub fn is_part_of_stage(&self, part: &Row) -> bool {
        let rows = self.rows_of(&part.app, &part.stage, part.version);
        let own: Set<String> = rows
            .into_iter()
            .filter_map(|(_, row)| match way(&row.resource) {
                Way::Listed(kind) => Some(use_of(kind, row)),
                _ => None,
            })
            .collect();
        // Somebody can have written into a ledger what a part is a part of.
        if part.seen.is_some() {
            return !part.uses.is_empty() && part.uses.iter().all(|used| own.contains(used));
        }
        self.proven.contains(part.hash.as_str()) || part.uses.iter().any(|used| own.contains(used))
    }

    /// Another stage, or another store, that takes the name of a row or one of its workflows.
    pub fn also_taken(&self, row: &Row) -> Option<(&'a Row, String)> {
        let holders = part_key(row).and_then(|key| self.parts.get(&key)).into_iter().flatten();
        if let Some(holder) = holders.copied().find(|holder| is_other(holder, row)) {
            return Some((holder, row.identity.clone()));
        }
        let own = match way(&row.resource) {
            Way::Listed(kind) if !row.name.is_empty() => {
                Some((name_key(kind, row), row.name.clone()))
            }
            _ => None,
        };
        let workflows = row.workflows.iter().map(|workflow| {
            let folded = folded(Kind::Workflow, workflow).into_owned();
            ((Kind::Workflow, String::new(), folded), workflow.clone())
        });
        own.into_iter().chain(workflows).find_map(|(key, name)| {
            let takers = self.takers.get(&key)?;
            Some((*takers.iter().find(|taker| is_other(taker, row))?, name))
        })
    }

    /// A row of another stage that uses the resource of a row.
    pub fn also_used(&self, row: &Row) -> Option<&'a Row> {
        let Way::Listed(kind) = way(&row.resource) else { return None };
        let users = self.users.get(use_of(kind, row).as_str())?;
        users.iter().copied().find(|user| is_other(user, row))
    }

    /// When a row or its resource changed last.
    pub fn changed(&self, row: &Row) -> Option<u64> {
        row.changed.max(self.listed(row).and_then(|listed| listed.changed))
    }

    /// How large the resource of a row is.
    pub fn size(&self, row: &Row) -> Option<u64> {
        self.listed(row)?.size
    }

    /// What the account lists under the id of a row.
    pub fn listed(&self, row: &Row) -> Option<&'a Listed> {
        let Way::Listed(kind) = way(&row.resource) else { return None };
        self.by_id.get(&(kind, row.place.clone(), row.identity.clone())).copied()
    }
}

fn part_key(row: &Row) -> Option<PartKey<'_>> {
    if way(&row.resource) != Way::Part || row.identity.is_empty() {
        return None;
    }
    let within =
        if row.resource == OBJECT { row.uses.first().map_or("", String::as_str) } else { "" };
    Some((&row.resource, &row.identity, within))
}

/// How other rows write that they use this one.
fn use_of(kind: Kind, row: &Row) -> String {
    format!("{}:{}", kind.as_str(), row.identity)
}

fn name_key(kind: Kind, row: &Row) -> Key {
    (kind, row.place.clone(), folded(kind, &row.name).into_owned())
}

/// Whether a row belongs to something else than another one does. What a ledger says of old rows takes
/// nothing from the rows that there are.
fn is_other(one: &Row, other: &Row) -> bool {
    if one.seen.is_some() && other.seen.is_none() {
        return false;
    }
    let place = |row: &'_ Row| (row.app.clone(), row.stage.clone(), row.version, row.store.clone());
    place(one) != place(other)
}
