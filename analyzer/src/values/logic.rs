//! Tests, choices and defaults.

use std::rc::Rc;

use super::{Cond, Part, Test, Value, known};

pub(super) fn choice(test: &Test, yes: Value, no: Value) -> Value {
    let mut cases = Vec::new();
    cases.extend(test.yes.iter().map(|conds| (conds.clone(), yes.clone())));
    cases.extend(test.no.iter().map(|conds| (conds.clone(), no.clone())));
    Value::one_of(cases)
}

/// `left ?? right` and `left || right`.
pub(super) fn otherwise(left: &Value, right: &Value) -> Value {
    if matches!(left, Value::Test(_) | Value::Bool(_)) {
        return Value::Test(Rc::new(truth(left).or(&truth(right))));
    }
    let mut out = Vec::new();
    for (when, case) in left.cases() {
        let value = match &case {
            Value::Nil => right.clone(),
            Value::Unknown(reason) if *right != Value::Nil => Value::one_of(vec![
                (Vec::new(), Value::unknown(reason.clone())),
                (Vec::new(), right.clone()),
            ]),
            Value::Text(parts) => match parts.as_slice() {
                [Part::Env(name, None)] => {
                    let default = right.known_text().or_else(|| match right {
                        Value::Text(parts) => match parts.as_slice() {
                            [Part::Env(_, default)] => default.clone(),
                            _ => None,
                        },
                        _ => None,
                    });
                    Value::Text(vec![Part::Env(name.clone(), default)])
                }
                _ => case,
            },
            _ => case,
        };
        out.push((when, value));
    }
    Value::one_of(out)
}

pub(super) fn truth(value: &Value) -> Test {
    match value {
        Value::Nil => Test::known(false),
        Value::Bool(holds) => Test::known(*holds),
        Value::Test(test) => (**test).clone(),
        Value::Text(parts) => match known(parts) {
            Some(text) => Test::known(!text.is_empty()),
            None if parts.iter().any(is_never_empty) => Test::known(true),
            None => Test::unknown(),
        },
        Value::Unknown(_) | Value::OneOf(_) => Test::unknown(),
        _ => Test::known(true),
    }
}

/// Whether there is text in it whatever the stage: Alchemy always has one, and a name.
pub(super) fn is_never_empty(part: &Part) -> bool {
    match part {
        Part::Text(text) => !text.is_empty(),
        Part::Stage | Part::Slug | Part::App | Part::Law(..) => true,
        Part::Env(..) | Part::Unknown(_) => false,
    }
}

pub(super) fn equal(left: &Value, right: &Value) -> Test {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => match (known(left), known(right)) {
            (Some(left), Some(right)) => Test::known(left == right),
            (Some(text), None) if right.as_slice() == [Part::Stage] => Test::stage_is(&text),
            (None, Some(text)) if left.as_slice() == [Part::Stage] => Test::stage_is(&text),
            _ => Test::unknown(),
        },
        (Value::Test(test), Value::Bool(holds)) | (Value::Bool(holds), Value::Test(test)) => {
            let test = (**test).clone();
            if *holds { test } else { test.not() }
        }
        (Value::Bool(left), Value::Bool(right)) => Test::known(left == right),
        (Value::Nil, Value::Nil) => Test::known(true),
        _ => Test::unknown(),
    }
}

/// Whether a condition says that the stage is one text.
pub(crate) fn names_a_stage(conds: &[Cond]) -> bool {
    conds.iter().any(|(_, holds)| *holds)
}
