//! What the next deploy of a stack of Alchemy 2 would be, for the rules that guard it.

use std::collections::BTreeMap;

use alch_blocks::{Binding, Error, Kind, Refusals, Resource, Transfer};

use super::{Declaration, InOneStage, Program, is_of_app, kind_of};
use crate::report::StateRow;
use crate::values::{App, Value, known, text_in};
use crate::version::Version;

/// A stage of a stack that the state has, with what the program declares there.
pub(crate) struct Deploy<'p> {
    pub app: &'p App,
    pub stage: &'p str,
    program: alch_blocks::Program,
    declared: Vec<&'p Declaration>,
    rows: Vec<&'p StateRow>,
    /// What the text does not tell of what a Worker has deployed.
    pub undecided: Vec<Undecided<'p>>,
}

pub(crate) struct Undecided<'p> {
    pub worker: &'p Declaration,
    pub class: String,
    pub reason: String,
}

/// What the guard would refuse of such a deploy.
pub(crate) struct Refused<'p> {
    /// What is deployed, under the same id or a former one.
    pub changed: Vec<(&'p Declaration, Error)>,
    /// What is deployed and no longer declared.
    pub gone: Vec<(&'p StateRow, Error)>,
}

const ELSEWHERE: &str = "it may have moved before, which only the account tells";
const PERHAPS: &str = "a condition that the text does not tell decides it";

/// The rows of Alchemy 2, by what they are looked up by: a state may have very many stages.
#[derive(Default)]
struct Rows<'r> {
    /// By stack and stage.
    placed: BTreeMap<(&'r str, &'r str), Vec<&'r StateRow>>,
    /// By kind and name, in one case.
    named: BTreeMap<(Kind, String), Vec<&'r StateRow>>,
}

impl<'r> Rows<'r> {
    fn of(rows: impl Iterator<Item = &'r StateRow>) -> Self {
        let mut all = Self::default();
        for row in rows.filter(|row| Version::V2.wrote(&row.r#type)) {
            all.placed.entry((&row.app, &row.stage)).or_default().push(row);
            let Some(kind) = kind_of(row) else { continue };
            for name in row.name.iter().chain(&row.replaced) {
                all.named.entry((kind, name.to_ascii_lowercase())).or_default().push(row);
            }
        }
        all
    }

    /// The rows of other stages that have the name of something.
    fn sharers(&self, one: &Resource, (stack, stage): (&str, &str)) -> Vec<&'r StateRow> {
        let Some(kind) = Kind::of_resource(&one.resource) else { return Vec::new() };
        let names = one.name.iter().chain(&one.replaced);
        let rows = names.filter_map(|name| self.named.get(&(kind, name.to_ascii_lowercase())));
        let is_other = |row: &&StateRow| row.app != stack || row.stage != stage;
        rows.flatten().copied().filter(is_other).collect()
    }
}

