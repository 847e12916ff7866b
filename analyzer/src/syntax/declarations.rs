//! Variables, enums, namespaces and classes.

use oxc_ast::ast::{
    Class, Declaration, TSEnumDeclaration, TSEnumMemberName, TSModuleReference,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody, VariableDeclaration,
};
use oxc_ast_visit::{Visit, walk};

use super::facts::{Export, Expr, Key, Pattern, Prop, Stmt};
use super::lower::Lower;

impl Lower<'_> {
    pub(super) fn declaration(&mut self, declaration: &Declaration<'_>, out: &mut Vec<Stmt>) {
        match declaration {
            Declaration::VariableDeclaration(it) => self.variables(it, out),
            Declaration::FunctionDeclaration(it) => {
                let name = it.id.as_ref().map(|id| id.name.to_string());
                if let (Some(function), Some(name)) = (self.function(it), name) {
                    out.push(Stmt::Func(name, function));
                }
            }
            Declaration::ClassDeclaration(it) => {
                let class = self.class(it);
                let class = self.add(class);
                match &it.id {
                    None => out.push(Stmt::Expr(class)),
                    Some(id) => {
                        out.push(Stmt::Let(Pattern::Name(id.name.to_string()), Some(class)));
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

    pub(super) fn variables(&mut self, it: &VariableDeclaration<'_>, out: &mut Vec<Stmt>) {
        for one in &it.declarations {
            let pattern = self.pattern(&one.id);
            let value = one.init.as_ref().map(|value| self.expr(value));
            out.push(match (pattern, value) {
                (Pattern::Name(name), None) if it.kind.is_var() => Stmt::Var(name),
                (pattern, value) => Stmt::Let(pattern, value),
            });
        }
    }

    pub(super) fn enumeration(&mut self, it: &TSEnumDeclaration<'_>, out: &mut Vec<Stmt>) {
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

    pub(super) fn namespace(&mut self, it: &TSNamespaceDeclaration<'_>, out: &mut Vec<Stmt>) {
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

    pub(super) fn class(&mut self, it: &Class<'_>) -> Expr {
        let Some(heritage) = &it.heritage else {
            return Expr::Other(self.inside(|collector| walk::walk_class(collector, it)));
        };
        let base = self.expr(&heritage.expression);
        let inside = self.inside(|collector| {
            collector.visit_decorators(&it.decorators);
            collector.visit_class_body(&it.body);
        });
        Expr::Class(base, inside)
    }
}

pub(super) fn declared_names(statement: &Stmt) -> Vec<String> {
    match statement {
        Stmt::Let(pattern, _) => {
            let mut names = Vec::new();
            bound_names(pattern, &mut names);
            names
        }
        Stmt::Var(name) | Stmt::Func(name, _) | Stmt::Space(name, _, _) => vec![name.clone()],
        _ => Vec::new(),
    }
}

pub(super) fn bound_names(pattern: &Pattern, names: &mut Vec<String>) {
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
