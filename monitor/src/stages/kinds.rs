//! Which rows can be torn down, and in what order.
//!
//! Cloudflare refuses another order: a queue that a Worker is bound to stays, and so does a Worker
//! that still is the consumer of a queue.

use alch_blocks::Kind;

/// What tearing a row down means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The account lists it, by name and id.
    Listed(Kind),
    /// It is a part of something that is listed, and can be asked for by its ids.
    Part,
    /// It stays, with its row: others can depend on it, and no row says so.
    Kept,
    /// Nothing of it is in the account.
    RowOnly,
    /// It stands for a scope.
    Scope,
    /// Nobody knows here how it is deleted.
    Unknown,
}

/// The type of the rows that stand for nested scopes.
const SCOPE: &str = "alchemy::Scope";

/// An object of a bucket, whose id is its key there.
pub(crate) const OBJECT: &str = "cloudflare::R2Object";

/// A URL pattern that leads to a Worker.
pub(crate) const ROUTE: &str = "cloudflare::Route";
/// A hostname that belongs to a Worker.
pub(crate) const DOMAIN: &str = "cloudflare::CustomDomain";

/// Parts of resources, with their ranks: of Alchemy 0.94, then of Alchemy 2.
const PARTS: [(&str, u8); 10] = [
    ("cloudflare::QueueConsumer", 0),
    (ROUTE, 1),
    (DOMAIN, 1),
    (OBJECT, 4),
    ("Cloudflare.Queues.Consumer", 0),
    ("Cloudflare.QueueConsumer", 0),
    ("Cloudflare.Workers.Route", 1),
    // A hostname of a Worker's own options, and rules for it in a zone.
    ("Cloudflare.Workers.Domain", 1),
    ("Cloudflare.Workers.Redirect", 0),
    ("Cloudflare.Workers.Affinity", 0),
];

/// What everything below a domain depends on.
const KEPT: [&str; 2] = ["cloudflare::Zone", "cloudflare::DnsRecords"];

/// What Alchemy keeps only in its state, or makes on the machine that deploys.
const ROW_ONLY: [&str; 13] = [
    "cloudflare::PermissionGroups",
    "cloudflare::WorkerSubdomain",
    "cloudflare::WranglerJson",
    "esbuild::Bundle",
    "fs::CopyFile",
    "fs::File",
    "fs::Folder",
    "os::Exec",
    "random::String",
    "Alchemy.KeyPair",
    "Alchemy.Random",
    "Command.Build",
    "Command.Exec",
];

/// The rank of a Worker's workflows, which go before it.
pub(crate) const WORKFLOWS: u8 = 2;
/// The rank of rows without a resource: after all that has one.
const LAST: u8 = 9;

pub(crate) fn way(resource: &str) -> Way {
    if resource == SCOPE {
        return Way::Scope;
    }
    if ROW_ONLY.contains(&resource) {
        return Way::RowOnly;
    }
    if KEPT.contains(&resource) {
        return Way::Kept;
    }
    if PARTS.iter().any(|(part, _)| *part == resource) {
        return Way::Part;
    }
    Kind::of_resource(resource).map_or(Way::Unknown, Way::Listed)
}

/// What goes first has the lowest rank.
pub(crate) fn rank(resource: &str) -> u8 {
    let part = PARTS.iter().find(|(part, _)| *part == resource).map(|(_, rank)| *rank);
    part.unwrap_or_else(|| match way(resource) {
        Way::Listed(kind) if kind.spec().is_class => WORKFLOWS,
        // It belongs to a class of its Worker.
        Way::Listed(Kind::Container) => WORKFLOWS,
        Way::Listed(Kind::Worker) => 3,
        Way::Listed(Kind::Queue) => 5,
        Way::Listed(Kind::Database) => 6,
        // Others write into buckets, and Cloudflare deletes no full one.
        Way::Listed(Kind::Bucket) => 8,
        Way::Listed(_) => 7,
        _ => LAST,
    })
}

/// What rows of this type are counted as; none for what is no resource.
pub(crate) fn counted(resource: &str) -> Option<&str> {
    match way(resource) {
        Way::Listed(kind) => Some(kind.as_str()),
        Way::Part if resource == DOMAIN => Some("domain"),
        Way::Part if resource == ROUTE => Some("route"),
        Way::Part | Way::Kept | Way::Unknown => Some(resource),
        Way::RowOnly | Way::Scope => None,
    }
}
