//! The only file that knows JavaScript: it reads a call, asks the law, and hands the call on.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::block::{Outcome, Request, StageOption, decide, generic_name};
use crate::error::{BlockError, Code, quote};
use crate::guard::{Declaration, Identity, Ledger};
use crate::kind::Kind;
use crate::name::{name_in_stage, physical_name};
use crate::row::{Binding, OnRename, Row, Verdict, judge, judge_worker, worker_moved};
use crate::stage::{Environment, PROTECTED, Stage, stage_slug};

#[wasm_bindgen(module = "/src/host.js")]
extern "C" {
    #[wasm_bindgen(js_name = handleOf)]
    fn handle_of(object: &JsValue) -> u32;
    #[wasm_bindgen(js_name = takeCollected)]
    fn take_collected() -> Vec<u32>;
    #[wasm_bindgen(js_name = currentScope, catch)]
    fn current_scope() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = currentHandle, catch)]
    fn current_handle() -> Result<u32, JsValue>;
    fn announce(scope: &JsValue);
    #[wasm_bindgen(catch)]
    fn given(object: &JsValue, keys: &JsValue) -> Result<u32, JsValue>;
    #[wasm_bindgen(catch)]
    #[expect(clippy::too_many_arguments, reason = "one crossing instead of eight")]
    fn deliver(
        resource: &JsValue,
        id: &JsValue,
        options: &JsValue,
        keys: &JsValue,
        drop: u32,
        set: u32,
        value: &str,
        extra: &JsValue,
    ) -> Result<JsValue, JsValue>;
    fn variable(name: &str) -> Option<String>;
    #[wasm_bindgen(js_name = argumentAfter)]
    fn argument_after(flag: &str) -> Option<String>;
    fn warn(text: &str);
    #[wasm_bindgen(js_name = blockError)]
    fn block_error(code: &str, message: &str, help: &str) -> JsValue;
    #[wasm_bindgen(js_name = failScope)]
    fn fail_scope();
}

/// Every option that the law reads; a set of them is a `u32` with bit i for `KEYS[i]`.
const KEYS: [&str; 13] = [
    "stage",
    "pin",
    "onRename",
    "share",
    "title",
    "workflowName",
    "name",
    "className",
    "scriptName",
    "dlq",
    "delete",
    "adopt",
    "jurisdiction",
];

/// The set of `keys`, all of which are in [`KEYS`].
fn set_of(keys: &[&str]) -> u32 {
    (0_u32..).zip(KEYS).filter(|(_, key)| keys.contains(key)).fold(0, |set, (at, _)| set | bit(at))
}

fn bit(at: u32) -> u32 {
    1_u32.checked_shl(at).unwrap_or(0)
}

/// What a refusal is in JavaScript: the law's own, or whatever a getter or the callback threw.
enum Failure {
    Refused(BlockError),
    Thrown(JsValue),
}

impl From<BlockError> for Failure {
    fn from(error: BlockError) -> Self {
        Self::Refused(error)
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => {
                block_error(error.code().as_str(), error.message(), error.help())
            }
            Failure::Thrown(value) => value,
        }
    }
}

fn refuse(code: Code, message: String, help: &str) -> Failure {
    Failure::Refused(BlockError::new(code, message, help.to_owned()))
}

// --- The state of the process -------------------------------------------------------------------

thread_local! {
    static CORE: RefCell<Core> = RefCell::new(Core::default());
    static KEY_NAMES: JsValue = KEYS.iter().map(|key| JsValue::from_str(key)).collect::<Array>().into();
}

#[derive(Default)]
struct Core {
    scopes: ByHandle<Scope>,
    /// By the handle of the root scope, which stands for one run of one app; 0 outside any scope.
    runs: ByHandle<Run>,
}

/// Few entries, in the order of their handles.
struct ByHandle<T>(Vec<(u32, T)>);

