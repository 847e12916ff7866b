//! Stages share a hostname or a route, and each takes it from the others.
//!
//! ```ts
//! await Route("api", { pattern: "app.example.com/api/*", script: api, adopt: true });
//! await CustomDomain("app", { name: "app.example.com", workerName: api.name, overrideExistingOrigin: true });
//! ```
//!
//! **Why.** The deploy of a preview leads production's traffic to the preview, and ends well. Destroying
//! the preview removes the route or the hostname. The next deploy of production sends nothing, since its
//! state says that all is well.
//!
//! `adopt` of a `Worker` or of `alchemy()` counts for routes, too. A custom domain moves only with
//! `overrideExistingOrigin`; with `adopt` alone the deploy fails, which is
//! [`fixed-host`](#fixed-host).
//!
//! **Fix.** Use `Domain` or `Route` of `@alch/blocks`. To move a hostname on purpose, write `takeFrom`
//! of `Domain`. Which stages are compared: see [`fixed-name`](#fixed-name).

use super::collisions::Collision;
use super::found::Found;
use super::{Rule, Severity, fixed_host};
use crate::declarations::{Host, Program};

pub(super) const RULE: Rule = Rule {
    code: "adopt-route",
    severity: Severity::Error,
    what: "stages take a hostname or a route from each other",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let found = |host: &Host| fixed_host::found(host, true, message);
    program.hosts.iter().filter_map(found).collect()
}

fn message(host: &Host, name: &str, collision: &Collision) -> String {
    let (who, noun) = (collision.who(), host.noun());
    format!("{who} take over the {noun} {name}: it leads to the one that was deployed last")
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find_in, messages};

    fn found(text: &str) -> Vec<String> {
        messages("adopt-route", text)
    }

    #[test]
    fn what_takes_the_traffic_of_another_stage_is_found() {
        for text in [
            r#"await RawRoute("a", { pattern: "a.com/*", script: "api", adopt: true });"#,
            r#"await Worker("api", { routes: ["a.com/*"], adopt: true });"#,
            r#"await Worker("api", { routes: [{ pattern: "a.com/*", adopt: true }] });"#,
            r#"await RawRoute("a", { pattern: "a.com/*", script: "api", adopt: stage !== "prod" });"#,
        ] {
            let message = "all stages take over the route `a.com/*`: it leads to the one that was \
                           deployed last";
            assert_eq!(found(text), [message], "{text}");
            assert!(messages("fixed-host", text).is_empty(), "{text}");
        }
        for text in [
            r#"await CustomDomain("a", { name: "a.com", workerName: "api", overrideExistingOrigin: true });"#,
            r#"await Worker("api", { domains: [{ domainName: "a.com", overrideExistingOrigin: true }] });"#,
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
        let app = r#"
            import alchemy from "alchemy";
            import { Worker } from "alchemy/cloudflare";
            const app = await alchemy("all", { adopt: true });
            await Worker("api", { routes: ["a.com/*", { pattern: "b.com/*", adopt: false }] });
        "#;
        assert_eq!(find_in("adopt-route", &[("a.ts", app)], "{}").len(), 1);
    }

    #[test]
    fn what_only_fails_or_is_of_one_stage_is_not() {
        for text in [
            r#"await CustomDomain("a", { name: "a.com", workerName: "api", adopt: true });"#,
            r#"await RawRoute("a", { pattern: "a.com/*", script: "api" });"#,
            "await RawRoute(\"a\", { pattern: `a-${stage}.x.com/*`, script: \"api\", adopt: true });",
            r#"if (stage === "prod") await Worker("api", { routes: ["a.com/*"], adopt: true });"#,
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
