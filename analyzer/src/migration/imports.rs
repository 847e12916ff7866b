//! Which imports a migration adds and removes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxc_ast::ast::{
    BindingIdentifier, IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};

use super::edits::Editor;
use super::rewrite::{Place, Rewrite};
use crate::syntax::source::small;

/// Every name in a file: where it is bound, and where it is used.
#[derive(Default)]
pub(super) struct Names {
    bound: HashMap<String, u32>,
    used: HashMap<String, Vec<u32>>,
}

impl<'a> Visit<'a> for Names {
    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        let count = self.bound.entry(it.name.to_string()).or_default();
        *count = count.saturating_add(1);
        walk::walk_binding_identifier(self, it);
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.used.entry(it.name.to_string()).or_default().push(it.span.start);
    }
}

pub(super) struct Imports<'i, 'a> {
    /// Where the blocks come from.
    pub module: &'static str,
    pub imports: &'i [&'i ImportDeclaration<'a>],
    pub names: &'i Names,
    pub first: Option<Span>,
}

impl Imports<'_, '_> {
    /// Removes what is no longer used and adds the blocks; gives the name of each block.
    pub(super) fn edit(
        &self,
        editor: &mut Editor<'_>,
        rewrites: &[&Rewrite],
    ) -> BTreeMap<String, String> {
        let mut callees: BTreeSet<u32> = BTreeSet::new();
        for rewrite in rewrites {
            if let Place::Callee { at, .. } = rewrite.place {
                callees.insert(small(editor.offsets.byte(at.0)));
            }
        }
        let unused = self.unused(&callees);
        let blocks: BTreeSet<&str> = rewrites.iter().map(|one| one.name.as_str()).collect();
        let mut locals = BTreeMap::new();
        let mut missing = Vec::new();
        for block in blocks {
            match self.imported(block) {
                Some(local) => {
                    locals.insert(block.to_owned(), local);
                }
                None => {
                    let local = self.free(block, &unused);
                    missing.push(if local == block {
                        block.to_owned()
                    } else {
                        format!("{block} as {local}")
                    });
                    locals.insert(block.to_owned(), local);
                }
            }
        }
        let replaced = self.remove(editor, &unused, &missing);
        if !missing.is_empty() && !replaced {
            self.add(editor, &missing, &unused);
        }
        locals
    }

    /// Imported names that only the rewritten calls use.
    fn unused(&self, callees: &BTreeSet<u32>) -> BTreeSet<String> {
        let mut unused = BTreeSet::new();
        for import in self.imports {
            for specifier in import.specifiers.iter().flatten() {
                let name = specifier.name().to_string();
                let Some(uses) = self.names.used.get(&name) else { continue };
                let bound_once = self.names.bound.get(&name) == Some(&1);
                if bound_once && uses.iter().all(|at| callees.contains(at)) {
                    unused.insert(name);
                }
            }
        }
        unused
    }

    fn imported(&self, block: &str) -> Option<String> {
        for import in self.imports {
            if import.source.value != self.module || import.import_kind.is_type() {
                continue;
            }
            for specifier in import.specifiers.iter().flatten() {
                if let ImportDeclarationSpecifier::ImportSpecifier(one) = specifier
                    && !one.import_kind.is_type()
                    && one.imported.name() == block
                {
                    return Some(one.local.name.to_string());
                }
            }
        }
        None
    }

    fn free(&self, block: &str, unused: &BTreeSet<String>) -> String {
        let taken = |name: &str| {
            (self.names.bound.contains_key(name) || self.names.used.contains_key(name))
                && !unused.contains(name)
        };
        let mut name = block.to_owned();
        if taken(&name) {
            name = format!("{block}Block");
        }
        while taken(&name) {
            name.push('_');
        }
        name
    }

