//! The edits that turn the raw resources of one file into blocks.

use oxc_allocator::Allocator;
use oxc_ast::ast::{ImportDeclaration, Statement};
use oxc_ast_visit::Visit;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::{GetSpan, Span};
use serde::Serialize;

use super::imports::{Imports, Names};
use super::rewrite::{Place, Rewrite, Step};
use crate::syntax::depth;
use crate::syntax::facts::At;
use crate::syntax::lower::source_type;
use crate::syntax::source::Offsets;

/// A text that takes the place of what stands between two UTF-16 offsets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Edit {
    pub start: u32,
    pub end: u32,
    pub text: String,
}

/// The edits of one file, sorted and without overlaps.
pub(super) fn edits(path: &str, text: &str, rewrites: &[&Rewrite]) -> Vec<Edit> {
    if rewrites.is_empty() || depth::too_deep(text).is_some() {
        return Vec::new();
    }
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
    let module = rewrites.first().map(|one| one.module).unwrap_or_default();
    let plan = Imports { module, imports: &imports, names: &names, first };
    let locals = plan.edit(&mut editor, rewrites);
    for rewrite in rewrites {
        let local = locals.get(rewrite.name.as_str()).cloned();
        editor.rewrite(rewrite, &local.unwrap_or_else(|| rewrite.name.clone()));
    }
    editor.edits.sort();
    editor.edits.dedup();
    editor.edits
}

/// A text with edits made; everything else stays as it is.
pub(super) fn applied(text: &str, edits: &[Edit]) -> String {
    let offsets = Offsets::new(text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..offsets.byte(edit.start)).unwrap_or_default());
        out.push_str(&edit.text);
        at = offsets.byte(edit.end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

pub(super) struct Editor<'t> {
    pub text: &'t str,
    pub offsets: &'t Offsets,
    edits: Vec<Edit>,
    quote: char,
}

impl Editor<'_> {
    pub(super) fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(self.offsets.byte(start)..self.offsets.byte(end)).unwrap_or_default()
    }

    pub(super) fn put(&mut self, start: u32, end: u32, text: String) {
        self.edits.push(Edit { start, end, text });
    }

    pub(super) fn at(&self, span: Span) -> (u32, u32) {
        (self.offsets.utf16(span.start), self.offsets.utf16(span.end))
    }

    pub(super) fn quoted(&self, text: &str) -> String {
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

    fn rewrite(&mut self, rewrite: &Rewrite, local: &str) {
        match rewrite.place {
            Place::Callee { at, new } => self.put(new.unwrap_or(at.0), at.1, local.to_owned()),
            Place::Around(at) => {
                self.put(at.0, at.0, format!("{local}("));
                self.put(at.1, at.1, ")".to_owned());
            }
            Place::Shorthand(at) => {
                let value = self.slice(at.0, at.1).to_owned();
                self.put(at.1, at.1, format!(": {local}({value})"));
            }
        }
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
                    let units = crate::syntax::source::small(kept.encode_utf16().count());
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
            Step::PinsAfter { at, pins } => self.behind(*at, &self.props("", None, pins)),
            Step::OptionAfter { at, key, text } => {
                self.behind(*at, &self.props(key, Some(text), &[]));
            }
            Step::Key { at, key } => self.put(at.0, at.1, format!("{key}: ")),
            Step::Remove { at } => self.put(at.0, at.1, String::new()),
        }
    }

    /// Adds options behind the one that stands there.
    fn behind(&mut self, at: At, added: &str) {
        let before = self
            .indent(at.0)
            .map_or(" ".to_owned(), |indent| format!("{}{indent}", self.line_end()));
        self.put(at.1, at.1, format!(",{before}{added}"));
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

    pub(super) fn line_end(&self) -> &'static str {
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
