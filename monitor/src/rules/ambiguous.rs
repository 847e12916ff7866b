//! `ambiguous`: two base names that can meet in one physical name.

use std::cmp::Ordering;

use alch_blocks::{Kind, quote};

use crate::claim::{Claim, Source};
use crate::finding::{Code, Finding, Severity, claimants};
use crate::texts::Map;
use crate::world::{World, order};

const HELP: &str = "rename one of the two base names, with `pin` for what is deployed: blocks \
                    refuse the second one in such a stage";

/// Two base names, the shorter first.
type Pair<'a> = (Kind, &'a str, &'a str);

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    let mut pairs: Map<Pair<'_>, &Claim> = Map::default();
    for claim in world.claims.all.iter().filter(|claim| claim.source != Source::Account) {
        let Some((base, slug)) = world.own_reading(claim) else { continue };
        let name = world.text(claim.folded);
        let slug_start = base.len().saturating_add(1);
        for (at, _) in slug.match_indices('-') {
            let Some(longer) = name.get(..slug_start.saturating_add(at)) else { continue };
            if world.owner_of(claim.kind, longer).is_none() {
                continue;
            }
            let first = pairs.entry((claim.kind, base, longer)).or_insert(claim);
            if order(world.claims, claim, first) == Ordering::Less {
                *first = claim;
            }
        }
    }
    pairs.into_iter().filter_map(|(pair, claim)| finding(world, &pair, claim)).collect()
}

/// `claim` is the first that has the shorter base name in a stage where the two can meet.
fn finding(world: &World<'_>, pair: &Pair<'_>, claim: &Claim) -> Option<Finding> {
    let (kind, shorter, longer) = pair;
    let other = world.owner_of(*kind, longer)?;
    let name = world.text(claim.name);
    let left = world.text(claim.folded).strip_prefix(*longer)?.strip_prefix('-')?;
    let message = format!(
        "the {} {} is {} in the stage {}, and {} in the stage {} would have the same name",
        kind.noun(),
        quote(name),
        quote(shorter),
        quote(world.text(claim.stage)),
        quote(longer),
        quote(left),
    );
    // One finding for two base names, whatever stages show it.
    let mut finding =
        Finding::new(Code::Ambiguous, Severity::Warning, kind.as_str(), &[shorter, longer]);
    name.clone_into(&mut finding.name);
    Some(finding.says(message, HELP).by(claimants(world, [claim, other])))
}
