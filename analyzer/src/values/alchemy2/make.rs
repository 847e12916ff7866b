//! Constructors and blocks of Alchemy 2, once they run.

use std::rc::Rc;

use alch_blocks::{HostBlock, Kind};

use super::library::piped;
use super::{Api, Effect, Make, Operator};
use crate::naming;
use crate::syntax::facts::ExprId;
use crate::values::conditions::{closed, tidy};
use crate::values::eval::{Bound, Eval, Instance};
use crate::values::{Change, Object, Part, Resource, Value};
use crate::version::Version;

/// The Worker that binds what runs.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::values) struct Host {
    name: Value,
    pub(super) bound: Bound,
}

impl<'p> Eval<'p> {
    /// A call of a constructor: without arguments, it is the one of a class.
    pub(in crate::values) fn construct(
        &mut self,
        (file, call): (usize, ExprId),
        callee: &Value,
        mut args: Vec<Value>,
    ) -> Value {
        if args.is_empty() {
            return callee.clone();
        }
        let (kind, host, block) = match callee {
            Value::Raw(kind, _) => (*kind, None, None),
            Value::Api(Api::Site) => {
                args.resize(args.len().max(2), Value::Nil);
                (Kind::Worker, None, None)
            }
            Value::Api(Api::WorkerRoute) => (Kind::Worker, Some(HostBlock::Route), None),
            Value::Block(kind, settings) => (*kind, None, Some(Rc::clone(settings))),
            Value::Host(host, Some(settings)) => {
                (Kind::Worker, Some(*host), Some(Rc::clone(settings)))
            }
            _ => return Value::unknown("it comes from a function that was not read"),
        };
        let effect = Rc::new(Effect::Make(Make { file, call, kind, host, block, args }));
        self.made.push((Rc::clone(&effect), self.app));
        Value::Effect(effect)
    }

    pub(super) fn run_make(&mut self, effect: &Rc<Effect>, make: &Make) -> Value {
        // Two Workers may bind each other.
        if self.running.iter().any(|one| Rc::ptr_eq(one, effect)) {
            return Value::Space(Rc::from("Alchemy.Self"));
        }
        if let Some(host) = make.host {
            return self.run_host(make, host);
        }
        self.running.push(Rc::clone(effect));
        let args: Vec<_> = make.args.iter().map(|arg| self.heap.copy(arg)).collect();
        let mut args = args.iter();
        let id = args.next().cloned().unwrap_or(Value::Nil);
        let options = self.options_of(make, args.next());
        let instance = self.instance_of(make, id, options);
        let resource = Resource {
            name: naming::as_value(&instance),
            id: instance.id.clone(),
            is_binding: make.kind.spec().is_class,
            kind: make.kind,
        };
        if make.is_tag() {
            self.tags.push(instance.clone());
        } else {
            self.add(instance.clone());
        }
        let host = (make.kind == Kind::Worker).then(|| Host {
            name: resource.name.clone(),
            bound: Bound { scope: instance.scope, id: instance.id, key: None },
        });
        self.run_parts(host, &instance.options, args);
        self.running.pop();
        Value::Resource(Rc::new(resource))
    }

    /// The options may be an effect; of a class it is what implements it.
    fn options_of(&mut self, make: &Make, given: Option<&Value>) -> Value {
        let given = given.cloned().unwrap_or(Value::Nil);
        let is_effect = matches!(given, Value::Effect(_));
        let given = match is_effect {
            true => self.run(&given),
            false => given,
        };
        if !make.kind.spec().is_class {
            return given;
        }
        let options = if is_effect { Value::Nil } else { given };
        self.class_options(make, options)
    }

    /// What a class is called if its options do not say so: its class, and a workflow at Cloudflare.
    fn class_options(&self, make: &Make, options: Value) -> Value {
        if make.block.is_some() {
            return options;
        }
        let mut object = match options {
            Value::Object(object) => (*object).clone(),
            Value::Nil => Object::default(),
            other => return other,
        };
        if object.get("className") == Value::Nil {
            object.set("className", make.args.first().cloned().unwrap_or(Value::Nil));
        }
        let is_own = object.get("scriptName") == Value::Nil;
        if make.kind == Kind::Workflow && is_own && object.get("workflowName") == Value::Nil {
            let name = self.host.as_ref().and_then(|host| {
                let Value::Text(of) = &host.name else { return None };
                let class = object.get("className").known_text()?;
                let by = Change::WorkflowOf(class);
                Some(Value::Text(vec![Part::made(of.clone(), by)]))
            });
            object.set("workflowName", name.unwrap_or(Value::Nil));
        }
        Value::Object(Rc::new(object))
    }

