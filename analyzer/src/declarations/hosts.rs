//! Finished domains and routes: blocks, Alchemy's own, and those in the options of a Worker.

use std::collections::BTreeMap;
use std::rc::Rc;

use alch_blocks::{HostBlock, Kind};

use super::host_name::{HostName, decided_host, name_key, raw_name, resource};
use super::resolve::stage_use;
use super::stages::{Looked, Run};
use super::{Declaration, Identity, Places, StageSet, StageUse, Why};
use crate::naming::{option, shown, shown_value};
use crate::report::StateRow;
use crate::syntax::facts::Facts;
use crate::values::{App, Conds, Eval, Instance, Resource, Value, both, hold, text_in, truth_in};
use crate::version::Version;

/// A domain or a route of a program.
#[derive(Debug)]
pub(crate) struct Host {
    pub block: HostBlock,
    pub origin: Origin,
    pub version: Version,
    /// An index into [`super::Program::apps`].
    pub app: Option<usize>,
    pub identity: Identity,
    /// The logical id, as people would write it.
    pub id: Option<String>,
    /// The nested scopes, as people would write them.
    pub scope: Vec<String>,
    pub places: Places,
    /// The stages that it is judged for.
    pub judged: StageSet,
    /// Whether the program asks for no stage before it declares this, nor for its name.
    pub is_everywhere: bool,
    /// Whether it is directly in `app.run`: all stages share its row.
    pub is_at_root: bool,
    /// What a block does about the stage; `Resolved` for all others.
    pub stage: StageUse,
    /// Whether `migrate` has a block for it.
    pub can_migrate: bool,
    /// What it is in each stage that is looked at and that reaches it.
    pub stages: BTreeMap<String, HostInStage>,
}

/// What declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Block,
    /// `CustomDomain` or `Route` of Alchemy.
    Raw,
    /// The option `domains` or `routes` of a Worker.
    Worker,
}

/// A domain or a route in one stage.
#[derive(Debug)]
pub(crate) struct HostInStage {
    /// `None` if it is not known.
    pub id: Option<String>,
    /// `None` if it is not known.
    pub scope: Option<Vec<String>>,
    pub name: Result<HostName, Why>,
    /// The script that it leads to, where the text tells it.
    pub script: Option<String>,
    /// Whether it takes traffic away from another script that has the hostname.
    pub takes: bool,
}

impl Host {
    /// The id in backticks, or `this`.
    pub(crate) fn shown(&self) -> String {
        self.id.as_ref().map_or_else(|| "this".to_owned(), |id| alch_blocks::quote(id).to_string())
    }

    /// Whether a row of the same app is its own; `None` where the text does not tell.
    pub(crate) fn is_of(&self, row: &StateRow) -> Option<bool> {
        let Some(here) = self.stages.get(&row.stage) else { return Some(false) };
        if self.version != Version::V0 {
            return Some(false);
        }
        if row.r#type != resource(self.block) || *here.id.as_ref()? != row.id {
            return Some(false);
        }
        here.scope.as_ref().map(|scope| *scope == row.scope)
    }

    fn is_one_with(&self, other: &Self) -> bool {
        self.block == other.block && self.identity == other.identity
    }

    pub(crate) fn noun(&self) -> &'static str {
        match self.block {
            HostBlock::Domain => "hostname",
            HostBlock::Route => "route",
        }
    }

    /// Each judged stage that reaches it, with what it is there.
    pub(crate) fn judged(&self) -> impl Iterator<Item = (&str, &HostInStage)> {
        let stages = self.judged.judged.iter();
        stages.filter_map(|stage| Some((stage.as_str(), self.stages.get(stage)?)))
    }

    /// The hostname or pattern in a stage, where it is known.
    pub(crate) fn name_in(&self, stage: &str) -> Option<&HostName> {
        self.stages.get(stage)?.name.as_ref().ok()
    }
}

/// All domains and routes of a program, those of its Workers included.
pub(super) fn hosts(
    files: &[Facts],
    eval: &Eval<'_>,
    apps: &BTreeMap<Option<usize>, Looked>,
    declarations: &[Declaration],
) -> Vec<Host> {
    let resolver = |instance: &Instance| {
        let (app, looked) =
            (instance.app.and_then(|app| eval.apps.get(app)), apps.get(&instance.app)?);
        let workers = Workers { instances: &eval.instances, declarations };
        let facts = files.get(instance.file)?;
        Some(HostResolver { facts, app, looked, workers, instance: instance.clone() })
    };
    let own = eval.hosts.iter().filter_map(|one| resolver(one)?.host());
    let is_worker = |one: &&Instance| one.kind == Kind::Worker;
    let workers = eval.instances.iter().filter(is_worker);
    let of_workers = workers.filter_map(resolver).flat_map(|one| one.of_worker());
    own.chain(of_workers).collect()
}

