//! All claims together: which are of one name, which stages and base names there are.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use alch_blocks::{Kind, stage_slug};
use serde::{Deserialize, Serialize};

use crate::claim::{Claim, Claims, Source};
use crate::groups::Groups;
use crate::hosts::Hosts;
use crate::texts::{Map, Set, Text};

/// What was asked, and what could not be read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Which sources were asked.
    pub asked: Vec<Source>,
    /// What could not be read of them.
    pub unknown: Vec<Unknown>,
    /// Stages that are known otherwise than by claims.
    pub stages: Vec<String>,
    /// The stages that have a row of their own in the scope of their app.
    pub armed: Vec<ArmedStage>,
    /// The apps that have programs here, and no state.
    pub unread: Vec<String>,
    /// What programs name in a way that their text does not tell.
    pub undecided: Vec<Undecided>,
    /// Whether some programs of the workspace were left out.
    pub partial: bool,
    /// Domains, routes and certificates.
    pub hosts: Hosts,
    /// The Workers of the states that have cron triggers, in the account that is looked at.
    pub crons: Vec<Crons>,
    /// Whose limits hold.
    pub plan: Plan,
}

/// A Worker with cron triggers.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Crons {
    /// The script.
    pub script: String,
    /// How many.
    pub used: u64,
}

/// A stage that the deploy of another stage deletes.
#[derive(Debug, Clone, Deserialize)]
pub struct ArmedStage {
    /// The app.
    pub app: String,
    /// The stage.
    pub stage: String,
}

/// A kind of which an app has a name that cannot be told: it may be any.
#[derive(Debug, Clone, Deserialize)]
pub struct Undecided {
    /// The app.
    pub app: String,
    /// The kind.
    pub kind: String,
}

/// A listing that failed; of all kinds where `kind` is none, of all places where `place` is none.
#[derive(Debug, Clone, Deserialize)]
pub struct Unknown {
    /// Who was asked.
    pub source: Source,
    /// What for.
    pub kind: Option<String>,
    /// Where, as claims say it.
    #[serde(default)]
    pub place: Option<String>,
}

/// Cloudflare's plans, as far as limits differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// Workers Free.
    Free,
    /// Workers Paid.
    #[default]
    Paid,
}

/// What is one resource at Cloudflare: kind, name and place.
pub(crate) type Key = (Kind, Text, Text);

/// What is one resource of a program: kind, app, stage and id.
pub(crate) type Owner = (Kind, Text, Text, Text);

pub(crate) fn owner(claim: &Claim) -> Owner {
    (claim.kind, claim.app, claim.stage, claim.id)
}

/// A base name of a kind, as names of the kind are compared.
type Base<'a> = (Kind, &'a str);

/// Stages that any program may have, and pull requests'.
const USUAL: [&str; 5] = ["prod", "production", "staging", "preview", "dev"];

/// How a name is read: `base-slug`.
pub(crate) struct Reading<'a> {
    /// The stage as its user names it, where that is known.
    pub stage: &'a str,
    /// Whether the base name is one of ours.
    pub ours: bool,
}

pub(crate) struct World<'a> {
    pub claims: &'a Claims,
    pub options: &'a Options,
    /// The claims of each resource, in the order in which they came.
    pub names: Groups<'a, Key>,
    /// The rows of each resource of a program.
    pub deployed: Groups<'a, Owner>,
    /// The possible claims of each kind and name.
    possible: Groups<'a, (Kind, Text)>,
    /// Of each base name the first claim in the order of `order`.
    bases: Map<Base<'a>, &'a Claim>,
    /// The stages, as their users name them.
    raw: Set<&'a str>,
    /// Slugs of stages, to the stages.
    stages: Map<String, String>,
    /// The same for the way in which Alchemy's own names and people's spell a stage.
    spellings: Map<String, String>,
    /// The stages of claims, to their slugs.
    slugs: Map<Text, String>,
    asked: Set<Source>,
    unknown: Vec<(Source, Option<Kind>, Option<&'a str>)>,
}

impl<'a> World<'a> {
    pub fn new(claims: &'a Claims, options: &'a Options) -> Self {
        let deployed =
            Groups::of(&claims.all, |claim| (claim.source == Source::State).then(|| owner(claim)));
        let names = Groups::of(&claims.all, |claim| {
            Some((claim.kind, claim.folded, place(claims, &deployed, claim)?))
        });
        let possible = Groups::of(&claims.possible, |claim| Some((claim.kind, claim.folded)));
        let mut world = Self {
            claims,
            options,
            names,
            deployed,
            possible,
            bases: Map::default(),
            raw: Set::default(),
            stages: Map::default(),
            spellings: Map::default(),
            slugs: Map::default(),
            asked: options.asked.iter().copied().collect(),
            unknown: options.unknown.iter().filter_map(unknown).collect(),
        };
        for stage in &options.stages {
            world.know_stage(stage);
        }
        for claim in &claims.all {
            world.note(claim);
        }
        world
    }

