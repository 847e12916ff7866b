//! Which raw resources can become blocks without a deployed one changing its name, and how.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use alch_blocks::Kind;

use super::rewrite::{Place, Rewrite};
use super::{Deployed, hosts, stages_of};
use crate::declarations::{Declaration, Origin, Places, Program, Why, in_stage, unique};
use crate::naming::option;
use crate::report::{Options, StateRow};
use crate::syntax::facts::{Call, Expr, Facts};
use crate::values::{App, Eval, Instance, Object, Part, Settings, Value};
use crate::version::Version;

/// A call, by its file and where it starts.
pub(super) type CallPlace = (usize, u32);

/// How each call of a raw resource is rewritten, or why it is left.
pub(super) type Plans = BTreeMap<CallPlace, Result<Rewrite, String>>;

/// Plans every call of a raw resource. A helper is one call, whoever calls it.
pub(super) fn plan(program: &Program<'_>, instances: &[Instance]) -> Plans {
    let options = program.options;
    let mut by_id: HashMap<&str, Vec<&StateRow>> = HashMap::new();
    for row in options.state.iter().flatten() {
        by_id.entry(&row.id).or_default().push(row);
    }
    let mut apps: BTreeMap<Option<usize>, (Deployed, Vec<String>)> = BTreeMap::new();
    let mut all: BTreeMap<CallPlace, Vec<Result<Rewrite, String>>> = BTreeMap::new();
    let raw = instances.iter().zip(&program.declarations).filter(|(_, one)| !one.is_block);
    for (instance, one) in raw {
        let Some(facts) = program.files.get(instance.file) else { continue };
        let Expr::Call(call) = facts.expr(instance.call) else { continue };
        let app = program.app_of(one);
        let (deployed, stages) = apps.entry(one.app).or_insert_with(|| {
            let deployed = Deployed::of(app, options.state.as_deref().unwrap_or_default());
            let mut stages = stages_of(program, &one.judged, one.app);
            stages.extend(deployed.stages.iter().cloned());
            (deployed, unique(stages))
        });
        let rows = rows_of(one, deployed, &by_id);
        let plan = Plan { facts, call, instance, declaration: one, app, stages, rows, options };
        all.entry((instance.file, call.at.0)).or_default().push(plan.make());
    }
    all.into_iter().map(|(place, plans)| (place, agreed(&plans))).collect()
}

/// Notes what `migrate` can rewrite, for those who advise it.
pub(crate) fn mark(program: &mut Program<'_>, eval: &Eval<'_>) {
    let mut plans = plan(program, &eval.instances);
    plans.extend(hosts::plan(program, &eval.hosts));
    let can = |places: &Places| plans.get(&(places.file, places.call.0)).is_some_and(Result::is_ok);
    for host in program.hosts.iter_mut().filter(|host| host.origin == Origin::Raw) {
        host.can_migrate = can(&host.places);
    }
    for one in program.declarations.iter_mut().filter(|one| !one.is_block) {
        one.can_migrate = can(&one.places);
    }
}

/// The rows of a declaration, by stage.
fn rows_of<'r>(
    one: &Declaration,
    deployed: &Deployed,
    by_id: &HashMap<&str, Vec<&'r StateRow>>,
) -> BTreeMap<&'r str, &'r StateRow> {
    let ids: BTreeSet<&str> = one.stages.values().filter_map(|here| here.id.as_deref()).collect();
    let rows = ids.iter().filter_map(|id| by_id.get(id)).flatten().copied();
    let ours = rows.filter(|row| deployed.has(row) && one.is_of(row) == Some(true));
    ours.map(|row| (row.stage.as_str(), row)).collect()
}

/// One plan for all callers.
pub(super) fn agreed(plans: &[Result<Rewrite, String>]) -> Result<Rewrite, String> {
    if let Some(Err(reason)) = plans.iter().find(|plan| plan.is_err()) {
        let is_same = plans.iter().all(|plan| plan.as_ref().err() == Some(reason));
        // All resources of the call get this reason, and it may name only one of them.
        let whose = if is_same { "" } else { "the call declares several resources, and of one: " };
        return Err(format!("{whose}{reason}"));
    }
    match plans {
        [Ok(first), rest @ ..] if rest.iter().all(|plan| plan.as_ref() == Ok(first)) => {
            Ok(first.clone())
        }
        _ => Err("it is reached with several names: write the block where it is called".to_owned()),
    }
}

