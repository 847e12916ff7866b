//! `missing`: in the state, not in the account.

use alch_blocks::quote;

use super::Resource;
use crate::claim::Source;
use crate::finding::{Code, Finding, Severity, claimants};
use crate::world::World;

const HELP: &str = "someone has deleted it, or the deploys go to another account: deploy the stage \
                    again to make it anew, which does not bring its data back";
const HELP_DELETING: &str = "a deploy that replaced it died before it wrote that down: deploy the stage \
                             again";

pub(super) fn judge(world: &World<'_>, resource: &Resource<'_>) -> Option<Finding> {
    let (kind, _, place) = resource.key;
    if !world.is_complete_in(Source::Account, kind, place)
        || resource.of(Source::Account).next().is_some()
    {
        return None;
    }
    resource.of(Source::State).next()?;
    let deleting = resource.of(Source::State).all(|claim| claim.deleting);
    let severity = if deleting { Severity::Warning } else { Severity::Error };
    let name = quote(resource.name(world));
    let message = format!("the state has the {} {name}, the account has not", kind.noun());
    let finding = resource.finding(world, Code::Missing, severity);
    let help = if deleting { HELP_DELETING } else { HELP };
    Some(finding.says(message, help).by(claimants(world, resource.of(Source::State))))
}
