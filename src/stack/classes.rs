//! The classes of Workers, which have no rows: only the account knows the storage behind each.

use super::facts::{Program, Resource};
use crate::deletion::Consent;
use crate::error::Error;

impl Program {
    /// Judges a script that no row of the stage has, and that the account may have all the same: after a
    /// lost state, or where it is another store's. Alchemy deletes the classes that it does not bind.
    pub(super) fn judge_hosted(
        &self,
        script: &str,
        declared: &Resource,
        consent: &mut Consent,
    ) -> Result<(), Error> {
        let is_bound = |class: &str| declared.bindings.iter().any(|own| own.class_name == class);
        let all = self.hosted.iter().flatten().filter(|one| one.script == script);
        for class in all.map(|one| &one.class_name).filter(|_| !declared.dispatched) {
            if !is_bound(class) && !consent.releases(class) {
                return Err(Error::ClassAdopted { script: script.into(), class: class.into() });
            }
        }
        Ok(())
    }
}
