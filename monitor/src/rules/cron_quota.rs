//! `quota` of cron triggers. To ask the account would cost one call for each Worker, so the states are
//! asked. They say of how many triggers Alchemy knows, and the account may have more.

use std::collections::BTreeMap;

use super::quota::near;
use crate::finding::{Code, Finding};
use crate::report::Quota;
use crate::world::{Plan, World};

/// What cron triggers are called where kinds are named.
const CRON: &str = "cron";

const HELP: &str = "take the cron triggers out of previews with `thrifty`, or destroy stages that \
                    you no longer need";

/// The use of the limit, if some Worker of a state uses it.
pub(crate) fn cron_quota(world: &World<'_>) -> Option<Quota> {
    // Two states may have the same Worker.
    let mut scripts: BTreeMap<&str, u64> = BTreeMap::new();
    for one in &world.options.crons {
        let known = scripts.entry(&one.script).or_default();
        *known = one.used.max(*known);
    }
    let used = scripts.values().fold(0_u64, |sum, used| sum.saturating_add(*used));
    let limit = if world.options.plan == Plan::Free { 5 } else { 250 };
    (used > 0).then_some(Quota { kind: CRON, zone: None, used, limit })
}

pub(super) fn judge(world: &World<'_>) -> Option<Finding> {
    let Quota { used, limit, .. } = cron_quota(world)?;
    let (percent, severity) = near(used, limit)?;
    let message = format!(
        "the Workers of the state use {used} of the account's {limit} cron triggers, which is {percent} %"
    );
    Some(Finding::new(Code::Quota, severity, CRON, &[""]).says(message, HELP))
}
