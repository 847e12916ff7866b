//! Stage-unique names for Cloudflare resources that are deployed with Alchemy.
//!
//! This crate is the law that `@alch/blocks` carries to Alchemy. It does no I/O, and uses no clock
//! and no randomness.
//!
//! # The law
//!
//! A *physical name*, what Cloudflare sees, is a pure function of three things: the *kind* of
//! resource, the *base name* that a developer wrote, and the *stage*, as its user names it.
//!
//! 1. **Stage slug.** A stage of at most 28 characters that is made of `a-z0-9` with single hyphens
//!    between, and has no hash segment, is its own slug. Any other is lower-cased (ASCII), each run
//!    of other characters becomes one hyphen, the result is cut to 18 characters, and `-` and a hash
//!    of the whole stage follow. See [`stage_slug`].
//! 2. **Hash.** `0` and the first eight characters of the lower-case base32 of SHA-256 over the
//!    UTF-8. Base32 has no `0`, so a hash segment, `0[a-z2-7]{8}` between hyphens, is recognised. A
//!    base name must not have one.
//! 3. **Physical name.** `base-slug`, if the kind's cap allows it; otherwise `head-hash-slug`, where
//!    `head` is what fits of the base name and the hash is of the whole base name. The slug always
//!    stands whole at the end. See [`physical_name`].
//! 4. **Base names** follow a rule per kind. One that breaks it is refused, since a person wrote it
//!    and can change it. A stage comes from a branch and is never refused for its characters.
//! 5. **The ledger.** `db` in stage `pr-1` and `db-pr` in stage `1` are both `db-pr-1`. This is the
//!    only way in which two pairs share a name. Whichever of two such base names is declared second,
//!    in a stage where they can meet, is refused. See [`Ledger`].
//! 6. **Hostnames.** In the bare stage, `prod` unless said otherwise, a hostname is what was written.
//!    Elsewhere the slug ends its first label, as in 3, within what certificates allow; the name of a
//!    zone gets the slug as a label of its own. See [`hostname`].
//!
//! Uniqueness is exact except for the hashes, which have 40 bits.
//!
//! # Map
//!
//! | module | what it knows |
//! | --- | --- |
//! | `kind` | the catalogue: one row per kind, with all that anyone knows of it; `rule` has the character rules |
//! | `stage`, `name`, `hash` | slugs, physical names, hashes |
//! | `hostname` | hostnames of domains and routes |
//! | `hosts` | domains and routes: their options, and what the account holds against them |
//! | `block` | the options of one call → what to declare |
//! | `region` | where in the world a resource is, and that it does not move |
//! | `ledger` | what one run has declared: duplicates, ambiguity, orphans |
//! | `state` | rows of Alchemy's state against declarations: keep, replace, refuse |
//! | `deletion` | what Alchemy is about to delete: whose it is, and who asked for it |
//! | `unknown` | stages that a program names and nobody knows |
//! | `stack` | a whole deploy of Alchemy 2, judged by the same rules |
//! | `alchemy` | which versions of Alchemy the guard knows |
//! | `error`, `warning`, `quote` | what is refused and warned of, and how the user's text is shown |
//! | `wasm` | the only code that knows JavaScript |

mod alchemy;
mod block;
mod deletion;
mod error;
mod expiry;
#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "tests cover it")]
mod hash;
mod hostname;
mod hosts;
mod kind;
#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "tests cover it")]
mod ledger;
#[cfg(test)]
mod messages;
#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "tests cover it")]
mod name;
mod quote;
mod region;
mod rule;
mod stack;
mod stage;
mod state;
mod unknown;
mod warning;
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
#[doc(hidden)]
pub mod wasm;

pub use alchemy::{ALCHEMY, ALCHEMY_2, EFFECT, check_alchemy, check_alchemy2};
pub use block::{Outcome, Request, StageOption, decide, expected, loses_id, warnings};
pub use deletion::{Consent, Created, Holding, Orphan, Owner};
pub use error::{CODES, Earlier, Error, HostError, Place, Reason};
pub use expiry::{Expires, Expiry, Lasting, MOST_DAYS};
pub use hostname::{HostOptions, hostname};
pub use hosts::{
    HostAccount, HostBlock, HostClaim, HostDeclaration, HostLedger, HostPattern, HostRequest,
    HostVerdict, decide_host, judge_host, judge_records, judge_zone, lost_records,
};
pub use kind::{
    Alchemy, Alchemy2, Automatic, Kind, Listing, OnNewName, Paging, Quirks, Quota, Regions, Spec,
    Unit, unmodelled, unmodelled2,
};
pub use ledger::{Class, Declaration, Ledger, OnRename, ambiguous};
pub use name::{is_shortened, physical_name};
pub use quote::{Quoted, quote};
pub use region::{Location, Placement, judge_move, placement};
pub use rule::{Literal, Rule};
pub use stack::{Program, Refusals, Resource, Transfer, judge_write};
pub use stage::{Environment, PROTECTED, SLUG_MAX, Stage, stage_slug};
pub use state::{Binding, KeptWorkflow, Row, Verdict, judge, judge_worker};
pub use unknown::{NamedStage, is_slip, named_stages, unknown_stages};
pub use warning::Warning;
