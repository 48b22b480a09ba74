//! Questions what would be if: prices, traffic and goals changed together.

use std::str::FromStr;

use catalog::{Catalog, Prices};
use units::{HourlyPrice, Money, MonthlyMoney, Share, Span};
use workload::Goals;

use crate::demand::Demand;

/// What is changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WhatIf {
    /// Spot prices, times this.
    spot: Option<f64>,
    /// Prices on demand, times this.
    on_demand: Option<f64>,
    /// Requests, times this.
    traffic: Option<f64>,
    /// CPU time and data of the jobs, times this.
    data: Option<f64>,
    /// Another deadline.
    deadline: Option<Span>,
    /// Another limit of the 99 % quantile.
    p99: Option<Span>,
    /// Another availability.
    availability: Option<Share>,
    /// Another budget.
    budget: Option<MonthlyMoney>,
    /// As it was written.
    text: String,
}

/// Why a question is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhatIfError {
    /// A part is no `name=value`.
    #[error("`{0}` is no change such as `spot=+30%`")]
    Form(String),
    /// Nothing of that name can be changed.
    #[error("`{0}` cannot be changed")]
    Name(String),
    /// The value is not one of that name.
    #[error("`{name}={value}` is not {expected}")]
    Value {
        /// Name.
        name: String,
        /// What was given.
        value: String,
        /// What is expected.
        expected: &'static str,
    },
}

/// What can be changed.
pub const NAMES: [&str; 8] = [
    "spot",
    "on_demand",
    "traffic",
    "data",
    "deadline",
    "p99",
    "availability",
    "budget",
];

impl FromStr for WhatIf {
    type Err = WhatIfError;

    /// ```
    /// let what: plan::WhatIf = "spot=+30%,traffic=2x,deadline=1 h".parse()?;
    /// assert_eq!(what.to_string(), "spot=+30%,traffic=2x,deadline=1 h");
    /// # Ok::<(), plan::WhatIfError>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, WhatIfError> {
        let mut made = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        for part in text.split(',').map(str::trim) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| WhatIfError::Form(part.to_owned()))?;
            made.set(name.trim(), value.trim())?;
        }
        Ok(made)
    }
}

impl std::fmt::Display for WhatIf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl WhatIf {
    fn set(&mut self, name: &str, value: &str) -> Result<(), WhatIfError> {
        let wrong = |expected| WhatIfError::Value {
            name: name.to_owned(),
            value: value.to_owned(),
            expected,
        };
        let times = || {
            factor(value).ok_or_else(|| wrong("a change such as `+30%`, `-10%`, `2x` or `0.5x`"))
        };
        match name {
            "spot" => self.spot = Some(times()?),
            "on_demand" => self.on_demand = Some(times()?),
            "traffic" => self.traffic = Some(times()?),
            "data" => self.data = Some(times()?),
            "deadline" => {
                self.deadline =
                    Some(quantity(value).ok_or_else(|| wrong("a duration such as `1 h`"))?);
            }
            "p99" => {
                self.p99 =
                    Some(quantity(value).ok_or_else(|| wrong("a duration such as `50 ms`"))?);
            }
            "availability" => {
                self.availability =
                    Some(quantity(value).ok_or_else(|| wrong("a share such as `99.9 %`"))?);
            }
            "budget" => {
                self.budget = Some(
                    quantity(value).ok_or_else(|| wrong("money a month such as `20 USD/month`"))?,
                );
            }
            _ => return Err(WhatIfError::Name(name.to_owned())),
        }
        Ok(())
    }

    /// The catalog at the changed prices; the same where none is changed.
    pub fn catalog(&self, catalog: &Catalog) -> Option<Catalog> {
        if self.spot.is_none() && self.on_demand.is_none() {
            return None;
        }
        let times = |price: Option<HourlyPrice>, factor: Option<f64>| {
            price.map(|price| {
                let nanos = price.an_hour().nanos() as f64 * factor.unwrap_or(1.0);
                HourlyPrice::new(Money::from_nanos(nanos.ceil() as i64))
            })
        };
        Some(catalog.clone().with_prices(|prices| Prices {
            on_demand: times(prices.on_demand, self.on_demand),
            spot: times(prices.spot, self.spot),
            ..prices
        }))
    }

