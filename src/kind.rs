//! The kind table: one row for each kind of resource. Adding a kind is adding a row.

use crate::error::{BlockError, Code, quote};

/// A kind of resource, each with its own name space at Cloudflare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A D1 database.
    Database,
    /// An R2 bucket.
    Bucket,
    /// A Workers KV namespace, known by its title.
    Kv,
    /// A queue.
    Queue,
    /// A Durable Object namespace, identified by script and class; its name is ours alone.
    DurableObject,
    /// A workflow.
    Workflow,
    /// A Worker script. Has no block: use [`physical_name`](crate::physical_name).
    Worker,
}

/// How the length of a physical name is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Characters,
    Bytes,
}

/// Which characters a name may have, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub first: fn(char) -> bool,
    pub middle: fn(char) -> bool,
    pub last: fn(char) -> bool,
    /// Completes "it …".
    pub words: &'static str,
}

/// Cloudflare's own rule for a name that is used as it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Literal {
    pub rule: Rule,
    /// In characters.
    pub min: usize,
    /// In characters; `None` where Cloudflare publishes no cap.
    pub max: Option<usize>,
}

/// All that the law knows of a kind.
#[derive(Debug)]
pub(crate) struct Row {
    pub kind: Kind,
    /// As written by users of `physicalName`.
    pub name: &'static str,
    /// As it stands in messages.
    pub noun: &'static str,
    /// The export that makes it; empty where there is none.
    pub block: &'static str,
    /// Alchemy's resource type, by which its state knows the resource; empty where it has no row.
    pub alchemy: &'static str,
    /// What a base name may be.
    pub base: Rule,
    /// The most that a physical name may have.
    pub cap: usize,
    pub unit: Unit,
    /// Whether Cloudflare's console treats `A` and `a` as different names.
    pub folds_case: bool,
    pub literal: Literal,
    /// Options that can give the base name, first wins; all of them are set to the physical name.
    pub naming: &'static [&'static str],
    /// Whether Alchemy deletes its data unless told not to by `delete: false`.
    pub owns_data: bool,
    /// Whether it is a class in a script: takes `className` and `scriptName`.
    pub is_class: bool,
    /// What a base name becomes where nothing of it can be kept.
    pub fallback: &'static str,
}

fn lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}
fn lower_hyphen(c: char) -> bool {
    lower(c) || c == '-'
}
fn lower_underscore(c: char) -> bool {
    lower(c) || c == '_'
}
fn lower_word(c: char) -> bool {
    lower_hyphen(c) || c == '_'
}
fn letter(c: char) -> bool {
    c.is_ascii_alphanumeric()
}
fn letter_underscore(c: char) -> bool {
    letter(c) || c == '_'
}
fn word(c: char) -> bool {
    letter(c) || c == '_' || c == '-'
}
fn printable(c: char) -> bool {
    !c.is_control()
}
fn visible(c: char) -> bool {
    printable(c) && !c.is_whitespace() && c != '\u{feff}'
}
fn anything(_: char) -> bool {
    true
}

const WORD: Rule = Rule {
    first: letter,
    middle: word,
    last: word,
    words: "may have only letters, digits, `_` and `-`, and starts with a letter or digit",
};
const HOST: Rule = Rule {
    first: lower,
    middle: lower_hyphen,
    last: lower,
    words: "may have only lower-case letters, digits and hyphens, and starts and ends with a \
            letter or digit",
};
const TITLE: Rule = Rule {
    first: visible,
    middle: printable,
    last: visible,
    words: "may have no control characters, and neither starts nor ends with white space",
};
const WORKFLOW: Rule = Rule {
    first: letter_underscore,
    middle: word,
    last: word,
    words: "may have only letters, digits, `_` and `-`, and does not start with `-`",
};
const SCRIPT: Rule = Rule {
    first: lower_underscore,
    middle: lower_word,
    last: lower_word,
    words: "may have only lower-case letters, digits, `_` and `-`, and does not start with `-`",
};
const ANY: Rule = Rule { first: anything, middle: anything, last: anything, words: "" };

