//! Domains, routes and certificates: what states claim, and what the account has.
//!
//! A list that could not be read is none, and no rule concludes anything from it.

use alch_blocks::Kind;
use serde::Deserialize;

use crate::claim::{Claim, Source};
use crate::finding::Claimant;
use crate::rules::unread_apps;
use crate::texts::{Map, Text};
use crate::world::World;

/// All that is known of hostnames.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Hosts {
    /// The rows of all states.
    pub rows: Vec<HostRow>,
    /// What programs here declare, in stages of which no state was read.
    pub declared: Vec<HostDeclared>,
    /// The custom domains of the account.
    pub domains: Option<Vec<HostDomain>>,
    /// The zones of the account.
    pub zones: Option<Vec<HostZone>>,
}

/// A row of a state for a domain or a route.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HostRow {
    /// Whether it is a route; otherwise it is a domain.
    pub route: bool,
    /// The hostname or the pattern.
    pub name: String,
    /// What Cloudflare knows it by.
    pub identity: String,
    /// The id of its zone.
    pub zone: String,
    /// The app.
    pub app: String,
    /// The stage; empty for what all stages share.
    pub stage: String,
    /// Alchemy's id with the scopes around it.
    pub id: String,
    /// Alchemy leaves it alone when the row goes.
    pub retained: bool,
    /// Alchemy has begun to delete it.
    pub deleting: bool,
}

/// A domain or a route that a program declares.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HostDeclared {
    /// Whether it is a route; otherwise it is a domain.
    pub route: bool,
    /// The hostname or the pattern.
    pub name: String,
}

/// A hostname that belongs to a Worker.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HostDomain {
    /// What Cloudflare knows it by.
    pub id: String,
    /// The hostname.
    pub hostname: String,
    /// The script.
    pub script: String,
    /// The id of its zone.
    pub zone: String,
}

/// A zone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HostZone {
    /// What Cloudflare knows it by.
    pub id: String,
    /// The domain.
    pub name: String,
    /// The routes of its Workers.
    pub routes: Option<Vec<HostRoute>>,
    /// Its certificates.
    pub certificates: Option<Vec<HostCertificate>>,
}

/// A URL pattern that leads to a Worker.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HostRoute {
    /// What Cloudflare knows it by.
    pub id: String,
    /// The pattern.
    pub pattern: String,
    /// The script; none where it leads past all Workers.
    pub script: Option<String>,
}

/// A certificate.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HostCertificate {
    /// What Cloudflare knows it by.
    pub id: String,
    /// `advanced` for one that was ordered, as for a custom domain.
    #[serde(rename = "type")]
    pub kind: String,
    /// The hostnames on it.
    pub hosts: Vec<String>,
}

impl HostRow {
    /// The kind, as findings have it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        kind(self.route)
    }

    fn claimant(&self) -> Claimant {
        let known = |text: &String| (!text.is_empty()).then(|| text.clone());
        Claimant {
            app: known(&self.app),
            stage: known(&self.stage),
            id: known(&self.id),
            source: Source::State,
        }
    }
}

fn kind(route: bool) -> &'static str {
    if route { "route" } else { "domain" }
}

/// A domain or a route in the account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attached<'a> {
    pub route: bool,
    pub id: &'a str,
    pub name: &'a str,
    pub script: Option<&'a str>,
}

impl Attached<'_> {
    pub fn kind(&self) -> &'static str {
        kind(self.route)
    }
}

impl Hosts {
    /// All domains and routes that were listed.
    pub(crate) fn attached(&self) -> impl Iterator<Item = Attached<'_>> {
        let domains = self.domains.iter().flatten().map(|one| Attached {
            route: false,
            id: &one.id,
            name: &one.hostname,
            script: Some(&one.script),
        });
        let routes = self.zones.iter().flatten().flat_map(|zone| zone.routes.iter().flatten());
        domains.chain(routes.map(|one| Attached {
            route: true,
            id: &one.id,
            name: &one.pattern,
            script: one.script.as_deref(),
        }))
    }
}

/// The rows of states, found by what they claim.
pub(crate) struct Claimed<'a> {
    by_id: Map<(bool, String), Vec<&'a HostRow>>,
    by_name: Map<(bool, String), Vec<&'a HostRow>>,
}

impl<'a> Claimed<'a> {
    pub fn new(hosts: &'a Hosts) -> Self {
        let mut claimed = Self { by_id: Map::default(), by_name: Map::default() };
        for row in &hosts.rows {
            if !row.identity.is_empty() {
                claimed.by_id.entry((row.route, row.identity.clone())).or_default().push(row);
            }
            claimed.by_name.entry((row.route, folded(&row.name))).or_default().push(row);
        }
        claimed
    }

    /// The rows of what the account has: an id stays the same when a hostname moves to another Worker.
    pub fn rows_of(&self, attached: &Attached<'_>) -> &[&'a HostRow] {
        let by_id = self.by_id.get(&(attached.route, attached.id.to_owned()));
        let by_name = || self.by_name.get(&(attached.route, folded(attached.name)));
        by_id.or_else(by_name).map_or(&[], Vec::as_slice)
    }
}

/// All rows as claimants, each once, in an order of their own.
pub(crate) fn claimants(rows: &[&HostRow]) -> Vec<Claimant> {
    let mut all: Vec<Claimant> = rows.iter().map(|row| row.claimant()).collect();
    all.sort();
    all.dedup();
    all
}

/// The form in which names are one: hostnames have no case, and paths have.
pub(crate) fn folded(name: &str) -> String {
    let start = name.find("://").map_or(0, |at| at.saturating_add(3));
    let end = name.get(start..).and_then(|rest| rest.find('/')).map(|at| at.saturating_add(start));
    let (host, path) = name.split_at(end.unwrap_or(name.len()));
    format!("{}{path}", host.to_ascii_lowercase())
}

/// The claims to a script.
pub(crate) fn script<'a>(world: &'a World<'_>, script: &str) -> &'a [&'a Claim] {
    let Some(text) = world.claims.texts.find(script) else { return &[] };
    world.names.get(&(Kind::Worker, text, Text::EMPTY))
}

/// Whether every state was read that can have a hostname of this account.
pub(crate) fn is_all_read(world: &World<'_>) -> bool {
    let asked = world.is_complete(Source::State, Kind::Worker);
    asked && (world.options.unread.is_empty() || unread_apps(world).is_empty())
}
