//! What a block refuses in its options, whatever its name is.

use alch_blocks::{Error, OnRename, expected};

use super::name::Why;
use crate::naming::{naming_options, option};
use crate::values::{Instance, Value, hold, known, text_in};

/// The options that each block judges, beside those that name it.
const JUDGED: [&str; 4] = ["stage", "pin", "onRename", "share"];

/// The option `onRename` in a stage, if no option is refused there. What is not known is not.
pub(super) fn check(instance: &Instance, stage: &str) -> Result<OnRename, Why> {
    let kind = instance.kind;
    let class = kind.spec().is_class.then_some("className");
    for key in JUDGED.into_iter().chain(naming_options(instance)).chain(class) {
        if let Some(found) = wrong(instance, key, stage) {
            let option = key.into();
            let block = kind.title();
            let error = Error::OptionInvalid { block, option, found, expected: expected(key) };
            return Err(Why::Refused(Box::new(error)));
        }
    }
    match text_in(&option(instance, "onRename"), stage) {
        Ok(Some(choice)) => {
            OnRename::given(kind.title(), &choice).map_err(|error| Why::Refused(Box::new(error)))
        }
        Ok(None) | Err(_) => Ok(OnRename::default()),
    }
}

/// What an option is in a stage, if it is surely of a wrong type there.
fn wrong(instance: &Instance, key: &str, stage: &str) -> Option<&'static str> {
    let cases = option(instance, key).cases();
    let mut here = cases.iter().filter(|(when, _)| hold(when, stage)).map(|(_, case)| case);
    let first = type_of(here.next()?, key)?;
    here.all(|case| type_of(case, key).is_some()).then_some(first)
}

/// The type of a value that an option does not take, as the block says it.
fn type_of(value: &Value, key: &str) -> Option<&'static str> {
    match value {
        Value::Bool(false) | Value::Test(_) if key == "stage" => None,
        Value::Bool(_) | Value::Test(_) => Some("a boolean"),
        Value::Array(_) => Some("an array"),
        Value::Func(_) => Some("a function"),
        Value::Object(_) if key != "pin" => Some("an object"),
        // A block looks an empty `onRename` up among the values that it takes.
        Value::Text(parts) if key != "onRename" => match known(parts)?.as_str() {
            "" => Some("empty"),
            _ => (key == "pin").then_some("text"),
        },
        _ => None,
    }
}
