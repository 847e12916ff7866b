//! What a command of a shell starts, behind what only starts it.

use super::call::{AlchemyCall, alchemy, assignment, has_stage};

/// What starts something else and gives it no stage. What may set variables, such as `doppler run`, is none of them.
const STARTERS: [&str; 18] = [
    "npx",
    "bunx",
    "pnpm",
    "yarn",
    "npm",
    "bun",
    "deno",
    "node",
    "tsx",
    "exec",
    "dlx",
    "x",
    "run",
    "run-script",
    "sudo",
    "time",
    "env",
    "cross-env",
];

pub(super) enum Started {
    Alchemy(AlchemyCall),
    /// Scripts of the package, or of every one.
    Scripts {
        names: Vec<String>,
        is_everywhere: bool,
        has_stage: bool,
    },
}

/// What a command starts.
pub(super) fn started(words: &[String]) -> Option<Started> {
    let mut runs = false;
    let mut first = None;
    for (at, word) in words.iter().enumerate() {
        let rest = words.get(at.saturating_add(1)..).unwrap_or_default();
        if word.starts_with('-') || assignment(word).is_some() {
            continue;
        }
        if let Some(call) = alchemy(word, rest, first.is_some()) {
            return Some(Started::Alchemy(call));
        }
        if word == "turbo" {
            let own = rest.iter().take_while(|word| *word != "--");
            let names = own.filter(|word| !word.starts_with('-') && *word != "run").cloned();
            let names = names.collect();
            return Some(Started::Scripts {
                names,
                is_everywhere: true,
                has_stage: has_stage(rest),
            });
        }
        if STARTERS.contains(&word.as_str()) {
            runs |= word.starts_with("run");
            first = first.or(Some(word.as_str()));
            continue;
        }
        // `pnpm deploy` is a command of its own.
        let is_script = match first? {
            "npm" => runs,
            "pnpm" => runs || word != "deploy",
            "yarn" | "bun" => true,
            _ => false,
        };
        let scripts = Started::Scripts {
            names: vec![word.clone()],
            is_everywhere: false,
            has_stage: has_stage(rest),
        };
        return is_script.then_some(scripts);
    }
    None
}

/// What runs the scripts of packages in a command.
pub(super) fn manager(words: &[String]) -> Option<&str> {
    let mut names = words.iter().map(|word| word.rsplit('/').next().unwrap_or_default());
    names.find(|name| matches!(*name, "npm" | "pnpm" | "yarn" | "bun" | "turbo"))
}
