//! Stage-unique names for Cloudflare resources that are deployed with Alchemy.
//!
//! This crate is the law that `@alch/blocks` carries to Alchemy. It does no I/O, keeps no clock
//! and no randomness.
//!
//! # The law
//!
//! A *physical name*, what Cloudflare sees, is a pure function of three things: the *kind* of
//! resource, the *base name* that a developer wrote, and the *stage*, as its user names it.
//!
//! 1. **Stage slug.** A stage of at most 28 characters that is made of `a-z0-9` with single
//!    hyphens between, and has no hash segment, is its own slug. Any other is lower-cased (ASCII),
//!    has each run of other characters replaced by one hyphen, is cut to 18 characters, and gets
//!    `-` and a hash of the whole stage. See [`stage_slug`].
//! 2. **Hash.** `0` and the first eight characters of the lower-case base32 of SHA-256 over the
//!    UTF-8. Base32 has no `0`, so a hash segment, `0[a-z2-7]{8}` between hyphens, is recognised.
//!    A base name must not have one.
//! 3. **Physical name.** `base-slug`, if the kind's cap allows it; otherwise `head-hash-slug`,
//!    where `head` is what fits of the base and the hash is of the whole base. The slug always
//!    stands whole at the end. See [`physical_name`].
//! 4. **Base names** follow a rule per kind. One that breaks it is refused, since a person wrote
//!    it and can change it; a stage comes from a branch and is never refused for its characters.
//! 5. **The guard.** `db` in stage `pr-1` and `db-pr` in stage `1` are both `db-pr-1`. This is the
//!    only way in which two pairs share a name; whichever of two such base names is declared
//!    second, in a stage where they can meet, is refused. See [`Ledger`].
//!
//! Uniqueness is exact but for the hashes, which have 40 bits.
//!
//! # Map
//!
//! `kind` has one row for each kind of resource; `stage` and `name` make slugs and names; `block`
//! applies them to the options of one call; `guard` compares the calls of one run, with the table
//! in `index`; `row` compares a call with what the state holds; `error` is the one error type, and
//! `message` what it says; `text` writes and cuts text; `wasm` is the only file that knows JavaScript, and `wire` has the form in
//! which calls and answers pass between the two.

mod block;
mod error;
mod guard;
mod hash;
mod index;
mod kind;
mod message;
mod name;
mod row;
mod stage;
mod text;
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
#[doc(hidden)]
pub mod wasm;
#[cfg(any(all(target_arch = "wasm32", feature = "javascript"), test))]
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only its form is tested there"))]
mod wire;

/// The one that comes with Rust is larger, and no better at a few thousand short texts.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

pub use block::{Outcome, Request, StageOption, Texts, decide, generic_name};
pub use error::{BlockError, Code, unpacked};
pub use guard::{Class, Declaration, Identity, Ledger, ambiguous};
pub use kind::{Key, Kind};
pub use message::quote;
pub use name::{is_shortened, physical_name};
pub use row::{
    Binding, OnRename, Row, Verdict, cut_off, judge, judge_worker, refusal, would_delete,
};
pub use stage::{Environment, SLUG_MAX, Stage, stage_implicit, stage_mismatch, stage_slug};
