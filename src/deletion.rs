//! What Alchemy is about to delete: whose it is, and whether anybody asked for that.
//!
//! Alchemy deletes what its state holds and a program no longer declares, whoever made it. Here a
//! deploy that drops data has to say so, and no run deletes what another stage, program or account
//! owns.

use serde::Deserialize;

use crate::error::{Error, Place};
use crate::kind::Kind;
use crate::ledger::{Ledger, OnRename};
use crate::stage::{PROTECTED, Stage, is_protected};
use crate::state::{Binding, judge_worker};

/// Who made a row of the state, as the guard has noted it there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Owner {
    /// The app.
    pub app: String,
    /// The stage, as its user names it.
    pub stage: String,
    /// The program: the name of its package, and its path there. `None` where nothing says it.
    pub program: Option<String>,
    /// The id of the Cloudflare account. `None` where nobody asked for it.
    pub account: Option<String>,
}

impl Owner {
    /// Refuses the row `id` of another program; `released` says that this one lets it go.
    ///
    /// # Errors
    /// `owned-elsewhere`
    pub fn check_program(&self, id: &str, here: &Self, released: bool) -> Result<(), Error> {
        match (&self.program, &here.program) {
            (Some(theirs), Some(ours)) if theirs != ours && !released => {
                Err(Error::OtherProgram { id: id.into(), program: theirs.into() })
            }
            _ => Ok(()),
        }
    }

    /// Refuses the row `id` if another stage made it, or if it is in another account. Two stages can
    /// share a folder: `dev/api` is inside `dev`. A row of another app passes: the app was renamed, and
    /// its state moved with it.
    ///
    /// # Errors
    /// `owned-elsewhere`, `wrong-account`
    pub fn check_place(&self, id: &str, here: &Self) -> Result<(), Error> {
        if self.stage != here.stage {
            let (app, stage) = ((&self.app).into(), (&self.stage).into());
            return Err(Error::OtherStage { id: id.into(), app, stage });
        }
        match (&self.account, &here.account) {
            (Some(theirs), Some(ours)) if theirs != ours => {
                Err(Error::WrongAccount { theirs: theirs.into(), ours: ours.into() })
            }
            _ => Ok(()),
        }
    }
}

/// A row that Alchemy is about to delete.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Orphan {
    /// The logical id.
    pub id: String,
    /// Alchemy's type, such as `cloudflare::D1Database`.
    pub resource: String,
    /// The physical name, if the account holds it.
    pub name: Option<String>,
    /// R2 has one name space per jurisdiction; empty for the default one.
    pub jurisdiction: String,
    /// The classes and workflows of a Worker's own script.
    pub bindings: Vec<Binding>,
    /// Whether Alchemy leaves the resource in the account.
    pub retained: bool,
    /// Whether the program itself destroys the scope of the row.
    pub meant: bool,
    /// Whether the whole stage is being destroyed.
    pub destroys: bool,
    /// Whether this run is in local mode.
    pub local: bool,
    /// A new resource of the same kind that the program declares.
    pub created: Option<Created>,
    /// Who made the row, if that was noted.
    pub owner: Option<Owner>,
    /// Another app or stage whose state holds the same resource, where the store can tell.
    pub sharer: Option<Owner>,
    /// Who is running.
    pub here: Owner,
}

/// A resource that no deploy that ended well has had yet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Created {
    /// The physical name.
    pub name: String,
    /// The logical id.
    pub id: String,
}

/// What the program lets go and what it protects: the settings of all its sets of blocks.
#[derive(Debug, Default)]
pub struct Consent {
    /// The logical ids of `release`.
    pub released: Vec<String>,
    /// The classes of `deleteClasses`.
    pub classes: Vec<String>,
    /// The stages of `protect`.
    pub protected: Vec<String>,
    used: Vec<String>,
}

impl Consent {
    /// Whether the program lets a logical id go. To ask is to use it.
    pub fn releases(&mut self, id: &str) -> bool {
        let released = self.released.iter().any(|released| released == id);
        if released {
            self.used.push(id.to_owned());
        }
        released
    }

    /// Whether the program lets a class or workflow go that a Worker binds.
    pub fn lets_go(&mut self, binding: &Binding) -> bool {
        self.releases(&binding.id)
            || binding.kind() == Kind::DurableObject && self.classes.contains(&binding.class_name)
    }

    /// Whether a set of blocks protects a stage.
    #[must_use]
    pub fn protects(&self, stage: &str) -> bool {
        PROTECTED.contains(&stage) || self.protected.iter().any(|name| name == stage)
    }

    /// [`Self::protects`] for a stage whose user may have mistyped its case.
    ///
    /// # Errors
    /// `stage-case`
    pub fn is_protected(&self, stage: &str) -> Result<bool, Error> {
        let names = PROTECTED.into_iter().chain(self.protected.iter().map(String::as_str));
        is_protected(stage, &names.collect::<Vec<_>>())
    }

    /// The ids of `release` that had no use in this run.
    pub fn unused(&self) -> impl Iterator<Item = &String> {
        self.released.iter().filter(|id| !self.used.contains(id))
    }

