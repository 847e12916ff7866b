//! Which characters a name may have, and where.

use std::ops::RangeInclusive;

use serde::Serialize;

/// A rule for names: which characters may come first, anywhere, and last.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Rule {
    #[serde(skip)]
    pub(crate) first: fn(char) -> bool,
    #[serde(skip)]
    pub(crate) anywhere: fn(char) -> bool,
    #[serde(skip)]
    pub(crate) last: fn(char) -> bool,
    /// Whether two hyphens may stand side by side.
    #[serde(skip)]
    pub(crate) doubles: bool,
    /// The rule in words, without its subject: "uses only …, and starts with …".
    pub words: &'static str,
}

impl Rule {
    /// Whether `name` keeps the rule. Empty text keeps none.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        name.starts_with(self.first)
            && name.ends_with(self.last)
            && name.chars().all(self.anywhere)
            && (self.doubles || !name.contains("--"))
    }
}

const fn is_letter_or_digit(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

const fn is_lower_or_digit(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

const fn is_word(c: char) -> bool {
    is_letter_or_digit(c) || c == '_' || c == '-'
}

/// Letters, digits, `_` and `-`: D1 databases, and what only we name.
pub(crate) const WORD: Rule = Rule {
    first: is_letter_or_digit,
    anywhere: is_word,
    last: is_word,
    doubles: true,
    words: "uses only letters, digits, `_` and `-`, and starts with a letter or digit",
};

/// Lower-case letters, digits and `-`: R2 buckets and queues.
pub(crate) const HOST: Rule = Rule {
    first: is_lower_or_digit,
    anywhere: |c| is_lower_or_digit(c) || c == '-',
    last: is_lower_or_digit,
    doubles: true,
    words: "uses only lower-case letters, digits and hyphens, and starts and ends with a letter \
            or digit",
};

/// What Cloudflare's own pattern for AI gateways says, without `_`.
pub(crate) const SLUG: Rule = Rule {
    doubles: false,
    words: "uses only lower-case letters, digits and single hyphens, and starts and ends with a letter \
            or digit",
    ..HOST
};

/// Any text without control characters: KV titles.
pub(crate) const TITLE: Rule = Rule {
    first: is_visible,
    anywhere: |c| !c.is_control(),
    last: is_visible,
    doubles: true,
    words: "has no control characters, and no white space at its start or end",
};

fn is_visible(c: char) -> bool {
    !c.is_control() && !c.is_whitespace() && c != '\u{feff}'
}

/// What Cloudflare's own pattern for workflow names says.
pub(crate) const WORKFLOW: Rule = Rule {
    first: |c| is_letter_or_digit(c) || c == '_',
    anywhere: is_word,
    last: is_word,
    doubles: true,
    words: "uses only letters, digits, `_` and `-`, and does not start with `-`",
};

/// What Cloudflare's own pattern for Worker scripts says.
pub(crate) const SCRIPT: Rule = Rule {
    first: |c| is_lower_or_digit(c) || c == '_',
    anywhere: |c| is_lower_or_digit(c) || c == '_' || c == '-',
    last: |c| is_lower_or_digit(c) || c == '_' || c == '-',
    doubles: true,
    words: "uses only lower-case letters, digits, `_` and `-`, and does not start with `-`",
};

/// What Cloudflare's own pattern for Vectorize indexes says.
pub(crate) const INDEX: Rule = Rule {
    first: |c| c.is_ascii_lowercase(),
    anywhere: |c| is_lower_or_digit(c) || c == '_' || c == '-',
    last: is_lower_or_digit,
    doubles: true,
    words: "uses only lower-case letters, digits, `_` and `-`, starts with a letter, and ends with \
            a letter or digit",
};

/// Any text at all: Cloudflare publishes no pattern.
pub(crate) const ANY: Rule = Rule {
    first: |_| true,
    anywhere: |_| true,
    last: |_| true,
    doubles: true,
    words: "is not empty",
};

/// Cloudflare's own rule for a name that is used as it stands.
#[derive(Debug, Clone)]
pub struct Literal {
    /// The characters.
    pub rule: Rule,
    /// The length in characters. It ends at `usize::MAX` where Cloudflare publishes no limit.
    pub length: RangeInclusive<usize>,
}
