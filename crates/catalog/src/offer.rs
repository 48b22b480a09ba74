//! An offer and where its price was read.

use jiff::civil::Date;
use units::{Bytes, HourlyPrice};

/// What of SageMaker an instance is rented for; the price may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// Endpoints.
    Hosting,
    /// Processing jobs.
    Processing,
    /// Training jobs.
    Training,
    /// Transform jobs.
    Transform,
}

impl Component {
    /// The name in the data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hosting => "Hosting",
            Self::Processing => "Processing",
            Self::Training => "Training",
            Self::Transform => "Transform",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [
            Self::Hosting,
            Self::Processing,
            Self::Training,
            Self::Transform,
        ]
        .into_iter()
        .find(|component| component.name() == name)
    }
}

/// How the price is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Read in a price list.
    Listed,
    /// Computed from another listed price.
    Derived,
    /// No longer in the list.
    LastKnown,
}

/// An instance type at a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is rented for.
    pub component: Component,
    /// Type, such as `ml.m5.large`.
    pub instance_type: String,
    /// Region.
    pub region: String,
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory.
    pub memory: Bytes,
    /// Price of an instance.
    pub price: HourlyPrice,
    /// How the price is known.
    pub status: Status,
    /// Where it was read.
    pub source: String,
    /// When it was read.
    pub date: Date,
}
