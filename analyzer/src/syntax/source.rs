//! Byte offsets, as the parser has them, and UTF-16 offsets, as JavaScript has them.

/// Turns offsets of one text into each other.
pub(crate) struct Offsets {
    /// For each character that is not ASCII: where its bytes end, and how many more bytes than
    /// UTF-16 units stand before that.
    wide: Vec<(u32, u32)>,
    lines: Vec<u32>,
}

impl Offsets {
    pub(crate) fn new(text: &str) -> Self {
        let mut wide: Vec<(u32, u32)> = Vec::new();
        if !text.is_ascii() {
            let mut surplus = 0_u32;
            for (at, character) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
                let (bytes, units) = (character.len_utf8(), character.len_utf16());
                surplus = surplus.saturating_add(small(bytes.saturating_sub(units)));
                wide.push((small(at.saturating_add(bytes)), surplus));
            }
        }
        let mut offsets = Self { wide, lines: Vec::new() };
        let starts = line_starts(text);
        offsets.lines = starts.into_iter().map(|at| offsets.utf16(at)).collect();
        offsets
    }

    /// The UTF-16 offset of a byte offset.
    pub(crate) fn utf16(&self, byte: u32) -> u32 {
        let before = self.wide.partition_point(|(end, _)| *end <= byte);
        let surplus = before.checked_sub(1).and_then(|at| self.wide.get(at));
        byte.saturating_sub(surplus.map_or(0, |(_, surplus)| *surplus))
    }

    /// The byte offset of a UTF-16 offset.
    pub(crate) fn byte(&self, utf16: u32) -> usize {
        let before =
            self.wide.partition_point(|(end, surplus)| end.saturating_sub(*surplus) <= utf16);
        let surplus = before.checked_sub(1).and_then(|at| self.wide.get(at));
        let byte = utf16.saturating_add(surplus.map_or(0, |(_, surplus)| *surplus));
        usize::try_from(byte).unwrap_or(usize::MAX)
    }

    /// The UTF-16 offsets at which lines start, but for the first.
    pub(crate) fn into_lines(self) -> Vec<u32> {
        self.lines
    }
}

/// A count that fits, since no text of 4 GB gets here.
pub(crate) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let after = |at: usize| small(at.saturating_add(1));
    bytes
        .iter()
        .enumerate()
        .filter(|(at, byte)| {
            **byte == b'\n' || (**byte == b'\r' && bytes.get(at.saturating_add(1)) != Some(&b'\n'))
        })
        .map(|(at, _)| after(at))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn offsets_go_both_ways() {
        let text = "aé日😀b\nc\r\nd";
        let offsets = Offsets::new(text);
        let mut units = 0_u32;
        for (at, character) in text.char_indices() {
            assert_eq!(offsets.utf16(u32::try_from(at).unwrap_or(0)), units);
            assert_eq!(offsets.byte(units), at);
            units = units.saturating_add(u32::try_from(character.len_utf16()).unwrap_or(0));
        }
        assert_eq!(offsets.into_lines(), [7, 10]);
    }
}
