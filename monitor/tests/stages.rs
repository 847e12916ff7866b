//! Each row of the table of conditions, and that a protected stage always stays.
#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]

use alch_blocks_monitor::stages::{
    Action, AskedBy, Attached, Decision, Listed, Mark, Owner, Pull, PullState, Question, Row, Seen,
    StageRow, Unread, Verdict, Version, decide,
};
use proptest::prelude::*;

const ACCOUNT: &str = "acc";
const NOW: u64 = 1_000_000;
const CLOSED: u64 = 500_000;

fn row(stage: &str, resource: &str, id: &str) -> Row {
    Row {
        app: "shop".into(),
        stage: stage.into(),
        id: id.into(),
        store: ".alchemy".into(),
        resource: format!("cloudflare::{resource}"),
        status: "created".into(),
        name: format!("{id}-{stage}"),
        identity: format!("{id}-{stage}-id"),
        deployed: true,
        changed: Some(CLOSED),
        hash: format!("{id}-{stage}-hash"),
        ..Row::default()
    }
}

fn listed(kind: &str, row: &Row) -> Listed {
    Listed {
        kind: kind.into(),
        name: row.name.clone(),
        id: row.identity.clone(),
        ..Listed::default()
    }
}

fn pull(number: u64, state: PullState) -> Pull {
    Pull { number, state, closed_at: Some(CLOSED), running: false }
}

/// A stage that can be swept: a database of a closed pull request, marked by an earlier run.
fn closed() -> Question {
    let db = row("pr-1", "D1Database", "db");
    let mut question = Question {
        account: Some(ACCOUNT.into()),
        apps: vec!["shop".into()],
        now: Some(NOW),
        grace: 1000,
        listed: Some(vec![listed("database", &db)]),
        rows: vec![db],
        pulls: vec![pull(1, PullState::Closed)],
        ..Question::default()
    };
    mark(&mut question);
    question
}

/// Marks every stage as an earlier run would have.
fn mark(question: &mut Question) {
    let decisions = decide(question).unwrap_or_default();
    let marked = |one: Decision| Mark {
        app: one.app,
        stage: one.stage,
        hash: one.hash,
        closed_at: Some(CLOSED),
    };
    question.marks = decisions.into_iter().map(marked).collect();
}

fn asked() -> Question {
    Question { asked_by: AskedBy::Person, pulls: vec![], marks: vec![], apps: vec![], ..closed() }
}

fn of(question: &Question, stage: &str) -> Decision {
    let decisions = decide(question).unwrap_or_default();
    let found = decisions.into_iter().find(|one| one.stage == stage);
    found.unwrap_or_else(|| panic!("there is no stage {stage}"))
}

#[track_caller]
fn expect(question: &Question, verdict: Verdict, code: &str) {
    let decision = of(question, "pr-1");
    assert_eq!((decision.verdict, decision.code), (verdict, code), "{}", decision.why);
    assert!(!decision.why.is_empty());
}

#[test]
fn a_closed_marked_and_proven_stage_is_swept() {
    expect(&closed(), Verdict::Sweep, "closed");
    expect(&asked(), Verdict::Sweep, "asked");
}

#[test]
fn what_is_at_the_root_is_no_stage_and_keeps_what_it_shares() {
    let mut question = closed();
    question.rows.push(Row { stage: String::new(), ..row("pr-9", "Queue", "jobs") });
    mark(&mut question);
    assert_eq!(decide(&question).unwrap_or_default().len(), 1);
    expect(&question, Verdict::Sweep, "closed");
    question.rows.push(Row { stage: String::new(), ..row("pr-1", "D1Database", "db") });
    expect(&question, Verdict::Keep, "claimed");
    let why = of(&question, "pr-1").why;
    assert!(why.ends_with("a resource in the root of `shop`, which all stages share"), "{why}");
}

