//! The findings with their sums.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::Kind;
use serde::Serialize;

use crate::claim::Source;
use crate::finding::Finding;
use crate::rules::{cron_quota, quotas, unread_apps, zone_quotas};
use crate::texts::{Map, Set, Text};
use crate::world::World;

/// All that is to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The most severe first.
    pub findings: Vec<Finding>,
    /// The sums.
    pub summary: Summary,
    /// Apps of [`crate::Options::unread`] that can be deployed in this account.
    pub unread: Vec<String>,
}

/// Sums of claims and findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// How many claims were looked at.
    pub claims: usize,
    /// How many resources they are about.
    pub names: usize,
    /// The stages of claims, sorted.
    pub stages: Vec<String>,
    /// The apps of claims, sorted.
    pub apps: Vec<String>,
    /// Findings by code.
    pub by_code: BTreeMap<&'static str, usize>,
    /// Findings by severity.
    pub by_severity: BTreeMap<&'static str, usize>,
    /// Findings by kind.
    pub by_kind: BTreeMap<&'static str, usize>,
    /// Findings by each stage that is involved.
    pub by_stage: BTreeMap<String, usize>,
    /// What the state holds in each stage, and what is found there.
    pub matrix: Vec<Cell>,
    /// The use of limits, for the kinds that were listed, and of cron triggers by the states.
    pub quotas: Vec<Quota>,
}

/// One kind in one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The stage.
    pub stage: String,
    /// The kind.
    pub kind: &'static str,
    /// How many rows of the state.
    pub resources: usize,
    /// How many findings.
    pub findings: usize,
}

/// The use of one limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// The kind.
    pub kind: &'static str,
    /// The zone, for a limit that each zone has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// How many there are.
    pub used: u64,
    /// How many there may be.
    pub limit: u64,
}

pub(crate) fn of(world: &World<'_>, findings: Vec<Finding>) -> Report {
    let apps: Set<_> = world.claims.all.iter().map(|claim| claim.app).collect();
    let apps = apps.into_iter().filter(|app| !app.is_empty()).map(|app| world.text(app));
    let mut apps: Vec<String> = apps.map(str::to_owned).collect();
    apps.sort();
    let mut summary = Summary {
        claims: world.claims.all.len(),
        names: world.names.len(),
        stages: world.stages().into_iter().map(str::to_owned).collect(),
        apps,
        by_code: BTreeMap::new(),
        by_severity: BTreeMap::new(),
        by_kind: BTreeMap::new(),
        by_stage: BTreeMap::new(),
        matrix: Vec::new(),
        quotas: quotas(world)
            .into_iter()
            .map(|(_, quota)| quota)
            .chain(cron_quota(world))
            .chain(zone_quotas(&world.options.hosts))
            .collect(),
    };
    let mut cells: BTreeMap<(&str, &'static str), (usize, usize)> = BTreeMap::new();
    let mut rows: Map<(Text, Kind), usize> = Map::default();
    for claim in world.claims.all.iter().filter(|claim| claim.source == Source::State) {
        increment(rows.entry((claim.stage, claim.kind)).or_default());
    }
    for ((stage, kind), count) in rows {
        cells.entry((world.text(stage), kind.as_str())).or_default().0 = count;
    }
    for row in &world.options.hosts.rows {
        increment(&mut cells.entry((&row.stage, row.kind())).or_default().0);
    }
    for finding in &findings {
        increment(summary.by_code.entry(finding.code.as_str()).or_default());
        increment(summary.by_severity.entry(finding.severity.as_str()).or_default());
        increment(summary.by_kind.entry(finding.kind).or_default());
        for stage in stages_of(finding) {
            increment(summary.by_stage.entry(stage.to_owned()).or_default());
            increment(&mut cells.entry((stage, finding.kind)).or_default().1);
        }
    }
    summary.matrix = cells.into_iter().map(cell).collect();
    Report { findings, summary, unread: unread_apps(world) }
}

fn cell(((stage, kind), (resources, findings)): ((&str, &'static str), (usize, usize))) -> Cell {
    Cell { stage: stage.to_owned(), kind, resources, findings }
}

fn stages_of(finding: &Finding) -> BTreeSet<&str> {
    finding.claims.iter().filter_map(|claim| claim.stage.as_deref()).collect()
}

fn increment(number: &mut usize) {
    *number = number.saturating_add(1);
}
