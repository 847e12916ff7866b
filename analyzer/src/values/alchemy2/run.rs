//! What runs an effect.

use std::rc::Rc;

use super::library::{keeps, piped};
use super::{Api, Effect, Host, Operator};
use crate::syntax::facts::{At, ExprId};
use crate::values::eval::Eval;
use crate::values::logic::otherwise;
use crate::values::members::AFTER;
use crate::values::{Closure, Conds, Object, Part, Value};

/// An effect of a stack that could not be told, so that nobody knows what it declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfollowed {
    pub file: usize,
    pub at: At,
    pub reason: String,
}

/// What an effect gave, and where it ran.
#[derive(Debug)]
pub(in crate::values) struct Given {
    /// It is kept, so that no other has its address.
    #[expect(dead_code, reason = "it only has to live as long")]
    effect: Rc<Effect>,
    place: Place,
    value: Value,
}

/// All that decides what an effect declares.
#[derive(Debug, PartialEq)]
struct Place {
    app: Option<usize>,
    scope: Vec<Value>,
    conds: Conds,
    host: Option<Host>,
    adopt: Option<Value>,
    delete: Option<Value>,
    formers: Vec<Value>,
}

impl<'p> Eval<'p> {
    /// `yield*`.
    pub(in crate::values) fn run_yield(
        &mut self,
        (file, env): (usize, usize),
        value: ExprId,
        at: At,
    ) -> Value {
        let value = self.expr(file, env, value);
        if let Value::Unknown(reason) = &value {
            self.cannot_run(file, at, reason);
        }
        self.run(&value)
    }

    /// Notes that a stack runs something that is not known.
    pub(super) fn cannot_run(&mut self, file: usize, at: At, reason: &str) {
        let one = Unfollowed { file, at, reason: reason.to_owned() };
        // What a resource has declares nothing.
        let is_output = reason.ends_with(AFTER);
        if self.deploys && !is_output && !self.unfollowed.contains(&one) {
            self.unfollowed.push(one);
        }
    }

    /// What an effect gives. It declares what the effect makes.
    pub(in crate::values) fn run(&mut self, value: &Value) -> Value {
        let file = self.app.and_then(|app| self.apps.get(app)).map_or(0, |app| app.file);
        if !self.spend(file) {
            return Value::unknown("the program is too large to be followed");
        }
        self.depth = self.depth.saturating_add(2);
        let given = match value {
            Value::OneOf(cases) => {
                let run = |(when, case): &(_, Value)| {
                    let given = self.when(std::slice::from_ref(when), |eval| eval.run(case));
                    (Clone::clone(when), given)
                };
                Value::one_of(cases.iter().map(run).collect())
            }
            Value::Effect(effect) => self.run_effect(&Rc::clone(effect)),
            Value::Api(Api::Stack) => the_stack(),
            Value::Api(Api::Stage) => Value::Text(vec![Part::Stage]),
            Value::Api(Api::StackName) => Value::Text(vec![Part::App]),
            other => other.clone(),
        };
        self.depth = self.depth.saturating_sub(2);
        given
    }

    /// What a stack ran in the same place gives the same: layers share others, and those again.
    fn run_effect(&mut self, effect: &Rc<Effect>) -> Value {
        if !self.deploys {
            return self.run_anew(effect);
        }
        let place = self.place();
        let key = Rc::as_ptr(effect) as usize;
        if let Some(known) = self.given.get(&key)
            && known.place == place
        {
            return known.value.clone();
        }
        let value = self.run_anew(effect);
        self.given.insert(key, Given { effect: Rc::clone(effect), place, value: value.clone() });
        value
    }

    fn place(&self) -> Place {
        Place {
            app: self.app,
            scope: self.scope.clone(),
            conds: self.conds.clone(),
            host: self.host.clone(),
            adopt: self.adopt.clone(),
            delete: self.delete.clone(),
            formers: self.formers.clone(),
        }
    }

    fn run_anew(&mut self, effect: &Rc<Effect>) -> Value {
        match &**effect {
            Effect::Make(make) => self.run_make(effect, make),
            Effect::Call(closure, args, runs) => {
                // Each function that nobody calls has its turn: it needs no second one, and no value.
                let ran = self.ran.contains(&(closure.file, closure.function));
                if self.rests && ran {
                    return not_followed();
                }
                let given = self.call_closure(closure, Some(args.clone()));
                let given = if *runs { self.run_result(closure, &given) } else { given };
                if self.rests { not_followed() } else { given }
            }
            Effect::Piped(inner, operator) => self.run_piped(inner, operator),
            Effect::All(value) => self.run_nested(value),
            Effect::Gives(value) => value.clone(),
            Effect::Stack(..) => Value::Space(Rc::from("Alchemy.Stack")),
            Effect::Library(path, args) => self.run_library(path, args),
        }
    }

