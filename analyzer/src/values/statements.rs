//! Statements: both ways of every branch, every loop once.

use std::rc::Rc;

use super::conditions::{all_of, closed};
use super::eval::{Eval, LONGEST};
use super::flow::{Flow, Leave};
use super::logic::equal;
use super::{Conds, Object, Test, Value};
use crate::syntax::facts::{BlockId, Case, ExprId, Jump, Loop, Stmt};

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
        self.stopped(&mut flow);
        for statement in statements {
            self.statement(file, env, statement, &mut flow);
            if !flow.ends && self.top == Some((file, block)) {
                self.alive = self.conds.clone();
            }
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

    /// The value of an expression of a statement.
    fn value(&mut self, (file, env): (usize, usize), id: ExprId, flow: &mut Flow) -> Value {
        let value = self.expr(file, env, id);
        self.stopped(flow);
        value
    }

    pub(super) fn statement(&mut self, file: usize, env: usize, statement: &Stmt, flow: &mut Flow) {
        let at = (file, env);
        match statement {
            Stmt::Func(..) => {}
            Stmt::Let(pattern, value) => {
                let value = value.map_or(Value::Nil, |value| self.expr(file, env, value));
                self.bind_pattern(file, env, pattern, value);
                self.stopped(flow);
            }
            Stmt::Var(name) => {
                if !self.envs.get(env).is_some_and(|env| env.vars.contains_key(name)) {
                    self.bind(env, name, Value::Nil);
                }
            }
            Stmt::Expr(value) => {
                self.value(at, *value, flow);
            }
            Stmt::Return(value) => {
                let value = value.map_or(Value::Nil, |value| self.value(at, value, flow));
                if !flow.ends {
                    flow.returns.push((self.conds.clone(), value));
                }
                self.leave(Leave::Return, flow);
            }
            Stmt::Throw(value) => {
                self.value(at, *value, flow);
                self.leave(Leave::Throw, flow);
            }
            Stmt::Block(block) => {
                let inner = self.new_env(Some(env));
                let inside = self.block(file, *block, inner);
                if let Some(rest) = inside.rest.clone() {
                    self.conds = rest;
                }
                flow.take(inside, true);
            }
            Stmt::Try(block, handler, last) => self.attempt(at, (*block, *handler, *last), flow),
            Stmt::Space(name, block, exported) => self.space(file, env, name, *block, exported),
            Stmt::Switch(on, cases) => self.switch(at, *on, cases, flow),
            Stmt::Jump(jump) => self.leave(Leave::Jump(jump.clone()), flow),
            Stmt::Labelled(label, block) => {
                let inner = self.new_env(Some(env));
                let mut inside = self.block(file, *block, inner);
                let out = Jump { label: Some(label.clone()), again: false };
                inside.leaves.retain(|(leave, _)| *leave != Leave::Jump(out.clone()));
                self.go_on(inside, flow);
            }
            Stmt::Loop(one) => self.repeat(at, one, flow),
            Stmt::If(test, yes, no) => self.either(at, *test, (*yes, *no), flow),
        }
    }

    /// What follows is reached where nothing inside has left it.
    fn go_on(&mut self, inside: Flow, flow: &mut Flow) {
        let leaves = inside.leaves.clone();
        flow.take(inside, false);
        self.pass(&leaves, flow);
    }

    /// `try`: what it throws, the handler gets. Where it throws nothing itself, anything in it may.
    fn attempt(
        &mut self,
        (file, env): (usize, usize),
        (block, handler, last): (BlockId, Option<BlockId>, Option<BlockId>),
        flow: &mut Flow,
    ) {
        let inner = self.new_env(Some(env));
        let mut all = Flow { ends: false, ..self.block(file, block, inner) };
        if let Some(handler) = handler {
            let is_thrown = |leave: &Leave| *leave == Leave::Throw;
            let thrown = all.leaves.iter().filter(|(leave, _)| is_thrown(leave));
            let mut cases: Vec<Conds> = thrown
                .map(|(_, conds)| conds.iter().skip(self.conds.len()).cloned().collect())
                .collect();
            if cases.is_empty() {
                cases = self.test(&Value::Test(Rc::new(Test::unknown()))).yes;
            }
            let caught = self.branch(file, handler, env, &cases);
            let outer = self.conds.len();
            // Before what always leaves it, something may be thrown.
            all.leaves
                .retain(|(leave, conds)| !is_thrown(leave) && (caught.ends || conds.len() > outer));
            all.take(Flow { ends: false, ..caught }, false);
        }
        if let Some(last) = last {
            let inner = self.new_env(Some(env));
            let inside = self.block(file, last, inner);
            all.take(inside, false);
        }
        self.go_on(all, flow);
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
        (file, env): (usize, usize),
        test: ExprId,
        (yes, no): (BlockId, Option<BlockId>),
        flow: &mut Flow,
    ) {
        let value = self.asked(file, env, test);
        self.stopped(flow);
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
        let value = self.value(at, on, flow);
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
        let out = Leave::Jump(Jump { label: None, again: false });
        for ((_, block), reached) in cases.iter().zip(&reached) {
            let mut reach = reached.as_ref().unwrap_or(&missed).clone();
            reach.append(&mut falls);
            let mut inside = self.branch(file, *block, env, &reach);
            if !inside.ends {
                falls = self.ways(&inside, &reach);
            }
            inside.leaves.retain(|(leave, conds)| {
                let breaks = *leave == out;
                if breaks {
                    leaves.push(conds.iter().skip(self.conds.len()).cloned().collect());
                }
                !breaks
            });
            stops |= !inside.leaves.is_empty();
            flow.take(inside, false);
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

    fn repeat(&mut self, (file, env): (usize, usize), one: &Loop, flow: &mut Flow) {
        let conds = self.conds.clone();
        let over = one.over.as_ref().map(|(_, value)| self.value((file, env), *value, flow));
        let elements = match over {
            Some(Value::Array(list)) if list.len() <= LONGEST => list.to_vec(),
            // It may run once, more often, or not at all.
            other => {
                for name in &one.assigned {
                    let reason = format!("`{name}` changes in a loop that is not followed");
                    self.assign(env, name, Value::unknown(reason));
                }
                for id in &one.changed {
                    self.forget_in_loop((file, env), *id);
                }
                self.perhaps();
                let unknown = || Value::unknown("it is taken from a list that is not known");
                vec![other.map_or(Value::Nil, |_| unknown())]
            }
        };
        let is_own = |leave: &Leave, again: bool| match leave {
            Leave::Jump(jump) => {
                jump.again == again
                    && jump.label.as_ref().is_none_or(|label| one.labels.contains(label))
            }
            _ => false,
        };
        let mut all = Flow::default();
        for element in elements {
            let inner = self.new_env(Some(env));
            if let Some((pattern, _)) = &one.over {
                self.bind_pattern(file, inner, pattern, element);
            }
            let mut inside = self.block(file, one.body, inner);
            inside.leaves.retain(|(leave, _)| !is_own(leave, true));
            self.go_on(inside, &mut all);
            if all.ends {
                break;
            }
        }
        self.conds = conds;
        all.leaves.retain(|(leave, _)| !is_own(leave, false));
        self.go_on(Flow { ends: false, ..all }, flow);
    }
}
