//! What the judge finds of domains, routes and certificates.
#![allow(clippy::expect_used, reason = "a test may stop where it stands")]
use alch_blocks_monitor::{
    HostCertificate, HostDeclared, HostDomain, HostRoute, HostRow, HostZone, Hosts, Judge, Options,
    Quota, Report, Source, Undecided, Unknown,
};

const ZONE: &str = "zone-1";

fn domain(stage: &str, name: &str, id: &str) -> HostRow {
    HostRow {
        name: name.into(),
        identity: id.into(),
        zone: ZONE.into(),
        app: "shop".into(),
        stage: stage.into(),
        id: "app".into(),
        ..HostRow::default()
    }
}

fn route(stage: &str, pattern: &str, id: &str) -> HostRow {
    HostRow { route: true, ..domain(stage, pattern, id) }
}

fn attached(hostname: &str, id: &str, script: &str) -> HostDomain {
    let [hostname, id, script] = [hostname, id, script].map(str::to_owned);
    HostDomain { id, hostname, script, zone: ZONE.into() }
}

fn leads(pattern: &str, id: &str, script: Option<&str>) -> HostRoute {
    HostRoute { id: id.into(), pattern: pattern.into(), script: script.map(str::to_owned) }
}

fn certificate(id: &str, kind: &str, hosts: &[&str]) -> HostCertificate {
    let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    HostCertificate { id: id.into(), kind: kind.into(), hosts }
}

/// Production with a domain and a route, as its state and the account say it.
fn clean() -> Hosts {
    Hosts {
        declared: vec![],
        rows: vec![
            domain("prod", "app.example.com", "d"),
            route("prod", "app.example.com/api/*", "r"),
        ],
        domains: Some(vec![attached("app.example.com", "d", "api-prod")]),
        zones: Some(vec![HostZone {
            id: ZONE.into(),
            name: "example.com".into(),
            routes: Some(vec![leads("app.example.com/api/*", "r", Some("api-prod"))]),
            certificates: Some(vec![
                certificate("c", "advanced", &["app.example.com"]),
                certificate("u", "universal", &["example.com", "*.example.com"]),
            ]),
        }]),
    }
}

fn zone(hosts: &mut Hosts) -> &mut HostZone {
    hosts.zones.get_or_insert_default().first_mut().expect("there is a zone")
}

fn routes(hosts: &mut Hosts) -> &mut Vec<HostRoute> {
    zone(hosts).routes.get_or_insert_default()
}

const WORKERS: &[&str] = &[
    "worker api-prod shop prod api state",
    "worker api-prod    account",
    "worker theirs    account",
];

fn asked(hosts: Hosts) -> Options {
    let asked = vec![Source::State, Source::Account, Source::Source];
    Options { asked, hosts, ..Options::default() }
}

fn judge(lines: &[&str], options: &Options) -> Report {
    let mut judge = Judge::new();
    judge.add(&lines.join("\n").replace(' ', "\t"));
    judge.judge(options)
}

/// Of each finding about hostnames its severity, code, kind and name.
fn found_with(options: &Options) -> Vec<String> {
    let findings = judge(WORKERS, options).findings.into_iter();
    let of_hosts = findings.filter(|one| ["domain", "route", "certificate"].contains(&one.kind));
    of_hosts
        .map(|one| {
            assert!(!one.help.is_empty() && !one.message.is_empty(), "{one:?}");
            format!("{} {} {} {}", one.severity.as_str(), one.code.as_str(), one.kind, one.name)
        })
        .collect()
}

fn found(hosts: Hosts) -> Vec<String> {
    found_with(&asked(hosts))
}

#[test]
fn nothing_is_found_in_order() {
    assert_eq!(found(clean()), [""; 0]);
    assert_eq!(found(Hosts::default()), [""; 0]);
}

