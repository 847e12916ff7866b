//! Modules: what runs first, and what an import gives.

use std::collections::HashSet;
use std::rc::Rc;

use super::alchemy2::{member_of, space_of};
use super::eval::Eval;
use super::library::library_member;
use super::{Known, Value};
use crate::modules::Target;
use crate::syntax::facts::{Export, Import, Imported};

impl<'p> Eval<'p> {
    /// Runs a module and before it all that it imports, unless they ran; gives its top environment.
    pub(super) fn load(&mut self, file: usize) -> usize {
        if let Some(env) = self.loaded.get(&file) {
            return *env;
        }
        // By a list of its own: a long chain of imports must not become a deep stack.
        let (mut open, mut seen) = (vec![(file, false)], HashSet::new());
        while let Some((file, done)) = open.pop() {
            if done {
                self.run_module(file);
                continue;
            }
            if self.loaded.contains_key(&file) || !seen.insert(file) {
                continue;
            }
            open.push((file, true));
            let imported = self.static_imports(file).into_iter().rev();
            open.extend(imported.map(|other| (other, false)));
        }
        self.loaded.get(&file).copied().unwrap_or_default()
    }

    pub(super) fn static_imports(&self, file: usize) -> Vec<usize> {
        let Some(facts) = self.facts(file) else { return Vec::new() };
        let links = facts.links.iter().map(|link| &link.source);
        let exports = facts.exports.iter().filter_map(|export| match export {
            Export::From { source, .. } | Export::Whole { source, .. } | Export::All { source } => {
                Some(source)
            }
            Export::Local { .. } => None,
        });
        let target = |source: &String| match self.modules.resolve(file, source) {
            Target::File(other) => Some(other),
            _ => None,
        };
        links.chain(exports).filter_map(target).collect()
    }

    pub(super) fn run_module(&mut self, file: usize) {
        if self.loaded.contains_key(&file) {
            return;
        }
        let env = self.new_env(None);
        self.loaded.insert(file, env);
        if let Some(top) = self.facts(file).and_then(|facts| facts.top) {
            let conds = std::mem::replace(&mut self.conds, self.alive.clone());
            let is_certain = conds.iter().all(|cond| self.alive.contains(cond));
            let outer = std::mem::replace(&mut self.top, is_certain.then_some((file, top)));
            self.block(file, top, env);
            (self.conds, self.top) = (conds, outer);
        }
    }

    pub(super) fn module(&mut self, file: usize, source: &str) -> Value {
        match self.modules.resolve(file, source) {
            Target::File(other) => {
                self.load(other);
                Value::Module(other)
            }
            Target::Library(library) => Value::Library(library),
            Target::Outside if matches!(source, "process" | "node:process") => {
                Value::Known(Known::Process)
            }
            Target::Outside => match space_of(source) {
                Some(path) => Value::Space(Rc::from(path)),
                None => Value::unknown(format!("`{source}` was not read")),
            },
        }
    }

    pub(super) fn imported(&mut self, file: usize, link: &Import) -> Value {
        let module = self.module(file, &link.source);
        match &link.what {
            Imported::Whole => module,
            Imported::Nothing => Value::Nil,
            Imported::Named(name) => match module {
                Value::Unknown(_) => Value::unknown(format!(
                    "`{}` comes from `{}`, which was not read",
                    link.local, link.source
                )),
                module => self.member(&module, name),
            },
        }
    }

    pub(super) fn exported(
        &mut self,
        file: usize,
        name: &str,
        seen: &mut Vec<usize>,
    ) -> Option<Value> {
        if seen.contains(&file) || seen.len() > 50 {
            return None;
        }
        seen.push(file);
        let facts = self.facts(file)?;
        let env = self.load(file);
        let mut all = Vec::new();
        for export in &facts.exports {
            match export {
                Export::Local { name: own, local } if own == name => {
                    return Some(self.lookup(file, env, local));
                }
                Export::From { name: own, source, imported } if own == name => {
                    return match self.module(file, source) {
                        Value::Module(other) => self.exported(other, imported, seen),
                        module => Some(self.member(&module, imported)),
                    };
                }
                Export::Whole { name: own, source } if own == name => {
                    return Some(self.module(file, source));
                }
                Export::All { source } if name != "default" => all.push(source),
                _ => {}
            }
        }
        for source in all {
            let found = match self.module(file, source) {
                Value::Module(other) => self.exported(other, name, seen),
                Value::Library(library) => library_member(library, name),
                Value::Space(path) => Some(member_of(&path, name)),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}
