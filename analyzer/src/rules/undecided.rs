//! The text of the program does not tell a name, or what decides one.
//!
//! ```ts
//! await D1Database("db", { name: names[region] });
//! ```
//!
//! **Why.** The program is not run, so a name that is computed from outside is not known. It is not
//! compared with other names, and `plan` and `migrate` leave it out.
//!
//! If two stages share a name, `adopt` decides whether destroying one of them deletes the resource of
//! the other. So an `adopt` that the program does not show is reported, too.
//!
//! In Alchemy 2, a `yield*` of something that was not read may declare anything, so it is reported too.
//! A name that Alchemy 2 makes up is not: see [`raw-resource`](#raw-resource). With the state at hand,
//! so is a Worker whose deployed Durable Objects it may still bind, or not.
//!
//! **Fix.** The message has the reason, and the place that would decide it. Write the name in place,
//! or look at it yourself and disable the finding with a reason.

use alch_blocks::{Kind, quote};

use super::found::Found;
use super::{Rule, Severity, collisions, fixed_name};
use crate::declarations::{Declaration, Given, Host, Program, Role, Undecided, Why};
use crate::naming::shown;
use crate::syntax::facts::At;
use crate::values::{Part, Value};

pub(super) const RULE: Rule = Rule {
    code: "undecided",
    severity: Severity::Warning,
    what: "a name that the text does not tell",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = program.declarations.iter().flat_map(of_declaration).collect();
    found.extend(program.hosts.iter().filter_map(of_host));
    found.extend(stages_of_apps(program));
    found.extend(program.unfollowed.iter().map(|one| {
        let (message, help) = texts("what the stack declares here", &one.reason);
        Found::in_file(one.file, one.at, message, help)
    }));
    for deploy in program.deploys() {
        found.extend(deploy.undecided.iter().map(|one| of_class(one, deploy.stage)));
    }
    if let Some(file) = program.exhausted {
        let message = "the program is too large to be followed to its end".to_owned();
        let help = "check fewer files at a time".to_owned();
        found.push(Found::in_file(file, (0, 1), message, help));
    }
    found
}

fn of_declaration(declaration: &Declaration) -> Vec<Found> {
    let unknown = declaration.given.iter().filter_map(|given| Some((given, given.unknown()?)));
    let mut found: Vec<Found> =
        unknown.map(|(given, reason)| of(declaration, given.at, &what(given), &reason)).collect();
    if found.is_empty() {
        found.extend(of_name(declaration));
    }
    found.extend(of_adoption(declaration));
    found
}

/// A class that a Worker has deployed, and may bind no more.
fn of_class(one: &Undecided<'_>, stage: &str) -> Found {
    let worker = one.worker;
    let what = format!(
        "whether {} still has the deployed class {} in stage {}",
        worker.shown(),
        quote(&one.class),
        quote(stage)
    );
    of(worker, worker.places.option("env"), &what, &one.reason)
}

fn of_host(host: &Host) -> Option<Found> {
    let reason = host.judged().find_map(|(_, here)| match &here.name {
        Err(Why::Unknown(reason)) => Some(reason),
        _ => None,
    })?;
    let (message, help) = texts(&format!("the {}", host.noun()), reason);
    Some(Found::of_host(host, None, message, help))
}

/// Whether stages that share a name adopt what has it: then destroying one deletes it for all.
fn of_adoption(declaration: &Declaration) -> Option<Found> {
    let reason = declaration.unknown_adopt.as_ref()?;
    let collision = collisions::of_names(declaration).filter(|it| !it.is_kept)?;
    fixed_name::found(declaration, &collision, |_, _, _| String::new())?;
    Some(of(declaration, declaration.places.option("adopt"), "`adopt`", reason))
}

fn what(given: &Given) -> String {
    match given.role {
        Role::Id => "the id".to_owned(),
        Role::Name => "the name".to_owned(),
        Role::Option(key) => quote(key).to_string(),
        Role::Script => "the script".to_owned(),
        Role::DeadLetters => "the dead letter queue".to_owned(),
    }
}