    /// The demand under the changed traffic and data.
    pub fn demand(&self, demand: &Demand) -> Demand {
        let mut changed = demand.clone();
        if let (Some(factor), Some(serving)) = (self.traffic, &mut changed.serving) {
            for count in &mut serving.requests {
                *count = (*count as f64 * factor).round() as u64;
            }
        }
        if let Some(factor) = self.data {
            let times = |span: Span| Span::from_nanos((span.nanos() as f64 * factor) as u64);
            let bytes =
                |bytes: units::Bytes| units::Bytes::new((bytes.get() as f64 * factor) as u64);
            for job in changed.stages.iter_mut().flat_map(|stage| &mut stage.jobs) {
                (job.cpu, job.wall) = (times(job.cpu), times(job.wall));
                (job.read, job.written) = (bytes(job.read), bytes(job.written));
            }
            changed.storage.data = bytes(changed.storage.data);
            changed.storage.artifacts = bytes(changed.storage.artifacts);
        }
        changed
    }

    /// The goals as changed; a goal that was not there is there then.
    pub fn goals(&self, goals: &Goals) -> Goals {
        let mut changed = goals.clone();
        changed.train_within = self.deadline.or(changed.train_within);
        changed.latency.p99 = self.p99.or(changed.latency.p99);
        changed.availability = self.availability.or(changed.availability);
        changed.budget = self.budget.or(changed.budget);
        changed
    }
}

/// `+30%`, `-10%`, `2x`: above zero, at most a million.
fn factor(text: &str) -> Option<f64> {
    let factor = if let Some(times) = text.strip_suffix('x') {
        times.trim().parse::<f64>().ok()?
    } else {
        let percent = text.strip_suffix('%')?.trim();
        if !percent.starts_with(['+', '-']) {
            return None;
        }
        1.0 + percent.parse::<f64>().ok()? / 100.0
    };
    (factor.is_finite() && factor > 0.0 && factor <= 1e6).then_some(factor)
}

/// A quantity with its unit, with or without a space before it.
fn quantity<T: FromStr>(text: &str) -> Option<T> {
    if let Ok(found) = text.parse() {
        return Some(found);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(digits);
    format!("{number} {}", unit.trim()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::demand;

    #[test]
    fn changes_are_read_with_and_without_spaces() {
        let what: WhatIf = "spot=+30%, traffic=2x, deadline=1h, budget=10 USD/month"
            .parse()
            .unwrap();
        assert_eq!((what.spot, what.traffic), (Some(1.3), Some(2.0)));
        assert_eq!(what.deadline, Some("1 h".parse().unwrap()));
        assert_eq!(what.budget, Some("10 USD/month".parse().unwrap()));
    }

    #[test]
    fn what_is_no_change_says_what_one_is() {
        let cases = [
            ("", "`` is no change such as `spot=+30%`"),
            ("spot", "`spot` is no change such as `spot=+30%`"),
            ("moon=2x", "`moon` cannot be changed"),
            (
                "spot=30%",
                "`spot=30%` is not a change such as `+30%`, `-10%`, `2x` or `0.5x`",
            ),
            (
                "traffic=0x",
                "`traffic=0x` is not a change such as `+30%`, `-10%`, `2x` or `0.5x`",
            ),
            (
                "spot=-100%",
                "`spot=-100%` is not a change such as `+30%`, `-10%`, `2x` or `0.5x`",
            ),
            ("deadline=5", "`deadline=5` is not a duration such as `1 h`"),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<WhatIf>().unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_goal_is_there_even_where_the_file_has_none() {
        let what: WhatIf = "deadline=1h,p99=5ms".parse().unwrap();
        let goals = what.goals(&Goals::default());
        assert_eq!(goals.train_within, Some("1 h".parse().unwrap()));
        assert_eq!(goals.latency.p99, Some("5 ms".parse().unwrap()));
        assert_eq!(goals.budget, None);
    }

    #[test]
    fn traffic_and_data_and_prices_follow() {
        let what: WhatIf = "traffic=2x,data=3x,spot=+100%".parse().unwrap();
        let (before, after) = (demand(), what.demand(&demand()));
        let rate = |demand: &Demand| demand.serving.as_ref().unwrap().rate_a_second();
        assert_eq!(rate(&after), 2.0 * rate(&before));
        assert_eq!(after.stages[1].jobs[0].cpu.as_seconds(), 1_200.0);
        let catalog = what.catalog(Catalog::shipped()).unwrap();
        let price = |catalog: &Catalog| {
            let offer = catalog
                .offer(catalog::Cloud::Aws, "c5.large", "us-east-1")
                .unwrap();
            offer.prices.spot.unwrap().an_hour().nanos()
        };
        assert_eq!(price(&catalog), 2 * price(Catalog::shipped()));
        assert!(
            "p99=1ms"
                .parse::<WhatIf>()
                .unwrap()
                .catalog(Catalog::shipped())
                .is_none()
        );
    }
}
