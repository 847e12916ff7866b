//! The only file that knows JavaScript: it reads a call, asks the law, and hands the call on.
//!
//! An export takes its arguments as one list, has the host write what they show into the wire, and
//! answers there. It ends in [`finish`], which runs in JavaScript: it calls Alchemy's function,
//! returns, or throws. Nothing of Rust's is alive then, so that what is thrown may pass through. A
//! `Result` would do the same, and cost more than the crossing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::block::{Outcome, Request, StageOption, Texts, decide, generic_name};
use crate::error::{BlockError, Code};
use crate::guard::{Declaration, Identity, Ledger, can_meet};
use crate::kind::{Key, Kind};
use crate::message::Message;
use crate::name::push_name;
use crate::row::{Binding, OnRename, cut_off};
use crate::stage::{Environment, Stage, stage_implicit, stage_mismatch};
use crate::text::{push, push_ascii, until, word};
use crate::wire::{
    ARRAY, Answer, END, FUNCTION, Head, Items, NULL, OBJECT, Record, UNDEFINED, Value,
};

#[wasm_bindgen(module = "/src/host.js")]
extern "C" {
    fn learn(
        exports: &JsValue,
        record: usize,
        size: usize,
        own: u8,
        options: &str,
        settings: &str,
        others: &str,
    );
    fn look(args: &Array) -> i32;
    fn describe() -> i32;
    fn pack(args: &Array) -> i32;
    fn finish(args: Array, at: usize) -> JsValue;
    #[wasm_bindgen(js_name = onRefusal)]
    fn on_refusal(say: &JsValue);
}

/// Has `say(code, message, words)` make the lines of a refusal: for tests, since the package has a
/// module for that.
pub fn explain_with(say: &JsValue) {
    on_refusal(say);
}

// --- The state of the process -------------------------------------------------------------------

// What outlives a call. The stack may end anywhere, which ends the call and runs nothing of Rust's: what
// was taken out of its place is lost then and made anew, and what was held stays held. So only what
// must not be lost is held, and no longer than it has to be.
thread_local! {
    static MEMORY: Cell<Option<Box<Memory>>> = const { Cell::new(None) };
    /// Nothing of JavaScript's may be called while it is held: that could call a block.
    static CORE: RefCell<Core> = const { RefCell::new(Core(Vec::new())) };
    static BEGUN: Cell<bool> = const { Cell::new(false) };
    /// Where the last answer lies; 0 where reading threw, and the host keeps what. Not handed on with
    /// the list of arguments: an export would have a frame on the stack then, which what is thrown
    /// through it would leave behind.
    static AT: Cell<usize> = const { Cell::new(0) };
}

/// What calls use one after the other.
#[derive(Default)]
struct Memory {
    /// What the host writes a call into; it knows the address.
    record: Record,
    answer: Answer,
    work: Work,
}

#[derive(Default)]
struct Work {
    texts: Texts,
    /// The scope of the last call, by its handle.
    scope: Option<(u32, Rc<Scope>)>,
}

/// What a record has room for at first, in bytes: more than most calls need.
const ROOM: usize = 1024;

/// Makes room for a record of so many bytes, for the host; gives its address, or 0 for failure.
#[wasm_bindgen]
pub fn reserve(size: usize) -> usize {
    // Lost to a call that was cut off, and with it what the host has written: the next one begins anew.
    let Some(mut memory) = MEMORY.take() else {
        BEGUN.set(false);
        return 0;
    };
    let at = memory.record.reserve(size);
    MEMORY.set(Some(memory));
    at
}

/// Has the host learn the words by which it reads.
#[cold]
#[inline(never)]
fn begin() {
    MEMORY.set(Some(MEMORY.take().unwrap_or_default()));
    let record = reserve(ROOM);
    let size = if record == 0 { 0 } else { ROOM };
    learn(&wasm_bindgen::exports(), record, size, OWN, Key::WRITTEN, SETTINGS, OTHERS);
    // Last: where the stack ends before, the next call begins anew. A host that has not learnt the
    // words would hand options on without a name.
    BEGUN.set(true);
}

/// How many options Alchemy never sees: those up to `share`.
const OWN: u8 = Key::Share as u8 + 1;

/// What a set of blocks has in common, each behind a space.
const SETTINGS: &str = " prefix protect deleteClasses shared";

/// What comes before the stage on the command line; where a Worker, or a reference to one, has its
/// name; the variables that tell a stage, in the order in which [`Scope::described`] reads them.
const OTHERS: &str = " --stage name service STAGE ALCHEMY_STAGE USER USERNAME CI";