impl<T> Default for ByHandle<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ByHandle<T> {
    fn get(&self, handle: u32) -> Option<&T> {
        let at = self.0.binary_search_by_key(&handle, |(handle, _)| *handle).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    fn insert(&mut self, handle: u32, value: T) {
        let at = self.0.partition_point(|(other, _)| *other < handle);
        self.0.insert(at, (handle, value));
    }

    fn forget(&mut self, gone: &[u32]) {
        self.0.retain(|(handle, _)| !gone.contains(handle));
    }
}

impl ByHandle<Run> {
    fn run(&mut self, handle: u32) -> Option<&mut Run> {
        if self.get(handle).is_none() {
            self.insert(handle, Run::default());
        }
        self.0.iter_mut().find(|(other, _)| *other == handle).map(|(_, run)| run)
    }
}

struct Scope {
    run: u32,
    path: String,
    environment: Environment,
    stage: Stage,
    adopt: bool,
}

#[derive(Default)]
struct Run {
    ledger: Ledger,
    /// The classes whose storage may go: somebody said so.
    may_go: Vec<String>,
    warned: Vec<Code>,
}

impl Run {
    /// Keeps a warning that this run has not given yet.
    fn once(&mut self, warning: Option<BlockError>) -> Option<BlockError> {
        let warning = warning.filter(|warning| !self.warned.contains(&warning.code()))?;
        self.warned.push(warning.code());
        Some(warning)
    }
}

fn with_core<T>(act: impl FnOnce(&mut Core) -> Result<T, Failure>) -> Result<T, Failure> {
    CORE.with(|core| match core.try_borrow_mut() {
        Ok(mut core) => act(&mut core),
        Err(_) => Err(refuse(
            Code::Internal,
            "the core was called from inside itself".to_owned(),
            "report this with the program that shows it",
        )),
    })
}

fn unknown_scope() -> Failure {
    refuse(
        Code::Internal,
        "the active scope is not known to the core".to_owned(),
        "report this with the program that shows it",
    )
}

/// The active scope's handle, described to the core if it is new; 0 outside any scope.
fn enter_scope() -> Result<u32, Failure> {
    let handle = current_handle().map_err(Failure::Thrown)?;
    let known = with_core(|core| Ok(handle == 0 || core.scopes.get(handle).is_some()))?;
    if known {
        return Ok(handle);
    }
    let scope = current_scope().map_err(Failure::Thrown)?;
    let described = describe(&scope)?;
    with_core(|core| {
        let gone = take_collected();
        core.scopes.forget(&gone);
        core.runs.forget(&gone);
        core.scopes.insert(handle, described);
        Ok(())
    })?;
    announce(&scope);
    Ok(handle)
}

fn describe(scope: &JsValue) -> Result<Scope, Failure> {
    let scope_stage = text(&property(scope, "stage")?, Code::StageInvalid, "the stage")?;
    let environment = Environment { scope_stage, ..surroundings() };
    let stage = Stage::new(environment.resolve())?;
    let chain = Array::from(&property(scope, "chain")?);
    let path: Vec<_> = chain.iter().map(|part| path_part(&part)).collect();
    Ok(Scope {
        run: handle_of(&property(scope, "root")?),
        path: path.join("/"),
        adopt: property(scope, "adopt")?.is_truthy(),
        environment,
        stage,
    })
}

/// A part of a scope's path, so that `a/b` and `a` › `b` stay different.
fn path_part(part: &JsValue) -> String {
    part.as_string().unwrap_or_default().replace('%', "%25").replace('/', "%2F")
}

fn surroundings() -> Environment {
    Environment {
        scope_stage: None,
        stage: variable("STAGE"),
        alchemy_stage: variable("ALCHEMY_STAGE"),
        argument: argument_after("--stage"),
        user: variable("USER"),
        username: variable("USERNAME"),
        ci: variable("CI"),
    }
}

/// A scope that stands for having none.
fn no_scope() -> Result<Scope, Failure> {
    let environment = Environment { stage: variable("STAGE"), ..Environment::default() };
    let stage = Stage::new(environment.resolve())?;
    Ok(Scope { run: 0, path: String::new(), adopt: false, environment, stage })
}

// --- Reading a call -----------------------------------------------------------------------------

fn property(object: &JsValue, key: &str) -> Result<JsValue, Failure> {
    Reflect::get(object, &JsValue::from_str(key)).map_err(Failure::Thrown)
}

/// Text that is well-formed; `None` where `value` is no text.
///
/// Text with half a surrogate pair has no UTF-8, so it has no hash; decoding would replace the
/// half silently and make two names one.
fn text(value: &JsValue, code: Code, what: &str) -> Result<Option<String>, Failure> {
    let Some(text) = value.as_string() else { return Ok(None) };
    let whole = text.chars().all(|character| character != '\u{fffd}')
        || value.dyn_ref::<JsString>().is_some_and(JsString::is_valid_utf16);
    if whole {
        return Ok(Some(text));
    }
    Err(refuse(
        code,
        format!("{what} {} has half a surrogate pair", quote(&text)),
        "give text that is well-formed Unicode",
    ))
}

/// What an option holds, in one word, for messages.
fn type_of(value: &JsValue) -> &'static str {
    match value {
        _ if value.is_null() => "null",
        _ if value.is_undefined() => "undefined",
        _ if value.is_string() => "text",
        _ if value.is_function() => "a function",
        _ if Array::is_array(value) => "an array",
        _ if value.is_object() => "an object",
        _ if value.as_bool().is_some() => "a boolean",
        _ if value.as_f64().is_some() => "a number",
        _ => "another type",
    }
}

