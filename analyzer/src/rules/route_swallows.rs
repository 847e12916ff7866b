//! A wildcard route answers for the hostname of another stage.
//!
//! ```ts
//! if (app.stage === "prod") await Route("all", { pattern: "*.example.com/*", script: api });
//! await Domain("app.example.com", { worker: api }); // app-pr-7.example.com in pr-7
//! ```
//!
//! **Why.** Cloudflare asks routes before custom domains. So requests to `app-pr-7.example.com` meet
//! production's Worker. An exact route wins over a wildcard.
//!
//! A block whose pattern has a wildcard is refused outside the bare stage: there it would answer for all
//! others.
//!
//! **Fix.** Write the hostnames of the route, without a wildcard. Or give the hostname an exact route
//! besides its domain: `Route("app.example.com/*", { worker })`.

use alch_blocks::{HostBlock, Quoted, quote};

use super::found::Found;
use super::{Rule, Severity, law};
use crate::declarations::{Host, HostName, Program};
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "route-swallows",
    severity: Severity::Error,
    what: "a wildcard route that covers another stage's hostname",
    check,
};

/// A domain or a route in a stage.
struct Held<'a> {
    host: &'a Host,
    stage: &'a str,
    named: &'a HostName,
}

fn check(program: &Program<'_>) -> Vec<Found> {
    let all: Vec<Held<'_>> = program.hosts.iter().flat_map(held).collect();
    let wildcards = all
        .iter()
        .filter(|one| one.host.block == HostBlock::Route && one.named.pattern().has_wildcard());
    let swallowed = wildcards.filter_map(|route| {
        let covered = all.iter().find(|domain| swallows(program, &all, route, domain))?;
        Some(found(program, route, covered))
    });
    let refused = law::refused_hosts(program, |code| code == "route-swallows");
    swallowed.chain(refused).collect()
}

fn held(host: &Host) -> impl Iterator<Item = Held<'_>> {
    let one = |stage| Some(Held { host, stage, named: host.name_in(stage)? });
    host.judged.compared.iter().filter_map(move |stage| one(stage))
}

fn swallows(program: &Program<'_>, all: &[Held<'_>], route: &Held<'_>, domain: &Held<'_>) -> bool {
    // All stages have one row for what is at the root.
    if route.host.is_at_root || domain.host.is_at_root {
        return false;
    }
    let is_judged = |one: &Held<'_>| one.host.judged.judged.iter().any(|stage| stage == one.stage);
    let is_one_app = |other: &Held<'_>| program.is_one_app(domain.host.app, other.host.app);
    if domain.host.block != HostBlock::Domain
        || !(is_judged(route) || is_judged(domain))
        // Of the same stage of the same app, it is what the program wants.
        || (route.stage == domain.stage && is_one_app(route).unwrap_or(true))
    {
        return false;
    }
    let (pattern, name) = (route.named.pattern(), &domain.named.name);
    let is_own = |other: &&Held<'_>| {
        other.host.block == HostBlock::Route
            && other.stage == domain.stage
            && is_one_app(other).unwrap_or(true)
    };
    let mut own = all.iter().filter(is_own).map(|other| other.named.pattern());
    let host = domain.named.pattern();
    pattern.meets(host.host())
        && !own.any(|one| one.meets(name) && one.specificity() > pattern.specificity())
}

fn found(program: &Program<'_>, route: &Held<'_>, domain: &Held<'_>) -> Found {
    let message = format!(
        "the route {} of stage {} would answer for {} of stage {}: see {}",
        quote(&route.named.name),
        quote(route.stage),
        quote(&domain.named.name),
        quote(domain.stage),
        program.place(domain.host.places.file, domain.host.places.call)
    );
    let base = domain.named.declared.as_ref().and_then(|declared| declared.base.as_ref());
    let beside = match base {
        Some(base) => {
            let pattern = Quoted::from(format!("{base}/*")).literal();
            match route.host.version {
                Version::V0 => format!("write `Route({pattern}, {{ worker }})` beside the domain"),
                Version::V2 => {
                    format!("write `Route({pattern})` into the `routes` of the domain's Worker")
                }
            }
        }
        None => "give that hostname an exact route of its own".to_owned(),
    };
    let help = format!("write a hostname without a wildcard, or {beside}");
    Found::of_host(route.host, Some(&route.named.name), message, help)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find, find_in, find_with};

    fn found(text: &str) -> Vec<String> {
        find("route-swallows", text).into_iter().map(|one| one.message).collect()
    }

    const ALL: &str = r#"if (stage === "prod") await RawRoute("all", { pattern: "*.example.com/*", script: "api" });
"#;
    const DOMAIN: &str = r#"await Domain("app.example.com", { worker: "api" });
"#;

    #[test]
    fn a_wildcard_over_another_stages_hostname_is_found() {
        let text = format!("{ALL}{DOMAIN}");
        let message = "the route `*.example.com/*` of stage `prod` would answer for \
                       `app-dev.example.com` of stage `dev`: see alchemy.run.ts:8";
        assert_eq!(found(&text), [message]);
        let help = "write a hostname without a wildcard, or write `Route(\"app.example.com/*\", { worker \
                    })` beside the domain";
        assert!(find("route-swallows", &text).iter().all(|one| one.help == help));
        let raw = "await Worker(\"api\", { domains: [`app-${stage}.example.com`] });";
        assert_eq!(found(&format!("{ALL}{raw}")).len(), 1);
    }

    #[test]
    fn an_exact_route_wins_over_a_wildcard() {
        let exact = r#"await Route("app.example.com/*", { worker: "api" });"#;
        assert!(found(&format!("{ALL}{DOMAIN}{exact}")).is_empty());
        let path = r#"await Route("app.example.com/api/*", { worker: "api" });"#;
        assert_eq!(found(&format!("{ALL}{DOMAIN}{path}")).len(), 1);
    }

    #[test]
    fn what_covers_only_its_own_stage_is_fine() {
        let only = r#"{ "stages": ["prod"], "configStages": [] }"#;
        let domain = r#"if (stage === "prod") await CustomDomain("a", { name: "a.example.com", workerName: "api" });"#;
        assert!(find_with("route-swallows", &format!("{ALL}{domain}"), only).is_empty());
        assert!(
            found(&format!("{ALL}{}", DOMAIN.replace("example.com", "example.org"))).is_empty()
        );
        let below = ALL.replace("*.example.com/*", "*.example.com/api/*");
        assert!(found(&format!("{below}{DOMAIN}")).is_empty());
    }

    #[test]
    fn two_apps_are_compared_in_one_stage() {
        let app = |name: &str, rest: &str| {
            format!(
                "import alchemy from \"alchemy\";\nimport {{ CustomDomain, Route }} from \
                 \"alchemy/cloudflare\";\nconst app = await alchemy(\"{name}\");\n\
                 if (app.stage === \"prod\") await {rest}\n"
            )
        };
        let one = app("a", r#"Route("all", { pattern: "*.example.com/*", script: "a" });"#);
        let other = app("b", r#"CustomDomain("b", { name: "b.example.com", workerName: "b" });"#);
        let found = find_in("route-swallows", &[("a.ts", &one), ("b.ts", &other)], "{}");
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn a_block_with_a_wildcard_is_refused_in_previews() {
        let found = found(r#"await Route("*.example.com/*", { worker: "api" });"#);
        assert!(found.iter().all(|one| one.contains("covers the hostnames")), "{found:?}");
        assert_eq!(found.len(), 1);
    }
}
