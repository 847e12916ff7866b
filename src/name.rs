//! Base names and physical names: φ(kind, base, stage).

use crate::error::{BlockError, Code};
use crate::hash::{has_hash_segment, hash};
use crate::kind::{Kind, Unit};
use crate::stage::{Stage, stage_slug};

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
    let slug = stage_slug(stage)?;
    check_base(kind, base)?;
    check_leftover(base, stage, &slug)?;
    Ok(with_slug(kind, base, &slug))
}

/// φ for a stage whose slug is already known.
pub(crate) fn name_in_stage(kind: Kind, base: &str, stage: &Stage) -> Result<String, BlockError> {
    check_base(kind, base)?;
    check_leftover(base, stage.raw(), stage.slug())?;
    Ok(with_slug(kind, base, stage.slug()))
}

/// Whether φ had to shorten: the name does not show its whole base.
#[must_use]
pub fn is_shortened(kind: Kind, base: &str, slug: &str) -> bool {
    let length = kind.measure(base).saturating_add(slug.len()).saturating_add(1);
    length > kind.cap()
}

fn with_slug(kind: Kind, base: &str, slug: &str) -> String {
    if !is_shortened(kind, base, slug) {
        return joined(base, slug);
    }
    let tail = joined(&hash(base), slug);
    let room = kind.cap().saturating_sub(tail.len()).saturating_sub(1);
    let mut head = longest_prefix(kind, base, room);
    while let Some(shorter) = head.strip_suffix('-').or_else(|| head.strip_suffix('_')) {
        head = shorter;
    }
    if head.is_empty() { tail } else { joined(head, &tail) }
}

/// `head-tail`.
pub(crate) fn joined(head: &str, tail: &str) -> String {
    let mut name = String::with_capacity(head.len().saturating_add(tail.len()).saturating_add(1));
    name.push_str(head);
    name.push('-');
    name.push_str(tail);
    name
}

/// The longest prefix of `base` that takes at most `room` of the kind's unit.
fn longest_prefix(kind: Kind, base: &str, room: usize) -> &str {
    let mut taken = 0_usize;
    let mut end = 0_usize;
    for character in base.chars() {
        let bytes = character.len_utf8();
        taken = taken.saturating_add(if kind.row().unit == Unit::Bytes { bytes } else { 1 });
        if taken > room {
            break;
        }
        end = end.saturating_add(bytes);
    }
    base.get(..end).unwrap_or(base)
}

/// Refuses a base name that breaks its kind's rule.
pub(crate) fn check_base(kind: Kind, base: &str) -> Result<(), BlockError> {
    let row = kind.row();
    if !row.base.allows(base) {
        return Err(base_invalid(kind, base, row.base.words));
    }
    if has_hash_segment(base) {
        let why = "has a part of `0` and eight characters, which is how a hash looks";
        return Err(base_invalid(kind, base, why));
    }
    Ok(())
}

/// Refuses a name that is used as it stands and that Cloudflare would refuse.
pub(crate) fn check_literal(kind: Kind, name: &str) -> Result<(), BlockError> {
    match kind.row().literal.refuses(name) {
        None => Ok(()),
        Some(why) => Err(BlockError::new(
            Code::BaseInvalid,
            "$ cannot be the whole name of a $: it %",
            "Cloudflare would refuse it: look the deployed name up and write just that",
            &[name, kind.title(), &why],
        )),
    }
}

fn check_leftover(base: &str, stage: &str, slug: &str) -> Result<(), BlockError> {
    let without = ends_in(base, slug).or_else(|| ends_in(base, stage));
    match without {
        None => Ok(()),
        Some(rest) => Err(BlockError::new(
            Code::DoubleStage,
            "$ already ends in the stage $",
            "write $: the block adds the stage",
            &[base, stage, rest],
        )),
    }
}

fn ends_in<'a>(base: &'a str, stage: &str) -> Option<&'a str> {
    base.strip_suffix(stage)?.strip_suffix('-')
}

fn base_invalid(kind: Kind, base: &str, why: &str) -> BlockError {
    BlockError::new(
        Code::BaseInvalid,
        "$ cannot be the base name of a $: it %",
        "rename it, for example to $",
        &[base, kind.title(), why, &nearest_base(kind, base)],
    )
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
    if fit.is_empty() || has_hash_segment(&fit) { row.fallback.to_owned() } else { fit }
}

/// The class that a Durable Object's base name stands for: `chat-room` → `ChatRoom`.
pub(crate) fn class_from_base(kind: Kind, base: &str) -> Result<String, BlockError> {
    let class = match kind {
        Kind::DurableObject => capitalised(base),
        _ => base.to_owned(),
    };
    if is_class_name(&class) {
        return Ok(class);
    }
    Err(BlockError::new(
        Code::ClassInvalid,
        "no class can be called $, which is what $ gives",
        "give `className`: the class that your script exports",
        &[&class, base],
    ))
}

/// The parts between hyphens and underscores, joined, each with a capital first.
fn capitalised(base: &str) -> String {
    let mut class = String::with_capacity(base.len());
    let mut first = true;
    for character in base.chars() {
        let separates = character == '-' || character == '_';
        if !separates {
            class.push(if first { character.to_ascii_uppercase() } else { character });
        }
        first = separates;
    }
    class
}

fn is_class_name(text: &str) -> bool {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    let mut characters = text.chars();
    characters.next().is_some_and(start) && characters.all(|c| start(c) || c.is_ascii_digit())
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
        let class = |kind, base| class_from_base(kind, base);
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
