//! Runs and scopes of Alchemy, as far as the law looks at them.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::blocks::settings_of;
use super::js::{Result, Text, Thrown, read, text};
use super::options::Common;
use crate::block::{Outcome, Request, warnings};
use crate::deletion::Consent;
use crate::error::Error;
use crate::hosts::HostLedger;
use crate::kind::Kind;
use crate::ledger::{Declaration, Ledger};
use crate::stage::{Environment, Stage};
use crate::unknown::{NamedStage, named_stages};
use crate::warning::Warning;

#[wasm_bindgen(module = "/src/host.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = activeScope)]
    pub(super) fn active_scope() -> Result<AlchemyScope>;
    #[wasm_bindgen(catch)]
    fn environment() -> Result<JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// A scope of Alchemy's, or `undefined` outside of any.
    pub type AlchemyScope;
    #[wasm_bindgen(method, getter, catch)]
    fn stage(this: &AlchemyScope) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn chain(this: &AlchemyScope) -> Result<JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn adopt(this: &AlchemyScope) -> Result<JsValue>;
    /// Only a stack of Alchemy 2 says it.
    #[wasm_bindgen(method, getter, catch, js_name = environment)]
    fn own_environment(this: &AlchemyScope) -> Result<Option<JsValue>>;
}

/// What one run of one app has declared. Make one for each root scope of Alchemy.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug, Default)]
pub struct Run(Rc<RefCell<RunState>>);

#[derive(Debug, Default)]
pub(super) struct RunState {
    pub ledger: Ledger,
    pub hosts: HostLedger,
    pub consent: Consent,
    /// The queues that `dlq` names as text.
    pub dead_letters: Vec<String>,
    /// The stages that the program names, and that were not looked for yet.
    pub named: Vec<NamedStage>,
    /// Those that were.
    pub sought: Vec<NamedStage>,
    /// The codes of the warnings that were given.
    warned: Vec<String>,
}

#[wasm_bindgen]
impl Run {
    /// A run that has declared nothing yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Run {
    pub(super) fn state(&self) -> &Rc<RefCell<RunState>> {
        &self.0
    }
}

/// A scope of Alchemy's. Make one for each, and let go of it with the scope.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Scope {
    run: Rc<RefCell<RunState>>,
    path: String,
    stage: Stage,
    adopt: bool,
    is_root: bool,
    /// Whether it is made from a stack of Alchemy 2.
    alchemy2: bool,
    environment: Environment,
}

#[wasm_bindgen]
impl Scope {
    /// What the law has to know of a scope of Alchemy's, or of what is outside of any.
    ///
    /// # Errors
    /// `stage-invalid`
    #[wasm_bindgen(constructor)]
    pub fn new(run: &Run, alchemy: &AlchemyScope) -> Result<Scope> {
        let environment = environment_of(alchemy)?;
        let (mut path, mut adopt, mut is_root, mut alchemy2) = Default::default();
        if !alchemy.is_undefined() {
            let chain: Vec<String> = read(alchemy.chain()?)?;
            path = path_of(&chain);
            adopt = alchemy.adopt()?.is_truthy();
            is_root = chain.len() == 1;
            alchemy2 = alchemy.own_environment()?.is_some();
        }
        let (run, stage) = (Rc::clone(run.state()), Stage::new(environment.resolve())?);
        Ok(Self { run, path, stage, adopt, is_root, alchemy2, environment })
    }
}

#[wasm_bindgen]
impl Scope {
    /// Whether this scope's stage is protected, by a set of blocks with these settings or by any other of
    /// the run.
    ///
    /// # Errors
    /// `stage-implicit`, `stage-case`, `option-invalid`
    pub fn protects(&self, settings: JsValue) -> Result<bool> {
        let protects = || -> Result<bool> {
            self.check_chosen()?;
            let common =
                settings_of(&settings)?.map_or_else(|| Ok(Common::default()), Common::read)?;
            let mut run = self.run.borrow_mut();
            common.note(&mut run.consent);
            Ok(run.consent.is_protected(self.stage.raw())?)
        };
        if self.alchemy2 { protects().map_err(Thrown::in_alchemy2) } else { protects() }
    }
}

