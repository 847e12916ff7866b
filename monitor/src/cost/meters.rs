//! What Cloudflare meters, and where its analytics say how much of it was used.

use alch_blocks::Kind;
use serde::Serialize;

/// A dataset of Cloudflare's GraphQL analytics, grouped by a resource and a day.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dataset {
    /// The node below `accounts`.
    pub name: &'static str,
    /// The kind of its resources.
    pub kind: Kind,
    /// The dimension that tells the resource.
    pub key: &'static str,
    /// The dimension that tells what was done; empty where there is none.
    pub by: &'static str,
    /// How the values of one day come together: `sum` or `max`; `count` is one value of its own.
    pub fold: &'static str,
    /// The values; none for `count`.
    pub fields: &'static [&'static str],
}

const fn dataset(
    name: &'static str,
    kind: Kind,
    [key, by]: [&'static str; 2],
    fold: &'static str,
    fields: &'static [&'static str],
) -> Dataset {
    Dataset { name, kind, key, by, fold, fields }
}

const WORKERS: &str = "workersInvocationsAdaptive";
const D1: &str = "d1AnalyticsAdaptiveGroups";
const D1_STORAGE: &str = "d1StorageAdaptiveGroups";
const R2: &str = "r2OperationsAdaptiveGroups";
const R2_STORAGE: &str = "r2StorageAdaptiveGroups";
const KV: &str = "kvOperationsAdaptiveGroups";
const KV_STORAGE: &str = "kvStorageAdaptiveGroups";
const QUEUES: &str = "queueMessageOperationsAdaptiveGroups";
const OBJECTS: &str = "durableObjectsInvocationsAdaptiveGroups";
const OBJECTS_PERIODIC: &str = "durableObjectsPeriodicGroups";
const OBJECTS_STORAGE: &str = "durableObjectsSqlStorageGroups";
const WORKFLOWS: &str = "workflowsAdaptiveGroups";

/// All datasets. Each is asked alone: what fails then leaves the others known.
pub static DATASETS: &[Dataset] = &[
    dataset(WORKERS, Kind::Worker, ["scriptName", ""], "sum", &["requests", "cpuTimeUs"]),
    dataset(D1, Kind::Database, ["databaseId", ""], "sum", &["rowsRead", "rowsWritten"]),
    dataset(D1_STORAGE, Kind::Database, ["databaseId", ""], "max", &["databaseSizeBytes"]),
    dataset(R2, Kind::Bucket, ["bucketName", "actionType"], "sum", &["requests"]),
    dataset(R2_STORAGE, Kind::Bucket, ["bucketName", ""], "max", &["payloadSize", "metadataSize"]),
    dataset(KV, Kind::Kv, ["namespaceId", "actionType"], "sum", &["requests"]),
    dataset(KV_STORAGE, Kind::Kv, ["namespaceId", ""], "max", &["byteCount"]),
    dataset(QUEUES, Kind::Queue, ["queueId", ""], "sum", &["billableOperations"]),
    dataset(OBJECTS, Kind::DurableObject, ["namespaceId", ""], "sum", &["requests"]),
    dataset(
        OBJECTS_PERIODIC,
        Kind::DurableObject,
        ["namespaceId", ""],
        "sum",
        &["duration", "rowsRead", "rowsWritten"],
    ),
    dataset(OBJECTS_STORAGE, Kind::DurableObject, ["namespaceId", ""], "max", &["storedBytes"]),
    dataset(WORKFLOWS, Kind::Workflow, ["workflowName", "eventType"], "count", &[]),
];

/// Something that is on the bill.
#[derive(Debug)]
pub(super) struct Meter {
    /// As in the price list.
    pub id: &'static str,
    /// The kind of resource that causes it.
    pub kind: Kind,
    /// Of what, in words.
    pub title: &'static str,
    /// What the price list counts in.
    pub unit: &'static str,
    /// How many of what is added up here make one unit.
    pub scale: u64,
    /// Where the usage is. Cloudflare has no analytics for a few meters.
    pub take: Option<Take>,
}

/// Which values of a dataset count for a meter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Take {
    pub dataset: &'static str,
    /// The fields that are added up; none for a count.
    pub fields: &'static [&'static str],
    /// By what a value is multiplied to be what is added up here.
    pub factor: f64,
    /// What must have been done.
    pub actions: Actions,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Actions {
    All,
    Only(&'static [&'static str]),
    /// An action that nobody knows costs more rather than nothing.
    Except(&'static [&'static str], &'static [&'static str]),
}

impl Actions {
    pub fn has(self, action: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(some) => some.contains(&action),
            Self::Except(some, others) => !some.contains(&action) && !others.contains(&action),
        }
    }
}

