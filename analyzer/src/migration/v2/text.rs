//! Pieces of TypeScript, and edits of a text by bytes.

/// What takes the place of a piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub start: u32,
    pub end: u32,
    pub text: String,
}

/// A text with changes made. One within another that is already made is left out; of several at one
/// place, the longest comes last.
pub(super) fn applied(text: &str, mut changes: Vec<Change>) -> String {
    changes.sort_by_key(|change| (change.start, change.end));
    let size = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for change in changes {
        if size(change.start) < at {
            continue;
        }
        out.push_str(text.get(at..size(change.start)).unwrap_or_default());
        out.push_str(&change.text);
        at = size(change.end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// A text between quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = serde_json::to_string(text).unwrap_or_default();
    // They end a line of JavaScript.
    out = out.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    out
}

/// A template of a text and the stage.
pub(super) fn template(base: &str, stage: &str) -> String {
    let mut out = String::from("`");
    for character in base.chars() {
        if matches!(character, '`' | '\\' | '$') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push_str("-${");
    out.push_str(stage);
    out.push_str("}`");
    out
}

/// A text that stands in one comment.
pub(super) fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || "\u{2028}\u{2029}".contains(c) { ' ' } else { c })
        .collect()
}

/// A name for a variable.
pub(super) fn variable(id: &str) -> String {
    let mut out: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert(0, '_');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Change, applied, comment, quoted, template, variable};

    #[test]
    fn changes_within_a_change_are_left_out() {
        let change = |start, end, text: &str| Change { start, end, text: text.to_owned() };
        let changes = vec![change(2, 3, "x"), change(1, 4, "-"), change(0, 0, "<")];
        assert_eq!(applied("abcde", changes), "<a-e");
    }

    #[test]
    fn texts_stay_within_their_quotes() {
        assert_eq!(quoted("a\"\u{2028}"), "\"a\\\"\\u2028\"");
        assert_eq!(template("a`${x}", "stage"), "`a\\`\\${x}-${stage}`");
        assert_eq!(comment("a\nb\u{2028}c"), "a b c");
        assert_eq!(variable("1-api"), "_1_api");
    }
}
