//! Runs one rule on a small program.

use crate::report::{Finding, Options};
use crate::syntax::facts::Facts;

/// The start that most programs have.
pub(super) const HEAD: &str = r#"
import alchemy from "alchemy";
import { D1Database, DurableObjectNamespace, Queue as RawQueue, R2Bucket, Worker, Workflow } from "alchemy/cloudflare";
import { AlchemyWorkflow, Bucket, createBlocks, Database, DurableObject, physicalName, Queue } from "@alch/blocks";
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
