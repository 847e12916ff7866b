//! What an expression can be, as far as text allows to say.

use std::rc::Rc;

use alch_blocks::{HostBlock, Kind};

use super::alchemy2::{Api, Effect, Operator};
use super::conditions::{Conds, MOST, Test, any_of, both, tidy};
use super::consistent::consistent;
use super::heap::is_one;
use super::part::{Part, known};
use crate::syntax::facts::FuncId;
use crate::version::Version;

/// Modules whose content is known without reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    Alchemy,
    Cloudflare,
    Blocks,
}

/// Functions and objects of those modules, and of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// `alchemy(…)`.
    Alchemy,
    /// `alchemy.run`.
    Run,
    /// The class `Scope`.
    ScopeClass,
    /// `Scope.getScope`.
    GetScope,
    CreateBlocks,
    PhysicalName,
    /// `hostname` of the blocks.
    Hostname,
    StageSlug,
    ResolveStage,
    /// `thrifty` of the blocks.
    Thrifty,
    /// `Resource` of `alchemy`, which makes a custom resource.
    ResourceClass,
    Process,
    /// `process.exit`, which does not come back.
    Exit,
    /// `process.argv`, without so many at its start.
    Argv(usize),
    MapClass,
    SetClass,
    Env,
    /// `Deno.env`, whose `get` takes a name.
    EnvGet,
    Promise,
    PromiseAll,
    ObjectClass,
    ObjectAssign,
    ObjectEntries,
    ObjectKeys,
    ObjectValues,
    /// Gives its argument back, such as `String` and `Object.freeze`.
    Same,
}

