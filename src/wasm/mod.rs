//! The only code that knows JavaScript: it reads a call, asks the law, and hands the call on.
//!
//! What users give is read through imported types whose getters may throw (`options`); what our own
//! TypeScript gives crosses as serde structs (`rows`). No borrow of a run is held while JavaScript
//! runs, so a callback, a getter and `console.warn` may call blocks themselves. Every import that can
//! run a user's code catches what it throws: an exception that passes through would leave the module's
//! stacks as they were at that place.

mod blocks;
mod expiry;
mod exports;
mod hostname;
mod hosts;
mod js;
mod names;
mod options;
mod refusals;
mod rows;
mod scope;
mod stack;

use wasm_bindgen::prelude::*;

pub use exports::*;
pub use hostname::hostname;
pub use hosts::HostFacts;
pub use names::{physical_name, physical_names, stage_slug, version};
pub use refusals::{
    adopted_rename, adopted_replay, binding_unawaited, check_alchemy, declared_twice,
    held_elsewhere, held_in_account, other_kind, owner_missing, root_scope, share_conflict,
    stage_conflict, state_password, state_unreadable, worker_moved, workflow_held, would_replay,
};
pub use rows::Declared;
pub use scope::{AlchemyScope, Run, Scope, resolve_stage};
pub use stack::{
    alchemy_unplanned, check_alchemy2, declared_twice_in_alchemy2, judge_program, judge_write,
};

#[wasm_bindgen(typescript_custom_section)]
const CATALOGUE: &str = include_str!("../../ts/generated/types.ts");
#[wasm_bindgen(typescript_custom_section)]
const OPTIONS: &str = include_str!("../../ts/options.ts");
