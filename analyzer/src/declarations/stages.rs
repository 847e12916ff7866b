//! Which stages a declaration is looked at in.

use std::collections::BTreeSet;

use alch_blocks::quote;

use crate::report::Options;
use crate::values::{App, Conds, Part, Value, hold, known, text_in};
use crate::version::Version;

/// Stages that are tried where neither the user nor the state says which there are.
pub(crate) const USUAL: [&str; 6] = ["dev", "preview", "staging", "prod", "production", "pr-1"];

/// Stages that fewer programs have.
pub(crate) const RARER: [&str; 5] = ["development", "test", "main", "master", "live"];

/// The words that a pull request's stage starts with, before its number.
const NUMBERED: [&str; 4] = ["pr", "preview", "mr", "pull"];

/// The stages that one app is judged for.
#[derive(Debug, Clone, Default)]
pub(crate) struct StageSet {
    /// Those that are asked for, or that exist, or the usual ones.
    pub judged: Vec<String>,
    /// Those that may share a name with a judged stage: more than the judged ones if there is only
    /// one, or if pull requests have stages.
    pub compared: Vec<String>,
    /// Whether nobody said which stages there are.
    pub is_usual: bool,
}

impl StageSet {
    pub(crate) fn of(app: Option<&App>, options: &Options) -> Self {
        let given = given(app, options);
        if let Some(only) = app.and_then(constant_stages) {
            let asked: Vec<_> = only.iter().filter(|one| given.contains(one)).cloned().collect();
            let judged = if asked.is_empty() { only.clone() } else { asked };
            return Self { judged, compared: only, is_usual: false };
        }
        let is_usual = given.is_empty();
        let judged = if is_usual { owned(&USUAL) } else { given };
        let mut compared = judged.clone();
        if judged.len() < 2 {
            compared.extend(owned(&USUAL));
        }
        compared.extend(judged.iter().filter_map(|stage| sibling(stage)));
        Self { judged, compared: unique(compared), is_usual }
    }
}

/// The stage of an app that is the same in every run.
pub(crate) fn constant_stage(app: &App) -> Option<String> {
    app.stage.as_ref().and_then(Value::known_text)
}

/// All stages that an app can have, where the program has them written out.
pub(crate) fn constant_stages(app: &App) -> Option<Vec<String>> {
    let cases = app.stage.as_ref()?.cases();
    let all: Option<Vec<_>> = cases.iter().map(|(_, stage)| stage.known_text()).collect();
    all.map(unique)
}

/// Why the stage of an app is neither that of `--stage` nor always the same.
pub(crate) fn unfollowed_stage(app: &App) -> Option<String> {
    match app.stage.as_ref()? {
        Value::Nil => Some("Alchemy takes the name of the user for `stage: undefined`".to_owned()),
        Value::Text(parts) if parts.as_slice() == [Part::Stage] => None,
        _ if constant_stages(app).is_some() => None,
        // What the stage is made of is the same in all of them.
        value => Some(
            text_in(value, "dev")
                .err()
                .unwrap_or_else(|| "the program works it out from that".to_owned()),
        ),
    }
}

/// The stages of `--stage`, else those of the config and of the app's state.
fn given(app: Option<&App>, options: &Options) -> Vec<String> {
    if !options.stages.is_empty() {
        return unique(options.stages.clone());
    }
    let name = app.and_then(|app| known(&app.name));
    let is_ours = |app: &str| name.as_deref() == Some(app);
    let stored = options.stored.iter().filter(|one| is_ours(&one.app));
    let rows = options.state.iter().flatten().filter(|row| is_ours(&row.app));
    let mut all = options.config_stages.clone();
    all.extend(stored.map(|one| one.stage.clone()));
    all.extend(rows.map(|row| row.stage.clone()));
    unique(all)
}

/// The stages of the config and of the app's state; of any app where its name is not known.
pub(crate) fn existing(app: Option<&App>, options: &Options) -> BTreeSet<String> {
    let name = app.and_then(|app| known(&app.name));
    let is_ours = |app: &str| name.as_deref().is_none_or(|name| name == app);
    let stored = options.stored.iter().filter(|one| is_ours(&one.app));
    let rows = options.state.iter().flatten().filter(|row| is_ours(&row.app));
    let stored = stored.map(|one| one.stage.clone()).chain(rows.map(|row| row.stage.clone()));
    options.config_stages.iter().cloned().chain(stored).collect()
}

/// Whether a stage belongs to a pull request, so that there will be others of its kind.
pub(crate) fn is_numbered(word: &str) -> bool {
    NUMBERED.contains(&word.to_ascii_lowercase().as_str())
}

