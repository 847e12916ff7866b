//! What the account holds against what is about to be written.
//!
//! A list that could not be read is `None`: it is unknown, and nothing is refused because of it.

mod routes;
mod zones;

use serde::{Deserialize, Serialize};

use super::pattern::{Pattern, plain_host};
use crate::error::HostError;
use crate::ledger::OnRename;
use crate::quote::Quoted;
use crate::stage::Stage;
use routes::judge_route;
pub use zones::{judge_records, judge_zone, lost_records};

/// A domain or a route that is about to be written, whether or not a block declares it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HostClaim {
    /// The logical id.
    pub id: String,
    /// Whether it is a route; otherwise it is a domain.
    pub route: bool,
    /// The hostname or pattern.
    pub name: String,
    /// The script that it is for.
    pub script: String,
    /// Whether the script is this stage's: its state has it, or this run declares it.
    pub own_script: bool,
    /// The stage, as the user names it.
    pub stage: String,
    /// Whether a block declares it in the bare stage.
    pub bare: bool,
    /// The stage, if it may not touch what is another's: neither a protected stage nor the bare one.
    #[serde(skip)]
    pub preview: Option<Stage>,
    /// The zone, if the program names it by its id.
    pub zone_id: Option<String>,
    /// The hostnames that become domains with it, each with its own record and certificate.
    pub domains: Vec<String>,
    /// The hostname that the state holds for a domain.
    pub deployed: Option<String>,
    /// What Cloudflare knows the route by that the state holds.
    pub route_id: Option<String>,
    /// The scripts that may lose the hostname.
    pub take_from: Vec<String>,
    /// What to do if the state holds another hostname.
    pub on_rename: Option<OnRename>,
}

/// What the account holds that a hostname can meet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HostAccount {
    /// The zones of the account.
    pub zones: Option<Vec<Zone>>,
    /// The custom domains of its Workers.
    pub domains: Option<Vec<Domain>>,
    /// The Worker routes of the claim's zone.
    pub routes: Option<Vec<Route>>,
    /// The DNS records of the claim's zone that can lead somewhere.
    pub records: Option<Vec<Record>>,
    /// The hostnames on the certificates of the claim's zone.
    pub certificates: Option<Vec<String>>,
}

/// A zone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Zone {
    /// What Cloudflare knows it by.
    pub id: String,
    /// The domain.
    pub name: String,
    /// Whether Cloudflare answers for it.
    pub active: bool,
}

/// A custom domain of a Worker.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Domain {
    /// The hostname.
    pub hostname: String,
    /// The script that has it.
    pub script: String,
    /// Whether this stage made the script.
    pub ours: bool,
}

/// A Worker route.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Route {
    /// What Cloudflare knows it by.
    pub id: String,
    /// The pattern.
    pub pattern: String,
    /// The script; `None` if requests go past all Workers.
    pub script: Option<String>,
    /// Whether this stage made the script.
    pub ours: bool,
}

/// A DNS record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Record {
    /// What Cloudflare knows it by.
    pub id: String,
    /// The hostname, perhaps with a wildcard as its first label.
    pub name: String,
    /// Such as `CNAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it leads.
    pub content: String,
    /// Whether requests go through Cloudflare.
    pub proxied: bool,
    /// Whether it belongs to a custom domain of a Worker.
    pub managed: bool,
    /// Whether this stage's state holds it.
    pub ours: bool,
    /// Of one that a row holds: whether another app or stage holds it as well.
    pub shared: bool,
    /// The same: whether another row of this stage has it by now.
    pub moved: bool,
    /// The R2 bucket that it leads to; empty if only that is known that it is one.
    pub bucket: Option<String>,
}

/// How Alchemy may go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct HostVerdict {
    /// The account holds it for a script of this stage: Alchemy may adopt it.
    pub adopt: bool,
    /// Another script has the hostname, and the program takes it from that one.
    pub takes: bool,
    /// The deployed hostname stays.
    pub keep: bool,
}

impl Record {
    /// Whether it says where a hostname is.
    fn is_address(&self) -> bool {
        matches!(&*self.kind, "A" | "AAAA" | "CNAME")
    }
}

impl HostClaim {
    fn takes_from(&self, script: &str) -> bool {
        self.take_from.iter().any(|name| name == script)
    }

    /// Whether a hostname that `script` has is another stage's, as far as names tell. Apps of one stage
    /// share hostnames, and then the hostname or the script has that stage in its name.
    fn is_of_others(&self, host: &str, script: &str) -> bool {
        let Some(stage) = &self.preview else { return false };
        !self.takes_from(script) && !stage.is_in(host) && !stage.is_in(script)
    }
}

