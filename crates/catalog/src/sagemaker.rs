//! SageMaker's instances on AWS.

use std::sync::OnceLock;

use units::{Bytes, HourlyPrice};

use crate::offer::{Component, Offer, Status};

const DATA: &str = include_str!("../data/aws-sagemaker.csv");

/// All offers, sorted by component and type.
pub fn sagemaker_offers() -> &'static [Offer] {
    static OFFERS: OnceLock<Vec<Offer>> = OnceLock::new();
    OFFERS.get_or_init(|| {
        csv::Reader::from_reader(DATA.as_bytes())
            .records()
            .map(|record| parse(&record.expect("a test reads every row of the data")))
            .collect()
    })
}

/// The offer of a type, if its price is known.
///
/// ```
/// use catalog::{Component, sagemaker};
/// let offer = sagemaker(Component::Training, "ml.m5.large", "us-east-1").unwrap();
/// assert_eq!(offer.price.to_string(), "0.115 USD/h");
/// assert!(sagemaker(Component::Training, "ml.m5.enormous", "us-east-1").is_none());
/// ```
pub fn sagemaker(
    component: Component,
    instance_type: &str,
    region: &str,
) -> Option<&'static Offer> {
    sagemaker_offers().iter().find(|offer| {
        offer.component == component
            && offer.instance_type == instance_type
            && offer.region == region
    })
}

/// Virtual CPUs and memory of a type, if any component offers it.
pub fn machine_size(instance_type: &str) -> Option<(u32, Bytes)> {
    let offer = sagemaker_offers()
        .iter()
        .find(|offer| offer.instance_type == instance_type)?;
    Some((offer.vcpus, offer.memory))
}

fn parse(record: &csv::StringRecord) -> Offer {
    let cell = |place: usize| record.get(place).unwrap_or_default();
    Offer {
        component: Component::parse(cell(0)).expect("a known component"),
        instance_type: cell(1).to_owned(),
        region: cell(2).to_owned(),
        vcpus: cell(3).parse().expect("a whole number of vCPUs"),
        memory: format!("{} GiB", cell(4))
            .parse::<Bytes>()
            .expect("an amount of memory"),
        price: format!("{} USD/h", cell(5))
            .parse::<HourlyPrice>()
            .expect("a price"),
        status: match cell(6) {
            "listed" => Status::Listed,
            "derived" => Status::Derived,
            _ => Status::LastKnown,
        },
        source: cell(7).to_owned(),
        date: cell(8).parse().expect("a date"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use units::Money;

    use super::*;

    #[test]
    fn every_row_is_read_unique_and_plausible() {
        let offers = sagemaker_offers();
        let names: BTreeSet<_> = offers
            .iter()
            .map(|o| (o.component, &o.instance_type, &o.region))
            .collect();
        assert_eq!(names.len(), offers.len());
        assert!(offers.len() > 400, "{}", offers.len());
        for offer in offers {
            let price = offer.price.an_hour();
            assert!(
                price > Money::ZERO && price < Money::from_cents(20_000),
                "{offer:?}"
            );
            assert!(
                offer.vcpus >= 1 && offer.instance_type.starts_with("ml."),
                "{offer:?}"
            );
        }
    }

    #[test]
    fn a_size_is_found_and_an_unknown_type_is_none() {
        assert_eq!(
            machine_size("ml.m5.large"),
            Some((2, "8 GiB".parse().unwrap()))
        );
        assert_eq!(machine_size("ml.unknown.large"), None);
        assert!(sagemaker(Component::Hosting, "ml.m5.large", "mars-1").is_none());
    }
}