#[test]
fn a_protected_stage_stays_even_if_its_name_follows_the_pattern() {
    for protect in ["pr-1", "PR-1"] {
        let protect = vec![protect.to_owned()];
        expect(&Question { protect: protect.clone(), ..closed() }, Verdict::Keep, "protected");
        expect(&Question { protect, ..asked() }, Verdict::Keep, "protected");
    }
}

#[test]
fn only_whole_names_of_the_pattern_are_swept() {
    for (stage, code) in [
        ("prod", "protected"),
        ("Production", "protected"),
        ("dev-1", "personal"),
        ("DEV", "personal"),
        ("alice", "not-preview"),
        ("pr-1x", "not-preview"),
        ("pr-1/x", "not-preview"),
        ("xpr-1", "not-preview"),
        ("pr-01", "not-preview"),
        ("pr-", "not-preview"),
        ("PR-1", "not-preview"),
        ("pr-99999999999999999999", "not-preview"),
        ("pr-12", "pull-unknown"),
    ] {
        let mut question = closed();
        let kv = row(stage, "KVNamespace", "kv");
        question.listed.get_or_insert_default().push(listed("kv", &kv));
        question.rows.push(kv);
        mark(&mut question);
        let decision = of(&question, stage);
        assert_eq!((decision.verdict, decision.code), (Verdict::Keep, code), "{stage}");
        expect(&question, Verdict::Sweep, "closed");
    }
}

#[test]
fn another_pattern_is_taken_as_a_whole_name() {
    let mut question = Question { pattern: "preview-{number}-shop".into(), ..closed() };
    let db = row("preview-1-shop", "D1Database", "db");
    question.listed.get_or_insert_default().push(listed("database", &db));
    question.rows.push(db);
    mark(&mut question);
    assert_eq!(of(&question, "preview-1-shop").verdict, Verdict::Sweep);
    assert_eq!(of(&question, "pr-1").code, "not-preview");
    for pattern in ["{number}", "pr-", "{number}{number}", "pr-1{number}", "pr-{number}0"] {
        assert!(decide(&Question { pattern: pattern.into(), ..closed() }).is_err(), "{pattern}");
    }
}

#[test]
fn the_app_must_be_in_this_checkout() {
    expect(&Question { apps: vec!["blog".into()], ..closed() }, Verdict::Keep, "other-app");
}

/// A stage of Alchemy 2: its rows have other types, and workflows have their own.
fn of_alchemy_2() -> Question {
    let worker = Row { identity: "api-pr-1".into(), ..row("pr-1", "Worker", "api") };
    let flow = Row { uses: vec!["worker:api-pr-1".into()], ..row("pr-1", "Workflow", "flow") };
    let rows = [row("pr-1", "D1Database", "db"), worker, flow].map(|one| Row {
        version: Version::V2,
        resource: one.resource.replace("cloudflare::", "Cloudflare."),
        ..one
    });
    let script = Some("api-pr-1".into());
    let all = [
        listed("database", &rows[0]),
        listed("worker", &rows[1]),
        Listed { script, ..listed("workflow", &rows[2]) },
    ];
    let mut question = Question { listed: Some(all.into()), rows: rows.into(), ..closed() };
    mark(&mut question);
    question
}

#[test]
fn a_stage_of_alchemy_2_is_decided_by_the_same_table() {
    let question = of_alchemy_2();
    expect(&question, Verdict::Sweep, "closed");
    let names: Vec<_> = of(&question, "pr-1").steps.into_iter().map(|step| step.name).collect();
    assert_eq!(names, ["flow-pr-1", "api-pr-1", "db-pr-1"]);
    let mut protected = of_alchemy_2();
    protected.protect = vec!["pr-1".into()];
    expect(&protected, Verdict::Keep, "protected");
    for status in ["creating", "updating", "replacing"] {
        let mut begun = of_alchemy_2();
        begun.rows[0].status = status.into();
        expect(&begun, Verdict::Keep, "under-way");
        begun.asked_by = AskedBy::Person;
        begun.unfinished = true;
        expect(&begun, Verdict::Sweep, "asked");
        // Nobody can look for what Alchemy has yet to name.
        begun.rows[0].name = String::new();
        expect(&begun, Verdict::Keep, "under-way");
    }
    let mut both = of_alchemy_2();
    both.rows.push(row("pr-1", "D1Database", "db"));
    for decision in decide(&both).unwrap_or_default() {
        assert_eq!(decision.code, "claimed");
    }
}

