//! Calls of the program's own functions.

use std::collections::HashMap;
use std::rc::Rc;

use super::alchemy2::{Api, passed_over};
use super::conditions::tidy;
use super::eval::{CALLS, Eval, Instance, Unmodelled};
use super::flow::{Leave, Way};
use super::library::{settings_of, thrifty};
use super::{Closure, Conds, Known, Resource, Settings, Value};
use crate::naming::{self, shown_value};
use crate::syntax::facts::{Call, Expr, ExprId, FuncId, Pattern};
use crate::version::Version;
use alch_blocks::Kind;

/// How often one call may declare something.
const MOST_OF_ONE_CALL: u32 = 1000;

impl<'p> Eval<'p> {
    pub(super) fn closure(&mut self, file: usize, function: FuncId, env: usize) -> Value {
        let closure = Rc::new(Closure { file, function, env });
        if !self.ran.contains(&(file, function)) {
            self.waiting.push((Rc::clone(&closure), self.app));
        }
        Value::Func(closure)
    }

    /// Calls what nobody calls: a declaration in it is one all the same.
    pub(super) fn run_the_rest(&mut self, loaded: HashMap<usize, usize>) {
        self.loaded = loaded;
        self.rests = true;
        while !self.waiting.is_empty() {
            for (closure, app) in std::mem::take(&mut self.waiting) {
                if self.ran.contains(&(closure.file, closure.function)) {
                    continue;
                }
                (self.app, self.scope) = (app, Vec::new());
                self.revive();
                if self.custom.contains(&(closure.file, closure.function)) {
                    let reason = "the custom resource that it is in is called nowhere";
                    self.scope.push(Value::unknown(reason));
                }
                let before = self.instances.len();
                let given = self.call_closure(&closure, None);
                self.run(&given);
                self.ran.insert((closure.file, closure.function));
                let apps = &self.apps;
                for instance in self.instances.iter_mut().skip(before) {
                    let app = app.filter(|app| instance.may_be_of(apps.get(*app)));
                    instance.app = instance.app.or(app);
                }
            }
        }
    }

    /// Calls a function with values, or with nothing known of them.
    pub(super) fn call_closure(&mut self, closure: &Closure, args: Option<Vec<Value>>) -> Value {
        let key = (closure.file, closure.function);
        let Some(function) = self.facts(closure.file).and_then(|f| f.function(closure.function))
        else {
            return Value::Nil;
        };
        let open = self.calls.iter().filter(|one| **one == key).count();
        if open > 1 || self.calls.len() >= CALLS || !self.spend(closure.file) {
            return Value::unknown("a function calls itself, or calls go too deep");
        }
        self.ran.insert(key);
        self.calls.push(key);
        let outer = self.conds.clone();
        let env = self.new_env(Some(closure.env));
        if self.custom.contains(&key) {
            let id = self.scope.last().cloned().unwrap_or(Value::Nil);
            self.bind(env, "this", Value::Context(Rc::new((id, self.scope.len()))));
        }
        for (index, pattern) in function.params.iter().enumerate() {
            let value = match (&args, pattern) {
                (Some(args), Pattern::Rest(_)) => {
                    Value::Array(Rc::new(args.iter().skip(index).cloned().collect()))
                }
                (Some(args), _) => args.get(index).cloned().unwrap_or(Value::Nil),
                (None, _) => self.unknown_parameter(closure, pattern),
            };
            self.bind_pattern(closure.file, env, pattern, value);
        }
        let mut flow = self.block(closure.file, function.body, env);
        self.calls.pop();
        self.conds = outer;
        if !flow.ends {
            flow.returns.push((flow.rest.unwrap_or_default(), Value::Nil));
        }
        let is_stop = |(leave, _): &Way| matches!(leave, Leave::Throw | Leave::Exit);
        self.stops.extend(flow.leaves.into_iter().filter(is_stop));
        let base = self.conds.clone();
        let since = |conds: Conds| conds.into_iter().filter(|cond| !base.contains(cond)).collect();
        let value = match flow.returns.len() {
            1 => flow.returns.pop().map_or(Value::Nil, |(_, value)| value),
            _ => Value::one_of(
                flow.returns.into_iter().map(|(conds, value)| (since(conds), value)).collect(),
            ),
        };
        let value = self.bounded(value);
        self.placed(closure, value)
    }

