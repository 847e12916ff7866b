//! A call of Alchemy, by its words.

/// A call of Alchemy that deploys or destroys a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlchemyCall {
    pub destroys: bool,
    /// The folder that it runs in, if the text tells it.
    pub folder: Option<String>,
    /// The program, if it is named.
    pub program: Option<String>,
    /// Whether the program itself is run, as those for 0.94 can be.
    pub is_direct: bool,
    /// Whether the call says its stage, or a file that may.
    pub has_stage: bool,
    /// The variables that stand in front of it.
    pub variables: Vec<String>,
    /// The script of the `package.json` that it is in.
    pub script: Option<String>,
}

/// `alchemy deploy`, or a program that is run by itself.
pub(super) fn alchemy(word: &str, rest: &[String], is_started: bool) -> Option<AlchemyCall> {
    let name = word.rsplit('/').next().unwrap_or_default();
    let call = AlchemyCall {
        destroys: false,
        folder: None,
        program: None,
        is_direct: false,
        has_stage: has_stage(rest),
        variables: Vec::new(),
        script: None,
    };
    if is_started && is_program(name) {
        let destroys = rest.iter().any(|word| word == "--destroy");
        let program = Some(word.to_owned());
        return Some(AlchemyCall { destroys, program, is_direct: true, ..call });
    }
    if name != "alchemy" && !word.starts_with("alchemy@") {
        return None;
    }
    let (command, rest) = rest.split_first()?;
    let destroys = match command.as_str() {
        "deploy" => false,
        "destroy" => true,
        _ => return None,
    };
    let named = rest.iter().position(|word| matches!(word.as_str(), "-c" | "--config"));
    let named = named.and_then(|at| rest.get(at.saturating_add(1)));
    let program = named.or_else(|| rest.first().filter(|word| !word.starts_with('-'))).cloned();
    Some(AlchemyCall { destroys, program, ..call })
}

fn is_program(name: &str) -> bool {
    let ending = name.strip_prefix("alchemy.run.");
    ending.is_some_and(|ending| matches!(ending, "ts" | "js" | "mts" | "mjs"))
}

pub(super) fn has_stage(words: &[String]) -> bool {
    words.iter().any(|word| matches!(option_of(word), "--stage" | "--env-file"))
}

/// An option without its value.
pub(super) fn option_of(word: &str) -> &str {
    word.split_once('=').map_or(word, |(option, _)| option)
}

/// The variables in front of a command, and the command.
pub(super) fn assigned(words: &[String]) -> (Vec<String>, &[String]) {
    let names: Vec<String> = words.iter().map_while(|word| assignment(word)).collect();
    let rest = words.get(names.len()..).unwrap_or_default();
    // `env`, `cross-env` and `export` take them, too.
    let more = rest.iter().take_while(|word| !word.starts_with("alchemy"));
    let more: Vec<String> = more.filter_map(|word| assignment(word)).collect();
    (names.into_iter().chain(more).collect(), rest)
}

/// The variable of `NAME=value`.
pub(super) fn assignment(word: &str) -> Option<String> {
    let (name, _) = word.split_once('=')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name = name.chars().all(is_plain) && name.starts_with(|c: char| !c.is_ascii_digit());
    is_name.then(|| name.to_owned())
}
