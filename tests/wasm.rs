//! The exports of the WebAssembly module, in Node: the vectors once more, and what calls do.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;

use alch_blocks::wasm::{
    Run, Scope, database, durable_object, hostname, kv, physical_name, physical_names, queue,
    resolve_stage, stage_slug, version, workflow,
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

type Block<E> = fn(JsValue, JsValue, JsValue, JsValue) -> Result<JsValue, E>;

fn js(text: &str) -> JsValue {
    JsValue::from_str(text)
}

fn call<E: Into<JsValue>>(
    block: Block<E>,
    id: &str,
    options: &JsValue,
    body: &str,
) -> Result<JsValue, JsValue> {
    let resource = Function::new_with_args("id, options", body);
    block(js(id), options.clone(), resource.into(), JsValue::UNDEFINED).map_err(Into::into)
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &js(key)).expect("a property")
}

fn text(object: &JsValue, key: &str) -> Option<String> {
    get(object, key).as_string()
}

fn code(error: impl Into<JsValue>) -> Option<String> {
    let error = &error.into();
    assert!(error.is_instance_of::<Error>(), "a real Error");
    assert_eq!(text(error, "name").as_deref(), Some("BlockError"));
    text(error, "code")
}

fn set_global(name: &str, value: &JsValue) {
    Reflect::set(&js_sys::global(), &js(name), value).expect("a global");
}

#[wasm_bindgen_test]
fn the_vectors_hold() {
    let vectors: Vectors =
        serde_json::from_str(include_str!("vectors/naming.json")).expect("the vectors parse");
    for row in vectors.rows {
        assert_eq!(stage_slug(&js(&row.stage)).ok().as_ref(), Some(&row.slug), "{row:?}");
        let got = physical_name(&js(&row.kind), &js(&row.base), &js(&row.stage));
        assert_eq!(got.as_ref().ok(), row.name.as_ref(), "{row:?}");
        assert_eq!(got.err().and_then(code), row.error, "{row:?}");
    }
}

#[derive(Deserialize)]
struct HostVectors {
    rows: Vec<BTreeMap<String, Option<String>>>,
}

#[wasm_bindgen_test]
fn the_vectors_of_hostnames_hold() {
    let vectors: HostVectors =
        serde_json::from_str(include_str!("vectors/hostname.json")).expect("the vectors parse");
    for row in vectors.rows {
        let value = |key: &str| row.get(key).cloned().flatten();
        let options = Object::new();
        for key in ["zone", "bare", "previewDomain"] {
            if let Some(text) = value(key) {
                Reflect::set(&options, &js(key), &js(&text)).unwrap();
            }
        }
        let (base, stage) = (value("base").unwrap(), value("stage").unwrap());
        let got = hostname(&js(&base), &js(&stage), &options);
        assert_eq!(got.as_ref().ok(), value("hostname").as_ref(), "{row:?}");
        assert_eq!(got.err().and_then(code), value("error"), "{row:?}");
    }
}

#[wasm_bindgen_test]
fn what_is_no_option_of_a_hostname_is_refused() {
    let refused = |base: JsValue, options: JsValue| {
        code(hostname(&base, &js("dev"), &options).expect_err("a refusal"))
    };
    let with = |key: &str, value: JsValue| {
        let options = Object::new();
        Reflect::set(&options, &js(key), &value).unwrap();
        JsValue::from(options)
    };
    let base = || js("app.example.com");
    assert_eq!(refused(JsValue::from(5), JsValue::NULL).as_deref(), Some("argument-invalid"));
    assert_eq!(refused(base(), js("prod")).as_deref(), Some("argument-invalid"));
    for key in ["zone", "bare", "previewDomain"] {
        for value in [JsValue::from(5), js("")] {
            assert_eq!(refused(base(), with(key, value)).as_deref(), Some("argument-invalid"));
        }
        let none = hostname(&base(), &js("dev"), &with(key, JsValue::NULL));
        assert_eq!(none.ok().as_deref(), Some("app-dev.example.com"));
    }
}