fn wrong_option(kind: Kind, key: &str, value: &JsValue, expected: &str) -> Failure {
    let what = if value.as_string().is_some_and(|text| text.is_empty()) {
        "empty"
    } else {
        type_of(value)
    };
    refuse(
        Code::OptionInvalid,
        format!("the option `{key}` of `{}` is {what}", kind.title()),
        &format!("give {expected}, or leave it out"),
    )
}

struct Reader<'a> {
    kind: Kind,
    options: &'a JsValue,
    given: u32,
}

impl Reader<'_> {
    fn has(&self, key: &str) -> bool {
        self.given & set_of(&[key]) != 0
    }

    fn value(&self, key: &str) -> Result<Option<JsValue>, Failure> {
        if self.has(key) { property(self.options, key).map(Some) } else { Ok(None) }
    }

    /// An option that is text, not empty.
    fn text(&self, key: &str, code: Code) -> Result<Option<String>, Failure> {
        let Some(value) = self.value(key)? else { return Ok(None) };
        match text(&value, code, &format!("the option `{key}`"))? {
            Some(text) if !text.is_empty() => Ok(Some(text)),
            _ => Err(wrong_option(self.kind, key, &value, "text that is not empty")),
        }
    }

    fn stage(&self) -> Result<StageOption, Failure> {
        let Some(value) = self.value("stage")? else { return Ok(StageOption::Resolved) };
        if value.as_bool() == Some(false) {
            return Ok(StageOption::Off);
        }
        match text(&value, Code::StageInvalid, "the stage")? {
            Some(stage) if !stage.is_empty() => Ok(StageOption::Named(stage)),
            _ => {
                Err(wrong_option(self.kind, "stage", &value, "a stage such as `prod`, or `false`"))
            }
        }
    }

    fn pin(&self) -> Result<Vec<(String, String)>, Failure> {
        let mut pins = Vec::new();
        let Some(value) = self.value("pin")? else { return Ok(pins) };
        let expected = "an object from stage to name, such as `{ prod: \"legacy-db\" }`";
        let Some(object) = value.dyn_ref::<Object>().filter(|_| type_of(&value) == "an object")
        else {
            return Err(wrong_option(self.kind, "pin", &value, expected));
        };
        for stage in Object::keys(object).iter() {
            let name = Reflect::get(object, &stage).map_err(Failure::Thrown)?;
            if name.is_null() || name.is_undefined() {
                continue;
            }
            let stage = text(&stage, Code::StageInvalid, "the stage")?.unwrap_or_default();
            match text(&name, Code::BaseInvalid, "the pinned name")? {
                Some(name) if !name.is_empty() => pins.push((stage, name)),
                _ => {
                    let key = format!("pin.{stage}");
                    return Err(wrong_option(self.kind, &key, &name, "the deployed name"));
                }
            };
        }
        Ok(pins)
    }

    fn on_rename(&self) -> Result<OnRename, Failure> {
        let Some(value) = self.value("onRename")? else { return Ok(OnRename::default()) };
        let chosen = value.as_string().and_then(|text| OnRename::parse(&text));
        let expected = "`\"refuse\"`, `\"keep\"` or `\"replace\"`";
        chosen.ok_or_else(|| wrong_option(self.kind, "onRename", &value, expected))
    }

    /// The first naming option that is given; all of them have to be text.
    fn explicit(&self) -> Result<Option<String>, Failure> {
        let mut first = None;
        for key in self.kind.row().naming {
            let name = self.text(key, Code::BaseInvalid)?;
            first = first.or(name);
        }
        Ok(first)
    }

    /// `scriptName`, where something other than text stands for the script.
    fn script(&self) -> Result<Script, Failure> {
        let Some(value) = self.value("scriptName")? else { return Ok(Script::default()) };
        if value.is_string() {
            let name = self.text("scriptName", Code::ScriptInvalid)?;
            return Ok(Script { name, replaced: false });
        }
        for key in ["name", "service"] {
            let name = if value.is_object() { property(&value, key)?.as_string() } else { None };
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                return Ok(Script { name: Some(name), replaced: true });
            }
        }
        Err(refuse(
            Code::ScriptInvalid,
            format!(
                "`scriptName` of `{}` is {} that names no script",
                self.kind.title(),
                type_of(&value)
            ),
            "give the script's name, an awaited Worker or a WorkerRef",
        ))
    }

    /// `dlq` as text; a queue in its place is passed on as it is.
    fn dead_letters(&self) -> Result<Option<String>, Failure> {
        let Some(value) = self.value("dlq")? else { return Ok(None) };
        if value.is_object() {
            return Ok(None);
        }
        self.text("dlq", Code::BaseInvalid)
    }

    fn request(&self, id: String, settings: &Settings) -> Result<Asked, Failure> {
        let class = self.kind.row().is_class;
        let script = if class { self.script()? } else { Script::default() };
        let jurisdiction = match self.kind {
            Kind::Bucket => self.value("jurisdiction")?.and_then(|value| value.as_string()),
            _ => None,
        };
        let adopt = self.value("adopt")?.map(|value| value.is_truthy());
        let request = Request {
            id,
            prefix: settings.prefix.clone(),
            protect: settings.protect.clone(),
            on_rename: self.on_rename()?,
            share: self.text("share", Code::StageInvalid)?,
            stage: self.stage()?,
            pin: self.pin()?,
            explicit: self.explicit()?,
            class: if class { self.text("className", Code::ClassInvalid)? } else { None },
            script: script.name,
            dlq: if self.kind == Kind::Queue { self.dead_letters()? } else { None },
            delete_given: self.has("delete"),
            jurisdiction: jurisdiction.filter(|name| name != "default"),
        };
        Ok(Asked { request, script_replaced: script.replaced, adopt })
    }
}

