//! The only file that knows JavaScript: it reads a call, asks the law, and hands the call on.
//!
//! An export takes its arguments as one list and ends in [`finish`], which runs in JavaScript: it
//! calls Alchemy's function, returns, or throws. Nothing of Rust's is alive then, so that what is
//! thrown may pass through. A `Result` would do the same, and cost more than the crossing.

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
    Binding, OnRename, Row, Verdict, declared_twice, judge, judge_worker, other_kind,
    owner_missing, share_conflict, state_unreadable, worker_moved, would_delete,
};
use crate::stage::{Environment, Stage, stage_slug};
use crate::wire::{ARRAY, Answer, END, FUNCTION, Items, OBJECT, UNDEFINED, Value, Wire};

#[wasm_bindgen(module = "/src/host.js")]
extern "C" {
    fn attach(memory: &JsValue, at: usize, size: usize);
    fn learn(own: u32);
    #[wasm_bindgen(js_name = keepSuffix)]
    fn keep_suffix(handle: u32);
    #[wasm_bindgen(js_name = nextCollected)]
    fn next_collected() -> u32;
    fn announce() -> bool;
    fn look(args: &Array) -> i32;
    fn describe() -> i32;
    fn pack(args: &Array) -> i32;
    fn wanted() -> usize;
    fn again() -> i32;
    fn warn() -> bool;
    fn finish(args: Array) -> JsValue;
}

/// Why a call ends before Alchemy is reached.
enum Stop {
    Refused(BlockError),
    /// Reading threw; JavaScript keeps what.
    Thrown,
}

impl From<BlockError> for Stop {
    fn from(error: BlockError) -> Self {
        Self::Refused(error)
    }
}

fn refuse(code: Code, message: &str, help: &str, words: &[&str]) -> Stop {
    BlockError::new(code, message, help, words).into()
}

// --- The state of the process -------------------------------------------------------------------

/// The one that comes with Rust is larger, and no better at a few thousand short texts.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// All that outlives a call.
#[derive(Default)]
struct Process {
    core: RefCell<Core>,
    wire: Wire,
}

thread_local! {
    static PROCESS: Cell<Option<&'static Process>> = const { Cell::new(None) };
}

/// What a wire has room for at first: more than most calls need.
const WIRE: usize = 1024;
/// The host's answer where the wire is too small.
const FULL: i32 = -2;

fn process() -> &'static Process {
    PROCESS.get().unwrap_or_else(begin)
}

/// Out of the way of the calls, each of which asks for the process several times.
#[cold]
#[inline(never)]
fn begin() -> &'static Process {
    let made: &'static Process = Box::leak(Box::default());
    made.attach(made.wire.reserve(WIRE));
    let options = Key::ALL.map(Key::as_str);
    made.post(|words| {
        for (list, of) in (0_u8..).zip([&options[..], &SETTINGS, &VARIABLES, &FLAG, &INNER]) {
            for word in of {
                words.text(list, word);
            }
        }
    });
    learn(OWN);
    // Last: where the stack ends before, the next call begins anew. A host that has not learnt the
    // words would hand options on without a name.
    PROCESS.set(Some(made));
    made
}

/// How many options Alchemy never sees: those up to `share`.
const OWN: u32 = Key::Share as u32 + 1;

/// The variables that tell a stage, in the order in which [`Scope::described`] reads them.
const VARIABLES: [&str; 5] = ["STAGE", "ALCHEMY_STAGE", "USER", "USERNAME", "CI"];

/// What comes before the stage on the command line.
const FLAG: [&str; 1] = ["--stage"];

/// Where a Worker, or a reference to one, has its name.
const INNER: [&str; 2] = ["name", "service"];

impl Process {
    fn attach(&self, moved: Option<(usize, usize)>) {
        if let Some((at, size)) = moved {
            attach(&wasm_bindgen::memory(), at, size);
        }
    }

    /// Reads what the host has written, of so many bytes.
    fn receive(&self, mut length: i32) -> Result<Vec<u8>, Stop> {
        if length == FULL {
            self.attach(self.wire.reserve(wanted()));
            length = again();
        }
        if length == FULL {
            return Err(internal("there is no memory for so much text"));
        }
        let length = usize::try_from(length).map_err(|_| Stop::Thrown)?;
        self.wire.read(length).ok_or_else(|| {
            self.attach(self.wire.reserve(WIRE));
            internal("an earlier call was cut off in the core")
        })
    }

