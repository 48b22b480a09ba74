//! What a placement rents: a machine at a price, or the reason why it cannot be rented.

use catalog::{
    Catalog, Cloud, Component, Interruptions, Machine, NotForRole, NotOffered, Purchase, Source,
    Status,
};
use units::{HourlyPrice, Share, Span};
use workload::{Host, Placement};

use crate::Role;

/// A machine that can be rented.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rented<'a> {
    /// Who rents it.
    pub cloud: Cloud,
    /// What it is.
    pub machine: &'a Machine,
    /// Physical cores, where they were counted. Two virtual CPUs share a core on most machines.
    pub cores: Option<u32>,
    /// Its price an hour.
    pub price: HourlyPrice,
    /// Where the price was read.
    pub source: &'a Source,
    /// Whether the price was computed from another one.
    pub derived: bool,
    /// Share of spot machines that are taken back within a month; none on demand.
    pub interruptions: Option<Interruptions>,
    /// On spare capacity that may be taken back.
    pub spot: bool,
    /// Whose instance it is.
    pub host: Host,
}

impl Rented<'_> {
    /// Whether its processor is an ARM; programs and images must be built for it.
    pub fn is_arm(&self) -> bool {
        let server = catalog::Server::find(self.cloud, &self.machine.name);
        server.is_some_and(|server| server.text("arch").starts_with("ARM"))
    }

    /// Its type, as its host names it.
    pub fn type_name(&self) -> String {
        match self.host {
            Host::SageMaker => format!("ml.{}", self.machine.name),
            _ => self.machine.name.clone(),
        }
    }

    /// Mean time between two interruptions of a spot machine; none on demand. Where no rate is published, the worst class is taken.
    pub fn between_interruptions(&self) -> Option<Span> {
        if !self.spot {
            return None;
        }
        let class = self.interruptions.unwrap_or(Interruptions::Above20);
        let ppm = (class.monthly_share() * 1e6) as u32;
        simulate::checkpoint::between_interruptions(Share::from_ppm(ppm)?)
    }

    /// Requests or threads that run at full speed at a time: physical cores; where they are unknown, half of the virtual CPUs.
    pub fn slots(&self) -> u32 {
        let vcpus = self.machine.vcpus.unwrap_or(1);
        self.cores.unwrap_or(vcpus / 2).max(1)
    }
}

/// Why a placement cannot be rented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRented {
    /// SageMaker does not take or sell the type for the role.
    #[error(transparent)]
    ForRole(#[from] NotForRole),
    /// The cloud does not offer the type there.
    #[error(transparent)]
    Offered(#[from] NotOffered),
    /// It is offered, but not in this way.
    #[error("`{machine}` has no {way} price in `{region}`", way = if *spot { "spot" } else { "on-demand" })]
    NoPrice {
        /// Type.
        machine: String,
        /// Region.
        region: String,
        /// On spare capacity.
        spot: bool,
    },
    /// Managed spot training has no price list.
    #[error("no price of SageMaker on spot is published: `{machine}` is priced on demand alone")]
    ManagedSpot {
        /// Type.
        machine: String,
    },
    /// A type that SageMaker sells, of which nothing else is known.
    #[error("nothing is known of the machine behind `{machine}`")]
    UnknownMachine {
        /// Type.
        machine: String,
    },
}

/// The cloud of a host.
pub fn cloud_of(host: Host) -> Cloud {
    match host {
        Host::Ec2 | Host::SageMaker | Host::Eks => Cloud::Aws,
        Host::Gcp => Cloud::Gcp,
        Host::Azure => Cloud::Azure,
        Host::Own => Cloud::Own,
    }
}

impl Role {
    /// What SageMaker calls it.
    pub fn component(self) -> Component {
        match self {
            Self::Prepare => Component::Processing,
            Self::Train => Component::Training,
            Self::Batch => Component::Transform,
            Self::Serve => Component::Hosting,
        }
    }
}

/// What a placement rents for a role in a region.
///
/// ```
/// use catalog::Catalog;
/// use plan::{Role, rent};
/// let place = "sagemaker/ml.t2.medium".parse()?;
/// assert!(rent(Catalog::shipped(), &place, Role::Serve, "us-east-1").is_ok());
/// let error = rent(Catalog::shipped(), &place, Role::Train, "us-east-1").unwrap_err();
/// assert_eq!(error.to_string(), "`ml.t2.medium` is not legal for `Training`");
/// # Ok::<(), workload::InvalidText>(())
/// ```
pub fn rent<'a>(
    catalog: &'a Catalog,
    place: &Placement,
    role: Role,
    region: &str,
) -> Result<Rented<'a>, NotRented> {
    if place.host == Host::SageMaker {
        return managed(place, role, region);
    }
    let cloud = cloud_of(place.host);
    let offer = catalog.offer(cloud, &place.machine, region)?;
    let (purchase, source) = if place.spot {
        (Purchase::Spot, offer.spot_source.map(|spot| &spot.source))
    } else {
        (Purchase::OnDemand, Some(offer.source))
    };
    let price = offer.price(purchase).ok_or_else(|| NotRented::NoPrice {
        machine: place.machine.clone(),
        region: region.to_owned(),
        spot: place.spot,
    })?;
    Ok(Rented {
        cloud,
        machine: offer.machine,
        cores: offer.cores,
        price,
        source: source.unwrap_or(offer.source),
        derived: place.spot && offer.spot_source.is_some_and(|spot| spot.estimated),
        interruptions: offer.prices.interruptions.filter(|_| place.spot),
        spot: place.spot,
        host: place.host,
    })
}