/// A call, as far as the law looks at it.
struct Asked {
    request: Request,
    /// Whether something other than text stood for the script.
    script_replaced: bool,
    adopt: Option<bool>,
}

#[derive(Default)]
struct Script {
    name: Option<String>,
    replaced: bool,
}

/// What a set of blocks has in common.
struct Settings {
    prefix: Option<String>,
    protect: Vec<String>,
    delete_classes: Vec<String>,
    /// Called in place of Alchemy's function for what another stage owns.
    shared: JsValue,
}

impl Settings {
    fn read(value: &JsValue) -> Result<Self, Failure> {
        let none = value.is_undefined();
        if !none && type_of(value) != "an object" {
            return Err(wrong_setting("of these blocks", value, "an object"));
        }
        let get = |key| if none { Ok(JsValue::UNDEFINED) } else { property(value, key) };
        Ok(Self {
            prefix: prefix(&get("prefix")?)?,
            protect: match texts("protect", &get("protect")?)? {
                Some(protect) => protect,
                None => PROTECTED.iter().map(|stage| (*stage).to_owned()).collect(),
            },
            delete_classes: texts("deleteClasses", &get("deleteClasses")?)?.unwrap_or_default(),
            shared: get("shared")?,
        })
    }
}

fn wrong_setting(key: &str, value: &JsValue, expected: &str) -> Failure {
    refuse(
        Code::OptionInvalid,
        format!("the setting {key} is {}", type_of(value)),
        &format!("give {expected}, or leave it out"),
    )
}

