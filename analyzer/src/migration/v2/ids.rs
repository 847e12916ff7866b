//! What Alchemy 2 accepts as the name of a stack, a stage or a resource. Each becomes the name of a
//! file or a folder, so nothing else may come out of here.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Alchemy 2 knows a resource by one id. It takes `/` for a namespace, and its local store takes `__`
/// for `/`.
pub(super) fn id(scope: &[String], own: &str) -> String {
    let all: Vec<&str> = scope.iter().map(String::as_str).chain([own]).collect();
    let mut out = String::new();
    for character in all.join("-").chars() {
        let kept = if is_plain(character) || character == '.' { character } else { '-' };
        if !(kept == '_' && out.ends_with('_')) {
            out.push(kept);
        }
    }
    out
}

/// Whether its rows can lie in a folder of this name, on every system. Rows of an app called `state` would
/// lie among those of all stacks.
pub(super) fn is_stack(app: &str) -> bool {
    let is_kept = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | ' ');
    app.starts_with(char::is_alphanumeric)
        && app.chars().all(is_kept)
        && !app.ends_with(['.', ' '])
        && !app.eq_ignore_ascii_case("state")
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// What Alchemy 2 tells instances of a resource apart by: 16 bytes. The same resource gets the same.
pub(super) fn instance(parts: &[&str]) -> String {
    let text = format!("alch-blocks:{}", serde_json::to_string(parts).unwrap_or_default());
    let mut out = String::new();
    for byte in Sha256::digest(text).iter().take(16) {
        // Writing to a text cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{id, instance, is_stack};
    use crate::version::is_stage2;

    #[test]
    fn no_id_leaves_its_folder() {
        assert_eq!(id(&[], "db"), "db");
        assert_eq!(id(&["api".to_owned()], "db"), "api-db");
        assert_eq!(id(&[], "../../etc/passwd"), "..-..-etc-passwd");
        assert_eq!(id(&[], "a__b___c"), "a_b_c");
        assert_eq!(id(&[], "a\\b\0c\u{202e}d"), "a-b-c-d");
    }

    #[test]
    fn stages_are_those_of_alchemy_2() {
        for good in ["prod", "pr-1", "live_sam", "A1"] {
            assert!(is_stage2(good), "{good}");
        }
        for bad in ["", "..", "feature/login", "-a", "a.b", "a\\b", "caf\u{e9}"] {
            assert!(!is_stage2(bad), "{bad}");
        }
        for good in ["shop", "my shop", "Shop.v2", "\u{e9}tat"] {
            assert!(is_stack(good), "{good}");
        }
        for bad in
            ["", "state", "State", "..", ".a", "a/b", "a\\b", "a.", "a ", "a\0", "\u{1b}[31m"]
        {
            assert!(!is_stack(bad), "{bad}");
        }
    }

    #[test]
    fn instances_are_16_bytes_and_differ() {
        assert_eq!(instance(&["a", "b"]).len(), 32);
        assert_ne!(instance(&["a", "b"]), instance(&["ab", ""]));
    }
}
