//! Expressions.

use std::rc::Rc;

use super::eval::Eval;
use super::logic::{choice, equal, otherwise, truth};
use super::text::concat;
use super::{Conds, Known, Object, Part, Value, both};
use crate::syntax::facts::{Expr, ExprId, Key, Prop};

/// In how many ways a list may come out.
const MOST_LISTS: usize = 16;

impl<'p> Eval<'p> {
    pub(super) fn expr(&mut self, file: usize, env: usize, id: ExprId) -> Value {
        if !self.spend(file) {
            return Value::unknown("the program is too large to be followed");
        }
        let Some(facts) = self.facts(file) else { return Value::Nil };
        self.depth = self.depth.saturating_add(1);
        let expr = facts.expr(id);
        let value = self.expr_inside(file, env, id, expr);
        let value = match expr {
            Expr::Call(_) | Expr::Object(_) | Expr::Array(_) | Expr::Yield(..) => {
                self.bounded(value)
            }
            _ => value,
        };
        let value = self.heap.now(value);
        if matches!(expr, Expr::Object(_) | Expr::Array(_)) && self.conds.len() > self.alive.len() {
            self.heap.bear(&value, &self.conds);
        }
        self.depth = self.depth.saturating_sub(1);
        match expr {
            Expr::Name(_) | Expr::Member(..) | Expr::Index(..) | Expr::Call(_)
                if self.is_the_stage(&value) =>
            {
                Value::Text(vec![Part::Stage])
            }
            _ => value,
        }
    }

    /// Whether a value is what the app takes for its stage. A stage that is written out is none: the
    /// same text may stand elsewhere by chance.
    fn is_the_stage(&self, value: &Value) -> bool {
        let app = self.app.and_then(|app| self.apps.get(app));
        let stage = app.and_then(|app| app.stage.as_ref());
        stage.is_some_and(|stage| {
            stage == value
                && match stage {
                    Value::Text(parts) => !parts.iter().all(|part| matches!(part, Part::Text(_))),
                    Value::OneOf(_) => true,
                    _ => false,
                }
        })
    }

    fn expr_inside(&mut self, file: usize, env: usize, id: ExprId, expr: &'p Expr) -> Value {
        match expr {
            Expr::Nil => Value::Nil,
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Text(text) => Value::text(text),
            Expr::Regex(source) => Value::Regex(Rc::from(source.as_str())),
            Expr::Name(name) => self.lookup(file, env, name),
            Expr::Func(function) => self.closure(file, *function, env),
            Expr::Module(source) => self.module(file, source),
            Expr::Meta => Value::Known(Known::Process),
            Expr::Template(texts, values) => self.template(file, env, texts, values),
            Expr::Sum(values) => {
                let values: Vec<_> =
                    values.iter().map(|value| self.expr(file, env, *value)).collect();
                if is_counted(&values) {
                    return Value::unknown("numbers are not added");
                }
                concat(values)
            }
            Expr::Member(object, key) => {
                let object = self.expr(file, env, *object);
                self.member(&object, key)
            }
            Expr::Index(object, key) => {
                let object = self.expr(file, env, *object);
                let key = self.expr(file, env, *key);
                self.index(&object, &key)
            }
            Expr::Object(props) => self.object(file, env, props),
            Expr::Array(values) => self.array(file, env, values),
            Expr::Spread(value) => self.expr(file, env, *value),
            Expr::Assign(name, value) => {
                let value = self.expr(file, env, *value);
                self.assign(env, name, value.clone());
                value
            }
            Expr::Put(object, key, value) => self.put((file, env), (*object, *key), *value),
            Expr::Other(values) => {
                let values: Vec<_> =
                    values.iter().map(|value| self.expr(file, env, *value)).collect();
                self.call_all(&values);
                Value::unknown("it is computed in a way that is not followed")
            }
            Expr::Call(call) => self.call(file, env, id, call),
            Expr::Yield(value, at) => self.run_yield((file, env), *value, *at),
            Expr::Class(base, inside) => {
                let base = self.expr(file, env, *base);
                let inside: Vec<_> = inside.iter().map(|one| self.expr(file, env, *one)).collect();
                self.call_all(&inside);
                match base {
                    Value::Effect(_) => base,
                    _ => Value::unknown("it is computed in a way that is not followed"),
                }
            }
            logical => self.logical(file, env, logical),
        }
    }

    fn template(&mut self, file: usize, env: usize, texts: &[String], values: &[ExprId]) -> Value {
        let mut parts = Vec::new();
        let mut values = values.iter();
        for text in texts {
            parts.push(Value::text(text));
            if let Some(value) = values.next() {
                parts.push(self.expr(file, env, *value));
            }
        }
        concat(parts)
    }

