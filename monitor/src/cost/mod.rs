//! What the account costs, by stage: usage, matched to stages by the claims, and priced.
//!
//! Cloudflare bills the account and not the stage: what a meter has for nothing, the account has once. So the
//! bill of each meter is worked out for the account, and divided by usage. The parts add up to the bill, and
//! what no claim explains is a part of its own.
//!
//! `meters` has the datasets and what each meter takes from them, `prices` the price list, `bill` the
//! arithmetic, `owners` matches resources to stages, and `report` is what comes out.

mod bill;
mod meters;
mod owners;
mod prices;
mod report;

use std::collections::BTreeMap;

use alch_blocks::Kind;
use serde::Deserialize;

pub use meters::{DATASETS, Dataset};
pub use owners::Known;
pub use report::{
    Claimant, Cost, KindCost, Limit, MeterCost, Owner, OwnerCost, ResourceCost, ShareOf, Unmeasured,
};

use bill::{Segment, divided};
use meters::{METERS, Meter};
use owners::{Owners, Resource};
use prices::{Price, Prices};

use crate::claim::Claims;
use crate::world::Plan;

/// What was used, and what is known about it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Whose prices count.
    pub plan: Plan,
    /// The days that were looked at, such as `2026-10-31`, the first one first.
    pub days: Vec<String>,
    /// What the analytics answered.
    pub rows: Vec<Row>,
    /// The datasets that could not be read, or not whole.
    pub unread: Vec<String>,
    /// The names of what the analytics know by an id.
    pub known: Vec<Known>,
}

/// One row of a dataset.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// The dataset.
    pub dataset: String,
    /// What tells the resource.
    pub key: String,
    /// What was done; empty where the dataset does not tell.
    #[serde(default)]
    pub by: String,
    /// The day.
    pub day: String,
    /// In the order of the fields of the dataset; the count alone where it has none.
    pub values: Vec<f64>,
}

/// What was used of one meter: by resource, and by day.
type Used<'a> = BTreeMap<&'a Resource, BTreeMap<&'a str, u128>>;

/// What one resource causes, by meter.
#[derive(Default)]
struct Parts {
    cost: u64,
    list: u64,
    usage: BTreeMap<&'static str, f64>,
}

/// What a month costs that is like the days that were looked at.
pub(crate) fn cost(claims: &Claims, usage: &Usage) -> Option<Cost> {
    let prices = Prices::shipped()?;
    let owners = Owners::new(claims, &usage.known);
    let resources = resources_in(usage, &owners);
    let mut parts: BTreeMap<&Resource, Parts> =
        resources.values().map(|resource| (resource, Parts::default())).collect();
    let measured = METERS.iter().filter(|meter| meter.take.is_some());
    let meters: Vec<MeterCost> = measured
        .filter_map(|meter| {
            let segments = prices.of(meter.id, &usage.days);
            let used = used(meter, usage, &resources);
            (!segments.is_empty()).then(|| priced(meter, usage, &segments, &used, &mut parts))
        })
        .collect();
    let paid = usage.plan == Plan::Paid;
    let subscription = if paid { prices.subscription(&usage.days) } else { 0 };
    let bill = sum(meters.iter().map(|meter| meter.cost));
    let list = sum(parts.values().map(|part| part.list));
    let share_of = if bill > 0 { ShareOf::Bill } else { ShareOf::List };
    let whole = if bill > 0 { bill } else { list };
    let resources = by_resource(parts, &owners);
    let mut by_owner = by_owner(&resources, share_of, whole);
    by_owner.extend(unused(&by_owner, &owners));
    Some(Cost {
        plan: usage.plan,
        from: usage.days.first().cloned().unwrap_or_default(),
        to: usage.days.last().cloned().unwrap_or_default(),
        days: usage.days.len(),
        total: bill.saturating_add(subscription),
        subscription,
        list,
        share_of,
        owners: by_owner,
        resources,
        meters,
        unmeasured: unmeasured(&prices, usage),
        prices: prices.as_of,
    })
}

