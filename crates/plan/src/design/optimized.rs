//! The optimized design: machines by the kind of the work, an endpoint that scales, storage by access.

use workload::{Host, Placement, StorageClass};

use super::baseline::REGION;
use super::{Design, Processor, Replicas};
use crate::{Demand, Role};

/// Most replicas of an endpoint that follows its load.
pub(super) const MOST_REPLICAS: u32 = 10;
const CPU: &str = "ml.c5.2xlarge";
/// In the place of the p3.2xlarge of the study, which SageMaker no longer sells.
const GPU: &str = "ml.g6.2xlarge";

/// c5.large prepare, instances of eight virtual CPUs train and serve, one to ten replicas by target tracking.
pub fn optimized(demand: &Demand) -> Design {
    let instance = |role| match super::processor(demand, role) {
        Processor::Cpu => CPU,
        Processor::Gpu => GPU,
    };
    let mut notes = Vec::new();
    if demand.is_accelerated(Role::Train) || demand.is_accelerated(Role::Serve) {
        notes.push(format!(
            "{GPU} in the place of the study's p3.2xlarge, which has no price for hosting"
        ));
    }
    notes.push(
        "tuning is shown apart: the columns compare the same work in every design".to_owned(),
    );
    let serve = demand.serving.as_ref().map(|_| Replicas {
        place: Placement::one(Host::SageMaker, instance(Role::Serve)),
        most: MOST_REPLICAS,
    });
    Design {
        name: "optimized".to_owned(),
        region: REGION.to_owned(),
        serve_region: REGION.to_owned(),
        prepare: Placement::one(Host::Ec2, "c5.large"),
        train: Placement::one(Host::SageMaker, instance(Role::Train)),
        serve: serve.into_iter().collect(),
        store: StorageClass::IntelligentTiering,
        notes,
    }
}
