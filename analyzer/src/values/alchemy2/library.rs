//! What is known of the modules of Alchemy 2 and of Effect.

use std::rc::Rc;

use alch_blocks::{Kind, unmodelled2};

use super::{Effect, Operator};
use crate::values::eval::{Eval, LONGEST};
use crate::values::hosts::host_block;
use crate::values::library::settings_of;
use crate::values::logic::truth;
use crate::values::{Known, Part, Settings, Value};
use crate::version::Version;

/// A function or a service that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    /// `Alchemy.Stack`: makes a stack, and gives the one that runs.
    Stack,
    /// `Stack.use`, and `Stack.useSync`, which gives what its function gives.
    StackUse,
    StackUseSync,
    StackName,
    Stage,
    Adopt,
    Push,
    /// `RemovalPolicy.retain` and `RemovalPolicy.destroy`.
    Retain,
    Destroy,
    /// It changes nothing that a declaration has: `remote`.
    Decorate,
    /// `renamedFrom`: the id that the resource had.
    RenamedFrom,
    /// A Worker of a framework, whose options may be left out.
    Site,
    /// `Workers.WorkerRoute`.
    WorkerRoute,
    /// `D1.Database.ref`: what another stage or stack declares.
    Ref,
    CreateBlocks,
    /// `thrifty` of the blocks, which takes options or an effect of them.
    Thrifty,
    Pipe,
    Gen,
    Fn,
    Succeed,
    Sync,
    Suspend,
    All,
    ForEach,
    Map,
    AndThen,
    Tap,
    As,
    Provide,
    /// `Effect.runPromise` and its relatives.
    Run,
    /// `Config.string`: a variable of the environment.
    Variable,
    WithDefault,
}

/// The root of a library's paths, or of one of its modules.
pub(crate) fn space_of(source: &str) -> Option<String> {
    let dotted = |root: &str, rest: &str| format!("{root}{}", rest.replace('/', "."));
    for cloudflare in ["alchemy/Cloudflare", "@alchemy.run/cloudflare"] {
        match source.strip_prefix(cloudflare) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                return Some(dotted("Cloudflare", rest));
            }
            _ => {}
        }
    }
    if source == "@alch/blocks/v2" {
        return Some("Blocks".to_owned());
    }
    if let Some(module) = source.strip_prefix("alchemy/") {
        // 0.94 has lower-case modules only.
        return module
            .starts_with(|c: char| c.is_ascii_uppercase())
            .then(|| dotted("Alchemy.", module));
    }
    let is_effect = source == "effect" || source.starts_with("effect/");
    (is_effect || source.starts_with("@effect/")).then(|| dotted("", source))
}

/// A member of a module, a namespace, or something in it.
pub(crate) fn member_of(path: &str, key: &str) -> Value {
    if key == "default" {
        return Value::Space(Rc::from(path));
    }
    let path = format!("{path}.{key}");
    constructor(&path)
        .or_else(|| block(&path))
        .or_else(|| api(&path).map(Value::Api))
        .unwrap_or_else(|| Value::Space(Rc::from(path)))
}

/// A member of what Alchemy 2 or Effect has.
pub(crate) fn lazy_member(object: &Value, key: &str) -> Value {
    match object {
        Value::Space(path) => member_of(path, key),
        Value::Api(Api::Stack) if key == "use" => Value::Api(Api::StackUse),
        Value::Api(Api::Stack) if key == "useSync" => Value::Api(Api::StackUseSync),
        Value::Raw(..) if key == "ref" => Value::Api(Api::Ref),
        Value::Raw(..) => member_of("Alchemy.Resource", key),
        _ => Value::Method(Rc::new(object.clone()), key.to_owned()),
    }
}

fn constructor(path: &str) -> Option<Value> {
    let name = path.strip_prefix("Cloudflare.")?;
    if matches!(name, "WorkerRoute" | "Workers.WorkerRoute") {
        return Some(Value::Api(Api::WorkerRoute));
    }
    let kind = Kind::of_constructor(name)?;
    let is_site = kind == Kind::Worker && !name.ends_with("Worker");
    Some(if is_site { Value::Api(Api::Site) } else { Value::Raw(kind, Version::V2) })
}

/// What makes something of no kind.
pub(in crate::values) fn passed_over(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix("Cloudflare.")?;
    unmodelled2().map(|(known, _)| known).find(|known| *known == name)
}

