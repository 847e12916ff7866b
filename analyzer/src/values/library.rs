//! What is known of Alchemy, of the blocks and of the language.

use std::rc::Rc;

use alch_blocks::Kind;

use super::alchemy2::member_of;
use super::conditions::{answered, tidy};
use super::eval::{App, Eval, Kept, NameCall, Release};
use super::flow::Leave;
use super::hosts::{host_block, hostname, raw_host};
use super::text::dash;
use super::{Known, Library, Object, Part, Settings, Value, join, known};
use crate::syntax::facts::{Call, Expr, Key, Prop};
use crate::version::Version;

impl<'p> Eval<'p> {
    pub(super) fn call_known(
        &mut self,
        known: Known,
        file: usize,
        call: &Call,
        args: Vec<Value>,
    ) -> Value {
        let first = args.first().cloned().unwrap_or(Value::Nil);
        match known {
            Known::Alchemy => self.call_alchemy(file, call, &args),
            Known::Run => self.call_run(first, &args),
            Known::GetScope => self.current_scope(),
            Known::CreateBlocks => self.create_blocks(file, call, &first),
            Known::PhysicalName => self.physical_name(file, call, &args),
            Known::Hostname => hostname(&args),
            Known::StageSlug => match &first {
                Value::Text(parts) if parts.as_slice() == [Part::Stage] => {
                    Value::Text(vec![Part::Slug])
                }
                Value::Text(parts) => match known_slug(parts) {
                    Some(slug) => Value::text(slug),
                    None => Value::Text(parts.clone()),
                },
                _ => Value::unknown("the stage is not known"),
            },
            Known::ResolveStage => Value::Text(vec![Part::Stage]),
            Known::Thrifty => thrifty(&self.heap.copy(&first)),
            Known::EnvGet => known_member(Known::Env, &first.known_text().unwrap_or_default()),
            Known::PromiseAll | Known::Same => first,
            Known::Exit => {
                self.stop(Leave::Exit);
                Value::Nil
            }
            Known::ResourceClass => self.custom_resource(&args),
            Known::MapClass => map_of(&first),
            Known::ObjectEntries => listed(&first, |key, value| {
                Value::Array(Rc::new(vec![Value::text(key), value.clone()]))
            }),
            Known::ObjectKeys => listed(&first, |key, _| Value::text(key)),
            Known::ObjectValues => listed(&first, |_, value| value.clone()),
            Known::SetClass => match first {
                Value::Array(list) => Value::Array(Rc::new(list.to_vec())),
                Value::Nil => Value::Array(Rc::default()),
                _ => Value::unknown("the elements of a `Set` are not known"),
            },
            Known::ObjectAssign => self.assign_all(&args),
            Known::ScopeClass
            | Known::Process
            | Known::Argv(_)
            | Known::Env
            | Known::Promise
            | Known::ObjectClass => {
                self.call_all(&args);
                Value::unknown("it comes from a function that was not read")
            }
        }
    }

    /// `createBlocks(options)`.
    fn create_blocks(&mut self, file: usize, call: &Call, options: &Value) -> Value {
        let options = self.heap.copy(options);
        if let Value::Object(object) = &options {
            let (ids, classes) = (object.get("release"), object.get("deleteClasses"));
            if ids != Value::Nil || classes != Value::Nil {
                let (at, app) = (call.args_at.first().copied().unwrap_or(call.at), self.app);
                let when = tidy(answered(self.conds.clone()));
                self.releases.push(Release { file, at, app, ids, classes, when });
            }
        }
        Value::Blocks(Rc::new(settings_of(Some(&options))))
    }

