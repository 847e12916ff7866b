//! Domains and routes of Alchemy 2: blocks in the options of a Worker, and `WorkerRoute`.

use std::rc::Rc;

use alch_blocks::HostBlock;

use super::Make;
use crate::values::eval::{Eval, Instance};
use crate::values::members::AFTER;
use crate::values::{Object, Value};

/// The options of `Domain` that have further hostnames, each with the stage in it.
const OTHERS: [&str; 2] = ["aliases", "redirects"];
/// Those that are about its first hostname alone.
const OF_FIRST: [&str; 4] = ["name", "pin", "aliases", "redirects"];

impl Eval<'_> {
    pub(super) fn run_host(&mut self, make: &Make, host: HostBlock) -> Value {
        let mut args = make.args.iter().map(|arg| self.heap.copy(arg));
        let (id, options) = (args.next().unwrap_or_default(), args.next().unwrap_or_default());
        drop(args);
        let instance = self.instance_of(make, id, options);
        let bound = self.host.as_ref().map(|worker| worker.bound.clone());
        let instance = Instance { host: Some(host), bound, ..instance };
        for other in others(&instance) {
            self.add(other);
        }
        self.add(instance);
        Value::unknown(format!("what a domain or a route gives {AFTER}"))
    }
}

fn others(domain: &Instance) -> Vec<Instance> {
    let Value::Object(object) = &domain.options else { return Vec::new() };
    if domain.host != Some(HostBlock::Domain) || domain.block.is_none() {
        return Vec::new();
    }
    let kept = object.props.iter().filter(|(key, _)| !OF_FIRST.contains(&key.as_str()));
    let options = Object { props: kept.cloned().collect(), open: object.open.clone() };
    let options = Value::Object(Rc::new(options));
    let lists = OTHERS.iter().flat_map(|key| match object.get(key) {
        Value::Array(list) => list.to_vec(),
        unknown @ Value::Unknown(_) => vec![unknown],
        _ => Vec::new(),
    });
    lists.map(|id| Instance { id, options: options.clone(), ..domain.clone() }).collect()
}