#[test]
fn a_host_in_two_states_is_shared() {
    let mut hosts = clean();
    // Another stage has taken the hostname over, which keeps its id; a pattern can change under one.
    hosts.rows.push(domain("pr-1", "APP.example.com", "d"));
    hosts.rows.push(route("pr-1", "old.example.com/*", "r"));
    let expected = [
        "error shared-host domain APP.example.com",
        "error shared-host route app.example.com/api/*",
    ];
    assert_eq!(found(hosts.clone()), expected);
    let report = judge(WORKERS, &asked(hosts.clone()));
    let message =
        "the domain `APP.example.com` is in the states of 2 stages, and leads to `api-prod`";
    assert_eq!(report.findings.first().map(|one| one.message.as_str()), Some(message));
    // Without the account, and with another id of a hostname that was made again.
    let states = Hosts { domains: None, zones: None, ..hosts.clone() };
    assert_eq!(found(states), expected);
    let again = vec![domain("prod", "a.example.com", "1"), domain("pr-1", "a.example.com", "2")];
    let again = Hosts { rows: again, ..Hosts::default() };
    assert_eq!(found(again), ["error shared-host domain a.example.com"]);
    // A stage that leaves it alone is meant so, and one that is being destroyed no longer has it.
    for row in hosts.rows.iter_mut().filter(|row| row.stage == "pr-1") {
        row.retained = true;
    }
    let info = expected.map(|one| one.replace("error", "info"));
    assert_eq!(found(hosts.clone()), info);
    hosts.rows.iter_mut().filter(|row| row.retained).for_each(|row| row.deleting = true);
    assert_eq!(found(hosts), [""; 0]);
    // Two apps may have one stage.
    let mut apps = clean();
    apps.rows.push(HostRow { app: "blog".into(), ..domain("prod", "app.example.com", "d") });
    assert_eq!(found(apps), ["error shared-host domain app.example.com"]);
}

#[test]
fn a_host_that_the_account_has_not_is_missing() {
    let empty = |change: fn(&mut Hosts)| {
        let mut hosts = clean();
        hosts.domains = Some(vec![]);
        routes(&mut hosts).clear();
        zone(&mut hosts).certificates = None;
        change(&mut hosts);
        hosts
    };
    let domain = "error missing domain app.example.com";
    let route = "error missing route app.example.com/api/*";
    assert_eq!(found(empty(|_| ())), [domain, route]);
    // Lists that were not read lack nothing.
    assert_eq!(found(empty(|hosts| hosts.domains = None)), [route]);
    assert_eq!(found(empty(|hosts| zone(hosts).routes = None)), [domain]);
    assert_eq!(found(empty(|hosts| zone(hosts).id = "another".into())), [domain]);
    let mut options = asked(empty(|_| ()));
    options.unknown = vec![unknown(Source::Account, None)];
    assert_eq!(found_with(&options), [""; 0]);
    // One that was made again has another id, and one that is being deleted may be gone.
    let again = |hosts: &mut Hosts| {
        hosts.domains = Some(vec![attached("app.example.com", "new", "api-prod")]);
        hosts.rows.iter_mut().filter(|row| row.route).for_each(|row| row.deleting = true);
    };
    assert_eq!(found(empty(again)), [""; 0]);
}

#[test]
fn a_route_to_a_script_that_is_gone_is_dead() {
    let mut hosts = clean();
    routes(&mut hosts).extend([
        leads("gone.example.com/*", "1", Some("gone")),
        leads("past.example.com/*", "2", None),
        leads("store.example.com/*", "3", Some("alchemy-state-service")),
    ]);
    let dead = "warning dead-route route gone.example.com/*";
    assert_eq!(found(hosts.clone()), [dead]);
    let help = |hosts: &Hosts, unread: bool| {
        let mut options = asked(hosts.clone());
        options.unknown.extend(unread.then(|| unknown(Source::State, None)));
        let report = judge(WORKERS, &options);
        report.findings.first().map(|one| one.help.clone()).unwrap_or_default()
    };
    assert!(help(&hosts, false).contains("if no program declares it"), "{}", help(&hosts, false));
    // Whose it is nobody knows, or a state has it: no advice to delete it.
    assert!(!help(&hosts, true).contains("delete"), "{}", help(&hosts, true));
    hosts.rows.push(route("pr-1", "gone.example.com/*", "1"));
    assert!(!help(&hosts, false).contains("delete"), "{}", help(&hosts, false));
    assert_eq!(found(hosts.clone()), [dead]);
    // Scripts that were not listed are not gone.
    let mut options = asked(hosts);
    options.unknown = vec![unknown(Source::Account, Some("worker"))];
    assert_eq!(found_with(&options), [""; 0]);
}

fn unknown(source: Source, kind: Option<&str>) -> Unknown {
    Unknown { source, kind: kind.map(str::to_owned), place: None }
}