fn block(path: &str) -> Option<Value> {
    let settings = Settings { version: Version::V2, ..Settings::default() };
    match block_of(&Rc::new(settings), path.strip_prefix("Blocks.")?) {
        Value::Nil => None,
        block => Some(block),
    }
}

fn block_kind(name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.spec().alchemy2.block == name)
}

/// A block of a set that `createBlocks` has made.
pub(crate) fn block_of(settings: &Rc<Settings>, key: &str) -> Value {
    match block_kind(key) {
        Some(kind) => Value::Block(kind, Rc::clone(settings)),
        None if key == "thrifty" => Value::Api(Api::Thrifty),
        None => {
            host_block(key).map_or(Value::Nil, |host| Value::Host(host, Some(Rc::clone(settings))))
        }
    }
}

fn api(path: &str) -> Option<Api> {
    // `alchemy/Stack` has `Stack`, which `alchemy` has too.
    let path = path.strip_prefix("Alchemy.Stack.").map_or(path, |inside| match inside {
        "Stack" => "Alchemy.Stack",
        "StackName" => "Alchemy.StackName",
        _ => path,
    });
    Some(match path {
        "Alchemy.Stack" => Api::Stack,
        "Alchemy.StackName" => Api::StackName,
        "Alchemy.Stage" | "Alchemy.Stage.Stage" => Api::Stage,
        "Alchemy.adopt" | "Alchemy.AdoptPolicy.adopt" => Api::Adopt,
        "Alchemy.push" | "Alchemy.Namespace.push" => Api::Push,
        "Alchemy.renamedFrom" | "Alchemy.Rename.renamedFrom" => Api::RenamedFrom,
        "Alchemy.RemovalPolicy.retain" => Api::Retain,
        "Alchemy.RemovalPolicy.destroy" => Api::Destroy,
        "Alchemy.remote" | "Alchemy.ProviderMode.remote" => Api::Decorate,
        "Blocks.createBlocks" => Api::CreateBlocks,
        "Blocks.thrifty" => Api::Thrifty,
        "effect.pipe" | "effect.Function.pipe" => Api::Pipe,
        "effect.Config.string"
        | "effect.Config.String"
        | "effect.Config.nonEmptyString"
        | "effect.Config.NonEmptyString" => Api::Variable,
        "effect.Config.withDefault" => Api::WithDefault,
        _ => return effect_api(path.strip_prefix("effect.Effect.")?),
    })
}

fn effect_api(name: &str) -> Option<Api> {
    Some(match name {
        "gen" => Api::Gen,
        "fn" | "fnUntraced" => Api::Fn,
        "succeed" => Api::Succeed,
        "sync" => Api::Sync,
        "suspend" => Api::Suspend,
        "all" => Api::All,
        "forEach" => Api::ForEach,
        "map" => Api::Map,
        "andThen" | "flatMap" => Api::AndThen,
        "tap" => Api::Tap,
        "as" => Api::As,
        "provide" => Api::Provide,
        _ if name.starts_with("run") => Api::Run,
        _ => return None,
    })
}

/// The functions of `Effect` that give what the effect in their arguments gives.
pub(super) fn keeps(path: &str) -> bool {
    let name = path.strip_prefix("effect.Effect.").unwrap_or_default();
    let groups = ["provide", "catch", "tap", "annotate", "with"];
    groups.iter().any(|group| name.starts_with(group))
        || matches!(
            name,
            "orDie" | "retry" | "timeout" | "scoped" | "mapError" | "uninterruptible" | "ensuring"
        )
}