/// Another stage of the same kind: `pr-2` for `pr-1`.
fn sibling(stage: &str) -> Option<String> {
    let word = stage.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u64 = stage.strip_prefix(word)?.parse().ok()?;
    is_numbered(word.trim_end_matches(['-', '_', '/']))
        .then(|| format!("{word}{}", number.saturating_add(1)))
}

/// The stages that the declarations of one app are worked out in.
pub(super) struct Looked {
    pub set: StageSet,
    all: BTreeSet<String>,
    /// Those that the program has written out: it is deployed in no others.
    constants: Vec<String>,
    version: Version,
}

/// A stage in which a declaration is worked out.
pub(super) struct Run<'l> {
    pub stage: &'l str,
    /// The stage that the app has there: one that is constant is deployed there, whatever `--stage` says.
    pub run: &'l str,
    /// Why the program does not deploy the app there.
    pub elsewhere: Option<String>,
}

impl Looked {
    pub(super) fn at(app: Option<&App>, options: &Options) -> Self {
        let set = StageSet::of(app, options);
        let constants = app.and_then(constant_stages).unwrap_or_default();
        let version = app.map(|app| app.version).unwrap_or_default();
        Self { all: looked_at(app, &set, options), set, constants, version }
    }

    /// The stages in which the program gets to what has these conditions.
    pub(super) fn runs<'l>(&'l self, when: &'l Conds) -> impl Iterator<Item = Run<'l>> {
        self.all.iter().filter_map(move |stage| {
            let run = match self.constants.as_slice() {
                [only] => only,
                _ => stage,
            };
            let is_deployed = self.constants.is_empty() || self.constants.contains(run);
            if is_deployed && !hold(when, run) {
                return None;
            }
            let elsewhere = (!is_deployed).then(|| elsewhere(&self.constants, run));
            let elsewhere = elsewhere.or_else(|| self.version.refuses_stage(stage));
            Some(Run { stage, run, elsewhere })
        })
    }
}

/// Why there is no name in a stage that the program never gives its app.
fn elsewhere(constants: &[String], stage: &str) -> String {
    let all: Vec<_> = constants.iter().map(|one| quote(one).to_string()).collect();
    format!(
        "the program deploys the app in {}, whatever `--stage` says, and not in {}",
        all.join(" or "),
        quote(stage)
    )
}

/// All stages in which a declaration of the app is worked out.
fn looked_at(app: Option<&App>, set: &StageSet, options: &Options) -> BTreeSet<String> {
    let name = app.and_then(|app| known(&app.name));
    // An app of which no stage is known may come into those of the others.
    let is_ours = |app: &str| set.is_usual || name.as_deref().is_none_or(|name| name == app);
    let rows = options.state.iter().flatten().filter(|row| is_ours(&row.app));
    let stored = options.stored.iter().filter(|one| is_ours(&one.app));
    let mut all: BTreeSet<String> = set.compared.iter().cloned().collect();
    all.extend(owned(&USUAL));
    all.extend(options.stages.iter().cloned());
    all.extend(options.owner_stage.clone());
    all.extend(rows.map(|row| row.stage.clone()));
    for one in stored {
        let folders = one.stage.match_indices('/');
        all.extend(folders.filter_map(|(at, _)| one.stage.get(..at).map(str::to_owned)));
        all.insert(one.stage.clone());
    }
    all
}

fn owned(stages: &[&str]) -> Vec<String> {
    stages.iter().map(|stage| (*stage).to_owned()).collect()
}

/// The same stages in the same order, each once.
pub(crate) fn unique(stages: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    stages.into_iter().filter(|stage| seen.insert(stage.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::{StageSet, sibling};
    use crate::report::Options;

    #[test]
    fn the_stages_of_pull_requests_come_in_numbers() {
        assert_eq!(sibling("pr-1"), Some("pr-2".to_owned()));
        assert_eq!(sibling("preview/9"), Some("preview/10".to_owned()));
        assert_eq!(sibling("PR7"), Some("PR8".to_owned()));
        assert_eq!(sibling("prod"), None);
        assert_eq!(sibling("v2"), None);
        assert_eq!(sibling("7"), None);
    }

    #[test]
    fn stages_that_are_given_replace_the_usual_ones() {
        let options = |text: &str| serde_json::from_str::<Options>(text).unwrap_or_default();
        let set = StageSet::of(None, &options("{}"));
        assert!(set.is_usual && set.judged.len() == 6, "{set:?}");
        let set = StageSet::of(None, &options(r#"{ "stages": ["eu", "us"] }"#));
        assert_eq!(set.compared, ["eu", "us"]);
        let set = StageSet::of(None, &options(r#"{ "stages": ["eu"], "configStages": ["us"] }"#));
        assert_eq!(set.judged, ["eu"]);
        assert!(set.compared.len() > 2, "{set:?}");
    }
}
