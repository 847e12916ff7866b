//! Conditions on the stage.

use std::rc::Rc;

use super::Part;
use super::render::{matches, render};

/// A question, and whether its answer is yes.
pub(crate) type Cond = (Question, bool);
/// All of which hold.
pub(crate) type Conds = Vec<Cond>;

/// A question that a stage answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether the stage is this text.
    Stage(String),
    /// Whether a text is, starts with, ends with or has another.
    Text(Rc<Probe>),
    /// Whether one of some lists of conditions holds.
    Any(Rc<Any>),
    /// No stage answers it. A number tells one such test from another; 0 is not placed yet.
    Open(u32),
}

/// Lists of conditions, of which one holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Any {
    /// How many conditions there are in it. What is shared counts again, as it does for those who ask.
    pub size: u32,
    pub lists: Vec<Conds>,
}

/// The largest size of [`Any`]: conditions on conditions double at each level.
const LARGEST: u32 = 2000;

/// A text that may depend on the stage, and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Probe {
    pub of: Vec<Part>,
    pub ask: Ask,
    pub with: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Is,
    Starts,
    Ends,
    Has,
    /// Whether the regular expression matches; its flags come first, up to a slash.
    Matches,
}

impl Question {
    pub(crate) fn about(of: &[Part], ask: Ask, with: &str) -> Self {
        if ask == Ask::Is && *of == [Part::Stage] {
            return Self::Stage(with.to_owned());
        }
        Self::Text(Rc::new(Probe { of: of.to_vec(), ask, with: with.to_owned() }))
    }

    /// Whether one of these lists holds; an open question where that is too much to ask.
    pub(crate) fn any(lists: Vec<Conds>) -> Self {
        let sizes = lists.iter().flatten().map(|(question, _)| question.size());
        let size = sizes.fold(1, u32::saturating_add);
        if size > LARGEST { Self::Open(0) } else { Self::Any(Rc::new(Any { size, lists })) }
    }

    pub(super) fn size(&self) -> u32 {
        if let Self::Any(any) = self { any.size } else { 1 }
    }

    /// Whether no stage answers it.
    fn is_open(&self) -> bool {
        match self {
            Self::Open(_) => true,
            Self::Text(probe) => !probe.of.iter().all(Part::is_of_stage),
            Self::Stage(_) | Self::Any(_) => false,
        }
    }

    /// The answer in a stage; `None` where the program alone does not tell.
    fn answer(&self, stage: &str) -> Option<bool> {
        match self {
            Self::Stage(text) => Some(text == stage),
            Self::Text(probe) => probe.answer(stage),
            Self::Any(any_of) => any(any_of.lists.iter().map(|conds| all(conds, stage))),
            Self::Open(_) => None,
        }
    }
}

impl Probe {
    fn answer(&self, stage: &str) -> Option<bool> {
        let text = render(&self.of, stage).ok()?;
        self.ask.of(&text, &self.with)
    }
}

impl Ask {
    pub(super) fn of(self, text: &str, with: &str) -> Option<bool> {
        match self {
            Self::Is => Some(text == with),
            Self::Starts => Some(text.starts_with(with)),
            Self::Ends => Some(text.ends_with(with)),
            Self::Has => Some(text.contains(with)),
            Self::Matches => matches(text, with),
        }
    }
}

fn all(conds: &[Cond], stage: &str) -> Option<bool> {
    let failed = any(conds
        .iter()
        .map(|(question, holds)| question.answer(stage).map(|answer| answer != *holds)));
    failed.map(|failed| !failed)
}

fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut found = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => found = None,
        }
    }
    found
}

/// Whether one of several cases holds in a stage; `None` where the program alone does not tell.
pub(super) fn holds_in(cases: &[Conds], stage: &str) -> Option<bool> {
    any(cases.iter().map(|conds| all(conds, stage)))
}

/// Whether conditions can hold in a stage.
pub(crate) fn hold(conds: &[Cond], stage: &str) -> bool {
    all(conds, stage) != Some(false)
}

/// Whether nobody can tell if all conditions hold.
pub(crate) fn is_undecided(conds: &[Cond], stage: &str) -> bool {
    all(conds, stage).is_none()
}

/// Both lists of conditions at once; `None` where they cannot hold together.
pub(crate) fn both(a: &[Cond], b: &[Cond]) -> Option<Conds> {
    let mut out = a.to_vec();
    for cond in b {
        if out.iter().any(|other| clash(other, cond)) {
            return None;
        }
        if !out.contains(cond) {
            out.push(cond.clone());
        }
    }
    Some(out)
}

/// Whether two conditions cannot hold together.
pub(super) fn clash(a: &Cond, b: &Cond) -> bool {
    if a.0 == b.0 {
        return a.1 != b.1 && a.0 != Question::Open(0);
    }
    match (a, b) {
        ((Question::Stage(stage), true), (other, holds))
        | ((other, holds), (Question::Stage(stage), true)) => other.answer(stage) == Some(!holds),
        ((Question::Text(a), true), (Question::Text(b), true)) => {
            a.of == b.of && a.ask == Ask::Is && b.ask.of(&a.with, &b.with) == Some(false)
        }
        _ => false,
    }
}

