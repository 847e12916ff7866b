//! `quota` of zones: how many domains and routes each may have.

use alch_blocks::quote;

use super::quota::near;
use crate::finding::{Code, Finding};
use crate::hosts::{HostZone, Hosts};
use crate::report::Quota;
use crate::world::World;

/// How many custom domains a zone may have, on every plan.
const DOMAINS: u64 = 100;
/// How many routes.
const ROUTES: u64 = 1000;

const HELP: &str = "destroy stages that you no longer need, or give previews another zone with \
                    `previewDomain`";

/// The use of each limit, for the zones that use any of it.
pub(crate) fn zone_quotas(hosts: &Hosts) -> Vec<Quota> {
    hosts.zones.iter().flatten().flat_map(|zone| of(hosts, zone)).collect()
}

fn of(hosts: &Hosts, zone: &HostZone) -> Vec<Quota> {
    let domains = hosts
        .domains
        .as_ref()
        .map(|all| ("domain", all.iter().filter(|one| one.zone == zone.id).count(), DOMAINS));
    let routes = zone.routes.as_ref().map(|all| ("route", all.len(), ROUTES));
    let used = domains.into_iter().chain(routes).filter(|(_, used, _)| *used > 0);
    let quota = |(kind, used, limit)| Quota {
        kind,
        zone: Some(zone.name.clone()),
        used: u64::try_from(used).unwrap_or(u64::MAX),
        limit,
    };
    used.map(quota).collect()
}

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    zone_quotas(&world.options.hosts).iter().filter_map(finding).collect()
}

fn finding(Quota { kind, zone, used, limit }: &Quota) -> Option<Finding> {
    let (percent, severity) = near(*used, *limit)?;
    let zone = zone.as_deref()?;
    let message = format!(
        "the zone {} has {used} of at most {limit} {kind}s, which is {percent} %",
        quote(zone)
    );
    Some(Finding::new(Code::Quota, severity, kind, &[zone]).says(message, HELP))
}