    /// `alchemy(name, options)`.
    fn call_alchemy(&mut self, file: usize, call: &Call, args: &[Value]) -> Value {
        let name = args.first().unwrap_or(&Value::Nil).parts();
        let options = args.get(1).unwrap_or(&Value::Nil);
        let stage = self.given_stage(file, call, options);
        let adopt = option_of(options, "adopt");
        let kept = self.kept(file, &option_of(options, "stateStore"));
        let (at, version) = (call.callee_at, Version::V0);
        let app = App { file, at, version, name, stage, adopt, kept, store: None };
        let index = self.apps.iter().position(|known| *known == app);
        self.app = Some(index.unwrap_or_else(|| {
            self.apps.push(app);
            self.apps.len().saturating_sub(1)
        }));
        for body in args.iter().filter(|arg| matches!(arg, Value::Func(_))) {
            self.call_value(body, vec![Value::Root]);
        }
        Value::Root
    }

    /// Where the store comes from: commands that read the state load a module by its default export.
    fn kept(&mut self, file: usize, store: &Value) -> Kept {
        let cases: Vec<Value> = store.cases().into_iter().map(|(_, case)| case).collect();
        let given: Vec<&Value> = cases.iter().filter(|case| **case != Value::Nil).collect();
        if given.is_empty() {
            return Kept::Files;
        }
        if given.iter().any(|case| matches!(case, Value::Unknown(_))) {
            return Kept::Elsewhere;
        }
        let made_in = given.iter().filter_map(|case| match case {
            Value::Func(closure) => Some(closure.file),
            _ => None,
        });
        let places: Vec<usize> = made_in.chain(self.static_imports(file)).collect();
        let is_store =
            |exported: Value| exported == *store || given.iter().all(|one| **one == exported);
        let module = places
            .into_iter()
            .find(|place| self.exported(*place, "default", &mut Vec::new()).is_some_and(is_store));
        module.map_or(Kept::Elsewhere, Kept::Module)
    }

    /// The option `stage` of `alchemy()`. Alchemy takes it even if it is `undefined`, but not if it is
    /// left out.
    fn given_stage(&self, file: usize, call: &Call, options: &Value) -> Option<Value> {
        let stage = option_of(options, "stage");
        let is_in_place = self.facts(file).is_some_and(|facts| {
            let options = call.args.get(1).map(|at| facts.expr(*at));
            matches!(options, Some(Expr::Object(props)) if props.iter().any(is_stage))
        });
        let is_given = is_in_place
            || matches!(options, Value::Object(object) if object.props.iter().any(|(key, _)| key == "stage"));
        match &stage {
            Value::Nil => is_given.then_some(stage),
            Value::OneOf(_) if !is_in_place => Some(stage.map(|case| match case {
                Value::Nil => Value::unknown("the option `stage` may be left out"),
                case => case.clone(),
            })),
            _ => Some(stage),
        }
    }

    /// `Resource(type, handler)`.
    fn custom_resource(&mut self, args: &[Value]) -> Value {
        let handler = args.iter().find_map(|arg| match arg {
            Value::Func(closure) => Some(Rc::clone(closure)),
            _ => None,
        });
        let Some(closure) = handler else {
            return Value::unknown("it comes from a custom resource that was not read");
        };
        self.custom.insert((closure.file, closure.function));
        Value::Custom(closure)
    }

    /// `scope.run(body)`: what is in the body is in that scope, wherever it stands.
    pub(super) fn run_in(&mut self, scope: &Value, args: &[Value]) -> Value {
        let depth = if let Value::Scope(depth) = scope { *depth } else { 0 };
        let inner = self.scope.split_off(depth.min(self.scope.len()));
        let in_root = self.in_root;
        self.in_root = *scope == Value::Root || (in_root && depth > 0);
        let mut value = Value::Nil;
        for body in args.iter().filter(|arg| matches!(arg, Value::Func(_))) {
            value = self.call_value(body, vec![scope.clone()]);
        }
        self.in_root = in_root;
        self.scope.extend(inner);
        value
    }

    /// `alchemy.run(id, body)`.
    fn call_run(&mut self, id: Value, args: &[Value]) -> Value {
        self.scope.push(id);
        let scope = Value::Scope(self.scope.len());
        let mut value = Value::Nil;
        for body in args.iter().skip(1).filter(|arg| matches!(arg, Value::Func(_))) {
            value = self.call_value(body, vec![scope.clone()]);
        }
        self.scope.pop();
        value
    }

