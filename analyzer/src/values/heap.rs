//! Objects, lists and maps that several names share.
//!
//! A [`Value`] is a copy: it never changes. So each copy is known by its address, and once a program
//! changes a thing, [`Heap`] has what it is now, for all of its copies. Who reads a copy asks
//! [`Heap::now`] first.

use std::collections::HashMap;
use std::rc::{Rc, Weak};

use super::conditions::{any_of, both, none_of};
use super::eval::Eval;
use super::{Conds, Object, Value};

/// How many values a copy of all that is in one may have.
const MOST_COPIED: u32 = 10_000;
/// How deep they may be in each other: one may be in itself.
const DEEPEST: u32 = 40;

#[derive(Default)]
pub(super) struct Heap {
    /// Which thing each copy is of.
    ids: HashMap<usize, usize>,
    /// What each thing is now.
    things: Vec<Value>,
    /// The conditions under which a thing was made, by the address of its first copy.
    born: HashMap<usize, Conds>,
    /// No other copy may get the address of one that is known.
    kept: Vec<Kept>,
}

#[expect(dead_code, reason = "they only have to live as long")]
enum Kept {
    Object(Weak<Object>),
    Array(Weak<Vec<Value>>),
}

/// Where a thing that can change is.
fn address(value: &Value) -> Option<usize> {
    match value {
        Value::Object(object) | Value::Map(object) => Some(Rc::as_ptr(object) as usize),
        Value::Array(list) => Some(Rc::as_ptr(list) as usize),
        _ => None,
    }
}

/// Whether two things that can change are one. What cannot change is the same if it looks the same.
pub(super) fn is_one(a: &Value, b: &Value) -> bool {
    match (address(a), address(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

impl Heap {
    /// What a value is by now.
    pub(super) fn now(&self, value: Value) -> Value {
        let Value::OneOf(cases) = &value else {
            return self.one(&value).cloned().unwrap_or(value);
        };
        let mut changed = cases.iter().filter_map(|(_, case)| self.one(case)).peekable();
        let is_itself = |now: &Value| matches!(now, Value::OneOf(now) if Rc::ptr_eq(now, cases));
        if changed.peek().is_none() || changed.any(is_itself) {
            return value;
        }
        value.map(|case| self.one(case).unwrap_or(case).clone())
    }

    fn one(&self, value: &Value) -> Option<&Value> {
        self.things.get(*self.ids.get(&address(value)?)?)
    }

    /// The same value with all that is in it as it is now: what it will be by then is another matter.
    pub(super) fn copy(&self, value: &Value) -> Value {
        if self.ids.is_empty() {
            return value.clone();
        }
        self.copied(value, &mut MOST_COPIED.clone(), DEEPEST)
    }

    fn copied(&self, value: &Value, left: &mut u32, depth: u32) -> Value {
        self.now(value.clone()).map(|now| self.copied_inside(now, left, depth))
    }

    fn copied_inside(&self, now: &Value, left: &mut u32, depth: u32) -> Value {
        if *left == 0 || depth == 0 {
            return Value::unknown("it is too large");
        }
        *left = left.saturating_sub(1);
        let mut copy = |value: &Value| self.copied(value, left, depth.saturating_sub(1));
        match now {
            Value::Object(object) => {
                let props = object.props.iter().map(|(key, value)| (key.clone(), copy(value)));
                Value::Object(Rc::new(Object { props: props.collect(), open: object.open.clone() }))
            }
            Value::Array(list) => Value::Array(Rc::new(list.iter().map(copy).collect())),
            other => other.clone(),
        }
    }

    /// Notes where a new thing was made.
    pub(super) fn bear(&mut self, value: &Value, conds: &Conds) {
        if let Some(address) = address(value) {
            self.keep(value);
            self.born.insert(address, conds.clone());
        }
    }

    fn keep(&mut self, value: &Value) {
        match value {
            Value::Object(object) | Value::Map(object) => {
                self.kept.push(Kept::Object(Rc::downgrade(object)));
            }
            Value::Array(list) => self.kept.push(Kept::Array(Rc::downgrade(list))),
            _ => {}
        }
    }

    /// The thing that a value is a copy of.
    fn id_of(&mut self, value: &Value) -> Option<usize> {
        let address = address(value)?;
        if let Some(id) = self.ids.get(&address) {
            return Some(*id);
        }
        let id = self.things.len();
        self.things.push(value.clone());
        self.keep(value);
        self.ids.insert(address, id);
        Some(id)
    }

    fn set(&mut self, id: usize, now: Value) {
        let born = self.things.get(id).and_then(address).and_then(|at| self.born.get(&at)).cloned();
        for (_, case) in now.cases() {
            let Some(address) = address(&case) else { continue };
            self.keep(&case);
            self.ids.insert(address, id);
            self.born.extend(born.clone().map(|born| (address, born)));
        }
        if let Some(thing) = self.things.get_mut(id) {
            *thing = now;
        }
    }

    fn born(&self, value: &Value) -> Conds {
        address(value).and_then(|at| self.born.get(&at)).cloned().unwrap_or_default()
    }
}

impl Eval<'_> {
    /// Changes the things that a value is, for all who know them.
    pub(super) fn change(&mut self, value: &Value, by: impl Fn(&Value) -> Value) {
        let cases = value.cases();
        let mut things: Vec<(usize, Conds, Vec<Conds>)> = Vec::new();
        for (when, case) in &cases {
            let Some(id) = self.heap.id_of(case) else { continue };
            match things.iter_mut().find(|(known, ..)| *known == id) {
                Some((.., lists)) => lists.push(when.clone()),
                None => things.push((id, self.heap.born(case), vec![when.clone()])),
            }
        }
        for (id, born, lists) in things {
            // Whatever it is: no condition says more.
            let when = if lists.len() == cases.len() { Conds::new() } else { any_of(&lists) };
            let Some(all) = both(&self.conds, &when) else { continue };
            let known = |cond: &_| born.contains(cond) || self.alive.contains(cond);
            let since: Conds = all.into_iter().filter(|cond| !known(cond)).collect();
            let Some(old) = self.heap.things.get(id).cloned() else { continue };
            let new = old.map(&by);
            let now = if since.is_empty() {
                new
            } else {
                Value::one_of(vec![(none_of(since.clone()), old), (since, new)])
            };
            self.heap.set(id, now);
        }
    }

    /// Makes the things that a value is, and those in them, unknown.
    pub(super) fn forget(&mut self, value: &Value, reason: &str) {
        let mut open = vec![(value.clone(), 0)];
        while let Some((value, depth)) = open.pop() {
            if depth > DEEPEST || !self.spend(0) {
                return;
            }
            for (_, case) in self.heap.now(value).cases() {
                match &case {
                    Value::Object(object) | Value::Map(object) => open.extend(
                        object
                            .props
                            .iter()
                            .map(|(_, value)| (value.clone(), depth.saturating_add(1))),
                    ),
                    Value::Array(list) => {
                        open.extend(
                            list.iter().map(|value| (value.clone(), depth.saturating_add(1))),
                        );
                    }
                    _ => {}
                }
                self.change(&case, |_| Value::unknown(reason));
            }
        }
    }
}
