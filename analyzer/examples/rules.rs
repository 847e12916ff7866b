//! Prints the table of rules as JSON. `scripts/generate.mjs` runs it.

fn main() {
    println!("{}", alch_blocks_analyzer::rules());
}