// How an answer begins, for the host; one that ends at once says nothing.
const ONE: u8 = 1;
const LIST: u8 = 2;
const NAMES: u8 = 3;
const CALL: u8 = 5;
/// A refusal of a block.
const STOP: u8 = 6;
/// Any other refusal.
const REFUSAL: u8 = 7;
/// What comes before the answer itself: the slug of a new scope, which ends its names, tagged with 1
/// where rows of the state can make a declaration of that scope ambiguous.
const SUFFIX: u8 = 8;
/// What comes before a refusal that is nobody's fault but the core's: it may not have heard who is gone.
const FAULT: u8 = 9;
/// The tag of a warning in a call.
const WARNING: u8 = 64;

type Reply<'a> = &'a dyn Fn(&[u8], &mut Answer, &mut Work) -> Result<(), BlockError>;

/// Has `reply` answer to a record that the host has written, of so many bytes.
fn answer(length: i32, refusal: u8, reply: Reply<'_>) {
    let Ok(length) = usize::try_from(length) else { return AT.set(0) };
    let mut memory = MEMORY.take().unwrap_or_default();
    let Memory { record, answer, work } = &mut *memory;
    answer.begin();
    let done = match record.read(length) {
        Some(record) => reply(record, answer, work),
        // It was lost to a call that was cut off. The next one begins anew.
        None => {
            BEGUN.set(false);
            Err(cut_off())
        }
    };
    AT.set(settle(done, refusal, answer));
    MEMORY.set(Some(memory));
}

/// Does something with what is known of scopes and runs.
fn held<T>(act: impl FnOnce(&mut Core) -> Result<T, BlockError>) -> Result<T, BlockError> {
    CORE.with(|core| match core.try_borrow_mut() {
        Ok(mut core) => act(&mut core),
        Err(_) => Err(cut_off()),
    })
}

fn settle(done: Result<(), BlockError>, refusal: u8, answer: &mut Answer) -> usize {
    if let Err(error) = done {
        answer.begin();
        if error.code() == Code::Internal {
            answer.byte(FAULT);
        }
        answer.byte(refusal);
        answer.refusal(0, &error);
    }
    answer.end()
}

impl Answer {
    /// What the host says of a refusal, or shows of a warning, by the module that has the texts.
    fn refusal(&mut self, tag: u8, error: &BlockError) {
        let (code, message, words) = error.tell();
        self.text(tag, words);
        self.byte(code);
        self.byte(message);
    }

    /// An option that is given.
    fn option(&mut self, key: Key, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key as u8, value);
        }
    }

    /// An answer that is one text.
    fn one(&mut self, text: &str) {
        self.byte(ONE);
        self.text(0, text);
    }
}

/// What is known of JavaScript's scopes, by their handles, which the host uses again.
struct Core(Vec<Known>);

#[derive(Default)]
struct Known {
    scope: Option<Rc<Scope>>,
    /// Of root scopes, each of which stands for one run of one app; of handle 0 outside any scope.
    run: Run,
}

impl Core {
    /// The place of a handle, made where it is new.
    #[inline(never)]
    fn at(&mut self, handle: u32) -> Option<&mut Known> {
        let at = handle as usize;
        while self.0.len() <= at {
            self.0.push(Known::default());
        }
        self.0.get_mut(at)
    }

    fn run(&mut self, handle: u32) -> Result<&mut Run, BlockError> {
        self.at(handle).map(|known| &mut known.run).ok_or_else(unknown)
    }

    fn scope(&self, handle: u32) -> Option<Rc<Scope>> {
        self.0.get(handle as usize)?.scope.clone()
    }

    /// Forgets the scopes that are gone, by what the host says.
    fn forget(&mut self, items: Items<'_>) {
        for (_, value) in items.filter(|(tag, _)| *tag == GONE) {
            if let Some(known) = self.at(value.number()) {
                *known = Known::default();
            }
        }
    }
}

fn unknown() -> BlockError {
    BlockError::new(Code::Internal, Message::ScopeUnknown)
}

struct Scope {
    run: u32,
    path: String,
    stage: Stage,
    adopt: bool,
    /// Whether nobody chose the stage, where somebody has to.
    implicit: bool,
    /// What `STAGE` says, where that is another stage.
    mismatch: Option<String>,
}

#[derive(Default)]
struct Run {
    ledger: Ledger,
    /// The classes whose storage may go: somebody said so.
    may_go: Vec<String>,
    /// The warnings that were given.
    mismatch: bool,
    generic: bool,
}

// What the host tags in a scope; the names of its chain come in turn, and variables by their number.
const SCOPE_STAGE: u8 = 24;
const ARGUMENT: u8 = 25;
const ADOPT: u8 = 26;
const ROOT: u8 = 27;
const CHAIN: u8 = 28;
const GONE: u8 = 29;
const VARIABLE: u8 = 30;