/// Where the names of Workers are known.
#[derive(Clone, Copy)]
struct Workers<'r> {
    instances: &'r [Instance],
    declarations: &'r [Declaration],
}

impl Workers<'_> {
    /// The script of a Worker that the app declares.
    fn script(self, app: Option<usize>, resource: &Resource, stage: &str) -> Option<String> {
        let all = self.instances.iter().zip(self.declarations);
        let mut same = all.filter(|(instance, one)| {
            one.kind == resource.kind && one.app == app && instance.id == resource.id
        });
        let (_, one) = same.next()?;
        let named = one.stages.get(stage)?.name.as_ref().ok()?;
        same.next().is_none().then(|| named.name.clone())
    }
}

struct HostResolver<'r> {
    facts: &'r Facts,
    app: Option<&'r App>,
    looked: &'r Looked,
    workers: Workers<'r>,
    /// The call, with the options of what it declares.
    instance: Instance,
}

impl HostResolver<'_> {
    fn host(self) -> Option<Host> {
        let block = self.instance.host?;
        let origin = if self.instance.block.is_some() { Origin::Block } else { Origin::Raw };
        let places = Places::of(self.facts, &self.instance, &[name_key(block)]);
        Some(self.finished(block, origin, places))
    }

    /// The domains and routes in the options of a Worker. Alchemy gives each a row in the scope of the
    /// Worker, whose id is the hostname or the pattern.
    fn of_worker(self) -> Vec<Host> {
        let key = match self.instance.version {
            Version::V0 => "domains",
            Version::V2 => "domain",
        };
        let lists = [(HostBlock::Domain, key), (HostBlock::Route, "routes")];
        let mut out = Vec::new();
        for (block, key) in lists {
            let places = Places::of(self.facts, &self.instance, &[]).of_option(key);
            let all = match self.instance.version {
                Version::V0 => elements(&self.instance, key),
                Version::V2 => elements2(&self.instance, key),
            };
            for (when, element) in all {
                let Some(when) = both(&self.instance.when, &when) else { continue };
                let instance = self.nested(block, element, when);
                let one = HostResolver { instance, ..self.shared() };
                let host = one.finished(block, Origin::Worker, places.clone());
                // Lists that stages choose between may have one element in common.
                match out.iter_mut().find(|other: &&mut Host| other.is_one_with(&host)) {
                    Some(other) => other.stages.extend(host.stages),
                    None => out.push(host),
                }
            }
        }
        out
    }

    fn shared(&self) -> HostResolver<'_> {
        let Self { facts, app, looked, workers, .. } = *self;
        HostResolver { facts, app, looked, workers, instance: self.instance.clone() }
    }

    /// What Alchemy declares for one element of the list.
    fn nested(&self, block: HostBlock, element: Value, when: Conds) -> Instance {
        let worker = &self.instance;
        let written = |key: &str| {
            element.map(|case| match case {
                Value::Object(object) => object.get(key),
                _ => Value::Nil,
            })
        };
        let key = if block == HostBlock::Domain { "domainName" } else { "pattern" };
        let name = element.map(|case| match case {
            Value::Object(object) => object.get(key),
            other => other.clone(),
        });
        let inherited = option(worker, "adopt");
        let adopt = written("adopt").map(|case| match case {
            Value::Nil => inherited.clone(),
            given => given.clone(),
        });
        let props = [
            (name_key(block), name.clone()),
            ("adopt", adopt),
            ("overrideExistingOrigin", written("overrideExistingOrigin")),
        ];
        let props = props.map(|(key, value)| (key.to_owned(), value)).into_iter().collect();
        let options = Value::Object(Rc::new(crate::values::Object { props, open: None }));
        let mut scope = worker.scope.clone();
        scope.push(worker.id.clone());
        Instance { host: Some(block), id: name, options, scope, when, ..worker.clone() }
    }

    fn finished(&self, block: HostBlock, origin: Origin, places: Places) -> Host {
        let instance = &self.instance;
        // The scope of a Worker is not one that stages have.
        let own_scopes = usize::from(origin == Origin::Worker);
        let is_at_root = instance.in_root && instance.scope.len() == own_scopes;
        Host {
            block,
            origin,
            version: instance.version,
            app: instance.app,
            identity: Identity { scope: instance.scope.clone(), id: instance.id.clone() },
            id: shown_value(&instance.id),
            scope: instance.scope.iter().map(|scope| shown(&scope.parts())).collect(),
            places,
            judged: self.looked.set.clone(),
            is_everywhere: instance.when.is_empty()
                && option(instance, name_key(block)).cases().len() == 1,
            is_at_root,
            stage: stage_use(instance),
            can_migrate: false,
            stages: self.stages(block, origin),
        }
    }

    fn stages(&self, block: HostBlock, origin: Origin) -> BTreeMap<String, HostInStage> {
        let instance = &self.instance;
        let one = |Run { stage, run, elsewhere }: Run<'_>| {
            let name = match elsewhere {
                Some(reason) => Err(Why::Unknown(reason)),
                None if origin == Origin::Block => decided_host(instance, block, run),
                None => raw_name(instance, block, run),
            };
            let scope = instance.scope.iter().map(|one| text_in(one, run).ok().flatten());
            let here = HostInStage {
                id: text_in(&instance.id, run).ok().flatten(),
                scope: scope.collect(),
                name,
                script: self.script(block, origin, stage, run),
                takes: self.takes(block, origin, run),
            };
            (stage.to_owned(), here)
        };
        self.looked.runs(&instance.when).map(one).collect()
    }

    /// The script that it leads to.
    fn script(&self, block: HostBlock, origin: Origin, stage: &str, run: &str) -> Option<String> {
        let instance = &self.instance;
        let bound = instance.bound.as_ref().map(|bound| &bound.id);
        if origin == Origin::Worker || bound.is_some() {
            let id = bound.or(instance.scope.last())?.clone();
            let worker = Resource { kind: Kind::Worker, name: Value::Nil, id, is_binding: false };
            return self.workers.script(instance.app, &worker, stage);
        }
        let key = match (origin, block) {
            (Origin::Block, _) => "worker",
            (_, HostBlock::Domain) => "workerName",
            (_, HostBlock::Route) => "script",
        };
        let all = option(instance, key).cases();
        let mut here = all.iter().filter(|(when, _)| hold(when, run)).map(|(_, case)| case);
        let (only, None) = (here.next()?, here.next()) else { return None };
        match only {
            Value::Resource(worker) => self.workers.script(instance.app, worker, stage),
            text => text_in(text, run).ok().flatten(),
        }
    }

    /// A custom domain moves only by force. A route is changed in place if Alchemy adopts it.
    /// Alchemy 2 takes the route of a `WorkerRoute` without asking, and no other.
    fn takes(&self, block: HostBlock, origin: Origin, run: &str) -> bool {
        if origin == Origin::Block || self.instance.version == Version::V2 {
            return origin == Origin::Raw;
        }
        let value = match block {
            HostBlock::Domain => option(&self.instance, "overrideExistingOrigin"),
            HostBlock::Route => match option(&self.instance, "adopt") {
                Value::Nil => self.app.map_or(Value::Nil, |app| app.adopt.clone()),
                value => value,
            },
        };
        truth_in(&value, run) == Ok(true)
    }
}

