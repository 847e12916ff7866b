//! What the first deploy with Alchemy 2 does to the classes of a Worker that 0.94 has deployed.
//!
//! 0.94 notes `alchemy:do:<id>:<binding>` in the tags of the script. Alchemy 2 reads such a note as
//! `<key>=<class>`. So it takes the id for a key, and the name of the binding for a class.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::{Kind, quote};
use serde_json::Value;

use super::json::text;

/// A Durable Object that runs a container.
const CONTAINER: &str = "container";

/// A class that a Worker binds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bound {
    /// The name of the binding, which is the key in `env`.
    pub key: String,
    pub id: String,
    pub class: String,
    /// Whether the Worker's own script has the class.
    pub own: bool,
}

/// All classes that a row of a Worker binds.
pub(super) fn bound(output: &Value) -> Vec<Bound> {
    let script = text(output, "name");
    let bindings = output.get("bindings").and_then(Value::as_object);
    let class = |(key, it): (&String, &Value)| {
        let class = Kind::DurableObject.spec().binding;
        let is_class = text(it, "type").is_some_and(|it| it == class || it == CONTAINER);
        if !is_class {
            return None;
        }
        let host = text(it, "scriptName");
        Some(Bound {
            key: key.clone(),
            id: text(it, "id")?.to_owned(),
            class: text(it, "className")?.to_owned(),
            own: host.is_none() || host == script,
        })
    };
    bindings.into_iter().flatten().filter_map(class).collect()
}

/// What would go wrong, and of which binding.
pub(super) fn faults(bound: &[Bound]) -> Vec<String> {
    let hosted: BTreeSet<&str> =
        bound.iter().filter(|one| one.own).map(|one| one.class.as_str()).collect();
    let keys: BTreeSet<&str> =
        bound.iter().filter(|one| one.own).map(|one| one.key.as_str()).collect();
    let noted: BTreeMap<&str, &str> =
        bound.iter().map(|one| (one.id.as_str(), one.key.as_str())).collect();
    let mut faults = Vec::new();
    for (id, key) in &noted {
        if !keys.contains(id) && hosted.contains(key) {
            faults.push(format!(
                "its binding {} has the name of a class: Alchemy 2 would delete that class",
                quote(key)
            ));
        }
    }
    for one in bound.iter().filter(|one| one.own) {
        if let Some(&read) = noted.get(one.key.as_str())
            && read != one.class
        {
            faults.push(format!(
                "its binding {} has the name of a Durable Object's id: Alchemy 2 would rename a \
                 class {} to {}",
                quote(&one.key),
                quote(read),
                quote(&one.class)
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{Bound, faults};

    fn one(key: &str, id: &str, class: &str) -> Bound {
        Bound { key: key.into(), id: id.into(), class: class.into(), own: true }
    }

    #[test]
    fn keys_that_mean_nothing_else_are_safe() {
        assert!(faults(&[one("COUNTER", "counter", "Counter")]).is_empty());
        assert!(faults(&[one("A", "a", "Counter"), one("B", "b", "Room")]).is_empty());
        // Read as a key and its class, it happens to be right.
        assert!(faults(&[one("Counter", "Counter", "Counter")]).is_empty());
    }

    #[test]
    fn a_key_that_is_a_class_deletes_it() {
        let found = faults(&[one("Counter", "counter", "Counter")]);
        assert!(matches!(&found[..], [fault] if fault.contains("delete")), "{found:?}");
        let other = faults(&[one("Room", "a", "Counter"), one("B", "b", "Room")]);
        assert_eq!(other.len(), 1);
    }

    #[test]
    fn a_key_that_is_an_id_renames_a_class() {
        let found = faults(&[one("COUNTER", "COUNTER", "Counter")]);
        assert!(matches!(&found[..], [fault] if fault.contains("rename")), "{found:?}");
    }

    #[test]
    fn classes_of_other_scripts_count_by_their_notes_alone() {
        let far = Bound { own: false, ..one("Counter", "far", "Counter") };
        assert!(faults(&[far]).is_empty());
        let far = Bound { own: false, ..one("Counter", "far", "Counter") };
        assert_eq!(faults(&[far, one("C", "c", "Counter")]).len(), 1);
    }
}
