//! All that would be refused, for those who judge a program before anybody deploys it.

use super::facts::{Program, Resource};
use crate::error::Error;

/// What the guard would refuse in a deploy, one refusal for each resource.
#[derive(Debug)]
pub struct Refusals<'p> {
    /// The declarations, each with its row if it has one.
    pub declared: Vec<(&'p Resource, Option<&'p Resource>, Error)>,
    /// The rows that nothing declares.
    pub gone: Vec<(&'p Resource, Error)>,
}

impl Program {
    /// The refusals of [`judge`](Self::judge) that are about one resource, and not only the first one.
    #[must_use]
    pub fn refusals(&self) -> Refusals<'_> {
        let mut consent = self.consent();
        // Two of one name are no matter of the state.
        let ledger = self.ledger().unwrap_or_default();
        let taken = self.taken();
        let declared = self.declared.iter().filter_map(|declared| {
            let error = self.judge_declared(declared, &taken, &mut consent).err()?;
            Some((declared, self.row_of(declared), error))
        });
        let declared = declared.collect();
        let gone = self.gone(&taken).filter_map(|row| {
            let error = self.judge_gone(row, &mut consent, &ledger).err()?;
            Some((row, error))
        });
        Refusals { declared, gone: gone.collect() }
    }
}
