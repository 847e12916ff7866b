//! What the account holds against what is about to be written.
//!
//! A list that could not be read is `None`: it is unknown, and nothing is refused because of it.

use serde::{Deserialize, Serialize};

use super::pattern::Pattern;
use crate::error::HostError;
use crate::ledger::OnRename;

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
    /// The zone, if the program names it by its id.
    pub zone_id: Option<String>,
    /// The hostnames that become domains with it, each with its own record and certificate.
    pub domains: Vec<String>,
    /// The hostname that the state holds for a domain.
    pub deployed: Option<String>,
    /// The script that may lose the hostname.
    pub take_from: Option<String>,
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
    /// The hostname, perhaps with a wildcard as its first label.
    pub name: String,
    /// Such as `CNAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether requests go through Cloudflare.
    pub proxied: bool,
    /// Whether it belongs to a custom domain of a Worker.
    pub managed: bool,
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
    let HostClaim { name: host, script, .. } = claim;
    let mut verdict = HostVerdict::default();
    if let Some(held) = domain_of(host, account) {
        verdict.adopt = held.script == *script || held.ours;
        verdict.takes = held.script != *script;
        if !verdict.adopt && claim.take_from.as_ref() != Some(&held.script) {
            return Err(HostError::HostTaken { host: host.into(), script: (&held.script).into() });
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

fn domain_of<'a>(host: &str, account: &'a HostAccount) -> Option<&'a Domain> {
    account.domains.iter().flatten().find(|domain| domain.hostname == host)
}

/// A record by which a hostname leads elsewhere.
fn address_of<'a>(host: &str, account: &'a HostAccount) -> Option<&'a Record> {
    let leads = |record: &Record| matches!(&*record.kind, "A" | "AAAA" | "CNAME");
    let mut all = account.records.iter().flatten();
    all.find(|record| record.name == host && !record.managed && leads(record))
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

fn judge_route(
    claim: &HostClaim,
    pattern: &Pattern,
    zone: Option<&str>,
    account: &HostAccount,
) -> Result<HostVerdict, HostError> {
    let canonical = pattern.canonical();
    let mut routes = account.routes.iter().flatten();
    let held = routes.find(|route| Pattern::new(&route.pattern).canonical() == canonical);
    let is_ours = |route: &Route| route.ours || route.script.as_ref() == Some(&claim.script);
    if let Some(route) = held.filter(|route| !is_ours(route)) {
        let script = route.script.as_deref().unwrap_or_default();
        return Err(HostError::RouteTaken { pattern: (&claim.name).into(), script: script.into() });
    }
    if held.is_some() {
        return Ok(HostVerdict { adopt: true, ..HostVerdict::default() });
    }
    if pattern.has_wildcard() {
        check_covers_nobody(claim, pattern, account)?;
    } else {
        check_reached(pattern.host(), &claim.domains, zone, account)?;
    }
    Ok(HostVerdict::default())
}

/// Refuses a wildcard over a hostname that another stage's or app's script has.
fn check_covers_nobody(
    claim: &HostClaim,
    pattern: &Pattern,
    account: &HostAccount,
) -> Result<(), HostError> {
    let mut domains = account.domains.iter().flatten();
    let routes: Vec<_> =
        account.routes.iter().flatten().map(|route| Pattern::new(&route.pattern)).collect();
    // A route of its own, which is more specific, answers before the wildcard.
    let has_own = |host: &str| {
        let mut own = routes.iter().filter(|route| route.meets(host));
        own.any(|route| route.specificity() > pattern.specificity())
    };
    let covered = domains.find(|domain| {
        let is_other = domain.script != claim.script && !domain.ours;
        is_other && pattern.meets(&domain.hostname) && !has_own(&domain.hostname)
    });
    covered.map_or(Ok(()), |domain| {
        Err(HostError::RouteSwallows {
            pattern: (&claim.name).into(),
            host: (&domain.hostname).into(),
            script: (&domain.script).into(),
        })
    })
}

/// Refuses a route that no request reaches: its hostname needs a record and a certificate. A custom
/// domain brings both.
fn check_reached(
    host: &str,
    domains: &[String],
    zone: Option<&str>,
    account: &HostAccount,
) -> Result<(), HostError> {
    // A customer's hostname has its record and its certificate elsewhere.
    let is_foreign = zone.is_some_and(|zone| !is_within(host, zone));
    let is_made = domains.iter().any(|domain| domain == host);
    if is_foreign || is_made || domain_of(host, account).is_some() {
        return Ok(());
    }
    if account.records.as_ref().is_some_and(|records| !resolves(host, records)) {
        return Err(HostError::DnsMissing { host: host.into() });
    }
    let (Some(zone), Some(certificates)) = (zone, &account.certificates) else { return Ok(()) };
    let covers = |name: &String| {
        let below = name.strip_prefix("*.").zip(host.split_once('.'));
        name == host || below.is_some_and(|(name, (_, rest))| name == rest)
    };
    let is_universal = host.split_once('.').is_some_and(|(_, rest)| host == zone || rest == zone);
    if is_universal || certificates.iter().any(covers) {
        return Ok(());
    }
    Err(HostError::TlsUncovered { host: host.into(), zone: zone.into() })
}

/// Whether records lead a hostname to Cloudflare. A name that is there ends the search: wildcards above
/// do not cover what is below it.
fn resolves(host: &str, records: &[Record]) -> bool {
    let named =
        |name: &str| records.iter().filter(|record| record.name == name).collect::<Vec<_>>();
    let own = named(host);
    if !own.is_empty() {
        return own.iter().any(|record| record.proxied);
    }
    let mut rest = host;
    while let Some((_, parent)) = rest.split_once('.') {
        let wildcards = named(&format!("*.{parent}"));
        if !wildcards.is_empty() {
            return wildcards.iter().any(|record| record.proxied);
        }
        if !named(parent).is_empty() {
            return false;
        }
        rest = parent;
    }
    false
}

/// Decides whether a raw `Zone` may be created: Alchemy adopts one that exists, without being asked.
///
/// # Errors
/// `would-delete-zone`
pub fn judge_zone(
    name: &str,
    stage: &str,
    protected: bool,
    account: &HostAccount,
) -> Result<(), HostError> {
    let exists = account.zones.iter().flatten().any(|zone| zone.name == name);
    if exists && !protected {
        return Err(HostError::ZoneTaken { zone: name.into(), stage: stage.into() });
    }
    Ok(())
}

/// Decides whether raw `DnsRecords` may be written: Alchemy overwrites those that exist, and deletes them
/// with the stage. `new` are those that the state does not hold yet.
///
/// # Errors
/// `hostname-taken`
pub fn judge_records(
    new: &[Record],
    stage: &str,
    protected: bool,
    account: &HostAccount,
) -> Result<(), HostError> {
    let exists = |record: &Record| {
        let mut all = account.records.iter().flatten();
        all.any(|one| one.name == record.name && one.kind == record.kind)
    };
    let Some(taken) = new.iter().find(|record| !protected && exists(record)) else { return Ok(()) };
    let record = format!("{} {}", taken.kind, taken.name);
    Err(HostError::RecordTaken { record: record.into(), stage: stage.into() })
}

#[cfg(test)]
mod tests;
