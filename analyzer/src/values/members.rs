//! Members and elements.

use std::rc::Rc;

use super::eval::Eval;
use super::library::{block_kind, known_member, library_member};
use super::{Conds, Known, Part, Value};

impl<'p> Eval<'p> {
    pub(super) fn index(&mut self, object: &Value, key: &Value) -> Value {
        if let Some(key) = key.known_text() {
            return self.member(object, &key);
        }
        match (object, key) {
            (Value::Object(object), Value::Text(parts)) if parts.as_slice() == [Part::Stage] => {
                let mut cases: Vec<(Conds, Value)> = Vec::new();
                let mut rest: Conds = Vec::new();
                for (name, value) in &object.props {
                    cases.push((vec![(name.clone(), true)], value.clone()));
                    rest.push((name.clone(), false));
                }
                let other = object.open.clone().map_or(Value::Nil, Value::Unknown);
                cases.push((rest, other));
                Value::one_of(cases)
            }
            (Value::Known(Known::Env), _) => {
                Value::unknown("a variable is read by a computed name")
            }
            _ => Value::unknown("it is looked up by a key that is not known"),
        }
    }

    pub(super) fn member(&mut self, object: &Value, key: &str) -> Value {
        match object {
            Value::OneOf(cases) => {
                let mut out = Vec::new();
                for (when, case) in cases.iter() {
                    out.push((when.clone(), self.member(case, key)));
                }
                Value::one_of(out)
            }
            Value::Object(object) => object.get(key),
            Value::Array(list) => match key.parse::<usize>() {
                Ok(index) => list.get(index).cloned().unwrap_or(Value::Nil),
                Err(_) => Value::Method(Rc::new(Value::Array(Rc::clone(list))), key.to_owned()),
            },
            Value::Text(_) => Value::Method(Rc::new(object.clone()), key.to_owned()),
            Value::Module(file) => self
                .exported(*file, key, &mut Vec::new())
                .unwrap_or_else(|| Value::unknown(format!("no export `{key}` was found"))),
            Value::Library(library) => library_member(*library, key)
                .unwrap_or_else(|| Value::unknown(format!("nothing is known of `{key}`"))),
            Value::Blocks(settings) => {
                block_kind(key).map_or(Value::Nil, |kind| Value::Block(kind, Rc::clone(settings)))
            }
            Value::Scope(depth) => self.scope_member(*depth, key),
            Value::Resource(resource) => match key {
                "name" | "title" | "workflowName" => resource.name.clone(),
                "id" if resource.is_binding => resource.id.clone(),
                _ => {
                    Value::unknown(format!("`{key}` of a resource is known only after the deploy"))
                }
            },
            Value::Known(known) => known_member(*known, key),
            Value::Nil => Value::Nil,
            Value::Unknown(reason) => Value::unknown(reason.clone()),
            _ => Value::unknown(format!("nothing is known of `{key}`")),
        }
    }

    pub(super) fn scope_member(&self, depth: usize, key: &str) -> Value {
        match key {
            "stage" => Value::Text(vec![Part::Stage]),
            "appName" => Value::Text(vec![Part::App]),
            "name" | "scopeName" => match depth.checked_sub(1) {
                None => Value::Text(vec![Part::App]),
                Some(above) => self
                    .scope
                    .get(above)
                    .cloned()
                    .unwrap_or_else(|| Value::unknown("the scope is not known")),
            },
            "run" => Value::Known(Known::RunHere),
            "root" => Value::Scope(0),
            "parent" => Value::Scope(depth.saturating_sub(1)),
            _ => Value::Method(Rc::new(Value::Scope(depth)), key.to_owned()),
        }
    }
}
