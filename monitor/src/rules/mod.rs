//! One file for each question that is asked of the claims.

mod ambiguous;
mod armed;
mod cron_quota;
mod dead_route;
mod drift;
mod missing;
mod missing_host;
mod quota;
mod shared;
mod shared_host;
mod stale_certificate;
mod two_versions;
mod unclaimed_host;
mod unowned;
mod zone_quota;

pub(crate) use cron_quota::cron_quota;
pub(crate) use quota::quotas;
pub(crate) use unowned::unread_apps;
pub(crate) use zone_quota::zone_quotas;

use crate::claim::{Claim, Source};
use crate::finding::{Code, Finding, Severity};
use crate::world::{Key, World};

/// All findings, sorted: the most severe first, then by code, kind and name.
pub(crate) fn all(world: &World<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (key, claims) in world.names.iter() {
        let one = Resource { key, claims };
        findings.extend(two_versions::judge(world, &one));
        if two_versions::pair(&one).is_none() {
            findings.extend(shared::judge(world, &one));
        }
        findings.extend(missing::judge(world, &one));
        findings.extend(unowned::judge(world, &one));
    }
    findings.extend(armed::judge(world));
    findings.extend(ambiguous::judge(world));
    findings.extend(drift::judge(world));
    findings.extend(quota::judge(world));
    findings.extend(cron_quota::judge(world));
    findings.extend(zone_quota::judge(world));
    findings.extend(shared_host::judge(world));
    findings.extend(missing_host::judge(world));
    findings.extend(dead_route::judge(world));
    findings.extend(unclaimed_host::judge(world));
    findings.extend(stale_certificate::judge(world));
    findings.sort_by(|one, other| {
        let key = |finding: &Finding| (finding.severity, finding.code, finding.kind);
        let rest = |finding: &Finding| (finding.fingerprint.clone(), finding.claims.clone());
        key(one)
            .cmp(&key(other))
            .then_with(|| one.name.cmp(&other.name))
            .then_with(|| rest(one).cmp(&rest(other)))
    });
    findings
}

/// All that claims one name.
pub(crate) struct Resource<'a> {
    pub key: Key,
    pub claims: &'a [&'a Claim],
}

impl<'a> Resource<'a> {
    pub fn of(&self, source: Source) -> impl Iterator<Item = &'a Claim> + use<'a> {
        self.claims.iter().copied().filter(move |claim| claim.source == source)
    }

    /// The name as it is written; where that differs, the same whatever the order of the claims.
    pub fn name(&self, world: &World<'a>) -> &'a str {
        self.claims.iter().map(|claim| world.text(claim.name)).min().unwrap_or_default()
    }

    /// A finding about the resource.
    ///
    /// It is not told from others by the name as it is written: that is another with each claim
    /// that comes and goes.
    pub fn finding(&self, world: &World<'a>, code: Code, severity: Severity) -> Finding {
        let (kind, folded, place) = self.key;
        let about = [world.text(folded), world.text(place)];
        let finding = Finding::new(code, severity, kind.as_str(), &about);
        Finding { name: self.name(world).to_owned(), ..finding }
    }
}
