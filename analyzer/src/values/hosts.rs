//! Domains and routes: what declares them, and the function `hostname`.

use std::rc::Rc;

use alch_blocks::{HostBlock, HostOptions, Kind};

use super::eval::{Eval, Instance};
use super::members::AFTER;
use super::{Part, Settings, Value};
use crate::syntax::facts::ExprId;

/// The block that has a name.
pub(super) fn host_block(name: &str) -> Option<HostBlock> {
    [HostBlock::Domain, HostBlock::Route].into_iter().find(|block| block.title() == name)
}

/// What a function of `alchemy/cloudflare` declares, if it is a domain or a route.
pub(crate) fn raw_host(name: &str) -> Option<HostBlock> {
    match name {
        "CustomDomain" => Some(HostBlock::Domain),
        "Route" => Some(HostBlock::Route),
        _ => None,
    }
}

impl Eval<'_> {
    pub(super) fn declare_host(
        &mut self,
        file: usize,
        call: ExprId,
        host: HostBlock,
        block: Option<Rc<Settings>>,
        args: Vec<Value>,
    ) -> Value {
        let instance = self.instance(file, call, Kind::Worker, block, args);
        self.add(Instance { host: Some(host), ..instance });
        Value::unknown(format!("what a domain or a route gives {AFTER}"))
    }
}

/// `hostname(base, stage, options)`.
pub(super) fn hostname(args: &[Value]) -> Value {
    let [base, stage, rest @ ..] = args else {
        return Value::unknown("`hostname` lacks an argument");
    };
    let Some(options) = host_options(rest.first().unwrap_or(&Value::Nil)) else {
        return Value::unknown("the options of `hostname` are not known");
    };
    base.map(|base| {
        let Some(base) = base.known_text() else {
            return Value::unknown("the base of the hostname is not known");
        };
        match stage {
            Value::Text(parts) if parts.as_slice() == [Part::Stage] => {
                Value::Text(vec![Part::Host(base, options.clone())])
            }
            stage => match stage.known_text() {
                Some(stage) => match alch_blocks::hostname(&base, &stage, &options) {
                    Ok(host) => Value::text(host),
                    Err(error) => Value::unknown(error.to_string()),
                },
                None => Value::unknown("the stage is not known"),
            },
        }
    })
}

/// The options of `hostname`; `None` if one of them is not known.
fn host_options(options: &Value) -> Option<HostOptions> {
    let get = |key: &str| match options {
        Value::Nil => Some(None),
        Value::Object(object) => match object.get(key) {
            Value::Nil => Some(None),
            value => value.known_text().map(Some),
        },
        _ => None,
    };
    Some(HostOptions {
        zone: get("zone")?,
        bare: get("bare")?,
        preview_domain: get("previewDomain")?,
    })
}
