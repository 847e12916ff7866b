//! From Alchemy 0.94 to version 2: rows of the new state, and the new program.

mod attributes;
mod bound;
mod calls;
mod consumers;
mod frame;
mod ids;
mod json;
mod name;
mod objects;
mod program;
mod remarks;
mod rewriter;
mod rows;
mod statements;
mod text;
mod words;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{SourceFile, View, unread};
use crate::declarations::resolve;
use crate::modules::Modules;
use crate::report::{Options, Unread};
use crate::syntax::facts::Facts;
use crate::syntax::lower::read;
use crate::values::follow;
use program::{NewProgram, programs};
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
    programs: Vec<NewProgram>,
    unread: Vec<Unread>,
}

pub(crate) fn to_v2(files: &[SourceFile], mut options: Options, state: &State) -> ToV2 {
    options.stages = stages(&state.rows);
    let facts: Vec<Facts> = files.iter().map(|file| read(&file.path, &file.text)).collect();
    let modules = Modules::new(&facts, &options.modules);
    let eval = follow(&facts, &modules);
    let program = resolve(&facts, &eval, &options);
    let view = View { program: &program, instances: &eval.instances };
    let Converted { rows, mut remarks } = convert(&state.rows, state.account.as_deref());
    remarks.sort();
    let mut unread = unread(&program);
    let mut made = Vec::new();
    for one in programs(view, files, &state.rows) {
        match one {
            Ok(program) => made.push(program),
            Err(reason) => unread.push(reason),
        }
    }
    ToV2 { rows, remarks, programs: made, unread }
}

/// The stages that are deployed, else two that stand for all.
fn stages(rows: &[OldRow]) -> Vec<String> {
    let deployed: BTreeSet<&str> = rows.iter().map(|row| row.stage.as_str()).collect();
    let any = super::plan::ANY.iter().copied();
    let stages: Vec<&str> =
        if deployed.is_empty() { any.collect() } else { deployed.into_iter().collect() };
    stages.into_iter().map(str::to_owned).collect()
}
