//! The form in which calls and answers pass between JavaScript and Rust.
//!
//! A record is a sequence of items: a tag, a sort of value, and for text its length and UTF-8, for
//! numbers what they are. One record holds all that a call shows, and one all of its answer: a text
//! that is passed by itself costs more than the crossing.

use crate::error::BlockError;
use crate::row::cut_off;

// The sorts of value, as JavaScript tells them apart; `message` has them in words.
pub(crate) const UNDEFINED: u8 = 0;
pub(crate) const ARRAY: u8 = 1;
pub(crate) const NULL: u8 = 2;
pub(crate) const TEXT: u8 = 3;
pub(crate) const FUNCTION: u8 = 4;
pub(crate) const OBJECT: u8 = 5;
const BOOLEAN: u8 = 6;
const NUMBER: u8 = 7;
/// Text with half a surrogate pair, which has no UTF-8.
const ILL_FORMED: u8 = 8;
const TRUTHY: u8 = 64;

/// The tag that ends an answer.
pub(crate) const END: u8 = 127;

/// A value as it came from JavaScript.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    sort: u8,
    truthy: bool,
    number: u32,
    text: Option<&'a str>,
}

impl<'a> Value<'a> {
    pub(crate) const UNDEFINED: Self = Self::of(UNDEFINED);

    /// A value of which no more is known than its sort.
    pub(crate) const fn of(sort: u8) -> Self {
        Self { sort, truthy: false, number: 0, text: None }
    }

    /// The text; `None` for anything else, and for text that is not well-formed.
    pub(crate) fn text(&self) -> Option<&'a str> {
        self.text.filter(|_| self.sort == TEXT)
    }

    /// The text; anything else counts as empty, and text that is not well-formed has each half of a
    /// surrogate pair replaced: it must not become a name.
    pub(crate) fn word(&self) -> &'a str {
        self.text.unwrap_or_default()
    }

    pub(crate) fn is_ill_formed(&self) -> bool {
        self.sort == ILL_FORMED
    }

    /// A whole number below 2²⁸; nothing to go by for anything else.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn is(&self, sort: u8) -> bool {
        self.sort == sort
    }

    /// Whether its sort is among these bits.
    pub(crate) fn is_one_of(&self, sorts: u16) -> bool {
        sorts & 1_u16.wrapping_shl(self.sort.into()) != 0
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self.sort, TEXT | ILL_FORMED)
    }

    pub(crate) fn is_false(&self) -> bool {
        self.sort == BOOLEAN && !self.truthy
    }

    pub(crate) fn is_truthy(&self) -> bool {
        self.truthy
    }

    /// Whether it is left out, as `undefined` or `null`.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self.sort, NULL | UNDEFINED)
    }

    /// What it is, for messages: the number of its sort.
    pub(crate) fn sort_number(&self) -> &'static str {
        let at = usize::from(self.sort);
        "0123456789".get(at..at.saturating_add(1)).unwrap_or_default()
    }
}

/// The items of a record, as tags and values; it ends where the form is broken, and tells.
#[derive(Debug, Clone)]
pub(crate) struct Items<'a>(&'a [u8]);

impl<'a> Items<'a> {
    pub(crate) fn of(record: &'a [u8]) -> Self {
        Self(record)
    }

    /// Refuses a record that was not read to its end: what it had left out would be lost.
    pub(crate) fn check_end(&self) -> Result<(), BlockError> {
        if self.0.is_empty() { Ok(()) } else { Err(cut_off()) }
    }

    fn item(&mut self) -> Option<(u8, Value<'a>)> {
        let [tag, sort] = self.bytes()?;
        let truthy = sort & TRUTHY != 0;
        let mut value = Value { truthy, ..Value::of(sort & !TRUTHY) };
        if let NUMBER | TEXT | ILL_FORMED = value.sort {
            let length = self.bytes()?;
            value.number = number(length);
            if value.sort != NUMBER {
                value.text = Some(self.text(length)?);
            }
        }
        Some((tag, value))
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    #[inline(always)]
    fn text(&mut self, length: [u8; 4]) -> Option<&'a str> {
        let (text, rest) = self.0.split_at_checked(number(length) as usize)?;
        self.0 = rest;
        str::from_utf8(text).ok()
    }

    /// The first value with a tag, of those that are left; `undefined` where there is none.
    #[inline(never)]
    pub(crate) fn first(&self, wanted: u8) -> Value<'a> {
        self.clone().find(|(tag, _)| *tag == wanted).map_or(Value::UNDEFINED, |(_, value)| value)
    }

    /// The same, where it is text.
    #[inline(never)]
    pub(crate) fn first_text(&self, wanted: u8) -> Option<&'a str> {
        self.first(wanted).text()
    }

    /// What comes first in a call.
    pub(crate) fn head(&mut self) -> Option<Head<'a>> {
        let [id, resource, options, settings, new, a, b, c, d, length @ ..] = self.bytes::<13>()?;
        let id = Value { text: Some(self.text(length)?), ..Value::of(id & !TRUTHY) };
        let handle = number([a, b, c, d]);
        Some(Head { id, resource, options, settings, is_new: new != 0, handle })
    }
}

/// The arguments of a call, as far as they are no options, and the handle of its scope.
pub(crate) struct Head<'a> {
    pub id: Value<'a>,
    /// The sorts of the others.
    pub resource: u8,
    pub options: u8,
    pub settings: u8,
    /// Whether the host says something of the scope, which is new to it.
    pub is_new: bool,
    pub handle: u32,
}

