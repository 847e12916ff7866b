//! What options and attributes of 0.94 are called in Alchemy 2.

use alch_blocks::Kind;

/// What becomes of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Same,
    Named(&'static str),
    /// It goes, and means nothing there.
    Gone,
    /// It goes, for a reason that the user should know.
    Aside(&'static str),
    /// `delete: false` becomes a removal policy.
    Retain,
    /// `migrationsDir`, together with `migrationsTable`.
    Migrations,
    /// A part of `compatibility`.
    Compatibility(&'static str),
    Bindings,
    EventSources,
    /// `domains`, which is one `domain` with aliases.
    Domains,
    /// `routes`, whose patterns are objects.
    Routes,
    /// `dlq` is an option of consumers.
    DeadLetters,
    /// `origin`, with a secret in it.
    Origin,
    /// An object whose parts have other names.
    Parts(&'static [(&'static str, &'static str)]),
}

const IMPORTED: &str = "it was imported already, and Alchemy 2 would import it again";
const LOCAL: &str =
    "Alchemy 2 takes the parts of another origin for `alchemy dev`: write them yourself";
const CACHING: &[(&str, &str)] = &[
    ("disabled", "disabled"),
    ("max_age", "maxAge"),
    ("stale_while_revalidate", "staleWhileRevalidate"),
];
const MTLS: &[(&str, &str)] = &[
    ("ca_certificate_id", "caCertificateId"),
    ("mtls_certificate_id", "mtlsCertificateId"),
    ("sslmode", "sslmode"),
];
const SETTINGS: &str = "queues of Alchemy 2 have no settings; those at Cloudflare stay";
const WORKFLOW_NAME: &str =
    "this version of Alchemy 2 names workflows itself; the old one stays behind";

/// What becomes of an option of a kind; `None` if nobody knows.
pub(super) fn option(kind: Kind, is_block: bool, key: &str) -> Option<To> {
    if is_block && matches!(key, "stage" | "pin" | "protect" | "share") {
        return Some(To::Same);
    }
    let data = kind.spec().owns_data;
    Some(match (kind, key) {
        (Kind::DispatchNamespace, "namespace") => To::Named("name"),
        _ if kind.spec().naming.contains(&key) && is_block => To::Same,
        _ if !kind.spec().alchemy2.naming.is_empty() && kind.spec().alchemy2.naming == key => {
            if kind == Kind::Workflow {
                To::Aside(WORKFLOW_NAME)
            } else {
                To::Same
            }
        }
        (_, "adopt") => To::Gone,
        (_, "delete") if data || kind == Kind::Worker => To::Retain,
        (Kind::Database, "jurisdiction" | "primaryLocationHint" | "readReplication")
        | (Kind::Bucket, "jurisdiction" | "locationHint" | "storageClass")
        | (Kind::Vectorize, "dimensions" | "metric" | "description")
        | (Kind::Worker, "crons" | "limits" | "placement" | "logpush" | "script")
        | (Kind::DurableObject | Kind::Workflow, "className")
        | (Kind::DurableObject, "scriptName") => To::Same,
        (Kind::Database, "migrationsDir" | "migrationsTable") => To::Migrations,
        (Kind::Database, "importFiles") => To::Aside(IMPORTED),
        (Kind::Bucket, "allowPublicAccess" | "devDomain") => To::Named("publicAccess"),
        (Kind::Queue, "settings") => To::Aside(SETTINGS),
        (Kind::Queue, "dlq") => To::DeadLetters,
        (Kind::Hyperdrive, "origin") => To::Origin,
        (Kind::Hyperdrive, "caching") => To::Parts(CACHING),
        (Kind::Hyperdrive, "mtls") => To::Parts(MTLS),
        (Kind::Hyperdrive, "dev") => To::Aside(LOCAL),
        (Kind::Hyperdrive, "hyperdriveId") => To::Gone,
        // It is there with what it had, and never emptied.
        (Kind::Database, "clone") | (Kind::Bucket, "empty") | (Kind::DurableObject, "sqlite") => {
            To::Gone
        }
        (Kind::Worker, "entrypoint") => To::Named("main"),
        (Kind::Worker, "url") => To::Named("workersDev"),
        (Kind::Worker, "format") => To::Gone,
        (Kind::Worker, "compatibilityDate") => To::Compatibility("date"),
        (Kind::Worker, "compatibilityFlags") => To::Compatibility("flags"),
        (Kind::Worker, "bindings") => To::Bindings,
        (Kind::Worker, "eventSources") => To::EventSources,
        (Kind::Worker, "domains") => To::Domains,
        (Kind::Worker, "routes") => To::Routes,
        _ => return None,
    })
}

/// What an attribute is called; `None` if there is no such one.
pub(super) fn attribute(kind: Kind, key: &str) -> Option<&'static str> {
    Some(match (kind, key) {
        (Kind::Database, "id") => "databaseId",
        (Kind::Database, "name") => "databaseName",
        (Kind::Bucket, "name") => "bucketName",
        (Kind::Kv, "namespaceId") => "namespaceId",
        (Kind::Kv, "title") => "title",
        (Kind::Queue, "id") => "queueId",
        (Kind::Queue, "name") => "queueName",
        (Kind::Vectorize, "id" | "name") => "indexName",
        (Kind::Hyperdrive, "hyperdriveId") => "hyperdriveId",
        (Kind::DispatchNamespace, "namespaceId") => "namespaceId",
        (Kind::Hyperdrive, "name") | (Kind::DispatchNamespace, "namespace" | "namespaceName") => {
            "name"
        }
        (Kind::Worker, "name") => "workerName",
        (Kind::Worker, "url") => "url",
        _ => return None,
    })
}
