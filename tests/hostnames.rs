//! Properties of all hostnames.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it stands")]

use std::collections::HashMap;

use alch_blocks::{HostOptions, hostname, stage_slug};
use proptest::prelude::*;

/// What DNS and certificates ask for, written down again on purpose.
fn dns_accepts(host: &str) -> bool {
    let is_label = |label: &str| {
        let ends = [label.chars().next(), label.chars().last()];
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        (1..=63).contains(&label.len())
            && label.chars().all(|c| is_plain(c) || c == '-')
            && ends.into_iter().all(|c| c.is_some_and(is_plain))
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

/// Few words with hyphens between, so that labels and stages meet at every turn.
fn word() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec!["app", "pr", "1", "x", "prod", "0356hv2zv"]);
    let words = prop::collection::vec(part, 1..4).prop_map(|words| words.join("-"));
    prop_oneof![6 => words, 1 => "[a-z]{25,63}", 1 => any::<String>()]
}

fn stages() -> impl Strategy<Value = String> {
    prop_oneof![3 => word(), 1 => word().prop_map(|word| word.to_ascii_uppercase())]
}

/// What comes after the first label: short, long, or as long as it may be.
fn rests() -> impl Strategy<Value = String> {
    let long = |parts: usize| format!("{}.com", vec!["y".repeat(58); parts].join("."));
    prop::sample::select(vec!["example.com".to_owned(), long(1), long(3), long(4)])
}

fn options(bare: &str) -> HostOptions {
    HostOptions { bare: Some(bare.to_owned()), ..HostOptions::default() }
}

/// Whether two first labels can meet in a stage; the label of an apex is empty.
fn can_meet(a: &str, b: &str, slug: &str) -> bool {
    let longer = |short: &str, long: &str| {
        let front = if short.is_empty() { String::new() } else { format!("{short}-") };
        let tail = long.strip_prefix(&front).filter(|tail| !tail.is_empty());
        tail.is_some_and(|x| slug == x || slug.starts_with(&format!("{x}-")))
    };
    longer(a, b) || longer(b, a)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn dns_takes_every_hostname(label in word(), rest in rests(), stage in stages()) {
        let base = format!("{label}.{rest}");
        let Ok(host) = hostname(&base, &stage, &options("prod")) else { return Ok(()) };
        prop_assert!(dns_accepts(&host), "{host}");
        prop_assert_eq!(host.matches('.').count(), base.matches('.').count(), "its depth");
        if stage == "prod" {
            prop_assert_eq!(&host, &base);
            return Ok(());
        }
        let slug = stage_slug(&stage).unwrap();
        prop_assert!(host.ends_with(&format!("-{slug}.{rest}")), "{host} shows {slug}");
        if rest.len() <= 25 {
            prop_assert!(host.len() <= 64, "{host}");
        }
    }

    #[test]
    fn an_apex_gets_a_label(stage in stages(), zone in rests()) {
        let options = HostOptions { zone: Some(zone.clone()), ..HostOptions::default() };
        if let Ok(host) = hostname(&zone, &stage, &options) {
            let slug = stage_slug(&stage).unwrap();
            let wanted = if stage == "prod" { zone } else { format!("{slug}.{zone}") };
            prop_assert_eq!(host, wanted);
        }
    }

    /// A run in which two labels can meet is refused, so what others share is what counts.
    #[test]
    fn no_two_pairs_that_pass_share_a_hostname(
        labels in prop::collection::vec(word(), 1..5),
        with_apex in any::<bool>(),
        stages in prop::collection::vec(stages(), 1..5),
    ) {
        let zone = "example.com";
        let mut labels = labels;
        labels.retain(|label| hostname(&format!("{label}.{zone}"), "prod", &options("prod")).is_ok());
        labels.sort();
        labels.dedup();
        if with_apex {
            labels.push(String::new());
        }
        let mut owners: HashMap<String, (String, String)> = HashMap::new();
        for stage in stages.iter().map(String::as_str).chain(["prod"]) {
            let Ok(slug) = stage_slug(stage) else { continue };
            let pairs = || labels.iter().flat_map(|a| labels.iter().map(move |b| (a, b)));
            if stage != "prod" && pairs().any(|(a, b)| a != b && can_meet(a, b, &slug)) {
                continue;
            }
            for label in &labels {
                let base = if label.is_empty() { zone.to_owned() } else { format!("{label}.{zone}") };
                let Ok(host) = hostname(&base, stage, &options("prod")) else { continue };
                let pair = (base, stage.to_owned());
                let owner = owners.entry(host.clone()).or_insert_with(|| pair.clone());
                prop_assert_eq!(&*owner, &pair, "{}", host);
            }
        }
    }
}
