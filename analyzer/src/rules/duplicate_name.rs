//! Two resources have one physical name, in one app or in two, in one stage or in two.
//!
//! ```ts
//! // apps/web/alchemy.run.ts and apps/api/alchemy.run.ts
//! await Database("db");
//! ```
//!
//! **Why.** Both apps would make, change and delete the same database.
//!
//! ```ts
//! await Database("users");
//! await Database("copy", { pin: { dev: "users-prod" } });
//! ```
//!
//! Here two declarations of one app meet in two stages: a deploy of `dev` writes to the data of
//! `prod`. It is a warning if neither of them adopts what it finds. Which stages are compared: see
//! [`fixed-name`](#fixed-name). To use the data of another stage on purpose, write `share`.
//!
//! A Durable Object has no name at Cloudflare. Two blocks of one run must not be the same class of the same
//! script.
//!
//! In Alchemy 2, two resources of different kinds must not have one id either: Alchemy ignores the second
//! one without a word.
//!
//! The hostname of two domains, and the pattern of two routes, is compared in the same way.
//!
//! **Fix.** Rename one of them, or give each app a `prefix` with `createBlocks`. A workflow with a
//! `scriptName` refers to another Worker's, so it has no name of its own.
//!
//! While a program for Alchemy 2 takes over from one for 0.94, both have the name. Remove the old one once
//! the new one is deployed, and never run its `destroy`.

use std::collections::{BTreeMap, HashSet};

use alch_blocks::{Kind, quote};

use super::found::Found;
use super::{Rule, Severity, across_stages, hosts_meet, one_class, one_id};
use crate::declarations::{Declaration, Program};

pub(super) const RULE: Rule = Rule {
    code: "duplicate-name",
    severity: Severity::Error,
    what: "two resources have one physical name",
    check,
};

/// What no two resources of a stage may have in common.
type Name<'a> = (Kind, String, &'a str);

fn check(program: &Program<'_>) -> Vec<Found> {
    let claiming = program.declarations.iter().filter(|one| one.claims_its_name);
    let mut seen = HashSet::new();
    let stages = claiming.flat_map(|one| one.judged().map(|(stage, _)| stage));
    let stages: Vec<&str> = stages.filter(|stage| seen.insert(*stage)).collect();
    let mut told: HashSet<(usize, usize)> = HashSet::new();
    let mut found = Vec::new();
    for stage in stages {
        for owners in owners(program, stage).into_values() {
            for (first, second) in pairs(program, &owners) {
                if told.insert((first, second)) {
                    found.extend(duplicate(program, first, second, stage));
                }
            }
        }
    }
    let told = told.into_iter().map(|(_, second)| second).collect();
    found.extend(across_stages::check(program, &told));
    found.extend(hosts_meet::duplicates(program));
    found.extend(one_class::duplicates(program));
    found.extend(one_id::duplicates(program));
    found
}

/// Who has each name in a stage.
fn owners<'a>(program: &'a Program<'_>, stage: &str) -> BTreeMap<Name<'a>, Vec<usize>> {
    let mut owners: BTreeMap<Name<'a>, Vec<usize>> = BTreeMap::new();
    let declarations = program.declarations.iter().enumerate();
    for (at, one) in declarations.filter(|(_, one)| one.claims_its_name) {
        // Of some apps nobody says in which stages they are: they may come into this one.
        if !one.judged.is_usual && !one.judged.judged.iter().any(|judged| judged == stage) {
            continue;
        }
        let Some(Ok(named)) = one.stages.get(stage).map(|here| &here.name) else { continue };
        let folds = one.kind.same_name("a", "A");
        let name = if folds { named.name.to_ascii_lowercase() } else { named.name.clone() };
        owners.entry((one.kind, name, &one.jurisdiction)).or_default().push(at);
    }
    owners
}

