//! `orphan` and `foreign`: in the account, in nobody's state.

use alch_blocks::{Kind, quote};

use super::Resource;
use super::shared::is_wanted;
use crate::claim::{Source, folded};
use crate::finding::{Claimant, Code, Finding, Severity, claimants};
use crate::texts::Text;
use crate::world::World;

const HELP_LOST: &str = "if the stage is in use, its state is lost: deploy it with `adopt: true`, \
                         which takes the resource over as it is; otherwise make sure that nobody \
                         needs it, and delete it";
const HELP_DELETING: &str =
    "a deploy that replaced it did not come to its end: deploy the stage again";
const HELP_FOREIGN: &str = "nothing has to be done; if it should be of a program, declare it there \
                            with `adopt: true` and this name";

pub(super) fn judge(world: &World<'_>, resource: &Resource<'_>) -> Option<Finding> {
    let (kind, _, place) = resource.key;
    resource.of(Source::Account).next()?;
    let mut rows = resource.of(Source::State).peekable();
    if rows.peek().is_some() {
        // What is wanted again must not be deleted, which is said already.
        let is_left = rows.all(|claim| claim.deleting)
            && !resource.claims.iter().any(|claim| is_wanted(world, claim));
        return is_left.then(|| undeleted(world, resource));
    }
    // An account that is not listed as a whole may be another's.
    let complete = |source| world.is_complete_in(source, kind, place);
    let told = complete(Source::State) && complete(Source::Account);
    if !told || goes_with_script(world, resource) {
        return None;
    }
    let name = resource.name(world);
    // A class is told by its script.
    let (read, told) = match name.split_once('/') {
        Some((script, _)) if kind == Kind::DurableObject => (Kind::Worker, script),
        _ => (kind, name),
    };
    let told = folded(read, told);
    match world.reading(read, &told) {
        None => Some(foreign(world, resource)),
        Some(reading) => Some(orphan(world, resource, reading.stage, reading.ours)),
    }
}

fn undeleted(world: &World<'_>, resource: &Resource<'_>) -> Finding {
    let (kind, ..) = resource.key;
    let name = quote(resource.name(world));
    let message = format!("the {} {name} was to be deleted, and is still there", kind.noun());
    let finding = resource.finding(world, Code::Orphan, Severity::Warning);
    finding.says(message, HELP_DELETING).by(claimants(world, resource.of(Source::State)))
}

fn orphan(world: &World<'_>, resource: &Resource<'_>, stage: &str, ours: bool) -> Finding {
    let (kind, ..) = resource.key;
    let severity = if ours { Severity::Warning } else { Severity::Info };
    let message = format!(
        "the {} {} is of the stage {} by its name, and in nobody's state",
        kind.noun(),
        quote(resource.name(world)),
        quote(stage),
    );
    let claim =
        Claimant { app: None, stage: Some(stage.to_owned()), id: None, source: Source::Account };
    let finding = resource.finding(world, Code::Orphan, severity);
    finding.says(message, HELP_LOST).by(vec![claim])
}

fn foreign(world: &World<'_>, resource: &Resource<'_>) -> Finding {
    let (kind, ..) = resource.key;
    let name = quote(resource.name(world));
    let message = format!("nothing tells whose the {} {name} is", kind.noun());
    let finding = resource.finding(world, Code::Foreign, Severity::Info);
    finding.says(message, HELP_FOREIGN).by(claimants(world, resource.of(Source::Account)))
}

/// Whether it is a class of a script that nobody's state has either, and is told with that.
fn goes_with_script(world: &World<'_>, resource: &Resource<'_>) -> bool {
    let (kind, ..) = resource.key;
    if kind != Kind::DurableObject {
        return false;
    }
    let script = resource.name(world).split_once('/').map_or("", |(script, _)| script);
    let Some(text) = world.claims.texts.find(script) else { return false };
    let claims = world.names.get(&(Kind::Worker, text, Text::EMPTY));
    !claims.is_empty() && claims.iter().all(|claim| claim.source == Source::Account)
}
