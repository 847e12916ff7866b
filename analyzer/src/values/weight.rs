//! How much there is in a value: code that hands a growing state on and on makes more of it than any
//! memory holds.

use super::alchemy2::Effect;
use super::conditions::Conds;
use super::eval::Eval;
use super::{Part, Question, Value};

/// How many values one may have in it. What is shared counts again: whoever looks through it meets it
/// again.
const HEAVIEST: u32 = 10_000;
/// How much is weighed for one step of the program.
const FOR_ONE_STEP: u32 = 10;

impl Eval<'_> {
    /// The value, unless there is too much in it.
    pub(super) fn bounded(&mut self, value: Value) -> Value {
        let weight = weight(&value);
        self.fuel = self.fuel.saturating_sub(weight / FOR_ONE_STEP);
        if weight > HEAVIEST {
            return Value::unknown("it is made of too many values to be followed");
        }
        value
    }
}

/// How much is in a value, up to what is too much.
fn weight(value: &Value) -> u32 {
    let mut open = vec![value];
    let mut weight: u32 = 0;
    while let Some(value) = open.pop() {
        weight = weight.saturating_add(1);
        if weight > HEAVIEST {
            break;
        }
        match value {
            Value::Object(object) | Value::Map(object) => {
                open.extend(object.props.iter().map(|(_, value)| value));
            }
            Value::Array(list) => open.extend(list.iter()),
            Value::OneOf(cases) => {
                for (when, case) in cases.iter() {
                    weight = weight.saturating_add(conds_weight(when));
                    open.push(case);
                }
            }
            Value::Text(parts) => weight = weight.saturating_add(parts_weight(parts)),
            Value::Method(on, _) => open.push(on),
            Value::Resource(resource) => open.extend([&resource.name, &resource.id]),
            Value::Effect(effect) => match &**effect {
                Effect::Call(_, args, _) | Effect::Library(_, args) => open.extend(args),
                Effect::Make(make) => open.extend(&make.args),
                Effect::Piped(inner, _) | Effect::All(inner) | Effect::Gives(inner) => {
                    open.push(inner);
                }
                Effect::Stack(..) => {}
            },
            _ => {}
        }
    }
    weight
}

fn parts_weight(parts: &[Part]) -> u32 {
    u32::try_from(parts.len()).unwrap_or(u32::MAX)
}

fn conds_weight(conds: &Conds) -> u32 {
    let sizes = conds.iter().map(|(question, _)| match question {
        Question::Any(any) => any.size,
        _ => 1,
    });
    sizes.fold(0, u32::saturating_add)
}
