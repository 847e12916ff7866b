//! The only file that knows JavaScript: it reads a call, asks the law, and hands the call on.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::block::{Outcome, Request, StageOption, decide, generic_name};
use crate::error::{BlockError, Code, say};
use crate::guard::{Declaration, Identity, Ledger};
use crate::kind::{Key, Kind};
use crate::name::{is_shortened, joined, name_in_stage, physical_name};
use crate::row::{
    Binding, OnRename, Row, Verdict, judge, judge_worker, owner_missing, share_conflict,
    state_unreadable, worker_moved,
};
use crate::stage::{Environment, Stage, stage_slug};

#[wasm_bindgen(module = "/src/host.js")]
extern "C" {
    #[wasm_bindgen(js_name = handleOf)]
    fn handle_of(object: &JsValue) -> u32;
    #[wasm_bindgen(js_name = nextCollected)]
    fn next_collected() -> u32;
    #[wasm_bindgen(js_name = currentScope, catch)]
    fn current_scope() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = activeHandle, catch)]
    fn active_handle() -> Result<u32, JsValue>;
    fn announce(scope: &JsValue);
    fn words(text: &str) -> JsValue;
    fn look(args: &JsValue, keys: &JsValue, setting_keys: &JsValue) -> f64;
    fn thrown() -> JsValue;
    #[wasm_bindgen(js_name = sortOf)]
    fn sort_of(value: &JsValue) -> i32;
    #[wasm_bindgen(js_name = isWellFormed)]
    fn is_well_formed(text: &JsValue) -> bool;
    #[wasm_bindgen(js_name = get, catch)]
    fn property(object: &JsValue, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = at, catch)]
    fn property_at(
        list: &JsValue,
        place: u32,
        keys: &JsValue,
        index: u32,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = textAt)]
    fn text_at(list: &JsValue, index: u32) -> Option<String>;
    #[wasm_bindgen(catch)]
    fn entries(object: &JsValue) -> Result<Array, JsValue>;
    fn extend(extra: &JsValue, keys: &JsValue, index: u32, value: &str) -> JsValue;
    #[wasm_bindgen(catch)]
    fn deliver(
        args: &JsValue,
        other: &JsValue,
        keys: &JsValue,
        drop: u32,
        set: u32,
        off: u32,
        name: &JsValue,
        suffix: bool,
        extra: &JsValue,
    ) -> Result<JsValue, JsValue>;
    fn facts(
        keys: &JsValue,
        naming: u32,
        name: &str,
        jurisdiction: &str,
        on_rename: &str,
    ) -> JsValue;
    fn variable(name: &str) -> Option<String>;
    #[wasm_bindgen(js_name = argumentAfter)]
    fn argument_after(flag: &str) -> Option<String>;
    fn warn(text: &str);
    #[wasm_bindgen(js_name = blockError)]
    fn block_error(code: &str, message: &str, help: &str) -> JsValue;
    #[wasm_bindgen(js_name = failScope)]
    fn fail_scope(error: &JsValue);
}

impl From<BlockError> for JsValue {
    fn from(error: BlockError) -> Self {
        block_error(error.code().as_str(), error.message(), error.help())
    }
}

fn refuse(code: Code, message: &str, help: &str, words: &[&str]) -> JsValue {
    BlockError::new(code, message, help, words).into()
}

/// A set of options is a number, with bit i for the one that is declared as number i.
const fn bit(key: Key) -> u32 {
    1_u32.wrapping_shl(key as u32)
}

fn naming_set(kind: Kind) -> u32 {
    kind.naming().iter().fold(0, |set, key| set | bit(*key))
}

// --- The state of the process -------------------------------------------------------------------

/// The library's allocator is three times as large, and no better at a few thousand short texts.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// All that outlives a call.
struct Process {
    core: RefCell<Core>,
    /// The names of the options, and those of the settings, as arrays of text.
    keys: JsValue,
    setting_keys: JsValue,
}

thread_local! {
    static PROCESS: Cell<Option<&'static Process>> = const { Cell::new(None) };
}

fn process() -> &'static Process {
    PROCESS.with(|process| match process.get() {
        Some(known) => known,
        None => {
            let made: &'static Process = Box::leak(Box::new(Process {
                core: RefCell::default(),
                keys: words(&spaced(&Key::ALL.map(Key::as_str))),
                setting_keys: words(&spaced(&SETTING_KEYS)),
            }));
            process.set(Some(made));
            made
        }
    })
}

