//! From Alchemy 0.94 to version 2: rows of the new state, and the new program.

mod attributes;
mod bound;
mod calls;
mod consumers;
mod frame;
mod hosts;
mod ids;
mod json;
mod name;
mod objects;
mod origins;
mod program;
mod remarks;
mod rewriter;
mod rows;
mod sets;
mod statements;
mod text;
mod words;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{SourceFile, View, unread};
use crate::declarations::{Declaration, Program, USUAL, resolve};
use crate::modules::Modules;
use crate::report::{Options, Unread};
use crate::syntax::facts::Facts;
use crate::syntax::lower::read;
use crate::values::{follow, known};
use crate::version::Version;
use program::{NewProgram, programs};
use remarks::Remark;
use rows::{Converted, NewRow, OldRow, convert};

/// What is deployed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct State {
    pub rows: Vec<OldRow>,
    /// What is at the root of an app, and of no stage.
    pub at_root: Vec<OldRow>,
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
    remarks.extend(state.at_root.iter().map(|row| row.remark(remarks::in_no_stage())));
    remarks.extend(rows.iter().filter_map(|row| undeclared(row, &program)));
    remarks.sort();
    let mut unread = unread(&program);
    // What does not parse may be the program.
    unread.extend(facts.iter().filter_map(|facts| {
        let error = facts.errors.iter().find(|it| it.message.starts_with("this does not parse"))?;
        Some(Unread { file: facts.path.clone(), reason: error.message.clone() })
    }));
    let mut made = Vec::new();
    for one in programs(view, files, &state.rows) {
        match one {
            Ok(program) => made.push(program),
            Err(reason) => unread.push(reason),
        }
    }
    let mut seen = BTreeSet::new();
    unread.retain(|one| seen.insert(one.file.clone()));
    ToV2 { rows, remarks, programs: made, unread }
}

/// Says of a row that the program does not declare what it stands for.
fn undeclared(row: &NewRow, program: &Program<'_>) -> Option<Remark> {
    let is_ours = |one: &&Declaration| {
        let app = program.app_of(one).and_then(|app| known(&app.name));
        one.version == Version::V0
            && one.kind.as_str() == row.kind
            && app.is_none_or(|app| app == row.stack)
    };
    let has_program = program
        .apps
        .iter()
        .any(|app| app.version == Version::V0 && known(&app.name).is_none_or(|it| it == row.stack));
    let is_it = |one: &Declaration| {
        one.stages.get(&row.stage).is_some_and(|here| {
            here.id.as_ref().is_none_or(|id| *id == row.id)
                && here.scope.as_ref().is_none_or(|scope| *scope == row.scope)
        })
    };
    // A consumer is declared with its Worker.
    let is_kind = alch_blocks::Kind::ALL.iter().any(|kind| kind.as_str() == row.kind);
    let is_declared = program.declarations.iter().filter(is_ours).any(is_it);
    (has_program && is_kind && !is_declared).then(|| remarks::not_declared(row))
}

/// The stages that are deployed, else those that `check` judges.
fn stages(rows: &[OldRow]) -> Vec<String> {
    let deployed: BTreeSet<&str> = rows.iter().map(|row| row.stage.as_str()).collect();
    let stages: Vec<&str> =
        if deployed.is_empty() { USUAL.to_vec() } else { deployed.into_iter().collect() };
    stages.into_iter().map(str::to_owned).collect()
}