#[wasm_bindgen_test]
fn names_in_bulk_are_the_names_one_by_one() {
    let bases: Array = ["a", "b-c"].into_iter().map(js).collect();
    let names = physical_names(&js("database"), &bases, &js("pr-7")).expect("no refusal");
    let names: Vec<_> = names.into_iter().map(String::from).collect();
    assert_eq!(names, ["a-pr-7", "b-c-pr-7"]);
}

#[wasm_bindgen_test]
fn a_promise_stays_the_same_promise() {
    let promise = Promise::resolve(&JsValue::NULL);
    set_global("__given", &promise);
    let returned = call(database, "one-db", &JsValue::UNDEFINED, "return globalThis.__given");
    assert!(Object::is(&returned.expect("no refusal"), &promise));
}

#[wasm_bindgen_test]
fn what_is_thrown_comes_through() {
    for thrown in [Error::new("x").into(), js("text"), JsValue::UNDEFINED] {
        set_global("__thrown", &thrown);
        let caught = call(queue, "one-queue", &JsValue::NULL, "throw globalThis.__thrown");
        assert!(Object::is(&caught.expect_err("it throws"), &thrown));
    }
}

#[wasm_bindgen_test]
fn options_come_out_renamed_and_the_given_stay() {
    let given = Object::new();
    Reflect::set(&given, &js("title"), &js("one")).unwrap();
    let made = call(kv, "one-kv", &given, "return options").expect("no refusal");
    assert_eq!(text(&made, "title").as_deref(), Some("one-dev"));
    assert_eq!(text(&made, "name").as_deref(), Some("one-dev"));
    assert_eq!(text(&given, "title").as_deref(), Some("one"));
    let object = call(durable_object, "chat-room", &JsValue::UNDEFINED, "return options");
    assert_eq!(text(&object.expect("no refusal"), "className").as_deref(), Some("ChatRoom"));
    let flow = call(workflow, "order-flow", &JsValue::UNDEFINED, "return options");
    assert_eq!(text(&flow.expect("no refusal"), "className").as_deref(), Some("OrderFlow"));
}

#[wasm_bindgen_test]
fn the_stage_is_that_of_the_active_scope() {
    assert_eq!(resolve_stage().ok().as_deref(), Some("dev"));
    let scopes = Function::new_no_args(
        "return { getScope: () => ({ stage: 'pr-7', chain: ['shop', 'pr-7'], adopt: false }) }",
    );
    set_global("__ALCHEMY_SCOPE__", &scopes.call0(&JsValue::NULL).unwrap());
    let stage = resolve_stage();
    let made = call(database, "two-db", &JsValue::UNDEFINED, "return options");
    set_global("__ALCHEMY_SCOPE__", &JsValue::UNDEFINED);
    assert_eq!(stage.ok().as_deref(), Some("pr-7"));
    assert_eq!(text(&made.expect("no refusal"), "name").as_deref(), Some("two-db-pr-7"));
}

#[wasm_bindgen_test]
fn values_of_the_wrong_type_are_refused_and_never_panic() {
    let none = JsValue::UNDEFINED;
    let resource: JsValue = Function::new_with_args("id, options", "return options").into();
    let half = Function::new_no_args("return 'a\\ud800'").call0(&none).expect("text");
    let wrong =
        [none.clone(), JsValue::NULL, js(""), 5.into(), true.into(), Array::new().into(), half];
    for value in &wrong {
        assert!(workflow(value.clone(), none.clone(), resource.clone(), none.clone()).is_err());
        assert!(database(js("x"), none.clone(), value.clone(), none.clone()).is_err());
        assert!(physical_name(value, value, value).is_err());
        let names = physical_names(&js("kv"), value, &js("dev"));
        assert!(names.is_err() || Array::is_array(value));
    }
    for value in wrong.iter().skip(2) {
        assert!(database(js("x"), value.clone(), resource.clone(), none.clone()).is_err());
    }
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}