fn spaced(words: &[&str]) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// What the process knows of scopes and runs. Nothing of JavaScript's may be called while it is
/// held: that could call a block.
fn core() -> Result<RefMut<'static, Core>, JsValue> {
    process().core.try_borrow_mut().map_err(|_| internal("the core was called from inside itself"))
}

fn internal(what: &str) -> JsValue {
    refuse(Code::Internal, what, "report this with the program that shows it", &[])
}

/// What is known of JavaScript's objects, by their handles, which the host uses again.
#[derive(Default)]
struct Core {
    known: Vec<Known>,
    spare: Known,
}

#[derive(Default)]
struct Known {
    /// Of an Alchemy scope.
    scope: Option<Rc<Scope>>,
    /// Of a root scope, which stands for one run of one app; of handle 0 outside any scope.
    run: Option<Box<Run>>,
}

impl Core {
    fn at(&mut self, handle: u32) -> &mut Known {
        let at = handle as usize;
        while self.known.len() <= at {
            self.known.push(Known::default());
        }
        // The entry is there; the spare one only spares a panic.
        self.known.get_mut(at).unwrap_or(&mut self.spare)
    }

    fn scope(&self, handle: u32) -> Option<&Rc<Scope>> {
        self.known.get(handle as usize)?.scope.as_ref()
    }

    /// The run, begun if it is new.
    fn run(&mut self, handle: u32) -> &mut Run {
        self.at(handle).run.get_or_insert_default()
    }
}

struct Scope {
    run: u32,
    path: String,
    environment: Environment,
    stage: Stage,
    /// `-` and the stage's slug, as JavaScript's text.
    suffix: JsValue,
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
    /// Whether this run has not given such a warning yet.
    fn is_new(&self, code: Code) -> bool {
        !self.warned.contains(&code)
    }

    fn note(&mut self, warning: Option<BlockError>, warnings: &mut Vec<BlockError>) {
        if let Some(warning) = warning {
            self.warned.push(warning.code());
            warnings.push(warning);
        }
    }
}

/// Describes the active scope to the core, if `handle` is new; `None` outside any scope.
fn enter_scope(handle: u32) -> Result<Option<Rc<Scope>>, JsValue> {
    if handle == 0 {
        return Ok(None);
    }
    if let Some(known) = core()?.scope(handle) {
        return Ok(Some(Rc::clone(known)));
    }
    let scope = current_scope()?;
    let described = Rc::new(describe(&scope)?);
    {
        let mut core = core()?;
        loop {
            let gone = next_collected();
            if gone == 0 {
                break;
            }
            *core.at(gone) = Known::default();
        }
        core.at(handle).scope = Some(Rc::clone(&described));
    }
    announce(&scope);
    Ok(Some(described))
}

fn describe(scope: &JsValue) -> Result<Scope, JsValue> {
    let scope_stage = text(&property(scope, "stage")?, Code::StageInvalid, "the stage")?;
    let environment = Environment {
        scope_stage,
        stage: variable("STAGE"),
        alchemy_stage: variable("ALCHEMY_STAGE"),
        argument: argument_after("--stage"),
        user: variable("USER"),
        username: variable("USERNAME"),
        ci: variable("CI"),
    };
    let mut described = Scope::new(environment)?;
    described.run = handle_of(&property(scope, "root")?);
    described.path = path_of(&property(scope, "chain")?);
    described.adopt = property(scope, "adopt")?.is_truthy();
    Ok(described)
}

impl Scope {
    fn new(environment: Environment) -> Result<Self, JsValue> {
        let stage = Stage::new(environment.resolve())?;
        let suffix = JsValue::from_str(&joined("", stage.slug()));
        Ok(Self { run: 0, path: String::new(), environment, stage, suffix, adopt: false })
    }

    /// A scope that stands for having none.
    fn none() -> Result<Rc<Self>, JsValue> {
        let environment = Environment { stage: variable("STAGE"), ..Environment::default() };
        Ok(Rc::new(Self::new(environment)?))
    }

    /// The active scope, whose handle the host has given.
    fn active(handle: u32) -> Result<Rc<Self>, JsValue> {
        match enter_scope(handle)? {
            Some(scope) => Ok(scope),
            None => Self::none(),
        }
    }
}

