//! The vectors of the naming law, which an independent implementation made, natively.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it stands")]

use alch_blocks::{HostOptions, Kind, hostname, physical_name, stage_slug};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    hash: std::collections::BTreeMap<String, String>,
    rows: Vec<Vector>,
}

#[derive(Deserialize, Debug)]
struct Vector {
    kind: String,
    base: String,
    stage: String,
    slug: String,
    name: Option<String>,
    error: Option<String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/naming.json")).expect("the vectors parse")
}

#[test]
fn every_row_holds() {
    let rows = vectors().rows;
    assert!(rows.len() > 300);
    for row in rows {
        let kind = Kind::parse(&row.kind).expect("a known kind");
        assert_eq!(stage_slug(&row.stage).as_deref(), Ok(row.slug.as_str()), "{row:?}");
        let got = physical_name(kind, &row.base, &row.stage);
        assert_eq!(got.as_deref().ok(), row.name.as_deref(), "{row:?}");
        let code = got.err().map(|error| error.code());
        assert_eq!(code, row.error, "{row:?}");
    }
}

#[derive(Deserialize)]
struct HostVectors {
    rows: Vec<HostVector>,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HostVector {
    base: String,
    stage: String,
    zone: Option<String>,
    bare: Option<String>,
    preview_domain: Option<String>,
    hostname: Option<String>,
    error: Option<String>,
}

#[test]
fn every_hostname_holds() {
    let vectors: HostVectors =
        serde_json::from_str(include_str!("vectors/hostname.json")).expect("the vectors parse");
    assert!(vectors.rows.len() > 150);
    for row in vectors.rows {
        let (zone, bare) = (row.zone.clone(), row.bare.clone());
        let options = HostOptions { zone, bare, preview_domain: row.preview_domain.clone() };
        let got = hostname(&row.base, &row.stage, &options);
        assert_eq!(got.as_deref().ok(), row.hostname.as_deref(), "{row:?}");
        assert_eq!(got.err().map(|error| error.code()), row.error, "{row:?}");
    }
}

/// A stage of capitals is unclean, so its slug ends in the hash of its text.
#[test]
fn every_hash_holds() {
    for (text, hash) in vectors().hash {
        if text.is_empty() {
            continue;
        }
        // A base that is over the cap carries its own hash; a stage that is unclean carries its.
        let slug = stage_slug(&text).expect("not empty");
        if slug != text {
            assert!(slug.ends_with(&format!("-{hash}")), "{text}: {slug}");
        }
    }
    let unclean = stage_slug("feature/login").expect("not empty");
    assert!(unclean.ends_with("-0356hv2zv"));
}
