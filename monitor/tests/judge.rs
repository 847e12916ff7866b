//! What the judge finds, and what it does not.
#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]

use alch_blocks_monitor::{
    ArmedStage, Code, Crons, Finding, Judge, Options, Report, Severity, Source, Undecided, Unknown,
};

/// Everything was asked, and answered.
fn asked() -> Options {
    Options { asked: vec![Source::State, Source::Account, Source::Source], ..Options::default() }
}

fn judge(lines: &[&str], options: &Options) -> Report {
    let mut judge = Judge::new();
    judge.add(&lines.join("\n").replace(' ', "\t"));
    judge.judge(options)
}

/// Lines of `kind name app stage id source place flags`, with `-` for what is not known.
fn found(lines: &[&str]) -> Vec<(Code, Severity, String)> {
    found_with(lines, &asked())
}

fn found_with(lines: &[&str], options: &Options) -> Vec<(Code, Severity, String)> {
    let report = judge(lines, options);
    for finding in &report.findings {
        assert!(!finding.help.is_empty() && !finding.message.is_empty(), "{finding:?}");
    }
    let short = |finding: alch_blocks_monitor::Finding| {
        (finding.code, finding.severity, format!("{} {}", finding.kind, finding.name))
    };
    report.findings.into_iter().map(short).collect()
}

fn one(code: Code, severity: Severity, what: &str) -> Vec<(Code, Severity, String)> {
    vec![(code, severity, what.to_owned())]
}

const CLEAN: &[&str] = &[
    "database db-prod shop prod db state",
    "database db-prod    account",
    "database db-pr-1 shop pr-1 db state",
    "database db-pr-1    account",
];

fn with<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    [CLEAN, lines].concat()
}

#[test]
fn nothing_is_found_in_order() {
    assert_eq!(found(CLEAN), []);
    assert_eq!(found(&[]), []);
}

#[test]
fn a_stage_with_a_row_of_its_own_is_armed() {
    let armed = |app: &str, stage: &str| Options {
        armed: vec![ArmedStage { app: app.to_owned(), stage: stage.to_owned() }],
        ..asked()
    };
    let worker = ["worker api-prod shop prod api state", "worker api-prod    account"];
    let lines = with(&worker);
    let data = one(Code::ArmedStage, Severity::Error, "database db-prod");
    assert_eq!(found_with(&lines, &armed("shop", "prod")), data);
    let without = one(Code::ArmedStage, Severity::Warning, "worker api-prod");
    assert_eq!(found_with(&worker, &armed("shop", "prod")), without);
    assert_eq!(found_with(&lines, &armed("shop", "dev")), []);
    assert_eq!(found_with(&lines, &armed("blog", "prod")), []);
    // What the stage holds does not make it another finding.
    let print = |lines: &[&str]| {
        judge(lines, &armed("shop", "prod"))
            .findings
            .into_iter()
            .map(|one| one.fingerprint)
            .collect::<Vec<_>>()
    };
    assert_eq!(print(&lines), print(&worker));
    let message = &judge(&lines, &armed("shop", "prod")).findings[0].message;
    assert!(
        message.ends_with("deletes stage `prod`: the database `db-prod` and 1 more"),
        "{message}"
    );
}

#[test]
fn one_name_of_two_owners_is_a_collision() {
    let shared = ["bucket files shop prod files state", "bucket files shop pr-1 files state"];
    let account = "bucket files    account";
    let collision = one(Code::Collision, Severity::Error, "bucket files");
    assert_eq!(found(&[&shared[..], &[account]].concat()), collision);
    // The same id of another app, and another id of the same stage.
    let apps = ["bucket files a prod files state", "bucket files b prod files state", account];
    assert_eq!(found(&apps), collision);
    let ids = ["bucket files a prod files state", "bucket files a prod other state", account];
    assert_eq!(found(&ids), collision);
    // Names of databases are compared without case, those of buckets are not.
    let cased =
        ["database DB a prod db state", "database db a dev db state", "database db    account"];
    assert_eq!(found(&cased), one(Code::Collision, Severity::Error, "database DB"));
    let places = [
        "bucket files a prod files state eu",
        "bucket files a dev files state",
        "bucket files    account eu",
        account,
    ];
    assert_eq!(found(&places), []);
}