    /// Writes what the host is to read.
    fn post(&self, act: impl FnOnce(&mut Answer)) {
        self.attach(self.wire.write(act));
    }
}

/// What the process knows of scopes and runs. Nothing of JavaScript's may be called while it is
/// held: that could call a block.
fn core() -> Result<RefMut<'static, Core>, Stop> {
    process()
        .core
        .try_borrow_mut()
        .map_err(|_| internal("an earlier call is at work in the core, or was cut off there"))
}

fn internal(what: &str) -> Stop {
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
    path: Rc<str>,
    stage: Stage,
    adopt: bool,
    /// What is wrong where a block takes the stage from here, and nobody chose it.
    implicit: Option<BlockError>,
    /// The warning where `STAGE` says another stage.
    mismatch: Option<BlockError>,
}

#[derive(Default)]
struct Run {
    ledger: Ledger,
    /// The classes whose storage may go: somebody said so.
    may_go: Vec<String>,
    /// What goes on with its deployed name, whatever was declared.
    kept: Vec<Rc<Declaration>>,
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

/// The scope of a handle, described to the core if it is new; handle 0 stands for none.
fn scope_at(handle: u32) -> Result<Rc<Scope>, Stop> {
    if handle != 0
        && let Some(known) = core()?.scope(handle)
    {
        return Ok(Rc::clone(known));
    }
    let scope = Rc::new(Scope::active()?);
    if handle == 0 {
        return Ok(scope);
    }
    process().post(|answer| answer.text(0, &joined("", scope.stage.slug())));
    keep_suffix(handle);
    if !announce() {
        return Err(Stop::Thrown);
    }
    let mut core = core()?;
    loop {
        let gone = next_collected();
        if gone == 0 {
            break;
        }
        *core.at(gone) = Known::default();
    }
    core.at(handle).scope = Some(Rc::clone(&scope));
    Ok(scope)
}

// What the host tags in a scope: variables by their number, then these, then the names of its chain.
const SCOPE_STAGE: u8 = 60;
const ARGUMENT: u8 = 61;
const ADOPT: u8 = 62;
const ROOT: u8 = 63;

impl Scope {
    fn active() -> Result<Self, Stop> {
        Self::described(&process().receive(describe())?)
    }

    fn described(record: &[u8]) -> Result<Self, Stop> {
        let (mut run, mut path, mut adopt) = (0, String::new(), false);
        let mut environment = Environment::default();
        for (tag, value) in Items::of(record) {
            let text = value.text();
            match tag {
                0 => environment.stage = text,
                1 => environment.alchemy_stage = text,
                2 => environment.user = text,
                3 => environment.username = text,
                4 => environment.ci = text,
                SCOPE_STAGE => {
                    environment.scope_stage =
                        checked_text(&value, Code::StageInvalid, "the stage")?;
                }
                ARGUMENT => environment.argument = text,
                ADOPT => adopt = value.is_truthy(),
                ROOT => run = value.number(),
                _ => push_name(&mut path, value.text().unwrap_or_default()),
            }
        }
        Ok(Self {
            run,
            path: path.into(),
            stage: Stage::new(environment.resolve())?,
            adopt,
            implicit: environment.require_explicit().err(),
            mismatch: environment.mismatch(),
        })
    }

    /// The stage, for who has not said another.
    fn chosen(&self) -> Result<&Stage, Stop> {
        match &self.implicit {
            None => Ok(&self.stage),
            Some(error) => Err(error.clone().into()),
        }
    }
}

/// Goes on with the names of a chain of scopes, so that `a/b` and `a` › `b` stay different.
fn push_name(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('/');
    }
    for character in name.chars() {
        match character {
            '%' => path.push_str("%25"),
            '/' => path.push_str("%2F"),
            _ => path.push(character),
        }
    }
}

// --- Reading a call -----------------------------------------------------------------------------

/// Text that is well-formed; `None` where `value` is no text. `what` is for the refusal.
///
/// Text with half a surrogate pair has no UTF-8, so it has no hash; replacing the half silently
/// would make two names one.
fn checked_text<'a>(value: &Value<'a>, code: Code, what: &str) -> Result<Option<&'a str>, Stop> {
    match value.ill_formed() {
        None => Ok(value.text()),
        Some(text) => {
            let help = "give text that is well-formed Unicode";
            Err(refuse(code, "% $ has half a surrogate pair", help, &[what, text]))
        }
    }
}

