//! Assignments: to a variable, to a member of one, and to several at once.

use std::collections::BTreeSet;

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, Expression, IdentifierReference, MemberExpression,
    SimpleAssignmentTarget, UnaryExpression, UpdateExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_syntax::operator::AssignmentOperator;

use super::facts::{Expr, ExprId};
use super::lower::Lower;

impl Lower<'_> {
    /// The assignment of a member of a variable.
    fn put(&mut self, member: &MemberExpression<'_>, value: ExprId) -> Option<Expr> {
        let mut object = member.object().get_inner_expression();
        let key = match (object, member) {
            (Expression::Identifier(_), MemberExpression::StaticMemberExpression(member)) => {
                Some(self.add(Expr::Text(member.property.name.to_string())))
            }
            (Expression::Identifier(_), MemberExpression::ComputedMemberExpression(member)) => {
                Some(self.expr(&member.expression))
            }
            _ => None,
        };
        while let Some(member) = object.as_member_expression() {
            object = member.object().get_inner_expression();
        }
        let Expression::Identifier(id) = object else { return None };
        Some(Expr::Put(id.name.to_string(), key, value))
    }

    /// `i++` and its relatives: numbers are not counted.
    pub(super) fn update(&mut self, it: &UpdateExpression<'_>) -> Expr {
        let SimpleAssignmentTarget::AssignmentTargetIdentifier(id) = &it.argument else {
            return Expr::Other(
                self.inside(|it_| walk::walk_simple_assignment_target(it_, &it.argument)),
            );
        };
        let counted = self.add(Expr::Other(Vec::new()));
        Expr::Assign(id.name.to_string(), counted)
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

    /// `delete name.key`.
    pub(super) fn deletion(&mut self, it: &UnaryExpression<'_>, value: ExprId) -> Expr {
        let nil = self.add(Expr::Nil);
        let member = it.argument.get_inner_expression().as_member_expression();
        member.and_then(|member| self.put(member, nil)).unwrap_or(Expr::Other(vec![value]))
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
        let mut parts = self.inside(|it_| walk::walk_assignment_target(it_, &it.left));
        parts.push(value);
        // Which part of the value each variable gets is not followed.
        let mut names = Names::default();
        names.visit_assignment_target(&it.left);
        for name in names.0 {
            let unknown = self.add(Expr::Other(Vec::new()));
            parts.push(self.add(Expr::Assign(name, unknown)));
        }
        Expr::Other(parts)
    }
}

/// The variables that a pattern names.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'a> Visit<'a> for Names {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.0.insert(it.name.to_string());
    }
}