/// What a set of blocks has in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub version: Version,
    pub prefix: Option<Vec<Part>>,
    pub region: Option<String>,
    /// Stages whose data stays; `None` for the usual ones.
    pub protect: Option<Vec<String>>,
    /// The stage whose hostnames have no stage in them.
    pub bare: Value,
    /// The domain of the hostnames of all other stages.
    pub preview_domain: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Object {
    pub props: Vec<(String, Value)>,
    /// Why it may have more than these.
    pub open: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closure {
    pub file: usize,
    pub function: FuncId,
    pub env: usize,
}

/// What a declaration gives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub kind: Kind,
    /// The physical name.
    pub name: Value,
    pub id: Value,
    /// A Durable Object or a workflow: a plain object, which knows its id.
    pub is_binding: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Value {
    #[default]
    Nil,
    Bool(bool),
    Test(Rc<Test>),
    Text(Vec<Part>),
    Object(Rc<Object>),
    Array(Rc<Vec<Value>>),
    Func(Rc<Closure>),
    /// One of Alchemy's resource functions.
    Raw(Kind, Version),
    /// One that makes something of no kind.
    Unmodelled(&'static str),
    Block(Kind, Rc<Settings>),
    /// What declares a domain or a route; Alchemy's own function where it has no settings.
    Host(HostBlock, Option<Rc<Settings>>),
    Blocks(Rc<Settings>),
    /// A custom resource, by the function that makes it.
    Custom(Rc<Closure>),
    /// `this` in that function: the id of the resource, and how deep its scope is.
    Context(Rc<(Value, usize)>),
    /// A `Map` with texts for keys.
    Map(Rc<Object>),
    /// A regular expression: its flags, a slash, its source.
    Regex(Rc<str>),
    /// A text that was split between others.
    Pieces(Rc<(Vec<Part>, String)>),
    Library(Library),
    Known(Known),
    /// A module of Alchemy 2 or Effect, or something in it, by its path.
    Space(Rc<str>),
    Api(Api),
    Effect(Rc<Effect>),
    Operator(Rc<Operator>),
    Module(usize),
    /// What `alchemy(…)` gives: the scope that all stages share.
    Root,
    /// A scope of the stage, by its depth: the stage's own is 0.
    Scope(usize),
    /// What a declaration gives.
    Resource(Rc<Resource>),
    /// A method of a value.
    Method(Rc<Value>, String),
    /// One of these, each under conditions.
    OneOf(Rc<Vec<(Conds, Value)>>),
    Unknown(String),
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(vec![Part::Text(text.into())])
    }

    pub(crate) fn unknown(reason: impl Into<String>) -> Self {
        Self::Unknown(reason.into())
    }

    /// All that it can be, with conditions, none of them a `OneOf`.
    pub(crate) fn cases(&self) -> Vec<(Conds, Self)> {
        match self {
            Self::OneOf(cases) => cases.to_vec(),
            other => vec![(Vec::new(), other.clone())],
        }
    }

    /// One value from many cases.
    pub(crate) fn one_of(cases: Vec<(Conds, Self)>) -> Self {
        let mut flat: Vec<(Conds, Self)> = Vec::new();
        for (conds, value) in cases {
            for (inner, value) in value.cases() {
                let Some(conds) = both(&conds, &inner).map(tidy).filter(|all| consistent(all))
                else {
                    continue;
                };
                let known = flat.iter().any(|(other, same)| {
                    is_one(same, &value) && (*other == conds || other.is_empty())
                });
                if !known {
                    flat.push((conds, value));
                }
            }
        }
        let same =
            flat.first().is_some_and(|(_, first)| flat.iter().all(|(_, v)| is_one(v, first)));
        if flat.len() == 1 && flat.iter().all(|(conds, _)| conds.is_empty())
            || same && covers(&flat)
        {
            return flat.pop().map_or(Self::Nil, |(_, value)| value);
        }
        if flat.is_empty() {
            return Self::Nil;
        }
        if flat.len() > MOST {
            flat = merged(flat);
        }
        if flat.len() > MOST {
            return Self::unknown("it can be too many things");
        }
        Self::OneOf(Rc::new(flat))
    }

    pub(crate) fn map(&self, mut f: impl FnMut(&Self) -> Self) -> Self {
        match self {
            Self::OneOf(cases) => {
                Self::one_of(cases.iter().map(|(when, value)| (when.clone(), f(value))).collect())
            }
            other => f(other),
        }
    }

    /// As part of a text.
    pub(crate) fn parts(&self) -> Vec<Part> {
        match self {
            Self::Text(parts) => parts.clone(),
            Self::Bool(value) => vec![Part::Text(value.to_string())],
            Self::Nil => vec![Part::Unknown("a part of it is `undefined`".to_owned())],
            Self::Unknown(reason) => vec![Part::Unknown(reason.clone())],
            Self::Space(path) => vec![Part::Unknown(unread(path))],
            _ => vec![Part::Unknown("a part of it is no text".to_owned())],
        }
    }

    /// The text, where it is one and wholly known.
    pub(crate) fn known_text(&self) -> Option<String> {
        match self {
            Self::Text(parts) => known(parts),
            _ => None,
        }
    }
}

/// Why what a library gives is no text.
pub(crate) fn unread(path: &str) -> String {
    format!("what `{path}` gives is known only when the program runs")
}

/// One case for each value.
fn merged(cases: Vec<(Conds, Value)>) -> Vec<(Conds, Value)> {
    let mut by_value: Vec<(Vec<Conds>, Value)> = Vec::new();
    for (conds, value) in cases {
        match by_value.iter_mut().find(|(_, known)| is_one(known, &value)) {
            Some((lists, _)) => lists.push(conds),
            None => by_value.push((vec![conds], value)),
        }
    }
    by_value.into_iter().map(|(lists, value)| (any_of(&lists), value)).collect()
}

/// Whether some case stands whatever the stage is.
fn covers(cases: &[(Conds, Value)]) -> bool {
    cases.iter().any(|(conds, _)| conds.is_empty())
        || cases.iter().any(|(a, _)| match a.as_slice() {
            [(stage, holds)] => cases
                .iter()
                .any(|(b, _)| matches!(b.as_slice(), [(s, h)] if s == stage && h != holds)),
            _ => false,
        })
}

impl Object {
    pub(crate) fn get(&self, key: &str) -> Value {
        match self.props.iter().find(|(name, _)| name == key) {
            Some((_, value)) => value.clone(),
            None => self.open.clone().map_or(Value::Nil, Value::Unknown),
        }
    }

    pub(super) fn set(&mut self, key: &str, value: Value) {
        match self.props.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => self.props.push((key.to_owned(), value)),
        }
    }

    /// Its keys and values in the order in which JavaScript lists them: whole numbers first. Nothing
    /// if nobody can tell which keys it has.
    pub(super) fn listed(&self) -> Option<Vec<(&str, &Value)>> {
        let may_lack = |value: &Value| match value {
            Value::OneOf(cases) => cases.iter().any(|(_, case)| *case == Value::Nil),
            _ => false,
        };
        if self.open.is_some() || self.props.iter().any(|(_, value)| may_lack(value)) {
            return None;
        }
        let mut all: Vec<_> = self.props.iter().map(|(key, value)| (key.as_str(), value)).collect();
        all.sort_by_key(|(key, _)| whole_number(key).map_or((true, 0), |number| (false, number)));
        Some(all)
    }

    pub(super) fn spread(&mut self, value: &Value) {
        match value {
            Value::Object(other) => {
                if let Some(reason) = &other.open {
                    self.open = Some(reason.clone());
                    // Whatever stood before may be overwritten.
                    for (_, value) in &mut self.props {
                        *value = Value::unknown(reason.clone());
                    }
                }
                for (key, value) in &other.props {
                    self.set(key, value.clone());
                }
            }
            Value::Nil | Value::Bool(_) | Value::Test(_) => {}
            Value::OneOf(cases) => {
                // Each key that some case has may come from there, or be what it was.
                let mut keys: Vec<String> = Vec::new();
                for (_, case) in cases.iter() {
                    match case {
                        Value::Object(object) => {
                            keys.extend(object.props.iter().map(|(key, _)| key.clone()));
                        }
                        Value::Unknown(reason) => self.open = Some(reason.clone()),
                        _ => {}
                    }
                }
                for key in keys {
                    let before = self.get(&key);
                    let value = value.map(|case| match case {
                        Value::Object(object) if object.props.iter().any(|(k, _)| *k == key) => {
                            object.get(&key)
                        }
                        _ => before.clone(),
                    });
                    self.set(&key, value);
                }
            }
            Value::Unknown(reason) => self.mix(reason.clone()),
            _ => self.mix("the options are spread from something that is not followed".to_owned()),
        }
    }

    pub(super) fn mix(&mut self, reason: String) {
        for (_, value) in &mut self.props {
            *value = Value::unknown(reason.clone());
        }
        self.open = Some(reason);
    }
}

/// The number that a key is, if JavaScript lists it as one.
fn whole_number(key: &str) -> Option<u32> {
    let number: u32 = key.parse().ok()?;
    (number < u32::MAX && number.to_string() == key).then_some(number)
}
