//! Goes through the statements of an old program, and collects what changes in each.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::{Kind, quote};
use oxc_ast::ast::{
    ArrowFunctionExpression, AwaitExpression, CallExpression, Expression, ExpressionStatement,
    Function, IdentifierReference, NewExpression, ParenthesizedExpression, Program, Statement,
    StaticMemberExpression, TemplateLiteral, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;

use super::bound::{Bound, NAMING, STAGE, is_old, made};
use super::program::Left;
use super::rows::OldRow;
use super::text::{Change, comment, quoted};
use super::words;
use crate::declarations::Declaration;
use crate::syntax::source::small;
use crate::values::Instance;

/// A declaration by where its call starts.
#[derive(Clone, Copy)]
pub(super) struct Declared<'d> {
    pub instance: &'d Instance,
    pub declaration: &'d Declaration,
    /// Whether the call declares other resources as well, as in a loop.
    pub several: bool,
}

impl Declared<'_> {
    /// Whether Alchemy 2 makes it with an effect of its own; a class or a workflow is a value.
    pub(super) fn is_effect(self) -> bool {
        !matches!(self.instance.kind, Kind::DurableObject | Kind::Workflow)
    }
}

pub(super) struct Rewriter<'r> {
    pub text: &'r str,
    pub stack: &'r str,
    /// Where `alchemy(…)` is called.
    pub app_at: u32,
    pub bound: &'r Bound,
    pub declared: BTreeMap<u32, Declared<'r>>,
    pub rows: &'r [OldRow],
    pub changes: Vec<Change>,
    pub left: Vec<Left>,
    /// The variable that holds the app.
    pub app: Option<String>,
    /// What the stage is called.
    pub stage: String,
    /// By the variable of a queue: where its dead letters are written, and the queue for them. What
    /// a consumer takes is taken out.
    pub letters: BTreeMap<String, (u32, String)>,
    /// The modules that something new needs.
    pub needs: BTreeSet<&'static str>,
    /// How many functions are around.
    depth: u32,
    /// Declarations that were rewritten, or left with a reason.
    pub seen: BTreeSet<u32>,
    /// Calls whose result is waited for.
    awaited: BTreeSet<u32>,
    /// Expressions that stand alone, behind `=` or as a statement.
    plain: BTreeSet<u32>,
    /// The statements that are around, the innermost last.
    pub statements: Vec<Span>,
    /// Template literals, whose lines are not moved, and what is taken out.
    pub still: Vec<Span>,
    /// Whether the options of a resource are around: only there do outputs mean something.
    pub in_options: u32,
}

impl<'r> Rewriter<'r> {
    pub(super) fn new(
        text: &'r str,
        stack: &'r str,
        bound: &'r Bound,
        declared: BTreeMap<u32, Declared<'r>>,
        rows: &'r [OldRow],
        app_at: u32,
    ) -> Self {
        Self {
            text,
            stack,
            app_at,
            bound,
            declared,
            rows,
            changes: Vec::new(),
            left: Vec::new(),
            app: bound.holders.get(&app_at).cloned(),
            stage: "stage".to_owned(),
            letters: BTreeMap::new(),
            needs: BTreeSet::new(),
            depth: 0,
            seen: BTreeSet::new(),
            awaited: BTreeSet::new(),
            plain: BTreeSet::new(),
            statements: Vec::new(),
            still: Vec::new(),
            in_options: 0,
        }
    }

    /// Whether functions are around.
    pub(super) fn is_nested(&self) -> bool {
        self.depth > 0
    }

