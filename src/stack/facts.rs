//! What TypeScript knows of a run of Alchemy 2.

use serde::Deserialize;

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
    pub declared: Vec<Declared>,
    /// The rows of this stage.
    pub rows: Vec<Held>,
    /// What other stacks and stages of the same store hold.
    pub others: Vec<Foreign>,
}

/// A resource that the program declares.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Declared {
    /// The fully qualified name: the logical id, with its namespaces before it.
    pub id: String,
    /// Alchemy's type of resource.
    pub resource: String,
    /// The physical name that the program writes. `None` where Alchemy makes it up.
    pub name: Option<String>,
    /// Of a bucket; empty for the default one.
    pub jurisdiction: String,
    /// Whether this run emulates it on this machine.
    pub local: bool,
    /// Whether it is declared with `retain`.
    pub retained: bool,
    /// The ids of `renamedFrom`.
    pub formers: Vec<String>,
    /// The classes of a Worker's own script.
    pub bindings: Vec<Binding>,
    /// The classes that a Worker takes over from another one, with `transferredFrom`.
    pub transfers: Vec<String>,
}

/// A row of this stage.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Held {
    /// The fully qualified name.
    pub id: String,
    /// Alchemy's type of resource.
    pub resource: String,
    /// What stays the same when a row moves to another id.
    pub instance: String,
    /// The physical name, if the account holds it.
    pub name: Option<String>,
    /// Of a bucket; empty for the default one.
    pub jurisdiction: String,
    /// Whether it has `retain`.
    pub retained: bool,
    /// The names of older generations that a replacement has yet to delete.
    pub replaced: Vec<String>,
    /// The classes of a Worker's own script.
    pub bindings: Vec<Binding>,
}

/// A row of another stack or stage.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Foreign {
    /// Its stack.
    pub stack: String,
    /// Its stage.
    pub stage: String,
    /// The fully qualified name.
    pub id: String,
    /// Alchemy's type of resource.
    pub resource: String,
    /// Its physical name, and those that a replacement has yet to delete.
    pub names: Vec<String>,
    /// Of a bucket; empty for the default one.
    pub jurisdiction: String,
}
