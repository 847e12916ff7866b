//! A whole deploy of Alchemy 2, judged before its first call.
//!
//! Alchemy 2 evaluates a program to the end before it plans, so everything that a stack declares is
//! known at once, and so is every row of its state. Most rules are those of Alchemy 0.94: the ledger
//! finds duplicates, `state` compares a Worker's classes, `deletion` judges what would be deleted.

mod classes;
mod facts;
mod places;
mod refusals;
mod write;

pub use facts::{Program, Resource, Transfer};
pub use refusals::Refusals;
pub use write::judge_write;

use crate::deletion::{Consent, Created, Orphan, Owner};
use crate::error::{Error, Place, Reason};
use crate::kind::{Kind, OnNewName};
use crate::ledger::{Declaration, Ledger, OnRename};
use crate::stage::Stage;
use crate::state::{Binding, judge_worker};

impl Program {
    /// Decides whether the run may begin.
    ///
    /// # Errors
    /// The first refusal: `stage-implicit`, `wrong-account`, `id-invalid`, `duplicate-name`, `pending-deletion`,
    /// `would-replace`, `would-move`, `id-changed`, `owned-elsewhere`, `would-delete-class` or `would-delete`.
    pub fn judge(&self) -> Result<(), Error> {
        self.judge_with(&mut self.consent())
    }

    /// The ids of `release` that the run makes no use of. `used` are those that the writes have used.
    #[must_use]
    pub fn unused(&self, used: &[String]) -> Vec<String> {
        let mut consent = self.consent();
        // It was judged before: what is refused has not come to its end.
        if self.judge_with(&mut consent).is_err() {
            return Vec::new();
        }
        let unused = consent.unused().filter(|id| !used.contains(id) && !self.lifts(id));
        unused.cloned().collect()
    }

    /// Whether the release of an id ends the retention of what has it.
    fn lifts(&self, id: &String) -> bool {
        let is_it = |declared: &&Resource| declared.id == *id && !declared.retained;
        let mut rows = self.declared.iter().filter(is_it).filter_map(|one| self.row_of(one));
        rows.any(|row| row.retained)
    }

    fn consent(&self) -> Consent {
        let mut consent = Consent::default();
        consent.released.clone_from(&self.release);
        consent
    }

    fn judge_with(&self, consent: &mut Consent) -> Result<(), Error> {
        if self.environment.is_implicit_in_alchemy2(&self.stage) {
            return Err(Error::StageImplicit { stage: (&self.stage).into() });
        }
        self.judge_account()?;
        if self.destroys {
            let none = Ledger::default();
            return self.rows.iter().try_for_each(|row| self.judge_gone(row, consent, &none));
        }
        self.declared.iter().try_for_each(|declared| self.judge_id(declared))?;
        let ledger = self.ledger()?;
        let taken = self.taken();
        for declared in &self.declared {
            self.judge_declared(declared, &taken, consent)?;
        }
        self.gone(&taken).try_for_each(|row| self.judge_gone(row, consent, &ledger))
    }

    /// The ids of the rows that some declaration goes on with.
    fn taken(&self) -> Vec<&str> {
        let rows = self.declared.iter().flat_map(|declared| self.rows_of(declared));
        rows.map(|row| row.id.as_str()).collect()
    }

    /// The rows that a deploy deletes.
    fn gone(&self, taken: &[&str]) -> impl Iterator<Item = &Resource> {
        self.rows.iter().filter(|row| !taken.contains(&row.id.as_str()))
    }

    /// The ids whose retention stays, although the plan of Alchemy does not say so.
    ///
    /// A deploy keeps what the state has as retained, until the program writes that it may be deleted or
    /// releases it. A destroyed stage keeps what the program retains since its last deploy.
    #[must_use]
    pub fn kept(&self) -> Vec<String> {
        let is_kept = |declared: &&Resource| {
            if self.destroys { self.is_retained_since(declared) } else { self.stays(declared) }
        };
        self.declared.iter().filter(is_kept).map(|declared| declared.id.clone()).collect()
    }

    fn stays(&self, declared: &Resource) -> bool {
        let may_go = declared.deletes || self.release.contains(&declared.id);
        let is_kept = || self.row_of(declared).is_some_and(|row| row.retained);
        !may_go && (is_kept() || self.goes_with_kept(declared))
    }

    /// Whether it is the workflow of a Worker that stays: 0.94 has none in its state, so a stage that it
    /// has protected may have the Worker as retained, and a workflow that is new in Alchemy 2.
    fn goes_with_kept(&self, declared: &Resource) -> bool {
        let is_worker = |other: &&Resource| {
            other.worker.is_none() && declared.worker.as_ref() == Some(&other.id)
        };
        self.declared.iter().find(is_worker).is_some_and(|worker| self.stays(worker))
    }

    fn is_retained_since(&self, declared: &Resource) -> bool {
        let row = self.row_at(&declared.id, declared);
        let is_retained = declared.retained || self.goes_with_kept(declared);
        is_retained && row.is_some_and(|row| !row.retained && !self.release.contains(&row.id))
    }

