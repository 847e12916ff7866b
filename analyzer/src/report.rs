//! What `link` gives: see `analyzer/README.md`.

use std::collections::BTreeMap;

use alch_blocks::Kind;
use serde::{Deserialize, Serialize};

use crate::apps::{DeclaredApp, Refused};
use crate::declarations::{
    Declaration, Given, Host, InOneStage, Origin, Program, unfollowed_stage, word,
};
use crate::evaluated::Evaluated;
use crate::modules::Resolved;
use crate::naming::shown;
use crate::pipelines::Pipelines;
use crate::values::App;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Options {
    pub stages: Vec<String>,
    /// Whether `stages` are what `--stage` says, which an app may pass over.
    pub by_flag: bool,
    /// The stages that the config names; `stages` replaces them.
    pub config_stages: Vec<String>,
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
    /// The user's name, which Alchemy takes for the stage where none is given.
    pub user: Option<String>,
    /// What programs of Alchemy 2 have declared when they were run.
    pub evaluated: Vec<Evaluated>,
    pub pipelines: Pipelines,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
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
    /// R2 has one name space per jurisdiction; empty for the default one.
    pub jurisdiction: String,
    /// The Durable Objects and workflows that a Worker's own script implements.
    pub bindings: Vec<alch_blocks::Binding>,
    /// Of Alchemy 2: what stays the same under another id.
    pub instance: String,
    /// Of Alchemy 2: the names of what a replacement that did not end will delete.
    pub replaced: Vec<String>,
}

/// A row that stands for a stage in the scope of its app.
///
/// Alchemy 0.94 writes one when a stage replaces a resource. The next deploy of another stage takes
/// it for an orphan and destroys the whole stage.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ArmedStage {
    pub app: String,
    pub stage: String,
    /// The file of the row.
    pub file: String,
    /// The folder that `--state` named; empty where the store is not made of files.
    pub store: String,
    /// How many resources the stage has.
    pub resources: usize,
    /// How many of them hold data that is lost then.
    pub data: usize,
    /// How many of them hold data and stay in the account, without a row.
    pub retained: usize,
}

/// A stage of the file store.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StoredStage {
    pub app: String,
    pub stage: String,
    /// The ids of its rows, without those in nested scopes.
    pub ids: Vec<String>,
    /// Where the rows are.
    pub store: String,
    /// Whether the store keeps the stage apart from a nested scope that has the same path.
    pub apart: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    pub declarations: Vec<Declared>,
    #[serde(default)]
    pub hosts: Vec<DeclaredHost>,
    pub findings: Vec<Finding>,
    pub files: usize,
    /// Files that declare something which is not read.
    #[serde(default)]
    pub unread: Vec<Unread>,
    /// Stages that no deploy can have.
    #[serde(default)]
    pub refused: Vec<Refused>,
    #[serde(default)]
    pub apps: Vec<DeclaredApp>,
}

/// A file that was parsed and whose declarations are not known all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unread {
    pub file: String,
    pub reason: String,
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
    /// The major version of Alchemy: 0 or 2.
    pub alchemy: u8,
    pub app: Option<String>,
    pub scope: Vec<String>,
    pub base: Option<String>,
    pub names: BTreeMap<String, Named>,
    /// Why there is no name, by stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, String>,
    /// The stages of which nobody can tell whether they have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub perhaps: Vec<String>,
    pub adopt: bool,
    /// Whether all stages share its row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub root: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
}

/// A domain or a route.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeclaredHost {
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// `domain` or `route`.
    pub r#type: String,
    pub id: Option<String>,
    pub block: bool,
    pub app: Option<String>,
    pub scope: Vec<String>,
    pub base: Option<String>,
    pub names: BTreeMap<String, NamedHost>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
}

/// A hostname or a pattern, and the script that it leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NamedHost {
    pub name: String,
    pub script: Option<String>,
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

