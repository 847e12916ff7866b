//! `dead-route`: a route that leads to a script that is gone.

use alch_blocks::{Kind, quote};

use crate::claim::Source;
use crate::finding::{Code, Finding, Severity};
use crate::hosts::{Attached, Claimed, claimants, folded, is_all_read, script};
use crate::world::World;

const HELP: &str = "deploy the stage with `--force`, which uploads the Worker again";
const HELP_UNCLAIMED: &str = "requests to it fail: if no program declares it, let it lead to another Worker, or \
                              delete it in Cloudflare's dashboard, under Workers Routes of the zone";
const HELP_UNREAD: &str = "requests to it fail: find out whose it is, and read that state with `--state` or `--state-store`";

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    if !world.is_complete(Source::Account, Kind::Worker) {
        return Vec::new();
    }
    let claimed = Claimed::new(&world.options.hosts);
    let routes = world.options.hosts.attached().filter(|one| one.route);
    routes.filter_map(|route| finding(world, &claimed, &route)).collect()
}

fn finding(world: &World<'_>, claimed: &Claimed<'_>, route: &Attached<'_>) -> Option<Finding> {
    let name = route.script?;
    // What Alchemy keeps for its own stores is not among the claims.
    let is_store = Kind::Worker.is_store(name);
    if is_store || script(world, name).iter().any(|claim| claim.source == Source::Account) {
        return None;
    }
    let rows = claimed.rows_of(route);
    let help = match rows.is_empty() {
        false => HELP,
        true if is_all_read(world) => HELP_UNCLAIMED,
        true => HELP_UNREAD,
    };
    let message = format!(
        "the route {} leads to the Worker {}, which is not in the account",
        quote(route.name),
        quote(name)
    );
    let about = folded(route.name);
    let mut finding = Finding::new(Code::DeadRoute, Severity::Warning, route.kind(), &[&about]);
    route.name.clone_into(&mut finding.name);
    Some(finding.says(message, help).by(claimants(rows)))
}
