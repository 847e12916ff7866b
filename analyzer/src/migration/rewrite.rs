//! How one call becomes a block, or the state of a stack gets its guard.

use crate::syntax::facts::{At, Call};

/// What is written in the place of a call, or around a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rewrite {
    /// Where the block or the guard is imported from.
    pub module: &'static str,
    /// What is imported.
    pub name: String,
    pub place: Place,
    pub steps: Vec<Step>,
}

/// Where the imported name is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In the place of what is called. `new` is where the whole call starts, if it is one with `new`.
    Callee { at: At, new: Option<u32> },
    /// Around a value.
    Around(At),
    /// Around the value of an option that is written as `{ state }`.
    Shorthand(At),
}

impl Place {
    pub(super) fn of(call: &Call) -> Self {
        Self::Callee { at: call.callee_at, new: call.new.then_some(call.at.0) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Put a text in the place of an option's value.
    Value { at: At, text: String },
    /// The same, where the option is written as `{ name }`.
    Shorthand { at: At, key: String, text: String },
    /// Cut the stage and the hyphen before it off the end of a template.
    CutTemplate { at: At },
    /// Add options to an object that is written out.
    AddTo {
        object: At,
        first: Option<At>,
        key: String,
        text: Option<String>,
        pins: Vec<(String, String)>,
    },
    /// Add an object of options behind the argument that ends here.
    AddAfter { end: u32, key: String, text: Option<String>, pins: Vec<(String, String)> },
    /// Add options to some expression that gives options.
    Spread { at: At, key: String, text: Option<String>, pins: Vec<(String, String)> },
    /// Give an option another key; `at` is its old one, with all that is before the value.
    Key { at: At, key: &'static str },
    /// Put an option behind the one that stands here.
    OptionAfter { at: At, key: &'static str, text: String },
    /// Take something out.
    Remove { at: At },
    /// Put pins behind the option that stands here.
    PinsAfter { at: At, pins: Vec<(String, String)> },
}
