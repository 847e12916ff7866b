//! The hostnames and routes in the options of a Worker.

use oxc_ast::ast::{ArrayExpression, ObjectPropertyKind};
use oxc_ast::ast::{ArrayExpressionElement, Expression, ObjectExpression, ObjectProperty};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;

use super::calls::{Call, key_of};
use super::rewriter::Rewriter;

const LIST: &str = "its hostnames are not written as a list in place";
const MORE: &str = "one of its hostnames has options of its own";
/// What both Alchemys take of a route.
const OF_ROUTE: [&str; 2] = ["pattern", "zoneId"];

impl Rewriter<'_> {
    /// Alchemy 2 has one hostname, and others as its aliases.
    pub(super) fn domains(
        &mut self,
        call: &mut Call<'_>,
        option: &ObjectProperty<'_>,
    ) -> Result<(), String> {
        let hosts = elements(&option.value)?;
        if hosts.iter().any(|host| matches!(host, Expression::ObjectExpression(_))) {
            return Err(MORE.to_owned());
        }
        let texts: Vec<String> = hosts.iter().map(|host| self.stage_in(host.span())).collect();
        let domain = match texts.as_slice() {
            [] => {
                call.dropped.push(option.span);
                return Ok(());
            }
            [only] => only.clone(),
            [first, others @ ..] => {
                format!("{{ name: {first}, aliases: [{}] }}", others.join(", "))
            }
        };
        self.put(option.span.start, option.span.end, format!("domain: {domain}"));
        Ok(())
    }

    pub(super) fn routes<'a>(&mut self, value: &Expression<'a>) -> Result<(), String>
    where
        Self: Visit<'a>,
    {
        let routes = elements(value)?;
        let is_more = |route: &&Expression<'_>| match route {
            Expression::ObjectExpression(it) => !is_plain(it),
            _ => false,
        };
        if routes.iter().any(is_more) {
            return Err(MORE.to_owned());
        }
        for route in routes {
            let span = route.span();
            let is_object = matches!(route, Expression::ObjectExpression(_));
            if !is_object {
                self.put(span.start, span.start, "{ pattern: ");
            }
            self.visit_expression(route);
            if !is_object {
                self.put(span.end, span.end, " }");
            }
        }
        Ok(())
    }
}

fn elements<'e, 'a>(value: &'e Expression<'a>) -> Result<Vec<&'e Expression<'a>>, String> {
    let Expression::ArrayExpression(list) = value else { return Err(LIST.to_owned()) };
    let list: &ArrayExpression<'a> = list;
    let all: Option<Vec<_>> =
        list.elements.iter().map(ArrayExpressionElement::as_expression).collect();
    all.ok_or_else(|| LIST.to_owned())
}

fn is_plain(route: &ObjectExpression<'_>) -> bool {
    route.properties.iter().all(|property| match property {
        ObjectPropertyKind::ObjectProperty(it) => {
            key_of(it).is_some_and(|key| OF_ROUTE.contains(&key.as_str()))
        }
        ObjectPropertyKind::SpreadProperty(_) => false,
    })
}
