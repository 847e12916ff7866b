//! Reading what a block is called with.
//!
//! Users give it, so each option is read through a getter that may throw, and checked here, where the
//! message can name it. `undefined` and `null` come as `None`: they count as left out.

use wasm_bindgen::prelude::*;

use super::js::{Result, Text, elements, entries, found, is_options, read, text};
use crate::block::{Request, StageOption, expected};
use crate::deletion::Consent;
use crate::error::Error;
use crate::expiry::{Expiry, MOST_DAYS};
use crate::kind::Kind;
use crate::ledger::OnRename;

#[wasm_bindgen]
extern "C" {
    /// An object of a user's. To read from it may run the user's code.
    pub(super) type Given;
    #[wasm_bindgen(method, structural, indexing_getter, catch)]
    pub(super) fn get(this: &Given, option: &str) -> Result<Option<JsValue>>;
}

const TEXT: &str = "text that is not empty";
const DAYS: &str = "a whole number of days";
const TEXTS: &str = "an array of text";

/// The settings of a set of blocks, checked.
#[derive(Default)]
pub(super) struct Common {
    pub prefix: Option<String>,
    pub protect: Option<Vec<String>>,
    pub release: Vec<String>,
    pub delete_classes: Vec<String>,
    pub bare: Option<String>,
    pub preview_domain: Option<String>,
    pub region: Option<String>,
    pub expire_days: Option<u32>,
}

impl Common {
    pub(super) fn read(settings: &Given) -> Result<Self> {
        let one = |setting| -> Result<Option<String>> {
            let value = settings.get(setting)?.map(|value| match text(&value) {
                Some(Text::WellFormed(text)) if !text.is_empty() => Ok(text),
                Some(Text::IllFormed(base)) => Err(Error::BaseIllFormed { base: base.into() }),
                _ => Err(wrong_setting(setting, found(&value), TEXT)),
            });
            Ok(value.transpose()?)
        };
        let list = |setting| settings.get(setting)?.map(|list| texts(setting, &list)).transpose();
        let (prefix, bare, preview_domain) = (one("prefix")?, one("bare")?, one("previewDomain")?);
        let region = one("region")?;
        let (protect, release) = (list("protect")?, list("release")?.unwrap_or_default());
        let delete_classes = list("deleteClasses")?.unwrap_or_default();
        let expire_days = settings.get("expireDays")?;
        let expire_days = expire_days.map(|value| {
            days(&value).ok_or_else(|| wrong_setting("expireDays", found(&value), DAYS))
        });
        let expire_days = expire_days.transpose()?;
        Ok(Self {
            prefix,
            protect,
            release,
            delete_classes,
            bare,
            preview_domain,
            region,
            expire_days,
        })
    }

    /// Notes what the program lets go and protects, for what is judged without a call of a block.
    pub(super) fn note(&self, consent: &mut Consent) {
        let note = |all: &mut Vec<String>, new: &[String]| {
            for name in new {
                if !all.contains(name) {
                    all.push(name.clone());
                }
            }
        };
        note(&mut consent.released, &self.release);
        note(&mut consent.classes, &self.delete_classes);
        note(&mut consent.protected, self.protect.as_deref().unwrap_or_default());
    }
}

fn texts(setting: &'static str, value: &JsValue) -> Result<Vec<String>> {
    let list = elements(value)?.ok_or_else(|| wrong_setting(setting, found(value), TEXTS))?;
    let texts = list.iter().map(|item| match text(item) {
        Some(Text::WellFormed(text)) => Ok(text),
        Some(Text::IllFormed(_)) => {
            Err(wrong_setting(setting, "an array with an unpaired surrogate", TEXTS).into())
        }
        None => Err(wrong_setting(setting, found(item), TEXTS).into()),
    });
    texts.collect()
}

/// A number of days, of which one object can be old.
fn days(value: &JsValue) -> Option<u32> {
    read::<u32>(value.clone()).ok().filter(|days| (1..=MOST_DAYS).contains(days))
}

fn wrong_setting(setting: &'static str, found: &'static str, expected: &'static str) -> Error {
    Error::SettingInvalid { setting, found, expected }
}

/// Reads the options of a block. What belongs to another kind is Alchemy's to judge.
pub(super) fn request(kind: Kind, id: String, given: &Given, common: &Common) -> Result<Request> {
    let options = Options { block: kind.title(), given };
    let mut request = Request {
        id,
        stage: options.stage()?,
        pin: options.pin()?,
        on_rename: options.on_rename()?,
        share: options.text("share", Role::Stage)?,
        delete_given: given.get("delete")?.is_some(),
        prefix: common.prefix.clone(),
        protect: common.protect.clone(),
        ..Request::default()
    };
    // All are read, so that one that is wrong is refused wherever it stands.
    for option in kind.spec().naming.iter().rev() {
        request.explicit = options.text(option, Role::Base)?.or(request.explicit);
    }
    if let Some(regions) = kind.spec().regions {
        let is_text = JsValue::is_string;
        request.region = options.text("region", Role::Other)?.or_else(|| common.region.clone());
        request.jurisdiction = options.text_if("jurisdiction", Role::Other, is_text)?;
        request.hint = options.text_if(regions.hint_option, Role::Other, is_text)?;
    }
    if kind == Kind::Bucket {
        request.expiry = options.expiry()?;
        request.expire_days = common.expire_days;
    }
    if kind == Kind::Queue {
        request.dlq = options.text_if("dlq", Role::Base, |dlq| !dlq.is_object())?;
    }
    if kind.spec().is_class {
        request.class = options.text("className", Role::Other)?;
        request.script = options.script("scriptName")?;
    }
    Ok(request)
}

