//! Prints the report on the files that are given: `cargo run --example report -- a.ts b.ts`.

fn main() {
    let facts: Vec<String> = std::env::args()
        .skip(1)
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            Some(alch_blocks_analyzer::parse(&path, &text))
        })
        .collect();
    println!("{}", alch_blocks_analyzer::link(&facts, r#"{"stages":["prod","pr-1"]}"#));
}
