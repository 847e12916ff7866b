//! What a row of the catalogue has.

use serde::Serialize;

pub use super::catalogue::Kind;
use crate::rule::{Literal, Rule};

/// One row of the catalogue. Only the command line needs its listing: apart, the core does not carry it.
pub(super) struct Row {
    pub(super) spec: Spec,
    /// Nothing where the API lists none.
    pub(super) listing: Option<Listing>,
}

/// What is known of a kind.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    /// The kind, written as users of `physicalName` write it.
    pub kind: Kind,
    /// One of it, in messages.
    pub noun: &'static str,
    /// Many of it, in messages.
    pub plural: &'static str,
    /// One of it, with Cloudflare's name for the product.
    pub product: &'static str,
    /// The block that makes it.
    pub block: Option<&'static str>,
    /// A base name that keeps the rule, for messages and examples.
    pub example: &'static str,
    /// How Alchemy 0.94 knows it.
    pub alchemy: Alchemy,
    /// How Alchemy 2 knows it.
    pub alchemy2: Alchemy2,
    /// What a base name may be.
    pub base: Rule,
    /// What Cloudflare accepts for a name that is used as it stands.
    #[serde(skip)]
    pub literal: Literal,
    /// The most that a physical name may have, in bytes of UTF-8. Only a KV title may have other
    /// characters than ASCII.
    pub cap: usize,
    /// What people count the cap in.
    pub cap_unit: Unit,
    /// Whether `A` and `a` are one name. Where in doubt they are, which refuses more.
    pub folds_case: bool,
    /// The options that can give the base name. The first that is given wins; the physical name is
    /// written to all of them.
    pub naming: &'static [&'static str],
    /// Whether it holds data, which Alchemy deletes unless `delete: false` is stored.
    pub owns_data: bool,
    /// Whether it is a class in a script, and takes `className` and `scriptName`.
    pub is_class: bool,
    /// What Alchemy 0.94 does when the physical name changes.
    pub on_new_name: OnNewName,
    /// The type of a Worker's binding to it; empty where a Worker cannot bind it.
    pub binding: &'static str,
    /// How many an account may have.
    pub quota: Option<Quota>,
    /// Where in the world it can be told to be.
    pub regions: Option<Regions>,
    /// What a user should know about its name.
    pub note: Option<&'static str>,
}

/// How Alchemy 0.94 knows a kind.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alchemy {
    /// The function of `alchemy/cloudflare` that makes it.
    pub function: &'static str,
    /// Other functions that make one, by the same id and the same options for its name.
    pub also: &'static [&'static str],
    /// The type of its rows in the state. Classes and workflows have none: they stand in the row
    /// of their Worker.
    pub resource: Option<&'static str>,
    /// The options that Alchemy itself takes the name from, the first that is given.
    pub naming: &'static [&'static str],
    /// The attribute of a row that has the physical name; empty for what has no rows.
    pub attribute: &'static str,
    /// The attribute of a row by which Cloudflare knows the resource; empty for what has no rows.
    pub identity: &'static str,
    /// The name that it makes where none is given.
    pub automatic: Automatic,
    /// What it does otherwise for this kind.
    pub quirks: Quirks,
}

/// What Alchemy 0.94 does for some kinds and not for most. The guard has an answer to each.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quirks {
    /// Whether it deletes the resource although `delete: false` is stored.
    pub ignores_delete: bool,
    /// Whether it takes what has the name already, without `adopt`.
    pub takes_existing: bool,
    /// Whether it deletes by the name in the options, also where the row holds no resource.
    pub deletes_by_name: bool,
    /// Whether it makes the resource in the account in local mode, too.
    pub always_remote: bool,
}

impl Quirks {
    /// None of them.
    pub const NONE: Self = Self {
        ignores_delete: false,
        takes_existing: false,
        deletes_by_name: false,
        always_remote: false,
    };
}

/// The name that Alchemy makes where the program gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Automatic {
    /// The app, the id and the stage.
    WithStage,
    /// The same with random characters at its end, which only the state knows.
    Random,
    /// It is made of the name of its Worker.
    OfWorker,
    /// The id alone, without a stage.
    Id,
}

/// How Alchemy 2 knows a kind.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alchemy2 {
    /// The constructor, below `Cloudflare`.
    pub constructor: &'static str,
    /// Other constructors that make one, by the same id and the same options for its name. Those
    /// of older betas stand last.
    pub also: &'static [&'static str],
    /// The block that makes it.
    pub block: &'static str,
    /// The types of its rows in the state: the current one, then older ones.
    pub resources: &'static [&'static str],
    /// The option that can give the physical name; empty where there is none.
    pub naming: &'static str,
    /// The attribute of a row that has the physical name; empty for what has no rows.
    pub attribute: &'static str,
    /// The attribute of a row by which Cloudflare knows the resource; empty for what has no rows.
    pub identity: &'static str,
    /// The name that it makes where none is given.
    pub automatic: Automatic,
    /// What Alchemy 2 does when the physical name changes.
    pub on_new_name: OnNewName,
    /// Whether `migrate --to-v2` takes it over from 0.94: its calls and its rows.
    #[serde(skip)]
    pub converts: bool,
    /// Whether it deletes data with a row of the kind.
    pub deletes_data: bool,
}

/// What people count the length of a name in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Unicode code points.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

/// What Alchemy does when the physical name of a resource changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnNewName {
    /// It creates a new one and deletes the old one.
    Replace,
    /// It renames the one that is there.
    RenameInPlace,
    /// It renames the one that is there, and then fails: the state keeps the old name.
    Fails,
    /// It creates a new one and leaves the old one behind.
    LeaveBehind,
    /// It leaves the old name: Cloudflare takes no other one.
    Stays,
    /// The name is ours alone, so nothing happens.
    Nothing,
}

/// How the Cloudflare API lists a kind.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// The path below the account.
    pub path: &'static str,
    /// How a long list is read.
    pub paging: Paging,
    /// The key of the list in the result; the result itself is the list where there is none.
    pub items: Option<&'static str>,
    /// The fields of an item that make its name, joined by `/`.
    pub name: &'static [&'static str],
    /// The field that has the id.
    pub id: &'static str,
    /// Whether the path of one ends in its name, and not in its id.
    pub by_name: bool,
    /// The field that has the time of creation.
    pub created: Option<&'static str>,
    /// The jurisdictions that have lists of their own, beside the default one.
    pub jurisdictions: &'static [&'static str],
    /// The permission that an API token needs, as Cloudflare calls it.
    pub permission: &'static str,
    /// The names that Alchemy's own state stores use in the account.
    pub stores: &'static [&'static str],
}

/// How a long list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Paging {
    /// By `page` and `per_page`.
    Pages,
    /// By `cursor`.
    Cursor,
    /// It comes whole.
    None,
}

/// How many of a kind an account may have.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Quota {
    /// On the free plan.
    pub free: u64,
    /// On the paid plan.
    pub paid: u64,
}

/// Where in the world a kind can be told to be. See <https://developers.cloudflare.com/d1/configuration/data-location/>
/// and <https://developers.cloudflare.com/r2/reference/data-location/>.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Regions {
    /// What data never leaves. The option `jurisdiction` takes one.
    pub jurisdictions: &'static [&'static str],
    /// What is near, and no promise.
    pub hints: &'static [&'static str],
    /// The option that takes one of the hints.
    pub hint_option: &'static str,
}
