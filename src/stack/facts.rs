//! What TypeScript knows of a run of Alchemy 2.

use serde::Deserialize;

use crate::kind::Kind;
use crate::region::Location;
use crate::stage::Environment;
use crate::state::Binding;

/// Everything that is known of one run.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Program {
    /// The stack.
    pub stack: String,
    /// The stage.
    pub stage: String,
    /// Whether the whole stage is being destroyed.
    pub destroys: bool,
    /// Whether the store is the local one, which keeps `/` in an id as `__`.
    pub local_store: bool,
    /// The ids that may go with their data.
    pub release: Vec<String>,
    /// What can say which stage the run is for.
    pub environment: Environment,
    /// What the program declares.
    pub declared: Vec<Resource>,
    /// The rows of this stage.
    pub rows: Vec<Resource>,
    /// The rows of other stacks and stages of the same store.
    pub others: Vec<Resource>,
    /// The id of the Cloudflare account that the run uses. `None` where nothing says it.
    pub account: Option<String>,
    /// The classes that scripts of the account have. `None` where nobody asked, or nothing answered.
    pub hosted: Option<Vec<Hosted>>,
}

/// A class that a Worker takes over.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Transfer {
    /// The class.
    pub class_name: String,
    /// The Workers that may have it: ids, or names of scripts.
    pub from: Vec<String>,
}

/// A class of Durable Objects in the account.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Hosted {
    /// The name of the Worker.
    pub script: String,
    /// The class.
    pub class_name: String,
}

/// A resource that the program declares, or a row of the state. One type for both keeps the core small.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Resource {
    /// The fully qualified name: the logical id, with its namespaces before it.
    pub id: String,
    /// Alchemy's type of resource.
    pub resource: String,
    /// The physical name that the program writes; of a row, the one that the account holds. `None` where
    /// Alchemy makes it up, and for what is emulated.
    pub name: Option<String>,
    /// Of a bucket; empty for the default one.
    pub jurisdiction: String,
    /// Where it is, or is to be: of a row, as Alchemy compares it. `None` if it is not known.
    pub location: Option<Location>,
    /// Whether it has `retain`.
    pub retained: bool,
    /// Of a declaration: whether the program says that it may be deleted, with `destroy` around a block.
    pub deletes: bool,
    /// Whether this run emulates it on this machine.
    pub local: bool,
    /// The classes of a Worker's own script.
    pub bindings: Vec<Binding>,
    /// Whether a Worker is in a dispatch namespace: the account does not list its classes.
    pub dispatched: bool,
    /// Of a declaration: the classes that a Worker takes over from another one, with `transferredFrom`.
    pub transfers: Vec<Transfer>,
    /// Of a declaration: the classes of other scripts that a Worker binds.
    pub borrowed: Vec<String>,
    /// Of a declaration: the id of the Worker that a workflow belongs to.
    pub worker: Option<String>,
    /// Of a declaration: the ids of `renamedFrom`.
    pub formers: Vec<String>,
    /// Of a row that is written: whether a Worker has classes or workflows.
    #[serde(rename = "holdsClasses")]
    pub holds_classes: bool,
    /// Of a row: the id of the account that has it.
    pub account: Option<String>,
    /// Of a row: what stays the same when it moves to another id.
    pub instance: String,
    /// Of a row: the names of older generations that a replacement has yet to delete.
    pub replaced: Vec<String>,
    /// Of another row: its stack.
    pub stack: String,
    /// Of another row: its stage.
    pub stage: String,
}

impl Resource {
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::of_resource(&self.resource)
    }

    /// Whether the resource, or one that it replaces, has a name.
    pub(super) fn holds(&self, kind: Kind, name: &str) -> bool {
        self.name.iter().chain(&self.replaced).any(|held| kind.same_name(held, name))
    }
}
