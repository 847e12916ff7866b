//! What comes out. All amounts are whole millionths of a dollar for a month of 30 days, so they add up.

use std::collections::BTreeMap;

use alch_blocks::Kind;
use serde::Serialize;

use crate::world::Plan;

/// What the account costs, and who causes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// Whose prices these are.
    pub plan: Plan,
    /// The first day that was looked at.
    pub from: String,
    /// The last one.
    pub to: String,
    /// How many there are.
    pub days: usize,
    /// The month of Cloudflare's pages that the prices come from.
    pub prices: String,
    /// The whole bill: the subscription and all parts.
    pub total: u64,
    /// What the plan costs whatever is used.
    pub subscription: u64,
    /// What the usage would cost if nothing were included.
    pub list: u64,
    /// What the shares are parts of.
    pub share_of: ShareOf,
    /// The most expensive first.
    pub owners: Vec<OwnerCost>,
    /// Those of one owner together, the most expensive first.
    pub resources: Vec<ResourceCost>,
    /// In the order of the price list.
    pub meters: Vec<MeterCost>,
    /// What Cloudflare bills and has no analytics for.
    pub unmeasured: Vec<Unmeasured>,
}

/// What the shares are parts of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ShareOf {
    /// The bill without the subscription.
    Bill,
    /// What the usage would cost if nothing were included, because the bill has none of it.
    List,
}

/// Who has claimed a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Claimant {
    /// The app.
    pub app: String,
    /// The stage; none for what all stages of the app share.
    pub stage: Option<String>,
}

/// What kind of owner it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// One stage.
    Stage,
    /// Several stages, or all of an app.
    Shared,
    /// Nobody's state and no program has it.
    Unknown,
}

impl Owner {
    pub(super) fn of(claimants: &[Claimant]) -> Self {
        match claimants {
            [] => Self::Unknown,
            [Claimant { stage: Some(_), .. }] => Self::Stage,
            _ => Self::Shared,
        }
    }
}

/// What one owner causes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnerCost {
    /// What kind of owner it is.
    pub owner: Owner,
    /// The stages.
    pub claimants: Vec<Claimant>,
    /// The part of the bill.
    pub cost: u64,
    /// What its usage would cost if nothing were included.
    pub list: u64,
    /// From 0 to 1.
    pub share: f64,
    /// The most expensive first.
    pub kinds: Vec<KindCost>,
}

/// What the resources of one kind and owner cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindCost {
    /// The kind.
    pub kind: Kind,
    /// How many of them were used.
    pub resources: usize,
    /// The part of the bill.
    pub cost: u64,
    /// What its usage would cost if nothing were included.
    pub list: u64,
    /// From 0 to 1.
    pub share: f64,
}

/// What one resource causes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceCost {
    /// The kind.
    pub kind: Kind,
    /// The physical name; the id where nothing tells the name.
    pub name: String,
    /// The jurisdiction of a bucket; empty for the default one.
    pub place: String,
    /// What kind of owner it has.
    pub owner: Owner,
    /// The stages.
    pub claimants: Vec<Claimant>,
    /// The part of the bill.
    pub cost: u64,
    /// What its usage would cost if nothing were included.
    pub list: u64,
    /// What was used, by meter, in the unit of each.
    pub usage: BTreeMap<&'static str, f64>,
}

/// What one meter costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeterCost {
    /// As in the price list.
    pub id: &'static str,
    /// The kind of resource that causes it.
    pub kind: Kind,
    /// Of what, in words.
    pub title: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// Whether its usage could be read. If it could not, all of its numbers are too small.
    pub read: bool,
    /// What was used on the days that were looked at.
    pub usage: f64,
    /// What a month has for nothing, by the newest price of these days.
    pub included: u64,
    /// What a month costs.
    pub cost: u64,
    /// What it would cost if nothing were included.
    pub list: u64,
    /// On the free plan, the limit of a day and the most that a day had.
    pub limit: Option<Limit>,
}

/// A limit of the free plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limit {
    /// How much a day may have.
    pub day: u64,
    /// The most that a day had.
    pub most: f64,
}

/// What Cloudflare bills and has no analytics for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmeasured {
    /// As in the price list.
    pub id: &'static str,
    /// The kind of resource that causes it.
    pub kind: Kind,
    /// Of what, in words.
    pub title: &'static str,
}
