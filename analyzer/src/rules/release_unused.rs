//! `release` names an id that no stage of the state has. Needs `--state`.
//!
//! ```ts
//! export const { Database } = createBlocks({ release: ["hello-db"] });
//! ```
//!
//! **Why.** The row is gone, so there is nothing to let go. If you declare a resource under that id later
//! and then drop it by mistake, a deploy deletes it without a question. A deploy warns of the same.
//!
//! **Fix.** Remove the id from `release`, once each stage has let it go. A stage whose state is not at
//! hand may still have it.

use std::collections::BTreeSet;

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;
use crate::report::StateRow;
use crate::syntax::facts::At;
use crate::values::{App, Release, known};

pub(super) const RULE: Rule = Rule {
    code: "release-unused",
    severity: Severity::Info,
    what: "`release` names an id that no row has",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    if !program.options.orphans || program.exhausted.is_some() {
        return Vec::new();
    }
    let blocks = program.releases.iter().flat_map(|release| of_release(program, release));
    blocks.chain(program.apps.iter().flat_map(|app| of_guard(program, app))).collect()
}

/// The option of `guarded`, whose ids have their namespaces before them.
fn of_guard(program: &Program<'_>, app: &App) -> Vec<Found> {
    let (Some(name), Some(store)) = (known(&app.name), &app.store) else { return Vec::new() };
    let is_ours = |row: &&StateRow| row.app == name && app.version.wrote(&row.r#type);
    let rows: Vec<_> = program.options.state.iter().flatten().filter(is_ours).collect();
    let has = |row: &StateRow, stage: &str, id: &str| {
        let path = row.scope.iter().chain([&row.id]).map(String::as_str);
        let is_it = path.collect::<Vec<_>>().join("/") == id;
        row.stage == stage && (is_it || row.bindings.iter().any(|binding| binding.id == id))
    };
    let stages: BTreeSet<_> = rows.iter().map(|row| row.stage.as_str()).collect();
    let used = |id: &String| {
        let mut of =
            stages.iter().filter(|stage| program.released_by_guard(app, stage).contains(id));
        of.any(|stage| rows.iter().any(|row| has(row, stage, id)))
    };
    let released = stages.iter().flat_map(|stage| program.released_by_guard(app, stage));
    let unused: BTreeSet<_> = released.filter(|id| !used(id)).collect();
    unused.into_iter().map(|id| found((app.file, store.at), id)).collect()
}

fn of_release(program: &Program<'_>, release: &Release) -> Vec<Found> {
    let app = release.app.and_then(|app| program.apps.get(app)).and_then(|app| known(&app.name));
    let is_ours = |row: &&StateRow| app.as_ref().is_some_and(|app| *app == row.app);
    let rows: Vec<_> = program.options.state.iter().flatten().filter(is_ours).collect();
    let has = |row: &StateRow, id: &str| {
        row.id == id || row.bindings.iter().any(|binding| binding.id == id)
    };
    let mut unused: Vec<String> = Vec::new();
    for row in &rows {
        for id in program.released(release, &row.stage) {
            if !rows.iter().any(|row| has(row, &id)) && !unused.contains(&id) {
                unused.push(id);
            }
        }
    }
    unused.into_iter().map(|id| found((release.file, release.at), id)).collect()
}

fn found((file, at): (usize, At), id: String) -> Found {
    let message = format!("`release` names {}, and no stage of the state has that id", quote(&id));
    let help = "remove it from `release`, if no other stage has to let it go".to_owned();
    Found { id: Some(id), ..Found::in_file(file, at, message, help) }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find_in, find_with};

    fn found(text: &str, rows: &str) -> Vec<Option<String>> {
        let options = format!(r#"{{ "orphans": true, "state": [{rows}] }}"#);
        let found = find_with("release-unused", text, &options);
        found.into_iter().map(|one| one.id).collect()
    }

    const ROW: &str = r#"{ "app": "shop", "stage": "prod", "id": "api", "type": "cloudflare::Worker",
        "bindings": [{ "type": "workflow", "id": "flow", "className": "F", "workflowName": "f" }] }"#;

    #[test]
    fn an_id_that_no_row_has_is_found() {
        let text = r#"createBlocks({ release: ["db", "api", "flow"] });"#;
        assert_eq!(found(text, ROW), [Some("db".to_owned())]);
    }

    #[test]
    fn an_id_that_the_guard_lets_go_and_no_row_has_is_found() {
        let found = |release: &str| {
            let text = format!(
                r#"import * as Alchemy from "alchemy";
                import {{ guarded }} from "@alch/blocks/v2";
                export default Alchemy.Stack("shop",
                    {{ state: guarded(Alchemy.localState(), {{ release: {release} }}) }}, outside);"#
            );
            let options = r#"{ "orphans": true, "state": [{ "app": "shop", "stage": "prod",
                "scope": ["ns"], "id": "db", "type": "Cloudflare.D1Database" }] }"#;
            let found = find_in("release-unused", &[("alchemy.run.ts", &text)], options);
            found.into_iter().filter_map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(found(r#"["ns/db", "db"]"#), ["db"]);
        assert_eq!(found(r#"{ prod: ["ns/db", "a"], dev: ["b"] }"#), ["a"]);
    }

    #[test]
    fn without_a_row_of_the_app_nothing_is_said() {
        let text = r#"createBlocks({ release: ["db"] });"#;
        assert!(found(text, "").is_empty());
        assert!(found(text, &ROW.replace("shop", "other")).is_empty());
        let of_some = r#"createBlocks({ release: stage === "pr-1" ? ["db"] : [] });"#;
        assert!(found(of_some, ROW).is_empty());
    }
}
