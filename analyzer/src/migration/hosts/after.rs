//! What the rewritten program says of hostnames, and what a deploy of it would do.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::{HostAccount, HostBlock, HostClaim, judge_host};

use crate::declarations::{Host, Origin, Program, Why, resource, word};
use crate::migration::compare::Key;
use crate::migration::outcome::{Judgement, Outcome};
use crate::migration::plan::{CallPlace, Plans};
use crate::migration::{Deployed, stages_of};
use crate::naming::shown;
use crate::report::StateRow;

/// The rewrites that would change an id or a hostname.
pub(in crate::migration) fn unsafe_rewrites(
    before: &Program<'_>,
    after: &Program<'_>,
    plans: &Plans,
) -> BTreeMap<CallPlace, String> {
    let mut blocks: BTreeMap<Key, Vec<&Host>> = BTreeMap::new();
    for host in after.hosts.iter().filter(|host| host.origin == Origin::Block) {
        if let Some(key) = Key::of_host(after, host) {
            blocks.entry(key).or_default().push(host);
        }
    }
    let mut out = BTreeMap::new();
    for host in before.hosts.iter().filter(|host| host.origin == Origin::Raw) {
        let place = (host.places.file, host.places.call.0);
        if !plans.get(&place).is_some_and(Result::is_ok) {
            continue;
        }
        let is_broken = after.files.get(place.0).is_some_and(|facts| !facts.errors.is_empty());
        let found = Key::of_host(before, host).and_then(|key| blocks.get(&key));
        let why = match found {
            _ if is_broken => "rewriting this file would break it",
            None => "rewriting it would change its id",
            Some(now) if now.iter().all(|now| is_moved(before, host, now)) => {
                "rewriting it would change its hostname"
            }
            Some(_) => continue,
        };
        out.insert(place, why.to_owned());
    }
    out
}

/// Whether a stage that has it would have it under another hostname.
fn is_moved(program: &Program<'_>, raw: &Host, block: &Host) -> bool {
    let name = |host: &Host, stage: &str| host.name_in(stage).map(|named| named.name.clone());
    let changed =
        |stage: &str| name(raw, stage).filter(|old| name(block, stage).as_ref() != Some(old));
    let rows = program.options.state.as_deref().unwrap_or_default();
    let mut rows = rows.iter().filter(|row| raw.is_of(row) == Some(true));
    match program.options.state {
        Some(_) => rows.any(|row| row.name.is_some() && changed(&row.stage) == row.name),
        None => holders(program, raw).iter().any(|stage| changed(stage).is_some()),
    }
}

/// The stages that are taken to have it where there is no state.
fn holders(program: &Program<'_>, raw: &Host) -> Vec<String> {
    let stages = stages_of(program, &raw.judged, raw.app);
    let names: BTreeSet<_> = raw
        .stages
        .keys()
        .map(|stage| raw.name_in(stage).map(|named| named.pattern().canonical()))
        .collect();
    if raw.stages.len() > 1 && names.len() == 1 {
        return program.options.owner_stage.iter().cloned().collect();
    }
    stages.into_iter().filter(|stage| raw.stages.contains_key(stage)).collect()
}

/// What a deploy would do to each domain and route that a block declares. `rewritten` are taken to be
/// deployed where there is no state.
pub(in crate::migration) fn outcomes(
    before: &Program<'_>,
    after: &Program<'_>,
    rewritten: &[&Host],
) -> Vec<Outcome> {
    let assumed: Vec<StateRow> = match before.options.state {
        Some(_) => Vec::new(),
        None => rewritten.iter().flat_map(|host| rows_of(before, host)).collect(),
    };
    let rows = before.options.state.as_deref().unwrap_or(&assumed);
    let blocks = after.hosts.iter().filter(|host| host.origin == Origin::Block);
    let outcome = |host: &Host| {
        let key = Key::of_host(after, host)?;
        let deployed = Deployed::of(after.app_of_host(host), rows);
        let own = rows.iter().filter(|row| deployed.has(row) && host.is_of(row) == Some(true));
        Some(own.filter_map(|row| judged(&key, host, row)).collect::<Vec<_>>())
    };
    blocks.filter_map(outcome).flatten().collect()
}

/// The rows that the program's own hostnames make.
fn rows_of(program: &Program<'_>, host: &Host) -> Vec<StateRow> {
    let app = program.app_of_host(host).map(|app| shown(&app.name));
    let row = |stage: &String| {
        let here = host.stages.get(stage)?;
        Some(StateRow {
            app: app.clone().unwrap_or_default(),
            stage: stage.clone(),
            scope: here.scope.clone()?,
            id: here.id.clone()?,
            r#type: resource(host.block).to_owned(),
            name: Some(here.name.as_ref().ok()?.name.clone()),
            ..StateRow::default()
        })
    };
    holders(program, host).iter().filter_map(row).collect()
}

fn judged(key: &Key, host: &Host, row: &StateRow) -> Option<Outcome> {
    let deployed = row.name.clone()?;
    let mut outcome = Outcome {
        key: key.clone(),
        stage: row.stage.clone(),
        kind: word(host.block),
        id: row.id.clone(),
        deployed: deployed.clone(),
        computed: None,
        verdict: Judgement::Unknown,
        code: None,
        message: None,
        help: None,
    };
    let named = match &host.stages.get(&row.stage)?.name {
        Ok(named) => named,
        Err(Why::Refused(error)) => {
            outcome.verdict = Judgement::Refuse;
            (outcome.code, outcome.help) = (Some(error.code()), Some(error.help()));
            outcome.message = Some(error.to_string());
            return Some(outcome);
        }
        Err(why) => {
            outcome.message = Some(why.reason()?);
            return Some(outcome);
        }
    };
    outcome.computed = Some(named.name.clone());
    let claim = HostClaim {
        id: row.id.clone(),
        route: host.block == HostBlock::Route,
        name: named.name.clone(),
        deployed: Some(deployed.clone()),
        on_rename: named.declared.as_ref().map(|declared| declared.on_rename),
        ..HostClaim::default()
    };
    // Only the account knows the rest.
    match judge_host(&claim, &HostAccount::default()) {
        Ok(verdict) if verdict.keep || named.name == deployed => outcome.verdict = Judgement::Keep,
        // Alchemy changes the pattern of a route in place.
        Ok(_) if host.block == HostBlock::Route => return None,
        Ok(_) => outcome.verdict = Judgement::Replace,
        Err(error) => {
            let error = alch_blocks::Error::from(error);
            outcome.verdict = Judgement::Refuse;
            (outcome.code, outcome.help) = (Some(error.code()), Some(error.help()));
            outcome.message = Some(error.to_string());
        }
    }
    Some(outcome)
}
