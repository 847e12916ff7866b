//! Stacks: the apps of Alchemy 2.

use std::rc::Rc;

use super::Effect;
use crate::syntax::facts::{At, Call, Expr, Key};
use crate::values::eval::{App, Eval, Kept};
use crate::values::{Conds, Value};
use crate::version::Version;

/// A stack that is made and has not run: it runs once its module is loaded.
#[derive(Debug)]
pub(crate) struct Stacked {
    app: usize,
    effect: Value,
    conds: Conds,
}

/// The state store of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Store {
    pub at: At,
    /// Whether it is in `guarded(…)`; why not, where the text does not tell.
    pub guarded: Result<bool, String>,
    /// Whether a layer that it may be is, and another one is not.
    pub partly: bool,
    /// Where it is written in place, whether as `{ state }`.
    pub shorthand: Option<bool>,
    /// Whether it is the local one.
    pub local: bool,
    /// The option `release` of `guarded(…)`.
    pub release: Value,
}

impl<'p> Eval<'p> {
    /// `Alchemy.Stack(name, options, effect)`.
    pub(in crate::values) fn call_stack(
        &mut self,
        file: usize,
        call: &Call,
        args: Vec<Value>,
    ) -> Value {
        let Some(name) = args.first() else { return Value::Api(super::Api::Stack) };
        let at = call.callee_at;
        match args.get(1..) {
            Some(rest @ [_, ..]) => {
                let written = self.written_state(file, call);
                self.stack((file, at), name, rest, written)
            }
            _ => Value::effect(Effect::Stack(file, at, name.clone())),
        }
    }

    /// Makes a stack of its options and its effect.
    pub(super) fn stack(
        &mut self,
        (file, at): (usize, At),
        name: &Value,
        args: &[Value],
        written: Option<(At, bool)>,
    ) -> Value {
        let store = args.first().and_then(|options| self.store_of(options, at, written));
        let app = App {
            file,
            at,
            version: Version::V2,
            name: name.parts(),
            stage: None,
            adopt: Value::Nil,
            kept: Kept::Files,
            store,
        };
        let known = self.apps.iter().position(|one| *one == app);
        let index = known.unwrap_or_else(|| {
            self.apps.push(app);
            self.apps.len().saturating_sub(1)
        });
        let effect = args.get(1).cloned().unwrap_or(Value::Nil);
        self.stacks.push(Stacked { app: index, effect, conds: self.conds.clone() });
        Value::effect(Effect::Library(Rc::from("Alchemy.Stack"), Vec::new()))
    }

    /// Where the option `state` is written, and whether as `{ state }`.
    fn written_state(&self, file: usize, call: &Call) -> Option<(At, bool)> {
        let facts = self.facts(file)?;
        let Expr::Object(props) = facts.expr(*call.args.get(1)?) else { return None };
        let state = props.iter().find(|prop| matches!(&prop.key, Key::Name(key) if key == "state"));
        state.map(|prop| (prop.value_at, prop.shorthand))
    }

    /// What the option `state` says; `None` if there is none.
    fn store_of(
        &mut self,
        options: &Value,
        stack: At,
        written: Option<(At, bool)>,
    ) -> Option<Store> {
        let state = match options {
            Value::Object(object) => object.get("state"),
            Value::Unknown(reason) => Value::unknown(reason.clone()),
            _ => return None,
        };
        let cases = self.unwrapped(&state).cases();
        let unknown = cases.iter().find_map(|(_, case)| match case {
            Value::Unknown(reason) => Some(reason.clone()),
            _ => None,
        });
        let layers = || cases.iter().map(|(_, case)| case);
        if layers().all(|layer| *layer == Value::Nil) {
            return None;
        }
        let is_whole = layers().all(is_guarded);
        let partly = !is_whole && layers().any(is_guarded);
        let guarded = unknown.map_or(Ok(is_whole), Err);
        let release =
            layers().find_map(|layer| args_in(layer, "Blocks.guarded")).and_then(|args| match self
                .heap
                .copy(args.get(1)?)
            {
                Value::Object(object) => Some(object.get("release")),
                _ => None,
            });
        let release = release.unwrap_or(Value::Nil);
        let (at, shorthand) = written.unzip();
        Some(Store {
            at: at.unwrap_or(stack),
            guarded,
            partly,
            shorthand,
            local: layers().any(is_local),
            release,
        })
    }

    /// A layer, instead of an effect that gives it.
    fn unwrapped(&mut self, layer: &Value) -> Value {
        match layer {
            Value::Effect(effect) => match &**effect {
                Effect::Library(path, args) if path.ends_with("Layer.unwrap") => {
                    let inner = args.first().cloned().unwrap_or(Value::Nil);
                    self.run(&inner)
                }
                _ => layer.clone(),
            },
            other => other.clone(),
        }
    }

    /// Runs the stacks of the modules that were loaded.
    pub(in crate::values) fn run_stacks(&mut self) {
        for Stacked { app, effect, conds } in std::mem::take(&mut self.stacks) {
            (self.app, self.scope, self.conds) = (Some(app), Vec::new(), conds);
            self.deploys = true;
            if let (Value::Unknown(reason), Some(app)) = (&effect, self.apps.get(app)) {
                let (file, at) = (app.file, app.at);
                self.cannot_run(file, at, reason);
            }
            self.run(&effect);
            self.deploys = false;
            self.given.clear();
        }
    }
}

fn is_guarded(state: &Value) -> bool {
    in_layer(state, &|path| path == "Blocks.guarded")
}

fn is_local(state: &Value) -> bool {
    in_layer(state, &|path| path.ends_with(".localState"))
}

/// The arguments of such a function, which a layer comes from, or one that it is made of.
fn args_in<'l>(layer: &'l Value, of: &str) -> Option<&'l [Value]> {
    let Value::Effect(effect) = layer else { return None };
    match &**effect {
        Effect::Library(path, args) if **path == *of => Some(args),
        Effect::Library(_, args) => args.iter().find_map(|arg| args_in(arg, of)),
        Effect::Piped(inner, _) => args_in(inner, of),
        _ => None,
    }
}

/// Whether a layer, or one that it is made of, comes from such a function.
fn in_layer(layer: &Value, is_it: &dyn Fn(&str) -> bool) -> bool {
    let Value::Effect(effect) = layer else { return false };
    match &**effect {
        Effect::Library(path, args) => is_it(path) || args.iter().any(|arg| in_layer(arg, is_it)),
        Effect::Piped(inner, _) => in_layer(inner, is_it),
        _ => false,
    }
}