fn wrong_option(kind: Kind, key: &str, value: &Value<'_>, expected: &str) -> Stop {
    let found = if value.text() == Some("") { "empty" } else { value.sort_words() };
    refuse(
        Code::OptionInvalid,
        "the option $ of $ is %",
        "give %, or leave it out",
        &[key, kind.title(), found, expected],
    )
}

fn wrong_setting(key: &str, value: &Value<'_>, expected: &str) -> Stop {
    refuse(
        Code::OptionInvalid,
        "the setting % is %",
        "give %, or leave it out",
        &[key, value.sort_words(), expected],
    )
}

// What the host tags: options by their number, then settings, then these.
const KEY: u8 = 50;
const VALUE: u8 = 51;
const HANDLE: u8 = 100;
const ID: u8 = 101;
const RESOURCE: u8 = 102;
const OPTIONS: u8 = 103;

/// What a set of blocks has in common; the last is called in place of Alchemy's function.
const SETTINGS: [&str; 4] = ["prefix", "protect", "deleteClasses", "shared"];
const PREFIX: u8 = Key::ALL.len() as u8;
const PROTECT: u8 = PREFIX + 1;
const DELETE_CLASSES: u8 = PREFIX + 2;
const SHARED: u8 = PREFIX + 3;
const PIN: u8 = Key::Pin as u8;
const SCRIPT: u8 = Key::ScriptName as u8;

/// A call, as far as the law looks at it.
#[derive(Default)]
struct Asked<'a> {
    handle: u32,
    request: Request<'a>,
    /// Which option gave the explicit name.
    named_by: Option<Key>,
    /// Whether something other than text stands for the script.
    script_replaced: bool,
    adopt: Option<bool>,
    /// The classes whose storage may go.
    may_go: Vec<&'a str>,
    /// Whether there is somebody to look a shared resource up.
    can_share: bool,
}

impl<'a> Asked<'a> {
    fn read(kind: Kind, record: &'a [u8]) -> Result<Self, Stop> {
        let mut asked = Self::default();
        let mut owner = 0;
        let mut key = None;
        for (tag, value) in Items::of(record) {
            match tag {
                KEY => key = Some(value),
                VALUE => {
                    if let Some(key) = &key {
                        asked.read_inner(kind, owner, key, &value)?;
                    }
                }
                _ => {
                    owner = tag;
                    asked.read_item(kind, tag, &value)?;
                }
            }
        }
        if asked.script_replaced && asked.request.script.is_none() {
            return Err(no_script(kind, "an object"));
        }
        Ok(asked)
    }

    fn read_item(&mut self, kind: Kind, tag: u8, value: &Value<'a>) -> Result<(), Stop> {
        match tag {
            HANDLE => self.handle = value.number(),
            ID => self.request.id = logical_id(kind, value)?,
            RESOURCE if !value.is(FUNCTION) => return Err(wrong_callback(kind, value)),
            OPTIONS if !value.is_nothing() && !value.is(OBJECT) => {
                return Err(refuse(
                    Code::ArgumentInvalid,
                    "the options of $ are %",
                    "give an object, or nothing",
                    &[kind.title(), value.sort_words()],
                ));
            }
            RESOURCE | OPTIONS => {}
            PREFIX => match checked_text(value, Code::BaseInvalid, "the prefix")? {
                Some(prefix) if !prefix.is_empty() => self.request.prefix = Some(prefix),
                _ => return Err(wrong_setting("`prefix`", value, "text that is not empty")),
            },
            PROTECT if value.is(ARRAY) => self.request.protect = Some(Vec::new()),
            DELETE_CLASSES if value.is(ARRAY) => {}
            PROTECT | DELETE_CLASSES => return Err(wrong_list(tag, value)),
            SHARED => self.can_share = value.is(FUNCTION),
            _ => match Key::ALL.get(usize::from(tag)) {
                Some(key) if kind.reads(*key) => return self.read_option(kind, *key, value),
                Some(_) => {}
                // The settings themselves.
                None if value.is(UNDEFINED) || value.is(OBJECT) => {}
                None => return Err(wrong_setting("of these blocks", value, "an object")),
            },
        }
        Ok(())
    }