    /// Decides whether Alchemy may delete `orphan`, whose scope has the path `scope`.
    ///
    /// # Errors
    /// - `owned-elsewhere`, `wrong-account`: another stage, program or account owns it.
    /// - `would-delete`, `would-delete-class`: it holds data, and nobody asked for that.
    pub fn judge(&mut self, orphan: &Orphan, scope: String, ledger: &Ledger) -> Result<(), Error> {
        let Orphan { id, jurisdiction, meant, .. } = orphan;
        let released = self.releases(id);
        if let Some(owner) = &orphan.owner {
            owner.check_place(id, &orphan.here)?;
        }
        let (Some(kind), Some(name)) = (Kind::of_resource(&orphan.resource), &orphan.name) else {
            return Ok(());
        };
        // To destroy a stage is to ask for all of it, whichever program made it.
        if let Some(owner) = orphan.owner.as_ref().filter(|_| !orphan.destroys) {
            owner.check_program(id, &orphan.here, released)?;
        }
        if let Some(Owner { app, stage, .. }) = orphan.sharer.as_ref().filter(|_| !released) {
            let (app, stage, id) = (app.into(), stage.into(), id.into());
            return Err(Error::SharedWith { kind, id, name: name.into(), app, stage });
        }
        if orphan.local {
            return Err(Error::LocalDelete { kind, name: name.into() });
        }
        if orphan.destroys {
            return Ok(());
        }
        if orphan.retained {
            return self.judge_retained(kind, name, orphan, ledger);
        }
        if kind == Kind::Worker && !released {
            self.judge_lost(&orphan.bindings, name)?;
        }
        if !kind.spec().owns_data {
            return Ok(());
        }
        let place = Place { scope, id: id.clone() };
        ledger.judge_orphan(kind, &place, jurisdiction, name, *meant)?;
        if *meant || released {
            return Ok(());
        }
        let created = orphan.created.as_ref().filter(|created| created.name != *name);
        Err(match created {
            Some(created) => renamed(kind, id, name, created),
            None => Error::Dropped { kind, id: id.into(), name: name.into() },
        })
    }

    /// Refuses to forget a resource that stays, if a new one of its kind looks like its new name.
    fn judge_retained(
        &mut self,
        kind: Kind,
        name: &String,
        Orphan { id, jurisdiction, created, .. }: &Orphan,
        ledger: &Ledger,
    ) -> Result<(), Error> {
        let is_used = ledger.named(kind, name, jurisdiction).is_some();
        let created = created.as_ref().filter(|created| created.name != *name);
        match created.filter(|_| kind.spec().owns_data && !is_used) {
            Some(created) if !self.releases(id) => Err(renamed(kind, id, name, created)),
            _ => Ok(()),
        }
    }

    /// Refuses the end of a Worker that still has classes or workflows.
    fn judge_lost(&mut self, bindings: &[Binding], script: &str) -> Result<(), Error> {
        judge_worker(bindings, &[], |binding| {
            if self.lets_go(binding) { OnRename::Replace } else { OnRename::Refuse }
        })?;
        let mut workflows = bindings.iter().filter(|binding| binding.kind() == Kind::Workflow);
        match workflows.find(|workflow| !self.lets_go(workflow)) {
            None => Ok(()),
            Some(workflow) => Err(Error::WorkflowDropped {
                id: (&workflow.id).into(),
                name: (&workflow.workflow_name).into(),
                script: script.into(),
            }),
        }
    }

    /// Whether Alchemy has to leave a resource in the account when its row goes.
    #[must_use]
    pub fn retains(&self, holding: &Holding, ledger: &Ledger) -> bool {
        if let Some(delete) = holding.written {
            return !delete;
        }
        let protected = !holding.declared && self.protects(&holding.stage);
        let kind = Kind::of_resource(&holding.resource);
        let has_data = holding.classes || kind.is_some_and(|kind| kind.spec().owns_data);
        // A workflow has no row of its own: its Worker keeps it.
        let foreign = holding.workflows.iter().any(|name| {
            ledger.named(Kind::Workflow, name, "").is_some_and(|declared| declared.base.is_none())
        });
        holding.before
            || foreign
            || holding.adopted
            || holding.is_unproven()
            || has_data && protected
    }
}

/// What is dropped, and looks as if `created` were its new name.
fn renamed(kind: Kind, id: &str, name: &str, created: &Created) -> Error {
    Error::Renamed {
        kind,
        id: id.into(),
        name: name.into(),
        renamed: (&created.name).into(),
        new_id: (&created.id).into(),
    }
}

/// What decides whether a resource is retained.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Holding {
    /// Alchemy's type, such as `cloudflare::D1Database`.
    pub resource: String,
    /// The stage, as its user names it.
    pub stage: String,
    /// Whether a block declares it, which has its own protected stages and has written `delete`.
    pub declared: bool,
    /// The option `delete`, if the program writes it.
    pub written: Option<bool>,
    /// Whether it was retained before.
    pub before: bool,
    /// Whether it existed before this stage took it.
    pub adopted: bool,
    /// The physical name, if the account holds it.
    pub name: Option<String>,
    /// Whether its row says who made it. A row from before the guard does not.
    pub noted: bool,
    /// Whether it is a Worker that has classes or workflows.
    pub classes: bool,
    /// The names of a Worker's own workflows.
    pub workflows: Vec<String>,
}

impl Holding {
    /// Whether nothing says that this stage made it: the row has no note, and the name no stage.
    fn is_unproven(&self) -> bool {
        let Some(name) = self.name.as_ref().filter(|_| !self.noted) else { return false };
        !Stage::new(&self.stage).is_ok_and(|stage| stage.is_in(name))
    }
}

#[cfg(test)]
mod tests;
