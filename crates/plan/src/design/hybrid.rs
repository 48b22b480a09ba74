//! The hybrid design: a cluster with a floor on demand and a group on spot.

use workload::{Host, Placement, StorageClass};

use super::baseline::REGION;
use super::optimized::MOST_REPLICAS;
use super::{Design, Processor, Replicas};
use crate::{Demand, Role};

const FLOOR: &str = "c5.large";
/// One of the types of the spot group; its cost is that of the dearest of the three, so that the figure holds for each.
const SPOT_CPU: &str = "c5.large";
const SPOT_GPU: &str = "g4dn.xlarge";

/// A cluster of EKS: one c5.large on demand always, trainings and further replicas on spot.
pub fn hybrid(demand: &Demand) -> Design {
    let spot = |role| Placement {
        spot: true,
        ..Placement::one(
            Host::Eks,
            match super::processor(demand, role) {
                Processor::Cpu => SPOT_CPU,
                Processor::Gpu => SPOT_GPU,
            },
        )
    };
    let serve = demand.serving.as_ref().map(|_| {
        let floor = Replicas::fixed(Placement::one(Host::Eks, FLOOR));
        let more = Replicas {
            place: Placement {
                count: 0,
                ..spot(Role::Serve)
            },
            most: MOST_REPLICAS,
        };
        [floor, more]
    });
    Design {
        name: "hybrid".to_owned(),
        region: REGION.to_owned(),
        serve_region: REGION.to_owned(),
        prepare: Placement::one(Host::Eks, FLOOR),
        train: spot(Role::Train),
        serve: serve.into_iter().flatten().collect(),
        store: StorageClass::IntelligentTiering,
        notes: vec![
            "trainings write checkpoints; moving to on demand near a deadline is not in these figures"
                .to_owned(),
        ],
    }
}