    fn read_option(&mut self, kind: Kind, key: Key, value: &Value<'a>) -> Result<(), Stop> {
        let request = &mut self.request;
        match key {
            Key::Stage if value.is_false() => request.stage = StageOption::Off,
            Key::Stage => match checked_text(value, Code::StageInvalid, "the stage")? {
                Some(stage) if !stage.is_empty() => request.stage = StageOption::Named(stage),
                _ => {
                    let expected = "a stage such as `prod`, or `false`";
                    return Err(wrong_option(kind, "stage", value, expected));
                }
            },
            Key::Pin if value.is(OBJECT) => {}
            Key::Pin => {
                let expected = "an object from stage to name, such as `{ prod: \"legacy-db\" }`";
                return Err(wrong_option(kind, "pin", value, expected));
            }
            Key::OnRename => {
                let expected = "`\"refuse\"`, `\"keep\"` or `\"replace\"`";
                request.on_rename = value
                    .text()
                    .and_then(OnRename::parse)
                    .ok_or_else(|| wrong_option(kind, "onRename", value, expected))?;
            }
            Key::Share => request.share = Some(option_text(kind, key, value)?),
            Key::ClassName => request.class = Some(option_text(kind, key, value)?),
            Key::ScriptName if value.is(OBJECT) => self.script_replaced = true,
            Key::ScriptName if !value.is_text() => return Err(no_script(kind, value.sort_words())),
            Key::ScriptName => request.script = Some(option_text(kind, key, value)?),
            // A queue in its place is passed on as it is.
            Key::Dlq if value.is(OBJECT) || value.is(ARRAY) => {}
            Key::Dlq => request.dlq = Some(option_text(kind, key, value)?),
            Key::Delete => request.delete_given = true,
            Key::Adopt => self.adopt = Some(value.is_truthy()),
            Key::Jurisdiction => {
                request.jurisdiction = value.text().filter(|name| *name != "default");
            }
            Key::Title | Key::WorkflowName | Key::Name => {
                let name = option_text(kind, key, value)?;
                if self.named_by.is_none_or(|first| key as u8 <= first as u8) {
                    request.explicit = Some(name);
                    self.named_by = Some(key);
                }
            }
        }
        Ok(())
    }

    /// Reads what lies in an option or a setting.
    fn read_inner(
        &mut self,
        kind: Kind,
        owner: u8,
        key: &Value<'a>,
        value: &Value<'a>,
    ) -> Result<(), Stop> {
        let request = &mut self.request;
        match owner {
            PIN if value.is_nothing() => {}
            PIN => {
                let stage = checked_text(key, Code::StageInvalid, "the stage")?.unwrap_or_default();
                match checked_text(value, Code::BaseInvalid, "the pinned name")? {
                    Some(name) if !name.is_empty() => request.pin.push((stage, name)),
                    _ => {
                        let key = say("pin.%", &[stage]);
                        return Err(wrong_option(kind, &key, value, "the deployed name"));
                    }
                }
            }
            SCRIPT if self.script_replaced => {
                let name = value.text().filter(|name| !name.is_empty());
                request.script = request.script.or(name);
            }
            PROTECT | DELETE_CLASSES => {
                let text = checked_text(value, Code::OptionInvalid, setting(owner))?;
                let text = text.ok_or_else(|| wrong_list(owner, value))?;
                match &mut request.protect {
                    Some(stages) if owner == PROTECT => stages.push(text),
                    _ => self.may_go.push(text),
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn setting(tag: u8) -> &'static str {
    SETTINGS.get(usize::from(tag.wrapping_sub(PREFIX))).copied().unwrap_or_default()
}

fn wrong_list(tag: u8, value: &Value<'_>) -> Stop {
    wrong_setting(&say("$", &[setting(tag)]), value, "an array of text")
}

fn no_script(kind: Kind, found: &str) -> Stop {
    refuse(
        Code::ScriptInvalid,
        "`scriptName` of $ is % that names no script",
        "give the script's name, an awaited Worker or a WorkerRef",
        &[kind.title(), found],
    )
}

fn wrong_callback(kind: Kind, value: &Value<'_>) -> Stop {
    refuse(
        Code::ArgumentInvalid,
        "$ was given % in place of Alchemy's function",
        "pass the resource function of `alchemy/cloudflare`, or import from `@alch/blocks`",
        &[kind.title(), value.sort_words()],
    )
}

fn logical_id<'a>(kind: Kind, value: &Value<'a>) -> Result<&'a str, Stop> {
    checked_text(value, Code::BaseInvalid, "the name")?.ok_or_else(|| {
        refuse(
            Code::ArgumentInvalid,
            "the name of a $ is %",
            "give it as text: `%(\"%\")`",
            &[kind.title(), value.sort_words(), kind.title(), kind.row().fallback],
        )
    })
}

/// An option that is text, not empty.
fn option_text<'a>(kind: Kind, key: Key, value: &Value<'a>) -> Result<&'a str, Stop> {
    let code = match key {
        Key::Share => Code::StageInvalid,
        Key::ClassName => Code::ClassInvalid,
        Key::ScriptName => Code::ScriptInvalid,
        _ => Code::BaseInvalid,
    };
    let what = say("the option `%`", &[key.as_str()]);
    match checked_text(value, code, &what)? {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(wrong_option(kind, key.as_str(), value, "text that is not empty")),
    }
}

