//! Two stages give a domain or a route one hostname.
//!
//! ```ts
//! await CustomDomain("app", { name: "app.example.com", workerName: api.name });
//! await Worker("web", { routes: ["example.com/api/*"], domains: ["web.example.com"] });
//! ```
//!
//! **Why.** A hostname leads to one Worker. The second stage that is deployed fails, or takes the
//! traffic of the first one. When either stage is destroyed, Alchemy detaches the hostname.
//!
//! **Fix.** Use `Domain` or `Route` of `@alch/blocks`: `Domain("app.example.com", { worker })` is
//! `app.example.com` in `prod` and `app-pr-7.example.com` in `pr-7`. Or put `app.stage` into the first
//! label, or declare the hostname in one stage only. Which stages are compared: see
//! [`fixed-name`](#fixed-name).

use alch_blocks::{HostBlock, HostPattern, Quoted, quote};

use super::collisions::{self, Collision};
use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Host, Origin, Program, name_key};
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "fixed-host",
    severity: Severity::Warning,
    what: "a hostname or a route that two stages share",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let found = |host: &Host| found(host, false, message);
    program.hosts.iter().filter_map(found).collect()
}

fn message(host: &Host, name: &str, collision: &Collision) -> String {
    let noun = host.noun();
    if collision.is_everywhere {
        format!("the {noun} {name} has no stage in it: stages collide")
    } else {
        format!("{} have the {noun} {name}: they collide", collision.in_stages())
    }
}

/// A finding about what two stages share, if one of them takes it from the other or none does.
pub(super) fn found(
    host: &Host,
    takes: bool,
    message: impl Fn(&Host, &str, &Collision) -> String,
) -> Option<Found> {
    let collision = collisions::of_hosts(host)?;
    let is_taken =
        collision.stages.iter().any(|stage| host.stages.get(stage).is_some_and(|one| one.takes));
    if is_taken != takes {
        return None;
    }
    let name = quote(&collision.text).to_string();
    let message = format!("{}{}", message(host, &name, &collision), collision.also());
    Some(Found::of_host(host, Some(&collision.text), message, help(host, &collision)))
}

fn help(host: &Host, collision: &Collision) -> String {
    let block = host.block.title();
    let (blocks, stage) = (host.version.blocks(), host.version.stage());
    if host.origin == Origin::Block {
        return "give each stage a hostname of its own".to_owned();
    }
    let pattern = HostPattern::new(&collision.text);
    if pattern.has_wildcard() {
        return "write a hostname without a wildcard, or declare it in one stage only".to_owned();
    }
    if !collision.is_everywhere {
        return format!("use `{block}` of `{blocks}`, or put {stage} into the first label");
    }
    // A block takes a hostname only as DNS has it.
    let base = match host.block {
        HostBlock::Domain => pattern.host().to_owned(),
        HostBlock::Route => collision.text.clone(),
    };
    let literal = |text: &str| Quoted::from(text).literal();
    if host.version == Version::V2 {
        let option = if host.block == HostBlock::Domain { "domain" } else { "routes" };
        return format!(
            "write `{block}({})` of `{blocks}` into the `{option}` of its Worker, or put {stage} into the \
             first label",
            literal(&base)
        );
    }
    // With another id, the deploy would detach the hostname under the old one.
    let call = match host.identity.id.known_text().filter(|id| *id != base) {
        Some(id) if host.origin == Origin::Raw => {
            let key = name_key(host.block);
            format!("{block}({}, {{ {key}: {}, worker }})", literal(&id), literal(&base))
        }
        _ => format!("{block}({}, {{ worker }})", literal(&base)),
    };
    format!("write `{call}` of `{blocks}` in its place, or put {stage} into the first label")
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find, find_with, messages};

    fn found(text: &str) -> Vec<String> {
        messages("fixed-host", text)
    }

    #[test]
    fn a_hostname_without_the_stage_is_found_wherever_it_is_declared() {
        let host = "the hostname `app.example.com` has no stage in it: stages collide";
        let route = "the route `app.example.com/*` has no stage in it: stages collide";
        for (text, message) in [
            (r#"await CustomDomain("app", { name: "app.example.com", workerName: "api" });"#, host),
            (r#"await Worker("api", { domains: ["app.example.com"] });"#, host),
            (r#"await Worker("api", { domains: [{ domainName: "app.example.com" }] });"#, host),
            (r#"await RawRoute("api", { pattern: "app.example.com/*", script: "api" });"#, route),
            (r#"await Worker("api", { routes: ["app.example.com/*"] });"#, route),
            (r#"await Worker("api", { routes: [{ pattern: "app.example.com/*" }] });"#, route),
        ] {
            assert_eq!(found(text), [message], "{text}");
        }
    }

    #[test]
    fn the_help_has_the_block() {
        let help = |text: &str| find("fixed-host", text).pop().map(|one| one.help);
        let text = r#"await Worker("api", { domains: ["App.example.com"] });"#;
        let says = "write `Domain(\"app.example.com\", { worker })` of `@alch/blocks` in its \
                    place, or put `app.stage` into the first label";
        assert_eq!(help(text).as_deref(), Some(says));
        let text = r#"await RawRoute("api", { pattern: "a.com/*", script: "api" });"#;
        let says = "write `Route(\"api\", { pattern: \"a.com/*\", worker })`";
        assert!(help(text).is_some_and(|help| help.starts_with(says)));
        let text = r#"await Worker("api", { routes: ["*.example.com/*"] });"#;
        assert!(help(text).is_some_and(|help| help.contains("without a wildcard")));
    }

    #[test]
    fn a_hostname_that_some_stages_share_is_found() {
        let text = r#"await Worker("api", {
            domains: stage === "prod" ? ["app.example.com"] : ["dev.example.com"],
        });"#;
        let message = "the stages `dev`, `preview`, `staging`, `production` and `pr-1` have the hostname \
                       `dev.example.com`: they collide";
        assert_eq!(found(text), [message]);
        let stages = r#"{ "stages": ["prod", "dev"] }"#;
        assert!(find_with("fixed-host", text, stages).is_empty());
        let pinned = r#"await Domain("app.example.com", { worker: "api", pin: { dev: "a.com", staging: "a.com" } });"#;
        assert_eq!(found(pinned).len(), 1);
    }

    #[test]
    fn what_has_the_stage_or_is_of_one_stage_is_fine() {
        for text in [
            r#"await Domain("app.example.com", { worker: "api" });"#,
            r#"await Domain("app", { name: "app.example.com", worker: "api", stage: false });"#,
            "await CustomDomain(\"app\", { name: `app-${stage}.example.com`, workerName: \"api\" });",
            r#"if (stage === "prod") await Worker("api", { routes: ["app.example.com/*"] });"#,
            r#"await Worker("api", { domains: stage === "prod" ? ["app.example.com"] : [] });"#,
            r#"await CustomDomain("app", { name: hostname("app.example.com", stage), workerName: "api" });"#,
            r#"await app.run(async () => { await CustomDomain("a", { name: "a.com", workerName: "a" }); });"#,
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
