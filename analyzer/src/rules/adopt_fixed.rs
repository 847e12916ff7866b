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
//! program says `adopt`. So a fixed name of a raw resource is this error there.
//!
//! What stays in the account when a stage is destroyed is only a [`fixed-name`](#fixed-name): a block
//! with `pin`, and a resource with `delete: false` or `RemovalPolicy.retain()`. A block with `delete: true`
//! is this error again, also with `stage: false`.
//!
//! **Fix.** Use a block, with `pin` for the stage that owns the resource now. The other stages get
//! their own, or use `share`. Which stages are compared: see [`fixed-name`](#fixed-name).

use super::collisions::{self, Collision};
use super::found::Found;
use super::{Rule, Severity, fixed_name};
use crate::declarations::{Declaration, Program};

pub(super) const RULE: Rule = Rule {
    code: "adopt-fixed",
    severity: Severity::Error,
    what: "stages adopt one resource, and destroying one deletes it",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let adopted = program.declarations.iter().filter(|one| one.may_adopt);
    adopted.filter_map(one).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    let collision = collisions::of_claims(declaration).filter(|it| !it.is_kept)?;
    fixed_name::found(declaration, &collision, message)
}

fn message(noun: &str, name: &str, collision: &Collision) -> String {
    format!("{} adopt the {noun} {name}: destroying one deletes it for all", collision.who())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find, find_in, messages, messages2};

    fn found(text: &str) -> Vec<String> {
        messages("adopt-fixed", text)
    }

    #[test]
    fn an_adopted_fixed_name_is_found() {
        let text = r#"await R2Bucket("files", { name: "files", adopt: true });"#;
        assert_eq!(
            found(text),
            ["all stages adopt the bucket `files`: destroying one deletes it for all"]
        );
        assert!(messages("fixed-name", text).is_empty());
    }

    #[test]
    fn alchemy_2_adopts_unasked() {
        let text = r#"yield* Cloudflare.D1.Database("db", { name: "shop" });"#;
        assert_eq!(
            messages2("adopt-fixed", text),
            ["all stages adopt the database `shop`: destroying one deletes it for all"]
        );
        let worker = r#"Cloudflare.Worker("api", { name: "api" })"#;
        assert!(messages2("adopt-fixed", &format!("yield* {worker};")).is_empty());
        assert_eq!(messages2("fixed-name", &format!("yield* {worker};")).len(), 1);
        let adopted = format!("yield* {worker}.pipe(Alchemy.AdoptPolicy.adopt());");
        assert_eq!(messages2("adopt-fixed", &adopted).len(), 1);
    }

    /// The codes for a declaration that adopts.
    fn codes(text: &str) -> Vec<String> {
        let found = ["adopt-fixed", "fixed-name"].map(|code| find(code, text)).concat();
        found.into_iter().map(|one| format!("{} {}", one.severity, one.code)).collect()
    }

    #[test]
    fn what_outlives_each_stage_is_no_error() {
        let kept = ["info fixed-name"];
        let both = "pin: { prod: \"old\", dev: \"old\", staging: \"old\" }";
        assert_eq!(codes(&format!("await Database(\"db\", {{ adopt: true, {both} }});")), kept);
        let raw = "await D1Database(\"db\", { name: \"old\", adopt: true, delete: false });";
        assert_eq!(codes(raw), kept);
        // The stage that is in the name deletes its own.
        let one = "await Database(\"db\", { adopt: true, pin: { dev: \"db-staging\" } });";
        assert_eq!(codes(one), kept);
        assert!(
            codes("await Database(\"db\", { adopt: true, pin: { dev: \"old\" } });").is_empty()
        );
        assert!(codes("await Database(\"db\", { adopt: true, stage: false });").is_empty());
    }

    #[test]
    fn what_a_stage_deletes_for_others_is_an_error() {
        let error = ["error adopt-fixed"];
        for options in [
            r#"pin: { prod: "old", dev: "old" }, delete: true"#,
            r#"pin: { prod: "old", dev: "old" }, delete: stage === "dev""#,
            "stage: false, delete: true",
            r#"stage: "prod", delete: true"#,
        ] {
            let text = format!("await Database(\"db\", {{ adopt: true, {options} }});");
            assert_eq!(codes(&text), error, "{options}");
        }
        let some = r#"await R2Bucket("a", { name: "a", adopt: true, delete: stage !== "prod" });"#;
        assert_eq!(codes(some), error);
        let unknown = r#"import { flag } from "somewhere";
            await R2Bucket("a", { name: "a", adopt: true, delete: flag });"#;
        assert_eq!(codes(unknown), error);
    }

    #[test]
    fn alchemy_2_retains_by_a_policy() {
        let raw = r#"Cloudflare.D1.Database("db", { name: "shop" })"#;
        let block = r#"Database("db", { pin: { prod: "old", dev: "old" } })"#;
        let found = |call: &str, policy: &str| {
            let text = format!("yield* {call}{policy};");
            let errors = messages2("adopt-fixed", &text).len();
            (errors, messages2("fixed-name", &text).len())
        };
        let policy = |call: &str| format!(".pipe(Alchemy.RemovalPolicy.{call})");
        assert_eq!(found(raw, &policy("retain()")), (0, 1));
        assert_eq!(found(raw, &policy("retain(true)")), (0, 1));
        assert_eq!(found(raw, &policy("retain(stage === \"prod\")")), (1, 0));
        assert_eq!(found(raw, &policy("destroy()")), (1, 0));
        assert_eq!(found(block, ""), (0, 1));
        let adopted = ".pipe(Alchemy.AdoptPolicy.adopt())";
        assert_eq!(found(block, adopted), (0, 1));
        assert_eq!(found(block, &format!("{adopted}{}", policy("destroy()"))), (1, 0));
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