// --- One call -----------------------------------------------------------------------------------

// How an answer begins, for the host.
const NOTHING: u8 = 0;
const ONE: u8 = 1;
const LIST: u8 = 2;
const NAMES: u8 = 3;
const ERROR: u8 = 4;
const CALL: u8 = 5;
const STOP: u8 = 6;

/// A block, up to what the host has to do.
#[inline(never)]
fn block(kind: Kind, args: Array) -> Array {
    let called = process().receive(look(&args)).and_then(|record| call(kind, &record));
    if let Err(stop) = called {
        settle_stop(stop, true);
    }
    args
}

/// Has the host throw.
fn settle_stop(stop: Stop, in_block: bool) {
    process().post(|answer| {
        answer.byte(STOP);
        answer.number(0, usize::from(in_block));
        if let Stop::Refused(error) = stop {
            tell_refusal(answer, &error);
        }
    });
}

fn tell_refusal(answer: &mut Answer, error: &BlockError) {
    for text in [error.code().as_str(), error.message(), error.help()] {
        answer.text(0, text);
    }
}

fn call(kind: Kind, record: &[u8]) -> Result<(), Stop> {
    let asked = Asked::read(kind, record)?;
    let scope = scope_at(asked.handle)?;
    let mut warnings = Vec::new();
    let called = decide_in(&scope, kind, &asked, &mut warnings)?;
    for warning in warnings {
        let code = warning.code().as_str();
        let text = say("@alch/blocks: % (%): %", &[warning.message(), code, warning.help()]);
        process().post(|answer| answer.text(0, &text));
        if !warn() {
            return Err(Stop::Thrown);
        }
    }
    process().post(|answer| called.tell(answer));
    Ok(())
}

fn decide_in<'a>(
    scope: &Scope,
    kind: Kind,
    asked: &Asked<'a>,
    warnings: &mut Vec<BlockError>,
) -> Result<Called<'a>, Stop> {
    let Asked { handle, request, script_replaced, adopt, may_go, can_share, .. } = asked;
    if request.stage == StageOption::Resolved {
        scope.chosen()?;
    }
    let outcome = decide(kind, request, &scope.stage, &scope.path)?;
    let mut core = core()?;
    let run = core.run(scope.run);
    run.ledger.declare(&outcome.declaration)?;
    for class in may_go {
        if !run.may_go.iter().any(|known| known == class) {
            run.may_go.push((*class).to_owned());
        }
    }
    if run.is_new(Code::StageMismatch) {
        run.note(scope.mismatch.clone(), warnings);
    }
    if adopt.unwrap_or(scope.adopt) && run.is_new(Code::GenericName) {
        run.note(generic_name(&outcome, request.prefix), warnings);
    }
    if outcome.shared && !can_share {
        return Err(refuse(
            Code::OptionInvalid,
            "`share` of $ needs somebody to look the resource up",
            "import the block from `@alch/blocks`",
            &[kind.title()],
        ));
    }
    // Outside any scope the stage is another with each call.
    let plain = *handle != 0 && is_plain(&outcome.declaration, &scope.stage);
    Ok(Called { plain, script: request.script.filter(|_| *script_replaced), outcome })
}

/// What the host is to call Alchemy's function with.
struct Called<'a> {
    outcome: Outcome,
    plain: bool,
    /// The script's name, where something other than text stood for it.
    script: Option<&'a str>,
}

impl Called<'_> {
    /// Tells the host, in the order of its `deliver`.
    fn tell(&self, answer: &mut Answer) {
        let Outcome { declaration, class, dlq, retain, shared } = &self.outcome;
        let naming = declaration.kind.naming();
        let other = if *shared { SHARED.wrapping_sub(PREFIX) } else { END };
        answer.bytes(&[CALL, other, u8::from(self.plain), naming.len() as u8]);
        for key in naming {
            answer.byte(*key as u8);
        }
        if !self.plain {
            answer.text(0, &declaration.name);
        }
        let (class, dlq) = (class.as_deref(), dlq.as_deref());
        let texts = [(Key::ClassName, class), (Key::Dlq, dlq), (Key::ScriptName, self.script)];
        for (key, value) in texts {
            if let Some(value) = value {
                answer.text(key as u8, value);
            }
        }
        if *retain {
            answer.no(Key::Delete as u8);
        }
    }
}

