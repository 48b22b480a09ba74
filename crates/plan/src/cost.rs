//! What a design costs, line by line.

mod instances;
mod monitoring;
mod storage;
mod transfer;

pub use instances::{Bill, instances};
pub use monitoring::logs;
pub use storage::{pays_tiering, storage, storage_elsewhere};
pub use transfer::{egress_price, transfer};

use serde::{Deserialize, Serialize};
use units::{Money, Overflow};

use crate::Range;

/// A part of the cost of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostLine {
    /// Who is paid, such as `SageMaker`.
    pub service: String,
    /// For what.
    pub item: String,
    /// Money a month.
    pub amount: Range<Money>,
}

/// Sum of all lines.
pub fn sum(lines: &[CostLine]) -> Result<Range<Money>, Overflow> {
    Range::sum(lines.iter().map(|line| line.amount))
}

/// What happens so many times a year, for a month.
pub(crate) fn monthly(once: Range<Money>, times_a_year: u32) -> Result<Range<Money>, Overflow> {
    let year = once.times(u64::from(times_a_year))?;
    // Rounded up: twelve months never cost less than the year.
    Ok(year.map(|year| {
        let nanos = year.nanos();
        Money::from_nanos(nanos.div_euclid(12) + i64::from(nanos.rem_euclid(12) > 0))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_months_are_never_less_than_the_year() {
        let once = Range::exact(Money::from_nanos(7));
        assert_eq!(monthly(once, 1).unwrap().mid.nanos(), 1);
        assert_eq!(monthly(once, 12).unwrap(), once);
        assert!(monthly(Range::exact(Money::from_nanos(i64::MAX)), 2).is_err());
    }
}
