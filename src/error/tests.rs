//! Every message to the letter.

pub(crate) mod alchemy2;
mod calls;
mod hosts;
mod names;
mod run;
mod state;

use std::collections::BTreeSet;

use strum::VariantNames;

use super::{CODES, Error, HostError, Place, Reason};
use crate::kind::Kind;

/// A refusal, its code, its message and its help.
pub(crate) type Expected = (Error, &'static str, &'static str, &'static str);

/// Most fields are text, written here as `&str`.
macro_rules! refusal {
    ($variant:ident { $($field:ident: $value:expr),* $(,)? }) => {
        Error::$variant { $($field: $value.into()),* }
    };
}
use refusal;

fn place(scope: &str, id: &str) -> Place {
    Place { scope: scope.to_owned(), id: id.to_owned() }
}

pub(crate) fn all() -> Vec<Expected> {
    [names::all(), hosts::all(), run::all(), state::all(), calls::all(), alchemy2::all()].concat()
}

/// The variant.
fn name_of(error: &Error) -> String {
    let all = format!("{error:?}");
    let inner = all.strip_prefix("Host(").unwrap_or(&all);
    inner.split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn every_refusal_says_what_is_wrong_and_what_to_do() {
    let all = all();
    for (error, code, message, help) in &all {
        assert_eq!(error.code(), *code, "{error:?}");
        assert_eq!(error.to_string(), *message);
        assert_eq!(error.help(), *help, "{error:?}");
        assert!(!message.ends_with('.') && !message.starts_with(char::is_uppercase), "{message}");
    }
    let tried: BTreeSet<_> = all.iter().map(|(error, ..)| name_of(error)).collect();
    let variants =
        Error::VARIANTS.iter().filter(|&&name| name != "Host").chain(HostError::VARIANTS);
    assert_eq!(tried, variants.map(|&name| name.to_owned()).collect());
    let codes: BTreeSet<_> = all.iter().map(|(_, code, ..)| *code).collect();
    assert_eq!(codes, CODES.into_iter().collect());
}

#[test]
fn source_in_a_help_can_be_pasted_and_is_safe_for_a_terminal() {
    let error = Error::WouldReplace {
        kind: Kind::Kv,
        id: "a".into(),
        deployed: "p\"d".into(),
        declared: "a-prod".into(),
        stage: "\u{1b}".into(),
        reason: Reason::Renames,
    };
    assert!(error.help().contains(r#"`pin: { "\u{1b}": "p\"d" }`"#), "{}", error.help());
}
