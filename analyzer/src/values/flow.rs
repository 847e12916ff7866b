//! How control leaves a run of statements, and what follows is reached in spite of it.

use super::conditions::{both, is_open, none_of};
use super::eval::Eval;
use super::{Conds, Value};
use crate::syntax::facts::Jump;

/// How control leaves a run of statements before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leave {
    Return,
    Throw,
    /// `process.exit()`.
    Exit,
    Jump(Jump),
}

/// A way out, with the conditions that held there.
pub(super) type Way = (Leave, Conds);

/// How many ways out of a function are kept, `break` and `continue` aside.
const MOST_WAYS: usize = 100;

/// What a run of statements leads to.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) returns: Vec<(Conds, Value)>,
    /// Whether no way leads to what follows.
    pub(super) ends: bool,
    /// The conditions under which what follows is reached, where some way through it ended.
    pub(super) rest: Option<Conds>,
    pub(super) leaves: Vec<Way>,
}

impl Flow {
    pub(super) fn take(&mut self, inside: Self, always: bool) {
        if !self.ends {
            self.returns.extend(inside.returns);
            self.ends |= inside.ends && always;
            self.add(inside.leaves);
        }
    }

    pub(super) fn add(&mut self, leaves: Vec<Way>) {
        let is_jump = |leave: &Leave| matches!(leave, Leave::Jump(_));
        let mut room = MOST_WAYS
            .saturating_sub(self.leaves.iter().filter(|(leave, _)| !is_jump(leave)).count());
        for (leave, conds) in leaves {
            if !is_jump(&leave) {
                let Some(left) = room.checked_sub(1) else { continue };
                room = left;
            }
            self.leaves.push((leave, conds));
        }
    }
}

impl Eval<'_> {
    /// Leaves the statements here.
    pub(super) fn leave(&mut self, how: Leave, flow: &mut Flow) {
        if !flow.ends {
            flow.add(vec![(how, self.conds.clone())]);
        }
        self.end(flow);
    }

    /// What follows in the block is reached by no way.
    pub(super) fn end(&mut self, flow: &mut Flow) {
        flow.ends = true;
        self.narrow(&[]);
    }

    /// Goes on only where none of these ways was taken. One that no stage answers may not be.
    pub(super) fn pass(&mut self, leaves: &[Way], flow: &mut Flow) {
        for (_, conds) in leaves {
            if flow.ends {
                return;
            }
            let Some(all) = both(&self.conds, conds) else { continue };
            let since: Conds = all.into_iter().skip(self.conds.len()).collect();
            if since.is_empty() {
                self.end(flow);
            } else if !since.iter().any(is_open) {
                self.narrow(&[none_of(since)]);
            }
        }
    }

    /// Notes that a call never comes back where the conditions of the moment hold.
    pub(super) fn stop(&mut self, how: Leave) {
        self.stops.push((how, self.conds.clone()));
    }

    /// Leaves the statements where a call in them did not come back.
    pub(super) fn stopped(&mut self, flow: &mut Flow) {
        let stops = std::mem::take(&mut self.stops);
        if stops.is_empty() || flow.ends {
            return;
        }
        self.pass(&stops, flow);
        flow.add(stops);
    }
}
