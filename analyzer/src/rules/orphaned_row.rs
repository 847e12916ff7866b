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
//! declares. The guard of `@alch/blocks` refuses that only then: a changed id has made a new, empty
//! resource by that time. A retained resource is reported only if a new id looks like its own. A Worker is
//! reported with what goes with it: the storage of its Durable Objects, and the instances of its workflows.
//! So is a Durable Object that its Worker no longer binds.
//!
//! For Alchemy 2 the finding is what its guard would say of the row. What a deploy would change and not
//! drop is [`refused-change`](#refused-change).
//!
//! **Fix.** Declare it with the id that it had, in the scope where it was. To let it go, keep its
//! data elsewhere first, then add its id to `release` of `createBlocks`. A row that an unresolved
//! declaration might own is not reported; that declaration is reported as [`undecided`](#undecided).

use alch_blocks::{Binding, Consent, Error, Kind, OnRename, Quoted, judge_worker, quote};

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Deploy, Program, is_of_app, kind_of};
use crate::report::StateRow;
use crate::values::{App, known};
use crate::version::Version;

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
    let old = program.options.state.iter().flatten().filter_map(|row| orphan(program, row));
    old.chain(program.deploys().iter().flat_map(|deploy| gone(program, deploy))).collect()
}

/// The rows of Alchemy 2, in the words of its guard.
fn gone(program: &Program<'_>, deploy: &Deploy<'_>) -> Vec<Found> {
    let found = |(row, error): (&StateRow, Error)| {
        let code = error.code();
        let message = format!("in stage {}, {error} ({})", quote(deploy.stage), quote(&code));
        let (file, at, help) = (deploy.app.file, deploy.app.at, error.help_in_alchemy2());
        let found = Found::in_file(file, at, message, help);
        Found { kind: kind_of(row), id: Some(row.id.clone()), name: row.name.clone(), ..found }
    };
    deploy.refused(program).gone.into_iter().map(found).collect()
}

fn orphan(program: &Program<'_>, row: &StateRow) -> Option<Found> {
    let kind = kind_of(row).filter(|kind| *kind == Kind::Worker || kind.spec().owns_data)?;
    let is_its_app = |app: &&App| {
        let is_old = app.version == Version::V0 && app.version.wrote(&row.r#type);
        is_old && known(&app.name).as_deref() == Some(row.app.as_str())
    };
    let app = program.apps.iter().find(is_its_app)?;
    let mut consent = program.consent(app, &row.stage);
    let declarations = program.declarations.iter().filter(|one| one.kind == kind);
    let mut same_kind = declarations.filter(|one| is_of_app(row, program.app_of(one)));
    if same_kind.clone().any(|one| one.is_of(row) != Some(false)) {
        return lost_class(program, app, row, &mut consent);
    }
    // A Worker that nothing goes with loses nothing that the next deploy does not bring back.
    let with = gone_with(row, &mut consent);
    if kind == Kind::Worker && (row.retained || with.is_empty()) || consent.releases(&row.id) {
        return None;
    }
    let moved = same_kind.clone().any(|one| is_named(one, row));
    let new = same_kind.find_map(|one| new_beside(program, one, row)).filter(|_| !moved);
    // What is retained stays in the account; only a rename leaves its data behind.
    if row.retained && (new.is_none() || row.name.is_none()) {
        return None;
    }
    let (message, help) = (message(kind, row, &with, new), help(row, moved, new.is_some()));
    let found = Found::in_file(app.file, app.at, message, help);
    Some(Found { kind: Some(kind), id: Some(row.id.clone()), name: row.name.clone(), ..found })
}

/// What goes with a Worker, and was not let go: ` with all data of …`.
fn gone_with(row: &StateRow, consent: &mut Consent) -> String {
    let mut classes: Vec<String> = Vec::new();
    let mut workflows: Vec<String> = Vec::new();
    if row.bindings.is_empty() {
        classes.extend(row.classes.iter().map(|class| quote(class).to_string()));
    }
    for binding in &row.bindings {
        match binding.kind() {
            _ if consent.lets_go(binding) => {}
            Kind::Workflow => workflows.push(quote(&binding.workflow_name).to_string()),
            _ => classes.push(quote(&binding.class_name).to_string()),
        }
    }
    let told = [("all data of", classes), ("the instances of", workflows)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what} {}", names.join(", ")));
    match told.collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        told => format!(" with {}", told.join(" and ")),
    }
}

/// A Durable Object that a Worker has in the state, and the program no longer declares.
fn lost_class(
    program: &Program<'_>,
    app: &App,
    row: &StateRow,
    consent: &mut Consent,
) -> Option<Found> {
    let object = Kind::DurableObject;
    let binding = object.spec().binding;
    let mut now = Vec::new();
    let declared = program.declarations.iter().filter(|one| one.is_object());
    for one in declared.filter(|one| is_of_app(row, program.app_of(one))) {
        let Some(here) = one.stages.get(&row.stage) else { continue };
        // Its id may be any, so that nothing is said of others.
        let id = here.id.clone()?;
        let class_name = here.name.as_ref().map(|named| named.name.clone()).unwrap_or_default();
        let (binding, workflow_name) = (binding.to_owned(), String::new());
        now.push(Binding { binding, id, class_name, workflow_name });
    }
    let old = row.bindings.iter().filter(|old| old.kind() == object);
    let refused = |old: &Binding| {
        let chosen = |one: &Binding| match consent.lets_go(one) {
            true => OnRename::Replace,
            false => OnRename::Refuse,
        };
        let error = judge_worker(std::slice::from_ref(old), &now, chosen).err()?;
        Some((old.clone(), error))
    };
    let (old, error) = old.into_iter().find_map(refused)?;
    let message = format!("in stage {}, {error}", quote(&row.stage));
    let found = Found::in_file(app.file, app.at, message, error.help());
    Some(Found { kind: Some(object), id: Some(old.id), ..found })
}