/// A scope of Alchemy's in stage `pr-7`, and what the core makes of it.
fn scope(run: &Run) -> Scope {
    let body = "return { stage: 'pr-7', chain: ['shop', 'pr-7'], adopt: false }";
    let alchemy = Function::new_no_args(body).call0(&JsValue::NULL).expect("a scope");
    Scope::new(run, alchemy.unchecked_ref()).expect("no refusal")
}

fn declare(scope: &Scope, kind: &str, id: &str, options: &str) {
    let options = js_sys::eval(&format!("({options})")).expect("options");
    let resource = Function::new_with_args("id, options", "return options").into();
    scope.call(kind, js(id), options, resource, JsValue::UNDEFINED).expect("no refusal");
}

fn parsed(json: &str) -> JsValue {
    js_sys::JSON::parse(json).expect("JSON")
}

#[wasm_bindgen_test]
fn rows_are_judged_by_what_was_declared_last() {
    let run = Run::new();
    let scope = scope(&run);
    for choice in ["refuse", "replace", "refuse"] {
        declare(&scope, "database", "db", &format!("{{ onRename: '{choice}' }}"));
    }
    let declared = scope.declared("db".into(), "cloudflare::D1Database").expect("a declaration");
    assert_eq!(declared.name(), "db-pr-7");
    let refused = declared.judge(parsed(r#"{ "name": "old" }"#)).expect_err("a refusal");
    assert_eq!(code(refused).as_deref(), Some("would-replace"));
    assert_eq!(declared.judge(parsed("{}")).expect("a verdict"), js("declared"));
    let orphan = r#"{ "id": "db", "resource": "cloudflare::D1Database", "name": "db-pr-7",
        "here": { "app": "shop", "stage": "pr-7" } }"#;
    let chain = parsed(r#"["shop", "pr-7"]"#);
    let refused = run.judge_orphan(parsed(orphan), chain).expect_err("a refusal");
    assert_eq!(code(refused).as_deref(), Some("would-delete"));
    scope.note_row("other".into(), "cloudflare::Queue", "jobs-pr-7", "");
    assert!(scope.needs_rows());
    assert!(scope.recheck("db".into()).is_ok());
}

#[wasm_bindgen_test]
fn a_reference_to_another_workers_workflow_chooses_nothing_for_ours() {
    let bound = |name: &str| {
        parsed(&format!(
            r#"[{{ "type": "workflow", "id": "flow", "className": "Flow", "workflowName": "{name}" }}]"#
        ))
    };
    let own = |choice: &str| format!("{{ className: 'Flow', onRename: '{choice}' }}");
    let reference = "{ name: 'flow', className: 'Flow', scriptName: 'other', onRename: 'replace' }";
    for reference_first in [false, true] {
        for (choice, kept) in [("refuse", None), ("keep", Some(1))] {
            let run = Run::new();
            let scope = scope(&run);
            if reference_first {
                declare(&scope, "workflow", "there", reference);
            }
            declare(&scope, "workflow", "flow", &own(choice));
            if !reference_first {
                declare(&scope, "workflow", "there", reference);
            }
            let judged = run.judge_worker(bound("old"), bound("flow-pr-7"));
            let length = judged.ok().map(|kept| Array::from(&kept).length());
            assert_eq!(length, kept, "{choice}, {reference_first}");
        }
    }
}

#[wasm_bindgen_test]
fn only_kinds_of_the_catalogue_are_called() {
    let run = Run::new();
    let scope = scope(&run);
    let resource: JsValue = Function::new_no_args("").into();
    let none = JsValue::UNDEFINED;
    assert!(scope.call("table", js("x"), none.clone(), resource, none).is_err());
}
