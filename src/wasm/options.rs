//! Reading what a block is called with.
//!
//! Users give the options, so each is read through a getter that may throw, and checked here, where
//! the message can name it. `undefined` and `null` come as `None`: they count as left out.

use wasm_bindgen::prelude::*;

use super::js::{Result, Text, elements, entries, found, is_options, text};
use crate::block::{Request, StageOption};
use crate::error::Error;
use crate::kind::Kind;
use crate::ledger::OnRename;

#[wasm_bindgen]
extern "C" {
    /// The options of a block.
    pub(super) type Options;
    #[wasm_bindgen(method, getter, catch)]
    fn stage(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch)]
    fn pin(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch, js_name = onRename)]
    fn on_rename(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch)]
    fn share(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch, js_name = className)]
    fn class_name(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch, js_name = scriptName)]
    fn script_name(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch)]
    fn dlq(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch)]
    fn delete(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch)]
    fn adopt(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch)]
    fn jurisdiction(this: &Options) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, structural, indexing_getter, catch)]
    fn get(this: &Options, option: &str) -> Result<Option<JsValue>>;

    /// A Worker, or a reference to one, in place of the name of its script.
    type Script;
    #[wasm_bindgen(method, getter, catch)]
    fn name(this: &Script) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch)]
    fn service(this: &Script) -> Result<Option<JsValue>>;

    /// What a set of blocks has in common.
    pub(super) type Settings;
    #[wasm_bindgen(method, getter, catch)]
    fn prefix(this: &Settings) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch)]
    fn protect(this: &Settings) -> Result<Option<JsValue>>;
    #[wasm_bindgen(method, getter, catch, js_name = deleteClasses)]
    fn delete_classes(this: &Settings) -> Result<Option<JsValue>>;
    /// What is called in place of Alchemy's function if another stage owns the resource.
    #[wasm_bindgen(method, getter, catch)]
    pub(super) fn shared(this: &Settings) -> Result<Option<JsValue>>;
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
        let wrong = |value: &JsValue| wrong_setting("prefix", value, TEXT);
        let delete_classes = texts("deleteClasses", settings.delete_classes()?)?;
        Ok(Self {
            prefix: prefix.map(|prefix| non_empty(&prefix, base_ill_formed, wrong)).transpose()?,
            protect: texts("protect", settings.protect()?)?,
            delete_classes: delete_classes.unwrap_or_default(),
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
    let base = |option: &str, value: Option<JsValue>| {
        let wrong = |value: &JsValue| wrong(kind, option, value, TEXT);
        value.map(|value| non_empty(&value, base_ill_formed, wrong)).transpose()
    };
    let mut request = Request {
        id,
        stage: stage_of(kind, options.stage()?)?,
        pin: pin_of(kind, options.pin()?)?,
        on_rename: on_rename_of(kind, options.on_rename()?)?,
        share: options.share()?.map(|owner| stage_name(kind, "share", &owner, TEXT)).transpose()?,
        delete_given: options.delete()?.is_some(),
        prefix: common.prefix.clone(),
        protect: common.protect.clone(),
        ..Request::default()
    };
    // All are read, so that one that is wrong is refused wherever it stands.
    for option in kind.spec().naming.iter().rev() {
        request.explicit = base(option, options.get(option)?)?.or(request.explicit);
    }
    if kind == Kind::Bucket {
        let jurisdiction = options.jurisdiction()?.filter(JsValue::is_string);
        let jurisdiction = jurisdiction.map(|it| plain(kind, "jurisdiction", &it)).transpose()?;
        request.jurisdiction = jurisdiction.filter(|name| name != "default");
    }
    if kind == Kind::Queue {
        request.dlq = base("dlq", options.dlq()?.filter(|dlq| !dlq.is_object()))?;
    }
    if kind.spec().is_class {
        let class = options.class_name()?;
        request.class = class.map(|class| plain(kind, "className", &class)).transpose()?;
        request.script = options.script_name()?.map(|it| script_of(kind, &it)).transpose()?;
    }
    Ok(request)
}

/// Whether a call adopts what exists, if it says so.
pub(super) fn adopts(options: &Options) -> Result<Option<bool>> {
    Ok(options.adopt()?.map(|adopt| adopt.is_truthy()))
}

const TEXT: &str = "text that is not empty";

fn wrong(kind: Kind, option: &str, value: &JsValue, expected: &'static str) -> Error {
    Error::OptionInvalid { kind, option: option.into(), found: found(value), expected }
}

fn wrong_setting(setting: &'static str, value: &JsValue, expected: &'static str) -> Error {
    Error::SettingInvalid { setting, found: found(value), expected }
}

fn base_ill_formed(base: String) -> Error {
    Error::BaseIllFormed { base: base.into() }
}

fn stage_ill_formed(stage: String) -> Error {
    Error::StageIllFormed { stage: stage.into() }
}

/// Text that is not empty; `ill_formed` refuses text that has no UTF-8, and `wrong` anything else.
fn non_empty(
    value: &JsValue,
    ill_formed: impl FnOnce(String) -> Error,
    wrong: impl FnOnce(&JsValue) -> Error,
) -> Result<String, Error> {
    match text(value) {
        Some(Text::WellFormed(text)) if !text.is_empty() => Ok(text),
        Some(Text::IllFormed(text)) => Err(ill_formed(text)),
        _ => Err(wrong(value)),
    }
}

fn stage_name(
    kind: Kind,
    option: &str,
    value: &JsValue,
    expected: &'static str,
) -> Result<String, Error> {
    non_empty(value, stage_ill_formed, |value| wrong(kind, option, value, expected))
}

fn plain(kind: Kind, option: &str, value: &JsValue) -> Result<String, Error> {
    let ill_formed =
        |text: String| Error::OptionIllFormed { kind, option: option.into(), text: text.into() };
    non_empty(value, ill_formed, |value| wrong(kind, option, value, TEXT))
}

fn stage_of(kind: Kind, value: Option<JsValue>) -> Result<StageOption, Error> {
    let Some(value) = value else { return Ok(StageOption::Resolved) };
    if value.as_bool() == Some(false) {
        return Ok(StageOption::Off);
    }
    stage_name(kind, "stage", &value, "a stage such as `prod`, or `false`").map(StageOption::Named)
}

fn on_rename_of(kind: Kind, value: Option<JsValue>) -> Result<OnRename, Error> {
    let Some(value) = value else { return Ok(OnRename::default()) };
    let expected = "`\"refuse\"`, `\"keep\"` or `\"replace\"`";
    let Some(choice) = value.as_string() else {
        return Err(wrong(kind, "onRename", &value, expected));
    };
    let unknown =
        || Error::OptionUnknown { kind, option: "onRename", value: (&choice).into(), expected };
    OnRename::parse(&choice).ok_or_else(unknown)
}

fn pin_of(kind: Kind, value: Option<JsValue>) -> Result<Vec<(String, String)>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    if !is_options(&value)? {
        let expected = "an object from stage to name, such as `{ prod: \"legacy-db\" }`";
        return Err(wrong(kind, "pin", &value, expected).into());
    }
    let mut pin = Vec::new();
    for (stage, name) in entries(&value)? {
        // A stage that is pinned to nothing is not pinned.
        if name.is_undefined() || name.is_null() {
            continue;
        }
        let stage = non_empty(&stage, stage_ill_formed, |_| Error::StageEmpty)?;
        let wrong =
            |name: &JsValue| wrong(kind, &format!("pin.{stage}"), name, "the deployed name");
        let name = non_empty(&name, base_ill_formed, wrong)?;
        pin.push((stage, name));
    }
    Ok(pin)
}

