//! The kind table: one row for each kind of resource. Adding a kind is adding a row.

use crate::error::{BlockError, Code, push_number, say};

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

/// A set of classes of characters; see [`class_of`].
type Classes = u8;

const LOWER: Classes = 1;
const UPPER: Classes = 1 << 1;
const DIGIT: Classes = 1 << 2;
const HYPHEN: Classes = 1 << 3;
const UNDERSCORE: Classes = 1 << 4;
/// White space, and what only looks like nothing, at the ends of a title.
const SPACE: Classes = 1 << 5;
const CONTROL: Classes = 1 << 6;
const OTHER: Classes = 1 << 7;

const LETTERS: Classes = LOWER | UPPER | DIGIT;
const ANYTHING: Classes = Classes::MAX;

fn class_of(character: char) -> Classes {
    match character {
        'a'..='z' => LOWER,
        '0'..='9' => DIGIT,
        '-' => HYPHEN,
        'A'..='Z' => UPPER,
        '_' => UNDERSCORE,
        _ if character.is_control() => CONTROL,
        '\u{feff}' => SPACE,
        _ if character.is_whitespace() => SPACE,
        _ => OTHER,
    }
}

/// Which characters a name may have, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub first: Classes,
    pub middle: Classes,
    pub last: Classes,
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
    /// Whether `A` and `a` are one name: where in doubt they are, which refuses more.
    pub folds_case: bool,
    pub literal: Literal,
    /// Options that can give the base name, first wins; all of them are set to the physical name.
    pub naming: &'static [Key],
    /// Whether Alchemy deletes its data unless told not to by `delete: false`.
    pub owns_data: bool,
    /// Whether it is a class in a script: takes `className` and `scriptName`.
    pub is_class: bool,
    /// What a base name becomes where nothing of it can be kept.
    pub fallback: &'static str,
}

const WORD: Rule = Rule {
    first: LETTERS,
    middle: LETTERS | UNDERSCORE | HYPHEN,
    last: LETTERS | UNDERSCORE | HYPHEN,
    words: "may have only letters, digits, `_` and `-`, and starts with a letter or digit",
};
const HOST: Rule = Rule {
    first: LOWER | DIGIT,
    middle: LOWER | DIGIT | HYPHEN,
    last: LOWER | DIGIT,
    words: "may have only lower-case letters, digits and hyphens, and starts and ends with a \
            letter or digit",
};
const TITLE: Rule = Rule {
    first: ANYTHING & !(CONTROL | SPACE),
    middle: ANYTHING & !CONTROL,
    last: ANYTHING & !(CONTROL | SPACE),
    words: "may have no control characters, and neither starts nor ends with white space",
};
const WORKFLOW: Rule = Rule {
    first: LETTERS | UNDERSCORE,
    middle: LETTERS | UNDERSCORE | HYPHEN,
    last: LETTERS | UNDERSCORE | HYPHEN,
    words: "may have only letters, digits, `_` and `-`, and does not start with `-`",
};
const SCRIPT: Rule = Rule {
    first: LOWER | DIGIT | UNDERSCORE,
    middle: LOWER | DIGIT | UNDERSCORE | HYPHEN,
    last: LOWER | DIGIT | UNDERSCORE | HYPHEN,
    words: "may have only lower-case letters, digits, `_` and `-`, and does not start with `-`",
};
const ANY: Rule = Rule { first: ANYTHING, middle: ANYTHING, last: ANYTHING, words: "" };

/// An option of a block that the law reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// `stage`
    Stage,
    /// `pin`
    Pin,
    /// `onRename`
    OnRename,
    /// `share`
    Share,
    /// `title`
    Title,
    /// `workflowName`
    WorkflowName,
    /// `name`
    Name,
    /// `className`
    ClassName,
    /// `scriptName`
    ScriptName,
    /// `dlq`
    Dlq,
    /// `delete`
    Delete,
    /// `adopt`
    Adopt,
    /// `jurisdiction`
    Jurisdiction,
}

impl Key {
    /// Every option, in the order in which they are declared.
    pub const ALL: [Self; 13] = [
        Self::Stage,
        Self::Pin,
        Self::OnRename,
        Self::Share,
        Self::Title,
        Self::WorkflowName,
        Self::Name,
        Self::ClassName,
        Self::ScriptName,
        Self::Dlq,
        Self::Delete,
        Self::Adopt,
        Self::Jurisdiction,
    ];

