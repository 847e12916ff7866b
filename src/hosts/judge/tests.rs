use super::{
    Domain, HostAccount, HostClaim, HostVerdict, Record, Route, Zone, judge_host, judge_records,
};
use crate::ledger::OnRename;
use crate::stage::Stage;

fn account() -> HostAccount {
    HostAccount {
        zones: Some(vec![zone("example.com")]),
        domains: Some(Vec::new()),
        routes: Some(Vec::new()),
        records: Some(Vec::new()),
        certificates: Some(Vec::new()),
    }
}

fn zone(name: &str) -> Zone {
    Zone { id: format!("id of {name}"), name: name.to_owned(), active: true }
}

fn domain(hostname: &str, script: &str) -> Domain {
    Domain { hostname: hostname.to_owned(), script: script.to_owned(), ours: false }
}

fn route(pattern: &str, script: &str) -> Route {
    let (id, pattern) = (format!("id of {pattern}"), pattern.to_owned());
    Route { id, pattern, script: Some(script.to_owned()), ours: false }
}

fn record(name: &str) -> Record {
    let (name, kind) = (name.to_owned(), "AAAA".to_owned());
    Record { name, kind, proxied: true, ..Record::default() }
}

fn claim(name: &str) -> HostClaim {
    let (id, name, script) = ("id".to_owned(), name.to_owned(), "api-pr-1".to_owned());
    HostClaim { id, route: name.contains('/'), name, script, ..HostClaim::default() }
}

fn judged(claim: &HostClaim, account: &HostAccount) -> Result<HostVerdict, String> {
    judge_host(claim, account).map_err(|error| crate::Error::from(error).code())
}

const HOST: &str = "app-pr-1.example.com";
const FREE: HostVerdict = HostVerdict { adopt: false, takes: false, keep: false };

#[test]
fn a_free_hostname_is_taken() {
    assert_eq!(judged(&claim(HOST), &account()), Ok(FREE));
}

#[test]
fn what_is_unknown_refuses_nothing() {
    for name in [HOST, "app.example.com/*", "*.example.com/*"] {
        assert_eq!(judged(&claim(name), &HostAccount::default()), Ok(FREE), "{name}");
    }
}

#[test]
fn a_zone_has_to_be_there_and_active() {
    let none = HostAccount { zones: Some(Vec::new()), ..account() };
    let pending = Zone { active: false, ..zone("app.example.com") };
    let mut inner = account();
    inner.zones.get_or_insert_default().push(pending);
    for name in [HOST, "app-pr-1.example.com/*"] {
        assert_eq!(judged(&claim(name), &none), Err("zone-missing".to_owned()), "{name}");
    }
    let below = claim("x.app.example.com");
    assert_eq!(judged(&below, &inner), Err("zone-missing".to_owned()));
    assert_eq!(judged(&claim("x.badexample.com"), &account()), Err("zone-missing".to_owned()));
}

#[test]
fn another_scripts_hostname_is_not_taken() {
    let mut held = account();
    held.domains = Some(vec![domain(HOST, "api-prod")]);
    assert_eq!(judged(&claim(HOST), &held), Err("hostname-taken".to_owned()));
    let taking = HostClaim { take_from: vec!["api-prod".to_owned()], ..claim(HOST) };
    let takes = HostVerdict { adopt: true, takes: true, keep: false };
    assert_eq!(judged(&taking, &held), Ok(takes));
    let other = HostClaim { take_from: vec!["api".to_owned()], ..claim(HOST) };
    assert_eq!(judged(&other, &held), Err("hostname-taken".to_owned()));
    held.domains = Some(vec![domain(HOST, "api-pr-1")]);
    let own = HostVerdict { adopt: true, takes: false, keep: false };
    assert_eq!(judged(&claim(HOST), &held), Ok(own), "a lost state is repaired");
    held.domains = Some(vec![Domain { ours: true, ..domain(HOST, "old-pr-1") }]);
    assert_eq!(judged(&claim(HOST), &held), Ok(takes), "one Worker of the stage hands it over");
}

#[test]
fn a_dns_record_holds_its_hostname() {
    let mut held = account();
    held.records = Some(vec![record(HOST)]);
    assert_eq!(judged(&claim(HOST), &held), Err("hostname-taken".to_owned()));
    held.records = Some(vec![Record { bucket: Some("files".to_owned()), ..record(HOST) }]);
    let refusal = judge_host(&claim(HOST), &held).map_err(|error| error.to_string());
    assert!(refusal.is_err_and(|message| message.contains("the R2 bucket `files`")));
    held.records = Some(vec![Record { managed: true, ..record(HOST) }]);
    assert_eq!(judged(&claim(HOST), &held), Ok(FREE), "it is left of a domain");
}

