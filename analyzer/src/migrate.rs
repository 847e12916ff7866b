//! The edits that turn the raw resources of one file into blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    BindingIdentifier, IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier,
    Statement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser};
use oxc_span::{GetSpan, Span};
use serde::Serialize;

use crate::depth;
use crate::lower::source_type;
use crate::report::{Report, Rewrite, Step};
use crate::source::Offsets;

#[derive(Debug, Default, Serialize)]
pub(crate) struct Migration {
    pub edits: Vec<Edit>,
    pub declarations: Vec<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Edit {
    pub start: u32,
    pub end: u32,
    pub text: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Action {
    pub file: String,
    pub line: u32,
    pub kind: String,
    pub id: Option<String>,
    pub action: &'static str,
    pub reason: String,
}

const MODULE: &str = "@alch/blocks";

pub(crate) fn migrate(path: &str, text: &str, report: &Report) -> Migration {
    let mut out = Migration::default();
    let mut rewrites: Vec<&Rewrite> = Vec::new();
    for one in report.declarations.iter().filter(|one| one.file == path && !one.block) {
        let (action, reason) = match (&one.rewrite, &one.left) {
            (Some(_), _) => ("rewritten", "its deployed names stay as they are".to_owned()),
            (None, Some(reason)) => ("left", reason.clone()),
            (None, None) => ("left", "it could not be followed".to_owned()),
        };
        if let Some(rewrite) = &one.rewrite
            && !rewrites.contains(&rewrite)
        {
            rewrites.push(rewrite);
        }
        let (file, kind, id) = (one.file.clone(), one.kind.clone(), one.id.clone());
        out.declarations.push(Action { file, line: one.line, kind, id, action, reason });
    }
    if !rewrites.is_empty() && depth::too_deep(text).is_none() {
        out.edits = edits(path, text, &rewrites);
    }
    out
}

fn edits(path: &str, text: &str, rewrites: &[&Rewrite]) -> Vec<Edit> {
    let allocator = Allocator::default();
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let result = Parser::new(&allocator, text, source_type(path)).with_options(options).parse();
    let offsets = Offsets::new(text);
    let mut names = Names::default();
    names.visit_program(&result.program);
    let imports: Vec<&ImportDeclaration<'_>> = result
        .program
        .body
        .iter()
        .filter_map(|statement| match statement {
            Statement::ImportDeclaration(it) => Some(&**it),
            _ => None,
        })
        .collect();
    let first = result.program.body.first().map(GetSpan::span);
    let mut editor = Editor { text, offsets: &offsets, edits: Vec::new(), quote: '"' };
    editor.quote = editor.usual_quote(&imports);
    let plan = Imports { imports: &imports, names: &names, first };
    let locals = plan.edit(&mut editor, rewrites);
    for rewrite in rewrites {
        let local = locals.get(rewrite.block.as_str()).cloned();
        editor.call(rewrite, &local.unwrap_or_else(|| rewrite.block.clone()));
    }
    editor.edits.sort_by_key(|edit| (edit.start, edit.end));
    editor.edits
}

// --- Calls --------------------------------------------------------------------------------------

struct Editor<'t> {
    text: &'t str,
    offsets: &'t Offsets,
    edits: Vec<Edit>,
    quote: char,
}

impl Editor<'_> {
    fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(self.offsets.byte(start)..self.offsets.byte(end)).unwrap_or_default()
    }

    fn put(&mut self, start: u32, end: u32, text: String) {
        let edit = Edit { start, end, text };
        if !self.edits.contains(&edit) {
            self.edits.push(edit);
        }
    }

    fn at(&self, span: Span) -> (u32, u32) {
        (self.offsets.utf16(span.start), self.offsets.utf16(span.end))
    }

    fn quoted(&self, text: &str) -> String {
        let mut out = String::from(self.quote);
        for character in text.chars() {
            match character {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\u{2028}' => out.push_str("\\u2028"),
                '\u{2029}' => out.push_str("\\u2029"),
                '\\' => out.push_str("\\\\"),
                _ if character == self.quote => {
                    out.push('\\');
                    out.push(character);
                }
                _ => out.push(character),
            }
        }
        out.push(self.quote);
        out
    }

    fn call(&mut self, rewrite: &Rewrite, local: &str) {
        let (start, end) = rewrite.callee;
        let start = if rewrite.new { rewrite.call.0 } else { start };
        self.put(start, end, local.to_owned());
        for step in &rewrite.steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Value { at, text } => {
                let text = self.quoted(text);
                self.put(at.0, at.1, text);
            }
            Step::Shorthand { at, key, text } => {
                let text = format!("{key}: {}", self.quoted(text));
                self.put(at.0, at.1, text);
            }
            Step::CutTemplate { at } => {
                let template = self.slice(at.0, at.1);
                let cut = template.rfind("-${").and_then(|cut| template.get(..cut));
                if let Some(kept) = cut {
                    let units = crate::source::small(kept.encode_utf16().count());
                    let start = at.0.saturating_add(units);
                    self.put(start, at.1.saturating_sub(1), String::new());
                }
            }
            Step::AddTo { object, first, key, text, pins } => {
                let added = self.props(key, text.as_deref(), pins);
                match first {
                    None => {
                        let at = object.0.saturating_add(1);
                        let spaced = self.slice(at, object.1).starts_with([' ', '\n', '\r', '/']);
                        let after = if spaced { "" } else { " " };
                        self.put(at, at, format!(" {added}{after}"));
                    }
                    Some(first) => {
                        let after = self.indent(first.0).map_or(" ".to_owned(), |indent| {
                            format!("{}{indent}", self.line_end())
                        });
                        self.put(first.0, first.0, format!("{added},{after}"));
                    }
                }
            }
            Step::AddAfter { end, key, text, pins } => {
                let added = self.props(key, text.as_deref(), pins);
                self.put(*end, *end, format!(", {{ {added} }}"));
            }
            Step::Spread { at, key, text, pins } => {
                let added = self.props(key, text.as_deref(), pins);
                self.put(at.0, at.0, "{ ...".to_owned());
                self.put(at.1, at.1, format!(", {added} }}"));
            }
            Step::PinsAfter { at, pins } => {
                let before = self
                    .indent(at.0)
                    .map_or(" ".to_owned(), |indent| format!("{}{indent}", self.line_end()));
                let added = self.props("", None, pins);
                self.put(at.1, at.1, format!(",{before}{added}"));
            }
        }
    }

    fn props(&self, key: &str, text: Option<&str>, pins: &[(String, String)]) -> String {
        let mut parts = Vec::new();
        parts.extend(text.map(|text| format!("{key}: {}", self.quoted(text))));
        if !pins.is_empty() {
            let pins: Vec<_> = pins
                .iter()
                .map(|(stage, name)| format!("{}: {}", self.key(stage), self.quoted(name)))
                .collect();
            parts.push(format!("pin: {{ {} }}", pins.join(", ")));
        }
        parts.join(", ")
    }

    fn key(&self, text: &str) -> String {
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if plain { text.to_owned() } else { self.quoted(text) }
    }

    /// The white space before what stands first in its line; `None` where it does not.
    fn indent(&self, at: u32) -> Option<String> {
        let before = self.text.get(..self.offsets.byte(at))?;
        let line = before.rsplit_once('\n').map(|(_, line)| line)?;
        line.chars().all(char::is_whitespace).then(|| line.to_owned())
    }

    fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// The quotes that the file's imports are written with.
    fn usual_quote(&self, imports: &[&ImportDeclaration<'_>]) -> char {
        let single = imports.first().is_some_and(|it| {
            let (start, end) = self.at(it.source.span);
            self.slice(start, end).starts_with('\'')
        });
        if single { '\'' } else { '"' }
    }
}

