//! A table from hashes to numbers: small in code, which the library's tables are not.

/// Many numbers for each hash, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// For each slot its first entry; their number is a power of two.
    slots: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    hash: Hash,
    value: u32,
    /// The next entry of the slot.
    next: u32,
}

/// Where a chain of entries ends.
const NONE: u32 = u32::MAX;

impl Index {
    /// What was inserted under `hash`, the newest first.
    pub(crate) fn get(&self, hash: Hash) -> impl Iterator<Item = usize> {
        let mut at = self.slots.get(self.slot(hash)).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            loop {
                let entry = self.entries.get(at as usize)?;
                at = entry.next;
                if entry.hash == hash {
                    return Some(entry.value as usize);
                }
            }
        })
    }

    pub(crate) fn insert(&mut self, hash: Hash, value: usize) {
        let entry = Entry { hash, value: u32::try_from(value).unwrap_or(NONE), next: NONE };
        self.entries.push(entry);
        if self.entries.len() > self.slots.len() {
            self.grow();
        } else {
            self.link(self.entries.len().saturating_sub(1));
        }
    }

    fn slot(&self, hash: Hash) -> usize {
        // The multiplication spreads what FNV leaves in the high bits alone.
        (hash.0 ^ (hash.0 >> 15)) as usize & self.slots.len().saturating_sub(1)
    }

    fn link(&mut self, at: usize) {
        let Some(hash) = self.entries.get(at).map(|entry| entry.hash) else { return };
        let slot = self.slot(hash);
        if let (Some(entry), Some(first)) = (self.entries.get_mut(at), self.slots.get_mut(slot)) {
            entry.next = *first;
            *first = u32::try_from(at).unwrap_or(NONE);
        }
    }

    fn grow(&mut self) {
        let wanted = self.slots.len().saturating_mul(2).max(16);
        self.slots = vec![NONE; wanted];
        for at in 0..self.entries.len() {
            self.link(at);
        }
    }
}

/// A hash of some text (FNV-1a), without regard to the case of ASCII letters: texts of one hash
/// have to be compared still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash(u32);

impl Hash {
    /// The hash of no text; `seed` keeps questions of different sorts apart.
    pub(crate) fn of(seed: u8) -> Self {
        Self(0x811c_9dc5).byte(seed)
    }

    /// Goes on with more text: the hash of a whole is made from that of its head.
    // Each block asks for a few hashes, and the compiler is told to inline hardly anything.
    #[inline(always)]
    pub(crate) fn text(self, text: &str) -> Self {
        text.bytes().fold(self, Self::byte)
    }

    pub(crate) fn byte(self, byte: u8) -> Self {
        // The letters of one case have this bit; a few other bytes then count as one, too.
        Self((self.0 ^ u32::from(byte | 0x20)).wrapping_mul(0x0100_0193))
    }
}

#[cfg(test)]
mod tests {
    use super::{Hash, Index};

    #[test]
    fn finds_what_was_inserted() {
        let mut index = Index::default();
        let hash = |at: usize| Hash::of(b'n').text(&format!("db-{at}"));
        assert_eq!(index.get(hash(0)).count(), 0);
        for at in 0..1000 {
            index.insert(hash(at % 500), at);
        }
        for at in 0..500 {
            let found: Vec<_> = index.get(hash(at)).collect();
            assert_eq!(found, [at + 500, at]);
        }
        assert_eq!(index.get(hash(500)).count(), 0);
    }

    #[test]
    fn hashes_go_on() {
        let whole = Hash::of(b'b').text("db-PR");
        assert_eq!(whole, Hash::of(b'b').text("db").byte(b'-').text("pr"));
        assert_ne!(whole, Hash::of(b'n').text("db-pr"));
    }
}
