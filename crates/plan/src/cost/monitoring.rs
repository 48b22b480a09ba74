//! Logs and alarms.

use units::{Bytes, Overflow};

use super::{CostLine, monthly};
use crate::Range;

const SERVICE: &str = "CloudWatch";

/// Logs of so many runs a year, at the price of each byte from the first on: the free allowance is one for a whole account.
pub fn logs(of_a_run: Bytes, runs_a_year: u32, region: &str) -> Result<Option<CostLine>, Overflow> {
    let Some(price) = catalog::unit_price(SERVICE, "logs ingested", region) else {
        return Ok(None);
    };
    let thousandths = (u128::from(of_a_run.get()) * 1_000).div_ceil(1_000_000_000);
    let once = price.cost(u64::try_from(thousandths).unwrap_or(u64::MAX))?;
    Ok(Some(CostLine {
        service: SERVICE.to_owned(),
        item: "logs".to_owned(),
        amount: monthly(Range::exact(once), runs_a_year)?,
    }))
}
