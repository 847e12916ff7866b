//! How raw resources become blocks: edits for the files of a program, and what a deploy of the
//! result would do.
//!
//! The program is resolved as it is and as it would be. A rewrite that changes an id or a deployed
//! name is given up, until none does. What is left is judged by the rules that guard a deploy.

mod again;
mod assumed;
mod callee;
mod compare;
mod edits;
mod guards;
mod hosts;
mod imports;
mod ledger;
mod names;
mod outcome;
mod plan;
mod rewrite;
mod stacks;
mod steps;
pub(crate) mod v2;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::declarations::{
    Declaration, Host, Origin, Places, Program, StageSet, constant_stage, is_of_app, resolve,
    unique, word,
};
use crate::modules::Modules;
use crate::report::{Options, StateRow, Unread};
use crate::syntax::facts::Facts;
use crate::syntax::lower::read;
use crate::values::{App, Instance, follow};
pub(crate) use again::migrate;
use compare::{Key, unsafe_rewrites};
use edits::Edit;
use outcome::Outcome;
pub(crate) use plan::mark;
use plan::{Plans, plan};

/// One file of the program.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SourceFile {
    pub path: String,
    pub text: String,
    /// Whether it may be changed.
    pub asked: bool,
    /// Whether symbolic links lead to it, out of the workspace: then it is not changed either.
    pub outside: bool,
}

/// What `migrate` gives: see `analyzer/README.md`.
#[derive(Debug, Serialize)]
pub(crate) struct Migration {
    files: Vec<FileEdits>,
    declarations: Vec<Action>,
    outcomes: Vec<Outcome>,
    /// What nobody has looked at, in sentences; only where there is no state.
    assumed: Vec<String>,
    /// How many resources the program declares, blocks included.
    declared: usize,
    unread: Vec<Unread>,
}

#[derive(Debug, Serialize)]
struct FileEdits {
    path: String,
    edits: Vec<Edit>,
}

/// What becomes of one raw resource.
#[derive(Debug, Serialize)]
struct Action {
    file: String,
    line: u32,
    kind: &'static str,
    id: Option<String>,
    action: &'static str,
    reason: String,
}

/// A program, with what its declarations were made from.
#[derive(Clone, Copy)]
struct View<'v> {
    program: &'v Program<'v>,
    instances: &'v [Instance],
}

impl<'v> View<'v> {
    fn all(self) -> impl Iterator<Item = (&'v Instance, &'v Declaration)> {
        self.instances.iter().zip(&self.program.declarations)
    }

    /// A declaration's name in all the programs of one tree; `None` if its id is not known.
    fn key(self, one: &Declaration) -> Option<Key> {
        Key::of(self.program, one)
    }
}

/// One look at a program.
fn once(files: &[SourceFile], options: &Options) -> Migration {
    let facts: Vec<Facts> = files.iter().map(|file| read(&file.path, &file.text)).collect();
    let modules = Modules::new(&facts, &options.modules);
    let eval = follow(&facts, &modules);
    let program = resolve(&facts, &eval, options);
    let before = View { program: &program, instances: &eval.instances };
    let mut plans = plan(&program, &eval.instances);
    plans.extend(hosts::plan(&program, &eval.hosts));
    plans.extend(guards::plan(&program));
    hosts::advise(&program, &mut plans);
    leave_others(files, &mut plans);
    loop {
        let edited = edited(files, &plans);
        let facts = rewritten(files, &facts, &edited);
        let modules = Modules::new(&facts, &options.modules);
        let eval = follow(&facts, &modules);
        let program = resolve(&facts, &eval, options);
        let after = View { program: &program, instances: &eval.instances };
        let mut unsafe_ones = unsafe_rewrites(before, after, &plans);
        unsafe_ones.extend(hosts::unsafe_rewrites(before.program, after.program, &plans));
        unsafe_ones.extend(guards::unsafe_rewrites(before.program, after.program, &plans));
        if unsafe_ones.is_empty() {
            unsafe_ones = ledger::clashes(before, after, &plans);
        }
        if unsafe_ones.is_empty() {
            return finished(before, after, &plans, edited);
        }
        plans.extend(unsafe_ones.into_iter().map(|(place, reason)| (place, Err(reason))));
    }
}

/// The stages in which a declaration is taken to be deployed: those that `check` judges it in, and
/// the one that has the fixed names.
fn stages_of(program: &Program<'_>, judged: &StageSet, app: Option<usize>) -> Vec<String> {
    let mut all = judged.judged.clone();
    if app.and_then(|app| program.apps.get(app)).and_then(constant_stage).is_none() {
        all.extend(program.options.owner_stage.clone());
    }
    unique(all)
}

/// What the state has of one app.
struct Deployed<'a> {
    /// Where its name is not known, any row of its version may be the app's.
    app: Option<&'a App>,
    stages: BTreeSet<String>,
}

impl<'a> Deployed<'a> {
    fn of(app: Option<&'a App>, rows: &[StateRow]) -> Self {
        let ours = rows.iter().filter(|row| is_of_app(row, app));
        Self { app, stages: ours.map(|row| row.stage.clone()).collect() }
    }

    fn has(&self, row: &StateRow) -> bool {
        is_of_app(row, self.app)
    }
}

fn leave_others(files: &[SourceFile], plans: &mut Plans) {
    let mut modules: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for ((file, _), plan) in plans.iter() {
        modules.entry(*file).or_default().extend(plan.as_ref().ok().map(|one| one.module));
    }
    for ((file, _), plan) in plans {
        let of_both = modules.get(file).is_some_and(|all| all.len() > 1);
        let mixed = || of_both.then_some("its file is written for both versions of Alchemy");
        if let Some(reason) = files.get(*file).and_then(why_left).or_else(mixed) {
            *plan = Err(reason.to_owned());
        }
    }
}

