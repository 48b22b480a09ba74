//! Designs: where each part of a workload runs.

mod baseline;
mod hybrid;
mod optimized;
mod own;

use serde::{Deserialize, Serialize};
use workload::{Placement, StorageClass};

pub use baseline::baseline;
pub use hybrid::hybrid;
pub use optimized::optimized;
pub use own::own;

use crate::{Demand, Role};

/// Where each part of a workload runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    /// Its name.
    pub name: String,
    /// Region of jobs and storage, as the host names it.
    pub region: String,
    /// Region of the endpoint.
    pub serve_region: String,
    /// Jobs that read and write data.
    pub prepare: Placement,
    /// Trainings; on a cluster a second group may take what spot capacity leaves.
    pub train: Placement,
    /// Replicas of the endpoint: groups that answer together.
    pub serve: Vec<Replicas>,
    /// How data and models are kept.
    pub store: StorageClass,
    /// Why it is so and not as the study has it.
    pub notes: Vec<String>,
}

/// A group of alike replicas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replicas {
    /// Where they run; its count is the fewest.
    pub place: Placement,
    /// The most, where they follow the load.
    pub most: u32,
}

impl Replicas {
    /// As many as the placement says, always.
    pub fn fixed(place: Placement) -> Self {
        let most = place.count;
        Self { place, most }
    }

    /// Whether their number follows the load.
    pub fn scales(&self) -> bool {
        self.most > self.place.count
    }
}

impl Design {
    /// Where jobs of a role run; none of the endpoint, which may run in several groups.
    pub fn place(&self, role: Role) -> Option<&Placement> {
        match role {
            Role::Prepare => Some(&self.prepare),
            // A batch is a job like a training: an instance for as long as it lasts.
            Role::Train | Role::Batch => Some(&self.train),
            Role::Serve => None,
        }
    }
}

/// What kind of a machine a design gives to work: decided by whether accelerators make it faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Processor {
    /// CPUs alone.
    Cpu,
    /// A graphics processor.
    Gpu,
}

/// A graphics processor where it makes the work of a role faster.
fn processor(demand: &Demand, role: Role) -> Processor {
    if demand.is_accelerated(role) {
        Processor::Gpu
    } else {
        Processor::Cpu
    }
}

#[cfg(test)]
mod tests;
