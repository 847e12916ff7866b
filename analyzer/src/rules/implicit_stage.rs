//! A pipeline deploys or destroys without a stage.
//!
//! ```yaml
//! # .github/workflows/deploy.yml
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: npx alchemy deploy
//! ```
//!
//! **Why.** Without a stage, Alchemy takes the name of the user, which is `runner` in GitHub Actions.
//! Alchemy 0.94 would deploy to `runner`, and Alchemy 2 to `live_runner`: an environment of its own, with
//! empty resources. Blocks and `guarded` refuse that deploy as
//! [`stage-implicit`](troubleshooting.md#stage-implicit). Raw resources without them are deployed.
//!
//! `check` reads `.github/workflows/`, the local actions that they use, and `.gitlab-ci.yml`, and runs nothing
//! of them. It follows the scripts of each `package.json`, also through `turbo run`, `--filter` and
//! `--workspace`. A stage that is set on the step, the job or the workflow counts, and so does one that the
//! text of the job sets in any way. A program for 0.94 with its own `stage` in the options of `alchemy()` needs
//! none. What another tool starts is not followed: `doppler run` may set the stage itself.
//!
//! **Fix.** Pass the stage, as `alchemy deploy --stage pr-7`. Or set a variable in `env`: `ALCHEMY_STAGE`
//! for Alchemy 2, which does not read `STAGE`, and either of them for 0.94.

use alch_blocks::quote;

use super::found::Found;
use super::{Rule, Severity};
use crate::declarations::Program;
use crate::pipelines::{AlchemyCall, PipelineStep, Shell, joined};
use crate::values::App;
use crate::version::Version;

pub(super) const RULE: Rule = Rule {
    code: "implicit-stage",
    severity: Severity::Warning,
    what: "a pipeline that deploys without a stage",
    check,
};

fn check(program: &Program<'_>) -> Vec<Found> {
    let steps = &program.options.pipelines.steps;
    steps.iter().flat_map(|step| found(program, step)).collect()
}

fn found(program: &Program<'_>, step: &PipelineStep) -> Vec<Found> {
    let mut shell = Shell::new(&program.options.pipelines, step.folder.clone());
    let mut out = Vec::new();
    let mut before = step.before.clone();
    let (mut whole, mut start) = (String::new(), 0);
    for (at, line) in step.lines.iter().enumerate() {
        if whole.is_empty() {
            start = at;
        }
        whole.push_str(line);
        if whole.ends_with('\\') {
            whole.pop();
            continue;
        }
        for call in shell.deploys(&whole) {
            let Some(version) = implicit(program, step, &call) else { continue };
            if is_disabled(before.last()) {
                continue;
            }
            let row = step.line.saturating_add(crate::syntax::source::small(start));
            let row = if step.is_block { row } else { step.line };
            let message = message(step, &call, version);
            out.push(Found::in_pipeline(step.file.clone(), row, message, help(step, version)));
        }
        before.push(std::mem::take(&mut whole));
    }
    out
}

/// The version that would make up a stage; `None` where a stage is given, or may be.
fn implicit(program: &Program<'_>, step: &PipelineStep, call: &AlchemyCall) -> Option<Version> {
    let apps = targets(program, call);
    let version = apps.first()?.version;
    if call.has_stage || apps.iter().any(|app| app.version != version || app.stage.is_some()) {
        return None;
    }
    if call.is_direct && version == Version::V2 {
        return None;
    }
    let is_set = |name: &str| {
        step.variables.iter().chain(&call.variables).any(|set| set == name)
            || step.lines.iter().chain(&step.earlier).any(|text| sets(text, name))
    };
    let chosen = variables(version).iter().any(|name| is_set(name));
    (!chosen).then_some(version)
}

/// The apps that a call may deploy: those in its program, else all, as the program may import them. A
/// program that was not read may be of any version.
fn targets<'p>(program: &'p Program<'_>, call: &AlchemyCall) -> Vec<&'p App> {
    let Some(folder) = &call.folder else { return program.apps.iter().collect() };
    let named = call.program.as_deref();
    let paths = named.map_or_else(|| MAINS.to_vec(), |path| vec![path]);
    let paths: Vec<_> = paths.into_iter().filter_map(|path| joined(folder, path)).collect();
    let here = &program.options.pipelines.here;
    let is_named = |path: &str| joined(here, path).is_some_and(|path| paths.contains(&path));
    let files = program.files.iter().enumerate().filter(|(_, facts)| is_named(&facts.path));
    let files: Vec<usize> = files.map(|(at, _)| at).collect();
    let own: Vec<_> = program.apps.iter().filter(|app| files.contains(&app.file)).collect();
    let is_read = paths.is_empty() || !files.is_empty();
    if own.is_empty() && is_read { program.apps.iter().collect() } else { own }
}

/// What Alchemy deploys if nobody names a program.
const MAINS: [&str; 4] = ["alchemy.run.ts", "alchemy.run.js", "alchemy.run.mts", "alchemy.run.mjs"];

/// The variables that give a stage.
fn variables(version: Version) -> &'static [&'static str] {
    match version {
        Version::V0 => &["STAGE", "ALCHEMY_STAGE"],
        Version::V2 => &["ALCHEMY_STAGE"],
    }
}

/// Whether a text gives a variable a value, for itself or for what comes after it.
fn sets(text: &str, name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (head, rest) = (text.get(..at), text.get(at.saturating_add(name.len())..));
        head.is_some_and(|head| !head.ends_with(is_of_name))
            && rest.is_some_and(|rest| rest.starts_with('='))
    })
}

