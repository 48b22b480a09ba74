//! How SageMaker's prices follow those of EC2.
//!
//! Not a source of prices: it is what the derived ones were computed with, and what the listed ones are checked by.

use units::{HourlyPrice, Money};

/// What SageMaker asks for a type, by the price of its EC2 machine.
///
/// ```
/// let ec2 = "0.17 USD/h".parse()?;
/// assert_eq!(catalog::sagemaker_price_rule("ml.c5.xlarge", ec2).unwrap().to_string(), "0.204 USD/h");
/// assert_eq!(catalog::sagemaker_price_rule("ml.g5.xlarge", ec2).unwrap().to_string(), "0.238 USD/h");
/// assert!(catalog::sagemaker_price_rule("ml.inf1.xlarge", ec2).is_none());
/// # Ok::<(), units::ParseError>(())
/// ```
pub fn sagemaker_price_rule(instance_type: &str, ec2: HourlyPrice) -> Option<HourlyPrice> {
    let percent = percent(instance_type)?;
    let nanos = ec2.an_hour().nanos().checked_mul(percent)?;
    // A tie goes up: the rule is right to a hundredth, never to a nano-dollar.
    Some(HourlyPrice::new(Money::from_nanos((nanos + 50) / 100)))
}

/// Hundredths of the EC2 price; none for families that follow no single factor.
fn percent(instance_type: &str) -> Option<i64> {
    let (family, size) = instance_type.strip_prefix("ml.")?.split_once('.')?;
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| family.starts_with(prefix));
    if begins(&["inf", "eia"]) || family == "r8g" {
        return None;
    }
    Some(match family {
        "g4dn" | "g5" | "g6" | "g6e" if size == "xlarge" => 140,
        _ if begins(&["g4dn", "g5", "g6", "g7", "gr6"]) || family == "p3" || family == "p3dn" => {
            125
        }
        _ if begins(&["p4", "p5", "p6", "trn"]) => 115,
        _ => 120,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, Cloud, Component, Status, sagemaker_offers};

    #[test]
    fn every_listed_cell_with_an_ec2_price_follows_the_rule() {
        let (mut checked, mut off) = (0, Vec::new());
        for offer in sagemaker_offers() {
            if offer.status != Status::Listed || offer.component != Component::Hosting {
                continue;
            }
            let name = &offer.instance_type[3..];
            let ec2 = Catalog::shipped()
                .offer(Cloud::Aws, name, &offer.region)
                .ok();
            let ec2 = ec2.and_then(|ec2| ec2.prices.on_demand);
            let Some(expected) =
                ec2.and_then(|ec2| sagemaker_price_rule(&offer.instance_type, ec2))
            else {
                continue;
            };
            checked += 1;
            let (listed, expected) = (offer.price.an_hour().nanos(), expected.an_hour().nanos());
            if (listed - expected).abs() * 100 > listed {
                off.push(format!(
                    "{} {} {listed} {expected}",
                    offer.instance_type, offer.region
                ));
            }
        }
        assert_eq!((checked, off), (561, Vec::new()));
    }
}
