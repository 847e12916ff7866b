use super::{Program, Resource, judge_write};
use crate::region::Location;
use crate::state::Binding;

const D1: &str = "Cloudflare.D1Database";
const KV: &str = "Cloudflare.KVNamespace";
const WORKER: &str = "Cloudflare.Worker";

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn declared(resource: &str, id: &str, name: &str) -> Resource {
    let name = (!name.is_empty()).then(|| name.to_owned());
    Resource { id: id.to_owned(), resource: resource.to_owned(), name, ..Resource::default() }
}

fn held(resource: &str, id: &str, name: &str) -> Resource {
    let (id, instance) = (id.to_owned(), id.to_owned());
    Resource {
        id,
        instance,
        resource: resource.to_owned(),
        name: Some(name.to_owned()),
        ..Resource::default()
    }
}

/// The database of that name, under the id `db`.
fn held_as(name: &str) -> Resource {
    held(D1, "db", name)
}

fn foreign(names: &[&str]) -> Resource {
    let (stack, stage, id) = ("shop".to_owned(), "prod".to_owned(), "db".to_owned());
    let replaced = texts(names);
    Resource { stack, stage, id, resource: D1.to_owned(), replaced, ..Resource::default() }
}

fn class(id: &str, class_name: &str) -> Binding {
    Binding {
        binding: "durable_object_namespace".to_owned(),
        id: id.to_owned(),
        class_name: class_name.to_owned(),
        workflow_name: String::new(),
    }
}

fn program(declared: Vec<Resource>, rows: Vec<Resource>) -> Program {
    let (stack, stage) = ("shop".to_owned(), "pr-1".to_owned());
    Program { stack, stage, declared, rows, ..Program::default() }
}

fn code(program: &Program) -> String {
    program.judge().err().map(|error| error.code()).unwrap_or_default()
}

#[test]
fn ordinary_life_passes() {
    let named = || declared(D1, "db", "db-pr-1");
    let row = || held(D1, "db", "db-pr-1");
    let renamed = || Resource { formers: texts(&["db"]), ..declared(D1, "main", "db-pr-1") };
    for fine in [
        program(vec![named()], vec![]),
        program(vec![named()], vec![row()]),
        program(vec![declared(D1, "db", "")], vec![row()]),
        program(vec![renamed()], vec![row()]),
        // An interrupted rename leaves both rows.
        program(
            vec![renamed()],
            vec![row(), Resource { instance: "db".to_owned(), ..held(D1, "main", "db-pr-1") }],
        ),
        program(vec![], vec![Resource { retained: true, ..row() }]),
        program(vec![], vec![Resource { name: None, ..row() }]),
        program(vec![], vec![held(WORKER, "api", "api-pr-1")]),
        // Version 2 renames a KV namespace and deletes nothing.
        program(vec![declared(KV, "kv", "new")], vec![held(KV, "kv", "old")]),
        // What is retained goes on under another id.
        program(vec![declared(D1, "main", "db-pr-1")], vec![Resource { retained: true, ..row() }]),
        Program { destroys: true, ..program(vec![named()], vec![row()]) },
        Program { others: vec![foreign(&["db-prod"])], ..program(vec![named()], vec![row()]) },
    ] {
        assert_eq!(code(&fine), "", "{fine:?}");
    }
}

#[test]
fn a_name_that_another_stage_holds_is_refused() {
    let shared = |rows| Program {
        others: vec![foreign(&["shared", "old"])],
        ..program(vec![declared(D1, "db", "SHARED")], rows)
    };
    assert_eq!(code(&shared(vec![])), "owned-elsewhere");
    assert_eq!(code(&shared(vec![held(D1, "db", "shared")])), "", "it was taken before");
    let old = Program { declared: vec![declared(D1, "db", "old")], ..shared(vec![]) };
    assert_eq!(code(&old), "owned-elsewhere", "a replacement has yet to delete it");
    let destroyed = || Program { destroys: true, ..shared(vec![held(D1, "db", "shared")]) };
    assert_eq!(code(&destroyed()), "owned-elsewhere");
    assert_eq!(code(&Program { release: texts(&["db"]), ..destroyed() }), "");
}

