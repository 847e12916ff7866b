//! The price list: what each meter costs, from which day on.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// What Cloudflare publishes, with the day from which it counts.
const LIST: &str = include_str!("prices.json");

/// All generations of all prices. Days are written as `2026-10-31`, so they compare as texts.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Prices {
    /// The month of Cloudflare's pages that they come from.
    #[serde(rename = "asOf")]
    pub as_of: String,
    subscription: Vec<Subscription>,
    meters: BTreeMap<String, Vec<Price>>,
}

/// What the paid plan costs in a month.
#[derive(Debug, Clone, Deserialize)]
struct Subscription {
    from: String,
    #[serde(deserialize_with = "dollars")]
    price: u64,
}

/// One generation of a price.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Price {
    /// The first day.
    pub from: String,
    /// The first day on which it no longer counts, where nothing follows.
    until: Option<String>,
    /// How many units a month has for nothing.
    pub included: u64,
    /// For how many units `price` is.
    pub per: u64,
    /// In millionths of a dollar.
    #[serde(deserialize_with = "dollars")]
    pub price: u64,
    /// Whether a part of `per` costs as much as a whole one.
    #[serde(default)]
    pub rounds_up: bool,
    /// How many units a day may have on the free plan.
    pub free_per_day: Option<u64>,
}

impl Prices {
    /// The list that is shipped. Nothing only if it is no list, which a test excludes.
    pub fn shipped() -> Option<Self> {
        serde_json::from_str(LIST).ok()
    }

    /// The prices of a meter, each with the days on which it counts.
    pub fn of<'a>(&'a self, meter: &str, days: &'a [String]) -> Vec<(&'a Price, Vec<&'a str>)> {
        let all = self.meters.get(meter).map(Vec::as_slice).unwrap_or_default();
        let mut next = all.iter().skip(1).map(|price| price.from.as_str());
        let ends = all.iter().map(|price| price.until.as_deref().or(next.next()));
        let segments = all.iter().zip(ends.collect::<Vec<_>>()).map(|(price, end)| {
            let counts =
                |day: &&str| price.from.as_str() <= *day && end.is_none_or(|end| *day < end);
            (price, days.iter().map(String::as_str).filter(counts).collect::<Vec<_>>())
        });
        segments.filter(|(_, days)| !days.is_empty()).collect()
    }

    /// What the paid plan costs in a month that has such days, in millionths of a dollar.
    pub fn subscription(&self, days: &[String]) -> u64 {
        let last = days.iter().max();
        let mut known =
            self.subscription.iter().filter(|one| last.is_some_and(|day| one.from <= *day));
        known.next_back().map_or(0, |one| one.price)
    }

    #[cfg(test)]
    pub fn meters(&self) -> impl Iterator<Item = (&str, &[Price])> {
        self.meters.iter().map(|(id, prices)| (id.as_str(), prices.as_slice()))
    }
}

/// A price such as `0.015`, as millionths of a dollar.
fn dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    millionths(&text).ok_or_else(|| serde::de::Error::custom("no amount of dollars"))
}

const PLACES: usize = 6;

fn millionths(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || part.len() > PLACES {
        return None;
    }
    format!("{whole}{part:0<PLACES$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::meters::METERS;

    #[test]
    fn the_list_has_a_price_for_each_meter_and_no_other() {
        let prices = Prices::shipped();
        let mut listed: Vec<String> =
            prices.iter().flat_map(Prices::meters).map(|(id, _)| id.to_owned()).collect();
        let mut known: Vec<&str> = METERS.iter().map(|meter| meter.id).collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known);
    }

    #[test]
    fn generations_follow_one_another() {
        for (id, prices) in Prices::shipped().iter().flat_map(Prices::meters) {
            assert!(prices.is_sorted_by(|one, next| one.from < next.from), "{id}");
            assert!(prices.iter().all(|one| one.per > 0 && one.price > 0), "{id}");
        }
    }

    #[test]
    fn amounts_are_read_exactly() {
        for (text, expected) in [
            ("5", Some(5_000_000)),
            ("0.30", Some(300_000)),
            ("0.015", Some(15_000)),
            ("12.50", Some(12_500_000)),
            ("0.000001", Some(1)),
            ("0.0000001", None),
            (".5", None),
            ("-1", None),
            ("1e3", None),
            ("", None),
        ] {
            assert_eq!(millionths(text), expected, "{text}");
        }
    }
}
