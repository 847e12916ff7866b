//! What programs of Alchemy 2 have declared when they were run, as declarations like those from text.
//!
//! A run tells all that a stack declares in one stage, so what the text of the stack tells, or does not
//! tell, is replaced by it. Only the places are still those of the text.

use std::collections::BTreeMap;
use std::rc::Rc;

use alch_blocks::{Kind, stage_slug};
use serde::Deserialize;

use crate::declarations::{
    Declaration, Identity, InOneStage, InStage, Places, Program, StageSet, StageUse, Why,
};
use crate::syntax::facts::Facts;
use crate::values::{App, Bound, Eval, Object, Part, Value, known};
use crate::version::Version;

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
    /// Whether it stays in the account when the stage is destroyed.
    pub retained: bool,
    /// Of a class or a workflow: the Worker that binds it.
    pub worker: Option<String>,
    /// The key of the binding.
    pub key: Option<String>,
    /// Of a class that it takes over: the Workers that may have it.
    pub from: Vec<String>,
    /// The ids that it had before.
    pub formers: Vec<String>,
}

impl Resource {
    fn bound(&self) -> Option<Bound> {
        let worker = self.worker.as_ref()?;
        let mut parts: Vec<Value> = worker.split('/').map(Value::text).collect();
        let id = parts.pop()?;
        Some(Bound { scope: parts, id, key: self.key.clone() })
    }

    fn former_hosts(&self) -> Value {
        if self.from.is_empty() {
            return Value::Nil;
        }
        Value::Array(Rc::new(self.from.iter().map(Value::text).collect()))
    }

    /// With their namespaces.
    fn formers(&self) -> impl Iterator<Item = Value> {
        self.formers.iter().map(|id| {
            let props = vec![("fqn".to_owned(), Value::text(id.clone()))];
            Value::Object(Rc::new(Object { props, open: None }))
        })
    }
}

const AT_DEPLOY: &str = "a deploy alone tells it";

/// A declaration by its kind and its id, in each stage.
type Found<'e> = BTreeMap<(Kind, &'e str), Vec<(&'e str, &'e Resource)>>;

/// Makes sure that each stack is among the apps, and forgets what was not followed in its text.
pub(crate) fn add_stacks(files: &[Facts], eval: &mut Eval<'_>, runs: &[Evaluated]) {
    let mut ran: Vec<usize> = Vec::new();
    for run in runs {
        let Some(file) = files.iter().position(|facts| facts.path == run.file) else { continue };
        ran.push(file);
        let app = app_of(&eval.apps, file, &run.stack).unwrap_or_else(|| {
            let name = vec![Part::Text(run.stack.clone())];
            eval.apps.push(App { file, version: Version::V2, name, ..App::default() });
            eval.apps.len().saturating_sub(1)
        });
        ran.extend(eval.apps.get(app).map(|app| app.file));
    }
    // What a stack runs may be in any file.
    let mut stacks = eval.apps.iter().filter(|app| app.version == Version::V2);
    let is_all = !ran.is_empty() && stacks.all(|app| ran.contains(&app.file));
    eval.unfollowed.retain(|one| !is_all && !ran.contains(&one.file));
}