const fn take(dataset: &'static str, fields: &'static [&'static str]) -> Take {
    Take { dataset, fields, factor: 1.0, actions: Actions::All }
}

const fn acting(dataset: &'static str, fields: &'static [&'static str], actions: Actions) -> Take {
    Take { dataset, fields, factor: 1.0, actions }
}

/// See <https://developers.cloudflare.com/r2/pricing/#class-b-operations>.
const CLASS_B: &[&str] = &[
    "HeadBucket",
    "HeadObject",
    "GetObject",
    "UsageSummary",
    "GetBucketEncryption",
    "GetBucketLocation",
    "GetBucketCors",
    "GetBucketLifecycleConfiguration",
];
const FREE: &[&str] = &["DeleteObject", "DeleteObjects", "DeleteBucket", "AbortMultipartUpload"];
/// How a step ends; an attempt that is made again is no step of its own.
const STEP_ENDINGS: &[&str] =
    &["STEP_SUCCESS", "STEP_FAILURE", "SLEEP_COMPLETE", "WAIT_COMPLETE", "WAIT_TIMED_OUT"];

/// A thousandth of a millisecond of CPU is what the analytics count in.
const MICROSECONDS: u64 = 1_000;
const MILLIONTHS: u64 = 1_000_000;
/// A gigabyte for a month: the largest size of each day counts, and a month has 30 of them.
const BYTE_DAYS: u64 = 30_000_000_000;

const fn meter(
    id: &'static str,
    kind: Kind,
    [title, unit]: [&'static str; 2],
    scale: u64,
    take: Take,
) -> Meter {
    Meter { id, kind, title, unit, scale, take: Some(take) }
}

const fn unmeasured(
    id: &'static str,
    kind: Kind,
    [title, unit]: [&'static str; 2],
    scale: u64,
) -> Meter {
    Meter { id, kind, title, unit, scale, take: None }
}

/// All meters, in the order in which they are shown.
pub(super) static METERS: &[Meter] = &[
    meter(
        "worker-requests",
        Kind::Worker,
        ["requests", "requests"],
        1,
        take(WORKERS, &["requests"]),
    ),
    meter(
        "worker-cpu",
        Kind::Worker,
        ["CPU time", "ms"],
        MICROSECONDS,
        take(WORKERS, &["cpuTimeUs"]),
    ),
    meter("database-read", Kind::Database, ["rows read", "rows"], 1, take(D1, &["rowsRead"])),
    meter(
        "database-written",
        Kind::Database,
        ["rows written", "rows"],
        1,
        take(D1, &["rowsWritten"]),
    ),
    meter(
        "database-storage",
        Kind::Database,
        ["storage", "GB-months"],
        BYTE_DAYS,
        take(D1_STORAGE, &["databaseSizeBytes"]),
    ),
    meter(
        "bucket-class-a",
        Kind::Bucket,
        ["class A operations", "operations"],
        1,
        acting(R2, &["requests"], Actions::Except(CLASS_B, FREE)),
    ),
    meter(
        "bucket-class-b",
        Kind::Bucket,
        ["class B operations", "operations"],
        1,
        acting(R2, &["requests"], Actions::Only(CLASS_B)),
    ),
    meter(
        "bucket-storage",
        Kind::Bucket,
        ["storage", "GB-months"],
        BYTE_DAYS,
        take(R2_STORAGE, &["payloadSize", "metadataSize"]),
    ),
    meter(
        "kv-read",
        Kind::Kv,
        ["reads", "keys"],
        1,
        acting(KV, &["requests"], Actions::Only(&["read"])),
    ),
    meter(
        "kv-write",
        Kind::Kv,
        ["writes", "keys"],
        1,
        acting(KV, &["requests"], Actions::Except(&["read", "delete"], &["list"])),
    ),
    meter(
        "kv-delete",
        Kind::Kv,
        ["deletes", "keys"],
        1,
        acting(KV, &["requests"], Actions::Only(&["delete"])),
    ),
    meter(
        "kv-list",
        Kind::Kv,
        ["lists", "requests"],
        1,
        acting(KV, &["requests"], Actions::Only(&["list"])),
    ),
    meter(
        "kv-storage",
        Kind::Kv,
        ["storage", "GB-months"],
        BYTE_DAYS,
        take(KV_STORAGE, &["byteCount"]),
    ),
    meter(
        "queue-operations",
        Kind::Queue,
        ["operations", "operations"],
        1,
        take(QUEUES, &["billableOperations"]),
    ),
    meter(
        "object-requests",
        Kind::DurableObject,
        ["requests", "requests"],
        1,
        take(OBJECTS, &["requests"]),
    ),
    meter(
        "object-duration",
        Kind::DurableObject,
        ["duration", "GB-s"],
        MILLIONTHS,
        Take { factor: 1e6, ..take(OBJECTS_PERIODIC, &["duration"]) },
    ),
    meter(
        "object-read",
        Kind::DurableObject,
        ["rows read", "rows"],
        1,
        take(OBJECTS_PERIODIC, &["rowsRead"]),
    ),
    meter(
        "object-written",
        Kind::DurableObject,
        ["rows written", "rows"],
        1,
        take(OBJECTS_PERIODIC, &["rowsWritten"]),
    ),
    meter(
        "object-storage",
        Kind::DurableObject,
        ["storage", "GB-months"],
        BYTE_DAYS,
        take(OBJECTS_STORAGE, &["storedBytes"]),
    ),
    meter(
        "workflow-steps",
        Kind::Workflow,
        ["steps", "steps"],
        1,
        acting(WORKFLOWS, &[], Actions::Only(STEP_ENDINGS)),
    ),
    unmeasured("workflow-storage", Kind::Workflow, ["storage", "GB-months"], BYTE_DAYS),
    unmeasured("log-events", Kind::Worker, ["log events", "events"], 1),
    unmeasured("log-ingestion", Kind::Worker, ["logs ingested", "GB"], 1_000_000_000),
    unmeasured("log-storage", Kind::Worker, ["logs stored", "GB-months"], BYTE_DAYS),
];
