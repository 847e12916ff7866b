//! Functions and patterns.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BindingPattern, ForStatementLeft, FormalParameters,
    Function as FunctionNode, FunctionBody,
};
use oxc_span::GetSpan;

use super::facts::{BlockId, FuncId, Function, Pattern, Stmt};
use super::lower::Lower;

impl Lower<'_> {
    pub(super) fn function(&mut self, it: &FunctionNode<'_>) -> Option<FuncId> {
        let body = it.body.as_ref()?;
        let params = self.params(&it.params);
        let body = self.function_body(body);
        let at = self.at(it.span);
        Some(self.add_function(Function { params, body, at }))
    }

    pub(super) fn function_body(&mut self, body: &FunctionBody<'_>) -> BlockId {
        let inside = self.statements(&body.statements);
        self.add_block(inside)
    }

    pub(super) fn arrow(&mut self, it: &ArrowFunctionExpression<'_>) -> FuncId {
        let params = self.params(&it.params);
        let body = match &it.body {
            ArrowFunctionBody::FunctionBody(body) => self.function_body(body),
            other => {
                let value = other.as_expression().map(|value| self.expr(value));
                self.add_block(vec![Stmt::Return(value)])
            }
        };
        let at = self.at(it.span);
        self.add_function(Function { params, body, at })
    }

    pub(super) fn params(&mut self, params: &FormalParameters<'_>) -> Vec<Pattern> {
        let mut out = Vec::new();
        for item in &params.items {
            let pattern = self.pattern(&item.pattern);
            out.push(match &item.initializer {
                None => pattern,
                Some(value) => Pattern::Or(Box::new(pattern), self.expr(value)),
            });
        }
        if let Some(rest) = &params.rest {
            let pattern = self.pattern(&rest.rest.argument);
            out.push(Pattern::Rest(Box::new(pattern)));
        }
        out
    }

    pub(super) fn pattern(&mut self, pattern: &BindingPattern<'_>) -> Pattern {
        if !self.enter(pattern.span()) {
            return Pattern::Skip;
        }
        let lowered = match pattern {
            BindingPattern::BindingIdentifier(id) => Pattern::Name(id.name.to_string()),
            BindingPattern::AssignmentPattern(it) => {
                let left = self.pattern(&it.left);
                Pattern::Or(Box::new(left), self.expr(&it.right))
            }
            BindingPattern::ArrayPattern(it) => {
                let mut parts = Vec::new();
                for element in &it.elements {
                    parts.push(match element {
                        None => Pattern::Skip,
                        Some(element) => self.pattern(element),
                    });
                }
                if let Some(rest) = &it.rest {
                    let rest = self.pattern(&rest.argument);
                    parts.push(Pattern::Rest(Box::new(rest)));
                }
                Pattern::Array(parts)
            }
            BindingPattern::ObjectPattern(it) => {
                let mut parts = Vec::new();
                for property in &it.properties {
                    let key = property.key.static_name().map(std::borrow::Cow::into_owned);
                    let value = self.pattern(&property.value);
                    parts.push((key, value));
                }
                let rest = it.rest.as_ref().and_then(|rest| match &rest.argument {
                    BindingPattern::BindingIdentifier(id) => Some(id.name.to_string()),
                    _ => None,
                });
                Pattern::Object(parts, rest)
            }
        };
        self.leave();
        lowered
    }

    pub(super) fn left(&mut self, left: &ForStatementLeft<'_>) -> Pattern {
        match left {
            ForStatementLeft::VariableDeclaration(it) => {
                it.declarations.first().map_or(Pattern::Skip, |one| self.pattern(&one.id))
            }
            _ => Pattern::Skip,
        }
    }
}