#[test]
fn a_workflow_that_another_script_has_taken_over_is_for_a_person() {
    let mut question = of_alchemy_2();
    question.listed.get_or_insert_default()[2].script = Some("api-prod".into());
    expect(&question, Verdict::Keep, "another-resource");
}

#[test]
fn a_part_that_two_stages_hold_stays() {
    for resource in ["QueueConsumer", "R2Object"] {
        let part = |stage: &str| Row {
            identity: "one".into(),
            uses: vec![format!("database:db-{stage}-id")],
            ..row(stage, resource, "part")
        };
        let mut question = closed();
        question.rows.push(part("pr-1"));
        mark(&mut question);
        assert_eq!(of(&question, "pr-1").verdict, Verdict::Sweep, "{resource}");
        question.rows.push(part("prod"));
        // Objects of one key are others where their buckets are.
        let expected = if resource == "R2Object" { Verdict::Sweep } else { Verdict::Keep };
        assert_eq!(of(&question, "pr-1").verdict, expected, "{resource}");
    }
}

#[test]
fn what_may_be_adopted_stays() {
    for mut question in [closed(), asked()] {
        question.rows[0].adopted = true;
        mark(&mut question);
        assert_eq!(of(&question, "pr-1").code, "adopted");
    }
    let renamed = |question: &mut Question| {
        question.rows[0].name = "shop-db".into();
        question.listed = Some(vec![listed("database", &question.rows[0])]);
        mark(question);
    };
    let mut question = closed();
    renamed(&mut question);
    assert_eq!(of(&question, "pr-1").code, "adopted");
    question.rows[0].owner = Some(Owner { app: "shop".into(), stage: "pr-1".into() });
    assert_eq!(of(&question, "pr-1").code, "closed");
    let mut question = asked();
    renamed(&mut question);
    assert_eq!(of(&question, "pr-1").code, "asked");
}

#[test]
fn a_stage_with_nothing_but_retained_resources_stays() {
    let mut question = closed();
    question.rows[0].retained = true;
    mark(&mut question);
    assert_eq!(of(&question, "pr-1").code, "retained");
}

#[test]
fn what_cannot_be_read_stops_everything() {
    let unread = vec![unread("give the token `Queues: Read`")];
    for base in [closed(), asked()] {
        expect(&Question { unread: unread.clone(), ..base.clone() }, Verdict::Stop, "unreadable");
        expect(&Question { listed: None, ..base }, Verdict::Stop, "account-unread");
    }
    let decision = of(&Question { unread, ..closed() }, "pr-1");
    assert_eq!(decision.why, "something cannot be read: the listing of queues");
    assert_eq!(decision.help, "give the token `Queues: Read`");
}

fn unread(help: &str) -> Unread {
    Unread { message: "the listing of queues".into(), help: help.into() }
}

#[test]
fn only_a_pull_request_that_is_known_to_be_closed_lets_a_stage_go() {
    for (state, code) in [
        (PullState::Open, "pull-open"),
        (PullState::Missing, "pull-missing"),
        (PullState::Unknown, "pull-unknown"),
        (PullState::Elsewhere, "pull-elsewhere"),
    ] {
        expect(&Question { pulls: vec![pull(1, state)], ..closed() }, Verdict::Keep, code);
    }
    expect(&Question { pulls: vec![], ..closed() }, Verdict::Keep, "pull-unknown");
    let undated = Pull { closed_at: None, ..pull(1, PullState::Closed) };
    expect(&Question { pulls: vec![undated], ..closed() }, Verdict::Keep, "pull-unknown");
}

