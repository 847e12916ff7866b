//! `drift`: the state holds another name than the source gives.

use std::collections::HashMap;

use alch_blocks::{Kind, quote};

use crate::claim::{Claim, Source};
use crate::finding::{Code, Finding, Severity, claimants};
use crate::texts::Text;
use crate::world::World;

const HELP: &str = "see what a deploy would do before it is done: Alchemy replaces a renamed \
                    database or bucket, and its data is lost; keep the deployed name with `pin` or \
                    `onRename: \"keep\"`";

type Declared<'a> = HashMap<(Kind, Text, Text, Text), Vec<&'a Claim>>;

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    let mut declared: Declared<'_> = HashMap::new();
    for claim in world.claims.all.iter().filter(|claim| claim.source == Source::Source) {
        let at = (claim.kind, claim.app, claim.stage, claim.id);
        declared.entry(at).or_default().push(claim);
    }
    declared.values().filter_map(|claims| finding(world, claims)).collect()
}

/// `claims` are what programs give one resource: more than one name where it depends.
fn finding(world: &World<'_>, claims: &[&Claim]) -> Option<Finding> {
    let first = claims.first()?;
    let rows = world.deployed.get(&(first.kind, first.app, first.stage, first.id))?;
    let is_declared = |row: &&Claim| claims.iter().any(|claim| claim.folded == row.folded);
    let row = rows.iter().copied().min_by_key(|row| world.text(row.name))?;
    if rows.iter().copied().any(|row| is_declared(&row)) {
        return None;
    }
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
    let about = [name, app, stage, id];
    let finding = Finding::new(Code::Drift, Severity::Warning, first.kind, &about);
    let all = rows.iter().chain(claims).copied();
    Some(finding.says(message, HELP).by(claimants(world, all)))
}
