//! An offer as a row of a list, and as JSON.

use catalog::{Machine, Offer, SageMakerOffer};
use serde_json::{Value, json};
use units::{Bytes, HourlyPrice};

/// An offer, of a cloud or of SageMaker.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) cloud: &'static str,
    pub(super) region: String,
    pub(super) name: String,
    pub(super) vcpus: Option<u32>,
    pub(super) cores: Option<u32>,
    pub(super) memory: Option<Bytes>,
    pub(super) accelerators: Option<String>,
    pub(super) price: Option<HourlyPrice>,
    pub(super) spot: Option<HourlyPrice>,
    pub(super) spot_estimated: bool,
    pub(super) interruptions: Option<&'static str>,
    /// How a price of SageMaker is known.
    pub(super) status: Option<&'static str>,
    pub(super) date: String,
    pub(super) source: String,
}

impl Line {
    pub(super) fn of(offer: &Offer<'_>) -> Self {
        Self {
            cloud: offer.cloud.name(),
            region: offer.region.to_owned(),
            name: offer.machine.name.clone(),
            cores: offer.cores,
            price: offer.prices.on_demand,
            spot: offer.prices.spot,
            spot_estimated: offer.spot_source.is_some_and(|spot| spot.estimated),
            interruptions: offer.prices.interruptions.map(catalog::Interruptions::name),
            status: None,
            date: offer.source.date.to_string(),
            source: offer.source.name.clone(),
            ..Self::sized(Some(offer.machine))
        }
    }

    pub(super) fn of_sagemaker(offer: &SageMakerOffer, cores: Option<u32>) -> Self {
        Self {
            cloud: "aws",
            region: offer.region.clone(),
            name: offer.instance_type.clone(),
            cores,
            price: Some(offer.price),
            status: Some(offer.status.name()),
            date: offer.source.date.to_string(),
            source: offer.source.name.clone(),
            ..Self::sized(offer.machine())
        }
    }

    fn sized(machine: Option<&Machine>) -> Self {
        let accelerators = machine.and_then(|machine| machine.accelerators.as_ref());
        Self {
            cloud: "",
            region: String::new(),
            name: String::new(),
            vcpus: machine.and_then(|machine| machine.vcpus),
            cores: None,
            memory: machine.and_then(|machine| machine.memory),
            accelerators: accelerators.map(ToString::to_string),
            price: None,
            spot: None,
            spot_estimated: false,
            interruptions: None,
            status: None,
            date: String::new(),
            source: String::new(),
        }
    }

    /// The cells of a row, unknown ones empty.
    pub(super) fn cells(&self) -> Vec<String> {
        let count = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
        let about = if self.spot_estimated { "~" } else { "" };
        vec![
            self.name.clone(),
            self.cloud.to_owned(),
            self.region.clone(),
            count(self.vcpus),
            count(self.cores),
            self.memory.map(gibibytes).unwrap_or_default(),
            self.accelerators.clone().unwrap_or_default(),
            self.price.map(dollars).unwrap_or_default(),
            self.spot
                .map(|spot| format!("{about}{}", dollars(spot)))
                .unwrap_or_default(),
            self.interruptions.unwrap_or_default().to_owned(),
            self.status.unwrap_or_default().to_owned(),
            self.status.map(|_| self.date.clone()).unwrap_or_default(),
        ]
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "cloud": self.cloud,
            "region": self.region,
            "type": self.name,
            "vcpus": self.vcpus,
            "cores": self.cores,
            "memory": self.memory,
            "accelerators": self.accelerators,
            "price": self.price,
            "spot": self.spot,
            "spot_estimated": self.spot.map(|_| self.spot_estimated),
            "interruptions": self.interruptions,
            "status": self.status,
            "date": self.date,
            "source": self.source,
        })
    }
}

/// Names of the cells.
pub(super) const HEADER: [&str; 12] = [
    "type",
    "cloud",
    "region",
    "vCPU",
    "cores",
    "GiB",
    "accelerator",
    "USD/h",
    "spot",
    "interr.",
    "price is",
    "of",
];

/// A price without its unit: the head of the column has it.
pub(super) fn dollars(price: HourlyPrice) -> String {
    price.to_string().trim_end_matches(" USD/h").to_owned()
}

/// An amount of memory in GiB, at most two digits after the point.
pub(super) fn gibibytes(memory: Bytes) -> String {
    let hundredths = (u128::from(memory.get()) * 100 + (1 << 29)) >> 30;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use catalog::{Catalog, Cloud, Component};

    use super::*;

    #[test]
    fn an_estimated_spot_price_is_marked() {
        let offer = Catalog::shipped()
            .offer(Cloud::Aws, "p3.2xlarge", "us-east-1")
            .unwrap();
        let cells = Line::of(&offer).cells();
        assert_eq!(cells[6..10], ["1 x V100", "3.06", "~0.612", ">20%"]);
        assert_eq!(cells.len(), HEADER.len());
        let document = Line::of(&offer).json();
        assert_eq!(document["spot_estimated"], true);
        assert_eq!(document["price"], "3.06 USD/h");
    }

    #[test]
    fn a_price_of_sagemaker_says_how_it_is_known() {
        let offer = catalog::sagemaker(Component::Processing, "ml.m5.large", "us-east-1").unwrap();
        let line = Line::of_sagemaker(offer, Some(1));
        assert_eq!(
            line.cells()[7..],
            ["0.115", "", "", "derived", "2026-09-22"]
        );
        assert_eq!(line.json()["spot"], Value::Null);
    }

    #[test]
    fn memory_is_shown_in_gibibytes() {
        for (text, shown) in [
            ("8 GiB", "8"),
            ("3.75 GiB", "3.75"),
            ("512 MiB", "0.5"),
            ("627712 KiB", "0.6"),
        ] {
            assert_eq!(gibibytes(text.parse().unwrap()), shown);
        }
    }
}