#[test]
fn a_stage_that_is_being_deployed_stays() {
    for status in ["creating", "updating"] {
        for base in [closed(), asked()] {
            let mut question = base;
            question.rows[0].status = status.into();
            expect(&question, Verdict::Keep, "under-way");
            question.unfinished = true;
            let by_person = question.asked_by == AskedBy::Person;
            expect(
                &question,
                if by_person { Verdict::Sweep } else { Verdict::Keep },
                if by_person { "asked" } else { "under-way" },
            );
        }
    }
    let running = Pull { running: true, ..pull(1, PullState::Closed) };
    expect(&Question { pulls: vec![running], ..closed() }, Verdict::Keep, "under-way");
    let mut pending = closed();
    pending.rows[0].pending = true;
    expect(&pending, Verdict::Keep, "under-way");
    let obscure = StageRow { app: "shop".into(), stage: "pr-1".into(), obscure: true };
    expect(&Question { stage_rows: vec![obscure.clone()], ..closed() }, Verdict::Keep, "under-way");
    expect(&Question { stage_rows: vec![obscure], ..asked() }, Verdict::Keep, "under-way");
}

#[test]
fn what_another_stage_has_or_uses_stays() {
    let of_prod = |change: fn(&mut Row)| {
        [closed(), asked()].map(|mut question| {
            let mut other = row("prod", "D1Database", "db");
            change(&mut other);
            question.rows.push(other);
            question
        })
    };
    // The same name, in another case, in another version, of another app.
    for question in of_prod(|row| row.name = "DB-pr-1".into()) {
        expect(&question, Verdict::Keep, "claimed");
    }
    for question in of_prod(|row| {
        row.name = "db-pr-1".into();
        row.version = Version::V2;
        row.stage = "pr-1".into();
    }) {
        let all = decide(&question).unwrap_or_default();
        assert!(all.iter().all(|one| one.verdict == Verdict::Keep), "{all:?}");
    }
    for question in of_prod(|row| {
        row.name = "db-pr-1".into();
        row.app = "blog".into();
        row.stage = "pr-1".into();
    }) {
        let all = decide(&question).unwrap_or_default();
        assert!(all.iter().all(|one| one.verdict == Verdict::Keep), "{all:?}");
    }
    // A binding of another stage's Worker.
    for question in of_prod(|row| row.uses = vec!["database:db-pr-1-id".into()]) {
        expect(&question, Verdict::Keep, "claimed");
    }
}

#[test]
fn a_workflow_that_another_stage_has_stays() {
    for mut question in [closed(), asked()] {
        let mut worker = row("pr-1", "Worker", "api");
        worker.workflows = vec!["flow".into()];
        worker.identity.clone_from(&worker.name);
        question.listed.get_or_insert_default().push(listed("worker", &worker));
        let mut other = row("prod", "Worker", "api");
        other.workflows = vec!["flow".into()];
        question.rows.extend([worker, other]);
        expect(&question, Verdict::Keep, "claimed");
    }
}

#[test]
fn a_row_of_another_stage_or_in_two_stores_stays() {
    for base in [closed(), asked()] {
        let mut question = base.clone();
        question.rows[0].owner = Some(Owner { app: "shop".into(), stage: "pr-1/x".into() });
        expect(&question, Verdict::Keep, "claimed");
        let mut question = base;
        question.rows.push(Row { store: "other".into(), ..question.rows[0].clone() });
        expect(&question, Verdict::Keep, "claimed");
    }
}