#[test]
fn a_stage_in_the_name_makes_only_one_its_owner() {
    let account = "database db-prod    account";
    let collision = one(Code::Collision, Severity::Error, "database db-prod");
    let apps = ["database db-prod shop prod db state", "database db-prod blog prod db state"];
    assert_eq!(found(&[&apps[..], &[account]].concat()), collision);
    let ids = ["database db-prod shop prod db state", "database db-prod shop prod main state"];
    assert_eq!(found(&[&ids[..], &[account]].concat()), collision);
    let kept = [apps[0], "database db-prod blog prod db state  r", account];
    assert_eq!(found(&kept), one(Code::Collision, Severity::Info, "database db-prod"));
}

#[test]
fn what_another_is_about_to_delete_is_a_collision() {
    let (live, account) = ("database fixed shop prod db state", "database fixed    account");
    let collision = one(Code::Collision, Severity::Error, "database fixed");
    assert_eq!(found(&[live, "database fixed shop pr-1 db state  d", account]), collision);
    // It leaves the resource alone.
    assert_eq!(found(&[live, "database fixed shop pr-1 db state  rd", account]), []);
    // Nobody else has it: it is only left over.
    let orphan = one(Code::Orphan, Severity::Warning, "database fixed");
    assert_eq!(found(&["database fixed shop pr-1 db state  d", account]), orphan);
}

#[test]
fn what_a_replacement_is_about_to_delete_must_not_be_in_use() {
    let row = "database db-prod shop prod db state";
    let account = "database db-prod    account";
    let pending = "database db-prod shop prod db state  d";
    let collision = one(Code::Collision, Severity::Error, "database db-prod");
    assert_eq!(found(&[row, pending, account]), collision);
    // Put back in the source alone, where the next deploy would both want and delete it.
    let back =
        ["database db-new shop prod db state", pending, "database db-prod shop prod db source"];
    let then = found(&[&back[..], &[account, "database db-new    account"]].concat());
    let drift = one(Code::Drift, Severity::Warning, "database db-new");
    assert_eq!(then, [&collision[..], &drift].concat(), "and nobody says to deploy it again");
    // One of several names that the source gives, where another of them is in use.
    let several = [&back[..], &["database db-new shop prod db source", account]].concat();
    assert!(!found(&several).contains(&collision[0]));
    // Being destroyed itself: the deploy that declares it deletes nothing.
    assert!(!found(&[&back[1..], &[account]].concat()).contains(&collision[0]));
    // What has `delete: false` stays, and another name is what a replacement leaves behind.
    assert_eq!(found(&[row, "database db-prod shop prod db state  rd", account]), []);
    let left = "database db-old shop prod db state  d";
    assert_eq!(found(&[row, left, account, "database db-old    account"]).len(), 1);
}

#[test]
fn a_finding_stays_the_same_however_its_name_is_written() {
    let lines = ["database Fixed shop prod db state", "database fixed shop pr-1 db state"];
    let known = judge(&lines, &asked()).findings;
    let more = [&lines[..], &["database FIXED blog prod db state"]].concat();
    let then = judge(&more, &asked()).findings;
    let fingerprint = |findings: &[Finding]| {
        let shared = findings.iter().find(|finding| finding.code == Code::Collision);
        shared.map(|finding| finding.fingerprint.clone())
    };
    assert!(fingerprint(&known).is_some());
    assert_eq!(fingerprint(&known), fingerprint(&then));
}

