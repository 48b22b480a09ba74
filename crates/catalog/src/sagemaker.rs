//! SageMaker's instances: prices by component, and which types are legal for which role.

use std::sync::OnceLock;

use units::{Bytes, HourlyPrice, Money};

use crate::columns::{Error, Pack, Table};
use crate::{Catalog, Cloud, Machine, Source};

const DATA: &[u8] = include_bytes!("../data/prices/sagemaker.pack");

/// What of SageMaker an instance is rented for; the price may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// Endpoints.
    Hosting,
    /// Notebooks.
    Notebook,
    /// Processing jobs.
    Processing,
    /// Training jobs.
    Training,
    /// Transform jobs.
    Transform,
}

impl Component {
    /// Every component, sorted by name.
    pub const ALL: [Self; 5] = [
        Self::Hosting,
        Self::Notebook,
        Self::Processing,
        Self::Training,
        Self::Transform,
    ];

    /// The name in the data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hosting => "Hosting",
            Self::Notebook => "Notebook",
            Self::Processing => "Processing",
            Self::Training => "Training",
            Self::Transform => "Transform",
        }
    }

    /// From a name in whatever case.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|component| component.name().eq_ignore_ascii_case(name))
    }
}

/// How the price is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Read in a price list.
    Listed,
    /// Computed from another listed price.
    Derived,
    /// No longer in the list: not sold.
    LastKnown,
}

impl Status {
    /// The name in the data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Derived => "derived",
            Self::LastKnown => "last-known",
        }
    }

    fn parse(name: &str) -> Result<Self, Error> {
        let all = [Self::Listed, Self::Derived, Self::LastKnown];
        let found = all.into_iter().find(|status| status.name() == name);
        found.ok_or_else(|| Error::Value {
            what: "status",
            value: name.to_owned(),
        })
    }
}

/// The price of an instance type for a component in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SageMakerOffer {
    /// What it is rented for.
    pub component: Component,
    /// Type, such as `ml.m5.large`.
    pub instance_type: String,
    /// Region.
    pub region: String,
    /// Price of an instance.
    pub price: HourlyPrice,
    /// How the price is known.
    pub status: Status,
    /// What a derived price was computed from; else empty.
    pub basis: String,
    /// Where it was read, or where what it was computed from was read.
    pub source: Source,
}

impl SageMakerOffer {
    /// The EC2 machine behind it, where that is offered anywhere.
    pub fn machine(&self) -> Option<&'static Machine> {
        machine(&self.instance_type)
    }

    /// Whether one can rent it: a price that left the list is none.
    pub fn is_sold(&self) -> bool {
        self.status != Status::LastKnown
    }
}

struct Data {
    /// Sorted by component, type and region.
    offers: Vec<SageMakerOffer>,
    /// Sorted by type.
    legal: Vec<Legal>,
}

struct Legal {
    instance_type: String,
    components: [bool; 5],
}

fn data() -> &'static Data {
    static DATA_READ: OnceLock<Data> = OnceLock::new();
    DATA_READ.get_or_init(|| {
        let pack = Pack::decode(DATA).expect("a test reads the pack");
        let offers = offers(pack.table("prices").expect("a test reads it"));
        let legal = legal(pack.table("legal").expect("a test reads it"));
        Data {
            offers: offers.expect("a test reads every price"),
            legal: legal.expect("a test reads every type"),
        }
    })
}

fn offers(table: &Table) -> Result<Vec<SageMakerOffer>, Error> {
    let text = |name: &str| table.texts(name);
    let (component, instance_type, region) =
        (text("component")?, text("instance_type")?, text("region")?);
    let (status, basis, source, date) = (
        text("status")?,
        text("basis")?,
        text("source")?,
        text("date")?,
    );
    let price = table.wholes("price")?;
    let no_component = |name: &str| Error::Value {
        what: "component",
        value: name.to_owned(),
    };
    (0..table.rows())
        .map(|row| {
            let nanos = price
                .get(row)
                .ok_or(Error::Damaged("an offer without a price"))?;
            Ok(SageMakerOffer {
                component: Component::parse(component.get(row))
                    .ok_or_else(|| no_component(component.get(row)))?,
                instance_type: instance_type.get(row).to_owned(),
                region: region.get(row).to_owned(),
                price: HourlyPrice::new(Money::from_nanos(nanos)),
                status: Status::parse(status.get(row))?,
                basis: basis.get(row).to_owned(),
                source: Source::parse(source.get(row), date.get(row))?,
            })
        })
        .collect()
}

fn legal(table: &Table) -> Result<Vec<Legal>, Error> {
    let name = table.texts("instance_type")?;
    let mut rows: Vec<Legal> = (0..table.rows())
        .map(|row| Legal {
            instance_type: name.get(row).to_owned(),
            components: [false; 5],
        })
        .collect();
    for (place, component) in Component::ALL.into_iter().enumerate() {
        let column = table.wholes(component.name())?;
        for (row, legal) in rows.iter_mut().enumerate() {
            legal.components[place] = column.get(row) == Some(1);
        }
    }
    Ok(rows)
}