fn managed<'a>(place: &Placement, role: Role, region: &str) -> Result<Rented<'a>, NotRented> {
    let offer = catalog::for_role(role.component(), &place.machine, region)?;
    if place.spot {
        return Err(NotRented::ManagedSpot {
            machine: place.machine.clone(),
        });
    }
    let machine = offer.machine().ok_or_else(|| NotRented::UnknownMachine {
        machine: place.machine.clone(),
    })?;
    Ok(Rented {
        cloud: Cloud::Aws,
        machine,
        cores: catalog::Server::find(Cloud::Aws, &machine.name).and_then(catalog::Server::cores),
        price: offer.price,
        source: &offer.source,
        derived: offer.status == Status::Derived,
        interruptions: None,
        spot: false,
        host: Host::SageMaker,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(place: &str, role: Role, region: &str) -> Result<String, String> {
        let place = place.parse().unwrap();
        rent(Catalog::shipped(), &place, role, region)
            .map(|rented| rented.price.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_machines_of_the_designs_have_their_prices() {
        let cases = [
            ("ec2/t2.medium", Role::Prepare, "0.0464 USD/h"),
            ("ec2/c5.large", Role::Prepare, "0.085 USD/h"),
            ("eks/c5.large", Role::Prepare, "0.085 USD/h"),
            ("sagemaker/ml.m5.xlarge", Role::Train, "0.23 USD/h"),
            ("sagemaker/ml.c5.2xlarge", Role::Serve, "0.408 USD/h"),
            ("sagemaker/ml.g6.2xlarge", Role::Serve, "1.222 USD/h"),
        ];
        for (place, role, expected) in cases {
            assert_eq!(
                price(place, role, "us-east-1").as_deref(),
                Ok(expected),
                "{place}"
            );
        }
    }

    /// 1 - exp(-730 / mean) = 0.075.
    #[test]
    fn the_life_of_spot_capacity_follows_from_the_share_that_is_taken_back() {
        let rented = |place: &str| {
            let place = place.parse().unwrap();
            rent(Catalog::shipped(), &place, Role::Train, "us-east-1").unwrap()
        };
        let spot = Rented {
            interruptions: Some(Interruptions::To10),
            ..rented("ec2/c5.large spot")
        };
        let hours = spot.between_interruptions().unwrap().as_seconds() / 3_600.0;
        assert!((hours - 9_363.6).abs() < 0.1, "{hours}");
        assert_eq!(rented("ec2/c5.large").between_interruptions(), None);
    }

    #[test]
    fn what_cannot_be_rented_says_why() {
        let cases = [
            (
                "ec2/c5.enormous",
                "us-east-1",
                "`aws` has no type `c5.enormous`",
            ),
            ("ec2/c5.large", "moon-1", "`aws` has no region `moon-1`"),
            (
                "sagemaker/ml.c5.xlarge spot",
                "us-east-1",
                "no price of SageMaker on spot is published: `ml.c5.xlarge` is priced on demand alone",
            ),
            (
                "own/workstation",
                "office",
                "the catalog has no offers of `own`",
            ),
        ];
        for (place, region, expected) in cases {
            assert_eq!(price(place, Role::Train, region), Err(expected.to_owned()));
        }
    }
}
