//! Which file a specifier means, among the files of one program.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::facts::Facts;
use crate::value::Library;

/// What a specifier leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    File(usize),
    Library(Library),
    Outside,
}

pub(crate) struct Modules {
    targets: HashMap<(usize, String), Target>,
    entries: Vec<usize>,
}

const EXTENSIONS: &[&str] = &[
    "",
    ".ts",
    ".tsx",
    ".mts",
    ".cts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    "/index.ts",
    "/index.tsx",
    "/index.mts",
    "/index.js",
    "/index.mjs",
];

impl Modules {
    pub(crate) fn new(files: &[Facts], aliases: &BTreeMap<String, String>) -> Self {
        let paths: HashMap<String, usize> =
            files.iter().enumerate().map(|(at, file)| (plain(&file.path), at)).collect();
        let mut targets = HashMap::new();
        let mut imported = HashSet::new();
        for (at, file) in files.iter().enumerate() {
            for source in &file.imports {
                let target = target(&file.path, source, &paths, aliases);
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

fn target(
    from: &str,
    source: &str,
    paths: &HashMap<String, usize>,
    aliases: &BTreeMap<String, String>,
) -> Target {
    match source {
        "alchemy" => return Target::Library(Library::Alchemy),
        "alchemy/cloudflare" => return Target::Library(Library::Cloudflare),
        "@alch/blocks" | "@alch/blocks/core" | "@alch/blocks/naming" => {
            return Target::Library(Library::Blocks);
        }
        _ => {}
    }
    let path = if source.starts_with('.') {
        let folder = from.rsplit_once(['/', '\\']).map_or(".", |(folder, _)| folder);
        plain(&format!("{folder}/{source}"))
    } else if source.starts_with('/') {
        plain(source)
    } else {
        match alias(source, aliases) {
            Some(path) => plain(&path),
            None => return Target::Outside,
        }
    };
    candidates(&path)
        .iter()
        .find_map(|path| paths.get(path))
        .map_or(Target::Outside, |at| Target::File(*at))
}

/// A specifier that is an alias as a whole, or starts with one that ends in `/` or `*`.
fn alias(source: &str, aliases: &BTreeMap<String, String>) -> Option<String> {
    if let Some(path) = aliases.get(source) {
        return Some(path.clone());
    }
    aliases.iter().rev().find_map(|(alias, path)| {
        let start = alias.strip_suffix('*').or_else(|| alias.ends_with('/').then_some(alias))?;
        let rest = source.strip_prefix(start)?;
        Some(format!("{}{rest}", path.strip_suffix('*').unwrap_or(path)))
    })
}

fn candidates(path: &str) -> Vec<String> {
    let mut all: Vec<String> =
        EXTENSIONS.iter().map(|extension| format!("{path}{extension}")).collect();
    for (written, meant) in
        [(".js", ".ts"), (".js", ".tsx"), (".jsx", ".tsx"), (".mjs", ".mts"), (".cjs", ".cts")]
    {
        all.extend(path.strip_suffix(written).map(|stem| format!("{stem}{meant}")));
    }
    all
}

/// A path without `.` and `..`, with `/`.
fn plain(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}
