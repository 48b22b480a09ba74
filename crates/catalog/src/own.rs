//! A machine of the user's own as an offer: what it costs an hour is its price over the hours that it works, and its power.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use units::{Bytes, HourlyPrice, Money, Share, Span, Watts};

use crate::{Accelerators, Cloud, Contradiction, Draft, Machine, Prices, Snapshot, Source};

/// A machine of the user's own, as its file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnMachine {
    /// `plimsoll.machine/1`.
    pub schema: String,
    /// Name of the type.
    pub name: String,
    /// Where it stands; it is the region of the offer.
    pub place: String,
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory.
    pub memory: Bytes,
    /// Model of its accelerators, where it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<String>,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerators: Option<u32>,
    /// What it cost.
    pub price: Money,
    /// How long it is used.
    pub life: Span,
    /// Share of its life that it works.
    pub utilization: Share,
    /// Power at work.
    pub power: Watts,
    /// What a kilowatt-hour costs.
    pub kilowatt_hour: Money,
    /// The day on which this was true, such as `2026-11-01`.
    pub date: String,
}

/// Why it is no offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnError {
    /// The schema is another.
    #[error("`{0}` is no schema of a machine, expected `plimsoll.machine/1`")]
    Schema(String),
    /// A figure that divides or names is empty.
    #[error("`{0}` must be above zero and not empty")]
    Empty(&'static str),
    /// Accelerators are given by half.
    #[error("`accelerator` and `accelerators` stand together or not at all")]
    Accelerators,
    /// The date is none.
    #[error("`{0}` is no date such as `2026-11-01`")]
    Date(String),
    /// The price is beyond any amount of money.
    #[error("its price an hour is beyond what money holds")]
    Overflow,
}

/// Schema of the file.
pub const OWN_SCHEMA: &str = "plimsoll.machine/1";

const NANOS_PER_HOUR: i128 = 3_600_000_000_000;
/// Microwatts in a kilowatt.
const MICROS_PER_KILOWATT: i128 = 1_000_000_000;

impl OwnMachine {
    /// What an hour of work costs: the price over the hours of its life that it works, and the power of that hour. Rounded up to
    /// the nano-dollar.
    pub fn price_an_hour(&self) -> Result<HourlyPrice, OwnError> {
        self.check()?;
        let worked = i128::from(self.life.nanos()) * i128::from(self.utilization.ppm());
        let wear = (i128::from(self.price.nanos()) * NANOS_PER_HOUR)
            .checked_mul(1_000_000)
            .ok_or(OwnError::Overflow)?;
        let power = i128::from(self.kilowatt_hour.nanos()) * i128::from(self.power.micros());
        let nanos = up(wear, worked) + up(power, MICROS_PER_KILOWATT);
        let nanos = i64::try_from(nanos).map_err(|_| OwnError::Overflow)?;
        Ok(HourlyPrice::new(Money::from_nanos(nanos)))
    }

    fn check(&self) -> Result<(), OwnError> {
        if self.schema != OWN_SCHEMA {
            return Err(OwnError::Schema(self.schema.clone()));
        }
        if self.accelerator.is_some() != self.accelerators.is_some() {
            return Err(OwnError::Accelerators);
        }
        let filled = [
            ("name", !self.name.is_empty()),
            ("place", !self.place.is_empty()),
            ("vcpus", self.vcpus > 0),
            ("memory", self.memory.get() > 0),
            ("accelerators", self.accelerators != Some(0)),
            ("price", self.price > Money::ZERO),
            ("life", self.life.nanos() > 0),
            ("utilization", self.utilization.ppm() > 0),
            ("power", self.power.micros() > 0),
            ("kilowatt_hour", self.kilowatt_hour > Money::ZERO),
        ];
        match filled.into_iter().find(|(_, is_filled)| !is_filled) {
            Some((name, _)) => Err(OwnError::Empty(name)),
            None => Ok(()),
        }
    }

