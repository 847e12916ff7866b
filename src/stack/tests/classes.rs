use super::*;
use crate::stack::Hosted;

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
