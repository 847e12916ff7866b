//! A resource that no kind models, so that nothing is known of its name.
//!
//! ```ts
//! await AiSearch("docs");
//! ```
//!
//! **Why.** A search index, a tunnel, an Access application and others have no block, and the finding says
//! why. `check`, `plan`, `migrate` and `monitor` do not look at them, so they do not say when two stages
//! share one. `check` and `plan` say what they passed over.
//!
//! **Fix.** Look at the name yourself. Alchemy puts the stage into a name that you leave out. Then
//! disable the finding with a reason, or switch the rule off in the config.

use alch_blocks::{quote, unmodelled, unmodelled2};

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;
use crate::values::Unmodelled;

pub(super) const RULE: Rule = Rule {
    code: "unmodelled",
    severity: Severity::Info,
    what: "a resource that `check` does not look at",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    program.unmodelled.iter().map(found).collect()
}

fn found(one: &Unmodelled) -> Found {
    let id = one.id.as_ref().map(|id| format!(" {}", quote(id))).unwrap_or_default();
    let function = quote(one.function);
    let message = format!("{function}{id} is not checked: see that its name is unique");
    let mut all = unmodelled().chain(unmodelled2());
    let why = all.find(|(name, _)| *name == one.function).map(|(_, why)| format!(": {why}"));
    let help = format!(
        "see that no two stages give it one name, then disable this finding with a reason; it has no \
         block{}",
        why.unwrap_or_default()
    );
    Found::in_file(one.file, one.at, message, help)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{find_in, messages};

    #[test]
    fn what_no_kind_models_is_said_at_each_place() {
        let text = r#"
            import { AiSearch, Tunnel } from "alchemy/cloudflare";
            import * as cloudflare from "alchemy/cloudflare";
            await Tunnel("docs", { name: "docs" });
            const make = (id: string) => AiSearch(id);
            await make("a"); await make("b");
            await cloudflare.VpcService(`h-${stage}`);
        "#;
        let rest = "is not checked: see that its name is unique";
        assert_eq!(
            messages("unmodelled", text),
            [
                format!("`Tunnel` `docs` {rest}"),
                format!("`AiSearch` `a` {rest}"),
                format!("`VpcService` `h-${{stage}}` {rest}"),
            ]
        );
    }

    #[test]
    fn what_alchemy_2_makes_is_said_too() {
        let text = r#"
            import * as Alchemy from "alchemy";
            import * as Cloudflare from "alchemy/Cloudflare";
            import { SearchNamespace } from "alchemy/Cloudflare/AI";
            import * as Effect from "effect/Effect";
            export default Alchemy.Stack("shop", {}, Effect.gen(function* () {
              yield* Cloudflare.Turnstile.Widget("docs", {});
              yield* SearchNamespace("docs");
              yield* Cloudflare.Zone.Setting("tls", {});
            }));
        "#;
        let rest = "is not checked: see that its name is unique";
        assert_eq!(
            messages("unmodelled", text),
            [
                format!("`Turnstile.Widget` `docs` {rest}"),
                format!("`AI.SearchNamespace` `docs` {rest}"),
            ]
        );
    }

    #[test]
    fn the_help_says_why_there_is_no_block() {
        let text =
            "import { SecretsStore } from \"alchemy/cloudflare\"; await SecretsStore(\"a\");";
        let found = find_in("unmodelled", &[("a.ts", text)], "{}");
        assert_eq!(found.len(), 1);
        let why = "an account has one store of secrets, which all stages share";
        assert!(found.iter().all(|one| one.help.ends_with(why)));
    }

    #[test]
    fn it_is_a_note_that_a_comment_silences() {
        let text = "import { Tunnel } from \"alchemy/cloudflare\";\n\
                    await Tunnel(\"a\");\n\
                    // alch-blocks-disable-next-line unmodelled: one for all stages\n\
                    await Tunnel(\"b\");\n";
        let found = find_in("unmodelled", &[("a.ts", text)], "{}");
        let said: Vec<_> = found.iter().map(|one| (one.severity.as_str(), one.line)).collect();
        assert_eq!(said, [("info", 2)]);
    }

    #[test]
    fn what_is_only_imported_or_has_no_name_is_fine() {
        let text = "import { Tunnel, Zone } from \"alchemy/cloudflare\";\nawait Zone(\"x\");";
        assert!(messages("unmodelled", text).is_empty());
    }
}