impl Scope {
    pub(super) fn run(&self) -> &Rc<RefCell<RunState>> {
        &self.run
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Refuses a scope that all stages share.
    pub(super) fn check_own(&self, kind: Kind) -> Result<(), Error> {
        if self.is_root { Err(Error::RootScope { kind }) } else { Ok(()) }
    }

    pub(super) fn is_alchemy2(&self) -> bool {
        self.alchemy2
    }

    /// Refuses a stage that was not set, in CI.
    pub(super) fn check_chosen(&self) -> Result<(), Error> {
        if !self.alchemy2 {
            return check_chosen(&self.environment);
        }
        if self.environment.is_implicit_in_alchemy2(self.stage.raw()) {
            return Err(Error::StageImplicit { stage: self.stage.raw().into() });
        }
        Ok(())
    }

    /// Notes the stages that a call names, to be looked for in the state.
    pub(super) fn note_stages(&self, request: &Request) {
        let mut run = self.run.borrow_mut();
        for named in named_stages(request, &self.stage) {
            if !run.named.contains(&named) && !run.sought.contains(&named) {
                run.named.push(named);
            }
        }
    }

    /// Declares what was decided. Gives the warnings that this run has not given yet.
    pub(super) fn declare(
        &self,
        outcome: &Outcome,
        adopts: Option<bool>,
        common: &Common,
    ) -> Result<Vec<Warning>, Error> {
        let declaration: &Declaration = &outcome.declaration;
        let mut run = self.run.borrow_mut();
        run.ledger.declare(declaration.clone())?;
        common.note(&mut run.consent);
        run.dead_letters.extend(outcome.dlq.clone());
        let mut all = warnings(declaration, adopts.unwrap_or(self.adopt), common.prefix.as_deref());
        all.extend(self.environment.mismatch().map(|variable| Warning::StageMismatch {
            variable: variable.into(),
            scope: self.stage.raw().into(),
        }));
        all.retain(|warning| !run.warned.contains(&warning.code()));
        run.warned.extend(all.iter().map(Warning::code));
        Ok(all)
    }
}

/// The stage of this run: that of the active Alchemy scope, else `STAGE`, else `dev`.
///
/// @throws BlockError `stage-implicit` in CI, if no stage was set; `stage-invalid`
#[wasm_bindgen(js_name = resolveStage)]
pub fn resolve_stage() -> Result<String> {
    let environment = environment_of(&active_scope()?)?;
    check_chosen(&environment)?;
    Ok(Stage::new(environment.resolve())?.raw().to_owned())
}

fn check_chosen(environment: &Environment) -> Result<(), Error> {
    if environment.is_implicit() {
        return Err(Error::StageImplicit { stage: environment.resolve().into() });
    }
    Ok(())
}

fn environment_of(alchemy: &AlchemyScope) -> Result<Environment> {
    let (mut own, mut stage) = (None, JsValue::UNDEFINED);
    if !alchemy.is_undefined() {
        (own, stage) = (alchemy.own_environment()?, alchemy.stage()?);
    }
    let mut environment: Environment = read(own.map_or_else(environment, Ok)?)?;
    environment.scope_stage = match text(&stage) {
        Some(Text::WellFormed(stage)) => Some(stage),
        Some(Text::IllFormed(stage)) => {
            return Err(Error::StageIllFormed { stage: stage.into() }.into());
        }
        None => None,
    };
    Ok(environment)
}

/// The path of a chain of scopes, in which `a/b` and `a` above `b` stay different.
pub(super) fn path_of(chain: &[String]) -> String {
    let names = chain.iter().map(|name| name.replace('%', "%25").replace('/', "%2F"));
    names.collect::<Vec<_>>().join("/")
}
