//! The walk through a program, and what it collects.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use alch_blocks::{HostBlock, Kind};

use super::alchemy2::{Effect, Given, Host, Stacked, Store, Unfollowed};
use super::conditions::any_of;
use super::environments::Env;
use super::flow::Way;
use super::heap::Heap;
use super::logic::truth;
use super::{Closure, Conds, Part, Question, Settings, Test, Value, both};
use crate::modules::Modules;
use crate::syntax::facts::{At, BlockId, ExprId, Facts, FuncId};
use crate::version::Version;

/// How many steps one program may take.
const FUEL: u32 = 4_000_000;
/// How deep calls and expressions may go together.
const DEEPEST: u32 = 450;
/// How many calls may be open at a time.
pub(super) const CALLS: usize = 24;
/// The largest number of list elements that are followed one by one. A longer list is undecided.
pub(super) const LONGEST: usize = 64;

/// An app, by the call of `alchemy(…)` that makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct App {
    pub file: usize,
    pub at: At,
    pub version: Version,
    pub name: Vec<Part>,
    /// What the option `stage` is made of, where it is given. Alchemy takes an `undefined` that is
    /// given for the name of the user, and not for `--stage`.
    pub stage: Option<Value>,
    /// The option `adopt`.
    pub adopt: Value,
    /// Where an app of 0.94 keeps its state.
    pub kept: Kept,
    /// The state store of a stack of Alchemy 2, where it is given.
    pub store: Option<Store>,
}

/// What the option `stateStore` of `alchemy()` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is not given.
    #[default]
    Files,
    /// The default export of this file makes the store.
    Module(usize),
    /// No default export is known to make it.
    Elsewhere,
}

/// One declaration, as one caller reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instance {
    pub file: usize,
    /// The call, an index into the file's expressions.
    pub call: ExprId,
    /// Of the Worker that answers, for a domain or a route.
    pub kind: Kind,
    pub host: Option<HostBlock>,
    pub version: Version,
    /// The set of blocks; `None` for Alchemy's own functions.
    pub block: Option<Rc<Settings>>,
    pub id: Value,
    pub options: Value,
    pub app: Option<usize>,
    pub scope: Vec<Value>,
    /// Whether `scope` starts at the root, which all stages share, and not at the stage: it is in
    /// `app.run`.
    pub in_root: bool,
    /// The Worker of Alchemy 2 that binds a class.
    pub bound: Option<Bound>,
    /// The ids that a resource of Alchemy 2 had before, by `renamedFrom`.
    pub formers: Vec<Value>,
    /// The stages in which the program gets there.
    pub when: Conds,
}

/// Where a Worker of Alchemy 2 binds a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The scope and the id of the Worker.
    pub scope: Vec<Value>,
    pub id: Value,
    /// The key of `env`; `None` where the implementation binds it.
    pub key: Option<String>,
}

impl Instance {
    pub(super) fn may_be_of(&self, app: Option<&App>) -> bool {
        app.is_some_and(|app| app.version == self.version)
    }
}

/// What a set of blocks lets go: the options `release` and `deleteClasses`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    pub file: usize,
    pub at: At,
    pub app: Option<usize>,
    pub ids: Value,
    pub classes: Value,
    pub when: Conds,
}

/// A use of `physicalName`, whose base has a rule to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameCall {
    pub file: usize,
    pub at: At,
    pub kind: Kind,
    pub base: String,
}

/// A call of a function that makes something of no kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unmodelled {
    pub file: usize,
    pub at: At,
    pub function: &'static str,
    /// The logical id, as people would write it.
    pub id: Option<String>,
}

pub(crate) struct Eval<'p> {
    pub(super) files: &'p [Facts],
    pub(super) modules: &'p Modules,
    pub instances: Vec<Instance>,
    /// The domains and routes, once the walk is over.
    pub hosts: Vec<Instance>,
    pub names: Vec<NameCall>,
    pub releases: Vec<Release>,
    pub unmodelled: Vec<Unmodelled>,
    pub apps: Vec<App>,
    /// What stacks run and nobody knows.
    pub unfollowed: Vec<Unfollowed>,
    /// Whether something was left out because the program is too large.
    pub exhausted: Option<usize>,
    pub(super) envs: Vec<Env>,
    pub(super) loaded: HashMap<usize, usize>,
    pub(super) app: Option<usize>,
    pub(super) scope: Vec<Value>,
    pub(super) in_root: bool,
    pub(super) conds: Conds,
    pub(super) heap: Heap,
    /// The ways in which calls of the statement did not come back.
    pub(super) stops: Vec<Way>,
    /// The conditions under which the program has not ended, by an error or by itself.
    pub(super) alive: Conds,
    /// The statements of the module that runs, unless it may not run.
    pub(super) top: Option<(usize, BlockId)>,
    /// How many tests were met that no stage answers.
    pub(super) open: u32,
    /// The numbers of such tests of what is imported and not known, by the file that imports it.
    pub(super) asked_outside: HashMap<(usize, String), u32>,
    pub(super) fuel: u32,
    pub(super) depth: u32,
    pub(super) calls: Vec<(usize, FuncId)>,
    /// How often each call has declared something.
    pub(super) declared: HashMap<(usize, ExprId), u32>,
    pub(super) ran: HashSet<(usize, FuncId)>,
    pub(super) waiting: Vec<(Rc<Closure>, Option<usize>)>,
    /// The functions that make custom resources.
    pub(super) custom: HashSet<(usize, FuncId)>,
    /// Whether a stack of Alchemy 2 runs.
    pub(super) deploys: bool,
    /// Whether the functions that nobody calls have their turn.
    pub(super) rests: bool,
    pub(super) stacks: Vec<Stacked>,
    /// What effects gave, by their address.
    pub(super) given: HashMap<usize, Given>,
    /// The effects that run, the innermost last.
    pub(super) running: Vec<Rc<Effect>>,
    /// Every effect of a constructor, with the app that was the last one.
    pub(super) made: Vec<(Rc<Effect>, Option<usize>)>,
    /// The Workers of which only the name is seen.
    pub(super) tags: Vec<Instance>,
    pub(super) host: Option<Host>,
    pub(super) adopt: Option<Value>,
    /// Whether a destroyed stage deletes what runs.
    pub(super) delete: Option<Value>,
    /// The ids of the `renamedFrom` around what runs.
    pub(super) formers: Vec<Value>,
}