/// The names of a chain of scopes, so that `a/b` and `a` › `b` stay different.
fn path_of(chain: &JsValue) -> String {
    let mut path = String::new();
    let chain = Array::from(chain);
    for at in 0..chain.length() {
        if at > 0 {
            path.push('/');
        }
        for character in chain.get(at).as_string().unwrap_or_default().chars() {
            match character {
                '%' => path.push_str("%25"),
                '/' => path.push_str("%2F"),
                _ => path.push(character),
            }
        }
    }
    path
}

// --- Reading a call -----------------------------------------------------------------------------

/// Text that is well-formed; `None` where `value` is no text. `what` is for the refusal.
///
/// Text with half a surrogate pair has no UTF-8, so it has no hash; decoding would replace the
/// half silently and make two names one.
fn text(value: &JsValue, code: Code, what: &str) -> Result<Option<String>, JsValue> {
    let Some(text) = value.as_string() else { return Ok(None) };
    if !has_replaced(&text) || is_well_formed(value) {
        return Ok(Some(text));
    }
    let help = "give text that is well-formed Unicode";
    Err(refuse(code, "% $ has half a surrogate pair", help, &[what, &text]))
}

/// Whether the text may have the character that stands for what could not be decoded, U+FFFD.
fn has_replaced(text: &str) -> bool {
    text.bytes().any(|byte| byte == 0xef)
}

/// The sorts of value, in the order of the host's `sortOf`.
const SORTS: [&str; 8] =
    ["null", "an array", "undefined", "text", "a function", "an object", "a boolean", "a number"];
const ARRAY: i32 = 1;
const OBJECT: i32 = 5;

/// What an option holds, in one word, for messages.
fn type_of(value: &JsValue) -> &'static str {
    let sort = usize::try_from(sort_of(value)).ok().and_then(|sort| SORTS.get(sort));
    sort.copied().unwrap_or("another type")
}

fn wrong_option(kind: Kind, key: &str, value: &JsValue, expected: &str) -> JsValue {
    let empty = value.as_string().is_some_and(|text| text.is_empty());
    refuse(
        Code::OptionInvalid,
        "the option $ of $ is %",
        "give %, or leave it out",
        &[key, kind.title(), if empty { "empty" } else { type_of(value) }, expected],
    )
}

/// What a call shows at once: see the host's `look`.
#[derive(Clone, Copy)]
struct Sight {
    /// Which options are given, then which settings, then the flags below.
    bits: u32,
    /// The handle of the active scope; negative where looking threw.
    scope: i32,
}

const CALLABLE: u32 = 1 << 17;
const OPTIONS_READABLE: u32 = 1 << 18;
const SETTINGS_READABLE: u32 = 1 << 19;
const SCOPE_AT: u32 = 20;

impl Sight {
    fn take(args: &JsValue) -> Self {
        let Process { keys, setting_keys, .. } = process();
        let seen = look(args, keys, setting_keys) as i64;
        Self { bits: seen as u32, scope: (seen >> SCOPE_AT) as i32 }
    }

    fn shows(self, bits: u32) -> bool {
        self.bits & bits != 0
    }
}

/// A call, as far as the law looks at it.
#[derive(Default)]
struct Asked {
    request: Request,
    /// Whether something other than text stood for the script.
    script_replaced: bool,
    adopt: Option<bool>,
    /// The classes whose storage may go.
    may_go: Vec<String>,
    /// Called in place of Alchemy's function for what another stage owns.
    share: JsValue,
}

impl Asked {
    fn read_options(&mut self, kind: Kind, args: &JsValue, sight: Sight) -> Result<(), JsValue> {
        for key in Key::ALL {
            if kind.reads(key) && sight.shows(bit(key)) {
                let value = property_at(args, OPTIONS, &process().keys, key as u32)?;
                self.read(kind, key, &value)?;
            }
        }
        Ok(())
    }

