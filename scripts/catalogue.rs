//! Prints what the project generates from the core, as JSON: the catalogue of kinds, the codes of
//! refusals, and the versions of Alchemy that the guard knows. `scripts/generate.mjs` runs it.

use std::collections::BTreeMap;

use alch_blocks::{
    ALCHEMY, ALCHEMY_2, CODES, EFFECT, Kind, Listing, Spec, unmodelled, unmodelled2,
};
use serde::Serialize;

#[derive(Serialize)]
struct Catalogue {
    kinds: Vec<Row>,
    unmodelled: BTreeMap<&'static str, &'static str>,
    unmodelled2: BTreeMap<&'static str, &'static str>,
    codes: &'static [&'static str],
    alchemy: &'static [&'static str],
    alchemy2: &'static [&'static str],
    effect: &'static str,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    spec: &'static Spec,
    listing: Option<&'static Listing>,
    /// Of the row for Alchemy 2. The package does not carry it.
    converts: bool,
}

impl From<&Kind> for Row {
    fn from(kind: &Kind) -> Self {
        let spec = kind.spec();
        Self { spec, listing: kind.listing(), converts: spec.alchemy2.converts }
    }
}

fn main() -> Result<(), serde_json::Error> {
    let kinds = Kind::ALL.iter().map(Row::from).collect();
    let (alchemy, alchemy2) = (&ALCHEMY, &ALCHEMY_2);
    let (unmodelled, unmodelled2) = (unmodelled().collect(), unmodelled2().collect());
    let (codes, effect) = (&CODES, EFFECT);
    let catalogue = Catalogue { kinds, unmodelled, unmodelled2, codes, alchemy, alchemy2, effect };
    serde_json::to_writer(std::io::stdout().lock(), &catalogue)
}
