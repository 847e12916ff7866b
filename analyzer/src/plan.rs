//! Which raw resources can become blocks without a deployed one changing its name, and how.

use std::collections::BTreeMap;
use std::rc::Rc;

use alch_blocks::{Kind, quote};

use crate::declarations::{self, Declaration, Program, Why, constant_stage, in_stage, is_of_app};
use crate::eval::{App, Instance, raw_kind};
use crate::facts::{Call, Expr, Facts, Key, Prop};
use crate::naming::{self, Case, Source, option};
use crate::report::{Declared, Options, Rewrite, StateRow, Step};
use crate::value::{Cond, Object, Part, Question, Settings, Value, known};

/// Stages that stand for all others where none is known.
const ANY: &[&str] = &["prod", "pr-1"];

/// Says of every raw declaration how it is rewritten, or why it is left.
pub(crate) fn migrations(program: &Program<'_>, instances: &[Instance], declared: &mut [Declared]) {
    let options = program.options;
    let mut plans: BTreeMap<(String, u32), Vec<Result<Rewrite, String>>> = BTreeMap::new();
    let raw = instances.iter().zip(&program.declarations).filter(|(_, one)| !one.is_block);
    for (instance, declaration) in raw {
        let Some(facts) = program.files.get(instance.file) else { continue };
        let Expr::Call(call) = facts.expr(instance.call) else { continue };
        let app = program.app_of(declaration);
        let plan = Plan { facts, call, instance, declaration, app, options };
        plans.entry((facts.path.clone(), call.at.0)).or_default().push(plan.make());
    }
    for one in declared.iter_mut().filter(|one| !one.block) {
        let Some(plans) = plans.get(&(one.file.clone(), one.start)) else { continue };
        let Some(first) = plans.first() else { continue };
        match (plans.iter().find_map(|plan| plan.as_ref().err()), first) {
            (Some(reason), _) => one.left = Some(reason.clone()),
            (None, Ok(rewrite)) if plans.iter().all(|plan| plan == first) => {
                one.rewrite = Some(rewrite.clone());
            }
            _ => {
                one.left = Some(
                    "it is reached with several names: write the block where it is called"
                        .to_owned(),
                );
            }
        }
    }
}

struct Plan<'a> {
    facts: &'a Facts,
    call: &'a Call,
    instance: &'a Instance,
    declaration: &'a Declaration,
    app: Option<&'a App>,
    options: &'a Options,
}

/// What the block is given.
struct Naming {
    /// `None` where the first argument is the base name.
    base: Option<String>,
    pins: Vec<(String, String)>,
    /// Whether the option that holds the name now is to be written anew.
    replace: bool,
}

