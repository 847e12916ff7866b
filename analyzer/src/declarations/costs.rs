//! What a Worker spends in a stage, as far as the program tells.

use alch_blocks::Kind;

use crate::naming::option;
use crate::values::{Instance, Value, hold};

/// A Worker that cron triggers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Whether each of its requests is logged.
    pub logs_all: bool,
}

/// What a declaration costs in a stage; `None` where no cron trigger runs, or nobody can tell.
pub(super) fn cost(instance: &Instance, stage: &str) -> Option<Cost> {
    if instance.kind != Kind::Worker || !runs(&in_stage(&option(instance, "crons"), stage)) {
        return None;
    }
    let observability = in_stage(&option(instance, "observability"), stage);
    Some(Cost { logs_all: observability.iter().all(logs_all) })
}

fn in_stage(value: &Value, stage: &str) -> Vec<Value> {
    let cases = value.cases().into_iter();
    cases.filter(|(when, _)| hold(when, stage)).map(|(_, case)| case).collect()
}

fn runs(crons: &[Value]) -> bool {
    let runs = |crons: &Value| matches!(crons, Value::Array(list) if !list.is_empty());
    !crons.is_empty() && crons.iter().all(runs)
}

/// Alchemy and Cloudflare log all requests if nobody says something else.
fn logs_all(observability: &Value) -> bool {
    match observability {
        Value::Nil => true,
        Value::Object(object) => {
            let rate = object.get("headSamplingRate");
            let is_whole = rate == Value::Nil || rate == Value::text("1");
            let logs = object.get("logs");
            object.get("enabled") != Value::Bool(false) && is_whole && logs == Value::Nil
        }
        _ => false,
    }
}