    fn note(&mut self, claim: &'a Claim) {
        if !claim.stage.is_empty() && !self.slugs.contains_key(&claim.stage) {
            let slug = self.know_stage(self.claims.texts.get(claim.stage));
            self.slugs.insert(claim.stage, slug);
        }
        if claim.source != Source::Account {
            self.note_base(claim);
        }
    }

    fn know_stage(&mut self, stage: &'a str) -> String {
        let Ok(slug) = stage_slug(stage) else { return String::new() };
        self.raw.insert(stage);
        // Two stages of one slug do not exist, but for the hash of 40 bits.
        self.stages.entry(slug.clone()).or_insert_with(|| stage.to_owned());
        let spelled = spelling(stage);
        if spelled != slug && spelled.bytes().any(|byte| byte != b'-') {
            let known = self.spellings.entry(spelled).or_insert_with(|| stage.to_owned());
            // Several can be spelled alike; the order in which they came must not matter.
            if stage < known.as_str() {
                stage.clone_into(known);
            }
        }
        slug
    }

    fn note_base(&mut self, claim: &'a Claim) {
        let Some((base, _)) = self.own_reading(claim) else { return };
        let base = (claim.kind, base);
        let texts = self.claims;
        let first = self.bases.entry(base).or_insert(claim);
        if order(texts, claim, first) == Ordering::Less {
            *first = claim;
        }
    }

    /// The base name and the slug in a claim's name, where its own stage is in it.
    pub fn own_reading(&self, claim: &Claim) -> Option<(&'a str, &str)> {
        if claim.kind == Kind::DurableObject {
            return None;
        }
        let slug = self.slugs.get(&claim.stage).filter(|slug| !slug.is_empty())?;
        let base = self.claims.texts.get(claim.folded).strip_suffix(slug.as_str())?;
        Some((base.strip_suffix('-').filter(|base| !base.is_empty())?, slug))
    }

    /// The programs that would name a resource so, if they were deployed in the stage.
    pub fn possible(&self, kind: Kind, name: Text) -> &[&'a Claim] {
        self.possible.get(&(kind, name))
    }

    /// The programs whose base name a name begins with, in any stage.
    pub fn possible_in_any_stage<'b>(
        &'b self,
        kind: Kind,
        name: &'b str,
    ) -> impl Iterator<Item = &'a Claim> + 'b {
        let bases = name.match_indices('-').filter_map(move |(at, _)| name.get(..at));
        let known = bases.filter_map(|base| self.claims.texts.find(base));
        let claims = known.flat_map(move |base| self.possible.get(&(kind, base)));
        claims.copied().filter(|claim| claim.stage.is_empty())
    }

    /// The apps that have a name of a kind that cannot be told.
    pub fn undecided(&self, kind: Kind) -> impl Iterator<Item = &'a str> {
        let of_kind = self.options.undecided.iter().filter(move |one| one.kind == kind.as_str());
        of_kind.map(|one| one.app.as_str())
    }

    /// Who has a base name, given as it is compared: the first in the order of [`order`].
    pub fn owner_of(&self, kind: Kind, base: &str) -> Option<&'a Claim> {
        self.bases.get(&(kind, base)).copied()
    }

    /// The stage that stands in a name: at the end, that with a base name of ours first, and then
    /// the longest; else in front.
    pub fn reading<'b>(&'b self, kind: Kind, name: &'b str) -> Option<Reading<'b>> {
        // As long as the name, so that places in one are places in the other.
        let spelled = name.to_ascii_lowercase().replace('_', "-");
        let mut best = None;
        for (base, slug) in cuts(name, &spelled).filter(|(base, _)| !base.0.is_empty()) {
            // Blocks put a hyphen before the stage; what has something else there is another's.
            let hyphen = name.as_bytes().get(base.0.len()) == Some(&b'-');
            let ours = hyphen && self.owner_of(kind, base.0).is_some();
            let known = self.stage_called(slug);
            let usual = || (ours && is_usual(slug.0)).then_some(slug.0);
            let Some(stage) = known.or_else(usual) else { continue };
            if ours {
                return Some(Reading { stage, ours });
            }
            best = best.or(Some(Reading { stage, ours }));
        }
        best.or_else(|| {
            let heads = cuts(name, &spelled).filter(|(_, rest)| !rest.0.is_empty());
            let stages = heads.filter_map(|(head, _)| self.stage_called(head));
            Some(Reading { stage: stages.last()?, ours: false })
        })
    }

    /// The stage that is called so in names: by its slug, as its user names it, or as it is spelled
    /// otherwise.
    fn stage_called(&self, (written, spelled): Part<'_, '_>) -> Option<&str> {
        let slug = |slug| self.stages.get(slug).map(String::as_str);
        slug(written)
            .or_else(|| self.raw.get(written).copied())
            .or_else(|| slug(spelled))
            .or_else(|| self.spellings.get(spelled).map(String::as_str))
    }

    /// Whether the source gives a row the name that it has.
    pub fn is_declared(&self, row: &Claim) -> bool {
        let claims = self.names.get(&(row.kind, row.folded, row.place));
        claims.iter().any(|claim| claim.source == Source::Source && claim.is_same_owner(row))
    }

    pub fn text(&self, text: Text) -> &'a str {
        self.claims.texts.get(text)
    }

    /// Whether all that `source` has of a kind is among the claims.
    pub fn is_complete(&self, source: Source, kind: Kind) -> bool {
        self.lacks(source, kind).next().is_none()
    }

    /// Whether all that `source` has of a kind in a place is among the claims.
    pub fn is_complete_in(&self, source: Source, kind: Kind, place: Text) -> bool {
        let place = self.text(place);
        self.lacks(source, kind).all(|lacking| lacking.is_some_and(|lacking| lacking != place))
    }

    /// The places where it is not known what `source` has of a kind; none for all of them.
    fn lacks(&self, source: Source, kind: Kind) -> impl Iterator<Item = Option<&'a str>> {
        let is_asked = self.asked.contains(&source);
        let is_listed = source != Source::Account || kind.listing().is_some();
        let unasked = (!is_asked || !is_listed).then_some(None);
        let unknown = self
            .unknown
            .iter()
            .filter(move |(from, of, _)| *from == source && of.is_none_or(|of| of == kind));
        unasked.into_iter().chain(unknown.map(|(.., place)| *place))
    }

    /// The stages that are known, as their users name them.
    pub fn stages(&self) -> BTreeSet<&'a str> {
        self.slugs.keys().map(|stage| self.claims.texts.get(*stage)).collect()
    }
}

