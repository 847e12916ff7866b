//! Two programs in different packages have one app name.
//!
//! ```ts
//! // apps/web/alchemy.run.ts and apps/api/alchemy.run.ts
//! const app = await alchemy("shop");
//! ```
//!
//! **Why.** If they keep their state in one place, Alchemy takes them for one program. Each deploy
//! deletes what the other declares.
//!
//! **Fix.** Give the one that is not deployed yet another app name. If both are deployed, keep their
//! state in different places.

use std::collections::BTreeMap;

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;
use crate::values::{App, known};
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "shared-app",
    severity: Severity::Warning,
    what: "two programs have one app name",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let mut firsts: BTreeMap<(Version, String), Vec<&App>> = BTreeMap::new();
    let mut found = Vec::new();
    for app in program.apps {
        let package = package_of(program, app);
        let (Some(name), Some(package)) = (known(&app.name), package) else { continue };
        // Each version keeps a state of its own.
        let apps = firsts.entry((app.version, name.clone())).or_default();
        if apps.iter().any(|one| package_of(program, one) == Some(package)) {
            continue;
        }
        if let Some(first) = apps.first() {
            found.push(shared(program, first, app, &name));
        }
        apps.push(app);
    }
    found
}

fn package_of<'p>(program: &Program<'p>, app: &App) -> Option<&'p str> {
    let facts = program.files.get(app.file)?;
    program.options.packages.get(&facts.path).map(String::as_str)
}

fn shared(program: &Program<'_>, first: &App, second: &App, name: &str) -> Found {
    let message = format!(
        "two programs have the app {}: if they keep their state in one place, each deploy deletes \
         what the other declares: see {}",
        quote(name),
        program.place(first.file, first.at)
    );
    let help = "give the one that is not deployed yet another app name; if both are deployed, keep \
                their state in different places";
    Found::in_file(second.file, second.at, message, help.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::find_in;

    #[test]
    fn one_app_in_two_packages_is_found() {
        let app = "import alchemy from \"alchemy\";\nawait alchemy(\"shop\");\n";
        let files = [("a/x.ts", app), ("b/x.ts", app), ("b/y.ts", app)];
        let packages = r#"{ "packages": { "a/x.ts": "a", "b/x.ts": "b", "b/y.ts": "b" } }"#;
        assert_eq!(find_in("shared-app", &files, packages).len(), 1);
        assert!(find_in("shared-app", &files, "{}").is_empty());
    }
}
