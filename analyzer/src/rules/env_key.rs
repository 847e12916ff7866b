//! A Worker of Alchemy 2 binds a Durable Object under the name of its class.
//!
//! ```ts
//! yield* Cloudflare.Worker("api", {
//!   env: { Counter: Cloudflare.DurableObject("counter", { className: "Counter" }) },
//! });
//! ```
//!
//! **Why.** If Alchemy 0.94 has deployed the Worker, its tags tell Alchemy 2 what the class was bound
//! as. It takes a key that is the class for another class, and Cloudflare refuses the upload.
//!
//! It is a warning if a program for Alchemy 0.94 has the app, and `info` if none was read. A Worker that
//! Alchemy 2 has made needs no change.
//!
//! **Fix.** Use the key that the binding had in Alchemy 0.94, such as `COUNTER`. If Alchemy 2 has
//! deployed the Worker, keep the key: another key deletes the class with its data.

use alch_blocks::{Kind, quote};

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program};
use crate::values::known;
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "env-key",
    severity: Severity::Info,
    what: "a Durable Object bound by Alchemy 2 under the name of its class",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(|one| found(program, one)).collect()
}

fn found(program: &Program<'_>, one: &Declaration) -> Option<Found> {
    let key = one.key().filter(|_| one.kind == Kind::DurableObject)?;
    // The class stands in place of the name.
    let is_class = |class: &str| class == key;
    one.judged().find(|(_, here)| here.name.as_ref().is_ok_and(|named| is_class(&named.name)))?;
    let message = format!(
        "`env` has {} under the name of its class, {}: the upload fails if Alchemy 0.94 made the Worker",
        one.shown(),
        quote(key)
    );
    let help = "use the key that the binding had in Alchemy 0.94; if Alchemy 2 has deployed it, keep \
                the key";
    let severity = if is_moved(program, one) { Severity::Warning } else { Severity::Info };
    Some(Found::of(one, one.places.callee, message, help.to_owned()).severe(severity))
}

/// Whether a program or the state for 0.94 has an app of the same name.
fn is_moved(program: &Program<'_>, one: &Declaration) -> bool {
    let Some(name) = program.app_of(one).and_then(|app| known(&app.name)) else { return false };
    let mut apps = program.apps.iter().filter(|app| app.version == Version::V0);
    let mut rows = program.options.state.iter().flatten();
    apps.any(|app| known(&app.name).as_ref() == Some(&name))
        || rows.any(|row| row.app == name && Version::V0.wrote(&row.r#type))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find_in, messages2};

    fn worker(env: &str) -> String {
        format!("yield* Cloudflare.Worker(\"api\", {{ env: {{ {env} }} }});")
    }

    #[test]
    fn a_key_that_is_the_class_is_found() {
        let room = |key: &str| worker(&format!("{key}: Cloudflare.DurableObject(\"Room\")"));
        assert_eq!(messages2("env-key", &room("Room")).len(), 1);
        assert!(messages2("env-key", &room("ROOM")).is_empty());
        let flow = "Flow: Cloudflare.Workflow(\"flow\", { className: \"Flow\" })";
        assert!(messages2("env-key", &worker(flow)).is_empty());
    }

    #[test]
    fn it_matters_to_an_app_of_0_94() {
        let text = r#"
            import * as Alchemy from "alchemy";
            import * as Cloudflare from "alchemy/Cloudflare";
            export default Alchemy.Stack("shop", {}, Cloudflare.Worker("api", {
              bindings: { Room: Cloudflare.DurableObject("room", { className: "Room" }) },
            }));
        "#;
        let severities = |files: &[(&str, &str)]| {
            let found = find_in("env-key", files, "{}").into_iter();
            found.map(|one| one.severity).collect::<Vec<_>>()
        };
        assert_eq!(severities(&[("new.ts", text)]), ["info"]);
        let old = "import alchemy from \"alchemy\";\nawait alchemy(\"shop\");\n";
        assert_eq!(severities(&[("new.ts", text), ("old.ts", old)]), ["warning"]);
    }
}
