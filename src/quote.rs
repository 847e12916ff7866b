//! Showing the user's text in messages.

use std::fmt;

/// The most characters of a text that a message shows.
const SHOWN: usize = 160;

/// The user's text in backticks, safe for a terminal.
///
/// Names and stages come from strangers' branches. Whatever could move a cursor, break a line,
/// reorder text or end the backticks is escaped, and long text is cut after 160 characters.
///
/// ```
/// assert_eq!(alch_blocks::quote("my-db"), "`my-db`");
/// assert_eq!(alch_blocks::quote("a\u{1b}[2J"), "`a\\u{1b}[2J`");
/// ```
#[must_use]
pub fn quote(text: &str) -> String {
    let mut shown = String::from("`");
    for character in text.chars().take(SHOWN) {
        if character == '`' || is_unprintable(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown.push('`');
    shown
}

/// The user's text, which messages show as [`quote`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted(String);

impl<T: Into<String>> From<T> for Quoted {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quote(&self.0))
    }
}

impl Quoted {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as a JavaScript string literal, safe for a terminal.
    #[must_use]
    pub fn literal(&self) -> String {
        let mut source = String::from("\"");
        for character in self.0.chars() {
            match character {
                '"' | '\\' => source.extend(['\\', character]),
                _ if character.is_ascii_graphic() || character == ' ' => source.push(character),
                _ => source.extend(character.escape_unicode()),
            }
        }
        source.push('"');
        source
    }
}

/// Control, bidirectional and invisible format characters, and the line separators.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::{Quoted, quote};

    #[test]
    fn hostile_text_is_escaped() {
        assert_eq!(quote("my-db"), "`my-db`");
        assert_eq!(quote("a\u{1b}[2Jb"), "`a\\u{1b}[2Jb`");
        assert_eq!(quote("a`b"), "`a\\u{60}b`");
        assert_eq!(quote("a\u{202e}b"), "`a\\u{202e}b`");
        assert_eq!(Quoted::from("p\"d\\\n").literal(), "\"p\\\"d\\\\\\u{a}\"");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(quote(&"x".repeat(160)).chars().count(), 162);
        assert_eq!(quote(&"x".repeat(200)).chars().count(), 163);
    }
}
