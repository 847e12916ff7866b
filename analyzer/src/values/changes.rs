//! Objects, lists and maps that a program changes in place.

use std::rc::Rc;

use super::eval::{Eval, LONGEST};
use super::{Object, Value};
use crate::syntax::facts::{CHANGING, Expr, ExprId, Facts};

impl<'p> Eval<'p> {
    /// `object.key = value`.
    pub(super) fn put(
        &mut self,
        (file, env): (usize, usize),
        (on, key): (ExprId, ExprId),
        value: ExprId,
    ) -> Value {
        let object = self.expr(file, env, on);
        let key = self.expr(file, env, key).known_text();
        let value = self.expr(file, env, value);
        let reason = self.not_followed(file, on);
        self.change(&object, |old| {
            let at = key.as_ref().and_then(|key| key.parse::<usize>().ok());
            match (old, &key) {
                (Value::Object(object), Some(key)) => {
                    Value::Object(Rc::new(with(object, key, value.clone())))
                }
                (Value::Array(list), _) if at.is_some_and(|at| at < list.len()) => {
                    let mut list = (**list).clone();
                    if let Some(one) = at.and_then(|at| list.get_mut(at)) {
                        *one = value.clone();
                    }
                    Value::Array(Rc::new(list))
                }
                _ => Value::unknown(reason.clone()),
            }
        });
        value
    }

    /// A method that changes what it is called on.
    pub(super) fn change_by_method(
        &mut self,
        (file, callee): (usize, ExprId),
        method: &Value,
        args: &[Value],
    ) {
        let is_method = |value: &Value| matches!(value, Value::Method(_, name) if CHANGING.contains(&name.as_str()));
        let cases = method.cases();
        let called = cases.iter().filter(|(_, case)| is_method(case));
        let name = called.clone().find_map(|(_, case)| match case {
            Value::Method(_, name) => Some(name.clone()),
            _ => None,
        });
        let Some(name) = name else { return };
        let on = |case: &Value| match case {
            Value::Method(on, _) => (**on).clone(),
            other => other.clone(),
        };
        let on = cases.iter().map(|(when, case)| (when.clone(), on(case))).collect();
        let reason = self.not_followed(file, callee);
        self.change(&Value::OneOf(Rc::new(on)), |old| match (old, name.as_str(), args) {
            (Value::Array(list), "push" | "add", args) => {
                Value::Array(Rc::new(list.iter().chain(args).cloned().collect()))
            }
            (Value::Map(map), "set", [key, value]) => match key.known_text() {
                Some(key) => Value::Map(Rc::new(with(map, &key, value.clone()))),
                None => Value::unknown(reason.clone()),
            },
            _ => Value::unknown(reason.clone()),
        });
    }

    /// `Object.assign(target, …)`.
    pub(super) fn assign_all(&mut self, args: &[Value]) -> Value {
        let Some((target, sources)) = args.split_first() else { return Value::Nil };
        self.change(target, |old| match old {
            Value::Object(object) => {
                let mut object = (**object).clone();
                sources.iter().for_each(|source| object.spread(source));
                Value::Object(Rc::new(object))
            }
            _ => Value::unknown("`Object.assign` changes it in a way that is not followed"),
        });
        self.heap.now(target.clone())
    }

    /// What a loop changes that is not followed, by the expression that it is changed through.
    pub(super) fn forget_in_loop(&mut self, (file, env): (usize, usize), id: ExprId) {
        let Some(facts) = self.facts(file) else { return };
        let mut id = id;
        // An element that each turn takes anew is in something that is known.
        for _ in 0..LONGEST {
            if is_plain(facts, id) {
                let value = self.expr(file, env, id);
                if value.cases().iter().any(|(_, case)| is_changeable(case)) {
                    let reason =
                        format!("{} changes in a loop that is not followed", name(facts, id));
                    return self.forget(&value, &reason);
                }
            }
            match facts.expr(id) {
                Expr::Member(object, _) | Expr::Index(object, _) => id = *object,
                _ => return,
            }
        }
    }

    fn not_followed(&self, file: usize, id: ExprId) -> String {
        let name = self.facts(file).map_or_else(|| "it".to_owned(), |facts| name(facts, id));
        format!("{name} is changed in a way that is not followed")
    }
}

/// The variable that an expression starts from.
fn name(facts: &Facts, mut id: ExprId) -> String {
    for _ in 0..LONGEST {
        match facts.expr(id) {
            Expr::Name(name) => return format!("`{name}`"),
            Expr::Member(object, _) | Expr::Index(object, _) => id = *object,
            _ => break,
        }
    }
    "it".to_owned()
}

/// Whether to evaluate it does nothing.
fn is_plain(facts: &Facts, id: ExprId) -> bool {
    let mut open = vec![id];
    for _ in 0..LONGEST {
        let Some(id) = open.pop() else { return true };
        match facts.expr(id) {
            Expr::Name(_) | Expr::Text(_) => {}
            Expr::Member(object, _) => open.push(*object),
            Expr::Index(object, key) => open.extend([*object, *key]),
            _ => return false,
        }
    }
    false
}

fn is_changeable(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_) | Value::Map(_))
}

fn with(object: &Object, key: &str, value: Value) -> Object {
    let mut object = object.clone();
    object.set(key, value);
    object
}