    /// The option as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Pin => "pin",
            Self::OnRename => "onRename",
            Self::Share => "share",
            Self::Title => "title",
            Self::WorkflowName => "workflowName",
            Self::Name => "name",
            Self::ClassName => "className",
            Self::ScriptName => "scriptName",
            Self::Dlq => "dlq",
            Self::Delete => "delete",
            Self::Adopt => "adopt",
            Self::Jurisdiction => "jurisdiction",
        }
    }
}

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
        naming: &[Key::Name],
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
        naming: &[Key::Name],
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
        naming: &[Key::Title, Key::Name],
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
        naming: &[Key::Name],
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
        naming: &[Key::Name],
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
        naming: &[Key::WorkflowName, Key::Name],
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
        naming: &[Key::Name],
        owns_data: false,
        is_class: false,
        fallback: "my-worker",
    },
];

/// The names in the table, as a text that needs no code to make it.
const KINDS: &str = "use one of `database`, `bucket`, `kv`, `queue`, `durable-object`, `workflow`, \
                     `worker`";

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
            BlockError::new(Code::ArgumentInvalid, "there is no kind $", KINDS, &[name])
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

    /// The options that can give the base name, the first wins; all are set to the physical name.
    #[must_use]
    pub fn naming(self) -> &'static [Key] {
        self.row().naming
    }

    /// Whether a block of this kind looks at the option.
    #[must_use]
    pub fn reads(self, key: Key) -> bool {
        match key {
            Key::Title | Key::WorkflowName | Key::Name => self.naming().contains(&key),
            Key::ClassName | Key::ScriptName => self.row().is_class,
            Key::Dlq => self == Self::Queue,
            Key::Jurisdiction => self == Self::Bucket,
            _ => true,
        }
    }

    /// The block that makes this kind; `None` where there is none.
    #[must_use]
    #[inline]
    pub fn block(self) -> Option<&'static str> {
        Some(self.row().block).filter(|block| !block.is_empty())
    }

    /// As it stands in messages, such as `KV namespace`.
    #[must_use]
    #[inline]
    pub fn noun(self) -> &'static str {
        self.row().noun
    }

    /// Whether two names of this kind are one: some are compared without case.
    #[must_use]
    #[inline]
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
        // table complete and in order.
        let [first, ..] = &TABLE;
        TABLE.get(self as usize).unwrap_or(first)
    }
}

/// Counts characters; the library's own count is tuned for long text and far larger.
fn characters(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

impl Rule {
    pub(crate) fn allows(&self, text: &str) -> bool {
        let mut characters = text.chars();
        let Some(first) = characters.next() else { return false };
        let last = characters.next_back().unwrap_or(first);
        self.starts_with(first)
            && self.ends_with(last)
            && characters.all(|character| self.has(character))
    }

    /// Whether `character` may stand somewhere in a name.
    pub(crate) fn has(&self, character: char) -> bool {
        self.middle & class_of(character) != 0
    }

    pub(crate) fn starts_with(&self, character: char) -> bool {
        self.first & class_of(character) != 0
    }

    pub(crate) fn ends_with(&self, character: char) -> bool {
        self.last & class_of(character) != 0
    }
}

impl Literal {
    /// Why Cloudflare would refuse `name`, as words that complete "it …".
    pub(crate) fn refuses(&self, name: &str) -> Option<String> {
        if !self.rule.allows(name) {
            return Some(self.rule.words.to_owned());
        }
        let length = characters(name);
        let max = self.max.filter(|max| length < self.min || length > *max)?;
        let words = [length, self.min, max].map(decimal);
        let words = words.each_ref().map(String::as_str);
        Some(say("has % characters, and % to % are allowed", &words))
    }
}

fn decimal(number: usize) -> String {
    let mut text = String::new();
    push_number(&mut text, u32::try_from(number).unwrap_or(u32::MAX), 10);
    text
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
        let names: Vec<_> = Kind::all().map(|kind| format!("`{}`", kind.as_str())).collect();
        assert_eq!(KINDS, format!("use one of {}", names.join(", ")));
    }

    #[test]
    fn every_option_has_its_place() {
        for (at, key) in Key::ALL.into_iter().enumerate() {
            assert_eq!(key as usize, at);
        }
    }
}
