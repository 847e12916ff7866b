//! Two stages give a resource one physical name, and each adopts what it finds.
//!
//! ```ts
//! await R2Bucket("files", { name: "files", adopt: true });
//! ```
//!
//! **Why.** Every deploy takes the same bucket over. Destroying one stage deletes it for all others,
//! with its data.
//!
//! Alchemy 2 adopts databases, buckets, KV namespaces and queues by their name, whether or not the
//! program says `adopt`. So a fixed name is always this error there.
//!
//! **Fix.** Use a block, with `pin` for the stage that owns the resource now. The other stages get
//! their own, or use `share`. Which stages are compared: see [`fixed-name`](#fixed-name).

use super::collisions::Collision;
use super::found::Found;
use super::{Rule, Severity, fixed_name};
use crate::declarations::Program;

pub(super) const RULE: Rule = Rule {
    code: "adopt-fixed",
    severity: Severity::Error,
    what: "stages adopt one resource, and destroying one deletes it",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let adopted = program.declarations.iter().filter(|one| one.may_adopt);
    adopted.filter_map(|one| fixed_name::found(one, message)).collect()
}

fn message(noun: &str, name: &str, collision: &Collision) -> String {
    if collision.is_everywhere {
        format!("the {noun} {name} is adopted by every stage: destroying one deletes all others'")
    } else {
        let stages = collision.in_stages();
        format!("the {noun} {name} is adopted by {stages}: destroying one deletes the others'")
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find_in, messages, messages2};

    fn found(text: &str) -> Vec<String> {
        messages("adopt-fixed", text)
    }

    #[test]
    fn an_adopted_fixed_name_is_found() {
        let text = r#"await R2Bucket("files", { name: "files", adopt: true });"#;
        assert_eq!(
            found(text),
            ["the bucket `files` is adopted by every stage: destroying one deletes all others'"]
        );
        assert!(messages("fixed-name", text).is_empty());
    }

    #[test]
    fn alchemy_2_adopts_unasked() {
        let text = r#"yield* Cloudflare.D1.Database("db", { name: "shop" });"#;
        assert_eq!(
            messages2("adopt-fixed", text),
            ["the database `shop` is adopted by every stage: destroying one deletes all others'"]
        );
        let worker = r#"Cloudflare.Worker("api", { name: "api" })"#;
        assert!(messages2("adopt-fixed", &format!("yield* {worker};")).is_empty());
        assert_eq!(messages2("fixed-name", &format!("yield* {worker};")).len(), 1);
        let adopted = format!("yield* {worker}.pipe(Alchemy.AdoptPolicy.adopt());");
        assert_eq!(messages2("adopt-fixed", &adopted).len(), 1);
    }

    #[test]
    fn a_name_that_some_stages_adopt_is_found() {
        let found = found(
            r#"await Worker("api", { name: stage === "prod" ? "x" : "x-dev", adopt: true });"#,
        );
        assert!(found.iter().any(|one| one.contains("`production` and `pr-1`")), "{found:?}");
    }

    #[test]
    fn a_framework_makes_a_worker() {
        let text = r#"
            import { Vite, Website } from "alchemy/cloudflare";
            await Website("site", { name: "site", adopt: true, assets: "dist" });
            await Vite("web", { name: "web", adopt: true });
        "#;
        assert_eq!(found(text).len(), 2);
    }

    #[test]
    fn the_app_may_adopt_everything() {
        let text = r#"
            import alchemy from "alchemy";
            import { D1Database } from "alchemy/cloudflare";
            const app = await alchemy("all", { adopt: true });
            await D1Database("db", { name: "x" });
            await D1Database("own", { name: "y", adopt: false });
        "#;
        let found = find_in("adopt-fixed", &[("a.ts", text)], "{}");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn names_with_the_stage_may_be_adopted() {
        assert!(found(r#"await D1Database("db", { adopt: true });"#).is_empty());
        assert!(
            found(r#"await D1Database("db", { name: `x-${stage}`, adopt: true });"#).is_empty()
        );
    }

    #[test]
    fn the_stage_of_the_app_is_the_stage_of_its_names() {
        let program = |stage: &str| {
            format!(
                r#"import alchemy from "alchemy";
                import {{ D1Database }} from "alchemy/cloudflare";
                const stage = {stage};
                const app = await alchemy("x", {{ stage }});
                await D1Database("db", {{ name: `x-${{stage}}`, adopt: true }});"#
            )
        };
        for stage in [
            "process.env.STAGE ?? \"dev\"",
            "process.argv[3] || \"dev\"",
            "\"dev\"",
            "process.env.STAGE",
        ] {
            for code in ["adopt-fixed", "undecided", "fixed-name", "stage-source"] {
                let found = find_in(code, &[("a.ts", &program(stage))], "{}");
                assert!(found.is_empty(), "{stage}: {found:?}");
            }
        }
    }
}
