//! What the decision is made from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// All that is known when it is decided.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Question {
    /// Who wants a stage to go.
    pub asked_by: AskedBy,
    /// What stages of pull requests are called; `pr-{number}` where it is empty.
    pub pattern: String,
    /// More protected stages than those that always are.
    pub protect: Vec<String>,
    /// The account in which resources would be deleted.
    pub account: Option<String>,
    /// The apps of the programs in this checkout.
    pub apps: Vec<String>,
    /// What the servers say that the time is, in milliseconds since 1970.
    pub now: Option<u64>,
    /// How long nothing may have happened, in milliseconds.
    pub grace: u64,
    /// Whether rows that a deploy has left unfinished may go.
    pub unfinished: bool,
    /// Whether a person says that the account is right although it has nothing of the state.
    pub gone: bool,
    /// Hashes of rows whose resource an earlier run has found in this account.
    pub proven: Vec<String>,
    /// Whether somebody says that the state is lost: what it had is then known from the ledger alone.
    pub state_lost: bool,
    /// What the programs of this checkout give names to in stages that are no previews.
    pub declared: Vec<Declared>,
    /// All rows of all stages, also those of stages that nobody asks for.
    pub rows: Vec<Row>,
    /// The rows of stages themselves.
    pub stage_rows: Vec<StageRow>,
    /// What the account has; none if it was not asked.
    pub listed: Option<Vec<Listed>>,
    /// Who has the domains and routes of the account.
    pub hosts: Hosts,
    /// What could not be read. One is enough to stop.
    pub unread: Vec<Unread>,
    /// What is known of pull requests.
    pub pulls: Vec<Pull>,
    /// What earlier runs have marked.
    pub marks: Vec<Mark>,
}

/// Who wants a stage to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AskedBy {
    /// Nobody in particular: the pull request decides.
    #[default]
    Sweep,
    /// Somebody who has named the stage.
    Person,
}

/// A major version of Alchemy.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Version {
    /// 0.94.
    #[default]
    #[serde(rename = "0.94")]
    V094,
    /// 2.
    #[serde(rename = "2")]
    V2,
}

/// One row of a state.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Row {
    /// The app.
    pub app: String,
    /// The stage; empty for what is at the root of the app, which all stages share and no sweep takes.
    pub stage: String,
    /// The scopes around it within the stage.
    pub scope: Vec<String>,
    /// Alchemy's id.
    pub id: String,
    /// Where it was read.
    pub store: String,
    /// Who wrote it.
    pub version: Version,
    /// Alchemy's type, such as `cloudflare::D1Database`.
    pub resource: String,
    /// Alchemy's status, such as `created`.
    pub status: String,
    /// The physical name, or what it was to become where nothing is deployed yet.
    pub name: String,
    /// What Cloudflare knows it by.
    pub identity: String,
    /// The jurisdiction; empty for the default.
    pub place: String,
    /// The id of the zone of a route.
    pub zone: String,
    /// Whether an account has it, by what the row says.
    pub deployed: bool,
    /// Whether it stays when its row goes.
    pub retained: bool,
    /// Whether it may have been there before the stage, made by nobody knows whom.
    pub adopted: bool,
    /// Whether it is in a dispatch namespace, or a version that is not deployed.
    pub elsewhere: bool,
    /// Whether a replacement that did not end has yet to delete it. It has no row of its own.
    pub pending: bool,
    /// The account, where the row says it.
    pub account: Option<String>,
    /// Who made it, where the guard has noted it.
    pub owner: Option<Owner>,
    /// The workflows of a Worker's own script.
    pub workflows: Vec<String>,
    /// What it uses, as `kind:identity`.
    pub uses: Vec<String>,
    /// When it changed last, in milliseconds since 1970.
    pub changed: Option<u64>,
    /// The same as long as the row does not change.
    pub hash: String,
    /// Where no store has the row any more: what the ledger of earlier runs says of it.
    pub seen: Option<Seen>,
}

/// What an earlier run has seen of a row and its resource, when a store still had the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Seen {
    /// When it saw both, by the clock of the servers.
    pub at: u64,
    /// When the resource was made, as the account said.
    #[serde(default)]
    pub created: Option<u64>,
}

/// A name that a program gives.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Declared {
    /// The kind, as the catalogue calls it.
    pub kind: String,
    /// The physical name.
    pub name: String,
    /// The app.
    pub app: String,
    /// The stage.
    pub stage: String,
}

/// Who made a row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Owner {
    /// The app.
    pub app: String,
    /// The stage.
    pub stage: String,
}

/// The row of a stage itself.
#[derive(Debug, Clone, Deserialize)]
pub struct StageRow {
    /// The app.
    pub app: String,
    /// The stage.
    pub stage: String,
    /// Whether something in it cannot be understood, such as an unfinished replacement of an unknown kind.
    #[serde(default)]
    pub obscure: bool,
}

/// Something in the account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Listed {
    /// The kind, as the catalogue calls it.
    pub kind: String,
    /// The physical name.
    pub name: String,
    /// What Cloudflare knows it by.
    pub id: String,
    /// The jurisdiction; empty for the default.
    pub place: String,
    /// The script of a workflow.
    pub script: Option<String>,
    /// When it was made, where the list says it.
    pub created: Option<u64>,
    /// When it was made or changed last, in milliseconds since 1970.
    pub changed: Option<u64>,
    /// How large it is in bytes, where the list says it.
    pub size: Option<u64>,
}

/// A part of the state or of the account that could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Unread {
    /// In words.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// The domains and routes of the account. What was not listed is unknown, and so is what a zone without an
/// entry has.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Hosts {
    /// The custom domains of Workers.
    pub domains: Option<Vec<Attached>>,
    /// The routes of each zone, by its id.
    pub routes: BTreeMap<String, Vec<Attached>>,
    /// Why lists could not be read, in words.
    pub unread: Vec<String>,
}

/// A domain or a route in the account.
#[derive(Debug, Clone, Deserialize)]
pub struct Attached {
    /// What Cloudflare knows it by.
    pub id: String,
    /// The script that answers; none where a route leads past all Workers.
    #[serde(default)]
    pub script: Option<String>,
}

/// What is known of a pull request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its state.
    pub state: PullState,
    /// When it was closed, in milliseconds since 1970.
    #[serde(default)]
    pub closed_at: Option<u64>,
    /// Whether a workflow of its head runs.
    #[serde(default)]
    pub running: bool,
}

/// The state of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PullState {
    /// It is open.
    Open,
    /// It was closed or merged.
    Closed,
    /// There is none with this number.
    Missing,
    /// It could not be asked.
    Unknown,
    /// The answer came from another repository.
    Elsewhere,
}

/// What an earlier run has marked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// The app.
    pub app: String,
    /// The stage.
    pub stage: String,
    /// The hash of its rows at that time.
    pub hash: String,
    /// When its pull request was closed.
    pub closed_at: Option<u64>,
}