/// Every price, sorted by component, type and region.
pub fn sagemaker_offers() -> &'static [SageMakerOffer] {
    &data().offers
}

/// The price of a type, if it is known, be it sold or not.
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
) -> Option<&'static SageMakerOffer> {
    let offers = sagemaker_offers();
    let key = |offer: &'static SageMakerOffer| {
        (
            offer.component,
            offer.instance_type.as_str(),
            offer.region.as_str(),
        )
    };
    let found =
        offers.binary_search_by(|offer| key(offer).cmp(&(component, instance_type, region)));
    found.ok().map(|place| &offers[place])
}

/// Every type that a component accepts, sorted.
pub fn legal_types(component: Component) -> impl Iterator<Item = &'static str> {
    let legal = data().legal.iter();
    legal
        .filter(move |legal| legal.components[component as usize])
        .map(|legal| legal.instance_type.as_str())
}

/// Whether a component accepts a type. Legal does not mean sold.
pub fn is_legal(component: Component, instance_type: &str) -> bool {
    let legal = &data().legal;
    let found = legal.binary_search_by(|row| row.instance_type.as_str().cmp(instance_type));
    found.is_ok_and(|place| legal[place].components[component as usize])
}

/// The EC2 machine behind a type of SageMaker.
fn machine(instance_type: &str) -> Option<&'static Machine> {
    let name = instance_type.strip_prefix("ml.")?;
    Catalog::shipped().snapshot(Cloud::Aws)?.machine(name)
}

/// Virtual CPUs and memory of a type, where both are known.
pub fn machine_size(instance_type: &str) -> Option<(u32, Bytes)> {
    let machine = machine(instance_type)?;
    Some((machine.vcpus?, machine.memory?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_read_unique_sorted_and_plausible() {
        let offers = sagemaker_offers();
        let key = |o: &'static SageMakerOffer| (o.component, &o.instance_type, &o.region);
        assert!(offers.is_sorted_by(|left, right| (
            left.component,
            &left.instance_type,
            &left.region
        ) < (
            right.component,
            &right.instance_type,
            &right.region
        )));
        let names: BTreeSet<_> = offers.iter().map(key).collect();
        assert_eq!((names.len(), offers.len()), (2_858, 2_858));
        for offer in offers {
            let price = offer.price.an_hour();
            assert!(
                price > Money::ZERO && price < Money::from_cents(20_000),
                "{offer:?}"
            );
            assert!(offer.instance_type.starts_with("ml."), "{offer:?}");
            let is_computed = offer.status == Status::Derived;
            assert!(!is_computed || !offer.basis.is_empty(), "{offer:?}");
        }
    }

    #[test]
    fn listed_and_derived_stay_apart() {
        let status = |component| {
            sagemaker(component, "ml.m5.xlarge", "us-east-1")
                .unwrap()
                .status
        };
        assert_eq!(status(Component::Hosting), Status::Listed);
        assert_eq!(status(Component::Training), Status::Derived);
        let gone = sagemaker(Component::Hosting, "ml.p3.2xlarge", "us-east-1").unwrap();
        assert_eq!((gone.status, gone.is_sold()), (Status::LastKnown, false));
        assert_eq!(gone.source.date.to_string(), "2025-02-03");
    }

    /// Section 2 of the designs: which of the study's types is legal for which role.
    #[test]
    fn legal_types_are_those_of_the_service_model() {
        use Component::{Hosting, Notebook, Processing, Training, Transform};
        let cases: [(&str, &[Component]); 5] = [
            ("ml.t2.medium", &[Hosting, Notebook]),
            ("ml.t3.medium", &[Notebook, Processing, Training]),
            ("ml.c5.large", &[Hosting]),
            ("ml.c5.xlarge", &Component::ALL),
            ("ml.m5.large", &[Hosting, Processing, Training, Transform]),
        ];
        for (name, expected) in cases {
            let legal: Vec<Component> = Component::ALL
                .into_iter()
                .filter(|&component| is_legal(component, name))
                .collect();
            assert_eq!(legal, expected, "{name}");
        }
        assert!(!is_legal(Training, "ml.m5.enormous"));
        let counts = [Training, Processing, Transform, Hosting, Notebook]
            .map(|component| legal_types(component).count());
        assert_eq!(counts, [225, 207, 116, 277, 189]);
    }

    #[test]
    fn a_size_is_found_and_an_unknown_type_is_none() {
        assert_eq!(
            machine_size("ml.m5.large"),
            Some((2, "8 GiB".parse().unwrap()))
        );
        assert_eq!(machine_size("ml.unknown.large"), None);
        assert_eq!(machine_size("m5.large"), None);
        assert!(sagemaker(Component::Hosting, "ml.m5.large", "mars-1").is_none());
        assert_eq!(Component::parse("training"), Some(Component::Training));
        assert_eq!(Component::parse("train"), None);
    }
}