#[test]
fn another_scripts_route_is_not_taken() {
    let mut held = account();
    held.records = Some(vec![record(HOST)]);
    let pattern = "app-pr-1.example.com/api/*";
    held.routes = Some(vec![route("APP-pr-1.example.com/api/*", "api-prod")]);
    assert_eq!(judged(&claim(pattern), &held), Err("route-taken".to_owned()));
    held.routes = Some(vec![Route { script: None, ..route(pattern, "") }]);
    assert_eq!(judged(&claim(pattern), &held), Err("route-taken".to_owned()));
    held.routes = Some(vec![route(pattern, "api-pr-1")]);
    let own = HostVerdict { adopt: true, takes: false, keep: false };
    assert_eq!(judged(&claim(pattern), &held), Ok(own));
}

#[test]
fn a_wildcard_swallows_no_other_scripts_hostname() {
    let mut held = account();
    held.domains = Some(vec![domain("app-pr-2.example.com", "api-pr-2")]);
    let wildcard = claim("*.example.com/*");
    assert_eq!(judged(&wildcard, &held), Err("route-swallows".to_owned()));
    assert_eq!(
        judged(&claim("*.example.com/api/*"), &held),
        Ok(FREE),
        "the page itself is not its"
    );
    held.routes = Some(vec![route("app-pr-2.example.com/*", "api-pr-2")]);
    assert_eq!(judged(&wildcard, &held), Ok(FREE), "a route of its own answers first");
    held.domains = Some(vec![Domain { ours: true, ..domain("a.example.com", "api") }]);
    assert_eq!(judged(&wildcard, &held), Ok(FREE));
}

#[test]
fn a_hostname_under_another_scripts_wildcard_is_refused() {
    let mut held = account();
    held.routes = Some(vec![route("*.example.com/*", "api-prod")]);
    assert_eq!(judged(&claim(HOST), &held), Err("route-swallows".to_owned()));
    let own = route("app-pr-1.example.com/*", "api-pr-1");
    held.routes.get_or_insert_default().push(own);
    assert_eq!(judged(&claim(HOST), &held), Ok(FREE));
    held.routes = Some(vec![Route { script: None, ..route("*.example.com/*", "") }]);
    assert_eq!(judged(&claim(HOST), &held), Ok(FREE), "it leads past all Workers on purpose");
}

#[test]
fn a_route_needs_a_record_and_a_certificate() {
    let mut held = account();
    let shallow = claim("app-pr-1.example.com/*");
    assert_eq!(judged(&shallow, &held), Err("dns-missing".to_owned()));
    held.records = Some(vec![Record { proxied: false, ..record(HOST) }]);
    assert_eq!(judged(&shallow, &held), Err("dns-missing".to_owned()));
    held.records = Some(vec![record("*.example.com")]);
    assert_eq!(judged(&shallow, &held), Ok(FREE));
    let deep = claim("a.app.example.com/*");
    assert_eq!(judged(&deep, &held), Err("tls-uncovered".to_owned()));
    held.certificates = Some(vec!["*.app.example.com".to_owned()]);
    assert_eq!(judged(&deep, &held), Ok(FREE));
    held.records.get_or_insert_default().push(record("app.example.com"));
    assert_eq!(judged(&deep, &held), Err("dns-missing".to_owned()), "a name ends the search");
    let with_domain = HostClaim { domains: vec!["a.app.example.com".to_owned()], ..deep.clone() };
    assert_eq!(judged(&with_domain, &held), Ok(FREE), "it is about to be made");
    held.domains = Some(vec![domain("a.app.example.com", "api-pr-1")]);
    assert_eq!(judged(&deep, &held), Ok(FREE), "a domain brings both");
}

