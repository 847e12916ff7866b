//! What one run would refuse although each declaration is right on its own: two blocks with one name, one
//! class, or names that can meet.

use std::collections::BTreeMap;

use alch_blocks::{Error, Ledger};

use super::compare::{Key, pairs};
use super::plan::{CallPlace, Plans};
use super::{View, stages_of};
use crate::declarations::{Declaration, decided};
use crate::values::Instance;

/// The rewrites of which the ledger of a run would refuse a block, and why.
pub(super) fn clashes(
    before: View<'_>,
    after: View<'_>,
    plans: &Plans,
) -> BTreeMap<CallPlace, String> {
    let place = |one: &Declaration| (one.places.file, one.places.call.0);
    let is_planned = |one: &Declaration| plans.get(&place(one)).is_some_and(Result::is_ok);
    let mut rewritten: BTreeMap<Key, Vec<CallPlace>> = BTreeMap::new();
    for pair in pairs(before, after, is_planned) {
        if let Some(key) = after.key(pair.block.1) {
            rewritten.entry(key).or_default().push(place(pair.raw.1));
        }
    }
    let mut out = BTreeMap::new();
    for (one, error) in refused(before, after) {
        let Some(places) = after.key(one).and_then(|key| rewritten.get(&key)) else { continue };
        let reason = format!("a deploy would refuse the block: {error}");
        out.extend(places.iter().map(|place| (*place, reason.clone())));
    }
    out
}

type Block<'v> = (&'v Instance, &'v Declaration);

/// The blocks that one run cannot have together, both of each two.
fn refused<'v>(before: View<'_>, after: View<'v>) -> Vec<(&'v Declaration, Error)> {
    let mut apps: BTreeMap<Option<usize>, Vec<Block<'v>>> = BTreeMap::new();
    for (instance, one) in after.all().filter(|(_, one)| one.is_block) {
        apps.entry(one.app).or_default().push((instance, one));
    }
    let mut out = Vec::new();
    for (app, blocks) in apps {
        let Some((_, first)) = blocks.first() else { continue };
        let mut stages = stages_of(after.program, &first.judged, app);
        let rows = before.program.options.state.iter().flatten();
        stages.extend(rows.map(|row| row.stage.clone()));
        stages.sort();
        stages.dedup();
        for stage in stages {
            out.extend(refused_in(&stage, &blocks));
        }
    }
    out
}

fn refused_in<'v>(stage: &str, blocks: &[Block<'v>]) -> Vec<(&'v Declaration, Error)> {
    let declared: Vec<_> = blocks.iter().filter_map(|block| declaration(block, stage)).collect();
    let mut ledger = Ledger::default();
    let mut out = Vec::new();
    for (at, (one, new)) in declared.iter().enumerate() {
        let Err(error) = ledger.declare(new.clone()) else { continue };
        let clashes = |(_, old): &&(&Declaration, alch_blocks::Declaration)| {
            let mut two = Ledger::default();
            two.declare(old.clone()).is_ok() && two.declare(new.clone()).is_err()
        };
        let others = declared.iter().take(at).filter(clashes);
        out.extend(others.map(|(other, _)| (*other, error.clone())));
        out.push((*one, error));
    }
    out
}

/// What a block declares in a stage that has it; nothing if that cannot be told.
fn declaration<'v>(
    (instance, one): &Block<'v>,
    stage: &str,
) -> Option<(&'v Declaration, alch_blocks::Declaration)> {
    let scope = one.stages.get(stage)?.scope.as_ref()?;
    let mut declaration = decided(instance, stage).ok()?.declaration;
    declaration.place.scope = scope.join("/");
    Some((*one, declaration))
}
