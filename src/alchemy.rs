//! The versions of Alchemy that the guard knows: `npm run versions` has deployed with each of them.

use crate::error::Error;

/// The versions of Alchemy 0.x. A later patch of the same minor version counts as known.
pub const ALCHEMY: [&str; 12] = [
    "0.81.3", "0.82.2", "0.83.3", "0.84.0", "0.85.2", "0.86.0", "0.87.0", "0.89.0", "0.90.1",
    "0.91.2", "0.93.12", "0.94.0",
];

/// The versions of Alchemy 2. Each beta may change anything, so no other counts as known.
pub const ALCHEMY_2: [&str; 3] = ["2.0.0-beta.77", "2.0.0-beta.78", "2.0.0-beta.79"];

/// The version of Effect that those were tested with.
pub const EFFECT: &str = "4.0.0-rc.115";

/// Refuses to guard a version of Alchemy 0.x that is not known.
///
/// `version` is what its package says, and nothing if that cannot be read.
///
/// # Errors
/// `alchemy-unknown`.
pub fn check_alchemy(version: Option<&str>) -> Result<(), Error> {
    check(version, |version| ALCHEMY.iter().any(|known| is_patch_of(version, known)))
}

/// The same for Alchemy 2.
///
/// # Errors
/// `alchemy-unknown`.
pub fn check_alchemy2(version: Option<&str>) -> Result<(), Error> {
    check(version, |version| ALCHEMY_2.contains(&version))
}

fn check(version: Option<&str>, knows: impl Fn(&str) -> bool) -> Result<(), Error> {
    match version {
        None => Err(Error::AlchemyHidden),
        Some(version) if knows(version) => Ok(()),
        Some(version) => Err(Error::AlchemyVersion { version: version.into() }),
    }
}

fn is_patch_of(version: &str, known: &str) -> bool {
    let split = |version: &str| {
        let (minor, patch) = version.rsplit_once('.')?;
        Some((minor.to_owned(), patch.parse::<u32>().ok()?))
    };
    match (split(version), split(known)) {
        (Some((minor, patch)), Some((known, least))) => minor == known && patch >= least,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_of_a_known_minor_are_known_from_the_tested_one_on() {
        for version in ALCHEMY.into_iter().chain(["0.81.4", "0.93.13", "0.94.120"]) {
            assert_eq!(check_alchemy(Some(version)).map_err(|error| error.code()), Ok(()));
        }
        let unknown = [
            "0.80.1",
            "0.81.2",
            "0.88.0",
            "0.93.6",
            "0.95.0",
            "1.94.0",
            "0.94",
            "0.94.0-fork",
            "0.94.0+fork",
            "2.0.0-beta.79",
            "alchemy-fork@0.94.0",
            "",
        ];
        for version in unknown {
            let refused = check_alchemy(Some(version)).map_err(|error| error.code());
            assert_eq!(refused, Err("alchemy-unknown".to_owned()), "{version}");
        }
    }

    #[test]
    fn betas_are_known_one_by_one() {
        for version in ALCHEMY_2 {
            assert!(check_alchemy2(Some(version)).is_ok());
        }
        for version in ["2.0.0-beta.7", "2.0.0-beta.80", "2.0.0", "0.94.0"] {
            assert!(check_alchemy2(Some(version)).is_err(), "{version}");
        }
    }
}
