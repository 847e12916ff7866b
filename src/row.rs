//! What may happen to a resource that the state already knows.
//!
//! Alchemy keeps a row per resource. When the physical name of a row changes, it creates a new
//! resource and deletes the old one; when the id or the scope of a resource changes, it takes the
//! old row for an orphan and deletes what it names, live or not. The rules here are asked when a
//! row is about to be written, before Alchemy does anything.

use crate::error::{BlockError, Code, quote};
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
}

/// What the state says of one resource that a block declares.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The physical name, where the row has one.
    pub name: Option<String>,
    /// Whether the account holds it: rows that local mode made hold nothing there.
    pub deployed: bool,
    /// Whether the stored options have `delete: false`.
    pub retained: bool,
    /// Whether this run is in local mode for this resource.
    pub local: bool,
    /// Where else in this stage's state the declared name is deployed and would be deleted.
    pub elsewhere: Option<String>,
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

/// Decides what may happen to `row` under `declaration`.
///
/// # Errors
/// - `would-replace`: the deployed name differs, and nobody said that it may go.
/// - `id-changed`: another id or scope of this stage holds the declared name.
/// - `pending-deletion`: the name to go on with is about to be deleted.
pub fn judge(declaration: &Declaration, row: &Row) -> Result<Verdict, BlockError> {
    let verdict = rename(declaration, row)?;
    let kept = row.name.as_ref().filter(|_| verdict == Verdict::Keep);
    if row.pending {
        return Err(pending(declaration, kept.unwrap_or(&declaration.name)));
    }
    match &row.elsewhere {
        Some(place) if kept.is_none() => Err(id_changed(declaration, place)),
        _ => Ok(verdict),
    }
}

fn rename(declaration: &Declaration, row: &Row) -> Result<Verdict, BlockError> {
    let Some(deployed) = row.name.as_ref().filter(|_| row.deployed) else {
        return Ok(Verdict::Declared);
    };
    if *deployed == declaration.name {
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
    format!(
        "the {} {} is deployed as {}, and would now be {}",
        declaration.kind.row().noun,
        quote(&declaration.identity.id),
        quote(deployed),
        quote(&declaration.name)
    )
}

fn pin_advice(declaration: &Declaration, deployed: &str) -> String {
    let stage = as_source(&declaration.stage);
    format!("add `pin: {{ {stage}: {} }}`", as_source(deployed))
}

/// Text as JavaScript source, escaped for a terminal as well.
fn as_source(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            _ if character.is_ascii_graphic() || character == ' ' => out.push(character),
            _ => out.extend(character.escape_unicode()),
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
        format!("Alchemy would delete the {noun} {} with its data", quote(deployed))
    };
    BlockError::new(
        Code::WouldReplace,
        format!("{}: {loss}", change(declaration, deployed)),
        format!(
            "{} to keep it, or say `onRename: \"replace\"` if it may go",
            pin_advice(declaration, deployed)
        ),
    )
}

fn replace_in_local(declaration: &Declaration, deployed: &str) -> BlockError {
    BlockError::new(
        Code::WouldReplace,
        format!("{}: local mode must not touch what is deployed", change(declaration, deployed)),
        format!("deploy the new name first, or {}", pin_advice(declaration, deployed)),
    )
}

fn replace_protected(declaration: &Declaration, deployed: &str) -> BlockError {
    BlockError::new(
        Code::WouldReplace,
        format!(
            "{}: the stage {} is protected, but the state does not say so of this {} yet",
            change(declaration, deployed),
            quote(&declaration.stage),
            declaration.kind.row().noun
        ),
        format!(
            "{} and deploy once, which stores `delete: false`; or write `delete: true` if it may \
             go",
            pin_advice(declaration, deployed)
        ),
    )
}

fn id_changed(declaration: &Declaration, place: &str) -> BlockError {
    let noun = declaration.kind.row().noun;
    BlockError::new(
        Code::IdChanged,
        format!(
            "the {noun} {} is deployed as {}, and would now be {}: Alchemy would take the first \
             for an orphan and delete the {noun}",
            quote(&declaration.name),
            quote(place),
            quote(&declaration.identity.id)
        ),
        "keep the old id and scope; or deploy once with `delete: false` at the old place, and \
         change it then with `adopt: true`"
            .to_owned(),
    )
}

fn pending(declaration: &Declaration, name: &str) -> BlockError {
    BlockError::new(
        Code::PendingDeletion,
        format!(
            "a replacement that did not end has the {} {} on its list of deletions",
            declaration.kind.row().noun,
            quote(name)
        ),
        "deploy once with the name that was to replace it, or take the entry out of \
         `pendingDeletions` in the scope's row of the state"
            .to_owned(),
    )
}

