//! What is wrong with a program: one file for each rule, and the table of all.
//!
//! A rule is a function from a finished [`Program`] to findings. It asks nothing back. The comment
//! at the top of its file is its page: `npm run generate` makes `docs/rules.md`, the table of
//! `docs/cli.md`, the schema of the config and `ts/generated/rules.ts` from the files and the table.

mod across_stages;
mod adopt_fixed;
mod adopt_route;
mod ambiguous_bases;
mod armed_stage;
mod base_invalid;
mod collisions;
mod disable_without_reason;
mod double_stage;
mod duplicate_name;
mod env_key;
mod fixed_host;
mod fixed_name;
mod found;
mod hosts_meet;
mod id_invalid;
mod implicit_stage;
mod law;
mod nested_stage;
mod one_class;
mod one_id;
mod option_invalid;
mod orphaned_row;
mod parse_error;
mod preview_cost;
mod raw_resource;
mod refused_change;
mod release_unused;
mod route_swallows;
mod shared_app;
mod shared_dlq;
mod shared_root;
mod stage_ignored;
mod stage_in_id;
mod stage_source;
#[cfg(test)]
mod testing;
mod too_long;
mod undecided;
mod unguarded;
mod unknown_stage;
mod unmodelled;
mod unscoped_class;
mod unscoped_workflow;

use std::collections::BTreeMap;

use alch_blocks::Kind;
use serde::Serialize;

use crate::declarations::Program;
use crate::report::Finding;
use crate::syntax::facts::{At, Facts};
use found::{Found, Place};

/// One rule.
#[derive(Serialize)]
pub(crate) struct Rule {
    /// Public: it never changes its meaning.
    pub code: &'static str,
    /// Unless the config says another, or the rule itself for one finding.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub what: &'static str,
    #[serde(skip)]
    pub check: fn(&Program<'_>) -> Vec<Found>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Error,
    Warning,
    Info,
}

impl Severity {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// All rules, the most severe first.
const RULES: &[&Rule] = &[
    &parse_error::RULE,
    &adopt_fixed::RULE,
    &adopt_route::RULE,
    &route_swallows::RULE,
    &stage_ignored::RULE,
    &double_stage::RULE,
    &duplicate_name::RULE,
    &base_invalid::RULE,
    &id_invalid::RULE,
    &option_invalid::RULE,
    &orphaned_row::RULE,
    &refused_change::RULE,
    &armed_stage::RULE,
    &nested_stage::RULE,
    &raw_resource::RULE,
    &fixed_name::RULE,
    &fixed_host::RULE,
    &unscoped_workflow::RULE,
    &unscoped_class::RULE,
    &stage_in_id::RULE,
    &ambiguous_bases::RULE,
    &shared_dlq::RULE,
    &stage_source::RULE,
    &unknown_stage::RULE,
    &shared_app::RULE,
    &shared_root::RULE,
    &unguarded::RULE,
    &implicit_stage::RULE,
    &env_key::RULE,
    &undecided::RULE,
    &unmodelled::RULE,
    &release_unused::RULE,
    &disable_without_reason::RULE,
    &too_long::RULE,
    &preview_cost::RULE,
];

/// All rules, for those who describe them.
pub(crate) fn table() -> &'static [&'static Rule] {
    RULES
}

/// All findings on a program, in the order of its files and lines.
pub(crate) fn check(program: &Program<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        let chosen = program.options.rules.get(rule.code).map(String::as_str);
        let chosen = chosen.filter(|one| matches!(*one, "off" | "error" | "warning" | "info"));
        if chosen == Some("off") {
            continue;
        }
        let found = (rule.check)(program);
        let found = found.into_iter().filter(|one| !is_disabled(program, rule.code, one)).collect();
        for one in merged(found) {
            let severity = chosen.unwrap_or(one.severity.unwrap_or(rule.severity).as_str());
            findings.extend(finding(program, rule.code, severity, one));
        }
    }
    findings.sort_by(|a, b| {
        (&a.file, a.line, a.column, &a.code, &a.message)
            .cmp(&(&b.file, b.line, b.column, &b.code, &b.message))
    });
    findings.dedup();
    findings
}

/// Whether a comment above the finding, or above its declaration, silences it.
fn is_disabled(program: &Program<'_>, code: &str, found: &Found) -> bool {
    let Place::Source { file, at, declared } = found.place else { return false };
    let Some(facts) = program.files.get(file) else { return false };
    let lines = [at.0, declared].map(|offset| facts.place(offset).0);
    facts.disables.iter().any(|disable| {
        let next = disable.line.saturating_add(1);
        disable.reason && lines.contains(&next) && disable.codes.iter().any(|one| one == code)
    })
}

/// One finding for each place and kind: a call that is reached with several ids is one declaration in
/// the text. Its first id stands for all, and the message names the others.
fn merged(found: Vec<Found>) -> Vec<Found> {
    let mut out: Vec<(Found, Vec<String>)> = Vec::new();
    let mut firsts: BTreeMap<(usize, At, Option<Kind>), usize> = BTreeMap::new();
    for one in found {
        let key = match one.place {
            Place::Source { file, at, .. } if one.is_about_declaration => (file, at, one.kind),
            _ => {
                out.push((one, Vec::new()));
                continue;
            }
        };
        let first = *firsts.entry(key).or_insert(out.len());
        match out.get_mut(first) {
            None => out.push((one, Vec::new())),
            Some((first, others)) => {
                let id = one.id.filter(|id| first.id.as_ref() != Some(id) && !others.contains(id));
                others.extend(id);
            }
        }
    }
    let with_others = |(mut one, others): (Found, Vec<String>)| {
        one.message.push_str(&found::also(&others));
        one
    };
    out.into_iter().map(with_others).collect()
}

fn finding(program: &Program<'_>, code: &str, severity: &str, found: Found) -> Option<Finding> {
    let (file, (line, column), (end_line, end_column)) = match found.place {
        Place::State(file) => (file, (1, 1), (1, 2)),
        Place::Pipeline(file, line) => (file, (line, 1), (line, 2)),
        Place::Source { file, at, .. } => {
            let facts: &Facts = program.files.get(file)?;
            (facts.path.clone(), facts.place(at.0), facts.place(at.1))
        }
    };
    Some(Finding {
        code: code.to_owned(),
        severity: severity.to_owned(),
        kind: found.kind.map(|kind| kind.as_str().to_owned()),
        id: found.id,
        name: found.name,
        file,
        line,
        column,
        end_line,
        end_column,
        message: found.message,
        help: found.help,
    })
}
