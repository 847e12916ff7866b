//! A base name already carries the stage.
//!
//! ```ts
//! await Database("db", { name: `db-${app.stage}` });
//! await Bucket("files-prod");
//! ```
//!
//! **Why.** The block adds the stage itself. In stage `prod` the first one would be `db-prod-prod`,
//! so the block refuses it.
//!
//! **Fix.** Leave the stage out of the base name.

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity, law};
use crate::declarations::{Declaration, Program, StageUse};
use crate::naming::{carries_stage, shown, stage_variable};
use crate::values::Part;

pub(super) const RULE: Rule = Rule {
    code: "double-stage",
    severity: Severity::Error,
    what: "a base name already carries the stage",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let declarations = program.declarations.iter().flat_map(one);
    let calls = program.name_calls.iter().filter_map(|call| {
        let error = law::double_stage(program, call)?;
        Some(law::found_at(call, error.to_string(), error.help()))
    });
    let hosts = law::refused_hosts(program, |code| code == "double-stage");
    declarations.chain(calls).chain(hosts).collect()
}

fn one(declaration: &Declaration) -> Vec<Found> {
    let at = declaration.places.name;
    if declaration.base_parts.iter().any(|parts| parts.iter().any(carries_stage)) {
        let carried = declaration.base_parts.iter().filter(|_| declaration.stage != StageUse::Off);
        let found = |(message, help)| Found::of(declaration, at, message, help);
        return carried.filter_map(|parts| written(parts)).map(found).collect();
    }
    let doubled = law::refusals(declaration).filter(|error| error.code() == "double-stage");
    doubled.map(|error| Found::of(declaration, at, error.to_string(), error.help())).collect()
}

/// What to say of a base name that is written with the stage; a variable has a rule of its own.
fn written(parts: &[Part]) -> Option<(String, String)> {
    if !parts.iter().any(carries_stage) || parts.iter().any(|part| stage_variable(part).is_some()) {
        return None;
    }
    let base = match parts {
        [Part::Text(base), Part::Stage | Part::Slug] => base.strip_suffix('-'),
        [Part::Law(_, base)] => Some(base.as_str()),
        _ => None,
    };
    let help = match base {
        Some(base) => format!("write {}: the block adds the stage", quote(base)),
        None => "leave the stage out: the block adds it".to_owned(),
    };
    let message = format!("the base name {} already carries the stage", quote(&shown(parts)));
    Some((message, help))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::find;

    #[test]
    fn a_base_name_with_the_stage_is_found() {
        let found = find("double-stage", "await Database(\"db\", { name: `db-${stage}` });");
        let said: Vec<_> =
            found.iter().map(|one| (one.message.as_str(), one.help.as_str())).collect();
        assert_eq!(
            said,
            [(
                "the base name `db-${stage}` already carries the stage",
                "write `db`: the block adds the stage"
            )]
        );
        assert_eq!(find("double-stage", r#"await Bucket("files-prod");"#).len(), 1);
        let host = r#"await Domain("app-dev.example.com", { worker: "api" });"#;
        assert_eq!(find("double-stage", host).len(), 1);
        assert_eq!(find("double-stage", r#"physicalName("worker", "api-prod", stage);"#).len(), 1);
    }

    #[test]
    fn a_stage_that_is_only_a_word_is_fine() {
        assert!(find("double-stage", r#"await Database("product");"#).is_empty());
        let off = r#"await Database("db", { name: "db-prod", stage: false });"#;
        assert!(find("double-stage", off).is_empty());
    }
}
