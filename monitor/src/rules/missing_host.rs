//! `missing` of domains and routes: in the state, not in the account.

use alch_blocks::{Kind, quote};

use crate::claim::Source;
use crate::finding::{Code, Finding, Severity};
use crate::hosts::{Attached, HostRow, Hosts, claimants, folded};
use crate::texts::Set;
use crate::world::World;

const HELP: &str = "requests to it fail: deploy the stage with `--force`, which attaches it again; if deploys go \
                    to another account, give that with `--account`";

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    // An account that is not listed as a whole may be another's.
    if !world.is_complete(Source::Account, Kind::Worker) {
        return Vec::new();
    }
    let hosts = &world.options.hosts;
    let ids: Set<_> = hosts.attached().map(|one| (one.route, one.id)).collect();
    let name_of = |one: Attached<'_>| (one.route, folded(one.name));
    let names: Set<_> = hosts.attached().map(name_of).collect();
    let rows = hosts.rows.iter().filter(|row| !row.deleting && is_listed(hosts, row));
    let is_there = |row: &HostRow| {
        ids.contains(&(row.route, row.identity.as_str()))
            || names.contains(&(row.route, folded(&row.name)))
    };
    rows.filter(|row| !is_there(row)).map(finding).collect()
}

/// Whether the list that would have it was read.
fn is_listed(hosts: &Hosts, row: &HostRow) -> bool {
    if !row.route {
        return hosts.domains.is_some();
    }
    let mut zones = hosts.zones.iter().flatten().filter(|zone| zone.id == row.zone);
    zones.any(|zone| zone.routes.is_some())
}

fn finding(row: &HostRow) -> Finding {
    let message =
        format!("the state has the {} {}, and the account does not", row.kind(), quote(&row.name));
    let about = [folded(&row.name), row.app.clone(), row.stage.clone(), row.id.clone()];
    let about: Vec<_> = about.iter().map(String::as_str).collect();
    let mut finding = Finding::new(Code::Missing, Severity::Error, row.kind(), &about);
    finding.name.clone_from(&row.name);
    finding.says(message, HELP).by(claimants(&[row]))
}