/// Whether the name is just the id and the stage's slug: then the host joins the two, which is
/// cheaper than to decode the whole.
fn is_plain(declaration: &Declaration, stage: &Stage) -> bool {
    let Declaration { kind, identity, base, stage: named, .. } = declaration;
    base.as_ref() == Some(&identity.id)
        && named.slug() == stage.slug()
        && !is_shortened(*kind, &identity.id, stage.slug())
}

macro_rules! blocks {
    ($($kind:ident $export:ident $js:literal;)*) => {$(
        #[wasm_bindgen(js_name = $js, variadic)]
        pub fn $export(args: Array) -> JsValue {
            finish(block(Kind::$kind, args))
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

/// The arguments of an export that is no block.
struct Arguments<'a>(&'a [u8]);

impl<'a> Arguments<'a> {
    fn tagged(&self, wanted: u8) -> impl Iterator<Item = Value<'a>> {
        Items::of(self.0).filter(move |(tag, _)| *tag == wanted).map(|(_, value)| value)
    }

    /// The elements of the lists among the arguments.
    fn elements(&self) -> impl Iterator<Item = Value<'a>> {
        self.tagged(VALUE)
    }

    fn get(&self, at: usize) -> Option<Value<'a>> {
        self.tagged(0).nth(at)
    }

    /// Text of a caller of ours; anything else counts as empty.
    fn word(&self, at: usize) -> &'a str {
        self.get(at).and_then(|value| value.text()).unwrap_or_default()
    }

    fn number(&self, at: usize) -> u32 {
        self.get(at).map_or(0, |value| value.number())
    }

    fn flag(&self, at: usize) -> bool {
        self.get(at).is_some_and(|value| value.is_truthy())
    }

    fn required(&self, at: usize, code: Code, what: &str) -> Result<&'a str, Stop> {
        required(self.get(at).as_ref(), code, what)
    }

    /// The kind that is the first argument.
    fn kind(&self) -> Result<Kind, Stop> {
        Ok(Kind::parse(self.required(0, Code::ArgumentInvalid, "the kind")?)?)
    }
}

fn required<'a>(value: Option<&Value<'a>>, code: Code, what: &str) -> Result<&'a str, Stop> {
    let found = match value {
        None => "undefined",
        Some(value) => match checked_text(value, code, what)? {
            Some(text) => return Ok(text),
            None => value.sort_words(),
        },
    };
    Err(refuse(Code::ArgumentInvalid, "% is %", "give text", &[what, found]))
}

/// What an export that is no block answers.
enum Found<'a> {
    Nothing,
    Text(String),
    Number(usize),
    Names(String),
    Pairs(Vec<(usize, &'a str)>),
    Declared(Rc<Declaration>),
    Error(BlockError),
}

impl Found<'_> {
    fn tell(&self, answer: &mut Answer) {
        match self {
            Self::Nothing => answer.byte(NOTHING),
            Self::Text(text) => {
                answer.byte(ONE);
                answer.text(0, text);
            }
            Self::Number(number) => {
                answer.byte(ONE);
                answer.number(0, *number);
            }
            Self::Names(names) => {
                answer.byte(NAMES);
                answer.text(0, names);
            }
            Self::Pairs(pairs) => {
                answer.byte(LIST);
                for (at, name) in pairs {
                    answer.number(0, *at);
                    answer.text(0, name);
                }
            }
            Self::Declared(declaration) => {
                let Declaration { kind, identity, name, on_rename, .. } = &**declaration;
                answer.byte(LIST);
                for text in [name, &*identity.jurisdiction, on_rename.as_str()] {
                    answer.text(0, text);
                }
                for key in kind.naming() {
                    answer.text(0, key.as_str());
                }
            }
            Self::Error(error) => {
                answer.byte(ERROR);
                tell_refusal(answer, error);
            }
        }
    }
}

type Act = for<'a> fn(&Arguments<'a>) -> Result<Found<'a>, Stop>;

#[inline(never)]
fn with(act: Act, args: Array) -> Array {
    match process().receive(pack(&args)) {
        Ok(record) => settle(act(&Arguments(&record))),
        Err(stop) => settle_stop(stop, false),
    }
    args
}