fn why_left(file: &SourceFile) -> Option<&'static str> {
    if !file.asked {
        return Some("the file is not among those to rewrite");
    }
    file.outside.then_some("its symbolic link leads out of the workspace")
}

/// The edits of each file that changes.
fn edited(files: &[SourceFile], plans: &Plans) -> BTreeMap<usize, Vec<Edit>> {
    let mut rewrites: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for ((file, _), plan) in plans {
        if let Ok(rewrite) = plan {
            rewrites.entry(*file).or_default().push(rewrite);
        }
    }
    let edit = |(at, rewrites): (usize, Vec<_>)| {
        let file = files.get(at)?;
        Some((at, edits::edits(&file.path, &file.text, &rewrites)))
    };
    rewrites.into_iter().filter_map(edit).collect()
}

/// The facts of all files once they are edited.
fn rewritten(
    files: &[SourceFile],
    facts: &[Facts],
    edited: &BTreeMap<usize, Vec<Edit>>,
) -> Vec<Facts> {
    let fact = |(at, (file, facts)): (usize, (&SourceFile, &Facts))| match edited.get(&at) {
        Some(edits) => read(&file.path, &edits::applied(&file.text, edits)),
        None => facts.clone(),
    };
    files.iter().zip(facts).enumerate().map(fact).collect()
}

fn finished(
    before: View<'_>,
    after: View<'_>,
    plans: &Plans,
    edited: BTreeMap<usize, Vec<Edit>>,
) -> Migration {
    let options = before.program.options;
    let assumed_rows = options.state.is_none().then(|| assumed::rows(before, after));
    let rows = options.state.as_deref().or(assumed_rows.as_deref()).unwrap_or_default();
    let is_planned =
        |places: &Places| plans.get(&(places.file, places.call.0)).is_some_and(Result::is_ok);
    let pairs = compare::pairs(before, after, |one| is_planned(&one.places));
    let hosts = before.program.hosts.iter().filter(|host| host.origin == Origin::Raw);
    let hosts: Vec<&Host> = hosts.filter(|host| is_planned(&host.places)).collect();
    let mut outcomes = outcome::outcomes(after, rows);
    outcomes.extend(stacks::outcomes(after, rows));
    outcomes.extend(hosts::outcomes(before.program, after.program, &hosts));
    let assumed = if options.state.is_none() && !(pairs.is_empty() && hosts.is_empty()) {
        assumed::assumed(before, &pairs, &hosts)
    } else {
        Vec::new()
    };
    let path = |at: usize| before.program.files.get(at).map(|facts| facts.path.clone());
    let files = edited.into_iter().filter_map(|(at, edits)| Some((path(at)?, edits)));
    Migration {
        files: files.map(|(path, edits)| FileEdits { path, edits }).collect(),
        declarations: actions(before, plans, &outcomes),
        outcomes,
        assumed,
        declared: before.program.declarations.len().saturating_add(before.program.hosts.len()),
        unread: unread(before.program),
    }
}

fn actions(before: View<'_>, plans: &Plans, outcomes: &[Outcome]) -> Vec<Action> {
    let mut by_key: BTreeMap<&Key, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        by_key.entry(&outcome.key).or_default().push(outcome);
    }
    let is_known = before.program.options.state.is_some();
    let action = |places: &Places, kind, id: &Option<String>, key: Option<Key>| {
        let facts = before.program.files.get(places.file)?;
        let (action, reason) = match plans.get(&(places.file, places.call.0)) {
            None => ("left", "it could not be followed".to_owned()),
            Some(Err(reason)) => ("left", reason.clone()),
            Some(Ok(_)) => (
                "rewritten",
                match key {
                    None => "the text does not show its id, so nothing was compared".to_owned(),
                    Some(key) => {
                        let found = by_key.get(&key).map_or(&[][..], Vec::as_slice);
                        outcome::reason(found, is_known)
                    }
                },
            ),
        };
        let (line, _) = facts.place(places.call.0);
        let (file, id) = (facts.path.clone(), id.clone());
        Some((places.call.0, Action { file, line, kind, id, action, reason }))
    };
    let raw = before.program.declarations.iter().filter(|one| !one.is_block);
    let raw =
        raw.filter_map(|one| action(&one.places, one.kind.as_str(), &one.id, before.key(one)));
    let hosts = before.program.hosts.iter().filter(|host| host.origin == Origin::Raw);
    let hosts = hosts.filter_map(|host| {
        let key = Key::of_host(before.program, host);
        action(&host.places, word(host.block), &host.id, key)
    });
    let guards = guards::actions(before.program, plans);
    let mut all: Vec<_> = raw.chain(hosts).chain(guards).collect();
    all.sort_by(|(a_start, a), (b_start, b)| (&a.file, a_start).cmp(&(&b.file, b_start)));
    all.into_iter().map(|(_, action)| action).collect()
}

/// What was read only in part, or not at all. What does not parse is `check`'s to say.
fn unread(program: &Program<'_>) -> Vec<Unread> {
    let faults = program.files.iter().flat_map(|facts| {
        let beyond =
            facts.errors.iter().filter(|it| !it.message.starts_with("this does not parse"));
        beyond.map(|it| Unread { file: facts.path.clone(), reason: it.message.clone() })
    });
    faults.chain(program.left_out()).collect()
}
