//! Prints what the project generates from the core, as JSON: the catalogue of kinds and the codes of
//! refusals. `scripts/generate.mjs` runs it.

use alch_blocks::{CODES, Kind, Spec};
use serde::Serialize;

#[derive(Serialize)]
struct Catalogue {
    kinds: Vec<&'static Spec>,
    codes: &'static [&'static str],
}

fn main() -> Result<(), serde_json::Error> {
    let kinds = Kind::ALL.iter().map(|kind| kind.spec()).collect();
    serde_json::to_writer(std::io::stdout().lock(), &Catalogue { kinds, codes: &CODES })
}