    fn read(&mut self, kind: Kind, key: Key, value: &JsValue) -> Result<(), JsValue> {
        let request = &mut self.request;
        match key {
            Key::Stage => request.stage = stage_option(kind, value)?,
            Key::Pin => request.pin = pins(kind, value)?,
            Key::OnRename => request.on_rename = on_rename(kind, value)?,
            Key::Share => request.share = Some(option_text(kind, key, value)?),
            Key::ClassName => request.class = Some(option_text(kind, key, value)?),
            Key::ScriptName if !value.is_string() => {
                request.script = Some(script_of(kind, value)?);
                self.script_replaced = true;
            }
            Key::ScriptName => request.script = Some(option_text(kind, key, value)?),
            // A queue in its place is passed on as it is.
            Key::Dlq if matches!(sort_of(value), OBJECT | ARRAY) => {}
            Key::Dlq => request.dlq = Some(option_text(kind, key, value)?),
            Key::Delete => request.delete_given = true,
            Key::Adopt => self.adopt = Some(value.is_truthy()),
            Key::Jurisdiction => {
                request.jurisdiction = value.as_string().filter(|name| name != "default");
            }
            Key::Title | Key::WorkflowName | Key::Name => {
                let name = option_text(kind, key, value)?;
                request.explicit.get_or_insert(name);
            }
        }
        Ok(())
    }

    fn read_settings(&mut self, args: &JsValue, sight: Sight) -> Result<(), JsValue> {
        for (at, key) in (0_u32..).zip(SETTING_KEYS) {
            let bit = 1_u32.wrapping_shl(at.wrapping_add(Key::ALL.len() as u32));
            if !sight.shows(bit) {
                continue;
            }
            let value = property_at(args, SETTINGS, &process().setting_keys, at)?;
            match key {
                PREFIX => self.request.prefix = Some(prefix(&value)?),
                PROTECT => self.request.protect = Some(texts(key, &value)?),
                DELETE_CLASSES => self.may_go = texts(key, &value)?,
                _ => self.share = value,
            }
        }
        Ok(())
    }
}

/// How a refusal calls an option whose text is not well-formed.
fn option_words(key: Key) -> &'static str {
    match key {
        Key::Share => "the option `share`",
        Key::Title => "the option `title`",
        Key::WorkflowName => "the option `workflowName`",
        Key::Name => "the option `name`",
        Key::ClassName => "the option `className`",
        Key::ScriptName => "the option `scriptName`",
        _ => "the option `dlq`",
    }
}

/// An option that is text, not empty.
fn option_text(kind: Kind, key: Key, value: &JsValue) -> Result<String, JsValue> {
    let code = match key {
        Key::Share => Code::StageInvalid,
        Key::ClassName => Code::ClassInvalid,
        Key::ScriptName => Code::ScriptInvalid,
        _ => Code::BaseInvalid,
    };
    match text(value, code, option_words(key))? {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(wrong_option(kind, key.as_str(), value, "text that is not empty")),
    }
}

fn stage_option(kind: Kind, value: &JsValue) -> Result<StageOption, JsValue> {
    if value.as_bool() == Some(false) {
        return Ok(StageOption::Off);
    }
    match text(value, Code::StageInvalid, "the stage")? {
        Some(stage) if !stage.is_empty() => Ok(StageOption::Named(stage)),
        _ => Err(wrong_option(kind, "stage", value, "a stage such as `prod`, or `false`")),
    }
}

fn pins(kind: Kind, value: &JsValue) -> Result<Vec<(String, String)>, JsValue> {
    if sort_of(value) != OBJECT {
        let expected = "an object from stage to name, such as `{ prod: \"legacy-db\" }`";
        return Err(wrong_option(kind, "pin", value, expected));
    }
    let mut pins = Vec::new();
    let entries = entries(value)?;
    for at in (0..entries.length()).step_by(2) {
        let name = entries.get(at.wrapping_add(1));
        if name.is_null() || name.is_undefined() {
            continue;
        }
        let stage = text(&entries.get(at), Code::StageInvalid, "the stage")?.unwrap_or_default();
        match text(&name, Code::BaseInvalid, "the pinned name")? {
            Some(name) if !name.is_empty() => pins.push((stage, name)),
            _ => {
                let key = say("pin.%", &[&stage]);
                return Err(wrong_option(kind, &key, &name, "the deployed name"));
            }
        }
    }
    Ok(pins)
}

fn on_rename(kind: Kind, value: &JsValue) -> Result<OnRename, JsValue> {
    let chosen = value.as_string().and_then(|text| OnRename::parse(&text));
    let expected = "`\"refuse\"`, `\"keep\"` or `\"replace\"`";
    chosen.ok_or_else(|| wrong_option(kind, "onRename", value, expected))
}