/// The script: its name, or that of the Worker in its place.
fn script_of(kind: Kind, value: &JsValue) -> Result<String> {
    if value.is_string() {
        return Ok(plain(kind, "scriptName", value)?);
    }
    let name = if is_options(value)? { worker_name(kind, value.unchecked_ref())? } else { None };
    Ok(name.ok_or(Error::ScriptInvalid { kind, found: found(value) })?)
}

fn worker_name(kind: Kind, worker: &Script) -> Result<Option<String>> {
    for name in [worker.name()?, worker.service()?].into_iter().flatten() {
        if name.as_string().is_some_and(|name| !name.is_empty()) {
            return Ok(Some(plain(kind, "scriptName", &name)?));
        }
    }
    Ok(None)
}

fn texts(setting: &'static str, value: Option<JsValue>) -> Result<Option<Vec<String>>> {
    let Some(value) = value else { return Ok(None) };
    let expected = "an array of text";
    let Some(list) = elements(&value)? else {
        return Err(wrong_setting(setting, &value, expected).into());
    };
    let texts = list.iter().map(|item| match text(item) {
        Some(Text::WellFormed(text)) => Ok(text),
        Some(Text::IllFormed(_)) => {
            let found = "an array with an unpaired surrogate";
            Err(Error::SettingInvalid { setting, found, expected })
        }
        None => Err(wrong_setting(setting, item, expected)),
    });
    Ok(Some(texts.collect::<Result<Vec<_>, Error>>()?))
}
