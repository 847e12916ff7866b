//! What TypeScript shows of Alchemy's state, and what the law says to it.
//!
//! `resource` is always the type by which Alchemy's state knows a kind, such as
//! `cloudflare::D1Database`. Of other types nothing is declared, and nothing is judged.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::blocks::print;
use super::expiry::RULE;
use super::js::{Result, read, write};
use super::options::Common;
use super::scope::{Run, RunState, Scope, path_of};
use crate::deletion::{Orphan, Owner};
use crate::error::{Error, Place};
use crate::kind::{Kind, OnNewName};
use crate::ledger::{Declaration, OnRename};
use crate::region::judge_move;
use crate::stage::Stage;
use crate::state::{Binding, Row, judge, judge_worker};
use crate::unknown::unknown_stages;
use crate::warning::Warning;

/// What a block has declared in this run.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Declared {
    run: Rc<RefCell<RunState>>,
    declaration: Declaration,
}

#[wasm_bindgen]
impl Declared {
    /// The physical name.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn name(&self) -> String {
        self.declaration.name.clone()
    }

    /// The jurisdiction of a bucket; empty for the default one.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn jurisdiction(&self) -> String {
        self.declaration.jurisdiction.clone()
    }

    /// What to do if the state holds another name.
    #[wasm_bindgen(getter, js_name = onRename)]
    pub fn on_rename(&self) -> Result<JsValue> {
        write(&self.declaration.on_rename)
    }

    /// Whether the stage is protected and the program does not write `delete`: the block adds it.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn protects(&self) -> bool {
        self.declaration.protects
    }

    /// The id of the lifecycle rule by which the objects of a bucket expire, if they do.
    #[wasm_bindgen(getter, js_name = expiryRule)]
    #[must_use]
    pub fn expiry_rule(&self) -> Option<String> {
        self.declaration.expires.map(|_| RULE.to_owned())
    }

    /// Refuses to let objects expire of a bucket that this stage has not made, if the block itself asks
    /// for it.
    ///
    /// # Errors
    /// `expire-protected`
    #[wasm_bindgen(js_name = judgeExpiry)]
    pub fn judge_expiry(&self) -> Result<()> {
        Ok(self.declaration.judge_expiry()?)
    }

    /// Decides what may happen to the row that is about to be written for it.
    ///
    /// # Errors
    /// `would-replace`, `id-changed`, `pending-deletion`
    pub fn judge(&self, row: JsValue) -> Result<JsValue> {
        let row: Row = read(row)?;
        write(&judge(&self.declaration, &row)?)
    }

    /// Notes that it keeps its deployed name, so that the declared one is not in use.
    #[wasm_bindgen(js_name = noteKept)]
    pub fn note_kept(&self) {
        self.run.borrow_mut().ledger.note_kept(&self.declaration);
    }
}

#[wasm_bindgen]
impl Scope {
    /// Whether rows of the state can make a name of this scope ambiguous.
    #[wasm_bindgen(getter, js_name = needsRows)]
    #[must_use]
    pub fn needs_rows(&self) -> bool {
        // Only a slug that can be cut in two meets the end of another base name.
        self.stage().slug().bytes().any(|byte| byte == b'-')
    }

    /// Notes a row of this scope's state. Its base name counts as declared before.
    #[wasm_bindgen(js_name = noteRow)]
    pub fn note_row(&self, id: String, resource: &str, name: &str, jurisdiction: &str) {
        let Some(kind) = Kind::of_resource(resource) else { return };
        let mut run = self.run().borrow_mut();
        run.ledger.note_row(kind, self.place(id), jurisdiction, name, self.stage());
    }

    /// Checks again what was declared under an id, now that the rows are noted.
    ///
    /// # Errors
    /// `ambiguous-stage`
    pub fn recheck(&self, id: String) -> Result<()> {
        Ok(self.run().borrow().ledger.recheck(&self.place(id))?)
    }

