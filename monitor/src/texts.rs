//! Each text once: claims of one stage share most of theirs.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// A map that is quick for short keys, and the same in every run: nothing is sorted by it.
pub(crate) type Map<K, V> = hashbrown::HashMap<K, V, FixedState>;
pub(crate) type Set<K> = hashbrown::HashSet<K, FixedState>;

/// A text that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Text(u32);

impl Text {
    /// The empty text, which every table has first.
    pub const EMPTY: Self = Self(0);

    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }
}

/// All texts, one behind the other.
#[derive(Debug)]
pub(crate) struct Texts {
    all: String,
    /// Where each text starts; the next one's start is its end.
    starts: Vec<usize>,
    numbers: HashTable<u32>,
    hash: FixedState,
}

impl Default for Texts {
    fn default() -> Self {
        let hash = FixedState::default();
        Self { all: String::new(), starts: vec![0, 0], numbers: HashTable::new(), hash }
    }
}

impl Texts {
    pub fn add(&mut self, text: &str) -> Text {
        if text.is_empty() {
            return Text::EMPTY;
        }
        if let Some(known) = self.find(text) {
            return known;
        }
        // Four thousand million texts are more than the memory of a module holds.
        let number = u32::try_from(self.starts.len().saturating_sub(1)).unwrap_or(u32::MAX);
        self.all.push_str(text);
        self.starts.push(self.all.len());
        let Self { all, starts, numbers, hash } = self;
        let hashed = |number: &u32| hash.hash_one(slice(all, starts, *number));
        numbers.insert_unique(hash.hash_one(text), number, hashed);
        Text(number)
    }

    /// As `add`, but looks first whether it is a text that is likely to come.
    pub fn add_after(&mut self, likely: Text, text: &str) -> Text {
        if self.get(likely) == text { likely } else { self.add(text) }
    }

    pub fn find(&self, text: &str) -> Option<Text> {
        if text.is_empty() {
            return Some(Text::EMPTY);
        }
        let same = |number: &u32| slice(&self.all, &self.starts, *number) == text;
        self.numbers.find(self.hash.hash_one(text), same).copied().map(Text)
    }

    pub fn get(&self, text: Text) -> &str {
        slice(&self.all, &self.starts, text.0)
    }
}

fn slice<'a>(all: &'a str, starts: &[usize], number: u32) -> &'a str {
    let at = usize::try_from(number).unwrap_or(usize::MAX);
    let range = starts.get(at).zip(starts.get(at.saturating_add(1)));
    range.and_then(|(start, end)| all.get(*start..*end)).unwrap_or_default()
}