impl Scope {
    fn described(items: Items<'_>) -> Result<Self, BlockError> {
        let mut path = String::new();
        let mut all = items.clone();
        for (_, name) in all.by_ref().filter(|(tag, _)| *tag == CHAIN) {
            push_scope(&mut path, name.word());
        }
        all.check_end()?;
        let text = |tag| items.first_text(tag);
        let environment = Environment {
            scope_stage: checked(&items.first(SCOPE_STAGE), Code::StageInvalid, THE_STAGE)?,
            argument: text(ARGUMENT),
            stage: text(VARIABLE),
            alchemy_stage: text(VARIABLE + 1),
            user: text(VARIABLE + 2),
            username: text(VARIABLE + 3),
            ci: text(VARIABLE + 4),
        };
        Ok(Self {
            run: items.first(ROOT).number(),
            path,
            stage: Stage::new(environment.resolve())?,
            adopt: items.first(ADOPT).is_truthy(),
            implicit: environment.is_implicit(),
            mismatch: environment.mismatch().map(str::to_owned),
        })
    }

    /// Refuses the stage where nobody chose it.
    fn check_chosen(&self) -> Result<(), BlockError> {
        if self.implicit { Err(stage_implicit(self.stage.raw())) } else { Ok(()) }
    }
}

/// Goes on with the names of a chain of scopes, so that `a/b` and `a` › `b` stay different.
fn push_scope(path: &mut String, name: &str) {
    if !path.is_empty() {
        push_ascii(path, b'/');
    }
    let mut rest = name;
    loop {
        let (before, behind) = until(rest, b'%', b'/');
        push(path, before);
        let Some(escaped) = behind.bytes().next() else { return };
        push(path, if escaped == b'%' { "%25" } else { "%2F" });
        rest = behind.get(1..).unwrap_or_default();
    }
}

// --- Reading a call -----------------------------------------------------------------------------

/// Text that is well-formed; `None` where `value` is no text. `what` is for the refusal.
///
/// Text with half a surrogate pair has no UTF-8, so it has no hash; replacing the half silently
/// would make two names one.
fn checked<'a>(value: &Value<'a>, code: Code, what: &str) -> Result<Option<&'a str>, BlockError> {
    if !value.is_ill_formed() {
        return Ok(value.text());
    }
    Err(BlockError::new(code, Message::HalfPair).with(what).with(value.word()))
}

const THE_STAGE: &str = "the stage";

// What the host tags in a call: options by their number, then settings, then these.
const PREFIX: u8 = Key::ALL.len() as u8;
const PROTECT: u8 = PREFIX + 1;
const DELETE_CLASSES: u8 = PREFIX + 2;
/// A function that is called in place of Alchemy's.
const SHARED: u8 = PREFIX + 3;
const TAGS: u8 = SHARED + 1;
/// What lies in an option or a setting.
const KEY: u8 = 22;
const VALUE: u8 = 23;

const STAGE: u8 = Key::Stage as u8;
const PIN: u8 = Key::Pin as u8;
const ON_RENAME: u8 = Key::OnRename as u8;
const SCRIPT: u8 = Key::ScriptName as u8;

/// What an option or a setting may be.
#[derive(Clone, Copy)]
struct Column {
    /// For text with half a surrogate pair.
    code: Code,
    /// Whether it may be text, which is not empty.
    text: bool,
    /// The other sorts that it may be, as bits.
    also: u16,
}

const ANY: u16 = u16::MAX;

const fn column(code: Code, text: bool, also: &[u8]) -> Column {
    let mut bits = 0;
    let mut rest = also;
    while let [sort, others @ ..] = rest {
        bits |= 1 << *sort;
        rest = others;
    }
    Column { code, text, also: bits }
}

/// In the order of the tags.
static COLUMNS: [Column; TAGS as usize] = [
    // `stage`, which may be `false` too
    column(Code::StageInvalid, true, &[]),
    // `pin`
    column(Code::OptionInvalid, false, &[OBJECT]),
    // `onRename`
    column(Code::OptionInvalid, true, &[]),
    // `share`
    column(Code::StageInvalid, true, &[]),
    // `title`
    column(Code::BaseInvalid, true, &[]),
    // `workflowName`
    column(Code::BaseInvalid, true, &[]),
    // `name`
    column(Code::BaseInvalid, true, &[]),
    // `className`
    column(Code::ClassInvalid, true, &[]),
    // `scriptName`
    column(Code::ScriptInvalid, true, &[OBJECT]),
    // `dlq`: a queue in its place is passed on as it is
    column(Code::BaseInvalid, true, &[OBJECT, ARRAY]),
    // `delete`, `adopt` and `jurisdiction` are Alchemy's to judge
    Column { code: Code::OptionInvalid, text: true, also: ANY },
    Column { code: Code::OptionInvalid, text: true, also: ANY },
    Column { code: Code::OptionInvalid, text: true, also: ANY },
    // `prefix`
    column(Code::BaseInvalid, true, &[]),
    // `protect`
    column(Code::OptionInvalid, false, &[ARRAY]),
    // `deleteClasses`
    column(Code::OptionInvalid, false, &[ARRAY]),
    // `shared`
    Column { code: Code::OptionInvalid, text: true, also: ANY },
];