#[test]
fn what_a_person_must_judge_stays() {
    let changed = |change: fn(&mut Question), code: &str| {
        for mut question in [closed(), asked()] {
            change(&mut question);
            expect(&question, Verdict::Keep, code);
        }
    };
    changed(|question| question.rows[0].account = Some("other".into()), "foreign-account");
    changed(|question| question.rows[0].name = "renamed".into(), "another-resource");
    changed(|question| question.rows[0].identity = "made-again".into(), "another-resource");
    changed(|question| question.rows[0].resource = "neon::Project".into(), "unknown-kind");
    changed(|question| question.rows[0].elsewhere = true, "unknown-kind");
    changed(
        |question| question.rows[0].resource = "cloudflare::R2BucketNotification".into(),
        "unknown-kind",
    );
    // A local bucket, and one of that name in the account.
    changed(
        |question| {
            let mut bucket = row("pr-1", "R2Bucket", "files");
            bucket.identity.clone_from(&bucket.name);
            bucket.deployed = false;
            question.listed.get_or_insert_default().push(listed("bucket", &bucket));
            question.rows.push(bucket);
        },
        "another-resource",
    );
    changed(
        |question| {
            let mut object = row("pr-1", "R2Object", "logo");
            object.uses = vec!["bucket:shared".into()];
            question.rows.push(object);
        },
        "strange-part",
    );
}

#[test]
fn a_wrong_account_stops_everything() {
    let nothing = |base: Question| Question { listed: Some(vec![]), ..base };
    expect(&nothing(closed()), Verdict::Stop, "wrong-account");
    expect(&nothing(asked()), Verdict::Stop, "wrong-account");
    expect(&Question { gone: true, ..nothing(asked()) }, Verdict::Sweep, "asked");
    // The guard has noted the account, or an earlier run has found the resource there.
    let mut noted = nothing(asked());
    noted.rows[0].account = Some(ACCOUNT.into());
    expect(&noted, Verdict::Sweep, "asked");
    let proven = Question { proven: vec!["db-pr-1-hash".into()], ..nothing(asked()) };
    expect(&proven, Verdict::Sweep, "asked");
}

#[test]
fn a_lone_leftover_is_no_wrong_account() {
    let mut question = closed();
    let other = row("pr-2", "D1Database", "db");
    question.listed = Some(vec![listed("database", &other)]);
    question.rows.push(other);
    expect(&question, Verdict::Sweep, "closed");
    assert_eq!(of(&question, "pr-1").steps[0].action, Action::Drop);
    // Another stage than a preview can be in another account, and so can what a person names.
    question.rows[1].stage = "staging".into();
    expect(&question, Verdict::Keep, "unproven");
    expect(&Question { asked_by: AskedBy::Person, ..question }, Verdict::Keep, "unproven");
}

#[test]
fn what_happened_not_long_ago_stays() {
    let mut question = closed();
    question.rows[0].changed = Some(NOW - 10);
    expect(&question, Verdict::Keep, "grace");
    // A clock that is wrong.
    question.rows[0].changed = Some(NOW + 10);
    expect(&question, Verdict::Keep, "grace");
    expect(&Question { now: None, ..closed() }, Verdict::Keep, "clock-unknown");
    let late = Pull { closed_at: Some(NOW - 10), ..pull(1, PullState::Closed) };
    expect(&Question { pulls: vec![late], ..closed() }, Verdict::Keep, "grace");
    let mut uploaded = closed();
    uploaded.listed.get_or_insert_default()[0].changed = Some(NOW - 10);
    expect(&uploaded, Verdict::Keep, "grace");
}

#[test]
fn only_what_an_earlier_run_has_marked_unchanged_is_swept() {
    expect(&Question { marks: vec![], ..closed() }, Verdict::Mark, "unmarked");
    let mut changed = closed();
    changed.rows[0].hash = "changed".into();
    expect(&changed, Verdict::Mark, "unmarked");
    let mut reopened = closed();
    reopened.marks[0].closed_at = Some(CLOSED - 1);
    expect(&reopened, Verdict::Mark, "unmarked");
}

