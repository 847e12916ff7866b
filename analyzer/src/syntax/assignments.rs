//! Assignments: to a variable, to a member of one, and to several at once.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, Expression, IdentifierReference, MemberExpression,
    SimpleAssignmentTarget, UnaryExpression, UpdateExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_syntax::operator::AssignmentOperator;

use super::expressions::unwrapped;
use super::facts::{Expr, ExprId};
use super::lower::Lower;

impl Lower<'_> {
    /// The assignment of a member.
    fn put(&mut self, member: &MemberExpression<'_>, value: ExprId) -> Option<Expr> {
        let object = match member {
            MemberExpression::PrivateFieldExpression(_) => return None,
            member => self.expr(member.object()),
        };
        let key = match member {
            MemberExpression::StaticMemberExpression(member) => {
                self.add(Expr::Text(member.property.name.to_string()))
            }
            MemberExpression::ComputedMemberExpression(member) => self.expr(&member.expression),
            MemberExpression::PrivateFieldExpression(_) => return None,
        };
        Some(Expr::Put(object, key, value))
    }

    /// `i++` and its relatives: numbers are not counted.
    pub(super) fn update(&mut self, it: &UpdateExpression<'_>) -> Expr {
        let counted = self.add(Expr::Other(Vec::new()));
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(id) = &it.argument {
            return Expr::Assign(id.name.to_string(), counted);
        }
        let member = it.argument.as_member_expression();
        member.and_then(|member| self.put(member, counted)).unwrap_or_else(|| {
            Expr::Other(self.inside(|it_| walk::walk_simple_assignment_target(it_, &it.argument)))
        })
    }

    pub(super) fn assignment(&mut self, it: &AssignmentExpression<'_>) -> Expr {
        let value = self.expr(&it.right);
        let AssignmentTarget::AssignmentTargetIdentifier(id) = &it.left else {
            return self.assign_inside(it, value);
        };
        let name = id.name.to_string();
        match it.operator {
            AssignmentOperator::Assign => Expr::Assign(name, value),
            AssignmentOperator::LogicalNullish => {
                let old = self.add(Expr::Name(name.clone()));
                let new = self.add(Expr::Default(old, value));
                Expr::Assign(name, new)
            }
            AssignmentOperator::LogicalOr => {
                let old = self.add(Expr::Name(name.clone()));
                let new = self.add(Expr::Or(old, value));
                Expr::Assign(name, new)
            }
            AssignmentOperator::Addition => {
                let old = self.add(Expr::Name(name.clone()));
                let new = self.add(Expr::Sum(vec![old, value]));
                Expr::Assign(name, new)
            }
            _ => {
                let new = self.add(Expr::Other(vec![value]));
                Expr::Assign(name, new)
            }
        }
    }

    /// `delete object.key`.
    pub(super) fn deletion(&mut self, it: &UnaryExpression<'_>) -> Expr {
        let member = match unwrapped(&it.argument) {
            Expression::ChainExpression(chain) => chain.expression.as_member_expression(),
            other => other.as_member_expression(),
        };
        let nil = self.add(Expr::Nil);
        member
            .and_then(|member| self.put(member, nil))
            .unwrap_or_else(|| Expr::Other(vec![self.expr(&it.argument)]))
    }

    /// An assignment to something else than a variable.
    fn assign_inside(&mut self, it: &AssignmentExpression<'_>, value: ExprId) -> Expr {
        if let Some(member) = it.left.as_member_expression() {
            let value = match it.operator {
                AssignmentOperator::Assign => value,
                _ => self.add(Expr::Other(vec![value])),
            };
            if let Some(put) = self.put(member, value) {
                return put;
            }
        }
        // Which part of the value each variable gets is not followed.
        let mut targets = Targets { lower: self, parts: vec![value] };
        targets.visit_assignment_target(&it.left);
        Expr::Other(targets.parts)
    }
}

/// Makes unknown what a pattern assigns.
struct Targets<'l, 't> {
    lower: &'l mut Lower<'t>,
    parts: Vec<ExprId>,
}

impl Targets<'_, '_> {
    fn assign(&mut self, assign: impl FnOnce(&mut Lower<'_>, ExprId) -> Option<Expr>) {
        let unknown = self.lower.add(Expr::Other(Vec::new()));
        if let Some(expr) = assign(self.lower, unknown) {
            self.parts.push(self.lower.add(expr));
        }
    }
}

impl<'a> Visit<'a> for Targets<'_, '_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.assign(|_, unknown| Some(Expr::Assign(it.name.to_string(), unknown)));
    }

    fn visit_member_expression(&mut self, it: &MemberExpression<'a>) {
        self.assign(|lower, unknown| lower.put(it, unknown));
    }

    fn visit_expression(&mut self, it: &Expression<'a>) {
        let value = self.lower.expr(it);
        self.parts.push(value);
    }
}
