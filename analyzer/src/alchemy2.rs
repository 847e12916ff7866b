//! Recognizes programs for Alchemy 2. The analyser does not read them yet.

use crate::report::Unread;
use crate::syntax::facts::Facts;

const REASON: &str = "it is a program for Alchemy 2, which is not read yet";

/// The files that are written for Alchemy 2.
pub(crate) fn unread(files: &[Facts]) -> Vec<Unread> {
    let found = files.iter().filter(|file| is_alchemy2(&file.imports));
    found.map(|file| Unread { file: file.path.clone(), reason: REASON.to_owned() }).collect()
}

/// Alchemy 2 has modules of its own; its main module has the name of 0.94's, whose programs do not
/// use Effect.
fn is_alchemy2(imports: &[String]) -> bool {
    let any = |test: fn(&str) -> bool| imports.iter().any(|source| test(source));
    if any(is_own_module) {
        return true;
    }
    let is_0_94 = any(|source| source.starts_with("alchemy/cloudflare"));
    !is_0_94 && any(|source| source == "alchemy") && any(is_effect)
}

fn is_own_module(source: &str) -> bool {
    if source.starts_with("@alchemy.run/") {
        return true;
    }
    // 0.94 has lower-case modules only, and none for Effect.
    let Some(module) = source.strip_prefix("alchemy/") else { return false };
    module.starts_with(|c: char| c.is_ascii_uppercase()) || module.starts_with("effect")
}

fn is_effect(source: &str) -> bool {
    source == "effect" || source.starts_with("effect/")
}

#[cfg(test)]
mod tests {
    use super::is_alchemy2;

    fn check(imports: &[&str]) -> bool {
        is_alchemy2(&imports.iter().map(|&source| source.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn modules_of_alchemy_2_are_known() {
        assert!(check(&["alchemy", "alchemy/Cloudflare"]));
        assert!(check(&["alchemy/Stack"]));
        assert!(check(&["alchemy/effect/Test"]));
        assert!(check(&["@alchemy.run/cloudflare"]));
        assert!(check(&["alchemy", "effect/Effect"]));
    }

    #[test]
    fn programs_for_0_94_are_not_taken_for_it() {
        assert!(!check(&["alchemy", "alchemy/cloudflare", "effect"]));
        assert!(!check(&["alchemy", "alchemy/state"]));
        assert!(!check(&["effect", "@alch/blocks"]));
        assert!(!check(&["alchemy"]));
    }
}
