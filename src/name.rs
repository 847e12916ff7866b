//! Base names and physical names.

use crate::error::Error;
use crate::hash::{HASH_LEN, has_hash_segment, hash};
use crate::kind::Kind;
use crate::stage::Stage;

/// The physical name: what Cloudflare sees.
///
/// A pure function of its three arguments. `base` follows the rule of its kind, `stage` is any text
/// that is not empty. The result is `base-slug`. Where that is longer than the kind's cap, it is as
/// much of `base` as fits, a hash of the whole `base`, and the slug.
///
/// # Errors
/// - `base-invalid`: `base` breaks its rule, or a part of it looks like a hash.
/// - `double-stage`: `base` ends in `-` and the stage, and the stage is a usual one such as `prod`.
/// - `stage-invalid`: `stage` is empty.
///
/// ```
/// use alch_blocks::{Kind, physical_name};
///
/// assert_eq!(physical_name(Kind::Database, "my-app-db", "prod").unwrap(), "my-app-db-prod");
/// assert_eq!(physical_name(Kind::Database, "my-app-db", "pr-123").unwrap(), "my-app-db-pr-123");
/// ```
pub fn physical_name(kind: Kind, base: &str, stage: &str) -> Result<String, Error> {
    name_in(kind, base, &Stage::new(stage)?)
}

/// [`physical_name`] in a stage whose slug is known.
pub(crate) fn name_in(kind: Kind, base: &str, stage: &Stage) -> Result<String, Error> {
    check_base(kind, base)?;
    if let Some(rest) = leftover(base, stage).filter(|_| stage.is_usual()) {
        return Err(Error::DoubleStage {
            base: base.into(),
            stage: stage.raw().into(),
            rest: rest.into(),
        });
    }
    Ok(name_for(kind, base, stage.slug()))
}

fn name_for(kind: Kind, base: &str, slug: &str) -> String {
    fitted(base, slug, kind.cap())
}

/// `base-slug`, shortened with a hash where that is longer than `cap`, which is 38 or more.
pub(crate) fn fitted(base: &str, slug: &str, cap: usize) -> String {
    if base.len() + 1 + slug.len() <= cap {
        return format!("{base}-{slug}");
    }
    let Some(room) = cap.checked_sub(slug.len() + HASH_LEN + 2) else {
        return format!("{}-{slug}", hash(base));
    };
    let head = base.get(..base.floor_char_boundary(room)).unwrap_or_default();
    let head = head.trim_end_matches(['-', '_']);
    let hash = hash(base);
    if head.is_empty() { format!("{hash}-{slug}") } else { format!("{head}-{hash}-{slug}") }
}

/// A name for `base` that no other stage can make: with a hash where the stage has none.
pub(crate) fn unambiguous_name(kind: Kind, base: &str, stage: &Stage) -> String {
    name_for(kind, base, &stage.hashed_slug())
}

/// Whether the physical name of `base` has to be shortened to stay within the cap.
#[must_use]
pub fn is_shortened(kind: Kind, base: &str, slug: &str) -> bool {
    base.len() + 1 + slug.len() > kind.cap()
}

/// What is left of a base name that ends in `-` and the stage.
pub(crate) fn leftover<'a>(base: &'a str, stage: &Stage) -> Option<&'a str> {
    let mut names = [stage.slug(), stage.raw()].into_iter();
    names.find_map(|stage| base.strip_suffix(stage)?.strip_suffix('-'))
}

/// Refuses a base name that breaks its kind's rule.
pub(crate) fn check_base(kind: Kind, base: &str) -> Result<(), Error> {
    let nearest = || nearest_base(kind, base);
    if !kind.spec().base.allows(base) {
        return Err(Error::BaseRule { kind, base: base.into(), nearest: nearest().into() });
    }
    if has_hash_segment(base) {
        return Err(Error::BaseHash { kind, base: base.into(), nearest: nearest().into() });
    }
    Ok(())
}

/// Refuses a name that is used as it stands and that Cloudflare would refuse.
pub(crate) fn check_literal(kind: Kind, name: &str) -> Result<(), Error> {
    let literal = &kind.spec().literal;
    if !literal.rule.allows(name) {
        return Err(Error::LiteralRule { kind, name: name.into() });
    }
    let length = name.chars().count();
    if !literal.length.contains(&length) {
        let (min, max) = literal.length.clone().into_inner();
        return Err(Error::LiteralLength { kind, name: name.into(), length, min, max });
    }
    Ok(())
}

/// The base name nearest to `base` that keeps the rule of its kind.
pub(crate) fn nearest_base(kind: Kind, base: &str) -> String {
    let rule = &kind.spec().base;
    let mut near = String::new();
    for character in base.chars() {
        let fits = if near.is_empty() { rule.first } else { rule.anywhere };
        let lower = character.to_ascii_lowercase();
        let repeats = |c: char| !rule.doubles && c == '-' && near.ends_with('-');
        let kept = [character, lower].into_iter().find(|c| fits(*c) && !repeats(*c));
        if let Some(kept) = kept {
            near.push(kept);
        } else if !near.is_empty() && !near.ends_with('-') {
            near.push('-');
        }
    }
    let near = near.trim_end_matches(|last| last == '-' || !(rule.last)(last));
    let fits = !near.is_empty() && !has_hash_segment(near);
    if fits { near.to_owned() } else { kind.spec().example.to_owned() }
}

/// The class that a base name stands for, such as `ChatRoom` for `chat-room`. A workflow's base
/// name that already is a class name stays as it is.
pub(crate) fn class_of(kind: Kind, base: &str) -> Result<String, Error> {
    if kind == Kind::Workflow && is_class_name(base) {
        return Ok(base.to_owned());
    }
    let class: String = base.split(['-', '_']).map(capitalised).collect();
    if is_class_name(&class) {
        return Ok(class);
    }
    Err(Error::ClassInvalid { class: class.into(), base: base.into() })
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn is_class_name(text: &str) -> bool {
    let may_start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    text.starts_with(may_start) && text.chars().all(|c| may_start(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{class_of, nearest_base};
    use crate::kind::Kind;

    #[test]
    fn the_nearest_base_is_close() {
        for (kind, base, near) in [
            (Kind::Queue, "Jobs", "jobs"),
            (Kind::Bucket, "my_bucket.", "my-bucket"),
            (Kind::Database, "_x", "x"),
            (Kind::Database, "x-0356hv2zv", "my-database"),
            (Kind::Kv, " pad", "pad"),
            (Kind::Workflow, "", "my-workflow"),
            (Kind::Bucket, "日本", "my-bucket"),
            (Kind::AiGateway, "a--b", "a-b"),
        ] {
            assert_eq!(nearest_base(kind, base), near, "of {base:?}");
        }
    }

    #[test]
    fn classes_are_derived() {
        for (kind, base, class) in [
            (Kind::DurableObject, "chat-room", "ChatRoom"),
            (Kind::DurableObject, "a__b-c", "ABC"),
            (Kind::DurableObject, "CounterV2", "CounterV2"),
            (Kind::Workflow, "OnboardingWorkflow", "OnboardingWorkflow"),
            (Kind::Workflow, "order-flow", "OrderFlow"),
            (Kind::Workflow, "order_flow", "order_flow"),
        ] {
            assert_eq!(class_of(kind, base).as_deref(), Ok(class));
        }
        for (kind, base) in [(Kind::DurableObject, "2fa"), (Kind::Workflow, "2-fa")] {
            assert_eq!(class_of(kind, base).map_err(|e| e.code()), Err("class-invalid".into()));
        }
    }
}
