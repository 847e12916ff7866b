//! What can be said of a text without parsing it.

/// Whether a text names `alchemy` or `@alch/blocks` as a module, or one of Alchemy 2's.
pub(crate) fn mentions(text: &str) -> bool {
    if text.contains("@alch/blocks") || text.contains("@alchemy.run/") {
        return true;
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("alchemy") {
        let opens = before.ends_with(['"', '\'', '`']);
        if opens && after.starts_with(['"', '\'', '`', '/']) {
            return true;
        }
        rest = after;
    }
    false
}

/// The modules that a text seems to import: what stands in quotes behind `from`, `import`,
/// `require`. May be too many, not too few, but for names that are computed.
pub(crate) fn specifiers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in ["from", "import", "require"] {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(word) {
            rest = after;
            let inside = after.trim_start_matches([' ', '\t', '\r', '\n', '(']);
            let mut characters = inside.chars();
            let Some(quote @ ('"' | '\'' | '`')) = characters.next() else { continue };
            let Some((source, _)) = characters.as_str().split_once(quote) else { continue };
            let fits = source.len() < 400 && !source.contains(['\n', '$']);
            if fits && !found.iter().any(|known| known == source) {
                found.push(source.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{mentions, specifiers};

    #[test]
    fn a_module_is_mentioned_in_quotes() {
        assert!(mentions("import { D1Database } from \"alchemy/cloudflare\""));
        assert!(mentions("import alchemy from 'alchemy'"));
        assert!(mentions("export * from '@alch/blocks'"));
        assert!(mentions("import * as Cloudflare from '@alchemy.run/cloudflare'"));
        assert!(!mentions("// alchemy is gold from lead, said \"the alchemist\""));
    }

    #[test]
    fn specifiers_are_found() {
        let text = "import a from './a';\nexport * from \"./b\";\nawait import ( './c' );\n\
                    import './d'; const e = require('./e'); // from 'f'\n";
        assert_eq!(specifiers(text), ["./a", "./b", "f", "./c", "./d", "./e"]);
    }
}
