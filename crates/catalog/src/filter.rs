//! Which offers are wanted.

use glob::{MatchOptions, Pattern};
use units::{Bytes, HourlyPrice};

use crate::{Cloud, Machine, Prices, Purchase};

/// Which offers are wanted; nothing said, all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this cloud.
    pub cloud: Option<Cloud>,
    /// In regions of this pattern.
    pub region: Option<Pattern>,
    /// Types of this pattern.
    pub machine: Option<Pattern>,
    /// Fewest virtual CPUs; a type of unknown size is not taken.
    pub min_vcpus: Option<u32>,
    /// Most virtual CPUs.
    pub max_vcpus: Option<u32>,
    /// Least memory.
    pub min_memory: Option<Bytes>,
    /// Accelerators.
    pub accelerator: Option<Wanted>,
    /// Highest price.
    pub max_price: Option<HourlyPrice>,
    /// With a known price for this way to buy, which is also what `max_price` limits.
    pub purchase: Option<Purchase>,
}

/// Accelerators that are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// None.
    Without,
    /// Of this pattern.
    Model(Pattern),
}

/// Names are compared whatever their case.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: false,
    require_literal_separator: false,
    require_literal_leading_dot: false,
};

impl Filter {
    /// Whether offers of this cloud may be wanted.
    pub fn takes_cloud(&self, cloud: Cloud) -> bool {
        self.cloud.is_none_or(|wanted| wanted == cloud)
    }

    /// Whether offers in this region may be wanted.
    pub fn takes_region(&self, region: &str) -> bool {
        matches(self.region.as_ref(), region)
    }

    /// Whether offers of this machine may be wanted.
    pub fn takes_machine(&self, machine: &Machine) -> bool {
        let least = self
            .min_vcpus
            .is_none_or(|least| machine.vcpus.is_some_and(|vcpus| vcpus >= least));
        let most = self
            .max_vcpus
            .is_none_or(|most| machine.vcpus.is_some_and(|vcpus| vcpus <= most));
        let memory = self
            .min_memory
            .is_none_or(|least| machine.memory.is_some_and(|memory| memory >= least));
        let accelerators = machine.accelerators.as_ref();
        let accelerator = match &self.accelerator {
            None => true,
            Some(Wanted::Without) => accelerators.is_none(),
            Some(Wanted::Model(pattern)) => {
                accelerators.is_some_and(|found| matches(Some(pattern), &found.model))
            }
        };
        least && most && memory && accelerator && matches(self.machine.as_ref(), &machine.name)
    }

    /// Whether these prices are wanted.
    pub fn takes_price(&self, prices: &Prices) -> bool {
        let price = match self.purchase {
            Some(Purchase::Spot) => prices.spot,
            Some(Purchase::Reserved) => prices.reserved,
            Some(Purchase::OnDemand) | None => prices.on_demand,
        };
        let known = self.purchase.is_none() || price.is_some();
        known
            && self
                .max_price
                .is_none_or(|most| price.is_some_and(|price| price <= most))
    }
}

fn matches(pattern: Option<&Pattern>, name: &str) -> bool {
    pattern.is_none_or(|pattern| pattern.matches_with(name, OPTIONS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Accelerators, Catalog};

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap()
    }

    /// A wish that changes the filter of all.
    fn wish(change: impl FnOnce(&mut Filter)) -> Filter {
        let mut filter = Filter::default();
        change(&mut filter);
        filter
    }

    #[test]
    fn each_wish_narrows() {
        let machine = Machine {
            name: "g5.2xlarge".into(),
            vcpus: Some(8),
            memory: Some("32 GiB".parse().unwrap()),
            accelerators: Some(Accelerators {
                model: "A10G".into(),
                thousandths: 1000,
            }),
        };
        let model = |text: &str| Some(Wanted::Model(pattern(text)));
        let cases = [
            (Filter::default(), true),
            (wish(|all| all.machine = Some(pattern("G5.*"))), true),
            (wish(|all| all.machine = Some(pattern("c5.*"))), false),
            (wish(|all| all.min_vcpus = Some(8)), true),
            (wish(|all| all.max_vcpus = Some(8)), true),
            (wish(|all| all.min_vcpus = Some(9)), false),
            (wish(|all| all.max_vcpus = Some(7)), false),
            (
                wish(|all| all.min_memory = Some("33 GiB".parse().unwrap())),
                false,
            ),
            (wish(|all| all.accelerator = Some(Wanted::Without)), false),
            (wish(|all| all.accelerator = model("a10*")), true),
            (wish(|all| all.accelerator = model("T4")), false),
        ];
        for (filter, expected) in cases {
            assert_eq!(filter.takes_machine(&machine), expected, "{filter:?}");
        }
        let unknown = Machine {
            vcpus: None,
            memory: None,
            ..machine
        };
        assert!(!wish(|all| all.min_vcpus = Some(1)).takes_machine(&unknown));
    }

    #[test]
    fn an_unknown_price_is_never_cheap() {
        let cheap = Filter {
            max_price: Some("1 USD/h".parse().unwrap()),
            ..Filter::default()
        };
        let spot = Filter {
            purchase: Some(Purchase::Spot),
            ..Filter::default()
        };
        let known = Prices {
            on_demand: Some("0.5 USD/h".parse().unwrap()),
            ..Prices::default()
        };
        assert!(cheap.takes_price(&known) && !spot.takes_price(&known));
        assert!(!cheap.takes_price(&Prices::default()));
        assert!(Filter::default().takes_price(&Prices::default()));
    }

    #[test]
    fn a_filter_over_the_shipped_catalog_finds_what_a_scan_finds() {
        let filter = Filter {
            cloud: Some(Cloud::Aws),
            region: Some(pattern("us-east-*")),
            machine: Some(pattern("c5.*")),
            max_price: Some("0.2 USD/h".parse().unwrap()),
            ..Filter::default()
        };
        let found: Vec<String> = Catalog::shipped()
            .offers(&filter)
            .map(|offer| format!("{} {}", offer.machine.name, offer.region))
            .collect();
        assert_eq!(
            found,
            [
                "c5.large us-east-1",
                "c5.large us-east-2",
                "c5.xlarge us-east-1",
                "c5.xlarge us-east-2"
            ]
        );
    }
}
