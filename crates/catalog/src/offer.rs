//! An offer: a machine that one can rent in a region, at prices of a day.

use units::{HourlyPrice, Share};

use crate::{Cloud, Machine, Source};

/// A machine that one can rent in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer<'a> {
    /// Who rents it.
    pub cloud: Cloud,
    /// What it is.
    pub machine: &'a Machine,
    /// Physical cores, where they were counted. Two virtual CPUs share a core on most machines.
    pub cores: Option<u32>,
    /// Where.
    pub region: &'a str,
    /// Its prices.
    pub prices: Prices,
    /// Where the price on demand was read.
    pub source: &'a Source,
    /// Where the spot price was read, and whether it is an estimate.
    pub spot_source: Option<&'a SpotSource>,
}

impl Offer<'_> {
    /// The price of a way to buy; unknown is `None`.
    pub fn price(&self, purchase: Purchase) -> Option<HourlyPrice> {
        match purchase {
            Purchase::OnDemand => self.prices.on_demand,
            Purchase::Spot => self.prices.spot,
            Purchase::Reserved => self.prices.reserved,
        }
    }
}

/// Prices an hour. What no source gives is unknown, never zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prices {
    /// On demand.
    pub on_demand: Option<HourlyPrice>,
    /// On spare capacity that may be taken back.
    pub spot: Option<HourlyPrice>,
    /// With a commitment of a year.
    pub reserved: Option<HourlyPrice>,
    /// How often spot capacity is taken back.
    pub interruptions: Option<Interruptions>,
}

/// A way to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purchase {
    /// By the second, at the list price.
    OnDemand,
    /// Spare capacity.
    Spot,
    /// With a commitment.
    Reserved,
}

/// Where spot prices come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpotSource {
    /// Where they were read.
    pub source: Source,
    /// Computed from a published mean saving, not read.
    pub estimated: bool,
}

/// Share of spot instances taken back within a month, as AWS's Spot Instance Advisor classes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interruptions {
    /// Below 5 %.
    Below5,
    /// 5 to 10 %.
    To10,
    /// 10 to 15 %.
    To15,
    /// 15 to 20 %.
    To20,
    /// Above 20 %.
    Above20,
}

impl Interruptions {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Below5, "<5%"),
        (Self::To10, "5-10%"),
        (Self::To15, "10-15%"),
        (Self::To20, "15-20%"),
        (Self::Above20, ">20%"),
    ];

    /// As the advisor writes it.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The middle of the class; of the open one its lower end and a quarter more.
    ///
    /// ```
    /// assert!((catalog::Interruptions::To10.monthly_share() - 0.075).abs() < 1e-12);
    /// ```
    pub fn monthly_share(self) -> f64 {
        let (low, high) = self.shares();
        let low = low.as_fraction();
        high.map_or(low * 1.25, |high| f64::midpoint(low, high.as_fraction()))
    }

    /// From what the advisor writes.
    pub fn parse(text: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(_, name)| *name == text);
        found.map(|(class, _)| class)
    }

    /// The ends of the class; the last one has no upper end.
    pub fn shares(self) -> (Share, Option<Share>) {
        let percent = |percent: u32| Share::from_ppm(percent * 10_000);
        let low = percent(self as u32 * 5).expect("no class begins above 20 %");
        let high = match self {
            Self::Above20 => None,
            below => percent(below as u32 * 5 + 5),
        };
        (low, high)
    }

    pub(crate) fn from_place(place: i64) -> Option<Self> {
        let found = Self::ALL.get(usize::try_from(place).ok()?);
        found.map(|(class, _)| *class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_interruption_are_read_as_they_are_written() {
        for (place, (class, name)) in (0_i64..).zip(Interruptions::ALL) {
            assert_eq!(Interruptions::parse(name), Some(class));
            assert_eq!(Interruptions::from_place(place), Some(class));
            assert_eq!(class.name(), name);
        }
        let ends = Interruptions::To10.shares();
        assert_eq!(
            (ends.0.ppm(), ends.1.map(Share::ppm)),
            (50_000, Some(100_000))
        );
        let last = Interruptions::Above20.shares();
        assert_eq!((last.0.ppm(), last.1), (200_000, None));
        assert_eq!(Interruptions::parse("often"), None);
        assert_eq!(Interruptions::from_place(5), None);
    }
}
