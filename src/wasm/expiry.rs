//! The lifecycle rule by which the objects of a bucket expire.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::blocks::Passed;
use super::js::{Result, elements, write};
use super::options::Given;
use crate::expiry::Expires;

/// The id of the rule, by which the guard finds it again.
pub(super) const RULE: &str = "alch-blocks-expire";

const SECONDS_A_DAY: u32 = 86_400;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    delete_objects_transition: Transition,
}

#[derive(Debug, Serialize)]
struct Transition {
    condition: Condition,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    r#type: &'static str,
    max_age: u32,
}

/// Adds the rule to the lifecycle that the program writes. Where that says itself which objects go, it
/// stands.
pub(super) fn add_rule(
    passed: &Passed,
    expires: Expires,
    lifecycle: Option<JsValue>,
) -> Result<()> {
    let given = lifecycle.map_or_else(|| Ok(Some(Vec::new())), |rules| elements(&rules))?;
    // What is no list is Alchemy's to judge.
    let Some(mut rules) = given else { return Ok(()) };
    for rule in rules.iter().filter(|rule| rule.is_object()) {
        let rule: &Given = rule.unchecked_ref();
        if rule.get("deleteObjectsTransition")?.is_some() {
            return Ok(());
        }
    }
    let max_age = expires.days.saturating_mul(SECONDS_A_DAY);
    let condition = Condition { r#type: "Age", max_age };
    let rule = Rule { id: RULE, delete_objects_transition: Transition { condition } };
    rules.push(write(&rule)?);
    passed.set_lifecycle(&rules.iter().collect())
}
