//! The stack around the statements of an old program, and the imports in front of it.

use std::collections::BTreeMap;

use oxc_ast::ast::{Program, Statement};
use oxc_span::{GetSpan, Span};

use super::bound::{NAMING, STAGE, TYPE, is_old};
use super::consumers::LETTERS;
use super::program::Left;
use super::rewriter::{Rewriter, size};
use super::text::{Change, applied, quoted};
use crate::syntax::source::small;

impl Rewriter<'_> {
    /// Takes a statement out, and the line that it stands on.
    pub(super) fn remove(&mut self, span: Span) {
        let after = self.text.get(size(span.end)..).unwrap_or_default();
        let blank = after.len().saturating_sub(after.trim_start_matches([' ', '\t']).len());
        let rest = after.get(blank..).unwrap_or_default();
        let more = if rest.starts_with("\r\n") {
            blank.saturating_add(2)
        } else if rest.starts_with('\n') {
            blank.saturating_add(1)
        } else {
            0
        };
        self.cut(Span::new(span.start, span.end.saturating_add(small(more))));
    }

    pub(super) fn cut(&mut self, span: Span) {
        self.still.push(span);
        self.put(span.start, span.end, "");
    }

    /// Puts the statements into the stack, and the imports in front of it.
    pub(super) fn frame(&mut self, program: &Program<'_>) {
        let imports: Vec<Span> = program
            .body
            .iter()
            .filter(|one| matches!(one, Statement::ImportDeclaration(_)))
            .map(GetSpan::span)
            .collect();
        let first = program.body.first().map_or(0, |one| one.span().start);
        let body = imports.last().map_or(first, |last| last.end);
        if let Some(late) = program.body.iter().find(|one| {
            let is_import = matches!(one, Statement::ImportDeclaration(_));
            !is_import && one.span().start < body
        }) {
            let reason = "an import stands behind it: put all imports first".to_owned();
            self.leave(late.span().start, "import".to_owned(), reason);
        }
        self.old_imports(program, body);
        // Whatever else was overlooked: Alchemy 2 deletes what is not declared.
        let all: Vec<_> =
            self.declared.iter().map(|(at, it)| (*at, it.declaration.shown())).collect();
        for (at, what) in all {
            if !self.seen.contains(&at) {
                self.leave(at, what, "the statement or the option around it goes".to_owned());
            }
        }
        for (_, (at, _)) in std::mem::take(&mut self.letters) {
            self.note(at, "dlq", LETTERS);
        }
        let stop = if self.left.iter().any(|left| left.unfinished) {
            "    return yield* Effect.die(\"the migration is not finished: see `by hand`\");\n"
        } else {
            ""
        };
        let stage = match (self.stage.as_str(), self.uses_stage()) {
            (_, false) => String::new(),
            ("stage", _) => "    const { stage } = yield* Alchemy.Stack;\n".to_owned(),
            (other, _) => format!("    const {{ stage: {other} }} = yield* Alchemy.Stack;\n"),
        };
        let is_cut = self.still.iter().any(|span| span.end == body);
        let head = format!(
            "{}{}export default Alchemy.Stack(\n  {},\n  {{ providers: Cloudflare.providers(), state: \
             guarded(localState()) }},\n  Effect.gen(function* () {{\n{stop}{stage}",
            if imports.is_empty() { self.new_imports() } else { String::new() },
            if is_cut { "\n" } else { "\n\n" },
            quoted(self.stack),
        );
        // The line break behind the last import goes into the head.
        let after = self.text.get(size(body)..).unwrap_or_default();
        let blank = after.len().saturating_sub(after.trim_start().len());
        let start = body.saturating_add(small(blank));
        self.indent(start);
        self.put(body, start, head);
        if let Some(import) = imports.first() {
            let lines = self.new_imports();
            self.put(import.start, import.start, format!("{lines}\n"));
        }
    }

    fn uses_stage(&self) -> bool {
        let app = self.app.as_deref().unwrap_or_default();
        let made = self.changes.iter().any(|change| change.text.contains(&self.stage));
        made || self.text.contains(&format!("{app}.stage")) || self.bound.names.contains("stage")
    }

    fn new_imports(&self) -> String {
        let mut lines = vec![
            "import * as Alchemy from \"alchemy\";",
            "import * as Cloudflare from \"alchemy/Cloudflare\";",
            "import { localState } from \"alchemy/State\";",
        ];
        if self.needs.contains("Config") {
            lines.push("import * as Config from \"effect/Config\";");
        }
        lines.push("import * as Effect from \"effect/Effect\";");
        if self.needs.contains("Redacted") {
            lines.push("import * as Redacted from \"effect/Redacted\";");
        }
        let mut text = lines.join("\n");
        for (module, names) in self.of_blocks() {
            text.push_str(&format!("\nimport {{ {} }} from \"{module}\";", names.join(", ")));
        }
        for (local, (module, name)) in &self.bound.imports {
            if module == "@alch/blocks" && name == "*" {
                text.push_str(&format!("\nimport * as {local} from \"@alch/blocks/v2\";"));
            }
        }
        text
    }

    /// What is imported from the modules of this package.
    fn of_blocks(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut all = BTreeMap::from([("@alch/blocks/v2", vec!["guarded".to_owned()])]);
        if self.needs.contains("physicalName") && !self.bound.imports.contains_key("physicalName") {
            all.insert("@alch/blocks/naming", vec!["physicalName".to_owned()]);
        }
        for (local, (module, name)) in &self.bound.imports {
            let (of_type, plain) = match name.strip_prefix(TYPE) {
                Some(plain) => (TYPE, plain),
                None => ("", name.as_str()),
            };
            if module != "@alch/blocks" || matches!(plain, "*" | "default" | STAGE) {
                continue;
            }
            let is_naming = NAMING.contains(&plain);
            let module = if is_naming { "@alch/blocks/naming" } else { "@alch/blocks/v2" };
            let renamed = if local == plain { String::new() } else { format!(" as {local}") };
            all.entry(module).or_default().push(format!("{of_type}{plain}{renamed}"));
        }
        for names in all.values_mut() {
            names.sort_by_key(|name| name.trim_start_matches(TYPE).to_lowercase());
        }
        all
    }

    fn old_imports(&mut self, program: &Program<'_>, last: u32) {
        for statement in &program.body {
            let Statement::ImportDeclaration(it) = statement else { continue };
            if !is_old(it.source.value.as_str()) {
                continue;
            }
            // Behind the last one comes the stack.
            if it.span.end == last { self.cut(it.span) } else { self.remove(it.span) }
        }
    }

    /// Moves the lines of the body to the right, but for those in a template literal.
    fn indent(&mut self, from: u32) {
        let body = self.text.get(size(from)..).unwrap_or_default().trim_end();
        let mut at = from;
        for line in body.split_inclusive('\n') {
            let is_inside = self.still.iter().any(|span| span.start <= at && at < span.end);
            if !line.trim().is_empty() && !is_inside {
                self.changes.insert(0, Change { start: at, end: at, text: "    ".to_owned() });
            }
            at = at.saturating_add(small(line.len()));
        }
    }

    pub(super) fn finish(mut self) -> (String, Vec<Left>) {
        self.left.sort();
        let text = applied(self.text, self.changes);
        (format!("{}\n  }}),\n);\n", text.trim_end()), self.left)
    }
}