/// A name that is not known in some stage, though each text in it is. Where all that it can be is
/// known, and two stages share one of these names, that is what there is to say.
fn of_name(declaration: &Declaration) -> Option<Found> {
    let from_variable = declaration.given.iter().any(|given| given.variable().is_some());
    if declaration.kind == Kind::DurableObject || from_variable {
        return None;
    }
    let reason = declaration.judged().find_map(|(_, here)| match &here.name {
        Err(Why::Unknown(reason)) => Some(reason),
        _ => None,
    })?;
    if collisions::of_names(declaration).is_some() {
        return None;
    }
    Some(of(declaration, declaration.places.name, "the name", reason))
}

fn of(declaration: &Declaration, at: At, what: &str, reason: &str) -> Found {
    let (message, help) = texts(what, reason);
    Found::of(declaration, at, message, help)
}

/// The option `stage` of `alchemy()`, on which all names depend.
fn stages_of_apps(program: &Program<'_>) -> Vec<Found> {
    let unknown = program.apps.iter().filter_map(|app| {
        let cases = app.stage.as_ref()?.cases();
        let reason = cases.iter().find_map(|(_, case)| match case {
            Value::Unknown(reason) => Some(reason.clone()),
            Value::Text(parts) => parts.iter().find_map(|part| match part {
                Part::Unknown(reason) => Some(reason.clone()),
                _ => None,
            }),
            _ => None,
        })?;
        let what = format!("the stage of the app {}", quote(&shown(&app.name)));
        let (message, help) = texts(&what, &reason);
        Some(Found::in_file(app.file, app.at, message, help))
    });
    unknown.collect()
}