impl Program<'_> {
    /// The stages that the state has of each stack.
    pub(crate) fn deploys(&self) -> Vec<Deploy<'_>> {
        // A part of a program may declare nothing that is gone.
        if !self.options.orphans || self.exhausted.is_some() {
            return Vec::new();
        }
        self.deploys_by(self.options.state.as_deref().unwrap_or_default())
    }

    /// The stages that some rows are of.
    pub(crate) fn deploys_by<'p>(&'p self, rows: &'p [StateRow]) -> Vec<Deploy<'p>> {
        let rows = Rows::of(rows.iter());
        let mut out = Vec::new();
        for ((stack, stage), own) in &rows.placed {
            let is_it = |app: &&App| {
                app.version == Version::V2 && known(&app.name).as_deref() == Some(*stack)
            };
            if let Some(app) = self.apps.iter().find(is_it) {
                out.push(self.deploy(app, (stack, stage), own, &rows));
            }
        }
        out
    }

    fn deploy<'p>(
        &'p self,
        app: &'p App,
        (stack, stage): (&str, &'p str),
        own: &[&'p StateRow],
        all: &Rows<'_>,
    ) -> Deploy<'p> {
        let mut deploy = Deploy {
            app,
            stage,
            program: alch_blocks::Program {
                stack: stack.to_owned(),
                stage: stage.to_owned(),
                release: self.consent(app, stage).released,
                rows: own.iter().map(|row| held(row)).collect(),
                ..alch_blocks::Program::default()
            },
            declared: Vec::new(),
            rows: own.to_vec(),
            undecided: Vec::new(),
        };
        let is_ours = |one: &&Declaration| {
            let of = self.app_of(one).filter(|of| of.version == Version::V2);
            of.is_some_and(|of| known(&of.name).as_deref() == Some(stack))
        };
        let ours: Vec<_> = self.declarations.iter().filter(is_ours).collect();
        let classes = Classes { all: &ours, stage, unfollowed: self.unfollowed.first() };
        for one in ours.iter().copied().filter(|one| one.kind != Kind::DurableObject) {
            deploy.add(one, &classes);
        }
        let judged = deploy.program.declared.iter().chain(&deploy.program.rows);
        let others = judged.flat_map(|one| all.sharers(one, (stack, stage))).map(held);
        deploy.program.others = others.collect();
        deploy
    }

    /// Whether a declaration that the text does not tell enough of may be the one of a row.
    fn may_declare(&self, row: &StateRow) -> bool {
        let mut all = self.declarations.iter();
        !self.unfollowed.is_empty()
            || all.any(|one| is_of_app(row, self.app_of(one)) && one.is_of(row).is_none())
    }
}

impl<'p> Deploy<'p> {
    pub(crate) fn refused(&self, program: &Program<'_>) -> Refused<'p> {
        let Refusals { declared, gone } = self.program.refusals();
        let (mut changed, mut all) = (Vec::new(), Vec::new());
        for (declared, row, error) in declared {
            // A new resource with the name of a row that is gone: the finding stands at that row.
            match self.rows_named(declared).find(|_| row.is_none()) {
                Some(gone) => all.push((gone, error)),
                None => changed.extend(self.declaration(declared).map(|one| (one, error))),
            }
        }
        for (row, error) in gone {
            let at = self.program.rows.iter().position(|one| std::ptr::eq(one, row));
            let row = at.and_then(|at| self.rows.get(at)).copied();
            let is_told = |row: &&StateRow| all.iter().any(|(told, _)| std::ptr::eq(*told, *row));
            all.extend(row.filter(|row| !is_told(row)).map(|row| (row, error)));
        }
        all.retain(|(row, _)| !program.may_declare(row));
        Refused { changed, gone: all }
    }

    /// Whether it is a deploy of the stack that a declaration is in.
    pub(crate) fn has(&self, one: &Declaration) -> bool {
        self.declared.iter().any(|declared| std::ptr::eq(*declared, one))
    }

    /// What is deployed of a declaration.
    pub(crate) fn row_of(&self, one: &Declaration) -> Option<&'p StateRow> {
        self.rows.iter().copied().find(|row| one.is_of(row) == Some(true))
    }

