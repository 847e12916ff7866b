//! Which function of Alchemy's a call calls, as far as a block can take its place.

use alch_blocks::{Kind, quote};

use super::plan::Plan;
use crate::syntax::facts::{Call, Expr, ExprId, Facts, Imported};
use crate::values::raw_kind;
use crate::version::Version;

const NOT_IMPORTED: &str = "its function is not called by an imported name";
const BY_WORKER: &str = "its Worker keeps the stages apart: it stays as it is";

/// Whether a function is called by the name that it was imported by.
pub(super) fn check_callee(
    facts: &Facts,
    call: &Call,
    is_it: impl Fn(&str) -> bool,
) -> Result<(), String> {
    let linked = |name: &str| facts.links.iter().any(|link| link.local == name);
    let by_name = match facts.expr(call.callee) {
        Expr::Name(name) => linked(name) || is_it(name),
        Expr::Member(object, key) => {
            matches!(facts.expr(*object), Expr::Name(name) if linked(name)) && is_it(key)
        }
        _ => false,
    };
    if by_name { Ok(()) } else { Err(NOT_IMPORTED.to_owned()) }
}

impl Plan<'_> {
    /// The function has to be called by the name that it was imported by. A framework makes a Worker,
    /// too, and has no block.
    pub(super) fn check_callee(&self) -> Result<(), String> {
        let kind = self.instance.kind;
        let spec = kind.spec();
        if self.instance.version == Version::V2 {
            return self.check_constructor();
        }
        check_callee(self.facts, self.call, |name| raw_kind(name) == Some(kind))?;
        if spec.alchemy.also.is_empty() || self.function() == Some(spec.alchemy.function) {
            return Ok(());
        }
        Err(only(spec.alchemy.function))
    }

    /// What Alchemy calls the function.
    fn function(&self) -> Option<&str> {
        match self.facts.expr(self.call.callee) {
            Expr::Name(local) => match imported(self.facts, local)? {
                Imported::Named(name) => Some(name),
                Imported::Whole | Imported::Nothing => None,
            },
            Expr::Member(_, key) => Some(key),
            _ => None,
        }
    }

    /// The same, of a constructor of Alchemy 2, which may be deep in what was imported.
    fn check_constructor(&self) -> Result<(), String> {
        let kind = self.instance.kind;
        if kind.spec().is_class {
            return Err(BY_WORKER.to_owned());
        }
        let path = path(self.facts, self.call.callee).ok_or(NOT_IMPORTED)?;
        let constructor = kind.spec().alchemy2.constructor;
        let is_own = ends_with(&path, constructor) || ends_with(constructor, &path);
        // The others make a Worker of something else.
        let is_older = |other: &&str| kind != Kind::Worker && ends_with(&path, other);
        if is_own || kind.spec().alchemy2.also.iter().any(is_older) {
            return Ok(());
        }
        Err(if kind == Kind::Worker { only(constructor) } else { NOT_IMPORTED.to_owned() })
    }
}

fn only(function: &str) -> String {
    format!("only {} itself has a block: it stays as it is", quote(function))
}

fn imported<'f>(facts: &'f Facts, local: &str) -> Option<&'f Imported> {
    facts.links.iter().find(|link| link.local == local).map(|link| &link.what)
}

/// What is called, below the module that it was imported from: `D1.Database`.
fn path(facts: &Facts, callee: ExprId) -> Option<String> {
    match facts.expr(callee) {
        Expr::Name(local) => match imported(facts, local)? {
            Imported::Named(name) => Some(name.clone()),
            Imported::Whole => Some(String::new()),
            Imported::Nothing => None,
        },
        Expr::Member(object, key) => {
            let object = path(facts, *object)?;
            Some(if object.is_empty() { key.clone() } else { format!("{object}.{key}") })
        }
        _ => None,
    }
}

/// Whether a path is another one, or the end of it.
fn ends_with(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
