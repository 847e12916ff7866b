//! Programs for Alchemy 2: effects, and what runs them.
//!
//! A constructor of Alchemy 2 declares nothing yet. It gives an effect, and what runs the effect
//! declares: a `yield*`, a Worker that binds it, or the stack. So each effect is a [`Value`], and
//! [`Eval::run`] is the one place that runs one, for the stack and in the scope of the moment.

mod hosts;
mod library;
mod make;
mod run;
mod stack;

use std::rc::Rc;

use alch_blocks::{HostBlock, Kind};

use super::{Closure, Settings, Value};
use crate::syntax::facts::{At, ExprId};
use crate::version::Version;

pub(crate) use library::Api;
pub(super) use library::{
    EFFECT_FN, block_of, called, lazy_member, member_of, passed_over, space_of,
};
pub(super) use make::Host;
pub(super) use run::Given;
pub(crate) use run::Unfollowed;
pub(crate) use stack::{Stacked, Store};

/// Work that somebody may run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Make(Make),
    /// A function with its arguments, of `Effect.gen` or `Effect.fn`. The last says whether what it
    /// gives is an effect that runs with it.
    Call(Rc<Closure>, Vec<Value>, bool),
    Piped(Value, Operator),
    /// Those in a list or an object.
    All(Value),
    Gives(Value),
    /// A stack that is only named yet; `make` gives it the rest.
    Stack(usize, At, Value),
    /// A function of a library of which only its path is known, with its arguments.
    Library(Rc<str>, Vec<Value>),
}

/// A call of a constructor or of a block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Make {
    pub file: usize,
    pub call: ExprId,
    pub kind: Kind,
    /// What it declares instead of a resource: a domain or a route.
    pub host: Option<HostBlock>,
    pub block: Option<Rc<Settings>>,
    pub args: Vec<Value>,
}

/// What `pipe` does to an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operator {
    /// It gives what the effect gives; the values may have effects that run before it.
    Keep(Vec<Value>),
    Adopt(Value),
    /// Whether a destroyed stage deletes it.
    Delete(Value),
    /// The ids that it had before.
    RenamedFrom(Vec<Value>),
    /// A namespace around it.
    Push(Value),
    Map(Value),
    AndThen(Value),
    Tap(Value),
    As(Value),
    /// What stands in for a variable.
    Default(Value),
}

impl Make {
    /// Whether it only names a Worker, whose options are given by `make`.
    fn is_tag(&self) -> bool {
        self.kind == Kind::Worker && self.host.is_none() && self.args.len() == 1
    }
}

/// How deep effects may be in effects: what runs them, and what drops them, goes as deep.
const DEEPEST: usize = 200;

impl Value {
    pub(super) fn effect(effect: Effect) -> Self {
        let effect = Self::Effect(Rc::new(effect));
        let mut inner = Some(&effect);
        for _ in 0..DEEPEST {
            let Some(value) = inner else { return effect };
            inner = value.inner();
        }
        Self::unknown("it is an effect of too many effects")
    }

    /// An effect that is in it.
    fn inner(&self) -> Option<&Self> {
        let in_list = |list: &'_ Vec<Self>| list.iter().position(Self::has_effects);
        match self {
            Self::Array(list) => in_list(list).and_then(|at| list.get(at)),
            Self::Effect(effect) => match &**effect {
                Effect::Piped(inner, _) | Effect::All(inner) | Effect::Gives(inner) => Some(inner),
                Effect::Library(_, args) | Effect::Call(_, args, _) => {
                    in_list(args).and_then(|at| args.get(at))
                }
                Effect::Make(make) => in_list(&make.args).and_then(|at| make.args.get(at)),
                Effect::Stack(..) => None,
            },
            _ => None,
        }
    }

    /// Whether it is an effect that does not show what it gives.
    pub(crate) fn is_unread_effect(&self) -> bool {
        let Self::Effect(effect) = self else { return false };
        match &**effect {
            Effect::Make(_) => false,
            Effect::Piped(inner, _) | Effect::Gives(inner) => inner.is_unread_effect(),
            _ => true,
        }
    }

    fn has_effects(&self) -> bool {
        matches!(self, Self::Effect(_) | Self::Array(_))
    }

    /// The version of Alchemy whose function it is, if calling it declares something.
    pub(super) fn version(&self) -> Option<Version> {
        match self {
            Self::Raw(_, version) => Some(*version),
            Self::Api(Api::Site | Api::WorkerRoute) => Some(Version::V2),
            Self::Block(_, settings) | Self::Host(_, Some(settings)) => Some(settings.version),
            _ => None,
        }
    }
}
