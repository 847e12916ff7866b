//! `Domain` and `Route`, and what the guard says to the hostnames that a deploy is about to write.

use js_sys::Function;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::blocks::{Passed, Split, options_of, print, settings_of};
use super::js::{Result, Text, Thrown, found, read, text, write};
use super::options::{Common, Options, Role};
use super::scope::{Run, Scope};
use crate::error::{Error, HostError, Place};
use crate::hostname::HostOptions;
use crate::hosts::{
    HostAccount, HostBlock, HostClaim, HostDeclaration, HostRequest, decide_host, judge_host,
    judge_records, judge_zone, lost_records,
};
use crate::ledger::OnRename;
use crate::stage::Stage;
use crate::warning::Warning;

#[wasm_bindgen(module = "/src/host.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = splitHost)]
    fn split_host(options: &JsValue) -> Result<Split>;
}

/// What a block has declared of a domain or a route.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Declared<'a> {
    take_from: Vec<&'a str>,
    on_rename: OnRename,
    bare: bool,
}

#[wasm_bindgen]
impl Scope {
    /// Calls `Domain` in this scope. The result of `resource` comes back as it is.
    ///
    /// # Errors
    /// A `BlockError`, before `resource` is called; and whatever `resource` throws.
    pub fn domain(
        &self,
        id: JsValue,
        options: JsValue,
        resource: Function,
        settings: JsValue,
    ) -> Result<JsValue> {
        let names = ["name", "workerName"];
        self.in_version(self.host(HostBlock::Domain, names, &id, &options, &resource, &settings))
    }

    /// Calls `Route` in this scope.
    ///
    /// # Errors
    /// As [`domain`](Self::domain).
    pub fn route(
        &self,
        id: JsValue,
        options: JsValue,
        resource: Function,
        settings: JsValue,
    ) -> Result<JsValue> {
        let names = ["pattern", "script"];
        self.in_version(self.host(HostBlock::Route, names, &id, &options, &resource, &settings))
    }

    /// What a block has declared under an id, if it was one of these.
    #[wasm_bindgen(js_name = declaredHost)]
    pub fn declared_host(&self, id: String) -> Result<JsValue> {
        let run = self.run().borrow();
        let place = Place { scope: self.path().to_owned(), id };
        let declared = run.hosts.declared(&place).map(
            |HostDeclaration { take_from, on_rename, bare, .. }| Declared {
                take_from: take_from.iter().map(String::as_str).collect(),
                on_rename: *on_rename,
                bare: *bare,
            },
        );
        write(&declared)
    }
}

impl Scope {
    /// With the help for the version of Alchemy that the scope is of.
    fn in_version<T>(&self, called: Result<T>) -> Result<T> {
        if self.is_alchemy2() { called.map_err(Thrown::in_alchemy2) } else { called }
    }

    fn host(
        &self,
        block: HostBlock,
        [name, script]: [&str; 2],
        id: &JsValue,
        options: &JsValue,
        resource: &Function,
        settings: &JsValue,
    ) -> Result<JsValue> {
        let title = block.title();
        let settings = settings_of(settings)?;
        let common = settings.map_or_else(|| Ok(Common::default()), Common::read)?;
        let split = split_host(&options_of(title, options)?)?;
        let given = split.given();
        let options = Options { block: title, given: &given };
        let request = request(title, id, name, &options, &common)?;
        let Some(worker) = options.script("worker")? else {
            let found = found(&JsValue::UNDEFINED);
            return Err(Error::ScriptInvalid { block: title, option: "worker", found }.into());
        };
        self.check_chosen()?;
        let declared = decide_host(block, request, self.stage(), self.path())?;
        self.run().borrow_mut().hosts.declare(declared.clone())?;
        let passed: Passed = split.passed();
        passed.set(name, &declared.name)?;
        passed.set(script, &worker)?;
        Ok(resource.call2(&JsValue::UNDEFINED, id, &passed)?)
    }
}

fn request(
    block: &'static str,
    id: &JsValue,
    name: &str,
    options: &Options,
    common: &Common,
) -> Result<HostRequest> {
    let Some(Text::WellFormed(written)) = text(id) else {
        return Err(HostError::HostIdMissing { block, found: found(id) }.into());
    };
    let text = |option| options.text(option, Role::Other);
    Ok(HostRequest {
        id: written,
        explicit: text(name)?,
        stage: options.stage()?,
        pin: options.pin()?,
        options: HostOptions {
            zone: text("zone")?,
            bare: text("bare")?.or_else(|| common.bare.clone()),
            preview_domain: text("previewDomain")?.or_else(|| common.preview_domain.clone()),
        },
        take_from: text("takeFrom")?,
        on_rename: options.on_rename()?,
    })
}

