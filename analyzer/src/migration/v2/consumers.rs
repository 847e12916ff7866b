//! The queues that a Worker reads: `eventSources` in 0.94, and resources of their own in Alchemy 2.

use alch_blocks::Kind;
use oxc_ast::ast::{ArrayExpressionElement, Expression, ObjectExpression, ObjectPropertyKind};
use oxc_span::{GetSpan, Span};

use super::calls::{Call, key_of};
use super::ids;
use super::rewriter::{Rewriter, size};
use super::rows::consumer_id;
use super::text::{quoted, variable};

pub(super) const LETTERS: &str =
    "Alchemy 2 gives dead letters to a consumer: write `deadLetterQueue` there";

/// A queue that a Worker reads.
pub(super) struct Source {
    /// The variable that holds it.
    name: String,
    id: String,
    settings: Option<String>,
}

impl Rewriter<'_> {
    /// The queues that a Worker reads: each with the text of its settings.
    pub(super) fn sources(&mut self, value: &Expression<'_>) -> Result<Vec<Source>, String> {
        let Expression::ArrayExpression(all) = value else {
            return Err("its `eventSources` are not written in place".to_owned());
        };
        all.elements.iter().map(|one| self.source(one)).collect()
    }

    fn source(&self, one: &ArrayExpressionElement<'_>) -> Result<Source, String> {
        let unknown = || "one of its `eventSources` is not a queue of this file".to_owned();
        let (queue, settings) = match one.as_expression().ok_or_else(unknown)? {
            Expression::ObjectExpression(object) => parts_of(object).ok_or_else(unknown)?,
            other => (other.span(), None),
        };
        let name = self.slice(queue).to_owned();
        let declared = self.resource(&name).filter(|one| one.instance.kind == Kind::Queue);
        let id = declared.ok_or_else(unknown)?.instance.id.known_text();
        let id = id.ok_or("the id of a queue in `eventSources` depends on the stage")?;
        let settings = settings.map(|at| self.stage_in(at));
        if settings.as_ref().is_some_and(|text| text.contains("deadLetterQueue")) {
            return Err(
                "Alchemy 2 takes the `deadLetterQueue` of a consumer as its name".to_owned()
            );
        }
        let scope = &declared.ok_or_else(unknown)?.declaration.scope;
        Ok(Source { name, id: ids::id(scope, &id), settings })
    }

    /// Keeps where the dead letters of a queue go, for the consumer that reads it.
    pub(super) fn dead_letters(
        &mut self,
        call: &Call<'_>,
        value: &Expression<'_>,
    ) -> Result<(), String> {
        let written = self.slice(value.span());
        let queue = self.resource(written).filter(|one| one.instance.kind == Kind::Queue);
        let name = match value {
            _ if queue.is_some() => format!("{written}.queueName"),
            Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => {
                self.letter_box(call, value)
            }
            _ => return Err("the text does not show where its dead letters go".to_owned()),
        };
        match self.bound.holders.get(&call.span.start).cloned() {
            Some(holder) => {
                self.letters.insert(holder, (call.span.start, name));
            }
            None => self.note(call.span.start, "dlq", LETTERS),
        }
        Ok(())
    }

    /// A block adds the stage to the name of a queue.
    fn letter_box(&mut self, call: &Call<'_>, value: &Expression<'_>) -> String {
        let written = self.stage_in(value.span());
        if !call.declared.declaration.is_block {
            return written;
        }
        self.needs.insert("physicalName");
        format!("physicalName(\"queue\", {written}, {})", self.stage)
    }

    /// Consumers are resources of their own in Alchemy 2.
    pub(super) fn consumers(&mut self, call: &Call<'_>) -> Result<(), String> {
        let Some(sources) = call.consumers.as_deref().filter(|all| !all.is_empty()) else {
            return Ok(());
        };
        let own = call.declared.instance.id.known_text();
        let own = own.ok_or("its id depends on the stage, and so would those of its consumers")?;
        let worker = ids::id(&call.declared.declaration.scope, &own);
        let Some(&statement) = self.statements.last() else { return Ok(()) };
        let held = self.bound.holders.get(&call.span.start).cloned();
        let name = match held {
            Some(name) => name,
            None => self.hold(statement, &worker)?,
        };
        let before = self.text.get(..size(statement.start)).unwrap_or_default();
        let indent = before.rsplit('\n').next().unwrap_or_default();
        let indent =
            if indent.trim().is_empty() { format!("    {indent}") } else { " ".to_owned() };
        for Source { name: queue, id, settings } in sources {
            let id = quoted(&consumer_id(&worker, id));
            // Settings that are written out say where dead letters go, too.
            let more = match settings {
                Some(text) => format!(", settings: {text}"),
                None => self
                    .letters
                    .remove(queue)
                    .map_or(String::new(), |(_, name)| format!(", deadLetterQueue: {name}")),
            };
            let text = format!(
                "\n{indent}yield* Cloudflare.Queues.Consumer({id}, {{ queueId: {queue}.queueId, \
                 scriptName: {name}.workerName{more} }});"
            );
            self.put(statement.end, statement.end, text);
        }
        Ok(())
    }

    /// Gives a Worker that stands alone a variable.
    fn hold(&mut self, statement: Span, worker: &str) -> Result<String, String> {
        if !self.slice(statement).starts_with("await") {
            return Err("its consumers need a variable that holds it".to_owned());
        }
        let mut name = variable(worker);
        if self.bound.names.contains(&name) || self.bound.imports.contains_key(&name) {
            name.push_str("Worker");
        }
        self.put(statement.start, statement.start, format!("const {name} = "));
        Ok(name)
    }
}

/// `queue` and `settings` of an object with nothing else.
fn parts_of(object: &ObjectExpression<'_>) -> Option<(Span, Option<Span>)> {
    let (mut queue, mut settings) = (None, None);
    for one in &object.properties {
        let ObjectPropertyKind::ObjectProperty(one) = one else { return None };
        match key_of(one)?.as_str() {
            "queue" => queue = Some(one.value.span()),
            "settings" => settings = Some(one.value.span()),
            _ => return None,
        }
    }
    Some((queue?, settings))
}
