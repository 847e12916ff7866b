//! From the syntax tree to facts.

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrayExpressionElement, ArrowFunctionBody, ArrowFunctionExpression, AssignmentTarget,
    BinaryExpression, BindingPattern, ChainElement, Class, Declaration,
    ExportDefaultDeclarationKind, Expression, ForStatementInit, ForStatementLeft, FormalParameters,
    Function as FunctionNode, FunctionBody, ImportDeclaration, ImportDeclarationSpecifier,
    JSXElement, MemberExpression, ModuleExportName, ObjectPropertyKind, Program, PropertyKey,
    Statement, StaticBlock, TSEnumDeclaration, TSEnumMemberName, TSModuleReference,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody, TSType, TSTypeAnnotation,
    TSTypeParameterDeclaration, TSTypeParameterInstantiation, TemplateLiteral, VariableDeclaration,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser};
use oxc_span::{GetSpan, SourceType, Span};
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator};
use oxc_syntax::scope::ScopeFlags;

use crate::depth;
use crate::disable;
use crate::facts::{
    At, BlockId, Call, DEFAULT, Export, Expr, ExprId, Facts, Fault, FuncId, Function, Import,
    Imported, Key, Pattern, Prop, Stmt,
};
use crate::source::{Offsets, small};

/// How deep an expression or a statement may be nested to be read.
const DEEPEST: u32 = 200;

/// Reads one file.
pub(crate) fn read(path: &str, text: &str) -> Facts {
    let offsets = Offsets::new(text);
    let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
    if let Some(at) = depth::too_deep(text) {
        let at = offsets.utf16(small(at));
        facts.errors.push(nested((at, at.saturating_add(1))));
    } else if text.len() > LONGEST {
        facts.errors.push(Fault {
            at: (0, 1),
            message: format!("the file has {} bytes, which is too much to read", text.len()),
            help: "leave it out, or split it".to_owned(),
        });
    } else {
        facts = parsed(facts, text, &offsets);
    }
    facts.lines = offsets.into_lines();
    for disable in &mut facts.disables {
        disable.line = line_of(&facts.lines, disable.at.1);
    }
    facts
}

/// In bytes; the parser can do 4 GB, a wasm module cannot.
const LONGEST: usize = 64 * 1024 * 1024;

fn line_of(lines: &[u32], offset: u32) -> u32 {
    small(lines.partition_point(|start| *start <= offset)).saturating_add(1)
}

fn nested(at: At) -> Fault {
    Fault {
        at,
        message: "the program is nested too deeply to be read".to_owned(),
        help: "write it in smaller parts".to_owned(),
    }
}

/// The kind of source that a path names; TypeScript with JSX where it says nothing.
pub(crate) fn source_type(path: &str) -> SourceType {
    let known = SourceType::from_path(path).unwrap_or_else(|_| SourceType::tsx());
    // What is wrong with a program's use of `import` in a script is not for us to say.
    if known.is_typescript_definition() { known } else { known.with_module(true) }
}

fn parsed(mut facts: Facts, text: &str, offsets: &Offsets) -> Facts {
    let allocator = Allocator::default();
    let options = ParseOptions {
        preserve_parens: false,
        allow_return_outside_function: true,
        ..ParseOptions::default()
    };
    let parser = Parser::new(&allocator, text, source_type(&facts.path)).with_options(options);
    let result = parser.parse();
    if let Some(error) = result.diagnostics.iter().next() {
        let label = error.labels.first();
        let start = label.map_or(0, |label| label.offset());
        let end = start.saturating_add(label.map_or(1, |label| label.len().max(1)));
        facts.errors.push(Fault {
            at: (offsets.utf16(start), offsets.utf16(end)),
            message: format!("this does not parse: {}", plain(&error.message)),
            help: error.help.as_deref().map_or_else(|| "repair the syntax".to_owned(), plain),
        });
    }
    facts.disables = disable::comments(&result.program.comments, text, offsets);
    let mut lower = Lower { facts, offsets, depth: 0, deep: None };
    lower.program(&result.program);
    if let Some(at) = lower.deep {
        lower.facts.errors.push(nested(at));
    }
    lower.facts
}

/// A parser's message in the project's style.
fn plain(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut characters = message.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if !second.is_ascii_uppercase() => {
            first.to_ascii_lowercase().to_string() + characters.as_str()
        }
        _ => message.to_owned(),
    }
}

