//! From what the evaluator found to finished declarations.

use std::collections::BTreeMap;

use alch_blocks::Kind;

use super::costs::{Cost, cost};
use super::hosts::hosts;
use super::loose::loose;
use super::name::refused_id;
use super::stages::{Looked, Run};
use super::{
    Declaration, Given, Identity, InOneStage, Places, Program, Role, StageUse, Why, in_stage,
    spelled,
};
use crate::naming::{self, Case, Source, option, shown, shown_value};
use crate::report::Options;
use crate::syntax::facts::Facts;
use crate::values::{
    App, Conds, Eval, Instance, Part, Value, hold, is_undecided, join, known, text_in, truth_in,
};

/// A program with all its declarations finished.
pub(crate) fn resolve<'p>(
    files: &'p [Facts],
    eval: &'p Eval<'_>,
    options: &'p Options,
) -> Program<'p> {
    let mut apps: BTreeMap<Option<usize>, Looked> = BTreeMap::new();
    for instance in eval.instances.iter().chain(&eval.hosts) {
        let app = instance.app.and_then(|app| eval.apps.get(app));
        apps.entry(instance.app).or_insert_with(|| Looked::at(app, options));
    }
    let declaration = |instance: &Instance| {
        let app = instance.app.and_then(|app| eval.apps.get(app));
        let looked = apps.get(&instance.app)?;
        Some(Resolver { files, instance, app, looked }.declaration())
    };
    let declarations: Vec<_> = eval.instances.iter().filter_map(declaration).collect();
    Program {
        files,
        apps: &eval.apps,
        hosts: hosts(files, eval, &apps, &declarations),
        declarations,
        releases: &eval.releases,
        unmodelled: &eval.unmodelled,
        name_calls: &eval.names,
        unfollowed: &eval.unfollowed,
        exhausted: eval.exhausted,
        options,
    }
}

struct Resolver<'r> {
    files: &'r [Facts],
    instance: &'r Instance,
    app: Option<&'r App>,
    looked: &'r Looked,
}

