//! Two Durable Objects of one run that are one class: the block refuses the second.

use std::collections::{BTreeMap, HashSet};

use alch_blocks::{Error, Kind, Place};

use super::found::Found;
use crate::declarations::{Declaration, Program, Role};

/// The app, the script if the program names one, and the class.
type Class<'a> = (Option<usize>, Option<&'a str>, &'a str);

/// What `duplicate-name` says of classes.
pub(super) fn duplicates(program: &Program<'_>) -> Vec<Found> {
    let is_object = |one: &&Declaration| one.is_block && one.kind == Kind::DurableObject;
    let objects: Vec<_> = program.declarations.iter().filter(is_object).collect();
    let mut told: HashSet<(usize, u32)> = HashSet::new();
    let mut found = Vec::new();
    let stages: HashSet<&str> =
        objects.iter().flat_map(|one| one.judged()).map(|(at, _)| at).collect();
    let mut stages: Vec<_> = stages.into_iter().collect();
    stages.sort_unstable();
    for stage in stages {
        let mut first: BTreeMap<Class<'_>, &Declaration> = BTreeMap::new();
        for one in &objects {
            let Some(class) = class_in(one, stage) else { continue };
            match first.get(&class) {
                None => {
                    first.insert(class, one);
                }
                Some(other) if program.is_same(one, other) => {}
                Some(other) if told.insert((one.places.file, one.places.call.0)) => {
                    found.push(duplicate(one, other, class));
                }
                Some(_) => {}
            }
        }
    }
    found
}

fn class_in<'a>(one: &'a Declaration, stage: &str) -> Option<Class<'a>> {
    let here = one.stages.get(stage)?;
    let class = here.name.as_ref().ok()?;
    let names_script = one.given.iter().any(|given| given.role == Role::Script);
    let script = here.scripts.first().map(String::as_str);
    (names_script == script.is_some()).then_some((one.app, script, class.name.as_str()))
}

fn duplicate(one: &Declaration, first: &Declaration, (_, script, class): Class<'_>) -> Found {
    let place = |one: &Declaration| Place {
        scope: one.scope.join("/"),
        id: one.id.clone().unwrap_or_default(),
    };
    let error = Error::DuplicateClass {
        class: class.into(),
        script: script.map(Into::into),
        first: place(first),
        second: place(one),
    };
    Found::of(one, one.places.name, error.to_string(), error.help())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    fn found(text: &str) -> Vec<String> {
        messages("duplicate-name", text)
    }

    #[test]
    fn two_blocks_of_one_class_are_found() {
        let two = r#"DurableObject("a", { className: "Room" });
            DurableObject("b", { className: "Room" });"#;
        assert_eq!(found(two), ["two Durable Objects are the class `Room`: `a` and `b`"]);
        let derived = r#"DurableObject("chat-room"); DurableObject("ChatRoom");"#;
        assert_eq!(found(derived).len(), 1);
    }

    #[test]
    fn what_is_another_class_or_another_script_is_fine() {
        for fine in [
            r#"DurableObject("a", { className: "A" }); DurableObject("b", { className: "B" });"#,
            r#"DurableObject("a", { className: "A" });
               DurableObject("b", { className: "A", scriptName: "other" });"#,
            r#"DurableObject("a", { className: "A" }); DurableObject("a", { className: "A" });"#,
            r#"DurableObjectNamespace("a", { className: "A" });
               DurableObjectNamespace("b", { className: "A" });"#,
        ] {
            assert!(found(fine).is_empty(), "{fine}");
        }
    }
}