    /// Whether Alchemy leaves what the declaration replaces.
    fn retains(&self, declared: &Resource) -> bool {
        declared.retained || self.stays(declared)
    }

    /// In another account Alchemy would replace each resource by an empty one, and delete the old one.
    fn judge_account(&self) -> Result<(), Error> {
        let Some(ours) = &self.account else { return Ok(()) };
        match self.rows.iter().filter_map(|row| row.account.as_ref()).find(|theirs| *theirs != ours)
        {
            Some(theirs) => Err(Error::WrongAccount { theirs: theirs.into(), ours: ours.into() }),
            None => Ok(()),
        }
    }

    /// The local store would read `a__b` as `a/b`: it finds no such declaration, and deletes the row.
    fn judge_id(&self, declared: &Resource) -> Result<(), Error> {
        if self.local_store && declared.id.as_bytes().windows(2).any(|pair| pair == b"__") {
            return Err(Error::IdSplit { id: (&declared.id).into() });
        }
        Ok(())
    }

    fn ledger(&self) -> Result<Ledger, Error> {
        let mut ledger = Ledger::default();
        let stage = Stage::new(&self.stage)?;
        for declared in self.declared.iter().filter(|declared| !declared.local) {
            let kind = declared.kind();
            let (Some(kind), Some(name)) = (kind, &declared.name) else { continue };
            ledger.declare(Declaration {
                kind,
                place: self.place(&declared.id),
                jurisdiction: declared.jurisdiction.clone(),
                name: name.clone(),
                base: None,
                class: None,
                stage: stage.clone(),
                on_rename: OnRename::default(),
                protects: false,
                expires: None,
            })?;
        }
        Ok(ledger)
    }

    fn place(&self, id: &str) -> Place {
        Place { scope: format!("{}/{}", self.stack, self.stage), id: id.to_owned() }
    }

    /// The row of a declaration, then those that earlier renames of it have left.
    fn rows_of<'a>(&'a self, declared: &'a Resource) -> impl Iterator<Item = &'a Resource> {
        let own = self.row_of(declared);
        let left = declared.formers.iter().filter_map(|former| self.row_at(former, declared));
        own.into_iter().chain(left.filter(move |row| {
            own.is_some_and(|own| own.id != row.id && own.instance == row.instance)
        }))
    }

    /// The row that Alchemy plans a declaration from: the one at its id, else at the first id that it
    /// had before and that has one.
    fn row_of(&self, declared: &Resource) -> Option<&Resource> {
        let moves =
            |row: &&Resource| self.declared.iter().any(|other| other.formers.contains(&row.id));
        let here = self.row_at(&declared.id, declared).filter(|row| !moves(row));
        here.or_else(|| declared.formers.iter().find_map(|former| self.row_at(former, declared)))
    }

    fn row_at(&self, id: &str, declared: &Resource) -> Option<&Resource> {
        let kind = declared.kind();
        self.rows.iter().find(|row| row.id == id && row.kind() == kind)
    }

    fn judge_declared(
        &self,
        declared: &Resource,
        taken: &[&str],
        consent: &mut Consent,
    ) -> Result<(), Error> {
        let Some(kind) = declared.kind() else { return Ok(()) };
        let row = self.row_of(declared);
        let deployed = row.and_then(|row| row.name.as_ref());
        if declared.local {
            return match deployed
                .filter(|_| kind.spec().alchemy2.deletes_data && !self.retains(declared))
            {
                Some(name) => Err(Error::LocalDelete { kind, name: name.into() }),
                None => Ok(()),
            };
        }
        if let Some(row) = row {
            self.judge_pending(kind, declared, row, consent)?;
            let before = self.classes_that_stay(row);
            judge_worker(&before, &declared.bindings, |binding| chosen(consent, binding))
                .map_err(rebound)?;
        }
        let is_same = |name: &String| deployed.is_some_and(|held| kind.same_name(held, name));
        if let Some(row) = row.filter(|_| declared.name.as_ref().is_none_or(is_same)) {
            self.judge_place(kind, declared, row, consent)?;
        }
        let Some(name) = &declared.name else { return Ok(()) };
        let Some(deployed) = deployed else {
            return self.judge_new(kind, name, declared, taken, consent);
        };
        if kind.same_name(deployed, name) {
            return Ok(());
        }
        let replaces = kind.spec().alchemy2.on_new_name == OnNewName::Replace;
        if replaces && !consent.releases(&declared.id) {
            return Err(self.replaced(kind, declared, deployed, name));
        }
        self.judge_new(kind, name, declared, taken, consent)
    }

    /// Another name: what is retained stays in the account, but the program would use an empty one.
    fn replaced(&self, kind: Kind, declared: &Resource, deployed: &str, name: &str) -> Error {
        let (id, deployed, name) = ((&declared.id).into(), deployed.into(), name.into());
        if !self.retains(declared) {
            return Error::RawReplace { kind, id, deployed, declared: name };
        }
        let (stage, reason) = ((&self.stage).into(), Reason::Leaves);
        Error::WouldReplace { kind, id, deployed, declared: name, stage, reason }
    }

