//! Finished declarations: all that rules, `plan` and `migrate` ask of a resource, worked out once.
//!
//! The evaluator gives instances, whose options are values with conditions. [`resolve`] turns each
//! into a [`Declaration`] with its names in all stages that are looked at. Nothing after that goes
//! back to the values.

mod costs;
mod deploys;
mod host_name;
mod hosts;
mod loose;
mod name;
mod options;
mod places;
mod released;
mod resolve;
mod rows;
mod stages;

use std::collections::BTreeMap;

use alch_blocks::Kind;

use crate::naming::{self, Source};
use crate::report::{Options, Unread};
use crate::syntax::facts::{At, Facts};
use crate::values::{App, Bound, Conds, NameCall, Part, Release, Unfollowed, Unmodelled, Value};
use crate::version::Version;

pub(crate) use costs::Cost;
pub(crate) use deploys::{Deploy, Undecided};
pub(crate) use host_name::{HostName, decided_host, name_key, resource, word};
pub(crate) use hosts::{Host, Origin};
pub(crate) use name::{InStage, Why, decided, derived_class, in_stage, own_base};
pub(crate) use places::Places;
pub(crate) use resolve::resolve;
pub(crate) use rows::{is_of_app, kind_of};
pub(crate) use stages::{
    RARER, StageSet, USUAL, constant_stage, constant_stages, existing, is_numbered,
    unfollowed_stage, unique,
};

/// A program, as rules see it.
pub(crate) struct Program<'p> {
    pub files: &'p [Facts],
    pub apps: &'p [App],
    pub declarations: Vec<Declaration>,
    /// Its domains and routes.
    pub hosts: Vec<Host>,
    /// What the program lets go.
    pub releases: &'p [Release],
    /// Calls that make something of no kind.
    pub unmodelled: &'p [Unmodelled],
    /// Uses of `physicalName`.
    pub name_calls: &'p [NameCall],
    /// What stacks run and nobody knows.
    pub unfollowed: &'p [Unfollowed],
    /// A file in which the program became too large to be followed.
    pub exhausted: Option<usize>,
    pub options: &'p Options,
}

/// One resource, as one caller reaches it.
#[derive(Debug)]
pub(crate) struct Declaration {
    pub kind: Kind,
    pub version: Version,
    /// Whether it is a block, and not one of Alchemy's own functions.
    pub is_block: bool,
    /// An index into [`Program::apps`].
    pub app: Option<usize>,
    pub identity: Identity,
    /// The logical id, as people would write it.
    pub id: Option<String>,
    /// The nested scopes, as people would write them.
    pub scope: Vec<String>,
    /// The physical name, as people would write it.
    pub name: Option<String>,
    pub places: Places,
    /// All texts that decide what it is: each way in which each can come out.
    pub given: Vec<Given>,
    /// Whether some way through the program adopts it.
    pub may_adopt: bool,
    /// Whether it is always adopted.
    pub adopts: bool,
    /// Why it cannot be told whether it is adopted.
    pub unknown_adopt: Option<String>,
    /// What the block does about the stage; `Resolved` for raw resources.
    pub stage: StageUse,
    /// The stages that the options `pin` and `share` and the setting `protect` name, with the option.
    pub named_stages: Vec<(&'static str, String)>,
    /// Where a Worker of Alchemy 2 binds a class.
    pub bound: Option<Bound>,
    /// The option `className` of a container, which is a class of its Worker, too.
    pub class: Value,
    /// The option `scriptName` of a class, and `transferredFrom`.
    pub script: Value,
    pub former_hosts: Value,
    /// The ids that it had before, by `renamedFrom`.
    pub formers: Vec<Value>,
    /// Of a Worker of Alchemy 2: why it may bind more than is seen, by the key; without one, under any.
    pub loose: BTreeMap<String, String>,
    /// Whether its physical name is one that no other resource of the account may have.
    pub claims_its_name: bool,
    /// R2 has one name space per jurisdiction; empty for the default one.
    pub jurisdiction: String,
    /// What the base names of a block are made of, without prefix.
    pub base_parts: Vec<Vec<Part>>,
    /// The base names of a block that takes the run's stage, prefix included.
    pub bases: Vec<String>,
    /// The stages that it is judged for.
    pub judged: StageSet,
    /// Whether the program declares it without asking for the stage.
    pub is_everywhere: bool,
    /// Whether it is directly in `app.run`: all stages share its row.
    pub is_at_root: bool,
    /// Why no block can take its place, whatever its name: a deploy would refuse it, or it would make
    /// something else.
    pub no_block: Option<String>,
    /// Whether `migrate` has a block for it.
    pub can_migrate: bool,
    /// What a Worker costs in each of those stages in which it has cron triggers.
    pub costs: BTreeMap<String, Cost>,
    /// What it is in each stage that is looked at and that reaches it.
    pub stages: BTreeMap<String, InOneStage>,
}

/// What makes two declarations the same resource.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub scope: Vec<Value>,
    pub id: Value,
}

/// What a block does about the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StageUse {
    /// It takes the run's stage.
    Resolved,
    /// `stage: "prod"`, or a value that is not known.
    Chosen,
    /// `stage: false`.
    Off,
}

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Id,
    Name,
    /// The options `stage`, `pin` and `share` of a block.
    Option(&'static str),
    Script,
    DeadLetters,
}

