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
    /// What a program would name in a stage of which no state is known. The stage is empty, and
    /// the name is the base name, if that can be any stage.
    pub possible: bool,
    /// A row that Alchemy 2 has written.
    pub is_of_2: bool,
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

    /// Whether an interrupted deploy or destroy will delete the resource.
    pub fn will_delete(&self) -> bool {
        self.deleting && !self.retained
    }
}

#[derive(Debug)]
pub(crate) struct Claims {
    /// Without those that are only possible.
    pub all: Vec<Claim>,
    pub possible: Vec<Claim>,
    pub texts: Texts,
    /// How each kind is called, and whether its names are compared without case.
    kinds: Vec<(&'static str, Kind, bool)>,
    /// The texts of the claim before, which often come again: name, app, stage, id and place.
    last: [Text; 5],
}

impl Default for Claims {
    fn default() -> Self {
        let kinds = Kind::ALL.iter().map(|kind| (kind.as_str(), *kind, kind.spec().folds_case));
        let (all, possible, texts) = Default::default();
        Self { all, possible, texts, kinds: kinds.collect(), last: [Text::EMPTY; 5] }
    }
}

impl Claims {
    /// Looks at each byte once: searching for every tab and line break takes twice as long.
    pub fn add(&mut self, lines: &str) {
        let mut line = Line::default();
        let mut start = 0_usize;
        for (at, byte) in lines.bytes().enumerate() {
            match byte {
                b'\\' => line.escaped = true,
                b'\t' | b'\n' => {
                    line.push(lines.get(start..at).unwrap_or_default());
                    start = at.saturating_add(1);
                }
                _ => {}
            }
            if byte == b'\n' {
                self.take(&line);
                line = Line::default();
            }
        }
        line.push(lines.get(start..).unwrap_or_default());
        self.take(&line);
    }

    fn take(&mut self, line: &Line<'_>) {
        let Some(claim) = self.read(line) else { return };
        let claims = if claim.possible { &mut self.possible } else { &mut self.all };
        claims.push(claim);
    }

    fn read(&mut self, line: &Line<'_>) -> Option<Claim> {
        let [kind, name, app, stage, id, source, place, flags] = line.fields;
        let (_, kind, folds) = *self.kinds.iter().find(|(called, ..)| *called == kind)?;
        let source = Source::parse(source)?;
        let unescape = |field| if line.escaped { unescaped(field) } else { Cow::Borrowed(field) };
        let folded = if folds { lower(&unescape(name)) } else { None };
        let Self { texts, last, .. } = self;
        let mut values = [Text::EMPTY; 5];
        for ((value, last), field) in values.iter_mut().zip(last).zip([name, app, stage, id, place])
        {
            *value = texts.add_after(*last, &unescape(field));
            if !value.is_empty() {
                *last = *value;
            }
        }
        let [name, app, stage, id, place] = values;
        Some(Claim {
            kind,
            name,
            folded: folded.map_or(name, |folded| self.texts.add(&folded)),
            app,
            stage,
            id,
            source,
            place,
            retained: flags.contains('r'),
            deleting: flags.contains('d'),
            possible: flags.contains('p'),
            is_of_2: flags.contains('2'),
        })
    }
}

/// The fields of a line; what is behind the last is left out.
#[derive(Default)]
struct Line<'a> {
    fields: [&'a str; 8],
    count: usize,
    escaped: bool,
}

impl<'a> Line<'a> {
    fn push(&mut self, text: &'a str) {
        if let Some(field) = self.fields.get_mut(self.count) {
            *field = text;
        }
        self.count = self.count.saturating_add(1);
    }
}

/// The text without capitals, where it has any.
fn lower(text: &str) -> Option<String> {
    text.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| text.to_ascii_lowercase())
}

/// The form in which names of the kind are one: some are compared without case.
pub(crate) fn folded(kind: Kind, name: &str) -> Cow<'_, str> {
    let lowered = if kind.spec().folds_case { lower(name) } else { None };
    lowered.map_or(Cow::Borrowed(name), Cow::Owned)
}

fn unescaped(field: &str) -> Cow<'_, str> {
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