    /// Judges what an unfinished replacement is about to delete.
    fn judge_pending(
        &self,
        kind: Kind,
        declared: &Resource,
        row: &Resource,
        consent: &mut Consent,
    ) -> Result<(), Error> {
        let Some(used) = declared.name.as_ref().or(row.name.as_ref()) else { return Ok(()) };
        for old in row.replaced.iter().filter(|_| !row.retained) {
            if kind.same_name(old, used) {
                return Err(Error::PendingDeletion { kind, name: old.into() });
            }
            if kind.spec().alchemy2.deletes_data && !consent.releases(&declared.id) {
                let (id, deployed, declared) = ((&declared.id).into(), old.into(), used.into());
                return Err(Error::RawReplace { kind, id, deployed, declared });
            }
        }
        Ok(())
    }

    /// Judges a name that the resource does not have yet.
    fn judge_new(
        &self,
        kind: Kind,
        name: &String,
        declared: &Resource,
        taken: &[&str],
        consent: &mut Consent,
    ) -> Result<(), Error> {
        let is_it = |resource: &str, jurisdiction: &str| {
            Kind::of_resource(resource) == Some(kind) && jurisdiction == declared.jurisdiction
        };
        let here = self.rows.iter().filter(|row| is_it(&row.resource, &row.jurisdiction));
        for row in here.filter(|row| !row.retained) {
            if row.replaced.iter().any(|old| kind.same_name(old, name)) {
                return Err(Error::PendingDeletion { kind, name: name.into() });
            }
            let holds = row.name.as_ref().is_some_and(|held| kind.same_name(held, name));
            if holds && !taken.contains(&row.id.as_str()) {
                return Err(moved(kind, name, row, declared, consent));
            }
        }
        let mut others =
            self.others.iter().filter(|other| is_it(&other.resource, &other.jurisdiction));
        match others.find(|other| other.holds(kind, name)) {
            None if kind == Kind::Worker => self.judge_hosted(name, declared, consent),
            None => Ok(()),
            Some(other) => Err(Error::HeldByStage {
                kind,
                name: name.into(),
                id: (&other.id).into(),
                stack: (&other.stack).into(),
                stage: (&other.stage).into(),
                same_stack: other.stack == self.stack,
            }),
        }
    }

    /// Judges a row that the run deletes.
    fn judge_gone(
        &self,
        row: &Resource,
        consent: &mut Consent,
        ledger: &Ledger,
    ) -> Result<(), Error> {
        let here = Owner { app: self.stack.clone(), stage: self.stage.clone(), ..Owner::default() };
        let kind = row.kind();
        let lost = row.name.iter().chain(&row.replaced);
        let sharer = self.others.iter().find(|other| {
            let holds = |name| kind.is_some_and(|kind| other.holds(kind, name));
            let alike = other.kind() == kind && other.jurisdiction == row.jurisdiction;
            alike && lost.clone().any(|name| holds(name))
        });
        let sharer = sharer.filter(|_| !row.retained).map(|other| Owner {
            app: other.stack.clone(),
            stage: other.stage.clone(),
            ..Owner::default()
        });
        let created = self
            .declared
            .iter()
            .find(|declared| declared.kind() == kind && self.row_of(declared).is_none());
        let orphan = Orphan {
            id: row.id.clone(),
            resource: row.resource.clone(),
            name: row.name.clone(),
            jurisdiction: row.jurisdiction.clone(),
            bindings: self.classes_that_stay(row),
            retained: row.retained,
            destroys: self.destroys,
            created: created.map(|new| Created {
                name: new.name.as_ref().unwrap_or(&new.id).clone(),
                id: new.id.clone(),
            }),
            sharer,
            here,
            ..Orphan::default()
        };
        consent.judge(&orphan, self.place("").scope, ledger)?;
        let (Some(Kind::Workflow), Some(name)) = (kind, &row.name) else { return Ok(()) };
        // Version 2 deletes a workflow with its instances, where 0.94 leaves it behind.
        if self.destroys || row.retained || consent.releases(&row.id) {
            return Ok(());
        }
        Err(Error::Dropped { kind: Kind::Workflow, id: (&row.id).into(), name: name.into() })
    }
}

fn chosen(consent: &mut Consent, binding: &Binding) -> OnRename {
    if consent.lets_go(binding) { OnRename::Replace } else { OnRename::Refuse }
}

/// Version 2 knows a class by the key of its binding, which is no id that a user would look for.
fn rebound(error: Error) -> Error {
    match error {
        Error::ClassMoved { id, class, now } => Error::ClassRebound { id, class, now },
        other => other,
    }
}

/// The same name under another id: the row at the old id would be deleted, and what it names with it.
fn moved(
    kind: Kind,
    name: &String,
    row: &Resource,
    declared: &Resource,
    consent: &mut Consent,
) -> Error {
    let (place, id) = ((&row.id).into(), (&declared.id).into());
    if kind != Kind::Worker {
        return Error::IdChanged { kind, name: name.into(), place, id };
    }
    let lost = judge_worker(&row.bindings, &[], |binding| chosen(consent, binding));
    lost.err().unwrap_or_else(|| Error::WorkerMoved { script: name.into(), place, id })
}

#[cfg(test)]
mod tests;
