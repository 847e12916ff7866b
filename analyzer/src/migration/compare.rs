//! What the rewritten program says, compared with what it said before.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{CallPlace, Plans};
use super::{View, stages_of};
use crate::declarations::{Declaration, Host, Program, Why, is_of_app, word};
use crate::naming::shown;
use crate::report::StateRow;
use crate::values::Instance;
use crate::version::Version;

/// What a declaration is called in all the programs of one tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    version: Version,
    app: Option<String>,
    scope: Vec<String>,
    kind: &'static str,
    id: String,
}

impl Key {
    pub(super) fn of(program: &Program<'_>, one: &Declaration) -> Option<Self> {
        let app = program.app_of(one).map(|app| shown(&app.name));
        let kind = one.kind.as_str();
        Some(Self {
            version: one.version,
            app,
            scope: one.scope.clone(),
            kind,
            id: one.id.clone()?,
        })
    }

    pub(super) fn of_host(program: &Program<'_>, host: &Host) -> Option<Self> {
        let app = program.app_of_host(host).map(|app| shown(&app.name));
        let kind = word(host.block);
        Some(Self {
            version: host.version,
            app,
            scope: host.scope.clone(),
            kind,
            id: host.id.clone()?,
        })
    }
}

/// A raw declaration, and the block that it becomes.
pub(super) struct Pair<'p> {
    pub raw: (&'p Instance, &'p Declaration),
    pub block: (&'p Instance, &'p Declaration),
}

/// Each raw declaration that `is_wanted`, with the blocks that have its key now.
pub(super) fn pairs<'p>(
    before: View<'p>,
    after: View<'p>,
    is_wanted: impl Fn(&Declaration) -> bool,
) -> Vec<Pair<'p>> {
    let mut blocks: BTreeMap<Key, Vec<_>> = BTreeMap::new();
    for (instance, one) in after.all().filter(|(_, one)| one.is_block) {
        if let Some(key) = after.key(one) {
            blocks.entry(key).or_default().push((instance, one));
        }
    }
    let mut out = Vec::new();
    for raw in before.all().filter(|(_, one)| !one.is_block && is_wanted(one)) {
        let found = before.key(raw.1).and_then(|key| blocks.get(&key));
        out.extend(found.into_iter().flatten().map(|&block| Pair { raw, block }));
    }
    out
}

/// The rewrites that would spoil something, and what.
pub(super) fn unsafe_rewrites(
    before: View<'_>,
    after: View<'_>,
    plans: &Plans,
) -> BTreeMap<CallPlace, String> {
    let mut blocks: BTreeMap<Key, Vec<&Declaration>> = BTreeMap::new();
    for (_, one) in after.all().filter(|(_, one)| one.is_block) {
        if let Some(key) = after.key(one) {
            blocks.entry(key).or_default().push(one);
        }
    }
    let is_broken =
        |file: usize| after.program.files.get(file).is_some_and(|facts| !facts.errors.is_empty());
    let mut out = BTreeMap::new();
    for (_, one) in before.all().filter(|(_, one)| !one.is_block) {
        let place = (one.places.file, one.places.call.0);
        if !plans.get(&place).is_some_and(Result::is_ok) {
            continue;
        }
        let why = if is_broken(place.0) {
            "rewriting this file would break it"
        } else {
            let Some(key) = before.key(one) else { continue };
            match blocks.get(&key) {
                None => "rewriting it would change its id",
                Some(now) if now.iter().all(|now| is_renamed(before.program, one, now)) => {
                    "rewriting it would change its name"
                }
                Some(_) => continue,
            }
        };
        out.insert(place, why.to_owned());
    }
    out
}

/// Whether a stage that has the resource would have it under another name.
fn is_renamed(program: &Program<'_>, raw: &Declaration, block: &Declaration) -> bool {
    let options = program.options;
    let changed =
        |stage: &str| name_in(raw, stage).filter(|name| name_in(block, stage) != Some(name));
    if let Some(rows) = &options.state {
        // A name that Alchemy has made up is in the rows alone.
        let automatic = |row: &&StateRow| {
            let here = raw.stages.get(&row.stage).map(|here| &here.name);
            matches!(here, Some(Err(Why::Automatic(_))))
                && is_of_app(row, program.app_of(raw))
                && raw.is_of(row) == Some(true)
        };
        let mut automatic = rows.iter().filter(automatic);
        if automatic.any(|row| row.name.as_deref() != name_in(block, &row.stage)) {
            return true;
        }
        return rows
            .iter()
            .any(|row| changed(&row.stage).is_some_and(|name| row.name.as_deref() == Some(name)));
    }
    let is_fixed = has_one_name(raw);
    let has_it = |stage: &String| !is_fixed || options.owner_stage.as_ref() == Some(stage);
    stages_of(program, &raw.judged, raw.app)
        .iter()
        .any(|stage| has_it(stage) && changed(stage).is_some())
}

/// Whether all stages give it the same name. What only one stage declares is that stage's own.
pub(super) fn has_one_name(one: &Declaration) -> bool {
    let names: BTreeSet<_> = one.stages.keys().map(|stage| name_in(one, stage)).collect();
    one.stages.len() > 1 && names.len() == 1
}

pub(super) fn name_in<'d>(one: &'d Declaration, stage: &str) -> Option<&'d str> {
    let here = one.stages.get(stage)?;
    here.name.as_ref().ok().map(|named| named.name.as_str())
}
