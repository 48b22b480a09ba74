//! What of SageMaker can be rented for a role: legal there and priced in the region, or the nearest that is both.

use crate::sagemaker::{is_legal, legal_types, sagemaker, sagemaker_offers};
use crate::{Component, Machine, SageMakerOffer, Status, accelerator_memory, speeds};

/// How many of the nearest are named.
const NEAREST: usize = 3;

/// Why a type cannot be rented for a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotForRole {
    /// No prices of the component in the region are known.
    #[error("no prices of `{component}` in `{region}` are known", component = component.name())]
    Region {
        /// Role.
        component: Component,
        /// What was asked for.
        region: String,
        /// Regions with prices.
        known: Vec<&'static str>,
    },
    /// SageMaker has no such type.
    #[error("SageMaker has no type `{instance_type}`")]
    Unknown {
        /// What was asked for.
        instance_type: String,
    },
    /// The service refuses the type for this role.
    #[error("`{instance_type}` is not legal for `{component}`", component = component.name())]
    Illegal {
        /// Role.
        component: Component,
        /// Type.
        instance_type: String,
        /// What comes nearest.
        nearest: Vec<&'static SageMakerOffer>,
    },
    /// The service accepts the type, but no list has a price.
    #[error("`{instance_type}` is legal for `{component}` but has no price in `{region}`", component = component.name())]
    Unpriced {
        /// Role.
        component: Component,
        /// Type.
        instance_type: String,
        /// Region.
        region: String,
        /// The price that left the list.
        last_known: Option<&'static SageMakerOffer>,
        /// What comes nearest.
        nearest: Vec<&'static SageMakerOffer>,
    },
}

impl NotForRole {
    /// What comes nearest, best first.
    pub fn nearest(&self) -> &[&'static SageMakerOffer] {
        match self {
            Self::Illegal { nearest, .. } | Self::Unpriced { nearest, .. } => nearest,
            Self::Region { .. } | Self::Unknown { .. } => &[],
        }
    }
}

/// The offer of a type for a role in a region, legal and sold.
///
/// ```
/// use catalog::{Component, for_role};
/// assert!(for_role(Component::Training, "ml.m5.large", "us-east-1").is_ok());
/// let error = for_role(Component::Training, "ml.t2.medium", "us-east-1").unwrap_err();
/// assert_eq!(error.to_string(), "`ml.t2.medium` is not legal for `Training`");
/// assert_eq!(error.nearest()[0].instance_type, "ml.t3.medium");
/// ```
pub fn for_role(
    component: Component,
    instance_type: &str,
    region: &str,
) -> Result<&'static SageMakerOffer, NotForRole> {
    let known = priced_regions(component);
    if !known.contains(&region) {
        return Err(NotForRole::Region {
            component,
            region: region.to_owned(),
            known,
        });
    }
    if !sagemaker_types().any(|known| known == instance_type) {
        return Err(NotForRole::Unknown {
            instance_type: instance_type.to_owned(),
        });
    }
    let nearest = || nearest(component, instance_type, region);
    if !is_legal(component, instance_type) {
        return Err(NotForRole::Illegal {
            component,
            instance_type: instance_type.to_owned(),
            nearest: nearest(),
        });
    }
    match sagemaker(component, instance_type, region) {
        Some(offer) if offer.is_sold() => Ok(offer),
        last_known => Err(NotForRole::Unpriced {
            component,
            instance_type: instance_type.to_owned(),
            region: region.to_owned(),
            last_known,
            nearest: nearest(),
        }),
    }
}

/// Every offer that is legal for a role and sold in a region, by type.
pub fn offers_for_role(
    component: Component,
    region: &str,
) -> impl Iterator<Item = &'static SageMakerOffer> {
    legal_types(component)
        .filter_map(move |name| sagemaker(component, name, region))
        .filter(|offer| offer.is_sold())
}

/// Every type that SageMaker accepts for anything.
pub fn sagemaker_types() -> impl Iterator<Item = &'static str> {
    let mut all: Vec<&str> = Component::ALL.into_iter().flat_map(legal_types).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
}

/// Regions in which a component has prices that hold, sorted.
pub fn priced_regions(component: Component) -> Vec<&'static str> {
    let offers = sagemaker_offers().iter();
    let of =
        offers.filter(|offer| offer.component == component && offer.status != Status::LastKnown);
    let mut regions: Vec<&str> = of.map(|offer| offer.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    regions
}

