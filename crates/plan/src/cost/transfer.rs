//! Bytes that leave a cloud or a region.

use catalog::{Cloud, UnitPrice};
use units::Overflow;

use super::CostLine;
use crate::Range;

/// The price of a gigabyte that leaves: to another cloud, or to another region of the same. None where no list has one; where the
/// region has none, the nearest that was published for the cloud stands for it.
pub fn egress_price(
    cloud: Cloud,
    region: &str,
    to_other_cloud: bool,
) -> Option<&'static UnitPrice> {
    let (service, item, reference) = match (cloud, to_other_cloud) {
        (Cloud::Aws, true) => ("Data transfer", "out to Internet, first 10 TB", "us-east-1"),
        (Cloud::Aws, false) => ("Data transfer", "to other regions", "us-east-1"),
        (Cloud::Gcp, true) => (
            "GCP egress",
            "to Internet (worldwide excluding Asia, Australia), first 1 TB",
            "eu multi-region",
        ),
        (Cloud::Gcp, false) => ("GCP egress", "within the continent", "eu multi-region"),
        (Cloud::Azure, true) => ("Azure egress", "to Internet, first 10 TB", "eastus"),
        (Cloud::Azure, false) => ("Azure egress", "between regions", "eastus"),
        (Cloud::Lambda | Cloud::Own, _) => return None,
    };
    catalog::unit_price(service, item, region)
        .or_else(|| catalog::unit_price(service, item, reference))
}

/// The line of so many bytes a month from one place to another; none within a region.
pub fn transfer(
    bytes_a_month: u128,
    from: (Cloud, &str),
    to: (Cloud, &str),
) -> Result<Option<CostLine>, Overflow> {
    if from == to {
        return Ok(None);
    }
    let Some(price) = egress_price(from.0, from.1, from.0 != to.0) else {
        return Ok(None);
    };
    // Thousandths of a gigabyte.
    let thousandths = u64::try_from(bytes_a_month.div_ceil(1_000_000)).unwrap_or(u64::MAX);
    Ok(Some(CostLine {
        service: price.service.clone(),
        item: format!("models to {} {}", to.0, to.1),
        amount: Range::exact(price.cost(thousandths)?),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_free_and_what_leaves_has_its_price() {
        let of = |to| {
            let line = transfer(10_000_000_000, (Cloud::Aws, "us-east-1"), to).unwrap();
            line.map(|line| line.amount.mid.to_string())
        };
        assert_eq!(of((Cloud::Aws, "us-east-1")), None);
        assert_eq!(of((Cloud::Aws, "us-west-2")).as_deref(), Some("0.2 USD"));
        assert_eq!(of((Cloud::Gcp, "us-central1")).as_deref(), Some("0.9 USD"));
    }
}
