//! Methods of lists, maps and scopes.

use std::rc::Rc;

use super::alchemy2::{EFFECT_FN, called};
use super::eval::{Eval, LONGEST};
use super::logic::{asks, equal};
use super::text::{changed, concat, text_method};
use super::{Ask, Change, Known, Part, Test, Value};

impl Eval<'_> {
    pub(super) fn call_method(&mut self, on: &Value, name: &str, args: &[Value]) -> Value {
        match (on, name) {
            (Value::Effect(effect), _) => self.call_effect_method(effect, name, args),
            (Value::Api(_) | Value::Operator(_), "pipe") => self.pipe(on.clone(), args),
            (_, EFFECT_FN) => called(std::slice::from_ref(on), args.to_vec(), true),
            (Value::Array(list), _) => self.list_method(list, name, args),
            (Value::Text(parts), _) => text_method(parts, name, args),
            (Value::Root | Value::Scope(_), "run") => self.run_in(on, args),
            (Value::Map(object), "get") => {
                let key = args.first().cloned().unwrap_or(Value::Nil);
                self.index(&Value::Object(Rc::clone(object)), &key)
            }
            (Value::Map(object), "has") => {
                let key = args.first().cloned().unwrap_or(Value::Nil);
                self.has(&Value::Object(Rc::clone(object)), &key)
            }
            (Value::Pieces(pieces), _) => pieces_method(pieces, name, args),
            (Value::Regex(source), "test") => match args.first() {
                Some(Value::Text(parts)) => Value::Test(Rc::new(asks(parts, Ask::Matches, source))),
                _ => Value::Test(Rc::new(Test::unknown())),
            },
            (Value::Known(Known::Argv(skipped)), "slice") => {
                let from = args.first().map_or(Some(0), |from| from.known_text()?.parse().ok());
                match from.filter(|_| args.len() < 2) {
                    Some(from) => Value::Known(Known::Argv(skipped.saturating_add(from))),
                    None => Value::unknown("`.slice` of the arguments is not followed"),
                }
            }
            _ => {
                self.call_all(args);
                Value::unknown(format!("`.{name}` is not followed"))
            }
        }
    }

    fn list_method(&mut self, list: &[Value], name: &str, args: &[Value]) -> Value {
        match name {
            "map" | "forEach" | "flatMap" | "filter" | "find" | "some" => {
                let Some(body @ Value::Func(_)) = args.first() else {
                    return Value::unknown("it comes from a function that was not read");
                };
                if list.len() > LONGEST {
                    self.call_all(args);
                    return Value::unknown("its list is too long to be followed");
                }
                let mut out = Vec::new();
                for (index, element) in list.iter().enumerate() {
                    let index = Value::text(index.to_string());
                    out.push(self.call_value(body, vec![element.clone(), index]));
                }
                match name {
                    "map" => Value::Array(Rc::new(out)),
                    _ => Value::unknown(format!("`.{name}` is not followed")),
                }
            }
            "join" => {
                let between = match args.first() {
                    None => ",".to_owned(),
                    Some(between) => match between.known_text() {
                        Some(text) => text,
                        None => return Value::unknown("the text between is not known"),
                    },
                };
                let mut parts = Vec::new();
                for element in list {
                    if !parts.is_empty() {
                        parts.push(Value::text(between.clone()));
                    }
                    parts.push(element.clone());
                }
                concat(parts)
            }
            "at" => match args.first().and_then(Value::known_text).map(|at| at.parse::<i64>()) {
                Some(Ok(at)) => element(list, at),
                _ => Value::unknown("`.at` is not followed"),
            },
            // `has` is that of a `Set`.
            "includes" | "has" => {
                if args.len() > 1 {
                    return Value::Test(Rc::new(Test::unknown()));
                }
                let Some(wanted) = args.first() else { return Value::Bool(false) };
                let tests = list.iter().map(|element| equal(element, wanted));
                Value::Test(Rc::new(tests.fold(Test::known(false), |all, one| all.or(&one))))
            }
            _ => {
                self.call_all(args);
                Value::unknown(format!("`.{name}` is not followed"))
            }
        }
    }
}

fn element(list: &[Value], at: i64) -> Value {
    let place = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
    let place = if at < 0 { list.len().checked_sub(place) } else { Some(place) };
    place.and_then(|place| list.get(place)).cloned().unwrap_or(Value::Nil)
}

/// One of the texts that a text was split into.
pub(super) fn piece((parts, between): &(Vec<Part>, String), at: i64) -> Value {
    changed(parts, Change::Piece(between.clone(), at))
}

fn pieces_method(pieces: &(Vec<Part>, String), name: &str, args: &[Value]) -> Value {
    let first = args.first().and_then(Value::known_text);
    match (name, first) {
        ("pop", _) => piece(pieces, -1),
        ("shift", _) => piece(pieces, 0),
        ("at", Some(at)) => match at.parse() {
            Ok(at) => piece(pieces, at),
            Err(_) => Value::unknown("`.at` is not followed"),
        },
        ("join", Some(with)) if !with.contains('$') && !pieces.1.is_empty() => {
            changed(&pieces.0, Change::ReplaceAll(pieces.1.clone(), with))
        }
        _ => Value::unknown(format!("`.{name}` is not followed")),
    }
}