#[test]
fn a_changed_name_or_id_is_refused() {
    let renamed = || program(vec![declared(D1, "db", "new")], vec![held(D1, "db", "old")]);
    assert_eq!(code(&renamed()), "would-replace");
    assert_eq!(code(&Program { release: texts(&["db"]), ..renamed() }), "");
    let retained = || Resource { retained: true, ..declared(D1, "db", "new") };
    let leaves = || Program { declared: vec![retained()], ..renamed() };
    assert_eq!(code(&leaves()), "would-replace", "the program would use an empty one");
    assert_eq!(code(&Program { release: texts(&["db"]), ..leaves() }), "");
    let moved = |name| program(vec![declared(D1, "main", name)], vec![held(D1, "db", "db-pr-1")]);
    assert_eq!(code(&moved("db-pr-1")), "id-changed");
    assert_eq!(code(&moved("")), "would-delete", "Alchemy makes up another name");
    assert_eq!(code(&Program { release: texts(&["db"]), ..moved("db-pr-1") }), "id-changed");
    assert_eq!(code(&Program { release: texts(&["db"]), ..moved("") }), "");
    let worker = program(vec![declared(WORKER, "web", "api")], vec![held(WORKER, "api", "api")]);
    assert_eq!(code(&worker), "id-changed");
}

#[test]
fn nothing_moves() {
    let at = |resource: Resource, jurisdiction: &str, place: &str| {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let location = Location { jurisdiction: given(jurisdiction), place: given(place) };
        Resource { location: Some(location), ..resource }
    };
    let from = |held: (&str, &str), asked: (&str, &str), name| {
        let declared = at(declared(D1, "db", name), asked.0, asked.1);
        program(vec![declared], vec![at(held_as("db"), held.0, held.1)])
    };
    let moves = |held, asked| code(&from(held, asked, "db"));
    for held in [("", ""), ("eu", ""), ("", "weur"), ("eu", "weur")] {
        assert_eq!(moves(held, held), "");
    }
    assert_eq!(moves(("", "weur"), ("", "")), "", "a hint that is left out");
    assert_eq!(moves(("eu", ""), ("", "")), "would-move");
    assert_eq!(moves(("", "weur"), ("", "enam")), "would-move");
    assert_eq!(moves(("", ""), ("", "enam")), "would-move", "nobody knows where it is");
    let unknown = || program(vec![declared(D1, "db", "db")], vec![at(held_as("db"), "eu", "")]);
    assert_eq!(code(&unknown()), "", "an option is known later");
    let released = |name| Program { release: texts(&["db"]), ..from(("eu", ""), ("us", ""), name) };
    assert_eq!(code(&released("db")), "would-move", "nothing would be left");
    assert_eq!(code(&released("")), "", "Alchemy makes up another name");
    assert_eq!(code(&from(("eu", ""), ("us", ""), "")), "would-move");
}

#[test]
fn what_is_retained_stays_so() {
    let row = |retained| Resource { retained, ..held(D1, "db", "db-pr-1") };
    let named = || declared(D1, "db", "db-pr-1");
    let kept = |declared, retained| program(vec![declared], vec![row(retained)]).kept();
    assert_eq!(kept(named(), true), ["db"]);
    assert_eq!(kept(named(), false), [""; 0]);
    assert_eq!(kept(Resource { deletes: true, ..named() }, true), [""; 0]);
    let renamed = Resource { formers: texts(&["db"]), ..declared(D1, "main", "db-pr-1") };
    assert_eq!(kept(renamed, true), ["main"]);
    // A workflow stays with its Worker, which is the only one of the two that 0.94 has a row for.
    let flow = || declared("Cloudflare.Workflow", "flow", "flow");
    let api = || declared(WORKER, "api", "api");
    let with_worker = |retained, rows: Vec<Resource>| Program {
        declared: vec![api(), Resource { worker: Some("api".to_owned()), ..flow() }],
        rows: [vec![Resource { retained, ..held(WORKER, "api", "api") }], rows]
            .into_iter()
            .flatten()
            .collect(),
        ..program(vec![], vec![])
    };
    assert_eq!(with_worker(true, vec![]).kept(), ["api", "flow"]);
    assert_eq!(with_worker(false, vec![]).kept(), [""; 0]);
    let older = || with_worker(true, vec![held("Cloudflare.Workflow", "flow", "flow")]);
    assert_eq!(Program { destroys: true, ..older() }.kept(), ["flow"]);
    let released = Program { release: texts(&["flow"]), ..with_worker(true, vec![]) };
    assert_eq!(released.kept(), ["api"]);
    let released = Program { release: texts(&["db"]), ..program(vec![named()], vec![row(true)]) };
    assert_eq!(released.kept(), [""; 0]);
    let other = || program(vec![declared(D1, "db", "new")], vec![row(true)]);
    assert_eq!(code(&other()), "would-replace");
    assert_eq!(code(&Program { release: texts(&["db"]), ..other() }), "");
    let destroyed = |retained| Program {
        destroys: true,
        ..program(vec![Resource { retained, ..named() }], vec![row(false)])
    };
    assert_eq!(destroyed(true).kept(), ["db"]);
    assert_eq!(destroyed(false).kept(), [""; 0]);
    assert_eq!(Program { release: texts(&["db"]), ..destroyed(true) }.kept(), [""; 0]);
}

