//! Imports and exports.

use oxc_ast::ast::{
    ExportAllDeclaration, ExportDefaultDeclarationKind, ExportFromDeclaration,
    ExportNamedDeclaration, ImportDeclaration, ImportDeclarationSpecifier, ModuleExportName,
    Statement,
};

use super::declarations::declared_names;
use super::facts::{DEFAULT, Export, ExprId, Import, Imported, Pattern, Stmt};
use super::lower::Lower;

impl Lower<'_> {
    /// Imports and exports.
    pub(super) fn module_statement(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        match statement {
            Statement::ImportDeclaration(it) => self.import(it),
            Statement::ExportAllDeclaration(it) => self.export_all(it),
            Statement::ExportFromDeclaration(it) => self.export_from(it),
            Statement::ExportNamedDeclaration(it) => self.export_named(it),
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
            _ => {}
        }
    }

    fn export_all(&mut self, it: &ExportAllDeclaration<'_>) {
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

    fn export_from(&mut self, it: &ExportFromDeclaration<'_>) {
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

    fn export_named(&mut self, it: &ExportNamedDeclaration<'_>) {
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

    pub(super) fn default_is(&mut self, value: ExprId, out: &mut Vec<Stmt>) {
        out.push(Stmt::Let(Pattern::Name(DEFAULT.to_owned()), Some(value)));
        let (name, local) = ("default".to_owned(), DEFAULT.to_owned());
        self.facts.exports.push(Export::Local { name, local });
    }

    pub(super) fn export_default(
        &mut self,
        kind: &ExportDefaultDeclarationKind<'_>,
        out: &mut Vec<Stmt>,
    ) {
        match kind {
            ExportDefaultDeclarationKind::FunctionDeclaration(it) => {
                let Some(function) = self.function(it) else { return };
                let local = it.id.as_ref().map_or(DEFAULT, |id| id.name.as_str()).to_owned();
                out.push(Stmt::Func(local.clone(), function));
                let name = "default".to_owned();
                self.facts.exports.push(Export::Local { name, local });
            }
            ExportDefaultDeclarationKind::ClassDeclaration(it) => {
                let class = self.class(it);
                let class = self.add(class);
                let local = it.id.as_ref().map_or(DEFAULT, |id| id.name.as_str()).to_owned();
                out.push(Stmt::Let(Pattern::Name(local.clone()), Some(class)));
                let name = "default".to_owned();
                self.facts.exports.push(Export::Local { name, local });
            }
            other => {
                if let Some(value) = other.as_expression() {
                    let value = self.expr(value);
                    self.default_is(value, out);
                }
            }
        }
    }

    pub(super) fn import(&mut self, it: &ImportDeclaration<'_>) {
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
}

pub(super) fn export_name(name: &ModuleExportName<'_>) -> String {
    name.name().to_string()
}
