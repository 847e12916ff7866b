//! Tests, choices and defaults.

use std::rc::Rc;

use super::conditions::holds_in;
use super::{Ask, Conds, Part, Question, Test, Value, known, render};

pub(super) fn choice(test: &Test, yes: &Value, no: &Value) -> Value {
    let mut cases = Vec::new();
    cases.extend(test.yes.iter().map(|conds| (conds.clone(), yes.clone())));
    cases.extend(test.no.iter().map(|conds| (conds.clone(), no.clone())));
    Value::one_of(cases)
}

/// `left ?? right`, and `left || right`, which passes over empty texts too.
pub(super) fn otherwise(left: &Value, right: &Value, keeps_empty: bool) -> Value {
    if matches!(left, Value::Test(_) | Value::Bool(_)) {
        if keeps_empty {
            return left.clone();
        }
        return Value::Test(Rc::new(truth(left).or(&truth(right))));
    }
    let mut out = Vec::new();
    for (when, case) in left.cases() {
        let value = match &case {
            Value::Nil => right.clone(),
            Value::Unknown(_) | Value::Space(_) if *right != Value::Nil => {
                Value::one_of(vec![(Vec::new(), case), (Vec::new(), right.clone())])
            }
            Value::Text(parts) => match parts.as_slice() {
                [] if !keeps_empty => right.clone(),
                [Part::Env(name, None)] => {
                    Value::Text(vec![Part::Env(name.clone(), default_of(right))])
                }
                _ => case,
            },
            _ => case,
        };
        out.push((when, value));
    }
    Value::one_of(out)
}

/// The text that stands in for a variable: a known one, or that of another variable.
fn default_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(parts) => match parts.as_slice() {
            [Part::Env(_, default)] => default.clone(),
            _ => known(parts),
        },
        _ => None,
    }
}

pub(super) fn truth(value: &Value) -> Test {
    match value {
        Value::Nil => Test::known(false),
        Value::Bool(holds) => Test::known(*holds),
        Value::Test(test) => (**test).clone(),
        Value::Text(parts) if parts.iter().any(is_never_empty) => Test::known(true),
        Value::Text(parts) => asks(parts, Ask::Is, "").not(),
        Value::OneOf(cases) => each(cases, truth),
        Value::Unknown(_) | Value::Space(_) => Test::unknown(),
        _ => Test::known(true),
    }
}

/// Whether JavaScript takes a value for true in a stage, or why that cannot be told.
pub(crate) fn truth_in(value: &Value, stage: &str) -> Result<bool, String> {
    let test = truth(value);
    match (holds_in(&test.yes, stage), holds_in(&test.no, stage)) {
        (Some(true), Some(false)) => Ok(true),
        (Some(false), Some(true)) => Ok(false),
        _ => Err(why_open(value, &test, stage)),
    }
}

fn why_open(value: &Value, test: &Test, stage: &str) -> String {
    let unknown = value.cases().into_iter().find_map(|(_, case)| match case {
        Value::Unknown(reason) => Some(reason),
        Value::Text(parts) => render(&parts, stage).err(),
        _ => None,
    });
    let asked = || {
        test.yes.iter().flatten().find_map(|(question, _)| match question {
            Question::Text(probe) => render(&probe.of, stage).err(),
            _ => None,
        })
    };
    unknown.or_else(asked).unwrap_or_else(|| "it is decided when the program runs".to_owned())
}

/// A test of each case, within the conditions of the case.
fn each(cases: &[(Conds, Value)], test: impl Fn(&Value) -> Test) -> Test {
    let tests = cases.iter().map(|(when, case)| test(case).within(when));
    tests.reduce(Test::plus).unwrap_or_else(Test::unknown)
}

/// Asks something of a text, now or in each stage.
pub(super) fn asks(parts: &[Part], ask: Ask, with: &str) -> Test {
    if let Some(text) = known(parts) {
        return ask.of(&text, with).map_or_else(Test::unknown, Test::known);
    }
    if parts.iter().any(|part| matches!(part, Part::Unknown(_))) {
        return Test::unknown();
    }
    Test::asks(&Question::about(parts, ask, with))
}

/// Whether there is text in it whatever the stage: Alchemy always has one, and a name.
fn is_never_empty(part: &Part) -> bool {
    match part {
        Part::Text(text) => !text.is_empty(),
        Part::Stage | Part::Slug | Part::App | Part::Law(..) | Part::Host(..) => true,
        Part::Env(..) | Part::Made(_) | Part::Unknown(_) => false,
    }
}

pub(super) fn equal(left: &Value, right: &Value) -> Test {
    match (left, right) {
        (Value::OneOf(cases), other) | (other, Value::OneOf(cases)) => {
            each(cases, |case| equal(case, other))
        }
        (Value::Text(left), Value::Text(right)) => match (known(left), known(right)) {
            (_, Some(right)) => asks(left, Ask::Is, &right),
            (Some(left), None) => asks(right, Ask::Is, &left),
            _ if left == right => Test::known(true),
            _ => Test::unknown(),
        },
        (Value::Test(test), Value::Bool(holds)) | (Value::Bool(holds), Value::Test(test)) => {
            let test = (**test).clone();
            if *holds { test } else { test.not() }
        }
        (Value::Bool(left), Value::Bool(right)) => Test::known(left == right),
        (Value::Nil, Value::Nil) => Test::known(true),
        (Value::Nil, other) | (other, Value::Nil) => absent(other),
        _ => Test::unknown(),
    }
}

/// Whether a value that is not `undefined` by itself may be.
fn absent(value: &Value) -> Test {
    match value {
        Value::Unknown(_) | Value::Space(_) => Test::unknown(),
        Value::Text(parts) if matches!(parts.as_slice(), [Part::Env(_, None)]) => Test::unknown(),
        _ => Test::known(false),
    }
}
