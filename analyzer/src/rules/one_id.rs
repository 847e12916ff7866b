//! Two resources of different kinds that one stack of Alchemy 2 declares under one id.

use alch_blocks::Kind;

use super::found::Found;
use crate::declarations::{Declaration, Program};
use crate::version::Version;

pub(super) fn duplicates(program: &Program<'_>) -> Vec<Found> {
    // Of a class there is no row, and what some stages do not have may take turns.
    let has_row = |one: &&Declaration| {
        one.version == Version::V2 && one.kind != Kind::DurableObject && one.is_everywhere
    };
    let all: Vec<_> = program.declarations.iter().filter(has_row).collect();
    let mut found = Vec::new();
    for (order, second) in all.iter().enumerate() {
        let is_twin = |first: &&&Declaration| {
            first.kind != second.kind
                && program.is_same_app(first, second) == Some(true)
                && second.id.is_some()
                && first.identity == second.identity
        };
        if let Some(first) = all.iter().take(order).find(is_twin) {
            let place = program.place(first.places.file, first.places.call);
            let message = format!(
                "the {} at {place} has the id {} already: Alchemy 2 ignores this {}",
                first.kind.noun(),
                second.shown(),
                second.kind.noun()
            );
            let help = "give one of them another id";
            found.push(Found::of(second, second.places.id, message, help.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::messages2;

    #[test]
    fn one_id_for_two_kinds_is_found() {
        let found = |text: &str| messages2("duplicate-name", text);
        let bucket = "yield* Cloudflare.R2.Bucket(\"x\");";
        let queue = "yield* Cloudflare.Queues.Queue(\"x\");";
        let message = "the bucket at alchemy.run.ts:10 has the id `x` already: Alchemy 2 ignores this \
                       queue";
        assert_eq!(found(&[bucket, "\n", queue].concat()), [message]);
        let each = "for (const make of [Cloudflare.R2.Bucket, Cloudflare.Queues.Queue]) \
                    yield* make(\"x\");";
        assert_eq!(found(each), [message]);
        for fine in [
            [bucket, bucket].concat(),
            [bucket, &queue.replace("x", "y")].concat(),
            format!("if (stage === \"a\") {bucket} else {queue}"),
        ] {
            assert!(found(&fine).is_empty(), "{fine}");
        }
    }
}
