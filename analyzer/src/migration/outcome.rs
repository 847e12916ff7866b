//! What a deploy would do to each resource, by the rules that guard it.

use std::collections::BTreeMap;

use alch_blocks::{Binding, Error, Kind, OnRename, Row, Verdict, judge, judge_worker, quote};
use serde::Serialize;

use super::compare::Key;
use super::{Deployed, View};
use crate::declarations::{Declaration, Why, constant_stage, decided, kind_of};
use crate::naming::option;
use crate::report::StateRow;
use crate::values::{App, Instance, Value, text_in};
use crate::version::Version;

/// What a deploy of one stage would do to one resource.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outcome {
    #[serde(skip)]
    pub key: Key,
    pub stage: String,
    pub kind: &'static str,
    pub id: String,
    /// The name that it has.
    pub deployed: String,
    /// The name that the program gives it.
    pub computed: Option<String>,
    pub verdict: Judgement,
    /// Why the guard refuses it.
    pub code: Option<String>,
    pub message: Option<String>,
    pub help: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Judgement {
    /// The resource stays as it is.
    Keep,
    /// `onRename: "replace"` lets it go.
    Replace,
    /// Alchemy 2 gives it its new name.
    Rename,
    /// The guard stops the deploy.
    Refuse,
    /// The program does not say enough.
    Unknown,
}

/// What the guard says, or why it cannot be told.
enum Judged {
    Kept(Judgement, String),
    Refused(Box<Error>, Option<String>),
    Unknown(String),
}

/// By stage, kind, and an id or a name.
type Index<'r, T> = BTreeMap<(&'r str, Kind, &'r str), Vec<T>>;

/// Rows, by what they are looked up by.
#[derive(Default)]
struct Rows<'r> {
    by_id: Index<'r, &'r StateRow>,
    by_name: Index<'r, &'r StateRow>,
    bindings: Index<'r, (&'r StateRow, &'r Binding)>,
}

impl<'r> Rows<'r> {
    fn of(rows: &'r [StateRow]) -> Self {
        let mut all = Self::default();
        for row in rows {
            let stage = row.stage.as_str();
            for binding in &row.bindings {
                let key = (stage, binding.kind(), binding.id.as_str());
                all.bindings.entry(key).or_default().push((row, binding));
            }
            let Some(kind) = kind_of(row) else { continue };
            all.by_id.entry((stage, kind, &row.id)).or_default().push(row);
            if let Some(name) = &row.name {
                all.by_name.entry((stage, kind, name)).or_default().push(row);
            }
        }
        all
    }
}

/// Judges every block of 0.94 that the state, or what is taken for it, has in some stage.
pub(super) fn outcomes(after: View<'_>, rows: &[StateRow]) -> Vec<Outcome> {
    let index = Rows::of(rows);
    let mut apps: BTreeMap<Option<usize>, Deployed> = BTreeMap::new();
    let mut out = Vec::new();
    let of_old = |one: &Declaration| one.is_block && one.version == Version::V0;
    for (instance, one) in after.all().filter(|(_, one)| of_old(one)) {
        let Some(key) = after.key(one) else { continue };
        let app = after.program.app_of(one);
        let deployed = apps.entry(one.app).or_insert_with(|| Deployed::of(app, rows));
        for stage in deployed.stages.iter().filter(|stage| one.stages.contains_key(*stage)) {
            let judge = Judge { instance, one, app, deployed, stage, rows: &index };
            out.extend(judge.outcome(&key));
        }
    }
    out
}

/// One block in one stage.
struct Judge<'j> {
    instance: &'j Instance,
    one: &'j Declaration,
    app: Option<&'j App>,
    deployed: &'j Deployed<'j>,
    stage: &'j str,
    rows: &'j Rows<'j>,
}

