//! Two domains or routes that are one: a part of `duplicate-name`. And two blocks whose hostnames can
//! become one: a part of `ambiguous-bases`.

use std::collections::{BTreeMap, HashMap, HashSet};

use alch_blocks::{Error, HostBlock, HostLedger, Place, quote};

use super::Severity;
use super::found::Found;
use crate::declarations::{Host, HostName, Origin, Program, StageUse};

/// A domain or a route in a stage.
#[derive(Clone, Copy)]
struct Holder<'a> {
    order: usize,
    host: &'a Host,
    stage: &'a str,
    named: &'a HostName,
}

/// What is one to Cloudflare: whether it is a route, and its pattern.
type Name = (bool, String);

/// A finding for each domain or route that meets one before it, in one stage or in two.
pub(super) fn duplicates(program: &Program<'_>) -> Vec<Found> {
    let mut holders: BTreeMap<Name, Vec<Holder<'_>>> = BTreeMap::new();
    for holder in program.hosts.iter().enumerate().flat_map(held) {
        let name = (holder.host.block == HostBlock::Route, holder.named.pattern().canonical());
        holders.entry(name).or_default().push(holder);
    }
    let mut told: HashSet<usize> = HashSet::new();
    let mut found = Vec::new();
    for all in holders.values() {
        for (first, second) in in_one_stage(program, all) {
            if told.insert(second.order) {
                found.push(meeting(program, first, second));
            }
        }
    }
    for all in holders.values() {
        let pairs = in_two_stages(program, all);
        let new = pairs.into_iter().filter(|(_, second)| !told.contains(&second.order));
        found.extend(new.map(|(first, second)| meeting(program, first, second)));
    }
    found
}

fn held((order, host): (usize, &Host)) -> impl Iterator<Item = Holder<'_>> {
    let one = move |stage| Some(Holder { order, host, stage, named: host.name_in(stage)? });
    host.judged.compared.iter().filter_map(move |stage| one(stage))
}

fn is_judged(one: Holder<'_>) -> bool {
    one.host.judged.judged.iter().any(|judged| judged == one.stage)
}

/// Those that meet another one in a judged stage, with the first of these.
fn in_one_stage<'a>(program: &Program<'_>, all: &[Holder<'a>]) -> Vec<(Holder<'a>, Holder<'a>)> {
    let mut stages: BTreeMap<&str, Vec<Holder<'a>>> = BTreeMap::new();
    for one in all.iter().filter(|one| is_judged(**one)) {
        stages.entry(one.stage).or_default().push(*one);
    }
    let is_same = |a: Holder<'_>, b: Holder<'_>| {
        program.is_one_app(a.host.app, b.host.app).unwrap_or(true)
            && a.host.identity == b.host.identity
    };
    pairs(stages.values(), |first, second| !is_same(first, second))
}

/// Those of one app that meet in two stages, where no other finding says so.
fn in_two_stages<'a>(program: &Program<'_>, all: &[Holder<'a>]) -> Vec<(Holder<'a>, Holder<'a>)> {
    let mut stages: HashMap<usize, usize> = HashMap::new();
    for one in all {
        let count = stages.entry(one.order).or_default();
        *count = count.saturating_add(1);
    }
    // What has it in several stages has a finding of its own, or somebody chose so.
    let is_alone = |one: &&Holder<'_>| {
        stages.get(&one.order) == Some(&1) && one.host.stage == StageUse::Resolved
    };
    let alone: Vec<Holder<'a>> = all.iter().filter(is_alone).copied().collect();
    let is_by_law = |one: Holder<'_>| {
        one.named.declared.as_ref().is_some_and(|declared| declared.base.is_some())
    };
    pairs([alone].iter(), |first, second| {
        let (a, b) = (first.host.app, second.host.app);
        first.stage != second.stage
            && (is_judged(first) || is_judged(second))
            && program.is_one_app(a, b).unwrap_or(a == b)
            // `ambiguous-bases` is about hostnames that are made by the law.
            && !(is_by_law(first) && is_by_law(second))
    })
}

/// Each with the first one before it that it meets.
fn pairs<'h, 'a: 'h>(
    groups: impl Iterator<Item = &'h Vec<Holder<'a>>>,
    meet: impl Fn(Holder<'_>, Holder<'_>) -> bool,
) -> Vec<(Holder<'a>, Holder<'a>)> {
    let mut out = Vec::new();
    for all in groups {
        for (at, second) in all.iter().enumerate() {
            let mut before = all.iter().take(at);
            let first = before.find(|first| meet(**first, *second));
            out.extend(first.map(|first| (*first, *second)));
        }
    }
    out
}