/// What lies in options and settings.
#[derive(Default)]
struct Inner<'a> {
    pin: Vec<(&'a str, &'a str)>,
    /// The protected stages, where the set of blocks says them.
    protect: Option<Vec<&'a str>>,
    /// The classes whose storage may go.
    may_go: Vec<&'a str>,
    /// The name in an object that stands for the script.
    script: Option<&'a str>,
}

/// A call, as far as the law looks at it.
#[derive(Default)]
struct Asked<'a> {
    /// All that is one value each.
    request: Request<'a>,
    /// The option that says the base name.
    explicit: Option<u8>,
    adopt: Option<bool>,
    /// Whether there is a function to call in place of Alchemy's.
    shared: bool,
    /// Whether an object stands for the name of the script.
    script: bool,
    /// Most calls have nothing there.
    inner: Option<Box<Inner<'a>>>,
}

impl<'a> Asked<'a> {
    /// In its place: it is too large to be handed about in each call.
    fn read(&mut self, kind: Kind, mut items: Items<'a>) -> Result<(), BlockError> {
        let (mut owner, mut key) = (END, Value::UNDEFINED);
        for (tag, value) in &mut items {
            match tag {
                KEY => key = value,
                VALUE => self.read_inner(kind, owner, &key, &value)?,
                SCOPE_STAGE.. => {}
                _ => {
                    if Key::ALL.get(usize::from(tag)).is_some_and(|key| !kind.reads(*key)) {
                        owner = END;
                        continue;
                    }
                    owner = tag;
                    check(kind, tag, &value)?;
                    self.take(tag, &value);
                }
            }
        }
        items.check_end()?;
        if self.script && self.inner_script().is_none() {
            return Err(wrong(kind, Message::ScriptInvalid, "", &Value::of(OBJECT)));
        }
        Ok(())
    }

    /// Takes an option or a setting that is given, and of the right sort.
    fn take(&mut self, tag: u8, value: &Value<'a>) {
        let request = &mut self.request;
        let text = value.text();
        let Some(key) = Key::ALL.get(usize::from(tag)) else {
            match tag {
                PREFIX => request.prefix = text,
                PROTECT => self.inner().protect = Some(Vec::new()),
                SHARED => self.shared = value.is(FUNCTION),
                _ => {}
            }
            return;
        };
        match key {
            Key::Stage => request.stage = text.map_or(StageOption::Off, StageOption::Named),
            // What lies in it comes behind it.
            Key::Pin => {}
            Key::OnRename => {
                request.on_rename = text.and_then(OnRename::parse).unwrap_or_default();
            }
            Key::Share => request.share = text,
            Key::Title | Key::WorkflowName | Key::Name => {
                // The first wins: every row of the kind table has them in the order of the tags.
                if self.explicit.is_none_or(|first| tag < first) {
                    (self.explicit, request.explicit) = (Some(tag), text);
                }
            }
            Key::ClassName => request.class = text,
            Key::ScriptName => (request.script, self.script) = (text, text.is_none()),
            Key::Dlq => request.dlq = text,
            Key::Delete => request.delete_given = true,
            Key::Adopt => self.adopt = Some(value.is_truthy()),
            Key::Jurisdiction => request.jurisdiction = text.filter(|name| *name != "default"),
        }
    }

    fn inner(&mut self) -> &mut Inner<'a> {
        self.inner.get_or_insert_default()
    }

    fn inner_script(&self) -> Option<&'a str> {
        self.inner.as_ref()?.script
    }

    /// Reads what lies in an option or a setting.
    fn read_inner(
        &mut self,
        kind: Kind,
        owner: u8,
        key: &Value<'a>,
        value: &Value<'a>,
    ) -> Result<(), BlockError> {
        match owner {
            PIN if !value.is_nothing() => {
                let stage = checked(key, Code::StageInvalid, THE_STAGE)?.unwrap_or_default();
                match checked(value, Code::BaseInvalid, "the pinned name")? {
                    Some(name) if !name.is_empty() => self.inner().pin.push((stage, name)),
                    _ => return Err(wrong(kind, Message::PinInvalid, stage, value)),
                }
            }
            SCRIPT if self.inner_script().is_none() => {
                self.inner().script = value.text().filter(|name| !name.is_empty());
            }
            PROTECT | DELETE_CLASSES => {
                let setting = setting(owner);
                let text = checked(value, Code::OptionInvalid, setting)?
                    .ok_or_else(|| wrong(kind, Message::SettingInvalid, setting, value))?;
                let Inner { protect, may_go, .. } = self.inner();
                let list = if owner == PROTECT { protect.get_or_insert_default() } else { may_go };
                list.push(text);
            }
            _ => {}
        }
        Ok(())
    }

    /// The request with what lies in options and settings; `None` where nothing lies there.
    fn opened(&'a self) -> Option<Request<'a>> {
        let inner = self.inner.as_deref()?;
        Some(Request {
            pin: &inner.pin,
            protect: inner.protect.as_deref(),
            script: self.request.script.or(inner.script),
            ..self.request
        })
    }
}

