//! Rules that no price may break: what breaks one is left out, and said.
//!
//! Published lists hold prices of zero, spot prices above those on demand, and slips of the decimal point. A plan that trusts
//! one of them is worse than a plan without it.

use std::collections::BTreeMap;
use std::fmt;

use units::{HourlyPrice, Money};

use crate::{Machine, Prices};

/// A price this many times above or below the median of its type's regions is a slip.
pub const OUTLIER_TIMES: i64 = 5;
/// A median of fewer regions says nothing.
const FEWEST_REGIONS: usize = 3;

/// An offer before it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is.
    pub machine: Machine,
    /// Where.
    pub region: String,
    /// Its prices.
    pub prices: Prices,
    /// Line of the file that it was read from.
    pub line: u64,
}

/// A price that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Type.
    pub machine: String,
    /// Region.
    pub region: String,
    /// Line of the file.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// Why a price was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is free.
    NotPositive {
        /// The way to buy it.
        purchase: crate::Purchase,
    },
    /// Spare capacity is never dearer.
    SpotAboveOnDemand {
        /// Spot price.
        spot: HourlyPrice,
        /// Price on demand.
        on_demand: HourlyPrice,
    },
    /// Too far from the other regions.
    Outlier {
        /// The price.
        price: HourlyPrice,
        /// Median of the type.
        median: HourlyPrice,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            machine,
            region,
            line,
            reason,
        } = self;
        write!(f, "line {line}: {machine} in {region}: {reason}")
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPositive {
                purchase: crate::Purchase::Spot,
            } => f.write_str("the spot price is not above zero; taken without"),
            Self::NotPositive { .. } => f.write_str("the price is not above zero; left out"),
            Self::SpotAboveOnDemand { spot, on_demand } => {
                write!(
                    f,
                    "spot at {spot} is above {on_demand} on demand; taken without spot"
                )
            }
            Self::Outlier { price, median } => {
                write!(
                    f,
                    "{price} is more than {OUTLIER_TIMES} times off {median}, the median of its regions; left out"
                )
            }
        }
    }
}

/// Takes what keeps the rules; with what was refused, in the order of the offers.
pub fn screen(drafts: Vec<Draft>) -> (Vec<Draft>, Vec<Refusal>) {
    let medians = medians(&drafts);
    let mut taken = Vec::with_capacity(drafts.len());
    let mut refused = Vec::new();
    for mut draft in drafts {
        let mut refuse = |draft: &Draft, reason| {
            refused.push(Refusal {
                machine: draft.machine.name.clone(),
                region: draft.region.clone(),
                line: draft.line,
                reason,
            });
        };
        if let Some(reason) = worthless(&draft, &medians) {
            refuse(&draft, reason);
            continue;
        }
        if let Some(reason) = doubtful_spot(&draft.prices) {
            refuse(&draft, reason);
            draft.prices.spot = None;
        }
        taken.push(draft);
    }
    (taken, refused)
}

fn is_positive(price: HourlyPrice) -> bool {
    price.an_hour() > Money::ZERO
}

fn worthless(draft: &Draft, medians: &BTreeMap<String, i64>) -> Option<Reason> {
    let price = draft.prices.on_demand?;
    if !is_positive(price) {
        return Some(Reason::NotPositive {
            purchase: crate::Purchase::OnDemand,
        });
    }
    let median = *medians.get(&draft.machine.name)?;
    let nanos = price.an_hour().nanos();
    let is_far = nanos > median.saturating_mul(OUTLIER_TIMES)
        || nanos.saturating_mul(OUTLIER_TIMES) < median;
    is_far.then(|| Reason::Outlier {
        price,
        median: HourlyPrice::new(Money::from_nanos(median)),
    })
}

fn doubtful_spot(prices: &Prices) -> Option<Reason> {
    let spot = prices.spot?;
    if !is_positive(spot) {
        return Some(Reason::NotPositive {
            purchase: crate::Purchase::Spot,
        });
    }
    let on_demand = prices.on_demand?;
    (spot > on_demand).then_some(Reason::SpotAboveOnDemand { spot, on_demand })
}

/// The median price of each type that enough regions have; the lower one of two in the middle.
fn medians(drafts: &[Draft]) -> BTreeMap<String, i64> {
    let mut prices: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for draft in drafts {
        let price = draft.prices.on_demand.filter(|&price| is_positive(price));
        if let Some(price) = price {
            prices
                .entry(&draft.machine.name)
                .or_default()
                .push(price.an_hour().nanos());
        }
    }
    prices.retain(|_, known| known.len() >= FEWEST_REGIONS);
    prices
        .into_iter()
        .map(|(name, mut known)| {
            known.sort_unstable();
            (name.to_owned(), known[(known.len() - 1) / 2])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn price(nanos: i64) -> HourlyPrice {
        HourlyPrice::new(Money::from_nanos(nanos))
    }

    fn draft(region: &str, on_demand: i64, spot: Option<i64>) -> Draft {
        Draft {
            machine: Machine {
                name: "c5.large".into(),
                vcpus: Some(2),
                memory: None,
                accelerators: None,
            },
            region: region.into(),
            prices: Prices {
                on_demand: Some(price(on_demand)),
                spot: spot.map(price),
                ..Prices::default()
            },
            line: 2,
        }
    }

    #[test]
    fn each_rule_says_what_it_refused() {
        let drafts = vec![
            draft("a", 100, Some(50)),
            draft("b", 0, Some(0)),
            draft("c", 110, Some(120)),
            draft("d", 90, Some(0)),
            draft("e", 600, None),
            draft("f", 17, None),
        ];
        let (taken, refused) = screen(drafts);
        let regions: Vec<&str> = taken.iter().map(|draft| draft.region.as_str()).collect();
        assert_eq!(regions, ["a", "c", "d"]);
        assert_eq!(taken[0].prices.spot, Some(price(50)));
        assert_eq!(taken[1].prices.spot, None);
        let said: Vec<String> = refused.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "line 2: c5.large in b: the price is not above zero; left out",
                "line 2: c5.large in c: spot at 0.00000012 USD/h is above 0.00000011 USD/h on demand; taken without spot",
                "line 2: c5.large in d: the spot price is not above zero; taken without",
                "line 2: c5.large in e: 0.0000006 USD/h is more than 5 times off 0.0000001 USD/h, the median of its regions; left out",
                "line 2: c5.large in f: 0.000000017 USD/h is more than 5 times off 0.0000001 USD/h, the median of its regions; left out",
            ]
        );
    }

    #[test]
    fn two_regions_have_no_median_and_an_unknown_price_is_kept_unknown() {
        let mut unknown = draft("c", 1, None);
        unknown.prices.on_demand = None;
        let (taken, refused) = screen(vec![draft("a", 100, None), draft("b", 900, None), unknown]);
        assert_eq!((taken.len(), refused.len()), (3, 0));
        assert_eq!(taken[2].prices.on_demand, None);
    }

    proptest! {
        #[test]
        fn what_is_taken_keeps_every_rule(prices in prop::collection::vec((-5_i64..3_000, prop::option::of(-5_i64..3_000)), 0..30)) {
            let drafts = prices.iter().map(|&(price, spot)| draft("r", price, spot)).collect();
            let (taken, refused) = screen(drafts);
            prop_assert!(taken.len() <= prices.len() && taken.len() + refused.len() >= prices.len());
            for draft in &taken {
                let on_demand = draft.prices.on_demand.unwrap();
                prop_assert!(is_positive(on_demand));
                if let Some(spot) = draft.prices.spot {
                    prop_assert!(is_positive(spot) && spot <= on_demand);
                }
            }
        }
    }
}
