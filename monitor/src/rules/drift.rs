//! `drift`: the state holds another name than the source gives.

use alch_blocks::quote;

use crate::claim::{Claim, Source};
use crate::finding::{Code, Finding, Severity, claimants};
use crate::texts::Map;
use crate::world::{Owner, World, owner};

const HELP: &str = "keep the deployed name with `pin` or `onRename: \"keep\"`: Alchemy replaces a renamed \
                    database or bucket, and deletes the old one with its data";

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    let declared = || world.claims.all.iter().filter(|claim| claim.source == Source::Source);
    let is_deployed = |claim: &Claim| {
        let mut rows = in_use(world, claim).peekable();
        rows.peek()?;
        Some(rows.any(|row| row.folded == claim.folded))
    };
    let mut others: Map<Owner, Vec<&Claim>> = Map::default();
    for claim in declared().filter(|claim| is_deployed(claim) == Some(false)) {
        others.entry(owner(claim)).or_default().push(claim);
    }
    if others.is_empty() {
        return Vec::new();
    }
    // A program may give one of several names, and one that is deployed is enough.
    for claim in declared().filter(|claim| is_deployed(claim) == Some(true)) {
        others.remove(&owner(claim));
    }
    others.values().filter_map(|claims| finding(world, claims)).collect()
}

/// The rows of a claim's resource, but for what a replacement has left behind.
fn in_use<'a>(world: &World<'a>, claim: &Claim) -> impl Iterator<Item = &'a Claim> {
    let rows = world.deployed.get(&owner(claim));
    rows.iter().copied().filter(|row| row.holds())
}

/// `claims` are what programs call one resource, of which nothing is deployed.
fn finding(world: &World<'_>, claims: &[&Claim]) -> Option<Finding> {
    let first = claims.first()?;
    let rows: Vec<_> = in_use(world, first).collect();
    let row = rows.iter().copied().min_by_key(|row| world.text(row.name))?;
    let new = claims.iter().map(|claim| world.text(claim.name)).min()?;
    let [name, app, stage, id] =
        [row.name, first.app, first.stage, first.id].map(|text| world.text(text));
    let message = format!(
        "the {} {} of the stage {} is deployed as {}, and the source calls it {}",
        first.kind.noun(),
        quote(id),
        quote(stage),
        quote(name),
        quote(new),
    );
    let about = [world.text(row.folded), app, stage, id];
    let mut finding = Finding::new(Code::Drift, Severity::Warning, first.kind.as_str(), &about);
    name.clone_into(&mut finding.name);
    let all = rows.iter().chain(claims).copied();
    Some(finding.says(message, HELP).by(claimants(world, all)))
}
