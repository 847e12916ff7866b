//! A block as one would write it down at first, without the law and without a guard: the stage is read
//! in each call, each key is made anew, each look at JavaScript crosses the boundary, and each text is
//! decoded.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;

/// A D1 database: the name with the stage behind it, whatever that makes.
///
/// # Errors
/// What Alchemy's function throws, or a getter of the options.
#[wasm_bindgen(js_name = Database)]
pub fn database(id: &str, options: &JsValue, resource: &Function) -> Result<JsValue, JsValue> {
    let copy = Object::assign(&Object::new(), options.unchecked_ref());
    let key = JsValue::from("name");
    let base = Reflect::get(&copy, &key)?.as_string().unwrap_or_else(|| id.to_owned());
    let name = format!("{base}-{}", stage()?);
    Reflect::set(&copy, &key, &name.into())?;
    resource.call2(&JsValue::NULL, &id.into(), &copy)
}

fn stage() -> Result<String, JsValue> {
    let process = Reflect::get(&js_sys::global(), &"process".into())?;
    let variables = Reflect::get(&process, &"env".into())?;
    let stage = Reflect::get(&variables, &"STAGE".into())?.as_string();
    Ok(stage.unwrap_or_else(|| "dev".to_owned()))
}
