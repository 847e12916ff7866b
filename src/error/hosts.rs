//! What is refused of hostnames.

use miette::Diagnostic;

use super::Place;
use super::parts::{bucket_or_one, script_or_none};
use crate::quote::Quoted;

/// A refusal of a domain, a route, a zone or a DNS record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[cfg_attr(test, derive(strum::VariantNames))]
#[non_exhaustive]
#[rustfmt::skip]
#[expect(missing_docs, reason = "the messages say what the variants and their fields are")]
pub enum HostError {
    // --- What the program writes -----------------------------------------------------------
    #[error("{host} cannot be a hostname: it needs two or more labels of at most 63 lower-case letters, digits and hyphens, 253 in all, and the last is not a number")]
    #[diagnostic(code("base-invalid"), help("write it as DNS has it, for example {nearest}"))]
    HostRule { host: Quoted, nearest: Quoted },

    #[error("{label} in the hostname {host} has a part, `0` and eight characters, that looks like a hash")]
    #[diagnostic(code("base-invalid"), help("use another label"))]
    HostHash { label: Quoted, host: Quoted },

    #[error("the first label of {host} is encoded (`xn--`), and a stage at its end would make it another")]
    #[diagnostic(code("base-invalid"), help("use a first label without `xn--`, or only the bare stage"))]
    HostEncoded { host: Quoted },

    #[error("{base} would have {length} characters with its stage, and DNS allows 253")]
    #[diagnostic(code("base-invalid"), help("use a shorter hostname"))]
    HostLong { base: Quoted, length: usize },

    #[error("{host} is not in the zone {zone}")]
    #[diagnostic(code("zone-mismatch"), help("write a hostname of that zone, or change `zone`"))]
    ZoneMismatch { host: Quoted, zone: Quoted },

    #[error("the first label of {host} already ends in the stage {stage}")]
    #[diagnostic(code("double-stage"), help("write {instead}: the stage is added"))]
    HostDoubleStage { host: Quoted, stage: Quoted, instead: Quoted },

    #[error("{pattern} cannot be the pattern of a route: it is a host and a path, with a wildcard only at the start of the host and the end of the path")]
    #[diagnostic(code("base-invalid"), help("write it as Cloudflare does, for example `app.example.com/api/*`"))]
    PatternInvalid { pattern: Quoted },

    #[error("the pattern {pattern} covers the hostnames of other stages, and this is the stage {stage}")]
    #[diagnostic(code("route-swallows"), help("write a hostname without a wildcard, or declare the route only in {bare}"))]
    WildcardRoute { pattern: Quoted, stage: Quoted, bare: Quoted },

    #[error("{name} is declared twice: {first} and {second}")]
    #[diagnostic(code("duplicate-name"), help("declare it once"))]
    DuplicateHost { name: Quoted, first: Place, second: Place },

    #[error("{shorter} and {longer} cannot both have this stage: {host} would be the first in stage {stage}, and the second in another")]
    #[diagnostic(code("ambiguous-stage"), help("give one of them another first label, or rename the stage"))]
    AmbiguousHost { host: Quoted, shorter: Quoted, longer: Quoted, stage: Quoted },

