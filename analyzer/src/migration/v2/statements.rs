//! The statements of an old program that have no counterpart: its app, its exports, its messages.

use oxc_ast::ast::{BindingPattern, CallExpression, Expression, Program, Statement};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;

use super::bound::STAGE;
use super::rewriter::Rewriter;

const EXPORTS: &str =
    "the new program exports its stack alone: what imports this has to get it elsewhere";

impl Rewriter<'_> {
    /// Whether all that binds `stage` is the stage itself.
    pub(super) fn stage_is_alchemys(&self, program: &Program<'_>) -> bool {
        program.body.iter().any(|statement| self.binds_stage(statement))
    }

    /// `const stage = app.stage`, or `const { stage } = app`.
    fn binds_stage(&self, statement: &Statement<'_>) -> bool {
        let Statement::VariableDeclaration(it) = statement else { return false };
        let [one] = &it.declarations[..] else { return false };
        let (Some(app), Some(init)) = (self.app.as_deref(), &one.init) else { return false };
        match &one.id {
            BindingPattern::BindingIdentifier(name) => {
                let init = self.slice(init.span());
                let by_blocks = init.strip_suffix("()").and_then(|it| self.bound.imports.get(it));
                let is_resolved = by_blocks.is_some_and(|(_, what)| what == STAGE);
                name.name == "stage" && (is_resolved || init == format!("{app}.stage"))
            }
            BindingPattern::ObjectPattern(_) => {
                let inner = self.slice(one.id.span()).replace(char::is_whitespace, "");
                inner == "{stage}" && self.slice(init.span()) == app
            }
            _ => false,
        }
    }

    pub(super) fn top(&mut self, statement: &Statement<'_>) {
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
            && !text.contains("await")
            && names.into_iter().any(|name| text.contains(&format!("{name}.")))
    }
}
