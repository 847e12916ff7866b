//! Two declarations of one app that have one name in two stages: a part of `duplicate-name`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use alch_blocks::{Kind, physical_name, quote};

use super::Severity;
use super::found::Found;
use crate::declarations::{Declaration, Program, StageUse};

/// A declaration in a stage.
#[derive(Clone, Copy)]
struct Holder<'a> {
    order: usize,
    one: &'a Declaration,
    stage: &'a str,
}

/// Who has each account-wide name, in all stages that are compared.
type Holders<'a> = HashMap<(Kind, Cow<'a, str>, &'a str), Vec<Holder<'a>>>;

/// A finding for each declaration that meets one before it. `told` are those that meet one in one
/// stage already.
pub(super) fn check(program: &Program<'_>, told: &HashSet<usize>) -> Vec<Found> {
    let mut holders = Holders::new();
    for (holder, name) in program.declarations.iter().enumerate().flat_map(held) {
        holders.entry(key(holder.one, name)).or_default().push(holder);
    }
    let others = program.declarations.iter().enumerate().filter(|(order, _)| !told.contains(order));
    let found = others.filter_map(|one| {
        held(one).find_map(|(second, name)| {
            let same = holders.get(&key(second.one, name))?.iter();
            let mut before = same.take_while(|first| first.order < second.order);
            let first = before.find(|first| meet(program, **first, second, name))?;
            Some(meeting(program, *first, second, name))
        })
    });
    found.collect()
}

/// The names of a declaration in each stage, unless somebody chose to share it.
fn held<'a>(
    (order, one): (usize, &'a Declaration),
) -> impl Iterator<Item = (Holder<'a>, &'a String)> {
    let is_own = one.claims_its_name && one.stage == StageUse::Resolved;
    let stages = one.judged.compared.iter().filter(move |_| is_own);
    stages.filter_map(move |stage| Some((stage, one.stages.get(stage)?))).flat_map(
        move |(stage, here)| {
            let holder = Holder { order, one, stage };
            here.claims.iter().map(move |name| (holder, name))
        },
    )
}

fn key<'a>(one: &'a Declaration, name: &'a str) -> (Kind, Cow<'a, str>, &'a str) {
    let folds = one.kind.same_name("a", "A");
    let name = if folds { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) };
    (one.kind, name, &one.jurisdiction)
}

/// Whether two that have one name meet by it in two stages, and no other finding says so.
fn meet(program: &Program<'_>, first: Holder<'_>, second: Holder<'_>, name: &str) -> bool {
    let is_judged = |it: Holder<'_>| it.one.judged.judged.iter().any(|judged| judged == it.stage);
    let has_both = |one: &Declaration| {
        let has = |stage: &str| {
            let claims = one.stages.get(stage).map_or(&[][..], |here| &here.claims);
            claims.iter().any(|claimed| key(one, claimed) == key(one, name))
        };
        has(first.stage) && has(second.stage)
    };
    first.stage != second.stage
        && (is_judged(first) || is_judged(second))
        && program.is_same_app(first.one, second.one).unwrap_or(first.one.app == second.one.app)
        // The finding about one of the two names both stages.
        && !has_both(first.one)
        && !has_both(second.one)
        // `ambiguous-bases` is about names that are made by the law.
        && !(is_by_law(first, name) && is_by_law(second, name))
}

fn is_by_law(holder: Holder<'_>, name: &str) -> bool {
    let here = holder.one.stages.get(holder.stage).filter(|_| holder.one.is_block);
    let base = here.and_then(|here| here.name.as_ref().ok()?.base.as_ref());
    base.is_some_and(|base| {
        physical_name(holder.one.kind, base, holder.stage).is_ok_and(|lawful| lawful == name)
    })
}

fn meeting(program: &Program<'_>, first: Holder<'_>, second: Holder<'_>, name: &str) -> Found {
    let one = second.one;
    let message = format!(
        "{} in stage {} and {} in stage {} would be one {}, {}: see {}",
        one.shown(),
        quote(second.stage),
        first.one.shown(),
        quote(first.stage),
        one.kind.noun(),
        quote(name),
        program.place(first.one.places.file, first.one.places.call)
    );
    let help = "give one of them another name";
    let adopts = one.may_adopt || first.one.may_adopt;
    let severity = if adopts { Severity::Error } else { Severity::Warning };
    Found::of(one, one.places.name, message, help.to_owned()).severe(severity)
}
