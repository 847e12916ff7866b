//! Looking into rows.

use serde_json::{Map, Value};

/// A text that is not empty.
pub(super) fn text<'v>(of: &'v Value, key: &str) -> Option<&'v str> {
    of.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// Copies what is there, under its own name.
pub(super) fn copy(from: &Value, keys: &[&str], to: &mut Map<String, Value>) {
    for &key in keys {
        if let Some(value) = from.get(key).filter(|value| !value.is_null()) {
            to.insert(key.to_owned(), value.clone());
        }
    }
}

/// An object of texts.
pub(super) fn object(pairs: &[(&str, &str)]) -> Map<String, Value> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect()
}
