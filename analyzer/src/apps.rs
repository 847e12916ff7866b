//! What a report says of whole apps: where each keeps its state, and which stages it refuses.

use alch_blocks::quote;
use serde::{Deserialize, Serialize};

use crate::declarations::Program;
use crate::values::{App, Kept};
use crate::version::Version;

/// An app or a stack, by the file that makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeclaredApp {
    pub file: String,
    /// The major version of Alchemy: 0 or 2.
    pub alchemy: u8,
    pub store: StoredIn,
}

/// Where an app keeps its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "lowercase")]
pub(crate) enum StoredIn {
    /// Files beside the program.
    Files,
    /// The default export of this file makes the store of 0.94.
    Module { path: String },
    /// The stack of Alchemy 2 itself has the store.
    Program,
    /// A store of 0.94 that no default export is known to make.
    Elsewhere,
}

/// A stage that no deploy of a program can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub message: String,
    pub help: String,
}

pub(crate) fn declared_apps(program: &Program<'_>) -> Vec<DeclaredApp> {
    let path = |file: usize| program.files.get(file).map(|facts| facts.path.clone());
    let mut out: Vec<DeclaredApp> = Vec::new();
    for app in program.apps {
        let Some(file) = path(app.file) else { continue };
        let one = DeclaredApp { file, alchemy: app.version.major(), store: stored_in(app, path) };
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

fn stored_in(app: &App, path: impl Fn(usize) -> Option<String>) -> StoredIn {
    match (app.version, &app.kept, &app.store) {
        (Version::V0, Kept::Files, _) | (Version::V2, _, None) => StoredIn::Files,
        (Version::V0, Kept::Elsewhere, _) => StoredIn::Elsewhere,
        (Version::V0, Kept::Module(file), _) => {
            path(*file).map_or(StoredIn::Elsewhere, |path| StoredIn::Module { path })
        }
        (Version::V2, _, Some(store)) if store.local => StoredIn::Files,
        (Version::V2, _, Some(_)) => StoredIn::Program,
    }
}

/// The stages that `--stage` names and Alchemy refuses, with the programs that cannot have them.
pub(crate) fn refused_stages(program: &Program<'_>) -> Vec<Refused> {
    let stages = program.options.stages.iter().filter(|_| program.options.by_flag);
    let refused = stages.filter_map(|stage| {
        let mut message = None;
        let mut files: Vec<&str> = Vec::new();
        for app in program.apps {
            let (file, reason) = (program.files.get(app.file)?, app.version.refuses_stage(stage));
            message = message.or_else(|| reason.clone());
            if reason.is_some() && !files.contains(&file.path.as_str()) {
                files.push(&file.path);
            }
        }
        let files: Vec<String> = files.into_iter().map(|file| quote(file).to_string()).collect();
        let other = quote(&plain_stage(stage)).to_string();
        let help = format!("give {} another stage, such as {other}", files.join(", "));
        Some(Refused { message: message?, help })
    });
    refused.collect()
}

/// A stage that looks like this one, and that both versions of Alchemy take.
fn plain_stage(stage: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let plain: String = stage.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    let plain = plain.trim_matches(|c| matches!(c, '-' | '_'));
    if plain.is_empty() { "dev".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::link::link;
    use crate::report::{Options, Report};
    use crate::syntax::lower::read;

    use super::StoredIn;

    fn report(files: &[(&str, &str)], options: &serde_json::Value) -> Report {
        let facts: Vec<_> = files.iter().map(|(path, text)| read(path, text)).collect();
        let options: Options = serde_json::from_value(options.clone()).unwrap_or_default();
        link(&facts, &options)
    }

    /// Where an app keeps its state, with a module that has a store by each kind of export.
    fn stored(imports: &str, options: &str, module: &str) -> Vec<StoredIn> {
        let program = format!(
            "import alchemy from \"alchemy\";\n{imports}\nconst app = await alchemy(\"shop\", {options});"
        );
        let files = [("alchemy.run.ts", program.as_str()), ("state/store.ts", module)];
        let modules = json!({ "alchemy.run.ts": { "./s": "state/store.ts" } });
        let apps = report(&files, &json!({ "modules": modules })).apps;
        apps.into_iter().map(|app| app.store).collect()
    }

    const MODULE: &str = "import { D1StateStore } from \"alchemy/state\";
        export const store = (scope) => new D1StateStore(scope);
        export const other = (scope) => new D1StateStore(scope);
        export default store;";

    #[test]
    fn a_store_is_found_by_the_default_export_that_makes_it() {
        let module = || vec![StoredIn::Module { path: "state/store.ts".to_owned() }];
        for (imports, options) in [
            ("import stateStore from \"./s\";", "{ stateStore }"),
            ("import { store } from \"./s\";", "{ phase: \"up\", stateStore: store }"),
            ("import { default as made } from \"./s\";", "{ stateStore: made, }"),
            ("import * as all from \"./s\";", "{ stateStore: all.default }"),
            ("import made from \"./s\"; const options = { stateStore: made };", "{ ...options }"),
            ("import made from \"./s\";", "{ stateStore: process.env.CI ? made : undefined }"),
        ] {
            assert_eq!(stored(imports, options, MODULE), module(), "{imports} {options}");
        }
        let function = "export default function make(scope) { return scope; }";
        assert_eq!(stored("import a from \"./s\";", "{ stateStore: a }", function), module());
    }

    #[test]
    fn a_store_without_a_default_export_is_elsewhere() {
        for (imports, options) in [
            ("", "{ stateStore: (scope) => new D1StateStore(scope) }"),
            ("import { other } from \"./s\";", "{ stateStore: other }"),
            ("import made from \"some-package\";", "{ stateStore: made }"),
            (
                "import made, { other } from \"./s\";",
                "{ stateStore: process.env.CI ? made : other }",
            ),
        ] {
            let found = stored(imports, options, MODULE);
            assert_eq!(found, [StoredIn::Elsewhere], "{imports} {options}");
        }
    }

    #[test]
    fn without_a_store_the_state_is_in_files() {
        for options in ["{ quiet: true }", "{ stateStore: undefined }", "undefined"] {
            assert_eq!(stored("", options, MODULE), [StoredIn::Files], "{options}");
        }
        let comment = "{ /* stateStore: made */ quiet: true }";
        assert_eq!(stored("import made from \"./s\";", comment, MODULE), [StoredIn::Files]);
    }

    fn stack(state: &str) -> String {
        format!(
            "import * as Alchemy from \"alchemy\";
            import * as Cloudflare from \"alchemy/Cloudflare\";
            import * as Effect from \"effect/Effect\";
            import {{ guarded }} from \"@alch/blocks/v2\";
            export default Alchemy.Stack(\"shop\", {{ {state} }}, Effect.void);"
        )
    }

    #[test]
    fn a_stack_has_its_store_itself() {
        for (state, expected) in [
            ("state: guarded(Cloudflare.state())", StoredIn::Program),
            ("state: Cloudflare.state()", StoredIn::Program),
            ("state: guarded(Alchemy.localState())", StoredIn::Files),
            ("", StoredIn::Files),
        ] {
            let apps = report(&[("alchemy.run.ts", &stack(state))], &json!({})).apps;
            let stores: Vec<_> = apps.into_iter().map(|app| (app.alchemy, app.store)).collect();
            assert_eq!(stores, [(2, expected)], "{state}");
        }
    }

    #[test]
    fn a_refused_stage_is_said_once_for_all_programs() {
        let text = stack("");
        let files = [("a/alchemy.run.ts", text.as_str()), ("b/alchemy.run.ts", &text)];
        let stages = json!({ "stages": ["prod", "feature/login", "/"], "byFlag": true });
        let report = report(&files, &stages);
        assert_eq!(report.unread, []);
        let refused: Vec<_> = report.refused.iter().map(|one| one.help.as_str()).collect();
        assert_eq!(
            refused,
            [
                "give `a/alchemy.run.ts`, `b/alchemy.run.ts` another stage, such as `feature-login`",
                "give `a/alchemy.run.ts`, `b/alchemy.run.ts` another stage, such as `dev`",
            ]
        );
        assert!(report.refused.iter().all(|one| one.message.starts_with("Alchemy 2 refuses")));
    }
}
