//! Where in the world a resource is: the option `region`, and what may not move.
//!
//! A jurisdiction is a promise: data never leaves it. A location hint is a wish for the place nearby.
//! Cloudflare takes either only when the resource is made, and nothing moves later.

use serde::Deserialize;

use crate::error::Error;
use crate::kind::{Kind, Regions};

/// Where a region puts a resource: an option of Alchemy's, and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// Such as `jurisdiction` or `locationHint`.
    pub option: &'static str,
    /// Such as `eu` or `weur`.
    pub value: &'static str,
}

/// The option of a jurisdiction.
pub(crate) const JURISDICTION: &str = "jurisdiction";
/// The jurisdiction of what is in none.
const DEFAULT: &str = "default";

/// The option that a region stands for.
///
/// # Errors
/// `region-invalid`, if the kind has no such region.
///
/// ```
/// use alch_blocks::{Kind, placement};
///
/// assert_eq!(placement(Kind::Bucket, "eu").unwrap().option, "jurisdiction");
/// assert_eq!(placement(Kind::Database, "weur").unwrap().option, "primaryLocationHint");
/// assert_eq!(placement(Kind::Bucket, "mars").unwrap_err().code(), "region-invalid");
/// ```
pub fn placement(kind: Kind, region: &str) -> Result<Placement, Error> {
    let unknown = || Error::RegionInvalid { kind, region: region.into() };
    let Regions { jurisdictions, hints, hint_option } = kind.spec().regions.ok_or_else(unknown)?;
    let found = |all: &'static [&'static str]| all.iter().copied().find(|one| *one == region);
    match (found(jurisdictions), found(hints)) {
        (Some(value), _) => Ok(Placement { option: JURISDICTION, value }),
        (None, Some(value)) => Ok(Placement { option: hint_option, value }),
        (None, None) => Err(unknown()),
    }
}

/// Where a resource is, or is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Nothing, `default` and an empty text are the same.
    pub jurisdiction: Option<String>,
    /// The location or the hint; nothing if it is not known. Case does not matter.
    pub place: Option<String>,
}

impl Location {
    /// Whether it is in no jurisdiction.
    pub(crate) fn is_free(&self) -> bool {
        self.jurisdiction() == DEFAULT
    }

    fn jurisdiction(&self) -> &str {
        self.jurisdiction.as_deref().filter(|name| !name.is_empty()).unwrap_or(DEFAULT)
    }
}

/// Refuses to take a resource to another place than where it is. In a jurisdiction the place nearby
/// counts for nothing.
///
/// # Errors
/// `would-move`
pub fn judge_move(kind: Kind, name: &str, held: &Location, asked: &Location) -> Result<(), Error> {
    let moved = |from: &str, to: &str| {
        Err(Error::WouldMove { kind, name: name.into(), from: from.into(), to: to.into() })
    };
    if held.jurisdiction() != asked.jurisdiction() {
        return moved(held.jurisdiction(), asked.jurisdiction());
    }
    match (&held.place, &asked.place) {
        (Some(from), Some(to)) if asked.is_free() && !from.eq_ignore_ascii_case(to) => {
            moved(&from.to_ascii_lowercase(), to)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(jurisdiction: &str, place: &str) -> Location {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Location { jurisdiction: given(jurisdiction), place: given(place) }
    }

    fn moves(held: &Location, asked: &Location) -> bool {
        judge_move(Kind::Bucket, "files", held, asked).is_err()
    }

    #[test]
    fn each_region_of_a_kind_has_one_option() {
        for kind in Kind::ALL {
            let Some(regions) = kind.spec().regions else {
                assert_eq!(
                    placement(*kind, "eu").map_err(|it| it.code()),
                    Err("region-invalid".into())
                );
                continue;
            };
            for region in regions.jurisdictions {
                let expected = Placement { option: JURISDICTION, value: region };
                assert_eq!(placement(*kind, region), Ok(expected));
            }
            for region in regions.hints {
                let expected = Placement { option: regions.hint_option, value: region };
                assert_eq!(placement(*kind, region), Ok(expected));
            }
            for region in ["", "EU", "default", "europe"] {
                assert!(placement(*kind, region).is_err(), "{region}");
            }
        }
    }

    #[test]
    fn what_is_where_it_is_asked_for_stays() {
        assert!(!moves(&location("", ""), &location("default", "")));
        assert!(!moves(&location("", "WEUR"), &location("", "weur")));
        // The place was a wish that is no longer written, or is not known.
        assert!(!moves(&location("", "WEUR"), &location("", "")));
        assert!(!moves(&location("", ""), &location("", "weur")));
        // A jurisdiction says more than a place.
        assert!(!moves(&location("eu", "WEUR"), &location("eu", "eeur")));
    }

    #[test]
    fn nothing_moves() {
        assert!(moves(&location("eu", ""), &location("", "")));
        assert!(moves(&location("", ""), &location("eu", "")));
        assert!(moves(&location("eu", ""), &location("us", "")));
        assert!(moves(&location("", "ENAM"), &location("", "weur")));
    }
}
