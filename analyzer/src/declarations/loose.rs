//! What a Worker of Alchemy 2 may bind without that being seen.

use std::collections::BTreeMap;

use alch_blocks::Kind;

use crate::naming::option;
use crate::values::{Instance, Object, Value, unread};
use crate::version::Version;

const OTHERWISE: &str = "it comes from a function that was not read";

/// Why, by the key of `env`; what may be under any key stands under the empty one.
pub(super) fn loose(instance: &Instance) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    if instance.kind != Kind::Worker || instance.version != Version::V2 {
        return out;
    }
    for (_, case) in instance.options.cases() {
        if let Some(reason) = unknown(&case) {
            out.insert(String::new(), reason);
        }
    }
    for (_, case) in ["env", "bindings"].iter().flat_map(|key| option(instance, key).cases()) {
        match case {
            Value::Object(object) => each(&object, &mut out),
            Value::Nil => {}
            other => {
                out.insert(String::new(), unknown(&other).unwrap_or_else(|| OTHERWISE.to_owned()));
            }
        }
    }
    out
}

fn each(object: &Object, out: &mut BTreeMap<String, String>) {
    if let Some(reason) = &object.open {
        out.insert(String::new(), reason.clone());
    }
    for (key, value) in &object.props {
        for (_, case) in value.cases() {
            if let Some(reason) = unknown(&case) {
                out.insert(key.clone(), reason);
            }
        }
    }
}

/// Why a value may be a class.
fn unknown(value: &Value) -> Option<String> {
    match value {
        Value::Unknown(reason) => Some(reason.to_string()),
        Value::Object(object) => object.open.clone(),
        Value::Space(path) => Some(unread(path)),
        value if value.is_unread_effect() => Some(OTHERWISE.to_owned()),
        _ => None,
    }
}