#[test]
fn what_is_shared_on_purpose_is_only_said() {
    let lines = [
        "database db-prod shop prod db state  r",
        "database db-prod shop pr-1 db state  r",
        "database db-prod    account",
    ];
    assert_eq!(found(&lines), one(Code::Collision, Severity::Info, "database db-prod"));
    // The preview would delete it.
    let lines = [lines[0], "database db-prod shop pr-1 db state", lines[2]];
    assert_eq!(found(&lines), one(Code::Collision, Severity::Error, "database db-prod"));
}

#[test]
fn a_workflow_or_class_of_two_stages_is_shared() {
    let workflows = [
        "workflow Onboarding shop prod flow state",
        "workflow Onboarding shop pr-1 flow state",
        "workflow Onboarding    account",
    ];
    let expected = one(Code::SharedClass, Severity::Error, "workflow Onboarding");
    assert_eq!(found(&workflows), expected);
    let classes = [
        "durable-object api/Room shop prod room state",
        "durable-object api/Room shop pr-1 room state",
        "durable-object api/Room    account",
    ];
    assert_eq!(found(&classes), one(Code::SharedClass, Severity::Error, "durable-object api/Room"));
}

#[test]
fn base_names_that_can_meet_are_ambiguous() {
    let lines =
        with(&["database db-pr-prod shop prod other state", "database db-pr-prod    account"]);
    let report = judge(&lines, &asked());
    let [finding] = report.findings.as_slice() else { panic!("{report:?}") };
    assert_eq!(finding.code, Code::Ambiguous);
    assert_eq!(
        finding.message,
        "the database `db-pr-1` is `db` in the stage `pr-1`, and `db-pr` in the stage `1` would \
         have the same name"
    );
    assert_eq!(finding.claims.len(), 2);
}

#[test]
fn what_the_account_has_not_is_missing() {
    let lines = with(&["kv menu-prod shop prod menu state"]);
    assert_eq!(found(&lines), one(Code::Missing, Severity::Error, "kv menu-prod"));
    let deleting = with(&["kv menu-prod shop prod menu state  d"]);
    assert_eq!(found(&deleting), one(Code::Missing, Severity::Warning, "kv menu-prod"));
}

#[test]
fn what_no_state_has_is_an_orphan_or_foreign() {
    let orphan = |name: &str| one(Code::Orphan, Severity::Warning, &format!("database {name}"));
    // A stage that has nothing else, and one that has.
    assert_eq!(found(&with(&["database db-pr-12    account"])), orphan("db-pr-12"));
    assert_eq!(found(&with(&["database db-staging    account"])), orphan("db-staging"));
    let known = Options { stages: vec!["feature/x".to_owned()], ..asked() };
    let slug = alch_blocks::stage_slug("feature/x").unwrap_or_default();
    let line = format!("database db-{slug}    account");
    assert_eq!(found_with(&with(&[&line]), &known), orphan(&format!("db-{slug}")));
    let strange = "database other-prod    account";
    let info = one(Code::Orphan, Severity::Info, "database other-prod");
    assert_eq!(found(&with(&[strange])), info);
    // As people and Alchemy itself write a stage: in front, with underscores, and unclean ones.
    let stages = vec!["Feature/ü_2".to_owned(), "pr-7".to_owned()];
    let known = Options { stages, ..asked() };
    for name in ["pr-7-other", "other_pr-7", "other_pr_7", "shop-other-Feature---2", "PR-7-other"] {
        let line = format!("kv {name}    account");
        let info = one(Code::Orphan, Severity::Info, &format!("kv {name}"));
        assert_eq!(found_with(&with(&[&line]), &known), info, "{name}");
    }
    // Each as it is written, where several are spelled alike.
    let stages = vec!["pr-7".to_owned(), "pr_7".to_owned(), "feature/x".to_owned()];
    let known = Options { stages, ..asked() };
    let told = [("other-pr_7", "pr_7"), ("other-pr-7", "pr-7"), ("menu-feature/x", "feature/x")];
    for (name, stage) in told {
        let findings = judge(&with(&[&format!("kv {name}    account")]), &known).findings;
        let stages: Vec<_> = findings[0].claims.iter().map(|claim| claim.stage.clone()).collect();
        assert_eq!(stages, [Some(stage.to_owned())], "{name}");
    }
    // Blocks put a hyphen before the stage.
    let info = one(Code::Orphan, Severity::Info, "database db_prod");
    assert_eq!(found(&with(&["database db_prod    account"])), info);
    for name in ["pr-70-other", "xpr-7-other", "other-xpr-7", "pr-7-", "-pr-7", "other-pr-7x"] {
        let line = format!("kv {name}    account");
        let foreign = one(Code::Foreign, Severity::Info, &format!("kv {name}"));
        assert_eq!(found_with(&with(&[&line]), &known), foreign, "{name}");
    }
    for name in ["db-backup", "db", "notes", "db-pr-1x", "xdb-pr", "prod", "-prod"] {
        let line = format!("database {name}    account");
        let foreign = one(Code::Foreign, Severity::Info, &format!("database {name}"));
        assert_eq!(found(&with(&[&line])), foreign, "{name}");
    }
    let left = with(&["kv menu-prod shop prod menu state  d", "kv menu-prod    account"]);
    assert_eq!(found(&left), one(Code::Orphan, Severity::Warning, "kv menu-prod"));
}