fn prefix(value: &JsValue) -> Result<Option<String>, Failure> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    match text(value, Code::BaseInvalid, "the prefix")? {
        Some(prefix) if !prefix.is_empty() => Ok(Some(prefix)),
        _ => Err(wrong_setting("`prefix`", value, "text that is not empty")),
    }
}

fn texts(key: &str, value: &JsValue) -> Result<Option<Vec<String>>, Failure> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let wrong = || wrong_setting(&format!("`{key}`"), value, "an array of text");
    if !Array::is_array(value) {
        return Err(wrong());
    }
    let read = |item: JsValue| text(&item, Code::OptionInvalid, key)?.ok_or_else(wrong);
    Array::from(value).iter().map(read).collect::<Result<_, _>>().map(Some)
}

// --- One call -----------------------------------------------------------------------------------

fn block(
    kind: Kind,
    name: &JsValue,
    options: &JsValue,
    resource: &JsValue,
    shared: &JsValue,
) -> Result<JsValue, JsValue> {
    prepare(kind, name, options, resource, shared)
        .map_err(|failure| {
            if matches!(failure, Failure::Refused(_)) {
                fail_scope();
            }
            failure.into()
        })
        .and_then(|prepared| prepared.send(kind, name, options, resource))
}

struct Prepared {
    outcome: Outcome,
    replace_script: Option<String>,
    /// What to call in place of Alchemy's function.
    shared: Option<JsValue>,
}

fn prepare(
    kind: Kind,
    name: &JsValue,
    options: &JsValue,
    resource: &JsValue,
    shared: &JsValue,
) -> Result<Prepared, Failure> {
    let id = logical_id(kind, name)?;
    check_callback(kind, resource)?;
    let settings = Settings::read(shared)?;
    let reader = Reader { kind, options, given: given_options(kind, options)? };
    let Asked { request, script_replaced, adopt } = reader.request(id, &settings)?;
    let handle = enter_scope()?;
    let loose = if handle == 0 { Some(no_scope()?) } else { None };

    let (outcome, warnings) = with_core(|core| {
        let scope = loose.as_ref().or_else(|| core.scopes.get(handle)).ok_or_else(unknown_scope)?;
        if request.stage == StageOption::Resolved {
            scope.environment.require_explicit()?;
        }
        let outcome = decide(kind, &request, &scope.stage, &scope.path)?;
        let run = core.runs.run(scope.run).ok_or_else(unknown_scope)?;
        run.ledger.declare(&outcome.declaration)?;
        run.may_go.extend(settings.delete_classes);
        let generic = generic_name(&outcome, request.prefix.as_deref())
            .filter(|_| adopt.unwrap_or(scope.adopt));
        let warnings = [run.once(scope.environment.mismatch()), run.once(generic)];
        Ok((outcome, warnings))
    })?;
    for warning in warnings.into_iter().flatten() {
        warn(&format!("@alch/blocks: {warning}"));
    }
    let shared = outcome.shared.then_some(settings.shared);
    if shared.as_ref().is_some_and(|callback| !callback.is_function()) {
        return Err(refuse(
            Code::OptionInvalid,
            format!("`share` of `{}` needs somebody to look the resource up", kind.title()),
            "import the block from `@alch/blocks`",
        ));
    }
    let replace_script = request.script.filter(|_| script_replaced);
    Ok(Prepared { outcome, replace_script, shared })
}

impl Prepared {
    fn send(
        self,
        kind: Kind,
        name: &JsValue,
        options: &JsValue,
        resource: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let row = kind.row();
        let extra = self.extra()?;
        KEY_NAMES.with(|keys| {
            deliver(
                self.shared.as_ref().unwrap_or(resource),
                name,
                options,
                keys,
                set_of(&["stage", "pin", "onRename", "share"]),
                set_of(row.naming),
                &self.outcome.name,
                &extra,
            )
        })
    }

    /// The options beside the name that the block sets; `undefined` where there are none.
    fn extra(&self) -> Result<JsValue, JsValue> {
        let texts = [
            ("className", &self.outcome.class),
            ("dlq", &self.outcome.dlq),
            ("scriptName", &self.replace_script),
        ];
        if !self.outcome.retain && texts.iter().all(|(_, value)| value.is_none()) {
            return Ok(JsValue::UNDEFINED);
        }
        let extra = Object::new();
        for (key, value) in texts {
            if let Some(value) = value {
                Reflect::set(&extra, &key.into(), &value.into())?;
            }
        }
        if self.outcome.retain {
            Reflect::set(&extra, &"delete".into(), &JsValue::FALSE)?;
        }
        Ok(extra.into())
    }
}