/// The resource of each key that a dataset has.
fn resources_in<'a>(usage: &'a Usage, owners: &Owners<'_>) -> BTreeMap<(Kind, &'a str), Resource> {
    let rows = usage.rows.iter().filter_map(|row| {
        let kind = DATASETS.iter().find(|dataset| dataset.name == row.dataset)?.kind;
        Some(((kind, row.key.as_str()), owners.resource(kind, &row.key)))
    });
    rows.collect()
}

/// What was used of a meter on the days that are looked at.
fn used<'a>(
    meter: &Meter,
    usage: &'a Usage,
    resources: &'a BTreeMap<(Kind, &'a str), Resource>,
) -> Used<'a> {
    let mut used = Used::new();
    let Some(take) = meter.take else { return used };
    let Some(dataset) = DATASETS.iter().find(|dataset| dataset.name == take.dataset) else {
        return used;
    };
    let own = usage.rows.iter().filter(|row| row.dataset == take.dataset);
    for row in own.filter(|row| take.actions.has(&row.by) && usage.days.contains(&row.day)) {
        let Some(resource) = resources.get(&(meter.kind, row.key.as_str())) else { continue };
        let fields = dataset.fields.iter().zip(&row.values);
        let value: f64 = match take.fields {
            [] => row.values.first().copied().unwrap_or_default(),
            some => fields.filter(|(field, _)| some.contains(field)).map(|(_, value)| *value).sum(),
        };
        let of_day = used.entry(resource).or_default().entry(row.day.as_str()).or_default();
        *of_day = of_day.saturating_add(whole(value * take.factor));
    }
    used
}

/// Prices a meter, and notes the part of each resource.
fn priced(
    meter: &Meter,
    usage: &Usage,
    segments: &[(&Price, Vec<&str>)],
    used: &Used<'_>,
    parts: &mut BTreeMap<&Resource, Parts>,
) -> MeterCost {
    let is_billed = usage.plan == Plan::Paid || meter.kind == Kind::Bucket;
    let newest = segments.last().map(|(price, _)| *price);
    let read = meter.take.is_some_and(|take| !usage.unread.iter().any(|one| one == take.dataset));
    let mut of_meter = MeterCost {
        id: meter.id,
        kind: meter.kind,
        title: meter.title,
        unit: meter.unit,
        read,
        usage: 0.0,
        included: newest.map_or(0, |price| price.included),
        cost: 0,
        list: 0,
        limit: newest
            .filter(|_| !is_billed)
            .and_then(|price| Some(Limit { day: price.free_per_day?, most: most(meter, used) })),
    };
    for (price, days) in segments {
        let segment = Segment::new(meter, price, days.len(), usage.days.len());
        let weights: Vec<u128> = used.values().map(|by_day| on(by_day, days)).collect();
        let all = total(weights.iter().copied());
        let cost = if is_billed { segment.bill(all) } else { 0 };
        of_meter.cost = of_meter.cost.saturating_add(cost);
        let costs = divided(cost, &weights);
        for (((resource, _), weight), cost) in used.iter().zip(&weights).zip(costs) {
            let Some(part) = parts.get_mut(*resource) else { continue };
            let list = segment.list(*weight);
            part.cost = part.cost.saturating_add(cost);
            part.list = part.list.saturating_add(list);
            of_meter.list = of_meter.list.saturating_add(list);
            *part.usage.entry(meter.id).or_default() += units(meter, *weight);
        }
        of_meter.usage += units(meter, all);
    }
    of_meter
}

/// The most that the account had on one day.
fn most(meter: &Meter, used: &Used<'_>) -> f64 {
    let mut days: BTreeMap<&str, u128> = BTreeMap::new();
    for (day, amount) in used.values().flatten() {
        let sum = days.entry(day).or_default();
        *sum = sum.saturating_add(*amount);
    }
    units(meter, days.into_values().max().unwrap_or_default())
}

fn on(by_day: &BTreeMap<&str, u128>, days: &[&str]) -> u128 {
    total(days.iter().filter_map(|day| by_day.get(day)).copied())
}