    pub(super) fn physical_name(&mut self, file: usize, call: &Call, args: &[Value]) -> Value {
        let [kind, base, stage, ..] = args else {
            return Value::unknown("`physicalName` lacks an argument");
        };
        let kind = kind.known_text().and_then(|kind| Kind::parse(&kind));
        let Some(kind) = kind else { return Value::unknown("the kind is not known") };
        let at = call.at;
        base.map(|base| {
            let Some(base) = base.known_text() else {
                return match base {
                    Value::Text(parts) => {
                        Value::Text(join([parts.clone(), dash(), vec![Part::Slug]]))
                    }
                    _ => Value::unknown("the base name is not known"),
                };
            };
            let call = NameCall { file, at, kind, base: base.clone() };
            if !self.names.contains(&call) {
                self.names.push(call);
            }
            match stage {
                Value::Text(parts) if parts.as_slice() == [Part::Stage] => {
                    Value::Text(vec![Part::Law(kind, base)])
                }
                Value::Text(parts) => match known(parts) {
                    Some(stage) => match alch_blocks::physical_name(kind, &base, &stage) {
                        Ok(name) => Value::text(name),
                        Err(error) => Value::unknown(error.to_string()),
                    },
                    None => Value::Text(join([vec![Part::Text(base)], dash(), parts.clone()])),
                },
                _ => Value::unknown("the stage is not known"),
            }
        })
    }
}

/// An option of `alchemy()`, whose second argument may be a function as well.
fn option_of(options: &Value, key: &str) -> Value {
    options.map(|case| match case {
        Value::Object(object) => object.get(key),
        Value::Unknown(reason) => Value::unknown(reason.clone()),
        _ => Value::Nil,
    })
}

fn is_stage(prop: &Prop) -> bool {
    matches!(&prop.key, Key::Name(name) if name == "stage")
}

/// `Object.entries` and its relatives.
fn listed(object: &Value, one: impl Fn(&str, &Value) -> Value) -> Value {
    let props = match object {
        Value::Object(object) => object.listed(),
        _ => None,
    };
    match props {
        Some(props) => {
            Value::Array(Rc::new(props.into_iter().map(|(key, value)| one(key, value)).collect()))
        }
        None => Value::unknown("the keys of an object are not known"),
    }
}

/// `new Map([[key, value], …])`.
fn map_of(entries: &Value) -> Value {
    let entries = match entries {
        Value::Array(entries) => Rc::clone(entries),
        Value::Nil => Rc::default(),
        _ => return Value::unknown("the entries of a `Map` are not known"),
    };
    let mut object = Object::default();
    for entry in entries.iter() {
        match entry {
            Value::Array(pair) => match pair.first().and_then(Value::known_text) {
                Some(key) => object.set(&key, pair.get(1).cloned().unwrap_or(Value::Nil)),
                None => object.open = Some("a key of a `Map` is computed".to_owned()),
            },
            _ => object.open = Some("an entry of a `Map` is not known".to_owned()),
        }
    }
    Value::Map(Rc::new(object))
}

/// The options of a Worker as `thrifty` gives them, as far as anybody asks.
pub(super) fn thrifty(options: &Value) -> Value {
    options.map(|case| match case {
        Value::Object(object) => {
            let mut object = (**object).clone();
            object.set("crons", Value::Array(Rc::default()));
            Value::Object(Rc::new(object))
        }
        other => other.clone(),
    })
}

pub(super) fn known_slug(parts: &[Part]) -> Option<String> {
    alch_blocks::stage_slug(&known(parts)?).ok()
}

pub(super) fn settings_of(options: Option<&Value>) -> Settings {
    let Some(Value::Object(object)) = options else { return Settings::default() };
    let prefix = match object.get("prefix") {
        Value::Nil => None,
        value => Some(value.parts()),
    };
    let protect = match object.get("protect") {
        Value::Array(list) => list.iter().map(Value::known_text).collect(),
        _ => None,
    };
    let region = object.get("region").known_text();
    let (bare, preview_domain) = (object.get("bare"), object.get("previewDomain"));
    Settings { version: Version::V0, prefix, region, protect, bare, preview_domain }
}