    /// Tests and choices.
    fn logical(&mut self, file: usize, env: usize, expr: &'p Expr) -> Value {
        match expr {
            Expr::Equal(left, right, not) => {
                let left = self.expr(file, env, *left);
                let right = self.expr(file, env, *right);
                let test = equal(&left, &right);
                Value::Test(Rc::new(if *not { test.not() } else { test }))
            }
            Expr::Not(value) => {
                let value = self.asked(file, env, *value);
                Value::Test(Rc::new(truth(&value).not()))
            }
            Expr::In(key, object) => {
                let key = self.expr(file, env, *key);
                let object = self.expr(file, env, *object);
                self.has(&object, &key)
            }
            Expr::And(left, right) => {
                let left = self.asked(file, env, *left);
                let test = self.test(&left);
                let right = self.when(&test.yes, |eval| eval.expr(file, env, *right));
                match (&left, &right) {
                    (Value::Test(_) | Value::Bool(_), Value::Test(_) | Value::Bool(_)) => {
                        Value::Test(Rc::new(test.and(&truth(&right))))
                    }
                    _ => choice(&test, &right, &Value::Nil),
                }
            }
            Expr::Or(left, right) => {
                let left = self.expr(file, env, *left);
                let test = self.test(&left);
                let right = self.when(&test.no, |eval| eval.expr(file, env, *right));
                otherwise(&left, &right, false)
            }
            Expr::Default(left, right) => {
                let left = self.expr(file, env, *left);
                let absent = equal(&left, &Value::Nil);
                let right = self.when(&absent.yes, |eval| eval.expr(file, env, *right));
                otherwise(&left, &right, true)
            }
            Expr::Choice(test, yes, no) => {
                let value = self.asked(file, env, *test);
                let test = self.test(&value);
                let yes = self.when(&test.yes, |eval| eval.expr(file, env, *yes));
                let no = self.when(&test.no, |eval| eval.expr(file, env, *no));
                choice(&test, &yes, &no)
            }
            _ => Value::unknown("it is computed in a way that is not followed"),
        }
    }

    pub(super) fn when(&mut self, cases: &[Conds], f: impl FnOnce(&mut Self) -> Value) -> Value {
        let conds = self.conds.clone();
        self.narrow(cases);
        let value = f(self);
        self.conds = conds;
        value
    }

    pub(super) fn list(&mut self, file: usize, env: usize, values: &[ExprId]) -> Vec<Value> {
        let mut out = Vec::new();
        for id in values {
            match self.elements(file, env, *id).as_slice() {
                [(_, only)] => out.extend(only.iter().cloned()),
                _ => out.push(spread_from_unknown()),
            }
        }
        out
    }

    /// A list that is written out. What is spread by the stage makes several of it.
    fn array(&mut self, file: usize, env: usize, values: &[ExprId]) -> Value {
        let mut lists: Vec<(Conds, Vec<Value>)> = vec![(Vec::new(), Vec::new())];
        for id in values {
            let mut ways = self.elements(file, env, *id);
            if ways.len().saturating_mul(lists.len()) > MOST_LISTS {
                ways = vec![(Vec::new(), vec![spread_from_unknown()])];
            }
            let longer = |(conds, list): &(Conds, Vec<Value>)| {
                let one = |(when, more): &(Conds, Vec<Value>)| {
                    Some((both(conds, when)?, [list.as_slice(), more].concat()))
                };
                ways.iter().filter_map(one).collect::<Vec<_>>()
            };
            lists = lists.iter().flat_map(longer).collect();
        }
        let array = |(conds, list)| (conds, Value::Array(Rc::new(list)));
        Value::one_of(lists.into_iter().map(array).collect())
    }

    /// What an element of a list stands for: itself, or all that is spread from it, in each way.
    fn elements(&mut self, file: usize, env: usize, id: ExprId) -> Vec<(Conds, Vec<Value>)> {
        let value = self.expr(file, env, id);
        let spread = self.facts(file).is_some_and(|f| matches!(f.expr(id), Expr::Spread(_)));
        if !spread {
            return vec![(Vec::new(), vec![value])];
        }
        let list = |(when, case): (Conds, Value)| match case {
            Value::Array(list) => Some((when, list.to_vec())),
            _ => None,
        };
        let all: Option<Vec<_>> = value.cases().into_iter().map(list).collect();
        all.unwrap_or_else(|| vec![(Vec::new(), vec![spread_from_unknown()])])
    }

    pub(super) fn object(&mut self, file: usize, env: usize, props: &[Prop]) -> Value {
        let mut object = Object::default();
        for prop in props {
            let value = self.expr(file, env, prop.value);
            match &prop.key {
                Key::Name(name) => object.set(name, value),
                Key::Computed(key) => match self.expr(file, env, *key).known_text() {
                    Some(key) => object.set(&key, value),
                    None => object.open = Some("a key of the options is computed".to_owned()),
                },
                Key::Spread => object.spread(&value),
            }
        }
        Value::Object(Rc::new(object))
    }
}

fn spread_from_unknown() -> Value {
    Value::unknown("it is spread from a list that is not known")
}

/// Whether a chain of `+` starts with two numbers, which are added and not put together.
fn is_counted(values: &[Value]) -> bool {
    let is_number =
        |value: &Value| value.known_text().is_some_and(|text| text.parse::<f64>().is_ok());
    matches!(values, [first, second, ..] if is_number(first) && is_number(second))
}
