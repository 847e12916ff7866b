//! The state of a stage holds a resource that the program does not declare. Needs `--state`.
//!
//! ```ts
//! // It was outside of this scope when it was deployed.
//! await alchemy.run("api", async () => {
//!   await Bucket("files");
//! });
//! ```
//!
//! **Why.** At the end of a deploy, Alchemy deletes what the state holds and the program no longer
//! declares.
//!
//! **Fix.** Declare it with the id that it had, in the scope where it was. To let it go, keep its
//! data elsewhere first. A row that an unresolved declaration might own is not reported; that
//! declaration is reported as [`undecided`](#undecided).

use alch_blocks::{Kind, quote};

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program, is_of_app, kind_of};
use crate::report::StateRow;
use crate::values::{App, known};

pub(super) const RULE: Rule = Rule {
    code: "orphaned-row",
    severity: Severity::Error,
    what: "a deploy would delete what is no longer declared",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    // A program that is not followed to its end may declare anything.
    if !program.options.orphans || program.exhausted.is_some() {
        return Vec::new();
    }
    program.options.state.iter().flatten().filter_map(|row| orphan(program, row)).collect()
}

fn orphan(program: &Program<'_>, row: &StateRow) -> Option<Found> {
    let kind = kind_of(row).filter(|kind| *kind != Kind::Workflow)?;
    // A Worker that owns no class loses nothing that the next deploy does not bring back.
    if row.retained || (kind == Kind::Worker && row.classes.is_empty()) {
        return None;
    }
    let is_its_app = |app: &&App| {
        app.version.wrote(&row.r#type) && known(&app.name).as_deref() == Some(row.app.as_str())
    };
    let app = program.apps.iter().find(is_its_app)?;
    let declarations = program.declarations.iter().filter(|one| one.kind == kind);
    let mut same_kind = declarations.filter(|one| is_of_app(row, program.app_of(one)));
    if same_kind.clone().any(|one| one.is_of(row) != Some(false)) {
        return None;
    }
    let moved = same_kind.any(|one| is_named(one, row));
    let found = Found::in_file(app.file, app.at, message(kind, row), help(row, moved));
    Some(Found { kind: Some(kind), id: Some(row.id.clone()), name: row.name.clone(), ..found })
}

/// Whether the declaration would have the row's physical name, by another id or in another scope.
fn is_named(declaration: &Declaration, row: &StateRow) -> bool {
    let here = declaration.stages.get(&row.stage);
    here.is_some_and(|here| {
        here.name.as_ref().is_ok_and(|named| Some(&named.name) == row.name.as_ref())
    })
}

fn message(kind: Kind, row: &StateRow) -> String {
    let path: Vec<_> = row.scope.iter().chain([&row.id]).map(String::as_str).collect();
    let name = row.name.as_deref().map(|name| format!(", {}", quote(name))).unwrap_or_default();
    let classes: Vec<_> = row.classes.iter().map(|class| quote(class).to_string()).collect();
    let with = match classes.as_slice() {
        [] => String::new(),
        classes => format!(" with all data of {}", classes.join(", ")),
    };
    format!(
        "stage {} holds the {} {}{name}, which the program does not declare: a deploy would \
         delete it{with}",
        quote(&row.stage),
        kind.noun(),
        quote(&path.join("/"))
    )
}

fn help(row: &StateRow, moved: bool) -> String {
    if moved {
        return format!(
            "what has its name now has another id or scope: give it the id {} back, in the scope \
             that it was in",
            quote(&row.id)
        );
    }
    "declare it again, with the same id in the same scope; to let it go, keep its data elsewhere \
     first"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use alch_blocks::Kind;

    use crate::rules::testing::find_with;

    fn found(text: &str, row: &str) -> Vec<String> {
        let database = Kind::Database.spec().alchemy.resource.unwrap_or_default();
        let options = format!(
            r#"{{ "orphans": true, "state": [{{ "app": "shop", "stage": "prod",
            "type": "{database}", "name": "db-prod", {row} }}] }}"#
        );
        find_with("orphaned-row", text, &options).into_iter().map(|one| one.help).collect()
    }

    #[test]
    fn what_is_no_longer_declared_is_found() {
        let lost = found("", r#""id": "db""#);
        assert!(lost.iter().all(|help| help.starts_with("declare it again")), "{lost:?}");
        assert_eq!(lost.len(), 1);
        let moved = found(r#"await Database("database", { name: "db" });"#, r#""id": "db""#);
        assert!(moved.iter().all(|help| help.contains("the id `db` back")), "{moved:?}");
        assert_eq!(moved.len(), 1);
    }

    #[test]
    fn what_is_declared_or_retained_is_fine() {
        assert!(found(r#"await Database("db");"#, r#""id": "db""#).is_empty());
        assert!(found("", r#""id": "db", "retained": true"#).is_empty());
        let unknown = r#"import { id } from "somewhere"; await Database(id);"#;
        assert!(found(unknown, r#""id": "db""#).is_empty());
    }
}