fn meeting(program: &Program<'_>, first: Holder<'_>, second: Holder<'_>) -> Found {
    let Holder { host, named, .. } = second;
    let (noun, name) = (host.noun(), quote(&named.name));
    let place = program.place(first.host.places.file, first.host.places.call);
    let (message, severity) = if first.stage == second.stage {
        let stage = quote(second.stage);
        (
            format!("two declarations have the {noun} {name} in stage {stage}: see {place}"),
            Severity::Error,
        )
    } else {
        let message = format!(
            "{} in stage {} and {} in stage {} would be one {noun}, {name}: see {place}",
            host.shown(),
            quote(second.stage),
            first.host.shown(),
            quote(first.stage),
        );
        let takes = [first, second]
            .iter()
            .any(|one| one.host.stages.get(one.stage).is_some_and(|here| here.takes));
        (message, if takes { Severity::Error } else { Severity::Warning })
    };
    let help = format!("give one of them another {noun}");
    Found::of_host(host, Some(&named.name), message, help).severe(severity)
}

/// The blocks that a run of a judged stage refuses, because their hostnames can be those of others in
/// another stage.
pub(super) fn ambiguous(program: &Program<'_>) -> Vec<Found> {
    let mut ledgers: BTreeMap<(Option<usize>, &str), HostLedger> = BTreeMap::new();
    let mut found = Vec::new();
    for host in program.hosts.iter().filter(|host| host.origin == Origin::Block) {
        let refusal = host.judged().find_map(|(stage, here)| {
            let named = here.name.as_ref().ok()?;
            let mut declared = named.declared.clone()?;
            declared.place = Place { scope: host.scope.join("/"), id: host.id.clone()? };
            let ledger = ledgers.entry((host.app, stage)).or_default();
            let error = Error::from(ledger.declare(declared).err()?);
            (error.code() == "ambiguous-stage").then_some((named, error))
        });
        if let Some((named, error)) = refusal {
            found.push(Found::of_host(host, Some(&named.name), error.to_string(), error.help()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find, find_in, find_with, messages};

    fn found(text: &str) -> Vec<String> {
        messages("duplicate-name", text)
    }

    #[test]
    fn one_hostname_twice_in_a_stage_is_found() {
        let text = r#"
            await Domain("app.example.com", { worker: "api" });
            await Worker("web", { domains: [`app-${stage}.example.com`] });"#;
        let message = "two declarations have the hostname `app-dev.example.com` in stage `dev`: see \
                       alchemy.run.ts:8";
        assert_eq!(found(text), [message]);
        let routes = r#"
            await Route("a.example.com/*", { worker: "api" });
            await Route("b", { pattern: "A.example.com/*", worker: "web" });"#;
        assert_eq!(found(routes).len(), 1);
    }

    #[test]
    fn a_domain_and_a_route_or_one_declaration_are_fine() {
        let text = r#"
            await Domain("app.example.com", { worker: "api" });
            await Domain("app.example.com", { worker: "api" });
            await Route("app.example.com/*", { worker: "api" });
            await Route("app.example.com/api/*", { worker: "api" });"#;
        assert!(found(text).is_empty());
        let twice = r#"if (stage === "prod") {
            await CustomDomain("a", { name: "a.com", workerName: "api" });
            await CustomDomain("a", { name: "a.com", workerName: "api" });
        }"#;
        assert!(found(twice).is_empty());
    }

    #[test]
    fn two_declarations_may_meet_in_two_stages() {
        let text = |more: &str| {
            format!(
                r#"if (stage === "prod") await CustomDomain("a", {{ name: "a.com", workerName: "api" }});
                if (stage === "dev") await CustomDomain("b", {{ name: "a.com", workerName: "api"{more} }});"#
            )
        };
        let message = "`b` in stage `dev` and `a` in stage `prod` would be one hostname, `a.com`: see \
                       alchemy.run.ts:7";
        assert_eq!(found(&text("")), [message]);
        let severity = |more: &str| {
            let found = find("duplicate-name", &text(more));
            found.into_iter().map(|one| one.severity).collect::<Vec<_>>()
        };
        assert_eq!(severity(""), ["warning"]);
        assert_eq!(severity(", overrideExistingOrigin: true"), ["error"]);
        // What `fixed-host` says is not said twice.
        assert!(found(r#"await Worker("a", { domains: ["a.com"] });"#).is_empty());
    }

    #[test]
    fn two_apps_are_compared() {
        let app = |name: &str| {
            format!(
                "import alchemy from \"alchemy\";\nimport {{ Domain }} from \"@alch/blocks\";\n\
                 const app = await alchemy(\"{name}\");\nawait Domain(\"a.com\", {{ worker: \"{name}\" }});\n"
            )
        };
        let found = find_in("duplicate-name", &[("a.ts", &app("a")), ("b.ts", &app("b"))], "{}");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn hostnames_that_a_stage_makes_one_are_found() {
        let text = r#"
            await Domain("app.example.com", { worker: "api" });
            await Domain("app-v2.example.com", { worker: "api" });"#;
        let in_stage = |stage: &str| {
            find_with("ambiguous-bases", text, &format!(r#"{{ "stages": ["{stage}"] }}"#)).len()
        };
        assert_eq!([in_stage("v2"), in_stage("v2-x"), in_stage("v3")], [1, 1, 0]);
    }
}
