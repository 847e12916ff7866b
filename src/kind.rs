//! The kind table: one row for each kind of resource. Adding a kind is adding a row.

use crate::error::{BlockError, Code};
use crate::message::Message;
use crate::text::word;

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

/// The class of each character of ASCII.
static ASCII: [Classes; 128] = {
    let mut classes = [CONTROL; 128];
    let mut rest: &mut [Classes] = &mut classes;
    let mut at = 0_u8;
    while let [class, others @ ..] = rest {
        *class = class_of_ascii(at);
        at = at.wrapping_add(1);
        rest = others;
    }
    classes
};

const fn class_of_ascii(byte: u8) -> Classes {
    match byte {
        b'a'..=b'z' => LOWER,
        b'0'..=b'9' => DIGIT,
        b'-' => HYPHEN,
        b'A'..=b'Z' => UPPER,
        b'_' => UNDERSCORE,
        b' ' => SPACE,
        // Control characters that are white space may stand nowhere, so they are no space.
        0..=31 | 127 => CONTROL,
        _ => OTHER,
    }
}

fn class_of(character: char) -> Classes {
    match ASCII.get(character as usize) {
        Some(class) => *class,
        None => class_beyond_ascii(character),
    }
}

#[inline(never)]
fn class_beyond_ascii(character: char) -> Classes {
    if character.is_control() {
        CONTROL
    } else if character == '\u{feff}' || character.is_whitespace() {
        SPACE
    } else {
        OTHER
    }
}

/// Which characters a name may have, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub first: Classes,
    pub middle: Classes,
    pub last: Classes,
}

/// Cloudflare's own rule for a name that is used as it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Literal {
    pub rule: &'static Rule,
    /// In characters.
    pub min: usize,
    /// In characters; `None` where Cloudflare publishes no cap.
    pub max: Option<usize>,
}

/// All that the law knows of a kind. How messages speak of it is in a table of its own, since a deploy
/// in which nothing is refused needs none of that.
#[derive(Debug)]
pub(crate) struct Row {
    pub kind: Kind,
    /// As written by users of `physicalName`.
    pub name: &'static str,
    /// Alchemy's resource type, by which its state knows the resource; empty where it has no row.
    pub alchemy: &'static str,
    /// What a base name may be.
    pub base: &'static Rule,
    /// The most that a physical name may have, in bytes of UTF-8. Only a KV title may have other
    /// characters than those of ASCII, and its cap is one of bytes.
    pub cap: usize,
    /// Whether `A` and `a` are one name: where in doubt they are, which refuses more.
    pub folds_case: bool,
    pub literal: Literal,
    /// Options that can give the base name, first wins; all of them are set to the physical name.
    pub naming: &'static [Key],
    /// Whether Alchemy deletes its data unless told not to by `delete: false`.
    pub owns_data: bool,
    /// Whether it is a class in a script: takes `className` and `scriptName`.
    pub is_class: bool,
}

static WORD: Rule = Rule {
    first: LETTERS,
    middle: LETTERS | UNDERSCORE | HYPHEN,
    last: LETTERS | UNDERSCORE | HYPHEN,
};
static HOST: Rule =
    Rule { first: LOWER | DIGIT, middle: LOWER | DIGIT | HYPHEN, last: LOWER | DIGIT };
static TITLE: Rule = Rule {
    first: ANYTHING & !(CONTROL | SPACE),
    middle: ANYTHING & !CONTROL,
    last: ANYTHING & !(CONTROL | SPACE),
};
static WORKFLOW: Rule = Rule {
    first: LETTERS | UNDERSCORE,
    middle: LETTERS | UNDERSCORE | HYPHEN,
    last: LETTERS | UNDERSCORE | HYPHEN,
};
static SCRIPT: Rule = Rule {
    first: LOWER | DIGIT | UNDERSCORE,
    middle: LOWER | DIGIT | UNDERSCORE | HYPHEN,
    last: LOWER | DIGIT | UNDERSCORE | HYPHEN,
};
static ANY: Rule = Rule { first: ANYTHING, middle: ANYTHING, last: ANYTHING };

