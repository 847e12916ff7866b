//! What is wrong with a program: one function for each code.

use std::collections::BTreeMap;

use alch_blocks::{Kind, ambiguous, is_shortened, quote};

use crate::eval::{App, Eval, Instance, names_a_stage};
use crate::facts::{At, Expr, Facts, Key};
use crate::naming::{self, Source, Why, in_stage, option, shown, shown_name, unknown};
use crate::report::{Finding, Options};
use crate::stages::{self, ArmedStage};
use crate::state::{self, Orphan};
use crate::value::{Cond, Part, Value, join, known};

/// Stages that are tried where none are asked for.
const USUAL: &[&str] = &["prod", "production", "staging", "preview", "dev", "test"];

/// As long as a slug can be.
const LONGEST_STAGE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Every code, with its severity where nobody chose another.
const CODES: &[(&str, &str)] = &[
    ("parse-error", "error"),
    ("disable-without-reason", "warning"),
    ("raw-resource", "warning"),
    ("fixed-name", "warning"),
    ("adopt-fixed", "error"),
    ("unscoped-workflow", "warning"),
    ("unscoped-class", "warning"),
    ("stage-in-id", "warning"),
    ("double-stage", "error"),
    ("ambiguous-bases", "warning"),
    ("duplicate-name", "error"),
    ("base-invalid", "error"),
    ("too-long", "info"),
    ("shared-dlq", "warning"),
    ("stage-source", "warning"),
    ("undecided", "warning"),
    ("orphaned-row", "error"),
    ("armed-stage", "error"),
    ("nested-stage", "error"),
    ("shared-app", "warning"),
];

pub(crate) struct Rules<'a> {
    pub files: &'a [Facts],
    pub eval: &'a Eval<'a>,
    pub options: &'a Options,
    pub found: Vec<Placed>,
}

/// A finding, and where the declaration that it is about starts.
pub(crate) struct Placed {
    pub finding: Finding,
    pub file: usize,
    pub line: u32,
}

struct About<'i> {
    kind: Option<Kind>,
    instance: Option<&'i Instance>,
    file: usize,
    at: At,
}

pub(crate) fn check(files: &[Facts], eval: &Eval<'_>, options: &Options) -> Vec<Finding> {
    let mut rules = Rules { files, eval, options, found: Vec::new() };
    rules.files();
    for instance in &eval.instances {
        rules.one(instance);
    }
    rules.bases();
    rules.duplicates();
    rules.names();
    rules.orphans();
    rules.nested_stages();
    rules.shared_apps();
    let mut findings = rules.undisabled();
    findings.extend(options.armed.iter().filter_map(|one| rules.armed_stage(one)));
    findings.sort_by(|a, b| {
        (&a.file, a.line, a.column, &a.code, &a.message)
            .cmp(&(&b.file, b.line, b.column, &b.code, &b.message))
    });
    findings.dedup();
    findings
}