static TABLE: [Row; 7] = [
    Row {
        kind: Kind::Database,
        name: "database",
        noun: "database",
        block: "Database",
        alchemy: "cloudflare::D1Database",
        base: WORD,
        cap: 128,
        unit: Unit::Characters,
        folds_case: true,
        literal: Literal { rule: WORD, min: 1, max: None },
        naming: &["name"],
        owns_data: true,
        is_class: false,
        fallback: "my-database",
    },
    Row {
        kind: Kind::Bucket,
        name: "bucket",
        noun: "bucket",
        block: "Bucket",
        alchemy: "cloudflare::R2Bucket",
        base: HOST,
        cap: 63,
        unit: Unit::Characters,
        folds_case: false,
        literal: Literal { rule: HOST, min: 3, max: Some(63) },
        naming: &["name"],
        owns_data: true,
        is_class: false,
        fallback: "my-bucket",
    },
    Row {
        kind: Kind::Kv,
        name: "kv",
        noun: "KV namespace",
        block: "KV",
        alchemy: "cloudflare::KVNamespace",
        base: TITLE,
        cap: 512,
        unit: Unit::Bytes,
        folds_case: false,
        literal: Literal { rule: ANY, min: 1, max: Some(512) },
        naming: &["title", "name"],
        owns_data: true,
        is_class: false,
        fallback: "my-namespace",
    },
    Row {
        kind: Kind::Queue,
        name: "queue",
        noun: "queue",
        block: "Queue",
        alchemy: "cloudflare::Queue",
        base: HOST,
        cap: 63,
        unit: Unit::Characters,
        folds_case: false,
        literal: Literal { rule: HOST, min: 1, max: Some(63) },
        naming: &["name"],
        owns_data: true,
        is_class: false,
        fallback: "my-queue",
    },
    Row {
        kind: Kind::DurableObject,
        name: "durable-object",
        noun: "Durable Object",
        block: "DurableObject",
        alchemy: "",
        base: WORD,
        cap: 128,
        unit: Unit::Characters,
        folds_case: false,
        literal: Literal { rule: WORD, min: 1, max: None },
        naming: &["name"],
        owns_data: false,
        is_class: true,
        fallback: "my-object",
    },
    Row {
        kind: Kind::Workflow,
        name: "workflow",
        noun: "workflow",
        block: "AlchemyWorkflow",
        alchemy: "",
        base: WORKFLOW,
        cap: 64,
        unit: Unit::Characters,
        folds_case: true,
        literal: Literal { rule: WORKFLOW, min: 1, max: Some(64) },
        naming: &["workflowName", "name"],
        owns_data: false,
        is_class: true,
        fallback: "my-workflow",
    },
    Row {
        kind: Kind::Worker,
        name: "worker",
        noun: "Worker",
        block: "",
        alchemy: "cloudflare::Worker",
        base: SCRIPT,
        cap: 54,
        unit: Unit::Characters,
        folds_case: false,
        literal: Literal { rule: SCRIPT, min: 1, max: Some(63) },
        naming: &["name"],
        owns_data: false,
        is_class: false,
        fallback: "my-worker",
    },
];

impl Kind {
    /// Every kind, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.kind)
    }

    /// The kind called `name`, such as `database` or `durable-object`.
    ///
    /// # Errors
    /// `argument-invalid` where there is no such kind.
    pub fn parse(name: &str) -> Result<Self, BlockError> {
        Self::all().find(|kind| kind.as_str() == name).ok_or_else(|| {
            let known: Vec<_> = Self::all().map(|kind| quote(kind.as_str())).collect();
            BlockError::new(
                Code::ArgumentInvalid,
                format!("there is no kind {}", quote(name)),
                format!("use one of {}", known.join(", ")),
            )
        })
    }

    /// The kind that Alchemy's state calls `resource_type`, such as `cloudflare::D1Database`.
    #[must_use]
    pub fn of_resource(resource_type: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|row| !row.alchemy.is_empty() && row.alchemy == resource_type)
            .map(|row| row.kind)
    }

    /// The kind's name, such as `database` or `durable-object`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The most that a physical name of this kind may have: bytes of UTF-8 for KV titles,
    /// characters for all others.
    #[must_use]
    pub fn cap(self) -> usize {
        self.row().cap
    }

    /// How much of the [cap](Self::cap) a name takes.
    #[must_use]
    pub fn measure(self, name: &str) -> usize {
        match self.row().unit {
            Unit::Bytes => name.len(),
            Unit::Characters => characters(name),
        }
    }

    /// The options that can give the base name, in order: the first that is given does.
    #[must_use]
    pub fn naming(self) -> &'static [&'static str] {
        self.row().naming
    }

    /// The block that makes this kind; `None` where there is none.
    #[must_use]
    pub fn block(self) -> Option<&'static str> {
        Some(self.row().block).filter(|block| !block.is_empty())
    }

    /// As it stands in messages, such as `KV namespace`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        self.row().noun
    }

    /// Whether two names of this kind are one: some are compared without case.
    #[must_use]
    pub fn same_name(self, a: &str, b: &str) -> bool {
        if self.row().folds_case { a.eq_ignore_ascii_case(b) } else { a == b }
    }

    /// How messages call what a developer writes: the block, or `Worker`, which has none.
    pub(crate) fn title(self) -> &'static str {
        let row = self.row();
        if row.block.is_empty() { row.noun } else { row.block }
    }

    pub(crate) fn row(self) -> &'static Row {
        // The first row stands in for one that is missing; `every_kind_has_its_row` keeps the
        // table complete.
        let [first, ..] = &TABLE;
        TABLE.iter().find(|row| row.kind == self).unwrap_or(first)
    }
}

/// Counts characters; the library's own count is tuned for long text and five times as large.
fn characters(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

impl Rule {
    pub(crate) fn allows(&self, text: &str) -> bool {
        let mut characters = text.chars();
        let Some(first) = characters.next() else { return false };
        if !(self.first)(first) {
            return false;
        }
        match characters.next_back() {
            None => (self.last)(first),
            Some(last) => (self.last)(last) && characters.all(self.middle),
        }
    }
}

impl Literal {
    /// Why Cloudflare would refuse `name`, as words that complete "it …".
    pub(crate) fn refuses(&self, name: &str) -> Option<String> {
        if !self.rule.allows(name) {
            return Some(self.rule.words.to_owned());
        }
        let length = characters(name);
        match self.max {
            Some(max) if length < self.min || length > max => {
                Some(format!("has {length} characters, and {} to {max} are allowed", self.min))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_row() {
        for kind in [
            Kind::Database,
            Kind::Bucket,
            Kind::Kv,
            Kind::Queue,
            Kind::DurableObject,
            Kind::Workflow,
            Kind::Worker,
        ] {
            assert_eq!(kind.row().kind, kind);
            assert_eq!(Kind::parse(kind.as_str()), Ok(kind));
        }
        assert_eq!(Kind::all().count(), 7);
    }
}