/// Follows all files, each from where nothing else imports it.
pub(crate) fn follow<'p>(files: &'p [Facts], modules: &'p Modules) -> Eval<'p> {
    let mut eval = Eval::new(files, modules);
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let entries = modules.entries();
    for root in entries.into_iter().chain(0..files.len()) {
        if seen.contains_key(&root) {
            continue;
        }
        eval.loaded.clear();
        (eval.app, eval.scope) = (None, Vec::new());
        eval.revive();
        let from = eval.instances.len();
        let released = eval.releases.len();
        eval.load(root);
        eval.conds = eval.alive.clone();
        eval.run_stacks();
        // A module is often imported before `alchemy(…)` is called, and means that app.
        let app = eval.app;
        let apps = &eval.apps;
        for instance in eval.instances.iter_mut().skip(from) {
            instance.app = instance.app.or(app.filter(|app| instance.may_be_of(apps.get(*app))));
        }
        for release in eval.releases.iter_mut().skip(released) {
            release.app = release.app.or(app);
        }
        seen.extend(eval.loaded.iter().map(|(file, env)| (*file, *env)));
        for (_, waiting) in &mut eval.waiting {
            *waiting = waiting.or(app);
        }
        for (_, made) in &mut eval.made {
            *made = made.or(app);
        }
    }
    eval.run_the_rest(seen);
    eval.run_what_is_left();
    eval.settle();
    let all = unique(std::mem::take(&mut eval.instances));
    (eval.hosts, eval.instances) = all.into_iter().partition(|one| one.host.is_some());
    eval
}

fn unique(instances: Vec<Instance>) -> Vec<Instance> {
    let mut out: Vec<Instance> = Vec::new();
    let mut by_call: HashMap<(usize, ExprId), Vec<usize>> = HashMap::new();
    for instance in instances {
        let same = by_call.entry((instance.file, instance.call)).or_default();
        if !same.iter().any(|at| out.get(*at) == Some(&instance)) {
            same.push(out.len());
            out.push(instance);
        }
    }
    out
}

impl<'p> Eval<'p> {
    fn new(files: &'p [Facts], modules: &'p Modules) -> Self {
        Self {
            files,
            modules,
            instances: Vec::new(),
            hosts: Vec::new(),
            names: Vec::new(),
            releases: Vec::new(),
            unmodelled: Vec::new(),
            apps: Vec::new(),
            exhausted: None,
            envs: Vec::new(),
            loaded: HashMap::new(),
            app: None,
            scope: Vec::new(),
            in_root: false,
            conds: Vec::new(),
            heap: Heap::default(),
            stops: Vec::new(),
            alive: Vec::new(),
            top: None,
            open: 0,
            asked_outside: HashMap::new(),
            fuel: FUEL,
            depth: 0,
            calls: Vec::new(),
            declared: HashMap::new(),
            ran: HashSet::new(),
            waiting: Vec::new(),
            custom: HashSet::new(),
            unfollowed: Vec::new(),
            deploys: false,
            rests: false,
            stacks: Vec::new(),
            given: HashMap::new(),
            running: Vec::new(),
            made: Vec::new(),
            tags: Vec::new(),
            host: None,
            adopt: None,
            delete: None,
            formers: Vec::new(),
        }
    }

    pub(super) fn facts(&self, file: usize) -> Option<&'p Facts> {
        self.files.get(file)
    }

    pub(super) fn spend(&mut self, file: usize) -> bool {
        if self.fuel == 0 || self.depth >= DEEPEST {
            self.exhausted.get_or_insert(file);
            return false;
        }
        self.fuel = self.fuel.saturating_sub(1);
        true
    }

    /// Starts anew, as a program that has not ended.
    pub(super) fn revive(&mut self) {
        self.conds.clear();
        self.alive.clear();
        self.stops.clear();
    }

    /// Goes on under the conditions of one of several cases. Where none of them can hold with those
    /// that hold already, no stage gets there.
    pub(super) fn narrow(&mut self, cases: &[Conds]) {
        match both(&self.conds, &any_of(cases)) {
            Some(all) => self.conds = all,
            None => self.conds.push((Question::any(Vec::new()), true)),
        }
    }

    /// Goes on with what may happen or not.
    pub(super) fn perhaps(&mut self) {
        let number = self.number();
        self.narrow(&[vec![(Question::Open(number), true)]]);
    }

    /// What a value says as a test.
    pub(super) fn test(&mut self, value: &Value) -> Test {
        let number = self.number();
        truth(value).placed(number).decided(number)
    }

    /// A new number for a test that no stage answers.
    pub(super) fn number(&mut self) -> u32 {
        self.open = self.open.saturating_add(1);
        self.open
    }
}
