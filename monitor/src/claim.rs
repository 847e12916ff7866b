//! Claims, and how they are read.

use std::borrow::Cow;

use alch_blocks::Kind;
use serde::{Deserialize, Serialize};

use crate::texts::{Text, Texts};

/// Where a claim is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A row of Alchemy's state.
    State,
    /// An item of a listing of the Cloudflare account.
    Account,
    /// A declaration in a program.
    Source,
}

impl Source {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "state" => Some(Self::State),
            "account" => Some(Self::Account),
            "source" => Some(Self::Source),
            _ => None,
        }
    }
}

/// Who takes a name. Texts that are empty are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    pub kind: Kind,
    pub name: Text,
    /// As `name`, but as names of the kind are compared.
    pub folded: Text,
    pub app: Text,
    pub stage: Text,
    pub id: Text,
    pub source: Source,
    pub place: Text,
    /// Alchemy leaves the resource alone when the row goes.
    pub retained: bool,
    /// Alchemy has begun to delete it.
    pub deleting: bool,
}

impl Claim {
    /// Whether both are of the same resource of the same program in the same stage.
    pub fn is_same_owner(&self, other: &Self) -> bool {
        (self.app, self.stage, self.id) == (other.app, other.stage, other.id)
    }

    /// Whether a program has the resource, or will have it with its next deploy.
    pub fn holds(&self) -> bool {
        self.source != Source::Account && !self.deleting
    }
}

#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub all: Vec<Claim>,
    pub texts: Texts,
}

impl Claims {
    pub fn add(&mut self, lines: &str) {
        for line in lines.split('\n').filter(|line| !line.is_empty()) {
            let claim = self.read(line);
            self.all.extend(claim);
        }
    }

    fn read(&mut self, line: &str) -> Option<Claim> {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let kind = Kind::parse(next()).ok()?;
        let name = unescaped(next());
        let [app, stage, id] = [next(), next(), next()];
        let source = Source::parse(next())?;
        let [place, flags] = [next(), next()];
        let folded = match folded(kind, &name) {
            Cow::Borrowed(_) => None,
            Cow::Owned(folded) => Some(self.texts.add(&folded)),
        };
        let name = self.texts.add(&name);
        Some(Claim {
            kind,
            name,
            folded: folded.unwrap_or(name),
            app: self.texts.add(&unescaped(app)),
            stage: self.texts.add(&unescaped(stage)),
            id: self.texts.add(&unescaped(id)),
            source,
            place: self.texts.add(&unescaped(place)),
            retained: flags.contains('r'),
            deleting: flags.contains('d'),
        })
    }
}

/// The form in which names of the kind are one: some are compared without case.
pub(crate) fn folded(kind: Kind, name: &str) -> Cow<'_, str> {
    if kind.same_name("A", "a") && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

fn unescaped(field: &str) -> Cow<'_, str> {
    if !field.contains('\\') {
        return Cow::Borrowed(field);
    }
    let mut text = String::with_capacity(field.len());
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('t') => text.push('\t'),
            Some('n') => text.push('\n'),
            Some(other) => text.push(other),
            None => {}
        }
    }
    Cow::Owned(text)
}
