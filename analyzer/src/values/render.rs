//! Texts in one stage.

use alch_blocks::stage_slug;
use regex_lite::{NoExpand, Regex, RegexBuilder};
use sha2::{Digest, Sha256};

use super::conditions::hold;
use super::{Change, Part, Value};

/// How long a text may get. A name is far shorter, and a text that is doubled again and again is not.
pub(super) const LONGEST: usize = 4000;
pub(super) const TOO_LONG: &str = "it is too long";

/// A text in one stage, or why it cannot be said.
pub(crate) fn render(parts: &[Part], stage: &str) -> Result<String, String> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Stage => out.push_str(stage),
            Part::Slug => {
                out.push_str(&stage_slug(stage).map_err(|error| error.to_string())?);
            }
            Part::Law(kind, base) => {
                let name = alch_blocks::physical_name(*kind, base, stage);
                out.push_str(&name.map_err(|error| error.to_string())?);
            }
            Part::Host(base, options) => {
                let host = alch_blocks::hostname(base, stage, options);
                out.push_str(&host.map_err(|error| error.to_string())?);
            }
            Part::Made(made) => out.push_str(&made.by.of(&render(&made.of, stage)?)?),
            Part::App => return Err("the app's name is not known".to_owned()),
            Part::Env(name, _) => return Err(format!("it depends on the variable `{name}`")),
            Part::Unknown(reason) => return Err(reason.clone()),
        }
    }
    Ok(out)
}

/// A value's text in one stage; `None` where it is not given.
pub(crate) fn text_in(value: &Value, stage: &str) -> Result<Option<String>, String> {
    let mut found: Option<Option<String>> = None;
    for (when, case) in value.cases() {
        if !hold(&when, stage) {
            continue;
        }
        let text = match &case {
            Value::Nil => None,
            Value::Text(parts) => Some(render(parts, stage)?),
            Value::Unknown(reason) => return Err(reason.clone()),
            _ => return Err("it is no text".to_owned()),
        };
        if found.as_ref().is_some_and(|before| *before != text) {
            return Err("it can be one of several".to_owned());
        }
        found = Some(text);
    }
    Ok(found.flatten())
}

impl Change {
    /// What JavaScript makes of a text.
    pub(super) fn of(&self, text: &str) -> Result<String, String> {
        if text.len() > LONGEST {
            return Err(TOO_LONG.to_owned());
        }
        Ok(match self {
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Trim => text.trim().to_owned(),
            Self::Slice(from, to) => return slice(text, *from, *to),
            Self::Replace(from, with) => text.replacen(from.as_str(), with, 1),
            Self::ReplaceAll(from, with) => text.replace(from.as_str(), with),
            Self::ReplaceMatch(source, with) => return replace_match(text, source, with),
            Self::Piece(between, index) => return piece(text, between, *index),
            Self::Pad { start, length, with } => pad(text, *start, *length, with),
            Self::WorkflowOf(class) => workflow_of(text, class),
        })
    }
}

/// JavaScript counts UTF-16 units, from the end where a number is negative.
fn slice(text: &str, from: i64, to: Option<i64>) -> Result<String, String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = i64::try_from(units.len()).unwrap_or(i64::MAX);
    let place = |at: i64| {
        let at = if at < 0 { length.saturating_add(at) } else { at };
        usize::try_from(at.clamp(0, length)).unwrap_or(0)
    };
    let (from, to) = (place(from), place(to.unwrap_or(length)));
    let part = units.get(from..to.max(from)).unwrap_or_default();
    String::from_utf16(part).map_err(|_| "it is cut within a character".to_owned())
}

fn piece(text: &str, between: &str, index: i64) -> Result<String, String> {
    if between.is_empty() {
        return Err("it is split into characters, which is not followed".to_owned());
    }
    let pieces: Vec<&str> = text.split(between).collect();
    let from_end = index < 0;
    let at = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    let at = if from_end { pieces.len().checked_sub(at) } else { Some(at) };
    let found = at.and_then(|at| pieces.get(at)).map(|piece| (*piece).to_owned());
    found.ok_or_else(|| format!("the stage has fewer parts between `{between}`"))
}

fn pad(text: &str, start: bool, length: usize, with: &str) -> String {
    let missing = length.saturating_sub(text.encode_utf16().count());
    let filling: String = with.chars().cycle().take(missing).collect();
    if start { format!("{filling}{text}") } else { format!("{text}{filling}") }
}

