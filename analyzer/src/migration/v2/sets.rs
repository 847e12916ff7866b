//! `createBlocks`, which Alchemy 2 has as well.

use alch_blocks::quote;
use oxc_ast::ast::{
    CallExpression, Expression, ObjectExpression, ObjectProperty, ObjectPropertyKind,
};
use oxc_ast_visit::Visit;
use oxc_span::Span;

use super::calls::key_of;
use super::rewriter::Rewriter;

const BLOCKS: &str = "createBlocks";
/// The options that both have, with the same meaning.
const KEPT: &[&str] = &["prefix", "protect", "bare", "previewDomain"];
/// What the old program lets go, by ids that mean something else in the new one.
const CONSENT: &[&str] = &["release", "deleteClasses"];
const LETS_GO: &str = "nothing is let go any more: write what may go into `guarded(localState(), { release: […] })`, \
                       classes by the keys of their bindings";

impl Rewriter<'_> {
    /// Whether a call is one of `createBlocks`, which stays with the options that Alchemy 2 has.
    pub(super) fn set_of_blocks<'a>(&mut self, it: &CallExpression<'a>) -> bool
    where
        Self: Visit<'a>,
    {
        if !self.is_create_blocks(&it.callee) {
            return false;
        }
        let done = match it.arguments.first().map(|one| one.as_expression()) {
            None => Ok(()),
            Some(Some(Expression::ObjectExpression(options))) => self.set_options(options),
            Some(_) => Err("its options are not written in place".to_owned()),
        };
        if let Err(reason) = done {
            self.leave(it.span.start, BLOCKS.to_owned(), reason);
        }
        true
    }

    /// By its own name, or as `blocks.createBlocks` of a namespace.
    fn is_create_blocks(&self, callee: &Expression<'_>) -> bool {
        let of = |name: &str| {
            self.bound.imports.get(name).map(|(from, what)| (from.as_str(), what.as_str()))
        };
        match callee {
            Expression::Identifier(it) => of(it.name.as_str()) == Some(("@alch/blocks", BLOCKS)),
            Expression::StaticMemberExpression(it) => match &it.object {
                Expression::Identifier(object) => {
                    it.property.name == BLOCKS
                        && of(object.name.as_str()) == Some(("@alch/blocks", "*"))
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn set_options<'a>(&mut self, options: &ObjectExpression<'a>) -> Result<(), String>
    where
        Self: Visit<'a>,
    {
        let mut all: Vec<(String, &ObjectProperty<'a>)> = Vec::new();
        for option in &options.properties {
            let ObjectPropertyKind::ObjectProperty(option) = option else {
                return Err("its options are spread from another object".to_owned());
            };
            let key = key_of(option).ok_or("the name of an option is computed")?;
            if !KEPT.contains(&key.as_str()) && !CONSENT.contains(&key.as_str()) {
                return Err(format!("its option {} has no counterpart", quote(&key)));
            }
            all.push((key, option));
        }
        let is_left = |key: &str| !CONSENT.contains(&key);
        if all.iter().any(|(key, _)| !is_left(key)) {
            self.note(options.span.start, "release", LETS_GO);
        }
        let dropped: Vec<Span> =
            all.iter().filter(|(key, _)| !is_left(key)).map(|(_, option)| option.span).collect();
        self.drop_options(options, &dropped);
        for (_, option) in all.iter().filter(|(key, _)| is_left(key)) {
            self.visit_expression(&option.value);
        }
        Ok(())
    }
}
