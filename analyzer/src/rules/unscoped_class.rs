//! A Durable Object or a workflow is in a script that two stages share.
//!
//! ```ts
//! DurableObjectNamespace("room", { className: "Room", scriptName: "api" });
//! ```
//!
//! **Why.** The class, and what it stores, belongs to the script. All stages that use the script use
//! the same objects.
//!
//! **Fix.** Pass the Worker itself, or give the script a name with the stage: `physicalName("worker",
//! "api", app.stage)`.

use alch_blocks::quote;

use super::collisions;
use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program, Role};

pub(super) const RULE: Rule = Rule {
    code: "unscoped-class",
    severity: Severity::Warning,
    what: "a class in a script that two stages share",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(one).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    let collision = collisions::of_texts(declaration, Role::Script, |a, b| a == b)?;
    let message = format!(
        "the {} {} is in the script {}, which {} share{}",
        declaration.kind.noun(),
        declaration.shown(),
        quote(&collision.text),
        collision.who(),
        collision.also()
    );
    let help = "pass the `Worker` itself, or give the script a name with the stage";
    Some(Found::of(declaration, declaration.places.option("scriptName"), message, help.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    fn found(script: &str) -> Vec<String> {
        let text = format!(
            r#"const api = await Worker("api");
            const fixed = await Worker("fixed", {{ name: "fixed" }});
            DurableObjectNamespace("room", {{ className: "Room", scriptName: {script} }});"#
        );
        messages("unscoped-class", &text)
    }

    #[test]
    fn a_script_without_the_stage_is_found() {
        let message = "the Durable Object `room` is in the script `shop`, which all stages share";
        assert_eq!(found(r#""shop""#), [message]);
        assert_eq!(found("fixed.name").len(), 1);
        let some = found(r#"stage === "prod" ? "shop" : "shop-dev""#);
        assert!(some.iter().any(|one| one.contains("`shop-dev`")), "{some:?}");
    }

    #[test]
    fn a_script_with_the_stage_is_fine() {
        assert!(found("api.name").is_empty());
        assert!(found("`shop-${stage}`").is_empty());
        assert!(found(r#"stage === "prod" ? "shop" : `shop-${stage}`"#).is_empty());
    }
}
