//! Texts: putting them together, and their methods.

use std::rc::Rc;

use super::{Conds, Part, Test, Value, both, join, known};

pub(super) fn dash() -> Vec<Part> {
    vec![Part::Text("-".to_owned())]
}

/// Every text that the values can make together.
pub(super) fn concat(values: Vec<Value>) -> Value {
    let mut cases: Vec<(Conds, Vec<Vec<Part>>)> = vec![(Vec::new(), Vec::new())];
    for value in values {
        let options = value.cases();
        let mut next = Vec::new();
        for (conds, parts) in &cases {
            for (when, option) in &options {
                let Some(all) = both(conds, when) else { continue };
                let mut parts = parts.clone();
                parts.push(option.parts());
                next.push((all, parts));
            }
        }
        if next.len() > 64 {
            return Value::unknown("it can be too many things");
        }
        cases = next;
    }
    Value::one_of(
        cases.into_iter().map(|(conds, parts)| (conds, Value::Text(join(parts)))).collect(),
    )
}

pub(super) fn text_method(parts: &[Part], name: &str, args: &[Value]) -> Value {
    let text = known(parts);
    let first = args.first().and_then(Value::known_text);
    let test =
        |holds: Option<bool>| Value::Test(Rc::new(holds.map_or_else(Test::unknown, Test::known)));
    match (name, text.as_deref(), first.as_deref()) {
        ("toString" | "valueOf", _, _) => Value::Text(parts.to_vec()),
        ("concat", _, _) => {
            let mut values = vec![Value::Text(parts.to_vec())];
            values.extend(args.iter().cloned());
            concat(values)
        }
        ("startsWith", text, first) => test(text.zip(first).map(|(a, b)| a.starts_with(b))),
        ("endsWith", text, first) => test(text.zip(first).map(|(a, b)| a.ends_with(b))),
        ("includes", text, first) => test(text.zip(first).map(|(a, b)| a.contains(b))),
        ("toLowerCase", Some(text), _) => Value::text(text.to_lowercase()),
        ("toUpperCase", Some(text), _) => Value::text(text.to_uppercase()),
        ("trim", Some(text), _) => Value::text(text.trim()),
        ("replace", Some(text), Some(from)) => match args.get(1).and_then(Value::known_text) {
            Some(to) if !to.contains('$') => Value::text(text.replacen(from, &to, 1)),
            _ => Value::unknown("`.replace` is not followed"),
        },
        ("replaceAll", Some(text), Some(from)) => match args.get(1).and_then(Value::known_text) {
            Some(to) if !to.contains('$') => Value::text(text.replace(from, &to)),
            _ => Value::unknown("`.replaceAll` is not followed"),
        },
        _ => {
            // A part of the environment stays one, whatever becomes of its letters.
            if let [Part::Env(..)] = parts {
                return Value::Text(parts.to_vec());
            }
            let what = if parts.contains(&Part::Stage) { "the stage" } else { "it" };
            Value::unknown(format!("{what} is changed by `.{name}`, which is not followed"))
        }
    }
}