fn texts(what: &str, reason: &str) -> (String, String) {
    (
        format!("the text does not show {what}: {reason}"),
        "write it out, or look at it yourself and disable this finding with a reason".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find_in, messages, messages2};

    fn found(text: &str) -> Vec<String> {
        messages("undecided", text)
    }

    #[test]
    fn what_comes_from_outside_is_found() {
        let from_outside = "import { unknown } from \"somewhere\";\n";
        let found_name =
            found(&format!("{from_outside}await D1Database(\"db\", {{ name: unknown }});"));
        assert_eq!(found_name.len(), 1);
        assert!(found_name.iter().all(|one| one.contains("`somewhere`")), "{found_name:?}");
        let variable = "await D1Database(\"db\", { name: `x-${process.env.REGION}` });";
        assert_eq!(
            found(variable),
            ["the text does not show the name: it depends on the variable `REGION`"]
        );
    }

    #[test]
    fn a_hostname_that_comes_from_outside_is_found() {
        let message = |noun: &str| {
            format!("the text does not show the {noun}: it depends on the variable `HOST`")
        };
        let domain = r#"await Domain("app", { name: process.env.HOST, worker: "api" });"#;
        assert_eq!(found(domain), [message("hostname")]);
        let text =
            r#"await Worker("api", { name: `api-${stage}`, routes: [`${process.env.HOST}/*`] });"#;
        assert_eq!(found(text), [message("route")]);
        let options = "const make = (options) => Worker(\"api\", { name: \"x\", ...options });";
        assert!(found(options).iter().all(|one| !one.contains("hostname")));
    }

    #[test]
    fn a_parameter_is_said_with_its_place() {
        let text = "export const make = (id: string, name: string) => D1Database(id, { name });";
        let found = found(text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|one| one.contains("alchemy.run.ts:7")), "{found:?}");
    }

    #[test]
    fn a_helper_is_said_with_its_place() {
        let text = "const nameOf = (id: string) => crypto(id);\n\
                    await D1Database(\"db\", { name: nameOf(\"x\") });";
        let found = found(text);
        assert_eq!(found.len(), 1);
        let place = "nothing is known of `crypto`, in the function at `alchemy.run.ts:7`";
        assert!(found.iter().all(|one| one.contains(place)), "{found:?}");
    }

    #[test]
    fn a_name_that_plan_cannot_tell_is_found() {
        let text = r#"
            import { flag } from "somewhere";
            await D1Database("db", { name: flag ? `x-${stage}` : `y-${stage}` });
        "#;
        assert_eq!(found(text).len(), 1);
    }

    #[test]
    fn the_stage_of_an_app_is_found() {
        let text = "import alchemy from \"alchemy\";\nimport { s } from \"somewhere\";\n\
                    await alchemy(\"shop\", { stage: s });\n";
        let found = find_in("undecided", &[("a.ts", text)], "{}");
        let said: Vec<_> = found.iter().map(|one| one.message.as_str()).collect();
        assert!(
            said.iter().all(|one| one.contains("show the stage of the app `shop`")),
            "{said:?}"
        );
        assert_eq!(said.len(), 1);
    }

    #[test]
    fn an_adopt_that_decides_something_is_found() {
        let fixed = |adopt: &str| {
            let text = "import { flag } from \"somewhere\";\n";
            format!("{text}await D1Database(\"db\", {{ name: \"shop\", adopt: {adopt} }});")
        };
        assert_eq!(
            found(&fixed("process.env.TAKE === \"1\"")),
            ["the text does not show `adopt`: it depends on the variable `TAKE`"]
        );
        assert_eq!(found(&fixed("flag")).len(), 1);
        assert_eq!(messages("fixed-name", &fixed("flag")).len(), 1);
        // Another finding says it, or no finding depends on it.
        assert!(found(&fixed("stage !== \"prod\"")).is_empty());
        assert_eq!(messages("adopt-fixed", &fixed("stage !== \"prod\"")).len(), 1);
        assert!(found(&fixed("false")).is_empty());
        let own = "await D1Database(\"db\", { name: `db-${stage}`, adopt: !!process.env.TAKE });";
        assert!(found(own).is_empty());
    }

    #[test]
    fn an_adopt_of_the_app_is_found() {
        let text = "import alchemy from \"alchemy\";\nimport { D1Database } from \"alchemy/cloudflare\";\n\
                    await alchemy(\"shop\", { adopt: !process.env.CI });\n\
                    await D1Database(\"db\", { name: \"shop\" });\n";
        assert_eq!(find_in("undecided", &[("a.ts", text)], "{}").len(), 1);
    }

    #[test]
    fn what_a_stack_declares_is_found() {
        let found = messages2("undecided", "yield* outside();");
        let message = "the text does not show what the stack declares here: `outside` comes \
                       from `./outside`, which was not read";
        assert_eq!(found, [message]);
        let fine = r#"
            yield* Effect.log("x");
            const kv = yield* Cloudflare.KV.Namespace("kv");
            const ns = yield* Cloudflare.KV.ReadWriteNamespace(kv);
            yield* ns.get("x");
        "#;
        assert!(messages2("undecided", fine).is_empty());
    }

    #[test]
    fn what_is_known_is_fine() {
        assert!(found(r#"await D1Database("db"); await Database("users");"#).is_empty());
    }

    #[test]
    fn what_javascript_does_in_another_way_is_found() {
        for test in [
            r#"stage.startsWith("r", 1)"#,
            r#"stage.includes("p", 2)"#,
            r#"["prod", "dev"].includes(stage, 1)"#,
        ] {
            let text = format!(r#"await D1Database("db", {{ name: {test} ? "a" : "b" }});"#);
            assert_eq!(found(&text).len(), 1, "{text}");
        }
        let joined = r#"await D1Database("db", { name: stage.split("").join(".") });"#;
        assert_eq!(found(joined).len(), 1);
    }

    #[test]
    fn what_is_called_through_another_function_is_found() {
        let names = |text: &str| crate::rules::testing::messages("fixed-name", text);
        for call in [
            r#"D1Database.call(null, "db", { name: "x" })"#,
            r#"D1Database.apply(null, ["db", { name: "x" }])"#,
            r#"D1Database.bind(null)("db", { name: "x" })"#,
        ] {
            assert_eq!(names(&format!("await {call};")).len(), 1, "{call}");
        }
        assert_eq!(found("await D1Database.apply(null, process.argv);").len(), 1);
    }
}
