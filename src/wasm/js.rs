//! Between Rust and JavaScript: errors, and values of which nothing is known.

use js_sys::{Array, JsString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use crate::error::{Error, HostError};

pub(super) type Result<T, E = Thrown> = std::result::Result<T, E>;

/// What a call throws: a refusal, or what a user's own code has thrown.
#[derive(Debug)]
pub enum Thrown {
    /// A refusal of the law.
    Refused(Error),
    /// Anything else.
    Other(JsValue),
}

impl Thrown {
    /// With the help for programs of Alchemy 2.
    pub(super) fn in_alchemy2(self) -> Self {
        match self {
            Self::Refused(error) => Self::Other(refusal(&error, &error.help_in_alchemy2())),
            other @ Self::Other(_) => other,
        }
    }
}

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<HostError> for Thrown {
    fn from(error: HostError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<JsValue> for Thrown {
    fn from(value: JsValue) -> Self {
        Self::Other(value)
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        match thrown {
            Thrown::Refused(error) => error.into(),
            Thrown::Other(value) => value,
        }
    }
}

#[wasm_bindgen(module = "/src/host.js")]
extern "C" {
    type BlockError;
    #[wasm_bindgen(constructor)]
    fn new(code: &str, message: &str, help: &str) -> BlockError;
}

// Of what users give, each of these may throw: a Proxy may stand for anything.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn is_array(value: &JsValue) -> Result<bool>;
    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    fn array_from(value: &JsValue) -> Result<Array>;
    #[wasm_bindgen(catch, js_namespace = Object, js_name = entries)]
    fn object_entries(value: &JsValue) -> Result<Array>;
}

/// The one way in which a refusal becomes a JavaScript error.
pub(super) fn refusal(error: &Error, help: &str) -> JsValue {
    BlockError::new(&error.code(), &error.to_string(), help).into()
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        refusal(&error, &error.help())
    }
}

/// Reads a value that our own TypeScript made.
pub(super) fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Error> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| Error::Internal { cause: error.to_string() })
}

/// Writes a value for our own TypeScript.
pub(super) fn write(value: &impl Serialize) -> Result<JsValue> {
    let written = serde_wasm_bindgen::to_value(value);
    Ok(written.map_err(|error| Error::Internal { cause: error.to_string() })?)
}

/// Whether a value is an object with options in it.
pub(super) fn is_options(value: &JsValue) -> Result<bool> {
    Ok(value.is_object() && !is_array(value)?)
}

/// The elements, if a value is an array.
pub(super) fn elements(value: &JsValue) -> Result<Option<Vec<JsValue>>> {
    if is_array(value)? { Ok(Some(array_from(value)?.to_vec())) } else { Ok(None) }
}

/// Every own key of an object, with its value.
pub(super) fn entries(object: &JsValue) -> Result<Vec<(JsValue, JsValue)>> {
    let entries = object_entries(object)?.to_vec();
    Ok(entries.iter().map(Array::from).map(|entry| (entry.get(0), entry.get(1))).collect())
}

/// Text as it came from JavaScript.
pub(super) enum Text {
    WellFormed(String),
    /// It has an unpaired surrogate, and therefore no UTF-8. The text here has U+FFFD in its place,
    /// which is good for a message and for nothing else.
    IllFormed(String),
}

/// The text that a value is, if it is text.
pub(super) fn text(value: &JsValue) -> Option<Text> {
    let text = value.as_string()?;
    // JavaScript gives U+FFFD for an unpaired surrogate, but it may also be meant.
    let is_well_formed = !text.chars().any(|c| c == char::REPLACEMENT_CHARACTER)
        || value.dyn_ref::<JsString>().is_some_and(JsString::is_valid_utf16);
    Some(if is_well_formed { Text::WellFormed(text) } else { Text::IllFormed(text) })
}

/// What a value is, for messages.
pub(super) fn found(value: &JsValue) -> &'static str {
    if value.is_null() {
        return "null";
    }
    if is_array(value).unwrap_or(false) {
        return "an array";
    }
    match value.js_typeof().as_string().as_deref() {
        Some("undefined") => "undefined",
        Some("string") if value.as_string().is_some_and(|text| text.is_empty()) => "empty",
        Some("string") => "text",
        Some("object") => "an object",
        Some("function") => "a function",
        Some("boolean") => "a boolean",
        Some("number") => "a number",
        _ => "of another type",
    }
}
