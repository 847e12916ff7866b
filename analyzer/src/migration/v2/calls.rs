//! How the call of one resource becomes that of Alchemy 2.

use std::collections::BTreeMap;

use alch_blocks::{Kind, quote};
use oxc_ast::ast::{
    Argument, ArrayExpressionElement, Expression, ObjectExpression, ObjectProperty,
    ObjectPropertyKind, PropertyKey,
};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};

use super::ids;
use super::json::text;
use super::rewriter::{Declared, Rewriter, size};
use super::rows::consumer_id;
use super::text::{quoted, template, variable};
use super::words::{self, To};
use crate::syntax::source::small;

type Arguments<'a> = oxc_allocator::Vec<'a, Argument<'a>>;

impl Rewriter<'_> {
    pub(super) fn resource_call(
        &mut self,
        declared: Declared<'_>,
        span: Span,
        callee: Span,
        arguments: &Arguments<'_>,
    ) -> Result<(), String> {
        let kind = declared.instance.kind;
        let is_block = declared.declaration.is_block;
        if !is_block {
            self.check_function(kind, callee)?;
            let constructor = kind.spec().alchemy2.constructor;
            self.put(callee.start, callee.end, format!("Cloudflare.{constructor}"));
        }
        let Some(id) = arguments.first() else { return Err("it has no id".to_owned()) };
        self.id(declared, id.span());
        let name = if is_block { None } else { self.name(declared)? };
        let mut call = Call { declared, span, dropped: Vec::new(), retain: None, consumers: None };
        match arguments.get(1).and_then(|one| one.as_expression()) {
            None if arguments.len() < 2 => {
                if let Some((key, text)) = name {
                    self.put(id.span().end, id.span().end, format!(", {{ {key}: {text} }}"));
                }
            }
            Some(Expression::ObjectExpression(options)) => {
                self.options(&mut call, options, name)?
            }
            _ => return Err("its options are not written in place".to_owned()),
        }
        if let Some(retain) = &call.retain {
            self.put(span.end, span.end, format!(".pipe(Alchemy.RemovalPolicy.retain({retain}))"));
        }
        self.consumers(&call)
    }

    /// Functions that make a Worker of something else have counterparts of their own.
    fn check_function(&self, kind: Kind, callee: Span) -> Result<(), String> {
        let written = self.slice(callee);
        let local = written.rsplit('.').next().unwrap_or_default();
        let name = self.bound.imports.get(written).map_or(local, |(_, name)| name.as_str());
        if name == kind.spec().alchemy.function {
            return Ok(());
        }
        Err(format!("there is no rewriting of {}", quote(name)))
    }

    /// The id, as the rows have it.
    fn id(&mut self, declared: Declared<'_>, at: Span) {
        let Some(own) = declared.instance.id.known_text() else { return };
        let id = ids::id(&declared.declaration.scope, &own);
        if id != own {
            self.put(at.start, at.end, quoted(&id));
        }
    }

    /// The option that names it, where the text does not give what is deployed.
    fn name(&self, declared: Declared<'_>) -> Result<Option<(&'static str, String)>, String> {
        let spec = declared.instance.kind.spec();
        if !spec.alchemy2.attribute.is_empty() && declared.instance.kind == Kind::Workflow {
            return Ok(None);
        }
        let key = spec.alchemy2.naming;
        if key.is_empty() {
            return Ok(None);
        }
        let deployed = self.deployed(declared);
        let mut given = BTreeMap::new();
        for (stage, here) in &declared.declaration.stages {
            if let Ok(name) = &here.name {
                given.insert(stage.as_str(), name.name.as_str());
            }
        }
        let is_written = declared.declaration.named().any(|one| !one.parts().is_empty());
        let agrees = deployed.iter().all(|(stage, name)| given.get(stage) == Some(name));
        if is_written && agrees {
            return Ok(None);
        }
        let mut all = given;
        all.extend(deployed);
        if all.is_empty() {
            return Err("its name cannot be told from the text, and it is not deployed".to_owned());
        }
        Ok(Some((key, self.name_by_stage(&all))))
    }

    /// What is deployed, by stage.
    fn deployed(&self, declared: Declared<'_>) -> BTreeMap<&str, &str> {
        let one = declared.declaration;
        let resource = declared.instance.kind.spec().alchemy.resource;
        let name = |row: &'_ super::rows::OldRow| {
            let here = one.stages.get(&row.stage)?;
            let own = here.id.as_deref().or(one.id.as_deref());
            let is_it = row.app == self.stack
                && text(&row.row, "kind") == resource
                && text(&row.row, "id") == own
                && here.scope.as_ref().is_none_or(|scope| *scope == row.scope);
            is_it.then_some(())
        };
        let rows = self.rows.iter().filter(|row| name(row).is_some());
        rows.filter_map(|row| {
            let output = row.row.get("output")?;
            let name = text(output, "name").or_else(|| text(output, "title"))?;
            Some((row.stage.as_str(), name))
        })
        .collect()
    }

    /// `base-stage`, and a condition for each stage that is called otherwise.
    fn name_by_stage(&self, all: &BTreeMap<&str, &str>) -> String {
        let base = |(stage, name): (&&str, &&str)| {
            let base = name.strip_suffix(stage)?.strip_suffix('-')?;
            (!base.is_empty()).then(|| base.to_owned())
        };
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        for base in all.iter().filter_map(base) {
            let count = counted.entry(base).or_default();
            *count = count.saturating_add(1);
        }
        let usual = counted.into_iter().max_by_key(|(_, count)| *count).map(|(base, _)| base);
        let first = all.values().next().copied().unwrap_or_default();
        let usual = usual.unwrap_or_else(|| first.to_owned());
        let mut out = String::new();
        for (stage, name) in all {
            if *name != format!("{usual}-{stage}") {
                let test = format!("{} === {}", self.stage, quoted(stage));
                out.push_str(&format!("{test} ? {} : ", quoted(name)));
            }
        }
        out.push_str(&template(&usual, &self.stage));
        out
    }

    fn options(
        &mut self,
        call: &mut Call<'_>,
        options: &ObjectExpression<'_>,
        name: Option<(&'static str, String)>,
    ) -> Result<(), String> {
        let kind = call.declared.instance.kind;
        let mut joined: BTreeMap<&'static str, Vec<Part>> = BTreeMap::new();
        for option in &options.properties {
            let ObjectPropertyKind::ObjectProperty(option) = option else {
                return Err("its options are spread from another object".to_owned());
            };
            let Some(key) = key_of(option) else {
                return Err("the name of an option is computed".to_owned());
            };
            let is_naming = name.is_some() && kind.spec().alchemy.naming.contains(&key.as_str());
            let mut join = |into, name| {
                let text = self.stage_in(option.value.span());
                joined.entry(into).or_default().push(Part { name, text, at: option.span });
            };
            match words::option(kind, call.declared.declaration.is_block, &key) {
                _ if is_naming => call.dropped.push(option.span),
                None => return Err(format!("its option {} has no known counterpart", quote(&key))),
                Some(To::Compatibility(part)) => join("compatibility", part),
                Some(To::Migrations) => {
                    join("migrations", if key == "migrationsDir" { "dir" } else { "table" });
                }
                Some(to) => self.option(call, option, &key, to)?,
            }
        }
        for (key, parts) in joined {
            self.join(call, key, &parts);
        }
        self.drop_options(options, &call.dropped);
        if let Some((key, text)) = name {
            let is_alone = options.properties.len() == call.dropped.len();
            self.add_option(options, key, &text, is_alone);
        }
        Ok(())
    }

    /// Puts several options of 0.94 into one, where the first of them stands.
    fn join(&mut self, call: &mut Call<'_>, key: &str, parts: &[Part]) {
        let value = match parts {
            [Part { name: "dir", text, .. }] => text.clone(),
            _ => {
                let all = parts.iter().map(|part| format!("{}: {}", part.name, part.text));
                format!("{{ {} }}", all.collect::<Vec<_>>().join(", "))
            }
        };
        let Some((first, others)) = parts.split_first() else { return };
        self.put(first.at.start, first.at.end, format!("{key}: {value}"));
        call.dropped.extend(others.iter().map(|other| other.at));
    }

    fn option(
        &mut self,
        call: &mut Call<'_>,
        option: &ObjectProperty<'_>,
        key: &str,
        to: To,
    ) -> Result<(), String> {
        let value = option.value.span();
        match to {
            To::Same => {}
            To::Named(name) if option.shorthand => {
                self.put(option.span.start, option.span.end, format!("{name}: {key}"));
            }
            To::Named(name) => self.put(option.key.span().start, option.key.span().end, name),
            To::Bindings if option.shorthand => {
                return Err("its bindings are not in place".to_owned());
            }
            To::Bindings => {
                self.put(option.key.span().start, option.key.span().end, "env");
                return self.bindings(&option.value);
            }
            To::Gone | To::Aside(_) => {
                call.dropped.push(option.span);
                if let To::Aside(reason) = to {
                    self.note(option.span.start, key, reason);
                }
                return Ok(());
            }
            To::Retain => {
                call.dropped.push(option.span);
                call.retain = match self.slice(value) {
                    "true" => None,
                    "false" => Some(String::new()),
                    _ => Some(format!("!({})", self.stage_in(value))),
                };
                return Ok(());
            }
            To::EventSources => {
                call.dropped.push(option.span);
                call.consumers = Some(self.sources(&option.value)?);
                return Ok(());
            }
            To::Compatibility(_) | To::Migrations => return Ok(()),
        }
        self.in_options = self.in_options.saturating_add(1);
        self.visit_expression(&option.value);
        self.in_options = self.in_options.saturating_sub(1);
        Ok(())
    }

    /// A text of the program, with the stage as it is called now.
    fn stage_in(&self, at: Span) -> String {
        let text = self.slice(at);
        match &self.app {
            Some(app) => text.replace(&format!("{app}.stage"), &self.stage),
            None => text.to_owned(),
        }
    }

    /// Takes options out, with their commas.
    fn drop_options(&mut self, options: &ObjectExpression<'_>, dropped: &[Span]) {
        let all: Vec<Span> = options.properties.iter().map(GetSpan::span).collect();
        let last_kept = all.iter().rposition(|span| !dropped.contains(span));
        for (at, span) in all.iter().enumerate() {
            let next = all.get(at.saturating_add(1));
            let is_inside = last_kept.is_some_and(|kept| at < kept);
            if let (true, true, Some(next)) = (dropped.contains(span), is_inside, next) {
                self.put(span.start, next.start, "");
            }
        }
        // All that is behind the last one that stays goes at once.
        let start = match last_kept.and_then(|kept| all.get(kept)) {
            Some(kept) if last_kept != all.len().checked_sub(1) => kept.end,
            None if !all.is_empty() => 0,
            _ => return,
        };
        let Some(last) = all.last() else { return };
        let after = self.text.get(size(last.end)..).unwrap_or_default();
        let behind = after.trim_start().strip_prefix(',');
        let comma = if behind.is_some() && last_kept.is_some() { "," } else { "" };
        let more = behind.map_or(0, |rest| after.len().saturating_sub(rest.len()));
        let end = last.end.saturating_add(small(more));
        // White space stays on one side.
        let start = if last_kept.is_none() { options.span.start.saturating_add(1) } else { start };
        self.put(start, end, comma);
    }

    /// Adds an option in front of all others.
    fn add_option(
        &mut self,
        options: &ObjectExpression<'_>,
        key: &str,
        value: &str,
        is_alone: bool,
    ) {
        let at = options.span.start.saturating_add(1);
        let at_end = self.slice(options.span).trim_end_matches('}').ends_with(char::is_whitespace);
        let comma = match (is_alone, at_end) {
            (false, _) => ",",
            (true, true) => "",
            (true, false) => " ",
        };
        self.put(at, at, format!(" {key}: {value}{comma}"));
    }

    /// What a Worker is bound to: secrets have another form, and all else stays.
    fn bindings(&mut self, value: &Expression<'_>) -> Result<(), String> {
        let Expression::ObjectExpression(all) = value else {
            return Err("its bindings are not written in place".to_owned());
        };
        for one in &all.properties {
            let ObjectPropertyKind::ObjectProperty(one) = one else {
                return Err("its bindings are spread from another object".to_owned());
            };
            if let Some(secret) = self.secret(&one.value) {
                self.put(one.value.span().start, one.value.span().end, secret);
                continue;
            }
            self.in_options = self.in_options.saturating_add(1);
            self.visit_expression(&one.value);
            self.in_options = self.in_options.saturating_sub(1);
        }
        Ok(())
    }

    /// `alchemy.secret(process.env.KEY)`, `alchemy.secret.env.KEY` and other secrets.
    fn secret(&mut self, value: &Expression<'_>) -> Option<String> {
        let written = self.slice(value.span());
        let alchemy = self.bound.imports.iter().find(|(_, (module, what))| {
            module == "alchemy" && matches!(what.as_str(), "default" | "alchemy")
        })?;
        let rest = written.strip_prefix(alchemy.0.as_str())?.strip_prefix(".secret")?;
        let inner = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let variable = match inner {
            Some(inner) => inner.trim().trim_end_matches('!').strip_prefix("process.env."),
            None => rest.strip_prefix(".env."),
        };
        let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if let Some(name) = variable.filter(is_name) {
            self.needs.insert("Config");
            return Some(format!("Config.Redacted({})", quoted(name)));
        }
        self.needs.insert("Redacted");
        inner.map(|inner| format!("Redacted.make({inner})"))
    }

    /// The queues that a Worker reads: each with the text of its settings.
    fn sources(&mut self, value: &Expression<'_>) -> Result<Vec<Source>, String> {
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

    /// Consumers are resources of their own in Alchemy 2.
    fn consumers(&mut self, call: &Call<'_>) -> Result<(), String> {
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
            let settings =
                settings.as_ref().map_or(String::new(), |text| format!(", settings: {text}"));
            let text = format!(
                "\n{indent}yield* Cloudflare.Queues.Consumer({id}, {{ queueId: {queue}.queueId, \
                 scriptName: {name}.workerName{settings} }});"
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

/// One call, while its options are read.
struct Call<'d> {
    declared: Declared<'d>,
    span: Span,
    /// The options that go.
    dropped: Vec<Span>,
    /// What `retain` is given.
    retain: Option<String>,
    consumers: Option<Vec<Source>>,
}

/// An option that becomes a part of another one.
struct Part {
    name: &'static str,
    text: String,
    at: Span,
}

/// A queue that a Worker reads.
struct Source {
    /// The variable that holds it.
    name: String,
    id: String,
    settings: Option<String>,
}

fn key_of(option: &ObjectProperty<'_>) -> Option<String> {
    match &option.key {
        PropertyKey::StaticIdentifier(it) => Some(it.name.to_string()),
        PropertyKey::StringLiteral(it) => Some(it.value.to_string()),
        _ => None,
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
