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
}

fn main() -> Result<(), serde_json::Error> {
    let kinds = Kind::ALL.iter();
    let kinds = kinds.map(|kind| Row { spec: kind.spec(), listing: kind.listing() }).collect();
    let (alchemy, alchemy2) = (&ALCHEMY, &ALCHEMY_2);
    let (unmodelled, unmodelled2) = (unmodelled().collect(), unmodelled2().collect());
    let (codes, effect) = (&CODES, EFFECT);
    let catalogue = Catalogue { kinds, unmodelled, unmodelled2, codes, alchemy, alchemy2, effect };
    serde_json::to_writer(std::io::stdout().lock(), &catalogue)
}
