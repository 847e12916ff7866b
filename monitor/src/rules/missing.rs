//! `missing`: in the state, not in the account.

use alch_blocks::{Kind, quote};

use super::Resource;
use crate::claim::Source;
use crate::finding::{Code, Finding, Severity, claimants};
use crate::world::World;

const HELP: &str = "if deploys go to another account, give that with `--account`; if someone deleted \
                    it, remove its row from the state (`.alchemy/<app>/<stage>/<id>.json`) and deploy \
                    the stage again, which makes an empty one; where rows are not files, deploy once \
                    without the resource and with its id in `release`, then with it again";
const HELP_2: &str = "if deploys go to another account, give that with `--account`; if someone deleted \
                      it, remove its row from the state (`.alchemy/state/<stack>/<stage>/<id>.json`, or \
                      `alchemy state delete`) and deploy the stage again, which makes an empty one";
const HELP_SCRIPT: &str = "if deploys go to another account, give that with `--account`; if someone \
                           deleted it, deploy the stage with `--force`, which uploads the Worker \
                           again, without the data of its Durable Objects";
const HELP_DELETING: &str = "an interrupted deploy replaced it and did not store that: deploy the stage \
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
    let message = format!("the state has the {} {name}, and the account does not", kind.noun());
    let finding = resource.finding(world, Code::Missing, severity);
    let of_2 = resource.of(Source::State).all(|claim| claim.is_of_2);
    let help = match kind {
        _ if deleting => HELP_DELETING,
        // `--force` uploads a script again, so no row has to go.
        _ if kind == Kind::Worker || kind.spec().is_class => HELP_SCRIPT,
        _ if of_2 => HELP_2,
        _ => HELP,
    };
    Some(finding.says(message, help).by(claimants(world, resource.of(Source::State))))
}