fn logical_id(kind: Kind, name: &JsValue) -> Result<String, Failure> {
    match text(name, Code::BaseInvalid, "the name")? {
        Some(id) => Ok(id),
        None => Err(refuse(
            Code::ArgumentInvalid,
            format!("the name of a `{}` is {}", kind.title(), type_of(name)),
            &format!("give it as text: `{}(\"{}\")`", kind.title(), kind.row().fallback),
        )),
    }
}

fn check_callback(kind: Kind, resource: &JsValue) -> Result<(), Failure> {
    if resource.is_instance_of::<Function>() {
        return Ok(());
    }
    Err(refuse(
        Code::ArgumentInvalid,
        format!(
            "`{}` was given {} in place of Alchemy's function",
            kind.title(),
            type_of(resource)
        ),
        "pass the resource function of `alchemy/cloudflare`, or import from `@alch/blocks`",
    ))
}

fn given_options(kind: Kind, options: &JsValue) -> Result<u32, Failure> {
    if options.is_undefined() || options.is_null() {
        return Ok(0);
    }
    if type_of(options) != "an object" {
        return Err(refuse(
            Code::ArgumentInvalid,
            format!("the options of `{}` are {}", kind.title(), type_of(options)),
            "give an object, or nothing",
        ));
    }
    KEY_NAMES.with(|keys| given(options, keys)).map_err(Failure::Thrown)
}

macro_rules! blocks {
    ($($kind:ident $export:ident $js:literal;)*) => {$(
        #[wasm_bindgen(js_name = $js)]
        pub fn $export(
            name: &JsValue,
            options: &JsValue,
            resource: &JsValue,
            settings: &JsValue,
        ) -> Result<JsValue, JsValue> {
            block(Kind::$kind, name, options, resource, settings)
        }
    )*};
}

blocks! {
    Database database "Database";
    Bucket bucket "Bucket";
    Kv kv "KV";
    Queue queue "Queue";
    DurableObject durable_object "DurableObject";
    Workflow workflow "AlchemyWorkflow";
}

// --- Names without a call -----------------------------------------------------------------------

fn required_text(value: &JsValue, code: Code, what: &str) -> Result<String, Failure> {
    text(value, code, what)?.ok_or_else(|| {
        refuse(Code::ArgumentInvalid, format!("{what} is {}", type_of(value)), "give text")
    })
}

fn kind_of(value: &JsValue) -> Result<Kind, Failure> {
    Ok(Kind::parse(&required_text(value, Code::ArgumentInvalid, "the kind")?)?)
}

#[wasm_bindgen(js_name = physicalName)]
pub fn physical_name_js(
    kind: &JsValue,
    base: &JsValue,
    stage: &JsValue,
) -> Result<String, JsValue> {
    let name = || -> Result<String, Failure> {
        let kind = kind_of(kind)?;
        let base = required_text(base, Code::BaseInvalid, "the base name")?;
        let stage = required_text(stage, Code::StageInvalid, "the stage")?;
        Ok(physical_name(kind, &base, &stage)?)
    };
    name().map_err(JsValue::from)
}

#[wasm_bindgen(js_name = stageSlug)]
pub fn stage_slug_js(stage: &JsValue) -> Result<String, JsValue> {
    let slug = || -> Result<String, Failure> {
        Ok(stage_slug(&required_text(stage, Code::StageInvalid, "the stage")?)?)
    };
    slug().map_err(JsValue::from)
}

#[wasm_bindgen(js_name = resolveStage)]
pub fn resolve_stage() -> Result<String, JsValue> {
    let stage = || -> Result<String, Failure> {
        let handle = enter_scope()?;
        let scope = if handle == 0 { Some(no_scope()?) } else { None };
        with_core(|core| {
            let scope = scope.as_ref().or_else(|| core.scopes.get(handle));
            let scope = scope.ok_or_else(unknown_scope)?;
            scope.environment.require_explicit()?;
            Ok(scope.stage.raw().to_owned())
        })
    };
    stage().map_err(JsValue::from)
}