fn settle(found: Result<Found<'_>, Stop>) {
    match found {
        Ok(found) => process().post(|answer| found.tell(answer)),
        Err(stop) => settle_stop(stop, false),
    }
}

macro_rules! exports {
    ($($act:ident $export:ident $js:literal;)*) => {$(
        #[wasm_bindgen(js_name = $js, variadic)]
        pub fn $export(args: Array) -> JsValue {
            finish(with($act, args))
        }
    )*};
}

exports! {
    name_of physical_name_js "physicalName";
    names_of physical_names_js "physicalNames";
    slug_of stage_slug_js "stageSlug";
    needs needs_rows "needsRows";
    hold hold_row "holdRow";
    check_again recheck "recheck";
    declared declared_js "declared";
    judged judge_row "judgeRow";
    judged_worker judge_worker_js "judgeWorker";
    judged_left judge_left "judgeLeft";
    note_kept note_kept_js "noteKept";
    refused refused_js "refused";
}

fn name_of<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    let kind = given.kind()?;
    let base = given.required(1, Code::BaseInvalid, "the base name")?;
    let stage = given.required(2, Code::StageInvalid, "the stage")?;
    Ok(Found::Text(physical_name(kind, base, stage)?))
}

/// All names in one text: none of them may have the control character that separates them.
fn names_of<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    let kind = given.kind()?;
    let stage = Stage::new(given.required(2, Code::StageInvalid, "the stage")?)?;
    if !given.get(1).is_some_and(|bases| bases.is(ARRAY)) {
        let found = given.get(1).map_or("undefined", |value| value.sort_words());
        let (what, help) = ("the base names are %", "give an array of text");
        return Err(refuse(Code::ArgumentInvalid, what, help, &[found]));
    }
    let mut names = String::new();
    for base in given.elements() {
        let base = required(Some(&base), Code::BaseInvalid, "a base name")?;
        if !names.is_empty() {
            names.push('\0');
        }
        names.push_str(&name_in_stage(kind, base, &stage)?);
    }
    if names.is_empty() { Ok(Found::Pairs(Vec::new())) } else { Ok(Found::Names(names)) }
}

fn slug_of<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    Ok(Found::Text(stage_slug(given.required(0, Code::StageInvalid, "the stage")?)?))
}

#[wasm_bindgen(js_name = resolveStage, variadic)]
pub fn resolve_stage(args: Array) -> JsValue {
    finish(with_stage(args))
}

#[inline(never)]
fn with_stage(args: Array) -> Array {
    settle(this_stage());
    args
}

fn this_stage() -> Result<Found<'static>, Stop> {
    let scope = Scope::active()?;
    Ok(Found::Text(scope.chosen()?.raw().to_owned()))
}

/// The version of the crate, which is that of the package. It asks nothing and cannot be refused,
/// so it needs no record.
#[wasm_bindgen]
pub fn version() -> JsValue {
    serde_wasm_bindgen::to_value(env!("CARGO_PKG_VERSION")).unwrap_or_default()
}

// --- What the state holds -----------------------------------------------------------------------

/// The scope whose handle is the first argument, where a block was used in it.
fn known_scope(given: &Arguments<'_>) -> Result<Option<Rc<Scope>>, Stop> {
    Ok(core()?.scope(given.number(0)).cloned())
}

/// Whether rows of the state can make a declaration of this scope ambiguous: a number.
fn needs<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    let needs = known_scope(given)?
        .is_some_and(|scope| scope.stage.slug().bytes().any(|byte| byte == b'-'));
    Ok(Found::Number(usize::from(needs)))
}

/// Notes a row of a scope's state: the type, id, physical name and jurisdiction of a resource.
fn hold<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    let kind = Kind::of_resource(given.word(1));
    if let (Some(scope), Some(kind)) = (known_scope(given)?, kind) {
        let jurisdiction = Some(given.word(4)).filter(|name| *name != "default");
        let identity = Identity {
            scope: Rc::clone(&scope.path),
            id: given.word(2).into(),
            jurisdiction: jurisdiction.unwrap_or_default().to_owned(),
        };
        core()?.run(scope.run).ledger.hold(kind, identity, given.word(3), &scope.stage);
    }
    Ok(Found::Nothing)
}

/// Asks the guard again about what this run declared in a scope as an id, now that the rows are
/// known.
fn check_again<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    if let Some(scope) = known_scope(given)? {
        core()?.run(scope.run).ledger.recheck_all(&scope.path, given.word(1))?;
    }
    Ok(Found::Nothing)
}