/// The nearest that are legal and sold: with as many virtual CPUs, then with credits or without as it, then the cheapest.
/// None has less memory, or accelerators with less memory, and none has accelerators where it has none.
fn nearest(
    component: Component,
    instance_type: &str,
    region: &str,
) -> Vec<&'static SageMakerOffer> {
    let Some(wanted) = wanted(instance_type) else {
        return Vec::new();
    };
    let mut fitting: Vec<(Distance, &SageMakerOffer)> = offers_for_role(component, region)
        .filter_map(|offer| Some((wanted.distance(offer)?, offer)))
        .collect();
    fitting.sort_by(|(left, a), (right, b)| {
        left.cmp(right)
            .then(a.price.cmp(&b.price))
            .then(a.instance_type.cmp(&b.instance_type))
    });
    fitting
        .into_iter()
        .map(|(_, offer)| offer)
        .take(NEAREST)
        .collect()
}

struct Wanted {
    machine: &'static Machine,
    burstable: bool,
}

/// Smaller is nearer.
type Distance = (u32, bool);

fn wanted(instance_type: &str) -> Option<Wanted> {
    let name = instance_type.strip_prefix("ml.")?;
    let aws = crate::Catalog::shipped().snapshot(crate::Cloud::Aws)?;
    Some(Wanted {
        machine: aws.machine(name)?,
        burstable: speeds::is_burstable(crate::Cloud::Aws, name),
    })
}

impl Wanted {
    fn distance(&self, offer: &SageMakerOffer) -> Option<Distance> {
        let machine = offer.machine()?;
        let (mine, theirs) = (
            self.machine.accelerators.as_ref(),
            machine.accelerators.as_ref(),
        );
        let fits = match (mine, theirs) {
            (None, None) => machine.memory >= self.machine.memory,
            (Some(mine), Some(theirs)) => {
                let memory = |model: &str| accelerator_memory(model);
                memory(&theirs.model)? >= memory(&mine.model)?
                    && theirs.thousandths >= mine.thousandths
            }
            _ => false,
        };
        let burstable = speeds::is_burstable(crate::Cloud::Aws, &machine.name);
        let vcpus = self.machine.vcpus?.abs_diff(machine.vcpus?);
        fits.then_some((vcpus, burstable != self.burstable))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_legal_or_not_sold_has_a_substitute() {
        use Component::{Hosting, Processing, Training, Transform};
        let cases = [
            (Training, "ml.t2.medium", "ml.t3.medium"),
            (Processing, "ml.t2.medium", "ml.t3.medium"),
            (Hosting, "ml.p3.2xlarge", "ml.g4dn.2xlarge"),
            (Training, "ml.p3.2xlarge", "ml.g4dn.2xlarge"),
        ];
        for (component, name, expected) in cases {
            let error = for_role(component, name, "us-east-1").unwrap_err();
            assert_eq!(error.nearest()[0].instance_type, expected, "{error}");
        }
        for (component, name) in [(Training, "ml.c5.large"), (Transform, "ml.t2.medium")] {
            let error = for_role(component, name, "us-east-1").unwrap_err();
            let near = error.nearest()[0].machine().unwrap();
            assert_eq!(
                (
                    near.vcpus,
                    speeds::is_burstable(crate::Cloud::Aws, &near.name)
                ),
                (Some(2), false),
                "{error}"
            );
        }
    }

    #[test]
    fn legal_is_not_sold() {
        let error = for_role(Component::Hosting, "ml.p3.2xlarge", "us-east-1").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`ml.p3.2xlarge` is legal for `Hosting` but has no price in `us-east-1`"
        );
        let NotForRole::Unpriced {
            last_known: Some(last),
            ..
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(last.price.to_string(), "3.825 USD/h");
        let near: Vec<&str> = error
            .nearest()
            .iter()
            .map(|offer| offer.instance_type.as_str())
            .collect();
        assert_eq!(near, ["ml.g4dn.2xlarge", "ml.g6.2xlarge", "ml.g5.2xlarge"]);
    }

    #[test]
    fn an_unknown_region_or_type_is_that() {
        let region = for_role(Component::Training, "ml.m5.large", "eu-west-9").unwrap_err();
        assert_eq!(
            region.to_string(),
            "no prices of `Training` in `eu-west-9` are known"
        );
        let NotForRole::Region { known, .. } = region else {
            panic!()
        };
        assert_eq!(known, ["ap-south-1", "eu-west-1", "us-east-1", "us-west-2"]);
        let unknown = for_role(Component::Training, "ml.m5.enormous", "us-east-1").unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "SageMaker has no type `ml.m5.enormous`"
        );
        assert!(unknown.nearest().is_empty());
    }

    #[test]
    fn whatever_is_offered_for_a_role_can_be_rented_for_it() {
        for component in Component::ALL {
            for region in priced_regions(component) {
                for offer in offers_for_role(component, region) {
                    assert_eq!(for_role(component, &offer.instance_type, region), Ok(offer));
                }
            }
        }
    }
}