#[test]
fn what_is_dropped_has_to_be_released() {
    let dropped = || program(vec![], vec![held(D1, "db", "db-pr-1")]);
    assert_eq!(code(&dropped()), "would-delete");
    assert_eq!(code(&Program { release: texts(&["db"]), ..dropped() }), "");
    let flow = || program(vec![], vec![held("Cloudflare.Workflow", "flow", "api-flow")]);
    assert_eq!(code(&flow()), "would-delete");
    assert_eq!(code(&Program { destroys: true, ..flow() }), "");
}

#[test]
fn a_class_stays_with_its_binding() {
    let row =
        || Resource { bindings: vec![class("COUNTER", "Counter")], ..held(WORKER, "api", "api") };
    let bound = |id: &str| Resource {
        bindings: vec![class(id, "Counter")],
        ..declared(WORKER, "api", "api")
    };
    assert_eq!(code(&program(vec![bound("COUNTER")], vec![row()])), "");
    assert_eq!(code(&program(vec![bound("COUNT")], vec![row()])), "would-delete-class");
    let dropped = || program(vec![declared(WORKER, "api", "api")], vec![row()]);
    assert_eq!(code(&dropped()), "would-delete-class");
    assert_eq!(code(&Program { release: texts(&["COUNTER"]), ..dropped() }), "");
    let retained = Resource { retained: true, ..row() };
    assert_eq!(code(&Program { rows: vec![retained], ..dropped() }), "would-delete-class");
    let moved = program(vec![declared(WORKER, "web", "api")], vec![row()]);
    assert_eq!(code(&moved), "would-delete-class");
}

#[test]
fn an_unfinished_replacement_does_not_delete_what_is_used() {
    let row = || Resource { replaced: texts(&["old"]), ..held(D1, "db", "new") };
    let with = |name: &str| program(vec![declared(D1, "db", name)], vec![row()]);
    assert_eq!(code(&with("old")), "pending-deletion");
    assert_eq!(code(&with("new")), "would-replace", "nobody let the old one go");
    assert_eq!(code(&Program { release: texts(&["db"]), ..with("new") }), "");
    let other = program(vec![declared(D1, "db", "new"), declared(D1, "b", "old")], vec![row()]);
    assert_eq!(code(&Program { release: texts(&["db"]), ..other }), "pending-deletion");
}

#[test]
fn ids_names_and_stages_are_checked() {
    let twice = program(vec![declared(D1, "a", "same"), declared(D1, "b", "Same")], vec![]);
    assert_eq!(code(&twice), "duplicate-name");
    let split =
        |local_store| Program { local_store, ..program(vec![declared(D1, "a__b", "")], vec![]) };
    assert_eq!(code(&split(true)), "id-invalid");
    assert_eq!(code(&split(false)), "");
    let mut ci = Program { stage: "live_runner".to_owned(), ..program(vec![], vec![]) };
    ci.environment.user = Some("runner".to_owned());
    assert_eq!(code(&ci), "");
    ci.environment.ci = Some("true".to_owned());
    assert_eq!(code(&ci), "stage-implicit");
    ci.environment.alchemy_stage = Some("live_runner".to_owned());
    assert_eq!(code(&ci), "");
}

#[test]
fn a_stage_stays_in_its_account() {
    let account = |id: &str| Some(id.to_owned());
    let run = |here, there| Program {
        account: here,
        ..program(vec![], vec![Resource { account: there, retained: true, ..held(KV, "kv", "kv") }])
    };
    assert_eq!(code(&run(account("a"), account("b"))), "wrong-account");
    assert_eq!(code(&run(account("a"), account("a"))), "");
    assert_eq!(code(&run(None, account("b"))), "");
    assert_eq!(code(&run(account("a"), None)), "");
    let destroyed = Program { destroys: true, ..run(account("a"), account("b")) };
    assert_eq!(code(&destroyed), "wrong-account");
}

