//! Runs of Alchemy 2: what TypeScript knows of one, and the refusal that the law has for it.

use wasm_bindgen::prelude::*;

use super::js::{Result, read, refusal};
use crate::error::Error;
use crate::stack::{Program, Resource, judge_write as judge};

/// Refuses a run of Alchemy 2 that would lose or take data.
///
/// # Errors
/// See [`Program::judge`].
#[wasm_bindgen(js_name = judgeProgram, skip_typescript)]
pub fn judge_program(program: JsValue) -> Result<()> {
    read::<Program>(program)?.judge().map_err(in_alchemy2)
}

/// Refuses a row that Alchemy 2 is about to write.
///
/// # Errors
/// See [`judge`](crate::judge_write).
#[wasm_bindgen(js_name = judgeWrite, skip_typescript)]
pub fn judge_write(
    row: JsValue,
    found: Option<String>,
    adopts: bool,
    release: Vec<String>,
) -> Result<()> {
    judge(&read::<Resource>(row)?, found.as_deref(), adopts, &release).map_err(in_alchemy2)
}

/// A run whose plan the guard did not see.
#[wasm_bindgen(js_name = alchemyUnknown, skip_typescript)]
#[must_use]
pub fn alchemy_unknown() -> JsValue {
    in_alchemy2(Error::AlchemyUnknown)
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn in_alchemy2(error: Error) -> JsValue {
    refusal(&error, &error.help_in_alchemy2())
}
