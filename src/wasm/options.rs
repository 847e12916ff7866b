//! Reading what a block is called with.
//!
//! Users give the options, so each is read through a getter that may throw, and checked here, where
//! the message can name it.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::js::{Result, Text, entries, found, is_given, text};
use crate::block::{Request, StageOption};
use crate::error::Error;
use crate::kind::Kind;
use crate::ledger::OnRename;

#[wasm_bindgen]
extern "C" {
    /// The options of a block.
    pub(super) type Options;
    #[wasm_bindgen(method, getter, catch)]
    fn stage(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn pin(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch, js_name = onRename)]
    fn on_rename(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn share(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch, js_name = className)]
    fn class_name(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch, js_name = scriptName)]
    fn script_name(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn dlq(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn delete(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn adopt(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn jurisdiction(this: &Options) -> Result<JsValue>;
    #[wasm_bindgen(method, structural, indexing_getter, catch)]
    fn get(this: &Options, option: &str) -> Result<JsValue>;

    /// A Worker, or a reference to one, in place of the name of its script.
    type Script;
    #[wasm_bindgen(method, getter, catch)]
    fn name(this: &Script) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn service(this: &Script) -> Result<JsValue>;

    /// What a set of blocks has in common.
    pub(super) type Settings;
    #[wasm_bindgen(method, getter, catch)]
    fn prefix(this: &Settings) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn protect(this: &Settings) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch, js_name = deleteClasses)]
    fn delete_classes(this: &Settings) -> Result<JsValue>;
    /// What is called in place of Alchemy's function if another stage owns the resource.
    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn shared(this: &Settings) -> Result<JsValue>;
}

/// The settings of a set of blocks, checked.
#[derive(Default)]
pub(super) struct Common {
    pub prefix: Option<String>,
    pub protect: Option<Vec<String>>,
    pub delete_classes: Vec<String>,
}

impl Common {
    pub(super) fn read(settings: &Settings) -> Result<Self> {
        let prefix = settings.prefix()?;
        Ok(Self {
            prefix: match text(&prefix) {
                Some(Text::WellFormed(text)) if !text.is_empty() => Some(text),
                Some(Text::IllFormed(base)) => {
                    return Err(Error::BaseIllFormed { base: base.into() }.into());
                }
                _ if !is_given(&prefix) => None,
                _ => return Err(wrong_setting("prefix", &prefix, TEXT).into()),
            },
            protect: texts("protect", &settings.protect()?)?,
            delete_classes: texts("deleteClasses", &settings.delete_classes()?)?
                .unwrap_or_default(),
        })
    }
}

/// Reads the options of a block. What belongs to another kind is Alchemy's to judge.
pub(super) fn request(
    kind: Kind,
    id: String,
    options: &Options,
    common: &Common,
) -> Result<Request> {
    let mut request = Request {
        id,
        stage: stage_of(kind, &options.stage()?)?,
        pin: pin_of(kind, &options.pin()?)?,
        on_rename: on_rename_of(kind, &options.on_rename()?)?,
        share: stage_text(kind, "share", &options.share()?, TEXT)?,
        delete_given: is_given(&options.delete()?),
        prefix: common.prefix.clone(),
        protect: common.protect.clone(),
        ..Request::default()
    };
    // All are read, so that one that is wrong is refused wherever it stands.
    for option in kind.spec().naming.iter().rev() {
        request.explicit = base_text(kind, option, &options.get(option)?)?.or(request.explicit);
    }
    if kind == Kind::Bucket {
        let jurisdiction = options.jurisdiction()?.as_string();
        request.jurisdiction = jurisdiction.filter(|name| name != "default");
    }
    if kind == Kind::Queue {
        let dlq = options.dlq()?;
        if !dlq.is_object() {
            request.dlq = base_text(kind, "dlq", &dlq)?;
        }
    }
    if kind.spec().is_class {
        request.class = plain_text(kind, "className", &options.class_name()?)?;
        request.script = script_of(kind, &options.script_name()?)?;
    }
    Ok(request)
}

/// Whether a call adopts what exists, if it says so.
pub(super) fn adopts(options: &Options) -> Result<Option<bool>> {
    let adopt = options.adopt()?;
    Ok(is_given(&adopt).then(|| adopt.is_truthy()))
}

const TEXT: &str = "text that is not empty";

fn wrong(kind: Kind, option: &str, value: &JsValue, expected: &'static str) -> Error {
    Error::OptionInvalid { kind, option: option.into(), found: found(value), expected }
}

fn wrong_setting(setting: &'static str, value: &JsValue, expected: &'static str) -> Error {
    Error::SettingInvalid { setting, found: found(value), expected }
}

/// Text that is not empty; nothing if it is left out. `ill_formed` refuses text that has no UTF-8.
fn checked(
    kind: Kind,
    option: &str,
    value: &JsValue,
    expected: &'static str,
    ill_formed: impl FnOnce(String) -> Error,
) -> Result<Option<String>, Error> {
    match text(value) {
        Some(Text::WellFormed(text)) if !text.is_empty() => Ok(Some(text)),
        Some(Text::IllFormed(text)) => Err(ill_formed(text)),
        _ if !is_given(value) => Ok(None),
        _ => Err(wrong(kind, option, value, expected)),
    }
}

fn base_text(kind: Kind, option: &str, value: &JsValue) -> Result<Option<String>, Error> {
    checked(kind, option, value, TEXT, |base| Error::BaseIllFormed { base: base.into() })
}

fn stage_text(
    kind: Kind,
    option: &str,
    value: &JsValue,
    expected: &'static str,
) -> Result<Option<String>, Error> {
    checked(kind, option, value, expected, |stage| Error::StageIllFormed { stage: stage.into() })
}

fn plain_text(kind: Kind, option: &'static str, value: &JsValue) -> Result<Option<String>, Error> {
    checked(kind, option, value, TEXT, |text| Error::OptionIllFormed {
        kind,
        option: option.into(),
        text: text.into(),
    })
}

fn stage_of(kind: Kind, value: &JsValue) -> Result<StageOption, Error> {
    if value.as_bool() == Some(false) {
        return Ok(StageOption::Off);
    }
    let stage = stage_text(kind, "stage", value, "a stage such as `prod`, or `false`")?;
    Ok(stage.map_or(StageOption::Resolved, StageOption::Named))
}

fn on_rename_of(kind: Kind, value: &JsValue) -> Result<OnRename, Error> {
    if !is_given(value) {
        return Ok(OnRename::default());
    }
    let choice = value.as_string().as_deref().and_then(OnRename::parse);
    let expected = "`\"refuse\"`, `\"keep\"` or `\"replace\"`";
    choice.ok_or_else(|| wrong(kind, "onRename", value, expected))
}

fn pin_of(kind: Kind, value: &JsValue) -> Result<Vec<(String, String)>> {
    if !is_given(value) {
        return Ok(Vec::new());
    }
    let object = value.dyn_ref::<Object>();
    let object = object.filter(|_| !Array::is_array(value) && !value.is_function());
    let Some(object) = object else {
        let expected = "an object from stage to name, such as `{ prod: \"legacy-db\" }`";
        return Err(wrong(kind, "pin", value, expected).into());
    };
    let mut pin = Vec::new();
    for (stage, name) in entries(object)? {
        let stage = match text(&stage) {
            Some(Text::WellFormed(stage)) => stage,
            Some(Text::IllFormed(stage)) => {
                return Err(Error::StageIllFormed { stage: stage.into() }.into());
            }
            None => continue,
        };
        let option = format!("pin.{stage}");
        let ill_formed = |base: String| Error::BaseIllFormed { base: base.into() };
        if let Some(name) = checked(kind, &option, &name, "the deployed name", ill_formed)? {
            pin.push((stage, name));
        }
    }
    Ok(pin)
}

/// The script: its name, or that of the Worker in its place.
fn script_of(kind: Kind, value: &JsValue) -> Result<Option<String>> {
    if !is_given(value) {
        return Ok(None);
    }
    if value.is_string() {
        return Ok(plain_text(kind, "scriptName", value)?);
    }
    let named = |value: JsValue| value.as_string().filter(|name| !name.is_empty());
    let worker: &Script = value.unchecked_ref();
    let name = if super::js::is_options(value) {
        named(worker.name()?).or(named(worker.service()?))
    } else {
        None
    };
    Ok(Some(name.ok_or(Error::ScriptInvalid { kind, found: found(value) })?))
}

fn texts(setting: &'static str, value: &JsValue) -> Result<Option<Vec<String>>, Error> {
    if !is_given(value) {
        return Ok(None);
    }
    let wrong = |value: &JsValue| wrong_setting(setting, value, "an array of text");
    let list = value.dyn_ref::<Array>().ok_or_else(|| wrong(value))?;
    let texts = list.iter().map(|item| match text(&item) {
        Some(Text::WellFormed(text)) => Ok(text),
        _ => Err(wrong(&item)),
    });
    texts.collect::<Result<Vec<_>, Error>>().map(Some)
}