/// The script of a Worker or a reference to one.
fn script_of(kind: Kind, value: &JsValue) -> Result<String, JsValue> {
    if sort_of(value) == OBJECT {
        for key in ["name", "service"] {
            match property(value, key)?.as_string() {
                Some(name) if !name.is_empty() => return Ok(name),
                _ => {}
            }
        }
    }
    Err(refuse(
        Code::ScriptInvalid,
        "`scriptName` of $ is % that names no script",
        "give the script's name, an awaited Worker or a WorkerRef",
        &[kind.title(), type_of(value)],
    ))
}

/// What a set of blocks has in common; the last is called in place of Alchemy's function.
const SETTING_KEYS: [&str; 4] = [PREFIX, PROTECT, DELETE_CLASSES, "shared"];
const PREFIX: &str = "prefix";
const PROTECT: &str = "protect";
const DELETE_CLASSES: &str = "deleteClasses";

fn prefix(value: &JsValue) -> Result<String, JsValue> {
    match text(value, Code::BaseInvalid, "the prefix")? {
        Some(prefix) if !prefix.is_empty() => Ok(prefix),
        _ => Err(wrong_setting("`prefix`", value, "text that is not empty")),
    }
}

fn wrong_setting(key: &str, value: &JsValue, expected: &str) -> JsValue {
    refuse(
        Code::OptionInvalid,
        "the setting % is %",
        "give %, or leave it out",
        &[key, type_of(value), expected],
    )
}

fn texts(key: &str, value: &JsValue) -> Result<Vec<String>, JsValue> {
    let wrong = || wrong_setting(&say("$", &[key]), value, "an array of text");
    if sort_of(value) != ARRAY {
        return Err(wrong());
    }
    let mut all = Vec::new();
    let list = value.unchecked_ref::<Array>();
    for at in 0..list.length() {
        all.push(text(&list.get(at), Code::OptionInvalid, key)?.ok_or_else(wrong)?);
    }
    Ok(all)
}

// --- One call -----------------------------------------------------------------------------------

/// Where in the arguments of a block things are.
const NAME: u32 = 0;
const OPTIONS: u32 = 1;
const RESOURCE: u32 = 2;
const SETTINGS: u32 = 3;

/// A block, from the call to what Alchemy's function returns.
fn block(kind: Kind, args: &JsValue) -> Result<JsValue, JsValue> {
    match prepare(kind, args) {
        Ok(decided) => decided.send(args),
        Err(error) => {
            fail_scope(&error);
            Err(error)
        }
    }
}

fn prepare(kind: Kind, args: &JsValue) -> Result<Decided, JsValue> {
    let mut asked = Asked::default();
    asked.request.id = logical_id(kind, args)?;
    let sight = Sight::take(args);
    let handle = u32::try_from(sight.scope).map_err(|_| thrown())?;
    check_call(kind, sight, args)?;
    asked.read_settings(args, sight)?;
    asked.read_options(kind, args, sight)?;
    let mut warnings = Vec::new();
    let decided = decide_in(Scope::active(handle)?, kind, asked, &mut warnings)?;
    for warning in warnings {
        let code = warning.code().as_str();
        warn(&say("@alch/blocks: % (%): %", &[warning.message(), code, warning.help()]));
    }
    if decided.outcome.shared && !decided.share.is_function() {
        return Err(refuse(
            Code::OptionInvalid,
            "`share` of $ needs somebody to look the resource up",
            "import the block from `@alch/blocks`",
            &[kind.title()],
        ));
    }
    Ok(decided)
}

/// A call that the law has let through.
struct Decided {
    outcome: Outcome,
    scope: Rc<Scope>,
    /// Whether the name is just the id and the suffix of the scope: then JavaScript joins the two,
    /// which is cheaper than to decode the whole.
    plain: bool,
    /// The script's name, where something other than text stood for it.
    script: Option<String>,
    /// What to call in place of Alchemy's function, for a shared resource.
    share: JsValue,
}

