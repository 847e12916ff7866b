//! What an expression can be, as far as text allows to say.

use std::rc::Rc;

use alch_blocks::Kind;

use crate::facts::FuncId;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Text(String),
    /// The stage, as its user names it.
    Stage,
    /// The stage slug of the law.
    Slug,
    /// The name of the app.
    App,
    /// A name by the law, from a base name, in the run's stage.
    Law(Kind, String),
    /// A variable of the environment, with the text that stands in for it.
    Env(String, Option<String>),
    /// Why it cannot be said.
    Unknown(String),
}

/// That the stage is, or is not, a certain text.
pub(crate) type Cond = (String, bool);
/// All of which hold.
pub(crate) type Conds = Vec<Cond>;

/// When a test holds and when not: each a list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Test {
    pub yes: Vec<Conds>,
    pub no: Vec<Conds>,
}

impl Test {
    pub(crate) fn unknown() -> Self {
        Self { yes: vec![Vec::new()], no: vec![Vec::new()] }
    }

    pub(crate) fn known(holds: bool) -> Self {
        let always = vec![Vec::new()];
        if holds {
            Self { yes: always, no: Vec::new() }
        } else {
            Self { yes: Vec::new(), no: always }
        }
    }

    pub(crate) fn stage_is(text: &str) -> Self {
        let one = |holds| vec![vec![(text.to_owned(), holds)]];
        Self { yes: one(true), no: one(false) }
    }

    pub(crate) fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut no = self.no.clone();
        no.extend(all_of(&self.yes, &other.no));
        Self { yes: all_of(&self.yes, &other.yes), no }.bounded()
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        self.clone().not().and(&other.clone().not()).not()
    }

    fn bounded(self) -> Self {
        if self.yes.len().max(self.no.len()) > MOST { Self::unknown() } else { self }
    }
}

/// How many cases are told apart.
const MOST: usize = 16;

fn all_of(left: &[Conds], right: &[Conds]) -> Vec<Conds> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    pairs.filter_map(|(a, b)| both(a, b)).collect()
}

/// Both lists of conditions at once; `None` where they cannot hold together.
pub(crate) fn both(a: &[Cond], b: &[Cond]) -> Option<Conds> {
    let mut out = a.to_vec();
    for (stage, holds) in b {
        let clash = out.iter().any(|(other, other_holds)| {
            if other == stage { other_holds != holds } else { *other_holds && *holds }
        });
        if clash {
            return None;
        }
        if !out.contains(&(stage.clone(), *holds)) {
            out.push((stage.clone(), *holds));
        }
    }
    Some(out)
}

/// Whether conditions hold in a stage.
pub(crate) fn hold(conds: &[Cond], stage: &str) -> bool {
    conds.iter().all(|(text, holds)| (text == stage) == *holds)
}

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
    /// `scope.run`.
    RunHere,
    /// The class `Scope`.
    ScopeClass,
    /// `Scope.getScope`.
    GetScope,
    CreateBlocks,
    PhysicalName,
    StageSlug,
    ResolveStage,
    Process,
    Env,
    /// `Deno.env`, whose `get` takes a name.
    EnvGet,
    Promise,
    PromiseAll,
    ObjectClass,
    /// Gives its argument back, such as `String` and `Object.freeze`.
    Same,
}

/// What a set of blocks has in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub prefix: Option<Vec<Part>>,
    /// Stages whose data stays; `None` for the usual ones.
    pub protect: Option<Vec<String>>,
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Nil,
    Bool(bool),
    Test(Rc<Test>),
    Text(Vec<Part>),
    Object(Rc<Object>),
    Array(Rc<Vec<Value>>),
    Func(Rc<Closure>),
    /// One of Alchemy's resource functions.
    Raw(Kind),
    Block(Kind, Rc<Settings>),
    Blocks(Rc<Settings>),
    Library(Library),
    Known(Known),
    Module(usize),
    /// The app or a scope, by its depth: the app's own is 0.
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
                let Some(conds) = both(&conds, &inner) else { continue };
                let known = flat
                    .iter()
                    .any(|(other, same)| *same == value && (*other == conds || other.is_empty()));
                if !known {
                    flat.push((conds, value));
                }
            }
        }
        let same = flat.first().is_some_and(|(_, first)| flat.iter().all(|(_, v)| v == first));
        if flat.len() == 1 && flat.iter().all(|(conds, _)| conds.is_empty())
            || same && covers(&flat)
        {
            return flat.pop().map_or(Self::Nil, |(_, value)| value);
        }
        if flat.is_empty() {
            return Self::Nil;
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

/// The text of parts that are all known.
pub(crate) fn known(parts: &[Part]) -> Option<String> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            _ => return None,
        }
    }
    Some(out)
}

/// Puts texts together, neighbours joined.
pub(crate) fn join(lists: impl IntoIterator<Item = Vec<Part>>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for part in lists.into_iter().flatten() {
        match (out.last_mut(), part) {
            (_, Part::Text(text)) if text.is_empty() => {}
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => out.push(part),
        }
    }
    out
}
