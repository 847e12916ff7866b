//! Claims put together by what they share.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::claim::Claim;

/// Claims by a key.
///
/// The keys are in the order of their first claims, and the claims of one key one behind the other
/// in the order in which they came: going through all of them walks through memory, where a map of
/// lists would jump.
pub(crate) struct Groups<'a, K> {
    keys: Vec<K>,
    numbers: HashTable<u32>,
    hash: FixedState,
    /// Where the claims of each key end; those of the next begin there.
    ends: Vec<usize>,
    claims: Vec<&'a Claim>,
}

impl<'a, K: Copy + Eq + Hash> Groups<'a, K> {
    /// Puts each claim to those of its key; those without a key are left out.
    pub fn of(claims: &'a [Claim], key: impl Fn(&Claim) -> Option<K>) -> Self {
        let mut groups = Self {
            keys: Vec::new(),
            numbers: HashTable::new(),
            hash: FixedState::default(),
            ends: Vec::new(),
            claims: Vec::new(),
        };
        // Memory that grows step by step is copied, and makes JavaScript collect garbage.
        let mut numbered = Vec::with_capacity(claims.len());
        for claim in claims {
            numbered.extend(key(claim).map(|key| (groups.number(key), claim)));
        }
        groups.fill(&numbered);
        groups
    }

    /// The number of a key, which is new where it was not known.
    fn number(&mut self, key: K) -> usize {
        let Self { keys, numbers, hash, .. } = self;
        let hashed = hash.hash_one(key);
        let is_same = |number: &u32| keys.get(place(*number)) == Some(&key);
        if let Some(known) = numbers.find(hashed, is_same) {
            return place(*known);
        }
        let number = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        keys.push(key);
        let of = |number: &u32| keys.get(place(*number)).map_or(0, |key| hash.hash_one(key));
        numbers.insert_unique(hashed, number, of);
        place(number)
    }

    /// Sorts claims by the numbers of their keys: counts, and then puts each where it belongs.
    fn fill(&mut self, numbered: &[(usize, &'a Claim)]) {
        let Some((_, first)) = numbered.first() else { return };
        let mut ends = vec![0_usize; self.keys.len()];
        for (number, _) in numbered {
            if let Some(count) = ends.get_mut(*number) {
                *count = count.saturating_add(1);
            }
        }
        let mut start = 0_usize;
        for end in &mut ends {
            let count = std::mem::replace(end, start);
            start = start.saturating_add(count);
        }
        self.claims = vec![*first; numbered.len()];
        // Each end moves from the start of its claims to behind the last.
        for (number, claim) in numbered {
            let Some(end) = ends.get_mut(*number) else { continue };
            if let Some(free) = self.claims.get_mut(*end) {
                *free = claim;
            }
            *end = end.saturating_add(1);
        }
        self.ends = ends;
    }

    /// The claims of a key; none where there is no such key.
    pub fn get(&self, key: &K) -> &[&'a Claim] {
        let is_same = |number: &u32| self.keys.get(place(*number)) == Some(key);
        let number = self.numbers.find(self.hash.hash_one(key), is_same);
        number.map_or(&[], |number| self.at(place(*number)))
    }

    /// All keys with their claims.
    pub fn iter(&self) -> impl Iterator<Item = (K, &[&'a Claim])> {
        self.keys.iter().enumerate().map(|(number, key)| (*key, self.at(number)))
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    fn at(&self, number: usize) -> &[&'a Claim] {
        let before = number.checked_sub(1).and_then(|number| self.ends.get(number));
        let start = before.copied().unwrap_or_default();
        let end = self.ends.get(number).copied().unwrap_or_default();
        self.claims.get(start..end).unwrap_or_default()
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
