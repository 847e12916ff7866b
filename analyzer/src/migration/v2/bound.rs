//! The names of a file that its rewriting has to know: what is imported, what is bound, and which
//! variable holds which resource.

use std::collections::{BTreeMap, BTreeSet};

use oxc_ast::ast::{
    BindingIdentifier, BindingPattern, Expression, ImportDeclaration, ImportDeclarationSpecifier,
    VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;

#[derive(Default)]
pub(super) struct Bound {
    /// What the file binds, without its imports of Alchemy and blocks.
    pub names: BTreeSet<String>,
    /// By what is bound: the module and the name there, behind [`TYPE`] if it is only a type.
    pub imports: BTreeMap<String, (String, String)>,
    /// By where a call starts: the variable that holds what it gives.
    pub holders: BTreeMap<u32, String>,
}

pub(super) const TYPE: &str = "type ";

/// Functions of `@alch/blocks` that have nothing to do with Alchemy.
pub(super) const NAMING: &[&str] = &["physicalName", "physicalNames", "stageSlug", "hostname"];
/// The function that gives the stage of the run.
pub(super) const STAGE: &str = "resolveStage";

/// Modules that the new program does not have.
pub(super) fn is_old(module: &str) -> bool {
    module == "alchemy" || module.starts_with("alchemy/") || module == "@alch/blocks"
}

impl<'a> Visit<'a> for Bound {
    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        let module = it.source.value.as_str();
        for one in it.specifiers.iter().flatten() {
            let imported = match one {
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    let is_type = it.import_kind.is_type() || one.import_kind.is_type();
                    format!("{}{}", if is_type { TYPE } else { "" }, one.imported.name())
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => "default".to_owned(),
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => "*".to_owned(),
            };
            self.imports.insert(one.name().to_string(), (module.to_owned(), imported));
        }
        if !is_old(module) {
            walk::walk_import_declaration(self, it);
        }
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.names.insert(it.name.to_string());
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let BindingPattern::BindingIdentifier(name) = &it.id
            && let Some(init) = &it.init
        {
            self.holders.insert(made(init), name.name.to_string());
        }
        walk::walk_variable_declarator(self, it);
    }
}

/// Where the call starts that makes a value, behind its `await`.
pub(super) fn made(value: &Expression<'_>) -> u32 {
    match value {
        Expression::AwaitExpression(it) => it.argument.span().start,
        _ => value.span().start,
    }
}
