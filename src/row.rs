//! What may happen to a resource that the state already knows.
//!
//! Alchemy keeps a row per resource. When the physical name of a row changes, it creates a new
//! resource and deletes the old one; when the id or the scope of a resource changes, it takes the
//! old row for an orphan and deletes what it names, live or not. The rules here are asked when a
//! row is about to be written, before Alchemy does anything.

use crate::error::{BlockError, Code, push_escaped, say};
use crate::guard::Declaration;
use crate::kind::Kind;

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
    /// The physical name, where the row has one.
    pub name: Option<&'a str>,
    /// Whether the account holds it: rows that local mode made hold nothing there.
    pub deployed: bool,
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
pub fn judge(declaration: &Declaration, row: &Row<'_>) -> Result<Verdict, BlockError> {
    let verdict = rename(declaration, row)?;
    let kept = row.name.filter(|_| verdict == Verdict::Keep);
    if row.pending {
        return Err(pending(declaration, kept.unwrap_or(&declaration.name)));
    }
    match row.elsewhere {
        Some(place) if kept.is_none() => Err(id_changed(declaration, place)),
        _ => Ok(verdict),
    }
}

fn rename(declaration: &Declaration, row: &Row<'_>) -> Result<Verdict, BlockError> {
    let Some(deployed) = row.name.filter(|_| row.deployed) else {
        return Ok(Verdict::Declared);
    };
    if deployed == declaration.name {
        return Ok(Verdict::Declared);
    }
    match declaration.on_rename {
        OnRename::Keep => Ok(Verdict::Keep),
        OnRename::Refuse => Err(would_replace(declaration, deployed)),
        OnRename::Replace if row.local => Err(replace_in_local(declaration, deployed)),
        OnRename::Replace if declaration.protects && !row.retained => {
            Err(replace_protected(declaration, deployed))
        }
        OnRename::Replace => Ok(Verdict::Replace),
    }
}

/// Whether Alchemy renames the kind in place, and keeps its data.
fn renames_in_place(kind: Kind) -> bool {
    matches!(kind, Kind::Kv | Kind::Queue)
}

fn change(declaration: &Declaration, deployed: &str) -> String {
    let Declaration { kind, identity, name, .. } = declaration;
    let words = [kind.row().noun, &identity.id, deployed, name];
    say("the % $ is deployed as $, and would now be $", &words)
}

fn pin_advice(declaration: &Declaration, deployed: &str) -> String {
    let (stage, name) = (as_source(declaration.stage.raw()), as_source(deployed));
    say("add `pin: { %: % }`", &[&stage, &name])
}

/// Text as JavaScript source, escaped for a terminal as well.
fn as_source(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            _ if character.is_ascii_graphic() || character == ' ' => out.push(character),
            _ => push_escaped(&mut out, character),
        }
    }
    out.push('"');
    out
}

fn would_replace(declaration: &Declaration, deployed: &str) -> BlockError {
    let noun = declaration.kind.row().noun;
    let loss = if renames_in_place(declaration.kind) {
        "it would be renamed in place".to_owned()
    } else {
        say("Alchemy would delete the % $ with its data", &[noun, deployed])
    };
    BlockError::new(
        Code::WouldReplace,
        "%: %",
        "% to keep it, or say `onRename: \"replace\"` if it may go",
        &[&change(declaration, deployed), &loss, &pin_advice(declaration, deployed)],
    )
}

fn replace_in_local(declaration: &Declaration, deployed: &str) -> BlockError {
    BlockError::new(
        Code::WouldReplace,
        "%: local mode must not touch what is deployed",
        "deploy the new name first, or %",
        &[&change(declaration, deployed), &pin_advice(declaration, deployed)],
    )
}

fn replace_protected(declaration: &Declaration, deployed: &str) -> BlockError {
    BlockError::new(
        Code::WouldReplace,
        "%: the stage $ is protected, but the state does not say so of this % yet",
        "% and deploy once, which stores `delete: false`; or write `delete: true` if it may go",
        &[
            &change(declaration, deployed),
            declaration.stage.raw(),
            declaration.kind.row().noun,
            &pin_advice(declaration, deployed),
        ],
    )
}

fn id_changed(declaration: &Declaration, place: &str) -> BlockError {
    let Declaration { kind, identity, name, .. } = declaration;
    let noun = kind.row().noun;
    BlockError::new(
        Code::IdChanged,
        "the % $ is deployed as $, and would now be $: Alchemy would take the first for an \
         orphan and delete the %",
        "keep the old id and scope; or deploy once with `delete: false` at the old place, and \
         change it then with `adopt: true`",
        &[noun, name, place, &identity.id, noun],
    )
}

fn pending(declaration: &Declaration, name: &str) -> BlockError {
    BlockError::new(
        Code::PendingDeletion,
        "a replacement that did not end has the % $ on its list of deletions",
        "deploy once with the name that was to replace it, or take the entry out of \
         `pendingDeletions` in the scope's row of the state",
        &[declaration.kind.row().noun, name],
    )
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
}

