//! What only the write of a row shows.

use super::facts::Resource;
use crate::error::Error;

/// Decides whether Alchemy may write a row. `found` is the name of a resource that the account holds and
/// no row of the stage has; `adopts` says that the program or the command line lets it be adopted.
///
/// # Errors
/// - `would-replace`, `would-delete`: what it replaces would be deleted, or left behind with its data.
/// - `owned-elsewhere`: nobody knows whose the resource is.
pub fn judge_write(
    row: &Resource,
    found: Option<&str>,
    adopts: bool,
    release: &[String],
) -> Result<(), Error> {
    let Some(kind) = row.kind() else { return Ok(()) };
    if let Some(name) = found.filter(|_| !adopts) {
        return Err(Error::HeldInAccount { kind, id: (&row.id).into(), name: name.into() });
    }
    let may_go =
        !(kind.spec().alchemy2.deletes_data || row.holds_classes) || release.contains(&row.id);
    let stays = row.retained;
    match row.replaced.first().filter(|_| !may_go) {
        None => Ok(()),
        Some(_) if row.local && stays => Ok(()),
        Some(name) if row.local => Err(Error::LocalDelete { kind, name: name.into() }),
        Some(name) => Err(Error::Replaced { kind, id: (&row.id).into(), name: name.into(), stays }),
    }
}
