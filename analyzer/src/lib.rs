//! Reads Alchemy programs in TypeScript, without running them: what they would name what, where
//! two stages or two resources would meet, and how raw resources become blocks.
//!
//! Texts go in and JSON comes out; there is no I/O. [`report`] reads a whole program. One of very many
//! files is read in parts: [`parse`] keeps of one file what matters, in any thread, and [`link`] puts
//! the parts together. [`migrate`] turns raw resources into blocks. Names come from [`alch_blocks`]
//! alone.

mod apps;
mod declarations;
mod disable;
mod evaluated;
mod link;
mod migration;
mod modules;
mod naming;
mod pipelines;
mod report;
mod rules;
mod syntax;
mod values;
mod version;

use report::Options;
use syntax::facts::Facts;
use syntax::{lower, scan};

/// Whether a text names `alchemy` or `@alch/blocks` as a module: one that does not can declare
/// nothing by itself.
#[must_use]
pub fn mentions(text: &str) -> bool {
    scan::mentions(text)
}

/// The modules that a text seems to import, found without parsing, as a JSON array.
#[must_use]
pub fn specifiers(text: &str) -> String {
    json(&scan::specifiers(text))
}

/// The facts of one file, as JSON. A file that cannot be read gives facts that say so.
#[must_use]
pub fn parse(path: &str, text: &str) -> String {
    json(&lower::read(path, text))
}

/// The modules that a file names in its imports and exports, as a JSON array.
#[must_use]
pub fn imports(path: &str, text: &str) -> String {
    json(&lower::read(path, text).imports)
}

/// The report on a program, as JSON. `files` is a JSON array of `{ "path": …, "text": … }`.
#[must_use]
pub fn report(files: &str, options: &str) -> String {
    let files: Vec<SourceText> = serde_json::from_str(files).unwrap_or_default();
    let facts: Vec<_> = files.iter().map(|file| lower::read(&file.path, &file.text)).collect();
    let options: Options = serde_json::from_str(options).unwrap_or_default();
    json(&link::link(&facts, &options))
}

#[derive(serde::Deserialize)]
struct SourceText {
    path: String,
    text: String,
}

/// The same from the facts of its files. Facts or options that are none are left out.
#[must_use]
pub fn link(facts: &[String], options: &str) -> String {
    let files: Vec<Facts> =
        facts.iter().filter_map(|facts| serde_json::from_str(facts).ok()).collect();
    let options: Options = serde_json::from_str(options).unwrap_or_default();
    json(&link::link(&files, &options))
}

/// The edits that turn the raw resources of a program into blocks, and what a deploy would then do,
/// as JSON. `files` is JSON, too; what is no list of files has nothing to migrate.
#[must_use]
pub fn migrate(files: &str, options: &str) -> String {
    let files: Vec<migration::SourceFile> = serde_json::from_str(files).unwrap_or_default();
    let options: Options = serde_json::from_str(options).unwrap_or_default();
    json(&migration::migrate(&files, &options))
}

/// From Alchemy 0.94 to version 2, as JSON. `state` has the rows of 0.94, as JSON.
#[must_use]
pub fn migrate_to_v2(files: &str, options: &str, state: &str) -> String {
    let files: Vec<migration::SourceFile> = serde_json::from_str(files).unwrap_or_default();
    let options: Options = serde_json::from_str(options).unwrap_or_default();
    let state: migration::v2::State = serde_json::from_str(state).unwrap_or_default();
    json(&migration::v2::to_v2(&files, options, &state))
}

/// All rules of `check`, as JSON: for what is generated from them.
#[must_use]
pub fn rules() -> String {
    json(&rules::table())
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