// --- Imports ------------------------------------------------------------------------------------

/// Every name in a file: where it is bound, and where it is used.
#[derive(Default)]
struct Names {
    bound: HashMap<String, u32>,
    used: HashMap<String, Vec<u32>>,
}

impl<'a> Visit<'a> for Names {
    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        let count = self.bound.entry(it.name.to_string()).or_default();
        *count = count.saturating_add(1);
        walk::walk_binding_identifier(self, it);
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.used.entry(it.name.to_string()).or_default().push(it.span.start);
    }
}

struct Imports<'i, 'a> {
    imports: &'i [&'i ImportDeclaration<'a>],
    names: &'i Names,
    first: Option<Span>,
}

impl Imports<'_, '_> {
    /// Removes what is no longer used and adds the blocks; gives the name of each block.
    fn edit(&self, editor: &mut Editor<'_>, rewrites: &[&Rewrite]) -> BTreeMap<String, String> {
        let mut callees: BTreeSet<u32> = BTreeSet::new();
        for rewrite in rewrites {
            callees.insert(crate::source::small(editor.offsets.byte(rewrite.callee.0)));
        }
        let unused = self.unused(&callees);
        let blocks: BTreeSet<&str> = rewrites.iter().map(|one| one.block.as_str()).collect();
        let mut locals = BTreeMap::new();
        let mut missing = Vec::new();
        for block in blocks {
            match self.imported(block) {
                Some(local) => {
                    locals.insert(block.to_owned(), local);
                }
                None => {
                    let local = self.free(block, &unused);
                    missing.push(if local == block {
                        block.to_owned()
                    } else {
                        format!("{block} as {local}")
                    });
                    locals.insert(block.to_owned(), local);
                }
            }
        }
        let replaced = self.remove(editor, &unused, &missing);
        if !missing.is_empty() && !replaced {
            self.add(editor, &missing, &unused);
        }
        locals
    }