/// The stack may be declared in another file than the one that exports it, and the text may not tell
/// its name.
fn app_of(apps: &[App], file: usize, stack: &str) -> Option<usize> {
    let find = |test: &dyn Fn(&App, Option<&str>) -> bool| {
        apps.iter()
            .position(|app| app.version == Version::V2 && test(app, known(&app.name).as_deref()))
    };
    find(&|app, name| app.file == file && name == Some(stack))
        .or_else(|| find(&|_, name| name == Some(stack)))
        .or_else(|| find(&|app, name| app.file == file && name.is_none()))
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
            // It is known of some stages only.
            is_everywhere: false,
            is_at_root: false,
            no_block: text.and_then(|text| text.no_block.clone()),
            // `migrate` goes by the text, whatever a run tells.
            can_migrate: text.is_some_and(|text| text.can_migrate),
            kind,
            version: Version::V2,
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
            may_adopt: Version::V2.adopts_by_name(kind) && !is_block,
            adopts: false,
            unknown_adopt: None,
            bound: stages.iter().find_map(|(_, one)| one.bound()),
            class: text.map_or(Value::Nil, |text| text.class.clone()),
            script: Value::Nil,
            former_hosts: stages
                .iter()
                .map(|(_, one)| one.former_hosts())
                .next()
                .unwrap_or_default(),
            formers: stages.iter().flat_map(|(_, one)| one.formers()).collect(),
            loose: BTreeMap::new(),
            stage: text.map_or(StageUse::Resolved, |text| text.stage),
            named_stages: text.map_or_else(Vec::new, |text| text.named_stages.clone()),
            claims_its_name: text.map_or(kind != Kind::DurableObject, |text| text.claims_its_name),
            jurisdiction: stages
                .first()
                .map_or_else(String::new, |(_, one)| one.jurisdiction.clone()),
            base_parts: Vec::new(),
            bases: Vec::new(),
            judged: self.judged.clone(),
            costs: text.map_or_else(BTreeMap::new, |text| text.costs.clone()),
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
            Some(name) => Ok(self.named(stage, name, one.retained)),
            None if one.automatic => {
                Err(Why::Automatic(Version::V2.automatic(self.kind).unwrap_or(AT_DEPLOY)))
            }
            None => Err(Why::Unknown(one.reason.clone().unwrap_or_else(|| AT_DEPLOY.to_owned()))),
        };
        let claims = match &one.name {
            Some(name) if self.kind != Kind::DurableObject => vec![name.clone()],
            _ => Vec::new(),
        };
        InOneStage {
            perhaps: false,
            id: Some(self.id.to_owned()),
            scope: Some(self.scope.to_vec()),
            name,
            claims,
            scripts: Vec::new(),
            dead_letters: Vec::new(),
        }
    }

    fn named(&self, stage: &str, name: &str, retained: bool) -> InStage {
        let slug = stage_slug(stage).unwrap_or_default();
        let base = name.strip_suffix(&slug).and_then(|base| base.strip_suffix('-'));
        let base = base.filter(|base| !base.is_empty() && !slug.is_empty()).map(str::to_owned);
        InStage { name: name.to_owned(), base, shortened: false, retained }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::link::link;
    use crate::report::Report;
    use crate::syntax::lower::read;

    const PROGRAM: &str = r#"
        import * as Alchemy from "alchemy";
        import * as Effect from "effect/Effect";
        export default Alchemy.Stack("shop", {}, Effect.void);
    "#;

    fn resource(kind: &str, id: &str, name: Option<&str>) -> Value {
        json!({ "kind": kind, "id": id, "name": name, "automatic": name.is_none() })
    }

    fn run(stage: &str, resources: &[Value]) -> Value {
        json!({ "file": "shop.ts", "stack": "shop", "stage": stage, "resources": resources })
    }

    fn report(stages: &[&str], runs: &[Value]) -> Report {
        let options = json!({ "stages": stages, "evaluated": runs });
        let options = serde_json::from_value(options).unwrap_or_default();
        link(&[read("shop.ts", PROGRAM)], &options)
    }

    fn codes(report: &Report) -> Vec<(&str, &str)> {
        report.findings.iter().map(|one| (one.code.as_str(), one.message.as_str())).collect()
    }

    #[test]
    fn what_was_declared_is_a_declaration() {
        let runs = [
            run("prod", &[resource("database", "api/db", Some("shop-prod"))]),
            run("dev", &[resource("database", "api/db", Some("shop-dev"))]),
        ];
        let report = report(&["prod", "dev"], &runs);
        assert_eq!(codes(&report), []);
        assert_eq!(report.unread, []);
        let names = |stage: &str| {
            let one = report.declarations.first().and_then(|one| one.names.get(stage));
            one.map(|named| (named.name.as_str(), named.cap))
        };
        assert_eq!(names("prod"), Some(("shop-prod", 128)));
        assert_eq!(names("dev"), Some(("shop-dev", 128)));
        let shown: Vec<_> = report
            .declarations
            .iter()
            .map(|one| (one.scope.join("/"), one.id.clone(), one.app.clone(), one.base.clone()))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(shown, [("api".to_owned(), text("db"), text("shop"), text("shop"))]);
    }

    #[test]
    fn what_stages_share_is_found() {
        let same = [
            resource("database", "db", Some("shared")),
            resource("worker", "api", Some("api")),
            resource("durable-object", "room", Some("Room")),
        ];
        let report = report(&["prod", "dev"], &[run("prod", &same), run("dev", &same)]);
        let found: Vec<_> = codes(&report).into_iter().map(|(code, _)| code).collect();
        assert_eq!(found, ["adopt-fixed", "fixed-name"]);
        // Where it is written is not known.
        assert!(report.findings.iter().all(|one| (one.file.as_str(), one.line) == ("shop.ts", 1)));
    }

    #[test]
    fn what_is_retained_outlives_each_stage() {
        let kept = [json!({ "kind": "database", "id": "db", "name": "shared", "retained": true })];
        let report = report(&["prod", "dev"], &[run("prod", &kept), run("dev", &kept)]);
        let found: Vec<_> = codes(&report).into_iter().map(|(code, _)| code).collect();
        assert_eq!(found, ["fixed-name"]);
    }

    #[test]
    fn what_one_stage_has_is_not_shared() {
        let runs = [run("prod", &[resource("kv", "menu", Some("menu"))]), run("dev", &[])];
        assert_eq!(codes(&report(&["prod", "dev"], &runs)), []);
    }

    #[test]
    fn names_that_alchemy_makes_up_are_told_as_such() {
        let random = resource("queue", "jobs", None);
        let open =
            json!({ "kind": "queue", "id": "q", "name": null, "reason": "a deploy tells it" });
        let report = report(&["prod"], &[run("prod", &[random, open])]);
        let said: Vec<_> = report
            .declarations
            .iter()
            .map(|one| one.undecided.clone().unwrap_or_default())
            .collect();
        let random = "Alchemy 2 gives it a random suffix, which only the state knows";
        assert_eq!(said, [random, "a deploy tells it"]);
        // Nobody can decide what Alchemy makes up.
        let undecided: Vec<_> =
            report.findings.iter().filter(|one| one.code == "undecided").collect();
        assert_eq!(undecided.len(), 1, "{undecided:?}");
    }

    #[test]
    fn two_resources_of_one_name_are_found() {
        let both = [
            resource("bucket", "a", Some("files-prod")),
            resource("bucket", "b", Some("files-prod")),
        ];
        let report = report(&["prod"], &[run("prod", &both)]);
        let found: Vec<_> = codes(&report).into_iter().map(|(code, _)| code).collect();
        assert!(found.contains(&"duplicate-name"), "{found:?}");
    }

    #[test]
    fn runs_of_unknown_files_and_kinds_say_nothing() {
        let odd = [resource("moon", "a", Some("b"))];
        let elsewhere = json!({ "file": "x.ts", "stack": "x", "stage": "prod", "resources": [] });
        let report = report(&["prod"], &[run("prod", &odd), elsewhere]);
        assert_eq!((report.declarations.len(), codes(&report)), (0, vec![]));
    }
}
