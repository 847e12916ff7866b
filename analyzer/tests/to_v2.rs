//! From 0.94 to Alchemy 2: `tests/fixtures/to-v2/<name>/` has `input/` and the rows of a state, and
//! then the new program in `output/`, and all that is said. `UPDATE=1 cargo test` writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use alch_blocks_analyzer::{migrate_to_v2, parse};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/to-v2")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), text(&entry.path())))
        .collect()
}

fn list(of: &Value, key: &str) -> Vec<Value> {
    of.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn check(folder: &Path, failures: &mut Vec<String>) {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sources = files(&folder.join("input"));
    let given: Vec<_> = sources
        .iter()
        .map(|(path, text)| json!({ "path": path, "text": text, "asked": true }))
        .collect();
    let modules = json!({ "modules": { "alchemy.run.ts": { "./more.ts": "more.ts" } } });
    let state = text(&folder.join("state.json"));
    let found = migrate_to_v2(&Value::from(given).to_string(), &modules.to_string(), &state);
    let mut found: Value = serde_json::from_str(&found).unwrap_or_default();
    let mut output = BTreeMap::new();
    for program in found.get_mut("programs").and_then(Value::as_array_mut).into_iter().flatten() {
        let written = program.as_object_mut().and_then(|it| it.remove("text"));
        let path = program.get("path").and_then(Value::as_str).unwrap_or_default();
        let written = written.as_ref().and_then(Value::as_str).unwrap_or_default();
        if !is_unfinished(program) && parse(path, written).contains("this does not parse") {
            failures.push(format!("{name}: the new program does not parse:\n{written}"));
        }
        output.insert(path.to_owned(), written.to_owned());
    }
    let said = format!("{}\n", serde_json::to_string_pretty(&found).unwrap_or_default());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(folder.join("expected.json"), &said).ok();
        fs::remove_dir_all(folder.join("output")).ok();
        for (path, text) in &output {
            fs::create_dir_all(folder.join("output")).ok();
            fs::write(folder.join("output").join(path), text).ok();
        }
    }
    if text(&folder.join("expected.json")) != said {
        failures.push(format!("{name}: expected.json differs; found {said}"));
    }
    if files(&folder.join("output")) != output {
        failures.push(format!("{name}: output differs; found {output:?}"));
    }
}

fn is_unfinished(program: &Value) -> bool {
    list(program, "left").iter().any(|left| left.get("unfinished") == Some(&Value::Bool(true)))
}

#[test]
fn fixtures_are_as_expected() {
    let mut folders: Vec<_> =
        fs::read_dir(root()).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    assert!(folders.len() > 3);
    let mut failures = Vec::new();
    for folder in folders {
        check(&folder, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// All files below a folder.
fn deep(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() { deep(&entry.path(), all) } else { all.push(entry.path()) }
    }
}

#[test]
fn whatever_the_program_the_new_one_parses() {
    let test = || {
        let mut paths = Vec::new();
        for folder in ["../tests/fixtures/analyzer", "../tests/fixtures/cli", "../examples"] {
            deep(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
        }
        let mut made = 0;
        for path in paths.iter().filter(|path| path.extension().is_some_and(|it| it == "ts")) {
            let source = text(path);
            let broken = |text: &str| parse("a.ts", text).contains("this does not parse");
            let files = json!([{ "path": "a.ts", "text": source, "asked": true }]);
            let found = migrate_to_v2(&files.to_string(), "{}", "{}");
            let found: Value = serde_json::from_str(&found).unwrap_or_default();
            for program in list(&found, "programs") {
                made += 1;
                let text = program.get("text").and_then(Value::as_str).unwrap_or_default();
                let is_open = is_unfinished(&program) || broken(&source);
                assert!(is_open || !broken(text), "{}:\n{text}", path.display());
                assert!(!is_unfinished(&program) || text.contains("Effect.die("), "{text}");
            }
        }
        assert!(made > 50, "{made}");
    };
    // The reader recurses, and a debug build takes much more stack than a release build.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(test);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn nonsense_is_taken() {
    for nonsense in ["", "[]", "null", "{\"rows\":[{\"row\":7}]}", "{\"rows\":[{\"app\":\"..\"}]}"]
    {
        let answer = migrate_to_v2(nonsense, nonsense, nonsense);
        assert!(answer.starts_with("{\"rows\":[]"), "{answer}");
    }
}
