//! The domains and routes of Workers: a Worker has no block, so they are only advised about.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::{HostOptions, HostPattern, Stage, hostname, quote};

use crate::declarations::{Host, Origin, Program};
use crate::migration::plan::{CallPlace, Plans};
use crate::values::{Part, Value};
use crate::version::Version;

/// The stage whose hostnames are their bases.
const BARE: &str = "prod";

/// Says of each Worker that is left how to write its hostnames, where the law makes what it has. A block
/// beside the Worker would be another row, and the deploy would detach the hostname before it attaches it.
pub(in crate::migration) fn advise(program: &Program<'_>, plans: &mut Plans) {
    let mut calls: BTreeMap<CallPlace, BTreeSet<String>> = BTreeMap::new();
    for host in program.hosts.iter().filter(|host| host.origin == Origin::Worker) {
        let place = (host.places.file, host.places.call.0);
        calls.entry(place).or_default().extend(call_for(host));
    }
    for (place, calls) in calls.into_iter().filter(|(_, calls)| !calls.is_empty()) {
        let Some(Err(reason)) = plans.get_mut(&place) else { continue };
        let calls: Vec<_> = calls.iter().map(|call| quote(call).to_string()).collect();
        reason.push_str("; `@alch/blocks/naming` makes its hostnames as they are: ");
        reason.push_str(&calls.join(", "));
    }
}

/// The call of `hostname` that gives what it is in each stage.
fn call_for(host: &Host) -> Option<String> {
    let version = host.version;
    // It is written so already.
    let is_host =
        |(_, value): &(_, Value)| value.parts().iter().any(|part| matches!(part, Part::Host(..)));
    if host.identity.id.cases().iter().any(is_host) {
        return None;
    }
    let named = |stage: &String| Some((stage.clone(), host.name_in(stage)?.name.clone()));
    let all: Vec<_> = host.stages.keys().map(named).collect::<Option<_>>()?;
    let (_, base) = all.iter().find(|(stage, _)| stage == BARE)?;
    let differs = all.iter().any(|(_, name)| name != base);
    let is_lawful = |(stage, name): &(String, String)| lawful(base, stage).as_ref() == Some(name);
    let host = HostPattern::new(base).host().to_owned();
    let stage = if version == Version::V2 { "stage" } else { "app.stage" };
    let call = || format!("hostname(\"{host}\", {stage})");
    (differs && all.iter().all(is_lawful)).then(call)
}

fn lawful(base: &str, stage: &str) -> Option<String> {
    let parts = HostPattern::new(base);
    let stage = Stage::new(stage).ok()?;
    let host = hostname(parts.host(), stage.raw(), &HostOptions::default()).ok()?;
    Some(base.replacen(parts.host(), &host, 1)).filter(|_| !parts.has_wildcard())
}