/// Refuses a value of the wrong sort.
fn check(kind: Kind, tag: u8, value: &Value<'_>) -> Result<(), BlockError> {
    let Some(Column { code, text, also }) = COLUMNS.get(usize::from(tag)).copied() else {
        return Ok(());
    };
    let given = text && value.text().is_some_and(|text| !text.is_empty());
    let fits = match tag {
        ON_RENAME => value.text().and_then(OnRename::parse).is_some(),
        STAGE => given || value.is_false(),
        _ => given || value.is_one_of(also),
    };
    if fits {
        return Ok(());
    }
    let (message, key) = match Key::ALL.get(usize::from(tag)) {
        Some(_) if tag == SCRIPT && !value.is_text() => (Message::ScriptInvalid, ""),
        Some(key) => (Message::OptionInvalid, key.as_str()),
        None => (Message::SettingInvalid, setting(tag)),
    };
    if text && value.is_ill_formed() {
        let (message, what) = match tag {
            STAGE => (Message::HalfPair, THE_STAGE),
            PREFIX => (Message::HalfPair, "the prefix"),
            _ => (Message::HalfPairInOption, key),
        };
        return Err(BlockError::new(code, message).with(what).with(value.word()));
    }
    Err(wrong(kind, message, key, value))
}

impl Head<'_> {
    /// Refuses an argument of the wrong sort.
    fn check(&self, kind: Kind) -> Result<(), BlockError> {
        let Self { id, resource, options, settings, .. } = self;
        let refuse = |message, sort| Err(wrong(kind, message, "", &Value::of(sort)));
        if checked(id, Code::BaseInvalid, "the name")?.is_none() {
            return Err(wrong(kind, Message::IdMissing, "", id));
        }
        if *resource != FUNCTION {
            return refuse(Message::CallbackInvalid, *resource);
        }
        if !matches!(*settings, UNDEFINED | OBJECT) {
            return refuse(Message::SettingsInvalid, *settings);
        }
        if !matches!(*options, NULL | UNDEFINED | OBJECT) {
            return refuse(Message::OptionsInvalid, *options);
        }
        Ok(())
    }
}

/// A refusal that says what was found: the key, the kind and the sort, and for a pin its stage.
fn wrong(kind: Kind, message: Message, key: &str, value: &Value<'_>) -> BlockError {
    let code = match message {
        Message::ScriptInvalid => Code::ScriptInvalid,
        Message::IdMissing | Message::CallbackInvalid | Message::OptionsInvalid => {
            Code::ArgumentInvalid
        }
        _ => Code::OptionInvalid,
    };
    BlockError::new(code, message).with(key).with(kind.as_str()).with(value.sort_number()).with(key)
}

/// A setting, as it is written.
fn setting(tag: u8) -> &'static str {
    word(SETTINGS, tag.wrapping_sub(PREFIX).into())
}

// --- One call -----------------------------------------------------------------------------------

/// A block, up to what the host has to do.
#[inline(never)]
fn block(kind: Kind, args: Array) -> Array {
    if !BEGUN.get() {
        begin();
    }
    answer(look(&args), STOP, &|record, answer, work| call(kind, record, answer, work));
    args
}

fn call(kind: Kind, record: &[u8], answer: &mut Answer, work: &mut Work) -> Result<(), BlockError> {
    let Work { texts, scope: last } = work;
    let mut items = Items::of(record);
    let Some(head) = items.head() else { return Err(cut_off()) };
    let (handle, is_new) = (head.handle, head.is_new);
    if is_new {
        // First: the host uses their handles again, unless the core is at fault.
        held(|core| {
            core.forget(items.clone());
            Ok(())
        })?;
    }
    head.check(kind)?;
    let mut asked = Asked::default();
    asked.request.id = head.id.word();
    asked.read(kind, items.clone())?;
    let scope = match last {
        Some((known, scope)) if *known == handle && !is_new => scope,
        _ => {
            let scope = if is_new { meet(handle, items, answer)? } else { scope_at(handle)? };
            &last.insert((handle, scope)).1
        }
    };
    let opened = asked.opened();
    let request = opened.as_ref().unwrap_or(&asked.request);
    if matches!(request.stage, StageOption::Resolved) {
        scope.check_chosen()?;
    }
    // What was decided is not moved out of its place, for which it is too large.
    match decide(kind, request, &scope.stage, &scope.path, texts) {
        Ok(ref outcome) => pass_on(&asked, request, outcome, scope, answer),
        Err(error) => Err(error),
    }
}

