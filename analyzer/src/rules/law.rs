//! What the law itself says of declarations and of calls of `physicalName`.

use alch_blocks::{Error, Kind, is_shortened, physical_name, quote};

use super::found::Found;
use crate::declarations::{Declaration, Host, Program, StageSet, Why};
use crate::values::NameCall;

/// As long as a slug can be.
const LONGEST_STAGE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Why the law refuses a block in the judged stages.
pub(super) fn refusals(declaration: &Declaration) -> impl Iterator<Item = &Error> {
    let blocks = declaration.judged().filter(|_| declaration.is_block);
    blocks.filter_map(|(_, here)| match &here.name {
        Err(Why::Refused(error)) => Some(&**error),
        _ => None,
    })
}

/// Why the law refuses blocks for hostnames in the judged stages: one finding for each.
pub(super) fn refused_hosts(program: &Program<'_>, is_wanted: fn(&str) -> bool) -> Vec<Found> {
    let refusal = |host: &Host| {
        let error = host.judged().find_map(|(_, here)| match &here.name {
            Err(Why::Refused(error)) if is_wanted(&error.code()) => Some(error),
            _ => None,
        })?;
        Some(Found::of_host(host, None, error.to_string(), error.help()))
    };
    program.hosts.iter().filter_map(refusal).collect()
}

/// The first refusal that is about the base name, whatever the stage.
pub(super) fn base_refusal(declaration: &Declaration) -> Option<&Error> {
    refusals(declaration).find(|error| {
        !matches!(
            error.code().as_str(),
            "double-stage" | "stage-invalid" | "stage-case" | "stage-implicit" | "option-invalid"
        )
    })
}

/// Why the law refuses a base name in every stage.
pub(super) fn call_refusal(call: &NameCall) -> Option<Error> {
    physical_name(call.kind, &call.base, LONGEST_STAGE).err()
}

/// Why the law refuses a base name in one of the stages: the base name carries it.
pub(super) fn double_stage(program: &Program<'_>, call: &NameCall) -> Option<Error> {
    let set = StageSet::of(None, program.options);
    let refusals =
        set.judged.iter().filter_map(|at| physical_name(call.kind, &call.base, at).err());
    refusals.into_iter().find(|error| error.code() == "double-stage")
}

/// A finding about a call of `physicalName`.
pub(super) fn found_at(call: &NameCall, message: String, help: String) -> Found {
    let found = Found::in_file(call.file, call.at, message, help);
    Found { kind: Some(call.kind), ..found }
}

/// What to say of a base name that a long stage would shorten.
pub(super) fn shortening(kind: Kind, base: &str) -> Option<(String, String)> {
    let fits = !is_shortened(kind, base, LONGEST_STAGE);
    if fits || physical_name(kind, base, LONGEST_STAGE).is_err() {
        return None;
    }
    let longest = LONGEST_STAGE.len();
    let room = kind.cap().saturating_sub(longest).saturating_sub(1);
    Some((
        format!("a stage of {longest} characters shortens the base name {}", quote(base)),
        format!("choose a base name of at most {room} characters, which every stage keeps whole"),
    ))
}