    pub(super) fn slice(&self, span: Span) -> &'r str {
        self.text.get(size(span.start)..size(span.end)).unwrap_or_default()
    }

    pub(super) fn put(&mut self, start: u32, end: u32, text: impl Into<String>) {
        self.changes.push(Change { start, end, text: text.into() });
    }

    fn line(&self, at: u32) -> u32 {
        let before = self.text.get(..size(at)).unwrap_or_default();
        small(before.matches('\n').count()).saturating_add(1)
    }

    /// Something that somebody has to finish.
    pub(super) fn leave(&mut self, at: u32, what: String, reason: String) {
        let left = Left { line: self.line(at), what, reason, unfinished: true };
        if self.left.contains(&left) {
            return;
        }
        if let Some(around) = self.statements.first().copied() {
            let note = format!("// by hand: {}\n    ", comment(&left.reason));
            let change = Change { start: around.start, end: around.start, text: note };
            if !self.changes.contains(&change) {
                self.changes.push(change);
            }
        }
        self.left.push(left);
    }

    /// Something that means a little less than it did.
    pub(super) fn note(&mut self, at: u32, what: &str, reason: &str) {
        let (what, reason) = (what.to_owned(), reason.to_owned());
        self.left.push(Left { line: self.line(at), what, reason, unfinished: false });
    }

    pub(super) fn program(&mut self, program: &Program<'_>) {
        let mut names =
            BTreeSet::from(["Alchemy", "Cloudflare", "Effect", "guarded", "localState"]);
        names.retain(|name| self.bound.names.contains(*name));
        for name in names {
            let reason = format!("the new program needs the name {} for itself", quote(name));
            self.leave(0, name.to_owned(), reason);
        }
        if self.bound.names.contains("stage") && !self.stage_is_alchemys(program) {
            "alchemyStage".clone_into(&mut self.stage);
        }
        for statement in &program.body {
            self.top(statement);
        }
        self.frame(program);
    }

    /// What a name stands for, if it is a resource of this file.
    pub(super) fn resource(&self, name: &str) -> Option<Declared<'r>> {
        self.declared
            .iter()
            .find(|(at, _)| self.bound.holders.get(at).is_some_and(|held| held == name))
            .map(|(_, declared)| *declared)
    }

    fn is_alchemy(&self, name: &str) -> bool {
        self.bound.imports.get(name).is_some_and(|(module, what)| {
            module == "alchemy" && matches!(what.as_str(), "default" | "alchemy")
        })
    }

    /// What a member of the app, of a resource or of `alchemy` becomes; `None` if it is none.
    fn member(&mut self, it: &StaticMemberExpression<'_>) -> Option<Result<String, String>> {
        let Expression::Identifier(object) = &it.object else {
            // What Alchemy 2 calls it is told apart by the variable that holds it.
            self.declared.get(&made(it.object.get_inner_expression()))?;
            return Some(Err("put the resource into a variable first".to_owned()));
        };
        let (name, key) = (object.name.as_str(), it.property.name.as_str());
        if self.app.as_deref() == Some(name) {
            return Some(match key {
                "stage" => Ok(self.stage.clone()),
                "name" | "appName" => Ok(quoted(self.stack)),
                _ => Err(format!("Alchemy 2 has no {}", quote(&format!("{name}.{key}")))),
            });
        }
        let resource = self.resource(name)?;
        Some(match words::attribute(resource.instance.kind, key) {
            Some(attribute) if self.in_options > 0 => Ok(format!("{name}.{attribute}")),
            Some(_) => Err(format!(
                "{} is known only while Alchemy 2 deploys",
                quote(&format!("{name}.{key}"))
            )),
            None => {
                Err(format!("what {} is in Alchemy 2 is not known", quote(self.slice(it.span))))
            }
        })
    }

    /// A call of something that Alchemy 2 does not have.
    fn call(&mut self, callee: &Expression<'_>, span: Span) -> bool {
        let name = match callee {
            Expression::Identifier(it) => it.name.as_str(),
            Expression::StaticMemberExpression(it) => match &it.object {
                Expression::Identifier(object) => object.name.as_str(),
                _ => return false,
            },
            _ => return false,
        };
        let Some((module, imported)) = self.bound.imports.get(name) else { return false };
        if imported == STAGE {
            let stage = self.stage.clone();
            self.put(span.start, span.end, stage);
            return true;
        }
        let is_kept = self.is_alchemy(name) || NAMING.contains(&imported.as_str());
        if !is_old(module) || is_kept {
            return false;
        }
        let what = self.slice(callee.span()).to_owned();
        let reason = format!("there is no rewriting of {}", quote(&what));
        self.leave(span.start, what, reason);
        true
    }

    fn declaration(
        &mut self,
        span: Span,
        callee: Span,
        arguments: &oxc_allocator::Vec<'_, oxc_ast::ast::Argument<'_>>,
    ) {
        let Some(declared) = self.declared.get(&span.start).copied() else { return };
        self.seen.insert(span.start);
        let what = declared.declaration.shown();
        if self.depth > 0 {
            let reason = "it is declared in a function, where an effect cannot be waited for";
            return self.leave(span.start, what, reason.to_owned());
        }
        if declared.is_effect() && !self.awaited.contains(&span.start) {
            return self.leave(span.start, what, "nothing waits for it".to_owned());
        }
        if let Err(reason) = self.resource_call(declared, span, callee, arguments) {
            self.leave(span.start, what, reason);
        }
    }
}

