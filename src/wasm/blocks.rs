//! One call of a block: read it, ask the law, call Alchemy's function.

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;

use super::expiry::add_rule;
use super::js::{Result, Text, Thrown, found, is_options, text};
use super::options::{Common, Given, request};
use super::scope::{Run, Scope, active_scope};
use crate::block::{Outcome, StageOption, decide};
use crate::error::Error;
use crate::kind::Kind;
use crate::region::Placement;
use crate::warning::Warning;

#[wasm_bindgen(module = "/src/host.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn split(options: &JsValue) -> Result<Split>;

    /// Options, split into what is read and what is passed on.
    pub(super) type Split;
    #[wasm_bindgen(method, getter)]
    pub(super) fn given(this: &Split) -> Given;
    #[wasm_bindgen(method, getter)]
    pub(super) fn passed(this: &Split) -> Passed;
}

#[wasm_bindgen]
extern "C" {
    /// The options that Alchemy gets.
    pub(super) type Passed;
    #[wasm_bindgen(method, structural, indexing_setter, catch)]
    pub(super) fn set(this: &Passed, option: &str, value: &str) -> Result<()>;
    #[wasm_bindgen(method, structural, setter, catch)]
    pub(super) fn set_lifecycle(this: &Passed, rules: &Array) -> Result<()>;
    #[wasm_bindgen(method, setter, catch)]
    fn set_delete(this: &Passed, delete: bool) -> Result<()>;

    #[wasm_bindgen(js_namespace = console, js_name = warn, catch)]
    fn warn(text: &str) -> Result<()>;
}

thread_local! {
    /// The run of blocks that are called without a `Scope`: one for the process, whatever the app.
    static ALONE: Run = Run::default();
}

/// The exports for those who call a block without a `Scope`. `exports.rs` lists them.
macro_rules! blocks {
    ($($kind:ident $export:ident $js:literal $doc:literal;)*) => {$(
        #[doc = $doc]
        ///
        /// # Errors
        /// A `BlockError`, before `resource` is called; and whatever `resource` throws.
        #[wasm_bindgen(js_name = $js, skip_typescript)]
        pub fn $export(
            id: JsValue,
            options: JsValue,
            resource: JsValue,
            settings: JsValue,
        ) -> Result<JsValue> {
            call_alone(Kind::$kind, &id, &options, &resource, &settings)
        }
    )*

    #[wasm_bindgen(typescript_custom_section)]
    const TYPES: &str = concat!($("/** ", $doc, " */\nexport const ", $js, ": CoreBlock;\n"),*);
    };
}
pub(super) use blocks;

/// Calls a block in the active scope, or outside of any.
pub(super) fn call_alone(
    kind: Kind,
    id: &JsValue,
    options: &JsValue,
    resource: &JsValue,
    settings: &JsValue,
) -> Result<JsValue> {
    let scope = active_scope()?;
    let scope = ALONE.with(|run| Scope::new(run, &scope))?;
    call(&scope, kind, id, options, resource, settings)
}

#[wasm_bindgen]
impl Scope {
    /// Calls a block in this scope. The result of `resource` comes back as it is.
    ///
    /// # Errors
    /// A `BlockError`, before `resource` is called; and whatever `resource` throws.
    // By value: borrowed ones have few places in wasm-bindgen's table, which would limit how deep
    // callbacks may nest.
    pub fn call(
        &self,
        kind: &str,
        id: JsValue,
        options: JsValue,
        resource: JsValue,
        settings: JsValue,
    ) -> Result<JsValue> {
        let unknown = || Error::Internal { cause: "an unknown block".to_owned() };
        let kind = Kind::parse(kind).ok_or_else(unknown)?;
        let called = call(self, kind, &id, &options, &resource, &settings);
        if self.is_alchemy2() { called.map_err(Thrown::in_alchemy2) } else { called }
    }
}

fn call(
    scope: &Scope,
    kind: Kind,
    id: &JsValue,
    options: &JsValue,
    resource: &JsValue,
    settings: &JsValue,
) -> Result<JsValue> {
    let name = id_of(kind, id)?;
    scope.check_own(kind)?;
    let Some(resource) = resource.dyn_ref::<Function>() else {
        return Err(Error::ResourceInvalid { kind, found: found(resource) }.into());
    };
    let settings = settings_of(settings)?;
    let common = settings.map_or_else(|| Ok(Common::default()), Common::read)?;
    let options = split(&options_of(kind.title(), options)?)?;
    let given = options.given();
    let request = request(kind, name, &given, &common)?;
    let adopts = given.get("adopt")?.map(|adopt| adopt.is_truthy());
    if request.stage == StageOption::Resolved {
        scope.check_chosen()?;
    }
    scope.note_stages(&request);
    let script = request.script.clone();
    let outcome = decide(kind, request, scope.stage(), scope.path())?;
    // What is called in place of Alchemy's function if another stage owns the resource.
    let shared = match settings {
        Some(settings) if outcome.shared => settings.get("shared")?,
        _ => None,
    };
    let called = match shared.as_ref().and_then(|shared| shared.dyn_ref::<Function>()) {
        Some(shared) => shared,
        None if outcome.shared => return Err(Error::ShareUnbound { kind }.into()),
        None => resource,
    };
    for warning in scope.declare(&outcome, adopts, &common)? {
        print(&warning)?;
    }
    let passed = options.passed();
    write(&passed, kind, &outcome, script.as_deref())?;
    if let Some(expires) = outcome.expires {
        add_rule(&passed, expires, given.get("lifecycle")?)?;
    }
    Ok(called.call2(&JsValue::UNDEFINED, id, &passed)?)
}

pub(super) fn print(warning: &Warning) -> Result<()> {
    let (code, help) = (warning.code(), warning.help());
    warn(&format!("@alch/blocks: {warning} ({code}): {help}"))
}

fn id_of(kind: Kind, id: &JsValue) -> Result<String, Error> {
    match text(id) {
        Some(Text::WellFormed(id)) => Ok(id),
        Some(Text::IllFormed(base)) => Err(Error::BaseIllFormed { base: base.into() }),
        None => Err(Error::IdMissing { kind, found: found(id) }),
    }
}

pub(super) fn options_of(block: &'static str, options: &JsValue) -> Result<JsValue> {
    if options.is_undefined() || options.is_null() {
        return Ok(Object::new().into());
    }
    if !is_options(options)? {
        return Err(Error::OptionsInvalid { block, found: found(options) }.into());
    }
    Ok(options.clone())
}

pub(super) fn settings_of(settings: &JsValue) -> Result<Option<&Given>> {
    if settings.is_undefined() {
        return Ok(None);
    }
    if !is_options(settings)? {
        return Err(Error::SettingsInvalid { found: found(settings) }.into());
    }
    Ok(Some(settings.unchecked_ref()))
}

/// Writes what the block sets into the options that Alchemy gets.
fn write(passed: &Passed, kind: Kind, outcome: &Outcome, script: Option<&str>) -> Result<()> {
    for option in kind.spec().naming {
        passed.set(option, &outcome.declaration.name)?;
    }
    let texts = [
        ("className", outcome.class.as_deref()),
        ("dlq", outcome.dlq.as_deref()),
        // A Worker may have stood in its place.
        ("scriptName", script),
    ];
    if let Some(Placement { option, value }) = outcome.placement {
        passed.set(option, value)?;
    }
    for (option, value) in texts {
        if let Some(value) = value {
            passed.set(option, value)?;
        }
    }
    if outcome.retain { passed.set_delete(false) } else { Ok(()) }
}