impl Resolver<'_> {
    fn declaration(&self) -> Declaration {
        let instance = self.instance;
        let naming = naming::naming_options(instance);
        let places = self
            .files
            .get(instance.file)
            .map_or_else(Places::default, |facts| Places::of(facts, instance, &naming));
        let cases = naming::cases(instance);
        let stage = stage_use(instance);
        let shared = option(instance, "share") != Value::Nil;
        let base_parts = self.base_parts(&cases);
        let bases = self.bases(&base_parts, stage == StageUse::Resolved && !shared);
        let adoption = self.adoption();
        let is_taken_over =
            instance.block.is_none() && instance.version.adopts_by_name(instance.kind);
        let mut declaration = Declaration {
            kind: instance.kind,
            version: instance.version,
            is_block: instance.block.is_some(),
            app: instance.app,
            identity: Identity { scope: instance.scope.clone(), id: instance.id.clone() },
            id: shown_value(&instance.id),
            scope: instance.scope.iter().map(|scope| shown(&scope.parts())).collect(),
            name: shown_value(&naming::as_value(instance)),
            given: Vec::new(),
            may_adopt: is_taken_over || adoption.may,
            adopts: adoption.always,
            unknown_adopt: adoption.unknown.filter(|_| !is_taken_over),
            stage,
            named_stages: self.named_stages(),
            bound: instance.bound.clone(),
            class: option(instance, "className"),
            script: option(instance, "scriptName"),
            former_hosts: option(instance, "transferredFrom"),
            formers: instance.formers.clone(),
            loose: loose(instance),
            claims_its_name: !shared && self.claims_its_name(),
            jurisdiction: naming::jurisdiction(self.instance),
            base_parts,
            bases,
            judged: self.looked.set.clone(),
            is_everywhere: instance.when.is_empty(),
            is_at_root: self.is_at_root() && instance.kind.has_rows(),
            no_block: self.no_block(),
            can_migrate: false,
            costs: self.costs(),
            stages: BTreeMap::new(),
            places,
        };
        let scripts = self.scripts();
        let dead_letters = self.dead_letters(stage);
        declaration.stages = self.stages(&declaration, &scripts, &dead_letters);
        declaration.given = self.given(&declaration.places, cases, scripts, dead_letters);
        declaration
    }

    // --- What it is -----------------------------------------------------------------------------

    fn is_at_root(&self) -> bool {
        self.instance.in_root && self.instance.scope.is_empty()
    }

    fn no_block(&self) -> Option<String> {
        let instance = self.instance;
        if self.is_at_root() {
            let reason = "it is directly in `app.run`, where a deploy refuses a block";
            return Some(reason.to_owned());
        }
        if instance.kind == Kind::Workflow && option(instance, "scriptName") != Value::Nil {
            let reason = "it refers to a workflow of another Worker by `scriptName`, and a block would \
                          declare a second one";
            return Some(reason.to_owned());
        }
        if naming::is_of_no_class(instance) {
            let reason = "it belongs to no class of a Worker, and a block makes one of a class";
            return Some(reason.to_owned());
        }
        let stages = self.looked.set.compared.iter();
        let mut ids = stages.filter_map(|stage| text_in(&instance.id, stage).ok().flatten());
        ids.find_map(|id| refused_id(instance.kind, &id))
    }

    fn adoption(&self) -> Adoption {
        let adopt = match option(self.instance, "adopt") {
            Value::Nil => self.app.map_or(Value::Nil, |app| app.adopt.clone()),
            value => value,
        };
        let is_reached = |stage: &&String| hold(&self.instance.when, stage);
        let stages = self.looked.set.compared.iter().filter(is_reached);
        let all: Vec<_> = stages.map(|stage| truth_in(&adopt, stage)).collect();
        let may = adopt.cases().iter().any(|(_, case)| *case == Value::Bool(true));
        let may = may || all.contains(&Ok(true));
        Adoption {
            may,
            always: may && all.iter().all(|one| *one == Ok(true)),
            unknown: all.into_iter().find_map(Result::err).filter(|_| !may),
        }
    }

    /// A Durable Object names nothing at Cloudflare, a workflow with a `scriptName` refers to another
    /// Worker's, and one whose name Alchemy makes of its Worker's is as unique as that.
    fn claims_its_name(&self) -> bool {
        match self.instance.kind {
            Kind::DurableObject => false,
            Kind::Workflow if naming::is_of_its_worker(self.instance) => false,
            Kind::Workflow => option(self.instance, "scriptName") == Value::Nil,
            _ => true,
        }
    }

    /// What is not known names no stage.
    fn named_stages(&self) -> Vec<(&'static str, String)> {
        let Some(settings) = &self.instance.block else { return Vec::new() };
        let pins =
            option(self.instance, "pin").cases().into_iter().flat_map(|(_, pin)| match pin {
                Value::Object(pins) => pins.props.iter().map(|(stage, _)| stage.clone()).collect(),
                _ => Vec::new(),
            });
        let shares = option(self.instance, "share").cases().into_iter();
        let shares = shares.filter_map(|(_, share)| share.known_text());
        let protected = settings.protect.iter().flatten().cloned();
        pins.map(|stage| ("pin", stage))
            .chain(shares.map(|stage| ("share", stage)))
            .chain(protected.map(|stage| ("protect", stage)))
            .collect()
    }

    fn base_parts(&self, cases: &[Case]) -> Vec<Vec<Part>> {
        if self.instance.block.is_none() {
            return Vec::new();
        }
        let one = |case: &Case| match (&case.source, &self.instance.id) {
            (Source::Parts(parts), _) | (Source::Default, Value::Text(parts)) => {
                Some(parts.clone())
            }
            _ => None,
        };
        cases.iter().filter_map(one).collect()
    }

    fn bases(&self, base_parts: &[Vec<Part>], take_the_stage: bool) -> Vec<String> {
        let Some(settings) = self.instance.block.as_ref().filter(|_| take_the_stage) else {
            return Vec::new();
        };
        let prefixed = |parts: &Vec<Part>| join([naming::with_prefix(settings, parts.clone())]);
        base_parts.iter().filter_map(|parts| known(&prefixed(parts))).collect()
    }

    // --- What decides it ------------------------------------------------------------------------

    fn given(
        &self,
        places: &Places,
        names: Vec<Case>,
        scripts: Vec<(Conds, Value)>,
        dead_letters: Vec<(Conds, Value)>,
    ) -> Vec<Given> {
        let text =
            |role, at, value: &Value| text_of(value).map(|source| Given { role, at, source });
        let mut all: Vec<Given> = Vec::new();
        for (_, value) in self.instance.id.cases() {
            let source =
                text_of(&value).unwrap_or_else(|| Source::Unknown("it is not a text".to_owned()));
            all.push(Given { role: Role::Id, at: places.id, source });
        }
        let name = |case: Case| Given { role: Role::Name, at: places.name, source: case.source };
        all.extend(names.into_iter().map(name));
        if self.instance.block.is_some() {
            for key in ["stage", "pin", "share"] {
                let cases = option(self.instance, key).cases();
                let at = places.option(key);
                all.extend(cases.iter().filter_map(|(_, v)| text(Role::Option(key), at, v)));
            }
        }
        let at = places.option("scriptName");
        all.extend(scripts.iter().filter_map(|(_, value)| text(Role::Script, at, value)));
        let at = places.option("dlq");
        all.extend(dead_letters.iter().filter_map(|(_, value)| text(Role::DeadLetters, at, value)));
        all
    }

    /// The scripts that a class may be in, if it names one.
    fn scripts(&self) -> Vec<(Conds, Value)> {
        if !self.instance.kind.spec().is_class {
            return Vec::new();
        }
        let name = |value: &Value| match value {
            Value::Resource(resource) => resource.name.clone(),
            other => other.clone(),
        };
        let mut all = option(self.instance, "scriptName").map(name).cases();
        // A name that Alchemy makes up is no other Worker's.
        let automatic = self.instance.version.automatic(Kind::Worker).map(Value::unknown);
        all.retain(|(_, script)| Some(script) != automatic.as_ref());
        all
    }

    /// The queues that dead letters go to. A block gives them its stage, unless it has none.
    fn dead_letters(&self, stage: StageUse) -> Vec<(Conds, Value)> {
        let is_law = self.instance.block.is_some() && stage != StageUse::Off;
        if self.instance.kind != Kind::Queue || is_law {
            return Vec::new();
        }
        option(self.instance, "dlq").cases()
    }

    // --- In each stage --------------------------------------------------------------------------

    fn stages(
        &self,
        declaration: &Declaration,
        scripts: &[(Conds, Value)],
        dead_letters: &[(Conds, Value)],
    ) -> BTreeMap<String, InOneStage> {
        let mut out = BTreeMap::new();
        for Run { stage, run, elsewhere } in self.looked.runs(&self.instance.when) {
            let name = match elsewhere {
                None => in_stage(self.instance, self.app, run),
                Some(reason) => Err(Why::Unknown(reason)),
            };
            // What cannot be told has none, so that nothing is said of its other cases: what decides
            // between them may be the stage, too.
            let named = name.as_ref().ok().filter(|_| declaration.claims_its_name);
            let claims = named.map(|named| named.name.clone()).into_iter().collect();
            let texts = |values: &[(Conds, Value)]| {
                let text = |(when, value): &(Conds, Value)| match value {
                    Value::Text(parts) => spelled(when, parts, run),
                    _ => None,
                };
                values.iter().filter_map(text).collect()
            };
            let here = InOneStage {
                perhaps: is_undecided(&self.instance.when, run),
                id: text_in(&self.instance.id, run).ok().flatten(),
                scope: self.scope_in(run),
                claims,
                name,
                scripts: texts(scripts),
                dead_letters: texts(dead_letters),
            };
            out.insert(stage.to_owned(), here);
        }
        out
    }

    fn costs(&self) -> BTreeMap<String, Cost> {
        let runs = self.looked.runs(&self.instance.when);
        runs.filter_map(|Run { stage, run, .. }| {
            Some((stage.to_owned(), cost(self.instance, run)?))
        })
        .collect()
    }

    fn scope_in(&self, stage: &str) -> Option<Vec<String>> {
        self.instance.scope.iter().map(|scope| text_in(scope, stage).ok().flatten()).collect()
    }
}

/// Whether a declaration takes over what has its name already.
struct Adoption {
    /// In some way through the program.
    may: bool,
    always: bool,
    /// Why nobody knows, where no way is known to.
    unknown: Option<String>,
}

pub(super) fn stage_use(instance: &Instance) -> StageUse {
    if instance.block.is_none() {
        return StageUse::Resolved;
    }
    match option(instance, "stage") {
        Value::Nil => StageUse::Resolved,
        Value::Bool(false) => StageUse::Off,
        Value::Text(parts) if parts.as_slice() == [Part::Stage] => StageUse::Resolved,
        _ => StageUse::Chosen,
    }
}

/// A value as a text; `None` if it is something else.
fn text_of(value: &Value) -> Option<Source> {
    match value {
        Value::Text(parts) => Some(Source::Parts(parts.clone())),
        Value::Unknown(reason) => Some(Source::Unknown(reason.clone())),
        _ => None,
    }
}
