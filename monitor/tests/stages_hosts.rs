//! Domains, routes, zones and DNS records of a stage that is torn down.
#![allow(clippy::panic, reason = "a test may stop where it stands")]

use alch_blocks_monitor::stages::{
    Action, AskedBy, Attached, Decision, Hosts, Listed, Pull, PullState, Question, Row, Verdict,
    decide,
};

const ZONE: &str = "zone-1";
const DOMAIN: &str = "cloudflare::CustomDomain";
const ROUTE: &str = "cloudflare::Route";

fn row(stage: &str, resource: &str, name: &str, identity: &str) -> Row {
    Row {
        app: "shop".into(),
        stage: stage.into(),
        id: name.into(),
        store: ".alchemy".into(),
        resource: resource.into(),
        status: "created".into(),
        name: name.into(),
        identity: identity.into(),
        deployed: true,
        hash: format!("{stage} {name}"),
        ..Row::default()
    }
}

fn worker(stage: &str) -> Row {
    let name = format!("api-{stage}");
    row(stage, "cloudflare::Worker", &name, &name)
}

/// A domain or a route of the Worker of a stage.
fn host(stage: &str, resource: &str, name: &str, identity: &str) -> Row {
    let uses = vec![format!("worker:api-{stage}")];
    Row { uses, zone: ZONE.into(), ..row(stage, resource, name, identity) }
}

fn attached(id: &str, script: Option<&str>) -> Attached {
    Attached { id: id.into(), script: script.map(str::to_owned) }
}

/// A preview with a domain and a route beside production, and a person who wants it to go.
fn preview() -> Question {
    let workers = [worker("pr-1"), worker("prod")];
    let listed = |row: &Row| Listed {
        kind: "worker".into(),
        name: row.name.clone(),
        id: row.identity.clone(),
        ..Listed::default()
    };
    Question {
        asked_by: AskedBy::Person,
        account: Some("acc".into()),
        listed: Some(workers.iter().map(listed).collect()),
        hosts: Hosts {
            domains: Some(vec![attached("d", Some("api-pr-1"))]),
            routes: [(ZONE.to_owned(), vec![attached("r", Some("api-pr-1"))])].into(),
            unread: vec![],
        },
        rows: workers
            .into_iter()
            .chain([
                host("pr-1", DOMAIN, "app-pr-1.example.com", "d"),
                host("pr-1", ROUTE, "app-pr-1.example.com/api/*", "r"),
            ])
            .collect(),
        ..Question::default()
    }
}

fn of(question: &Question) -> Decision {
    let decisions = decide(question).unwrap_or_default();
    let found = decisions.into_iter().find(|one| one.stage == "pr-1");
    found.unwrap_or_else(|| panic!("there is no stage"))
}

/// Of each step its action and what it is about.
fn steps(question: &Question) -> Vec<String> {
    let decision = of(question);
    assert_eq!(decision.verdict, Verdict::Sweep, "{}: {}", decision.code, decision.why);
    decision.steps.iter().map(|step| format!("{:?} {}", step.action, step.name)).collect()
}

#[track_caller]
fn stays(question: &Question, code: &str) -> Decision {
    let decision = of(question);
    assert_eq!((decision.verdict, decision.code), (Verdict::Keep, code), "{}", decision.why);
    decision
}

#[test]
fn domains_and_routes_go_before_their_worker() {
    let expected =
        ["Delete app-pr-1.example.com", "Delete app-pr-1.example.com/api/*", "Delete api-pr-1"];
    assert_eq!(steps(&preview()), expected);
    let decision = of(&preview());
    let hosts: Vec<_> = decision.hosts.iter().map(String::as_str).collect();
    assert_eq!(hosts, ["app-pr-1.example.com", "app-pr-1.example.com/api/*"]);
    let counts: Vec<_> = decision.resources.into_iter().collect();
    let one = |kind: &str| (kind.to_owned(), 1);
    assert_eq!(counts, [one("domain"), one("route"), one("worker")]);
}

