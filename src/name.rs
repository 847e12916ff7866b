//! Base names and physical names: φ(kind, base, stage).

use crate::error::{BlockError, Code};
use crate::hash::{HASH_LEN, has_hash_segment, push_hash};
use crate::kind::Kind;
use crate::message::Message;
use crate::stage::Stage;
use crate::text::{push, push_ascii, push_joined, until};

/// The physical name: what Cloudflare sees.
///
/// A pure function of its three arguments. `base` follows the rule of its kind, `stage` is any
/// text that is not empty. The result is `base-slug`, or, where that is over the kind's cap, as
/// much of `base` as fits, a hash of the whole `base`, and the slug.
///
/// # Errors
/// - `base-invalid`: `base` breaks its rule, or a part of it looks like a hash.
/// - `double-stage`: `base` ends in `-` and the stage or its slug.
/// - `stage-invalid`: `stage` is empty.
///
/// ```
/// use alch_blocks::{Kind, physical_name};
///
/// assert_eq!(physical_name(Kind::Database, "my-app-db", "prod").unwrap(), "my-app-db-prod");
/// assert_eq!(physical_name(Kind::Database, "my-app-db", "pr-123").unwrap(), "my-app-db-pr-123");
/// ```
pub fn physical_name(kind: Kind, base: &str, stage: &str) -> Result<String, BlockError> {
    let stage = Stage::new(stage)?;
    let mut name = String::new();
    push_name(&mut name, kind, base, &stage)?;
    Ok(name)
}

/// Writes φ for a stage whose slug is already known.
pub(crate) fn push_name(
    out: &mut String,
    kind: Kind,
    base: &str,
    stage: &Stage,
) -> Result<(), BlockError> {
    check_base(kind, base)?;
    check_leftover(base, stage)?;
    let slug = stage.slug();
    if !is_shortened(kind, base, slug) {
        push_joined(out, base, slug);
        return Ok(());
    }
    let tail = HASH_LEN.saturating_add(slug.len()).saturating_add(2);
    let head = prefix(base, kind.cap().saturating_sub(tail)).trim_end_matches(['-', '_']);
    push(out, head);
    if !head.is_empty() {
        push_ascii(out, b'-');
    }
    push_hash(out, base);
    push_joined(out, "", slug);
    Ok(())
}

/// Whether φ had to shorten: the name does not show its whole base.
#[must_use]
pub fn is_shortened(kind: Kind, base: &str, slug: &str) -> bool {
    base.len().saturating_add(slug.len()) >= kind.cap()
}

/// `head-tail`.
pub(crate) fn joined(head: &str, tail: &str) -> String {
    let mut name = String::new();
    push_joined(&mut name, head, tail);
    name
}

/// The longest prefix of `text` of at most `room` bytes, cut between characters.
fn prefix(text: &str, room: usize) -> &str {
    let mut end = room;
    loop {
        match text.get(..end) {
            Some(prefix) => return prefix,
            None => end = end.saturating_sub(1),
        }
    }
}

/// Refuses a base name that breaks its kind's rule.
pub(crate) fn check_base(kind: Kind, base: &str) -> Result<(), BlockError> {
    let message = if !kind.row().base.allows(base) {
        Message::BaseRule
    } else if has_hash_segment(base) {
        Message::BaseHash
    } else {
        return Ok(());
    };
    Err(BlockError::new(Code::BaseInvalid, message).with(base).with(kind.as_str()))
}

/// Refuses a name that is used as it stands and that Cloudflare would refuse.
pub(crate) fn check_literal(kind: Kind, name: &str) -> Result<(), BlockError> {
    if kind.row().literal.allows(name) {
        return Ok(());
    }
    Err(BlockError::new(Code::BaseInvalid, Message::LiteralInvalid).with(name).with(kind.as_str()))
}