    fn draft(&self, line: u64) -> Result<Draft, OwnError> {
        let accelerators = self.accelerator.clone().zip(self.accelerators);
        Ok(Draft {
            machine: Machine {
                name: self.name.clone(),
                vcpus: Some(self.vcpus),
                memory: Some(self.memory),
                accelerators: accelerators.map(|(model, count)| Accelerators {
                    model,
                    thousandths: count.saturating_mul(1_000),
                }),
            },
            region: self.place.clone(),
            prices: Prices {
                on_demand: Some(self.price_an_hour()?),
                ..Prices::default()
            },
            line,
        })
    }

    /// Machines as a snapshot, of the oldest date among them.
    pub fn snapshot(machines: &[Self]) -> Result<Result<Snapshot, Contradiction>, OwnError> {
        let drafts = machines
            .iter()
            .zip(1..)
            .map(|(machine, line)| machine.draft(line))
            .collect::<Result<Vec<_>, _>>()?;
        let date = |machine: &Self| {
            machine
                .date
                .parse::<Date>()
                .map_err(|_| OwnError::Date(machine.date.clone()))
        };
        let dates = machines.iter().map(date).collect::<Result<Vec<_>, _>>()?;
        let date = dates.into_iter().min().unwrap_or_default();
        let source = Source {
            name: "price, life, utilization and power as the user gave them".to_owned(),
            date,
        };
        Ok(Snapshot::new(Cloud::Own, source, None, drafts))
    }
}

fn up(amount: i128, parts: i128) -> i128 {
    amount.div_euclid(parts) + i128::from(amount.rem_euclid(parts) > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn machine() -> OwnMachine {
        serde_json::from_str(
            r#"{"schema": "plimsoll.machine/1", "name": "workstation", "place": "office", "vcpus": 16, "memory": "64 GiB",
                "price": "2920 USD", "life": "1460 d", "utilization": "25 %", "power": "300 W", "kilowatt_hour": "0.2 USD", "date": "2026-11-01"}"#,
        )
        .unwrap()
    }

    #[test]
    fn wear_and_power_make_the_price() {
        // 2,920 USD over 1,460 days of 24 hours, a quarter of them at work: 1/3 USD; 0.3 kW at 0.2 USD: 0.06 USD.
        assert_eq!(
            machine().price_an_hour().unwrap().to_string(),
            "0.393333334 USD/h"
        );
        let snapshot = OwnMachine::snapshot(&[machine()]).unwrap().unwrap();
        assert_eq!((snapshot.cloud(), snapshot.len()), (Cloud::Own, 1));
        assert_eq!(snapshot.source().date.to_string(), "2026-11-01");
    }

    #[test]
    fn what_is_missing_or_nothing_is_refused() {
        let refused = |change: fn(&mut OwnMachine)| {
            let mut made = machine();
            change(&mut made);
            made.price_an_hour().unwrap_err().to_string()
        };
        assert_eq!(
            refused(|m| m.utilization = Share::from_ppm(0).unwrap()),
            "`utilization` must be above zero and not empty"
        );
        assert_eq!(
            refused(|m| m.life = Span::from_nanos(0)),
            "`life` must be above zero and not empty"
        );
        assert_eq!(
            refused(|m| m.name.clear()),
            "`name` must be above zero and not empty"
        );
        assert_eq!(
            refused(|m| m.accelerators = Some(1)),
            "`accelerator` and `accelerators` stand together or not at all"
        );
        assert_eq!(
            refused(|m| m.schema = "x".into()),
            "`x` is no schema of a machine, expected `plimsoll.machine/1`"
        );
        assert_eq!(
            refused(|m| m.life = Span::from_nanos(1)),
            "its price an hour is beyond what money holds"
        );
    }

    proptest! {
        #[test]
        fn a_longer_life_or_more_work_is_never_dearer(days in 1_u64..4_000, ppm in 1_u32..1_000_000) {
            let price = |days: u64, ppm: u32| {
                let life = Span::from_seconds(days * 86_400).unwrap();
                let utilization = Share::from_ppm(ppm).unwrap();
                OwnMachine { life, utilization, ..machine() }.price_an_hour().unwrap()
            };
            prop_assert!(price(days + 1, ppm) <= price(days, ppm));
            prop_assert!(price(days, ppm + 1) <= price(days, ppm));
        }
    }
}
