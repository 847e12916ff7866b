//! Stages that the deploy of another stage, or of another program, would delete.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::{Kind, quote};
use serde::Deserialize;

use crate::eval::{App, Eval, Instance};
use crate::naming::text_in;
use crate::rules::app_of;
use crate::value::{hold, known};

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

impl ArmedStage {
    pub fn message(&self) -> String {
        let (stage, app) = (quote(&self.stage), quote(&self.app));
        format!(
            "the next deploy of another stage of the app {app} deletes stage {stage} with its {}",
            self.contents()
        )
    }

    /// Whether the stage holds deployed data, which may be retained.
    pub fn has_data(&self) -> bool {
        self.data > 0 || self.retained > 0
    }

    fn contents(&self) -> String {
        let resources = counted(self.resources, "resource");
        let data = match self.data {
            0 => String::new(),
            data => format!(", {data} of them with data"),
        };
        let retained = match self.retained {
            0 => String::new(),
            retained => format!("; {} without a row", stay(retained)),
        };
        format!("{resources}{data}{retained}")
    }

    pub fn help(&self) -> String {
        if self.store.is_empty() {
            return "import `@alch/blocks` in every program of the app: a program that does, does \
                    not delete the stage"
                .to_owned();
        }
        let state = if self.store == ".alchemy" {
            String::new()
        } else {
            format!(" --state {}", self.store)
        };
        format!(
            "run `npx alch-blocks state disarm{state} --write`; a program that imports \
             `@alch/blocks` does not delete the stage"
        )
    }
}

fn stay(retained: usize) -> String {
    if retained == 1 {
        "1 retained resource stays in the account".to_owned()
    } else {
        format!("{retained} retained resources stay in the account")
    }
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
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

/// A stage that is stored in the folder of a resource or scope of another stage.
pub(crate) struct Nested<'a> {
    pub app: &'a App,
    pub message: String,
    pub help: String,
    /// Whether the outer stage is deployed.
    pub deployed: bool,
}

/// All such stages: the file store keeps stage `dev/api`, and what is inside of `api` in stage
/// `dev`, in one folder. Each deploy then deletes what the other has there.
pub(crate) fn nested<'a>(eval: &'a Eval<'_>, stages: &'a [StoredStage]) -> Vec<Nested<'a>> {
    stages.iter().flat_map(|inner| nested_in(eval, stages, inner)).collect()
}

fn nested_in<'a>(
    eval: &'a Eval<'_>,
    stages: &'a [StoredStage],
    inner: &'a StoredStage,
) -> Vec<Nested<'a>> {
    let named = |app: &&App| known(&app.name).as_deref() == Some(inner.app.as_str());
    let app = eval.apps.iter().find(named).filter(|_| !inner.apart);
    let Some(app) = app else { return Vec::new() };
    let collision = |(at, _): (usize, &str)| {
        let (outer, rest) = (inner.stage.get(..at)?, inner.stage.get(at.saturating_add(1)..)?);
        let stored = stages
            .iter()
            .find(|one| (&one.app, &one.store) == (&inner.app, &inner.store) && one.stage == outer);
        let mut ids = declared_ids(eval, &inner.app, outer);
        ids.extend(stored.into_iter().flat_map(|one| one.ids.iter().cloned()));
        let id = ids.into_iter().find(|id| is_path_of(id, rest))?;
        let message = format!(
            "stage {} is stored in the folder of {} in stage {}: a deploy of either stage deletes \
             resources of the other",
            quote(&inner.stage),
            quote(&id),
            quote(outer)
        );
        let help = format!(
            "give the stage a name without a slash, such as {}, or keep the state in \
             `SQLiteStateStore`",
            quote(&inner.stage.replace('/', "-"))
        );
        Some(Nested { app, message, help, deployed: stored.is_some() })
    };
    inner.stage.match_indices('/').filter_map(collision).collect()
}

/// Whether `path` is `id`, or continues below it.
fn is_path_of(id: &str, path: &str) -> bool {
    path.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The ids and scopes that the programs of `app` have directly in `stage`.
fn declared_ids(eval: &Eval<'_>, app: &str, stage: &str) -> BTreeSet<String> {
    let in_stage = |one: &&Instance| {
        let name = app_of(eval, one).and_then(|app| known(&app.name));
        name.as_deref() == Some(app) && has_folder(one) && hold(&one.when, stage)
    };
    let declared = eval.instances.iter().filter(in_stage);
    let id = |one: &Instance| text_in(one.scope.first().unwrap_or(&one.id), stage).ok().flatten();
    declared.filter_map(id).collect()
}

/// Bindings of a Worker have no row and no scope, unless they stand in a scope that has.
fn has_folder(instance: &Instance) -> bool {
    let is_binding = matches!(instance.kind, Kind::DurableObject | Kind::Workflow);
    !is_binding || !instance.scope.is_empty()
}

/// Two programs with one app name.
pub(crate) struct Shared<'a> {
    pub first: &'a App,
    pub second: &'a App,
    pub name: String,
}

/// The apps that an earlier file of another package already has.
pub(crate) fn shared<'a>(
    eval: &'a Eval<'_>,
    package_of: impl Fn(&App) -> Option<&'a str>,
) -> Vec<Shared<'a>> {
    let mut firsts: BTreeMap<String, Vec<&App>> = BTreeMap::new();
    let mut found = Vec::new();
    for app in &eval.apps {
        let (Some(name), Some(package)) = (known(&app.name), package_of(app)) else { continue };
        let apps = firsts.entry(name.clone()).or_default();
        match apps.first() {
            Some(first) if apps.iter().all(|one| package_of(one) != Some(package)) => {
                found.push(Shared { first, second: app, name });
                apps.push(app);
            }
            Some(_) => {}
            None => apps.push(app),
        }
    }
    found
}
