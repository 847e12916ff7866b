//! Texts: the parts that they are made of.

use std::rc::Rc;

use alch_blocks::{HostOptions, Kind};

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
    /// A hostname by the law, from a base, in the run's stage.
    Host(String, HostOptions),
    /// A variable of the environment or an argument, with the text that stands in for it.
    Env(String, Option<String>),
    /// Another text, changed by a method.
    Made(Rc<Made>),
    /// Why it cannot be said.
    Unknown(String),
}

impl Part {
    pub(crate) fn made(of: Vec<Self>, by: Change) -> Self {
        let size = of.iter().map(Self::size).fold(1, usize::saturating_add);
        Self::Made(Rc::new(Made { size, of, by }))
    }

    /// How long it is, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len().max(1),
            Self::Made(made) => made.size,
            _ => 1,
        }
    }

    /// Whether the stage alone decides it.
    pub(crate) fn is_of_stage(&self) -> bool {
        match self {
            Self::Text(_) | Self::Stage | Self::Slug | Self::Law(..) | Self::Host(..) => true,
            Self::Made(made) => made.of.iter().all(Self::is_of_stage),
            Self::App | Self::Env(..) | Self::Unknown(_) => false,
        }
    }
}

/// A text that a method makes of another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Made {
    /// How long it is, about, with all that it is made of.
    size: usize,
    pub of: Vec<Part>,
    pub by: Change,
}

/// A method of a text, with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Change {
    Lower,
    Upper,
    Trim,
    Slice(i64, Option<i64>),
    Replace(String, String),
    ReplaceAll(String, String),
    /// By a regular expression, given as its flags, a slash and its source.
    ReplaceMatch(String, String),
    /// What stands between two of these texts; counted from the end where it is negative.
    Piece(String, i64),
    Pad {
        start: bool,
        length: usize,
        with: String,
    },
    /// The name that Alchemy 2 gives the workflow of a class, made of the name of its Worker.
    WorkflowOf(String),
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