/// Whether the declaration would have the row's physical name, by another id or in another scope.
fn is_named(declaration: &Declaration, row: &StateRow) -> bool {
    let here = declaration.stages.get(&row.stage);
    here.is_some_and(|here| {
        here.name.as_ref().is_ok_and(|named| Some(&named.name) == row.name.as_ref())
    })
}

/// The id of a declaration in the scope of the row that has no row yet: it may be the row's new id.
fn new_beside<'d>(
    program: &Program<'_>,
    declaration: &'d Declaration,
    row: &StateRow,
) -> Option<&'d str> {
    let here = declaration.stages.get(&row.stage)?;
    let id = here.id.as_deref()?;
    if !declaration.kind.spec().owns_data || here.scope.as_ref() != Some(&row.scope) {
        return None;
    }
    let is_deployed = |other: &StateRow| {
        other.app == row.app && other.stage == row.stage && declaration.is_of(other) == Some(true)
    };
    let has_row = program.options.state.iter().flatten().any(is_deployed);
    (!has_row).then_some(id)
}

fn message(kind: Kind, row: &StateRow, with: &str, new: Option<&str>) -> String {
    let path: Vec<_> = row.scope.iter().chain([&row.id]).map(String::as_str).collect();
    let name = row.name.as_deref().map(|name| format!(", {}", quote(name))).unwrap_or_default();
    let loss = match new {
        None => format!("a deploy would delete it{with}"),
        Some(new) => format!(
            "{} is new and looks like its new id, and the data would stay behind",
            quote(new)
        ),
    };
    format!(
        "stage {} holds the {} {}{name}, which the program does not declare: {loss}",
        quote(&row.stage),
        kind.noun(),
        quote(&path.join("/"))
    )
}

fn release(id: &str) -> String {
    format!("`createBlocks({{ release: [{}] }})`", Quoted::from(id).literal())
}

fn help(row: &StateRow, moved: bool, renamed: bool) -> String {
    if renamed {
        return format!(
            "to keep the data, give it the id {} back before you deploy; to let the data go, keep \
             it elsewhere first, then write {}",
            quote(&row.id),
            release(&row.id)
        );
    }
    if moved {
        return format!(
            "what has its name now has another id or scope: give it the id {} back, in the scope \
             that it was in",
            quote(&row.id)
        );
    }
    format!(
        "declare it again, with the same id in the same scope; to let it go, keep its data elsewhere \
         first, then write {}",
        release(&row.id)
    )
}

#[cfg(test)]
mod tests {
    use alch_blocks::Kind;

    use crate::rules::testing::{find_in, find_with};

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
    fn a_new_id_beside_it_looks_like_a_rename() {
        let renamed = r#"await Database("data");"#;
        for row in [r#""id": "db""#, r#""id": "db", "retained": true"#] {
            let found = found(renamed, row);
            assert!(found.iter().all(|help| help.starts_with("to keep the data")), "{found:?}");
            assert_eq!(found.len(), 1, "{row}");
        }
        let elsewhere = r#"await alchemy.run("api", async () => { await Database("data"); });"#;
        let found = found(elsewhere, r#""id": "db""#);
        assert!(found.iter().all(|help| help.starts_with("declare it again")), "{found:?}");
    }

    #[test]
    fn what_alchemy_2_renames_is_fine() {
        let count = |then: &str| {
            let text = format!(
                r#"import * as Alchemy from "alchemy";
                import * as Cloudflare from "alchemy/Cloudflare";
                export default Alchemy.Stack("shop", {{}}, Cloudflare.D1.Database("data"){then});"#
            );
            let options = r#"{ "orphans": true, "state": [{ "app": "shop", "stage": "prod",
                "type": "Cloudflare.D1Database", "name": "db-prod", "id": "db" }] }"#;
            find_in("orphaned-row", &[("alchemy.run.ts", &text)], options).len()
        };
        assert_eq!(count(""), 1);
        assert_eq!(count(r#".pipe(Alchemy.renamedFrom("other"))"#), 1);
        assert_eq!(count(r#".pipe(Alchemy.renamedFrom("db"))"#), 0);
    }

    #[test]
    fn what_is_declared_or_retained_is_fine() {
        assert!(found(r#"await Database("db");"#, r#""id": "db""#).is_empty());
        assert!(found("", r#""id": "db", "retained": true"#).is_empty());
        let unknown = r#"import { id } from "somewhere"; await Database(id);"#;
        assert!(found(unknown, r#""id": "db""#).is_empty());
    }
}