#[test]
fn steps_come_in_the_order_that_cloudflare_accepts() {
    let mut question = asked();
    let kinds = [
        ("KVNamespace", "kv"),
        ("R2Bucket", "bucket"),
        ("D1Database", "database"),
        ("Queue", "queue"),
        ("Worker", "worker"),
    ];
    let rows = kinds.map(|(resource, kind)| (kind, row("pr-1", resource, resource)));
    question.listed = Some(rows.iter().map(|(kind, row)| listed(kind, row)).collect());
    question.rows = rows.into_iter().map(|(_, row)| row).collect();
    let worker = format!("worker:{}", question.rows[4].identity);
    for resource in ["R2Object", "CustomDomain", "QueueConsumer"] {
        question.rows.push(Row { uses: vec![worker.clone()], ..row("pr-1", resource, resource) });
    }
    let attached =
        Attached { id: "CustomDomain-pr-1-id".into(), script: Some("Worker-pr-1".into()) };
    question.hosts.domains = Some(vec![attached]);
    question.rows[4].workflows = vec!["flow".into(), "taken".into()];
    let flow = |name: &str, script: &str| Listed {
        kind: "workflow".into(),
        name: name.into(),
        id: name.into(),
        script: Some(script.into()),
        ..Listed::default()
    };
    let flows = [flow("flow", "Worker-pr-1"), flow("taken", "Worker-prod")];
    question.listed.get_or_insert_default().extend(flows);
    question.rows.push(Row { resource: "alchemy::Scope".into(), ..row("pr-1", "", "inner") });
    question.rows.push(Row { retained: true, ..row("pr-1", "D1Database", "kept") });
    let decision = of(&question, "pr-1");
    assert_eq!(decision.verdict, Verdict::Sweep, "{}", decision.why);
    let shown: Vec<String> = decision
        .steps
        .iter()
        .map(|step| {
            format!("{:?} {}", step.action, step.resource.trim_start_matches("cloudflare::"))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "Delete QueueConsumer",
            "Delete CustomDomain",
            "Workflow workflow",
            "Delete Worker",
            "Delete R2Object",
            "Delete Queue",
            "Delete D1Database",
            "Keep D1Database",
            "Delete KVNamespace",
            "Delete R2Bucket",
            "Drop alchemy::Scope",
        ]
    );
}

#[test]
fn a_stage_with_nothing_but_its_own_row_is_one() {
    let bare = StageRow { app: "shop".into(), stage: "pr-1".into(), obscure: false };
    let question = Question { rows: vec![], stage_rows: vec![bare], ..asked() };
    expect(&question, Verdict::Sweep, "asked");
}

fn any_row() -> impl Strategy<Value = Row> {
    let stage = prop::sample::select(vec!["prod", "Production", "live", "pr-1", "pr-12", "pr-1/x"]);
    let resource = prop::sample::select(vec!["D1Database", "R2Bucket", "Worker", "QueueConsumer"]);
    let status = prop::sample::select(vec!["created", "updating", "deleting"]);
    let flags = prop::collection::vec(any::<bool>(), 5);
    (stage, resource, status, flags, 0..3_u64).prop_map(|(stage, resource, status, flags, at)| {
        Row {
            status: status.into(),
            retained: flags[0],
            deployed: flags[1],
            pending: flags[2],
            account: flags[3].then(|| ACCOUNT.into()),
            changed: Some(at),
            seen: flags[4].then_some(Seen { at: NOW, created: None }),
            ..row(stage, resource, "one")
        }
    })
}

fn any_pull() -> impl Strategy<Value = Pull> {
    let states = vec![
        PullState::Open,
        PullState::Closed,
        PullState::Missing,
        PullState::Unknown,
        PullState::Elsewhere,
    ];
    (0..13_u64, prop::sample::select(states), any::<bool>()).prop_map(|(number, state, running)| {
        Pull { number, state, closed_at: Some(CLOSED), running }
    })
}

