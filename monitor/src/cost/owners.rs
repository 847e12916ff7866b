//! Whose a resource is, by the claims of all states and programs.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::Kind;
use serde::Deserialize;

use super::report::Claimant;
use crate::claim::{Claims, Source, folded};
use crate::texts::{Map, Set, Text};

/// What Cloudflare knows a resource by, beside its name.
#[derive(Debug, Clone, Deserialize)]
pub struct Known {
    /// The kind, as the catalogue calls it.
    pub kind: String,
    /// What the analytics call it.
    pub id: String,
    /// The physical name.
    pub name: String,
}

/// A resource as the analytics tell it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Resource {
    pub kind: Kind,
    /// The physical name; the id where nothing tells the name.
    pub name: String,
    /// The jurisdiction of a bucket; empty for the default one.
    pub place: String,
}

/// Who has claimed what.
pub(super) struct Owners<'a> {
    claims: &'a Claims,
    /// By what the states say.
    rows: Map<(Kind, Text, Text), BTreeSet<Claimant>>,
    /// The names in it, wherever they are.
    deployed: Set<(Kind, Text)>,
    /// By what the programs say, which do not tell where a bucket is.
    declared: Map<(Kind, Text), BTreeSet<Claimant>>,
    names: BTreeMap<(Kind, &'a str), &'a str>,
}

impl<'a> Owners<'a> {
    pub fn new(claims: &'a Claims, known: &'a [Known]) -> Self {
        let mut owners = Self {
            claims,
            rows: Map::default(),
            deployed: Set::default(),
            declared: Map::default(),
            names: known
                .iter()
                .filter_map(|one| Some(((Kind::parse(&one.kind)?, one.id.as_str()), &*one.name)))
                .collect(),
        };
        for claim in &claims.all {
            let claimant = Claimant {
                app: claims.texts.get(claim.app).to_owned(),
                stage: (!claim.stage.is_empty()).then(|| claims.texts.get(claim.stage).to_owned()),
            };
            let place = if has_places(claim.kind) { claim.place } else { Text::EMPTY };
            let name = (claim.kind, claim.folded);
            let of = match claim.source {
                Source::Account => continue,
                Source::State => {
                    owners.deployed.insert(name);
                    owners.rows.entry((claim.kind, claim.folded, place)).or_default()
                }
                Source::Source => owners.declared.entry(name).or_default(),
            };
            of.insert(claimant);
        }
        owners
    }

    /// The resource that the analytics call `key`.
    pub fn resource(&self, kind: Kind, key: &str) -> Resource {
        let (place, key) = placed(kind, key);
        let name =
            if has_places(kind) { key } else { self.names.get(&(kind, key)).unwrap_or(&key) };
        Resource { kind, name: (*name).to_owned(), place: place.to_owned() }
    }

    /// The stages that the states have.
    pub fn stages(&self) -> BTreeSet<Claimant> {
        let all = self.rows.values().flatten();
        all.filter(|claimant| claimant.stage.is_some()).cloned().collect()
    }

    /// Who has claimed it: nobody where it is unknown whose it is.
    pub fn of(&self, resource: &Resource) -> Vec<Claimant> {
        let texts = &self.claims.texts;
        let name = texts.find(&folded(resource.kind, &resource.name));
        let found = name.map(|name| {
            let place = texts.find(&resource.place);
            let row = place.and_then(|place| self.rows.get(&(resource.kind, name, place)));
            // One of the same name in another jurisdiction is another's.
            let is_new = !self.deployed.contains(&(resource.kind, name));
            row.or_else(|| self.declared.get(&(resource.kind, name)).filter(|_| is_new))
        });
        found.flatten().into_iter().flatten().cloned().collect()
    }
}

/// Whether one name can be in several jurisdictions.
fn has_places(kind: Kind) -> bool {
    !places_of(kind).is_empty()
}

/// The jurisdictions that have lists of their own.
fn places_of(kind: Kind) -> &'static [&'static str] {
    kind.listing().map_or(&[], |listing| listing.jurisdictions)
}

/// The analytics write `eu_files` for the bucket `files` in the jurisdiction `eu`. No name has an underscore.
fn placed(kind: Kind, key: &str) -> (&str, &str) {
    let parts = key.split_once('_');
    parts.filter(|(place, _)| places_of(kind).contains(place)).unwrap_or(("", key))
}