fn by_resource(parts: BTreeMap<&Resource, Parts>, owners: &Owners<'_>) -> Vec<ResourceCost> {
    let costs = parts.into_iter().map(|(resource, Parts { cost, list, usage })| {
        let claimants = owners.of(resource);
        ResourceCost {
            kind: resource.kind,
            name: resource.name.clone(),
            place: resource.place.clone(),
            owner: Owner::of(&claimants),
            claimants,
            cost,
            list,
            usage,
        }
    });
    let mut costs: Vec<ResourceCost> = costs.collect();
    costs.sort_by(|one, other| {
        (one.owner, &one.claimants)
            .cmp(&(other.owner, &other.claimants))
            .then_with(|| (other.cost, other.list).cmp(&(one.cost, one.list)))
    });
    costs
}

/// Puts the resources of each owner together. They stand beside one another.
fn by_owner(resources: &[ResourceCost], share_of: ShareOf, whole: u64) -> Vec<OwnerCost> {
    let share = |cost: u64, list: u64| {
        let part = if share_of == ShareOf::Bill { cost } else { list };
        if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
    };
    let same = |one: &ResourceCost, other: &ResourceCost| one.claimants == other.claimants;
    let mut owners: Vec<OwnerCost> = resources
        .chunk_by(same)
        .filter_map(|all| {
            let first = all.first()?;
            let (cost, list) =
                (sum(all.iter().map(|one| one.cost)), sum(all.iter().map(|one| one.list)));
            let kinds = Kind::ALL.iter().filter_map(|kind| {
                let own: Vec<_> = all.iter().filter(|one| one.kind == *kind).collect();
                let cost = sum(own.iter().map(|one| one.cost));
                let list = sum(own.iter().map(|one| one.list));
                let resources = own.len();
                (resources > 0).then(|| KindCost {
                    kind: *kind,
                    resources,
                    cost,
                    list,
                    share: share(cost, list),
                })
            });
            let mut kinds: Vec<KindCost> = kinds.collect();
            kinds.sort_by_key(|one| std::cmp::Reverse((one.cost, one.list)));
            let claimants = first.claimants.clone();
            Some(OwnerCost {
                owner: first.owner,
                claimants,
                cost,
                list,
                share: share(cost, list),
                kinds,
            })
        })
        .collect();
    owners.sort_by_key(|one| std::cmp::Reverse((one.cost, one.list)));
    owners
}

/// The deployed stages that nothing was used of: they are no forgotten ones.
fn unused(used: &[OwnerCost], owners: &Owners<'_>) -> Vec<OwnerCost> {
    let is_used = |stage: &Claimant| used.iter().any(|one| one.claimants == [stage.clone()]);
    let stages = owners.stages().into_iter().filter(|stage| !is_used(stage));
    let costs = stages.map(|stage| OwnerCost {
        owner: Owner::Stage,
        claimants: vec![stage],
        cost: 0,
        list: 0,
        share: 0.0,
        kinds: Vec::new(),
    });
    costs.collect()
}

/// What the price list has and the analytics do not.
fn unmeasured(prices: &Prices, usage: &Usage) -> Vec<Unmeasured> {
    let all = METERS.iter().filter(|meter| meter.take.is_none());
    all.filter(|meter| !prices.of(meter.id, &usage.days).is_empty())
        .map(|Meter { id, kind, title, .. }| Unmeasured { id, kind: *kind, title })
        .collect()
}

fn units(meter: &Meter, amount: u128) -> f64 {
    amount as f64 / meter.scale as f64
}

/// Analytics are sampled and never less than nothing; what is no number is nothing.
fn whole(value: f64) -> u128 {
    value.round() as u128
}

fn sum(amounts: impl Iterator<Item = u64>) -> u64 {
    amounts.fold(0, u64::saturating_add)
}

fn total(amounts: impl Iterator<Item = u128>) -> u128 {
    amounts.fold(0, u128::saturating_add)
}
