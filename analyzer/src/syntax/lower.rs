//! From the syntax tree to facts.

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Expression, Function as FunctionNode, JSXElement, Program, StaticBlock, TSType,
    TSTypeAnnotation, TSTypeParameterDeclaration, TSTypeParameterInstantiation,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser};
use oxc_span::{SourceType, Span};
use oxc_syntax::scope::ScopeFlags;

use super::depth;
use super::facts::{At, BlockId, Expr, ExprId, Facts, Fault, FuncId, Function, Stmt};
use super::source::{Offsets, small};
use crate::disable;

/// How deep an expression or a statement may be nested to be read.
const DEEPEST: u32 = 200;

/// Reads one file.
pub(crate) fn read(path: &str, text: &str) -> Facts {
    let offsets = Offsets::new(text);
    let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
    if let Some(at) = depth::too_deep(text) {
        let at = offsets.utf16(small(at));
        facts.errors.push(nested((at, at.saturating_add(1))));
    } else if text.len() > LONGEST {
        facts.errors.push(Fault {
            at: (0, 1),
            message: format!("the file has {} bytes, which is too much to read", text.len()),
            help: "leave it out, or split it".to_owned(),
        });
    } else {
        facts = parsed(facts, text, &offsets);
    }
    facts.lines = offsets.into_lines();
    for disable in &mut facts.disables {
        disable.line = line_of(&facts.lines, disable.at.1);
    }
    facts
}

/// In bytes; the parser can do 4 GB, a wasm module cannot.
const LONGEST: usize = 64 * 1024 * 1024;

fn line_of(lines: &[u32], offset: u32) -> u32 {
    small(lines.partition_point(|start| *start <= offset)).saturating_add(1)
}

fn nested(at: At) -> Fault {
    Fault {
        at,
        message: "the program is nested too deeply to be read".to_owned(),
        help: "write it in smaller parts".to_owned(),
    }
}

/// The kind of source that a path names; TypeScript with JSX where it says nothing.
pub(crate) fn source_type(path: &str) -> SourceType {
    let known = SourceType::from_path(path).unwrap_or_else(|_| SourceType::tsx());
    // What is wrong with a program's use of `import` in a script is not for us to say.
    if known.is_typescript_definition() { known } else { known.with_module(true) }
}

fn parsed(mut facts: Facts, text: &str, offsets: &Offsets) -> Facts {
    let allocator = Allocator::default();
    let options = ParseOptions {
        preserve_parens: false,
        allow_return_outside_function: true,
        ..ParseOptions::default()
    };
    let parser = Parser::new(&allocator, text, source_type(&facts.path)).with_options(options);
    let result = parser.parse();
    if let Some(error) = result.diagnostics.iter().next() {
        let label = error.labels.first();
        let start = label.map_or(0, |label| label.offset());
        let end = start.saturating_add(label.map_or(1, |label| label.len().max(1)));
        facts.errors.push(Fault {
            at: (offsets.utf16(start), offsets.utf16(end)),
            message: format!("this does not parse: {}", plain(&error.message)),
            help: error.help.as_deref().map_or_else(|| "repair the syntax".to_owned(), plain),
        });
    }
    facts.disables = disable::comments(&result.program.comments, text, offsets);
    let mut lower = Lower { facts, offsets, depth: 0, deep: None };
    lower.program(&result.program);
    if let Some(at) = lower.deep {
        lower.facts.errors.push(nested(at));
    }
    lower.facts
}

/// A parser's message in the project's style.
fn plain(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut characters = message.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if !second.is_ascii_uppercase() => {
            first.to_ascii_lowercase().to_string() + characters.as_str()
        }
        _ => message.to_owned(),
    }
}

pub(super) struct Lower<'t> {
    pub(super) facts: Facts,
    pub(super) offsets: &'t Offsets,
    pub(super) depth: u32,
    pub(super) deep: Option<At>,
}

impl Lower<'_> {
    pub(super) fn at(&self, span: Span) -> At {
        (self.offsets.utf16(span.start), self.offsets.utf16(span.end))
    }

    pub(super) fn add(&mut self, expr: Expr) -> ExprId {
        self.facts.exprs.push(expr);
        small(self.facts.exprs.len()).saturating_sub(1)
    }

    pub(super) fn add_block(&mut self, statements: Vec<Stmt>) -> BlockId {
        self.facts.blocks.push(statements);
        small(self.facts.blocks.len()).saturating_sub(1)
    }

    pub(super) fn add_function(&mut self, function: Function) -> FuncId {
        self.facts.functions.push(function);
        small(self.facts.functions.len()).saturating_sub(1)
    }

    pub(super) fn names(&mut self, source: &str) {
        if !self.facts.imports.iter().any(|known| known == source) {
            self.facts.imports.push(source.to_owned());
        }
    }

    /// Whether there is room for one level more; `leave` must follow where there is.
    pub(super) fn enter(&mut self, span: Span) -> bool {
        if self.depth >= DEEPEST {
            if self.deep.is_none() {
                self.deep = Some(self.at(span));
            }
            return false;
        }
        self.depth = self.depth.saturating_add(1);
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn program(&mut self, program: &Program<'_>) {
        let top = self.statements(&program.body);
        self.facts.top = Some(self.add_block(top));
    }

    /// The expressions and functions inside of something that is itself of no interest.
    pub(super) fn inside(&mut self, walk: impl FnOnce(&mut Collector<'_, '_>)) -> Vec<ExprId> {
        let (depth, deep) = (self.depth, self.deep);
        let offsets = self.offsets;
        let facts = std::mem::take(&mut self.facts);
        let mut lower = Lower { facts, offsets, depth, deep };
        let mut collector = Collector { lower: &mut lower, found: Vec::new() };
        walk(&mut collector);
        let found = collector.found;
        (self.facts, self.deep) = (lower.facts, lower.deep);
        found
    }
}

/// Collects what is inside of something that is itself of no interest.
pub(super) struct Collector<'l, 't> {
    lower: &'l mut Lower<'t>,
    found: Vec<ExprId>,
}

impl<'a> Visit<'a> for Collector<'_, '_> {
    fn visit_expression(&mut self, it: &Expression<'a>) {
        let id = self.lower.expr(it);
        self.found.push(id);
    }

    fn visit_function(&mut self, it: &FunctionNode<'a>, _flags: ScopeFlags) {
        if let Some(function) = self.lower.function(it) {
            let id = self.lower.add(Expr::Func(function));
            self.found.push(id);
        }
    }

    fn visit_jsx_element(&mut self, it: &JSXElement<'a>) {
        if self.lower.enter(it.span) {
            walk::walk_jsx_element(self, it);
            self.lower.leave();
        }
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        let inside = self.lower.statements(&it.body);
        let body = self.lower.add_block(inside);
        let at = self.lower.at(it.span);
        let function = self.lower.add_function(Function { params: Vec::new(), body, at });
        let id = self.lower.add(Expr::Func(function));
        self.found.push(id);
    }

    fn visit_ts_type(&mut self, _: &TSType<'a>) {}
    fn visit_ts_type_annotation(&mut self, _: &TSTypeAnnotation<'a>) {}
    fn visit_ts_type_parameter_declaration(&mut self, _: &TSTypeParameterDeclaration<'a>) {}
    fn visit_ts_type_parameter_instantiation(&mut self, _: &TSTypeParameterInstantiation<'a>) {}
}
