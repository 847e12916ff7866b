//! From Alchemy 0.94 to version 2: rows of the new state, and the new program.

mod attributes;
mod ids;
mod json;
mod objects;
mod remarks;
mod rows;

use serde::{Deserialize, Serialize};

use super::SourceFile;
use crate::report::Options;
use remarks::Remark;
use rows::{Converted, NewRow, OldRow, convert};

/// What is deployed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct State {
    pub rows: Vec<OldRow>,
    /// The account, where rows do not say it.
    pub account: Option<String>,
}

/// What `migrate --to-v2` gives: see `analyzer/README.md`.
#[derive(Debug, Serialize)]
pub(crate) struct ToV2 {
    rows: Vec<NewRow>,
    remarks: Vec<Remark>,
    programs: Vec<()>,
    unread: Vec<()>,
}

pub(crate) fn to_v2(_files: &[SourceFile], _options: Options, state: &State) -> ToV2 {
    let Converted { rows, mut remarks } = convert(&state.rows, state.account.as_deref());
    remarks.sort();
    ToV2 { rows, remarks, programs: Vec::new(), unread: Vec::new() }
}