fn decide_in(
    scope: Rc<Scope>,
    kind: Kind,
    asked: Asked,
    warnings: &mut Vec<BlockError>,
) -> Result<Decided, JsValue> {
    let Asked { request, script_replaced, adopt, may_go, share } = asked;
    if request.stage == StageOption::Resolved {
        scope.environment.require_explicit()?;
    }
    let outcome = decide(kind, &request, &scope.stage, &scope.path)?;
    let mut core = core()?;
    let run = core.run(scope.run);
    run.ledger.declare(&outcome.declaration)?;
    for class in may_go {
        if !run.may_go.contains(&class) {
            run.may_go.push(class);
        }
    }
    if run.is_new(Code::StageMismatch) {
        run.note(scope.environment.mismatch(), warnings);
    }
    if adopt.unwrap_or(scope.adopt) && run.is_new(Code::GenericName) {
        run.note(generic_name(&outcome, request.prefix.as_deref()), warnings);
    }
    let plain = is_plain(&outcome.declaration, &scope.stage);
    let script = request.script.filter(|_| script_replaced);
    let share = if outcome.shared { share } else { JsValue::UNDEFINED };
    Ok(Decided { outcome, scope, plain, script, share })
}

/// Whether the name is just the id and the stage's slug.
fn is_plain(declaration: &Declaration, stage: &Stage) -> bool {
    let Declaration { kind, identity, base, stage: named, .. } = declaration;
    base.as_ref() == Some(&identity.id)
        && named.slug() == stage.slug()
        && !is_shortened(*kind, &identity.id, stage.slug())
}

impl Decided {
    /// Calls Alchemy's function.
    fn send(self, args: &JsValue) -> Result<JsValue, JsValue> {
        let Outcome { declaration, retain, .. } = &self.outcome;
        let whole;
        let name = if self.plain {
            &self.scope.suffix
        } else {
            whole = JsValue::from_str(&declaration.name);
            &whole
        };
        deliver(
            args,
            &self.share,
            &process().keys,
            OWN,
            naming_set(declaration.kind),
            if *retain { bit(Key::Delete) } else { 0 },
            name,
            self.plain,
            &self.extra(),
        )
    }

    /// The options beside the name that the block sets; `undefined` where there are none.
    fn extra(&self) -> JsValue {
        let mut extra = JsValue::UNDEFINED;
        let texts = [
            (Key::ClassName, &self.outcome.class),
            (Key::Dlq, &self.outcome.dlq),
            (Key::ScriptName, &self.script),
        ];
        for (key, value) in texts {
            if let Some(value) = value {
                extra = extend(&extra, &process().keys, key as u32, value);
            }
        }
        extra
    }
}

/// The options that Alchemy never sees.
const OWN: u32 = bit(Key::Stage) | bit(Key::Pin) | bit(Key::OnRename) | bit(Key::Share);

fn argument(args: &JsValue, index: u32) -> JsValue {
    args.unchecked_ref::<Array>().get(index)
}

fn logical_id(kind: Kind, args: &JsValue) -> Result<String, JsValue> {
    // The common case needs no object for the name.
    match text_at(args, NAME) {
        Some(id) if !has_replaced(&id) => Ok(id),
        _ => odd_id(kind, &argument(args, NAME)),
    }
}

fn odd_id(kind: Kind, name: &JsValue) -> Result<String, JsValue> {
    match text(name, Code::BaseInvalid, "the name")? {
        Some(id) => Ok(id),
        None => Err(refuse(
            Code::ArgumentInvalid,
            "the name of a $ is %",
            "give it as text: `%(\"%\")`",
            &[kind.title(), type_of(name), kind.title(), kind.row().fallback],
        )),
    }
}

/// Refuses a callback, settings or options of the wrong type.
fn check_call(kind: Kind, sight: Sight, args: &JsValue) -> Result<(), JsValue> {
    if !sight.shows(CALLABLE) {
        return Err(refuse(
            Code::ArgumentInvalid,
            "$ was given % in place of Alchemy's function",
            "pass the resource function of `alchemy/cloudflare`, or import from `@alch/blocks`",
            &[kind.title(), type_of(&argument(args, RESOURCE))],
        ));
    }
    if !sight.shows(SETTINGS_READABLE) {
        return Err(wrong_setting("of these blocks", &argument(args, SETTINGS), "an object"));
    }
    if !sight.shows(OPTIONS_READABLE) {
        return Err(refuse(
            Code::ArgumentInvalid,
            "the options of $ are %",
            "give an object, or nothing",
            &[kind.title(), type_of(&argument(args, OPTIONS))],
        ));
    }
    Ok(())
}

