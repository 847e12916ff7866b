//! Which file a specifier means, as the host has resolved it.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::syntax::facts::Facts;
use crate::values::Library;

/// What a specifier leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    File(usize),
    Library(Library),
    Outside,
}

/// For each file that imports something: specifiers, and the paths of the files that they mean.
pub(crate) type Resolved = BTreeMap<String, BTreeMap<String, String>>;

pub(crate) struct Modules {
    targets: HashMap<(usize, String), Target>,
    entries: Vec<usize>,
}

impl Modules {
    pub(crate) fn new(files: &[Facts], resolved: &Resolved) -> Self {
        let places: HashMap<&str, usize> =
            files.iter().enumerate().map(|(at, file)| (file.path.as_str(), at)).collect();
        let mut targets = HashMap::new();
        let mut imported = HashSet::new();
        for (at, file) in files.iter().enumerate() {
            let own = resolved.get(&file.path);
            for source in &file.imports {
                let path = own.and_then(|paths| paths.get(source));
                let other = path.and_then(|path| places.get(path.as_str()));
                let target = match (library(source), other) {
                    (Some(library), _) => Target::Library(library),
                    (None, Some(other)) => Target::File(*other),
                    (None, None) => Target::Outside,
                };
                if let Target::File(other) = target
                    && other != at
                {
                    imported.insert(other);
                }
                targets.insert((at, source.clone()), target);
            }
        }
        let entries = (0..files.len()).filter(|at| !imported.contains(at)).collect();
        Self { targets, entries }
    }

    pub(crate) fn resolve(&self, file: usize, source: &str) -> Target {
        self.targets.get(&(file, source.to_owned())).copied().unwrap_or(Target::Outside)
    }

    /// The files that no other imports.
    pub(crate) fn entries(&self) -> Vec<usize> {
        self.entries.clone()
    }
}

fn library(source: &str) -> Option<Library> {
    match source {
        "alchemy" => Some(Library::Alchemy),
        "alchemy/cloudflare" => Some(Library::Cloudflare),
        "@alch/blocks" | "@alch/blocks/core" | "@alch/blocks/naming" => Some(Library::Blocks),
        _ => None,
    }
}
