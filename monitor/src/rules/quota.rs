//! `quota`: how much of the account's limits is used.

use std::collections::BTreeMap;

use alch_blocks::Kind;

use crate::claim::Source;
use crate::finding::{Code, Finding, Severity};
use crate::report::Quota;
use crate::world::{Plan, World};

/// In hundredths of the limit.
const NEAR: u64 = 80;

/// How much of a limit is used, in hundredths, and how much that matters; nothing if there is room.
pub(super) fn near(used: u64, limit: u64) -> Option<(u64, Severity)> {
    let percent = used.saturating_mul(100).checked_div(limit)?;
    let severity = if used >= limit { Severity::Error } else { Severity::Warning };
    (percent >= NEAR).then_some((percent, severity))
}

/// How many an account may have; nothing where no limit is known.
fn limit(kind: Kind, plan: Plan) -> Option<u64> {
    let quota = kind.spec().quota?;
    Some(if plan == Plan::Free { quota.free } else { quota.paid })
}

/// The use of every limit, for the kinds that were listed.
pub(crate) fn quotas(world: &World<'_>) -> Vec<(Kind, Quota)> {
    let mut used: BTreeMap<Kind, u64> = BTreeMap::new();
    for ((kind, ..), claims) in world.names.iter() {
        if claims.iter().any(|claim| claim.source == Source::Account) {
            let number = used.entry(kind).or_default();
            *number = number.saturating_add(1);
        }
    }
    let listed = Kind::ALL.iter().copied().filter(|kind| world.is_complete(Source::Account, *kind));
    listed
        .filter_map(|kind| {
            let limit = limit(kind, world.options.plan)?;
            let used = used.get(&kind).copied().unwrap_or_default();
            Some((kind, Quota { kind: kind.as_str(), zone: None, used, limit }))
        })
        .collect()
}

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    quotas(world).into_iter().filter_map(|(kind, quota)| finding(kind, &quota)).collect()
}

fn finding(kind: Kind, &Quota { used, limit, .. }: &Quota) -> Option<Finding> {
    let (percent, severity) = near(used, limit)?;
    let message = format!(
        "the account has {used} of at most {limit} resources of the kind `{}`, which is {percent} %",
        kind.as_str()
    );
    let help = "destroy stages that you no longer need, or ask Cloudflare for a higher limit";
    Some(Finding::new(Code::Quota, severity, kind.as_str(), &[""]).says(message, help))
}
