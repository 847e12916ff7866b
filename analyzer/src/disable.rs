//! Comments that silence a finding, and the reason that they must give.

use oxc_ast::ast::Comment;

use crate::syntax::facts::Disable;
use crate::syntax::source::Offsets;

pub(crate) const MARK: &str = "alch-blocks-disable-next-line";

/// All such comments of a file; their `line` is filled in when the lines are known.
pub(crate) fn comments(comments: &[Comment], text: &str, offsets: &Offsets) -> Vec<Disable> {
    let mut found = Vec::new();
    for comment in comments {
        let content = comment.content_span();
        let Some(inside) = slice(text, content.start, content.end) else { continue };
        let inside = inside.trim_start_matches(|c: char| c.is_whitespace() || c == '*');
        let Some(rest) = inside.strip_prefix(MARK) else { continue };
        let (codes, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let codes = codes.split([',', ' ', '\t']).map(str::trim).filter(|code| !code.is_empty());
        found.push(Disable {
            at: (offsets.utf16(comment.span.start), offsets.utf16(comment.span.end)),
            line: 0,
            codes: codes.map(str::to_owned).collect(),
            reason: reason.chars().any(char::is_alphanumeric),
        });
    }
    found
}

fn slice(text: &str, start: u32, end: u32) -> Option<&str> {
    text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}