/// Conditions without those that follow from the stage that they name.
pub(super) fn tidy(mut conds: Conds) -> Conds {
    let named = conds.iter().find_map(|cond| match cond {
        (Question::Stage(stage), true) => Some(stage.clone()),
        _ => None,
    });
    if let Some(named) = named {
        conds.retain(|(question, holds)| {
            matches!(question, Question::Stage(stage) if *holds && *stage == named)
                || question.answer(&named) != Some(*holds)
        });
    }
    conds
}

/// Whether nothing in the program answers it.
pub(super) fn is_open((question, _): &Cond) -> bool {
    matches!(question, Question::Open(_))
}

/// Cases without the conditions that nothing in the program answers.
pub(super) fn closed(cases: &[Conds]) -> Vec<Conds> {
    let one = |conds: &Conds| conds.iter().filter(|cond| !is_open(cond)).cloned().collect();
    cases.iter().map(one).collect()
}

/// Conditions without those that no stage answers, once the app is known.
pub(super) fn answered(mut conds: Conds) -> Conds {
    conds.retain(|(question, _)| !question.is_open());
    conds
}

/// The conditions under which one of several cases holds.
pub(super) fn any_of(cases: &[Conds]) -> Conds {
    match cases {
        [only] => only.clone(),
        cases if cases.iter().any(Vec::is_empty) => Vec::new(),
        cases => vec![(Question::any(cases.to_vec()), true)],
    }
}

/// That not all of these conditions hold.
pub(super) fn none_of(conds: Conds) -> Conds {
    match conds.as_slice() {
        [] => Vec::new(),
        [(question, holds)] => vec![(question.clone(), !holds)],
        _ => vec![(Question::any(vec![conds]), false)],
    }
}

/// When a test holds and when not: each a list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Test {
    pub yes: Vec<Conds>,
    pub no: Vec<Conds>,
}

/// The largest number of cases that two lists may have together.
const MOST_PAIRS: usize = 2000;
/// The largest number of cases that a value may have.
pub(super) const MOST: usize = 32;

impl Test {
    pub(crate) fn unknown() -> Self {
        Self::asks(&Question::Open(0))
    }

    pub(crate) fn known(holds: bool) -> Self {
        let always = vec![Vec::new()];
        if holds {
            Self { yes: always, no: Vec::new() }
        } else {
            Self { yes: Vec::new(), no: always }
        }
    }

    pub(crate) fn asks(question: &Question) -> Self {
        let one = |holds| vec![vec![(question.clone(), holds)]];
        Self { yes: one(true), no: one(false) }
    }

    pub(crate) fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut no = self.no.clone();
        no.extend(all_of(&self.yes, &other.no));
        Self { yes: all_of(&self.yes, &other.yes), no }.bounded()
    }

    pub(crate) fn or(&self, other: &Self) -> Self {
        self.clone().not().and(&other.clone().not()).not()
    }

    /// The same test, with a number for what no stage answers in it.
    pub(super) fn placed(mut self, number: u32) -> Self {
        for (question, _) in self.yes.iter_mut().chain(&mut self.no).flatten() {
            if *question == Question::Open(0) {
                *question = Question::Open(number);
            }
        }
        self
    }

    /// The same test, with a number for what it leaves open: where it is surely both true and false,
    /// because a value is one of several for no known reason.
    pub(super) fn decided(mut self, number: u32) -> Self {
        let overlaps = |a: &Conds, b: &Conds| {
            a.iter().all(|cond| b.contains(cond)) || b.iter().all(|cond| a.contains(cond))
        };
        let is_both =
            |one: &Conds, others: &[Conds]| others.iter().any(|other| overlaps(one, other));
        let yes: Vec<bool> = self.yes.iter().map(|one| is_both(one, &self.no)).collect();
        let no: Vec<bool> = self.no.iter().map(|one| is_both(one, &self.yes)).collect();
        for (lists, open, holds) in [(&mut self.yes, yes, true), (&mut self.no, no, false)] {
            for (conds, _) in lists.iter_mut().zip(open).filter(|(_, open)| *open) {
                conds.push((Question::Open(number), holds));
            }
        }
        self
    }

    /// The same test where conditions hold.
    pub(super) fn within(mut self, when: &Conds) -> Self {
        let narrow = |lists: Vec<Conds>| {
            lists.into_iter().filter_map(|conds| both(when, &conds)).collect::<Vec<_>>()
        };
        self.yes = narrow(self.yes);
        self.no = narrow(self.no);
        self
    }

    /// Either of two tests, each within its own cases.
    pub(super) fn plus(mut self, other: Self) -> Self {
        self.yes.extend(other.yes);
        self.no.extend(other.no);
        self.bounded()
    }

    fn bounded(self) -> Self {
        if self.yes.len().max(self.no.len()) > MOST { Self::unknown() } else { self }
    }
}

/// Both of two lists of cases at once. Too many are one case that no stage answers.
pub(super) fn all_of(left: &[Conds], right: &[Conds]) -> Vec<Conds> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    let all: Vec<Conds> = pairs.filter_map(|(a, b)| both(a, b)).take(MOST_PAIRS).collect();
    if all.len() < MOST_PAIRS { all } else { vec![vec![(Question::Open(0), true)]] }
}
