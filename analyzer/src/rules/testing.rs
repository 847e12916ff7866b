//! Runs one rule on a small program.

use crate::report::{Finding, Options};
use crate::syntax::facts::Facts;

/// The start that most programs have.
pub(super) const HEAD: &str = r#"
import alchemy from "alchemy";
import { CustomDomain, D1Database, DurableObjectNamespace, Queue as RawQueue, R2Bucket, Route as RawRoute, Worker, Workflow } from "alchemy/cloudflare";
import { AlchemyWorkflow, Bucket, createBlocks, Database, Domain, DurableObject, hostname, physicalName, Queue, Route, thrifty } from "@alch/blocks";
const app = await alchemy("shop");
const { stage } = app;
"#;

/// The findings of one code in a program that starts with [`HEAD`].
pub(super) fn find(code: &str, text: &str) -> Vec<Finding> {
    find_with(code, text, "{}")
}

/// The same, with options as JSON.
pub(super) fn find_with(code: &str, text: &str, options: &str) -> Vec<Finding> {
    find_in(code, &[("alchemy.run.ts", &format!("{HEAD}{text}"))], options)
}

/// The messages of one code in the effect of a stack of Alchemy 2.
pub(super) fn messages2(code: &str, text: &str) -> Vec<String> {
    messages_of_stack(code, "guarded(Cloudflare.state())", text)
}

/// The same, in a stack with such a state.
pub(super) fn messages_of_stack(code: &str, state: &str, text: &str) -> Vec<String> {
    let text = format!(
        r#"
import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import * as Effect from "effect/Effect";
import {{ Database, thrifty, Worker, guarded }} from "@alch/blocks/v2";
import * as AWS from "alchemy/AWS";
import {{ outside }} from "./outside";
export default Alchemy.Stack("shop", {{ state: {state} }}, Effect.gen(function* () {{
const {{ stage }} = yield* Alchemy.Stack;
{text}
}}));
"#
    );
    let found = find_in(code, &[("alchemy.run.ts", &text)], "{}");
    found.into_iter().map(|finding| finding.message).collect()
}

/// The findings of one code in some files.
pub(super) fn find_in(code: &str, files: &[(&str, &str)], options: &str) -> Vec<Finding> {
    let facts: Vec<Facts> =
        files.iter().map(|(path, text)| crate::syntax::lower::read(path, text)).collect();
    let options: Options = serde_json::from_str(options).unwrap_or_default();
    let findings = crate::link::link(&facts, &options).findings;
    findings.into_iter().filter(|finding| finding.code == code).collect()
}

/// The messages of one code in a program that starts with [`HEAD`].
pub(super) fn messages(code: &str, text: &str) -> Vec<String> {
    find(code, text).into_iter().map(|finding| finding.message).collect()
}