#[test]
fn what_another_worker_has_by_now_stays() {
    let mut question = preview();
    question.hosts.domains = Some(vec![attached("d", Some("api-prod"))]);
    question.hosts.routes = [(ZONE.to_owned(), vec![attached("r", None)])].into();
    let expected = ["Drop app-pr-1.example.com", "Drop app-pr-1.example.com/api/*"];
    let taken = |question: &Question| {
        let mut all = steps(question);
        all.retain(|step| step.starts_with("Drop"));
        all
    };
    assert_eq!(taken(&question), expected);
    let why: Vec<_> = of(&question).steps.into_iter().map(|step| step.why.into_owned()).collect();
    assert!(why.contains(&"it stays: the Worker `api-prod` has it by now".to_owned()), "{why:?}");
    assert!(why.contains(&"it stays: it leads to no Worker by now".to_owned()), "{why:?}");
    // The stage whose Worker has it may hold it in its state, too.
    question.rows.push(host("prod", DOMAIN, "app.example.com", "d"));
    assert_eq!(taken(&question), expected);
    // What this stage has taken from another one is that one's.
    question.hosts.domains = Some(vec![attached("d", Some("api-pr-1"))]);
    stays(&question, "claimed");
}

#[test]
fn what_is_gone_is_no_reason_to_stay() {
    let mut question = preview();
    question.hosts.domains = Some(vec![]);
    question.hosts.routes = [(ZONE.to_owned(), vec![])].into();
    question.rows.push(host("prod", DOMAIN, "app.example.com", "d"));
    let expected =
        ["Delete api-pr-1", "Drop app-pr-1.example.com", "Drop app-pr-1.example.com/api/*"];
    let mut all = steps(&question);
    all.sort();
    assert_eq!(all, expected);
}

#[test]
fn what_is_not_listed_is_unknown_and_stays() {
    let mut question = preview();
    question.hosts.domains = None;
    question.hosts.unread = vec!["the token may not list domains".into()];
    let why = stays(&question, "host-unknown").why;
    assert_eq!(
        why,
        "nobody knows which Worker has `app-pr-1.example.com` by now: the token may not list domains"
    );
    let mut question = preview();
    question.hosts.routes = [("another".to_owned(), vec![])].into();
    stays(&question, "host-unknown");
    // What is retained is not touched, and what was never made is nowhere.
    for change in [|row: &mut Row| row.retained = true, |row: &mut Row| row.identity.clear()] {
        let mut question = preview();
        question.hosts = Hosts::default();
        question.rows.iter_mut().filter(|row| !row.zone.is_empty()).for_each(change);
        assert_eq!(of(&question).verdict, Verdict::Sweep);
    }
}

#[test]
fn a_host_of_a_script_of_nobody_is_for_a_person() {
    let mut question = preview();
    for row in question.rows.iter_mut().filter(|row| row.resource == ROUTE) {
        row.uses = vec!["worker:by-hand".into()];
    }
    question.hosts.routes = [(ZONE.to_owned(), vec![attached("r", Some("by-hand"))])].into();
    stays(&question, "strange-part");
}

#[test]
fn zones_and_records_stay_with_their_rows() {
    let mut question = preview();
    for resource in ["cloudflare::Zone", "cloudflare::DnsRecords"] {
        question.rows.push(row("pr-1", resource, resource, "some-id"));
    }
    let kept: Vec<_> = of(&question)
        .steps
        .into_iter()
        .filter(|step| step.action == Action::Keep)
        .map(|step| step.resource)
        .collect();
    assert_eq!(kept, ["cloudflare::Zone", "cloudflare::DnsRecords"]);
    assert_eq!(of(&question).verdict, Verdict::Sweep);
    // Once they are all that is left, no sweep takes the stage up again.
    question.rows.retain(|row| row.stage == "prod" || way_is_kept(row));
    question.asked_by = AskedBy::Sweep;
    question.apps = vec!["shop".into()];
    let closed = Pull { number: 1, state: PullState::Closed, closed_at: Some(1), running: false };
    question.pulls = vec![closed];
    stays(&question, "retained");
}

fn way_is_kept(row: &Row) -> bool {
    row.resource.ends_with("Zone") || row.resource.ends_with("DnsRecords")
}
