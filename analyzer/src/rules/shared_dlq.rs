//! The dead letters of two stages go to one queue.
//!
//! ```ts
//! import { Queue } from "alchemy/cloudflare";
//!
//! await Queue("jobs", { dlq: "jobs-dead" });
//! ```
//!
//! **Why.** Failed messages of a preview end up in production's dead letter queue, and the other way
//! round.
//!
//! **Fix.** Pass a `Queue` of this program. The block `Queue` gives a `dlq` that is text the stage,
//! so it is not reported.

use alch_blocks::quote;

use super::collisions;
use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program, Role};

pub(super) const RULE: Rule = Rule {
    code: "shared-dlq",
    severity: Severity::Warning,
    what: "a dead letter queue that two stages share",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.declarations.iter().filter_map(one).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    let collision = collisions::of_texts(declaration, Role::DeadLetters, |a, b| a == b)?;
    let (stages, queue) = (collision.who(), quote(&collision.text));
    let message =
        format!("the dead letters of {stages} go to the queue {queue}{}", collision.also());
    let help = "pass a `Queue` of this program, or use the blocks: they give a `dlq` its stage";
    Some(Found::of(declaration, declaration.places.option("dlq"), message, help.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    fn found(text: &str) -> Vec<String> {
        messages("shared-dlq", text)
    }

    #[test]
    fn a_queue_without_the_stage_is_found() {
        assert_eq!(
            found(r#"await RawQueue("jobs", { dlq: "dead" });"#),
            ["the dead letters of all stages go to the queue `dead`"]
        );
        assert_eq!(found(r#"await Queue("jobs", { stage: false, dlq: "dead" });"#).len(), 1);
    }

    #[test]
    fn a_queue_with_the_stage_is_fine() {
        assert!(found(r#"await Queue("jobs", { dlq: "dead" });"#).is_empty());
        assert!(found("await RawQueue(\"jobs\", { dlq: `dead-${stage}` });").is_empty());
        let resource =
            r#"const dead = await RawQueue("dead"); await RawQueue("a", { dlq: dead });"#;
        assert!(found(resource).is_empty());
        let only = r#"if (stage === "prod") await RawQueue("jobs", { dlq: "dead" });"#;
        assert!(found(only).is_empty());
    }
}