impl Rules<'_> {
    fn add(&mut self, code: &str, about: &About<'_>, message: String, help: String) {
        self.found.extend(self.placed(code, about, message, help));
    }

    /// A finding, unless it is off.
    fn placed(
        &self,
        code: &str,
        about: &About<'_>,
        message: String,
        help: String,
    ) -> Option<Placed> {
        let severity = self.severity(code);
        let facts = self.files.get(about.file).filter(|_| severity != "off")?;
        let (line, column) = facts.place(about.at.0);
        let (end_line, end_column) = facts.place(about.at.1);
        let id = about.instance.and_then(shown_id);
        let named = about.instance.filter(|one| one.kind != Kind::DurableObject);
        let name = named.and_then(shown_name);
        let start = about.instance.map_or(line, |instance| {
            facts.place(call_of(facts, instance).map_or(about.at.0, |call| call.at.0)).0
        });
        let finding = Finding {
            code: code.to_owned(),
            severity,
            kind: about.kind.map(|kind| kind.as_str().to_owned()),
            id,
            name,
            file: facts.path.clone(),
            line,
            column,
            end_line,
            end_column,
            message,
            help,
        };
        Some(Placed { finding, file: about.file, line: start })
    }

    fn severity(&self, code: &str) -> String {
        let usual = CODES.iter().find(|(known, _)| *known == code).map_or("warning", |(_, s)| *s);
        self.severity_or(code, usual)
    }

    /// What the config says of a code, or `usual`.
    fn severity_or(&self, code: &str, usual: &str) -> String {
        match self.options.rules.get(code).map(String::as_str) {
            Some(chosen @ ("off" | "error" | "warning" | "info")) => chosen.to_owned(),
            _ => usual.to_owned(),
        }
    }

    /// Leaves out what a comment silences.
    fn undisabled(&mut self) -> Vec<Finding> {
        let mut out = Vec::new();
        for placed in std::mem::take(&mut self.found) {
            let Some(facts) = self.files.get(placed.file) else { continue };
            let silenced = facts.disables.iter().any(|disable| {
                let next = disable.line.saturating_add(1);
                disable.reason
                    && (next == placed.finding.line || next == placed.line)
                    && disable.codes.contains(&placed.finding.code)
            });
            if !silenced {
                out.push(placed.finding);
            }
        }
        out
    }

    fn files(&mut self) {
        for (file, facts) in self.files.iter().enumerate() {
            for fault in &facts.errors {
                let about = About { kind: None, instance: None, file, at: fault.at };
                self.add("parse-error", &about, fault.message.clone(), fault.help.clone());
            }
            for disable in &facts.disables {
                let about = About { kind: None, instance: None, file, at: disable.at };
                if disable.codes.is_empty() {
                    self.add(
                        "disable-without-reason",
                        &about,
                        "this comment does not say which finding it silences".to_owned(),
                        "write `alch-blocks-disable-next-line <code>: <reason>`".to_owned(),
                    );
                } else if !disable.reason {
                    self.add(
                        "disable-without-reason",
                        &about,
                        "this comment silences a finding without a reason, so it does not count"
                            .to_owned(),
                        format!(
                            "write `alch-blocks-disable-next-line {}: <reason>`",
                            disable.codes.join(", ")
                        ),
                    );
                }
            }
        }
        if let Some(file) = self.eval.exhausted {
            let about = About { kind: None, instance: None, file, at: (0, 1) };
            self.add(
                "undecided",
                &about,
                "the program is too large to be followed to its end".to_owned(),
                "check fewer files at a time".to_owned(),
            );
        }
    }

    // --- One declaration ------------------------------------------------------------------------

    fn one(&mut self, instance: &Instance) {
        self.raw_resource(instance);
        self.id(instance);
        self.name(instance);
        self.script(instance);
        self.dead_letters(instance);
        self.law(instance);
    }

    fn about<'i>(&self, instance: &'i Instance, key: Option<&str>) -> About<'i> {
        let at = self.files.get(instance.file).map_or((0, 0), |facts| {
            let call = call_of(facts, instance);
            let option = key.and_then(|key| option_at(facts, instance, key));
            option.unwrap_or_else(|| call.map_or((0, 0), |call| call.callee_at))
        });
        About { kind: Some(instance.kind), instance: Some(instance), file: instance.file, at }
    }

    /// Where the name is written, or the id where none is.
    fn about_name<'i>(&self, instance: &'i Instance) -> About<'i> {
        let facts = self.files.get(instance.file);
        let written = naming::naming_options(instance)
            .into_iter()
            .find(|key| facts.is_some_and(|facts| option_at(facts, instance, key).is_some()));
        match written {
            Some(key) => self.about(instance, Some(key)),
            None => self.about_id(instance),
        }
    }

    fn about_id<'i>(&self, instance: &'i Instance) -> About<'i> {
        let mut about = self.about(instance, None);
        let facts = self.files.get(instance.file);
        let call = facts.and_then(|facts| call_of(facts, instance));
        if let Some(at) = call.and_then(|call| call.args_at.first()) {
            about.at = *at;
        }
        about
    }

    fn raw_resource(&mut self, instance: &Instance) {
        let Some(block) = instance.kind.block().filter(|_| instance.block.is_none()) else {
            return;
        };
        let about = self.about(instance, None);
        self.add(
            "raw-resource",
            &about,
            format!("{} is a raw {}", shown_or_it(instance), instance.kind.noun()),
            format!("use `{block}` of `@alch/blocks`; `alch-blocks migrate` can rewrite it"),
        );
    }

    fn id(&mut self, instance: &Instance) {
        let mut carries = false;
        let mut reason = None;
        for (_, case) in instance.id.cases() {
            match &case {
                Value::Text(parts) => {
                    carries |= parts.iter().any(carries_stage);
                    reason = reason.or_else(|| parts.iter().find_map(unknown));
                }
                Value::Unknown(why) => reason = Some(why.clone()),
                Value::Nil => reason = Some("it is not given".to_owned()),
                _ => reason = Some("it is no text".to_owned()),
            }
        }
        if carries {
            let about = self.about_id(instance);
            self.add(
                "stage-in-id",
                &about,
                format!("the id {} carries the stage", shown_or_it(instance)),
                "give the next resource an id without it; where this one is deployed, keep the id: \
                 another would delete what it names"
                    .to_owned(),
            );
        }
        if let Some(reason) = reason {
            let about = self.about_id(instance);
            self.undecided(&about, "the id", &reason);
        }
    }

    fn undecided(&mut self, about: &About<'_>, what: &str, reason: &str) {
        self.add(
            "undecided",
            about,
            format!("{what} cannot be told from the text: {reason}"),
            "write it in place, or look at it yourself and disable this finding with a reason"
                .to_owned(),
        );
    }

    fn name(&mut self, instance: &Instance) {
        let off = option(instance, "stage") == Value::Bool(false);
        for case in naming::cases(instance) {
            let when: Vec<_> = case.when.iter().chain(&instance.when).cloned().collect();
            match &case.source {
                Source::Unknown(reason) => {
                    let about = self.about_name(instance);
                    self.undecided(&about, "the name", reason);
                }
                Source::Default => {}
                Source::Parts(parts) => {
                    if let Some(variable) = parts.iter().find_map(stage_variable) {
                        self.stage_source(instance, &variable, &naming_key(instance));
                    } else if instance.block.is_some() {
                        if !off {
                            self.carried(instance, parts);
                        }
                    } else if !parts.iter().any(carries_stage) && !names_a_stage(&when) {
                        self.fixed(instance, parts);
                    }
                }
            }
        }
        if let (Some(_), Value::Text(parts)) = (&instance.block, &instance.id) {
            let default = naming::cases(instance).iter().any(|c| c.source == Source::Default);
            if default && !off {
                self.carried(instance, parts);
            }
        }
        for key in ["stage", "pin", "share"] {
            if instance.block.is_none() {
                break;
            }
            for (_, case) in option(instance, key).cases() {
                match &case {
                    Value::Unknown(reason) => {
                        let about = self.about(instance, Some(key));
                        self.undecided(&about, &format!("`{key}`"), reason);
                    }
                    Value::Text(parts) => {
                        if let Some(variable) = parts.iter().find_map(stage_variable) {
                            self.stage_source(instance, &variable, key);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn stage_source(&mut self, instance: &Instance, variable: &str, key: &str) {
        let about = self.about(instance, Some(key));
        let message = format!(
            "{} is made from the variable {}, which is not Alchemy's stage",
            shown_or_it(instance),
            quote(variable)
        );
        let help = "use `app.stage`: state is keyed by it, and with another text one stage's \
                    state can point at another's resource";
        self.add("stage-source", &about, message, help.to_owned());
    }

    /// A base name with the stage in it.
    fn carried(&mut self, instance: &Instance, parts: &[Part]) {
        if !parts.iter().any(carries_stage) || parts.iter().any(|p| stage_variable(p).is_some()) {
            return;
        }
        let about = self.about_name(instance);
        let help = match parts {
            [Part::Text(base), Part::Stage | Part::Slug] if base.ends_with('-') => {
                format!("write {}: the block adds the stage", quote(base.trim_end_matches('-')))
            }
            [Part::Law(_, base)] => format!("write {}: the block adds the stage", quote(base)),
            _ => "leave the stage out: the block adds it".to_owned(),
        };
        let message = format!("the base name {} already carries the stage", quote(&shown(parts)));
        self.add("double-stage", &about, message, help);
    }

    /// A name without the stage.
    fn fixed(&mut self, instance: &Instance, parts: &[Part]) {
        let name = quote(&shown(parts));
        match instance.kind {
            Kind::DurableObject => {}
            Kind::Workflow => {
                let about = self.about_name(instance);
                self.add(
                    "unscoped-workflow",
                    &about,
                    format!(
                        "the workflow {name} is the same in every stage: each deploy takes it over"
                    ),
                    "use `AlchemyWorkflow` of `@alch/blocks`, or put the stage into `workflowName` \
                     and keep `className`"
                        .to_owned(),
                );
            }
            kind => {
                let app = instance.app.and_then(|app| self.eval.apps.get(app));
                let adopts = match option(instance, "adopt") {
                    Value::Nil => app.is_some_and(|app| app.adopt),
                    value => value.cases().iter().any(|(_, case)| *case == Value::Bool(true)),
                };
                let about = self.about_name(instance);
                let noun = kind.noun();
                let help = match kind.block() {
                    Some(block) => {
                        format!("use `{block}` of `@alch/blocks`, or put `app.stage` into it")
                    }
                    None => "use `physicalName` of `@alch/blocks`, or put `app.stage` into it"
                        .to_owned(),
                };
                if adopts {
                    self.add(
                        "adopt-fixed",
                        &about,
                        format!(
                            "the {noun} {name} is adopted by every stage: destroying one deletes \
                             all others'"
                        ),
                        help,
                    );
                } else {
                    self.add(
                        "fixed-name",
                        &about,
                        format!("the {noun} {name} has no stage in its name: stages collide"),
                        help,
                    );
                }
            }
        }
    }

    /// A class that lives in a script with a fixed name.
    fn script(&mut self, instance: &Instance) {
        if !instance.kind.spec().is_class {
            return;
        }
        for (when, case) in option(instance, "scriptName").cases() {
            let case = match &case {
                Value::Resource(resource) => resource.name.clone(),
                other => other.clone(),
            };
            let when: Vec<Cond> = when.iter().chain(&instance.when).cloned().collect();
            let about = self.about(instance, Some("scriptName"));
            match &case {
                Value::Text(parts) => {
                    if let Some(variable) = parts.iter().find_map(stage_variable) {
                        self.stage_source(instance, &variable, "scriptName");
                    } else if let Some(reason) = parts.iter().find_map(unknown) {
                        self.undecided(&about, "the script", &reason);
                    } else if !parts.iter().any(carries_stage)
                        && !parts.contains(&Part::App)
                        && !names_a_stage(&when)
                    {
                        let noun = instance.kind.noun();
                        self.add(
                            "unscoped-class",
                            &about,
                            format!(
                                "the {noun} {} lives in the script {}, which is the same in every \
                                 stage",
                                shown_or_it(instance),
                                quote(&shown(parts))
                            ),
                            "pass the `Worker` itself, or give the script a name with the stage"
                                .to_owned(),
                        );
                    }
                }
                Value::Unknown(reason) => self.undecided(&about, "the script", reason),
                _ => {}
            }
        }
    }

    fn dead_letters(&mut self, instance: &Instance) {
        let off = option(instance, "stage") == Value::Bool(false);
        if instance.kind != Kind::Queue || (instance.block.is_some() && !off) {
            return;
        }
        for (when, case) in option(instance, "dlq").cases() {
            let about = self.about(instance, Some("dlq"));
            let when: Vec<Cond> = when.iter().chain(&instance.when).cloned().collect();
            match &case {
                Value::Text(parts) => {
                    if let Some(variable) = parts.iter().find_map(stage_variable) {
                        self.stage_source(instance, &variable, "dlq");
                    } else if let Some(reason) = parts.iter().find_map(unknown) {
                        self.undecided(&about, "the dead letter queue", &reason);
                    } else if !parts.iter().any(carries_stage) && !names_a_stage(&when) {
                        self.add(
                            "shared-dlq",
                            &about,
                            format!(
                                "the dead letters of all stages go to the queue {}",
                                quote(&shown(parts))
                            ),
                            "pass a `Queue` of this program, or use the blocks: they give a `dlq` \
                             its stage"
                                .to_owned(),
                        );
                    }
                }
                Value::Unknown(reason) => self.undecided(&about, "the dead letter queue", reason),
                _ => {}
            }
        }
    }

    /// What the law itself says.
    fn law(&mut self, instance: &Instance) {
        if instance.block.is_none() {
            return;
        }
        for stage in self.stages() {
            let app = app_of(self.eval, instance);
            let Err(Why::Refused(error)) = in_stage(instance, app, &stage) else { continue };
            let code = match error.code().as_str() {
                "double-stage" => "double-stage",
                "stage-invalid" | "stage-case" | "stage-implicit" => continue,
                _ => "base-invalid",
            };
            let carried = matches!(code, "double-stage")
                && base_parts(instance).iter().any(|parts| parts.iter().any(carries_stage));
            if carried {
                continue;
            }
            let about = self.about_name(instance);
            self.add(code, &about, error.to_string(), error.help());
            if code == "base-invalid" {
                return;
            }
        }
        if instance.kind == Kind::DurableObject {
            return;
        }
        for base in bases(instance) {
            self.length(instance.kind, &base, &self.about_name(instance));
        }
    }

    /// The stages that are asked for, or the usual ones.
    fn stages(&self) -> Vec<String> {
        if !self.options.stages.is_empty() {
            return self.options.stages.clone();
        }
        USUAL.iter().map(|stage| (*stage).to_owned()).collect()
    }

    fn length(&mut self, kind: Kind, base: &str, about: &About<'_>) {
        if !is_shortened(kind, base, LONGEST_STAGE)
            || alch_blocks::physical_name(kind, base, LONGEST_STAGE).is_err()
        {
            return;
        }
        let room = kind.cap().saturating_sub(LONGEST_STAGE.len()).saturating_sub(1);
        self.add(
            "too-long",
            about,
            format!(
                "{} would be shortened in a stage of {} characters",
                quote(base),
                LONGEST_STAGE.len()
            ),
            format!("choose a base name of at most {room}, to see it whole in every stage"),
        );
    }

    /// Uses of `physicalName`.
    fn names(&mut self) {
        for call in &self.eval.names {
            let about =
                About { kind: Some(call.kind), instance: None, file: call.file, at: call.at };
            match alch_blocks::physical_name(call.kind, &call.base, LONGEST_STAGE) {
                Err(error) => self.add("base-invalid", &about, error.to_string(), error.help()),
                Ok(_) => self.length(call.kind, &call.base, &about),
            }
            for stage in self.stages() {
                if let Err(error) = alch_blocks::physical_name(call.kind, &call.base, &stage)
                    && error.code() == "double-stage"
                {
                    let (message, help) = (error.to_string(), error.help());
                    self.add("double-stage", &about, message, help);
                }
            }
        }
    }

    // --- Many declarations ----------------------------------------------------------------------

    fn bases(&mut self) {
        let mut all: Vec<(Kind, String, &Instance)> = Vec::new();
        for instance in &self.eval.instances {
            if instance.block.is_none() {
                continue;
            }
            for base in bases(instance) {
                all.push((instance.kind, base, instance));
            }
        }
        let mut seen: Vec<(Kind, String, String)> = Vec::new();
        for (at, (kind, base, instance)) in all.iter().enumerate() {
            for (other_kind, other, first) in all.iter().take(at) {
                if kind != other_kind || same_identity(self.eval, instance, first) {
                    continue;
                }
                let Some((stage, other_stage)) = ambiguous(*kind, base, other) else { continue };
                let key = (*kind, base.clone(), other.clone());
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
                let about = self.about_name(instance);
                self.add(
                    "ambiguous-bases",
                    &about,
                    format!(
                        "{} in stage {} and {} in stage {} would have one name: see {}",
                        quote(base),
                        quote(&stage),
                        quote(other),
                        quote(&other_stage),
                        self.place(first)
                    ),
                    "give one of them a base name that does not start with the other's".to_owned(),
                );
            }
        }
    }

    fn duplicates(&mut self) {
        let usual = ["prod".to_owned(), "pr-1".to_owned()];
        let stages: &[String] =
            if self.options.stages.is_empty() { &usual } else { &self.options.stages };
        let mut told: Vec<(usize, usize)> = Vec::new();
        for stage in stages {
            let mut owners: BTreeMap<(Kind, String, String), Vec<usize>> = BTreeMap::new();
            for (at, instance) in self.eval.instances.iter().enumerate() {
                if instance.kind == Kind::DurableObject || option(instance, "share") != Value::Nil {
                    continue;
                }
                let app = instance.app.and_then(|app| self.eval.apps.get(app));
                let Ok(named) = in_stage(instance, app, stage) else { continue };
                let place = option(instance, "jurisdiction").known_text().unwrap_or_default();
                let place = if place == "default" { String::new() } else { place };
                let folds = instance.kind.same_name("a", "A");
                let name = if folds { named.name.to_ascii_lowercase() } else { named.name };
                owners.entry((instance.kind, name, place)).or_default().push(at);
            }
            for ((_, name, _), owners) in owners {
                for (order, second) in owners.iter().enumerate() {
                    let Some(instance) = self.eval.instances.get(*second) else { continue };
                    let first = owners.iter().take(order).find(|first| {
                        self.eval
                            .instances
                            .get(**first)
                            .is_some_and(|first| !same_identity(self.eval, first, instance))
                    });
                    let Some(first) = first else { continue };
                    if told.contains(&(*first, *second)) {
                        continue;
                    }
                    told.push((*first, *second));
                    let Some(other) = self.eval.instances.get(*first) else { continue };
                    let about = self.about_name(instance);
                    self.add(
                        "duplicate-name",
                        &about,
                        format!(
                            "two resources would be the {} {} in stage {}: see {}",
                            instance.kind.noun(),
                            quote(&name),
                            quote(stage),
                            self.place(other)
                        ),
                        "give one of them another name, or each app a `prefix`".to_owned(),
                    );
                }
            }
        }
    }

    fn orphans(&mut self) {
        let (eval, options) = (self.eval, self.options);
        // A program that is not followed to its end may declare anything.
        if !options.orphans || eval.exhausted.is_some() {
            return;
        }
        for orphan in state::orphans(eval, options.state.as_deref().unwrap_or_default()) {
            let (file, at) = (orphan.app.file, orphan.app.at);
            let about = About { kind: Some(orphan.kind), instance: None, file, at };
            let Orphan { row, message, help, .. } = orphan;
            let Some(mut placed) = self.placed("orphaned-row", &about, message, help) else {
                continue;
            };
            placed.finding.id = Some(row.id.clone());
            placed.finding.name.clone_from(&row.name);
            self.found.push(placed);
        }
    }

    // --- Stages and apps ------------------------------------------------------------------------

    /// A finding in a file of the state, where no comment can silence it.
    fn armed_stage(&self, armed: &ArmedStage) -> Option<Finding> {
        let usual = if armed.has_data() { "error" } else { "warning" };
        let severity = self.severity_or("armed-stage", usual);
        (severity != "off").then(|| Finding {
            code: "armed-stage".to_owned(),
            severity,
            kind: None,
            id: None,
            name: None,
            file: armed.file.clone(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 2,
            message: armed.message(),
            help: armed.help(),
        })
    }

    fn nested_stages(&mut self) {
        let (eval, options) = (self.eval, self.options);
        for nested in stages::nested(eval, &options.stored) {
            let about =
                About { kind: None, instance: None, file: nested.app.file, at: nested.app.at };
            let usual = if nested.deployed { "error" } else { "warning" };
            let severity = self.severity_or("nested-stage", usual);
            let placed = self.placed("nested-stage", &about, nested.message, nested.help);
            self.found.extend(placed.map(|mut placed| {
                placed.finding.severity = severity;
                placed
            }));
        }
    }

    fn shared_apps(&mut self) {
        let (eval, files, packages) = (self.eval, self.files, &self.options.packages);
        let path_of = |app: &App| files.get(app.file).map(|facts| facts.path.as_str());
        let package_of = |app: &App| packages.get(path_of(app)?).map(String::as_str);
        for shared in stages::shared(eval, package_of) {
            let second = shared.second;
            let about = About { kind: None, instance: None, file: second.file, at: second.at };
            let name = quote(&shared.name);
            let first = self.place_at(shared.first.file, shared.first.at);
            let message = format!(
                "two programs have the app {name}: if they keep their state in one place, each \
                 deploy deletes what the other declares: see {first}"
            );
            let help = "give the one that is not deployed yet another app name; if both are \
                        deployed, keep their state in different places";
            self.add("shared-app", &about, message, help.to_owned());
        }
    }

    fn place(&self, instance: &Instance) -> String {
        let Some(facts) = self.files.get(instance.file) else { return String::new() };
        let at = call_of(facts, instance).map_or((0, 0), |call| call.at);
        self.place_at(instance.file, at)
    }

    fn place_at(&self, file: usize, at: At) -> String {
        let Some(facts) = self.files.get(file) else { return String::new() };
        let (line, _) = facts.place(at.0);
        format!("{}:{line}", facts.path)
    }
}

/// Whether two declarations are the same resource of the same app.
fn same_identity(eval: &Eval<'_>, a: &Instance, b: &Instance) -> bool {
    let app = |instance: &Instance| instance.app.and_then(|app| eval.apps.get(app));
    let same_app = match (app(a), app(b)) {
        (Some(a), Some(b)) => a == b || (known(&a.name).is_some() && a.name == b.name),
        // Of which app it is cannot be said: rather nothing than a false alarm.
        _ => true,
    };
    same_app && a.scope == b.scope && a.id == b.id
}

fn call_of<'f>(facts: &'f Facts, instance: &Instance) -> Option<&'f crate::facts::Call> {
    match facts.expr(instance.call) {
        Expr::Call(call) => Some(call),
        _ => None,
    }
}

/// Where an option's value is written, if it is written in the call.
fn option_at(facts: &Facts, instance: &Instance, key: &str) -> Option<At> {
    let call = call_of(facts, instance)?;
    let Expr::Object(props) = facts.expr(*call.args.get(1)?) else { return None };
    let named = |prop: &&crate::facts::Prop| matches!(&prop.key, Key::Name(name) if name == key);
    props.iter().rev().find(named).map(|prop| prop.value_at)
}

fn naming_key(instance: &Instance) -> String {
    let given = naming::naming_options(instance)
        .into_iter()
        .find(|key| option(instance, key) != Value::Nil);
    given.unwrap_or("name").to_owned()
}

/// Whether the stage is in it, by whatever way.
fn carries_stage(part: &Part) -> bool {
    match part {
        Part::Stage | Part::Slug | Part::Law(..) => true,
        Part::Env(name, _) => naming::is_stage_like(name),
        Part::Made(made) => made.of.iter().any(carries_stage),
        Part::Text(_) | Part::App | Part::Unknown(_) => false,
    }
}

fn stage_variable(part: &Part) -> Option<String> {
    match part {
        Part::Env(name, _) if naming::is_stage_like(name) => Some(name.clone()),
        Part::Made(made) => made.of.iter().find_map(stage_variable),
        _ => None,
    }
}

/// What the base name of a block is made of, without prefix.
fn base_parts(instance: &Instance) -> Vec<Vec<Part>> {
    let id = match &instance.id {
        Value::Text(parts) => Some(parts.clone()),
        _ => None,
    };
    let one = |case: naming::Case| match case.source {
        Source::Parts(parts) => Some(parts),
        Source::Default => id.clone(),
        Source::Unknown(_) => None,
    };
    naming::cases(instance).into_iter().filter_map(one).collect()
}

/// The base names of a block that takes its stage from the run, prefix included.
fn bases(instance: &Instance) -> Vec<String> {
    let Some(settings) = &instance.block else { return Vec::new() };
    let resolved = match option(instance, "stage") {
        Value::Nil => true,
        Value::Text(parts) => parts.as_slice() == [Part::Stage],
        _ => false,
    };
    if !resolved || option(instance, "share") != Value::Nil {
        return Vec::new();
    }
    let parts = base_parts(instance).into_iter();
    parts.filter_map(|parts| known(&join([naming::with_prefix(settings, parts)]))).collect()
}

pub(crate) fn shown_id(instance: &Instance) -> Option<String> {
    match &instance.id {
        Value::Text(parts) => Some(shown(parts)),
        Value::OneOf(cases) => cases.iter().find_map(|(_, case)| match case {
            Value::Text(parts) => Some(shown(parts)),
            _ => None,
        }),
        _ => None,
    }
}

fn shown_or_it(instance: &Instance) -> String {
    shown_id(instance).map_or_else(|| "this".to_owned(), |id| quote(&id))
}

/// The app of an instance.
pub(crate) fn app_of<'e>(eval: &'e Eval<'_>, instance: &Instance) -> Option<&'e App> {
    instance.app.and_then(|app| eval.apps.get(app))
}