fn scope_at(handle: u32) -> Result<Rc<Scope>, BlockError> {
    held(|core| core.scope(handle).ok_or_else(unknown))
}

/// Gets to know a scope from what the host says of it.
fn meet(handle: u32, items: Items<'_>, answer: &mut Answer) -> Result<Rc<Scope>, BlockError> {
    let scope = Rc::new(Scope::described(items)?);
    let slug = scope.stage.slug();
    answer.byte(SUFFIX);
    answer.text(u8::from(can_meet(slug)), slug);
    held(|core| {
        if let Some(known) = core.at(handle) {
            known.scope = Some(Rc::clone(&scope));
        }
        Ok(())
    })?;
    Ok(scope)
}

/// Has the guard look at what was decided, and tells the host.
fn pass_on(
    asked: &Asked<'_>,
    request: &Request<'_>,
    outcome: &Outcome<'_>,
    scope: &Scope,
    answer: &mut Answer,
) -> Result<(), BlockError> {
    if outcome.shared && !asked.shared {
        let kind = outcome.declaration.kind.as_str();
        return Err(BlockError::new(Code::OptionInvalid, Message::ShareUnbound).with(kind));
    }
    let mut generic = if asked.adopt.unwrap_or(scope.adopt) {
        generic_name(outcome, request.prefix)
    } else {
        None
    };
    let mut mismatch = scope.mismatch.as_deref();
    held(|core| {
        let run = core.run(scope.run)?;
        run.ledger.declare(&outcome.declaration)?;
        for class in asked.inner.iter().flat_map(|inner| &inner.may_go) {
            if !run.may_go.iter().any(|known| known == class) {
                run.may_go.push((*class).to_owned());
            }
        }
        // Each once.
        generic = generic.take().filter(|_| !run.generic);
        mismatch = mismatch.filter(|_| !run.mismatch);
        run.generic |= generic.is_some();
        run.mismatch |= mismatch.is_some();
        Ok(())
    })?;
    deliver(outcome, asked, request, answer);
    if let Some(variable) = mismatch {
        answer.refusal(WARNING, &stage_mismatch(variable, scope.stage.raw()));
    }
    if let Some(warning) = generic {
        answer.refusal(WARNING, &warning);
    }
    Ok(())
}

/// Tells the host what to call Alchemy's function with, in the order of its `deliver`.
fn deliver(outcome: &Outcome<'_>, asked: &Asked<'_>, request: &Request<'_>, answer: &mut Answer) {
    let Outcome { declaration, class, dlq, retain, shared } = outcome;
    let naming = declaration.kind.naming();
    let other = if *shared { SHARED.wrapping_sub(PREFIX) } else { END };
    let plain = is_plain(declaration, request);
    answer.bytes([CALL, other, u8::from(plain), naming.len() as u8]);
    for key in naming {
        answer.byte(*key as u8);
    }
    if !plain {
        answer.text(0, declaration.name);
    }
    answer.option(Key::ClassName, *class);
    answer.option(Key::Dlq, *dlq);
    // An object stood for the script, and Alchemy wants its name.
    answer.option(Key::ScriptName, asked.inner_script());
    if *retain {
        answer.no(Key::Delete as u8);
    }
}

/// Whether the name is just the id and the end of the names in the scope: then the host joins the two,
/// which is cheaper than to decode the whole.
fn is_plain(declaration: &Declaration<'_>, request: &Request<'_>) -> bool {
    matches!(request.stage, StageOption::Resolved)
        && request.explicit.or(request.prefix).or(request.share).is_none()
        && declaration.base.is_some_and(|base| declaration.shows(base))
}

macro_rules! blocks {
    ($($kind:ident $export:ident $js:literal;)*) => {$(
        #[wasm_bindgen(js_name = $js, variadic)]
        pub fn $export(args: Array) -> JsValue {
            finish(block(Kind::$kind, args), AT.get())
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
struct Arguments<'a> {
    values: Vec<Value<'a>>,
    /// The same, and what lies in those that are lists.
    items: Items<'a>,
}

impl<'a> Arguments<'a> {
    fn of(record: &'a [u8]) -> Result<Self, BlockError> {
        let items = Items::of(record);
        let mut rest = items.clone();
        let mut values = Vec::new();
        for (tag, value) in &mut rest {
            if tag == 0 {
                values.push(value);
            }
        }
        rest.check_end()?;
        Ok(Self { values, items })
    }

    fn get(&self, at: usize) -> Value<'a> {
        self.values.get(at).copied().unwrap_or(Value::UNDEFINED)
    }

    /// Text of a caller of ours; anything else counts as empty.
    fn word(&self, at: usize) -> &'a str {
        self.get(at).word()
    }

    /// The kind and the stage that a name is asked for, the first argument and the third.
    #[inline(never)]
    fn kind_and_stage(&self) -> Result<(Kind, Stage), BlockError> {
        let kind = Kind::parse(required(&self.get(0), Code::ArgumentInvalid, "the kind")?)?;
        Ok((kind, self.stage(2)?))
    }

    #[inline(never)]
    fn stage(&self, at: usize) -> Result<Stage, BlockError> {
        Stage::new(required(&self.get(at), Code::StageInvalid, THE_STAGE)?)
    }
}

fn required<'a>(value: &Value<'a>, code: Code, what: &str) -> Result<&'a str, BlockError> {
    checked(value, code, what)?.ok_or_else(|| {
        BlockError::new(Code::ArgumentInvalid, Message::TextMissing)
            .with(what)
            .with(value.sort_number())
    })
}