/// Decides whether a domain or a route may be written.
///
/// # Errors
/// `zone-missing`, `hostname-taken`, `route-taken`, `route-swallows`, `dns-missing`, `tls-uncovered`,
/// `would-orphan`
pub fn judge_host(claim: &HostClaim, account: &HostAccount) -> Result<HostVerdict, HostError> {
    if is_kept(claim)? {
        return Ok(HostVerdict { keep: true, ..HostVerdict::default() });
    }
    let pattern = Pattern::new(&claim.name);
    let zone = zone_of(pattern.host(), claim.zone_id.as_ref(), account)?;
    if claim.route {
        judge_route(claim, &pattern, zone, account)
    } else {
        judge_domain(claim, account)
    }
}

/// Whether a domain keeps the hostname that the state holds.
fn is_kept(claim: &HostClaim) -> Result<bool, HostError> {
    let Some(deployed) = claim.deployed.as_ref().filter(|_| !claim.route) else { return Ok(false) };
    match claim.on_rename {
        _ if *deployed == claim.name => Ok(false),
        Some(OnRename::Keep) => Ok(true),
        Some(OnRename::Replace) => Ok(false),
        Some(OnRename::Refuse) | None => Err(HostError::HostOrphaned {
            id: (&claim.id).into(),
            deployed: deployed.into(),
            declared: (&claim.name).into(),
        }),
    }
}

/// The zone that the program names, else the longest that a hostname is in.
fn zone_of<'a>(
    host: &str,
    id: Option<&String>,
    account: &'a HostAccount,
) -> Result<Option<&'a str>, HostError> {
    let Some(zones) = &account.zones else { return Ok(None) };
    let fits = |zone: &&Zone| id.map_or_else(|| is_within(host, &zone.name), |id| zone.id == *id);
    match zones.iter().filter(fits).max_by_key(|zone| zone.name.len()) {
        None => Err(HostError::ZoneMissing { host: host.into() }),
        Some(zone) if !zone.active => Err(HostError::ZoneInactive { zone: (&zone.name).into() }),
        Some(zone) => Ok(Some(&zone.name)),
    }
}

fn is_within(host: &str, zone: &str) -> bool {
    host.strip_suffix(zone).is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

fn judge_domain(claim: &HostClaim, account: &HostAccount) -> Result<HostVerdict, HostError> {
    let HostClaim { script, .. } = claim;
    let host = &plain_host(&claim.name);
    let mut verdict = HostVerdict::default();
    if let Some(held) = domain_of(host, account) {
        verdict.takes = held.script != *script;
        if verdict.takes && !held.ours && !claim.takes_from(&held.script) {
            return Err(HostError::HostTaken { host: host.into(), script: (&held.script).into() });
        }
        if let Some(stage) = foreign_stage(claim, host, held.ours).filter(|_| !verdict.takes) {
            let (host, script) = (host.into(), script.into());
            return Err(HostError::HostShared { host, script, stage });
        }
        // To move a hostname Alchemy has to adopt it, too.
        verdict.adopt = true;
    } else if let Some(record) = address_of(host, account) {
        if let Some(bucket) = &record.bucket {
            let (host, bucket) = (host.into(), bucket.into());
            return Err(HostError::HostBucket { host, bucket });
        }
        let record = format!("{} {host}", record.kind);
        return Err(HostError::HostRecord { host: host.into(), record: record.into() });
    }
    // What stands already may go on: a deploy of production must not depend on a preview.
    if !verdict.adopt || verdict.takes {
        check_uncovered(host, script, account)?;
    }
    Ok(verdict)
}

/// The stage that would have what its script's own stage has attached, and detach it at its end.
fn foreign_stage(claim: &HostClaim, host: &str, ours: bool) -> Option<Quoted> {
    let HostClaim { script, own_script, .. } = claim;
    let stage = claim.preview.as_ref()?;
    (!ours && !own_script && claim.is_of_others(host, script)).then(|| stage.raw().into())
}

fn domain_of<'a>(host: &str, account: &'a HostAccount) -> Option<&'a Domain> {
    account.domains.iter().flatten().find(|domain| domain.hostname == host)
}

/// A record by which a hostname leads elsewhere.
fn address_of<'a>(host: &str, account: &'a HostAccount) -> Option<&'a Record> {
    let mut all = account.records.iter().flatten();
    all.find(|record| record.name == host && !record.managed && record.is_address())
}

/// Refuses a hostname whose requests another script's route would answer.
fn check_uncovered(host: &str, script: &str, account: &HostAccount) -> Result<(), HostError> {
    let routes = account.routes.iter().flatten().map(|route| (Pattern::new(&route.pattern), route));
    let over = routes.filter(|(pattern, _)| pattern.meets(host));
    let Some((_, route)) = over.max_by_key(|(pattern, _)| pattern.specificity()) else {
        return Ok(());
    };
    match &route.script {
        Some(other) if other != script && !route.ours => Err(HostError::Swallowed {
            host: host.into(),
            pattern: (&route.pattern).into(),
            script: other.into(),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