/// The hostnames or patterns of an option of Alchemy 2. What a block gives is the block's own.
fn elements2(instance: &Instance, key: &str) -> Vec<(Conds, Value)> {
    let mut out = Vec::new();
    for (when, options) in instance.options.cases() {
        let Value::Object(object) = options else { continue };
        for (inner, case) in object.get(key).cases() {
            let Some(when) = both(&when, &inner) else { continue };
            out.extend(names2(&case).into_iter().map(|name| (when.clone(), name)));
        }
    }
    out
}

fn names2(case: &Value) -> Vec<Value> {
    match case {
        Value::Text(_) | Value::Unknown(_) => vec![case.clone()],
        Value::Array(all) => all.iter().flat_map(names2).collect(),
        Value::Object(object) => {
            let keys = ["name", "aliases", "redirects", "pattern"];
            keys.iter().flat_map(|key| names2(&object.get(key))).collect()
        }
        _ => Vec::new(),
    }
}

/// The elements of an option that is a list, where it is written.
fn elements(instance: &Instance, key: &str) -> Vec<(Conds, Value)> {
    let mut out = Vec::new();
    for (when, options) in instance.options.cases() {
        let Value::Object(object) = options else { continue };
        let Some((_, list)) = object.props.iter().find(|(name, _)| name == key) else { continue };
        for (inner, case) in list.cases() {
            let Some(when) = both(&when, &inner) else { continue };
            match case {
                Value::Array(all) => out.extend(all.iter().map(|one| (when.clone(), one.clone()))),
                Value::Unknown(_) => out.push((when, case)),
                _ => {}
            }
        }
    }
    out
}
