//! What the account costs: Cloudflare's own examples, and whose part is whose.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop where it stands"
)]

use alch_blocks_monitor::cost::{Cost, DATASETS, Known, Owner, OwnerCost, Row, ShareOf, Usage};
use alch_blocks_monitor::{Judge, Plan};
use proptest::prelude::*;

/// 30 days of October and November, on which no price changes.
fn days() -> Vec<String> {
    let october = (20..=31).map(|day| format!("2026-10-{day}"));
    october.chain((1..=18).map(|day| format!("2026-11-{day:02}"))).collect()
}

fn row(dataset: &str, key: &str, by: &str, values: &[f64]) -> Row {
    Row {
        dataset: dataset.to_owned(),
        key: key.to_owned(),
        by: by.to_owned(),
        day: "2026-11-02".to_owned(),
        values: values.to_vec(),
    }
}

/// The same on each day.
fn daily(dataset: &str, key: &str, values: &[f64]) -> Vec<Row> {
    days().into_iter().map(|day| Row { day, ..row(dataset, key, "", values) }).collect()
}

fn known(kind: &str, id: &str, name: &str) -> Known {
    Known { kind: kind.to_owned(), id: id.to_owned(), name: name.to_owned() }
}

fn usage(rows: Vec<Row>) -> Usage {
    Usage { days: days(), rows, ..Usage::default() }
}

/// Lines of `kind name app stage id source place`, with nothing for what is not known.
fn cost_of(lines: &[&str], usage: &Usage) -> Cost {
    let mut judge = Judge::new();
    judge.add(&lines.join("\n").replace(' ', "\t"));
    judge.cost(usage).expect("there is a price list")
}

/// In cents, as Cloudflare writes it.
fn cents(amount: u64) -> u64 {
    (amount + 5_000) / 10_000
}

const WORKERS: &str = "workersInvocationsAdaptive";
const D1: &str = "d1AnalyticsAdaptiveGroups";
const D1_STORAGE: &str = "d1StorageAdaptiveGroups";
const R2: &str = "r2OperationsAdaptiveGroups";
const R2_STORAGE: &str = "r2StorageAdaptiveGroups";
const KV: &str = "kvOperationsAdaptiveGroups";
const QUEUES: &str = "queueMessageOperationsAdaptiveGroups";
const OBJECTS: &str = "durableObjectsInvocationsAdaptiveGroups";
const PERIODIC: &str = "durableObjectsPeriodicGroups";
const WORKFLOWS: &str = "workflowsAdaptiveGroups";

/// Each is an example of Cloudflare's page of prices for the product, with its total in cents.
#[test]
fn the_published_examples_cost_what_cloudflare_says() {
    let workers = |requests: f64, ms: f64| vec![row(WORKERS, "api", "", &[requests, ms * 1000.0])];
    let objects = |requests: f64, seconds: f64| {
        let gb_seconds = seconds * 128.0 / 1000.0;
        let duration = row(PERIODIC, "id", "", &[gb_seconds, 0.0, 0.0]);
        vec![row(OBJECTS, "id", "", &[requests]), duration]
    };
    let objects_stored = |gigabytes: f64| daily(R2_STORAGE, "files", &[gigabytes * 1e9, 0.0]);
    for (example, rows, expected) in [
        ("Workers 1", workers(15e6, 105e6), 800),
        ("Workers 2, without static assets", workers(3e6, 21e6), 500),
        ("Workers 3", workers(720.0, 180_000.0 * 720.0), 699),
        ("Workers 4", workers(100e6, 700e6), 4540),
        ("R2, standard storage", objects_stored(1000.0), 500 + 1485),
        ("R2, asset hosting", vec![row(R2, "files", "GetObject", &[300e6])], 500 + 10440),
        ("Queues 1", vec![row(QUEUES, "id", "", &[90e6])], 500 + 3560),
        ("Queues 2", vec![row(QUEUES, "id", "", &[600e6])], 500 + 23960),
        ("Durable Objects 1", objects(1.5e6, 1e6), 515),
        ("Durable Objects 2", objects(3.75e6, 86.4e6), 14295),
        ("Durable Objects 3", objects(12_960_100.0, 259.2e6), 41930),
        ("Durable Objects 4", objects(21.61e6, 4.32e6), 2065),
        ("Workflows", vec![row(WORKFLOWS, "onboarding", "STEP_SUCCESS", &[600e3])], 580),
    ] {
        assert_eq!(cents(cost_of(&[], &usage(rows)).total), expected, "{example}");
    }
}

