//! Whose a resource is, by the claims of all states and programs.

use std::collections::{BTreeMap, BTreeSet};

use alch_blocks::Kind;
use serde::Deserialize;

use super::report::Claimant;
use crate::claim::{Claims, Source, folded};
use crate::texts::{Map, Text};

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
    /// By what the programs say, which do not tell where a bucket is.
    declared: Map<(Kind, Text), BTreeSet<Claimant>>,
    names: BTreeMap<(Kind, &'a str), &'a str>,
}

impl<'a> Owners<'a> {
    pub fn new(claims: &'a Claims, known: &'a [Known]) -> Self {
        let mut owners = Self {
            claims,
            rows: Map::default(),
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
            let of = match claim.source {
                Source::Account => continue,
                Source::State => owners.rows.entry((claim.kind, claim.folded, place)).or_default(),
                Source::Source => owners.declared.entry((claim.kind, claim.folded)).or_default(),
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

    /// Who has claimed it: nobody where it is unknown whose it is.
    pub fn of(&self, resource: &Resource) -> Vec<Claimant> {
        let texts = &self.claims.texts;
        let found = texts.find(&folded(resource.kind, &resource.name)).map(|name| {
            let row = texts.find(&resource.place);
            let rows = row.and_then(|place| self.rows.get(&(resource.kind, name, place)));
            rows.or_else(|| self.declared.get(&(resource.kind, name)))
        });
        found.flatten().into_iter().flatten().cloned().collect()
    }
}

/// Whether one name can be in several jurisdictions.
fn has_places(kind: Kind) -> bool {
    !kind.spec().listing.jurisdictions.is_empty()
}

/// The analytics write `eu_files` for the bucket `files` in the jurisdiction `eu`. No name has an underscore.
fn placed(kind: Kind, key: &str) -> (&str, &str) {
    let parts = key.split_once('_');
    parts
        .filter(|(place, _)| kind.spec().listing.jurisdictions.contains(place))
        .unwrap_or(("", key))
}
