//! `two-versions`: one resource in the states of Alchemy 0.94 and of Alchemy 2.

use alch_blocks::{Kind, quote};

use super::Resource;
use crate::claim::{Claim, Source};
use crate::finding::{Code, Finding, Severity, claimants};
use crate::texts::Set;
use crate::world::World;

const HELP: &str = "if the stage was taken to Alchemy 2, retire its state of 0.94 with `npx @alch/blocks \
                    migrate --to-v2 --retire`, and do not run the old program again, least of all \
                    with `--destroy`; if it was not, give one of the two a name of its own";

/// The rows of both, if each version has one resource of the name. If one has more, that is worse.
pub(super) fn pair<'a>(resource: &Resource<'a>) -> Option<(&'a Claim, &'a Claim)> {
    let rows = resource.of(Source::State).filter(|claim| claim.holds());
    let (old, new): (Vec<&Claim>, Vec<&Claim>) = rows.partition(|claim| !claim.is_of_2);
    let is_one = |rows: &[&Claim]| {
        let owners: Set<_> = rows.iter().map(|claim| (claim.app, claim.stage, claim.id)).collect();
        owners.len() == 1
    };
    (is_one(&old) && is_one(&new)).then_some((*old.first()?, *new.first()?))
}

pub(super) fn judge(world: &World<'_>, resource: &Resource<'_>) -> Option<Finding> {
    let (kind, ..) = resource.key;
    let (first, second) = pair(resource)?;
    // A class is told with its script.
    if kind == Kind::DurableObject {
        return None;
    }
    let rows = || resource.of(Source::State).filter(|claim| claim.holds());
    let retained = rows().all(|claim| claim.retained);
    let (severity, danger) = match retained {
        true => (Severity::Warning, ""),
        false => (Severity::Error, ": destroying one of the two deletes it for both"),
    };
    let message = format!(
        "the {} {} is in the state of Alchemy 0.94, as {}, and in that of Alchemy 2, as {}{danger}",
        kind.noun(),
        quote(resource.name(world)),
        place(world, first),
        place(world, second),
    );
    let finding = resource.finding(world, Code::TwoVersions, severity);
    Some(finding.says(message, HELP).by(claimants(world, rows())))
}

fn place(world: &World<'_>, claim: &Claim) -> String {
    let [app, stage, id] = [claim.app, claim.stage, claim.id].map(|text| quote(world.text(text)));
    format!("{id} in stage {stage} of {app}")
}
