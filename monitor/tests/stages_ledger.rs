//! Stages that only the ledger of earlier runs has: what it proves, and what it does not.
#![allow(clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]

use alch_blocks_monitor::stages::{
    AskedBy, Declared, Listed, Mark, Pull, PullState, Question, Row, Seen, Verdict, decide,
    leftovers,
};

const NOW: u64 = 1_000_000;
const CLOSED: u64 = 500_000;
const SEEN: u64 = 600_000;
const MADE: u64 = 400_000;

fn row(stage: &str, resource: &str, id: &str) -> Row {
    Row {
        app: "shop".into(),
        stage: stage.into(),
        id: id.into(),
        store: ".alchemy".into(),
        resource: format!("cloudflare::{resource}"),
        status: "created".into(),
        name: format!("{id}-{stage}"),
        identity: format!("{id}-{stage}"),
        deployed: true,
        changed: Some(MADE),
        hash: format!("{id}-{stage}-hash"),
        account: Some("acc".into()),
        ..Row::default()
    }
}

fn listed(kind: &str, row: &Row) -> Listed {
    Listed {
        kind: kind.into(),
        name: row.name.clone(),
        id: row.identity.clone(),
        created: Some(MADE),
        changed: Some(MADE),
        ..Listed::default()
    }
}

/// Production has its state. Of `pr-1` there is a bucket and what a run has seen of it.
fn lost() -> Question {
    let prod = row("prod", "D1Database", "db");
    let seen = Some(Seen { at: SEEN, created: Some(MADE) });
    let files = Row { seen, store: "ledger.json".into(), ..row("pr-1", "R2Bucket", "files") };
    let closed =
        Pull { number: 1, state: PullState::Closed, closed_at: Some(CLOSED), running: false };
    let mut question = Question {
        account: Some("acc".into()),
        apps: vec!["shop".into()],
        now: Some(NOW),
        grace: 1000,
        listed: Some(vec![listed("database", &prod), listed("bucket", &files)]),
        rows: vec![prod, files],
        pulls: vec![closed],
        ..Question::default()
    };
    mark(&mut question);
    question
}

fn mark(question: &mut Question) {
    let all = decide(question).unwrap_or_default().into_iter();
    question.marks = all
        .map(|one| Mark { app: one.app, stage: one.stage, hash: one.hash, closed_at: Some(CLOSED) })
        .collect();
}

#[track_caller]
fn expect(question: &Question, verdict: Verdict, code: &str) {
    let all = decide(question).unwrap_or_default();
    let Some(one) = all.iter().find(|one| one.stage == "pr-1") else { panic!("no pr-1") };
    assert_eq!((one.verdict, one.code), (verdict, code), "{}", one.why);
    assert!(one.from_ledger && !one.noted);
}

#[test]
fn what_a_run_has_seen_after_the_end_is_swept() {
    expect(&lost(), Verdict::Sweep, "closed");
    let unmarked = Question { marks: vec![], ..lost() };
    expect(&unmarked, Verdict::Mark, "unmarked");
    let fresh = Question { grace: NOW, ..lost() };
    expect(&fresh, Verdict::Keep, "grace");
}

type Change = fn(&mut Question);

#[test]
fn what_a_ledger_does_not_prove_stays() {
    let changes: &[(&str, &str, Change)] = &[
        ("of another account", "foreign-account", |q| q.rows[1].account = Some("other".into())),
        ("of no account", "foreign-account", |q| q.account = None),
        ("made again", "another-resource", |q| listing(q).created = Some(MADE + 1)),
        ("made nobody knows when", "another-resource", |q| listing(q).created = None),
        ("no time of making noted", "another-resource", |q| seen(q).created = None),
        ("neither says when", "another-resource", |q| {
            listing(q).created = None;
            seen(q).created = None;
        }),
        ("another name under the id", "another-resource", |q| {
            listing(q).name = "files-pr-2".into()
        }),
        ("another app's", "other-app", |q| q.rows[1].app = "blog".into()),
        ("not of the pattern", "not-preview", |q| q.rows[1].stage = "alice".into()),
        ("a name without the stage", "adopted", |q| {
            listing(q).name = "files-prod".into();
            listing(q).id = "files-prod".into();
            q.rows[1].name = "files-prod".into();
            q.rows[1].identity = "files-prod".into();
        }),
        ("the name of a stage that has state", "claimed", |q| {
            let taken = Row { name: "files-pr-1".into(), ..row("prod", "R2Bucket", "files") };
            q.rows.push(taken);
        }),
        ("used by a stage that has state", "claimed", |q| {
            q.rows[0].uses = vec!["bucket:files-pr-1".into()];
        }),
        ("the name of a declaration", "claimed", |q| {
            q.declared.push(Declared {
                kind: "bucket".into(),
                name: "files-pr-1".into(),
                app: "shop".into(),
                stage: "prod".into(),
            });
        }),
        ("not seen since the end", "seen-before", |q| seen(q).at = CLOSED - 1),
        ("changed since it was seen", "seen-before", |q| listing(q).changed = Some(SEEN + 1)),
        ("nothing of the state is there", "state-lost", |q| {
            q.rows.remove(0);
        }),
        ("the state of another account", "state-lost", |q| {
            q.rows[0].account = None;
            q.listed = q.listed.take().map(|all| all[1..].into());
        }),
        ("the state of another app", "state-lost", |q| q.rows[0].app = "blog".into()),
        ("an open pull request", "pull-open", |q| q.pulls[0].state = PullState::Open),
        ("a deploy that runs", "under-way", |q| q.pulls[0].running = true),
        ("retained", "retained", |q| q.rows[1].retained = true),
    ];
    for (what, code, change) in changes {
        let mut question = lost();
        change(&mut question);
        mark(&mut question);
        let all = decide(&question).unwrap_or_default();
        let found = all.iter().find(|one| one.from_ledger);
        let found = found.map(|one| (one.verdict, one.code));
        assert_eq!(found, Some((Verdict::Keep, *code)), "{what}");
    }
}

