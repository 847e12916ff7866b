use super::{Consent, Created, Holding, Orphan, Owner};
use crate::ledger::Ledger;
use crate::state::Binding;

fn owner(app: &str, stage: &str, program: &str, account: &str) -> Owner {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (app, stage) = (app.to_owned(), stage.to_owned());
    Owner { app, stage, program: known(program), account: known(account) }
}

fn here() -> Owner {
    owner("shop", "pr-1", "web", "a")
}

fn orphan(resource: &str) -> Orphan {
    let (id, name) = ("db".to_owned(), Some("db-pr-1".to_owned()));
    Orphan { id, name, resource: resource.to_owned(), here: here(), ..Orphan::default() }
}

fn database() -> Orphan {
    orphan("cloudflare::D1Database")
}

fn released(ids: &[&str]) -> Consent {
    let released = ids.iter().map(|id| (*id).to_owned()).collect();
    Consent { released, ..Consent::default() }
}

fn code(consent: &mut Consent, orphan: &Orphan) -> Option<String> {
    let judged = consent.judge(orphan, "shop/pr-1".to_owned(), &Ledger::default());
    judged.err().map(|error| error.code())
}

#[test]
fn what_a_deploy_drops_has_to_be_released() {
    let gone = Some("would-delete".to_owned());
    assert_eq!(code(&mut released(&[]), &database()), gone);
    assert_eq!(code(&mut released(&["other"]), &database()), gone);
    assert_eq!(code(&mut released(&["db"]), &database()), None);
    for harmless in [
        Orphan { name: None, ..database() },
        Orphan { retained: true, ..database() },
        Orphan { destroys: true, ..database() },
        orphan("cloudflare::Worker"),
        orphan("cloudflare::R2Object"),
    ] {
        assert_eq!(code(&mut released(&[]), &harmless), None, "{harmless:?}");
    }
    let created = Some(Created { name: "new-pr-1".to_owned(), id: "new".to_owned() });
    let renamed = Orphan { retained: true, created, ..database() };
    assert_eq!(code(&mut released(&[]), &renamed), gone);
    assert_eq!(code(&mut released(&["db"]), &renamed), None);
}

#[test]
fn what_others_own_is_never_deleted() {
    for (theirs, expected) in [
        (here(), None),
        (owner("shop", "pr-1", "", ""), None),
        (owner("shop", "pr-1/api", "web", "a"), Some("owned-elsewhere")),
        (owner("renamed", "pr-1", "web", "a"), None),
        (owner("shop", "pr-1", "api", "a"), None),
        (owner("shop", "pr-1", "web", "b"), Some("wrong-account")),
    ] {
        let destroyed = Orphan { owner: Some(theirs), destroys: true, ..database() };
        assert_eq!(code(&mut released(&[]), &destroyed).as_deref(), expected, "{destroyed:?}");
    }
    let moved = owner("shop", "pr-1", "api", "a");
    let moved = Orphan { owner: Some(moved), ..database() };
    assert_eq!(code(&mut released(&[]), &moved).as_deref(), Some("owned-elsewhere"));
    assert_eq!(code(&mut released(&["db"]), &moved), None, "a program may let it go");
    let sharer = Some(owner("new", "pr-1", "", ""));
    let shared = Orphan { sharer, destroys: true, ..database() };
    assert_eq!(code(&mut released(&[]), &shared).as_deref(), Some("owned-elsewhere"));
    let local = Orphan { local: true, destroys: true, ..database() };
    assert_eq!(code(&mut released(&["db"]), &local).as_deref(), Some("would-delete"));
}

#[test]
fn a_worker_goes_with_all_that_it_binds() {
    let binding = |binding: &str, id: &str| Binding {
        binding: binding.to_owned(),
        id: id.to_owned(),
        class_name: "Room".to_owned(),
        workflow_name: "flow-pr-1".to_owned(),
    };
    let worker = |bindings| Orphan { bindings, ..orphan("cloudflare::Worker") };
    let class = worker(vec![binding("durable_object_namespace", "room")]);
    let lost = Some("would-delete-class".to_owned());
    assert_eq!(code(&mut released(&[]), &class), lost);
    assert_eq!(code(&mut released(&["room"]), &class), None);
    let classes = vec!["Room".to_owned()];
    assert_eq!(code(&mut Consent { classes, ..Consent::default() }, &class), None);
    let flow = worker(vec![binding("workflow", "flow")]);
    assert_eq!(code(&mut released(&[]), &flow), Some("would-delete".to_owned()));
    assert_eq!(code(&mut released(&["flow"]), &flow), None);
    assert_eq!(code(&mut released(&["db"]), &flow), None, "the Worker itself was let go");
}

#[test]
fn a_release_without_use_is_told() {
    let mut consent = released(&["b", "db", "a"]);
    assert_eq!(code(&mut consent, &database()), None);
    assert_eq!(consent.unused().collect::<Vec<_>>(), ["b", "a"]);
}

#[test]
fn retention_is_sticky() {
    let holding = |stage: &str| Holding {
        resource: "cloudflare::D1Database".to_owned(),
        stage: stage.to_owned(),
        ..Holding::default()
    };
    let consent = Consent { protected: vec!["live".to_owned()], ..Consent::default() };
    for (holding, retained) in [
        (holding("pr-1"), false),
        (holding("prod"), true),
        (holding("live"), true),
        (Holding { declared: true, ..holding("prod") }, false),
        (Holding { adopted: true, ..holding("pr-1") }, true),
        (Holding { before: true, ..holding("pr-1") }, true),
        (Holding { before: true, written: Some(true), ..holding("prod") }, false),
        (Holding { written: Some(false), ..holding("pr-1") }, true),
        (Holding { resource: "cloudflare::Worker".to_owned(), ..holding("prod") }, false),
        (Holding { classes: true, resource: "x".to_owned(), ..holding("prod") }, true),
        (Holding { name: Some("db-pr-1".to_owned()), ..holding("pr-1") }, false),
        (Holding { name: Some("main".to_owned()), ..holding("pr-1") }, true),
        (Holding { name: Some("main".to_owned()), noted: true, ..holding("pr-1") }, false),
    ] {
        assert_eq!(consent.retains(&holding, &Ledger::default()), retained, "{holding:?}");
    }
}
