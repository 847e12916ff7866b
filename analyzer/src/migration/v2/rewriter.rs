//! Goes through the statements of an old program, and collects what changes in each.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::{Kind, quote};
use oxc_ast::ast::{
    ArrowFunctionExpression, AwaitExpression, BindingPattern, CallExpression, Expression,
    ExpressionStatement, Function, IdentifierReference, NewExpression, ParenthesizedExpression,
    Program, Statement, StaticMemberExpression, TemplateLiteral, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;

use super::bound::{Bound, is_old};
use super::program::Left;
use super::rows::OldRow;
use super::text::{Change, applied, comment, quoted};
use super::words;
use crate::declarations::Declaration;
use crate::syntax::source::small;
use crate::values::Instance;

const EXPORTS: &str =
    "the new program exports its stack alone: what imports this has to get it elsewhere";

/// A declaration by where its call starts.
#[derive(Clone, Copy)]
pub(super) struct Declared<'d> {
    pub instance: &'d Instance,
    pub declaration: &'d Declaration,
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
    left: Vec<Left>,
    /// The variable that holds the app.
    pub app: Option<String>,
    /// What the stage is called.
    pub stage: String,
    /// The modules that something new needs.
    pub needs: BTreeSet<&'static str>,
    /// How many functions are around.
    depth: u32,
    /// Calls whose result is waited for.
    awaited: BTreeSet<u32>,
    /// Expressions that stand alone, behind `=` or as a statement.
    plain: BTreeSet<u32>,
    /// The statements that are around, the innermost last.
    pub statements: Vec<Span>,
    /// Template literals, whose lines are not moved, and what is taken out.
    still: Vec<Span>,
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
            needs: BTreeSet::new(),
            depth: 0,
            awaited: BTreeSet::new(),
            plain: BTreeSet::new(),
            statements: Vec::new(),
            still: Vec::new(),
            in_options: 0,
        }
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

    /// Whether all that binds `stage` is the stage itself.
    fn stage_is_alchemys(&self, program: &Program<'_>) -> bool {
        program.body.iter().any(|statement| self.binds_stage(statement))
    }

    /// `const stage = app.stage`, or `const { stage } = app`.
    fn binds_stage(&self, statement: &Statement<'_>) -> bool {
        let Statement::VariableDeclaration(it) = statement else { return false };
        let [one] = &it.declarations[..] else { return false };
        let (Some(app), Some(init)) = (self.app.as_deref(), &one.init) else { return false };
        match &one.id {
            BindingPattern::BindingIdentifier(name) => {
                name.name == "stage" && self.slice(init.span()) == format!("{app}.stage")
            }
            BindingPattern::ObjectPattern(_) => {
                let inner = self.slice(one.id.span()).replace(char::is_whitespace, "");
                inner == "{stage}" && self.slice(init.span()) == app
            }
            _ => false,
        }
    }

    fn top(&mut self, statement: &Statement<'_>) {
        let span = statement.span();
        match statement {
            Statement::ImportDeclaration(_) => {}
            Statement::ExportDeclaration(it) => {
                self.note(span.start, "export", EXPORTS);
                self.put(span.start, it.declaration.span().start, "");
                self.statements.push(span);
                self.visit_declaration(&it.declaration);
                self.statements.pop();
            }
            Statement::ExportNamedDeclaration(_) => {
                self.note(span.start, "export", EXPORTS);
                self.remove(span);
            }
            Statement::ExportDefaultDeclaration(_)
            | Statement::ExportAllDeclaration(_)
            | Statement::ExportFromDeclaration(_)
            | Statement::TSExportAssignment(_) => {
                self.statements.push(span);
                let reason = "the new program exports its stack alone".to_owned();
                self.leave(span.start, "export".to_owned(), reason);
                self.statements.pop();
            }
            _ if self.is_app(statement) => self.remove(span),
            _ if self.binds_stage(statement) && self.stage == "stage" => self.remove(span),
            _ if self.is_printed(statement) => {
                self.remove(span);
                self.note(
                    span.start,
                    "console",
                    "outputs are known only while Alchemy 2 deploys: \
                    return them from the stack to see them",
                );
            }
            _ => self.visit_statement(statement),
        }
    }

    /// `alchemy(…)` itself, and `app.finalize()`.
    fn is_app(&mut self, statement: &Statement<'_>) -> bool {
        let text = self.slice(statement.span());
        let app = self.app.clone().unwrap_or_default();
        if text.trim_end_matches(';').trim_end() == format!("await {app}.finalize()") {
            return true;
        }
        let made = match statement {
            Statement::VariableDeclaration(it) => match &it.declarations[..] {
                [one] => one.init.as_ref(),
                _ => None,
            },
            Statement::ExpressionStatement(it) => Some(&it.expression),
            _ => None,
        };
        let Some(Expression::AwaitExpression(it)) = made else { return false };
        let Expression::CallExpression(call) = &it.argument else { return false };
        if call.span.start != self.app_at {
            return false;
        }
        self.app_options(call);
        true
    }

    fn app_options(&mut self, call: &CallExpression<'_>) {
        let Some(Expression::ObjectExpression(options)) =
            call.arguments.get(1).and_then(|one| one.as_expression())
        else {
            return;
        };
        for option in &options.properties {
            let text = self.slice(option.span());
            let key = text.split([':', ' ', '(']).next().unwrap_or_default();
            let at = option.span().start;
            match key {
                "stage" => self.leave(
                    at,
                    "stage".to_owned(),
                    "Alchemy 2 takes the stage from `--stage` or `ALCHEMY_STAGE`".to_owned(),
                ),
                "stateStore" => {
                    self.note(
                        at,
                        key,
                        "the new program keeps its state in files, where its rows are",
                    );
                }
                _ => {}
            }
        }
    }

    /// A message with something of a resource in it.
    fn is_printed(&self, statement: &Statement<'_>) -> bool {
        let text = self.slice(statement.span());
        let names = self.declared.keys().filter_map(|at| self.bound.holders.get(at));
        text.starts_with("console.")
            && names.into_iter().any(|name| text.contains(&format!("{name}.")))
    }

    /// Takes a statement out, and the line that it stands on.
    fn remove(&mut self, span: Span) {
        let after = self.text.get(size(span.end)..).unwrap_or_default();
        let blank = after.len().saturating_sub(after.trim_start_matches([' ', '\t']).len());
        let rest = after.get(blank..).unwrap_or_default();
        let more = if rest.starts_with("\r\n") {
            blank.saturating_add(2)
        } else if rest.starts_with('\n') {
            blank.saturating_add(1)
        } else {
            0
        };
        self.cut(Span::new(span.start, span.end.saturating_add(small(more))));
    }

    fn cut(&mut self, span: Span) {
        self.still.push(span);
        self.put(span.start, span.end, "");
    }

    /// Puts the statements into the stack, and the imports in front of it.
    fn frame(&mut self, program: &Program<'_>) {
        let imports: Vec<Span> = program
            .body
            .iter()
            .filter(|one| matches!(one, Statement::ImportDeclaration(_)))
            .map(GetSpan::span)
            .collect();
        let first = program.body.first().map_or(0, |one| one.span().start);
        let body = imports.last().map_or(first, |last| last.end);
        if let Some(late) = program.body.iter().find(|one| {
            let is_import = matches!(one, Statement::ImportDeclaration(_));
            !is_import && one.span().start < body
        }) {
            let reason = "an import stands behind it: put all imports first".to_owned();
            self.leave(late.span().start, "import".to_owned(), reason);
        }
        self.old_imports(program, body);
        let stop = if self.left.iter().any(|left| left.unfinished) {
            "    return yield* Effect.die(\"the migration is not finished: see `by hand`\");\n"
        } else {
            ""
        };
        let stage = match (self.stage.as_str(), self.uses_stage()) {
            (_, false) => String::new(),
            ("stage", _) => "    const { stage } = yield* Alchemy.Stack;\n".to_owned(),
            (other, _) => format!("    const {{ stage: {other} }} = yield* Alchemy.Stack;\n"),
        };
        let is_cut = self.still.iter().any(|span| span.end == body);
        let head = format!(
            "{}{}export default Alchemy.Stack(\n  {},\n  {{ providers: Cloudflare.providers(), state: \
             guarded(localState()) }},\n  Effect.gen(function* () {{\n{stop}{stage}",
            if imports.is_empty() { self.new_imports() } else { String::new() },
            if is_cut { "\n" } else { "\n\n" },
            quoted(self.stack),
        );
        // The line break behind the last import goes into the head.
        let after = self.text.get(size(body)..).unwrap_or_default();
        let blank = after.len().saturating_sub(after.trim_start().len());
        let start = body.saturating_add(small(blank));
        self.indent(start);
        self.put(body, start, head);
        if let Some(import) = imports.first() {
            let lines = self.new_imports();
            self.put(import.start, import.start, format!("{lines}\n"));
        }
    }

    fn uses_stage(&self) -> bool {
        let app = self.app.as_deref().unwrap_or_default();
        let made = self.changes.iter().any(|change| change.text.contains(&self.stage));
        made || self.text.contains(&format!("{app}.stage")) || self.bound.names.contains("stage")
    }

    fn new_imports(&self) -> String {
        let mut lines = vec![
            "import * as Alchemy from \"alchemy\";",
            "import * as Cloudflare from \"alchemy/Cloudflare\";",
            "import { localState } from \"alchemy/State\";",
        ];
        if self.needs.contains("Config") {
            lines.push("import * as Config from \"effect/Config\";");
        }
        lines.push("import * as Effect from \"effect/Effect\";");
        if self.needs.contains("Redacted") {
            lines.push("import * as Redacted from \"effect/Redacted\";");
        }
        let blocks = self.bound.imports.iter().filter(|(_, (module, _))| module == "@alch/blocks");
        let names = blocks.filter(|(_, (_, name))| name != "*" && name != "default");
        let named =
            names.map(
                |(local, (_, name))| {
                    if local == name { name.clone() } else { format!("{name} as {local}") }
                },
            );
        let mut all: Vec<String> = named.chain(["guarded".to_owned()]).collect();
        all.sort_by_key(|name| name.to_lowercase());
        let last = format!("import {{ {} }} from \"@alch/blocks/v2\";", all.join(", "));
        let mut text = lines.join("\n");
        text.push('\n');
        text.push_str(&last);
        text
    }

    fn old_imports(&mut self, program: &Program<'_>, last: u32) {
        for statement in &program.body {
            let Statement::ImportDeclaration(it) = statement else { continue };
            if !is_old(it.source.value.as_str()) {
                continue;
            }
            // Behind the last one comes the stack.
            if it.span.end == last { self.cut(it.span) } else { self.remove(it.span) }
        }
    }

    /// Moves the lines of the body to the right, but for those in a template literal.
    fn indent(&mut self, from: u32) {
        let body = self.text.get(size(from)..).unwrap_or_default().trim_end();
        let mut at = from;
        for line in body.split_inclusive('\n') {
            let is_inside = self.still.iter().any(|span| span.start <= at && at < span.end);
            if !line.trim().is_empty() && !is_inside {
                self.changes.insert(0, Change { start: at, end: at, text: "    ".to_owned() });
            }
            at = at.saturating_add(small(line.len()));
        }
    }

    pub(super) fn finish(mut self) -> (String, Vec<Left>) {
        self.left.sort();
        let text = applied(self.text, self.changes);
        (format!("{}\n  }}),\n);\n", text.trim_end()), self.left)
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
        let Expression::Identifier(object) = &it.object else { return None };
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
        let Some((module, _)) = self.bound.imports.get(name) else { return false };
        if !is_old(module) || self.is_alchemy(name) {
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
        if self.declared.contains_key(&it.span.start) {
            return self.declaration(it.span, it.callee.span(), &it.arguments);
        }
        if !self.call(&it.callee, it.span) {
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
        if self.app.as_deref() == Some(name) || self.is_alchemy(name) {
            let reason = format!("what {} does here has no counterpart", quote(name));
            self.leave(it.span.start, name.to_owned(), reason);
        }
    }
}

pub(super) fn size(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
