//! `stale-certificate`: a certificate for a hostname that nothing has.
//!
//! Cloudflare orders a certificate for each custom domain, and keeps it when the domain goes.

use alch_blocks::quote;

use crate::finding::{Code, Finding, Severity};
use crate::hosts::{HostCertificate, HostZone, Hosts, folded, is_all_read};
use crate::texts::Set;
use crate::world::World;

const HELP: &str = "custom domains leave their certificates behind: if no program declares the hostname and no \
                    other server has it, delete it in Cloudflare's dashboard, under Edge Certificates of the zone";

/// What a zone calls a certificate that was ordered.
const ORDERED: &str = "advanced";

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    if !is_all_read(world) || world.options.hosts.domains.is_none() {
        return Vec::new();
    }
    let used = Used::new(&world.options.hosts);
    let zones = world.options.hosts.zones.iter().flatten().filter(|zone| zone.routes.is_some());
    zones.flat_map(|zone| in_zone(&used, zone)).collect()
}

fn in_zone(used: &Used, zone: &HostZone) -> Vec<Finding> {
    let ordered = zone.certificates.iter().flatten().filter(|one| one.kind == ORDERED);
    // One for the zone itself, or with a wildcard, serves more than one domain.
    let is_of_many = |host: &str| host.starts_with('*') || folded(host) == folded(&zone.name);
    let is_used = |host: &String| is_of_many(host) || used.has(host);
    ordered
        .filter(|one| !one.hosts.iter().any(is_used))
        .filter_map(|one| finding(zone, one))
        .collect()
}

/// The hostnames that domains and routes have, in the account or in a state.
#[derive(Default)]
struct Used {
    exact: Set<String>,
    /// What they end with.
    wildcards: Vec<String>,
}

impl Used {
    fn new(hosts: &Hosts) -> Self {
        let mut used = Self::default();
        let rows = hosts.rows.iter().map(|row| row.name.as_str());
        for name in hosts.attached().map(|one| one.name).chain(rows) {
            let name = folded(name);
            let rest = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest);
            let host = rest.split('/').next().unwrap_or_default();
            match host.strip_prefix('*') {
                Some(end) => used.wildcards.push(end.to_owned()),
                None => _ = used.exact.insert(host.to_owned()),
            }
        }
        used
    }

    fn has(&self, host: &str) -> bool {
        let host = folded(host);
        self.exact.contains(&host) || self.wildcards.iter().any(|end| host.ends_with(end))
    }
}

fn finding(zone: &HostZone, certificate: &HostCertificate) -> Option<Finding> {
    let host = certificate.hosts.first()?;
    let message = format!(
        "the zone {} has a certificate for {}, which no domain, no route and no state has",
        quote(&zone.name),
        quote(host)
    );
    let about = [host.as_str(), certificate.id.as_str()];
    let finding = Finding::new(Code::StaleCertificate, Severity::Info, "certificate", &about);
    Some(finding.says(message, HELP))
}
