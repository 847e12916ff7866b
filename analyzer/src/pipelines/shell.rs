//! The deploys in a line of a shell, as far as text tells them. Nothing is run.

use super::Pipelines;
use super::call::{AlchemyCall, assigned, option_of};
use super::start::{Started, manager, started};
use super::words::commands;

/// Scripts that call each other in a circle end somewhere.
const DEEPEST: usize = 5;
/// How many scripts one line may lead to: each of many packages may start all others.
const MOST: usize = 1000;

/// Options of package managers that name another package or folder.
const ELSEWHERE: [&str; 8] =
    ["-w", "--workspace", "--filter", "-F", "--cwd", "-C", "--prefix", "--dir"];

/// Reads lines one after the other, as a shell does.
pub(crate) struct Shell<'s> {
    pipelines: &'s Pipelines,
    /// Where it is; `None` once the text does not tell it.
    folder: Option<String>,
    calls: Vec<AlchemyCall>,
    /// How many scripts the line may still lead to.
    fuel: usize,
}

impl<'s> Shell<'s> {
    pub(crate) fn new(pipelines: &'s Pipelines, folder: Option<String>) -> Self {
        Self { pipelines, folder, calls: Vec::new(), fuel: 0 }
    }

    /// All deploys that a line leads to, also through scripts.
    pub(crate) fn deploys(&mut self, line: &str) -> Vec<AlchemyCall> {
        self.fuel = MOST;
        self.follow(line, DEEPEST);
        std::mem::take(&mut self.calls)
    }

    fn follow(&mut self, line: &str, left: usize) {
        let Some(left) = left.checked_sub(1) else { return };
        let Some(fuel) = self.fuel.checked_sub(1) else { return };
        self.fuel = fuel;
        let mut exported: Vec<String> = Vec::new();
        for words in commands(line) {
            let (variables, rest) = assigned(&words);
            match rest.first().map(String::as_str) {
                None | Some("export") => exported.extend(variables),
                Some("cd" | "pushd") => self.enter(rest.get(1)),
                Some(_) => {
                    let variables = variables.into_iter().chain(exported.iter().cloned());
                    self.command(rest, &variables.collect::<Vec<_>>(), left);
                }
            }
        }
    }

    fn enter(&mut self, to: Option<&String>) {
        let folder = self.folder.take();
        self.folder = folder.and_then(|folder| joined(&folder, to?));
    }

    fn command(&mut self, words: &[String], variables: &[String], left: usize) {
        let Some(Placed { words, folders }) = self.placed(words) else { return };
        match started(&words) {
            Some(Started::Alchemy(call)) => {
                let folders = folders.unwrap_or_else(|| vec![self.folder.clone()]);
                self.calls.extend(folders.into_iter().map(|folder| {
                    let variables = call.variables.iter().chain(variables).cloned().collect();
                    AlchemyCall { folder, variables, ..call.clone() }
                }));
            }
            Some(Started::Scripts { names, is_everywhere, has_stage }) => {
                let folders = match folders {
                    None if is_everywhere => self.packages(),
                    None => vec![self.folder.clone()],
                    Some(folders) => folders,
                };
                let known = self.calls.len();
                for folder in folders {
                    self.scripts(folder, &names, left);
                }
                for call in self.calls.iter_mut().skip(known) {
                    call.has_stage |= has_stage;
                    call.variables.extend(variables.iter().cloned());
                }
            }
            None => {}
        }
    }

    /// Follows scripts of the package in a folder.
    fn scripts(&mut self, folder: Option<String>, names: &[String], left: usize) {
        let pipelines = self.pipelines;
        let Some(scripts) = folder.as_ref().and_then(|folder| pipelines.scripts.get(folder)) else {
            return;
        };
        let here = std::mem::replace(&mut self.folder, folder);
        for (name, text) in names.iter().filter_map(|name| scripts.get_key_value(name)) {
            let known = self.calls.len();
            let before = self.folder.clone();
            self.follow(text, left);
            self.folder = before;
            for call in self.calls.iter_mut().skip(known) {
                call.script = Some(name.clone());
            }
        }
        self.folder = here;
    }

