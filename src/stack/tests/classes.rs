use super::*;
use crate::stack::facts::{Hosted, Transfer};

fn hosted(script: &str, class: &str) -> Hosted {
    Hosted { script: script.to_owned(), class_name: class.to_owned() }
}

#[test]
fn a_class_that_only_the_account_knows_is_not_deleted() {
    let worker = |bindings| Resource { bindings, ..declared(WORKER, "api", "api") };
    let lost = |hosted| Program { hosted, ..program(vec![worker(vec![])], vec![]) };
    let all = || Some(vec![hosted("api", "Counter"), hosted("web", "Room")]);
    assert_eq!(code(&lost(all())), "would-delete-class");
    assert_eq!(code(&lost(None)), "", "nothing is known of the account");
    assert_eq!(code(&Program { release: texts(&["Counter"]), ..lost(all()) }), "");
    let bound = worker(vec![class("COUNT", "Counter")]);
    assert_eq!(code(&Program { declared: vec![bound], ..lost(all()) }), "");
    let elsewhere = Resource { dispatched: true, ..worker(vec![]) };
    assert_eq!(code(&Program { declared: vec![elsewhere], ..lost(all()) }), "");
    let known = Program { rows: vec![held(WORKER, "api", "api")], ..lost(all()) };
    assert_eq!(code(&known), "", "its row says what it has");
}

fn web(bindings: Vec<Binding>) -> Resource {
    Resource { bindings, ..declared(WORKER, "web", "web-pr-1") }
}

fn web_row() -> Resource {
    let bindings = vec![class("COUNTER", "Counter")];
    Resource { bindings, ..held(WORKER, "web", "web-pr-1") }
}

fn host(from: &str) -> Resource {
    let transfers = vec![Transfer { class_name: "Counter".to_owned(), from: texts(&[from]) }];
    let bindings = vec![class("COUNTER", "Counter")];
    Resource { transfers, bindings, ..declared(WORKER, "host", "host-pr-1") }
}

#[test]
fn a_class_moves_only_where_its_former_worker_waits() {
    let gone = |from| program(vec![host(from)], vec![web_row()]);
    assert_eq!(code(&gone("web")), "", "what is gone is deleted last");
    assert_eq!(code(&gone("web-pr-1")), "", "by the name of the script");
    assert_eq!(code(&gone("nobody")), "would-delete-class");
    let at_once = program(vec![web(vec![]), host("web")], vec![web_row()]);
    assert_eq!(code(&at_once), "would-delete-class");
    let borrows = || Resource { borrowed: texts(&["Counter"]), ..web(vec![]) };
    assert_eq!(code(&program(vec![borrows(), host("web")], vec![web_row()])), "");
    assert_eq!(code(&program(vec![borrows()], vec![web_row()])), "would-delete-class");
    // Alchemy moves none where the new one has such a class already.
    let own = Resource {
        bindings: vec![class("COUNTER", "Counter")],
        ..held(WORKER, "host", "host-pr-1")
    };
    let both = program(vec![host("web")], vec![web_row(), own]);
    assert_eq!(code(&both), "would-delete-class");
}

#[test]
fn a_class_that_was_moved_before_may_be_unbound() {
    let unbound =
        |hosted| Program { hosted, ..program(vec![web(vec![]), host("web")], vec![web_row()]) };
    let class = |script| Some(vec![hosted(script, "Counter")]);
    assert_eq!(code(&unbound(class("host-pr-1"))), "");
    assert_eq!(code(&unbound(class("web-pr-1"))), "would-delete-class");
    assert_eq!(code(&unbound(None)), "would-delete-class", "nothing is known of the account");
    // The account does not list the classes of a dispatch namespace.
    let rows = vec![Resource { dispatched: true, ..web_row() }];
    assert_eq!(code(&Program { rows, ..unbound(class("host-pr-1")) }), "would-delete-class");
}
