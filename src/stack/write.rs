//! What only the write of a row shows.

use serde::Deserialize;

use super::holds_data;
use crate::error::Error;
use crate::kind::Kind;

/// One row that Alchemy 2 is about to write, as far as only the write shows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Write {
    /// The fully qualified name.
    pub id: String,
    /// Alchemy's type of resource.
    pub resource: String,
    /// The physical name that a replacement would delete, if the account holds it.
    pub replaces: Option<String>,
    /// Whether this run emulates the resource on this machine.
    pub local: bool,
    /// Whether it has `retain`.
    pub retained: bool,
    /// The name of a resource that the account holds and no row of the store has.
    pub found: Option<String>,
    /// Whether the program or the command line says that it may be adopted.
    pub adopts: bool,
    /// The ids that may go with their data.
    pub release: Vec<String>,
}

impl Write {
    /// Decides whether Alchemy may go on.
    ///
    /// # Errors
    /// - `would-replace`, `would-delete`: data would be deleted.
    /// - `owned-elsewhere`: nobody knows whose the resource is.
    pub fn judge(&self) -> Result<(), Error> {
        let Some(kind) = Kind::of_resource(&self.resource) else { return Ok(()) };
        if let Some(name) = self.found.as_ref().filter(|_| !self.adopts) {
            return Err(Error::HeldInAccount { kind, id: (&self.id).into(), name: name.into() });
        }
        let lost = self.replaces.as_ref().filter(|_| holds_data(kind) && !self.retained);
        match lost.filter(|_| !self.release.contains(&self.id)) {
            None => Ok(()),
            Some(name) if self.local => Err(Error::LocalDelete { kind, name: name.into() }),
            Some(name) => Err(Error::Replaced { kind, id: (&self.id).into(), name: name.into() }),
        }
    }
}