    /// Takes unused names out of imports. Where one becomes empty, the new one takes its place:
    /// then this is `true`.
    fn remove(
        &self,
        editor: &mut Editor<'_>,
        unused: &BTreeSet<String>,
        missing: &[String],
    ) -> bool {
        let mut replaced = self.existing().is_some();
        let reuse = !replaced && !missing.is_empty();
        replaced = false;
        for import in self.imports {
            let Some(specifiers) = &import.specifiers else { continue };
            let goes = |one: &ImportDeclarationSpecifier<'_>| unused.contains(one.name().as_str());
            if !specifiers.iter().any(goes) {
                continue;
            }
            let (start, end) = editor.at(import.span);
            if specifiers.iter().all(goes) {
                if reuse && !replaced {
                    let text = self.line(editor, import, missing);
                    editor.put(start, end, text);
                    replaced = true;
                } else {
                    let line = editor.text.get(editor.offsets.byte(end)..).unwrap_or_default();
                    let more = if line.starts_with("\r\n") {
                        2
                    } else {
                        u32::from(line.starts_with('\n'))
                    };
                    editor.put(start, end.saturating_add(more), String::new());
                }
                continue;
            }
            self.thin_out(editor, specifiers, goes);
        }
        replaced
    }

    fn thin_out(
        &self,
        editor: &mut Editor<'_>,
        specifiers: &[ImportDeclarationSpecifier<'_>],
        goes: impl Fn(&ImportDeclarationSpecifier<'_>) -> bool,
    ) {
        // Each goes with what is between it and the next; at the end, with what is before it.
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        let mut kept_end = None;
        for (index, one) in specifiers.iter().enumerate() {
            let (start, end) = editor.at(one.span());
            if !goes(one) {
                kept_end = Some(end);
                continue;
            }
            let tail_goes = specifiers.iter().skip(index).all(&goes);
            let next = specifiers.get(index.saturating_add(1)).map(|next| editor.at(next.span()).0);
            match (tail_goes, kept_end, next) {
                (true, Some(kept), _) => ranges.push((kept, end)),
                (_, _, Some(next)) => ranges.push((start, next)),
                _ => ranges.push((start, end)),
            }
        }
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (start, end) in ranges {
            match merged.last_mut() {
                Some((_, before)) if start <= *before => *before = (*before).max(end),
                _ => merged.push((start, end)),
            }
        }
        for (start, end) in merged {
            editor.put(start, end, String::new());
        }
    }

    /// An import of the blocks that can take more names.
    fn existing(&self) -> Option<&ImportDeclaration<'_>> {
        self.imports
            .iter()
            .find(|import| {
                import.source.value == self.module
                    && !import.import_kind.is_type()
                    && import
                        .specifiers
                        .iter()
                        .flatten()
                        .any(|one| matches!(one, ImportDeclarationSpecifier::ImportSpecifier(_)))
            })
            .copied()
    }

    fn add(&self, editor: &mut Editor<'_>, missing: &[String], _unused: &BTreeSet<String>) {
        if let Some(existing) = self.existing() {
            if let Some(last) = existing.specifiers.iter().flatten().last() {
                let (_, end) = editor.at(last.span());
                editor.put(end, end, format!(", {}", missing.join(", ")));
            }
            return;
        }
        let after = self
            .imports
            .iter()
            .find(|import| import.source.value.eq_ignore_ascii_case("alchemy/cloudflare"))
            .or(self.imports.last());
        match after {
            Some(import) => {
                let (_, end) = editor.at(import.span);
                let line = self.line(editor, import, missing);
                editor.put(end, end, format!("{}{line}", editor.line_end()));
            }
            None => {
                let start = self.first.map_or(0, |span| editor.at(span).0);
                let quoted = editor.quoted(self.module);
                let line = format!("import {{ {} }} from {quoted};", missing.join(", "));
                editor.put(start, start, format!("{line}{}", editor.line_end()));
            }
        }
    }

    /// A new import in the style of another.
    fn line(
        &self,
        editor: &Editor<'_>,
        like: &ImportDeclaration<'_>,
        missing: &[String],
    ) -> String {
        let (start, end) = editor.at(like.span);
        let end = if editor.slice(start, end).ends_with(';') { ";" } else { "" };
        format!("import {{ {} }} from {}{end}", missing.join(", "), editor.quoted(self.module))
    }
}