    /// Imported names that only the rewritten calls use.
    fn unused(&self, callees: &BTreeSet<u32>) -> BTreeSet<String> {
        let mut unused = BTreeSet::new();
        for import in self.imports {
            for specifier in import.specifiers.iter().flatten() {
                let name = specifier.name().to_string();
                let Some(uses) = self.names.used.get(&name) else { continue };
                let bound_once = self.names.bound.get(&name) == Some(&1);
                if bound_once && uses.iter().all(|at| callees.contains(at)) {
                    unused.insert(name);
                }
            }
        }
        unused
    }

    fn imported(&self, block: &str) -> Option<String> {
        for import in self.imports {
            if import.source.value != MODULE || import.import_kind.is_type() {
                continue;
            }
            for specifier in import.specifiers.iter().flatten() {
                if let ImportDeclarationSpecifier::ImportSpecifier(one) = specifier
                    && !one.import_kind.is_type()
                    && one.imported.name() == block
                {
                    return Some(one.local.name.to_string());
                }
            }
        }
        None
    }

    fn free(&self, block: &str, unused: &BTreeSet<String>) -> String {
        let taken = |name: &str| {
            (self.names.bound.contains_key(name) || self.names.used.contains_key(name))
                && !unused.contains(name)
        };
        let mut name = block.to_owned();
        if taken(&name) {
            name = format!("{block}Block");
        }
        while taken(&name) {
            name.push('_');
        }
        name
    }

