//! Unit prices of services: storage, requests, transfer, functions, state machines, monitoring, clusters.

use std::sync::OnceLock;

use units::{Money, Overflow};

use crate::Source;
use crate::columns::{Error, Pack, Table};

const DATA: &[u8] = include_bytes!("../data/prices/services.pack");

/// The price of some units of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPrice {
    /// Service, such as `S3`.
    pub service: String,
    /// What of it, such as `Standard storage`.
    pub item: String,
    /// Region; `global` or `all` where it is the same everywhere.
    pub region: String,
    /// What so many units cost.
    pub amount: Money,
    /// How many units that is.
    pub per: u64,
    /// The unit, such as `GB-month`.
    pub unit: String,
    /// Where it was read.
    pub source: Source,
}

/// A figure of a service that is no price: a minimum of days, an allowance, a ratio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Service.
    pub service: String,
    /// What of it.
    pub item: String,
    /// Region.
    pub region: String,
    /// Thousandths of the unit.
    pub thousandths: i64,
    /// The unit.
    pub unit: String,
    /// Where it was read.
    pub source: Source,
}

impl UnitPrice {
    /// What a number of units costs, given as thousandths of one; rounded half to even to the nano-dollar.
    ///
    /// ```
    /// let storage = catalog::unit_price("S3", "Standard storage", "us-east-1").unwrap();
    /// assert_eq!(storage.cost(1_500).unwrap().to_string(), "0.0345 USD");
    /// ```
    pub fn cost(&self, thousandths: u64) -> Result<Money, Overflow> {
        let product = i128::from(self.amount.nanos()) * i128::from(thousandths);
        let parts = i128::from(self.per) * 1_000;
        let (whole, rest) = (product.div_euclid(parts), product.rem_euclid(parts));
        let up = rest * 2 > parts || (rest * 2 == parts && whole % 2 != 0);
        let nanos =
            i64::try_from(whole + i128::from(up)).map_err(|_| Overflow { quantity: "Money" })?;
        Ok(Money::from_nanos(nanos))
    }
}

struct Data {
    prices: Vec<UnitPrice>,
    figures: Vec<Figure>,
}

fn data() -> &'static Data {
    static DATA_READ: OnceLock<Data> = OnceLock::new();
    DATA_READ.get_or_init(|| read().expect("a test reads the pack"))
}

fn read() -> Result<Data, Error> {
    let pack = Pack::decode(DATA)?;
    let prices = pack.table("prices")?;
    let (amount, per) = (prices.wholes("nanos")?, prices.wholes("per")?);
    let figures = pack.table("figures")?;
    let value = figures.wholes("thousandths")?;
    let missing = || Error::Damaged("a row without its figure");
    let per = |row| {
        per.get(row)
            .and_then(|per| u64::try_from(per).ok())
            .filter(|&per| per > 0)
    };
    Ok(Data {
        prices: (0..prices.rows())
            .map(|row| {
                let [service, item, region, unit] = texts(prices, row)?;
                let amount = Money::from_nanos(amount.get(row).ok_or_else(missing)?);
                Ok(UnitPrice {
                    service,
                    item,
                    region,
                    amount,
                    per: per(row).ok_or_else(missing)?,
                    unit,
                    source: source(prices, row)?,
                })
            })
            .collect::<Result<_, Error>>()?,
        figures: (0..figures.rows())
            .map(|row| {
                let [service, item, region, unit] = texts(figures, row)?;
                Ok(Figure {
                    service,
                    item,
                    region,
                    thousandths: value.get(row).ok_or_else(missing)?,
                    unit,
                    source: source(figures, row)?,
                })
            })
            .collect::<Result<_, Error>>()?,
    })
}

fn texts(table: &Table, row: usize) -> Result<[String; 4], Error> {
    let text = |name| table.texts(name).map(|column| column.get(row).to_owned());
    Ok([
        text("service")?,
        text("item")?,
        text("region")?,
        text("unit")?,
    ])
}

fn source(table: &Table, row: usize) -> Result<Source, Error> {
    Source::parse(
        table.texts("source")?.get(row),
        table.texts("date")?.get(row),
    )
}

/// Every unit price, in the order of the data.
pub fn unit_prices() -> &'static [UnitPrice] {
    &data().prices
}

/// Every figure that is no price.
pub fn figures() -> &'static [Figure] {
    &data().figures
}

/// The price of an item of a service in a region; of two, the newer one.
pub fn unit_price(service: &str, item: &str, region: &str) -> Option<&'static UnitPrice> {
    unit_prices()
        .iter()
        .filter(|price| price.service == service && price.item == item && price.region == region)
        .max_by_key(|price| price.source.date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_is_positive_and_dated() {
        assert_eq!((unit_prices().len(), figures().len()), (212, 6));
        for price in unit_prices() {
            assert!(
                price.amount > Money::ZERO && price.per > 0 && !price.unit.is_empty(),
                "{price:?}"
            );
            assert!(
                price.source.date.year() >= 2019 && !price.source.name.is_empty(),
                "{price:?}"
            );
        }
    }

    /// The figures of the designs' formulas.
    #[test]
    fn the_prices_of_the_designs_are_found() {
        let cases = [
            ("S3", "Standard storage", "us-east-1", 1_000, "0.023 USD"),
            (
                "S3",
                "Standard PUT, COPY, POST, LIST",
                "us-east-1",
                1_000_000,
                "0.005 USD",
            ),
            (
                "S3",
                "Standard GET, SELECT and other",
                "us-east-1",
                1_000_000,
                "0.0004 USD",
            ),
            (
                "S3",
                "Intelligent-Tiering infrequent storage",
                "us-east-1",
                1_000,
                "0.0125 USD",
            ),
            (
                "S3",
                "Intelligent-Tiering monitoring and automation",
                "us-east-1",
                1_000_000,
                "0.0025 USD",
            ),
            ("EKS", "cluster", "us-east-1", 1_000, "0.1 USD"),
            (
                "SageMaker",
                "endpoint data in or out",
                "us-east-1",
                1_000,
                "0.02 USD",
            ),
            (
                "Lambda",
                "duration x86, first 6 billion",
                "us-east-1",
                1_000_000_000,
                "16.6667 USD",
            ),
            (
                "Step Functions",
                "standard state transitions",
                "us-east-1",
                1_000,
                "0.000025 USD",
            ),
        ];
        for (service, item, region, thousandths, expected) in cases {
            let price =
                unit_price(service, item, region).unwrap_or_else(|| panic!("{service} {item}"));
            assert_eq!(
                price.cost(thousandths).unwrap().to_string(),
                expected,
                "{service} {item}"
            );
        }
        assert_eq!(unit_price("S3", "Glacier magic", "us-east-1"), None);
        assert_eq!(unit_price("S3", "Standard storage", "mars-1"), None);
    }

    #[test]
    fn a_cost_is_rounded_half_to_even_and_may_overflow() {
        let price = UnitPrice {
            amount: Money::from_nanos(1),
            per: 1_000,
            ..unit_prices()[0].clone()
        };
        let nanos = |thousandths| price.cost(thousandths).unwrap().nanos();
        assert_eq!(
            [nanos(500_000), nanos(500_001), nanos(1_500_000), nanos(0)],
            [0, 1, 2, 0]
        );
        let dear = UnitPrice {
            amount: Money::from_nanos(i64::MAX),
            per: 1,
            ..price
        };
        assert!(dear.cost(2_000).is_err());
    }
}