macro_rules! blocks {
    ($($kind:ident $export:ident $js:literal;)*) => {$(
        #[wasm_bindgen(js_name = $js, variadic)]
        pub fn $export(args: &JsValue) -> Result<JsValue, JsValue> {
            block(Kind::$kind, args)
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

fn required_text(list: &JsValue, at: u32, code: Code, what: &str) -> Result<String, JsValue> {
    let value = argument(list, at);
    text(&value, code, what)?.ok_or_else(|| {
        refuse(Code::ArgumentInvalid, "% is %", "give text", &[what, type_of(&value)])
    })
}

/// The kind that is the first argument.
fn kind_of(args: &JsValue) -> Result<Kind, JsValue> {
    Ok(Kind::parse(&required_text(args, 0, Code::ArgumentInvalid, "the kind")?)?)
}

#[wasm_bindgen(js_name = physicalName, variadic)]
pub fn physical_name_js(args: &JsValue) -> Result<JsValue, JsValue> {
    let kind = kind_of(args)?;
    let base = required_text(args, 1, Code::BaseInvalid, "the base name")?;
    let stage = required_text(args, 2, Code::StageInvalid, "the stage")?;
    Ok(physical_name(kind, &base, &stage)?.into())
}

#[wasm_bindgen(js_name = stageSlug, variadic)]
pub fn stage_slug_js(args: &JsValue) -> Result<JsValue, JsValue> {
    Ok(stage_slug(&required_text(args, 0, Code::StageInvalid, "the stage")?)?.into())
}

#[wasm_bindgen(js_name = resolveStage)]
pub fn resolve_stage() -> Result<JsValue, JsValue> {
    let scope = Scope::active(active_handle()?)?;
    scope.environment.require_explicit()?;
    Ok(scope.stage.raw().into())
}

#[wasm_bindgen(js_name = physicalNames, variadic)]
pub fn physical_names(args: &JsValue) -> Result<JsValue, JsValue> {
    let kind = kind_of(args)?;
    let stage = Stage::new(&required_text(args, 2, Code::StageInvalid, "the stage")?)?;
    let bases = argument(args, 1);
    if sort_of(&bases) != ARRAY {
        let (what, help) = ("the base names are %", "give an array of text");
        return Err(refuse(Code::ArgumentInvalid, what, help, &[type_of(&bases)]));
    }
    let mut names = Vec::new();
    for at in 0..bases.unchecked_ref::<Array>().length() {
        let base = required_text(&bases, at, Code::BaseInvalid, "a base name")?;
        names.push(name_in_stage(kind, &base, &stage)?);
    }
    Ok(serde_wasm_bindgen::to_value(&names)?)
}

#[wasm_bindgen]
pub fn version() -> JsValue {
    env!("CARGO_PKG_VERSION").into()
}

// --- What the state holds -----------------------------------------------------------------------

/// Text among the arguments of our own loader; anything else counts as empty.
fn word(args: &JsValue, index: u32) -> String {
    text_at(args, index).unwrap_or_default()
}

/// The scope that is the first argument.
fn known_scope(args: &JsValue) -> Option<Rc<Scope>> {
    let handle = handle_of(&argument(args, 0));
    core().ok()?.scope(handle).cloned()
}

/// Whether rows of the state can make a declaration of this scope ambiguous.
#[wasm_bindgen(js_name = needsRows, variadic)]
pub fn needs_rows(args: &JsValue) -> bool {
    known_scope(args).is_some_and(|scope| scope.stage.slug().bytes().any(|byte| byte == b'-'))
}

/// Notes a row of a scope's state: the type, id, physical name and jurisdiction of a resource.
#[wasm_bindgen(js_name = holdRow, variadic)]
pub fn hold_row(args: &JsValue) -> Result<(), JsValue> {
    let kind = Kind::of_resource(&word(args, 1));
    let (Some(scope), Some(kind)) = (known_scope(args), kind) else { return Ok(()) };
    let jurisdiction = text_at(args, 4).filter(|name| name != "default").unwrap_or_default();
    let identity = Identity { scope: scope.path.clone(), id: word(args, 2), jurisdiction };
    let name = word(args, 3);
    core()?.run(scope.run).ledger.hold(kind, identity, &name, &scope.stage);
    Ok(())
}

/// Asks the guard again about what this run declared in a scope as an id, now that the rows are
/// known.
#[wasm_bindgen(variadic)]
pub fn recheck(args: &JsValue) -> Result<(), JsValue> {
    let Some(scope) = known_scope(args) else { return Ok(()) };
    let id = word(args, 1);
    let mut core = core()?;
    let ledger = &core.run(scope.run).ledger;
    for declaration in ledger.declared(&scope.path, &id) {
        ledger.recheck(declaration)?;
    }
    Ok(())
}

/// Finds what this run has declared in a scope as an id, of the type that Alchemy's state names.
fn find_declared(args: &JsValue) -> Option<Rc<Declaration>> {
    let scope = known_scope(args)?;
    let (id, kind) = (word(args, 1), Kind::of_resource(&word(args, 2))?);
    let mut core = core().ok()?;
    let mut declared = core.run(scope.run).ledger.declared(&scope.path, &id);
    declared.find(|declaration| declaration.kind == kind).cloned()
}

/// What a block has declared in a scope, by id and type: `{ name, keys, jurisdiction, onRename }`;
/// `undefined` for others.
#[wasm_bindgen(variadic)]
pub fn declared(args: &JsValue) -> JsValue {
    let Some(found) = find_declared(args) else { return JsValue::UNDEFINED };
    let Declaration { kind, identity, name, on_rename, .. } = &*found;
    let (keys, set) = (&process().keys, naming_set(*kind));
    facts(keys, set, name, &identity.jurisdiction, on_rename.as_str())
}

/// Decides what may happen to a row, by scope, id and type, and what is known of it; empty text
/// stands for what is not there.
#[wasm_bindgen(js_name = judgeRow, variadic)]
pub fn judge_row(args: &JsValue) -> Result<JsValue, JsValue> {
    let some = |index| text_at(args, index).filter(|text| !text.is_empty());
    let flag = |index| argument(args, index).is_truthy();
    let row = Row {
        name: some(3),
        deployed: flag(4),
        retained: flag(5),
        local: flag(6),
        elsewhere: some(7),
        pending: flag(8),
    };
    let verdict = match find_declared(args) {
        None => Verdict::Declared,
        Some(found) => judge(&found, &row)?,
    };
    Ok(verdict.as_str().into())
}

fn bindings_from(list: &JsValue) -> Result<Vec<Binding>, JsValue> {
    let mut all = Vec::new();
    let list = list.unchecked_ref::<Array>();
    for at in 0..list.length() {
        let item = list.get(at);
        let text = |key| property(&item, key).map(|value| value.as_string().unwrap_or_default());
        all.push(Binding {
            kind: if text("type")? == "workflow" { Kind::Workflow } else { Kind::DurableObject },
            id: text("id")?,
            class: text("className")?,
            workflow: text("workflowName")?,
        });
    }
    Ok(all)
}

/// Decides whether a Worker's bindings may change, by its scope, the bindings before and now;
/// gives `[index in now, name]` for each workflow that keeps its deployed name.
#[wasm_bindgen(js_name = judgeWorker, variadic)]
pub fn judge_worker_js(args: &JsValue) -> Result<Array, JsValue> {
    let old = bindings_from(&argument(args, 1))?;
    let new = bindings_from(&argument(args, 2))?;
    // The Worker may lie in a scope of its own, where no block was called: the run is what counts.
    let root = handle_of(&property(&argument(args, 0), "root")?);
    let mut core = core()?;
    let run = core.run(root);
    let chosen = |name: &str| {
        let declared = run.ledger.named(Kind::Workflow, name);
        declared.map_or(OnRename::Refuse, |declared| declared.on_rename)
    };
    let pairs = Array::new();
    for (at, name) in judge_worker(&old, &new, &run.may_go, chosen)? {
        pairs.push(&Array::of2(&JsValue::from(at as u32), &name.into()));
    }
    Ok(pairs)
}

macro_rules! refusals {
    ($($refusal:ident $export:ident $js:literal;)*) => {$(
        #[wasm_bindgen(js_name = $js, variadic)]
        pub fn $export(args: &JsValue) -> JsValue {
            $refusal(&word(args, 0), &word(args, 1), &word(args, 2)).into()
        }
    )*};
}

refusals! {
    worker_moved worker_moved_js "workerMoved";
    state_unreadable state_unreadable_js "stateUnreadable";
    owner_missing owner_missing_js "ownerMissing";
    share_conflict share_conflict_js "shareConflict";
}
