//! Environments: names, assignments and patterns.

use std::collections::HashMap;
use std::rc::Rc;

use super::conditions::none_of;
use super::eval::Eval;
use super::logic::otherwise;
use super::{Conds, Known, Object, Question, Test, Value};
use crate::syntax::facts::{Expr, ExprId, Pattern};

#[derive(Default)]
pub(super) struct Env {
    pub(super) parent: Option<usize>,
    pub(super) vars: HashMap<String, Value>,
    pub(super) conds: usize,
    /// The number of the test whether a variable of which nothing is known is true.
    asked: HashMap<String, u32>,
}

/// Why nobody can tell what such a pattern takes.
const COMPUTED: &str = "a computed key takes it out of an object";

impl<'p> Eval<'p> {
    pub(super) fn new_env(&mut self, parent: Option<usize>) -> usize {
        let conds = self.conds.len();
        self.envs.push(Env { parent, conds, ..Env::default() });
        self.envs.len().saturating_sub(1)
    }

    pub(super) fn bind(&mut self, env: usize, name: &str, value: Value) {
        let value = match value {
            // Whoever asks for it gets the same answer.
            Value::Test(test) => Value::Test(Rc::new((*test).clone().placed(self.number()))),
            value => value,
        };
        if let Some(env) = self.envs.get_mut(env) {
            env.asked.remove(name);
            env.vars.insert(name.to_owned(), value);
        }
    }

    /// The value of a test. A variable of which nothing is known is true or false wherever it is
    /// asked.
    pub(super) fn asked(&mut self, file: usize, env: usize, id: ExprId) -> Value {
        let value = self.expr(file, env, id);
        let name = match self.facts(file).map(|facts| facts.expr(id)) {
            Some(Expr::Name(name)) if matches!(value, Value::Unknown(_)) => name,
            _ => return value,
        };
        let number = self.number();
        let mut at = Some(env);
        while let Some(env) = at.and_then(|at| self.envs.get_mut(at)) {
            if env.vars.contains_key(name) {
                let number = *env.asked.entry(name.clone()).or_insert(number);
                return Value::Test(Rc::new(Test::asks(&Question::Open(number))));
            }
            at = env.parent;
        }
        let number = *self.asked_outside.entry((file, name.clone())).or_insert(number);
        Value::Test(Rc::new(Test::asks(&Question::Open(number))))
    }

    pub(super) fn lookup(&mut self, file: usize, env: usize, name: &str) -> Value {
        let mut at = Some(env);
        while let Some(env) = at.and_then(|at| self.envs.get(at)) {
            if let Some(value) = env.vars.get(name) {
                return value.clone();
            }
            at = env.parent;
        }
        let link = self.facts(file).and_then(|f| f.links.iter().find(|link| link.local == name));
        if let Some(link) = link {
            return self.imported(file, link);
        }
        match name {
            "process" | "Bun" => Value::Known(Known::Process),
            "Deno" => Value::Object(Rc::new(Object {
                props: vec![
                    ("env".to_owned(), Value::Known(Known::EnvGet)),
                    ("args".to_owned(), Value::Known(Known::Argv(2))),
                    ("exit".to_owned(), Value::Known(Known::Exit)),
                ],
                open: Some("`Deno` has more".to_owned()),
            })),
            "Promise" => Value::Known(Known::Promise),
            "Object" => Value::Known(Known::ObjectClass),
            "String" => Value::Known(Known::Same),
            "Map" => Value::Known(Known::MapClass),
            "Set" => Value::Known(Known::SetClass),
            _ => Value::unknown(format!("nothing is known of `{name}`")),
        }
    }

    pub(super) fn assign(&mut self, env: usize, name: &str, value: Value) {
        let mut at = Some(env);
        while let Some(index) = at {
            let Some(env) = self.envs.get(index) else { return };
            let Some(old) = env.vars.get(name) else {
                at = env.parent;
                continue;
            };
            // The conditions since the variable was declared; none where it is surely assigned.
            let since: Conds = self.conds.iter().skip(env.conds).cloned().collect();
            let since: Conds =
                since.into_iter().filter(|cond| !self.alive.contains(cond)).collect();
            let merged = if since.is_empty() {
                value
            } else {
                Value::one_of(vec![(none_of(since.clone()), old.clone()), (since, value)])
            };
            let merged = self.bounded(merged);
            return self.bind(index, name, merged);
        }
    }

    pub(super) fn bind_pattern(
        &mut self,
        file: usize,
        env: usize,
        pattern: &Pattern,
        value: Value,
    ) {
        match pattern {
            Pattern::Skip => {}
            Pattern::Name(name) => self.bind(env, name, value),
            Pattern::Or(inner, other) => {
                let value = match value {
                    Value::Nil => self.expr(file, env, *other),
                    Value::OneOf(_) | Value::Text(_) => {
                        let other = self.expr(file, env, *other);
                        otherwise(&value, &other, true)
                    }
                    value => value,
                };
                self.bind_pattern(file, env, inner, value);
            }
            Pattern::Rest(inner) => self.bind_pattern(file, env, inner, value),
            Pattern::Array(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let element = match (&value, part) {
                        (Value::Array(list), Pattern::Rest(_)) => {
                            Value::Array(Rc::new(list.iter().skip(index).cloned().collect()))
                        }
                        (Value::Array(list), _) => list.get(index).cloned().unwrap_or(Value::Nil),
                        (Value::Known(Known::Argv(_)) | Value::Pieces(_), _) => {
                            self.member(&value, &index.to_string())
                        }
                        _ => Value::unknown("it is taken from a list that is not known"),
                    };
                    self.bind_pattern(file, env, part, element);
                }
            }
            Pattern::Object(parts, rest) => {
                self.bind_object(file, env, parts, rest.as_deref(), &value);
            }
        }
    }

    fn bind_object(
        &mut self,
        file: usize,
        env: usize,
        parts: &[(Option<String>, Pattern)],
        rest: Option<&str>,
        value: &Value,
    ) {
        for (key, part) in parts {
            let taken = match (value, key) {
                (Value::Unknown(reason), _) => Value::unknown(reason.clone()),
                (_, None) => Value::unknown(COMPUTED),
                (value, Some(key)) => self.member(value, key),
            };
            self.bind_pattern(file, env, part, taken);
        }
        if let Some(rest) = rest {
            let left = match value {
                _ if parts.iter().any(|(key, _)| key.is_none()) => Value::unknown(COMPUTED),
                Value::Object(object) => {
                    let taken =
                        |key: &str| parts.iter().any(|(name, _)| name.as_deref() == Some(key));
                    let props = object.props.iter().filter(|(key, _)| !taken(key));
                    Value::Object(Rc::new(Object {
                        props: props.cloned().collect(),
                        open: object.open.clone(),
                    }))
                }
                Value::Library(_) | Value::Module(_) | Value::Blocks(_) => value.clone(),
                _ => Value::unknown(format!("nothing is known of `{rest}`")),
            };
            self.bind(env, rest, left);
        }
    }
}