impl Plan<'_> {
    fn make(&self) -> Result<Rewrite, String> {
        let block = self.instance.kind.block().ok_or_else(|| {
            "there is no block for it: name it with `physicalName(\"worker\", …, app.stage)`"
                .to_owned()
        })?;
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
            block: block.to_owned(),
            call: self.call.at,
            callee: self.call.callee_at,
            new: self.call.new,
            steps,
        })
    }

    /// The function has to be called by the name that it was imported by.
    fn check_callee(&self) -> Result<(), String> {
        let linked = |name: &str| self.facts.links.iter().any(|link| link.local == name);
        let by_name = match self.facts.expr(self.call.callee) {
            Expr::Name(name) => linked(name) || raw_kind(name) == Some(self.instance.kind),
            Expr::Member(object, key) => {
                matches!(self.facts.expr(*object), Expr::Name(name) if linked(name))
                    && raw_kind(key) == Some(self.instance.kind)
            }
            _ => false,
        };
        if by_name {
            Ok(())
        } else {
            Err("its function is not called by an imported name".to_owned())
        }
    }

    fn check_object(&self) -> Result<(), String> {
        if option(self.instance, "className") == Value::Nil {
            return Err("it has no `className`".to_owned());
        }
        for stage in self.stages() {
            self.as_block(None, &[], &stage)?;
        }
        Ok(())
    }

    fn naming(&self) -> Result<Naming, String> {
        let cases = naming::cases(self.instance);
        if self.instance.kind == Kind::Workflow {
            let class = option(self.instance, "className");
            let scoped = cases.iter().any(
                |case| matches!(&case.source, Source::Parts(parts) if parts.contains(&Part::Stage)),
            );
            if scoped && class == Value::Nil {
                return Err("its class carries the stage, too: give `className` first".to_owned());
            }
            if class == Value::Nil && cases.iter().any(|case| self.changes_class(case)) {
                return Err(
                    "the block would give it another class: give `className` first".to_owned()
                );
            }
        }
        if let [Case { when, source }] = cases.as_slice()
            && when.is_empty()
        {
            return match source {
                Source::Default => self.own_name(),
                Source::Unknown(reason) => Err(undecided(reason)),
                Source::Parts(parts) => match known(parts) {
                    Some(name) => self.fixed(&name),
                    None => {
                        let base = template_base(parts)?;
                        self.computed(base, Vec::new(), true)
                    }
                },
            };
        }
        self.by_stage(&cases)
    }

    /// Whether a block derives another class from a name than Alchemy, which takes it as it is.
    fn changes_class(&self, case: &Case) -> bool {
        let Source::Parts(parts) = &case.source else { return false };
        let Some(name) = known(parts) else { return false };
        let class = declarations::derived_class(self.instance.kind, &name);
        class.is_some_and(|class| class != name)
    }

    /// One name for some stages, and the rule for all others.
    fn by_stage(&self, cases: &[Case]) -> Result<Naming, String> {
        let (mut base, mut pins) = (None, Vec::new());
        for case in cases {
            let parts = match &case.source {
                Source::Parts(parts) => parts,
                Source::Unknown(reason) => return Err(undecided(reason)),
                Source::Default => return Err("only some stages give it a name".to_owned()),
            };
            match (case.when.as_slice(), known(parts)) {
                ([(Question::Stage(stage), true)], Some(name)) => pins.push((stage.clone(), name)),
                (when, None) if when.iter().all(is_another_stage) && base.is_none() => {
                    base = Some(template_base(parts)?);
                }
                _ => return Err("its name depends on the stage in another way".to_owned()),
            }
        }
        match base {
            Some(base) => self.computed(base, pins, true),
            None => Err("its name depends on the stage in another way".to_owned()),
        }
    }

    /// Alchemy's own name, made by the law.
    fn own_name(&self) -> Result<Naming, String> {
        let id = self.call.args.first().map(|id| self.facts.expr(*id));
        if !matches!(id, Some(Expr::Text(_))) {
            return Err("its name follows its id, which is not written in place".to_owned());
        }
        let mut bases = Vec::new();
        for stage in self.stages() {
            bases.push(
                declarations::own_base(self.instance, self.app, &stage)
                    .map_err(|why| undecided(&why))?,
            );
        }
        let base = bases.first().cloned().unwrap_or_default();
        if bases.iter().any(|other| *other != base) {
            return Err("its own name has the stage in it twice".to_owned());
        }
        self.computed(base, Vec::new(), false)
    }

    /// Checks that the law gives the deployed name in every stage that is known, or pins it.
    fn computed(
        &self,
        base: String,
        mut pins: Vec<(String, String)>,
        replace: bool,
    ) -> Result<Naming, String> {
        for stage in self.stages() {
            let row = self.row(&stage).and_then(|row| row.name.clone());
            let now = match self.declaration.stages.get(&stage).map(|here| &here.name) {
                Some(Ok(named)) => Some(named.name.clone()),
                Some(Err(Why::Unknown(reason))) => return Err(undecided(reason)),
                Some(Err(Why::Refused(error))) => return Err(error.to_string()),
                Some(Err(Why::Absent)) | None => None,
            };
            let Some(deployed) = row.clone().or(now) else { continue };
            match self.as_block(Some(&base), &pins, &stage) {
                Ok(name) if name == deployed => continue,
                Ok(name) if row.is_none() => {
                    return Err(format!(
                        "in stage {} the block would be called {}, not {}",
                        quote(&stage),
                        quote(&name),
                        quote(&deployed)
                    ));
                }
                Err(reason) if row.is_none() => return Err(reason),
                _ => {}
            }
            pins.push((stage.clone(), deployed.clone()));
            let name = self.as_block(Some(&base), &pins, &stage)?;
            if name != deployed {
                return Err(format!(
                    "{} cannot be kept in stage {}",
                    quote(&deployed),
                    quote(&stage)
                ));
            }
        }
        for stage in ANY {
            self.as_block(Some(&base), &pins, stage)?;
        }
        Ok(Naming { base: Some(base), pins, replace })
    }

    /// A name that is the same in every stage: kept where it is deployed.
    fn fixed(&self, name: &str) -> Result<Naming, String> {
        let mut pins: Vec<(String, String)> = Vec::new();
        let mut rows: Vec<&StateRow> =
            self.options.state.iter().flatten().filter(|row| self.is_ours(row)).collect();
        rows.sort_by(|a, b| a.stage.cmp(&b.stage));
        for row in rows {
            match &row.name {
                Some(held) if held == name => pins.push((row.stage.clone(), name.to_owned())),
                Some(held) => {
                    return Err(format!(
                        "stage {} holds {}, not {}",
                        quote(&row.stage),
                        quote(held),
                        quote(name)
                    ));
                }
                None => {}
            }
        }
        pins.dedup();
        if pins.is_empty() {
            match &self.options.owner_stage {
                Some(owner) => pins.push((owner.clone(), name.to_owned())),
                None => {
                    return Err(format!(
                        "no state shows which stage holds {}: give `--state`, or `--owner-stage`",
                        quote(name)
                    ));
                }
            }
        }
        let named = option(self.instance, "className") != Value::Nil;
        let may_strip = self.instance.kind != Kind::Workflow || named;
        let stripped = pins
            .iter()
            .filter(|_| may_strip)
            .find_map(|(stage, _)| name.strip_suffix(stage)?.strip_suffix('-'))
            .filter(|rest| !rest.is_empty());
        let base = stripped.unwrap_or(name).to_owned();
        for stage in self.stages().iter().map(String::as_str).chain(ANY.iter().copied()) {
            let block = self.as_block(Some(&base), &pins, stage)?;
            let pinned = pins.iter().any(|(pinned, _)| pinned == stage);
            if pinned && block != name {
                return Err(format!("{} cannot be kept in stage {}", quote(name), quote(stage)));
            }
        }
        let own_id = self.instance.id.known_text();
        let implied = self.instance.kind == Kind::Workflow
            && own_id.as_deref() == Some(base.as_str())
            && option(self.instance, "workflowName") == Value::Nil;
        let base = Some(base).filter(|_| !implied);
        Ok(Naming { base, pins, replace: stripped.is_some() })
    }

    /// Every stage that is known of, or two that stand for all.
    fn stages(&self) -> Vec<String> {
        if let Some(only) = self.app.and_then(constant_stage) {
            return vec![only];
        }
        let mut all = self.options.stages.clone();
        all.extend(self.options.owner_stage.clone());
        let rows = self.options.state.iter().flatten();
        all.extend(rows.filter(|row| is_of_app(row, self.app)).map(|row| row.stage.clone()));
        if all.is_empty() {
            all.extend(ANY.iter().map(|stage| (*stage).to_owned()));
        }
        all.sort();
        all.dedup();
        all
    }

    fn row(&self, stage: &str) -> Option<&StateRow> {
        self.options.state.iter().flatten().find(|row| row.stage == stage && self.is_ours(row))
    }

    fn is_ours(&self, row: &StateRow) -> bool {
        is_of_app(row, self.app) && self.declaration.is_of(row) == Some(true)
    }

    /// What the declaration would be called as a block.
    fn as_block(
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
            object.put(naming_key(self.instance.kind), Value::text(base));
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
            Err(Why::Absent) => Err("it has no name".to_owned()),
        }
    }

    // --- Steps ----------------------------------------------------------------------------------

    fn steps(&self, naming: &Naming, steps: &mut Vec<Step>) -> Result<(), String> {
        let pins = naming.pins.clone();
        let written = self
            .instance
            .kind
            .spec()
            .alchemy
            .naming
            .iter()
            .filter(|key| **key != "className")
            .find_map(|key| self.prop(key).map(|prop| (*key, prop)));
        if let (Some((key, prop)), Some(base)) = (written, &naming.base) {
            if prop.shorthand {
                let (at, key, text) = (prop.at, key.to_owned(), base.clone());
                if naming.replace {
                    steps.push(Step::Shorthand { at, key, text });
                }
            } else if naming.replace {
                let at = prop.value_at;
                steps.push(if pins.is_empty() && self.can_cut(prop) {
                    Step::CutTemplate { at }
                } else {
                    Step::Value { at, text: base.clone() }
                });
            }
            if !pins.is_empty() {
                steps.push(Step::PinsAfter { at: prop.at, pins });
            }
            return Ok(());
        }
        let key = naming_key(self.instance.kind).to_owned();
        let text = naming.base.clone();
        let Some(options) = self.call.args.get(1) else {
            let end = self.call.args_at.first().map_or(0, |at| at.1);
            steps.push(Step::AddAfter { end, key, text, pins });
            return Ok(());
        };
        let at = self.call.args_at.get(1).copied().unwrap_or_default();
        match self.facts.expr(*options) {
            Expr::Object(props) => {
                let (object, first) = (at, props.first().map(|prop| prop.at));
                // Behind a spread that names it, the new name has to come last.
                let spread = props.iter().any(|prop| matches!(prop.key, Key::Spread));
                if spread && naming.replace {
                    return Err("its name is spread from another object".to_owned());
                }
                steps.push(Step::AddTo { object, first, key, text, pins });
            }
            Expr::Nil | Expr::Spread(_) => {
                return Err("its options are not written in place".to_owned());
            }
            _ => steps.push(Step::Spread { at, key, text, pins }),
        }
        Ok(())
    }

    /// A block adds the stage to a `dlq` that is text, so that only one that ends in it can stay
    /// what it is.
    fn dead_letters(&self) -> Result<Option<Step>, String> {
        let Some(base) = self.dead_letter_base()? else { return Ok(None) };
        let prop = self.prop("dlq").filter(|prop| !prop.shorthand);
        let template =
            prop.filter(|prop| matches!(self.facts.expr(prop.value), Expr::Template(..)));
        match template {
            Some(prop) => Ok(Some(Step::Value { at: prop.value_at, text: base })),
            None => Err("its `dlq` is not written in place: pass the queue itself".to_owned()),
        }
    }

    fn dead_letter_base(&self) -> Result<Option<String>, String> {
        let value = option(self.instance, "dlq");
        if self.instance.kind != Kind::Queue {
            return Ok(None);
        }
        match &value {
            Value::Text(parts) if known(parts).is_some() => {
                Err("its `dlq` is the same in every stage, and a block would add the stage: pass \
                     the queue itself"
                    .to_owned())
            }
            Value::Text(parts) => template_base(parts)
                .map(Some)
                .map_err(|_| "its `dlq` cannot be kept: pass the queue itself".to_owned()),
            Value::Unknown(_) | Value::OneOf(_) => {
                Err("its `dlq` cannot be told from the text".to_owned())
            }
            _ => Ok(None),
        }
    }

    fn prop(&self, key: &str) -> Option<&Prop> {
        let Expr::Object(props) = self.facts.expr(*self.call.args.get(1)?) else { return None };
        let named = |prop: &&Prop| matches!(&prop.key, Key::Name(name) if name == key);
        props.iter().rev().find(named)
    }

    /// Whether the value is a template of more than a text and the stage, `-${…stage}` at its end.
    fn can_cut(&self, prop: &Prop) -> bool {
        let Expr::Template(texts, values) = self.facts.expr(prop.value) else { return false };
        let [.., before, last] = texts.as_slice() else { return false };
        let stage = values.last().is_some_and(|value| match self.facts.expr(*value) {
            Expr::Member(_, key) => key == "stage",
            Expr::Name(name) => name == "stage",
            _ => false,
        });
        values.len() > 1 && stage && last.is_empty() && before.ends_with('-')
    }
}

/// The option that carries a block's base name, in the form that Alchemy knows.
fn naming_key(kind: Kind) -> &'static str {
    kind.spec().naming.first().copied().unwrap_or("name")
}

fn undecided(reason: &str) -> String {
    format!("its name cannot be told from the text: {reason}")
}

/// The base name of a template that ends in `-` and the stage.
fn template_base(parts: &[Part]) -> Result<String, String> {
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
    fn put(&mut self, key: &str, value: Value) {
        self.props.retain(|(name, _)| name != key);
        self.props.push((key.to_owned(), value));
    }
}

/// Whether a condition leaves out one stage.
fn is_another_stage(cond: &Cond) -> bool {
    matches!(cond, (Question::Stage(_), false))
}
