//! Texts: putting them together, and their methods.

use std::rc::Rc;

use super::logic::asks;
use super::render::{LONGEST, TOO_LONG, pattern};
use super::{Ask, Change, Conds, Part, Test, Value, both, join, known};

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
    let text = |parts: Vec<Vec<Part>>| {
        let size = parts.iter().flatten().map(Part::size).fold(0, usize::saturating_add);
        if size > LONGEST { Value::unknown(TOO_LONG) } else { Value::Text(join(parts)) }
    };
    Value::one_of(cases.into_iter().map(|(conds, parts)| (conds, text(parts))).collect())
}

/// A text that a method makes of another, now or in each stage.
pub(super) fn changed(parts: &[Part], by: Change) -> Value {
    if let Some(reason) = parts.iter().find_map(reason) {
        return Value::Unknown(reason);
    }
    match known(parts) {
        Some(text) => by.of(&text).map_or_else(Value::Unknown, Value::text),
        None => match parts.iter().map(Part::size).fold(0, usize::saturating_add) {
            size if size > LONGEST => Value::unknown(TOO_LONG),
            _ => Value::Text(vec![Part::made(parts.to_vec(), by)]),
        },
    }
}

fn reason(part: &Part) -> Option<String> {
    match part {
        Part::Unknown(reason) => Some(reason.clone()),
        _ => None,
    }
}

pub(super) fn text_method(parts: &[Part], name: &str, args: &[Value]) -> Value {
    let first = args.first().and_then(Value::known_text);
    // A second argument says where to begin.
    let only = first.as_ref().filter(|_| args.len() == 1);
    let test = |ask| {
        let test = only.map(|text| asks(parts, ask, text));
        Value::Test(Rc::new(test.unwrap_or_else(Test::unknown)))
    };
    match name {
        "toString" | "valueOf" | "normalize" => Value::Text(parts.to_vec()),
        "concat" => {
            let mut values = vec![Value::Text(parts.to_vec())];
            values.extend(args.iter().cloned());
            concat(values)
        }
        "startsWith" => test(Ask::Starts),
        "endsWith" => test(Ask::Ends),
        "includes" => test(Ask::Has),
        "match" => match args.first() {
            Some(Value::Regex(source)) => Value::Test(Rc::new(asks(parts, Ask::Matches, source))),
            _ => Value::unknown("`.match` is not followed"),
        },
        "split" => match first {
            Some(between) if args.len() == 1 => Value::Pieces(Rc::new((parts.to_vec(), between))),
            _ => Value::unknown("`.split` is not followed"),
        },
        _ => match change(name, args) {
            Some(by) => changed(parts, by),
            None => {
                let what = if parts.contains(&Part::Stage) { "the stage" } else { "it" };
                Value::unknown(format!("{what} is changed by `.{name}`, which is not followed"))
            }
        },
    }
}

fn change(name: &str, args: &[Value]) -> Option<Change> {
    let text = |at: usize| args.get(at).and_then(Value::known_text);
    let number = |at: usize| text(at).and_then(|text| text.parse::<i64>().ok());
    let end = || if args.len() > 1 { number(1).map(Some) } else { Some(None) };
    Some(match name {
        "toLowerCase" | "toLocaleLowerCase" => Change::Lower,
        "toUpperCase" | "toLocaleUpperCase" => Change::Upper,
        "trim" => Change::Trim,
        "slice" => Change::Slice(number(0)?, end()?),
        // It takes negative numbers for 0, and swaps what is the wrong way around.
        "substring" => {
            let (from, to) = (number(0)?.max(0), end()?.map(|to| to.max(0)));
            Change::Slice(to.map_or(from, |to| to.min(from)), to.map(|to| to.max(from)))
        }
        "padStart" | "padEnd" => Change::Pad {
            start: name == "padStart",
            length: usize::try_from(number(0)?).ok().filter(|length| *length < 1000)?,
            with: if args.len() > 1 { text(1)? } else { " ".to_owned() },
        },
        "replace" | "replaceAll" => {
            let with = text(1).filter(|with| !with.contains('$'))?;
            match (args.first()?, name) {
                (Value::Regex(source), _) => {
                    pattern(source).ok()?;
                    Change::ReplaceMatch(source.to_string(), with)
                }
                (_, "replace") => Change::Replace(text(0)?, with),
                _ => Change::ReplaceAll(text(0)?, with),
            }
        }
        _ => return None,
    })
}