impl<'p> Eval<'p> {
    pub(in crate::values) fn call_api(&mut self, api: Api, args: Vec<Value>) -> Value {
        let first = args.first().cloned().unwrap_or(Value::Nil);
        let gives = |value| Value::effect(Effect::Gives(value));
        match api {
            Api::Stack | Api::Stage | Api::StackName | Api::Site | Api::WorkerRoute => {
                Value::unknown("it is made in a way that is not followed")
            }
            Api::StackUseSync => piped(Value::Api(Api::Stack), Operator::Map(first)),
            Api::StackUse => piped(Value::Api(Api::Stack), Operator::AndThen(first)),
            Api::Adopt => Value::Operator(Rc::new(Operator::Adopt(first))),
            Api::Retain => Value::Operator(Rc::new(Operator::Delete(deletes(&first)))),
            Api::Destroy => Value::Operator(Rc::new(Operator::Delete(Value::Bool(true)))),
            Api::Decorate => Value::Operator(Rc::new(Operator::Keep(Vec::new()))),
            Api::RenamedFrom => {
                let ids = args.iter().map(|arg| self.heap.copy(arg)).collect();
                Value::Operator(Rc::new(Operator::RenamedFrom(ids)))
            }
            Api::Ref => gives(Value::Space(Rc::from("ref"))),
            Api::CreateBlocks => {
                let settings = settings_of(args.first());
                Value::Blocks(Rc::new(Settings { version: Version::V2, ..settings }))
            }
            Api::Thrifty => piped(first, Operator::Map(Value::Known(Known::Thrifty))),
            Api::Pipe => self.pipe(first, args.get(1..).unwrap_or_default()),
            Api::Gen => called(&args, Vec::new(), false),
            Api::Fn if matches!(first, Value::Text(_)) => Value::Api(Api::Fn),
            Api::Fn => Value::Method(Rc::new(first), EFFECT_FN.to_owned()),
            Api::Succeed => gives(first),
            Api::Sync => called(&args, Vec::new(), false),
            Api::Suspend => called(&args, Vec::new(), true),
            Api::All => Value::effect(Effect::All(first)),
            Api::ForEach => self.for_each(&args),
            Api::Run => self.run(&first),
            Api::Variable => match first.known_text() {
                Some(name) => gives(Value::Text(vec![Part::Env(name, None)])),
                None => gives(Value::unknown("a variable is read by a computed name")),
            },
            Api::Push => operated(args, Operator::Push, true),
            Api::Map => operated(args, Operator::Map, false),
            Api::AndThen => operated(args, Operator::AndThen, false),
            Api::Tap => operated(args, Operator::Tap, false),
            Api::As => operated(args, Operator::As, false),
            Api::WithDefault => operated(args, Operator::Default, false),
            Api::Provide => operated(args, |layer| Operator::Keep(vec![layer]), false),
        }
    }

    /// `x.pipe(f, g)`.
    pub(in crate::values) fn pipe(&mut self, value: Value, through: &[Value]) -> Value {
        through.iter().fold(value, |value, next| self.call_value(next, vec![value]))
    }

    fn for_each(&mut self, args: &[Value]) -> Value {
        let [list, each, ..] = args else { return Value::Space(Rc::from("effect.Effect.forEach")) };
        let elements = match list {
            Value::Array(list) if list.len() <= LONGEST => list.to_vec(),
            _ => vec![Value::unknown("it is taken from a list that is not known")],
        };
        let call = |(index, element): (usize, Value)| {
            self.call_value(each, vec![element, Value::text(index.to_string())])
        };
        let effects: Vec<_> = elements.into_iter().enumerate().map(call).collect();
        Value::effect(Effect::All(Value::Array(Rc::new(effects))))
    }
}

/// The method of a function that makes it one that gives effects.
pub(in crate::values) const EFFECT_FN: &str = "*effect*";

/// An effect of the last function among some values.
pub(in crate::values) fn called(values: &[Value], args: Vec<Value>, runs: bool) -> Value {
    let closure = values.iter().rev().find_map(|value| match value {
        Value::Func(closure) => Some(Rc::clone(closure)),
        _ => None,
    });
    match closure {
        Some(closure) => Value::effect(Effect::Call(closure, args, runs)),
        None => Value::unknown("it comes from a function that was not read"),
    }
}

pub(in crate::values) fn piped(inner: Value, operator: Operator) -> Value {
    Value::effect(Effect::Piped(inner, operator))
}

/// Whether a stage deletes what `retain` is called with: a flag, or an effect of one.
fn deletes(retain: &Value) -> Value {
    match retain {
        Value::Nil => Value::Bool(false),
        Value::Bool(retain) => Value::Bool(!retain),
        Value::Effect(_) => Value::unknown("an effect says whether it is retained"),
        other => Value::Test(Rc::new(truth(other).not())),
    }
}

/// An operator, applied if the effect is among the arguments: as the first one, or the last one.
fn operated(args: Vec<Value>, operator: impl FnOnce(Value) -> Operator, is_last: bool) -> Value {
    let mut args = args.into_iter();
    match (args.next(), args.next()) {
        (Some(operand), Some(effect)) if is_last => piped(effect, operator(operand)),
        (Some(effect), Some(operand)) => piped(effect, operator(operand)),
        (operand, _) => Value::Operator(Rc::new(operator(operand.unwrap_or(Value::Nil)))),
    }
}