/// Seven bits a byte, the lowest first.
fn number([a, b, c, d]: [u8; 4]) -> u32 {
    u32::from(a) | u32::from(b) << 7 | u32::from(c) << 14 | u32::from(d) << 21
}

impl<'a> Iterator for Items<'a> {
    type Item = (u8, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0;
        let item = self.item();
        if item.is_none() {
            self.0 = rest;
        }
        item
    }
}

/// The memory that both sides know: the host writes a call into one piece, and Rust an answer into
/// another, so that the answer may be made of what was read.
#[derive(Debug, Default)]
pub(crate) struct Record(Vec<u8>);

impl Record {
    /// Makes room for so many bytes; gives the address, or 0 where there is no more to be had.
    pub(crate) fn reserve(&mut self, wanted: usize) -> usize {
        grow(&mut self.0, wanted);
        if self.0.len() < wanted { 0 } else { address(&mut self.0) }
    }

    /// What the host has written, of so many bytes; `None` where it is not all there.
    pub(crate) fn read(&self, length: usize) -> Option<&[u8]> {
        self.0.get(..length)
    }
}

fn grow(memory: &mut Vec<u8>, wanted: usize) {
    let size = wanted.checked_next_power_of_two().unwrap_or(wanted);
    let more = size.saturating_sub(memory.len());
    if more > 0 && memory.try_reserve_exact(more).is_ok() {
        memory.resize(size, 0);
    }
}

fn address(memory: &mut Vec<u8>) -> usize {
    memory.as_mut_ptr().expose_provenance()
}

/// An answer, as the host reads it: a byte that says what it is, and items.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    memory: Vec<u8>,
    end: usize,
}

impl Answer {
    /// Begins an answer, in place of one that was begun.
    pub(crate) fn begin(&mut self) {
        self.end = 0;
    }

    /// Ends it, and gives its address; 0 where there was no memory for it.
    pub(crate) fn end(&mut self) -> usize {
        self.byte(END);
        if self.end > self.memory.len() { 0 } else { address(&mut self.memory) }
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes([byte]);
    }

    // Called for each item of an answer: as with what reads one, it costs more to call than it takes.
    #[inline(always)]
    pub(crate) fn bytes<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(place) = self.room(N).and_then(<[u8]>::first_chunk_mut) {
            *place = bytes;
        }
    }

    pub(crate) fn text(&mut self, tag: u8, text: &str) {
        self.bytes([tag, TEXT]);
        self.bytes(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        if let Some(place) = self.room(text.len()) {
            place.copy_from_slice(text.as_bytes());
        }
    }

    /// The place of so many bytes more; `None` where there is no memory, which `end` then tells.
    #[inline(never)]
    fn room(&mut self, more: usize) -> Option<&mut [u8]> {
        let start = self.end;
        self.end = start.saturating_add(more);
        if self.end >= self.memory.len() {
            grow(&mut self.memory, self.end.saturating_add(FIRST));
        }
        self.memory.get_mut(start..self.end)
    }

    pub(crate) fn no(&mut self, tag: u8) {
        self.bytes([tag, BOOLEAN]);
    }
}

/// What an answer has room for at first, in bytes: more than most need.
const FIRST: usize = 128;

#[cfg(test)]
mod tests {
    use super::{Answer, BOOLEAN, END, Items, Record};

    #[test]
    fn a_record_is_read() {
        let long = "é".repeat(100);
        let mut bytes = vec![1, 3 | 64, 200 & 127, 200 >> 7, 0, 0];
        bytes.extend(long.bytes());
        bytes.extend([2, 7, 1, 2, 0, 0, 3, BOOLEAN, 4, 3, 0, 0, 0, 0]);
        let read: Vec<_> = Items::of(&bytes)
            .map(|(tag, value)| (tag, value.text(), value.number(), value.is_false()))
            .collect();
        let expected = [
            (1, Some(long.as_str()), 200, false),
            (2, None, 257, false),
            (3, None, 0, true),
            (4, Some(""), 0, false),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn a_broken_record_ends() {
        for record in ["", "\u{1}", "\u{1}\u{3}", "\u{1}\u{3}\u{7f}\0\0\0A", "\u{1}\u{7}\0"] {
            let mut items = Items::of(record.as_bytes());
            assert_eq!(items.next().map(|(tag, _)| tag), None);
            assert_eq!(items.check_end().is_ok(), record.is_empty(), "{record:?}");
        }
        let half = "\u{1}\u{3}\u{1}\0\0\0é";
        assert_eq!(Items::of(half.as_bytes()).count(), 0, "half a character");
    }

    #[test]
    fn memory_grows() {
        let mut record = Record::default();
        assert_eq!(record.read(1), None, "more than there is");
        assert_ne!(record.reserve(10), 0);
        assert_eq!(record.read(16), Some([0; 16].as_slice()));
        assert_eq!(record.read(17), None);
        let mut answer = Answer::default();
        answer.text(1, &"x".repeat(1000));
        answer.no(2);
        assert_ne!(answer.end(), 0);
        assert_eq!(answer.memory.get(1004..1010), Some(&[b'x', b'x', 2, BOOLEAN, END, 0][..]));
    }
}
