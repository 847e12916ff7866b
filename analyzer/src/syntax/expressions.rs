//! Expressions.

use oxc_ast::ast::{
    Argument, ArrayExpression, ArrayExpressionElement, BinaryExpression, ChainElement, Expression,
    MemberExpression, ObjectPropertyKind, PropertyKey, TaggedTemplateExpression, TemplateLiteral,
    UnaryExpression,
};
use oxc_ast_visit::walk;
use oxc_span::{GetSpan, Span};
use oxc_syntax::operator::{BinaryOperator, LogicalOperator, UnaryOperator};

use super::facts::{Call, Expr, ExprId, Key, Prop};
use super::lower::Lower;

impl Lower<'_> {
    pub(super) fn expr(&mut self, expression: &Expression<'_>) -> ExprId {
        let expression = unwrapped(expression);
        if !self.enter(expression.span()) {
            return self.add(Expr::Other(Vec::new()));
        }
        let lowered = self.expr_inside(expression);
        self.leave();
        self.add(lowered)
    }

    pub(super) fn expr_inside(&mut self, expression: &Expression<'_>) -> Expr {
        match expression {
            Expression::NullLiteral(_) => Expr::Nil,
            Expression::BooleanLiteral(it) => Expr::Bool(it.value),
            Expression::NumericLiteral(it) => Expr::Text(number(it.value)),
            Expression::StringLiteral(it) if !it.lone_surrogates => {
                Expr::Text(it.value.to_string())
            }
            Expression::TemplateLiteral(it) => self.template(it),
            Expression::RegExpLiteral(it) => {
                Expr::Regex(format!("{}/{}", it.regex.flags, it.regex.pattern.text))
            }
            Expression::ThisExpression(_) => Expr::Name("this".to_owned()),
            Expression::Identifier(it) if it.name == "undefined" => Expr::Nil,
            Expression::Identifier(it) => Expr::Name(it.name.to_string()),
            Expression::BinaryExpression(it) => self.binary(it),
            Expression::LogicalExpression(it) => {
                let (left, right) = (self.expr(&it.left), self.expr(&it.right));
                match it.operator {
                    LogicalOperator::And => Expr::And(left, right),
                    LogicalOperator::Or => Expr::Or(left, right),
                    LogicalOperator::Coalesce => Expr::Default(left, right),
                }
            }
            Expression::UnaryExpression(it) if negative(it).is_some() => {
                Expr::Text(negative(it).unwrap_or_default())
            }
            Expression::UnaryExpression(it) if it.operator == UnaryOperator::Delete => {
                self.deletion(it)
            }
            Expression::UnaryExpression(it) => {
                let value = self.expr(&it.argument);
                match it.operator {
                    UnaryOperator::LogicalNot => Expr::Not(value),
                    UnaryOperator::Void => Expr::Nil,
                    _ => Expr::Other(vec![value]),
                }
            }
            Expression::ConditionalExpression(it) => {
                let test = self.expr(&it.test);
                let yes = self.expr(&it.consequent);
                Expr::Choice(test, yes, self.expr(&it.alternate))
            }
            Expression::SequenceExpression(it) => {
                let parts: Vec<_> = it.expressions.iter().map(|one| self.expr(one)).collect();
                Expr::Other(parts)
            }
            Expression::ArrowFunctionExpression(it) => Expr::Func(self.arrow(it)),
            Expression::FunctionExpression(it) => {
                self.function(it).map_or_else(|| Expr::Other(Vec::new()), Expr::Func)
            }
            other => self.compound(other),
        }
    }

    /// What is made of other expressions: lists, calls, members.
    fn compound(&mut self, expression: &Expression<'_>) -> Expr {
        match expression {
            Expression::ObjectExpression(it) => {
                Expr::Object(it.properties.iter().map(|one| self.property(one)).collect())
            }
            Expression::ArrayExpression(it) => self.array(it),
            Expression::AssignmentExpression(it) => self.assignment(it),
            Expression::UpdateExpression(it) => self.update(it),
            Expression::CallExpression(it) => {
                let at = it.span;
                self.call(&it.callee, &it.arguments, at, false)
            }
            Expression::NewExpression(it) => {
                let at = it.span;
                self.call(&it.callee, &it.arguments, at, true)
            }
            Expression::ChainExpression(it) => match &it.expression {
                ChainElement::CallExpression(call) => {
                    self.call(&call.callee, &call.arguments, call.span, false)
                }
                other => match other.as_member_expression() {
                    None => Expr::Other(Vec::new()),
                    Some(member) => self.member(member),
                },
            },
            Expression::TaggedTemplateExpression(it) => self.tagged(it),
            Expression::ImportExpression(it) => match it.source.get_inner_expression() {
                Expression::StringLiteral(source) => {
                    let source = source.value.to_string();
                    self.names(&source);
                    Expr::Module(source)
                }
                other => Expr::Other(vec![self.expr(other)]),
            },
            Expression::ImportMeta(_) => Expr::Meta,
            Expression::ClassExpression(it) => self.class(it),
            Expression::YieldExpression(it) if it.delegate => match &it.argument {
                None => Expr::Other(Vec::new()),
                Some(value) => Expr::Yield(self.expr(value), self.at(it.span)),
            },
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => {
                    Expr::Other(self.inside(|collector| walk::walk_expression(collector, other)))
                }
            },
        }
    }

    /// A call with the texts, of which nothing is kept, and the values between them.
    fn tagged(&mut self, it: &TaggedTemplateExpression<'_>) -> Expr {
        let callee_at = self.at(it.tag.get_inner_expression().span());
        let callee = self.expr(&it.tag);
        let (mut args, mut args_at) = (vec![self.add(Expr::Other(Vec::new()))], vec![callee_at]);
        for value in &it.quasi.expressions {
            args_at.push(self.at(value.span()));
            args.push(self.expr(value));
        }
        let at = self.at(it.span);
        Expr::Call(Box::new(Call { callee, args, at, callee_at, args_at, new: false }))
    }

    fn array(&mut self, it: &ArrayExpression<'_>) -> Expr {
        let mut parts = Vec::new();
        for element in &it.elements {
            parts.push(match element {
                ArrayExpressionElement::SpreadElement(it) => {
                    let value = self.expr(&it.argument);
                    self.add(Expr::Spread(value))
                }
                other => match other.as_expression() {
                    None => self.add(Expr::Nil),
                    Some(value) => self.expr(value),
                },
            });
        }
        Expr::Array(parts)
    }

    pub(super) fn template(&mut self, it: &TemplateLiteral<'_>) -> Expr {
        let mut texts = Vec::new();
        for quasi in &it.quasis {
            match &quasi.value.cooked {
                Some(cooked) if !quasi.lone_surrogates => texts.push(cooked.to_string()),
                _ => return Expr::Other(it.expressions.iter().map(|one| self.expr(one)).collect()),
            }
        }
        let values: Vec<_> = it.expressions.iter().map(|one| self.expr(one)).collect();
        match texts.pop() {
            Some(text) if values.is_empty() => Expr::Text(text),
            last => {
                texts.extend(last);
                Expr::Template(texts, values)
            }
        }
    }

    pub(super) fn binary(&mut self, it: &BinaryExpression<'_>) -> Expr {
        match it.operator {
            BinaryOperator::Addition => {
                // A long sum leans to the left: walk down instead of going deep.
                let mut parts = Vec::new();
                let mut left = it;
                loop {
                    parts.push(self.expr(&left.right));
                    match left.left.get_inner_expression() {
                        Expression::BinaryExpression(next)
                            if next.operator == BinaryOperator::Addition =>
                        {
                            left = next;
                        }
                        other => {
                            parts.push(self.expr(other));
                            break;
                        }
                    }
                }
                parts.reverse();
                Expr::Sum(parts)
            }
            BinaryOperator::Equality | BinaryOperator::StrictEquality => {
                Expr::Equal(self.expr(&it.left), self.expr(&it.right), false)
            }
            BinaryOperator::Inequality | BinaryOperator::StrictInequality => {
                Expr::Equal(self.expr(&it.left), self.expr(&it.right), true)
            }
            BinaryOperator::In => Expr::In(self.expr(&it.left), self.expr(&it.right)),
            _ => Expr::Other(vec![self.expr(&it.left), self.expr(&it.right)]),
        }
    }

    pub(super) fn property(&mut self, property: &ObjectPropertyKind<'_>) -> Prop {
        match property {
            ObjectPropertyKind::SpreadProperty(it) => {
                let (at, value_at) = (self.at(it.span), self.at(it.argument.span()));
                let value = self.expr(&it.argument);
                Prop { key: Key::Spread, value, at, value_at, shorthand: false }
            }
            ObjectPropertyKind::ObjectProperty(it) => {
                let key = match (it.key.static_name(), &it.key) {
                    (Some(name), _) => Key::Name(name.into_owned()),
                    (None, PropertyKey::PrivateIdentifier(_)) => Key::Name(String::new()),
                    (None, other) => match other.as_expression() {
                        None => Key::Name(String::new()),
                        Some(value) => Key::Computed(self.expr(value)),
                    },
                };
                let (at, value_at) = (self.at(it.span), self.at(it.value.span()));
                let mut value = self.expr(&it.value);
                if it.kind != oxc_ast::ast::PropertyKind::Init {
                    value = self.add(Expr::Other(vec![value]));
                }
                Prop { key, value, at, value_at, shorthand: it.shorthand }
            }
        }
    }

    pub(super) fn call(
        &mut self,
        callee: &Expression<'_>,
        arguments: &[Argument<'_>],
        span: Span,
        new: bool,
    ) -> Expr {
        if let (Expression::Identifier(id), [Argument::StringLiteral(source)]) = (callee, arguments)
            && id.name == "require"
        {
            let source = source.value.to_string();
            self.names(&source);
            return Expr::Module(source);
        }
        let callee_at = self.at(callee.get_inner_expression().span());
        let callee = self.expr(callee);
        let (mut args, mut args_at) = (Vec::new(), Vec::new());
        for argument in arguments {
            args_at.push(self.at(argument.span()));
            args.push(match argument {
                Argument::SpreadElement(it) => {
                    let value = self.expr(&it.argument);
                    self.add(Expr::Spread(value))
                }
                other => match other.as_expression() {
                    None => self.add(Expr::Nil),
                    Some(value) => self.expr(value),
                },
            });
        }
        let at = self.at(span);
        Expr::Call(Box::new(Call { callee, args, at, callee_at, args_at, new }))
    }

    pub(super) fn member(&mut self, member: &MemberExpression<'_>) -> Expr {
        match member {
            MemberExpression::StaticMemberExpression(it) => {
                Expr::Member(self.expr(&it.object), it.property.name.to_string())
            }
            MemberExpression::ComputedMemberExpression(it) => {
                let object = self.expr(&it.object);
                match it.expression.get_inner_expression() {
                    Expression::StringLiteral(key) => Expr::Member(object, key.value.to_string()),
                    key => Expr::Index(object, self.expr(key)),
                }
            }
            MemberExpression::PrivateFieldExpression(it) => {
                Expr::Other(vec![self.expr(&it.object)])
            }
        }
    }
}

/// What an expression gives, without what does not change it: parentheses, types, `await`.
pub(super) fn unwrapped<'e, 'a>(expression: &'e Expression<'a>) -> &'e Expression<'a> {
    let mut expression = expression.get_inner_expression();
    loop {
        expression = match expression {
            Expression::AwaitExpression(it) => it.argument.get_inner_expression(),
            Expression::TSInstantiationExpression(it) => it.expression.get_inner_expression(),
            Expression::ChainExpression(it) => match &it.expression {
                ChainElement::TSNonNullExpression(it) => it.expression.get_inner_expression(),
                _ => return expression,
            },
            _ => return expression,
        }
    }
}

/// A number as JavaScript would put it into text, for whole numbers; others are rare in names.
pub(super) fn number(value: f64) -> String {
    value.to_string()
}

/// A number with a minus sign.
fn negative(it: &UnaryExpression<'_>) -> Option<String> {
    match &it.argument {
        Expression::NumericLiteral(value) if it.operator == UnaryOperator::UnaryNegation => {
            Some(number(-value.value))
        }
        _ => None,
    }
}
