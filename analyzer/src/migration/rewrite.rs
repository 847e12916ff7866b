//! How one call becomes a block.

use crate::syntax::facts::At;

/// How one call becomes a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rewrite {
    pub block: String,
    /// The whole call, with its `new`.
    pub call: At,
    pub callee: At,
    pub new: bool,
    pub steps: Vec<Step>,
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
