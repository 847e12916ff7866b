//! What may happen to a resource that the state already knows.
//!
//! Alchemy keeps a row per resource. When the physical name of a row changes, it creates a new
//! resource and deletes the old one; when the id or the scope of a resource changes, it takes the
//! old row for an orphan and deletes what it names, live or not. The rules here are asked when a
//! row is about to be written, before Alchemy does anything.

use crate::error::{BlockError, Code};
use crate::guard::Declaration;
use crate::kind::Kind;
use crate::message::Message;

/// The option `onRename`: what to do where the state holds another physical name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnRename {
    /// Refuse, and say what would be lost.
    #[default]
    Refuse,
    /// Go on with the deployed name.
    Keep,
    /// Go on with the new name, as Alchemy does.
    Replace,
}

impl OnRename {
    /// The value written as `text`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "refuse" => Some(Self::Refuse),
            "keep" => Some(Self::Keep),
            "replace" => Some(Self::Replace),
            _ => None,
        }
    }

    /// As the option is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Keep => "keep",
            Self::Replace => "replace",
        }
    }
}

/// What the state says of one resource that a block declares.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row<'a> {
    /// The physical name, where the account holds it: rows that local mode made hold nothing there.
    pub name: Option<&'a str>,
    /// Whether the stored options have `delete: false`.
    pub retained: bool,
    /// Whether this run is in local mode for this resource.
    pub local: bool,
    /// Where else in this stage's state the declared name is deployed and would be deleted.
    pub elsewhere: Option<&'a str>,
    /// Whether a replacement that did not end has the name to go on with, which is the deployed one
    /// where it is kept, on its list of deletions.
    pub pending: bool,
}

/// What becomes of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is deployed under this id, or just the declared name.
    Declared,
    /// The deployed name stays, whatever was declared.
    Keep,
    /// The declared name takes the deployed one's place.
    Replace,
}

impl Verdict {
    /// In one word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Keep => "keep",
            Self::Replace => "replace",
        }
    }
}

/// Decides what may happen to `row` under `declaration`.
///
/// # Errors
/// - `would-replace`: the deployed name differs, and nobody said that it may go.
/// - `id-changed`: another id or scope of this stage holds the declared name.
/// - `pending-deletion`: the name to go on with is about to be deleted.
pub fn judge(declaration: &Declaration<'_>, row: &Row<'_>) -> Result<Verdict, BlockError> {
    let verdict = rename(declaration, row)?;
    let Declaration { kind, identity, name, .. } = declaration;
    let kept = row.name.filter(|_| verdict == Verdict::Keep);
    if row.pending {
        return Err(BlockError::new(Code::PendingDeletion, Message::PendingDeletion)
            .with(kind.as_str())
            .with(kept.unwrap_or(name)));
    }
    match row.elsewhere {
        Some(place) if kept.is_none() => Err(BlockError::new(Code::IdChanged, Message::IdChanged)
            .with(kind.as_str())
            .with(name)
            .with(place)
            .with(identity.id)),
        _ => Ok(verdict),
    }
}

fn rename(declaration: &Declaration<'_>, row: &Row<'_>) -> Result<Verdict, BlockError> {
    let Some(deployed) = row.name else { return Ok(Verdict::Declared) };
    if deployed == declaration.name {
        return Ok(Verdict::Declared);
    }
    match declaration.on_rename {
        OnRename::Keep => Ok(Verdict::Keep),
        OnRename::Refuse if renames_in_place(declaration.kind) => {
            Err(renamed(declaration, deployed, Message::WouldRename))
        }
        OnRename::Refuse => Err(renamed(declaration, deployed, Message::WouldReplace)),
        OnRename::Replace if row.local => {
            Err(renamed(declaration, deployed, Message::ReplaceInLocal))
        }
        OnRename::Replace if declaration.protects && !row.retained => {
            Err(renamed(declaration, deployed, Message::ReplaceProtected))
        }
        OnRename::Replace => Ok(Verdict::Replace),
    }
}

/// Whether Alchemy renames the kind in place, and keeps its data.
fn renames_in_place(kind: Kind) -> bool {
    matches!(kind, Kind::Kv | Kind::Queue)
}

/// A refusal of another name than the deployed one.
fn renamed(declaration: &Declaration<'_>, deployed: &str, message: Message) -> BlockError {
    let Declaration { kind, identity, name, stage, .. } = declaration;
    BlockError::new(Code::WouldReplace, message)
        .with(kind.as_str())
        .with(identity.id)
        .with(deployed)
        .with(name)
        .with(stage)
}

/// A class or workflow that a Worker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding<'a> {
    /// A Durable Object or a workflow.
    pub kind: Kind,
    /// Its logical id, by which Alchemy knows it again.
    pub id: &'a str,
    /// The class.
    pub class: &'a str,
    /// The workflow's name; empty for Durable Objects.
    pub workflow: &'a str,
    /// What was chosen for the class, whose storage may go with [`OnRename::Replace`] alone, or for the
    /// workflow of this name.
    pub chosen: OnRename,
}