type Act<'a> = &'a dyn Fn(&Arguments<'_>, &mut Answer) -> Result<(), BlockError>;

#[inline(never)]
fn with(act: Act<'_>, args: Array) -> Array {
    if !BEGUN.get() {
        begin();
    }
    answer(pack(&args), REFUSAL, &|record, answer, _| act(&Arguments::of(record)?, answer));
    args
}

macro_rules! exports {
    ($($act:ident $export:ident $js:literal;)*) => {$(
        #[wasm_bindgen(js_name = $js, variadic)]
        pub fn $export(args: Array) -> JsValue {
            finish(with(&$act, args), AT.get())
        }
    )*};
}

exports! {
    name_of physical_name_js "physicalName";
    names_of physical_names_js "physicalNames";
    slug_of stage_slug_js "stageSlug";
}

fn name_of(given: &Arguments<'_>, answer: &mut Answer) -> Result<(), BlockError> {
    let (kind, stage) = given.kind_and_stage()?;
    let mut name = String::new();
    push_name_of(&mut name, kind, &given.get(1), "the base name", &stage)?;
    answer.one(&name);
    Ok(())
}

/// All names in one text: none of them may have the control character that separates them.
fn names_of(given: &Arguments<'_>, answer: &mut Answer) -> Result<(), BlockError> {
    let (kind, stage) = given.kind_and_stage()?;
    let bases = given.get(1);
    if !bases.is(ARRAY) {
        return Err(
            BlockError::new(Code::ArgumentInvalid, Message::BasesInvalid).with(bases.sort_number())
        );
    }
    let mut names = String::new();
    for (_, base) in given.items.clone().filter(|(tag, _)| *tag == VALUE) {
        if !names.is_empty() {
            push_ascii(&mut names, 0);
        }
        push_name_of(&mut names, kind, &base, "a base name", &stage)?;
    }
    answer.byte(if names.is_empty() { LIST } else { NAMES });
    if !names.is_empty() {
        answer.text(0, &names);
    }
    Ok(())
}

#[inline(never)]
fn push_name_of(
    out: &mut String,
    kind: Kind,
    base: &Value<'_>,
    what: &str,
    stage: &Stage,
) -> Result<(), BlockError> {
    push_name(out, kind, required(base, Code::BaseInvalid, what)?, stage)
}

fn slug_of(given: &Arguments<'_>, answer: &mut Answer) -> Result<(), BlockError> {
    answer.one(given.stage(0)?.slug());
    Ok(())
}

#[wasm_bindgen(js_name = resolveStage, variadic)]
pub fn resolve_stage(args: Array) -> JsValue {
    finish(with_stage(args), AT.get())
}

#[inline(never)]
fn with_stage(args: Array) -> Array {
    if !BEGUN.get() {
        begin();
    }
    answer(describe(), REFUSAL, &|record, answer, _| {
        let scope = Scope::described(Items::of(record))?;
        scope.check_chosen()?;
        answer.one(scope.stage.raw());
        Ok(())
    });
    args
}

/// The version of the crate, which is that of the package. It asks nothing and cannot be refused,
/// so it needs no record.
#[wasm_bindgen]
pub fn version() -> JsValue {
    serde_wasm_bindgen::to_value(env!("CARGO_PKG_VERSION")).unwrap_or_default()
}

// --- What the state holds -----------------------------------------------------------------------

/// What a question is about: the arguments behind the handle of a scope, by a caller of ours.
struct Subject<'a> {
    id: &'a str,
    /// By the type that Alchemy's state names; `None` for others.
    kind: Option<Kind>,
    /// The physical name.
    name: &'a str,
    jurisdiction: &'a str,
}

impl<'a> Subject<'a> {
    #[inline(never)]
    fn of(given: &Arguments<'a>) -> Self {
        Self {
            id: given.word(1),
            kind: Kind::of_resource(given.word(2)),
            name: given.word(3),
            jurisdiction: given.word(4),
        }
    }
}

