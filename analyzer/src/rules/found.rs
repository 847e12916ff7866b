//! What a rule gives back.

use alch_blocks::{Kind, quote};

use super::Severity;
use crate::declarations::{Declaration, Host, Origin};
use crate::syntax::facts::At;

/// A finding that has no severity and no lines yet.
#[derive(Debug)]
pub(crate) struct Found {
    pub place: Place,
    /// Where the finding is more or less severe than its rule.
    pub severity: Option<Severity>,
    pub kind: Option<Kind>,
    pub id: Option<String>,
    pub name: Option<String>,
    pub message: String,
    pub help: String,
    /// Whether it is about one declaration of the program.
    pub is_about_declaration: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Place {
    Source {
        file: usize,
        at: At,
        /// Where the declaration starts that it is about, which a comment may stand above.
        declared: u32,
    },
    /// A file of the state.
    State(String),
    /// A line of a pipeline.
    Pipeline(String, u32),
}

impl Found {
    /// About a declaration, at one of its parts.
    pub(crate) fn of(declaration: &Declaration, at: At, message: String, help: String) -> Self {
        let has_name = declaration.kind != Kind::DurableObject;
        Self {
            place: Place::Source {
                file: declaration.places.file,
                at,
                declared: declaration.places.call.0,
            },
            severity: None,
            kind: Some(declaration.kind),
            id: declaration.id.clone(),
            name: declaration.name.clone().filter(|_| has_name),
            message,
            help,
            is_about_declaration: true,
        }
    }

    /// About a domain or a route, where it is named.
    pub(crate) fn of_host(host: &Host, name: Option<&str>, message: String, help: String) -> Self {
        let places = &host.places;
        let place = Place::Source { file: places.file, at: places.name, declared: places.call.0 };
        Self {
            // The elements of one option of a Worker have one place.
            id: name
                .map(str::to_owned)
                .filter(|_| host.origin == Origin::Worker)
                .or(host.id.clone()),
            name: name.map(str::to_owned),
            is_about_declaration: true,
            ..Self::at(place, message, help)
        }
    }

    /// About something else in a file.
    pub(crate) fn in_file(file: usize, at: At, message: String, help: String) -> Self {
        Self::at(Place::Source { file, at, declared: at.0 }, message, help)
    }

    /// About a file of the state.
    pub(crate) fn in_state(file: String, message: String, help: String) -> Self {
        Self::at(Place::State(file), message, help)
    }

    /// About a line of a pipeline.
    pub(crate) fn in_pipeline(file: String, line: u32, message: String, help: String) -> Self {
        Self::at(Place::Pipeline(file, line), message, help)
    }

    fn at(place: Place, message: String, help: String) -> Self {
        Self {
            place,
            severity: None,
            kind: None,
            id: None,
            name: None,
            message,
            help,
            is_about_declaration: false,
        }
    }

    pub(crate) fn severe(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}

/// How many ids or names a message has in one list.
pub(super) const MOST: usize = 3;

/// The other resources that a finding is about.
pub(super) fn also(ids: &[String]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let mut all: Vec<String> = ids.iter().take(MOST).map(|id| quote(id).to_string()).collect();
    if let Some(more @ 1..) = ids.len().checked_sub(MOST) {
        all.push(format!("{more} more"));
    }
    format!(" (also {})", listed(&all))
}

/// `a, b and c`.
pub(super) fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::also;

    #[test]
    fn a_message_names_few_others() {
        let ids = |all: &[&str]| all.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        assert_eq!(also(&[]), "");
        assert_eq!(also(&ids(&["b"])), " (also `b`)");
        assert_eq!(also(&ids(&["b", "c", "d"])), " (also `b`, `c` and `d`)");
        assert_eq!(also(&ids(&["b", "c", "d", "e", "f"])), " (also `b`, `c`, `d` and 2 more)");
    }
}
