//! The form in which calls and answers pass between JavaScript and Rust.
//!
//! A record is a sequence of items: a tag, a sort of value, and for text its length and UTF-8, for
//! numbers four bytes. One record holds all that a call shows, so that one crossing is enough: a
//! text that is passed by itself costs more than the crossing.

use std::cell::Cell;

/// The sorts of value, as JavaScript tells them apart.
const SORTS: [&str; 10] = [
    "null",
    "an array",
    "undefined",
    "text",
    "a function",
    "an object",
    "a boolean",
    "a number",
    "text",
    "another type",
];
const NULL: u8 = 0;
pub(crate) const ARRAY: u8 = 1;
pub(crate) const UNDEFINED: u8 = 2;
const TEXT: u8 = 3;
pub(crate) const FUNCTION: u8 = 4;
pub(crate) const OBJECT: u8 = 5;
const BOOLEAN: u8 = 6;
const NUMBER: u8 = 7;
/// Text with half a surrogate pair, which has no UTF-8.
const ILL_FORMED: u8 = 8;
const TRUTHY: u8 = 128;

/// The tag that ends an answer.
pub(crate) const END: u8 = 255;

/// A value as it came from JavaScript.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    sort: u8,
    truthy: bool,
    text: &'a str,
    number: u32,
}

impl<'a> Value<'a> {
    /// The text; `None` for anything else, and for text that is not well-formed.
    pub(crate) fn text(&self) -> Option<&'a str> {
        (self.sort == TEXT).then_some(self.text)
    }

    /// Text in which each half of a surrogate pair is replaced; it must not become a name.
    pub(crate) fn ill_formed(&self) -> Option<&'a str> {
        (self.sort == ILL_FORMED).then_some(self.text)
    }

    /// A whole number below 2³²; 0 for anything else.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn is(&self, sort: u8) -> bool {
        self.sort == sort
    }

    pub(crate) fn is_false(&self) -> bool {
        self.sort == BOOLEAN && !self.truthy
    }

    pub(crate) fn is_truthy(&self) -> bool {
        self.truthy
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self.sort, TEXT | ILL_FORMED)
    }

    /// Whether it is left out, as `undefined` or `null`.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self.sort, NULL | UNDEFINED)
    }

    /// What it is, in words, for messages.
    pub(crate) fn sort_words(&self) -> &'static str {
        SORTS.get(usize::from(self.sort)).copied().unwrap_or_default()
    }
}

/// The items of a record, as tags and values; it ends where the form is broken.
#[derive(Debug, Clone)]
pub(crate) struct Items<'a>(&'a [u8]);

impl<'a> Items<'a> {
    pub(crate) fn of(record: &'a [u8]) -> Self {
        Self(record)
    }

    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = (u8, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let ([tag, sort], rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        let mut value =
            Value { sort: sort & !TRUTHY, truthy: sort & TRUTHY != 0, text: "", number: 0 };
        match value.sort {
            TEXT | ILL_FORMED => value.text = self.text()?,
            NUMBER => value.number = self.number()?,
            _ => {}
        }
        Some((*tag, value))
    }
}

/// An answer, as JavaScript reads it: a first byte that says what it is, and items.
pub(crate) struct Answer {
    memory: Vec<u8>,
    end: usize,
}

impl Answer {
    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes(&[byte]);
    }

    pub(crate) fn text(&mut self, tag: u8, text: &str) {
        self.item(tag, TEXT, text.len());
        self.bytes(text.as_bytes());
    }

    pub(crate) fn number(&mut self, tag: u8, number: usize) {
        self.item(tag, NUMBER, number);
    }

    pub(crate) fn no(&mut self, tag: u8) {
        self.bytes(&[tag, BOOLEAN]);
    }

