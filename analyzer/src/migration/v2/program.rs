//! The new program, as edits of the old one's text.
//!
//! It is written beside the old one, since what cannot be rewritten would leave a program that is
//! neither. All of the old text that means the same stays. What does not is marked, and the program
//! stops there until somebody has looked at it.

use std::collections::BTreeMap;

use alch_blocks::quote;
use oxc_allocator::Allocator;
use oxc_ast_visit::Visit;
use oxc_parser::{ParseOptions, Parser};
use serde::Serialize;

use super::bound::Bound;
use super::rewriter::{Declared, Rewriter};
use super::rows::OldRow;
use crate::migration::{SourceFile, View};
use crate::report::Unread;
use crate::syntax::depth;
use crate::syntax::lower::source_type;
use crate::syntax::source::Offsets;
use crate::values::{App, known};
use crate::version::Version;

/// A program for Alchemy 2.
#[derive(Debug, Serialize)]
pub(crate) struct NewProgram {
    stack: String,
    /// The file that it is made from.
    from: String,
    path: String,
    text: String,
    left: Vec<Left>,
}

/// What was not rewritten, or means something else now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Left {
    pub line: u32,
    pub what: String,
    pub reason: String,
    /// Whether the new program stops there.
    pub unfinished: bool,
}

/// The new program of each file that makes an app, or why there is none.
pub(super) fn programs(
    view: View<'_>,
    sources: &[SourceFile],
    rows: &[OldRow],
) -> Vec<Result<NewProgram, Unread>> {
    let mut by_file: BTreeMap<usize, Vec<&App>> = BTreeMap::new();
    let is_old = |app: &&App| app.version == Version::V0;
    for app in view.program.apps.iter().filter(is_old) {
        by_file.entry(app.file).or_default().push(app);
    }
    let program = |(file, apps): (usize, Vec<&App>)| {
        let source = sources.get(file).filter(|source| source.asked)?;
        let made = match &apps[..] {
            [app] => one(view, source, file, app, rows),
            _ => Err("it makes several apps: give each a file of its own"),
        };
        let unread = |reason: &str| Unread { file: source.path.clone(), reason: reason.to_owned() };
        Some(made.map_err(unread))
    };
    by_file.into_iter().filter_map(program).collect()
}

fn one(
    view: View<'_>,
    source: &SourceFile,
    file: usize,
    app: &App,
    rows: &[OldRow],
) -> Result<NewProgram, &'static str> {
    let stack = known(&app.name).ok_or("the name of its app is not written as text")?;
    let text = source.text.as_str();
    if depth::too_deep(text).is_some() {
        return Err("it is nested too deeply");
    }
    let allocator = Allocator::default();
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let parsed =
        Parser::new(&allocator, text, source_type(&source.path)).with_options(options).parse();
    if parsed.panicked || parsed.diagnostics.iter().next().is_some() {
        return Err("it does not parse");
    }
    let offsets = Offsets::new(text);
    let mut bound = Bound::default();
    bound.visit_program(&parsed.program);
    let byte = |at: u32| crate::syntax::source::small(offsets.byte(at));
    let mut declared: BTreeMap<u32, Declared<'_>> = BTreeMap::new();
    let mut outside = Vec::new();
    for (instance, declaration) in view.all() {
        if declaration.places.file == file {
            let at = byte(declaration.places.call.0);
            let known = declared.get(&at).is_some_and(|one| one.instance.id != instance.id);
            let several = known || declared.get(&at).is_some_and(|one| one.several);
            declared.insert(at, Declared { instance, declaration, several });
        } else if declaration.app.and_then(|at| view.program.apps.get(at)) == Some(app) {
            let place = view.program.place(declaration.places.file, declaration.places.call);
            outside.push((declaration.shown(), place));
        }
    }
    let mut rewriter = Rewriter::new(text, &stack, &bound, declared, rows, byte(app.at.0));
    rewriter.program(&parsed.program);
    for (id, place) in outside {
        let reason = format!("it is declared in {}, which is not rewritten", quote(&place));
        rewriter.leave(0, id, reason);
    }
    let (text, left) = rewriter.finish();
    Ok(NewProgram { stack, from: source.path.clone(), path: beside(&source.path), text, left })
}

/// `alchemy.run.ts` becomes `alchemy.v2.run.ts`, and `infra.ts` `infra.v2.ts`.
fn beside(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let (stem, rest) = name.split_once('.').unwrap_or((name, "ts"));
    let name = format!("{stem}.v2.{rest}");
    if folder.is_empty() { name } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn the_new_program_lies_beside_the_old_one() {
        assert_eq!(beside("alchemy.run.ts"), "alchemy.v2.run.ts");
        assert_eq!(beside("apps/shop/infra.mts"), "apps/shop/infra.v2.mts");
    }
}