/// Decides whether a Worker may go from the bindings `old` to `new`.
///
/// Durable Objects and Workflows have no row of their own: Alchemy compares the bindings of their
/// Worker. A Durable Object whose id is gone has its class deleted, with all storage.
///
/// `may_go` are classes whose storage may be deleted; `on_rename` says what was chosen for the
/// workflow that is declared as a name. The result has the place in `new` and the deployed name of
/// each workflow that keeps it.
///
/// # Errors
/// - `id-changed`: a class is bound under another id now.
/// - `would-delete-class`: a class is not bound any more.
/// - `would-orphan`: a workflow has another name now, and the old one would stay behind.
pub fn judge_worker<'a>(
    old: &[Binding<'a>],
    new: &[Binding<'_>],
    may_go: &[String],
    on_rename: impl Fn(&str) -> OnRename,
) -> Result<Vec<(usize, &'a str)>, BlockError> {
    let mut kept = Vec::new();
    for binding in old {
        let same = new
            .iter()
            .enumerate()
            .find(|(_, other)| other.kind == binding.kind && other.id == binding.id);
        match (binding.kind, same) {
            (Kind::DurableObject, None) if !may_go.iter().any(|class| class == binding.class) => {
                return Err(class_lost(binding, new));
            }
            (Kind::Workflow, Some((at, other))) if other.workflow != binding.workflow => {
                match on_rename(other.workflow) {
                    OnRename::Refuse => return Err(would_orphan(binding, other)),
                    OnRename::Keep => kept.push((at, binding.workflow)),
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
    let class = as_source(old.class);
    let advice =
        say("`createBlocks({ deleteClasses: [%] })` says that its storage may go", &[&class]);
    match moved {
        Some(other) => BlockError::new(
            Code::IdChanged,
            "the Durable Object $ would now be $: Alchemy would delete the class $ with all \
             its storage",
            "keep the id $; %",
            &[old.id, other.id, old.class, old.id, &advice],
        ),
        None => BlockError::new(
            Code::WouldDeleteClass,
            "the Durable Object $ is not bound any more: Alchemy would delete the class $ \
             with all its storage",
            "bind it again; %",
            &[old.id, old.class, &advice],
        ),
    }
}

fn would_orphan(old: &Binding<'_>, new: &Binding<'_>) -> BlockError {
    BlockError::new(
        Code::WouldOrphan,
        "the workflow $ is deployed as $, and would now be $: the old one would stay behind \
         with its instances",
        "`pin` the deployed name, or say `onRename: \"keep\"` or `onRename: \"replace\"`",
        &[old.id, old.workflow, new.workflow],
    )
}

/// A Worker whose script another id or scope of the stage holds: `id-changed`.
#[must_use]
pub fn worker_moved(script: &str, id: &str, place: &str) -> BlockError {
    BlockError::new(
        Code::IdChanged,
        "the Worker $ is deployed as $, and would now be $: Alchemy would take the first \
         for an orphan and delete the script with its Durable Objects",
        "keep the old id and scope",
        &[script, place, id],
    )
}

/// What this run has declared, where Alchemy would delete the `name` of its row: `would-delete`.
///
/// Alchemy takes for an orphan what has not come to it when a scope ends: a block that failed on its
/// way, or that nobody waits for, and what lies in a scope that the program has opened twice.
#[must_use]
pub fn would_delete(declaration: &Declaration, name: &str) -> BlockError {
    let noun = declaration.kind.row().noun;
    BlockError::new(
        Code::WouldDelete,
        "the % $ is declared in this run, as $, and Alchemy would delete it for an orphan",
        "await each block, let its errors through, and open a scope once for all that is in it; \
         where two rows hold one resource, deploy once with `delete: false` at the one that is to go",
        &[noun, name, &declaration.identity.id],
    )
}

/// An id that a program declares at once under two names: `duplicate-name`.
#[must_use]
pub fn declared_twice(id: &str, first: &str, second: &str) -> BlockError {
    BlockError::new(
        Code::DuplicateName,
        "$ is declared again before it is done, as $ and as $",
        "declare it once, or await the first",
        &[id, first, second],
    )
}

/// An id under which the state holds another kind of resource: `would-replace`.
#[must_use]
pub fn other_kind(resource_type: &str, id: &str, name: &str) -> BlockError {
    let noun = noun_of(resource_type);
    BlockError::new(
        Code::WouldReplace,
        "$ is deployed as the % $, and would now be of another kind: Alchemy would delete the %, or \
         forget it",
        "give the new one another id",
        &[id, noun, name, noun],
    )
}

/// A row that is there and cannot be read, which is not taken for absent: `state-unreadable`.
#[must_use]
pub fn state_unreadable(id: &str, place: &str, why: &str) -> BlockError {
    BlockError::new(
        Code::StateUnreadable,
        "the state of $ in $ cannot be read: $",
        "restore the row from a backup, or remove it and deploy with `adopt: true`; nothing was \
         changed",
        &[id, place, why],
    )
}

fn noun_of(resource_type: &str) -> &'static str {
    Kind::of_resource(resource_type).map_or("resource", |kind| kind.row().noun)
}

/// `share` where the owner stage has not deployed what it owns: `owner-missing`.
#[must_use]
pub fn owner_missing(resource_type: &str, id: &str, name: &str) -> BlockError {
    BlockError::new(
        Code::OwnerMissing,
        "$ shares the % $, which is not in the account",
        "deploy the stage that owns it first",
        &[id, noun_of(resource_type), name],
    )
}

/// `share` where this stage has a resource of its own: `share-conflict`.
#[must_use]
pub fn share_conflict(resource_type: &str, id: &str, name: &str) -> BlockError {
    let noun = noun_of(resource_type);
    BlockError::new(
        Code::ShareConflict,
        "$ would share the % $, but this stage has deployed a % of its own under that id: \
         Alchemy would take it for an orphan and delete it",
        "give the shared one another id, or destroy this stage's own first; where that is the same \
         %, deploy once with `delete: false` before",
        &[id, noun, name, noun, noun],
    )
}
