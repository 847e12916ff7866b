//! Whether conditions can hold together, those inside of others included.
//!
//! Where each branch of a chain assigns a variable, its first value is left only if no branch is
//! taken. [`both`](super::both) compares two conditions at a time and does not see that none of
//! them can hold then.

use super::Question;
use super::conditions::{Cond, Conds, clash};

/// How many conditions are looked at before it is given up.
const MOST_LOOKED_AT: u32 = 4000;

/// Whether conditions can hold together. They can if it takes too long to say.
pub(super) fn consistent(conds: &[Cond]) -> bool {
    // Those that have no others in them were compared when they were put together.
    if !conds.iter().any(|(question, _)| matches!(question, Question::Any(_))) {
        return true;
    }
    let mut search = Search { left: MOST_LOOKED_AT };
    search.holds(Vec::new(), Vec::new(), conds.to_vec())
}

/// Ways of which at least one is taken.
type Choice = Vec<Conds>;

struct Search {
    left: u32,
}

impl Search {
    /// Whether there is a way to take for each choice, with what is known and what follows from it.
    fn holds(&mut self, mut known: Conds, mut choices: Vec<Choice>, mut new: Conds) -> bool {
        loop {
            while let Some(cond) = new.pop() {
                if !self.learn(cond, &mut known, &mut choices) {
                    return false;
                }
            }
            let mut open = Vec::new();
            for choice in choices {
                if !new.is_empty() {
                    open.push(choice);
                    continue;
                }
                match self.narrowed(choice, &known) {
                    Ways::None => return false,
                    Ways::Taken => {}
                    Ways::One(conds) => new = conds,
                    Ways::Many(ways) => open.push(ways),
                }
            }
            choices = open;
            if new.is_empty() {
                break;
            }
        }
        let least = choices.iter().enumerate().min_by_key(|(_, ways)| ways.len());
        let Some((at, _)) = least else { return true };
        let ways = choices.swap_remove(at);
        let mut ways = ways.into_iter();
        ways.any(|way| self.left == 0 || self.holds(known.clone(), choices.clone(), way))
    }

    /// Takes a condition for granted; `false` if it cannot hold.
    fn learn(&mut self, cond: Cond, known: &mut Conds, choices: &mut Vec<Choice>) -> bool {
        match cond {
            (Question::Any(any), true) => choices.push(any.lists.clone()),
            // Of each list, some condition does not hold.
            (Question::Any(any), false) => choices.extend(any.lists.iter().map(|conds| {
                conds.iter().map(|(question, holds)| vec![(question.clone(), !holds)]).collect()
            })),
            cond if !self.fits(&cond, known) => return false,
            cond => known.push(cond),
        }
        true
    }

    /// The ways of a choice that can be taken still.
    fn narrowed(&mut self, choice: Choice, known: &Conds) -> Ways {
        let mut ways = Vec::new();
        for mut way in choice {
            if !way.iter().all(|cond| self.fits(cond, known)) {
                continue;
            }
            way.retain(|cond| cond.0 == Question::Open(0) || !known.contains(cond));
            if way.is_empty() {
                return Ways::Taken;
            }
            ways.push(way);
        }
        match ways.len() {
            0 => Ways::None,
            1 => ways.pop().map_or(Ways::None, Ways::One),
            _ => Ways::Many(ways),
        }
    }

    /// Whether nothing that is known speaks against a condition.
    fn fits(&mut self, cond: &Cond, known: &Conds) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return true };
        self.left = left;
        matches!(cond.0, Question::Any(_)) || !known.iter().any(|other| clash(other, cond))
    }
}

enum Ways {
    None,
    /// What is known says already that one is taken.
    Taken,
    One(Conds),
    Many(Choice),
}

#[cfg(test)]
mod tests {
    use super::consistent;
    use crate::values::Question;
    use crate::values::conditions::{Cond, Conds, any_of, none_of};

    fn is(number: u32) -> Cond {
        (Question::Open(number), true)
    }

    fn not(number: u32) -> Cond {
        (Question::Open(number), false)
    }

    fn none(lists: &[Conds]) -> Conds {
        lists.iter().cloned().flat_map(none_of).collect()
    }

    #[test]
    fn some_branch_of_a_chain_is_taken() {
        let (first, second, last) = (vec![is(1)], vec![not(1), is(2)], vec![not(1), not(2)]);
        assert!(consistent(&none(&[first.clone(), second.clone()])));
        assert!(!consistent(&none(&[first, second, last])));
    }

    #[test]
    fn what_needs_a_guess_is_seen() {
        let (yes, no) = (
            [vec![is(1), is(2)], vec![not(1), not(2)]],
            [vec![is(1), not(2)], vec![not(1), is(2)]],
        );
        let neither = [any_of(&yes), any_of(&no)].concat();
        assert!(!consistent(&neither));
        assert!(consistent(&any_of(&yes)));
    }

    #[test]
    fn tests_without_a_number_are_not_one() {
        let unknown = |holds| (Question::Open(0), holds);
        assert!(consistent(
            &[any_of(&[vec![unknown(true)], vec![is(1)]]), vec![unknown(false), not(1)]].concat()
        ));
    }

    #[test]
    fn a_long_search_is_given_up() {
        let pair = |at: u32| any_of(&[vec![is(at)], vec![is(at.saturating_add(1))]]);
        let many: Conds = (1..2000).flat_map(pair).collect();
        assert!(consistent(&many));
    }
}
