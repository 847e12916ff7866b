//! How a block is called.

use super::{Expected, refusal};
use crate::error::Error;
use crate::kind::Kind;

fn unknown_option(value: &str, choices: &'static [&'static str]) -> Error {
    Error::OptionUnknown { block: "KV", option: "onRename", value: value.into(), choices }
}

pub(super) fn all() -> Vec<Expected> {
    let (kind, found) = (Kind::Kv, "a number");
    vec![
        (
            Error::IdMissing { kind, found },
            "argument-invalid",
            "the first argument of `KV` is a number",
            "pass the id as text: `KV(\"my-namespace\")`",
        ),
        (
            Error::OptionsInvalid { block: "KV", found },
            "argument-invalid",
            "the options of `KV` are a number",
            "pass an object, or nothing",
        ),
        (
            Error::ResourceInvalid { kind, found },
            "argument-invalid",
            "the third argument of `KV` is a number, not Alchemy's function",
            "pass the resource function of `alchemy/cloudflare`, or import `KV` from `@alch/blocks`",
        ),
        (
            Error::TextMissing { what: "the stage", found },
            "argument-invalid",
            "the stage is a number",
            "pass text",
        ),
        (
            Error::BasesInvalid { found },
            "argument-invalid",
            "the base names are a number",
            "pass an array of text",
        ),
        (
            refusal!(OptionInvalid {
                block: "KV",
                option: "title",
                found: found,
                expected: "text"
            }),
            "option-invalid",
            "the option `title` of `KV` is a number",
            "pass text, or leave it out",
        ),
        (
            unknown_option("rename", &["refuse", "keep"]),
            "option-invalid",
            "the option `onRename` of `KV` is `rename`",
            "pass `\"refuse\"` or `\"keep\"`, or leave it out",
        ),
        (
            unknown_option("keeep", &["refuse", "keep", "replace"]),
            "option-invalid",
            "the option `onRename` of `KV` is `keeep`, which looks like `keep`",
            "pass `\"refuse\"`, `\"keep\"` or `\"replace\"`, or leave it out",
        ),
        (
            refusal!(OptionIllFormed {
                block: "AlchemyWorkflow",
                option: "className",
                text: "\u{fffd}"
            }),
            "option-invalid",
            "the option `className` of `AlchemyWorkflow`, `\u{fffd}`, has an unpaired surrogate",
            "pass well-formed Unicode text",
        ),
        (
            Error::SettingInvalid { setting: "prefix", found, expected: "text" },
            "option-invalid",
            "the setting `prefix` of `createBlocks` is a number",
            "pass text, or leave it out",
        ),
        (
            Error::SettingsInvalid { found },
            "option-invalid",
            "the settings of `createBlocks` are a number",
            "pass an object, or leave them out",
        ),
        (
            Error::ShareWithStage { kind },
            "option-invalid",
            "`KV` takes either `stage` or `share`",
            "remove one of the two: `share` names the stage that owns the resource",
        ),
        (
            Error::ShareUnsupported { kind: Kind::Workflow },
            "option-invalid",
            "`AlchemyWorkflow` cannot be shared",
            only_data(),
        ),
        (
            Error::ShareUnbound { kind },
            "option-invalid",
            "`share` of `KV` needs an account to look the resource up in",
            "import `KV` from `@alch/blocks`",
        ),
        (
            Error::ScriptInvalid { block: "AlchemyWorkflow", option: "scriptName", found },
            "script-invalid",
            "`scriptName` of `AlchemyWorkflow` is a number, which names no script",
            "pass the script's name, an awaited `Worker` or a `WorkerRef`",
        ),
        (
            refusal!(Internal { cause: "no kind has the type `cloudflare::Nothing`" }),
            "internal",
            "no kind has the type `cloudflare::Nothing`",
            "report this with the program that causes it",
        ),
    ]
}

/// The help that lists the kinds that hold data, whichever there are.
fn only_data() -> &'static str {
    let kinds = Kind::ALL.iter().map(|kind| kind.spec()).filter(|spec| spec.owns_data);
    let plurals: Vec<_> = kinds.map(|spec| spec.plural).collect();
    let Some((last, rest)) = plurals.split_last() else { return "" };
    Box::leak(
        format!("remove `share`: only {} and {last} take it", rest.join(", ")).into_boxed_str(),
    )
}
