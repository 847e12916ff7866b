//! Cron triggers of a Worker run in previews, too.
//!
//! ```ts
//! await Worker("api", { entrypoint: "./src/api.ts", crons: ["*/5 * * * *"] });
//! ```
//!
//! **Why.** Each preview does the work again, all day, and Cloudflare counts it. An account has 5 cron
//! triggers on the free plan and 250 on the paid one, and each stage takes its own. Unless `observability`
//! says less, each request is logged as well.
//!
//! **Fix.** Wrap the options: `Worker("api", thrifty({ … }))`, with `thrifty` of `@alch/blocks`, or of
//! `@alch/blocks/v2` for Alchemy 2. Protected stages keep all of it.

use std::collections::BTreeSet;

use alch_blocks::{PROTECTED, quote};

use super::found::{Found, MOST, listed};
use super::{Rule, Severity};
use crate::declarations::{Declaration, Program};
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "preview-cost",
    severity: Severity::Info,
    what: "a Worker whose cron triggers run in previews",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let all = program.declarations.iter();
    all.filter_map(|declaration| one(declaration, &protected(program, declaration))).collect()
}

/// The stages that some set of blocks of the app protects.
fn protected<'p>(program: &'p Program<'_>, declaration: &Declaration) -> BTreeSet<&'p str> {
    let of_app = program.declarations.iter().filter(|other| other.app == declaration.app);
    let named = of_app.flat_map(|other| &other.named_stages);
    let written = named.filter(|(option, _)| *option == "protect").map(|(_, name)| name.as_str());
    written.chain(PROTECTED).collect()
}

fn one(declaration: &Declaration, protected: &BTreeSet<&str>) -> Option<Found> {
    let costs: Vec<_> = declaration
        .judged()
        .filter(|(stage, here)| !here.perhaps && !protected.contains(stage))
        .filter_map(|(stage, _)| Some((stage, declaration.costs.get(stage)?)))
        .collect();
    let stages: Vec<_> = costs.iter().map(|(stage, _)| quote(stage).to_string()).collect();
    let place = match stages.as_slice() {
        [] => return None,
        _ if declaration.judged.is_usual => "previews".to_owned(),
        [stage] => format!("stage {stage}"),
        stages => in_stages(stages),
    };
    let logs = if costs.iter().all(|(_, cost)| cost.logs_all) {
        ", where it logs all its requests"
    } else {
        ""
    };
    let message = format!("the cron triggers of {} run in {place}{logs}", declaration.shown());
    let library = match declaration.version {
        Version::V0 => "@alch/blocks",
        Version::V2 => "@alch/blocks/v2",
    };
    let help = format!("wrap its options in `thrifty(…)` of `{library}`");
    Some(Found::of(declaration, declaration.places.option("crons"), message, help))
}

fn in_stages(stages: &[String]) -> String {
    let mut shown: Vec<_> = stages.iter().take(MOST).cloned().collect();
    if let Some(more @ 1..) = stages.len().checked_sub(MOST) {
        shown.push(format!("{more} more"));
    }
    format!("the stages {}", listed(&shown))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find_with, messages, messages2};

    const NONE: [&str; 0] = [];

    fn in_given(text: &str, stages: &str) -> Vec<String> {
        let options = format!(r#"{{ "stages": [{stages}] }}"#);
        let found = find_with("preview-cost", text, &options);
        found.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn cron_triggers_in_previews_are_found() {
        assert_eq!(
            messages("preview-cost", r#"await Worker("api", { crons: ["0 * * * *"] });"#),
            ["the cron triggers of `api` run in previews, where it logs all its requests"]
        );
        let less =
            r#"await Worker("api", { crons: ["x"], observability: { headSamplingRate: 0.1 } });"#;
        assert_eq!(in_given(less, r#""pr-1""#), ["the cron triggers of `api` run in stage `pr-1`"]);
        assert_eq!(
            in_given(less, r#""a", "b", "c", "d", "prod""#),
            ["the cron triggers of `api` run in the stages `a`, `b`, `c` and 1 more"]
        );
        let effect = r#"yield* Worker("api", { main: "x", crons: ["0 * * * *"] });"#;
        assert_eq!(messages2("preview-cost", effect).len(), 1);
    }

    #[test]
    fn what_runs_in_no_preview_is_fine() {
        let only = r#"await Worker("api", { crons: stage === "prod" ? ["x"] : [] });"#;
        assert_eq!(messages("preview-cost", only), NONE);
        let cheap =
            r#"await Worker("api", thrifty({ crons: ["x"] }, { crons: { dev: "same" } }));"#;
        assert_eq!(messages("preview-cost", cheap), NONE);
        let cheap = r#"yield* Worker("api", thrifty({ main: "x", crons: ["x"] }));"#;
        assert_eq!(messages2("preview-cost", cheap), NONE);
        let text = r#"await Worker("api", { crons: ["x"] });"#;
        assert_eq!(in_given(text, r#""prod", "production""#), NONE);
        let live = format!(r#"await createBlocks({{ protect: ["live"] }}).Database("db"); {text}"#);
        assert_eq!(in_given(&live, r#""live""#), NONE);
        assert_eq!(in_given(text, r#""live""#).len(), 1);
        assert_eq!(messages("preview-cost", r#"await Worker("api", { crons: outside() });"#), NONE);
    }

    #[test]
    fn thrifty_hides_no_name() {
        let text = r#"await Worker("api", thrifty({ name: "api" }));"#;
        assert_eq!(messages("fixed-name", text).len(), 1);
        let text = r#"yield* Cloudflare.Worker("api", thrifty({ name: "api" }));"#;
        assert_eq!(messages2("fixed-name", text).len(), 1);
    }
}
