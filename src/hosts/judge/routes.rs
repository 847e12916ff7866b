//! Whether a route may be written.

use super::{
    Domain, HostAccount, HostClaim, HostVerdict, Record, Route, domain_of, foreign_stage, is_within,
};
use crate::error::HostError;
use crate::hosts::pattern::{Pattern, plain_host};

pub(super) fn judge_route(
    claim: &HostClaim,
    pattern: &Pattern,
    zone: Option<&str>,
    account: &HostAccount,
) -> Result<HostVerdict, HostError> {
    let canonical = pattern.canonical();
    let is_same = |route: &Route| Pattern::new(&route.pattern).canonical() == canonical;
    let is_ours = |route: &Route| route.ours || route.script.as_ref() == Some(&claim.script);
    let routes = || account.routes.iter().flatten();
    if let Some(route) = routes().find(|route| is_same(route)) {
        let script = route.script.as_deref().unwrap_or_default();
        if !is_ours(route) && !claim.takes_from(script) {
            let (pattern, script) = ((&claim.name).into(), script.into());
            return Err(HostError::RouteTaken { pattern, script });
        }
        let is_its = script == claim.script;
        if let Some(stage) = foreign_stage(claim, pattern.host(), route.ours).filter(|_| is_its) {
            let (pattern, script) = ((&claim.name).into(), script.into());
            return Err(HostError::RouteShared { pattern, script, stage });
        }
        return Ok(HostVerdict { adopt: true, ..HostVerdict::default() });
    }
    // Alchemy changes the route that the state holds, whoever has it by now.
    let by_id = |route: &&Route| claim.route_id.as_ref().is_some_and(|id| route.id == *id);
    if let Some(route) = routes().find(by_id).filter(|route| !is_ours(route)) {
        let script = route.script.as_deref().unwrap_or_default();
        return Err(HostError::RouteMoved {
            id: (&claim.id).into(),
            pattern: (&route.pattern).into(),
            script: script.into(),
        });
    }
    if pattern.has_wildcard() {
        check_covers_nobody(claim, pattern, account)?;
    } else {
        check_answers_for_nobody(claim, pattern, account)?;
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
    let covered = domains.find(|Domain { hostname, script, ours }| {
        let is_other = *script != claim.script && !ours;
        // Apps of one production share the paths of a hostname.
        let takes_path = || pattern.covers(hostname) && claim.is_of_others(hostname, script);
        is_other && (pattern.meets(hostname) || takes_path()) && !has_own(hostname)
    });
    covered.map_or(Ok(()), |domain| {
        Err(HostError::RouteSwallows {
            pattern: (&claim.name).into(),
            host: (&domain.hostname).into(),
            script: (&domain.script).into(),
        })
    })
}

/// Refuses a route of a preview that would answer in the place of another stage's Worker, for all of its
/// hostname or for some paths.
fn check_answers_for_nobody(
    claim: &HostClaim,
    pattern: &Pattern,
    account: &HostAccount,
) -> Result<(), HostError> {
    let host = pattern.host();
    let domain = domain_of(host, account).map(|domain| (&domain.script, domain.ours));
    let mut routes = account.routes.iter().flatten().filter_map(|route| {
        let takes = Pattern::new(&route.pattern).gives_way_to(pattern);
        route.script.as_ref().filter(|_| takes).map(|script| (script, route.ours))
    });
    let is_other = |(script, ours): &(&String, bool)| {
        **script != claim.script && !ours && claim.is_of_others(host, script)
    };
    let other = domain.filter(is_other).or_else(|| routes.find(is_other));
    other.map_or(Ok(()), |(script, _)| {
        Err(HostError::RouteInPlace {
            pattern: (&claim.name).into(),
            host: host.into(),
            script: script.into(),
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
    let is_made = domains.iter().any(|domain| plain_host(domain) == host);
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
