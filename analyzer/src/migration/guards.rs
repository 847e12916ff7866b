//! The guard around the state of each stack of Alchemy 2.

use std::collections::BTreeMap;

use super::Action;
use super::plan::{CallPlace, Plans};
use super::rewrite::{Place, Rewrite};
use crate::declarations::Program;
use crate::naming::shown;
use crate::values::{App, Store};
use crate::version::Version;

/// What the guard is called in `declarations`, beside the kinds.
pub(super) const GUARD: &str = "guard";

/// Plans a guard for each stack that has none and may have something of Cloudflare.
pub(super) fn plan(program: &Program<'_>) -> Plans {
    unguarded(program).map(|(app, store)| (place(app, store), wrapped(store))).collect()
}

fn unguarded<'p>(program: &'p Program<'_>) -> impl Iterator<Item = (&'p App, &'p Store)> {
    let apps = program.apps.iter().enumerate();
    let ours = apps.filter(|(at, _)| program.may_use_cloudflare(*at));
    ours.filter_map(|(_, app)| Some((app, app.store.as_ref()?)))
        .filter(|(_, store)| store.guarded != Ok(true))
}

fn place(app: &App, store: &Store) -> CallPlace {
    (app.file, store.at.0)
}

fn wrapped(store: &Store) -> Result<Rewrite, String> {
    if let Err(reason) = &store.guarded {
        return Err(format!("the text does not show whether its state has the guard: {reason}"));
    }
    if store.partly {
        return Err("a part of its state has the guard already: put it around the whole".to_owned());
    }
    let place = match store.shorthand {
        None => {
            return Err("its `state` is not written in the call of `Alchemy.Stack`: put `guarded(…)` around it".to_owned());
        }
        Some(true) => Place::Shorthand(store.at),
        Some(false) => Place::Around(store.at),
    };
    let module = Version::V2.blocks();
    Ok(Rewrite { module, name: "guarded".to_owned(), place, steps: Vec::new() })
}

/// The guards that the rewritten program does not have.
pub(super) fn unsafe_rewrites(
    before: &Program<'_>,
    after: &Program<'_>,
    plans: &Plans,
) -> BTreeMap<CallPlace, String> {
    let missing: Vec<_> = unguarded(after).map(|(app, _)| (app.file, &app.name)).collect();
    let planned = unguarded(before).filter(|(app, store)| {
        let is_planned = plans.get(&place(app, store)).is_some_and(Result::is_ok);
        is_planned && missing.contains(&(app.file, &app.name))
    });
    let reason = || "`guarded(…)` cannot be put around its state".to_owned();
    planned.map(|(app, store)| (place(app, store), reason())).collect()
}

/// What becomes of the state of each stack.
pub(super) fn actions<'p>(
    program: &'p Program<'_>,
    plans: &'p Plans,
) -> impl Iterator<Item = (u32, Action)> + 'p {
    unguarded(program).filter_map(|(app, store)| {
        let facts = program.files.get(app.file)?;
        let (action, reason) = match plans.get(&place(app, store))? {
            Ok(_) => ("rewritten", "its state gets the guard".to_owned()),
            Err(reason) => ("left", reason.clone()),
        };
        let (line, _) = facts.place(store.at.0);
        let (file, id) = (facts.path.clone(), Some(shown(&app.name)));
        Some((store.at.0, Action { file, line, kind: GUARD, id, action, reason }))
    })
}