#[test]
fn another_hostname_would_leave_the_old_one_attached() {
    let renamed = HostClaim { deployed: Some("old.example.com".to_owned()), ..claim(HOST) };
    assert_eq!(judged(&renamed, &account()), Err("would-orphan".to_owned()));
    let chosen = |choice| HostClaim { on_rename: Some(choice), ..renamed.clone() };
    let kept = HostVerdict { keep: true, ..FREE };
    assert_eq!(judged(&chosen(OnRename::Keep), &account()), Ok(kept));
    assert_eq!(judged(&chosen(OnRename::Replace), &account()), Ok(FREE));
    let same = HostClaim { deployed: Some(HOST.to_owned()), ..claim(HOST) };
    assert_eq!(judged(&same, &account()), Ok(FREE));
}

#[test]
fn what_stands_already_goes_on() {
    let mut held = account();
    let wildcard = "*.example.com/*";
    held.routes = Some(vec![route(wildcard, "api-pr-1"), route("b.example.com/*", "api-pr-1")]);
    held.domains = Some(vec![domain("app-pr-2.example.com", "api-pr-2")]);
    let own = HostVerdict { adopt: true, takes: false, keep: false };
    assert_eq!(judged(&claim(wildcard), &held), Ok(own), "a preview does not stop production");
    assert_eq!(judged(&claim("b.example.com/*"), &held), Ok(own), "it needs no record to go on");
    held.domains = Some(vec![domain(HOST, "api-pr-1")]);
    held.routes = Some(vec![route(wildcard, "api-prod")]);
    assert_eq!(judged(&claim(HOST), &held), Ok(own));
}

#[test]
fn a_zone_may_be_named_by_its_id() {
    let named = |name: &str, id: &str| HostClaim { zone_id: Some(id.to_owned()), ..claim(name) };
    for pattern in ["*/*", "shop.customer.com/*"] {
        assert_eq!(judged(&named(pattern, "id of example.com"), &account()), Ok(FREE), "{pattern}");
        assert_eq!(
            judged(&claim(pattern), &account()),
            Err("zone-missing".to_owned()),
            "{pattern}"
        );
    }
    let foreign = named(HOST, "id of example.org");
    assert_eq!(judged(&foreign, &account()), Err("zone-missing".to_owned()));
}

/// Of the stage `pr-1`, which may not touch what is another's.
fn of_preview(name: &str) -> HostClaim {
    HostClaim { own_script: true, preview: Stage::new("pr-1").ok(), ..claim(name) }
}

/// `app.example.com` is production's.
fn production() -> HostAccount {
    HostAccount {
        domains: Some(vec![domain("app.example.com", "api-prod")]),
        routes: Some(vec![route("www.example.com/*", "web-prod")]),
        records: Some(vec![record("*.example.com")]),
        ..account()
    }
}

#[test]
fn a_preview_answers_at_no_path_of_another_stages_host() {
    let held = production();
    for pattern in [
        "app.example.com/*",
        "app.example.com/api/*",
        "https://APP.example.com./*",
        "www.example.com/api/*",
        "https://www.example.com/*",
    ] {
        let preview = of_preview(pattern);
        assert_eq!(judged(&preview, &held), Err("route-taken".to_owned()), "{pattern}");
        let protected = HostClaim { preview: None, ..preview.clone() };
        assert_eq!(judged(&protected, &held), Ok(FREE), "{pattern}: apps share it in production");
        let script = if pattern.contains("www") { "web-prod" } else { "api-prod" };
        let meant = HostClaim { take_from: vec![script.to_owned()], ..preview.clone() };
        assert_eq!(judged(&meant, &held), Ok(FREE), "{pattern}");
        let mut own = held.clone();
        own.domains.iter_mut().flatten().for_each(|domain| domain.ours = true);
        own.routes.iter_mut().flatten().for_each(|route| route.ours = true);
        assert_eq!(judged(&preview, &own), Ok(FREE), "{pattern}");
    }
    for pattern in ["*.example.com/api/*", "*app.example.com/x"] {
        let preview = of_preview(pattern);
        assert_eq!(judged(&preview, &held), Err("route-swallows".to_owned()), "{pattern}");
        assert_eq!(judged(&HostClaim { preview: None, ..preview }, &held), Ok(FREE), "{pattern}");
    }
}

#[test]
fn apps_of_one_preview_share_its_hostnames() {
    let mut held = production();
    held.domains = Some(vec![domain(HOST, "web"), domain("shop.example.com", "web-pr-1")]);
    for pattern in ["app-pr-1.example.com/api/*", "shop.example.com/api/*"] {
        assert_eq!(judged(&of_preview(pattern), &held), Ok(FREE), "{pattern}");
    }
    held.domains = Some(vec![domain("shop.example.com", "web-pr-12")]);
    let other = of_preview("shop.example.com/api/*");
    assert_eq!(judged(&other, &held), Err("route-taken".to_owned()));
}