impl<'a> Visit<'a> for Rewriter<'_> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        self.statements.push(it.span());
        walk::walk_statement(self, it);
        self.statements.pop();
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.depth = self.depth.saturating_add(1);
        walk::walk_function(self, it, flags);
        self.depth = self.depth.saturating_sub(1);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.depth = self.depth.saturating_add(1);
        walk::walk_arrow_function_expression(self, it);
        self.depth = self.depth.saturating_sub(1);
    }

    fn visit_template_literal(&mut self, it: &TemplateLiteral<'a>) {
        self.still.push(Span::new(it.span.start.saturating_add(1), it.span.end));
        walk::walk_template_literal(self, it);
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        self.plain.insert(it.expression.span().start);
        walk::walk_expression_statement(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        self.plain.extend(it.init.as_ref().map(|init| init.span().start));
        walk::walk_variable_declarator(self, it);
    }

    fn visit_parenthesized_expression(&mut self, it: &ParenthesizedExpression<'a>) {
        self.plain.insert(it.expression.span().start);
        walk::walk_parenthesized_expression(self, it);
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        let argument = it.argument.span();
        if self.depth > 0 {
            return walk::walk_await_expression(self, it);
        }
        let declared = self.declared.get(&argument.start).copied();
        let (before, after) =
            if self.plain.contains(&it.span.start) { ("", "") } else { ("(", ")") };
        if declared.is_some_and(|one| !one.is_effect()) {
            self.put(it.span.start, argument.start, "");
            return self.visit_expression(&it.argument);
        }
        if declared.is_some() {
            self.awaited.insert(argument.start);
            self.put(it.span.start, argument.start, format!("{before}yield* "));
            self.visit_expression(&it.argument);
            self.put(it.span.end, it.span.end, after);
            return;
        }
        let head = format!("{before}yield* Effect.promise(async () => ");
        self.put(it.span.start, argument.start, head);
        self.depth = self.depth.saturating_add(1);
        self.visit_expression(&it.argument);
        self.depth = self.depth.saturating_sub(1);
        self.put(it.span.end, it.span.end, format!("){after}"));
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Some(declared) = self.declared.get(&it.span.start).copied() {
            // Only classes and workflows have types that a user gives.
            let types = it.type_arguments.as_ref().filter(|_| declared.is_effect());
            if let Some(types) = types {
                self.put(types.span.start, types.span.end, "");
            }
            return self.declaration(it.span, it.callee.span(), &it.arguments);
        }
        if !self.set_of_blocks(it) && !self.call(&it.callee, it.span) {
            walk::walk_call_expression(self, it);
        }
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        if self.declared.contains_key(&it.span.start) {
            self.put(it.span.start, it.callee.span().start, "");
            return self.declaration(it.span, it.callee.span(), &it.arguments);
        }
        if !self.call(&it.callee, it.span) {
            walk::walk_new_expression(self, it);
        }
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        match self.member(it) {
            Some(Ok(text)) => self.put(it.span.start, it.span.end, text),
            Some(Err(reason)) => {
                let what = self.slice(it.span).to_owned();
                self.leave(it.span.start, what, reason);
            }
            None => walk::walk_static_member_expression(self, it),
        }
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let name = it.name.as_str();
        let is_stage = self.bound.imports.get(name).is_some_and(|(_, what)| what == STAGE);
        if self.app.as_deref() == Some(name) || self.is_alchemy(name) || is_stage {
            let reason = format!("what {} does here has no counterpart", quote(name));
            self.leave(it.span.start, name.to_owned(), reason);
        }
    }
}

pub(super) fn size(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
