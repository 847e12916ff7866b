//! From the facts of all files to declarations and findings.

use crate::apps::{declared_apps, refused_stages};
use crate::declarations::resolve;
use crate::evaluated;
use crate::migration::mark;
use crate::modules::Modules;
use crate::report::{Options, Report, declared, declared_host};
use crate::rules;
use crate::syntax::facts::Facts;
use crate::values::follow;

pub(crate) fn link(files: &[Facts], options: &Options) -> Report {
    let modules = Modules::new(files, &options.modules);
    let mut eval = follow(files, &modules);
    evaluated::add_stacks(files, &mut eval, &options.evaluated);
    let mut program = resolve(files, &eval, options);
    mark(&mut program, &eval);
    evaluated::decide(&mut program);
    let findings = rules::check(&program);
    let mut declarations: Vec<_> =
        program.declarations.iter().filter_map(|one| declared(&program, one)).collect();
    declarations.sort_by(|a, b| (&a.file, a.start).cmp(&(&b.file, b.start)));
    let mut hosts: Vec<_> =
        program.hosts.iter().filter_map(|host| declared_host(&program, host)).collect();
    hosts.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    Report {
        declarations,
        hosts,
        findings,
        files: files.len(),
        unread: program.left_out().into_iter().collect(),
        refused: refused_stages(&program),
        apps: declared_apps(&program),
    }
}