    pub(super) fn instance_of(&self, make: &Make, id: Value, options: Value) -> Instance {
        // 0.94 has an option for each policy of Alchemy 2.
        let options = with_option(options, "adopt", self.adopt.as_ref());
        let options = with_option(options, "delete", self.delete.as_ref());
        let is_class = make.kind.spec().is_class || make.kind == Kind::Container;
        let is_stack =
            |app: &usize| self.apps.get(*app).is_some_and(|app| app.version == Version::V2);
        Instance {
            file: make.file,
            call: make.call,
            kind: make.kind,
            host: None,
            version: Version::V2,
            block: make.block.clone(),
            id,
            options,
            app: self.app.filter(is_stack),
            scope: self.scope.clone(),
            in_root: false,
            bound: self.host.as_ref().filter(|_| is_class).map(|host| host.bound.clone()),
            formers: self.formers.clone(),
            when: tidy(closed(std::slice::from_ref(&self.conds)).pop().unwrap_or_default()),
        }
    }

    /// Runs what the options and the implementation have in them.
    fn run_parts<'a>(
        &mut self,
        host: Option<Host>,
        options: &Value,
        rest: impl Iterator<Item = &'a Value>,
    ) {
        let outer = self.host.clone();
        self.host = host.or_else(|| outer.clone());
        for (_, case) in options.cases() {
            let Value::Object(object) = &case else { continue };
            for (key, value) in &object.props {
                match value {
                    Value::Object(bound) if matches!(key.as_str(), "env" | "bindings") => {
                        self.run_bound(bound);
                    }
                    other => {
                        self.run_nested(other);
                    }
                }
            }
        }
        if let Some(host) = &mut self.host {
            host.bound.key = None;
        }
        for value in rest {
            self.run_nested(value);
        }
        self.host = outer;
    }

    fn run_bound(&mut self, bound: &Object) {
        for (key, value) in &bound.props {
            if let Some(host) = &mut self.host {
                host.bound.key = Some(key.clone());
            }
            self.run_nested(value);
        }
    }

    /// Declares what was made and never run, as far as anybody saw: and the Workers of which only
    /// the name was.
    pub(in crate::values) fn run_what_is_left(&mut self) {
        (self.deploys, self.rests) = (false, false);
        for (effect, app) in std::mem::take(&mut self.made) {
            let Effect::Make(make) = &*effect else { continue };
            if !self.declared.contains_key(&(make.file, make.call)) && !make.is_tag() {
                (self.app, self.scope, self.conds) = (app, Vec::new(), Vec::new());
                // Not by `run`, which stops if the program is too large.
                self.run_make(&effect, make);
            }
        }
        for mut tag in std::mem::take(&mut self.tags) {
            let same = |one: &Instance| {
                one.kind == tag.kind
                    && one.id == tag.id
                    && (one.app.is_none() || one.app == tag.app)
            };
            if !self.instances.iter().any(same) {
                tag.options = Value::unknown("its `make` is not seen");
                self.add(tag);
            }
        }
    }

    /// What `Worker<Api>()("api")` and its relatives have.
    pub(in crate::values) fn call_effect_method(
        &mut self,
        effect: &Rc<Effect>,
        name: &str,
        args: &[Value],
    ) -> Value {
        match (&**effect, name) {
            (_, "pipe") => self.pipe(Value::Effect(Rc::clone(effect)), args),
            (Effect::Make(make), "make") if make.is_tag() => {
                let id = make.args.first().cloned().unwrap_or(Value::Nil);
                let args = std::iter::once(id).chain(args.iter().cloned()).collect();
                let (block, kind) = (make.block.clone(), make.kind);
                let whole =
                    Make { file: make.file, call: make.call, kind, host: None, block, args };
                let effect = Rc::new(Effect::Make(whole));
                self.made.push((Rc::clone(&effect), self.app));
                Value::Effect(effect)
            }
            (Effect::Make(_), "make") => {
                let inner = Value::Effect(Rc::clone(effect));
                piped(inner, Operator::Keep(args.to_vec()))
            }
            (Effect::Stack(file, at, stack), "make") => self.stack((*file, *at), stack, args, None),
            _ => Value::effect(Effect::Library(Rc::from(name), args.to_vec())),
        }
    }
}

fn with_option(options: Value, key: &str, value: Option<&Value>) -> Value {
    let Some(value) = value else { return options };
    let mut object = match options {
        Value::Object(object) => (*object).clone(),
        Value::Nil => Object::default(),
        other => return other,
    };
    object.set(key, value.clone());
    Value::Object(Rc::new(object))
}
