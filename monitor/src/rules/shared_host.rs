//! `shared-host`: one domain or route in the states of two stages.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::quote;

use crate::finding::{Code, Finding, Severity};
use crate::hosts::{HostRow, claimants, folded};
use crate::texts::Map;
use crate::world::World;

const HELP: &str = "destroying one of the stages takes the hostname down: remove its row from the state of \
                    the stage that should not have it (below `.alchemy/<app>/<stage>`), and deploy that stage with \
                    a hostname of its own, as the blocks `Domain` and `Route` make it; if the hostname leads to the \
                    wrong Worker, deploy the other stage with `--force`, and follow what that says";
const HELP_RETAINED: &str =
    "every stage but one has `delete: false`, so destroying one of those leaves it where it is";

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    let rows = world.options.hosts.rows.iter().filter(|row| !row.deleting);
    // An id stays the same when a hostname moves, and a pattern can change under it.
    let mut names: BTreeMap<(bool, &str), String> = BTreeMap::new();
    let mut groups: BTreeMap<(bool, String), Vec<&HostRow>> = BTreeMap::new();
    for row in rows {
        let name = match row.identity.as_str() {
            "" => folded(&row.name),
            id => names.entry((row.route, id)).or_insert_with(|| folded(&row.name)).clone(),
        };
        groups.entry((row.route, name)).or_default().push(row);
    }
    let attached = world.options.hosts.attached();
    let scripts: Scripts<'_> =
        attached.filter_map(|one| Some(((one.route, one.id), one.script?))).collect();
    groups.values().filter_map(|rows| finding(&scripts, rows)).collect()
}

/// The scripts that have the domains and routes of the account, by their ids.
type Scripts<'a> = Map<(bool, &'a str), &'a str>;

fn finding(scripts: &Scripts<'_>, rows: &[&HostRow]) -> Option<Finding> {
    let stage_of = |row: &&HostRow| (row.app.clone(), row.stage.clone());
    let stages: BTreeSet<_> = rows.iter().map(stage_of).collect();
    if stages.len() < 2 {
        return None;
    }
    let first = rows.iter().min_by_key(|row| &row.name)?;
    let owners: BTreeSet<_> = rows.iter().filter(|row| !row.retained).map(stage_of).collect();
    let (severity, help) =
        if owners.len() > 1 { (Severity::Error, HELP) } else { (Severity::Info, HELP_RETAINED) };
    let script = rows.iter().find_map(|row| scripts.get(&(row.route, row.identity.as_str())));
    let leads = script.map_or(String::new(), |script| format!(", and leads to {}", quote(script)));
    let message = format!(
        "the {} {} is in the states of {} stages{leads}",
        first.kind(),
        quote(&first.name),
        stages.len()
    );
    let about = folded(&first.name);
    let mut finding = Finding::new(Code::SharedHost, severity, first.kind(), &[&about]);
    finding.name.clone_from(&first.name);
    Some(finding.says(message, help).by(claimants(rows)))
}
