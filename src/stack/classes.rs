//! The classes of Workers, which have no rows: only the account knows the storage behind each.

use super::facts::{Hosted, Program, Resource, Transfer};
use crate::deletion::Consent;
use crate::error::Error;
use crate::state::Binding;

impl Program {
    /// The classes of a row that Alchemy would delete with their bindings.
    pub(super) fn classes_that_stay(&self, row: &Resource) -> Vec<Binding> {
        let goes = |class: &str| self.has_gone(row, class) || self.moves(row, class);
        row.bindings.iter().filter(|binding| !goes(&binding.class_name)).cloned().collect()
    }

    /// Whether the account says that the script does not have the class any more: it was moved before.
    fn has_gone(&self, row: &Resource, class: &str) -> bool {
        let (Some(hosted), Some(script)) = (&self.hosted, &row.name) else { return false };
        let is_it = |one: &Hosted| one.script == *script && one.class_name == class;
        !row.dispatched && !hosted.iter().any(is_it)
    }

    /// Whether this deploy moves a class to another Worker before it could be deleted.
    ///
    /// Alchemy deploys Workers at once, so the former one has to wait for the new one. It does if it
    /// binds the class of the new one, and if it is gone itself: what is gone is deleted last.
    fn moves(&self, row: &Resource, class: &str) -> bool {
        let is_from = |from: &String| *from == row.id || Some(from) == row.name.as_ref();
        let takes = |one: &&Transfer| one.class_name == class && one.from.iter().any(is_from);
        let mut hosts = self.declared.iter().filter(|other| {
            other.id != row.id && !other.local && other.transfers.iter().any(|one| takes(&one))
        });
        // Where the new one has such a class already, Alchemy moves none.
        let has_own = |host: &Resource| {
            let row = self.row_of(host);
            row.is_some_and(|row| row.bindings.iter().any(|own| own.class_name == class))
        };
        let mut now = self
            .declared
            .iter()
            .filter(|declared| self.row_of(declared).is_some_and(|own| own.id == row.id));
        let waits = now.all(|former| former.borrowed.iter().any(|borrowed| borrowed == class));
        waits && hosts.any(|host| !has_own(host))
    }

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
