//! What a job's seconds cost at the price of its instance type.

use catalog::Component;
use serde::{Deserialize, Serialize};
use units::{HourlyPrice, Money, Span};

/// A priced duration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// The type that was rented.
    pub instance_type: String,
    /// Number of instances.
    pub instances: u32,
    /// Billed duration of each.
    pub duration: Span,
    /// Price of one at the moment of the charge.
    pub price: HourlyPrice,
    /// Where the price was read.
    pub price_source: String,
    /// When the price was read.
    pub price_date: String,
    /// Instances times duration times price.
    pub amount: Money,
}

/// Prices a duration; `None` where the catalogue has no price, or where the product is beyond any amount of money.
///
/// ```
/// use catalog::Component;
/// let charge = ledger::charge(Component::Training, "ml.m5.large", "us-east-1", 2, "90 s".parse()?).unwrap();
/// assert_eq!(charge.amount.to_string(), "0.00575 USD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn charge(
    component: Component,
    instance_type: &str,
    region: &str,
    instances: u32,
    duration: Span,
) -> Option<Charge> {
    let offer = catalog::sagemaker(component, instance_type, region)?;
    let one = (offer.price * duration).ok()?;
    let amount = one.checked_times(u64::from(instances)).ok()?;
    Some(Charge {
        instance_type: instance_type.to_owned(),
        instances,
        duration,
        price: offer.price,
        price_source: offer.source.name.clone(),
        price_date: offer.source.date.to_string(),
        amount,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_price_is_unknown_and_not_zero() {
        let span: Span = "1 h".parse().unwrap();
        assert_eq!(
            charge(Component::Training, "ml.none.large", "us-east-1", 1, span),
            None
        );
        assert_eq!(
            charge(Component::Training, "ml.m5.large", "nowhere", 1, span),
            None
        );
    }

    #[test]
    fn a_charge_keeps_its_price_when_it_is_stored() {
        let made = charge(
            Component::Hosting,
            "ml.m5.large",
            "us-east-1",
            1,
            "1 h".parse().unwrap(),
        )
        .unwrap();
        assert_eq!(made.amount.to_string(), "0.115 USD");
        assert_eq!(made.price_date, "2026-09-22");
        let stored = serde_json::to_string(&made).unwrap();
        assert_eq!(serde_json::from_str::<Charge>(&stored).unwrap(), made);
    }
}