fn check_leftover(base: &str, stage: &Stage) -> Result<(), BlockError> {
    let (raw, slug) = (stage.raw(), stage.slug());
    let leftover = ends_in(base, slug);
    match if slug == raw { leftover } else { leftover.or_else(|| ends_in(base, raw)) } {
        None => Ok(()),
        Some(rest) => Err(BlockError::new(Code::DoubleStage, Message::DoubleStage)
            .with(base)
            .with(raw)
            .with(rest)),
    }
}

fn ends_in<'a>(base: &'a str, stage: &str) -> Option<&'a str> {
    base.strip_suffix(stage)?.strip_suffix('-')
}

/// The base name nearest to `base` that passes the rule of its kind.
pub(crate) fn nearest_base(kind: Kind, base: &str) -> String {
    let row = kind.row();
    let mut fit = String::with_capacity(base.len());
    for character in base.chars() {
        let fits = |c| if fit.is_empty() { row.base.starts_with(c) } else { row.base.has(c) };
        let lowered = character.to_ascii_lowercase();
        if let Some(kept) = [character, lowered].into_iter().find(|c| fits(*c)) {
            fit.push(kept);
        } else if !fit.is_empty() && !fit.ends_with('-') {
            fit.push('-');
        }
    }
    while let Some(last) = fit.pop() {
        if last != '-' && row.base.ends_with(last) {
            fit.push(last);
            break;
        }
    }
    if fit.is_empty() || has_hash_segment(&fit) { kind.words().fallback.to_owned() } else { fit }
}

/// Writes the class that a base name stands for: `chat-room` → `ChatRoom` for a Durable Object.
pub(crate) fn push_class(out: &mut String, kind: Kind, base: &str) -> Result<(), BlockError> {
    match kind {
        Kind::DurableObject => push_capitalised(out, base),
        _ => push(out, base),
    }
    if is_class_name(out) {
        return Ok(());
    }
    Err(BlockError::new(Code::ClassInvalid, Message::ClassInvalid).with(out).with(base))
}

/// Writes the parts between hyphens and underscores, joined, each with a capital first.
fn push_capitalised(out: &mut String, base: &str) {
    let mut rest = base;
    while !rest.is_empty() {
        let (part, behind) = until(rest, b'-', b'_');
        let start = out.len();
        push(out, part);
        if let Some(first) = out.get_mut(start..start.saturating_add(1)) {
            first.make_ascii_uppercase();
        }
        rest = behind.get(1..).unwrap_or_default();
    }
}

fn is_class_name(text: &str) -> bool {
    let start = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$';
    let mut bytes = text.bytes();
    bytes.next().is_some_and(start) && bytes.all(|byte| start(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_base_is_close() {
        let near = |kind, base| nearest_base(kind, base);
        assert_eq!(near(Kind::Queue, "Jobs"), "jobs");
        assert_eq!(near(Kind::Bucket, "my_bucket."), "my-bucket");
        assert_eq!(near(Kind::Database, "_x"), "x");
        assert_eq!(near(Kind::Database, "x-0356hv2zv"), "my-database");
        assert_eq!(near(Kind::Kv, " pad"), "pad");
        assert_eq!(near(Kind::Workflow, ""), "my-workflow");
        assert_eq!(near(Kind::Bucket, "日本"), "my-bucket");
    }

    #[test]
    fn classes_are_derived() {
        let class = |kind, base| {
            let mut class = String::new();
            push_class(&mut class, kind, base).map(|()| class)
        };
        assert_eq!(class(Kind::DurableObject, "chat-room").as_deref(), Ok("ChatRoom"));
        assert_eq!(class(Kind::DurableObject, "a__b-c").as_deref(), Ok("ABC"));
        assert_eq!(class(Kind::DurableObject, "CounterV2").as_deref(), Ok("CounterV2"));
        assert_eq!(
            class(Kind::Workflow, "OnboardingWorkflow").as_deref(),
            Ok("OnboardingWorkflow")
        );
        for (kind, base) in [(Kind::DurableObject, "2fa"), (Kind::Workflow, "on-board")] {
            assert_eq!(class(kind, base).map_err(|e| e.code()), Err(Code::ClassInvalid));
        }
    }
}
