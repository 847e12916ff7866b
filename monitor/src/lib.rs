//! The judge of `npx @alch/blocks monitor`: from *claims* to *findings*.
//!
//! A claim says that someone takes a physical name: a row of Alchemy's state, an item of the
//! Cloudflare account, a declaration in the source. The judge compares them and does nothing else:
//! no I/O, no clock. It looks at each claim a fixed number of times, whatever their number, and
//! their order does not matter.
//!
//! | code | what it finds |
//! | --- | --- |
//! | `collision` | one kind and name, claimed by two different (app, stage, id) |
//! | `shared-class` | two stages on one script and class, or on one workflow |
//! | `shared-host` | one domain or route in the states of two stages |
//! | `two-versions` | one resource in the states of Alchemy 0.94 and 2 |
//! | `armed-stage` | a stage that the deploy of another stage deletes |
//! | `ambiguous` | two base names that can meet in one physical name |
//! | `missing` | in the state, not in the account |
//! | `dead-route` | a route that leads to a script that is gone |
//! | `orphan` | in the account, with a stage of ours in its name, in nobody's state |
//! | `unclaimed-host` | a domain or a route in the account, in nobody's state |
//! | `drift` | the state holds another name than the source gives |
//! | `quota` | at least 80 % of a limit of the account, or of a zone, is used |
//! | `stale-certificate` | a certificate for a hostname that nothing has |
//! | `foreign` | in the account, and nothing tells whose it is |
//!
//! A program claims names in the stages that the state has. What it *would* name in others is only a
//! possible claim: whoever makes a resource with such a name can be that program, with a state that
//! was not read. Nothing with a possible claim is said to be without an owner.
//!
//! What could not be listed is not empty: the rules that would conclude something from the absence
//! of a claim say nothing where a listing is unknown.
//!
//! # Map
//!
//! `claim` reads claims, `texts` keeps each text once, `groups` puts claims together, `world` has those of
//! one name and knows the stages and base names, `hosts` has domains and routes, `rules` has a file for each question, `finding` and
//! `report` are what comes out. `stages` is a question of its own: which stages can go. So is `cost`: what each
//! stage costs.

mod claim;
pub mod cost;
mod finding;
mod groups;
mod hosts;
mod report;
mod rules;
pub mod stages;
mod texts;
mod world;

pub use claim::Source;
pub use finding::{Claimant, Code, Finding, Severity};
pub use hosts::{HostCertificate, HostDeclared, HostDomain, HostRoute, HostRow, HostZone, Hosts};
pub use report::{Cell, Quota, Report, Summary};
pub use world::{ArmedStage, Crons, Options, Plan, Undecided, Unknown};

use claim::Claims;
use world::World;

/// Takes claims in, in any number of portions, and judges them.
#[derive(Debug, Default)]
pub struct Judge {
    claims: Claims,
}

impl Judge {
    /// A judge that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes claims in: lines of eight fields with a tab between them, namely kind, name, app,
    /// stage, id, source (`state`, `account` or `source`), place and flags (`r` retained, `d`
    /// being deleted, `p` possible). In a field, `\\`, `\t` and `\n` stand for a backslash, a tab and a line
    /// break. An empty app, stage or id is not known. A line with an unknown kind or source is
    /// left out.
    pub fn add(&mut self, lines: &str) {
        self.claims.add(lines);
    }

    /// What is to be said about all that was taken in.
    #[must_use]
    pub fn judge(&self, options: &Options) -> Report {
        let world = World::new(&self.claims, options);
        let findings = rules::all(&world);
        report::of(&world, findings)
    }

    /// What the usage of the account costs, by those who have claimed its resources. Nothing only without a
    /// price list.
    #[must_use]
    pub fn cost(&self, usage: &cost::Usage) -> Option<cost::Cost> {
        cost::cost(&self.claims, usage)
    }
}