impl Judge<'_> {
    /// Nothing for what is not deployed.
    fn outcome(&self, key: &Key) -> Option<Outcome> {
        let (deployed, judged) = match self.one.kind.spec().is_class {
            true => self.class()?,
            false => self.resource()?,
        };
        let mut outcome = Outcome {
            key: key.clone(),
            stage: self.stage.to_owned(),
            kind: self.one.kind.as_str(),
            id: self.one.id.clone().unwrap_or_default(),
            deployed,
            computed: None,
            verdict: Judgement::Unknown,
            code: None,
            message: None,
            help: None,
        };
        match judged {
            Judged::Kept(verdict, name) => {
                (outcome.verdict, outcome.computed) = (verdict, Some(name));
            }
            Judged::Unknown(reason) => outcome.message = Some(reason),
            Judged::Refused(error, name) => {
                (outcome.verdict, outcome.computed) = (Judgement::Refuse, name);
                (outcome.code, outcome.help) = (Some(error.code()), Some(error.help()));
                outcome.message = Some(error.to_string());
            }
        }
        Some(outcome)
    }

    fn resource(&self) -> Option<(String, Judged)> {
        let id = self.one.stages.get(self.stage)?.id.as_deref()?;
        let found = self.rows.by_id.get(&(self.stage, self.one.kind, id));
        let ours = || {
            let rows = found.into_iter().flatten().copied();
            rows.filter(|row| self.deployed.has(row))
        };
        let own = ours().find(|row| self.one.is_of(row) == Some(true));
        if own.is_none()
            && let Some(row) = ours().find(|row| self.one.is_of(row).is_none())
        {
            let reason = "the text does not show the scope that it is in".to_owned();
            return Some((row.name.clone()?, Judged::Unknown(reason)));
        }
        let declaration = match decided(self.instance, &self.run()) {
            Ok(outcome) => outcome.declaration,
            Err(why) => return Some((own?.name.clone()?, judged(why)?)),
        };
        let elsewhere = self.elsewhere(&declaration.name, own);
        let deployed = match (own, elsewhere) {
            (None, None) => return None,
            (Some(row), _) => row.name.clone().unwrap_or_default(),
            (None, Some(row)) => row.name.clone().unwrap_or_default(),
        };
        Some((deployed, self.row(declaration, own, elsewhere)))
    }

    fn row(
        &self,
        mut declaration: alch_blocks::Declaration,
        own: Option<&StateRow>,
        elsewhere: Option<&StateRow>,
    ) -> Judged {
        declaration.on_rename = match self.on_rename() {
            Ok(on_rename) => on_rename,
            Err(reason) => return Judged::Unknown(reason),
        };
        let row = Row {
            name: own.and_then(|row| row.name.clone()),
            retained: own.is_some_and(|row| row.retained),
            elsewhere: elsewhere.map(path_of),
            ..Row::default()
        };
        match judge(&declaration, &row) {
            Ok(Verdict::Replace) => Judged::Kept(Judgement::Replace, declaration.name),
            Ok(Verdict::Declared | Verdict::Keep) => {
                Judged::Kept(Judgement::Keep, declaration.name)
            }
            Err(error) => Judged::Refused(Box::new(error), Some(declaration.name)),
        }
    }

    /// Durable Objects and workflows have no rows: they stand in the row of their Worker.
    fn class(&self) -> Option<(String, Judged)> {
        let old = self.deployed_class()?;
        let is_workflow = self.one.kind == Kind::Workflow;
        let deployed = if is_workflow { &old.workflow_name } else { &old.class_name }.clone();
        let refers = option(self.instance, "scriptName") != Value::Nil;
        if refers && is_workflow {
            return None;
        }
        let outcome = match decided(self.instance, &self.run()) {
            Ok(outcome) => outcome,
            Err(why) => return Some((deployed, judged(why)?)),
        };
        let on_rename = match self.on_rename() {
            Ok(on_rename) => on_rename,
            Err(reason) => return Some((deployed, Judged::Unknown(reason))),
        };
        let class = outcome.class.unwrap_or_default();
        let name = if is_workflow { outcome.declaration.name } else { class.clone() };
        if refers && name != deployed {
            return None;
        }
        let workflow_name = if is_workflow { name.clone() } else { String::new() };
        let binding = self.one.kind.spec().binding.to_owned();
        let new = Binding { binding, id: old.id.clone(), class_name: class, workflow_name };
        let judged = match judge_worker(std::slice::from_ref(&old), &[new], |_| on_rename) {
            Ok(kept) if kept.is_empty() && name != deployed => {
                Judged::Kept(Judgement::Replace, name)
            }
            Ok(_) => Judged::Kept(Judgement::Keep, name),
            Err(error) => Judged::Refused(Box::new(error), Some(name)),
        };
        Some((deployed, judged))
    }

    fn deployed_class(&self) -> Option<Binding> {
        let id = self.one.stages.get(self.stage)?.id.as_deref()?;
        let key = (self.stage, self.one.kind, id);
        let bound = self.rows.bindings.get(&key).into_iter().flatten();
        let mut ours = bound.filter(|(row, _)| self.deployed.has(row));
        if let Some((_, binding)) = ours.next() {
            return Some((*binding).clone());
        }
        let rows = self.rows.by_id.get(&key).into_iter().flatten();
        let row = rows.copied().find(|row| self.deployed.has(row))?;
        Some(Binding {
            binding: self.one.kind.spec().binding.to_owned(),
            id: row.id.clone(),
            class_name: String::new(),
            workflow_name: row.name.clone()?,
        })
    }

    /// Another row of the stage that has the name and would be deleted.
    fn elsewhere(&self, name: &str, own: Option<&StateRow>) -> Option<&StateRow> {
        let rows = self.rows.by_name.get(&(self.stage, self.one.kind, name));
        let others = rows.into_iter().flatten().copied();
        let is_other = |row: &&StateRow| !own.is_some_and(|own| std::ptr::eq(own, *row));
        others.filter(is_other).find(|row| {
            !row.retained && row.jurisdiction == self.one.jurisdiction && self.deployed.has(row)
        })
    }

    fn on_rename(&self) -> Result<OnRename, String> {
        let unknown = || "the text does not show its `onRename`".to_owned();
        match text_in(&option(self.instance, "onRename"), &self.run())?.as_deref() {
            None | Some("refuse") => Ok(OnRename::Refuse),
            Some("keep") => Ok(OnRename::Keep),
            Some("replace") => Ok(OnRename::Replace),
            Some(_) => Err(unknown()),
        }
    }

    /// An app whose stage is constant is deployed there, whatever `--stage` says.
    fn run(&self) -> String {
        let constant = self.app.and_then(constant_stage);
        constant.unwrap_or_else(|| self.stage.to_owned())
    }
}

