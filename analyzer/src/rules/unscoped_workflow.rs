//! Two stages give a workflow one name.
//!
//! ```ts
//! Workflow("flow", { className: "Flow" });
//! ```
//!
//! **Why.** The whole account knows a workflow by its `workflowName`, or by its `className` or id if you
//! give none. Each deploy takes it over, with its running instances.
//!
//! **Fix.** Use `AlchemyWorkflow`, or put `app.stage` into `workflowName`. A workflow with a
//! `scriptName` refers to another Worker's and is not reported.

use alch_blocks::{Kind, quote};

use super::collisions;
use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program};

pub(super) const RULE: Rule = Rule {
    code: "unscoped-workflow",
    severity: Severity::Warning,
    what: "a workflow that two stages share",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(one).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    if declaration.kind != Kind::Workflow {
        return None;
    }
    let collision = collisions::of_names(declaration)?;
    let name = quote(&collision.text);
    let also = collision.also();
    let who = collision.who();
    let message = format!("{who} have the workflow {name}: each deploy takes it over{also}");
    let help = format!(
        "use `AlchemyWorkflow` of `{}`, or put the stage into `workflowName` and keep `className`",
        declaration.version.blocks()
    );
    Some(Found::of(declaration, declaration.places.name, message, help))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    fn found(text: &str) -> Vec<String> {
        messages("unscoped-workflow", text)
    }

    #[test]
    fn a_workflow_without_the_stage_is_found() {
        assert_eq!(
            found(r#"Workflow("flow", { className: "Flow" });"#),
            ["all stages have the workflow `Flow`: each deploy takes it over"]
        );
        let some = found(
            r#"Workflow("flow", { className: "F", workflowName: stage === "prod" ? "f" : "f-dev" });"#,
        );
        assert!(some.iter().any(|one| one.contains("the stages `dev`")), "{some:?}");
    }

    #[test]
    fn a_reference_to_another_worker_is_fine() {
        let text = r#"
            const host = await Worker("host");
            Workflow("ref", { workflowName: "flow", className: "F", scriptName: host.name });
        "#;
        assert!(found(text).is_empty());
    }

    #[test]
    fn a_workflow_with_the_stage_is_fine() {
        assert!(
            found(r#"Workflow("f", { className: "F", workflowName: `f-${stage}` });"#).is_empty()
        );
        assert!(found(r#"AlchemyWorkflow("Flow");"#).is_empty());
    }
}
