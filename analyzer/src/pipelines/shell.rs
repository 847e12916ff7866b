//! The deploys in a line of a shell, as far as text tells them. Nothing is run.

use std::collections::BTreeMap;

/// The scripts of each `package.json`, by its folder.
pub(crate) type Scripts = BTreeMap<String, BTreeMap<String, String>>;

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

/// Scripts that call each other in a circle end somewhere.
const DEEPEST: usize = 5;

/// What starts something else and gives it no stage.
const STARTERS: [&str; 17] = [
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
    "sudo",
    "time",
    "env",
    "cross-env",
];

/// Options of package managers that choose another package.
const ELSEWHERE: [&str; 8] =
    ["-w", "--workspace", "--workspaces", "--filter", "-F", "--cwd", "-C", "--prefix"];

/// Reads lines one after the other, as a shell does.
pub(crate) struct Shell<'s> {
    scripts: &'s Scripts,
    /// Where it is; `None` once the text does not tell it.
    folder: Option<String>,
    calls: Vec<AlchemyCall>,
}

impl<'s> Shell<'s> {
    pub(crate) fn new(scripts: &'s Scripts, folder: Option<String>) -> Self {
        Self { scripts, folder, calls: Vec::new() }
    }

    /// All deploys that a line leads to, also through scripts.
    pub(crate) fn deploys(&mut self, line: &str) -> Vec<AlchemyCall> {
        self.follow(line, DEEPEST);
        std::mem::take(&mut self.calls)
    }

    fn follow(&mut self, line: &str, left: usize) {
        let Some(left) = left.checked_sub(1) else { return };
        let mut exported: Vec<String> = Vec::new();
        for words in commands(line) {
            let (variables, rest) = assigned(&words);
            match rest.first().map(String::as_str) {
                None | Some("export") => exported.extend(variables),
                Some("cd" | "pushd") => self.enter(rest.get(1)),
                Some(_) => {
                    let variables = variables.into_iter().chain(exported.iter().cloned());
                    self.command(rest, variables.collect(), left);
                }
            }
        }
    }

    fn enter(&mut self, to: Option<&String>) {
        let folder = self.folder.take();
        self.folder = folder.and_then(|folder| joined(&folder, to?));
    }

    fn command(&mut self, words: &[String], variables: Vec<String>, left: usize) {
        let scripts = self.folder.as_ref().and_then(|folder| self.scripts.get(folder));
        match started(words, scripts) {
            Some(Started::Alchemy(mut call)) => {
                call.folder.clone_from(&self.folder);
                call.variables.extend(variables);
                self.calls.push(call);
            }
            Some(Started::Script { name, text, has_stage }) => {
                let (known, here) = (self.calls.len(), self.folder.clone());
                self.follow(text, left);
                self.folder = here;
                for call in self.calls.iter_mut().skip(known) {
                    call.script = Some(name.clone());
                    call.has_stage |= has_stage;
                    call.variables.extend(variables.iter().cloned());
                }
            }
            None => {}
        }
    }
}