/// One declaration that may become a block.
pub(super) struct Plan<'a> {
    pub facts: &'a Facts,
    pub call: &'a Call,
    pub instance: &'a Instance,
    pub declaration: &'a Declaration,
    pub app: Option<&'a App>,
    /// The stages in which it is deployed, or is taken to be.
    pub stages: &'a [String],
    /// What the state has of it, by stage.
    pub rows: BTreeMap<&'a str, &'a StateRow>,
    pub options: &'a Options,
}

impl Plan<'_> {
    fn make(&self) -> Result<Rewrite, String> {
        if let Some(reason) = &self.declaration.no_block {
            return Err(reason.clone());
        }
        let block =
            self.instance.kind.block().ok_or_else(|| "there is no block for it".to_owned())?;
        self.check_callee()?;
        if self.call.args.is_empty() {
            return Err("it has no id".to_owned());
        }
        let mut steps = Vec::new();
        if self.instance.kind == Kind::DurableObject {
            self.check_object()?;
        } else {
            let naming = self.naming()?;
            self.steps(&naming, &mut steps)?;
            steps.extend(self.dead_letters()?);
        }
        Ok(Rewrite {
            module: self.instance.version.blocks(),
            name: block.to_owned(),
            place: Place::of(self.call),
            steps,
        })
    }

    /// The option that carries a block's base name, in the form that Alchemy knows.
    pub(super) fn naming_key(&self) -> &'static str {
        let spec = self.instance.kind.spec();
        match self.instance.version {
            Version::V0 => spec.naming.first().copied().unwrap_or("name"),
            Version::V2 => spec.alchemy2.naming,
        }
    }

    fn check_object(&self) -> Result<(), String> {
        if option(self.instance, "className") == Value::Nil {
            return Err("it has no `className`".to_owned());
        }
        for stage in self.stages {
            self.as_block(None, &[], stage)?;
        }
        Ok(())
    }

    /// What the declaration would be called as a block.
    pub(super) fn as_block(
        &self,
        base: Option<&str>,
        pins: &[(String, String)],
        stage: &str,
    ) -> Result<String, String> {
        let mut instance = self.instance.clone();
        instance.block = Some(Rc::new(Settings::default()));
        instance.when = Vec::new();
        let mut object = match &self.instance.options {
            Value::Object(object) => (**object).clone(),
            _ => Object::default(),
        };
        // Where the rest of the options is not known, it still does not name it.
        object.open = None;
        if let Some(base) = base {
            object.put(self.naming_key(), Value::text(base));
        }
        if let Some(base) = self.dead_letter_base()? {
            object.put("dlq", Value::text(base));
        }
        if !pins.is_empty() {
            let props = pins.iter().map(|(stage, name)| (stage.clone(), Value::text(name)));
            let pins = Object { props: props.collect(), open: None };
            object.put("pin", Value::Object(Rc::new(pins)));
        }
        instance.options = Value::Object(Rc::new(object));
        match in_stage(&instance, self.app, stage) {
            Ok(named) => Ok(named.name),
            Err(Why::Refused(error)) => Err(error.to_string()),
            Err(Why::Unknown(reason)) => Err(undecided(&reason)),
            Err(Why::Automatic(reason)) => Err(undecided(reason)),
            Err(Why::Absent) => Err("it has no name".to_owned()),
        }
    }
}

pub(super) fn undecided(reason: &str) -> String {
    format!("the text does not show its name: {reason}")
}

/// The base name of a template that ends in `-` and the stage.
pub(super) fn template_base(parts: &[Part]) -> Result<String, String> {
    match parts {
        [Part::Law(_, base)] => Ok(base.clone()),
        [Part::Text(text), Part::Stage] => text
            .strip_suffix('-')
            .map(str::to_owned)
            .ok_or_else(|| "there is no hyphen between the name and the stage".to_owned()),
        _ if parts.iter().any(|part| matches!(part, Part::Env(..))) => {
            Err("its name is made from a variable that is not Alchemy's stage".to_owned())
        }
        _ if parts.contains(&Part::App) => {
            Err("its name has the app's in it, which is not known".to_owned())
        }
        _ => Err("the stage does not stand alone at the end of its name".to_owned()),
    }
}

impl Object {
    pub(super) fn put(&mut self, key: &str, value: Value) {
        self.props.retain(|(name, _)| name != key);
        self.props.push((key.to_owned(), value));
    }
}
