//! The name and the pins that a block needs to keep the names that are deployed.

use std::collections::BTreeSet;

use alch_blocks::{Kind, quote};

use super::plan::{Plan, template_base, undecided};
use crate::declarations::{self, Why, in_stage};
use crate::naming::{self, Case, Source, option};
use crate::syntax::facts::Expr;
use crate::values::{Conds, Part, Question, Value, hold, known};

/// A stage that no program mentions: it stands for every other stage.
pub(super) const OTHER: &str = "some-other-stage";

/// What the block is given.
pub(super) struct Naming {
    /// `None` where the first argument is the base name.
    pub base: Option<String>,
    pub pins: Vec<(String, String)>,
    /// Whether the option that holds the name now is to be written anew.
    pub replace: bool,
}

impl Plan<'_> {
    pub(super) fn naming(&self) -> Result<Naming, String> {
        let cases = naming::cases(self.instance);
        if self.instance.kind == Kind::Worker && !cases.iter().any(has_stage) {
            return Err("its name does not come from the stage: it stays as it is".to_owned());
        }
        if self.instance.kind == Kind::Workflow {
            let class = option(self.instance, "className");
            if cases.iter().any(has_stage) && class == Value::Nil {
                return Err("its class carries the stage, too: give `className` first".to_owned());
            }
            if class == Value::Nil && cases.iter().any(|case| self.changes_class(case)) {
                return Err(
                    "the block would give it another class: give `className` first".to_owned()
                );
            }
        }
        if let [Case { when, source }] = cases.as_slice()
            && when.is_empty()
        {
            return match source {
                Source::Default => self.own_name(),
                Source::Unknown(reason) => Err(undecided(reason)),
                Source::Parts(parts) => match known(parts) {
                    Some(name) => self.fixed(&name),
                    None => {
                        let base = template_base(parts)?;
                        self.computed(base, Vec::new(), true)
                    }
                },
            };
        }
        self.by_stage(&cases)
    }

    /// Whether a block derives another class from a name than Alchemy, which takes it as it is.
    fn changes_class(&self, case: &Case) -> bool {
        let Source::Parts(parts) = &case.source else { return false };
        let Some(name) = known(parts) else { return false };
        let class = declarations::derived_class(self.instance.kind, &name);
        class.is_some_and(|class| class != name)
    }

    /// Names that the program chooses by the stage: a pin for each stage that it mentions, and the
    /// rule for all others.
    fn by_stage(&self, cases: &[Case]) -> Result<Naming, String> {
        let another_way = || "its name depends on the stage in another way".to_owned();
        let mut mentioned = BTreeSet::new();
        if !cases.iter().all(|case| mention(&case.when, &mut mentioned)) {
            return Err(another_way());
        }
        let mut others = cases.iter().filter(|case| hold(&case.when, OTHER));
        let (Some(other), None) = (others.next(), others.next()) else { return Err(another_way()) };
        let base = match &other.source {
            Source::Unknown(reason) => return Err(undecided(reason)),
            Source::Default => self.own_base()?,
            Source::Parts(parts) if known(parts).is_some() => {
                return Err(format!(
                    "every stage but {} has the same name",
                    quoted(mentioned.iter().map(String::as_str))
                ));
            }
            Source::Parts(parts) => template_base(parts)?,
        };
        let mut pins = Vec::new();
        for stage in &mentioned {
            match in_stage(self.instance, self.app, stage) {
                Ok(raw) if self.as_block(Some(&base), &[], stage) != Ok(raw.name.clone()) => {
                    pins.push((stage.clone(), raw.name));
                }
                Err(Why::Unknown(reason)) => return Err(undecided(&reason)),
                _ => {}
            }
        }
        self.computed(base, pins, true)
    }

    /// Alchemy's own name, made by the law.
    fn own_name(&self) -> Result<Naming, String> {
        self.computed(self.own_base()?, Vec::new(), false)
    }

    /// The base name by which the law makes Alchemy's own name.
    fn own_base(&self) -> Result<String, String> {
        let id = self.call.args.first().map(|id| self.facts.expr(*id));
        if !matches!(id, Some(Expr::Text(_))) {
            return Err("its name follows its id, which is not written in place".to_owned());
        }
        let mut bases = Vec::new();
        for stage in self.stages {
            bases.push(
                declarations::own_base(self.instance, self.app, stage)
                    .map_err(|why| undecided(&why))?,
            );
        }
        let base = bases.first().cloned().unwrap_or_default();
        if bases.iter().any(|other| *other != base) {
            return Err("its own name has the stage in it twice".to_owned());
        }
        Ok(base)
    }

    /// Checks that the law gives the deployed name in every stage that is known, or pins it.
    fn computed(
        &self,
        base: String,
        mut pins: Vec<(String, String)>,
        replace: bool,
    ) -> Result<Naming, String> {
        for stage in self.stages {
            let row = self.rows.get(stage.as_str()).and_then(|row| row.name.clone());
            let now = match self.declaration.stages.get(stage).map(|here| &here.name) {
                Some(Ok(named)) => Some(named.name.clone()),
                Some(Err(Why::Unknown(reason))) => return Err(undecided(reason)),
                // The rows alone have it. Where there is no row, nothing is deployed.
                Some(Err(Why::Automatic(_))) if !self.rows.is_empty() => None,
                Some(Err(Why::Automatic(reason))) => return Err(undecided(reason)),
                Some(Err(Why::Refused(error))) => return Err(error.to_string()),
                Some(Err(Why::Absent)) | None => None,
            };
            let Some(deployed) = row.clone().or(now) else { continue };
            match self.as_block(Some(&base), &pins, stage) {
                Ok(name) if name == deployed => continue,
                Ok(name) if row.is_none() => {
                    return Err(format!(
                        "in stage {} the block would be called {}, not {}",
                        quote(stage),
                        quote(&name),
                        quote(&deployed)
                    ));
                }
                Err(reason) if row.is_none() => return Err(reason),
                _ => {}
            }
            pins.push((stage.clone(), deployed.clone()));
            let name = self.as_block(Some(&base), &pins, stage)?;
            if name != deployed {
                return Err(format!(
                    "{} cannot be kept in stage {}",
                    quote(&deployed),
                    quote(stage)
                ));
            }
        }
        for stage in &self.declaration.judged.compared {
            self.as_block(Some(&base), &pins, stage)?;
        }
        Ok(Naming { base: Some(base), pins, replace })
    }

    /// A name that is the same in every stage: kept where it is deployed.
    fn fixed(&self, name: &str) -> Result<Naming, String> {
        let mut pins: Vec<(String, String)> = Vec::new();
        for row in self.rows.values() {
            match &row.name {
                Some(held) if held == name => pins.push((row.stage.clone(), name.to_owned())),
                Some(held) => {
                    return Err(format!(
                        "stage {} holds {}, not {}",
                        quote(&row.stage),
                        quote(held),
                        quote(name)
                    ));
                }
                None => {}
            }
        }
        if pins.is_empty() {
            match &self.options.owner_stage {
                Some(owner) => pins.push((owner.clone(), name.to_owned())),
                None => {
                    return Err(format!(
                        "no state shows which stage holds {}: give `--state`, or `--owner-stage`",
                        quote(name)
                    ));
                }
            }
        }
        let named = option(self.instance, "className") != Value::Nil;
        let may_strip = self.instance.kind != Kind::Workflow || named;
        let stripped = pins
            .iter()
            .filter(|_| may_strip)
            .find_map(|(stage, _)| name.strip_suffix(stage)?.strip_suffix('-'))
            .filter(|rest| !rest.is_empty());
        let base = stripped.unwrap_or(name).to_owned();
        for stage in self.stages.iter().chain(&self.declaration.judged.compared) {
            let block = self.as_block(Some(&base), &pins, stage)?;
            let pinned = pins.iter().any(|(pinned, _)| pinned == stage);
            if pinned && block != name {
                return Err(format!("{} cannot be kept in stage {}", quote(name), quote(stage)));
            }
        }
        let own_id = self.instance.id.known_text();
        let implied = self.instance.kind == Kind::Workflow
            && own_id.as_deref() == Some(base.as_str())
            && option(self.instance, "workflowName") == Value::Nil;
        let base = Some(base).filter(|_| !implied);
        Ok(Naming { base, pins, replace: stripped.is_some() })
    }
}

fn has_stage(case: &Case) -> bool {
    let is_of_stage = |part: &Part| matches!(part, Part::Stage | Part::Law(..));
    matches!(&case.source, Source::Parts(parts) if parts.iter().any(is_of_stage))
}

/// Collects the stages that conditions name; `false` if they ask for something else.
pub(super) fn mention(conds: &Conds, stages: &mut BTreeSet<String>) -> bool {
    conds.iter().all(|(question, _)| match question {
        Question::Stage(stage) => {
            stages.insert(stage.clone());
            true
        }
        Question::Any(any) => any.lists.iter().all(|conds| mention(conds, stages)),
        Question::Text(_) | Question::Open(_) => false,
    })
}

/// Stages in backticks, with commas between them.
pub(super) fn quoted<'s>(stages: impl Iterator<Item = &'s str>) -> String {
    stages.map(|stage| quote(stage).to_string()).collect::<Vec<_>>().join(", ")
}
