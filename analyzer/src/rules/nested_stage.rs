//! The state of a stage is in the folder of a resource of another stage. Needs `--state`.
//!
//! ```text
//! stage `dev/api`, and `Worker("api")` in stage `dev`
//! ```
//!
//! **Why.** Alchemy's file store keeps both in one folder. Each deploy then deletes what the other
//! has there. It is a warning if the outer stage is not deployed.
//!
//! **Fix.** Give the stage a name without a slash, such as `dev-api`, or keep the state in
//! `SQLiteStateStore`.

use std::collections::BTreeSet;

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program};
use crate::report::StoredStage;
use crate::values::{App, known};
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "nested-stage",
    severity: Severity::Error,
    what: "the state of a stage is in the folder of another stage",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.options.stored.iter().flat_map(|inner| nested_in(program, inner)).collect()
}

fn nested_in(program: &Program<'_>, inner: &StoredStage) -> Vec<Found> {
    let is_its_app = |app: &&App| {
        app.version == Version::V0 && known(&app.name).as_deref() == Some(inner.app.as_str())
    };
    let app = program.apps.iter().find(is_its_app).filter(|_| !inner.apart);
    let Some(app) = app else { return Vec::new() };
    let slashes = inner.stage.match_indices('/');
    slashes.filter_map(|(at, _)| collision(program, app, inner, at)).collect()
}

/// The stage before a slash, if it has something with the id that follows the slash.
fn collision(program: &Program<'_>, app: &App, inner: &StoredStage, at: usize) -> Option<Found> {
    let (outer, rest) = (inner.stage.get(..at)?, inner.stage.get(at.saturating_add(1)..)?);
    let all = program.options.stored.iter();
    let is_outer = |one: &&StoredStage| {
        (&one.app, &one.store) == (&inner.app, &inner.store) && one.stage == outer
    };
    let stored = all.clone().find(is_outer);
    let mut ids = declared_ids(program, &inner.app, outer);
    ids.extend(stored.into_iter().flat_map(|one| one.ids.iter().cloned()));
    let id = ids.into_iter().find(|id| is_path_of(id, rest))?;
    let message = format!(
        "the state of stage {} is in the folder of {} in stage {}: a deploy of either stage \
         deletes resources of the other",
        quote(&inner.stage),
        quote(&id),
        quote(outer)
    );
    let help = format!(
        "give the stage a name without a slash, such as {}, or keep the state in \
         `SQLiteStateStore`",
        quote(&inner.stage.replace('/', "-"))
    );
    let severity = if stored.is_some() { Severity::Error } else { Severity::Warning };
    Some(Found::in_file(app.file, app.at, message, help).severe(severity))
}

/// Whether `path` is `id`, or continues below it.
fn is_path_of(id: &str, path: &str) -> bool {
    path.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The ids and scopes that the programs of `app` have directly in `stage`.
fn declared_ids(program: &Program<'_>, app: &str, stage: &str) -> BTreeSet<String> {
    let is_its = |one: &&Declaration| {
        let name = program.app_of(one).and_then(|app| known(&app.name));
        name.as_deref() == Some(app) && has_folder(one)
    };
    let id = |one: &Declaration| {
        let here = one.stages.get(stage)?;
        match here.scope.as_deref()? {
            [] => here.id.clone(),
            [outermost, ..] => Some(outermost.clone()),
        }
    };
    program.declarations.iter().filter(is_its).filter_map(id).collect()
}

/// Bindings of a Worker have no row and no scope, unless they are in a scope that has.
fn has_folder(declaration: &Declaration) -> bool {
    declaration.kind.has_rows() || !declaration.identity.scope.is_empty()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::find_with;

    fn found(text: &str, stages: &[&str]) -> Vec<String> {
        let stored = |stage: &&str| format!(r#"{{ "app": "shop", "stage": "{stage}" }}"#);
        let stored: Vec<_> = stages.iter().map(stored).collect();
        let options = format!(r#"{{ "stored": [{}] }}"#, stored.join(","));
        find_with("nested-stage", text, &options).into_iter().map(|one| one.severity).collect()
    }

    #[test]
    fn a_stage_in_the_folder_of_a_resource_is_found() {
        let text = r#"await Worker("api", { name: `api-${stage}` });"#;
        assert_eq!(found(text, &["dev", "dev/api"]), ["error"]);
        assert_eq!(found(text, &["dev/api"]), ["warning"]);
        assert!(found(text, &["dev", "dev/apis", "dev-api"]).is_empty());
    }

    #[test]
    fn a_scope_has_a_folder_and_a_binding_has_none() {
        let scope = r#"await alchemy.run("web", async () => { await Database("db"); });"#;
        assert_eq!(found(scope, &["dev", "dev/web"]), ["error"]);
        let binding = r#"DurableObjectNamespace("room", { className: "Room" });"#;
        assert!(found(binding, &["dev", "dev/room"]).is_empty());
    }
}
