//! The stack around the statements of an old program, and the imports in front of it.

use oxc_ast::ast::{Program, Statement};
use oxc_span::{GetSpan, Span};

use super::bound::is_old;
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
        let blocks = self.bound.imports.iter().filter(|(_, (module, _))| module == "@alch/blocks");
        let names = blocks.filter(|(_, (_, name))| name != "*" && name != "default");
        let named =
            names.map(
                |(local, (_, name))| {
                    if local == name { name.clone() } else { format!("{name} as {local}") }
                },
            );
        let mut all: Vec<String> = named.chain(["guarded".to_owned()]).collect();
        all.sort_by_key(|name| name.to_lowercase());
        let last = format!("import {{ {} }} from \"@alch/blocks/v2\";", all.join(", "));
        let mut text = lines.join("\n");
        text.push('\n');
        text.push_str(&last);
        text
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
