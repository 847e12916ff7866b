//! What a migration takes for granted where there is no state.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::{Error, Kind, OnNewName, Row, judge, quote};

use super::compare::{Pair, has_one_name, name_in, pairs};
use super::names::quoted;
use super::{View, stages_of};
use crate::declarations::{Host, RARER, USUAL, Why, decided, in_stage, unique};
use crate::naming::{Source, shown};
use crate::report::StateRow;
use crate::version::Version;

/// A stage with a capital letter, as some users and branches have.
const CAPITAL: &str = "Feature-1";

/// The rows that the program's own names make, in the stages that are assumed.
pub(super) fn rows(before: View<'_>, after: View<'_>) -> Vec<StateRow> {
    let options = before.program.options;
    let mut out: Vec<StateRow> = Vec::new();
    for Pair { raw: (_, raw), .. } in pairs(before, after, |_| true) {
        let spec = raw.kind.spec();
        let old = match raw.kind {
            Kind::Workflow => Some(spec.binding),
            _ => spec.alchemy.resource,
        };
        let r#type = match raw.version {
            Version::V0 => old,
            Version::V2 => spec.alchemy2.resources.first().copied(),
        };
        let Some(r#type) = r#type else { continue };
        // A second stage cannot make what is there, unless it adopts it or takes it over.
        let may_adopt = raw.may_adopt || raw.unknown_adopt.is_some();
        let is_held_once = has_one_name(raw) && !may_adopt && raw.kind != Kind::Workflow;
        let holders: Vec<String> = match is_held_once {
            true => options.owner_stage.iter().cloned().collect(),
            false => stages_of(before.program, &raw.judged, raw.app),
        };
        for stage in &holders {
            let (Some(name), Some(here)) = (name_in(raw, stage), raw.stages.get(stage)) else {
                continue;
            };
            let (Some(id), Some(scope)) = (&here.id, &here.scope) else { continue };
            let row = StateRow {
                app: before.program.app_of(raw).map(|app| shown(&app.name)).unwrap_or_default(),
                stage: stage.clone(),
                scope: scope.clone(),
                id: id.clone(),
                r#type: r#type.to_owned(),
                name: Some(name.to_owned()),
                jurisdiction: raw.jurisdiction.clone(),
                ..StateRow::default()
            };
            if !out.contains(&row) {
                out.push(row);
            }
        }
    }
    out
}

/// Sentences on what nobody has looked at.
pub(super) fn assumed(before: View<'_>, pairs: &[Pair<'_>], hosts: &[&Host]) -> Vec<String> {
    let mut assumed = assumed_stages(before, pairs);
    assumed.extend(hosts.iter().flat_map(|one| stages_of(before.program, &one.judged, one.app)));
    let assumed = unique(assumed);
    let stages = quoted(assumed.iter().map(String::as_str));
    let which = if assumed.len() == 1 { "the stage" } else { "each of the stages" };
    let mut out =
        vec![format!("{which} {stages} is deployed with the names that the program gives now")];
    let mut own = BTreeSet::new();
    for Pair { raw: (_, raw), .. } in pairs {
        if raw.kind != Kind::DurableObject && raw.named().any(|it| it.source == Source::Default) {
            own.extend(raw.id.as_deref());
        }
    }
    if !own.is_empty() {
        let ids = quoted(own.into_iter());
        out.push(format!(
            "Alchemy made the names of {ids}, and would make the same names now: no id, scope or app \
             was renamed since"
        ));
    }
    out.extend(refusals(before, pairs).into_iter().map(|((stage, code), ids)| {
        let ids = quoted(ids.into_iter());
        // Nobody has this one: it stands for all that are written so.
        let such_as = if stage == CAPITAL { "such as " } else { "" };
        let stage = quote(stage);
        format!(
            "no stage {such_as}{stage} is deployed: it would be refused with `{code}`, because of {ids}"
        )
    }));
    out
}

/// The stages in which one of these is taken to be deployed.
fn assumed_stages(before: View<'_>, pairs: &[Pair<'_>]) -> Vec<String> {
    unique(
        pairs
            .iter()
            .flat_map(|pair| stages_of(before.program, &pair.raw.1.judged, pair.raw.1.app))
            .collect(),
    )
}

/// The stages that a deploy would be refused in, with the code, and the resources that cause it.
fn refusals<'p>(
    before: View<'p>,
    pairs: &[Pair<'p>],
) -> BTreeMap<(&'p str, String), BTreeSet<&'p str>> {
    let options = before.program.options;
    let user = options.user.as_deref();
    let has_capital = user.is_some_and(|user| user.chars().any(char::is_uppercase));
    let tried = USUAL.into_iter().chain(RARER).chain(user);
    let tried = tried.chain((!has_capital).then_some(CAPITAL));
    let assumed = assumed_stages(before, pairs);
    let unknown = tried.filter(|stage| !assumed.iter().any(|known| known == stage));
    let mut out: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for stage in unknown {
        for pair in pairs {
            let Some(error) = refusal(before, pair, stage) else { continue };
            let ids = out.entry((stage, error.code())).or_default();
            ids.extend(pair.raw.1.id.as_deref());
        }
    }
    out
}

/// What the guard would say in a stage in which the raw resource is deployed.
fn refusal(before: View<'_>, pair: &Pair<'_>, stage: &str) -> Option<Error> {
    let (instance, raw) = pair.raw;
    if raw.kind == Kind::DurableObject || has_one_name(raw) {
        return None;
    }
    // Alchemy 2 renames what it can.
    let on_new_name = raw.kind.spec().alchemy2.on_new_name;
    if raw.version == Version::V2 && on_new_name != OnNewName::Replace {
        return None;
    }
    let app = before.program.app_of(raw);
    let deployed = in_stage(instance, app, stage).ok()?.name;
    let declaration = match decided(pair.block.0, stage) {
        Ok(outcome) => outcome.declaration,
        Err(Why::Refused(error)) => return Some(*error),
        Err(_) => return None,
    };
    let row = Row { name: Some(deployed), ..Row::default() };
    judge(&declaration, &row).err()
}
