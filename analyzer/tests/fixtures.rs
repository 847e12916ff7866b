//! Whole files in, whole files out: `tests/fixtures/analyzer/<name>/` has `input/`, the expected
//! report and, where `migrate` changes something, `output/`. `UPDATE=1 cargo test` writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use alch_blocks_analyzer as analyzer;
use alch_blocks_analyzer::{link, migrate, parse};
use serde_json::{Map, Value, json};

type Files = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/analyzer")
}

fn read(folder: &Path, prefix: &str, files: &mut Files) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if entry.path().is_dir() {
            read(&entry.path(), &path, files);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.insert(path, text);
        }
    }
}

fn facts(files: &Files) -> Vec<String> {
    files.iter().map(|(path, text)| parse(path, text)).collect()
}

fn with_modules(options: &str, files: &Files) -> String {
    let mut options: Map<String, Value> = serde_json::from_str(options).unwrap_or_default();
    options.insert("modules".to_owned(), modules(files, &facts(files)));
    Value::Object(options).to_string()
}

fn report(files: &Files, options: &str) -> String {
    let options = with_modules(options, files);
    let linked = link(&facts(files), &options);
    let texts: Vec<_> =
        files.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect();
    let whole = analyzer::report(&Value::Array(texts).to_string(), &options);
    assert_eq!(whole, linked, "a program says the same as a whole and in parts");
    linked
}

/// Relative imports among `files`. The command line resolves with the file system instead.
fn modules(files: &Files, facts: &[String]) -> Value {
    let mut modules = Map::new();
    for (path, facts) in files.keys().zip(facts) {
        let facts: Value = serde_json::from_str(facts).unwrap_or_default();
        let imports = facts.get("imports").and_then(Value::as_array).cloned().unwrap_or_default();
        let found = imports.iter().filter_map(Value::as_str).filter_map(|specifier| {
            let inside = specifier.strip_prefix("./")?;
            let at = Path::new(path).parent()?.join(inside.trim_end_matches(".js"));
            let at = at.to_string_lossy();
            let possible = [format!("{at}.ts"), format!("{at}/index.ts"), at.into_owned()];
            let target = possible.into_iter().find(|target| files.contains_key(target))?;
            Some((specifier.to_owned(), json!(target)))
        });
        modules.insert(path.clone(), Value::Object(found.collect()));
    }
    Value::Object(modules)
}

fn apply(text: &str, edits: &[Value]) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let number = |edit: &Value, key: &str| {
        edit.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
    };
    let (mut out, mut at) = (Vec::new(), 0);
    for edit in edits {
        let (start, end) = (number(edit, "start"), number(edit, "end"));
        assert!(at <= start && start <= end && end <= units.len(), "edits overlap: {edits:?}");
        out.extend_from_slice(units.get(at..start).unwrap_or_default());
        out.extend(edit.get("text").and_then(Value::as_str).unwrap_or("").encode_utf16());
        at = end;
    }
    out.extend_from_slice(units.get(at..).unwrap_or_default());
    String::from_utf16_lossy(&out)
}

/// What `migrate` does to each file, and what it says.
fn migrated(files: &Files, options: &str) -> (Files, Value) {
    let given: Vec<_> = files
        .iter()
        .map(|(path, text)| json!({ "path": path, "text": text, "asked": true }))
        .collect();
    let result = migrate(&Value::from(given).to_string(), &with_modules(options, files));
    let result: Value = serde_json::from_str(&result).unwrap_or_default();
    let mut out = files.clone();
    for edited in list(&result, "files") {
        let path = edited.get("path").and_then(Value::as_str).unwrap_or_default();
        let text = files.get(path).map(String::as_str).unwrap_or_default();
        out.insert(path.to_owned(), apply(text, &list(&edited, "edits")));
    }
    (out, result)
}

