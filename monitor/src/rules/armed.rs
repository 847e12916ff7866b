//! `armed-stage`: a stage that the deploy of another stage deletes.

use alch_blocks::{Kind, quote};

use crate::claim::{Claim, Source};
use crate::finding::{Code, Finding, Severity, claimants};
use crate::world::{ArmedStage, World, order};

const HELP: &str = "import `@alch/blocks` in every program of the app; in the file store, run \
                    `npx @alch/blocks state disarm --write`";

pub(super) fn judge(world: &World<'_>) -> Vec<Finding> {
    world.options.armed.iter().filter_map(|armed| finding(world, armed)).collect()
}

fn finding(world: &World<'_>, armed: &ArmedStage) -> Option<Finding> {
    let is_in = |claim: &&Claim| {
        claim.source == Source::State
            && !claim.deleting
            && (world.text(claim.app), world.text(claim.stage)) == (&armed.app, &armed.stage)
    };
    let mut claims: Vec<&Claim> = world.claims.all.iter().filter(is_in).collect();
    claims.sort_by(|one, other| {
        has_data(other)
            .cmp(&has_data(one))
            .then_with(|| one.kind.cmp(&other.kind))
            .then_with(|| order(world.claims, one, other))
    });
    let first = claims.first()?;
    let severity = if has_data(first) { Severity::Error } else { Severity::Warning };
    let (kind, name) = (first.kind, world.text(first.name));
    let more = match claims.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "the next deploy of another stage of the app {} deletes stage {}: the {} {}{more}",
        quote(&armed.app),
        quote(&armed.stage),
        kind.noun(),
        quote(name),
    );
    // It is the same finding whatever the stage holds.
    let about = [armed.app.as_str(), armed.stage.as_str()];
    let mut finding = Finding::new(Code::ArmedStage, severity, Kind::Worker.as_str(), &about);
    finding.kind = kind.as_str();
    name.clone_into(&mut finding.name);
    Some(finding.says(message, HELP).by(claimants(world, claims.iter().copied())))
}

fn has_data(claim: &Claim) -> bool {
    claim.kind.spec().owns_data || claim.kind.spec().is_class
}
