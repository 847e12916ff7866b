//! From the facts of all files to declarations and findings.

use std::collections::BTreeMap;

use alch_blocks::Kind;

use crate::eval::{Eval, Instance, follow};
use crate::facts::{Expr, Facts};
use crate::modules::Modules;
use crate::naming::{self, Source, Why, in_stage, settle};
use crate::plan;
use crate::report::{Declared, Named, Options, Report};
use crate::rules::{self, app_of, shown_id};
use crate::value::Value;

pub(crate) fn link(files: &[Facts], options: &Options) -> Report {
    let modules = Modules::new(files, &options.modules);
    let mut eval = follow(files, &modules);
    settle_all(&mut eval);
    let findings = rules::check(files, &eval, options);
    let mut declarations: Vec<_> =
        eval.instances.iter().filter_map(|one| declared(files, &eval, one, options)).collect();
    plan::migrations(files, &eval, options, &mut declarations);
    declarations.sort_by(|a, b| (&a.file, a.start).cmp(&(&b.file, b.start)));
    Report { declarations, findings, files: files.len() }
}

/// Puts in what the app of each declaration says.
fn settle_all(eval: &mut Eval<'_>) {
    let apps = eval.apps.clone();
    for instance in &mut eval.instances {
        let Some(app) = instance.app.and_then(|app| apps.get(app)) else { continue };
        instance.id = settle(&instance.id, app);
        instance.options = settle(&instance.options, app);
        for scope in &mut instance.scope {
            *scope = settle(scope, app);
        }
    }
}

fn declared(
    files: &[Facts],
    eval: &Eval<'_>,
    instance: &Instance,
    options: &Options,
) -> Option<Declared> {
    let facts = files.get(instance.file)?;
    let Expr::Call(call) = facts.expr(instance.call) else { return None };
    let (line, column) = facts.place(call.at.0);
    let app = app_of(eval, instance);
    let (mut names, mut undecided, mut base) = (BTreeMap::new(), None, None);
    for stage in &options.stages {
        match in_stage(instance, app, stage) {
            Ok(named) => {
                base = base.or(named.base);
                let length = instance.kind.measure(&named.name);
                let (cap, shortened) = (instance.kind.cap(), named.shortened);
                names.insert(stage.clone(), Named { name: named.name, length, cap, shortened });
            }
            Err(Why::Unknown(reason)) => undecided = Some(reason),
            Err(Why::Refused(error)) => undecided = Some(error.to_string()),
            Err(Why::Absent) => {}
        }
    }
    if instance.kind != Kind::DurableObject {
        for case in naming::cases(instance) {
            if let Source::Unknown(reason) = case.source {
                undecided = Some(reason);
            }
        }
    }
    if base.is_none() {
        base = in_stage(instance, app, "prod").ok().and_then(|named| named.base);
    }
    let adopt = match naming::option(instance, "adopt") {
        Value::Nil => app.is_some_and(|app| app.adopt),
        value => value == Value::Bool(true),
    };
    Some(Declared {
        file: facts.path.clone(),
        line,
        column,
        start: call.at.0,
        end: call.at.1,
        kind: instance.kind.as_str().to_owned(),
        id: shown_id(instance),
        block: instance.block.is_some(),
        app: app.map(|app| naming::shown(&app.name)),
        scope: instance.scope.iter().map(|scope| naming::shown(&scope.parts())).collect(),
        base,
        names,
        adopt,
        undecided,
        rewrite: None,
        left: None,
    })
}