/// A comment of the program's own kind, which shells and YAML have with `#`.
fn is_disabled(line: Option<&String>) -> bool {
    let comment = line.and_then(|line| line.trim_start().strip_prefix('#'));
    let rest = comment.and_then(|text| text.trim_start().strip_prefix(crate::disable::MARK));
    let Some((codes, reason)) = rest.and_then(|rest| rest.split_once(':')) else { return false };
    let is_code = |code: &str| code == RULE.code;
    codes.split([',', ' ', '\t']).any(is_code) && reason.contains(char::is_alphanumeric)
}

fn message(step: &PipelineStep, call: &AlchemyCall, version: Version) -> String {
    let verb = if call.destroys { "destroy" } else { "deploy" };
    let what = match &call.program {
        Some(program) if call.is_direct => quote(program),
        _ => quote(&format!("alchemy {verb}")),
    };
    let script = match &call.script {
        Some(script) => format!(" of the script {}", quote(script)),
        None => String::new(),
    };
    let stage = match (version, step.user.as_deref()) {
        (_, None) => "a stage named after the user that runs it".to_owned(),
        (Version::V0, Some(user)) => quote(user).to_string(),
        (Version::V2, Some(user)) => quote(&format!("live_{user}")).to_string(),
    };
    let to = if call.destroys { "destroy" } else { "deploy to" };
    format!("{what}{script} has no stage here: it would {to} {stage}")
}

fn help(step: &PipelineStep, version: Version) -> String {
    match version {
        Version::V0 => "pass `--stage`, or set `STAGE` in the environment of the step".to_owned(),
        Version::V2 => {
            let has_old = step.variables.iter().any(|name| name == "STAGE");
            let why = if has_old { "; Alchemy 2 does not read `STAGE`" } else { "" };
            format!("pass `--stage`, or set `ALCHEMY_STAGE` in the environment of the step{why}")
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::find_in;

    const OLD: &str = "import alchemy from \"alchemy\";\nconst app = await alchemy(\"shop\");";
    const NEW: &str =
        "import * as Alchemy from \"alchemy\";\nimport * as Effect from \"effect/Effect\";
        export default Alchemy.Stack(\"shop\", {}, Effect.gen(function* () {}));";

    fn found_in(program: &str, step: &str) -> Vec<(u32, String, String)> {
        let options = format!(
            r#"{{ "pipelines": {{ "steps": [{{ "file": "ci.yml", "line": 7, "folder": "", {step} }}],
                "scripts": {{ "": {{ "ship": "alchemy deploy" }} }} }} }}"#
        );
        let found = find_in("implicit-stage", &[("alchemy.run.ts", program)], &options);
        found.into_iter().map(|one| (one.line, one.message, one.help)).collect()
    }

    fn lines_of(program: &str, step: &str) -> Vec<u32> {
        found_in(program, step).into_iter().map(|(line, ..)| line).collect()
    }

    #[test]
    fn each_version_takes_a_stage_of_its_own() {
        let step = r#""user": "runner", "isBlock": true, "lines": ["npm ci", "alchemy deploy", "npm run ship", "alchemy destroy"]"#;
        let said = |program| {
            let found = found_in(program, step);
            found
                .into_iter()
                .map(|(line, message, _)| format!("{line}: {message}"))
                .collect::<Vec<_>>()
        };
        let new = [
            "8: `alchemy deploy` has no stage here: it would deploy to `live_runner`",
            "9: `alchemy deploy` of the script `ship` has no stage here: it would deploy to `live_runner`",
            "10: `alchemy destroy` has no stage here: it would destroy `live_runner`",
        ];
        assert_eq!(said(NEW), new);
        assert_eq!(said(OLD), new.map(|one| one.replace("live_runner", "runner")));
    }

    #[test]
    fn a_stage_is_seen_wherever_it_is_set() {
        for step in [
            r#""lines": ["alchemy deploy --stage pr-1"]"#,
            r#""lines": ["alchemy deploy \\", "  --stage pr-1"]"#,
            r#""lines": ["npm run ship -- --stage pr-1"]"#,
            r#""lines": ["alchemy deploy"], "variables": ["ALCHEMY_STAGE"]"#,
            r#""lines": ["alchemy deploy"], "earlier": ["echo \"ALCHEMY_STAGE=x\" >> $GITHUB_ENV"]"#,
            r#""lines": ["export ALCHEMY_STAGE=x", "alchemy deploy"]"#,
            r#""lines": ["ALCHEMY_STAGE=x alchemy deploy"]"#,
            r##""before": ["# alch-blocks-disable-next-line implicit-stage: it is tried out"], "lines": ["alchemy deploy"]"##,
        ] {
            assert!(lines_of(NEW, step).is_empty(), "{step}");
            assert!(lines_of(OLD, step).is_empty(), "{step}");
        }
    }

    #[test]
    fn only_the_old_version_reads_stage() {
        let step = r#""lines": ["alchemy deploy"], "variables": ["STAGE"]"#;
        assert!(lines_of(OLD, step).is_empty());
        let helps: Vec<_> = found_in(NEW, step).into_iter().map(|(_, _, help)| help).collect();
        assert_eq!(helps.len(), 1);
        assert!(helps.iter().all(|help| help.ends_with("; Alchemy 2 does not read `STAGE`")));
        let other = r#""lines": ["MY_STAGE=x alchemy deploy"]"#;
        assert_eq!((lines_of(OLD, other), lines_of(NEW, other)), (vec![7], vec![7]));
    }

    #[test]
    fn a_program_with_a_stage_of_its_own_needs_none() {
        let step = r#""lines": ["alchemy deploy", "bun alchemy.run.ts"]"#;
        assert_eq!(lines_of(OLD, step).len(), 2);
        assert!(
            lines_of(&OLD.replace("\"shop\"", "\"shop\", { stage: \"prod\" }"), step).is_empty()
        );
        assert!(lines_of("export {};", step).is_empty());
    }
}