/// Where a claim's resource is. None for a declaration of what the stage does not have: many are
/// made in some stages alone, under a condition that is not known here.
fn place(claims: &Claims, deployed: &Groups<'_, Owner>, claim: &Claim) -> Option<Text> {
    if claim.source != Source::Source {
        return Some(claim.place);
    }
    // The source does not say where it is, and it stays where it is deployed. A replaced resource
    // has a row for each name, and maybe place.
    let likeliest = deployed.get(&owner(claim)).iter().min_by(|one, other| {
        let rank = |row: &Claim| (row.folded != claim.folded, row.deleting);
        rank(one).cmp(&rank(other)).then_with(|| order(claims, one, other))
    });
    likeliest.map(|row| row.place)
}

/// As Alchemy spells a stage in names of its own: what is no letter, digit, `_` or `-` is replaced,
/// each UTF-16 unit by a hyphen. Case and underscores are left aside, since people change them.
fn spelling(stage: &str) -> String {
    let mut spelled = String::with_capacity(stage.len());
    for character in stage.chars() {
        if character.is_ascii_alphanumeric() {
            spelled.push(character.to_ascii_lowercase());
        } else {
            spelled.extend(std::iter::repeat_n('-', character.len_utf16()));
        }
    }
    spelled
}

/// A part of a name, as it is written and as stages are spelled.
type Part<'a, 'b> = (&'a str, &'b str);

/// Every way to cut a name in two at a hyphen or underscore, the longest second part first.
fn cuts<'a, 'b>(
    name: &'a str,
    spelled: &'b str,
) -> impl Iterator<Item = (Part<'a, 'b>, Part<'a, 'b>)> {
    spelled.match_indices('-').filter_map(move |(at, _)| {
        let rest = at.saturating_add(1)..;
        Some(((name.get(..at)?, spelled.get(..at)?), (name.get(rest.clone())?, spelled.get(rest)?)))
    })
}

fn unknown(listing: &Unknown) -> Option<(Source, Option<Kind>, Option<&str>)> {
    let kind = match &listing.kind {
        None => None,
        Some(kind) => Some(Kind::parse(kind)?),
    };
    Some((listing.source, kind, listing.place.as_deref()))
}

/// Whether a slug that no claim has is a stage nevertheless, at the end of a name of ours.
fn is_usual(slug: &str) -> bool {
    let number = slug.strip_prefix("pr-").unwrap_or_default();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number || USUAL.contains(&slug)
}

/// An order of claims that does not depend on when they came.
pub(crate) fn order(claims: &Claims, one: &Claim, other: &Claim) -> Ordering {
    let text = |field: fn(&Claim) -> Text| {
        claims.texts.get(field(one)).cmp(claims.texts.get(field(other)))
    };
    text(|claim| claim.app)
        .then_with(|| text(|claim| claim.stage))
        .then_with(|| text(|claim| claim.id))
        .then_with(|| text(|claim| claim.name))
        .then_with(|| text(|claim| claim.place))
        .then_with(|| (one.source, one.kind).cmp(&(other.source, other.kind)))
}