macro_rules! keys {
    ($($name:ident $written:literal,)*) => {
        /// An option of a block that the law reads.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Key {
            $(#[doc = concat!("`", $written, "`")] $name,)*
        }

        impl Key {
            /// Every option, in the order in which they are declared.
            pub const ALL: [Self; 13] = [$(Self::$name,)*];

            /// Every option as it is written, each behind a space.
            pub(crate) const WRITTEN: &str = concat!($(" ", $written,)*);
        }
    };
}

keys! {
    Stage "stage",
    Pin "pin",
    OnRename "onRename",
    Share "share",
    Title "title",
    WorkflowName "workflowName",
    Name "name",
    ClassName "className",
    ScriptName "scriptName",
    Dlq "dlq",
    Delete "delete",
    Adopt "adopt",
    Jurisdiction "jurisdiction",
}

impl Key {
    /// The option as it is written.
    #[must_use]
    #[inline(never)]
    pub fn as_str(self) -> &'static str {
        word(Self::WRITTEN, self as usize)
    }
}

static TABLE: [Row; 7] = [
    Row {
        kind: Kind::Database,
        name: "database",
        alchemy: "cloudflare::D1Database",
        base: &WORD,
        cap: 128,
        folds_case: true,
        literal: Literal { rule: &WORD, min: 1, max: None },
        naming: &[Key::Name],
        owns_data: true,
        is_class: false,
    },
    Row {
        kind: Kind::Bucket,
        name: "bucket",
        alchemy: "cloudflare::R2Bucket",
        base: &HOST,
        cap: 63,
        folds_case: false,
        literal: Literal { rule: &HOST, min: 3, max: Some(63) },
        naming: &[Key::Name],
        owns_data: true,
        is_class: false,
    },
    Row {
        kind: Kind::Kv,
        name: "kv",
        alchemy: "cloudflare::KVNamespace",
        base: &TITLE,
        cap: 512,
        folds_case: false,
        literal: Literal { rule: &ANY, min: 1, max: Some(512) },
        naming: &[Key::Title, Key::Name],
        owns_data: true,
        is_class: false,
    },
    Row {
        kind: Kind::Queue,
        name: "queue",
        alchemy: "cloudflare::Queue",
        base: &HOST,
        cap: 63,
        folds_case: false,
        literal: Literal { rule: &HOST, min: 1, max: Some(63) },
        naming: &[Key::Name],
        owns_data: true,
        is_class: false,
    },
    Row {
        kind: Kind::DurableObject,
        name: "durable-object",
        alchemy: "",
        base: &WORD,
        cap: 128,
        folds_case: false,
        literal: Literal { rule: &WORD, min: 1, max: None },
        naming: &[Key::Name],
        owns_data: false,
        is_class: true,
    },
    Row {
        kind: Kind::Workflow,
        name: "workflow",
        alchemy: "",
        base: &WORKFLOW,
        cap: 64,
        folds_case: true,
        literal: Literal { rule: &WORKFLOW, min: 1, max: Some(64) },
        naming: &[Key::WorkflowName, Key::Name],
        owns_data: false,
        is_class: true,
    },
    Row {
        kind: Kind::Worker,
        name: "worker",
        alchemy: "cloudflare::Worker",
        base: &SCRIPT,
        cap: 54,
        folds_case: false,
        literal: Literal { rule: &SCRIPT, min: 1, max: Some(63) },
        naming: &[Key::Name],
        owns_data: false,
        is_class: false,
    },
];

/// How messages speak of a kind.
#[derive(Debug)]
pub(crate) struct Words {
    pub noun: &'static str,
    /// The export that makes it; empty where there is none.
    pub block: &'static str,
    /// The rule of its base names; completes "it …".
    pub rule: &'static str,
    /// What a base name becomes where nothing of it can be kept.
    pub fallback: &'static str,
    /// Whether people count the length of a name in bytes of UTF-8, and not in characters.
    pub bytes: bool,
}

const ANY_LETTER: &str =
    "may have only letters, digits, `_` and `-`, and starts with a letter or digit";
const LOWER_LETTERS: &str = "may have only lower-case letters, digits and hyphens, and starts and \
                             ends with a letter or digit";

