//! Writing and cutting text: what the library has for it is compiled anew at each place that calls it,
//! and these are called at many.

/// Adds text.
#[inline(never)]
pub(crate) fn push(out: &mut String, text: &str) {
    out.push_str(text);
}

/// Adds a character of ASCII.
#[inline(never)]
pub(crate) fn push_ascii(out: &mut String, character: u8) {
    // The compiler sees that it is one byte of UTF-8.
    out.push(char::from(character & 127));
}

/// Adds `head-tail`.
#[inline(never)]
pub(crate) fn push_joined(out: &mut String, head: &str, tail: &str) {
    push(out, head);
    push_ascii(out, b'-');
    push(out, tail);
}

/// The text before the first of two characters of ASCII, and the rest, which begins with it.
#[inline(never)]
pub(crate) fn until(text: &str, one: u8, other: u8) -> (&str, &str) {
    let at = text.bytes().position(|byte| byte == one || byte == other);
    text.split_at_checked(at.unwrap_or(text.len())).unwrap_or_default()
}

/// The word at a place in a text where each comes behind a space: a list of them would take a pointer
/// and a length for each.
pub(crate) fn word(words: &str, at: usize) -> &str {
    let (mut word, mut rest) = ("", words);
    for _ in 0..=at {
        (word, rest) = until(rest.get(1..).unwrap_or_default(), b' ', b' ');
    }
    word
}
