//! Texts that a declaration has in several stages: names, scripts and queues.

use alch_blocks::quote;

use super::found::listed;
use crate::declarations::{Declaration, InOneStage, StageUse};

/// One text in several stages.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Collision {
    pub text: String,
    /// The stages that have it; the judged ones if there are two of them.
    pub stages: Vec<String>,
    /// Whether it is the only text, whatever the stage.
    pub is_everywhere: bool,
}

impl Collision {
    /// The stages, for a message.
    pub(super) fn in_stages(&self) -> String {
        let quoted: Vec<_> = self.stages.iter().map(|stage| quote(stage).to_string()).collect();
        format!("the stages {}", listed(&quoted))
    }
}

/// The account-wide name that two stages give a declaration; `None` where somebody chose to share
/// it, by the options `share` and `stage` of a block.
pub(super) fn of_names(declaration: &Declaration) -> Option<Collision> {
    if !declaration.claims_its_name || declaration.stage != StageUse::Resolved {
        return None;
    }
    let folds = declaration.kind.same_name("a", "A");
    let same = |a: &str, b: &str| if folds { a.eq_ignore_ascii_case(b) } else { a == b };
    of_texts(declaration, |here| &here.claims, same)
}

/// The first text that at least one judged stage has in common with another stage.
pub(super) fn of_texts(
    declaration: &Declaration,
    texts: impl Fn(&InOneStage) -> &Vec<String>,
    same: impl Fn(&str, &str) -> bool,
) -> Option<Collision> {
    let set = &declaration.judged;
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for stage in &set.compared {
        let Some(here) = declaration.stages.get(stage) else { continue };
        for text in texts(here) {
            match groups.iter_mut().find(|(known, _)| same(known, text)) {
                Some((_, stages)) if stages.contains(&stage.as_str()) => {}
                Some((_, stages)) => stages.push(stage),
                None => groups.push((text, vec![stage])),
            }
        }
    }
    let is_judged = |stage: &&str| set.judged.iter().any(|judged| judged == stage);
    let (text, stages) =
        groups.into_iter().find(|(_, stages)| stages.len() > 1 && stages.iter().any(is_judged))?;
    let mut all = declaration.stages.values();
    let is_everywhere =
        all.all(|here| texts(here).len() == 1 && texts(here).iter().all(|one| same(one, text)));
    let judged: Vec<_> = stages.iter().copied().filter(is_judged).collect();
    let shown = if judged.len() > 1 { judged } else { stages };
    let stages = shown.into_iter().map(str::to_owned).collect();
    Some(Collision { text: text.to_owned(), stages, is_everywhere })
}