/// What a text is, which decides how one that has no UTF-8 is refused.
#[derive(Clone, Copy)]
pub(super) enum Role {
    Base,
    Stage,
    Other,
}

/// The options of one call.
pub(super) struct Options<'a> {
    pub block: &'static str,
    pub given: &'a Given,
}

impl Options<'_> {
    pub(super) fn text(&self, option: &str, role: Role) -> Result<Option<String>> {
        self.text_if(option, role, |_| true)
    }

    /// The text of an option, if it is one that is ours to judge.
    fn text_if(
        &self,
        option: &str,
        role: Role,
        is_ours: impl FnOnce(&JsValue) -> bool,
    ) -> Result<Option<String>> {
        let value = self.given.get(option)?.filter(is_ours);
        Ok(value.map(|value| self.checked(option, &value, role, TEXT)).transpose()?)
    }

    fn checked(
        &self,
        option: &str,
        value: &JsValue,
        role: Role,
        expected: &'static str,
    ) -> Result<String, Error> {
        match (text(value), role) {
            (Some(Text::WellFormed(text)), _) if !text.is_empty() => Ok(text),
            (Some(Text::IllFormed(text)), Role::Base) => {
                Err(Error::BaseIllFormed { base: text.into() })
            }
            (Some(Text::IllFormed(text)), Role::Stage) => {
                Err(Error::StageIllFormed { stage: text.into() })
            }
            (Some(Text::IllFormed(text)), Role::Other) => Err(Error::OptionIllFormed {
                block: self.block,
                option: option.into(),
                text: text.into(),
            }),
            _ => Err(self.wrong(option, value, expected)),
        }
    }

    fn wrong(&self, option: &str, value: &JsValue, expected: &'static str) -> Error {
        let (block, option) = (self.block, option.into());
        Error::OptionInvalid { block, option, found: found(value), expected }
    }

    pub(super) fn stage(&self) -> Result<StageOption> {
        let Some(value) = self.given.get("stage")? else { return Ok(StageOption::Resolved) };
        if value.as_bool() == Some(false) {
            return Ok(StageOption::Off);
        }
        let stage = self.checked("stage", &value, Role::Stage, expected("stage"))?;
        Ok(StageOption::Named(stage))
    }

    fn expiry(&self) -> Result<Expiry> {
        match self.given.get("expireDays")? {
            None => Ok(Expiry::Common),
            Some(value) if value.as_bool() == Some(false) => Ok(Expiry::Off),
            Some(value) => match days(&value) {
                Some(days) => Ok(Expiry::Days(days)),
                None => Err(self.wrong("expireDays", &value, expected("expireDays")).into()),
            },
        }
    }

    pub(super) fn on_rename(&self) -> Result<OnRename> {
        let Some(value) = self.given.get("onRename")? else { return Ok(OnRename::default()) };
        let Some(choice) = value.as_string() else {
            return Err(self.wrong("onRename", &value, expected("onRename")).into());
        };
        Ok(OnRename::given(self.block, &choice)?)
    }

    pub(super) fn pin(&self) -> Result<Vec<(String, String)>> {
        let Some(value) = self.given.get("pin")? else { return Ok(Vec::new()) };
        if !is_options(&value)? {
            return Err(self.wrong("pin", &value, expected("pin")).into());
        }
        let mut pin = Vec::new();
        for (stage, name) in entries(&value)? {
            // A stage that is pinned to nothing is not pinned.
            if name.is_undefined() || name.is_null() {
                continue;
            }
            if stage.as_string().is_some_and(|stage| stage.is_empty()) {
                return Err(Error::StageEmpty.into());
            }
            let stage = self.checked("pin", &stage, Role::Stage, TEXT)?;
            let option = format!("pin.{stage}");
            let name = self.checked(&option, &name, Role::Base, "the deployed name")?;
            pin.push((stage, name));
        }
        Ok(pin)
    }

    /// The name of a script, or a Worker or a reference to one in its place.
    pub(super) fn script(&self, option: &'static str) -> Result<Option<String>> {
        let Some(value) = self.given.get(option)? else { return Ok(None) };
        if value.is_string() {
            return Ok(Some(self.checked(option, &value, Role::Other, TEXT)?));
        }
        if is_options(&value)? {
            let worker: &Given = value.unchecked_ref();
            for name in [worker.get("name")?, worker.get("service")?].into_iter().flatten() {
                if name.as_string().is_some_and(|name| !name.is_empty()) {
                    return Ok(Some(self.checked(option, &name, Role::Other, TEXT)?));
                }
            }
        }
        Err(Error::ScriptInvalid { block: self.block, option, found: found(&value) }.into())
    }
}