    fn declaration(&self, declared: &Resource) -> Option<&'p Declaration> {
        let at = self.program.declared.iter().position(|one| std::ptr::eq(one, declared))?;
        self.declared.get(at).copied()
    }

    /// The rows of the stage that have the name of a declaration.
    fn rows_named(&self, declared: &Resource) -> impl Iterator<Item = &'p StateRow> {
        let kind = Kind::of_resource(&declared.resource);
        self.rows.iter().copied().filter(move |row| {
            let (Some(kind), Some(name)) = (kind, &declared.name) else { return false };
            let holds = row.name.as_ref().is_some_and(|held| kind.same_name(held, name));
            kind_of(row) == Some(kind) && holds && row.jurisdiction == declared.jurisdiction
        })
    }

    fn add(&mut self, one: &'p Declaration, classes: &Classes<'_>) {
        let Some(here) = one.stages.get(self.stage) else { return };
        let (Some(id), Some(resource)) = (path(here), one.kind.spec().alchemy2.resources.first())
        else {
            return;
        };
        // Alchemy makes the name of a workflow from that of its Worker.
        let name = here.name.as_ref().ok().filter(|_| one.kind != Kind::Workflow && !here.perhaps);
        let name = name.map(|named| named.name.clone());
        let twin = self.program.declared.iter_mut().find(|other| other.id == id);
        if let Some(twin) = twin.filter(|twin| Kind::of_resource(&twin.resource) == Some(one.kind))
        {
            // Two ways through the program.
            if twin.name != name {
                twin.name = None;
            }
            return;
        }
        let mut declared = Resource {
            id,
            resource: (*resource).to_owned(),
            name,
            jurisdiction: one.jurisdiction.clone(),
            formers: one.formers.iter().filter_map(|id| self.former(id, here)).collect(),
            worker: classes.host_of(one),
            ..Resource::default()
        };
        if one.kind == Kind::Worker {
            self.bind(one, &mut declared, classes);
        }
        self.program.declared.push(declared);
        self.declared.push(one);
    }

    /// An id of `renamedFrom`: of the same scope, unless it is `{ fqn }`.
    fn former(&self, id: &Value, here: &InOneStage) -> Option<String> {
        if let Value::Object(object) = id {
            return text_in(&object.get("fqn"), self.stage).ok()?;
        }
        let id = text_in(id, self.stage).ok()??;
        let scope = here.scope.iter().flatten().cloned();
        Some(scope.chain([id]).collect::<Vec<_>>().join("/"))
    }

    /// What a Worker binds, with those of its deployed classes that it may bind as well.
    fn bind(&mut self, one: &'p Declaration, worker: &mut Resource, classes: &Classes<'_>) {
        let bound = classes.of(&worker.id, worker.name.as_deref());
        let own = self.program.rows.iter().find(|row| {
            let ids = [&worker.id].into_iter().chain(&worker.formers);
            ids.clone().any(|id| *id == row.id)
                && Kind::of_resource(&row.resource) == Some(one.kind)
        });
        worker.bindings = bound.own;
        worker.borrowed = bound.borrowed;
        worker.transfers = bound.transfers;
        for old in own.iter().flat_map(|row| &row.bindings) {
            if worker.bindings.iter().any(|now| now.id == old.id) {
                continue;
            }
            let perhaps = bound.perhaps.contains(&old.id).then(|| PERHAPS.to_owned());
            let reason = perhaps
                .or_else(|| classes.unread(one, &old.id))
                .or_else(|| self.has_moved(&worker.id, old, classes).then(|| ELSEWHERE.to_owned()));
            if let Some(reason) = reason {
                let class = old.class_name.clone();
                self.undecided.push(Undecided { worker: one, class, reason });
                worker.bindings.push(old.clone());
            }
        }
    }

    /// Whether another Worker has a class that it may have taken over in an earlier deploy.
    fn has_moved(&self, worker: &str, class: &Binding, classes: &Classes<'_>) -> bool {
        let is_it = |other: &&Binding| other.class_name == class.class_name;
        let mut others = self.program.rows.iter().filter(|row| row.id != worker);
        classes.are_taken_over(&class.class_name)
            && others.any(|row| row.bindings.iter().any(|other| is_it(&other)))
    }
}

/// A row, as the guard reads it.
fn held(row: &StateRow) -> Resource {
    let path: Vec<_> = row.scope.iter().chain([&row.id]).map(String::as_str).collect();
    Resource {
        id: path.join("/"),
        resource: row.r#type.clone(),
        name: row.name.clone(),
        jurisdiction: row.jurisdiction.clone(),
        retained: row.retained,
        bindings: row.bindings.clone(),
        instance: row.instance.clone(),
        replaced: row.replaced.clone(),
        stack: row.app.clone(),
        stage: row.stage.clone(),
        ..Resource::default()
    }
}