/// Nothing that another app can own is to be deleted or adopted on the monitor's word.
#[test]
fn advice_about_what_no_state_has_deletes_nothing() {
    let possible = [
        "database db-qa shop qa db source  p",
        "queue jobs-qa shop qa jobs source  p",
        "queue jobs-qa blog qa jobs source  p",
    ];
    let account = [
        "database db-qa    account",
        "database db-staging    account",
        "queue jobs-qa    account",
        "kv other-prod    account",
        "kv notes    account",
    ];
    let report = judge(&with(&[&possible[..], &account].concat()), &asked());
    let codes: Vec<_> = report.findings.iter().map(|one| (one.name.as_str(), one.code)).collect();
    assert_eq!(
        codes,
        [
            ("db-qa", Code::Orphan),
            ("db-staging", Code::Orphan),
            ("jobs-qa", Code::Orphan),
            ("other-prod", Code::Orphan),
            ("notes", Code::Foreign)
        ]
    );
    for finding in &report.findings {
        let text = format!("{} {}", finding.message, finding.help);
        assert!(!text.contains("delete"), "{text}");
        // One program says that it makes it, and no other can.
        let adopts = finding.help.contains("with `adopt: true`");
        assert_eq!(adopts, finding.name == "db-qa", "{text}");
    }
}