/// As `makeWorkflowName` of Alchemy 2.
fn workflow_of(worker: &str, class: &str) -> String {
    let is_kept = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let lower = format!("{worker}-{class}").to_lowercase();
    let base: String = lower.chars().map(|c| if is_kept(c) { c } else { '-' }).collect();
    let digest = Sha256::digest(&base);
    let hash: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let head: String = base.chars().take(WORKFLOW_HEAD).collect();
    format!("{}-{hash}", head.trim_end_matches('-'))
}

/// How much of a workflow's name Alchemy 2 keeps before the hash: 64 characters in all.
const WORKFLOW_HEAD: usize = 64 - 9;

fn flags(source: &str) -> &str {
    source.split_once('/').map_or("", |(flags, _)| flags)
}

/// A regular expression, given as its flags, a slash and its source. What JavaScript reads in
/// another way than the library is refused.
pub(super) fn pattern(source: &str) -> Result<Regex, String> {
    let refused = || "a regular expression is not followed".to_owned();
    let (flags, source) = source.split_once('/').ok_or_else(refused)?;
    let differs = ["[[", "[]", "[^]", "&&", "--", "~~", "\\c", "(?"];
    let without_groups = source.replace("(?:", "(");
    let known = flags.chars().all(|flag| "gimsu".contains(flag)) && source.is_ascii();
    if !known || differs.iter().any(|text| without_groups.contains(text)) {
        return Err(refused());
    }
    RegexBuilder::new(&source.replace("\\/", "/"))
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .build()
        .map_err(|_| refused())
}

/// Whether a regular expression matches. Beyond ASCII the two languages differ.
pub(super) fn matches(text: &str, source: &str) -> Option<bool> {
    if !text.is_ascii() {
        return None;
    }
    pattern(source).ok().map(|regex| regex.is_match(text))
}

fn replace_match(text: &str, source: &str, with: &str) -> Result<String, String> {
    if !text.is_ascii() {
        return Err("a regular expression is not followed beyond ASCII".to_owned());
    }
    let limit = usize::from(!flags(source).contains('g'));
    Ok(pattern(source)?.replacen(text, limit, NoExpand(with)).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Change, pattern};

    #[test]
    fn texts_change_as_in_javascript() {
        let slice = |from, to| Change::Slice(from, to);
        assert_eq!(slice(0, Some(2)).of("prod"), Ok("pr".to_owned()));
        assert_eq!(slice(-3, None).of("prod"), Ok("rod".to_owned()));
        assert_eq!(slice(2, Some(1)).of("prod"), Ok(String::new()));
        assert!(slice(0, Some(1)).of("😀").is_err());
        assert_eq!(Change::Piece("/".to_owned(), -1).of("a/b"), Ok("b".to_owned()));
        assert!(Change::Piece("/".to_owned(), 2).of("a/b").is_err());
        let padded = Change::Pad { start: true, length: 5, with: "ab".to_owned() };
        assert_eq!(padded.of("x"), Ok("ababx".to_owned()));
        let replaced = |source: &str| Change::ReplaceMatch(source.to_owned(), "-".to_owned());
        assert_eq!(replaced("gi/[^a-z0-9]+").of("Fix_#12"), Ok("Fix-12".to_owned()));
        assert_eq!(replaced("/[^a-z]").of("a_#"), Ok("a-#".to_owned()));
        assert_eq!(replaced("g/\\/").of("a/b/c"), Ok("a-b-c".to_owned()));
    }

    #[test]
    fn a_text_that_grows_and_grows_is_given_up() {
        let doubled = Change::ReplaceAll("x".to_owned(), "xx".to_owned());
        let grown = (0..60).try_fold("x".to_owned(), |text, _| doubled.of(&text));
        assert_eq!(grown, Err("it is too long".to_owned()));
    }

    #[test]
    fn what_javascript_reads_otherwise_is_refused() {
        for source in ["/(?=a)", "g/[[]", "v/a", "/\\p{L}ä", "/(", "/[]"] {
            assert!(pattern(source).is_err(), "{source}");
        }
        assert!(pattern("/^(?:pr|preview)-\\d+$").is_ok());
    }
}
