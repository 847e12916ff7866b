//! Raw domains and routes: how they become blocks that keep their hostnames.

mod after;
mod naming;
mod workers;

use std::collections::BTreeMap;

use alch_blocks::HostBlock;

use super::callee::check_callee;
use super::plan::{CallPlace, Plans, agreed};
use super::rewrite::{Place, Rewrite, Step};
use super::{Deployed, stages_of};
use crate::declarations::{Host, Origin, Program, name_key, unique};
use crate::report::StateRow;
use crate::syntax::facts::{Call, Expr, Facts, Key, Prop};
use crate::values::{Instance, raw_host};
use crate::version::Version;
pub(super) use after::{outcomes, unsafe_rewrites};
use naming::Naming;
pub(super) use workers::advise;

const ROUTE_OF_V2: &str = "in Alchemy 2, `Route` is for the `routes` of a Worker: move it there";

/// Plans every call of a raw domain or route.
pub(super) fn plan(program: &Program<'_>, instances: &[Instance]) -> Plans {
    let rows = program.options.state.as_deref().unwrap_or_default();
    let hosts = program.hosts.iter().filter(|host| host.origin != Origin::Worker);
    let mut all: BTreeMap<CallPlace, Vec<Result<Rewrite, String>>> = BTreeMap::new();
    for (instance, host) in instances.iter().zip(hosts) {
        let Some(facts) = program.files.get(instance.file) else { continue };
        let Expr::Call(call) = facts.expr(instance.call) else { continue };
        if host.origin != Origin::Raw {
            continue;
        }
        if host.version == Version::V2 {
            all.entry((instance.file, call.at.0)).or_default().push(Err(ROUTE_OF_V2.to_owned()));
            continue;
        }
        let deployed = Deployed::of(program.app_of_host(host), rows);
        let mut stages = stages_of(program, &host.judged, host.app);
        stages.extend(deployed.stages.iter().cloned());
        let own = rows.iter().filter(|row| deployed.has(row) && host.is_of(row) == Some(true));
        let plan = HostPlan {
            facts,
            call,
            instance,
            host,
            stages: unique(stages),
            rows: own.map(|row| (row.stage.as_str(), row)).collect(),
            owner: program.options.owner_stage.as_ref(),
        };
        all.entry((instance.file, call.at.0)).or_default().push(plan.make());
    }
    all.into_iter().map(|(place, plans)| (place, agreed(&plans))).collect()
}

/// One domain or route that may become a block.
struct HostPlan<'a> {
    facts: &'a Facts,
    call: &'a Call,
    instance: &'a Instance,
    host: &'a Host,
    /// The stages in which it is deployed, or is taken to be.
    stages: Vec<String>,
    /// What the state has of it, by stage.
    rows: BTreeMap<&'a str, &'a StateRow>,
    owner: Option<&'a String>,
}

impl HostPlan<'_> {
    fn make(&self) -> Result<Rewrite, String> {
        let block = self.host.block;
        if self.host.is_at_root {
            return Err("it is directly in `app.run`, and all stages share its row".to_owned());
        }
        check_callee(self.facts, self.call, |name| raw_host(name) == Some(block))?;
        let props = self.props()?;
        let naming = self.naming()?;
        Ok(Rewrite {
            module: self.host.version.blocks(),
            name: block.title().to_owned(),
            place: Place::of(self.call),
            steps: self.steps(props, naming)?,
        })
    }

    /// The options, which have to be written in place.
    fn props(&self) -> Result<&[Prop], String> {
        let options = self.call.args.get(1).map(|at| self.facts.expr(*at));
        let Some(Expr::Object(props)) = options else {
            return Err("its options are not written in place".to_owned());
        };
        if props.iter().any(|prop| !matches!(prop.key, Key::Name(_))) {
            return Err("some of its options are not written in place".to_owned());
        }
        if prop(props, "overrideExistingOrigin").is_some() {
            let reason =
                "it may take its hostname from another Worker: write `takeFrom` of `Domain`";
            return Err(reason.to_owned());
        }
        Ok(props)
    }

    fn steps(&self, props: &[Prop], naming: Naming) -> Result<Vec<Step>, String> {
        let key = name_key(self.host.block);
        let script = match self.host.block {
            HostBlock::Domain => "workerName",
            HostBlock::Route => "script",
        };
        let missing = |key: &str| format!("it has no `{key}`");
        let named = prop(props, key).ok_or_else(|| missing(key))?;
        let worker = prop(props, script).ok_or_else(|| missing(script))?;
        let Naming { base, options, pins } = naming;
        let is_written = matches!(self.facts.expr(named.value), Expr::Text(text) if *text == base);
        let mut steps = Vec::new();
        if named.shorthand {
            steps.push(Step::Shorthand { at: named.at, key: key.to_owned(), text: base });
        } else if !is_written {
            steps.push(Step::Value { at: named.value_at, text: base });
        }
        let given = [
            ("zone", options.zone),
            ("bare", options.bare),
            ("previewDomain", options.preview_domain),
        ];
        steps.extend(
            given.into_iter().filter_map(|(key, text)| {
                Some(Step::OptionAfter { at: named.at, key, text: text? })
            }),
        );
        if !pins.is_empty() {
            steps.push(Step::PinsAfter { at: named.at, pins });
        }
        // A shorthand stays as the value.
        let end = if worker.shorthand { worker.at.0 } else { worker.value_at.0 };
        steps.push(Step::Key { at: (worker.at.0, end), key: "worker" });
        // The guard decides what a block adopts.
        steps.extend(removed(props, "adopt"));
        Ok(steps)
    }
}

fn prop<'p>(props: &'p [Prop], key: &str) -> Option<&'p Prop> {
    props.iter().rev().find(|prop| matches!(&prop.key, Key::Name(name) if name == key))
}

/// The step that takes an option out, with the comma that goes with it.
fn removed(props: &[Prop], key: &str) -> Option<Step> {
    let at = props.iter().position(|prop| matches!(&prop.key, Key::Name(name) if name == key))?;
    let this = props.get(at)?;
    let next = props.get(at.saturating_add(1)).map(|next| (this.at.0, next.at.0));
    let before = at.checked_sub(1).and_then(|before| props.get(before));
    let at = next.or_else(|| Some((before?.at.1, this.at.1)))?;
    Some(Step::Remove { at })
}