/// A question about a scope.
struct Question<'a> {
    subject: Subject<'a>,
    scope: &'a Scope,
    /// What the run of the scope has declared.
    ledger: &'a mut Ledger,
    answer: &'a mut Answer,
}

type Ask = fn(Question<'_>) -> Result<(), BlockError>;

/// Where no block was used in the scope, it is not known, and there is no answer.
#[inline(never)]
fn with_scope(ask: Ask, args: Array) -> Array {
    let act = |given: &Arguments<'_>, answer: &mut Answer| {
        held(|core| {
            let Some(scope) = core.scope(given.get(0).number()) else { return Ok(()) };
            let ledger = &mut core.run(scope.run)?.ledger;
            ask(Question { subject: Subject::of(given), scope: &scope, ledger, answer })
        })
    };
    with(&act, args)
}

macro_rules! questions {
    ($($ask:ident $export:ident $js:literal;)*) => {$(
        #[wasm_bindgen(js_name = $js, variadic)]
        pub fn $export(args: Array) -> JsValue {
            finish(with_scope($ask, args), AT.get())
        }
    )*};
}

questions! {
    hold hold_row "holdRow";
    check_again recheck "recheck";
    declared declared_js "declared";
    note_kept note_kept_js "noteKept";
}

exports! {
    chosen chosen_js "chosen";
    judged_left judge_left "judgeLeft";
}

/// Notes a row of a scope's state.
fn hold(Question { subject, scope, ledger, .. }: Question<'_>) -> Result<(), BlockError> {
    let Subject { id, kind: Some(kind), name, jurisdiction } = subject else { return Ok(()) };
    let identity = Identity { scope: &scope.path, id, jurisdiction };
    ledger.hold(kind, identity, name, scope.stage.slug());
    Ok(())
}

/// Asks the guard again about what this run declared in a scope as an id, now that the rows are
/// known.
fn check_again(Question { subject, scope, ledger, .. }: Question<'_>) -> Result<(), BlockError> {
    ledger.recheck_all(&scope.path, subject.id)
}

/// What a block has declared in a scope, by id and type: the name, the jurisdiction, `onRename`, the
/// stage, the same once more where it is protected, and the options that have the name; nothing for
/// others.
fn declared(Question { subject, scope, ledger, answer }: Question<'_>) -> Result<(), BlockError> {
    let found = subject.kind.and_then(|kind| ledger.declared(&scope.path, subject.id, kind));
    let Some(Declaration { kind, name, identity, on_rename, stage, protects, .. }) = found else {
        return Ok(());
    };
    answer.byte(LIST);
    let protected = if protects { stage } else { "" };
    for text in [name, identity.jurisdiction, on_rename.as_str(), stage, protected] {
        answer.text(0, text);
    }
    for key in kind.naming() {
        answer.text(0, key.as_str());
    }
    Ok(())
}

/// Notes that what a block has declared in a scope, by id and type, keeps its deployed name.
fn note_kept(Question { subject, scope, ledger, .. }: Question<'_>) -> Result<(), BlockError> {
    if let Some(kind) = subject.kind {
        ledger.note_kept(&scope.path, subject.id, kind);
    }
    Ok(())
}

/// What was chosen for a workflow that would have another name, or for a class whose storage would go:
/// the handle of the root scope, the name of the workflow or the class, and the type of the binding.
///
/// A Worker may lie in a scope of its own, where no block was called: the run is what counts.
fn chosen(given: &Arguments<'_>, answer: &mut Answer) -> Result<(), BlockError> {
    let name = given.word(1);
    held(|core| {
        let run = core.run(given.get(0).number())?;
        let chosen = if Binding::kind(given.word(2)) == Kind::Workflow {
            run.ledger.named(Kind::Workflow, name, "").map(|declared| declared.on_rename)
        } else {
            let may_go = run.may_go.iter().any(|known| known == name);
            may_go.then_some(OnRename::Replace)
        };
        answer.one(chosen.unwrap_or_default().as_str());
        Ok(())
    })
}

/// Decides whether Alchemy may delete what a row holds, as an orphan: the handle of the root scope, the
/// row, whether the program deletes what is declared in the row's scope, and the names of that scope's
/// chain.
fn judged_left(given: &Arguments<'_>, _: &mut Answer) -> Result<(), BlockError> {
    let Subject { id, kind: Some(kind), name, jurisdiction } = Subject::of(given) else {
        return Ok(());
    };
    let mut path = String::new();
    for scope in given.values.get(6..).unwrap_or_default() {
        push_scope(&mut path, scope.word());
    }
    let row = Identity { scope: &path, id, jurisdiction };
    held(|core| {
        let run = core.run(given.get(0).number())?;
        run.ledger.judge_left(kind, row, name, given.get(5).is_truthy())
    })
}
