//! `orphan` and `foreign`: in the account, in nobody's state.

use alch_blocks::{Kind, quote};

use super::Resource;
use super::shared::is_wanted;
use crate::claim::{Claim, Source, folded};
use crate::finding::{Claimant, Code, Finding, Severity, claimants};
use crate::texts::{Set, Text};
use crate::world::{Reading, World, owner};

const HELP_DECLARED: &str = "find out who made it first, since an app of another repository can give this name \
                             too; if the stage is in use, read the state that it is deployed with, with \
                             `--state` or `--state-store`; only if this app made it and its state is lost, \
                             deploy the stage with `adopt: true` (`--adopt` in Alchemy 2), which takes the \
                             resource over as it is; if the stage was destroyed, this is left over";
const HELP_SHARED: &str = "read the states of these apps with `--state` or `--state-store`, and give \
                           each app a name of its own: until then, adopt it in none of them";
const HELP_OPEN: &str = "find out who deployed it, and read that state with `--state` or `--state-store`; \
                         until then, adopt it in no app";
const HELP_PARTIAL: &str = "have the monitor read all programs of the workspace, without paths: another of \
                            them can have this name; until then, adopt it in no app";
const HELP_OURS: &str = "no program here declares it, and no state that was read has it: find out \
                         who deployed it, and read that state with `--state` or `--state-store`";
const HELP_DELETING: &str = "an interrupted deploy replaced it: deploy the stage again";
const HELP_FOREIGN: &str = "do nothing: an app of another repository can own it";

pub(super) fn judge(world: &World<'_>, resource: &Resource<'_>) -> Option<Finding> {
    let (kind, name, place) = resource.key;
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
    if !told || goes_with_script(world, resource) || may_be_unread(world, kind, name) {
        return None;
    }
    let declared = world.possible(kind, name);
    if !declared.is_empty() {
        return Some(declared_only(world, resource, declared));
    }
    // A class is identified by its script.
    let name = resource.name(world);
    let (read, told) = match name.split_once('/') {
        Some((script, _)) if kind == Kind::DurableObject => (Kind::Worker, script),
        _ => (kind, name),
    };
    let told = folded(read, told);
    match world.reading(read, &told) {
        None => Some(foreign(world, resource)),
        Some(reading) => Some(orphan(world, resource, &reading)),
    }
}

/// The apps whose state was not read, if the account has something that can be theirs or if that
/// cannot be told.
pub(crate) fn unread_apps(world: &World<'_>) -> Vec<String> {
    let mut apps: Set<&str> = Set::default();
    for ((kind, name, _), claims) in world.names.iter() {
        if claims.iter().all(|claim| claim.source == Source::Account) {
            apps.extend(unread(world, kind, name));
        }
    }
    let mut listed = Kind::ALL.iter().filter(|kind| kind.listing().is_some());
    let is_listed = listed.all(|kind| world.is_complete(Source::Account, *kind));
    let unread = world.options.unread.iter();
    unread.filter(|app| !is_listed || apps.contains(app.as_str())).cloned().collect()
}

fn may_be_unread(world: &World<'_>, kind: Kind, name: Text) -> bool {
    unread(world, kind, name).next().is_some()
}

/// The apps whose state was not read and that can have given a name.
fn unread<'a>(world: &'a World<'_>, kind: Kind, name: Text) -> impl Iterator<Item = &'a str> {
    let exact = world.possible(kind, name).iter().copied();
    let any = world.possible_in_any_stage(kind, world.text(name));
    let apps = exact.chain(any).map(|claim| world.text(claim.app)).chain(world.undecided(kind));
    apps.filter(|app| world.options.unread.iter().any(|unread| unread == app))
}

fn undeleted(world: &World<'_>, resource: &Resource<'_>) -> Finding {
    let (kind, ..) = resource.key;
    let name = quote(resource.name(world));
    let message = format!("an interrupted deploy left the {} {name} behind", kind.noun());
    let finding = resource.finding(world, Code::Orphan, Severity::Warning);
    finding.says(message, HELP_DELETING).by(claimants(world, resource.of(Source::State)))
}

