//! The hostname or pattern of one domain or route in one stage.

use alch_blocks::{
    HostBlock, HostDeclaration, HostOptions, HostPattern, HostRequest, OnRename, Stage, decide_host,
};

use super::Why;
use super::name::{pins, stage_option};
use crate::naming::option;
use crate::values::{Instance, Value, text_in};

/// A hostname or a pattern in one stage.
#[derive(Debug, Clone)]
pub(crate) struct HostName {
    pub name: String,
    /// What the law says of a block.
    pub declared: Option<HostDeclaration>,
}

impl HostName {
    pub(crate) fn pattern(&self) -> HostPattern<'_> {
        HostPattern::new(&self.name)
    }
}

/// What Alchemy's state calls a domain or a route.
pub(crate) fn resource(block: HostBlock) -> &'static str {
    match block {
        HostBlock::Domain => "cloudflare::CustomDomain",
        HostBlock::Route => "cloudflare::Route",
    }
}

/// What a domain or a route is called in reports.
pub(crate) fn word(block: HostBlock) -> &'static str {
    match block {
        HostBlock::Domain => "domain",
        HostBlock::Route => "route",
    }
}

/// The option that names a domain or a route, if its id does not.
pub(crate) fn name_key(block: HostBlock) -> &'static str {
    match block {
        HostBlock::Domain => "name",
        HostBlock::Route => "pattern",
    }
}

pub(super) fn raw_name(instance: &Instance, block: HostBlock, run: &str) -> Result<HostName, Why> {
    let name = text_in(&option(instance, name_key(block)), run).map_err(Why::Unknown)?;
    let name = name.ok_or_else(|| Why::Unknown("it has no hostname".to_owned()))?;
    Ok(HostName { name, declared: None })
}

/// What the law says of a block in one stage.
pub(crate) fn decided_host(
    instance: &Instance,
    block: HostBlock,
    run: &str,
) -> Result<HostName, Why> {
    let request = request(instance, block, run)?;
    let stage = Stage::new(run).map_err(|error| Why::Refused(Box::new(error)))?;
    let declared = decide_host(block, request, &stage, "");
    let declared = declared.map_err(|error| Why::Refused(Box::new(error)))?;
    Ok(HostName { name: declared.name.clone(), declared: Some(declared) })
}

/// What the law reads of a block's call.
fn request(instance: &Instance, block: HostBlock, run: &str) -> Result<HostRequest, Why> {
    let settings = instance.block.clone().unwrap_or_default();
    let text = |value: &Value| text_in(value, run).map_err(Why::Unknown);
    let given = |key: &str| text(&option(instance, key));
    let id = text(&instance.id)?.ok_or_else(|| Why::Unknown("the id is not known".to_owned()))?;
    Ok(HostRequest {
        id,
        explicit: given(name_key(block))?,
        stage: stage_option(&option(instance, "stage"), run)?,
        pin: pins(&option(instance, "pin"), run)?,
        options: HostOptions {
            zone: given("zone")?,
            bare: given("bare")?.map_or_else(|| text(&settings.bare), |own| Ok(Some(own)))?,
            preview_domain: given("previewDomain")?
                .map_or_else(|| text(&settings.preview_domain), |own| Ok(Some(own)))?,
        },
        take_from: None,
        on_rename: match given("onRename")? {
            Some(choice) => OnRename::given(block.title(), &choice)
                .map_err(|error| Why::Refused(Box::new(error)))?,
            None => OnRename::default(),
        },
    })
}
