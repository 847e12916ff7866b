//! What `link` gives: see `analyzer/README.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::At;
use crate::modules::Resolved;
use crate::stages::{ArmedStage, StoredStage};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Options {
    pub stages: Vec<String>,
    pub owner_stage: Option<String>,
    pub state: Option<Vec<StateRow>>,
    /// Whether to look for what is in the state and no longer declared.
    pub orphans: bool,
    /// All stages of the state, whatever `stages` says.
    pub stored: Vec<StoredStage>,
    pub armed: Vec<ArmedStage>,
    /// The folder of the package that each file belongs to.
    pub packages: BTreeMap<String, String>,
    pub rules: BTreeMap<String, String>,
    /// Which file each import means.
    pub modules: Resolved,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StateRow {
    pub app: String,
    pub stage: String,
    pub scope: Vec<String>,
    pub id: String,
    pub r#type: String,
    pub name: Option<String>,
    /// The Durable Objects that a Worker owns.
    pub classes: Vec<String>,
    /// Whether Alchemy would leave the resource in the account when it deletes the row.
    pub retained: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    pub declarations: Vec<Declared>,
    pub findings: Vec<Finding>,
    pub files: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Declared {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub start: u32,
    pub end: u32,
    pub kind: String,
    pub id: Option<String>,
    pub block: bool,
    pub app: Option<String>,
    pub scope: Vec<String>,
    pub base: Option<String>,
    pub names: BTreeMap<String, Named>,
    pub adopt: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewrite: Option<Rewrite>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Named {
    pub name: String,
    pub length: usize,
    pub cap: usize,
    pub shortened: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    pub code: String,
    pub severity: String,
    pub kind: Option<String>,
    pub id: Option<String>,
    pub name: Option<String>,
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub message: String,
    pub help: String,
}

/// How one call becomes a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rewrite {
    pub block: String,
    /// The whole call, with its `new`.
    pub call: At,
    pub callee: At,
    pub new: bool,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    /// Put a text in the place of an option's value.
    Value { at: At, text: String },
    /// The same, where the option is written as `{ name }`.
    Shorthand { at: At, key: String, text: String },
    /// Cut the stage and the hyphen before it off the end of a template.
    CutTemplate { at: At },
    /// Add options to an object that is written out.
    AddTo {
        object: At,
        first: Option<At>,
        key: String,
        text: Option<String>,
        pins: Vec<(String, String)>,
    },
    /// Add an object of options behind the argument that ends here.
    AddAfter { end: u32, key: String, text: Option<String>, pins: Vec<(String, String)> },
    /// Add options to some expression that gives options.
    Spread { at: At, key: String, text: Option<String>, pins: Vec<(String, String)> },
    /// Put pins behind the option that stands here.
    PinsAfter { at: At, pins: Vec<(String, String)> },
}
