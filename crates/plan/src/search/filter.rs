//! Which offers are searched.

use catalog::{Cloud, Source};
use jiff::civil::Date;

/// Which offers are searched; nothing said, all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Clouds; none is all.
    pub clouds: Vec<Cloud>,
    /// Regions; none is all.
    pub regions: Vec<String>,
    /// Without spare capacity.
    pub on_demand_only: bool,
    /// Without prices that were read before this day.
    pub since: Option<Date>,
}

impl Scope {
    /// Whether offers of a cloud are searched.
    pub fn takes_cloud(&self, cloud: Cloud) -> bool {
        self.clouds.is_empty() || self.clouds.contains(&cloud)
    }

    /// Whether prices of a source are taken.
    pub fn takes_source(&self, source: &Source) -> bool {
        self.since.is_none_or(|since| source.date >= since)
    }

    /// Whether offers in a region are searched.
    pub fn takes_region(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|wanted| wanted == region)
    }
}
