//! Methods of lists.

use std::rc::Rc;

use super::eval::Eval;
use super::logic::equal;
use super::text::{concat, text_method};
use super::{Test, Value};

impl<'p> Eval<'p> {
    pub(super) fn call_method(&mut self, on: &Value, name: &str, args: Vec<Value>) -> Value {
        match (on, name) {
            (Value::Array(list), "map" | "forEach" | "flatMap" | "filter" | "find" | "some") => {
                let Some(body @ Value::Func(_)) = args.first() else {
                    return Value::unknown("it comes from a function that was not read");
                };
                let mut out = Vec::new();
                for (index, element) in list.iter().take(64).enumerate() {
                    let index = Value::text(index.to_string());
                    out.push(self.call_value(body, vec![element.clone(), index]));
                }
                match name {
                    "map" => Value::Array(Rc::new(out)),
                    _ => Value::unknown(format!("`.{name}` is not followed")),
                }
            }
            (Value::Array(list), "join") => {
                let between = match args.first() {
                    None => ",".to_owned(),
                    Some(between) => match between.known_text() {
                        Some(text) => text,
                        None => return Value::unknown("the text between is not known"),
                    },
                };
                let mut parts = Vec::new();
                for element in list.iter() {
                    if !parts.is_empty() {
                        parts.push(Value::text(between.clone()));
                    }
                    parts.push(element.clone());
                }
                concat(parts)
            }
            (Value::Array(list), "includes") => {
                let Some(wanted) = args.first() else { return Value::Bool(false) };
                let tests = list.iter().map(|element| equal(element, wanted));
                Value::Test(Rc::new(tests.fold(Test::known(false), |all, one| all.or(&one))))
            }
            (Value::Text(parts), _) => text_method(parts, name, &args),
            _ => {
                self.call_all(&args);
                Value::unknown(format!("`.{name}` is not followed"))
            }
        }
    }
}
