//! A base name breaks the rule of its kind.
//!
//! ```ts
//! await Bucket("My_Files");
//! await Domain("https://app.example.com", { worker });
//! ```
//!
//! **Why.** Cloudflare refuses such a name, or changes it without saying so. The block refuses it
//! before the deploy.
//!
//! **Fix.** The message has the rule, and a name that passes.

use super::found::Found;
use super::{Rule, Severity, law};
use crate::declarations::{Declaration, Program};

pub(super) const RULE: Rule = Rule {
    code: "base-invalid",
    severity: Severity::Error,
    what: "a base name breaks the rule of its kind",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let declarations = program.declarations.iter().filter_map(one);
    let calls = program.name_calls.iter().filter_map(|call| {
        let error = law::call_refusal(call)?;
        Some(law::found_at(call, error.to_string(), error.help()))
    });
    let hosts =
        law::refused_hosts(program, |code| matches!(code, "base-invalid" | "zone-mismatch"));
    declarations.chain(calls).chain(hosts).collect()
}

fn one(declaration: &Declaration) -> Option<Found> {
    let error = law::base_refusal(declaration)?;
    Some(Found::of(declaration, declaration.places.name, error.to_string(), error.help()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages;

    #[test]
    fn a_base_name_that_breaks_the_rule_is_found() {
        assert_eq!(messages("base-invalid", r#"await Bucket("My_Files");"#).len(), 1);
        assert_eq!(messages("base-invalid", r#"physicalName("worker", "Api", stage);"#).len(), 1);
    }

    #[test]
    fn a_hostname_that_dns_refuses_is_found() {
        for text in [
            r#"await Domain("App.example.com", { worker: "api" });"#,
            r#"await Route("a.com/*/b", { worker: "api" });"#,
            r#"await Domain("a.com", { zone: "b.com", worker: "api" });"#,
        ] {
            assert_eq!(messages("base-invalid", text).len(), 1, "{text}");
        }
        let fine = r#"await Domain("app.example.com", { worker: "api" });"#;
        assert!(messages("base-invalid", fine).is_empty());
    }

    #[test]
    fn a_base_name_that_follows_it_is_fine() {
        assert!(messages("base-invalid", r#"await Database("My_Files");"#).is_empty());
        assert!(messages("base-invalid", r#"physicalName("worker", "api", stage);"#).is_empty());
    }
}