#[test]
fn a_local_run_deletes_nothing_that_is_deployed() {
    let local = |retained| Resource { local: true, retained, ..declared(D1, "db", "db-pr-1") };
    assert_eq!(code(&program(vec![local(false)], vec![held(D1, "db", "db-pr-1")])), "would-delete");
    assert_eq!(code(&program(vec![local(true)], vec![held(D1, "db", "db-pr-1")])), "");
    assert_eq!(code(&program(vec![local(false)], vec![])), "");
}

#[test]
fn a_write_shows_what_the_plan_did_not() {
    let write = |row: &Resource, found, adopts, release: &[&str]| {
        let judged = judge_write(row, found, adopts, &texts(release));
        judged.err().map(|error| error.code()).unwrap_or_default()
    };
    let row = || declared(D1, "db", "");
    assert_eq!(write(&row(), None, false, &[]), "");
    assert_eq!(write(&row(), Some("db-pr-1"), false, &[]), "owned-elsewhere");
    assert_eq!(write(&row(), Some("db-pr-1"), true, &[]), "");
    let replaces = || Resource { replaced: texts(&["db-pr-1"]), ..row() };
    assert_eq!(write(&replaces(), None, false, &[]), "would-replace");
    assert_eq!(write(&Resource { local: true, ..replaces() }, None, false, &[]), "would-delete");
    let retained = || Resource { retained: true, ..replaces() };
    assert_eq!(write(&retained(), None, false, &[]), "would-replace");
    assert_eq!(write(&retained(), None, false, &["db"]), "");
    assert_eq!(write(&Resource { local: true, ..retained() }, None, false, &[]), "");
    assert_eq!(write(&replaces(), None, false, &["db"]), "");
    let worker = Resource { resource: WORKER.to_owned(), ..replaces() };
    assert_eq!(write(&worker, None, false, &[]), "");
    let hosting = Resource { holds_classes: true, ..worker };
    assert_eq!(write(&hosting, None, false, &[]), "would-replace");
    assert_eq!(write(&hosting, None, false, &["db"]), "");
}

#[test]
fn a_release_without_use_is_told() {
    let with = |release: &[&str], declared, rows| Program {
        release: texts(release),
        ..program(declared, rows)
    };
    let row = |retained| Resource { retained, ..held(D1, "db", "db-pr-1") };
    let named = || declared(D1, "db", "db-pr-1");
    let dropped = with(&["db", "other"], vec![], vec![row(false)]);
    assert_eq!(dropped.unused(&[]), ["other"]);
    assert_eq!(dropped.unused(&texts(&["other"])), [""; 0], "a write has used it");
    assert_eq!(with(&["db"], vec![named()], vec![row(false)]).unused(&[]), ["db"]);
    assert_eq!(with(&["db"], vec![named()], vec![row(true)]).unused(&[]), [""; 0], "it may go now");
    let renamed = with(&["db"], vec![declared(D1, "db", "new")], vec![row(false)]);
    assert_eq!(renamed.unused(&[]), [""; 0]);
}

#[test]
fn all_refusals_are_told_at_once() {
    let all = program(
        vec![
            declared(D1, "a", "new"),
            declared(D1, "main", "b-pr-1"),
            declared(KV, "kv", "new"),
            declared(D1, "two", "b-pr-1"),
        ],
        vec![
            held(D1, "a", "old"),
            held(D1, "b", "b-pr-1"),
            held(KV, "kv", "old"),
            held("Cloudflare.Workflow", "flow", "flow"),
        ],
    );
    let refusals = all.refusals();
    let declared: Vec<_> = refusals
        .declared
        .iter()
        .map(|(one, row, error)| (one.id.as_str(), row.is_some(), error.code()))
        .collect();
    let is = |id, has_row, code: &str| (id, has_row, code.to_owned());
    assert_eq!(
        declared,
        [
            is("a", true, "would-replace"),
            is("main", false, "id-changed"),
            is("two", false, "id-changed")
        ]
    );
    let gone: Vec<_> =
        refusals.gone.iter().map(|(row, error)| (row.id.as_str(), error.code())).collect();
    assert_eq!(gone, [("b", "would-delete".to_owned()), ("flow", "would-delete".to_owned())]);
}

mod classes;