fn list(of: &Value, key: &str) -> Vec<Value> {
    of.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// What of a report is compared: all of a finding, and of a declaration what `plan` shows.
fn expected(report: &str, migration: &Value, is_about_migration: bool) -> Value {
    let report: Value = serde_json::from_str(report).unwrap_or_default();
    let keep = |declaration: &Value| {
        let mut out = Map::new();
        for key in ["file", "line", "kind", "id", "block", "app", "scope", "base", "undecided"] {
            if let Some(value) = declaration.get(key) {
                out.insert(key.to_owned(), value.clone());
            }
        }
        let names = declaration.get("names").and_then(Value::as_object).cloned();
        let names = names
            .unwrap_or_default()
            .into_iter()
            .map(|(stage, named)| (stage, named.get("name").cloned().unwrap_or_default()));
        out.insert("names".to_owned(), Value::Object(names.collect()));
        Value::Object(out)
    };
    let declarations: Vec<_> = list(&report, "declarations").iter().map(keep).collect();
    let hosts = list(&report, "hosts");
    let actions: Vec<_> = list(migration, "declarations")
        .iter()
        .map(|action| {
            let get = |key: &str| action.get(key).cloned().unwrap_or_default();
            json!({ "file": get("file"), "line": get("line"), "action": get("action"),
                "reason": get("reason") })
        })
        .collect();
    let mut expected = Map::new();
    expected.insert("findings".to_owned(), Value::Array(list(&report, "findings")));
    expected.insert("declarations".to_owned(), Value::Array(declarations));
    expected.insert("migrate".to_owned(), Value::Array(actions));
    if !hosts.is_empty() {
        expected.insert("hosts".to_owned(), Value::Array(hosts));
    }
    let unread = list(&report, "unread");
    if !unread.is_empty() {
        expected.insert("unread".to_owned(), Value::Array(unread));
    }
    if is_about_migration {
        expected.insert("outcomes".to_owned(), Value::Array(list(migration, "outcomes")));
        expected.insert("assumed".to_owned(), Value::Array(list(migration, "assumed")));
    }
    Value::Object(expected)
}

fn check(folder: &Path, failures: &mut Vec<String>) {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    let mut files = Files::new();
    read(&folder.join("input"), "", &mut files);
    let options = fs::read_to_string(folder.join("options.json"))
        .unwrap_or_else(|_| r#"{ "stages": ["prod", "pr-1"] }"#.to_owned());
    let first = report(&files, &options);
    let (output, migration) = migrated(&files, &options);
    let found = expected(&first, &migration, name.starts_with("migrate"));
    let text = format!("{}\n", serde_json::to_string_pretty(&found).unwrap_or_default());
    let changed: Files = output
        .iter()
        .filter(|(path, text)| files.get(*path) != Some(*text))
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(folder.join("expected.json"), &text).ok();
        fs::remove_dir_all(folder.join("output")).ok();
        for (path, text) in &changed {
            let place = folder.join("output").join(path);
            place.parent().map(fs::create_dir_all);
            fs::write(place, text).ok();
        }
    }
    if fs::read_to_string(folder.join("expected.json")).unwrap_or_default() != text {
        failures.push(format!("{name}: expected.json differs; found {text}"));
    }
    let mut wanted = Files::new();
    read(&folder.join("output"), "", &mut wanted);
    if wanted != changed {
        failures.push(format!("{name}: output differs; found {changed:?}"));
    }
    // Nothing that was parsed may no longer parse, and a second run changes nothing.
    let second = report(&output, &options);
    let (again, _) = migrated(&output, &options);
    if again != output {
        failures.push(format!("{name}: a second run changes {again:?}"));
    }
    let broken = |report: &str| report.matches("\"code\":\"parse-error\"").count();
    if broken(&second) > broken(&first) {
        failures.push(format!("{name}: the output does not parse: {output:?}"));
    }
}

/// The reader recurses, and a debug build takes much more stack than a release build.
fn with_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(test);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn fixtures_are_as_expected() {
    with_stack(|| {
        let mut folders: Vec<_> =
            fs::read_dir(root()).into_iter().flatten().flatten().map(|e| e.path()).collect();
        folders.sort();
        assert!(folders.len() > 10);
        let mut failures = Vec::new();
        for folder in folders {
            check(&folder, &mut failures);
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    });
}