#[test]
fn what_an_app_without_a_state_can_own_is_unknown() {
    let unread = |app: &str| Options { unread: vec![app.to_owned()], ..asked() };
    let admin =
        ["database admin-prod admin prod db source  p", "queue admin-jobs admin  jobs source  p"];
    let lines = |account: &[&'static str]| with(&[&admin[..], account].concat());
    // By its name in a stage, and by its base name in any.
    for account in ["database admin-prod    account", "queue admin-jobs-odd-1a2b    account"] {
        let report = judge(&lines(&[account]), &unread("admin"));
        assert_eq!((report.findings, report.unread), (vec![], vec!["admin".to_owned()]));
    }
    // It is not deployed here, which only a whole account can show.
    let left = "database db-qa    account";
    assert_eq!(judge(&lines(&[left]), &unread("admin")).unread, [""; 0]);
    let offline = Options { asked: vec![Source::State], ..unread("admin") };
    assert_eq!(judge(&lines(&[]), &offline).unread, ["admin"]);
    // What others have is judged all the same.
    let known = Options { stages: vec!["qa".to_owned()], ..unread("admin") };
    let orphan = one(Code::Orphan, Severity::Warning, "database db-qa");
    assert_eq!(found_with(&lines(&[left]), &known), orphan);
}

#[test]
fn an_app_without_a_state_can_own_any_name_of_a_kind_that_it_names_in_an_unknown_way() {
    let options = |kind: &str| Options {
        unread: vec!["blog".to_owned()],
        undecided: vec![undecided("blog", kind)],
        ..asked()
    };
    let lines = with(&["database db-qa shop qa db source  p", "database db-qa    account"]);
    let report = judge(&lines, &options("database"));
    assert_eq!((report.findings, report.unread), (vec![], vec!["blog".to_owned()]));
    let report = judge(&lines, &options("queue"));
    assert_eq!((report.findings.len(), report.unread.len()), (1, 0));
    // Where all that there is has an owner, the app is not deployed.
    assert_eq!(judge(CLEAN, &options("database")).unread, [""; 0]);
}

#[test]
fn only_what_one_resource_alone_can_own_is_to_be_adopted() {
    let makes = "database db-qa shop qa db source  p";
    let help = |lines: &[&str], options: &Options| {
        let lines = with(&[lines, &["database db-qa    account"]].concat());
        let findings = judge(&lines, options).findings;
        let orphan = findings.into_iter().find(|one| one.name == "db-qa");
        orphan.map(|one| one.help).unwrap_or_default()
    };
    let adopts = |lines: &[&str], options: &Options| {
        let help = help(lines, options);
        assert!(!help.is_empty());
        help.contains("adopt: true")
    };
    assert!(help(&[makes], &asked()).contains("find out who made it first"));
    assert!(adopts(&[makes], &asked()));
    // Two ids of one app, and two stages.
    assert!(!adopts(&[makes, "database db-qa shop qa other source  p"], &asked()));
    assert!(!adopts(&[makes, "database db-qa shop dev db source  p"], &asked()));
    // It has a row under another name, which the deploy would replace.
    let row = ["database old-qa shop qa db state", "database old-qa    account"];
    assert!(!adopts(&[&[makes], &row[..]].concat(), &asked()));
    // An app whose state was read can have another that was not.
    let open = |kind| Options { undecided: vec![undecided("blog", kind)], ..asked() };
    assert!(!adopts(&[makes], &open("database")));
    assert!(adopts(&[makes], &open("queue")));
    let unread = Unknown { source: Source::Source, kind: None, place: None };
    assert!(!adopts(&[makes], &Options { unknown: vec![unread], ..asked() }));
    let partial = Options { partial: true, ..asked() };
    assert!(!adopts(&[makes], &partial));
    assert!(help(&[makes], &partial).contains("without paths"));
}

fn undecided(app: &str, kind: &str) -> Undecided {
    Undecided { app: app.to_owned(), kind: kind.to_owned() }
}

#[test]
fn classes_go_with_a_script_that_nobody_has() {
    let class = "durable-object api-pr-1/Room    account";
    let both = with(&["worker api-pr-1    account", class]);
    assert_eq!(found(&both), one(Code::Orphan, Severity::Info, "worker api-pr-1"));
    let owned = with(&["worker api-pr-1 shop pr-1 api state", "worker api-pr-1    account", class]);
    assert_eq!(found(&owned), one(Code::Orphan, Severity::Warning, "durable-object api-pr-1/Room"));
}

#[test]
fn another_name_in_the_source_is_drift() {
    let lines = with(&["database data-prod shop prod db source"]);
    assert_eq!(found(&lines), one(Code::Drift, Severity::Warning, "database db-prod"));
    // One of several that it may have; another app; a stage that is not deployed.
    let same = "database db-prod shop prod db source";
    assert_eq!(found(&with(&["database data-prod shop prod db source", same])), []);
    assert_eq!(found(&with(&["database data-prod blog prod db source"])), []);
    assert_eq!(found(&with(&["database data-pr-9 shop pr-9 db source"])), []);
    // A name that both stages will have.
    let both = with(&["database fixed shop prod db source", "database fixed shop pr-1 db source"]);
    let codes: Vec<Code> = found(&both).into_iter().map(|(code, ..)| code).collect();
    assert_eq!(codes, [Code::Collision, Code::Drift, Code::Drift]);
}

#[test]
fn limits_are_told_from_eighty_percent_on() {
    let lines = |number: usize| -> Vec<String> {
        let both = |at| {
            [
                format!("database n{at}-prod s prod n{at} state"),
                format!("database n{at}-prod    account"),
            ]
        };
        (0..number).flat_map(both).collect()
    };
    let free = Options { plan: alch_blocks_monitor::Plan::Free, ..asked() };
    let codes = |number, options: &Options| {
        let lines = lines(number);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        found_with(&lines, options)
    };
    assert_eq!(codes(7, &free), []);
    assert_eq!(codes(8, &free), one(Code::Quota, Severity::Warning, "database "));
    assert_eq!(codes(10, &free), one(Code::Quota, Severity::Error, "database "));
    assert_eq!(codes(10, &asked()), []);
}

#[test]
fn cron_triggers_are_counted_by_script() {
    let with = |plan, all: &[(&str, u64)]| {
        let crons = |(script, used): &(&str, u64)| Crons { script: (*script).into(), used: *used };
        Options { plan, crons: all.iter().map(crons).collect(), ..asked() }
    };
    let (free, paid) = (alch_blocks_monitor::Plan::Free, alch_blocks_monitor::Plan::Paid);
    let twice = [("api-prod", 2), ("api-prod", 1), ("api-pr-1", 1)];
    assert_eq!(found_with(&[], &with(free, &twice)), []);
    let quotas = judge(&[], &with(free, &twice)).summary.quotas;
    let cron = quotas.iter().find(|quota| quota.kind == "cron").map(|it| (it.used, it.limit));
    assert_eq!(cron, Some((3, 5)));
    let near = with(free, &[("api-prod", 2), ("api-pr-1", 2)]);
    assert_eq!(found_with(&[], &near), one(Code::Quota, Severity::Warning, "cron "));
    assert_eq!(
        found_with(&[], &with(free, &[("api", 5)])),
        one(Code::Quota, Severity::Error, "cron ")
    );
    assert_eq!(found_with(&[], &with(paid, &[("api", 199)])), []);
    assert_eq!(
        found_with(&[], &with(paid, &[("api", 200)])),
        one(Code::Quota, Severity::Warning, "cron ")
    );
    assert!(judge(&[], &with(paid, &[])).summary.quotas.iter().all(|quota| quota.kind != "cron"));
}

#[test]
fn what_is_unknown_is_not_empty() {
    let without = |source, kind: Option<&str>| Options {
        unknown: vec![Unknown { source, kind: kind.map(str::to_owned), place: None }],
        ..asked()
    };
    let rows = ["database db-prod shop prod db state", "kv menu-prod shop prod menu state"];
    let missing = "kv menu-prod";
    let unknown = without(Source::Account, Some("database"));
    assert_eq!(found_with(&rows, &unknown), one(Code::Missing, Severity::Error, missing));
    assert_eq!(
        judge(&rows, &unknown)
            .summary
            .quotas
            .iter()
            .filter(|quota| quota.kind == "database")
            .count(),
        0
    );
    assert_eq!(found_with(&rows, &without(Source::Account, None)), []);
    let only_state = Options { asked: vec![Source::State], ..Options::default() };
    assert_eq!(found_with(&rows, &only_state), []);
    let items = ["database db-prod    account", "kv notes    account"];
    assert_eq!(found_with(&items, &without(Source::State, None)), []);
    let only_account = Options { asked: vec![Source::Account], ..Options::default() };
    assert_eq!(found_with(&items, &only_account), []);
}

#[test]
fn what_is_unknown_in_one_place_is_known_in_others() {
    let lines = ["bucket a-prod shop prod a state eu", "bucket b-prod shop prod b state"];
    let unknown = |place: &str| Unknown {
        source: Source::Account,
        kind: Some("bucket".to_owned()),
        place: Some(place.to_owned()),
    };
    let without = |places: &[&str]| Options {
        unknown: places.iter().map(|place| unknown(place)).collect(),
        ..asked()
    };
    let missing = |what| one(Code::Missing, Severity::Error, what);
    assert_eq!(found_with(&lines, &without(&["eu", "us"])), missing("bucket b-prod"));
    assert_eq!(found_with(&lines, &without(&[""])), missing("bucket a-prod"));
    // How many there are in all is not known.
    let listed = |options: &Options| {
        judge(&lines, options).summary.quotas.iter().any(|quota| quota.kind == "bucket")
    };
    assert!(listed(&asked()) && !listed(&without(&["us"])));
}

#[test]
fn two_versions_that_hold_one_resource_are_found() {
    let old = "database db-prod shop prod db state";
    let new = "database db-prod shop prod api/db state  2";
    let there = "database db-prod    account";
    let two = |severity| one(Code::TwoVersions, severity, "database db-prod");
    assert_eq!(found(&[old, new, there]), two(Severity::Error));
    // Under one id, too, and whatever the source says.
    let same = "database db-prod shop prod db state  2";
    let source = "database db-prod shop prod db source";
    assert_eq!(found(&[old, same, source, there]), two(Severity::Error));
    let kept =
        ["database db-prod shop prod db state  r", "database db-prod shop prod db state  r2"];
    assert_eq!(found(&[kept[0], kept[1], there]), two(Severity::Warning));
    // One that is retired is none.
    assert_eq!(found(&[same, source, there]), []);
    // What Alchemy 2 is about to delete is still the other's.
    let replaced = "database db-prod shop prod db state  d2";
    let code = found(&[old, replaced, there]);
    assert_eq!(code, one(Code::Collision, Severity::Error, "database db-prod"));
}

#[test]
fn versions_do_not_hide_that_stages_share_a_name() {
    let lines = [
        "queue jobs shop prod jobs state",
        "queue jobs shop pr-1 jobs state  2",
        "queue jobs shop pr-2 jobs state  2",
        "queue jobs    account",
    ];
    assert_eq!(found(&lines), one(Code::Collision, Severity::Error, "queue jobs"));
    // A class is told with its script.
    let lines = [
        "worker api shop prod api state",
        "worker api shop prod api state  2",
        "worker api    account",
        "durable-object api/Room shop prod room state",
        "durable-object api/Room shop prod ROOM state  2",
        "durable-object api/Room    account",
    ];
    assert_eq!(found(&lines), one(Code::TwoVersions, Severity::Error, "worker api"));
}

#[test]
fn sums_are_right() {
    let lines = with(&["kv menu-prod shop prod menu state", "queue notes    account"]);
    let summary = judge(&lines, &asked()).summary;
    assert_eq!((summary.claims, summary.names), (6, 4));
    assert_eq!(summary.stages, ["pr-1", "prod"]);
    assert_eq!(summary.apps, ["shop"]);
    assert_eq!(summary.by_code.into_iter().collect::<Vec<_>>(), [("foreign", 1), ("missing", 1)]);
    assert_eq!(summary.by_stage.into_iter().collect::<Vec<_>>(), [("prod".to_owned(), 1)]);
    let cells: Vec<_> = summary
        .matrix
        .iter()
        .map(|cell| (cell.stage.as_str(), cell.kind, cell.resources, cell.findings))
        .collect();
    assert_eq!(
        cells,
        [("pr-1", "database", 1, 0), ("prod", "database", 1, 0), ("prod", "kv", 1, 1)]
    );
}