/// Finds what this run has declared in a scope as an id, of the type that Alchemy's state names.
fn find_declared(given: &Arguments<'_>) -> Result<Option<Rc<Declaration>>, Stop> {
    let kind = Kind::of_resource(given.word(2));
    let (Some(scope), Some(kind)) = (known_scope(given)?, kind) else { return Ok(None) };
    let mut core = core()?;
    let ledger = &core.run(scope.run).ledger;
    Ok(ledger.declared(&scope.path, given.word(1), kind).cloned())
}

/// What a block has declared in a scope, by id and type: the name, the jurisdiction, `onRename`,
/// and the options that have the name; nothing for others.
fn declared<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    Ok(find_declared(given)?.map_or(Found::Nothing, Found::Declared))
}

/// Decides what may happen to a row, by scope, id and type, and what is known of it; empty text
/// stands for what is not there.
fn judged<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    let some = |at| Some(given.word(at)).filter(|text| !text.is_empty());
    let row = Row {
        name: some(3),
        deployed: given.flag(4),
        retained: given.flag(5),
        local: given.flag(6),
        elsewhere: some(7),
        pending: given.flag(8),
    };
    let verdict = match find_declared(given)? {
        None => Verdict::Declared,
        Some(found) => judge(&found, &row)?,
    };
    Ok(Found::Text(verdict.as_str().to_owned()))
}

/// Decides whether a Worker's bindings may change: the handle of the root scope, how many there
/// were, then type, id, class and workflow of each, before and now. Gives the place among the new
/// and the name of each workflow that keeps its deployed name.
fn judged_worker<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    let mut values = given.tagged(0);
    let mut number = || values.next().map_or(0, |value| value.number());
    let (root, count) = (number(), number());
    let mut text = || values.next().map(|value| value.text().unwrap_or_default());
    let mut old = Vec::new();
    while let (Some(kind), Some(id), Some(class), Some(workflow)) = (text(), text(), text(), text())
    {
        let kind = if kind == "workflow" { Kind::Workflow } else { Kind::DurableObject };
        old.push(Binding { kind, id, class, workflow });
    }
    let new = old.split_off(old.len().min(count as usize));
    let mut core = core()?;
    // The Worker may lie in a scope of its own, where no block was called: the run is what counts.
    let run = core.run(root);
    let chosen = |name: &str| {
        let declared = run.ledger.named(Kind::Workflow, name, "");
        declared.map_or(OnRename::Refuse, |declared| declared.on_rename)
    };
    Ok(Found::Pairs(judge_worker(&old, &new, &run.may_go, chosen)?))
}

/// Notes that what a block has declared in a scope, by id and type, keeps its deployed name: the
/// declared one is not in use.
fn note_kept<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    if let (Some(found), Some(scope)) = (find_declared(given)?, known_scope(given)?) {
        core()?.run(scope.run).kept.push(found);
    }
    Ok(Found::Nothing)
}

/// Decides whether Alchemy may delete what a row holds, as an orphan: the handle of the root scope,
/// whether the program deletes what is declared in the row's scope, the id, type, name and
/// jurisdiction, and the names of the scope's chain.
fn judged_left<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    let Some(kind) = Kind::of_resource(given.word(3)) else { return Ok(Found::Nothing) };
    let (meant, name) = (given.flag(1), given.word(4));
    let mut path = String::new();
    for scope in given.tagged(0).skip(6) {
        push_name(&mut path, scope.text().unwrap_or_default());
    }
    let mut core = core()?;
    let run = core.run(given.number(0));
    let here = run.ledger.declared(&path, given.word(2), kind).filter(|_| !meant);
    let named = run.ledger.named(kind, name, given.word(5)).filter(|found| {
        let kept = run.kept.iter().any(|kept| Rc::ptr_eq(kept, found));
        !(kept || meant && *found.identity.scope == *path)
    });
    match here.or(named) {
        Some(declaration) => Err(would_delete(declaration, name).into()),
        None => Ok(Found::Nothing),
    }
}

/// A refusal that needs nothing but words: which one, and three of them.
fn refused<'a>(given: &Arguments<'a>) -> Result<Found<'a>, Stop> {
    let make = match given.word(0) {
        "worker-moved" => worker_moved,
        "declared-twice" => declared_twice,
        "other-kind" => other_kind,
        "state-unreadable" => state_unreadable,
        "owner-missing" => owner_missing,
        _ => share_conflict,
    };
    Ok(Found::Error(make(given.word(1), given.word(2), given.word(3))))
}
