//! Instances by the second.

use units::{Money, Overflow, Span};
use workload::Host;

use crate::{Range, Rented};

/// Volume of a SageMaker instance that says no other, gigabytes.
const VOLUME_GIGABYTES: u64 = 30;
/// Seconds of the month by which volumes are billed.
const SECONDS_A_MONTH: u64 = 30 * 86_400;
/// EC2 bills an instance of Linux for a minute at least.
const LEAST_ON_EC2: u64 = 60;

/// What some seconds of some machines cost: the machines, and their volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bill {
    /// The machines.
    pub machines: Range<Money>,
    /// Volumes that SageMaker bills beside them; nothing elsewhere, where the image's own disk is used.
    pub volumes: Range<Money>,
}

impl Bill {
    /// Both.
    pub fn total(self) -> Result<Range<Money>, Overflow> {
        self.machines.plus(self.volumes)
    }
}

/// What so many machines cost for a time each.
///
/// ```
/// use catalog::Catalog;
/// use plan::{Range, Role, cost, rent};
/// let place = "sagemaker/ml.m5.xlarge".parse()?;
/// let rented = rent(Catalog::shipped(), &place, Role::Train, "us-east-1")?;
/// let bill = cost::instances(&rented, 1, Range::exact("1 h".parse()?), "us-east-1")?;
/// // 0.23 USD, and 30 GB for an hour of a month at 0.14 USD.
/// assert_eq!(bill.machines.mid.to_string(), "0.23 USD");
/// assert_eq!(bill.volumes.mid.to_string(), "0.005833334 USD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn instances(
    rented: &Rented<'_>,
    count: u32,
    each: Range<Span>,
    region: &str,
) -> Result<Bill, Overflow> {
    let billed = match rented.host {
        Host::Ec2 | Host::Eks => {
            let least = Span::from_seconds(LEAST_ON_EC2)?;
            each.map(|span| span.max(least))
        }
        _ => each,
    };
    let machines = billed
        .try_map(|span| rented.price * span)?
        .times(u64::from(count))?;
    let volumes = if rented.host == Host::SageMaker {
        billed
            .try_map(|span| volume(span, region))?
            .times(u64::from(count))?
    } else {
        Range::FREE
    };
    Ok(Bill { machines, volumes })
}

/// The volume of an instance for a time. Where the region has no price of it, that of us-east-1 stands for it.
fn volume(span: Span, region: &str) -> Result<Money, Overflow> {
    let of = |region| catalog::unit_price("SageMaker", "endpoint volume", region);
    let Some(price) = of(region).or_else(|| of("us-east-1")) else {
        return Ok(Money::ZERO);
    };
    // Rounded up to the nano-dollar.
    let price_of_volume = i128::from(price.amount.nanos()) * i128::from(VOLUME_GIGABYTES);
    let product = price_of_volume
        .checked_mul(i128::from(span.nanos()))
        .ok_or(Overflow { quantity: "Money" })?;
    let parts = i128::from(SECONDS_A_MONTH) * 1_000_000_000 * i128::from(price.per);
    let nanos = product.div_euclid(parts) + i128::from(product.rem_euclid(parts) > 0);
    let nanos = i64::try_from(nanos).map_err(|_| Overflow { quantity: "Money" })?;
    Ok(Money::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use catalog::Catalog;

    use super::*;
    use crate::{Role, rent};

    fn bill(place: &str, count: u32, seconds: u64) -> Bill {
        let place = place.parse().unwrap();
        let rented = rent(Catalog::shipped(), &place, Role::Train, "us-east-1").unwrap();
        let each = Range::exact(Span::from_seconds(seconds).unwrap());
        instances(&rented, count, each, "us-east-1").unwrap()
    }

    #[test]
    fn ec2_bills_a_minute_at_least_and_no_volume() {
        assert_eq!(bill("ec2/c5.large", 1, 1), bill("ec2/c5.large", 1, 60));
        let hour = bill("ec2/c5.large", 3, 3_600);
        assert_eq!(hour.machines.mid.to_string(), "0.255 USD");
        assert_eq!(hour.volumes, Range::FREE);
    }

    #[test]
    fn a_month_of_volume_is_its_price() {
        let month = bill("sagemaker/ml.m5.large", 1, SECONDS_A_MONTH);
        assert_eq!(month.volumes.mid.to_string(), "4.2 USD");
        assert_eq!(month.total().unwrap().mid.to_string(), "87 USD");
    }
}
