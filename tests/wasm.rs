//! The exports of the WebAssembly module, in Node: the vectors once more, and what calls do.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it stands")]

use alch_blocks::BlockError;
use alch_blocks::wasm::{
    database, durable_object, explain_with, kv, physical_name_js, physical_names_js, queue,
    stage_slug_js, version, workflow,
};
use js_sys::{Array, Error, Function, Object, Promise, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[derive(Deserialize)]
struct Vectors {
    rows: Vec<Vector>,
}

#[derive(Deserialize, Debug)]
struct Vector {
    kind: String,
    base: String,
    stage: String,
    slug: String,
    name: Option<String>,
    error: Option<String>,
}

fn js(text: &str) -> JsValue {
    JsValue::from_str(text)
}

#[wasm_bindgen(inline_js = "export function attempt(act, args) {
    try { return { value: act(args) }; } catch (thrown) { return { thrown }; }
}")]
extern "C" {
    fn attempt(act: &Closure<dyn FnMut(Array) -> JsValue>, args: &Array) -> JsValue;
}

type Export = fn(Array) -> JsValue;

/// As the module of the refusals does.
fn explain(code: u8, message: u8, words: String) -> String {
    let error = BlockError::told(code, message, &words).expect("a refusal of the core");
    format!("{}\n{}\n{}", error.code(), error.message(), error.help())
}

/// Calls an export as JavaScript does, which is where it throws.
fn run(export: Export, values: &[&JsValue]) -> Result<JsValue, JsValue> {
    let say: Closure<dyn FnMut(u8, u8, String) -> String> = Closure::new(explain);
    explain_with(&say.into_js_value());
    let act = Closure::new(export);
    let ended = attempt(&act, &values.iter().copied().collect::<Array>());
    if Reflect::has(&ended, &js("thrown")).expect("an object") {
        return Err(get(&ended, "thrown"));
    }
    Ok(get(&ended, "value"))
}

fn call(
    block: Export,
    name: &JsValue,
    options: &JsValue,
    resource: &JsValue,
) -> Result<JsValue, JsValue> {
    run(block, &[name, options, resource])
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &js(key)).expect("a property")
}

fn code(error: &JsValue) -> Option<String> {
    assert!(error.is_instance_of::<Error>(), "a real Error");
    get(error, "code").as_string()
}

#[wasm_bindgen_test]
fn the_vectors_hold() {
    let vectors: Vectors =
        serde_json::from_str(include_str!("vectors/naming.json")).expect("the vectors parse");
    for row in vectors.rows {
        assert_eq!(run(stage_slug_js, &[&js(&row.stage)]).ok(), Some(js(&row.slug)), "{row:?}");
        let got = run(physical_name_js, &[&js(&row.kind), &js(&row.base), &js(&row.stage)]);
        assert_eq!(got.clone().ok(), row.name.as_deref().map(js), "{row:?}");
        assert_eq!(got.err().as_ref().and_then(code), row.error, "{row:?}");
    }
}

#[wasm_bindgen_test]
fn a_promise_stays_the_same_promise() {
    let promise = Promise::resolve(&JsValue::NULL);
    let resource = Function::new_with_args("id, options", "return globalThis.__given");
    Reflect::set(&js_sys::global(), &js("__given"), &promise).unwrap();
    let none = JsValue::UNDEFINED;
    let returned = call(database, &js("one-db"), &none, &resource).expect("no refusal");
    assert!(Object::is(&returned, &promise));
}

#[wasm_bindgen_test]
fn what_is_thrown_comes_through() {
    let none = JsValue::UNDEFINED;
    let resource = Function::new_with_args("id, options", "throw globalThis.__thrown");
    for thrown in [Error::new("x").into(), js("text"), JsValue::UNDEFINED] {
        Reflect::set(&js_sys::global(), &js("__thrown"), &thrown).unwrap();
        let caught = call(queue, &js("one-queue"), &none, &resource).expect_err("it throws");
        assert!(Object::is(&caught, &thrown));
    }
}

#[wasm_bindgen_test]
fn options_come_out_renamed_and_the_given_stay() {
    let none = JsValue::UNDEFINED;
    let resource = Function::new_with_args("id, options", "return options");
    let given = Object::new();
    Reflect::set(&given, &js("title"), &js("one")).unwrap();
    let made = call(kv, &js("one-kv"), &given, &resource).expect("no refusal");
    assert_eq!(get(&made, "title").as_string().as_deref(), Some("one-dev"));
    assert_eq!(get(&made, "name").as_string().as_deref(), Some("one-dev"));
    assert_eq!(get(&given, "title").as_string().as_deref(), Some("one"));
    let object = call(durable_object, &js("chat-room"), &none, &resource).expect("no refusal");
    assert_eq!(get(&object, "className").as_string().as_deref(), Some("ChatRoom"));
}

#[wasm_bindgen_test]
fn odd_input_is_refused_and_never_panics() {
    let none = JsValue::UNDEFINED;
    let resource: JsValue = Function::new_with_args("id, options", "return options").into();
    let half = Function::new_no_args("return 'a\\ud800'").call0(&none).expect("text");
    let odd =
        [none.clone(), JsValue::NULL, js(""), 5.into(), true.into(), Array::new().into(), half];
    for value in &odd {
        assert!(call(workflow, value, &none, &resource).is_err());
        assert!(call(database, &js("x"), &none, value).is_err());
        assert!(run(physical_name_js, &[value, value, value]).is_err());
        assert!(
            run(physical_names_js, &[&js("kv"), value, &js("dev")]).is_err()
                || Array::is_array(value)
        );
    }
    for value in odd.iter().skip(2) {
        assert!(call(database, &js("x"), value, &resource).is_err());
    }
    assert_eq!(version(), js(env!("CARGO_PKG_VERSION")));
}
