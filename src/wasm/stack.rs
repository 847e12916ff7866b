//! Runs of Alchemy 2: what TypeScript knows of one, and the refusal that the law has for it.

use wasm_bindgen::prelude::*;

use super::blocks::print;
use super::js::{Result, Thrown, read};
use crate::error::Error;
use crate::stack::{Program, Resource, judge_write as judge};
use crate::warning::Warning;

/// Refuses a run of Alchemy 2 that would lose or take data. Gives the ids whose retention stays.
///
/// # Errors
/// See [`Program::judge`].
#[wasm_bindgen(js_name = judgeProgram, skip_typescript)]
pub fn judge_program(program: JsValue) -> Result<Vec<String>> {
    let program = read::<Program>(program)?;
    program.judge().map_err(in_alchemy2)?;
    Ok(program.kept())
}

/// Warns of each id of `release` that a run had no use for, when it has come to its end. `used` are those
/// that its writes have used.
#[wasm_bindgen(js_name = warnRelease, skip_typescript)]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen passes lists by value")]
pub fn warn_release(program: JsValue, used: Vec<String>) -> Result<()> {
    let unused = read::<Program>(program)?.unused(&used);
    unused.iter().try_for_each(|id| print(&Warning::ReleaseUnused { id: id.into() }))
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

/// A second resource under the id of another one.
#[wasm_bindgen(js_name = declaredTwiceInAlchemy2, skip_typescript)]
#[must_use]
pub fn declared_twice_in_alchemy2(id: &str, first: &str, second: &str) -> JsValue {
    in_alchemy2(Error::DeclaredTwice { id: id.into(), first: first.into(), second: second.into() })
        .into()
}

/// A run whose plan the guard did not see.
#[wasm_bindgen(js_name = alchemyUnplanned, skip_typescript)]
#[must_use]
pub fn alchemy_unplanned() -> JsValue {
    in_alchemy2(Error::AlchemyUnplanned).into()
}

/// Refuses a version of Alchemy 2 that is not known.
///
/// # Errors
/// See [`check_alchemy2`](crate::check_alchemy2).
#[wasm_bindgen(js_name = checkAlchemy2, skip_typescript)]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen passes optional text by value")]
pub fn check_alchemy2(version: Option<String>) -> Result<()> {
    crate::check_alchemy2(version.as_deref()).map_err(in_alchemy2)
}

fn in_alchemy2(error: Error) -> Thrown {
    Thrown::from(error).in_alchemy2()
}
