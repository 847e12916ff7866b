//! What Alchemy's state holds, beside what the program declares.

use alch_blocks::{Kind, quote};

use crate::eval::{App, Eval, Instance};
use crate::naming::{in_stage, text_in};
use crate::report::StateRow;
use crate::rules::app_of;
use crate::value::{hold, known};

/// Whether a row can be one of the app's; an app whose name is not known may have any.
pub(crate) fn is_of_app(row: &StateRow, app: Option<&App>) -> bool {
    app.and_then(|app| known(&app.name)).is_none_or(|name| name == row.app)
}

/// Whether a row of the same app is the declaration's, which must be reached in the row's stage;
/// `None` where the text does not tell.
pub(crate) fn is_of(row: &StateRow, instance: &Instance) -> Option<bool> {
    if kind_of(row) != Some(instance.kind) || !hold(&instance.when, &row.stage) {
        return Some(false);
    }
    let id = text_in(&instance.id, &row.stage).ok()?;
    if id.as_deref() != Some(row.id.as_str()) {
        return Some(false);
    }
    // A workflow is known to Cloudflare by its own name alone, wherever it is declared.
    if instance.kind == Kind::Workflow {
        return Some(true);
    }
    let scope: Option<Vec<_>> =
        instance.scope.iter().map(|scope| text_in(scope, &row.stage).ok()).collect();
    let held = row.scope.iter().map(|scope| Some(scope.as_str()));
    Some(scope?.iter().map(Option::as_deref).eq(held))
}

fn kind_of(row: &StateRow) -> Option<Kind> {
    // Workflows have no rows: their Worker's has them, and they are given with the binding's type.
    let workflow = Kind::Workflow.spec().binding;
    if row.r#type == workflow { Some(Kind::Workflow) } else { Kind::of_resource(&row.r#type) }
}

/// A deployed resource that the program no longer declares: its next deploy deletes it.
pub(crate) struct Orphan<'a> {
    pub app: &'a App,
    pub kind: Kind,
    pub row: &'a StateRow,
    pub message: String,
    pub help: String,
}

/// All such resources that hold data. Nothing is said of what a declaration may be that the text
/// does not tell enough of.
pub(crate) fn orphans<'a>(eval: &'a Eval<'_>, rows: &'a [StateRow]) -> Vec<Orphan<'a>> {
    rows.iter().filter_map(|row| orphan(eval, row)).collect()
}

fn orphan<'a>(eval: &'a Eval<'_>, row: &'a StateRow) -> Option<Orphan<'a>> {
    let kind = kind_of(row).filter(|kind| *kind != Kind::Workflow)?;
    // A Worker that owns no class loses nothing that the next deploy does not bring back.
    if row.retained || (kind == Kind::Worker && row.classes.is_empty()) {
        return None;
    }
    let app = eval.apps.iter().find(|app| known(&app.name).as_deref() == Some(row.app.as_str()))?;
    let mut same_kind =
        eval.instances.iter().filter(|one| one.kind == kind && is_of_app(row, app_of(eval, one)));
    let may_be = |one: &Instance| is_of(row, one) != Some(false);
    if same_kind.clone().any(may_be) {
        return None;
    }
    let moved = same_kind.find(|one| is_named(one, app, row));
    Some(Orphan { app, kind, row, message: message(kind, row), help: help(row, moved) })
}

/// Whether the declaration would have the row's physical name, by another id or in another scope.
fn is_named(instance: &Instance, app: &App, row: &StateRow) -> bool {
    in_stage(instance, Some(app), &row.stage).is_ok_and(|named| Some(named.name) == row.name)
}

fn message(kind: Kind, row: &StateRow) -> String {
    let path: Vec<_> = row.scope.iter().chain([&row.id]).map(String::as_str).collect();
    let name = row.name.as_deref().map(|name| format!(", {}", quote(name))).unwrap_or_default();
    let classes: Vec<_> = row.classes.iter().map(|class| quote(class)).collect();
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

fn help(row: &StateRow, moved: Option<&Instance>) -> String {
    match moved {
        Some(_) => format!(
            "what has its name now has another id or scope: give it the id {} back, in the scope \
             that it was in",
            quote(&row.id)
        ),
        None => "declare it again, with the same id in the same scope; to let it go, keep its \
                 data elsewhere first"
            .to_owned(),
    }
}
