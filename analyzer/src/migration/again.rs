//! Further looks at a program that was rewritten. A resource of Alchemy 2 may be named after another
//! one, whose name is known only once it is a block.

use super::edits::{Edit, applied};
use super::{FileEdits, Migration, SourceFile, once};
use crate::report::Options;

/// How often a name may come from another one.
const MOST: usize = 8;

pub(crate) fn migrate(files: &[SourceFile], options: &Options) -> Migration {
    let mut whole = once(files, options);
    let mut now = rewritten(files, &whole.files);
    for _ in 0..MOST {
        let is_left = whole.declarations.iter().any(|one| one.action == "left");
        // Without a state, such a name stays unknown.
        if options.state.is_none() || whole.files.is_empty() || !is_left {
            break;
        }
        let next = once(&now, options);
        if next.files.is_empty() {
            break;
        }
        now = rewritten(&now, &next.files);
        add(&mut whole, next, files, &now);
    }
    whole
}

fn rewritten(files: &[SourceFile], edits: &[FileEdits]) -> Vec<SourceFile> {
    let mut now = files.to_vec();
    for file in &mut now {
        if let Some(of) = edits.iter().find(|of| of.path == file.path) {
            file.text = applied(&file.text, &of.edits);
        }
    }
    now
}

fn add(whole: &mut Migration, next: Migration, before: &[SourceFile], now: &[SourceFile]) {
    for FileEdits { path, .. } in next.files {
        let text = |files: &[SourceFile]| {
            let found = files.iter().find(|file| file.path == path);
            found.map_or_else(String::new, |file| file.text.clone())
        };
        let edits = vec![between(&text(before), &text(now))];
        whole.files.retain(|file| file.path != path);
        whole.files.push(FileEdits { path, edits });
    }
    whole.files.sort_by(|a, b| a.path.cmp(&b.path));
    for one in next.declarations.into_iter().filter(|one| one.action == "rewritten") {
        let same = |old: &&mut super::Action| {
            old.action == "left" && (&old.file, old.kind, &old.id) == (&one.file, one.kind, &one.id)
        };
        if let Some(old) = whole.declarations.iter_mut().find(same) {
            (old.action, old.reason) = (one.action, one.reason);
        }
    }
    for one in next.outcomes {
        let is_known = |old: &super::Outcome| old.key == one.key && old.stage == one.stage;
        if !whole.outcomes.iter().any(is_known) {
            whole.outcomes.push(one);
        }
    }
}

/// The edit that makes one text of another.
fn between(before: &str, now: &str) -> Edit {
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), now.chars().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) =
        (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
    let same = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b);
    let same = same.count();
    let cut = |rest: &[char]| rest.len().saturating_sub(same);
    let units = |some: &[char]| {
        u32::try_from(some.iter().map(|one| one.len_utf16()).sum::<usize>()).unwrap_or(u32::MAX)
    };
    let end = start.saturating_add(cut(old_rest));
    Edit {
        start: units(old.get(..start).unwrap_or_default()),
        end: units(old.get(..end).unwrap_or_default()),
        text: new_rest.get(..cut(new_rest)).unwrap_or_default().iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{applied, between};

    #[test]
    fn an_edit_leads_from_one_text_to_another() {
        for (before, now) in
            [("", "a"), ("a", ""), ("aXa", "aYYa"), ("\u{1f600}aa", "\u{1f600}a"), ("aa", "aaa")]
        {
            assert_eq!(applied(before, &[between(before, now)]), now, "{before} {now}");
        }
    }
}
