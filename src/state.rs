//! What may happen to a resource that the state already knows.
//!
//! Alchemy keeps a row per resource. When the physical name of a row changes, Alchemy creates a new
//! resource and deletes the old one. When the id or the scope of a resource changes, Alchemy takes
//! the old row for an orphan and deletes what it names, in use or not. These rules are asked when a
//! row is about to be written, before Alchemy does anything.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Reason};
use crate::kind::{Kind, OnNewName};
use crate::ledger::{Declaration, OnRename};

/// What the state says about a resource that a block declares.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Row {
    /// The physical name, if the account holds it. Rows that local mode made hold nothing there.
    pub name: Option<String>,
    /// Whether the stored options have `delete: false`.
    pub retained: bool,
    /// Whether this run is in local mode for this resource.
    pub local: bool,
    /// Where else this stage's state holds the declared name, in a row that would be deleted.
    pub elsewhere: Option<String>,
    /// Whether an interrupted replacement would delete the name that is used from now on.
    pub pending: bool,
}

/// What becomes of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing is deployed under this id, or exactly the declared name.
    Declared,
    /// The deployed name stays, whatever was declared.
    Keep,
    /// The declared name takes the deployed one's place.
    Replace,
}

/// Decides what may happen to `row` under `declaration`.
///
/// # Errors
/// - `would-replace`: the deployed name differs, and `onRename` does not let it go.
/// - `id-changed`: another id or scope of this stage holds the declared name.
/// - `pending-deletion`: the name that is used from now on is about to be deleted.
pub fn judge(declaration: &Declaration, row: &Row) -> Result<Verdict, Error> {
    let verdict = judge_name(declaration, row)?;
    let Declaration { kind, place, name, .. } = declaration;
    let kept = row.name.as_ref().filter(|_| verdict == Verdict::Keep);
    if row.pending {
        return Err(Error::PendingDeletion { kind: *kind, name: kept.unwrap_or(name).into() });
    }
    match &row.elsewhere {
        Some(elsewhere) if kept.is_none() => Err(Error::IdChanged {
            kind: *kind,
            name: name.into(),
            place: elsewhere.into(),
            id: (&place.id).into(),
        }),
        _ => Ok(verdict),
    }
}

fn judge_name(declaration: &Declaration, row: &Row) -> Result<Verdict, Error> {
    let Some(deployed) = row.name.as_ref().filter(|name| **name != declaration.name) else {
        return Ok(Verdict::Declared);
    };
    // Some kinds go although they are to stay.
    let retained = row.retained && !declaration.kind.spec().alchemy.quirks.ignores_delete;
    let on_new_name = declaration.kind.spec().on_new_name;
    let reason = match declaration.on_rename {
        OnRename::Keep => return Ok(Verdict::Keep),
        _ if on_new_name == OnNewName::Stays => return Ok(Verdict::Keep),
        _ if on_new_name == OnNewName::Fails => Reason::Fails,
        OnRename::Refuse if on_new_name == OnNewName::RenameInPlace => Reason::Renames,
        OnRename::Refuse if retained => Reason::Leaves,
        OnRename::Refuse => Reason::Deletes,
        OnRename::Replace if row.local => Reason::LocalMode,
        OnRename::Replace if row.retained && !retained => Reason::Ignored,
        OnRename::Replace if declaration.protects && !retained => Reason::Protected,
        OnRename::Replace => return Ok(Verdict::Replace),
    };
    Err(Error::WouldReplace {
        kind: declaration.kind,
        id: (&declaration.place.id).into(),
        deployed: deployed.into(),
        declared: (&declaration.name).into(),
        stage: declaration.stage.raw().into(),
        reason,
    })
}

/// A class or workflow that a Worker binds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Binding {
    /// What Alchemy calls it: `workflow`, `durable_object_namespace` or `container`.
    #[serde(rename = "type")]
    pub binding: String,
    /// Its logical id, by which Alchemy recognises it.
    pub id: String,
    /// The class.
    pub class_name: String,
    /// The workflow's name; empty for classes.
    #[serde(default)]
    pub workflow_name: String,
}

impl Binding {
    /// The kind of the binding. A container is a Durable Object, too.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.binding == "workflow" { Kind::Workflow } else { Kind::DurableObject }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.id == other.id
    }
}

/// A workflow that keeps its deployed name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptWorkflow {
    /// Its place among the new bindings.
    pub index: usize,
    /// The deployed name.
    pub workflow_name: String,
}

/// Decides whether a Worker may go from the bindings `old` to `new`; `chosen` says what the program
/// chose for a workflow, or for a class.
///
/// Durable Objects and workflows have no rows: Alchemy compares the bindings of their Worker. It
/// deletes the class of a Durable Object whose id is gone, with all its storage.
///
/// # Errors
/// - `id-changed`: a class is bound under another id now.
/// - `would-delete-class`: a class is no longer bound.
/// - `would-orphan`: a workflow has another name now, and the old one would stay behind.
pub fn judge_worker(
    old: &[Binding],
    new: &[Binding],
    mut chosen: impl FnMut(&Binding) -> OnRename,
) -> Result<Vec<KeptWorkflow>, Error> {
    let mut kept = Vec::new();
    for before in old {
        // One id may be bound twice: what is bound as it was stays.
        let stays =
            |now: &&Binding| before.is_same(now) && now.workflow_name == before.workflow_name;
        let now = new.iter().find(stays).or_else(|| new.iter().find(|now| before.is_same(now)));
        match (before.kind(), now) {
            (Kind::DurableObject, None) if chosen(before) != OnRename::Replace => {
                return Err(class_lost(before, new));
            }
            (Kind::Workflow, Some(now)) if now.workflow_name != before.workflow_name => {
                match chosen(now) {
                    OnRename::Refuse => return Err(would_orphan(before, now)),
                    OnRename::Keep => kept.extend(kept_workflow(before, now, new)),
                    OnRename::Replace => {}
                }
            }
            _ => {}
        }
    }
    Ok(kept)
}

fn kept_workflow(before: &Binding, now: &Binding, new: &[Binding]) -> Option<KeptWorkflow> {
    let index = new.iter().position(|other| std::ptr::eq(other, now))?;
    Some(KeptWorkflow { index, workflow_name: before.workflow_name.clone() })
}

fn class_lost(before: &Binding, new: &[Binding]) -> Error {
    let moved = |now: &&Binding| now.kind() == before.kind() && now.class_name == before.class_name;
    let (id, class) = ((&before.id).into(), (&before.class_name).into());
    match new.iter().find(moved) {
        Some(now) => Error::ClassMoved { id, class, now: (&now.id).into() },
        None => Error::ClassLost { id, class },
    }
}

fn would_orphan(before: &Binding, now: &Binding) -> Error {
    Error::WouldOrphan {
        id: (&before.id).into(),
        deployed: (&before.workflow_name).into(),
        declared: (&now.workflow_name).into(),
    }
}