/// A resource that a program here would make, and no state here has.
fn declared_only(world: &World<'_>, resource: &Resource<'_>, declared: &[&Claim]) -> Finding {
    let (kind, ..) = resource.key;
    let name = quote(resource.name(world));
    let by = claimants(world, declared.iter().copied());
    let text = |text: Option<&String>| quote(text.map_or("", String::as_str));
    let apps: Set<_> = declared.iter().map(|claim| claim.app).collect();
    let first = by.first();
    let (message, help) = if apps.len() > 1 {
        let message = format!(
            "no state has the {} {name}, and programs of {} apps would make it",
            kind.noun(),
            apps.len()
        );
        (message, HELP_SHARED.to_owned())
    } else {
        let message = format!(
            "no state has the {} {name}, which the app {} makes in stage {}",
            kind.noun(),
            text(first.and_then(|one| one.app.as_ref())),
            text(first.and_then(|one| one.stage.as_ref())),
        );
        (message, help_declared(world, kind, declared))
    };
    let finding = resource.finding(world, Code::Orphan, Severity::Warning);
    finding.says(message, &help).by(by)
}

/// To adopt is right only where one resource of one program can have the name, as far as is known.
/// One that is deployed under another name would be replaced, and then deleted.
fn help_declared(world: &World<'_>, kind: Kind, declared: &[&Claim]) -> String {
    let is_one = declared.windows(2).all(|pair| matches!(pair, [a, b] if a.is_same_owner(b)));
    let is_deployed = declared.iter().any(|claim| !world.deployed.get(&owner(claim)).is_empty());
    if !is_one {
        format!("several resources can have this name: {HELP_OPEN}")
    } else if is_deployed {
        format!("the state has another name for what the program calls so: {HELP_OPEN}")
    } else {
        untold(world, kind).unwrap_or_else(|| HELP_DECLARED.to_owned())
    }
}

/// What to do where a program here, or one that was not read, can have any name of the kind.
fn untold(world: &World<'_>, kind: Kind) -> Option<String> {
    if !world.is_complete(Source::Source, kind) || world.undecided(kind).next().is_some() {
        let names = format!("{} names of the programs here", kind.noun());
        Some(format!(
            "the text does not show all {names}, and this can be one of them: {HELP_OPEN}"
        ))
    } else {
        world.options.partial.then(|| HELP_PARTIAL.to_owned())
    }
}

fn orphan(world: &World<'_>, resource: &Resource<'_>, reading: &Reading<'_>) -> Finding {
    let (kind, ..) = resource.key;
    let (severity, help) = match reading.ours {
        true => (Severity::Warning, untold(world, kind).unwrap_or_else(|| HELP_OURS.to_owned())),
        false => (Severity::Info, HELP_FOREIGN.to_owned()),
    };
    let message = format!(
        "no state has the {} {}, whose name has the stage {} in it",
        kind.noun(),
        quote(resource.name(world)),
        quote(reading.stage),
    );
    let stage = Some(reading.stage.to_owned());
    let claim = Claimant { app: None, stage, id: None, source: Source::Account };
    let finding = resource.finding(world, Code::Orphan, severity);
    finding.says(message, &help).by(vec![claim])
}

fn foreign(world: &World<'_>, resource: &Resource<'_>) -> Finding {
    let (kind, ..) = resource.key;
    let name = quote(resource.name(world));
    let message = format!("nothing shows whose the {} {name} is", kind.noun());
    let finding = resource.finding(world, Code::Foreign, Severity::Info);
    finding.says(message, HELP_FOREIGN).by(claimants(world, resource.of(Source::Account)))
}

/// Whether it is a class of a script that no state has either. The finding of the script names it.
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
