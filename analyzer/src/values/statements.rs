//! Statements: both ways of every branch, every loop once.

use std::rc::Rc;

use super::conditions::{all_of, closed};
use super::eval::{Eval, LONGEST};
use super::logic::equal;
use super::{Conds, Object, Test, Value};
use crate::syntax::facts::{BlockId, Case, ExprId, Pattern, Stmt};

/// What a run of statements leads to.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) returns: Vec<(Conds, Value)>,
    pub(super) ends: bool,
    /// Whether a `break` may end it.
    pub(super) breaks: bool,
    /// The conditions under which what follows is reached, where some way through it ended.
    pub(super) rest: Option<Conds>,
}

impl Flow {
    pub(super) fn take(&mut self, inside: Self, always: bool) {
        if !self.ends {
            self.returns.extend(inside.returns);
            self.ends |= inside.ends && always;
            self.breaks |= inside.breaks;
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
        if self.conds.len() > conds.len() {
            flow.rest = Some(self.conds.clone());
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
        self.narrow(cases);
        let inner = self.new_env(Some(env));
        let flow = self.block(file, block, inner);
        self.conds = conds;
        if cases.is_empty() { Flow { ends: true, ..Flow::default() } } else { flow }
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
                self.end(flow);
            }
            Stmt::Throw(value) => {
                self.expr(file, env, *value);
                self.end(flow);
            }
            Stmt::Block(block) => {
                let inner = self.new_env(Some(env));
                let inside = self.block(file, *block, inner);
                if let Some(rest) = inside.rest.clone() {
                    self.conds = rest;
                }
                flow.take(inside, true);
            }
            Stmt::Try(block) => {
                let inner = self.new_env(Some(env));
                let inside = self.block(file, *block, inner);
                flow.take(inside, false);
            }
            Stmt::Maybe(block) => {
                let inside = self.branch(file, *block, env, &Test::unknown().yes);
                flow.take(inside, false);
            }
            Stmt::Space(name, block, exported) => self.space(file, env, name, *block, exported),
            Stmt::Switch(on, cases) => self.switch((file, env), *on, cases, flow),
            Stmt::Break => {
                flow.breaks = true;
                self.end(flow);
            }
            Stmt::Loop(over, block, assigned) => {
                self.repeat((file, env), over.as_ref(), (*block, assigned), flow);
            }
            Stmt::If(test, yes, no) => self.either(file, env, *test, (*yes, *no), flow),
        }
    }

    /// What follows in the block is reached by no way.
    fn end(&mut self, flow: &mut Flow) {
        flow.ends = true;
        self.narrow(&[]);
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
        let test = self.test(&value);
        let mut ways = Vec::new();
        let mut narrowed = false;
        for (block, cases) in [(Some(yes), &test.yes), (no, &test.no)] {
            let inside = match block {
                Some(block) => self.branch(file, block, env, cases),
                None => Flow { ends: cases.is_empty(), ..Flow::default() },
            };
            narrowed |= inside.ends || inside.rest.is_some();
            if !inside.ends {
                ways.extend(self.ways(&inside, cases));
            }
            flow.take(inside, false);
        }
        // What follows is reached only if the branch did not return.
        if ways.is_empty() {
            self.end(flow);
        } else if narrowed {
            self.narrow(&closed(&ways));
        }
    }

    /// The cases in which a block goes on to what follows, of those in which it is reached.
    fn ways(&self, inside: &Flow, reached: &[Conds]) -> Vec<Conds> {
        match &inside.rest {
            Some(rest) => vec![rest.iter().skip(self.conds.len()).cloned().collect()],
            None => reached.to_vec(),
        }
    }

    /// `switch`: each case is reached by its own value, and by the case before that goes on.
    fn switch(&mut self, at: (usize, usize), on: ExprId, cases: &[Case], flow: &mut Flow) {
        let (file, env) = at;
        let value = self.expr(file, env, on);
        let mut missed = vec![Vec::new()];
        let mut reached = Vec::new();
        for (test, _) in cases {
            reached.push(test.map(|test| {
                let test = self.expr(file, env, test);
                let hit = self.test(&Value::Test(Rc::new(equal(&value, &test))));
                let cases = all_of(&missed, &hit.yes);
                missed = all_of(&missed, &hit.no);
                cases
            }));
        }
        let (mut falls, mut leaves, mut stops) = (Vec::new(), Vec::new(), false);
        for ((_, block), reached) in cases.iter().zip(&reached) {
            let mut reach = reached.as_ref().unwrap_or(&missed).clone();
            reach.append(&mut falls);
            let inside = self.branch(file, *block, env, &reach);
            stops |= (inside.ends && !inside.breaks) || inside.rest.is_some();
            if !inside.ends {
                falls = self.ways(&inside, &reach);
            }
            if inside.breaks {
                leaves.append(&mut reach);
            }
            flow.take(Flow { breaks: false, ..inside }, false);
        }
        if reached.iter().all(Option::is_some) {
            leaves.append(&mut missed);
        }
        leaves.append(&mut falls);
        if leaves.is_empty() {
            self.end(flow);
        } else if stops {
            self.narrow(&closed(&leaves));
        }
    }

    pub(super) fn repeat(
        &mut self,
        (file, env): (usize, usize),
        over: Option<&(Pattern, ExprId)>,
        (block, assigned): (BlockId, &[String]),
        flow: &mut Flow,
    ) {
        let conds = self.conds.clone();
        let elements = match over.map(|(_, value)| self.expr(file, env, *value)) {
            Some(Value::Array(list)) if list.len() <= LONGEST => list.to_vec(),
            // It may run once, more often, or not at all.
            other => {
                for name in assigned {
                    let reason = format!("`{name}` changes in a loop that is not followed");
                    self.assign(env, name, Value::unknown(reason));
                }
                self.perhaps();
                let unknown = || Value::unknown("it is taken from a list that is not known");
                vec![other.map_or(Value::Nil, |_| unknown())]
            }
        };
        for element in elements {
            let inner = self.new_env(Some(env));
            if let Some((pattern, _)) = over {
                self.bind_pattern(file, inner, pattern, element);
            }
            let inside = self.block(file, block, inner);
            flow.take(Flow { breaks: false, ..inside }, false);
        }
        self.conds = conds;
    }
}