    pub(super) fn call_value(&mut self, callee: &Value, args: Vec<Value>) -> Value {
        match callee {
            Value::Func(closure) => self.call_closure(&Rc::clone(closure), Some(args)),
            Value::OneOf(cases) => {
                let mut out = Vec::new();
                for (when, case) in cases.iter() {
                    out.push((when.clone(), self.call_value(case, args.clone())));
                }
                Value::one_of(out)
            }
            Value::Known(Known::Same) | Value::Context(_) => {
                args.into_iter().next().unwrap_or(Value::Nil)
            }
            Value::Known(Known::Thrifty) => {
                args.first().map_or(Value::Nil, |first| thrifty(&self.heap.copy(first)))
            }
            Value::Operator(_) | Value::Api(_) | Value::Space(_) | Value::Effect(_) => {
                self.call_lazy(callee, args)
            }
            Value::Method(on, name) => self.call_method(on, name, &args),
            // What the function is could not be told, for a reason that says more.
            Value::Unknown(reason) => {
                self.call_all(&args);
                Value::unknown(reason.clone())
            }
            _ => {
                self.call_all(&args);
                Value::unknown("it comes from a function that was not read")
            }
        }
    }

    /// Somebody unknown got these functions, and will call them.
    pub(super) fn call_all(&mut self, args: &[Value]) {
        for arg in args {
            if !self.spend(0) {
                return;
            }
            match arg {
                Value::Func(closure) if !self.calls.contains(&(closure.file, closure.function)) => {
                    let conds = self.conds.clone();
                    self.perhaps();
                    self.call_closure(closure, None);
                    self.conds = conds;
                }
                Value::Array(list) => self.call_all(&list.to_vec()),
                Value::Object(object) => {
                    let inside: Vec<_> = object
                        .props
                        .iter()
                        .filter(|(_, value)| matches!(value, Value::Func(_)))
                        .map(|(_, value)| value.clone())
                        .collect();
                    self.call_all(&inside);
                }
                _ => {}
            }
        }
    }

    pub(super) fn call(&mut self, file: usize, env: usize, id: ExprId, call: &'p Call) -> Value {
        let before = self.stops.len();
        let callee = self.expr(file, env, call.callee);
        let args = self.list(file, env, &call.args);
        if self.catches(file, call) {
            let stops = self.stops.split_off(before.min(self.stops.len()));
            self.stops.extend(stops.into_iter().filter(|(leave, _)| *leave != Leave::Throw));
        }
        self.change_by_method((file, call.callee), &callee, &args);
        self.apply(file, id, call, &callee, args)
    }

    /// Whether it gets what a promise throws.
    fn catches(&self, file: usize, call: &Call) -> bool {
        let Some(Expr::Member(_, method)) = self.facts(file).map(|facts| facts.expr(call.callee))
        else {
            return false;
        };
        match method.as_str() {
            "catch" | "allSettled" => true,
            "then" => call.args.len() > 1,
            _ => false,
        }
    }

    pub(super) fn apply(
        &mut self,
        file: usize,
        id: ExprId,
        call: &'p Call,
        callee: &Value,
        args: Vec<Value>,
    ) -> Value {
        match callee {
            Value::OneOf(cases) => {
                let mut out = Vec::new();
                for (when, case) in cases.iter() {
                    let value = self.when(std::slice::from_ref(when), |eval| {
                        eval.apply(file, id, call, case, args.clone())
                    });
                    out.push((when.clone(), value));
                }
                Value::one_of(out)
            }
            _ if callee.version() == Some(Version::V2) => self.construct((file, id), callee, args),
            Value::Space(path) if let Some(function) = passed_over(path) => {
                self.note_unmodelled(file, call, function, &args);
                self.call_value(callee, args)
            }
            Value::Api(Api::Stack) => self.call_stack(file, call, args),
            Value::Raw(kind, _) => self.declare(file, id, *kind, None, args),
            Value::Host(host, settings) => {
                let set = settings.as_ref().map(|settings| self.settings(settings, &args));
                self.declare_host(file, id, *host, set, args)
            }
            Value::Unmodelled(function) => self.pass_over(file, call, function, &args),
            Value::Block(kind, settings) => {
                let set = self.settings(settings, &args);
                self.declare(file, id, *kind, Some(set), args)
            }
            Value::Known(known) => self.call_known(*known, file, call, args),
            Value::Method(on, name) if matches!(**on, Value::Raw(..) | Value::Block(..)) => {
                self.call_through((file, id, call), on, name, args)
            }
            Value::Method(on, name) => self.call_method(on, name, &args),
            Value::Custom(closure) => self.call_custom(closure, args),
            other => self.call_value(other, args),
        }
    }

