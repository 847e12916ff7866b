//! What is to be done with each row of a stage.

use std::borrow::Cow;

use alch_blocks::quote;
use serde::Serialize;

use super::Stage;
use super::hosts::Holder;
use super::kinds::{WORKFLOWS, Way, rank, way};
use super::question::Row;
use super::world::{Found, World};

/// What is done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The resource is deleted, then its row.
    Delete,
    /// A workflow of the row is deleted. The row stays for another step.
    Workflow,
    /// Only the row goes: the account has nothing of it.
    Drop,
    /// Row and resource stay.
    Keep,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The place of the row in the question.
    pub row: usize,
    /// What is done.
    pub action: Action,
    /// The name of the resource; that of a workflow for [`Action::Workflow`].
    pub name: String,
    /// What the rows of other resources call it, or `workflow`.
    pub resource: String,
    /// Why, in a few words.
    pub why: Cow<'static, str>,
    #[serde(skip)]
    rank: u8,
    #[serde(skip)]
    depth: usize,
}

/// All steps of a stage, in the order in which Cloudflare accepts them.
pub(crate) fn of(world: &World<'_>, stage: &Stage<'_>) -> Vec<Step> {
    let mut steps: Vec<Step> =
        stage.rows.iter().flat_map(|(at, row)| of_row(world, *at, row)).collect();
    // What is nested goes before what it is in.
    steps.sort_by(|one, other| {
        (one.rank, other.depth, one.row).cmp(&(other.rank, one.depth, other.row))
    });
    steps
}

fn of_row(world: &World<'_>, at: usize, row: &Row) -> Vec<Step> {
    let step = |action, name: &str, resource: &str, rank, why: Cow<'static, str>| Step {
        row: at,
        action,
        name: name.to_owned(),
        resource: resource.to_owned(),
        why,
        rank,
        depth: row.scope.len(),
    };
    let (action, why) = action_of(world, row);
    let own = step(action, &row.name, &row.resource, rank(&row.resource), why);
    if action != Action::Delete {
        return vec![own];
    }
    let workflows = row.workflows.iter().filter(|workflow| {
        // One that another script has taken over stays.
        world.script_of(workflow) == Some(&row.name)
    });
    let why = Cow::Borrowed("it belongs to a Worker of the stage");
    workflows
        .map(|workflow| step(Action::Workflow, workflow, "workflow", WORKFLOWS, why.clone()))
        .chain([own])
        .collect()
}

fn action_of(world: &World<'_>, row: &Row) -> (Action, Cow<'static, str>) {
    if row.retained {
        return (Action::Keep, "it is retained".into());
    }
    if let Some(holder) = Holder::of(world, row) {
        return of_host(holder);
    }
    let (action, why) = match way(&row.resource) {
        Way::Scope => (Action::Drop, "it is a scope"),
        Way::RowOnly => (Action::Drop, "the account has nothing of it"),
        Way::Unknown => (Action::Keep, "its kind is not known here"),
        Way::Kept => (Action::Keep, "others can depend on it: zones and DNS records stay"),
        Way::Part if row.identity.is_empty() => (Action::Drop, "it was never made"),
        Way::Part => (Action::Delete, "it is a part of the stage"),
        Way::Listed(_) if row.elsewhere => (Action::Keep, "it is not in the list of the account"),
        Way::Listed(kind) => match world.found(kind, row) {
            Found::There if row.deployed => {
                (Action::Delete, "its id and its name are in the account")
            }
            Found::There | Found::Gone if !row.deployed => (Action::Drop, "it was only ever local"),
            Found::Gone => (Action::Drop, "it is gone from the account"),
            _ => (Action::Keep, "the account has another one of that name or id"),
        },
    };
    (action, why.into())
}

/// What another Worker has by now is no longer the stage's.
fn of_host(holder: Holder<'_>) -> (Action, Cow<'static, str>) {
    match holder {
        Holder::Own => (Action::Delete, "it leads to a Worker of the stage".into()),
        Holder::Other(Some(script)) => {
            (Action::Drop, format!("it stays: the Worker {} has it by now", quote(script)).into())
        }
        Holder::Other(None) => (Action::Drop, "it stays: it leads to no Worker by now".into()),
        Holder::Gone => (Action::Drop, "it is gone from the account".into()),
        Holder::Unknown => (Action::Keep, "nobody knows which Worker has it by now".into()),
    }
}