#[test]
fn storage_is_the_mean_of_the_days() {
    // R2's example: 1 GB for 5 days and 3 GB for 25 are 2.66 GB-months, and 3 are billed.
    let mut rows = daily(R2_STORAGE, "files", &[3e9, 0.0]);
    for early in rows.iter_mut().take(5) {
        early.values = vec![0.4e9, 0.6e9];
    }
    let cost = cost_of(&[], &usage(rows));
    let storage = cost.meters.iter().find(|meter| meter.id == "bucket-storage");
    let used = storage.map(|meter| meter.usage).unwrap_or_default();
    assert!((used - 80.0 / 30.0).abs() < 1e-9, "{used}");
}

const SHOP: &[&str] = &[
    "worker api-prod shop prod api state",
    "worker api-pr-7 shop pr-7 api state",
    "database db-prod shop prod db state",
    "database db-pr-7 shop pr-7 db state",
];

#[test]
fn a_deployed_stage_without_usage_costs_nothing() {
    let lines = ["database db-dev shop dev db source", "worker all shop  all state"];
    let lines = [SHOP, &lines].concat();
    let owners = |rows: Vec<Row>| {
        let owners = cost_of(&lines, &usage(rows)).owners;
        let stage = |one: &OwnerCost| one.claimants.first().and_then(|one| one.stage.clone());
        owners.iter().map(|one| (stage(one).unwrap_or_default(), one.list > 0)).collect::<Vec<_>>()
    };
    // `dev` is in no state, and what all stages share is of none.
    let [pr, prod] = ["pr-7".to_owned(), "prod".to_owned()];
    assert_eq!(owners(vec![]), [(pr.clone(), false), (prod.clone(), false)]);
    let used = vec![row(WORKERS, "api-prod", "", &[15e6, 0.0])];
    assert_eq!(owners(used), [(prod, true), (pr, false)]);
}

#[test]
fn an_overage_is_divided_by_usage() {
    let rows =
        vec![row(WORKERS, "api-prod", "", &[15e6, 0.0]), row(WORKERS, "api-pr-7", "", &[5e6, 0.0])];
    let cost = cost_of(SHOP, &usage(rows));
    assert_eq!(
        (cost.total, cost.subscription, cost.share_of),
        (8_000_000, 5_000_000, ShareOf::Bill)
    );
    assert_eq!(owners(&cost), ["stage shop/prod 2250000 0.75", "stage shop/pr-7 750000 0.25"]);
}

/// Of each owner what it is, who that is, its part and its share.
fn owners(cost: &Cost) -> Vec<String> {
    let shown = cost.owners.iter().map(|one| {
        let stages = one.claimants.iter().map(|claimant| {
            format!(" {}/{}", claimant.app, claimant.stage.as_deref().unwrap_or("*"))
        });
        let owner = format!("{:?}", one.owner).to_lowercase();
        format!("{owner}{} {} {}", stages.collect::<String>(), one.cost, one.share)
    });
    shown.collect()
}

#[test]
fn without_an_overage_the_shares_are_of_the_list_price() {
    let rows =
        vec![row(WORKERS, "api-prod", "", &[3e6, 0.0]), row(WORKERS, "api-pr-7", "", &[1e6, 0.0])];
    let cost = cost_of(SHOP, &usage(rows));
    assert_eq!((cost.total, cost.list, cost.share_of), (5_000_000, 1_200_000, ShareOf::List));
    assert_eq!(owners(&cost), ["stage shop/prod 0 0.75", "stage shop/pr-7 0 0.25"]);
}