pub(super) fn known_member(known: Known, key: &str) -> Value {
    match (known, key) {
        (Known::Alchemy, "run") => Value::Known(Known::Run),
        (Known::Alchemy, "scope") | (Known::ScopeClass, "root") => Value::Root,
        (Known::Alchemy, "env") => Value::Known(Known::Env),
        (Known::ScopeClass, "getScope") => Value::Known(Known::GetScope),
        (Known::Process, "env") => Value::Known(Known::Env),
        (Known::Process, "exit") => Value::Known(Known::Exit),
        (Known::Process, "argv") => Value::Known(Known::Argv(0)),
        (Known::Process, "default") => Value::Known(Known::Process),
        (Known::EnvGet, "get") => Value::Known(Known::EnvGet),
        (Known::Env, key) => Value::Text(vec![Part::Env(key.to_owned(), None)]),
        (Known::ObjectClass, "assign") => Value::Known(Known::ObjectAssign),
        (Known::ObjectClass, "entries") => Value::Known(Known::ObjectEntries),
        (Known::ObjectClass, "keys") => Value::Known(Known::ObjectKeys),
        (Known::ObjectClass, "values") => Value::Known(Known::ObjectValues),
        (Known::Promise, "all") => Value::Known(Known::PromiseAll),
        (Known::Promise, "resolve") | (Known::ObjectClass, "freeze") => Value::Known(Known::Same),
        _ => Value::unknown(format!("nothing is known of `{key}`")),
    }
}

pub(super) fn library_member(library: Library, key: &str) -> Option<Value> {
    Some(match (library, key) {
        (Library::Alchemy, "default" | "alchemy") => Value::Known(Known::Alchemy),
        (Library::Alchemy, "Resource") => Value::Known(Known::ResourceClass),
        (Library::Alchemy, "Scope") => Value::Known(Known::ScopeClass),
        (Library::Alchemy, key) if is_of_alchemy2(key) => member_of("Alchemy", key),
        (Library::Cloudflare, key) => cloudflare_member(key)?,
        (Library::Blocks, "createBlocks") => Value::Known(Known::CreateBlocks),
        (Library::Blocks, "physicalName") => Value::Known(Known::PhysicalName),
        (Library::Blocks, "hostname") => Value::Known(Known::Hostname),
        (Library::Blocks, "stageSlug") => Value::Known(Known::StageSlug),
        (Library::Blocks, "resolveStage") => Value::Known(Known::ResolveStage),
        (Library::Blocks, "thrifty") => Value::Known(Known::Thrifty),
        (Library::Blocks, key) => block(key, &Rc::default())?,
        _ => return None,
    })
}

fn cloudflare_member(key: &str) -> Option<Value> {
    let unmodelled = || alch_blocks::unmodelled().map(|(name, _)| name).find(|name| *name == key);
    let raw = raw_kind(key).map(|kind| Value::Raw(kind, Version::V0));
    let host = || raw_host(key).map(|host| Value::Host(host, None));
    raw.or_else(host).or_else(|| unmodelled().map(Value::Unmodelled))
}

/// What only the main module of Alchemy 2 has: its services and namespaces, and some functions.
fn is_of_alchemy2(key: &str) -> bool {
    let functions = ["adopt", "inMemoryState", "localState", "push", "remote", "renamedFrom"];
    key.starts_with(|c: char| c.is_ascii_uppercase()) || functions.contains(&key)
}

/// The kind that a function of `alchemy/cloudflare` makes.
pub(crate) fn raw_kind(name: &str) -> Option<Kind> {
    Kind::of_function(name)
}

/// A block of a set, by its name.
pub(super) fn block(name: &str, settings: &Rc<Settings>) -> Option<Value> {
    let kind = Kind::ALL.iter().copied().find(|kind| kind.block() == Some(name));
    let settings = Rc::clone(settings);
    match kind {
        Some(kind) => Some(Value::Block(kind, settings)),
        None => host_block(name).map(|host| Value::Host(host, Some(settings))),
    }
}
