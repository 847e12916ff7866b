//! A raw resource, for which a block exists.
//!
//! ```ts
//! await D1Database("db");
//! ```
//!
//! **Why.** A block puts the stage into the name and refuses a deploy that would lose data. A raw
//! resource does neither.
//!
//! **Fix.** Run `npx @alch/blocks migrate` if the finding says that it can rewrite it, or write the block.
//! Workers are not reported, with their `domains` and `routes`: the name that Alchemy gives them has the
//! stage in it. Nor is what no block can replace: a `Workflow` with a `scriptName`, what is directly in
//! `app.run`, and an id that blocks refuse. `migrate` leaves them, too.
//!
//! **Alchemy 2.** A name that you do not give ends in random characters, which only the state knows. If
//! the state is lost, the next deploy makes new, empty resources. Use the block of `@alch/blocks/v2`;
//! what is deployed keeps its name by `pin`. Durable Objects and workflows are not reported: their
//! Worker keeps the stages apart.

use alch_blocks::Kind;

use super::found::{Found, Place};
use super::{Rule, Severity};
use crate::declarations::{Declaration, Host, Origin, Program, Why, word};
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "raw-resource",
    severity: Severity::Warning,
    what: "a raw resource, for which a block exists",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let hosts = program.hosts.iter().filter_map(of_host);
    program.declarations.iter().filter_map(one).chain(hosts).collect()
}

fn of_host(host: &Host) -> Option<Found> {
    if host.origin != Origin::Raw || host.is_at_root {
        return None;
    }
    let (block, word) = (host.block.title(), word(host.block));
    let message = format!("{} is a raw {word}", host.shown());
    let can_migrate =
        if host.can_migrate { "; `npx @alch/blocks migrate` can rewrite it" } else { "" };
    let blocks = host.version.blocks();
    let help = match host.version {
        Version::V0 => format!("use `{block}` of `{blocks}`{can_migrate}"),
        Version::V2 => format!("write `{block}` of `{blocks}` into the `routes` of its Worker"),
    };
    let mut found = Found::of_host(host, None, message, help);
    found.place = Place::Source {
        file: host.places.file,
        at: host.places.callee,
        declared: host.places.call.0,
    };
    Some(found)
}