/// One way in which a text of a declaration can come out.
#[derive(Debug)]
pub(crate) struct Given {
    pub role: Role,
    pub at: At,
    pub source: Source,
}

impl Given {
    /// What it is made of, if it is text.
    pub(crate) fn parts(&self) -> &[Part] {
        match &self.source {
            Source::Parts(parts) => parts,
            Source::Default | Source::Unknown(_) => &[],
        }
    }

    /// Why it cannot be told.
    pub(crate) fn unknown(&self) -> Option<String> {
        match &self.source {
            Source::Parts(parts) => parts.iter().find_map(naming::unknown),
            Source::Default => None,
            Source::Unknown(reason) => Some(reason.clone()),
        }
    }

    /// A variable of the environment that stands for a stage.
    pub(crate) fn variable(&self) -> Option<&str> {
        self.parts().iter().find_map(naming::stage_variable)
    }
}

/// A declaration in one stage.
#[derive(Debug)]
pub(crate) struct InOneStage {
    /// Whether nobody can tell if the stage has it.
    pub perhaps: bool,
    /// `None` if it is not known.
    pub id: Option<String>,
    /// `None` if it is not known.
    pub scope: Option<Vec<String>>,
    pub name: Result<InStage, Why>,
    /// The account-wide name that it has, if it can be told.
    pub claims: Vec<String>,
    /// The scripts that its class may be in.
    pub scripts: Vec<String>,
    /// The queues that its dead letters may go to.
    pub dead_letters: Vec<String>,
}

impl InOneStage {
    /// Whether the resource surely stays in the account when the stage is destroyed.
    pub(crate) fn is_retained(&self) -> bool {
        self.name.as_ref().is_ok_and(|named| named.retained)
    }
}

impl Declaration {
    /// The id in backticks, or `this`.
    pub(crate) fn shown(&self) -> String {
        self.id.as_ref().map_or_else(|| "this".to_owned(), |id| alch_blocks::quote(id).to_string())
    }

    /// The key under which the `env` of a Worker binds it.
    pub(crate) fn key(&self) -> Option<&String> {
        self.bound.as_ref()?.key.as_ref()
    }

    pub(crate) fn named(&self) -> impl Iterator<Item = &Given> {
        self.given.iter().filter(|given| given.role == Role::Name)
    }

    /// Each judged stage that reaches it, with what it is there.
    pub(crate) fn judged(&self) -> impl Iterator<Item = (&str, &InOneStage)> {
        let stages = self.judged.judged.iter();
        stages.filter_map(|stage| Some((stage.as_str(), self.stages.get(stage)?)))
    }
}

impl Program<'_> {
    /// The file from which on something was left out.
    pub(crate) fn left_out(&self) -> Option<Unread> {
        let facts = self.exhausted.and_then(|file| self.files.get(file))?;
        let reason = "the program is too large to be followed to its end".to_owned();
        Some(Unread { file: facts.path.clone(), reason })
    }

    /// Whether an app has something of Cloudflare. What was not followed may be.
    pub(crate) fn may_use_cloudflare(&self, app: usize) -> bool {
        let may_be_its = |of: Option<usize>| of.is_none_or(|of| of == app);
        !self.unfollowed.is_empty()
            || !self.unmodelled.is_empty()
            || self.exhausted.is_some()
            || self.declarations.iter().any(|one| may_be_its(one.app))
            || self.hosts.iter().any(|one| may_be_its(one.app))
    }

    pub(crate) fn app_of(&self, declaration: &Declaration) -> Option<&App> {
        declaration.app.and_then(|app| self.apps.get(app))
    }

    pub(crate) fn app_of_host(&self, host: &Host) -> Option<&App> {
        host.app.and_then(|app| self.apps.get(app))
    }

    /// Whether two declarations are the same resource of the same app. Where it cannot be said of
    /// which app they are, they are: rather nothing than a false alarm.
    pub(crate) fn is_same(&self, a: &Declaration, b: &Declaration) -> bool {
        self.is_same_app(a, b).unwrap_or(true) && a.identity == b.identity
    }

    /// Whether two declarations are of one app; `None` where one of the apps is not known.
    pub(crate) fn is_same_app(&self, a: &Declaration, b: &Declaration) -> Option<bool> {
        self.is_one_app(a.app, b.app)
    }

    /// The same, of two indices into [`Program::apps`].
    pub(crate) fn is_one_app(&self, a: Option<usize>, b: Option<usize>) -> Option<bool> {
        let (a, b) = (self.apps.get(a?)?, self.apps.get(b?)?);
        let is_named = crate::values::known(&a.name).is_some();
        Some(a == b || (is_named && a.name == b.name && a.version == b.version))
    }

    /// A place, as messages name it.
    pub(crate) fn place(&self, file: usize, at: At) -> String {
        let Some(facts) = self.files.get(file) else { return String::new() };
        let (line, _) = facts.place(at.0);
        format!("{}:{line}", facts.path)
    }
}

/// Whether all conditions hold in a stage, and the text in it; `None` where it is not known.
fn spelled(when: &Conds, parts: &[Part], stage: &str) -> Option<String> {
    if !crate::values::hold(when, stage) {
        return None;
    }
    let mut out = String::new();
    for part in parts {
        match part {
            Part::App => out.push_str("${app}"),
            part => out.push_str(&crate::values::render(std::slice::from_ref(part), stage).ok()?),
        }
    }
    Some(out)
}