impl Binding<'_> {
    /// The kind that Alchemy calls `of` where it is bound; containers are Durable Objects, too.
    #[must_use]
    pub fn kind(of: &str) -> Kind {
        if of == "workflow" { Kind::Workflow } else { Kind::DurableObject }
    }
}

/// Decides whether a Worker may go from the bindings `old` to `new`.
///
/// Durable Objects and Workflows have no row of their own: Alchemy compares the bindings of their
/// Worker. A Durable Object whose id is gone has its class deleted, with all storage.
///
/// The result has of each workflow that keeps its deployed name the places in `old` and in `new`.
///
/// # Errors
/// - `id-changed`: a class is bound under another id now.
/// - `would-delete-class`: a class is not bound any more.
/// - `would-orphan`: a workflow has another name now, and the old one would stay behind.
pub fn judge_worker(
    old: &[Binding<'_>],
    new: &[Binding<'_>],
) -> Result<Vec<(usize, usize)>, BlockError> {
    let mut kept = Vec::new();
    for (before, binding) in old.iter().enumerate() {
        let is_same = |other: &Binding<'_>| other.kind == binding.kind && other.id == binding.id;
        // One id may be bound twice: what is bound as it was stays.
        let stays = |other: &Binding<'_>| is_same(other) && other.workflow == binding.workflow;
        let place = new.iter().position(stays).or_else(|| new.iter().position(is_same));
        let same = place.and_then(|at| Some((at, new.get(at)?)));
        match (binding.kind, same) {
            (Kind::DurableObject, None) if binding.chosen != OnRename::Replace => {
                return Err(class_lost(binding, new));
            }
            (Kind::Workflow, Some((at, other))) if other.workflow != binding.workflow => {
                match other.chosen {
                    OnRename::Refuse => return Err(would_orphan(binding, other)),
                    OnRename::Keep => kept.push((before, at)),
                    OnRename::Replace => {}
                }
            }
            _ => {}
        }
    }
    Ok(kept)
}

fn class_lost(old: &Binding<'_>, new: &[Binding<'_>]) -> BlockError {
    let moved = new.iter().find(|other| other.kind == old.kind && other.class == old.class);
    let (code, message) = match moved {
        Some(_) => (Code::IdChanged, Message::ClassMoved),
        None => (Code::WouldDeleteClass, Message::ClassLost),
    };
    let id = moved.map_or("", |other| other.id);
    BlockError::new(code, message).with(old.id).with(old.class).with(id)
}

fn would_orphan(old: &Binding<'_>, new: &Binding<'_>) -> BlockError {
    BlockError::new(Code::WouldOrphan, Message::WouldOrphan)
        .with(old.id)
        .with(old.workflow)
        .with(new.workflow)
}

/// What this run has declared, where Alchemy would delete the `name` of its row: `would-delete`.
///
/// Alchemy takes for an orphan what has not come to it when a scope ends: a block that failed on its
/// way, or that nobody waits for, and what lies in a scope that the program has opened twice.
#[must_use]
pub fn would_delete(declaration: &Declaration<'_>, name: &str) -> BlockError {
    BlockError::new(Code::WouldDelete, Message::WouldDelete)
        .with(declaration.kind.as_str())
        .with(name)
        .with(declaration.identity.id)
}

/// What a question was about got lost on its way: `internal`. Nothing may go on without a verdict.
#[must_use]
pub fn cut_off() -> BlockError {
    BlockError::new(Code::Internal, Message::CutOff)
}

/// What is refused beside the core, with three words each:
///
/// - `worker-moved`, the script, id and place: another id or scope of the stage holds the script of a
///   Worker (`id-changed`).
/// - `declared-twice`, the id and two names: a program declares an id at once under both
///   (`duplicate-name`).
/// - `other-kind`, the type, id and name: the state holds another kind of resource under an id
///   (`would-replace`).
/// - `state-unreadable`, the id, place and reason: a row is there and cannot be read, and is not taken
///   for absent.
/// - `owner-missing`, the type, id and name: `share`, where the owner stage has not deployed what it
///   owns.
/// - `share-conflict`, the same: `share`, where this stage has a resource of its own.
///
/// Nothing for anything else.
#[must_use]
pub fn refusal(which: &str, words: [&str; 3]) -> Option<BlockError> {
    let (code, message) = match which {
        "worker-moved" => (Code::IdChanged, Message::WorkerMoved),
        "declared-twice" => (Code::DuplicateName, Message::DeclaredTwice),
        "other-kind" => (Code::WouldReplace, Message::OtherKind),
        "state-unreadable" => (Code::StateUnreadable, Message::StateUnreadable),
        "owner-missing" => (Code::OwnerMissing, Message::OwnerMissing),
        "share-conflict" => (Code::ShareConflict, Message::ShareConflict),
        _ => return None,
    };
    let [first, second, third] = words;
    Some(BlockError::new(code, message).with(first).with(second).with(third))
}