    /// What a block has declared last under an id, as a type of resource.
    #[must_use]
    pub fn declared(&self, id: String, resource: &str) -> Option<Declared> {
        let kind = Kind::of_resource(resource)?;
        let run = self.run().borrow();
        let declaration = run.ledger.declared(&self.place(id), kind)?.clone();
        Some(Declared { run: Rc::clone(self.run()), declaration })
    }
}

impl Scope {
    fn place(&self, id: String) -> Place {
        Place { scope: self.path().to_owned(), id }
    }
}

/// A Worker, and a scope that is swept, may lie where no block was called: the run is what counts.
#[wasm_bindgen]
impl Run {
    /// Decides whether a Worker may go from the bindings `before` to `now`. Gives the workflows
    /// that keep their deployed name.
    ///
    /// # Errors
    /// `id-changed`, `would-delete-class`, `would-orphan`
    #[wasm_bindgen(js_name = judgeWorker)]
    pub fn judge_worker(&self, before: JsValue, now: JsValue) -> Result<JsValue> {
        let (before, now): (Vec<Binding>, Vec<Binding>) = (read(before)?, read(now)?);
        let mut run = self.state().borrow_mut();
        let RunState { ledger, consent, .. } = &mut *run;
        let chosen = |binding: &Binding| match binding.kind() {
            Kind::Workflow => {
                let declared = ledger.named(Kind::Workflow, &binding.workflow_name, "");
                declared.map_or(OnRename::Refuse, |declared| declared.on_rename)
            }
            _ if consent.lets_go(binding) => OnRename::Replace,
            _ => OnRename::Refuse,
        };
        write(&judge_worker(&before, &now, chosen)?)
    }

    /// Decides whether Alchemy may delete a row.
    ///
    /// # Errors
    /// `would-delete`, `would-delete-class`, `owned-elsewhere`, `wrong-account`
    #[wasm_bindgen(js_name = judgeOrphan)]
    pub fn judge_orphan(&self, orphan: JsValue, chain: JsValue) -> Result<()> {
        let (orphan, chain): (Orphan, Vec<String>) = (read(orphan)?, read(chain)?);
        let mut run = self.state().borrow_mut();
        let RunState { ledger, consent, .. } = &mut *run;
        Ok(consent.judge(&orphan, path_of(&chain), ledger)?)
    }

    /// Refuses a row of another stage or account to who is running here.
    ///
    /// # Errors
    /// `owned-elsewhere`, `wrong-account`
    #[wasm_bindgen(js_name = judgeOwner)]
    pub fn judge_owner(&self, id: &str, owner: JsValue, here: JsValue) -> Result<()> {
        let (owner, here): (Owner, Owner) = (read(owner)?, read(here)?);
        Ok(owner.check_place(id, &here)?)
    }

    /// Decides whether a raw resource may change its name, by which Alchemy deletes the old one.
    ///
    /// # Errors
    /// `would-replace`
    #[wasm_bindgen(js_name = judgeRawName)]
    pub fn judge_raw_name(&self, resource: &str, id: &str, old: &str, new: &str) -> Result<()> {
        let replaces = |kind: &Kind| kind.spec().on_new_name == OnNewName::Replace;
        let Some(kind) = Kind::of_resource(resource).filter(replaces) else { return Ok(()) };
        if old == new || self.state().borrow_mut().consent.releases(id) {
            return Ok(());
        }
        let (deployed, declared) = (old.into(), new.into());
        Err(Error::RawReplace { kind, id: id.into(), deployed, declared }.into())
    }

    /// Refuses to have a secret deleted that the row `id` has not put into the account's store.
    ///
    /// # Errors
    /// `would-delete`
    #[wasm_bindgen(js_name = judgeSecret)]
    pub fn judge_secret(&self, id: &str, secret: &str) -> Result<()> {
        if self.state().borrow_mut().consent.releases(id) {
            return Ok(());
        }
        Err(Error::SecretLost { id: id.into(), secret: secret.into() }.into())
    }

    /// Refuses to adopt a Worker with a class that the program does not bind.
    ///
    /// # Errors
    /// `would-delete-class`
    #[wasm_bindgen(js_name = judgeAdopted)]
    pub fn judge_adopted(&self, script: &str, class: &str) -> Result<()> {
        if self.state().borrow().consent.classes.iter().any(|may_go| may_go == class) {
            return Ok(());
        }
        Err(Error::ClassAdopted { script: script.into(), class: class.into() }.into())
    }

