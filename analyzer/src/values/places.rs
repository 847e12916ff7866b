//! Where a value could not be told: the function that computes it.

use super::eval::Eval;
use super::{Closure, Part, Value};
use crate::syntax::facts::Pattern;

impl Eval<'_> {
    /// What a function gives, with its place in each reason that has none.
    pub(super) fn placed(&self, closure: &Closure, value: Value) -> Value {
        if !value.cases().iter().any(|(_, case)| is_unplaced(case)) {
            return value;
        }
        let place = self.place_of(closure);
        let say = |reason: &str| format!("{reason}, in the function{place}");
        value.map(|case| match case {
            Value::Unknown(reason) if is_bare(reason) => Value::Unknown(say(reason)),
            Value::Text(parts) => Value::Text(
                parts
                    .iter()
                    .map(|part| match part {
                        Part::Unknown(reason) if is_bare(reason) => Part::Unknown(say(reason)),
                        part => part.clone(),
                    })
                    .collect(),
            ),
            case => case.clone(),
        })
    }

    /// A parameter of a function that nobody is seen to call.
    pub(super) fn unknown_parameter(&self, closure: &Closure, pattern: &Pattern) -> Value {
        let name = match pattern {
            Pattern::Name(name) => format!("the parameter `{name}`"),
            Pattern::Or(inner, _) => return self.unknown_parameter(closure, inner),
            _ => "a parameter".to_owned(),
        };
        let place = self.place_of(closure);
        Value::unknown(format!("{name} of the function{place} is not known where it is called"))
    }

    fn place_of(&self, closure: &Closure) -> String {
        let Some(facts) = self.facts(closure.file) else { return String::new() };
        let Some(function) = facts.function(closure.function) else { return String::new() };
        format!(" at `{}:{}`", facts.path, facts.place(function.at.0).0)
    }
}

fn is_unplaced(value: &Value) -> bool {
    match value {
        Value::Unknown(reason) => is_bare(reason),
        Value::Text(parts) => {
            parts.iter().any(|part| matches!(part, Part::Unknown(reason) if is_bare(reason)))
        }
        _ => false,
    }
}

/// Whether a reason names no function yet: the innermost one decides.
fn is_bare(reason: &str) -> bool {
    !reason.contains("function at `")
}
