//! The steps that rewrite one call.

use alch_blocks::Kind;

use super::names::Naming;
use super::plan::{Plan, template_base};
use super::rewrite::Step;
use crate::naming::option;
use crate::syntax::facts::{Expr, Key, Prop};
use crate::values::{Value, known};
use crate::version::Version;

const NOT_IN_PLACE: &str = "its options are not written in place";

impl Plan<'_> {
    pub(super) fn steps(&self, naming: &Naming, steps: &mut Vec<Step>) -> Result<(), String> {
        let pins = naming.pins.clone();
        let written = self
            .instance
            .version
            .naming(self.instance.kind)
            .into_iter()
            .filter(|key| *key != "className")
            .find_map(|key| self.prop(key).map(|prop| (key, prop)));
        if let (Some((key, prop)), Some(base)) = (written, &naming.base) {
            // Once it is a block, what it was taken from may have another name in a stage.
            let is_taken = matches!(self.facts.expr(prop.value), Expr::Member(..));
            let replace = naming.replace || is_taken;
            if prop.shorthand {
                let (at, key, text) = (prop.at, key.to_owned(), base.clone());
                if naming.replace {
                    steps.push(Step::Shorthand { at, key, text });
                }
            } else if replace {
                let at = prop.value_at;
                steps.push(if pins.is_empty() && self.can_cut(prop) {
                    Step::CutTemplate { at }
                } else {
                    Step::Value { at, text: base.clone() }
                });
            }
            if !pins.is_empty() {
                steps.push(Step::PinsAfter { at: prop.at, pins });
            }
            return Ok(());
        }
        let key = self.naming_key().to_owned();
        let text = naming.base.clone();
        let Some(options) = self.call.args.get(1) else {
            let end = self.call.args_at.first().map_or(0, |at| at.1);
            steps.push(Step::AddAfter { end, key, text, pins });
            return Ok(());
        };
        let at = self.call.args_at.get(1).copied().unwrap_or_default();
        match self.facts.expr(*options) {
            Expr::Object(props) => {
                let (object, first) = (at, props.first().map(|prop| prop.at));
                // Behind a spread that names it, the new name has to come last.
                let spread = props.iter().any(|prop| matches!(prop.key, Key::Spread));
                if spread && naming.replace {
                    return Err("its name is spread from another object".to_owned());
                }
                steps.push(Step::AddTo { object, first, key, text, pins });
            }
            Expr::Nil | Expr::Spread(_) => return Err(NOT_IN_PLACE.to_owned()),
            // They may be an effect, which cannot be spread.
            _ if self.instance.version == Version::V2 => return Err(NOT_IN_PLACE.to_owned()),
            _ => steps.push(Step::Spread { at, key, text, pins }),
        }
        Ok(())
    }

    /// A block adds the stage to a `dlq` that is text, so that only one that ends in it can stay
    /// what it is.
    pub(super) fn dead_letters(&self) -> Result<Option<Step>, String> {
        let Some(base) = self.dead_letter_base()? else { return Ok(None) };
        let prop = self.prop("dlq").filter(|prop| !prop.shorthand);
        let template =
            prop.filter(|prop| matches!(self.facts.expr(prop.value), Expr::Template(..)));
        match template {
            Some(prop) => Ok(Some(Step::Value { at: prop.value_at, text: base })),
            None => Err("its `dlq` is not written in place: pass the queue itself".to_owned()),
        }
    }

    pub(super) fn dead_letter_base(&self) -> Result<Option<String>, String> {
        let value = option(self.instance, "dlq");
        if self.instance.kind != Kind::Queue {
            return Ok(None);
        }
        match &value {
            Value::Text(parts) if known(parts).is_some() => {
                Err("its `dlq` is the same in every stage, and a block would add the stage: pass \
                     the queue itself"
                    .to_owned())
            }
            Value::Text(parts) => template_base(parts)
                .map(Some)
                .map_err(|_| "its `dlq` cannot be kept: pass the queue itself".to_owned()),
            Value::Unknown(_) | Value::OneOf(_) => {
                Err("the text does not show its `dlq`".to_owned())
            }
            _ => Ok(None),
        }
    }

    fn prop(&self, key: &str) -> Option<&Prop> {
        let Expr::Object(props) = self.facts.expr(*self.call.args.get(1)?) else { return None };
        let named = |prop: &&Prop| matches!(&prop.key, Key::Name(name) if name == key);
        props.iter().rev().find(named)
    }

    /// Whether the value is a template of more than a text and the stage, `-${…stage}` at its end.
    fn can_cut(&self, prop: &Prop) -> bool {
        let Expr::Template(texts, values) = self.facts.expr(prop.value) else { return false };
        let [.., before, last] = texts.as_slice() else { return false };
        let stage = values.last().is_some_and(|value| match self.facts.expr(*value) {
            Expr::Member(_, key) => key == "stage",
            Expr::Name(name) => name == "stage",
            _ => false,
        });
        values.len() > 1 && stage && last.is_empty() && before.ends_with('-')
    }
}
