//! Hostnames without a call of a block.

use wasm_bindgen::prelude::*;

use super::js::{Result, Text, found, is_options, text};
use super::names::stage_of;
use super::options::Given;
use crate::error::{Error, HostError};
use crate::hostname::{HostOptions, host_in};

/// The hostname of a domain or a route in a stage.
///
/// @throws BlockError `base-invalid`, `zone-mismatch`, `double-stage`, `stage-invalid`, `argument-invalid`
#[wasm_bindgen(js_name = hostname)]
pub fn hostname(
    #[wasm_bindgen(
        unchecked_param_type = "string",
        param_description = "the hostname of the bare stage, in lower case"
    )]
    base: &JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "string",
        param_description = "any text that is not empty"
    )]
    stage: &JsValue,
    #[wasm_bindgen(
        unchecked_optional_param_type = "HostOptions",
        param_description = "the zone, the bare stage and the domain of all others"
    )]
    options: &JsValue,
) -> Result<String> {
    let base = text_of("the hostname", base)?;
    let stage = stage_of(stage)?;
    Ok(host_in(&base, &stage, &read(options)?)?)
}

fn read(options: &JsValue) -> Result<HostOptions> {
    if options.is_undefined() || options.is_null() {
        return Ok(HostOptions::default());
    }
    if !is_options(options)? {
        return Err(HostError::HostOptionsInvalid { found: found(options) }.into());
    }
    let given: &Given = options.unchecked_ref();
    let option = |what: &'static str, key: &str| -> Result<Option<String>> {
        let Some(value) = given.get(key)? else { return Ok(None) };
        match text_of(what, &value)? {
            empty if empty.is_empty() => Err(Error::TextMissing { what, found: "empty" }.into()),
            some => Ok(Some(some)),
        }
    };
    Ok(HostOptions {
        zone: option("the option `zone`", "zone")?,
        bare: option("the option `bare`", "bare")?,
        preview_domain: option("the option `previewDomain`", "previewDomain")?,
    })
}

/// What is ill-formed is no hostname either, and no stage has it for its name.
fn text_of(what: &'static str, value: &JsValue) -> Result<String, Error> {
    match text(value) {
        Some(Text::WellFormed(text) | Text::IllFormed(text)) => Ok(text),
        None => Err(Error::TextMissing { what, found: found(value) }),
    }
}