#[wasm_bindgen(js_name = physicalNames)]
pub fn physical_names(
    kind: &JsValue,
    bases: &JsValue,
    stage: &JsValue,
) -> Result<JsValue, JsValue> {
    let names = || -> Result<Vec<String>, Failure> {
        let kind = kind_of(kind)?;
        let stage = Stage::new(&required_text(stage, Code::StageInvalid, "the stage")?)?;
        if !Array::is_array(bases) {
            let what = format!("the base names are {}", type_of(bases));
            return Err(refuse(Code::ArgumentInvalid, what, "give an array of text"));
        }
        let name = |base: JsValue| {
            let base = required_text(&base, Code::BaseInvalid, "a base name")?;
            Ok(name_in_stage(kind, &base, &stage)?)
        };
        Array::from(bases).iter().map(name).collect()
    };
    Ok(serde_wasm_bindgen::to_value(&names().map_err(JsValue::from)?)?)
}

#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

// --- What the state holds -----------------------------------------------------------------------

/// Whether rows of the state can make a declaration of this scope ambiguous.
#[wasm_bindgen(js_name = needsRows)]
pub fn needs_rows(scope: &JsValue) -> bool {
    let handle = handle_of(scope);
    let needs =
        with_core(|core| Ok(core.scopes.get(handle).is_some_and(|s| s.stage.slug().contains('-'))));
    needs.unwrap_or(false)
}

/// Notes a row of the scope's state: the type, id, physical name and jurisdiction of a resource.
#[wasm_bindgen(js_name = holdRow)]
pub fn hold_row(scope: &JsValue, resource_type: &str, id: &str, name: &str, jurisdiction: &str) {
    let handle = handle_of(scope);
    let Some(kind) = Kind::of_resource(resource_type) else { return };
    let held = with_core(|core| {
        let Some(scope) = core.scopes.get(handle) else { return Ok(()) };
        let (run, slug) = (scope.run, scope.stage.slug().to_owned());
        let identity = Identity {
            scope: scope.path.clone(),
            id: id.to_owned(),
            jurisdiction: if jurisdiction == "default" { "" } else { jurisdiction }.to_owned(),
        };
        if let Some(run) = core.runs.run(run) {
            run.ledger.hold(kind, &identity, name, &slug);
        }
        Ok(())
    });
    debug_assert!(held.is_ok());
}

/// Asks the guard again about what this run declared as `id`, now that the rows are known.
#[wasm_bindgen(js_name = recheck)]
pub fn recheck(scope: &JsValue, id: &str) -> Result<(), JsValue> {
    let handle = handle_of(scope);
    let check = with_core(|core| {
        let Some(scope) = core.scopes.get(handle) else { return Ok(()) };
        let (run, path) = (scope.run, scope.path.clone());
        let Some(run) = core.runs.run(run) else { return Ok(()) };
        for declaration in run.ledger.declared(&path, id) {
            run.ledger.recheck(&declaration)?;
        }
        Ok(())
    });
    check.map_err(JsValue::from)
}

/// Finds what this run has declared in a scope as `id`, of the type that Alchemy's state names.
fn find_declared(
    core: &mut Core,
    scope: &JsValue,
    id: &str,
    resource_type: &str,
) -> Option<Rc<Declaration>> {
    let kind = Kind::of_resource(resource_type)?;
    let scope = core.scopes.get(handle_of(scope))?;
    let (run, path) = (scope.run, scope.path.clone());
    let declared = core.runs.run(run)?.ledger.declared(&path, id);
    declared.into_iter().rev().find(|declaration| declaration.kind == kind)
}

