//! The base of a hostname, and the pins that keep those that are deployed.

use std::collections::BTreeSet;
use std::rc::Rc;

use alch_blocks::{HostOptions, quote};

use super::HostPlan;
use crate::declarations::{Why, decided_host, name_key, unique};
use crate::migration::names::{OTHER, mention, quoted};
use crate::naming::{option, stage_variable, unknown};
use crate::values::{Conds, Instance, Object, Part, Settings, Value, hold, known};

/// The stage whose hostnames are their bases, unless the options name another.
const BARE: &str = "prod";

/// What the block is given.
#[derive(Default)]
pub(super) struct Naming {
    pub base: String,
    pub options: HostOptions,
    pub pins: Vec<(String, String)>,
}

impl HostPlan<'_> {
    pub(super) fn naming(&self) -> Result<Naming, String> {
        let cases = option(self.instance, name_key(self.host.block)).cases();
        if let [(when, value)] = cases.as_slice()
            && when.is_empty()
        {
            return match base_of(value)? {
                Base::Fixed(name) => self.fixed(name),
                Base::Made(base, options) => self.computed(base, options, &BTreeSet::new()),
            };
        }
        self.by_stage(&cases)
    }

    /// A hostname that the program chooses by the stage.
    fn by_stage(&self, cases: &[(Conds, Value)]) -> Result<Naming, String> {
        let another_way = || "its hostname depends on the stage in another way".to_owned();
        let mut mentioned = BTreeSet::new();
        if !cases.iter().all(|(when, _)| mention(when, &mut mentioned)) {
            return Err(another_way());
        }
        let mut others = cases.iter().filter(|(when, _)| hold(when, OTHER));
        let (Some((_, other)), None) = (others.next(), others.next()) else {
            return Err(another_way());
        };
        match base_of(other)? {
            Base::Made(base, mut options) => {
                options.bare = options.bare.or_else(|| self.bare_in(&mentioned, &base));
                self.computed(base, options, &mentioned)
            }
            Base::Fixed(_) => Err(format!(
                "every stage but {} has the same hostname",
                quoted(mentioned.iter().map(String::as_str))
            )),
        }
    }

    /// The one stage that the program gives the base itself, if that is not `prod`.
    fn bare_in(&self, mentioned: &BTreeSet<String>, base: &str) -> Option<String> {
        let has_base =
            |stage: &&String| self.host.name_in(stage).is_some_and(|named| named.name == base);
        let mut bare = mentioned.iter().filter(has_base);
        let (only, None) = (bare.next()?, bare.next()) else { return None };
        Some(only.clone()).filter(|only| only != BARE)
    }

    /// One that is the same in every stage: kept where it is deployed.
    fn fixed(&self, name: String) -> Result<Naming, String> {
        let mut reached = self.host.stages.keys();
        let mut holders = BTreeSet::new();
        if let (Some(only), None) = (reached.next(), reached.next()) {
            holders.insert(only.clone());
        }
        holders.extend(self.rows.keys().map(|stage| (*stage).to_owned()));
        if holders.is_empty() {
            holders.extend(self.owner.cloned());
        }
        if holders.is_empty() {
            return Err(format!(
                "no state shows which stage holds {}: give `--state`, or `--owner-stage`",
                quote(&name)
            ));
        }
        let plan = HostPlan { stages: holders.iter().cloned().collect(), ..self.shared() };
        plan.computed(name, HostOptions::default(), &holders)
    }

    fn shared(&self) -> HostPlan<'_> {
        let Self { facts, call, instance, host, owner, .. } = *self;
        HostPlan { facts, call, instance, host, stages: Vec::new(), rows: self.rows.clone(), owner }
    }

    /// Checks that the law gives the deployed hostname in every stage that is known, or pins it where the
    /// program or the state names the stage.
    fn computed(
        &self,
        base: String,
        options: HostOptions,
        mentioned: &BTreeSet<String>,
    ) -> Result<Naming, String> {
        let bare = options.bare.clone().unwrap_or_else(|| BARE.to_owned());
        let mut naming = Naming { base, options, pins: Vec::new() };
        let stages = unique(self.stages.iter().chain(mentioned).cloned().collect());
        for stage in stages {
            let row = self.rows.get(stage.as_str()).and_then(|row| row.name.clone());
            let now = match self.host.stages.get(&stage).map(|here| &here.name) {
                Some(Ok(named)) => Some(named.name.clone()),
                Some(Err(why)) => return Err(undecided(why)),
                None => None,
            };
            let is_deployed = row.is_some();
            let Some(deployed) = row.or(now) else { continue };
            let lawful = self.as_block(&naming, &stage);
            if lawful.as_ref() == Ok(&deployed) {
                continue;
            }
            if !is_deployed && !mentioned.contains(&stage) && stage != bare {
                let lawful = lawful?;
                return Err(format!(
                    "in stage {} the block would have {}, not {}",
                    quote(&stage),
                    quote(&lawful),
                    quote(&deployed)
                ));
            }
            naming.pins.push((stage.clone(), deployed.clone()));
            if self.as_block(&naming, &stage)? != deployed {
                let (deployed, stage) = (quote(&deployed), quote(&stage));
                return Err(format!("{deployed} cannot be kept in stage {stage}"));
            }
        }
        for stage in
            self.host.judged.compared.iter().filter(|one| self.host.stages.contains_key(*one))
        {
            self.as_block(&naming, stage)?;
        }
        Ok(naming)
    }

    /// What the hostname or the pattern would be as a block.
    fn as_block(&self, naming: &Naming, stage: &str) -> Result<String, String> {
        let text = |text: &Option<String>| text.clone().map_or(Value::Nil, Value::text);
        let pins = naming.pins.iter().map(|(stage, name)| (stage.clone(), Value::text(name)));
        let pins = Object { props: pins.collect(), open: None };
        let mut object = Object::default();
        object.put(name_key(self.host.block), Value::text(&naming.base));
        object.put("zone", text(&naming.options.zone));
        object.put("bare", text(&naming.options.bare));
        object.put("previewDomain", text(&naming.options.preview_domain));
        object.put("pin", Value::Object(Rc::new(pins)));
        let instance = Instance {
            block: Some(Rc::new(Settings::default())),
            options: Value::Object(Rc::new(object)),
            ..self.instance.clone()
        };
        let named = decided_host(&instance, self.host.block, stage);
        named.map(|named| named.name).map_err(|why| undecided(&why))
    }
}

