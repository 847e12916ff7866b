//! `unclaimed-host`: a domain or a route in the account, in nobody's state.

use alch_blocks::{Kind, quote};

use crate::claim::Source;
use crate::finding::{Code, Finding, Severity, claimants};
use crate::hosts::{Attached, Claimed, folded, is_all_read, script};
use crate::texts::Set;
use crate::world::World;

const HELP: &str = "a domain that was renamed leaves the old hostname behind, and so does a state that was lost: \
                    declare it and deploy the stage with `--force`; if no program declares it and nobody needs it, \
                    detach it in Cloudflare's dashboard, under Domains & Routes of the Worker";
const HELP_FOREIGN: &str = "do nothing: an app of another repository can own it";

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    if !is_all_read(world) {
        return Vec::new();
    }
    let hosts = &world.options.hosts;
    let claimed = Claimed::new(hosts);
    // The state of its stage is elsewhere.
    let declared: Set<_> =
        hosts.declared.iter().map(|one| (one.route, folded(&one.name))).collect();
    let is_free = |one: &Attached<'_>| {
        claimed.rows_of(one).is_empty() && !declared.contains(&(one.route, folded(one.name)))
    };
    let unclaimed = hosts.attached().filter(is_free);
    unclaimed.filter_map(|one| finding(world, &one)).collect()
}

fn finding(world: &World<'_>, one: &Attached<'_>) -> Option<Finding> {
    let name = one.script?;
    if Kind::Worker.is_store(name) {
        return None;
    }
    let claims = script(world, name);
    let in_account = claims.iter().any(|claim| claim.source == Source::Account);
    // A Worker of Alchemy 2 has its hostnames in its own row. A script that is gone is another finding.
    let of_2 = claims.iter().any(|claim| claim.is_of_2);
    if of_2 || (!in_account && world.is_complete(Source::Account, Kind::Worker)) {
        return None;
    }
    let ours = claims.iter().copied().filter(|claim| claim.source == Source::State);
    let by = claimants(world, ours);
    let (severity, whose, help) = match by.is_empty() {
        true => (Severity::Info, "", HELP_FOREIGN),
        false => (Severity::Warning, " of yours", HELP),
    };
    let message = format!(
        "no state has the {} {}, which leads to the Worker {}{whose}",
        one.kind(),
        quote(one.name),
        quote(name),
    );
    let about = folded(one.name);
    let mut finding = Finding::new(Code::UnclaimedHost, severity, one.kind(), &[&about]);
    one.name.clone_into(&mut finding.name);
    Some(finding.says(message, help).by(by))
}
