//! `collision` and `shared-class`: one name, two owners.

use alch_blocks::{Kind, quote};

use super::Resource;
use crate::claim::{Claim, Source};
use crate::finding::{Code, Finding, Severity, claimants};
use crate::texts::Set;
use crate::world::{World, owner};

const HELP_REVERTED: &str = "remove it from `pendingDeletions` in the row of the scope, before the next \
                             deploy of the stage deletes it";

pub(super) fn judge(world: &World<'_>, resource: &Resource<'_>) -> Option<Finding> {
    let live = || resource.claims.iter().copied().filter(|claim| claim.holds());
    // What one is about to delete is another's as long as that one has it.
    let threatens =
        |claim: &Claim| claim.will_delete() && live().any(|other| !claim.is_same_owner(other));
    let holders =
        || resource.claims.iter().copied().filter(|claim| claim.holds() || threatens(claim));
    let first = holders().next()?;
    if holders().all(|claim| claim.is_same_owner(first)) {
        return reverted(world, resource);
    }
    let (kind, ..) = resource.key;
    let is_class = kind.spec().is_class;
    let stages: Set<_> = holders().map(|claim| (claim.app, claim.stage)).collect();
    let code = if is_class && stages.len() > 1 { Code::SharedClass } else { Code::Collision };
    let deliberate = !is_class && is_deliberate(world, holders());
    let severity = if deliberate { Severity::Info } else { Severity::Error };
    let name = quote(resource.name(world));
    let owners: Set<_> = holders().map(|claim| (claim.app, claim.stage, claim.id)).collect();
    let message = format!(
        "{} resources in {} claim the {} {name}",
        owners.len(),
        counted(stages.len(), "stage"),
        kind.noun(),
    );
    let finding = resource.finding(world, code, severity);
    Some(finding.says(message, help(kind, deliberate)).by(claimants(world, holders())))
}

/// An interrupted replacement whose name was put back: Alchemy goes on to delete what it
/// replaced, which is in use again.
fn reverted(world: &World<'_>, resource: &Resource<'_>) -> Option<Finding> {
    let is_pending = resource.of(Source::State).any(Claim::will_delete);
    if !is_pending || !resource.claims.iter().any(|claim| is_wanted(world, claim)) {
        return None;
    }
    let (kind, ..) = resource.key;
    let message = format!(
        "an interrupted replacement is about to delete the {} {}, which is in use again",
        kind.noun(),
        quote(resource.name(world)),
    );
    let finding = resource.finding(world, Code::Collision, Severity::Error);
    Some(finding.says(message, HELP_REVERTED).by(claimants(world, resource.claims.iter().copied())))
}

/// Whether a resource that is about to be deleted is in use, or will be with the next deploy.
///
/// A declaration says so only where the program has put another in its place, and where no name in
/// use is declared: a program may give one of several names, and a destroy that did not end is gone
/// on with by no declaration.
pub(super) fn is_wanted(world: &World<'_>, claim: &Claim) -> bool {
    if claim.source != Source::Source {
        return claim.holds();
    }
    let rows = world.deployed.get(&owner(claim));
    let mut in_place = rows.iter().filter(|row| row.holds()).peekable();
    in_place.peek().is_some() && !in_place.any(|row| world.is_declared(row))
}

/// Whether all but the one whose stage is in the name leave the resource alone when they go.
fn is_deliberate<'a>(world: &World<'_>, holders: impl Iterator<Item = &'a Claim> + Clone) -> bool {
    let owner = |claim: &Claim| (claim.app, claim.stage, claim.id);
    let rows = holders.clone().filter(|claim| claim.source == Source::State);
    let deployed: Set<_> = rows.map(owner).collect();
    // What a deploy will store is not known, only what one has stored.
    let known =
        holders.filter(|claim| claim.source == Source::State || !deployed.contains(&owner(claim)));
    let takers = || known.clone().filter(|claim| !claim.retained);
    let owners: Set<_> = takers().map(owner).collect();
    owners.len() <= 1 && takers().all(|claim| world.own_reading(claim).is_some())
}

fn help(kind: Kind, deliberate: bool) -> &'static str {
    if deliberate {
        return "every stage that shares it has `delete: false`, so destroying one leaves it; to \
                only bind it, use `share`";
    }
    match kind {
        Kind::DurableObject => {
            "all of them write to the same objects: give each stage a script of its own, with \
             `physicalName(\"worker\", base, stage)` as the Worker's name"
        }
        Kind::Workflow => {
            "the last deploy took it over from the others: use the block \
             `AlchemyWorkflow`, or put the stage into `workflowName`, and deploy each stage again"
        }
        Kind::Worker => {
            "the last deploy overwrote the others: name the Worker by \
             `physicalName(\"worker\", base, stage)` and deploy each stage again"
        }
        _ => {
            "destroying one of the stages deletes it for all: use a block, which puts the stage \
             into the name, and give the stage that keeps this one a `pin`"
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