/// A path from a folder; `None` for what only a shell knows.
pub(crate) fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~', '-']) || path.contains(['$', '*', '`']) {
        return None;
    }
    let mut parts: Vec<&str> =
        folder.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        let is_up = part == "..";
        match parts.last() {
            Some(last) if is_up && *last != ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

enum Started<'s> {
    Alchemy(AlchemyCall),
    Script { name: String, text: &'s str, has_stage: bool },
}

/// What a command starts, behind what only starts it.
fn started<'s>(
    words: &[String],
    scripts: Option<&'s BTreeMap<String, String>>,
) -> Option<Started<'s>> {
    if words.iter().any(|word| ELSEWHERE.contains(&option_of(word))) {
        return None;
    }
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
        if STARTERS.contains(&word.as_str()) || word == "run-script" {
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
        let text = scripts?.get(word).filter(|_| is_script)?;
        return Some(Started::Script { name: word.clone(), text, has_stage: has_stage(rest) });
    }
    None
}

/// `alchemy deploy`, or a program that is run by itself.
fn alchemy(word: &str, rest: &[String], is_started: bool) -> Option<AlchemyCall> {
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

fn has_stage(words: &[String]) -> bool {
    words.iter().any(|word| matches!(option_of(word), "--stage" | "--env-file"))
}

/// An option without its value.
fn option_of(word: &str) -> &str {
    word.split_once('=').map_or(word, |(option, _)| option)
}

/// The variables in front of a command, and the command.
fn assigned(words: &[String]) -> (Vec<String>, &[String]) {
    let names: Vec<String> = words.iter().map_while(|word| assignment(word)).collect();
    let rest = words.get(names.len()..).unwrap_or_default();
    // `env`, `cross-env` and `export` take them, too.
    let more = rest.iter().take_while(|word| !word.starts_with("alchemy"));
    let more: Vec<String> = more.filter_map(|word| assignment(word)).collect();
    (names.into_iter().chain(more).collect(), rest)
}

/// The variable of `NAME=value`.
fn assignment(word: &str) -> Option<String> {
    let (name, _) = word.split_once('=')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name = name.chars().all(is_plain) && name.starts_with(|c: char| !c.is_ascii_digit());
    is_name.then(|| name.to_owned())
}

/// The simple commands of a line, each as its words without quotes.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut reader = Words::default();
    let mut quote = None;
    let mut braces = 0_usize;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        match (quote, character) {
            // `${{ … }}` of a workflow is put in as text, with its spaces.
            (_, '{') if next == Some('{') => braces = braces.saturating_add(1),
            (_, '}') if next == Some('}') => braces = braces.saturating_sub(1),
            _ if braces > 0 => {}
            (Some(open), _) if open == character => {
                quote = None;
                continue;
            }
            (Some('\''), _) => {}
            (_, '\\') => {
                reader.word.extend(characters.next());
                continue;
            }
            (Some(_), _) => {}
            (None, '"' | '\'') => {
                quote = Some(character);
                continue;
            }
            (None, '#') if reader.word.is_empty() => break,
            (None, ';' | '&' | '|' | '(' | ')') => {
                reader.end_command();
                continue;
            }
            (None, _) if character.is_whitespace() => {
                reader.end_word();
                continue;
            }
            (None, _) => {}
        }
        reader.word.push(character);
    }
    reader.end_command();
    reader.commands
}

#[derive(Default)]
struct Words {
    commands: Vec<Vec<String>>,
    words: Vec<String>,
    word: String,
}

impl Words {
    fn end_word(&mut self) {
        if !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.words.is_empty() {
            self.commands.push(std::mem::take(&mut self.words));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{AlchemyCall, Scripts, Shell, joined};

    fn found(line: &str) -> Vec<AlchemyCall> {
        let scripts = [
            ("ship", "tsc && alchemy deploy apps/web/alchemy.run.ts"),
            ("down", "STAGE=pr-1 alchemy destroy"),
            ("all", "npm run build && npm run ship"),
            ("round", "npm run round"),
            ("deploy", "alchemy deploy"),
        ];
        let scripts = scripts.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let scripts: Scripts = BTreeMap::from([("".to_owned(), scripts.into_iter().collect())]);
        Shell::new(&scripts, Some(String::new())).deploys(line)
    }

    #[test]
    fn a_shell_goes_into_folders() {
        let found = found(
            "cd apps/web && alchemy deploy; cd ../api; alchemy deploy; cd $X; alchemy deploy",
        );
        let folders: Vec<_> = found.iter().map(|one| one.folder.as_deref()).collect();
        assert_eq!(folders, [Some("apps/web"), Some("apps/api"), None]);
        assert_eq!(joined("..", "../x").as_deref(), Some("../../x"));
    }

    #[test]
    fn deploys_are_found_behind_what_starts_them() {
        for line in [
            "alchemy deploy",
            "npx alchemy deploy --yes",
            "npx --yes alchemy@2.0.0-beta.79 deploy",
            "cd apps && pnpm exec alchemy deploy | tee log",
            "./node_modules/.bin/alchemy deploy # the stage is the user's",
            "bun alchemy.run.ts",
            "npm run deploy",
            "yarn deploy",
            "bun run all",
        ] {
            let all = found(line);
            assert_eq!(all.len(), 1, "{line}");
            assert!(all.iter().all(|one| !one.has_stage && !one.destroys), "{line}");
        }
    }

    #[test]
    fn other_commands_are_no_deploys() {
        for line in [
            "echo alchemy deploy",
            "alchemy dev",
            "# alchemy deploy",
            "pnpm deploy",
            "npm deploy",
            "npm run round",
            "npm run deploy -w apps/web",
            "doppler run -- alchemy deploy",
            "tsc alchemy.run.ts",
            "git commit -m \"alchemy deploy\"",
        ] {
            assert_eq!(found(line), [], "{line}");
        }
    }

    #[test]
    fn a_stage_is_seen() {
        for line in [
            "alchemy deploy --stage pr-${{ github.event.number }}",
            "alchemy deploy --stage=prod",
            "alchemy deploy --env-file .env.ci",
            "npm run deploy -- --stage prod",
        ] {
            assert!(found(line).iter().all(|one| one.has_stage), "{line}");
            assert_eq!(found(line).len(), 1, "{line}");
        }
        for line in ["STAGE=x alchemy deploy", "export STAGE=x; alchemy deploy", "npm run down"] {
            assert!(found(line).iter().all(|one| one.variables == ["STAGE"]), "{line}");
            assert_eq!(found(line).len(), 1, "{line}");
        }
        let named = found("cross-env ALCHEMY_STAGE=x alchemy destroy infra/alchemy.run.ts");
        let parts: Vec<_> = named
            .iter()
            .map(|one| (one.destroys, one.program.as_deref(), one.variables.as_slice()))
            .collect();
        let variables = ["ALCHEMY_STAGE".to_owned()];
        assert_eq!(parts, [(true, Some("infra/alchemy.run.ts"), variables.as_slice())]);
    }
}