/// Each owner with the first one before it that is another resource.
fn pairs(program: &Program<'_>, owners: &[usize]) -> Vec<(usize, usize)> {
    let get = |at: usize| program.declarations.get(at);
    let is_other = |a: usize, b: usize| match (get(a), get(b)) {
        (Some(a), Some(b)) => !program.is_same(a, b),
        _ => false,
    };
    let owners = owners.iter().copied().enumerate();
    let pair = |(order, second): (usize, usize)| {
        let before = owners.clone().take(order);
        let (_, first) = before.into_iter().find(|(_, first)| is_other(*first, second))?;
        Some((first, second))
    };
    owners.clone().filter_map(pair).collect()
}

fn duplicate(program: &Program<'_>, first: usize, second: usize, stage: &str) -> Option<Found> {
    let first: &Declaration = program.declarations.get(first)?;
    let second: &Declaration = program.declarations.get(second)?;
    let named = second.stages.get(stage)?.name.as_ref().ok()?;
    let message = format!(
        "two resources would be the {} {} in stage {}: see {}",
        second.kind.noun(),
        quote(&named.name),
        quote(stage),
        program.place(first.places.file, first.places.call)
    );
    let help = if first.version == second.version {
        "give one of them another name, or each app a `prefix`"
    } else {
        "if one replaces the other, remove the old program and never `destroy` it; else give one of \
         them another name"
    };
    Some(Found::of(second, second.places.name, message, help.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find, find_in, find_with, messages};

    fn found(text: &str) -> Vec<String> {
        messages("duplicate-name", text)
    }

    #[test]
    fn two_resources_with_one_name_are_found() {
        let found =
            found(r#"await Database("a", { name: "x" }); await Database("b", { name: "x" });"#);
        assert_eq!(found.len(), 1);
        assert!(found.iter().all(|one| one.contains("see alchemy.run.ts:")), "{found:?}");
    }

    #[test]
    fn an_app_without_a_state_may_come_into_the_stages_of_another() {
        let app = |name: &str, id: &str| {
            format!(
                "import alchemy from \"alchemy\"; import {{ Database }} from \"@alch/blocks\";
                const app = await alchemy(\"{name}\"); await Database(\"{id}\", {{ name: \"api-db\" }});"
            )
        };
        let (first, second) = (app("shop", "db"), app("blog", "other"));
        let files = [("a.run.ts", first.as_str()), ("b.run.ts", second.as_str())];
        let options = r#"{ "stored": [{ "app": "shop", "stage": "pr-7", "ids": [] }] }"#;
        let found = find_in("duplicate-name", &files, options);
        assert!(found.iter().any(|one| one.message.contains("`api-db-pr-7`")), "{found:?}");
    }

    #[test]
    fn names_that_differ_only_in_case_are_one_for_some_kinds() {
        let raw =
            |name: &str| format!("await Worker(\"{name}\", {{ name: `{name}-${{stage}}` }});");
        assert_eq!(found(&[raw("api"), raw("API")].concat()).len(), 0);
    }

    #[test]
    fn a_name_is_shown_as_it_is_deployed() {
        let flow = |id: &str, name: &str| {
            format!(
                "Workflow(\"{id}\", {{ className: \"F\", workflowName: `{name}-${{stage}}` }});"
            )
        };
        let found = found(&[flow("a", "onboarding"), flow("b", "Onboarding")].concat());
        assert!(found.iter().all(|one| one.contains("workflow `Onboarding-")), "{found:?}");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn one_resource_twice_is_fine() {
        assert!(found(r#"await Database("a"); await Database("a");"#).is_empty());
        let two = r#"await Bucket("a"); await Bucket("b", { name: "a", jurisdiction: "eu" });"#;
        let regions = r#"await Bucket("a"); await Bucket("b", { name: "a", region: "eu" });
            await createBlocks({ region: "us" }).Bucket("c", { name: "a" });"#;
        assert!(found(two).is_empty());
        assert!(found(regions).is_empty());
        assert_eq!(found(&regions.replace("\"us\"", "\"eu\"")).len(), 1);
        assert_eq!(found(&regions.replace("\"us\"", "\"weur\"")).len(), 1);
    }

    #[test]
    fn two_declarations_may_meet_in_two_stages() {
        let message = |second: &str, first: &str, name: &str| {
            format!("{second} and {first} would be one database, `{name}`: see alchemy.run.ts:7")
        };
        let branches = r#"await (stage === "prod" ? D1Database("a", { name: "x" }) : 0);
            if (stage !== "prod") await D1Database("b", { name: "x" });"#;
        assert_eq!(found(branches), [message("`b` in stage `dev`", "`a` in stage `prod`", "x")]);
        let raw = "await D1Database(\"a\", { name: `api-${stage}` });\n
            await D1Database(\"b\", { name: stage === \"dev\" ? \"api-prod\" : `b-${stage}` });";
        assert_eq!(found(raw), [message("`b` in stage `dev`", "`a` in stage `prod`", "api-prod")]);
        let pinned = r#"await Database("x");
            await Database("y", { pin: { dev: "x-prod" } });"#;
        assert_eq!(found(pinned), [message("`y` in stage `dev`", "`x` in stage `prod`", "x-prod")]);
        let same = r#"await (stage === "prod" ? D1Database("db", { name: "x" }) : 0);
            if (stage !== "prod") await D1Database("db", { name: "x", adopt: true });"#;
        let found = find("duplicate-name", same);
        assert!(found.iter().all(|one| one.severity == "error"), "{found:?}");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn what_is_shared_between_stages_on_purpose_is_fine() {
        for second in [
            r#"Database("y", { name: "x", share: "prod" })"#,
            r#"Database("y", { name: "x-prod", stage: false })"#,
            r#"Bucket("y", { pin: { dev: "x-prod" } })"#,
            r#"Database("y", { pin: { canary: "x-prod" } })"#,
        ] {
            let text = format!(r#"if (stage === "prod") await Database("x"); await {second};"#);
            let found = find("duplicate-name", &text);
            let about_stages = found.iter().filter(|one| one.message.contains("would be one"));
            assert_eq!(about_stages.count(), 0, "{second}: {found:?}");
        }
    }

    #[test]
    fn two_apps_do_not_meet_in_two_stages() {
        let app = |name: &str, rest: &str| {
            format!(
                "import alchemy from \"alchemy\";\nimport {{ Database }} from \"@alch/blocks\";\n\
                 const app = await alchemy(\"{name}\");\n{rest}\n"
            )
        };
        let one = app("a", r#"await Database("x");"#);
        let other = app("b", r#"await Database("y", { pin: { dev: "x-prod" } });"#);
        let found = find_in("duplicate-name", &[("a.ts", &one), ("b.ts", &other)], "{}");
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn what_another_rule_says_is_not_said_twice() {
        let text = r#"
            await D1Database("a", { name: "x" });
            await D1Database("a", { name: "x" });
            await Queue("jobs"); await Queue("jobs-pr");
        "#;
        assert!(found(text).is_empty());
        let stages = r#"{ "stages": ["pr-1", "1"] }"#;
        let queues = r#"await Queue("jobs"); await Queue("jobs-pr");"#;
        assert!(find_with("duplicate-name", queues, stages).is_empty());
        assert_eq!(find_with("ambiguous-bases", queues, stages).len(), 1);
    }

    #[test]
    fn a_workflow_of_another_worker_has_no_name() {
        let text = r#"
            const host = await Worker("host");
            Workflow("flow", { className: "F", workflowName: `flow-${stage}` });
            Workflow("ref", { className: "F", workflowName: `flow-${stage}`, scriptName: host.name });
            DurableObjectNamespace("room", { className: "Room" });
            DurableObjectNamespace("room2", { className: "Room" });
        "#;
        assert!(found(text).is_empty());
    }

    #[test]
    fn two_apps_are_compared() {
        let app = |name: &str| {
            format!(
                "import alchemy from \"alchemy\";\nimport {{ Database }} from \"@alch/blocks\";\n\
                 const app = await alchemy(\"{name}\");\nawait Database(\"db\");\n"
            )
        };
        let found = find_in("duplicate-name", &[("a.ts", &app("a")), ("b.ts", &app("b"))], "{}");
        assert_eq!(found.len(), 1);
    }
}
