//! How the call of one resource becomes that of Alchemy 2.

use std::collections::BTreeMap;

use alch_blocks::{Kind, quote};
use oxc_ast::ast::{
    Argument, Expression, ObjectExpression, ObjectProperty, ObjectPropertyKind, PropertyKey,
};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};

use super::consumers::Source;
use super::ids;
use super::rewriter::{Declared, Rewriter, size};
use super::text::quoted;
use super::words::{self, To};
use crate::syntax::source::small;

const COMPATIBILITY: &str = "compatibility";
const DATE: &str = "date";

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
        if !kind.spec().alchemy2.converts {
            return Err(format!("it is a {kind}: declare it under its name, and adopt it"));
        }
        if declared.several {
            return Err("it declares several resources: declare each by itself".to_owned());
        }
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
                let named = name.clone();
                self.options(&mut call, options, name).map_err(|reason| by_hand(&reason, named))?
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
                Some(To::Compatibility(part)) => join(COMPATIBILITY, part),
                Some(To::Migrations) => {
                    join("migrations", if key == "migrationsDir" { "dir" } else { "table" });
                }
                Some(to) => self.option(call, option, &key, to)?,
            }
        }
        let mut added: Vec<(&str, String)> = name.into_iter().collect();
        added.extend(self.date(call, &mut joined));
        for (key, parts) in joined {
            self.join(call, key, &parts);
        }
        self.drop_options(options, &call.dropped);
        self.add_options(options, &added, options.properties.len() == call.dropped.len());
        Ok(())
    }

    /// The date of `compatibility`, where the program does not say it.
    fn date(
        &mut self,
        call: &Call<'_>,
        joined: &mut BTreeMap<&'static str, Vec<Part>>,
    ) -> Option<(&'static str, String)> {
        let given = joined.get_mut(COMPATIBILITY);
        let is_given = given.as_ref().is_some_and(|all| all.iter().any(|one| one.name == DATE));
        if call.declared.instance.kind != Kind::Worker || is_given {
            return None;
        }
        let Some(date) = self.compatible_with(call.declared) else {
            let reason = "without it, each Alchemy takes a date of its own";
            self.note(call.span.start, "compatibilityDate", reason);
            return None;
        };
        let text = quoted(date);
        match given {
            Some(all) => {
                let at = all.first()?.at;
                all.insert(0, Part { name: DATE, text, at });
                None
            }
            None => Some((COMPATIBILITY, format!("{{ {DATE}: {text} }}"))),
        }
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
        let moved = others.iter().map(|other| other.at).filter(|at| *at != first.at);
        call.dropped.extend(moved);
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
            To::Origin if option.shorthand => {
                return Err("its `origin` is not written in place".to_owned());
            }
            To::Origin => return self.origin(&option.value),
            To::Parts(names) => return self.parts(&option.value, names),
            To::Domains => return self.domains(call, option),
            To::Routes => return self.routes(&option.value),
            To::DeadLetters => {
                call.dropped.push(option.span);
                return self.dead_letters(call, &option.value);
            }
            To::Compatibility(_) | To::Migrations => return Ok(()),
        }
        self.in_options = self.in_options.saturating_add(1);
        self.visit_expression(&option.value);
        self.in_options = self.in_options.saturating_sub(1);
        Ok(())
    }

    /// A text of the program, with the stage as it is called now.
    pub(super) fn stage_in(&self, at: Span) -> String {
        let text = self.slice(at);
        match &self.app {
            Some(app) => text.replace(&format!("{app}.stage"), &self.stage),
            None => text.to_owned(),
        }
    }

    /// Takes options out, with their commas.
    pub(super) fn drop_options(&mut self, options: &ObjectExpression<'_>, dropped: &[Span]) {
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

    /// Adds options in front of all others, or as the only ones.
    fn add_options(
        &mut self,
        options: &ObjectExpression<'_>,
        added: &[(&str, String)],
        is_alone: bool,
    ) {
        if added.is_empty() {
            return;
        }
        let all: Vec<String> = added.iter().map(|(key, text)| format!("{key}: {text}")).collect();
        let at_end = self.slice(options.span).trim_end_matches('}').ends_with(char::is_whitespace);
        let end = match (is_alone, at_end) {
            (false, _) => ",",
            (true, true) => "",
            (true, false) => " ",
        };
        let at = options.span.start.saturating_add(1);
        self.put(at, at, format!(" {}{end}", all.join(", ")));
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
    pub(super) fn secret(&mut self, value: &Expression<'_>) -> Option<String> {
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
}

/// One call, while its options are read.
pub(super) struct Call<'d> {
    pub declared: Declared<'d>,
    pub span: Span,
    /// The options that go.
    pub dropped: Vec<Span>,
    /// What `retain` is given.
    retain: Option<String>,
    pub consumers: Option<Vec<Source>>,
}

/// An option that becomes a part of another one.
struct Part {
    name: &'static str,
    text: String,
    at: Span,
}

pub(super) fn key_of(option: &ObjectProperty<'_>) -> Option<String> {
    match &option.key {
        PropertyKey::StaticIdentifier(it) => Some(it.name.to_string()),
        PropertyKey::StringLiteral(it) => Some(it.value.to_string()),
        _ => None,
    }
}

/// What a call needs that is rewritten by hand: without a name, Alchemy 2 would give it another one.
fn by_hand(reason: &str, name: Option<(&'static str, String)>) -> String {
    match name {
        Some((key, text)) => format!("{reason}: by hand, give it `{key}: {text}`"),
        None => reason.to_owned(),
    }
}