/// What a block has declared: `{ name, keys, jurisdiction, onRename }`; `undefined` for others.
#[wasm_bindgen]
pub fn declared(scope: &JsValue, id: &str, resource_type: &str) -> Result<JsValue, JsValue> {
    let found = with_core(|core| Ok(find_declared(core, scope, id, resource_type)))?;
    let Some(found) = found else { return Ok(JsValue::UNDEFINED) };
    let on_rename = match found.on_rename {
        OnRename::Refuse => "refuse",
        OnRename::Keep => "keep",
        OnRename::Replace => "replace",
    };
    let keys: Array = found.kind.row().naming.iter().map(|key| JsValue::from_str(key)).collect();
    let facts = Object::new();
    Reflect::set(&facts, &"name".into(), &found.name.as_str().into())?;
    Reflect::set(&facts, &"keys".into(), &keys)?;
    Reflect::set(&facts, &"jurisdiction".into(), &found.identity.jurisdiction.as_str().into())?;
    Reflect::set(&facts, &"onRename".into(), &on_rename.into())?;
    Ok(facts.into())
}

/// Decides what may happen to a row; empty text stands for what is not there.
#[wasm_bindgen(js_name = judgeRow)]
#[expect(clippy::too_many_arguments, reason = "flat facts are cheaper to pass than an object")]
pub fn judge_row(
    scope: &JsValue,
    id: &str,
    resource_type: &str,
    name: &str,
    deployed: bool,
    retained: bool,
    local: bool,
    elsewhere: &str,
    pending: bool,
) -> Result<String, JsValue> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let row =
        Row { name: some(name), deployed, retained, local, elsewhere: some(elsewhere), pending };
    let verdict = with_core(|core| {
        let Some(found) = find_declared(core, scope, id, resource_type) else {
            return Ok("declared");
        };
        Ok(match judge(&found, &row)? {
            Verdict::Declared => "declared",
            Verdict::Keep => "keep",
            Verdict::Replace => "replace",
        })
    });
    Ok(verdict?.to_owned())
}

fn bindings_from(list: &JsValue) -> Result<Vec<Binding>, Failure> {
    let text = |object: &JsValue, key| {
        Ok::<_, Failure>(property(object, key)?.as_string().unwrap_or_default())
    };
    let read = |item: JsValue| {
        let kind = match text(&item, "type")?.as_str() {
            "workflow" => Kind::Workflow,
            _ => Kind::DurableObject,
        };
        Ok(Binding {
            kind,
            id: text(&item, "id")?,
            class: text(&item, "className")?,
            workflow: text(&item, "workflowName")?,
        })
    };
    Array::from(list).iter().map(read).collect()
}

/// Decides whether a Worker's bindings may change; gives `[index in now, name]` for each workflow
/// that keeps its deployed name.
#[wasm_bindgen(js_name = judgeWorker)]
pub fn judge_worker_js(
    scope: &JsValue,
    before: &JsValue,
    now: &JsValue,
) -> Result<JsValue, JsValue> {
    let (old, new) = (bindings_from(before)?, bindings_from(now)?);
    // The Worker may lie in a scope of its own, where no block was called: the run is what counts.
    let root = property(scope, "root")?;
    let kept = with_core(|core| {
        let run = core.runs.run(handle_of(&root)).ok_or_else(unknown_scope)?;
        let chosen = |name: &str| {
            let declared = run.ledger.named(Kind::Workflow, name);
            declared.map_or(OnRename::Refuse, |declared| declared.on_rename)
        };
        Ok(judge_worker(&old, &new, &run.may_go, chosen)?)
    })?;
    let pairs = Array::new();
    for (at, name) in kept {
        pairs.push(&Array::of2(&JsValue::from(at as u32), &name.into()));
    }
    Ok(pairs.into())
}

#[wasm_bindgen(js_name = workerMoved)]
pub fn worker_moved_js(script: &str, id: &str, place: &str) -> JsValue {
    Failure::Refused(worker_moved(script, id, place)).into()
}

#[wasm_bindgen(js_name = stateUnreadable)]
pub fn state_unreadable(id: &str, place: &str, why: &str) -> JsValue {
    Failure::Refused(crate::row::state_unreadable(id, place, why)).into()
}

#[wasm_bindgen(js_name = ownerMissing)]
pub fn owner_missing(resource_type: &str, id: &str, name: &str) -> JsValue {
    Failure::Refused(crate::row::owner_missing(resource_type, id, name)).into()
}

#[wasm_bindgen(js_name = shareConflict)]
pub fn share_conflict(resource_type: &str, id: &str, name: &str) -> JsValue {
    Failure::Refused(crate::row::share_conflict(resource_type, id, name)).into()
}
