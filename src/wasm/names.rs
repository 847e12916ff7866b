//! Names without a call of a block.

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use super::js::{Result, Text, elements, found, text};
use crate::error::Error;
use crate::kind::Kind;
use crate::name::name_in;
use crate::stage::Stage;

/// The name that Cloudflare sees: `base-slug`, shortened with a hash if the kind's cap needs it.
///
/// @throws BlockError `base-invalid`, `double-stage`, `stage-invalid`, `argument-invalid`
#[wasm_bindgen(js_name = physicalName)]
pub fn physical_name(
    #[wasm_bindgen(unchecked_param_type = "Kind", param_description = "the kind of resource")]
    kind: &JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "string",
        param_description = "what a developer writes; it keeps the rule of its kind"
    )]
    base: &JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "string",
        param_description = "any text that is not empty"
    )]
    stage: &JsValue,
) -> Result<String> {
    let kind = kind_of(kind)?;
    let base = base_of("the base name", base)?;
    Ok(name_in(kind, &base, &stage_of(stage)?)?)
}

/// {@link physicalName} for many base names of one kind and stage, in one call.
///
/// @throws BlockError as {@link physicalName}, for the first base name that is refused
#[wasm_bindgen(js_name = physicalNames, unchecked_return_type = "string[]")]
pub fn physical_names(
    #[wasm_bindgen(unchecked_param_type = "Kind", param_description = "the kind of resource")]
    kind: &JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "readonly string[]",
        param_description = "what a developer writes"
    )]
    bases: &JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "string",
        param_description = "any text that is not empty"
    )]
    stage: &JsValue,
) -> Result<Vec<JsString>> {
    let (kind, stage) = (kind_of(kind)?, stage_of(stage)?);
    let Some(bases) = elements(bases)? else {
        return Err(Error::BasesInvalid { found: found(bases) }.into());
    };
    let name = |base: &JsValue| Ok(name_in(kind, &base_of("a base name", base)?, &stage)?.into());
    bases.iter().map(name).collect()
}

/// The stage as it stands in names: at most 28 characters of `a-z`, `0-9` and `-`.
///
/// @throws BlockError `stage-invalid` for an empty stage, `argument-invalid` for what is not text
#[wasm_bindgen(js_name = stageSlug)]
pub fn stage_slug(
    #[wasm_bindgen(
        unchecked_param_type = "string",
        param_description = "any text that is not empty"
    )]
    stage: &JsValue,
) -> Result<String> {
    Ok(stage_of(stage)?.slug().to_owned())
}

/// The version of the core, which is that of the package.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn kind_of(value: &JsValue) -> Result<Kind, Error> {
    let what = "the kind";
    let name = value.as_string().ok_or(Error::TextMissing { what, found: found(value) })?;
    Kind::parse(&name).ok_or(Error::KindUnknown { name: name.into() })
}

fn base_of(what: &'static str, value: &JsValue) -> Result<String, Error> {
    match text(value) {
        Some(Text::WellFormed(base)) => Ok(base),
        Some(Text::IllFormed(base)) => Err(Error::BaseIllFormed { base: base.into() }),
        None => Err(Error::TextMissing { what, found: found(value) }),
    }
}

pub(super) fn stage_of(value: &JsValue) -> Result<Stage, Error> {
    match text(value) {
        Some(Text::WellFormed(stage)) => Stage::new(&stage),
        Some(Text::IllFormed(stage)) => Err(Error::StageIllFormed { stage: stage.into() }),
        None => Err(Error::TextMissing { what: "the stage", found: found(value) }),
    }
}