proptest! {
    #[test]
    fn a_protected_stage_is_never_swept(
        rows in prop::collection::vec(any_row(), 0..8),
        held in prop::collection::vec(any::<bool>(), 8),
        pulls in prop::collection::vec(any_pull(), 0..6),
        (person, unfinished, gone, unread) in any::<(bool, bool, bool, bool)>(),
        pattern in prop::sample::select(vec!["", "prod{number}", "l{number}ve", "pr-{number}"]),
    ) {
        let there = rows.iter().zip(&held).filter(|(_, held)| **held);
        let mut question = Question {
            asked_by: if person { AskedBy::Person } else { AskedBy::Sweep },
            pattern: pattern.into(),
            protect: vec!["live".into(), "pr-12".into()],
            listed: Some(there.map(|(row, _)| listed("database", row)).collect()),
            unread: if unread { vec![Unread::default()] } else { vec![] },
            rows,
            pulls,
            unfinished,
            gone,
            ..closed()
        };
        mark(&mut question);
        for decision in decide(&question).unwrap_or_default() {
            let is_protected = matches!(decision.stage.as_str(), "prod" | "Production" | "live" | "pr-12");
            if is_protected {
                prop_assert_eq!((decision.verdict, decision.code), (Verdict::Keep, "protected"));
            }
            if decision.verdict == Verdict::Sweep {
                prop_assert!(!unread);
                prop_assert!(person || decision.stage == "pr-1");
                prop_assert!(person || decision.pull_state == Some(PullState::Closed));
            }
        }
    }

    /// Whatever is swept, no step deletes what the account does not list by id and name.
    #[test]
    fn only_what_is_proven_is_deleted(
        rows in prop::collection::vec(any_row(), 0..8),
        held in prop::collection::vec(any::<bool>(), 8),
    ) {
        let there = rows.iter().zip(&held).filter(|(_, held)| **held);
        let question = Question {
            listed: Some(there.map(|(row, _)| listed("database", row)).collect()),
            rows,
            ..asked()
        };
        for step in decide(&question).unwrap_or_default().into_iter().flat_map(|one| one.steps) {
            let row = &question.rows[step.row];
            if step.action == Action::Delete && step.resource != "cloudflare::QueueConsumer" {
                prop_assert!(!row.retained && row.deployed);
                let listed = question.listed.iter().flatten();
                prop_assert!(listed.clone().any(|one| one.id == row.identity && one.name == row.name));
            }
        }
    }
}

#[test]
fn the_size_is_the_sum_of_what_the_account_lists() {
    let mut question = closed();
    assert_eq!(of(&question, "pr-1").size, None);
    question.rows.push(row("pr-1", "D1Database", "log"));
    let sizes = [Some(100), Some(23)];
    question.listed = Some(
        question
            .rows
            .iter()
            .zip(sizes)
            .map(|(row, size)| Listed { size, ..listed("database", row) })
            .collect(),
    );
    assert_eq!(of(&question, "pr-1").size, Some(123));
}

#[test]
fn a_clock_that_is_wrong_makes_a_stage_stay() {
    // A row from the future, as a runner writes it whose clock is ahead.
    let mut question = closed();
    question.rows[0].changed = Some(NOW + 1);
    mark(&mut question);
    expect(&question, Verdict::Keep, "grace");
    // A runner whose clock is behind writes an old row. The account says when it was made.
    let mut question = closed();
    question.rows[0].changed = Some(0);
    question.listed.iter_mut().flatten().for_each(|one| one.changed = Some(NOW - 1));
    mark(&mut question);
    expect(&question, Verdict::Keep, "grace");
    // A pull request that was closed in the future, and a mark of then.
    let mut question = closed();
    let later = NOW + 500;
    question.pulls = vec![Pull { closed_at: Some(later), ..pull(1, PullState::Closed) }];
    question.marks.iter_mut().for_each(|mark| mark.closed_at = Some(later));
    expect(&question, Verdict::Keep, "grace");
}
