//! Objects of previews that expire: the option `expireDays` of a bucket, and of a set of blocks.
//!
//! Only a bucket that the stage has made for itself may lose objects. The blocks know whose it is by
//! their options, and the guard whether it was there before.

use std::fmt;

use crate::error::Error;

/// The most days that are taken.
pub const MOST_DAYS: u32 = 36_500;

/// The option `expireDays` of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expiry {
    /// Not given: what the set of blocks says.
    #[default]
    Common,
    /// `expireDays: false`.
    Off,
    /// `expireDays: 14`.
    Days(u32),
}

/// When the objects of a bucket expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expires {
    /// After how many days.
    pub days: u32,
    /// Whether the block itself says so, and not only its set.
    pub asked: bool,
}

/// Why the objects of a bucket may not expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// The stage is protected.
    Protected,
    /// Another stage uses it, too.
    Shared,
    /// It is older than the block.
    Pinned,
    /// It was there before the stage took it.
    Adopted,
}

impl fmt::Display for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protected => "its stage is protected",
            Self::Shared => "it belongs to another stage, or to all of them",
            Self::Pinned => "its name is pinned, so it may be older than the stage",
            Self::Adopted => "it was there before, and this stage has not made it",
        })
    }
}

/// When the objects of the bucket `name` expire, if they do.
///
/// # Errors
/// `expire-protected`, if the block itself asks for it and they may not.
pub(crate) fn expires(
    name: &str,
    option: Expiry,
    common: Option<u32>,
    lasting: Option<Lasting>,
) -> Result<Option<Expires>, Error> {
    match (option, lasting) {
        (Expiry::Off, _) => Ok(None),
        (Expiry::Days(days), None) => Ok(Some(Expires { days, asked: true })),
        (Expiry::Days(_), Some(reason)) => Err(refused(name, reason)),
        (Expiry::Common, None) => Ok(common.map(|days| Expires { days, asked: false })),
        (Expiry::Common, Some(_)) => Ok(None),
    }
}

pub(crate) fn refused(name: &str, reason: Lasting) -> Error {
    Error::ExpireProtected { name: name.into(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lasts_does_not_expire() {
        let all = [Lasting::Protected, Lasting::Shared, Lasting::Pinned, Lasting::Adopted];
        for reason in all {
            let lasting = Some(reason);
            assert_eq!(expires("files", Expiry::Common, Some(14), lasting), Ok(None));
            assert_eq!(expires("files", Expiry::Off, Some(14), lasting), Ok(None));
            let asked = expires("files", Expiry::Days(3), Some(14), lasting);
            assert_eq!(asked.map_err(|it| it.code()), Err("expire-protected".to_owned()));
        }
    }

    #[test]
    fn the_block_wins_over_its_set() {
        let days = |option, common| expires("files", option, common, None);
        assert_eq!(days(Expiry::Common, None), Ok(None));
        let common = Expires { days: 14, asked: false };
        assert_eq!(days(Expiry::Common, Some(14)), Ok(Some(common)));
        let own = Expires { days: 3, asked: true };
        assert_eq!(days(Expiry::Days(3), Some(14)), Ok(Some(own)));
        assert_eq!(days(Expiry::Off, Some(14)), Ok(None));
    }
}