#[test]
fn a_preview_does_not_adopt_what_leads_to_another_stages_script() {
    let held = production();
    for (name, script, code) in [
        ("app.example.com", "api-prod", "hostname-taken"),
        ("www.example.com/*", "web-prod", "route-taken"),
    ] {
        let script = script.to_owned();
        let shared = HostClaim { script, own_script: false, ..of_preview(name) };
        assert_eq!(judged(&shared, &held), Err(code.to_owned()), "{name}");
        let own = HostVerdict { adopt: true, ..FREE };
        let repaired = HostClaim { own_script: true, ..shared.clone() };
        assert_eq!(judged(&repaired, &held), Ok(own), "{name}");
        assert_eq!(judged(&HostClaim { preview: None, ..shared }, &held), Ok(own), "{name}");
    }
}

#[test]
fn a_route_that_somebody_else_has_by_now_is_not_changed() {
    let held = production();
    let moved = |id: &str| HostClaim { route_id: Some(id.to_owned()), ..claim("b.example.com/*") };
    let lost = moved("id of www.example.com/*");
    assert_eq!(judged(&lost, &held), Err("route-taken".to_owned()));
    assert_eq!(judged(&HostClaim { script: "web-prod".to_owned(), ..lost }, &held), Ok(FREE));
    assert_eq!(judged(&moved("another"), &held), Ok(FREE));
}

#[test]
fn a_route_is_taken_from_the_script_that_the_program_names() {
    let taken = HostClaim { take_from: vec!["web-prod".to_owned()], ..claim("www.example.com/*") };
    let adopts = HostVerdict { adopt: true, ..FREE };
    assert_eq!(judged(&taken, &production()), Ok(adopts));
}

#[test]
fn a_hostname_has_no_case() {
    let name = "APP.example.com.";
    let other = claim(name);
    assert_eq!(judged(&other, &production()), Err("hostname-taken".to_owned()));
}

fn judged_records(declared: &[(&str, &str)], held: Vec<Record>) -> Result<Vec<String>, String> {
    let made = |(kind, name): &(&str, &str)| Record {
        id: format!("{kind} {name}"),
        name: (*name).to_owned(),
        kind: (*kind).to_owned(),
        content: "1.1.1.1".to_owned(),
        ..Record::default()
    };
    let records = [("A", "www.example.com"), ("TXT", "example.com"), ("A", "www-pr-1.example.com")];
    let account = HostAccount { records: Some(records.iter().map(made).collect()), ..account() };
    let declared: Vec<_> = declared.iter().map(made).collect();
    let stage = Stage::new("pr-1").ok();
    judge_records("id of example.com", &declared, &held, stage.as_ref(), &account)
        .map_err(|error| crate::Error::from(error).code())
}

#[test]
fn a_preview_adds_nothing_to_another_stages_name() {
    let taken =
        [("A", "WWW.example.com."), ("A", "www"), ("AAAA", "www.example.com"), ("TXT", "@")];
    for one in taken {
        assert_eq!(judged_records(&[one], Vec::new()), Err("hostname-taken".to_owned()), "{one:?}");
    }
    let own = [("A", "www-pr-1.example.com"), ("AAAA", "www-pr-1")];
    for one in [("TXT", "www.example.com"), ("A", "x.example.com"), own[0], own[1]] {
        assert_eq!(judged_records(&[one], Vec::new()), Ok(Vec::new()), "{one:?}");
    }
}

#[test]
fn a_record_is_lost_when_another_stage_holds_it_or_has_changed_it() {
    let held = |content: &str, shared| {
        let (id, name) = ("A www.example.com".to_owned(), "www.example.com".to_owned());
        let (kind, content) = ("A".to_owned(), content.to_owned());
        vec![Record { id, name, kind, content, shared, ..Record::default() }]
    };
    let www = [("A", "www.example.com")];
    assert_eq!(judged_records(&www, held("1.1.1.1", false)), Ok(Vec::new()));
    for lost in [held("1.1.1.1", true), held("2.2.2.2", false)] {
        assert_eq!(judged_records(&[], lost).map(|ids| ids.len()), Ok(1));
    }
    assert_eq!(judged_records(&www, held("1.1.1.1", true)), Err("hostname-taken".to_owned()));
}