fn listing(question: &mut Question) -> &mut Listed {
    match question.listed.as_mut().and_then(|all| all.get_mut(1)) {
        Some(listed) => listed,
        None => panic!("nothing is listed"),
    }
}

fn seen(question: &mut Question) -> &mut Seen {
    match question.rows[1].seen.as_mut() {
        Some(seen) => seen,
        None => panic!("nothing was seen"),
    }
}

#[test]
fn a_lost_state_has_to_be_named() {
    let mut question = lost();
    question.rows.remove(0);
    mark(&mut question);
    expect(&question, Verdict::Keep, "state-lost");
    question.state_lost = true;
    expect(&question, Verdict::Sweep, "closed");
}

#[test]
fn a_person_can_take_what_was_seen_before_the_end() {
    let mut question = lost();
    seen(&mut question).at = CLOSED - 1;
    question.asked_by = AskedBy::Person;
    expect(&question, Verdict::Sweep, "asked");
    // Not what the account or a state contradicts.
    listing(&mut question).created = Some(NOW);
    expect(&question, Verdict::Keep, "another-resource");
    let mut question = Question { asked_by: AskedBy::Person, ..lost() };
    let name = "files-prod".to_owned();
    question.rows[1].name.clone_from(&name);
    question.rows[1].identity.clone_from(&name);
    listing(&mut question).name.clone_from(&name);
    listing(&mut question).id = name;
    expect(&question, Verdict::Keep, "adopted");
}

/// What a ledger says of another stage, or of another account, decides nothing about stages that have state.
#[test]
fn a_ledger_takes_nothing_from_a_stage_with_state() {
    let mut question = lost();
    question.rows[1].seen = None;
    let mut old = Row { seen: Some(Seen { at: SEEN, created: None }), ..question.rows[1].clone() };
    old.stage = "pr-9".into();
    question.rows.push(old.clone());
    mark(&mut question);
    let verdict = |question: &Question| {
        let all = decide(question).unwrap_or_default();
        let one = all.iter().find(|one| one.stage == "pr-1").map(|one| (one.verdict, one.code));
        one.unwrap_or_else(|| panic!("no pr-1"))
    };
    assert_eq!(verdict(&question), (Verdict::Sweep, "closed"));
    // It does not show that the account is the right one either.
    question.rows = question.rows.drain(1..2).collect();
    question.rows[0].account = None;
    question.listed = Some(vec![]);
    question.rows.push(old);
    mark(&mut question);
    assert_eq!(verdict(&question), (Verdict::Stop, "wrong-account"));
}

#[test]
fn what_nothing_proves_is_listed_for_a_person() {
    let mut question = lost();
    let named = |name: &str, kind: &str| Listed {
        kind: kind.into(),
        name: name.into(),
        id: format!("{name}-id"),
        ..Listed::default()
    };
    question.pulls.push(Pull { number: 3, state: PullState::Open, ..question.pulls[0].clone() });
    question.listed.get_or_insert_default().extend([
        named("shop-pr-12-db", "database"),
        named("shop-pr-2", "queue"),
        named("shop-pr-3", "queue"),
        named("shop-pr-1", "kv"),
        named("shop-xpr-1", "kv"),
        named("shop-pr-1x", "kv"),
        named("shop-prod", "kv"),
        named("v2-pr-01", "kv"),
        Listed { script: Some("api-pr-1".into()), ..named("flow-pr-1", "workflow") },
    ]);
    let found = leftovers(&question).unwrap_or_default();
    let found: Vec<_> = found.iter().map(|one| (one.stage.as_str(), one.name.as_str())).collect();
    let wanted = [("pr-1", "shop-pr-1"), ("pr-2", "shop-pr-2"), ("pr-12", "shop-pr-12-db")];
    assert_eq!(found, wanted);
}

#[test]
fn only_what_time_and_a_pull_request_keep_is_noted() {
    let noted = |change: Change| {
        let mut question = lost();
        question.rows[1].seen = None;
        mark(&mut question);
        change(&mut question);
        let all = decide(&question).unwrap_or_default();
        all.iter().find(|one| one.stage == "pr-1").map(|one| (one.code, one.noted))
    };
    assert_eq!(noted(|_| {}), Some(("closed", true)));
    assert_eq!(noted(|q| q.marks.clear()), Some(("unmarked", true)));
    assert_eq!(noted(|q| q.grace = NOW), Some(("grace", true)));
    assert_eq!(noted(|q| q.pulls[0].state = PullState::Open), Some(("pull-open", true)));
    assert_eq!(noted(|q| q.pulls[0].running = true), Some(("under-way", false)));
    assert_eq!(noted(|q| q.rows[1].adopted = true), Some(("adopted", false)));
    assert_eq!(
        noted(|q| q.rows[0].uses = vec!["bucket:files-pr-1".into()]),
        Some(("claimed", false))
    );
    assert_eq!(noted(|q| q.protect = vec!["pr-1".into()]), Some(("protected", false)));
}
