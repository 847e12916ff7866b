//! Which declaration a row of the state belongs to.

use alch_blocks::Kind;

use super::Declaration;
use crate::report::StateRow;
use crate::values::{App, known};

/// Whether a row can be one of the app's; an app whose name is not known may have any.
pub(crate) fn is_of_app(row: &StateRow, app: Option<&App>) -> bool {
    let is_named = |app: &App| known(&app.name).is_none_or(|name| name == row.app);
    app.is_none_or(|app| app.version.wrote(&row.r#type) && is_named(app))
}

pub(crate) fn kind_of(row: &StateRow) -> Option<Kind> {
    // Workflows have no rows: their Worker's has them, and they are given with the binding's type.
    let workflow = Kind::Workflow.spec().binding;
    if row.r#type == workflow { Some(Kind::Workflow) } else { Kind::of_resource(&row.r#type) }
}

impl Declaration {
    /// Whether it is a class of Durable Objects: a container is one, too.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self.kind, Kind::DurableObject | Kind::Container)
    }

    /// Whether a row of the same app is this declaration's; `None` where the text does not tell.
    pub(crate) fn is_of(&self, row: &StateRow) -> Option<bool> {
        if kind_of(row) != Some(self.kind) {
            return Some(false);
        }
        let Some(here) = self.stages.get(&row.stage) else { return Some(false) };
        if *here.id.as_ref()? != row.id {
            return Some(false);
        }
        // A workflow is known to Cloudflare by its own name alone, wherever it is declared. The row of a
        // container is in the scope of the Worker that binds it.
        if matches!(self.kind, Kind::Workflow | Kind::Container) {
            return Some(true);
        }
        here.scope.as_ref().map(|scope| *scope == row.scope)
    }
}
