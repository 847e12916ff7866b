//! Statements: both ways of every branch, every loop once.

use std::rc::Rc;

use super::eval::Eval;
use super::logic::truth;
use super::{Conds, Object, Value, both};
use crate::syntax::facts::{BlockId, ExprId, Pattern, Stmt};

/// What a run of statements leads to.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) returns: Vec<(Conds, Value)>,
    pub(super) ends: bool,
}

impl Flow {
    pub(super) fn take(&mut self, inside: Self, always: bool) {
        if !self.ends {
            self.returns.extend(inside.returns);
            self.ends |= inside.ends && always;
        }
    }
}

impl<'p> Eval<'p> {
    pub(super) fn block(&mut self, file: usize, block: BlockId, env: usize) -> Flow {
        let mut flow = Flow::default();
        let Some(facts) = self.facts(file) else { return flow };
        if !self.spend(file) {
            return flow;
        }
        self.depth = self.depth.saturating_add(1);
        let statements = facts.block(block);
        for statement in statements {
            if let Stmt::Func(name, function) = statement {
                let value = self.closure(file, *function, env);
                self.bind(env, name, value);
            }
        }
        let conds = self.conds.clone();
        for statement in statements {
            self.statement(file, env, statement, &mut flow);
        }
        self.conds = conds;
        self.depth = self.depth.saturating_sub(1);
        flow
    }

    /// Runs a block that is reached only in some cases.
    pub(super) fn branch(
        &mut self,
        file: usize,
        block: BlockId,
        env: usize,
        cases: &[Conds],
    ) -> Flow {
        let conds = self.conds.clone();
        if let [only] = cases
            && let Some(all) = both(&self.conds, only)
        {
            self.conds = all;
        }
        self.branch = self.branch.saturating_add(1);
        let inner = self.new_env(Some(env));
        let flow = self.block(file, block, inner);
        self.branch = self.branch.saturating_sub(1);
        self.conds = conds;
        flow
    }

    pub(super) fn statement(&mut self, file: usize, env: usize, statement: &Stmt, flow: &mut Flow) {
        match statement {
            Stmt::Func(..) => {}
            Stmt::Let(pattern, value) => {
                let value = value.map_or(Value::Nil, |value| self.expr(file, env, value));
                self.bind_pattern(file, env, pattern, value);
            }
            Stmt::Expr(value) => {
                self.expr(file, env, *value);
            }
            Stmt::Return(value) => {
                let value = value.map_or(Value::Nil, |value| self.expr(file, env, value));
                if !flow.ends {
                    flow.returns.push((self.conds.clone(), value));
                }
                flow.ends = true;
            }
            Stmt::Throw(value) => {
                self.expr(file, env, *value);
                flow.ends = true;
            }
            Stmt::Block(block) => {
                let inner = self.new_env(Some(env));
                let inside = self.block(file, *block, inner);
                flow.take(inside, true);
            }
            Stmt::Maybe(block) => {
                let inside = self.branch(file, *block, env, &[]);
                flow.take(inside, false);
            }
            Stmt::Space(name, block, exported) => self.space(file, env, name, *block, exported),
            Stmt::Loop(over, block) => self.repeat(file, env, over.as_ref(), *block, flow),
            Stmt::If(test, yes, no) => self.either(file, env, *test, (*yes, *no), flow),
        }
    }

    fn space(&mut self, file: usize, env: usize, name: &str, block: BlockId, exported: &[String]) {
        let inner = self.new_env(Some(env));
        self.block(file, block, inner);
        let props: Vec<_> =
            exported.iter().map(|name| (name.clone(), self.lookup(file, inner, name))).collect();
        self.bind(env, name, Value::Object(Rc::new(Object { props, open: None })));
    }

    fn either(
        &mut self,
        file: usize,
        env: usize,
        test: ExprId,
        (yes, no): (BlockId, Option<BlockId>),
        flow: &mut Flow,
    ) {
        let value = self.expr(file, env, test);
        let test = truth(&value);
        let first = self.branch(file, yes, env, &test.yes);
        let first_ends = first.ends;
        flow.take(first, false);
        let mut second_ends = false;
        if let Some(no) = no {
            let second = self.branch(file, no, env, &test.no);
            second_ends = second.ends;
            flow.take(second, false);
        }
        flow.ends |= first_ends && second_ends;
        // What follows is reached only by the way that did not end.
        let rest = match (first_ends, second_ends) {
            (true, false) => &test.no,
            (false, true) => &test.yes,
            _ => return,
        };
        if let [only] = rest.as_slice()
            && let Some(all) = both(&self.conds, only)
        {
            self.conds = all;
        }
        flow.ends |= rest.is_empty();
    }

    pub(super) fn repeat(
        &mut self,
        file: usize,
        env: usize,
        over: Option<&(Pattern, ExprId)>,
        block: BlockId,
        flow: &mut Flow,
    ) {
        let elements = match over {
            None => vec![Value::Nil],
            Some((_, value)) => match self.expr(file, env, *value) {
                Value::Array(list) if list.len() <= 64 => list.to_vec(),
                _ => vec![Value::unknown("it is taken from a list that is not known")],
            },
        };
        for element in elements {
            self.branch = self.branch.saturating_add(1);
            let inner = self.new_env(Some(env));
            if let Some((pattern, _)) = over {
                self.bind_pattern(file, inner, pattern, element);
            }
            let inside = self.block(file, block, inner);
            self.branch = self.branch.saturating_sub(1);
            flow.take(inside, false);
        }
    }
}
