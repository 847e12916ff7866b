//! Where the parts of a declaration are written.

use std::collections::BTreeMap;

use crate::syntax::facts::{At, Expr, Facts, Key};
use crate::values::Instance;

/// The places of one declaration, as UTF-16 offsets into its file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    pub file: usize,
    /// The whole call.
    pub call: At,
    pub callee: At,
    /// The first argument, or the callee if there is none.
    pub id: At,
    /// What names it: an option, or the id if none is written.
    pub name: At,
    /// The values of the options that are written in the call.
    options: BTreeMap<String, At>,
}

impl Places {
    /// The places of what an option of the call declares.
    pub(crate) fn of_option(mut self, key: &str) -> Self {
        self.name = self.option(key);
        self
    }

    pub(crate) fn of(facts: &Facts, instance: &Instance, naming: &[&str]) -> Self {
        let Expr::Call(call) = facts.expr(instance.call) else {
            return Self { file: instance.file, ..Self::default() };
        };
        let id = call.args_at.first().copied().unwrap_or(call.callee_at);
        let mut options = BTreeMap::new();
        if let Some(Expr::Object(props)) = call.args.get(1).map(|at| facts.expr(*at)) {
            for prop in props {
                if let Key::Name(name) = &prop.key {
                    options.insert(name.clone(), prop.value_at);
                }
            }
        }
        let name = naming.iter().find_map(|key| options.get(*key)).copied().unwrap_or(id);
        Self { file: instance.file, call: call.at, callee: call.callee_at, id, name, options }
    }

    /// A place of which only the file is known.
    pub(crate) fn in_file(file: usize) -> Self {
        Self { file, ..Self::default() }
    }

    /// Whether it is known where the declaration is written, and not only in which file.
    pub(crate) fn is_written(&self) -> bool {
        self.call.1 > 0
    }

    /// The value of an option, or the callee if it is not written in the call.
    pub(crate) fn option(&self, key: &str) -> At {
        self.options.get(key).copied().unwrap_or(self.callee)
    }
}