/// A class or workflow that a Worker holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// A Durable Object or a workflow.
    pub kind: Kind,
    /// Its logical id, by which Alchemy knows it again.
    pub id: String,
    /// The class.
    pub class: String,
    /// The workflow's name; empty for Durable Objects.
    pub workflow: String,
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
pub fn judge_worker(
    old: &[Binding],
    new: &[Binding],
    may_go: &[String],
    on_rename: impl Fn(&str) -> OnRename,
) -> Result<Vec<(usize, String)>, BlockError> {
    let mut kept = Vec::new();
    for binding in old {
        let same = new
            .iter()
            .enumerate()
            .find(|(_, other)| other.kind == binding.kind && other.id == binding.id);
        match (binding.kind, same) {
            (Kind::DurableObject, None) if !may_go.contains(&binding.class) => {
                return Err(class_lost(binding, new));
            }
            (Kind::Workflow, Some((at, other))) if other.workflow != binding.workflow => {
                match on_rename(&other.workflow) {
                    OnRename::Refuse => return Err(would_orphan(binding, other)),
                    OnRename::Keep => kept.push((at, binding.workflow.clone())),
                    OnRename::Replace => {}
                }
            }
            _ => {}
        }
    }
    Ok(kept)
}

fn class_lost(old: &Binding, new: &[Binding]) -> BlockError {
    let class = quote(&old.class);
    let moved = new.iter().find(|other| other.kind == old.kind && other.class == old.class);
    let advice = format!(
        "`createBlocks({{ deleteClasses: [{}] }})` says that its storage may go",
        as_source(&old.class)
    );
    match moved {
        Some(other) => BlockError::new(
            Code::IdChanged,
            format!(
                "the Durable Object {} would now be {}: Alchemy would delete the class {class} \
                 with all its storage",
                quote(&old.id),
                quote(&other.id)
            ),
            format!("keep the id {}; {advice}", quote(&old.id)),
        ),
        None => BlockError::new(
            Code::WouldDeleteClass,
            format!(
                "the Durable Object {} is not bound any more: Alchemy would delete the class \
                 {class} with all its storage",
                quote(&old.id)
            ),
            format!("bind it again; {advice}"),
        ),
    }
}

fn would_orphan(old: &Binding, new: &Binding) -> BlockError {
    BlockError::new(
        Code::WouldOrphan,
        format!(
            "the workflow {} is deployed as {}, and would now be {}: the old one would stay \
             behind with its instances",
            quote(&old.id),
            quote(&old.workflow),
            quote(&new.workflow)
        ),
        "`pin` the deployed name, or say `onRename: \"keep\"` or `onRename: \"replace\"`"
            .to_owned(),
    )
}

/// A Worker whose script another id or scope of the stage holds.
///
/// # Errors
/// `id-changed`, always.
pub fn worker_moved(script: &str, id: &str, place: &str) -> BlockError {
    BlockError::new(
        Code::IdChanged,
        format!(
            "the Worker {} is deployed as {}, and would now be {}: Alchemy would take the first \
             for an orphan and delete the script with its Durable Objects",
            quote(script),
            quote(place),
            quote(id)
        ),
        "keep the old id and scope".to_owned(),
    )
}

/// A row that is there and cannot be read.
pub(crate) fn state_unreadable(id: &str, place: &str, why: &str) -> BlockError {
    BlockError::new(
        Code::StateUnreadable,
        format!("the state of {} in {} cannot be read: {}", quote(id), quote(place), quote(why)),
        "restore the row from a backup, or remove it and deploy with `adopt: true`; nothing was \
         changed"
            .to_owned(),
    )
}

fn noun_of(resource_type: &str) -> &'static str {
    Kind::of_resource(resource_type).map_or("resource", |kind| kind.row().noun)
}

/// `share` where the owner stage has not deployed what it owns.
pub(crate) fn owner_missing(resource_type: &str, id: &str, name: &str) -> BlockError {
    BlockError::new(
        Code::OwnerMissing,
        format!(
            "{} shares the {} {}, which is not in the account",
            quote(id),
            noun_of(resource_type),
            quote(name)
        ),
        "deploy the stage that owns it first".to_owned(),
    )
}

/// `share` where this stage has a resource of its own.
pub(crate) fn share_conflict(resource_type: &str, id: &str, name: &str) -> BlockError {
    let noun = noun_of(resource_type);
    BlockError::new(
        Code::ShareConflict,
        format!(
            "{} would share the {noun} {}, but this stage has deployed a {noun} of its own under \
             that id: Alchemy would take it for an orphan and delete it",
            quote(id),
            quote(name)
        ),
        "give the shared one another id, or destroy this stage's own first".to_owned(),
    )
}