struct Lower<'t> {
    facts: Facts,
    offsets: &'t Offsets,
    depth: u32,
    deep: Option<At>,
}

impl Lower<'_> {
    fn at(&self, span: Span) -> At {
        (self.offsets.utf16(span.start), self.offsets.utf16(span.end))
    }

    fn add(&mut self, expr: Expr) -> ExprId {
        self.facts.exprs.push(expr);
        small(self.facts.exprs.len()).saturating_sub(1)
    }

    fn add_block(&mut self, statements: Vec<Stmt>) -> BlockId {
        self.facts.blocks.push(statements);
        small(self.facts.blocks.len()).saturating_sub(1)
    }

    fn add_function(&mut self, function: Function) -> FuncId {
        self.facts.functions.push(function);
        small(self.facts.functions.len()).saturating_sub(1)
    }

    fn names(&mut self, source: &str) {
        if !self.facts.imports.iter().any(|known| known == source) {
            self.facts.imports.push(source.to_owned());
        }
    }

    /// Whether there is room for one level more; `leave` must follow where there is.
    fn enter(&mut self, span: Span) -> bool {
        if self.depth >= DEEPEST {
            if self.deep.is_none() {
                self.deep = Some(self.at(span));
            }
            return false;
        }
        self.depth = self.depth.saturating_add(1);
        true
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn program(&mut self, program: &Program<'_>) {
        let top = self.statements(&program.body);
        self.facts.top = Some(self.add_block(top));
    }

    fn statements(&mut self, statements: &[Statement<'_>]) -> Vec<Stmt> {
        let mut out = Vec::new();
        for statement in statements {
            self.statement(statement, &mut out);
        }
        out
    }

    fn body(&mut self, statement: &Statement<'_>) -> BlockId {
        let mut out = Vec::new();
        self.statement(statement, &mut out);
        self.add_block(out)
    }

    fn statement(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        if self.enter(statement.span()) {
            self.statement_inside(statement, out);
            self.leave();
        }
    }

    fn statement_inside(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        match statement {
            Statement::ExpressionStatement(it) => {
                let value = self.expr(&it.expression);
                out.push(Stmt::Expr(value));
            }
            Statement::ReturnStatement(it) => {
                let value = it.argument.as_ref().map(|value| self.expr(value));
                out.push(Stmt::Return(value));
            }
            Statement::ThrowStatement(it) => {
                let value = self.expr(&it.argument);
                out.push(Stmt::Throw(value));
            }
            Statement::IfStatement(it) => {
                let test = self.expr(&it.test);
                let yes = self.body(&it.consequent);
                let no = it.alternate.as_ref().map(|other| self.body(other));
                out.push(Stmt::If(test, yes, no));
            }
            Statement::BlockStatement(it) => {
                let inside = self.statements(&it.body);
                out.push(Stmt::Block(self.add_block(inside)));
            }
            Statement::LabeledStatement(it) => self.statement(&it.body, out),
            Statement::WithStatement(it) => {
                let object = self.expr(&it.object);
                out.push(Stmt::Expr(object));
                self.statement(&it.body, out);
            }
            Statement::DoWhileStatement(it) => {
                let block = self.body(&it.body);
                out.push(Stmt::Block(block));
                let test = self.expr(&it.test);
                out.push(Stmt::Expr(test));
            }
            Statement::WhileStatement(it) => {
                let test = self.expr(&it.test);
                out.push(Stmt::Expr(test));
                let block = self.body(&it.body);
                out.push(Stmt::Loop(None, block));
            }
            Statement::ForStatement(it) => {
                let mut around = Vec::new();
                match &it.init {
                    Some(ForStatementInit::VariableDeclaration(it)) => {
                        self.variables(it, &mut around);
                    }
                    Some(other) => {
                        if let Some(value) = other.as_expression() {
                            let value = self.expr(value);
                            around.push(Stmt::Expr(value));
                        }
                    }
                    None => {}
                }
                let block = self.body(&it.body);
                around.push(Stmt::Loop(None, block));
                out.push(Stmt::Block(self.add_block(around)));
            }
            Statement::ForInStatement(it) => {
                let value = self.expr(&it.right);
                out.push(Stmt::Expr(value));
                let pattern = self.left(&it.left);
                let unknown = self.add(Expr::Other(Vec::new()));
                let block = self.body(&it.body);
                out.push(Stmt::Loop(Some((pattern, unknown)), block));
            }
            Statement::ForOfStatement(it) => {
                let value = self.expr(&it.right);
                let pattern = self.left(&it.left);
                let block = self.body(&it.body);
                out.push(Stmt::Loop(Some((pattern, value)), block));
            }
            Statement::SwitchStatement(it) => {
                let on = self.expr(&it.discriminant);
                out.push(Stmt::Expr(on));
                let last = it.cases.len().saturating_sub(1);
                for (index, case) in it.cases.iter().enumerate() {
                    let test = case.test.as_ref().map(|test| self.expr(test));
                    let inside = self.statements(&case.consequent);
                    let block = self.add_block(inside);
                    let falls = case.consequent.is_empty()
                        && index < last
                        && it.cases.iter().skip(index).any(|case| !case.consequent.is_empty());
                    match test {
                        Some(test) if !falls => {
                            let equal = self.add(Expr::Equal(on, test, false));
                            // A case that shares its body with one before is not told apart.
                            let shared = index
                                .checked_sub(1)
                                .and_then(|before| it.cases.get(before))
                                .is_some_and(|before| before.consequent.is_empty());
                            if shared {
                                out.push(Stmt::Maybe(block));
                            } else {
                                out.push(Stmt::If(equal, block, None));
                            }
                        }
                        _ => out.push(Stmt::Maybe(block)),
                    }
                }
            }
            Statement::TryStatement(it) => {
                let inside = self.statements(&it.block.body);
                out.push(Stmt::Block(self.add_block(inside)));
                if let Some(handler) = &it.handler {
                    let mut inside = Vec::new();
                    if let Some(param) = &handler.param {
                        let pattern = self.pattern(&param.pattern);
                        let unknown = self.add(Expr::Other(Vec::new()));
                        inside.push(Stmt::Let(pattern, Some(unknown)));
                    }
                    inside.extend(self.statements(&handler.body.body));
                    out.push(Stmt::Maybe(self.add_block(inside)));
                }
                if let Some(last) = &it.finalizer {
                    let inside = self.statements(&last.body);
                    out.push(Stmt::Block(self.add_block(inside)));
                }
            }
            Statement::ImportDeclaration(it) => self.import(it),
            Statement::ExportAllDeclaration(it) => {
                if it.export_kind.is_type() {
                    return;
                }
                let source = it.source.value.to_string();
                self.names(&source);
                self.facts.exports.push(match &it.exported {
                    Some(name) => Export::Whole { name: export_name(name), source },
                    None => Export::All { source },
                });
            }
            Statement::ExportFromDeclaration(it) => {
                if it.export_kind.is_type() {
                    return;
                }
                let source = it.source.value.to_string();
                self.names(&source);
                for specifier in it.specifiers.iter().filter(|one| !one.export_kind.is_type()) {
                    self.facts.exports.push(Export::From {
                        name: export_name(&specifier.exported),
                        source: source.clone(),
                        imported: export_name(&specifier.local),
                    });
                }
            }
            Statement::ExportNamedDeclaration(it) => {
                if it.export_kind.is_type() {
                    return;
                }
                for specifier in it.specifiers.iter().filter(|one| !one.export_kind.is_type()) {
                    self.facts.exports.push(Export::Local {
                        name: export_name(&specifier.exported),
                        local: export_name(&specifier.local),
                    });
                }
            }
            Statement::ExportDeclaration(it) => {
                let from = out.len();
                self.declaration(&it.declaration, out);
                let names: Vec<_> = out.iter().skip(from).flat_map(declared_names).collect();
                for name in names {
                    self.facts.exports.push(Export::Local { name: name.clone(), local: name });
                }
            }
            Statement::ExportDefaultDeclaration(it) => self.export_default(&it.declaration, out),
            Statement::TSExportAssignment(it) => {
                let value = self.expr(&it.expression);
                self.default_is(value, out);
            }
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declaration(declaration, out);
                }
            }
        }
    }

    fn default_is(&mut self, value: ExprId, out: &mut Vec<Stmt>) {
        out.push(Stmt::Let(Pattern::Name(DEFAULT.to_owned()), Some(value)));
        let (name, local) = ("default".to_owned(), DEFAULT.to_owned());
        self.facts.exports.push(Export::Local { name, local });
    }

    fn export_default(&mut self, kind: &ExportDefaultDeclarationKind<'_>, out: &mut Vec<Stmt>) {
        match kind {
            ExportDefaultDeclarationKind::FunctionDeclaration(it) => {
                let Some(function) = self.function(it) else { return };
                let local = it.id.as_ref().map_or(DEFAULT, |id| id.name.as_str()).to_owned();
                out.push(Stmt::Func(local.clone(), function));
                let name = "default".to_owned();
                self.facts.exports.push(Export::Local { name, local });
            }
            ExportDefaultDeclarationKind::ClassDeclaration(it) => {
                let inside = self.class(it);
                out.push(Stmt::Expr(inside));
            }
            other => {
                if let Some(value) = other.as_expression() {
                    let value = self.expr(value);
                    self.default_is(value, out);
                }
            }
        }
    }

    fn import(&mut self, it: &ImportDeclaration<'_>) {
        if it.import_kind.is_type() {
            return;
        }
        let source = it.source.value.to_string();
        self.names(&source);
        let Some(specifiers) = &it.specifiers else {
            let local = String::new();
            self.facts.links.push(Import { local, source, what: Imported::Nothing });
            return;
        };
        for specifier in specifiers {
            let what = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) if one.import_kind.is_type() => {
                    continue;
                }
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    Imported::Named(export_name(&one.imported))
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => {
                    Imported::Named("default".to_owned())
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => Imported::Whole,
            };
            let local = specifier.name().to_string();
            self.facts.links.push(Import { local, source: source.clone(), what });
        }
    }

    fn declaration(&mut self, declaration: &Declaration<'_>, out: &mut Vec<Stmt>) {
        match declaration {
            Declaration::VariableDeclaration(it) => self.variables(it, out),
            Declaration::FunctionDeclaration(it) => {
                let name = it.id.as_ref().map(|id| id.name.to_string());
                if let (Some(function), Some(name)) = (self.function(it), name) {
                    out.push(Stmt::Func(name, function));
                }
            }
            Declaration::ClassDeclaration(it) => {
                let inside = self.class(it);
                match &it.id {
                    None => out.push(Stmt::Expr(inside)),
                    Some(id) => {
                        out.push(Stmt::Let(Pattern::Name(id.name.to_string()), Some(inside)));
                    }
                }
            }
            Declaration::TSEnumDeclaration(it) => self.enumeration(it, out),
            Declaration::TSNamespaceDeclaration(it) => self.namespace(it, out),
            Declaration::TSImportEqualsDeclaration(it) => {
                if let TSModuleReference::ExternalModuleReference(module) = &it.module_reference {
                    let source = module.expression.value.to_string();
                    self.names(&source);
                    let value = self.add(Expr::Module(source));
                    out.push(Stmt::Let(Pattern::Name(it.id.name.to_string()), Some(value)));
                }
            }
            _ => {}
        }
    }

    fn variables(&mut self, it: &VariableDeclaration<'_>, out: &mut Vec<Stmt>) {
        for one in &it.declarations {
            let pattern = self.pattern(&one.id);
            let value = one.init.as_ref().map(|value| self.expr(value));
            out.push(Stmt::Let(pattern, value));
        }
    }

    fn enumeration(&mut self, it: &TSEnumDeclaration<'_>, out: &mut Vec<Stmt>) {
        let mut props = Vec::new();
        for member in &it.body.members {
            let name = match &member.id {
                TSEnumMemberName::Identifier(id) => id.name.to_string(),
                TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                    text.value.to_string()
                }
                TSEnumMemberName::ComputedTemplateString(_) => continue,
            };
            let value = match &member.initializer {
                Some(value) => self.expr(value),
                None => self.add(Expr::Other(Vec::new())),
            };
            let at = self.at(member.span);
            props.push(Prop { key: Key::Name(name), value, at, value_at: at, shorthand: false });
        }
        let object = self.add(Expr::Object(props));
        out.push(Stmt::Let(Pattern::Name(it.id.name.to_string()), Some(object)));
    }

    fn namespace(&mut self, it: &TSNamespaceDeclaration<'_>, out: &mut Vec<Stmt>) {
        if !self.enter(it.span) {
            return;
        }
        let before = self.facts.exports.len();
        let mut inside = Vec::new();
        match &it.body {
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                self.namespace(inner, &mut inside);
            }
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                inside = self.statements(&block.body);
            }
        }
        // What a namespace exports, the module does not.
        let exported = self.facts.exports.split_off(before.min(self.facts.exports.len()));
        let mut names: Vec<_> = exported
            .into_iter()
            .filter_map(|export| match export {
                Export::Local { local, .. } => Some(local),
                _ => None,
            })
            .collect();
        if let TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) = &it.body {
            names.push(inner.id.name.to_string());
        }
        let block = self.add_block(inside);
        out.push(Stmt::Space(it.id.name.to_string(), block, names));
        self.leave();
    }

    // --- Functions ------------------------------------------------------------------------------

    fn function(&mut self, it: &FunctionNode<'_>) -> Option<FuncId> {
        let body = it.body.as_ref()?;
        let params = self.params(&it.params);
        let body = self.function_body(body);
        let at = self.at(it.span);
        Some(self.add_function(Function { params, body, at }))
    }

    fn function_body(&mut self, body: &FunctionBody<'_>) -> BlockId {
        let inside = self.statements(&body.statements);
        self.add_block(inside)
    }

    fn arrow(&mut self, it: &ArrowFunctionExpression<'_>) -> FuncId {
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

    fn params(&mut self, params: &FormalParameters<'_>) -> Vec<Pattern> {
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

    fn pattern(&mut self, pattern: &BindingPattern<'_>) -> Pattern {
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
                    parts.push((key.unwrap_or_default(), value));
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

    fn left(&mut self, left: &ForStatementLeft<'_>) -> Pattern {
        match left {
            ForStatementLeft::VariableDeclaration(it) => {
                it.declarations.first().map_or(Pattern::Skip, |one| self.pattern(&one.id))
            }
            _ => Pattern::Skip,
        }
    }

    fn class(&mut self, it: &Class<'_>) -> ExprId {
        let parts = self.inside(|collector| walk::walk_class(collector, it));
        self.add(Expr::Other(parts))
    }

    // --- Expressions ----------------------------------------------------------------------------

    fn expr(&mut self, expression: &Expression<'_>) -> ExprId {
        let expression = unwrapped(expression);
        if !self.enter(expression.span()) {
            return self.add(Expr::Other(Vec::new()));
        }
        let lowered = self.expr_inside(expression);
        self.leave();
        self.add(lowered)
    }

    fn expr_inside(&mut self, expression: &Expression<'_>) -> Expr {
        match expression {
            Expression::NullLiteral(_) => Expr::Nil,
            Expression::BooleanLiteral(it) => Expr::Bool(it.value),
            Expression::NumericLiteral(it) => Expr::Text(number(it.value)),
            Expression::StringLiteral(it) if !it.lone_surrogates => {
                Expr::Text(it.value.to_string())
            }
            Expression::TemplateLiteral(it) => self.template(it),
            Expression::Identifier(it) if it.name == "undefined" => Expr::Nil,
            Expression::Identifier(it) => Expr::Name(it.name.to_string()),
            Expression::BinaryExpression(it) => self.binary(it),
            Expression::LogicalExpression(it) => {
                let (left, right) = (self.expr(&it.left), self.expr(&it.right));
                match it.operator {
                    LogicalOperator::And => Expr::And(left, right),
                    LogicalOperator::Or | LogicalOperator::Coalesce => Expr::Or(left, right),
                }
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
            Expression::ObjectExpression(it) => {
                let mut props = Vec::new();
                for property in &it.properties {
                    props.push(self.property(property));
                }
                Expr::Object(props)
            }
            Expression::ArrayExpression(it) => {
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
            Expression::ArrowFunctionExpression(it) => Expr::Func(self.arrow(it)),
            Expression::FunctionExpression(it) => {
                self.function(it).map_or_else(|| Expr::Other(Vec::new()), Expr::Func)
            }
            Expression::AssignmentExpression(it) => self.assignment(it),
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
            Expression::ImportExpression(it) => match it.source.get_inner_expression() {
                Expression::StringLiteral(source) => {
                    let source = source.value.to_string();
                    self.names(&source);
                    Expr::Module(source)
                }
                other => Expr::Other(vec![self.expr(other)]),
            },
            Expression::ImportMeta(_) => Expr::Meta,
            Expression::ClassExpression(it) => {
                Expr::Other(self.inside(|collector| walk::walk_class(collector, it)))
            }
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => {
                    Expr::Other(self.inside(|collector| walk::walk_expression(collector, other)))
                }
            },
        }
    }

    fn template(&mut self, it: &TemplateLiteral<'_>) -> Expr {
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

    fn binary(&mut self, it: &BinaryExpression<'_>) -> Expr {
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
            _ => Expr::Other(vec![self.expr(&it.left), self.expr(&it.right)]),
        }
    }

    fn property(&mut self, property: &ObjectPropertyKind<'_>) -> Prop {
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

    fn assignment(&mut self, it: &oxc_ast::ast::AssignmentExpression<'_>) -> Expr {
        let value = self.expr(&it.right);
        let AssignmentTarget::AssignmentTargetIdentifier(id) = &it.left else {
            let mut parts = self.inside(|it_| walk::walk_assignment_target(it_, &it.left));
            parts.push(value);
            return Expr::Other(parts);
        };
        let name = id.name.to_string();
        match it.operator {
            AssignmentOperator::Assign => Expr::Assign(name, value),
            AssignmentOperator::LogicalNullish | AssignmentOperator::LogicalOr => {
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

    fn call(
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

    fn member(&mut self, member: &MemberExpression<'_>) -> Expr {
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

    /// The expressions and functions inside of something that is itself of no interest.
    fn inside(&mut self, walk: impl FnOnce(&mut Collector<'_, '_>)) -> Vec<ExprId> {
        let (depth, deep) = (self.depth, self.deep);
        let offsets = self.offsets;
        let facts = std::mem::take(&mut self.facts);
        let mut lower = Lower { facts, offsets, depth, deep };
        let mut collector = Collector { lower: &mut lower, found: Vec::new() };
        walk(&mut collector);
        let found = collector.found;
        (self.facts, self.deep) = (lower.facts, lower.deep);
        found
    }
}

/// What an expression gives, without what does not change it: parentheses, types, `await`.
fn unwrapped<'e, 'a>(expression: &'e Expression<'a>) -> &'e Expression<'a> {
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
fn number(value: f64) -> String {
    value.to_string()
}

fn export_name(name: &ModuleExportName<'_>) -> String {
    name.name().to_string()
}

fn declared_names(statement: &Stmt) -> Vec<String> {
    match statement {
        Stmt::Let(pattern, _) => {
            let mut names = Vec::new();
            bound_names(pattern, &mut names);
            names
        }
        Stmt::Func(name, _) | Stmt::Space(name, _, _) => vec![name.clone()],
        _ => Vec::new(),
    }
}

fn bound_names(pattern: &Pattern, names: &mut Vec<String>) {
    match pattern {
        Pattern::Skip => {}
        Pattern::Name(name) => names.push(name.clone()),
        Pattern::Object(parts, rest) => {
            for (_, part) in parts {
                bound_names(part, names);
            }
            names.extend(rest.clone());
        }
        Pattern::Array(parts) => {
            for part in parts {
                bound_names(part, names);
            }
        }
        Pattern::Or(inner, _) | Pattern::Rest(inner) => bound_names(inner, names),
    }
}

struct Collector<'l, 't> {
    lower: &'l mut Lower<'t>,
    found: Vec<ExprId>,
}

impl<'a> Visit<'a> for Collector<'_, '_> {
    fn visit_expression(&mut self, it: &Expression<'a>) {
        let id = self.lower.expr(it);
        self.found.push(id);
    }

    fn visit_function(&mut self, it: &FunctionNode<'a>, _flags: ScopeFlags) {
        if let Some(function) = self.lower.function(it) {
            let id = self.lower.add(Expr::Func(function));
            self.found.push(id);
        }
    }

    fn visit_jsx_element(&mut self, it: &JSXElement<'a>) {
        if self.lower.enter(it.span) {
            walk::walk_jsx_element(self, it);
            self.lower.leave();
        }
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        let inside = self.lower.statements(&it.body);
        let body = self.lower.add_block(inside);
        let at = self.lower.at(it.span);
        let function = self.lower.add_function(Function { params: Vec::new(), body, at });
        let id = self.lower.add(Expr::Func(function));
        self.found.push(id);
    }

    fn visit_ts_type(&mut self, _: &TSType<'a>) {}
    fn visit_ts_type_annotation(&mut self, _: &TSTypeAnnotation<'a>) {}
    fn visit_ts_type_parameter_declaration(&mut self, _: &TSTypeParameterDeclaration<'a>) {}
    fn visit_ts_type_parameter_instantiation(&mut self, _: &TSTypeParameterInstantiation<'a>) {}
}