    fn run_piped(&mut self, inner: &Value, operator: &Operator) -> Value {
        match operator {
            Operator::Keep(before) => {
                for value in before {
                    self.run_nested(value);
                }
                self.run(inner)
            }
            Operator::Adopt(adopt) => {
                let adopt = if *adopt == Value::Nil { Value::Bool(true) } else { adopt.clone() };
                let outer = self.adopt.replace(adopt);
                let given = self.run(inner);
                self.adopt = outer;
                given
            }
            Operator::Delete(delete) => {
                let outer = self.delete.replace(delete.clone());
                let given = self.run(inner);
                self.delete = outer;
                given
            }
            Operator::RenamedFrom(ids) => {
                let outer = std::mem::replace(&mut self.formers, ids.clone());
                let given = self.run(inner);
                self.formers = outer;
                given
            }
            Operator::Push(id) => {
                self.scope.push(id.clone());
                let given = self.run(inner);
                self.scope.pop();
                given
            }
            Operator::Map(function) => {
                let given = self.run(inner);
                self.call_value(function, vec![given])
            }
            Operator::AndThen(next) => {
                let given = self.run(inner);
                self.run_next(next, given)
            }
            Operator::Tap(next) => {
                let given = self.run(inner);
                self.run_next(next, given.clone());
                given
            }
            Operator::Default(other) => {
                let given = self.run(inner);
                otherwise(&given, other, true)
            }
            Operator::As(value) => {
                self.run(inner);
                value.clone()
            }
        }
    }

    fn run_next(&mut self, next: &Value, given: Value) -> Value {
        match next {
            Value::Func(closure) => {
                let next = self.call_closure(closure, Some(vec![given]));
                self.run_result(closure, &next)
            }
            other => self.run(other),
        }
    }

    /// Runs what a function gave, as a part of its call: it may call itself there.
    fn run_result(&mut self, closure: &Closure, given: &Value) -> Value {
        self.calls.push((closure.file, closure.function));
        let given = self.run(given);
        self.calls.pop();
        given
    }

    /// The same value with what its effects give.
    pub(super) fn run_nested(&mut self, value: &Value) -> Value {
        match &self.heap.now(value.clone()) {
            value @ Value::Effect(_) => self.run(value),
            Value::Array(list) => {
                Value::Array(Rc::new(list.iter().map(|one| self.run_nested(one)).collect()))
            }
            Value::Object(object) if self.spend(0) => {
                let run = |(key, one): &(String, Value)| (key.clone(), self.run_nested(one));
                let props = object.props.iter().map(run).collect();
                Value::Object(Rc::new(Object { props, open: object.open.clone() }))
            }
            Value::OneOf(cases) => {
                let run = |(when, case): &(_, Value)| {
                    let given = self.when(std::slice::from_ref(when), |eval| eval.run_nested(case));
                    (Clone::clone(when), given)
                };
                Value::one_of(cases.iter().map(run).collect())
            }
            other => other.clone(),
        }
    }

    /// A function that is not followed may run each effect that it gets, and call each function.
    fn run_library(&mut self, path: &Rc<str>, args: &[Value]) -> Value {
        let mut kept = Vec::new();
        for arg in args {
            match arg {
                Value::Func(closure) => self.run_function(closure),
                Value::Effect(_) => kept.push(self.run(arg)),
                other => {
                    self.run_nested(other);
                }
            }
        }
        match kept.pop() {
            Some(given) if kept.is_empty() && keeps(path) => given,
            _ => Value::Space(Rc::clone(path)),
        }
    }

    fn run_function(&mut self, closure: &Rc<Closure>) {
        if self.calls.contains(&(closure.file, closure.function)) {
            return;
        }
        let conds = self.conds.clone();
        self.perhaps();
        let given = self.call_closure(closure, None);
        self.run_result(closure, &given);
        self.conds = conds;
    }

    /// Calls what an effect or one of its relatives is.
    pub(in crate::values) fn call_lazy(&mut self, callee: &Value, mut args: Vec<Value>) -> Value {
        match callee {
            Value::Operator(operator) => {
                piped(args.into_iter().next().unwrap_or(Value::Nil), (**operator).clone())
            }
            Value::Api(api) => self.call_api(*api, args),
            Value::Space(path) => Value::effect(Effect::Library(Rc::clone(path), args)),
            Value::Effect(effect) => match &**effect {
                Effect::Library(path, before) => {
                    args.splice(0..0, before.iter().cloned());
                    Value::effect(Effect::Library(Rc::clone(path), args))
                }
                _ => Value::unknown("an effect is called, which is not followed"),
            },
            _ => Value::unknown("it comes from a function that was not read"),
        }
    }
}

fn not_followed() -> Value {
    Value::Space(Rc::from("effect.Effect.gen"))
}

/// What `yield* Alchemy.Stack` gives.
fn the_stack() -> Value {
    let props = [("name", Part::App), ("stage", Part::Stage)];
    let props = props.map(|(key, part)| (key.to_owned(), Value::Text(vec![part])));
    let open = Some("it is known only when the program runs".to_owned());
    Value::Object(Rc::new(Object { props: props.to_vec(), open }))
}