fn one(declaration: &Declaration) -> Option<Found> {
    let (kind, version) = (declaration.kind, declaration.version);
    // What was seen in a run alone may come from a block.
    let is_raw = !declaration.is_block && declaration.places.is_written();
    // A Worker's own name has the stage in it, and a framework has no block.
    let is_raw = is_raw && declaration.no_block.is_none() && kind != Kind::Worker;
    let block = kind.block().filter(|_| is_raw)?;
    let mut message = format!("{} is a raw {}", declaration.shown(), kind.noun());
    let module = version.blocks();
    let help = match version {
        // The name of its Worker keeps the stages apart.
        Version::V2 if kind.spec().is_class => return None,
        _ if declaration.can_migrate => {
            format!("use `{block}` of `{module}`; `npx @alch/blocks migrate` can rewrite it")
        }
        Version::V0 => format!("use `{block}` of `{module}`"),
        Version::V2 => format!("use `{block}` of `{module}`; if it is deployed, `pin` its name"),
    };
    if declaration.judged().any(|(_, here)| matches!(here.name, Err(Why::Automatic(_)))) {
        message.push_str(", whose name only the state knows");
    }
    Some(Found::of(declaration, declaration.places.callee, message, help))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find, find_in, messages, messages2};

    #[test]
    fn raw_resources_with_a_block_are_found() {
        let found = messages("raw-resource", r#"await D1Database("db"); await Worker("api");"#);
        assert_eq!(found, ["`db` is a raw database"]);
        assert!(messages("raw-resource", r#"await Database("db");"#).is_empty());
    }

    #[test]
    fn a_container_application_of_no_worker_has_no_block() {
        let import = "import { Container, ContainerApplication } from \"alchemy/cloudflare\";";
        let found = |text: &str| messages("raw-resource", &format!("{import}\n{text}"));
        let container = "await Container(\"box\", { className: \"Box\", image: \"x\" });";
        assert_eq!(found(container), ["`box` is a raw container application"]);
        assert!(found("await ContainerApplication(\"job\", { image });").is_empty());
    }

    #[test]
    fn only_what_migrate_can_rewrite_is_said_to_be() {
        let helps = |text: &str| {
            let found = find("raw-resource", text);
            found.into_iter().map(|one| one.help.contains("migrate")).collect::<Vec<_>>()
        };
        assert_eq!(helps("await D1Database(\"db\", { name: `db-${stage}` });"), [true]);
        assert_eq!(helps("await D1Database(\"db\", { name: `${stage}-db` });"), [false]);
        let of_two = "const make = (id: string, name: string) => D1Database(id, { name });\n\
                      await make(\"a\", `a-${stage}`); await make(\"b\", `${stage}-b`);";
        assert_eq!(helps(of_two), [false]);
    }

    #[test]
    fn raw_domains_and_routes_are_found() {
        let domain = "await CustomDomain(\"app\", { name: `app-${stage}.example.com`, workerName: \"api\" });";
        let found: Vec<_> = find("raw-resource", domain).into_iter().collect();
        let says = "use `Domain` of `@alch/blocks`; `npx @alch/blocks migrate` can rewrite it";
        assert!(found.iter().all(|one| one.message == "`app` is a raw domain" && one.help == says));
        assert_eq!(found.len(), 1);
        let route = "await RawRoute(\"app\", { pattern: `${stage}/x`, script: \"api\" });";
        assert!(
            find("raw-resource", route)
                .iter()
                .all(|one| one.help == "use `Route` of `@alch/blocks`")
        );
        for text in [
            r#"await Domain("app.example.com", { worker: "api" });"#,
            r#"await Worker("api", { domains: ["app.example.com"] });"#,
            r#"await app.run(async () => { await CustomDomain("a", { name: "a.com", workerName: "a" }); });"#,
        ] {
            assert!(messages("raw-resource", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn raw_resources_of_alchemy_2_are_found() {
        let text = r#"
            yield* Cloudflare.D1.Database("db", { name: `db-${stage}` });
            yield* Cloudflare.R2.Bucket("files");
            yield* Database("own");
            yield* Worker("web", { env: { ROOM: Cloudflare.DurableObject("room") } });
        "#;
        let bucket = "`files` is a raw bucket, whose name only the state knows";
        assert_eq!(messages2("raw-resource", text), ["`db` is a raw database", bucket]);
    }

    #[test]
    fn a_run_takes_no_advice_away() {
        let text = r#"
            import * as Alchemy from "alchemy";
            import * as Cloudflare from "alchemy/Cloudflare";
            import * as Effect from "effect/Effect";
            export default Alchemy.Stack("shop", {}, Effect.gen(function* () {
                const { stage } = yield* Alchemy.Stack;
                yield* Cloudflare.D1.Database("db", { name: `db-${stage}` });
            }));
        "#;
        let run = r#"{ "stages": ["prod"], "evaluated": [{
            "file": "alchemy.run.ts", "stack": "shop", "stage": "prod",
            "resources": [{ "kind": "database", "id": "db", "name": "db-prod" }]
        }] }"#;
        for options in ["{}", run] {
            let found = find_in("raw-resource", &[("alchemy.run.ts", text)], options);
            let helps: Vec<_> = found.iter().map(|one| one.help.as_str()).collect();
            let says =
                "use `Database` of `@alch/blocks/v2`; `npx @alch/blocks migrate` can rewrite it";
            assert_eq!(helps, [says], "{options}");
        }
    }

    #[test]
    fn what_no_block_can_replace_is_fine() {
        let at_root = r#"await app.run(async () => { await D1Database("db"); });"#;
        let reference = r#"Workflow("flow", { scriptName: "other", className: "Flow" });"#;
        let odd = r#"await D1Database("a\\b", { name: `db-${stage}` });"#;
        for text in [at_root, reference, odd] {
            assert!(messages("raw-resource", text).is_empty(), "{text}");
        }
        let nested = r#"await app.run(() => alchemy.run("api", () => D1Database("db")));"#;
        assert_eq!(messages("raw-resource", nested).len(), 1);
    }

    #[test]
    fn a_helper_is_one_finding() {
        let text = r#"
            const make = (id: string) => D1Database(id);
            await make("a"); await make("b"); await make("b");
        "#;
        assert_eq!(messages("raw-resource", text), ["`a` is a raw database (also `b`)"]);
    }
}