/// What the account holds, as it was read once for a run.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct HostFacts(HostAccount);

#[wasm_bindgen]
impl HostFacts {
    /// Lists that could not be read are left out.
    #[wasm_bindgen(constructor)]
    pub fn new(account: JsValue) -> Result<HostFacts> {
        Ok(Self(read(account)?))
    }

    /// Decides whether a domain or a route may be written.
    ///
    /// # Errors
    /// See [`judge_host`].
    pub fn judge(&self, run: &Run, claim: JsValue) -> Result<JsValue> {
        write(&judge_host(&claim_in(run, claim)?, &self.0)?)
    }

    /// The same in a run of Alchemy 2, which says by itself what it adopts.
    ///
    /// # Errors
    /// See [`judge_host`].
    #[wasm_bindgen(js_name = judgeInAlchemy2)]
    pub fn judge_in_alchemy2(&self, run: &Run, claim: JsValue) -> Result<()> {
        let claim = claim_in(run, claim)?;
        judge_host(&claim, &self.0).map_err(|error| Thrown::from(error).in_alchemy2())?;
        Ok(())
    }

    /// Decides whether a raw `Zone` may be created.
    ///
    /// # Errors
    /// `would-delete-zone`
    #[wasm_bindgen(js_name = judgeZone)]
    pub fn judge_zone(&self, run: &Run, name: &str, stage: &str) -> Result<()> {
        Ok(judge_zone(name, stage, protects(run, stage), &self.0)?)
    }

    /// Decides whether raw `DnsRecords` may be written. Gives the ids of those that this stage no longer
    /// has, though its state holds them.
    ///
    /// # Errors
    /// `hostname-taken`
    #[wasm_bindgen(js_name = judgeRecords)]
    pub fn judge_records(
        &self,
        run: &Run,
        stage: &str,
        zone: &str,
        declared: JsValue,
        held: JsValue,
    ) -> Result<Vec<String>> {
        let stage = (!protects(run, stage)).then(|| Stage::new(stage)).transpose()?;
        let (declared, held): (Vec<_>, Vec<_>) = (read(declared)?, read(held)?);
        Ok(judge_records(zone, &declared, &held, stage.as_ref(), &self.0)?)
    }

    /// The same in a run of Alchemy 2.
    ///
    /// # Errors
    /// `hostname-taken`
    #[wasm_bindgen(js_name = judgeRecordsInAlchemy2)]
    pub fn judge_records_in_alchemy2(
        &self,
        run: &Run,
        stage: &str,
        zone: &str,
        declared: JsValue,
        held: JsValue,
    ) -> Result<Vec<String>> {
        self.judge_records(run, stage, zone, declared, held).map_err(Thrown::in_alchemy2)
    }

    /// The ids of the DNS records that are no longer this stage's to delete.
    #[wasm_bindgen(js_name = lostRecords)]
    pub fn lost_records(&self, held: JsValue) -> Result<Vec<String>> {
        let held: Vec<_> = read(held)?;
        Ok(lost_records(&held, &self.0))
    }
}

fn claim_in(run: &Run, claim: JsValue) -> Result<HostClaim> {
    let mut claim: HostClaim = read(claim)?;
    let is_preview = !claim.bare && !protects(run, &claim.stage);
    claim.preview = is_preview.then(|| Stage::new(&claim.stage)).transpose()?;
    Ok(claim)
}

fn protects(run: &Run, stage: &str) -> bool {
    run.state().borrow().consent.protects(stage)
}

#[wasm_bindgen]
impl Run {
    /// Warns of a list that the token may not read.
    #[wasm_bindgen(js_name = warnUnread)]
    pub fn warn_unread(&self, list: &str, permission: &str) -> Result<()> {
        let what = match list {
            "zones" => "the zones of the account",
            "domains" => "the custom domains of its Workers",
            "routes" => "the Worker routes of the zone",
            "records" => "the DNS records of the zone",
            _ => "the certificates of the zone",
        };
        print(&Warning::HostsUnread { what, permission: permission.into() })
    }

    /// Refuses to delete a zone, unless the program lets it go.
    ///
    /// # Errors
    /// `would-delete-zone`
    #[wasm_bindgen(js_name = judgeZoneDeletion)]
    pub fn judge_zone_deletion(&self, id: &str, zone: &str) -> Result<()> {
        if self.state().borrow_mut().consent.releases(id) {
            return Ok(());
        }
        Err(HostError::ZoneDeleted { id: id.into(), zone: zone.into() }.into())
    }
}