    fn item(&mut self, tag: u8, sort: u8, number: usize) {
        let [a, b, c, d] = u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
        self.bytes(&[tag, sort, a, b, c, d]);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let end = self.end.saturating_add(bytes.len());
        if end > self.memory.len() {
            grow(&mut self.memory, end);
        }
        if let Some(place) = self.memory.get_mut(self.end..end) {
            place.copy_from_slice(bytes);
        }
        self.end = end;
    }
}

/// Makes the memory as large as wanted, or larger; leaves it where there is no more to be had.
fn grow(memory: &mut Vec<u8>, wanted: usize) {
    let size = wanted.checked_next_power_of_two().unwrap_or(wanted);
    if memory.try_reserve_exact(size.saturating_sub(memory.len())).is_ok() {
        memory.resize(size, 0);
    }
}

/// The piece of memory that both sides know.
///
/// The host writes into it while it rests here, and only then: whoever reads or writes it in Rust
/// has taken it out.
#[derive(Default)]
pub(crate) struct Wire(Cell<Vec<u8>>);

impl Wire {
    /// Makes room for so many bytes; gives the new address and size, if it has moved.
    pub(crate) fn reserve(&self, wanted: usize) -> Option<(usize, usize)> {
        let mut memory = self.0.take();
        let size = memory.len();
        if size < wanted {
            grow(&mut memory, wanted);
        }
        self.put_back(memory, size)
    }

    /// What the host has written, of so many bytes; `None` where they are not there, as after a
    /// call that was cut off while it had the memory.
    ///
    /// A copy, so that all that is read may borrow from it while the host is asked for more: that
    /// costs less than a copy of each text.
    pub(crate) fn read(&self, length: usize) -> Option<Vec<u8>> {
        let memory = self.0.take();
        let record = memory.get(..length).map(<[u8]>::to_vec);
        self.0.set(memory);
        record
    }

    /// Writes an answer for the host; gives the new address and size, if it has moved.
    pub(crate) fn write(&self, act: impl FnOnce(&mut Answer)) -> Option<(usize, usize)> {
        let mut answer = Answer { memory: self.0.take(), end: 0 };
        let size = answer.memory.len();
        act(&mut answer);
        answer.byte(END);
        self.put_back(answer.memory, size)
    }

    fn put_back(&self, mut memory: Vec<u8>, size: usize) -> Option<(usize, usize)> {
        let moved = memory.len() != size;
        let place = moved.then(|| (memory.as_mut_ptr().expose_provenance(), memory.len()));
        self.0.set(memory);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::{Items, Wire};

    #[test]
    fn what_is_written_is_read() {
        let wire = Wire::default();
        let (_, size) = wire.reserve(10).unwrap_or_default();
        assert_eq!(size, 16);
        assert_eq!(wire.reserve(16), None);
        let long = "é".repeat(40);
        let moved = wire.write(|answer| {
            answer.text(1, &long);
            answer.number(2, 70_000);
            answer.no(3);
            answer.text(4, "");
        });
        assert_eq!(moved.map(|(_, size)| size), Some(128));
        let read = |record: &[u8]| {
            let values = Items::of(record).map(|(tag, value)| {
                (tag, value.text().map(str::to_owned), value.number(), value.is_false())
            });
            values.collect::<Vec<_>>()
        };
        let expected = [
            (1, Some(long), 0, false),
            (2, None, 70_000, false),
            (3, None, 0, true),
            (4, Some(String::new()), 0, false),
        ];
        let record = wire.read(100).unwrap_or_default();
        assert_eq!(read(&record), expected);
        assert!(wire.read(1000).is_none(), "more than there is");
    }

    #[test]
    fn a_broken_record_ends() {
        for record in [&[][..], &[1], &[1, 3], &[1, 3, 255, 0, 0, 0, 65], &[1, 7, 0]] {
            assert_eq!(Items::of(record).count(), 0);
        }
        assert_eq!(Items::of(&[1, 3, 1, 0, 0, 0, 0xff]).count(), 0, "no UTF-8");
    }
}
