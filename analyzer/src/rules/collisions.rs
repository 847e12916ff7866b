//! Texts that a declaration has in several stages: names, scripts and queues.

use alch_blocks::{HostPattern, quote, stage_slug};

use super::found::{MOST, listed};
use crate::declarations::{Declaration, Host, InOneStage, Origin, Role, StageSet, StageUse};

/// The texts that stages have in common.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Collision {
    pub text: String,
    /// The stages that have it; the judged ones if there are two of them.
    pub stages: Vec<String>,
    /// Whether it is the only text, and every stage has it.
    pub is_everywhere: bool,
    /// Whether destroying a stage leaves it to the others: at most the stage that is in the name deletes it.
    pub is_kept: bool,
    /// More texts that other stages have in common.
    others: Vec<(String, Vec<String>)>,
}

impl Collision {
    /// The stages, for a message.
    pub(super) fn in_stages(&self) -> String {
        in_stages(&self.stages)
    }

    /// The same, as those who do something.
    pub(super) fn who(&self) -> String {
        if self.is_everywhere { "all stages".to_owned() } else { self.in_stages() }
    }

    /// The other texts, for the end of a message.
    pub(super) fn also(&self) -> String {
        if self.others.is_empty() {
            return String::new();
        }
        let shown = self.others.iter().take(MOST);
        let shown = shown.map(|(text, stages)| format!("{} in {}", quote(text), in_stages(stages)));
        let mut all: Vec<String> = shown.collect();
        if let Some(more @ 1..) = self.others.len().checked_sub(MOST) {
            all.push(format!("{more} more"));
        }
        format!(" (also {})", listed(&all))
    }
}

fn in_stages(stages: &[String]) -> String {
    let quoted: Vec<_> = stages.iter().map(|stage| quote(stage).to_string()).collect();
    format!("the stages {}", listed(&quoted))
}

/// The account-wide names that two stages give a declaration; `None` where somebody chose to share
/// it, by the options `share` and `stage` of a block.
pub(super) fn of_names(declaration: &Declaration) -> Option<Collision> {
    (declaration.stage == StageUse::Resolved).then(|| of_claims(declaration)).flatten()
}

/// The same, even where somebody chose to share it.
pub(super) fn of_claims(declaration: &Declaration) -> Option<Collision> {
    // All stages have one row for what is at the root.
    if declaration.is_at_root || !declaration.claims_its_name {
        return None;
    }
    let folds = declaration.kind.same_name("a", "A");
    let same = |a: &str, b: &str| if folds { a.eq_ignore_ascii_case(b) } else { a == b };
    let collision = of_texts(declaration, Role::Name, same)?;
    let others = collision.others.iter().map(|(text, _)| text);
    let is_kept = std::iter::once(&collision.text)
        .chain(others)
        .all(|text| is_kept(declaration, text, |name| same(name, text)));
    Some(Collision { is_kept, ..collision })
}

fn is_kept(declaration: &Declaration, text: &str, is_it: impl Fn(&str) -> bool) -> bool {
    let compared = declaration.judged.compared.iter();
    let mut deleting = compared.filter(|stage| {
        let here = declaration.stages.get(*stage).filter(|here| !here.is_retained());
        here.is_some_and(|here| here.claims.iter().any(|name| is_it(name)))
    });
    let is_own = |stage: &String| {
        let base = stage_slug(stage).ok().and_then(|slug| text.strip_suffix(&slug));
        base.is_some_and(|base| base.ends_with('-'))
    };
    deleting.next().is_none_or(is_own) && deleting.next().is_none()
}

/// The same for any text of a declaration.
pub(super) fn of_texts(
    declaration: &Declaration,
    role: Role,
    same: impl Fn(&str, &str) -> bool,
) -> Option<Collision> {
    let here = |stage: &str| declaration.stages.get(stage).map(|here| texts(here, role));
    let mut collision = in_common(&declaration.judged, here, &same)?;
    collision.is_everywhere = is_everywhere(declaration, role)
        && declaration.stages.values().all(|here| match texts(here, role) {
            [only] => same(only, &collision.text),
            _ => false,
        });
    Some(collision)
}

/// The hostname or pattern that two stages give a domain or a route, unless somebody chose to share it.
pub(super) fn of_hosts(host: &Host) -> Option<Collision> {
    if host.is_at_root || host.stage != StageUse::Resolved {
        return None;
    }
    let name = |stage: &str| Some(std::slice::from_ref(&host.name_in(stage)?.name));
    let same = |a: &str, b: &str| canonical(a) == canonical(b);
    let mut collision = in_common(&host.judged, name, same)?;
    let is_it = |stage: &String| {
        host.name_in(stage).is_some_and(|named| same(&named.name, &collision.text))
    };
    collision.is_everywhere =
        host.is_everywhere && host.origin != Origin::Block && host.stages.keys().all(is_it);
    Some(collision)
}

fn canonical(name: &str) -> String {
    HostPattern::new(name).canonical()
}

/// The texts that at least one judged stage has in common with another stage.
fn in_common<'a>(
    set: &StageSet,
    texts: impl Fn(&str) -> Option<&'a [String]>,
    same: impl Fn(&str, &str) -> bool,
) -> Option<Collision> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for stage in &set.compared {
        for text in texts(stage).into_iter().flatten() {
            match groups.iter_mut().find(|(known, _)| same(known, text)) {
                Some((_, stages)) if stages.contains(&stage.as_str()) => {}
                Some((_, stages)) => stages.push(stage),
                None => groups.push((text, vec![stage])),
            }
        }
    }
    let is_judged = |stage: &&str| set.judged.iter().any(|judged| judged == stage);
    let shared =
        groups.into_iter().filter(|(_, stages)| stages.len() > 1 && stages.iter().any(is_judged));
    let mut shared = shared.map(|(text, stages)| {
        let judged: Vec<_> = stages.iter().copied().filter(is_judged).collect();
        let shown = if judged.len() > 1 { judged } else { stages };
        (text.to_owned(), shown.into_iter().map(str::to_owned).collect())
    });
    let (text, stages) = shared.next()?;
    let others = shared.collect();
    Some(Collision { text, stages, is_everywhere: false, is_kept: false, others })
}

fn texts(here: &InOneStage, role: Role) -> &[String] {
    match role {
        Role::Name => &here.claims,
        Role::Script => &here.scripts,
        Role::DeadLetters => &here.dead_letters,
        Role::Id | Role::Option(_) => &[],
    }
}

/// Whether the program asks for no stage before it declares this, nor for the text. The law puts the
/// stage into all names but pinned ones, which are those of some stages.
fn is_everywhere(declaration: &Declaration, role: Role) -> bool {
    let ways = declaration.given.iter().filter(|given| given.role == role).count();
    declaration.is_everywhere && ways == 1 && !(role == Role::Name && declaration.is_block)
}