#[test]
fn a_host_in_nobodys_state_is_unclaimed() {
    let mut hosts = clean();
    let domains = hosts.domains.get_or_insert_default();
    domains.push(attached("old.example.com", "2", "api-prod"));
    domains.push(attached("theirs.example.com", "3", "theirs"));
    routes(&mut hosts).push(leads("old.example.com/*", "4", Some("api-prod")));
    let expected = [
        "warning unclaimed-host domain old.example.com",
        "warning unclaimed-host route old.example.com/*",
        "info unclaimed-host domain theirs.example.com",
    ];
    assert_eq!(found(hosts.clone()), expected);
    // A program here declares it, and the state of its stage is elsewhere.
    let declares = |name: &str| HostDeclared { route: name.contains('/'), name: name.to_owned() };
    let declared = vec![declares("Old.example.com/*"), declares("theirs.example.com")];
    let elsewhere = Hosts { declared, ..hosts.clone() };
    assert_eq!(found(elsewhere), ["warning unclaimed-host domain old.example.com"]);
    // A part of the state is unknown, or that of an app that can be deployed in the account.
    let mut options = asked(hosts.clone());
    options.unknown = vec![unknown(Source::State, None)];
    assert_eq!(found_with(&options), [""; 0]);
    options.unknown = vec![];
    options.unread = vec!["blog".into()];
    options.undecided = vec![Undecided { app: "blog".into(), kind: "worker".into() }];
    assert_eq!(found_with(&options), [""; 0]);
    // A Worker of Alchemy 2 has its hostnames in its own row.
    let of_2 = [
        "worker api-prod shop prod api state  2",
        "worker api-prod    account",
        "worker theirs    account",
    ];
    let findings = judge(&of_2, &asked(hosts.clone())).findings.into_iter();
    let names: Vec<_> = findings.filter(|one| one.kind == "domain").map(|one| one.name).collect();
    assert_eq!(names, ["theirs.example.com"]);
    // What could not be listed is not there to be told.
    assert_eq!(found(Hosts { domains: None, zones: None, ..hosts }), [""; 0]);
}

#[test]
fn a_certificate_that_nothing_has_is_left_behind() {
    let mut hosts = clean();
    zone(&mut hosts).certificates.get_or_insert_default().extend([
        certificate("old", "advanced", &["app-pr-1.example.com"]),
        certificate("wild", "advanced", &["*.app.example.com"]),
        certificate("apex", "advanced", &["example.com"]),
    ]);
    let stale = "info stale-certificate certificate app-pr-1.example.com";
    assert_eq!(found(hosts.clone()), [stale]);
    let with = |change: fn(&mut Hosts)| {
        let mut hosts = hosts.clone();
        change(&mut hosts);
        found(hosts)
    };
    // A state has the hostname, or a wildcard route leads it to a Worker.
    let leaving = |hosts: &mut Hosts| {
        let row = domain("pr-1", "app-pr-1.example.com", "");
        hosts.rows.push(HostRow { deleting: true, ..row });
    };
    assert_eq!(with(leaving), [""; 0]);
    let wildcard = |hosts: &mut Hosts| {
        routes(hosts).push(leads("*.example.com/*", "w", None));
    };
    assert_eq!(with(wildcard), [""; 0]);
    // Without the lists that would say who has it, nothing is said.
    assert_eq!(with(|hosts| zone(hosts).routes = None), [""; 0]);
    assert_eq!(with(|hosts| hosts.domains = None), [""; 0]);
    assert_eq!(with(|hosts| zone(hosts).certificates = None), [""; 0]);
}

#[test]
fn limits_of_a_zone() {
    let full = |domains: usize, patterns: usize| {
        let mut hosts = Hosts { rows: vec![], ..clean() };
        let id = |at: usize| format!("{at}");
        hosts.domains = Some((0..domains).map(|at| attached(&id(at), &id(at), "theirs")).collect());
        *routes(&mut hosts) = (0..patterns).map(|at| leads(&id(at), &id(at), None)).collect();
        hosts
    };
    let near = |hosts: Hosts| {
        let mut all = found(hosts);
        all.retain(|one| one.contains("quota"));
        all
    };
    assert_eq!(near(full(79, 799)), [""; 0]);
    let expected = ["warning quota domain example.com", "warning quota route example.com"];
    assert_eq!(near(full(80, 800)), expected);
    assert_eq!(near(full(100, 1000)), expected.map(|one| one.replace("warning", "error")));
    let quotas = |hosts: Hosts| -> Vec<Quota> {
        let mut all = judge(WORKERS, &asked(hosts)).summary.quotas;
        all.retain(|one| one.zone.is_some());
        all
    };
    let of = |kind, used, limit| Quota { kind, zone: Some("example.com".into()), used, limit };
    assert_eq!(quotas(full(80, 3)), [of("domain", 80, 100), of("route", 3, 1000)]);
    // What was not listed is not counted.
    let mut unread = full(80, 800);
    zone(&mut unread).routes = None;
    assert_eq!(quotas(unread), [of("domain", 80, 100)]);
}

#[test]
fn stages_have_their_hosts_in_the_matrix() {
    let cells = judge(WORKERS, &asked(clean())).summary.matrix;
    let shown: Vec<_> = cells.iter().map(|one| (one.kind, one.resources)).collect();
    assert_eq!(shown, [("domain", 1), ("route", 1), ("worker", 1)]);
}