#[test]
fn ids_are_matched_by_the_names_that_they_have() {
    let known = vec![
        known("database", "uuid-1", "db-prod"),
        known("database", "uuid-2", "DB-PR-7"),
        known("durable-object", "hex", "api-pr-7/Room"),
        // An id of another kind is no id of this one.
        known("queue", "uuid-3", "db-prod"),
    ];
    let lines = [SHOP, &["durable-object api-pr-7/Room shop pr-7 room state"]].concat();
    let rows = vec![
        row(D1, "uuid-1", "", &[1e6, 60e6]),
        row(D1, "uuid-2", "", &[1e6, 20e6]),
        row(PERIODIC, "hex", "", &[400_000.0, 0.0, 20e6]),
        row(D1, "uuid-3", "", &[1e6, 20e6]),
    ];
    let cost = cost_of(&lines, &Usage { known, ..usage(rows) });
    let named: Vec<_> = cost.resources.iter().map(|one| (one.name.as_str(), one.owner)).collect();
    assert_eq!(
        named,
        [
            ("DB-PR-7", Owner::Stage),
            ("api-pr-7/Room", Owner::Stage),
            ("db-prod", Owner::Stage),
            ("uuid-3", Owner::Unknown),
        ]
    );
}

#[test]
fn what_nobody_claims_is_unknown_and_a_part_of_the_bill() {
    let rows = vec![
        row(WORKERS, "api-prod", "", &[10e6, 0.0]),
        row(WORKERS, "gone", "", &[10e6, 0.0]),
        row(WORKERS, "", "", &[10e6, 0.0]),
    ];
    let cost = cost_of(SHOP, &usage(rows));
    assert_eq!(owners(&cost)[0], "unknown 4000000 0.6666666666666666");
    assert_eq!(cost.owners.iter().map(|one| one.cost).sum::<u64>(), 6_000_000);
}

#[test]
fn what_several_stages_claim_is_shared() {
    let lines = [
        "kv sessions shop prod kv state",
        "kv sessions shop pr-7 kv state",
        "queue jobs shop  jobs state",
        // The states of both versions of Alchemy can have one resource of one stage.
        "database db-prod shop prod db state",
        "database db-prod shop prod Db state  2",
    ];
    let known = vec![
        known("kv", "k", "sessions"),
        known("queue", "q", "jobs"),
        known("database", "d", "db-prod"),
    ];
    let rows = vec![
        row(KV, "k", "write", &[2e6]),
        row(QUEUES, "q", "", &[2e6]),
        row(D1, "d", "", &[0.0, 50.1e6]),
    ];
    let cost = cost_of(&lines, &Usage { known, ..usage(rows) });
    let shown: Vec<_> = owners(&cost)
        .iter()
        .map(|one| one.rsplit_once(' ').map(|(one, _)| one.to_owned()))
        .collect();
    assert_eq!(
        shown.into_iter().flatten().collect::<Vec<_>>(),
        [
            "shared shop/pr-7 shop/prod 5000000",
            "shared shop/* 400000",
            "stage shop/prod 100000",
            // It has a line of its own, whatever it shares.
            "stage shop/pr-7 0",
        ]
    );
}

#[test]
fn a_program_claims_what_no_state_has() {
    let lines = ["worker api-prod shop prod api source", "worker api-prod old prod api state"];
    let rows = vec![row(WORKERS, "api-prod", "", &[1e6, 0.0])];
    assert_eq!(owners(&cost_of(&lines, &usage(rows.clone()))), ["stage old/prod 0 1"]);
    assert_eq!(owners(&cost_of(&lines[..1], &usage(rows.clone()))), ["stage shop/prod 0 1"]);
    // What the account lists says nothing of a stage.
    assert_eq!(owners(&cost_of(&["worker api-prod    account"], &usage(rows))), ["unknown 0 1"]);
}