/// In the order of [`TABLE`].
static WORDS: [Words; 7] = [
    Words {
        noun: "database",
        block: "Database",
        rule: ANY_LETTER,
        fallback: "my-database",
        bytes: false,
    },
    Words {
        noun: "bucket",
        block: "Bucket",
        rule: LOWER_LETTERS,
        fallback: "my-bucket",
        bytes: false,
    },
    Words {
        noun: "KV namespace",
        block: "KV",
        rule: "may have no control characters, and neither starts nor ends with white space",
        fallback: "my-namespace",
        bytes: true,
    },
    Words {
        noun: "queue",
        block: "Queue",
        rule: LOWER_LETTERS,
        fallback: "my-queue",
        bytes: false,
    },
    Words {
        noun: "Durable Object",
        block: "DurableObject",
        rule: ANY_LETTER,
        fallback: "my-object",
        bytes: false,
    },
    Words {
        noun: "workflow",
        block: "AlchemyWorkflow",
        rule: "may have only letters, digits, `_` and `-`, and does not start with `-`",
        fallback: "my-workflow",
        bytes: false,
    },
    Words {
        noun: "Worker",
        block: "",
        rule: "may have only lower-case letters, digits, `_` and `-`, and does not start with `-`",
        fallback: "my-worker",
        bytes: false,
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
        let unknown = || BlockError::new(Code::ArgumentInvalid, Message::KindUnknown).with(name);
        Self::all().find(|kind| kind.as_str() == name).ok_or_else(unknown)
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

    /// The most that a physical name of this kind may have, in bytes of UTF-8: only KV titles may
    /// have other characters than those of ASCII.
    #[must_use]
    pub fn cap(self) -> usize {
        self.row().cap
    }

    /// How much of the [cap](Self::cap) a name takes, as people count it: no name that the law makes is
    /// longer in bytes.
    #[must_use]
    pub fn measure(self, name: &str) -> usize {
        if self.words().bytes { name.len() } else { characters(name) }
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
        Some(self.words().block).filter(|block| !block.is_empty())
    }

    /// As it stands in messages, such as `KV namespace`.
    #[must_use]
    #[inline]
    pub fn noun(self) -> &'static str {
        self.words().noun
    }

    /// Whether two names of this kind are one: some are compared without case.
    #[must_use]
    #[inline(never)]
    pub fn same_name(self, a: &str, b: &str) -> bool {
        a == b || self.row().folds_case && a.eq_ignore_ascii_case(b)
    }

    /// The rest of a name that starts with `head` and a hyphen.
    #[inline(never)]
    pub(crate) fn rest_after<'a>(self, name: &'a str, head: &str) -> Option<&'a str> {
        let (start, rest) = name.split_at_checked(head.len())?;
        rest.strip_prefix('-').filter(|_| self.same_name(start, head))
    }

    /// How messages call what a developer writes: the block, or `Worker`, which has none.
    pub(crate) fn title(self) -> &'static str {
        let words = self.words();
        if words.block.is_empty() { words.noun } else { words.block }
    }

    pub(crate) fn words(self) -> &'static Words {
        let [first, ..] = &WORDS;
        WORDS.get(self as usize).unwrap_or(first)
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
        let mut allowed = self.first;
        let mut last = 0;
        for character in text.chars() {
            last = class_of(character);
            if allowed & last == 0 {
                return false;
            }
            allowed = self.middle;
        }
        self.last & last != 0
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
    pub(crate) fn allows(&self, name: &str) -> bool {
        self.rule.allows(name) && self.has_room(characters(name))
    }

    fn has_room(&self, length: usize) -> bool {
        self.max.is_none_or(|max| (self.min..=max).contains(&length))
    }

    /// Why Cloudflare would refuse `name` for its length, as words that complete "it …".
    pub(crate) fn refuses_length(&self, name: &str) -> Option<String> {
        let length = characters(name);
        let (min, max) = (self.min, self.max.filter(|_| !self.has_room(length))?);
        let allowed = self.rule.allows(name);
        allowed.then(|| format!("has {length} characters, and {min} to {max} are allowed"))
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
            // Calls are read by it.
            assert!(kind.naming().is_sorted_by_key(|key| *key as u8));
        }
        assert_eq!(Kind::all().count(), 7);
    }

    #[test]
    fn every_option_has_its_place() {
        for (at, key) in Key::ALL.into_iter().enumerate() {
            assert_eq!(key as usize, at);
            assert_eq!(Some(key.as_str()), Key::WRITTEN.split(' ').nth(at + 1));
        }
        assert_eq!(Key::Share.as_str(), "share");
    }
}
