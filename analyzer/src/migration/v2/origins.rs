//! The origin of a Hyperdrive configuration: Alchemy 2 takes its parts, and the password as a secret.

use alch_blocks::quote;
use oxc_ast::ast::{Expression, ObjectProperty, ObjectPropertyKind};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;

use super::calls::key_of;
use super::rewriter::Rewriter;

const NOT_IN_PLACE: &str = "Alchemy 2 takes its `origin` in parts, and no connection string";
const PASSWORD: &str = "its password is not written in place, and Alchemy 2 takes it as a secret";

impl Rewriter<'_> {
    pub(super) fn origin(&mut self, value: &Expression<'_>) -> Result<(), String> {
        let Expression::ObjectExpression(parts) = value else {
            return Err(NOT_IN_PLACE.to_owned());
        };
        let mut has_scheme = false;
        for part in &parts.properties {
            let ObjectPropertyKind::ObjectProperty(part) = part else {
                return Err(NOT_IN_PLACE.to_owned());
            };
            match key_of(part).as_deref() {
                Some("password") => self.password(part)?,
                Some(key @ ("scheme" | "host" | "port" | "database" | "user")) => {
                    has_scheme |= key == "scheme";
                    self.visit_expression(&part.value);
                }
                Some(key) => {
                    return Err(format!("its `origin` has {}, which is not rewritten", quote(key)));
                }
                None => return Err(NOT_IN_PLACE.to_owned()),
            }
        }
        if !has_scheme {
            let at = value.span().start.saturating_add(1);
            self.put(at, at, " scheme: \"postgres\",");
        }
        Ok(())
    }

    fn password(&mut self, part: &ObjectProperty<'_>) -> Result<(), String> {
        let at = part.value.span();
        if part.shorthand {
            return Err(PASSWORD.to_owned());
        }
        let text = match &part.value {
            Expression::StringLiteral(_) => {
                self.needs.insert("Redacted");
                format!("Redacted.make({})", self.slice(at))
            }
            value => match self.secret(value).or_else(|| self.variable(value)) {
                // It is known only while the program runs, and a nested function cannot wait for it.
                Some(_) if self.is_nested() => return Err(PASSWORD.to_owned()),
                Some(config) if config.starts_with("Config.") => format!("yield* {config}"),
                Some(made) => made,
                None => return Err(PASSWORD.to_owned()),
            },
        };
        self.put(at.start, at.end, text);
        Ok(())
    }

    /// `process.env.KEY`, as a secret.
    fn variable(&mut self, value: &Expression<'_>) -> Option<String> {
        let name = self.slice(value.span()).trim_end_matches('!').strip_prefix("process.env.")?;
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        is_name.then(|| {
            self.needs.insert("Config");
            format!("Config.Redacted(\"{name}\")")
        })
    }

    /// Gives the parts of an option the names that they have in Alchemy 2.
    pub(super) fn parts(
        &mut self,
        value: &Expression<'_>,
        names: &[(&str, &str)],
    ) -> Result<(), String> {
        let not_in_place = || "the parts of an option are not written in place".to_owned();
        let Expression::ObjectExpression(parts) = value else { return Err(not_in_place()) };
        for part in &parts.properties {
            let ObjectPropertyKind::ObjectProperty(part) = part else { return Err(not_in_place()) };
            let key = key_of(part).ok_or_else(not_in_place)?;
            let name = names.iter().find(|(old, _)| *old == key).map(|(_, name)| *name);
            let name = name.ok_or_else(|| format!("{} is not rewritten", quote(&key)))?;
            match part.shorthand {
                true if name != key => {
                    self.put(part.span.start, part.span.end, format!("{name}: {key}"));
                }
                true => {}
                false => {
                    self.put(part.key.span().start, part.key.span().end, name);
                    self.visit_expression(&part.value);
                }
            }
        }
        Ok(())
    }
}
