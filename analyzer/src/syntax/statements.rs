//! Statements.

use std::collections::BTreeSet;

use oxc_ast::ast::{
    ForStatement, ForStatementInit, LabelIdentifier, LabeledStatement, Statement, SwitchStatement,
    TryStatement,
};
use oxc_span::GetSpan;

use super::facts::{BlockId, CHANGING, Call, Expr, ExprId, Jump, Loop, Pattern, Stmt};
use super::lower::Lower;

impl Lower<'_> {
    pub(super) fn statements(&mut self, statements: &[Statement<'_>]) -> Vec<Stmt> {
        let mut out = Vec::new();
        for statement in statements {
            self.statement(statement, &mut out);
        }
        out
    }

    pub(super) fn body(&mut self, statement: &Statement<'_>) -> BlockId {
        let mut out = Vec::new();
        self.statement(statement, &mut out);
        self.add_block(out)
    }

    pub(super) fn statement(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        if self.enter(statement.span()) {
            self.statement_inside(statement, out);
            self.leave();
        }
    }

    fn statement_inside(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        match statement {
            Statement::ExpressionStatement(it) => {
                let value = self.expr(&it.expression);
                out.push(Stmt::Expr(value));
            }
            Statement::ReturnStatement(it) => {
                let value = it.argument.as_ref().map(|value| self.expr(value));
                out.push(Stmt::Return(value));
            }
            Statement::ThrowStatement(it) => {
                let value = self.expr(&it.argument);
                out.push(Stmt::Throw(value));
            }
            Statement::IfStatement(it) => {
                let test = self.expr(&it.test);
                let yes = self.body(&it.consequent);
                let no = it.alternate.as_ref().map(|other| self.body(other));
                out.push(Stmt::If(test, yes, no));
            }
            Statement::BlockStatement(it) => {
                let inside = self.statements(&it.body);
                out.push(Stmt::Block(self.add_block(inside)));
            }
            Statement::LabeledStatement(it) => self.labelled(it, out),
            Statement::WithStatement(it) => {
                let object = self.expr(&it.object);
                out.push(Stmt::Expr(object));
                self.statement(&it.body, out);
            }
            Statement::BreakStatement(it) => out.push(jump(it.label.as_ref(), false)),
            Statement::ContinueStatement(it) => out.push(jump(it.label.as_ref(), true)),
            Statement::SwitchStatement(it) => self.switch(it, out),
            Statement::TryStatement(it) => self.attempt(it, out),
            other => match other.as_declaration() {
                Some(declaration) => self.declaration(declaration, out),
                None if self.repeated(other, &[], out) => {}
                None => self.module_statement(other, out),
            },
        }
    }

    fn labelled(&mut self, it: &LabeledStatement<'_>, out: &mut Vec<Stmt>) {
        let mut labels = vec![it.label.name.to_string()];
        let mut inner = &it.body;
        while let Statement::LabeledStatement(it) = inner {
            labels.push(it.label.name.to_string());
            inner = &it.body;
        }
        if self.repeated(inner, &labels, out) {
            return;
        }
        let mut block = self.body(inner);
        while let Some(label) = labels.pop() {
            block = self.add_block(vec![Stmt::Labelled(label, block)]);
        }
        out.push(Stmt::Block(block));
    }

    /// Loops; `false` for anything else.
    fn repeated(
        &mut self,
        statement: &Statement<'_>,
        labels: &[String],
        out: &mut Vec<Stmt>,
    ) -> bool {
        match statement {
            Statement::DoWhileStatement(it) => {
                let from = self.facts.exprs.len();
                let body = self.body(&it.body);
                let test = self.expr(&it.test);
                out.push(self.a_loop(None, body, from, labels));
                out.push(Stmt::Expr(test));
            }
            Statement::WhileStatement(it) => {
                let from = self.facts.exprs.len();
                let test = self.expr(&it.test);
                out.push(Stmt::Expr(test));
                let body = self.body(&it.body);
                out.push(self.a_loop(None, body, from, labels));
            }
            Statement::ForStatement(it) => self.counted(it, labels, out),
            Statement::ForInStatement(it) => {
                let value = self.expr(&it.right);
                out.push(Stmt::Expr(value));
                let pattern = self.left(&it.left);
                let unknown = self.add(Expr::Other(Vec::new()));
                let from = self.facts.exprs.len();
                let body = self.body(&it.body);
                out.push(self.a_loop(Some((pattern, unknown)), body, from, labels));
            }
            Statement::ForOfStatement(it) => {
                let value = self.expr(&it.right);
                let pattern = self.left(&it.left);
                let from = self.facts.exprs.len();
                let body = self.body(&it.body);
                out.push(self.a_loop(Some((pattern, value)), body, from, labels));
            }
            _ => return false,
        }
        true
    }

    /// A loop whose expressions start at `from`.
    fn a_loop(
        &self,
        over: Option<(Pattern, ExprId)>,
        body: BlockId,
        from: usize,
        labels: &[String],
    ) -> Stmt {
        let (assigned, changed) = (self.assigned(from), self.changed(from));
        Stmt::Loop(Loop { over, body, assigned, changed, labels: labels.to_vec() })
    }

    fn counted(&mut self, it: &ForStatement<'_>, labels: &[String], out: &mut Vec<Stmt>) {
        let mut around = Vec::new();
        match &it.init {
            Some(ForStatementInit::VariableDeclaration(it)) => self.variables(it, &mut around),
            Some(other) => {
                if let Some(value) = other.as_expression() {
                    let value = self.expr(value);
                    around.push(Stmt::Expr(value));
                }
            }
            None => {}
        }
        let from = self.facts.exprs.len();
        let test = it.test.as_ref().map(|test| self.expr(test));
        around.extend(test.map(Stmt::Expr));
        let body = self.body(&it.body);
        let update = it.update.as_ref().map(|update| self.expr(update));
        around.push(self.a_loop(None, body, from, labels));
        around.extend(update.map(Stmt::Expr));
        out.push(Stmt::Block(self.add_block(around)));
    }

    /// The variables that the expressions since `from` assign.
    fn assigned(&self, from: usize) -> Vec<String> {
        let names = self.facts.exprs.iter().skip(from).filter_map(|expr| match expr {
            Expr::Assign(name, _) => Some(name.clone()),
            _ => None,
        });
        let names: BTreeSet<String> = names.collect();
        names.into_iter().collect()
    }

    /// What the expressions since `from` change in place.
    fn changed(&self, from: usize) -> Vec<ExprId> {
        let method = |call: &Call| match self.facts.expr(call.callee) {
            Expr::Member(on, method) if CHANGING.contains(&method.as_str()) => Some(*on),
            Expr::Member(on, method) if method == "assign" => match self.facts.expr(*on) {
                Expr::Name(name) if name == "Object" => call.args.first().copied(),
                _ => None,
            },
            _ => None,
        };
        let objects = self.facts.exprs.iter().skip(from).filter_map(|expr| match expr {
            Expr::Put(object, ..) => Some(*object),
            Expr::Call(call) => method(call),
            _ => None,
        });
        objects.collect()
    }

    fn switch(&mut self, it: &SwitchStatement<'_>, out: &mut Vec<Stmt>) {
        let on = self.expr(&it.discriminant);
        let mut cases = Vec::new();
        for case in &it.cases {
            let test = case.test.as_ref().map(|test| self.expr(test));
            let inside = self.statements(&case.consequent);
            cases.push((test, self.add_block(inside)));
        }
        out.push(Stmt::Switch(on, cases));
    }

    fn attempt(&mut self, it: &TryStatement<'_>, out: &mut Vec<Stmt>) {
        let inside = self.statements(&it.block.body);
        let block = self.add_block(inside);
        let handler = it.handler.as_ref().map(|handler| {
            let mut inside = Vec::new();
            if let Some(param) = &handler.param {
                let pattern = self.pattern(&param.pattern);
                let unknown = self.add(Expr::Other(Vec::new()));
                inside.push(Stmt::Let(pattern, Some(unknown)));
            }
            inside.extend(self.statements(&handler.body.body));
            self.add_block(inside)
        });
        let last = it.finalizer.as_ref().map(|last| {
            let inside = self.statements(&last.body);
            self.add_block(inside)
        });
        out.push(Stmt::Try(block, handler, last));
    }
}

fn jump(label: Option<&LabelIdentifier<'_>>, again: bool) -> Stmt {
    Stmt::Jump(Jump { label: label.map(|label| label.name.to_string()), again })
}
