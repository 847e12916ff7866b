//! Hostnames of domains and routes.

use super::{Expected, place};
use crate::error::HostError;

const HOST: &str = "app-pr-1.example.com";

type OfHost = (HostError, &'static str, &'static str, &'static str);

/// Most fields are text, written here as `&str`.
macro_rules! refusal {
    ($variant:ident { $($field:ident: $value:expr),* $(,)? }) => {
        HostError::$variant { $($field: $value.into()),* }
    };
}

pub(super) fn all() -> Vec<Expected> {
    let all = [bases(), written(), held()].concat();
    all.into_iter()
        .map(|(error, code, message, help)| (error.into(), code, message, help))
        .collect()
}

/// The hostname alone.
fn bases() -> Vec<OfHost> {
    let found = "a number";
    vec![
        (
            refusal!(HostRule { host: "App.example.com.", nearest: "app.example.com" }),
            "base-invalid",
            "`App.example.com.` cannot be a hostname: it needs two or more labels of at most 63 lower-case letters, digits and hyphens, 253 in all, and the last is not a number",
            "write it as DNS has it, for example `app.example.com`",
        ),
        (
            refusal!(HostHash { label: "a-0356hv2zv", host: "a-0356hv2zv.example.com" }),
            "base-invalid",
            "`a-0356hv2zv` in the hostname `a-0356hv2zv.example.com` has a part, `0` and eight characters, that looks like a hash",
            "use another label",
        ),
        (
            refusal!(HostEncoded { host: "xn--bcher-kva.example.com" }),
            "base-invalid",
            "the first label of `xn--bcher-kva.example.com` is encoded (`xn--`), and a stage at its end would make it another",
            "use a first label without `xn--`, or only the bare stage",
        ),
        (
            refusal!(HostLong { base: "example.com", length: 257_usize }),
            "base-invalid",
            "`example.com` would have 257 characters with its stage, and DNS allows 253",
            "use a shorter hostname",
        ),
        (
            refusal!(ZoneMismatch { host: "app.other.org", zone: "example.com" }),
            "zone-mismatch",
            "`app.other.org` is not in the zone `example.com`",
            "write a hostname of that zone, or change `zone`",
        ),
        (
            refusal!(HostDoubleStage {
                host: "app-dev.example.com",
                stage: "dev",
                instead: "app.example.com"
            }),
            "double-stage",
            "the first label of `app-dev.example.com` already ends in the stage `dev`",
            "write `app.example.com`: the stage is added",
        ),
        (
            HostError::HostOptionsInvalid { found },
            "argument-invalid",
            "the options of `hostname` are a number",
            "pass an object, or nothing",
        ),
        (
            HostError::HostIdMissing { block: "Domain", found },
            "argument-invalid",
            "the first argument of `Domain` is a number",
            "pass the id as text: `Domain(\"app.example.com\", { worker })`",
        ),
    ]
}

/// What the program writes.
fn written() -> Vec<OfHost> {
    vec![
        (
            refusal!(PatternInvalid { pattern: "a.com/*/b" }),
            "base-invalid",
            "`a.com/*/b` cannot be the pattern of a route: it is a host and a path, with a wildcard only at the start of the host and the end of the path",
            "write it as Cloudflare does, for example `app.example.com/api/*`",
        ),
        (
            refusal!(WildcardRoute { pattern: "*.a.com/*", stage: "pr-1", bare: "prod" }),
            "route-swallows",
            "the pattern `*.a.com/*` covers the hostnames of other stages, and this is the stage `pr-1`",
            "write a hostname without a wildcard, or declare the route only in `prod`",
        ),
        (
            HostError::DuplicateHost {
                name: HOST.into(),
                first: place("shop/pr-1", "a"),
                second: place("shop/pr-1", "b"),
            },
            "duplicate-name",
            "`app-pr-1.example.com` is declared twice: `a` in scope `shop/pr-1` and `b` in scope `shop/pr-1`",
            "declare it once",
        ),
        (
            refusal!(AmbiguousHost {
                host: "app-v2.example.com",
                shorter: "app.example.com",
                longer: "app-v2.example.com",
                stage: "v2"
            }),
            "ambiguous-stage",
            "`app.example.com` and `app-v2.example.com` cannot both have this stage: `app-v2.example.com` would be the first in stage `v2`, and the second in another",
            "give one of them another first label, or rename the stage",
        ),
        (
            refusal!(HostOrphaned {
                id: "site",
                deployed: "a.example.com",
                declared: "b.example.com"
            }),
            "would-orphan",
            "the domain `site` is deployed as `a.example.com`, and this program names it `b.example.com`: `a.example.com` would stay attached",
            "give the new one an id of its own, so that the deploy detaches `a.example.com`; or write `Domain` with `onRename: \"keep\"`",
        ),
        (
            refusal!(ZoneTaken { zone: "example.com", stage: "pr-1" }),
            "would-delete-zone",
            "the zone `example.com` exists, and the stage `pr-1` would take it over",
            "declare the `Zone` only in a protected stage",
        ),
        (
            refusal!(ZoneDeleted { id: "zone", zone: "example.com" }),
            "would-delete-zone",
            "the zone `example.com` is no longer declared as `zone`: Alchemy would delete it with all its records",
            "declare it again, or write `createBlocks({ release: [\"zone\"] })` to let it go",
        ),
    ]
}

/// What the account says.
fn held() -> Vec<OfHost> {
    vec![
        (
            refusal!(ZoneMissing { host: HOST }),
            "zone-missing",
            "the account has no zone for `app-pr-1.example.com`",
            "add the domain to the account, or use the credentials of the account that has it, with the permission Zone Read",
        ),
        (
            refusal!(ZoneInactive { zone: "example.com" }),
            "zone-missing",
            "the zone `example.com` is not active yet",
            "enter Cloudflare's name servers at the registrar of `example.com`, and deploy again when Cloudflare has found them",
        ),
        (
            refusal!(HostTaken { host: HOST, script: "api-prod" }),
            "hostname-taken",
            "the hostname `app-pr-1.example.com` belongs to the Worker `api-prod`: this deploy would take it over",
            "use another hostname, or write `Domain(\"app-pr-1.example.com\", { worker, takeFrom: \"api-prod\" })` to move it",
        ),
        (
            refusal!(HostShared { host: HOST, script: "api-prod", stage: "pr-1" }),
            "hostname-taken",
            "the hostname `app-pr-1.example.com` leads to the Worker `api-prod` of another stage, and would go when the stage `pr-1` is destroyed",
            "declare it only in a protected stage, or use another hostname",
        ),
        (
            refusal!(RouteShared {
                pattern: "app.example.com/*",
                script: "api-prod",
                stage: "pr-1"
            }),
            "route-taken",
            "the route `app.example.com/*` leads to the Worker `api-prod` of another stage, and would go when the stage `pr-1` is destroyed",
            "declare it only in a protected stage, or use another hostname",
        ),
        (
            refusal!(RouteMoved { id: "r", pattern: "app.example.com/*", script: "api-prod" }),
            "route-taken",
            "the route that `r` stands for is `app.example.com/*` by now and leads to the Worker `api-prod`: this deploy would change it",
            "give your route another id: the guard then leaves that one alone",
        ),
        (
            refusal!(RouteInPlace {
                pattern: "app.example.com/*",
                host: "app.example.com",
                script: "api-prod"
            }),
            "route-taken",
            "the route `app.example.com/*` would answer in the place of the Worker `api-prod`, which has `app.example.com` in another stage",
            "use another hostname, such as `Route` makes for each stage, or write `Route(\"app.example.com/*\", { worker, stage: false, takeFrom: \"api-prod\" })` if you mean it",
        ),
        (
            refusal!(HostBucket { host: HOST, bucket: "files-prod" }),
            "hostname-taken",
            "the hostname `app-pr-1.example.com` belongs to the R2 bucket `files-prod`",
            "use another hostname, or remove it from the custom domains of the bucket first",
        ),
        (
            refusal!(HostBucket { host: HOST, bucket: "" }),
            "hostname-taken",
            "the hostname `app-pr-1.example.com` belongs to an R2 bucket",
            "use another hostname, or remove it from the custom domains of the bucket first",
        ),
        (
            refusal!(HostRecord { host: HOST, record: "CNAME app-pr-1.example.com" }),
            "hostname-taken",
            "the DNS record `CNAME app-pr-1.example.com` leads `app-pr-1.example.com` elsewhere",
            "use another hostname, or delete the record first",
        ),
        (
            refusal!(RecordTaken { record: "TXT example.com", stage: "pr-1" }),
            "hostname-taken",
            "the DNS record `TXT example.com` exists, and the stage `pr-1` would overwrite it and delete it later",
            "declare it only in a protected stage, or use another name",
        ),
        (
            refusal!(RouteTaken { pattern: "app.example.com/*", script: "api-prod" }),
            "route-taken",
            "the route `app.example.com/*` leads to the Worker `api-prod`: this deploy would take it over",
            "use another hostname, such as `Route` makes for each stage, or delete the route first",
        ),
        (
            refusal!(RouteTaken { pattern: "app.example.com/*", script: "" }),
            "route-taken",
            "the route `app.example.com/*` leads to no Worker: this deploy would take it over",
            "use another hostname, such as `Route` makes for each stage, or delete the route first",
        ),
        (
            refusal!(RouteSwallows { pattern: "*.example.com/*", host: HOST, script: "api-pr-1" }),
            "route-swallows",
            "the route `*.example.com/*` would answer for `app-pr-1.example.com`, which belongs to the Worker `api-pr-1`",
            "write a hostname without a wildcard, or first give `api-pr-1` the route `app-pr-1.example.com/*`",
        ),
        (
            refusal!(Swallowed { host: HOST, pattern: "*.example.com/*", script: "api-prod" }),
            "route-swallows",
            "the route `*.example.com/*` of the Worker `api-prod` would answer for `app-pr-1.example.com`",
            "make that route more specific, or first give this Worker the route `app-pr-1.example.com/*`",
        ),
        (
            refusal!(DnsMissing { host: HOST }),
            "dns-missing",
            "no DNS record leads `app-pr-1.example.com` to Cloudflare, so no request would reach the route",
            "add a proxied record by hand, once: `AAAA app-pr-1.example.com 100::`; or use `Domain`, which makes its own",
        ),
        (
            refusal!(TlsUncovered { host: "a.b.example.com", zone: "example.com" }),
            "tls-uncovered",
            "no certificate of the zone `example.com` covers `a.b.example.com`",
            "use a hostname one label below `example.com`, use `Domain`, or order a certificate",
        ),
    ]
}
