//! What usage costs: the account pays for what is over the included amount, and each part bears its share.
//!
//! All of it is whole numbers, so nothing is lost between the parts and the bill.

use super::meters::Meter;
use super::prices::Price;

/// How a month is counted.
pub(super) const MONTH: u128 = 30;

/// What was used on the days of one price, and how much of it costs something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    /// The days of the whole time that is looked at.
    pub window: usize,
    /// Those that have this price.
    pub days: usize,
    /// How many of what is added up make one unit.
    pub scale: u64,
    /// How many units a month has for nothing.
    pub included: u64,
    /// For how many units `price` is.
    pub per: u64,
    /// In millionths of a dollar.
    pub price: u64,
    /// Whether a part of `per` costs as much as a whole one.
    pub rounds_up: bool,
}

impl Segment {
    pub fn new(meter: &Meter, price: &Price, days: usize, window: usize) -> Self {
        let Price { included, per, price, rounds_up, .. } = *price;
        Self { window, days, scale: meter.scale, included, per, price, rounds_up }
    }

    /// What a month like these days costs, in millionths of a dollar.
    pub fn bill(&self, used: u128) -> u64 {
        // The usage of a month and what it has for nothing, both multiplied by the days that are looked at.
        let month = used.saturating_mul(MONTH);
        let included = self.units(self.included).saturating_mul(wide(self.days));
        let over = month.saturating_sub(included);
        if self.rounds_up {
            let blocks = over.div_ceil(self.block());
            return narrow(blocks.saturating_mul(u128::from(self.price)));
        }
        self.priced(over)
    }

    /// What the same costs where nothing is included.
    pub fn list(&self, used: u128) -> u64 {
        self.priced(used.saturating_mul(MONTH))
    }

    fn priced(&self, over: u128) -> u64 {
        let block = self.block();
        let half = block.checked_div(2).unwrap_or_default();
        let amount = over.saturating_mul(u128::from(self.price)).saturating_add(half);
        narrow(amount.checked_div(block).unwrap_or_default())
    }

    /// As much as has one price, multiplied by the days that are looked at; never nothing.
    fn block(&self) -> u128 {
        self.units(self.per).saturating_mul(wide(self.window)).max(1)
    }

    fn units(&self, number: u64) -> u128 {
        u128::from(number).saturating_mul(u128::from(self.scale))
    }
}

/// Divides an amount by the weights of its parts, so that they add up to it. What a division leaves goes to
/// the parts that were cut most; among equals, to the first.
pub(super) fn divided(amount: u64, weights: &[u128]) -> Vec<u64> {
    let weights = multipliable(weights);
    let sum = weights.iter().fold(0_u128, |sum, weight| sum.saturating_add(*weight));
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let shares = weights.iter().map(|weight| {
        let exact = u128::from(amount).saturating_mul(*weight);
        let whole = exact.checked_div(sum).unwrap_or_default();
        (narrow(whole), exact.checked_rem(sum).unwrap_or_default())
    });
    let shares: Vec<(u64, u128)> = shares.collect();
    let mut parts: Vec<u64> = shares.iter().map(|(whole, _)| *whole).collect();
    let given = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(*part));
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(shares.get(*at).map(|(_, rest)| *rest)));
    let left = usize::try_from(amount.saturating_sub(given)).unwrap_or(usize::MAX);
    for at in order.into_iter().take(left) {
        if let Some(part) = parts.get_mut(at) {
            *part = part.saturating_add(1);
        }
    }
    parts
}

/// Only the proportions of weights matter. So small ones can be multiplied by any amount.
fn multipliable(weights: &[u128]) -> Vec<u128> {
    let largest = weights.iter().copied().max().unwrap_or_default();
    let bits = u128::BITS.saturating_sub(largest.leading_zeros());
    let excess = bits.saturating_sub(u64::BITS);
    weights.iter().map(|weight| weight.checked_shr(excess).unwrap_or_default()).collect()
}

