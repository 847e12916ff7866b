//! The kinds of resource. The catalogue has one row for each, with everything that any part of the
//! project knows about it; `npm run generate` writes `ts/generated/`, the enums in `schemas/` and the
//! tables in the documentation from it.

mod catalogue;
mod spec;
mod unmodelled;

use std::fmt;

use strum::VariantArray;

pub use spec::{
    Alchemy, Alchemy2, Automatic, Kind, Listing, OnNewName, Paging, Quirks, Quota, Regions, Spec,
    Unit,
};
pub use unmodelled::{unmodelled, unmodelled2};

impl Kind {
    /// Every kind, in the order of the catalogue.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The kind called `name`, such as `database` or `durable-object`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    fn find(is_it: impl Fn(&Spec) -> bool) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| is_it(kind.spec()))
    }

    /// The kind that Alchemy's state calls `resource`: `cloudflare::D1Database` in version 0.94,
    /// `Cloudflare.D1Database` in version 2.
    #[must_use]
    pub fn of_resource(resource: &str) -> Option<Self> {
        Self::find(|spec| {
            spec.alchemy.resource == Some(resource) || spec.alchemy2.resources.contains(&resource)
        })
    }

    /// The kind that the function of `alchemy/cloudflare` makes, such as `D1Database`.
    #[must_use]
    pub fn of_function(function: &str) -> Option<Self> {
        Self::find(|spec| {
            spec.alchemy.function == function || spec.alchemy.also.contains(&function)
        })
    }

    /// The kind that the constructor of `alchemy/Cloudflare` makes, such as `D1.Database`.
    #[must_use]
    pub fn of_constructor(constructor: &str) -> Option<Self> {
        Self::find(|spec| {
            spec.alchemy2.constructor == constructor || spec.alchemy2.also.contains(&constructor)
        })
    }

    /// The kind's name, such as `database` or `durable-object`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether Alchemy 0.94 has rows of its own for it.
    #[must_use]
    pub const fn has_rows(self) -> bool {
        self.spec().alchemy.resource.is_some()
    }

    /// Whether Alchemy's own state stores use the name in the account.
    #[must_use]
    pub fn is_store(self, name: &str) -> bool {
        self.listing().is_some_and(|listing| listing.stores.contains(&name))
    }

    /// The most that a physical name of this kind may have, in bytes of UTF-8.
    #[must_use]
    pub const fn cap(self) -> usize {
        self.spec().cap
    }

    /// The length of a name as people count it against the [cap](Self::cap).
    #[must_use]
    pub fn measure(self, name: &str) -> usize {
        match self.spec().cap_unit {
            Unit::Characters => name.chars().count(),
            Unit::Bytes => name.len(),
        }
    }

    /// One of this kind, in messages.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        self.spec().noun
    }

    /// The block that makes it; `None` where there is none.
    #[must_use]
    pub const fn block(self) -> Option<&'static str> {
        self.spec().block
    }

    /// What a developer writes to declare one.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.block().unwrap_or(self.noun())
    }

    /// Whether two names of this kind are one: some are compared without case.
    #[must_use]
    pub fn same_name(self, a: &str, b: &str) -> bool {
        a == b || self.spec().folds_case && a.eq_ignore_ascii_case(b)
    }

    /// A name in the form in which names of this kind are compared.
    pub(crate) fn folded(self, name: &str) -> String {
        if self.spec().folds_case { name.to_ascii_lowercase() } else { name.to_owned() }
    }

    /// What follows `head` and a hyphen in `name`.
    pub(crate) fn rest_after<'a>(self, name: &'a str, head: &str) -> Option<&'a str> {
        let (start, rest) = name.split_at_checked(head.len())?;
        rest.strip_prefix('-').filter(|_| self.same_name(start, head))
    }
}

/// As [`noun`](Kind::noun), for messages.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun())
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_has_its_own_row() {
        for &kind in Kind::ALL {
            assert_eq!(kind.spec().kind, kind);
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.as_str().into()));
            assert_eq!(Kind::of_function(kind.spec().alchemy.function), Some(kind));
            assert_eq!(Kind::of_constructor(kind.spec().alchemy2.constructor), Some(kind));
            assert!(kind.spec().base.allows(kind.spec().example), "{kind:?}");
            assert!(kind.spec().naming.contains(&"name"), "one option can be read everywhere");
        }
    }
}
