//! Members and elements.

use std::rc::Rc;

use super::alchemy2::{block_of, lazy_member};
use super::conditions::all_of;
use super::eval::Eval;
use super::library::{block, known_member, library_member};
use super::logic::equal;
use super::methods::piece;
use super::{Conds, Known, Part, Test, Value};
use crate::version::Version;

/// What the lookup in one table may cost: it has up to 1,000 keys.
const MOST_COMPARED: u32 = 250_000;

/// Why what a resource has is not known, but for its name.
pub(super) const AFTER: &str = "is known only after the deploy";

impl<'p> Eval<'p> {
    pub(super) fn index(&mut self, object: &Value, key: &Value) -> Value {
        if let Some(key) = key.known_text() {
            return self.member(object, &key);
        }
        match (object, key) {
            (Value::OneOf(_), key) => object.map(|case| self.index(case, key)),
            (object, Value::OneOf(_)) => key.map(|case| self.index(object, case)),
            (Value::Object(object), Value::Text(_)) => {
                // Each case is compared with all others.
                let size = u32::try_from(object.props.len()).unwrap_or(u32::MAX);
                let price = size.saturating_mul(size) / 4;
                if price > MOST_COMPARED || price > self.fuel {
                    return Value::unknown("it is looked up in a table that is too large");
                }
                self.fuel = self.fuel.saturating_sub(price);
                let mut cases: Vec<(Conds, Value)> = Vec::new();
                let mut missed = vec![Vec::new()];
                for (name, value) in &object.props {
                    let test = equal(key, &Value::text(name));
                    let hit = all_of(&missed, &test.yes).into_iter();
                    cases.extend(hit.map(|when| (when, value.clone())));
                    missed = all_of(&missed, &test.no);
                }
                let other = object.open.clone().map_or(Value::Nil, Value::Unknown);
                cases.extend(missed.into_iter().map(|when| (when, other.clone())));
                Value::one_of(cases)
            }
            (Value::Known(Known::Env), _) => {
                Value::unknown("a variable is read by a computed name")
            }
            _ => Value::unknown("it is looked up by a key that is not known"),
        }
    }

    /// Whether an object has a key.
    pub(super) fn has(&mut self, object: &Value, key: &Value) -> Value {
        let Value::Object(object) = object else { return Value::Test(Rc::new(Test::unknown())) };
        let tests = object.props.iter().map(|(name, _)| equal(key, &Value::text(name)));
        let found = tests.fold(Test::known(false), |all, one| all.or(&one));
        Value::Test(Rc::new(if object.open.is_some() { found.or(&Test::unknown()) } else { found }))
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
            Value::Known(Known::Argv(skipped)) if key.parse::<usize>().is_ok() => {
                let at = key.parse::<usize>().unwrap_or_default().saturating_add(*skipped);
                Value::Text(vec![Part::Env(format!("process.argv[{at}]"), None)])
            }
            Value::Pieces(pieces) if key.parse::<i64>().is_ok() => {
                piece(pieces, key.parse().unwrap_or_default())
            }
            Value::Text(_)
            | Value::Map(_)
            | Value::Pieces(_)
            | Value::Regex(_)
            | Value::Known(Known::Argv(_)) => {
                Value::Method(Rc::new(object.clone()), key.to_owned())
            }
            Value::Context(context) => context_member(context, key),
            Value::Module(file) => self
                .exported(*file, key, &mut Vec::new())
                .unwrap_or_else(|| Value::unknown(format!("no export `{key}` was found"))),
            Value::Space(_) | Value::Effect(_) | Value::Api(_) | Value::Operator(_) => {
                lazy_member(object, key)
            }
            Value::Raw(..) | Value::Block(..) if is_of_functions(key) => {
                Value::Method(Rc::new(object.clone()), key.to_owned())
            }
            Value::Raw(_, Version::V2) => lazy_member(object, key),
            Value::Library(library) => library_member(*library, key)
                .unwrap_or_else(|| Value::unknown(format!("nothing is known of `{key}`"))),
            Value::Blocks(settings) if settings.version == Version::V2 => block_of(settings, key),
            Value::Blocks(settings) => block(key, settings).unwrap_or_default(),
            Value::Root => self.scope_member(None, key),
            Value::Scope(depth) => self.scope_member(Some(*depth), key),
            Value::Known(Known::ScopeClass) if key == "current" => self.current_scope(),
            Value::Resource(resource) => match key {
                "name" | "title" | "workflowName" => resource.name.clone(),
                _ if key == resource.kind.spec().alchemy2.attribute => resource.name.clone(),
                "id" if resource.is_binding => resource.id.clone(),
                "bind" => Value::Space(Rc::from("bind")),
                _ => Value::unknown(format!("`{key}` of a resource {AFTER}")),
            },
            Value::Known(known) => known_member(*known, key),
            Value::Nil => Value::Nil,
            Value::Unknown(reason) => Value::unknown(reason.clone()),
            _ => Value::unknown(format!("nothing is known of `{key}`")),
        }
    }

    /// What a scope has; the root has no depth.
    fn scope_member(&self, depth: Option<usize>, key: &str) -> Value {
        let place = || depth.map_or(Value::Root, Value::Scope);
        match key {
            "stage" => Value::Text(vec![Part::Stage]),
            "appName" => Value::Text(vec![Part::App]),
            "name" | "scopeName" => match depth.map(|depth| depth.checked_sub(1)) {
                None => Value::Text(vec![Part::App]),
                Some(None) => Value::Text(vec![Part::Stage]),
                Some(Some(above)) => self
                    .scope
                    .get(above)
                    .cloned()
                    .unwrap_or_else(|| Value::unknown("the scope is not known")),
            },
            "root" => Value::Root,
            "parent" => match depth.map(|depth| depth.checked_sub(1)) {
                None => Value::Nil,
                Some(above) => above.map_or(Value::Root, Value::Scope),
            },
            _ => Value::Method(Rc::new(place()), key.to_owned()),
        }
    }

    /// The scope that the walk is in.
    pub(super) fn current_scope(&self) -> Value {
        if self.in_root && self.scope.is_empty() {
            Value::Root
        } else {
            Value::Scope(self.scope.len())
        }
    }
}

/// What `this` has in the body of a custom resource that is deployed.
fn context_member((id, depth): &(Value, usize), key: &str) -> Value {
    match key {
        "create" => Value::Known(Known::Same),
        "id" => id.clone(),
        "scope" => Value::Scope(*depth),
        "phase" => Value::one_of(vec![
            (Vec::new(), Value::text("create")),
            (Vec::new(), Value::text("update")),
        ]),
        _ => Value::unknown(format!("nothing is known of `this.{key}`")),
    }
}

/// Whether every function has it.
fn is_of_functions(key: &str) -> bool {
    matches!(key, "call" | "apply" | "bind")
}