fn undecided(why: &Why) -> String {
    match why {
        Why::Refused(error) => error.to_string(),
        why => format!("the text does not show its hostname: {}", why.reason().unwrap_or_default()),
    }
}

/// What a hostname or a pattern is made from.
enum Base {
    /// It is the same in every stage.
    Fixed(String),
    Made(String, HostOptions),
}

fn base_of(value: &Value) -> Result<Base, String> {
    let parts = match value {
        Value::Text(parts) => parts,
        Value::Unknown(reason) => return Err(undecided(&Why::Unknown(reason.clone()))),
        _ => return Err("it has no hostname".to_owned()),
    };
    if let Some(name) = known(parts) {
        return Ok(Base::Fixed(name));
    }
    if let Some(reason) = parts.iter().find_map(unknown) {
        return Err(undecided(&Why::Unknown(reason)));
    }
    if parts.iter().any(|part| stage_variable(part).is_some()) {
        return Err("its hostname is made from a variable that is not Alchemy's stage".to_owned());
    }
    let (before, made, after) = match parts.as_slice() {
        [made] => ("", made, ""),
        [Part::Text(before), made] => (before.as_str(), made, ""),
        [made, Part::Text(after)] => ("", made, after.as_str()),
        [Part::Text(before), made, Part::Text(after)] => (before.as_str(), made, after.as_str()),
        _ => return Err("its hostname is made of too many parts".to_owned()),
    };
    let starts = before.is_empty() || before.ends_with("://");
    match (made, before.strip_suffix('-'), after.strip_prefix('.')) {
        (Part::Host(base, options), ..) => {
            Ok(Base::Made(format!("{before}{base}{after}"), options.clone()))
        }
        (Part::Stage | Part::Slug, Some(label), Some(_)) => {
            Ok(Base::Made(format!("{label}{after}"), HostOptions::default()))
        }
        // The apex, with the stage as a label of its own.
        (Part::Stage | Part::Slug, None, Some(apex)) if starts => {
            Ok(Base::Made(format!("{before}{apex}"), HostOptions::default()))
        }
        _ => Err("the stage does not stand at the end of its first label".to_owned()),
    }
}