fn path(here: &InOneStage) -> Option<String> {
    let scope = here.scope.as_ref()?.iter().map(String::as_str);
    Some(scope.chain([here.id.as_deref()?]).collect::<Vec<_>>().join("/"))
}

/// The classes that a stack declares in a stage.
struct Classes<'c> {
    all: &'c [&'c Declaration],
    stage: &'c str,
    unfollowed: Option<&'c crate::values::Unfollowed>,
}

/// The classes of one Worker.
#[derive(Default)]
struct Bound {
    own: Vec<Binding>,
    borrowed: Vec<String>,
    transfers: Vec<Transfer>,
    /// The keys of what it binds in some way through the program.
    perhaps: Vec<String>,
}

impl Classes<'_> {
    /// The Worker that binds a class or a workflow.
    fn host_of(&self, one: &Declaration) -> Option<String> {
        let bound = one.bound.as_ref()?;
        let parts = bound.scope.iter().chain([&bound.id]);
        let parts: Option<Vec<_>> =
            parts.map(|part| text_in(part, self.stage).ok().flatten()).collect();
        parts.map(|parts| parts.join("/"))
    }

    fn of(&self, worker: &str, script: Option<&str>) -> Bound {
        let mut out = Bound::default();
        let objects = self.all.iter().filter(|one| one.is_object());
        for one in objects.filter(|one| self.host_of(one).as_deref() == Some(worker)) {
            let (Some(bound), Some(here)) = (&one.bound, one.stages.get(self.stage)) else {
                continue;
            };
            let Some(key) = bound.key.clone().or_else(|| here.id.clone()) else { continue };
            let script_of = text_in(&one.script, self.stage);
            let class = match one.kind {
                Kind::Container => text_in(&one.class, self.stage).ok(),
                _ => here.name.as_ref().ok().map(|named| Some(named.name.clone())),
            };
            // Alchemy calls the class of a container like its key, if its options do not say.
            match (script_of, class.map(|class| class.unwrap_or_else(|| key.clone()))) {
                _ if here.perhaps => out.perhaps.push(key),
                (Ok(of), Some(class_name)) if of.is_none() || of.as_deref() == script => {
                    out.transfers.extend(self.transfer(one, &class_name));
                    let binding = Kind::DurableObject.spec().binding.to_owned();
                    let workflow_name = String::new();
                    out.own.push(Binding { binding, id: key, class_name, workflow_name });
                }
                (Ok(_), Some(class)) => out.borrowed.push(class),
                _ => out.perhaps.push(key),
            }
        }
        out
    }

    fn transfer(&self, one: &Declaration, class: &str) -> Option<Transfer> {
        let from = match &one.former_hosts {
            Value::Nil => return None,
            Value::Array(list) => list.iter().filter_map(|one| self.text(one)).collect(),
            one => self.text(one).into_iter().collect(),
        };
        Some(Transfer { class_name: class.to_owned(), from })
    }

    fn text(&self, value: &Value) -> Option<String> {
        match value {
            Value::Resource(worker) => text_in(&worker.id, self.stage).ok()?,
            other => text_in(other, self.stage).ok()?,
        }
    }

    fn are_taken_over(&self, class: &str) -> bool {
        let is_it = |here: &InOneStage| here.name.as_ref().is_ok_and(|named| named.name == class);
        self.all.iter().any(|one| {
            one.former_hosts != Value::Nil && one.stages.get(self.stage).is_some_and(is_it)
        })
    }

    /// Why a Worker may bind something under a key without that being seen.
    fn unread(&self, worker: &Declaration, key: &str) -> Option<String> {
        let loose: &BTreeMap<_, _> = &worker.loose;
        let reason = loose.get("").or_else(|| loose.get(key)).cloned();
        reason.or_else(|| self.unfollowed.map(|one| one.reason.clone()))
    }
}