    /// Takes the options out that say where a command runs; `None` if they do not tell it.
    fn placed(&self, words: &[String]) -> Option<Placed> {
        let mut kept: Vec<String> = Vec::new();
        let mut folders = Vec::new();
        let mut rest = words.iter();
        let manager = manager(words);
        while let Some(word) = rest.next() {
            let option = option_of(word);
            let is_yarn = manager == Some("yarn") && word == "workspace";
            if word == "--" {
                kept.push(word.clone());
                kept.extend(rest.by_ref().cloned());
            } else if manager.is_none() {
                kept.push(word.clone());
            } else if manager == Some("pnpm") && matches!(option, "-w" | "--workspace-root") {
                folders.push(Some(String::new()));
            } else if is_everywhere(manager, option) {
                folders.extend(self.packages());
            } else if ELSEWHERE.contains(&option) || is_yarn {
                let value = match word.split_once('=') {
                    Some((_, value)) => value,
                    None => rest.next()?,
                };
                folders.push(Some(self.place(value)?));
            } else {
                kept.push(word.clone());
            }
        }
        let folders = Some(folders).filter(|folders| !folders.is_empty());
        Some(Placed { words: kept, folders })
    }

    /// The folder of a package, by its name or its path.
    fn place(&self, value: &str) -> Option<String> {
        if let Some(folder) = self.pipelines.packages.get(value) {
            return Some(folder.clone());
        }
        let is_pattern = value.contains(['*', '!', '[', '{', '^']) || value.contains("...");
        joined(self.folder.as_ref()?, value).filter(|_| !is_pattern)
    }

    fn packages(&self) -> Vec<Option<String>> {
        self.pipelines.packages.values().cloned().map(Some).collect()
    }
}

fn is_everywhere(manager: Option<&str>, option: &str) -> bool {
    match option {
        "--workspaces" | "-ws" => true,
        "--recursive" | "-r" => manager == Some("pnpm"),
        _ => false,
    }
}

/// A command without the options that say where it runs.
struct Placed {
    words: Vec<String>,
    /// The folders that they name; `None` if there are none.
    folders: Option<Vec<Option<String>>>,
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{AlchemyCall, Pipelines, Shell, joined};

    fn found(line: &str) -> Vec<AlchemyCall> {
        let scripts = [
            ("ship", "tsc && alchemy deploy apps/web/alchemy.run.ts"),
            ("down", "STAGE=pr-1 alchemy destroy"),
            ("all", "npm run build && npm run ship"),
            ("round", "npm run round"),
            ("deploy", "alchemy deploy"),
        ];
        let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        let web = [("deploy", "alchemy deploy"), ("again", "turbo run again deploy")];
        let scripts = BTreeMap::from([
            (String::new(), scripts.map(owned).into()),
            ("apps/web".to_owned(), web.map(owned).into()),
            ("apps/api".to_owned(), [("deploy", "alchemy destroy")].map(owned).into()),
        ]);
        let packages = [("@x/web", "apps/web"), ("api", "apps/api")].map(owned).into();
        let pipelines = Pipelines { scripts, packages, ..Pipelines::default() };
        Shell::new(&pipelines, Some(String::new())).deploys(line)
    }

    #[test]
    fn a_package_is_found_by_its_name_or_its_path() {
        for line in [
            "pnpm --filter @x/web run deploy",
            "pnpm -F ./apps/web run deploy",
            "npm run deploy -w apps/web",
            "npm run deploy --workspace=@x/web",
            "yarn workspace @x/web deploy",
            "yarn --cwd apps/web deploy",
            "bun run --filter @x/web deploy",
            "npm --prefix apps/web run deploy",
            "pnpm -C apps/web exec alchemy deploy",
            "turbo run deploy --filter=@x/web",
            "npx turbo deploy --filter @x/web",
        ] {
            let all = found(line);
            let folders: Vec<_> = all.iter().map(|one| one.folder.as_deref()).collect();
            assert_eq!(folders, [Some("apps/web")], "{line}");
        }
        for line in ["turbo run deploy", "pnpm -r run deploy", "npm run deploy --workspaces"] {
            assert_eq!(found(line).len(), 2, "{line}");
        }
        assert_eq!(found("pnpm -w run deploy").len(), 1);
        assert!(found("turbo run deploy -- --stage x").iter().all(|one| one.has_stage));
        for line in
            ["pnpm --filter ...api run deploy", "pnpm --filter api deploy", "turbo run build"]
        {
            assert_eq!(found(line), [], "{line}");
        }
    }

    #[test]
    fn scripts_that_start_all_others_end() {
        assert!(!found("turbo run again").is_empty());
    }

    #[test]
    fn a_command_may_stand_behind_words_of_the_shell() {
        for line in
            ["if [ -n \"$X\" ]; then alchemy deploy; fi", "! alchemy deploy", "{ alchemy deploy; }"]
        {
            assert_eq!(found(line).len(), 1, "{line}");
        }
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
            "npm run deploy -w apps/other",
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