    /// Whether Alchemy has to leave a resource in the account when its row goes.
    pub fn retains(&self, holding: JsValue) -> Result<bool> {
        let run = self.state().borrow();
        Ok(run.consent.retains(&read(holding)?, &run.ledger))
    }

    /// Notes the settings of a set of blocks, whether or not one of its blocks is called.
    ///
    /// # Errors
    /// `option-invalid`
    pub fn note(&self, settings: JsValue) -> Result<()> {
        let common = Common::read(settings.unchecked_ref())?;
        common.note(&mut self.state().borrow_mut().consent);
        Ok(())
    }

    /// Warns of what may be left in the account when its row goes.
    #[wasm_bindgen(js_name = warnLeftBehind)]
    pub fn warn_left_behind(&self, resource: &str, name: &str) -> Result<()> {
        let Some(kind) = Kind::of_resource(resource) else { return Ok(()) };
        print(&Warning::LeftBehind { kind, name: name.into() })
    }

    /// Refuses to take a resource to another place than where it is.
    ///
    /// # Errors
    /// `would-move`
    #[wasm_bindgen(js_name = judgeMove)]
    pub fn judge_move(
        &self,
        resource: &str,
        name: &str,
        held: JsValue,
        asked: JsValue,
    ) -> Result<()> {
        let Some(kind) = Kind::of_resource(resource) else { return Ok(()) };
        Ok(judge_move(kind, name, &read(held)?, &read(asked)?)?)
    }

    /// Warns of a bucket that is in `place`, and not in `region`.
    #[wasm_bindgen(js_name = warnRegionIgnored)]
    pub fn warn_region_ignored(&self, name: &str, place: &str, region: &str) -> Result<()> {
        let (name, place, region) = (name.into(), place.into(), region.into());
        print(&Warning::RegionIgnored { name, place, region })
    }

    /// Whether the program names stages that were not looked for yet.
    #[wasm_bindgen(getter, js_name = namesStages)]
    #[must_use]
    pub fn names_stages(&self) -> bool {
        !self.state().borrow().named.is_empty()
    }

    /// Warns of the stages that a run of `stage` names and that are not known; `known` are those of the
    /// state and the config. Each is looked for once.
    ///
    /// # Errors
    /// `stage-invalid`
    #[wasm_bindgen(js_name = warnStages)]
    pub fn warn_stages(&self, stage: &str, known: Vec<String>) -> Result<()> {
        let named = std::mem::take(&mut self.state().borrow_mut().named);
        let warnings = unknown_stages(&named, &Stage::new(stage)?, &known);
        self.state().borrow_mut().sought.extend(named);
        warnings.iter().try_for_each(print)
    }

    /// The queues that `dlq` names as text, and that no block declares.
    #[wasm_bindgen(getter, js_name = deadLetters)]
    #[must_use]
    pub fn dead_letters(&self) -> Vec<String> {
        let RunState { ledger, dead_letters, .. } = &*self.state().borrow();
        let missing =
            dead_letters.iter().filter(|name| ledger.named(Kind::Queue, name, "").is_none());
        missing.cloned().collect()
    }

    /// Warns of each id of `release` that had no use, and of each queue that is meant and missing:
    /// `queues` are the names of those that are declared without a block.
    #[wasm_bindgen(js_name = warnAtEnd)]
    pub fn warn_at_end(&self, queues: Vec<String>) -> Result<()> {
        let mut missing = self.dead_letters();
        missing.retain(|name| !queues.contains(name));
        let warnings: Vec<_> = {
            let RunState { consent, .. } = &*self.state().borrow();
            let unused = consent.unused().map(|id| Warning::ReleaseUnused { id: id.into() });
            unused
                .chain(missing.iter().map(|name| Warning::UnknownQueue { name: name.into() }))
                .collect()
        };
        warnings.iter().try_for_each(print)
    }
}