    #[error("the options of `hostname` are {found}")]
    #[diagnostic(code("argument-invalid"), help("pass an object, or nothing"))]
    HostOptionsInvalid { found: &'static str },

    #[error("the first argument of `{block}` is {found}")]
    #[diagnostic(code("argument-invalid"), help("pass the id as text: `{block}(\"app.example.com\", {{ worker }})`"))]
    HostIdMissing { block: &'static str, found: &'static str },

    // --- What the account holds ------------------------------------------------------------
    #[error("the account has no zone for {host}")]
    #[diagnostic(code("zone-missing"), help("add the domain to the account, or use the credentials of the account that has it, with the permission Zone Read"))]
    ZoneMissing { host: Quoted },

    #[error("the zone {zone} is not active yet")]
    #[diagnostic(code("zone-missing"), help("enter Cloudflare's name servers at the registrar of {zone}, and deploy again when Cloudflare has found them"))]
    ZoneInactive { zone: Quoted },

    #[error("the hostname {host} belongs to the Worker {script}: this deploy would take it over")]
    #[diagnostic(code("hostname-taken"), help("use another hostname, or write `Domain({}, {{ worker, takeFrom: {} }})` to move it", host.literal(), script.literal()))]
    HostTaken { host: Quoted, script: Quoted },

    #[error("the hostname {host} leads to the Worker {script} of another stage, and would go when the stage {stage} is destroyed")]
    #[diagnostic(code("hostname-taken"), help("declare it only in a protected stage, or use another hostname"))]
    HostShared { host: Quoted, script: Quoted, stage: Quoted },

    #[error("the hostname {host} belongs to {}", bucket_or_one(bucket))]
    #[diagnostic(code("hostname-taken"), help("use another hostname, or remove it from the custom domains of the bucket first"))]
    HostBucket { host: Quoted, bucket: Quoted },

    #[error("the DNS record {record} leads {host} elsewhere")]
    #[diagnostic(code("hostname-taken"), help("use another hostname, or delete the record first"))]
    HostRecord { host: Quoted, record: Quoted },

    #[error("the DNS record {record} exists, and the stage {stage} would overwrite it and delete it later")]
    #[diagnostic(code("hostname-taken"), help("declare it only in a protected stage, or use another name"))]
    RecordTaken { record: Quoted, stage: Quoted },

    #[error("the route {pattern} leads to {}: this deploy would take it over", script_or_none(script))]
    #[diagnostic(code("route-taken"), help("use another hostname, such as `Route` makes for each stage, or delete the route first"))]
    RouteTaken { pattern: Quoted, script: Quoted },

    #[error("the route {pattern} leads to the Worker {script} of another stage, and would go when the stage {stage} is destroyed")]
    #[diagnostic(code("route-taken"), help("declare it only in a protected stage, or use another hostname"))]
    RouteShared { pattern: Quoted, script: Quoted, stage: Quoted },

    #[error("the route that {id} stands for is {pattern} by now and leads to {}: this deploy would change it", script_or_none(script))]
    #[diagnostic(code("route-taken"), help("give your route another id: the guard then leaves that one alone"))]
    RouteMoved { id: Quoted, pattern: Quoted, script: Quoted },

    #[error("the route {pattern} would answer in the place of the Worker {script}, which has {host} in another stage")]
    #[diagnostic(code("route-taken"), help("use another hostname, such as `Route` makes for each stage, or write `Route({}, {{ worker, stage: false, takeFrom: {} }})` if you mean it", pattern.literal(), script.literal()))]
    RouteInPlace { pattern: Quoted, host: Quoted, script: Quoted },

    #[error("the route {pattern} would answer for {host}, which belongs to the Worker {script}")]
    #[diagnostic(code("route-swallows"), help("write a hostname without a wildcard, or first give {script} the route `{}/*`", host.as_str()))]
    RouteSwallows { pattern: Quoted, host: Quoted, script: Quoted },

    #[error("the route {pattern} of the Worker {script} would answer for {host}")]
    #[diagnostic(code("route-swallows"), help("make that route more specific, or first give this Worker the route `{}/*`", host.as_str()))]
    Swallowed { host: Quoted, pattern: Quoted, script: Quoted },

    #[error("no DNS record leads {host} to Cloudflare, so no request would reach the route")]
    #[diagnostic(code("dns-missing"), help("add a proxied record by hand, once: `AAAA {} 100::`; or use `Domain`, which makes its own", host.as_str()))]
    DnsMissing { host: Quoted },

    #[error("no certificate of the zone {zone} covers {host}")]
    #[diagnostic(code("tls-uncovered"), help("use a hostname one label below {zone}, use `Domain`, or order a certificate"))]
    TlsUncovered { host: Quoted, zone: Quoted },

    #[error("the zone {zone} exists, and the stage {stage} would take it over")]
    #[diagnostic(code("would-delete-zone"), help("declare the `Zone` only in a protected stage"))]
    ZoneTaken { zone: Quoted, stage: Quoted },

    // --- What the state holds --------------------------------------------------------------
    #[error("the domain {id} is deployed as {deployed}, and this program names it {declared}: {deployed} would stay attached")]
    #[diagnostic(code("would-orphan"), help("give the new one an id of its own, so that the deploy detaches {deployed}; or write `Domain` with `onRename: \"keep\"`"))]
    HostOrphaned { id: Quoted, deployed: Quoted, declared: Quoted },

    #[error("the zone {zone} is no longer declared as {id}: Alchemy would delete it with all its records")]
    #[diagnostic(code("would-delete-zone"), help("declare it again, or write `createBlocks({{ release: [{}] }})` to let it go", id.literal()))]
    ZoneDeleted { id: Quoted, zone: Quoted },
}