fn wide(number: usize) -> u128 {
    u128::try_from(number).unwrap_or(u128::MAX)
}

fn narrow(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may stop where it stands"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cost::meters::METERS;
    use crate::cost::prices::Prices;

    fn segment(included: u64, per: u64, price: u64, rounds_up: bool) -> Segment {
        Segment { window: 30, days: 30, scale: 1, included, per, price, rounds_up }
    }

    #[test]
    fn what_is_included_costs_nothing_and_the_next_costs() {
        let whole = segment(1_000_000, 1_000_000, 4_500_000, true);
        assert_eq!([whole.bill(1_000_000), whole.bill(1_000_001)], [0, 4_500_000]);
        let exact = segment(1_000_000, 1_000_000, 4_500_000, false);
        assert_eq!([exact.bill(1_000_000), exact.bill(1_000_001)], [0, 5]);
    }

    /// Cloudflare's example for logs, of which the analytics have nothing: 75 GB ingested and 20 GB-months.
    #[test]
    fn logs_cost_what_cloudflare_says() {
        let prices = Prices::shipped();
        let december = ["2026-12-01".to_owned()];
        let costs = [("log-ingestion", 75_u128), ("log-storage", 20)].map(|(id, used)| {
            let meter = METERS.iter().find(|meter| meter.id == id);
            let found = prices.as_ref().map(|prices| prices.of(id, &december));
            let (meter, found) = meter.zip(found).unwrap();
            Segment::new(meter, found[0].0, 30, 30).bill(used * u128::from(meter.scale))
        });
        assert_eq!(costs, [6_250_000, 800_000]);
    }

    #[test]
    fn a_short_time_counts_for_a_month() {
        let week = Segment { window: 7, days: 7, ..segment(10, 1, 1_000_000, false) };
        assert_eq!(week.bill(7), 20_000_000);
    }

    #[test]
    fn a_price_has_its_days_part_of_what_is_included() {
        let half = Segment { days: 15, ..segment(10, 1, 1_000_000, false) };
        assert_eq!([half.bill(5), half.bill(6)], [0, 1_000_000]);
    }

    #[test]
    fn what_cannot_be_divided_goes_to_the_parts_that_were_cut_most() {
        assert_eq!(divided(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(divided(10, &[5, 0, 1]), [8, 0, 2]);
        assert_eq!(divided(5, &[0, 0]), [0, 0]);
        assert_eq!(divided(5, &[]), [0_u64; 0]);
        assert_eq!(divided(u64::MAX, &[u128::MAX]), [u64::MAX]);
        assert_eq!(divided(u64::MAX, &[u128::MAX, 1, u128::MAX]).iter().sum::<u64>(), u64::MAX);
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_amount(
            amount: u64,
            weights in prop::collection::vec(any::<u128>(), 1..40),
        ) {
            let parts = divided(amount, &weights);
            let expected = if weights.iter().all(|weight| *weight == 0) { 0 } else { amount };
            prop_assert_eq!(parts.iter().sum::<u64>(), expected);
        }

        #[test]
        fn a_part_is_at_most_one_away_from_its_share(
            amount in 0..=u64::from(u32::MAX),
            weights in prop::collection::vec(1..=u128::from(u32::MAX), 1..40),
        ) {
            let sum: u128 = weights.iter().sum();
            for (part, weight) in divided(amount, &weights).into_iter().zip(&weights) {
                let low = u128::from(amount) * weight / sum;
                prop_assert!(u128::from(part) == low || u128::from(part) == low + 1);
            }
        }

        #[test]
        fn more_usage_never_costs_less(used in 0..u128::from(u64::MAX), rounds_up: bool) {
            let one = segment(1_000, 1_000, 12_500_000, rounds_up);
            prop_assert!(one.bill(used) <= one.bill(used + 1));
        }
    }
}
