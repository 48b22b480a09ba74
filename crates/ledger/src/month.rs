//! What a month of continuous use costs: what is kept up all the time, and runs that come again.

use units::{HourlyPrice, Money, MonthlyMoney, Overflow, Span};

use crate::forecast::Range;

/// What is paid without pause, such as an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Price of one.
    pub price: HourlyPrice,
    /// How many.
    pub count: u32,
}

/// A run that comes again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// Its name.
    pub name: String,
    /// What each known run cost.
    pub costs: Vec<Money>,
    /// Time from one run to the next; above zero.
    pub every: Span,
}

/// A line of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthLine {
    /// What is paid.
    pub name: String,
    /// What a month of it costs.
    pub cost: Range<MonthlyMoney>,
}

/// A month of 730 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// What is kept, then what is repeated.
    pub lines: Vec<MonthLine>,
    /// All of it. The ends of independent lines partly cancel: it is narrower than the sums of the ends.
    pub total: Range<MonthlyMoney>,
    /// Runs of which no cost is known; their money is missing.
    pub unknown: Vec<String>,
}

const HOURS: f64 = MonthlyMoney::HOURS as f64;
/// Standard normal quantile at 90 %.
const NINE_TENTHS: f64 = 1.281_551_6;

/// Projects a month.
///
/// What is kept is its price times 730 hours. A run that comes `n` times a month costs `n` times the mean of the known runs; the
/// interval has their spread and, with few of them, that of the mean: the variance of the sum is `n s^2 + n^2 s^2 / k` for `k`
/// known runs. One known run gives no spread: low, mid and high are the same.
///
/// ```
/// use ledger::{Kept, month};
///
/// let endpoint = Kept { name: "endpoint".to_owned(), price: "0.115 USD/h".parse()?, count: 2 };
/// assert_eq!(month(&[endpoint], &[])?.total.mid.to_string(), "167.9 USD/month");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn month(kept: &[Kept], repeated: &[Repeated]) -> Result<Month, Overflow> {
    let mut lines = Vec::new();
    let mut unknown = Vec::new();
    let mut mids = Vec::new();
    let mut variance = 0.0;
    for one in kept {
        let amount = one.price.a_month()?.a_month();
        let amount = amount.checked_times(u64::from(one.count))?;
        mids.push(amount);
        lines.push(line(&one.name, amount, 0.0)?);
    }
    for one in repeated {
        let count = one.costs.len() as f64;
        if one.costs.is_empty() || one.every == Span::ZERO {
            unknown.push(one.name.clone());
            continue;
        }
        let times = HOURS * 3_600.0 / one.every.as_seconds();
        let nanos: Vec<f64> = one.costs.iter().map(|cost| cost.nanos() as f64).collect();
        let mean = nanos.iter().sum::<f64>() / count;
        let squares: f64 = nanos.iter().map(|cost| (cost - mean).powi(2)).sum();
        let spread = squares / (count - 1.0).max(1.0);
        let own = times * spread + times * times * spread / count;
        let amount = Money::from_nanos(whole(mean * times)?);
        variance += own;
        mids.push(amount);
        lines.push(line(&one.name, amount, own)?);
    }
    let total = line("", Money::sum(mids)?, variance)?.cost;
    Ok(Month {
        lines,
        total,
        unknown,
    })
}

fn line(name: &str, mid: Money, variance: f64) -> Result<MonthLine, Overflow> {
    let off = Money::from_nanos(whole(NINE_TENTHS * variance.sqrt())?);
    Ok(MonthLine {
        name: name.to_owned(),
        cost: Range {
            low: MonthlyMoney::new(mid.checked_sub(off)?.max(Money::ZERO)),
            mid: MonthlyMoney::new(mid),
            high: MonthlyMoney::new(mid.checked_add(off)?),
        },
    })
}

/// Whole nano-dollars.
fn whole(nanos: f64) -> Result<i64, Overflow> {
    // The ends of the range are no amounts of money that anybody has.
    if nanos.abs() < 9.2e18 {
        Ok(nanos.round() as i64)
    } else {
        Err(Overflow { quantity: "Money" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn daily(costs: &[&str]) -> Repeated {
        Repeated {
            name: "train".to_owned(),
            costs: costs.iter().map(|cost| money(cost)).collect(),
            every: "1 d".parse().unwrap(),
        }
    }

    #[test]
    fn kept_and_repeated_are_added() {
        let endpoint = Kept {
            name: "endpoint".to_owned(),
            price: "0.1 USD/h".parse().unwrap(),
            count: 2,
        };
        let found = month(&[endpoint], &[daily(&["2 USD"])]).unwrap();
        assert_eq!(found.lines[0].cost.mid.to_string(), "146 USD/month");
        // 730 / 24 runs a month.
        assert_eq!(
            found.lines[1].cost.mid.to_string(),
            "60.833333333 USD/month"
        );
        assert_eq!(found.total.low, found.total.high);
        assert_eq!(found.total.mid.to_string(), "206.833333333 USD/month");
    }

    #[test]
    fn the_spread_of_known_runs_is_that_of_the_month() {
        let found = month(&[], &[daily(&["1 USD", "2 USD", "3 USD"])]).unwrap();
        // n = 30.4167, s = 1: sqrt(n + n^2 / 3) = 18.406, times 1.28155 is 23.589.
        let off = found.total.high.a_month().nanos() - found.total.mid.a_month().nanos();
        assert!((off as f64 / 1e9 - 23.589).abs() < 0.001, "{off}");
        let twice = month(
            &[],
            &[
                daily(&["1 USD", "2 USD", "3 USD"]),
                daily(&["1 USD", "2 USD", "3 USD"]),
            ],
        )
        .unwrap();
        let off = twice.total.high.a_month().nanos() - twice.total.mid.a_month().nanos();
        assert!((off as f64 / 1e9 - 23.589 * 2_f64.sqrt()).abs() < 0.001);
        let wide = month(&[], &[daily(&["0 USD", "10 USD"])]).unwrap();
        assert_eq!(wide.total.low.a_month(), Money::ZERO);
    }

    #[test]
    fn what_is_not_known_is_named_and_not_zero() {
        let never = Repeated {
            every: Span::ZERO,
            ..daily(&["1 USD"])
        };
        let found = month(&[], &[daily(&[]), never]).unwrap();
        assert_eq!((found.lines.len(), found.unknown.len()), (0, 2));
        let often = Repeated {
            every: Span::from_nanos(1),
            ..daily(&["1000000 USD"])
        };
        assert!(month(&[], &[often]).is_err());
    }
}
