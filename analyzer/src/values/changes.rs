//! Objects, lists and maps that a program changes in place.

use std::rc::Rc;

use super::eval::Eval;
use super::{Object, Value};
use crate::syntax::facts::{Call, Expr, ExprId};

/// The methods that change a list, a set or a map, but for those that are followed.
const METHODS: [&str; 10] = [
    "clear",
    "copyWithin",
    "delete",
    "fill",
    "pop",
    "reverse",
    "shift",
    "sort",
    "splice",
    "unshift",
];

impl<'p> Eval<'p> {
    /// `name.key = value`; no key where it is a member of a member.
    pub(super) fn put(
        &mut self,
        (file, env): (usize, usize),
        name: &str,
        key: Option<ExprId>,
        value: ExprId,
    ) -> Value {
        let value = self.expr(file, env, value);
        let key = key.and_then(|key| self.expr(file, env, key).known_text());
        let changed = match (self.lookup(file, env, name), key) {
            (Value::Object(object), Some(key)) => with(&object, &key, value.clone()),
            (old, _) if is_changeable(&old) => not_followed(name),
            _ => return value,
        };
        self.assign(env, name, changed);
        value
    }

    /// A call that may change the variable that it is made on, or that it gets first.
    pub(super) fn change_by_call(
        &mut self,
        (file, env): (usize, usize),
        call: &'p Call,
        args: &[Value],
    ) {
        let Some(facts) = self.facts(file) else { return };
        let Expr::Member(object, method) = facts.expr(call.callee) else { return };
        let Expr::Name(on) = facts.expr(*object) else { return };
        let first = call.args.first().map(|first| facts.expr(*first));
        let (name, is_object) = match (on.as_str(), first) {
            ("Object", Some(Expr::Name(first))) if method == "assign" => (first, true),
            _ => (on, false),
        };
        let changed = match (self.lookup(file, env, name), method.as_str(), args) {
            (Value::Object(object), "assign", [_, sources @ ..]) if is_object => {
                let mut object = (*object).clone();
                sources.iter().for_each(|source| object.spread(source));
                Value::Object(Rc::new(object))
            }
            (Value::Array(list), "push" | "add", args) => {
                Value::Array(Rc::new(list.iter().chain(args).cloned().collect()))
            }
            (Value::Map(map), "set", [key, value]) => match key.known_text() {
                Some(key) => match with(&map, &key, value.clone()) {
                    Value::Object(map) => Value::Map(map),
                    other => other,
                },
                None => not_followed(name),
            },
            (old @ (Value::Array(_) | Value::Map(_) | Value::OneOf(_)), method, _)
                if METHODS.contains(&method)
                    || matches!((&old, method), (Value::OneOf(_), "push" | "add" | "set")) =>
            {
                not_followed(name)
            }
            _ => return,
        };
        self.assign(env, name, changed);
    }
}

fn is_changeable(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_) | Value::Map(_) | Value::OneOf(_))
}

fn with(object: &Object, key: &str, value: Value) -> Value {
    let mut object = object.clone();
    object.set(key, value);
    Value::Object(Rc::new(object))
}

fn not_followed(name: &str) -> Value {
    Value::unknown(format!("`{name}` is changed in a way that is not followed"))
}