#[test]
fn buckets_of_one_name_are_told_apart_by_their_jurisdictions() {
    let lines = [
        "bucket files shop prod files state",
        "bucket files shop eu files state eu",
        // A program does not tell where a bucket is.
        "bucket files shop prod files source",
    ];
    let rows = vec![
        row(R2, "files", "PutObject", &[2e6]),
        row(R2, "eu_files", "PutObject", &[4e6]),
        row(R2, "fedramp-high_files", "PutObject", &[1e6]),
    ];
    let cost = cost_of(&lines, &usage(rows));
    let named: Vec<_> = cost
        .resources
        .iter()
        .map(|one| (one.place.as_str(), one.name.as_str(), one.owner, one.usage["bucket-class-a"]))
        .collect();
    assert_eq!(
        named,
        [
            ("eu", "files", Owner::Stage, 4e6),
            ("", "files", Owner::Stage, 2e6),
            ("fedramp-high", "files", Owner::Unknown, 1e6),
        ]
    );
}

#[test]
fn what_is_done_has_its_own_price() {
    let rows = vec![
        row(R2, "files", "GetObject", &[20e6]),
        row(R2, "files", "DeleteObject", &[90e6]),
        // Cloudflare may add one at any time.
        row(R2, "files", "SomethingNew", &[1.5e6]),
        row(KV, "k", "read", &[12e6]),
        row(KV, "k", "list", &[3e6]),
        row(WORKFLOWS, "w", "ATTEMPT_START", &[9e6]),
        row(WORKFLOWS, "w", "SLEEP_COMPLETE", &[600e3]),
    ];
    let cost = cost_of(&[], &usage(rows));
    let costs: Vec<_> =
        cost.meters.iter().filter(|one| one.cost > 0).map(|one| (one.id, one.cost)).collect();
    assert_eq!(
        costs,
        [
            ("bucket-class-a", 4_500_000),
            ("bucket-class-b", 3_600_000),
            ("kv-read", 1_000_000),
            ("kv-list", 10_000_000),
            ("workflow-steps", 800_000),
        ]
    );
}

/// Steps are billed from 10 August 2026 on.
#[test]
fn each_day_has_the_price_of_that_day() {
    let days: Vec<String> = (1..=30).map(|day| format!("2026-08-{day:02}")).collect();
    let rows = days
        .iter()
        .map(|day| Row { day: day.clone(), ..row(WORKFLOWS, "w", "STEP_SUCCESS", &[30_000.0]) });
    let august = Usage { days: days.clone(), rows: rows.collect(), ..Usage::default() };
    // 21 of 30 days: 630,000 steps, and 350,000 of them are included.
    let cost = cost_of(&[], &august);
    assert_eq!(cost.total - cost.subscription, 2_240_000);
    let before = Usage { days: days[..9].to_vec(), ..august };
    let cost = cost_of(&[], &before);
    assert_eq!(cost.total, cost.subscription);
    assert!(cost.meters.iter().all(|one| one.id != "workflow-steps"));
}