    /// `D1Database.call(this, "db")` and its relatives.
    fn call_through(
        &mut self,
        (file, id, call): (usize, ExprId, &'p Call),
        on: &Value,
        method: &str,
        mut args: Vec<Value>,
    ) -> Value {
        let unknown = || vec![Value::unknown("its arguments are not known")];
        let passed = match method {
            "bind" if args.len() < 2 => return on.clone(),
            "call" if !args.is_empty() => args.split_off(1),
            "apply" => match args.get(1) {
                Some(Value::Array(list)) => list.to_vec(),
                _ => unknown(),
            },
            _ => unknown(),
        };
        self.apply(file, id, call, on, passed)
    }

    /// A call that makes something of no kind.
    fn pass_over(
        &mut self,
        file: usize,
        call: &Call,
        function: &'static str,
        args: &[Value],
    ) -> Value {
        self.note_unmodelled(file, call, function, args);
        self.call_all(args);
        Value::unknown(format!("nothing is known of `{function}`"))
    }

    fn note_unmodelled(
        &mut self,
        file: usize,
        call: &Call,
        function: &'static str,
        args: &[Value],
    ) {
        let id = args.first().and_then(shown_value);
        let one = Unmodelled { file, at: call.callee_at, function, id };
        let is_known = |known: &Unmodelled| (known.file, known.at) == (file, one.at);
        if !self.unmodelled.iter().any(is_known) {
            self.unmodelled.push(one);
        }
    }

    /// A custom resource: its id is the scope of what it declares.
    fn call_custom(&mut self, closure: &Rc<Closure>, args: Vec<Value>) -> Value {
        self.scope.push(args.first().cloned().unwrap_or(Value::Nil));
        let value = self.call_closure(closure, Some(args));
        self.scope.pop();
        value
    }

    /// The settings of a block's call, which may have its own.
    fn settings(&self, of_set: &Rc<Settings>, args: &[Value]) -> Rc<Settings> {
        match args.get(3) {
            Some(set @ Value::Object(_)) => Rc::new(settings_of(Some(&self.heap.copy(set)))),
            _ => Rc::clone(of_set),
        }
    }

    pub(super) fn declare(
        &mut self,
        file: usize,
        call: ExprId,
        kind: Kind,
        block: Option<Rc<Settings>>,
        args: Vec<Value>,
    ) -> Value {
        let instance = self.instance(file, call, kind, block, args);
        let resource = Resource {
            name: naming::as_value(&instance),
            id: instance.id.clone(),
            is_binding: kind.spec().is_class,
            kind,
        };
        self.add(instance);
        Value::Resource(Rc::new(resource))
    }

    pub(super) fn instance(
        &self,
        file: usize,
        call: ExprId,
        kind: Kind,
        block: Option<Rc<Settings>>,
        args: Vec<Value>,
    ) -> Instance {
        let mut args = args.into_iter().map(|arg| self.heap.copy(&arg));
        Instance {
            file,
            call,
            kind,
            host: None,
            version: Version::V0,
            block,
            id: args.next().unwrap_or(Value::Nil),
            options: args.next().unwrap_or(Value::Nil),
            app: self.app,
            scope: self.scope.clone(),
            in_root: self.in_root,
            bound: None,
            formers: Vec::new(),
            when: tidy(self.conds.clone()),
        }
    }

    pub(super) fn add(&mut self, instance: Instance) {
        // They are compared with each other.
        let times = self.declared.entry((instance.file, instance.call)).or_default();
        *times = times.saturating_add(1);
        if *times > MOST_OF_ONE_CALL {
            self.fuel = 0;
            self.exhausted.get_or_insert(instance.file);
        }
        self.instances.push(instance);
    }
}
