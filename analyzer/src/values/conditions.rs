//! Conditions on the stage.

/// That the stage is, or is not, a certain text.
pub(crate) type Cond = (String, bool);
/// All of which hold.
pub(crate) type Conds = Vec<Cond>;

/// When a test holds and when not: each a list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Test {
    pub yes: Vec<Conds>,
    pub no: Vec<Conds>,
}

impl Test {
    pub(crate) fn unknown() -> Self {
        Self { yes: vec![Vec::new()], no: vec![Vec::new()] }
    }

    pub(crate) fn known(holds: bool) -> Self {
        let always = vec![Vec::new()];
        if holds {
            Self { yes: always, no: Vec::new() }
        } else {
            Self { yes: Vec::new(), no: always }
        }
    }

    pub(crate) fn stage_is(text: &str) -> Self {
        let one = |holds| vec![vec![(text.to_owned(), holds)]];
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

    fn bounded(self) -> Self {
        if self.yes.len().max(self.no.len()) > MOST { Self::unknown() } else { self }
    }
}

/// How many cases are told apart.
pub(super) const MOST: usize = 16;

fn all_of(left: &[Conds], right: &[Conds]) -> Vec<Conds> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    pairs.filter_map(|(a, b)| both(a, b)).collect()
}

/// Both lists of conditions at once; `None` where they cannot hold together.
pub(crate) fn both(a: &[Cond], b: &[Cond]) -> Option<Conds> {
    let mut out = a.to_vec();
    for (stage, holds) in b {
        let clash = out.iter().any(|(other, other_holds)| {
            if other == stage { other_holds != holds } else { *other_holds && *holds }
        });
        if clash {
            return None;
        }
        if !out.contains(&(stage.clone(), *holds)) {
            out.push((stage.clone(), *holds));
        }
    }
    Some(out)
}

/// Whether conditions hold in a stage.
pub(crate) fn hold(conds: &[Cond], stage: &str) -> bool {
    conds.iter().all(|(text, holds)| (text == stage) == *holds)
}
