//! Domains and routes: who has them by now.
//!
//! Cloudflare deletes them by an id that stays the same when another Worker takes a hostname over. So a row
//! does not prove whose they are: only the account does.

use std::collections::BTreeSet;

use alch_blocks::Kind;

use super::kinds::{DOMAIN, ROUTE, Way, way};
use super::question::{Attached, Row};
use super::world::World;

/// Who has a domain or a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder<'a> {
    /// A Worker of the stage.
    Own,
    /// Another Worker, or none where a route leads past all of them.
    Other(Option<&'a str>),
    /// The account has no such domain or route.
    Gone,
    /// The account was not asked, or did not answer.
    Unknown,
}

impl<'a> Holder<'a> {
    /// Of a row; nothing if it is of no domain or route, or of one that was never made.
    pub fn of(world: &World<'a>, row: &Row) -> Option<Self> {
        if !is_host(row) || row.identity.is_empty() {
            return None;
        }
        let Some(all) = listed(world, row) else { return Some(Self::Unknown) };
        let Some(found) = all.iter().find(|one| one.id == row.identity) else {
            return Some(Self::Gone);
        };
        let script = found.script.as_deref();
        Some(if script.is_some_and(|script| is_own(world, row, script)) {
            Self::Own
        } else {
            Self::Other(script)
        })
    }

    /// Whether the stage has nothing of it: only its row is left.
    pub fn is_elsewhere(self) -> bool {
        matches!(self, Self::Other(_) | Self::Gone)
    }
}

/// The hostnames and patterns of rows.
pub(crate) fn names(rows: &[(usize, &Row)]) -> BTreeSet<String> {
    let hosts = rows.iter().filter(|(_, row)| is_host(row) && !row.name.is_empty());
    hosts.map(|(_, row)| row.name.clone()).collect()
}

fn is_host(row: &Row) -> bool {
    row.resource == DOMAIN || row.resource == ROUTE
}

fn listed<'a>(world: &World<'a>, row: &Row) -> Option<&'a [Attached]> {
    let hosts = &world.question.hosts;
    if row.resource == DOMAIN {
        return hosts.domains.as_deref();
    }
    hosts.routes.get(&row.zone).map(Vec::as_slice)
}

/// Whether a script is the one that the row is for, or another Worker of its stage.
fn is_own(world: &World<'_>, row: &Row, script: &str) -> bool {
    let of_stage = world.rows_of(&row.app, &row.stage, row.version);
    let is_worker =
        |one: &Row| way(&one.resource) == Way::Listed(Kind::Worker) && one.name == script;
    row.uses.contains(&format!("worker:{script}")) || of_stage.iter().any(|(_, one)| is_worker(one))
}