    /// Takes unused names out of imports. Where one becomes empty, the new one takes its place:
    /// then this is `true`.
    fn remove(
        &self,
        editor: &mut Editor<'_>,
        unused: &BTreeSet<String>,
        missing: &[String],
    ) -> bool {
        let mut replaced = self.existing().is_some();
        let reuse = !replaced && !missing.is_empty();
        replaced = false;
        for import in self.imports {
            let Some(specifiers) = &import.specifiers else { continue };
            let goes = |one: &ImportDeclarationSpecifier<'_>| unused.contains(one.name().as_str());
            if !specifiers.iter().any(goes) {
                continue;
            }
            let (start, end) = editor.at(import.span);
            if specifiers.iter().all(goes) {
                if reuse && !replaced {
                    let text = self.line(editor, import, missing);
                    editor.put(start, end, text);
                    replaced = true;
                } else {
                    let line = editor.text.get(editor.offsets.byte(end)..).unwrap_or_default();
                    let more = if line.starts_with("\r\n") {
                        2
                    } else {
                        u32::from(line.starts_with('\n'))
                    };
                    editor.put(start, end.saturating_add(more), String::new());
                }
                continue;
            }
            self.thin_out(editor, specifiers, goes);
        }
        replaced
    }

    fn thin_out(
        &self,
        editor: &mut Editor<'_>,
        specifiers: &[ImportDeclarationSpecifier<'_>],
        goes: impl Fn(&ImportDeclarationSpecifier<'_>) -> bool,
    ) {
        // Each goes with what is between it and the next; at the end, with what is before it.
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        let mut kept_end = None;
        for (index, one) in specifiers.iter().enumerate() {
            let (start, end) = editor.at(one.span());
            if !goes(one) {
                kept_end = Some(end);
                continue;
            }
            let tail_goes = specifiers.iter().skip(index).all(&goes);
            let next = specifiers.get(index.saturating_add(1)).map(|next| editor.at(next.span()).0);
            match (tail_goes, kept_end, next) {
                (true, Some(kept), _) => ranges.push((kept, end)),
                (_, _, Some(next)) => ranges.push((start, next)),
                _ => ranges.push((start, end)),
            }
        }
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (start, end) in ranges {
            match merged.last_mut() {
                Some((_, before)) if start <= *before => *before = (*before).max(end),
                _ => merged.push((start, end)),
            }
        }
        for (start, end) in merged {
            editor.put(start, end, String::new());
        }
    }

    /// An import of the blocks that can take more names.
    fn existing(&self) -> Option<&ImportDeclaration<'_>> {
        self.imports
            .iter()
            .find(|import| {
                import.source.value == MODULE
                    && !import.import_kind.is_type()
                    && import
                        .specifiers
                        .iter()
                        .flatten()
                        .any(|one| matches!(one, ImportDeclarationSpecifier::ImportSpecifier(_)))
            })
            .copied()
    }

    fn add(&self, editor: &mut Editor<'_>, missing: &[String], _unused: &BTreeSet<String>) {
        if let Some(existing) = self.existing() {
            if let Some(last) = existing.specifiers.iter().flatten().last() {
                let (_, end) = editor.at(last.span());
                editor.put(end, end, format!(", {}", missing.join(", ")));
            }
            return;
        }
        let after = self
            .imports
            .iter()
            .find(|import| import.source.value == "alchemy/cloudflare")
            .or(self.imports.last());
        match after {
            Some(import) => {
                let (_, end) = editor.at(import.span);
                let line = self.line(editor, import, missing);
                editor.put(end, end, format!("{}{line}", editor.line_end()));
            }
            None => {
                let start = self.first.map_or(0, |span| editor.at(span).0);
                let quoted = editor.quoted(MODULE);
                let line = format!("import {{ {} }} from {quoted};", missing.join(", "));
                editor.put(start, start, format!("{line}{}", editor.line_end()));
            }
        }
    }

    /// A new import in the style of another.
    fn line(
        &self,
        editor: &Editor<'_>,
        like: &ImportDeclaration<'_>,
        missing: &[String],
    ) -> String {
        let (start, end) = editor.at(like.span);
        let end = if editor.slice(start, end).ends_with(';') { ";" } else { "" };
        format!("import {{ {} }} from {}{end}", missing.join(", "), editor.quoted(MODULE))
    }
}
