//! What a program lets go.

use alch_blocks::Consent;

use super::Program;
use crate::values::{App, Release, Store, Value, hold, render};

impl Program<'_> {
    /// What the sets of blocks of an app let go in one stage. What is not known lets nothing go.
    pub(crate) fn consent(&self, app: &App, stage: &str) -> Consent {
        let mut consent = Consent::default();
        for release in self.releases.iter().filter(|one| self.may_be_of(one, app)) {
            if hold(&release.when, stage) {
                consent.released.extend(texts(&release.ids, stage));
                consent.classes.extend(texts(&release.classes, stage));
            }
        }
        if let Some(store) = &app.store {
            consent.released.extend(stored(store, stage));
        }
        consent
    }

    /// The ids of one `release` in one stage.
    pub(crate) fn released(&self, release: &Release, stage: &str) -> Vec<String> {
        if hold(&release.when, stage) { texts(&release.ids, stage) } else { Vec::new() }
    }

    /// The ids that `guarded` of a stack of Alchemy 2 lets go in one stage.
    pub(crate) fn released_by_guard(&self, app: &App, stage: &str) -> Vec<String> {
        app.store.as_ref().map(|store| stored(store, stage)).unwrap_or_default()
    }

    fn may_be_of(&self, release: &Release, app: &App) -> bool {
        release.app.and_then(|at| self.apps.get(at)).is_none_or(|own| own == app)
    }
}

/// A list for every stage, or one for each.
fn stored(store: &Store, stage: &str) -> Vec<String> {
    let cases = store.release.cases().into_iter().filter(|(when, _)| hold(when, stage));
    let lists = cases.map(|(_, case)| match case {
        Value::Object(stages) => stages.get(stage),
        list => list,
    });
    lists.flat_map(|list| texts(&list, stage)).collect()
}

fn texts(list: &Value, stage: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (when, case) in list.cases() {
        let Value::Array(elements) = case else { continue };
        let elements = elements.iter().flat_map(Value::cases);
        out.extend(
            elements.filter(|(inner, _)| hold(&when, stage) && hold(inner, stage)).filter_map(
                |(_, element)| match element {
                    Value::Text(parts) => render(&parts, stage).ok(),
                    _ => None,
                },
            ),
        );
    }
    out
}