/// Why there is no name; nothing where the stage does not get to the declaration.
fn judged(why: Why) -> Option<Judged> {
    match why {
        Why::Absent => None,
        Why::Unknown(reason) => Some(Judged::Unknown(reason)),
        Why::Automatic(reason) => Some(Judged::Unknown(reason.to_owned())),
        Why::Refused(error) => Some(Judged::Refused(error, None)),
    }
}

fn path_of(row: &StateRow) -> String {
    let scopes = [&row.app, &row.stage].into_iter().chain(&row.scope);
    scopes.chain([&row.id]).map(String::as_str).collect::<Vec<_>>().join("/")
}

/// What is said of a resource that was rewritten.
pub(super) fn reason(outcomes: &[&Outcome], is_known: bool) -> String {
    let other = outcomes.iter().find(|outcome| outcome.verdict != Judgement::Keep);
    match other {
        Some(outcome) => {
            let stage = quote(&outcome.stage);
            match (&outcome.verdict, &outcome.code) {
                (Judgement::Refuse, Some(code)) => {
                    format!("a deploy of {stage} would be refused: `{code}`")
                }
                (Judgement::Replace, _) => format!("a deploy of {stage} would replace it"),
                (Judgement::Rename, _) => format!("a deploy of {stage} would rename it"),
                _ => format!("it is not known what a deploy of {stage} would do"),
            }
        }
        None if !is_known => "by the program alone, it keeps its name".to_owned(),
        None if outcomes.is_empty() => "the state does not have it".to_owned(),
        None => "its deployed names stay as they are".to_owned(),
    }
}
