//! Where databases and buckets are. Alchemy 2 takes another place for a new resource: under the same name
//! it finds the one that is there, and then deletes it.

use super::facts::{Program, Resource};
use crate::deletion::Consent;
use crate::error::Error;
use crate::kind::Kind;
use crate::region::{Location, judge_move};

impl Program {
    /// Refuses to put a deployed resource elsewhere. Only where Alchemy makes up the name would there be a
    /// second one, so that the first may go.
    pub(super) fn judge_place(
        &self,
        kind: Kind,
        declared: &Resource,
        row: &Resource,
        consent: &mut Consent,
    ) -> Result<(), Error> {
        let (Some(held), Some(asked)) = (&row.location, &declared.location) else { return Ok(()) };
        let name = row.name.as_deref().unwrap_or(&row.id);
        match judge_move(kind, name, held, asked)
            .and_then(|()| judge_unknown(kind, name, held, asked))
        {
            Err(_) if declared.name.is_none() && consent.releases(&declared.id) => Ok(()),
            judged => judged,
        }
    }
}

/// Refuses a hint for what the state has no place of: whether it is there, nobody knows.
fn judge_unknown(kind: Kind, name: &str, held: &Location, asked: &Location) -> Result<(), Error> {
    match (&held.place, &asked.place) {
        (None, Some(place)) if asked.is_free() => Err(Error::WouldMove {
            kind,
            name: name.into(),
            from: "default".into(),
            to: place.into(),
        }),
        _ => Ok(()),
    }
}
