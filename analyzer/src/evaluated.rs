//! What programs of Alchemy 2 have declared when they were run, as declarations like those from text.
//!
//! A run tells all that a stack declares in one stage, so what the text of the stack tells, or does not
//! tell, is replaced by it. Only the places are still those of the text.

use std::collections::BTreeMap;

use alch_blocks::{Kind, stage_slug};
use serde::Deserialize;

use crate::declarations::{
    Declaration, Identity, InOneStage, InStage, Places, Program, StageSet, StageUse, Why,
};
use crate::syntax::facts::Facts;
use crate::values::{App, Part, Value, known};

/// A stack in one stage.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Evaluated {
    pub file: String,
    pub stack: String,
    pub stage: String,
    pub resources: Vec<Resource>,
}

/// A resource of a stack.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Resource {
    pub kind: String,
    /// The namespaces and the id, with slashes between them.
    pub id: String,
    /// The physical name, where it is known; the class of a Durable Object.
    pub name: Option<String>,
    /// Whether Alchemy makes the name up.
    pub automatic: bool,
    /// Why the name is not known, where Alchemy does not make it up.
    pub reason: Option<String>,
    pub jurisdiction: String,
}

const RANDOM: &str = "Alchemy 2 gives it a random suffix, which only the state knows";
const AT_DEPLOY: &str = "a deploy alone tells it";

/// A declaration by its kind and its id, in each stage.
type Found<'e> = BTreeMap<(Kind, &'e str), Vec<(&'e str, &'e Resource)>>;

/// Makes sure that each stack is among the apps.
pub(crate) fn add_stacks(files: &[Facts], apps: &mut Vec<App>, runs: &[Evaluated]) {
    for run in runs {
        let Some(file) = files.iter().position(|facts| facts.path == run.file) else { continue };
        if app_of(apps, file, &run.stack).is_none() {
            let name = vec![Part::Text(run.stack.clone())];
            apps.push(App { file, at: (0, 0), name, stage: None, adopt: false });
        }
    }
}

fn app_of(apps: &[App], file: usize, stack: &str) -> Option<usize> {
    apps.iter().position(|app| app.file == file && known(&app.name).as_deref() == Some(stack))
}

/// Puts what was declared in runs in the place of what the text tells of the same stacks.
pub(crate) fn decide(program: &mut Program<'_>) {
    let mut stacks: BTreeMap<usize, Vec<&Evaluated>> = BTreeMap::new();
    for run in &program.options.evaluated {
        let Some(file) = program.files.iter().position(|facts| facts.path == run.file) else {
            continue;
        };
        let Some(app) = app_of(program.apps, file, &run.stack) else { continue };
        stacks.entry(app).or_default().push(run);
    }
    for (app, runs) in stacks {
        let all = std::mem::take(&mut program.declarations);
        let (read, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|one| one.app == Some(app));
        program.declarations = others;
        let Some(stack) = program.apps.get(app) else { continue };
        let judged = StageSet::of(Some(stack), program.options);
        for ((kind, id), stages) in found(&runs) {
            let text =
                read.iter().find(|one| one.kind == kind && path_of(one) == Some(id.to_owned()));
            let stack = Stack { app, file: stack.file, judged: &judged };
            program.declarations.push(stack.declaration(kind, id, &stages, text));
        }
    }
}

fn found<'e>(runs: &[&'e Evaluated]) -> Found<'e> {
    let mut found = Found::new();
    for run in runs {
        for resource in &run.resources {
            let Some(kind) = Kind::parse(&resource.kind) else { continue };
            let key = (kind, resource.id.as_str());
            found.entry(key).or_default().push((run.stage.as_str(), resource));
        }
    }
    found
}

/// The namespaces and the id of what was read; `None` where the text does not tell.
fn path_of(one: &Declaration) -> Option<String> {
    let parts = one.identity.scope.iter().chain([&one.identity.id]);
    let parts: Option<Vec<String>> = parts.map(Value::known_text).collect();
    parts.map(|parts| parts.join("/"))
}

struct Stack<'s> {
    app: usize,
    file: usize,
    judged: &'s StageSet,
}

impl Stack<'_> {
    fn declaration(
        &self,
        kind: Kind,
        path: &str,
        stages: &[(&str, &Resource)],
        text: Option<&Declaration>,
    ) -> Declaration {
        let mut scope: Vec<String> = path.split('/').map(str::to_owned).collect();
        let id = scope.pop().unwrap_or_default();
        let is_block = text.is_some_and(|text| text.is_block);
        let here = Here { kind, id: &id, scope: &scope };
        let in_stages =
            stages.iter().map(|(stage, one)| ((*stage).to_owned(), here.at(stage, one)));
        Declaration {
            kind,
            is_block,
            app: Some(self.app),
            identity: Identity {
                scope: scope.iter().map(Value::text).collect(),
                id: Value::text(id.clone()),
            },
            name: text.and_then(|text| text.name.clone()).or_else(|| only_name(stages)),
            places: match text {
                Some(text) => text.places.clone(),
                None => Places::in_file(self.file),
            },
            given: Vec::new(),
            // Alchemy 2 takes over what has the name, without being told to.
            may_adopt: kind.spec().owns_data && !is_block,
            adopts: false,
            stage: text.map_or(StageUse::Resolved, |text| text.stage),
            claims_its_name: text.map_or(kind != Kind::DurableObject, |text| text.claims_its_name),
            jurisdiction: stages
                .first()
                .map_or_else(String::new, |(_, one)| one.jurisdiction.clone()),
            base_parts: Vec::new(),
            bases: Vec::new(),
            judged: self.judged.clone(),
            stages: in_stages.collect(),
            id: Some(id.clone()),
            scope: scope.clone(),
        }
    }
}

/// The name that it has in all stages.
fn only_name(stages: &[(&str, &Resource)]) -> Option<String> {
    let (_, first) = stages.first()?;
    stages.iter().all(|(_, one)| one.name == first.name).then(|| first.name.clone()).flatten()
}

/// What a resource is called, but for its physical name.
struct Here<'h> {
    kind: Kind,
    id: &'h str,
    scope: &'h [String],
}

impl Here<'_> {
    fn at(&self, stage: &str, one: &Resource) -> InOneStage {
        let name = match &one.name {
            Some(name) => Ok(self.named(stage, name)),
            None if one.automatic => Err(Why::Automatic(RANDOM)),
            None => Err(Why::Unknown(one.reason.clone().unwrap_or_else(|| AT_DEPLOY.to_owned()))),
        };
        let claims = match &one.name {
            Some(name) if self.kind != Kind::DurableObject => vec![name.clone()],
            _ => Vec::new(),
        };
        InOneStage {
            id: Some(self.id.to_owned()),
            scope: Some(self.scope.to_vec()),
            name,
            claims,
            scripts: Vec::new(),
            dead_letters: Vec::new(),
        }
    }

    fn named(&self, stage: &str, name: &str) -> InStage {
        let slug = stage_slug(stage).unwrap_or_default();
        let base = name.strip_suffix(&slug).and_then(|base| base.strip_suffix('-'));
        let base = base.filter(|base| !base.is_empty() && !slug.is_empty()).map(str::to_owned);
        InStage { name: name.to_owned(), base, shortened: false }
    }
}