#[test]
fn what_the_analytics_do_not_have_is_named() {
    let unmeasured = |days: &[&str]| {
        let days = days.iter().map(|day| (*day).to_owned()).collect();
        let cost = cost_of(&[], &Usage { days, ..Usage::default() });
        cost.unmeasured.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(unmeasured(&["2026-11-30"]), ["workflow-storage", "log-events"]);
    assert_eq!(unmeasured(&["2026-12-01"]), ["workflow-storage", "log-ingestion", "log-storage"]);
}

#[test]
fn the_free_plan_bills_buckets_alone_and_has_limits_for_a_day() {
    let rows = vec![
        row(WORKERS, "api-prod", "", &[60_000.0, 0.0]),
        row(WORKERS, "api-pr-7", "", &[30_000.0, 0.0]),
        Row { day: "2026-11-03".to_owned(), ..row(WORKERS, "api-prod", "", &[80_000.0, 0.0]) },
        // More than the paid plan includes.
        row(D1, "id", "", &[0.0, 90e6]),
        row(R2, "files", "PutObject", &[2e6]),
    ];
    let cost = cost_of(SHOP, &Usage { plan: Plan::Free, ..usage(rows) });
    assert_eq!((cost.total, cost.subscription), (4_500_000, 0));
    let limit = |id: &str| {
        let meter = cost.meters.iter().find(|one| one.id == id);
        meter.and_then(|one| one.limit.as_ref()).map(|one| (one.day, one.most))
    };
    assert_eq!(limit("worker-requests"), Some((100_000, 90_000.0)));
    assert_eq!(limit("bucket-class-a"), None);
}

#[test]
fn what_could_not_be_read_is_marked() {
    let unread = vec![D1_STORAGE.to_owned()];
    let cost = cost_of(&[], &Usage { unread, ..usage(vec![]) });
    let unread: Vec<_> = cost.meters.iter().filter(|one| !one.read).map(|one| one.id).collect();
    assert_eq!(unread, ["database-storage"]);
}

#[test]
fn rows_of_other_days_and_datasets_do_not_count() {
    let rows = vec![
        Row { day: "2026-09-01".to_owned(), ..row(WORKERS, "api-prod", "", &[1e9, 1e9]) },
        row("someOtherGroups", "api-prod", "", &[1e9]),
        row(WORKERS, "api-prod", "", &[f64::NAN, -1e9]),
    ];
    assert_eq!(cost_of(SHOP, &usage(rows)).list, 0);
}

fn any_row() -> impl Strategy<Value = Row> {
    let dataset = prop::sample::select(DATASETS.iter().map(|one| one.name).collect::<Vec<_>>());
    let key = prop::sample::select(vec!["api-prod", "api-pr-7", "a", "eu_files", "files", "", "ü"]);
    let by =
        prop::sample::select(vec!["", "read", "write", "GetObject", "PutObject", "STEP_SUCCESS"]);
    let day = prop::sample::select(days());
    let value = prop_oneof![0.0..1e3, 0.0..1e9, 0.0..1e15];
    let values = prop::collection::vec(value, 0..4);
    (dataset, key, by, day, values)
        .prop_map(|(dataset, key, by, day, values)| Row { day, ..row(dataset, key, by, &values) })
}

proptest! {
    #[test]
    fn the_parts_add_up_to_the_bill(
        rows in prop::collection::vec(any_row(), 0..60),
        length in 1..=30_usize,
        free: bool,
    ) {
        let plan = if free { Plan::Free } else { Plan::Paid };
        let some = Usage { plan, days: days()[..length].to_vec(), ..usage(rows) };
        let cost = cost_of(SHOP, &some);
        let bill = cost.total - cost.subscription;
        prop_assert_eq!(cost.meters.iter().map(|one| one.cost).sum::<u64>(), bill);
        prop_assert_eq!(cost.resources.iter().map(|one| one.cost).sum::<u64>(), bill);
        prop_assert_eq!(cost.owners.iter().map(|one| one.cost).sum::<u64>(), bill);
        for owner in &cost.owners {
            prop_assert_eq!(owner.kinds.iter().map(|one| one.cost).sum::<u64>(), owner.cost);
            prop_assert_eq!(owner.kinds.iter().map(|one| one.list).sum::<u64>(), owner.list);
        }
        let shares: f64 = cost.owners.iter().map(|one| one.share).sum();
        prop_assert!(cost.list == 0 || (shares - 1.0).abs() < 1e-9, "{}", shares);
        prop_assert!(cost.meters.iter().all(|one| one.cost == 0 || one.usage > 0.0));
    }
}
