//! What pipelines run, as files of GitHub and GitLab have it. Who reads them also says where it stands.

mod call;
mod shell;
mod start;
mod words;

use std::collections::BTreeMap;

use serde::Deserialize;

pub(crate) use call::AlchemyCall;
pub(crate) use shell::{Shell, joined};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pipelines {
    /// The folder that names of files count from. Other folders count from the top of the repository.
    pub here: String,
    pub steps: Vec<PipelineStep>,
    /// The scripts of each `package.json`, by its folder.
    pub scripts: BTreeMap<String, BTreeMap<String, String>>,
    /// The folders of the packages, by their names.
    pub packages: BTreeMap<String, String>,
}

/// A step that runs commands.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PipelineStep {
    pub file: String,
    /// The line of the first command, from 1.
    pub line: u32,
    /// Whether each of the lines is one of the file.
    pub is_block: bool,
    /// Where it runs; `None` if the file does not tell it.
    pub folder: Option<String>,
    /// Whose name Alchemy takes for the stage where none is given.
    pub user: Option<String>,
    /// The variables of the step and of all around it.
    pub variables: Vec<String>,
    /// The line of the file above it.
    pub before: Vec<String>,
    pub lines: Vec<String>,
    /// What the job has run before.
    pub earlier: Vec<String>,
}