/// A declaration, as it is printed; `None` if its file is not known.
pub(crate) fn declared(program: &Program<'_>, one: &Declaration) -> Option<Declared> {
    let facts = program.files.get(one.places.file)?;
    let (line, column) = facts.place(one.places.call.0);
    let undecided = undecided(program, one);
    let is_passed_over = passed_over(program, program.app_of(one)).is_some();
    let here = |stage: &str| one.stages.get(stage).filter(|_| !is_passed_over);
    let named = |stage: &str| here(stage).and_then(|here| here.name.as_ref().ok());
    let mut names = BTreeMap::new();
    for stage in &program.options.stages {
        let Some(found) = named(stage) else { continue };
        let (name, length) = (found.name.clone(), one.kind.measure(&found.name));
        let (cap, shortened) = (one.kind.cap(), found.shortened);
        names.insert(stage.clone(), Named { name, length, cap, shortened });
    }
    let asked = program.options.stages.iter().filter_map(|stage| Some((stage, here(stage)?)));
    let reason = |(stage, here): (&String, &InOneStage)| {
        Some((stage.clone(), here.name.as_ref().err()?.reason()?))
    };
    let reasons = asked.clone().filter_map(reason).collect();
    let perhaps = asked.filter(|(_, here)| here.perhaps).map(|(stage, _)| stage.clone()).collect();
    let stages = program.options.stages.iter().map(String::as_str).chain(["prod"]);
    let base = stages.filter_map(named).find_map(|found| found.base.clone());
    Some(Declared {
        file: facts.path.clone(),
        line,
        column,
        start: one.places.call.0,
        end: one.places.call.1,
        kind: one.kind.as_str().to_owned(),
        id: one.id.clone(),
        block: one.is_block,
        alchemy: one.version.major(),
        app: program.app_of(one).map(|app| shown(&app.name)),
        scope: one.scope.clone(),
        base,
        names,
        reasons,
        perhaps,
        adopt: one.adopts,
        root: one.is_at_root,
        undecided,
    })
}

/// A domain or a route, as it is printed; `None` if its file is not known.
pub(crate) fn declared_host(program: &Program<'_>, host: &Host) -> Option<DeclaredHost> {
    let facts = program.files.get(host.places.file)?;
    let (line, column) = facts.place(host.places.call.0);
    let app = program.app_of_host(host);
    let passed_over = passed_over(program, app);
    let is_followed = passed_over.is_none();
    let stages = program.options.stages.iter().filter(|_| is_followed);
    let here = stages.filter_map(|stage| Some((stage, host.stages.get(stage)?)));
    let named = here.clone().filter_map(|(stage, here)| {
        let name = here.name.as_ref().ok()?.name.clone();
        Some((stage.clone(), NamedHost { name, script: here.script.clone() }))
    });
    let unknown = here.filter_map(|(_, here)| here.name.as_ref().err()?.reason());
    let base = host.stages.values().filter_map(|here| here.name.as_ref().ok()?.declared.as_ref());
    Some(DeclaredHost {
        file: facts.path.clone(),
        line,
        column,
        r#type: word(host.block).to_owned(),
        id: host.id.clone(),
        block: host.origin == Origin::Block,
        app: app.map(|app| shown(&app.name)),
        scope: host.scope.clone(),
        base: base.filter_map(|declared| declared.base.clone()).next(),
        names: named.collect(),
        undecided: unknown.chain(passed_over).last(),
    })
}

/// Why `--stage` does not say which names an app deploys.
fn passed_over(program: &Program<'_>, app: Option<&App>) -> Option<String> {
    let reason = unfollowed_stage(app.filter(|_| program.options.by_flag)?)?;
    Some(format!("the stage of its app does not follow `--stage`: {reason}"))
}

/// Why its name is not known in some stage that is asked for, or in some way through the program.
fn undecided(program: &Program<'_>, one: &Declaration) -> Option<String> {
    let is_asked = |stage: &String| program.options.stages.contains(stage);
    let in_stages = one.stages.iter().filter(|(stage, _)| is_asked(stage));
    let reason = in_stages.filter_map(|(_, here)| here.name.as_ref().err()?.reason());
    let has_name = one.kind != Kind::DurableObject;
    let cases = one.named().filter(|_| has_name).filter_map(Given::unknown);
    let passed_over = passed_over(program, program.app_of(one)).filter(|_| has_name);
    reason.chain(cases).chain(passed_over).last()
}
