//! Domains and routes: one hostname for each stage, and nobody else's.
//!
//! | file | what it knows |
//! | --- | --- |
//! | `pattern` | the parts of a route pattern, and which hosts it covers |
//! | `call` | the options of one call of `Domain` or `Route` → what to declare |
//! | `ledger` | what one run has declared: duplicates and ambiguity |
//! | `judge` | what the account holds against what is about to be written |

mod call;
mod judge;
mod ledger;
mod pattern;

pub use call::{HostBlock, HostDeclaration, HostRequest, decide_host};
pub use judge::{
    HostAccount, HostClaim, HostVerdict, judge_host, judge_records, judge_zone, lost_records,
};
pub use ledger::HostLedger;
pub use pattern::Pattern as HostPattern;
