//! The baseline: the smallest machines, the defaults of SageMaker, nothing that scales.

use workload::{Host, Placement, StorageClass};

use super::{Design, Replicas};
use crate::Demand;

/// Region of the designs that exist by default.
pub(super) const REGION: &str = "us-east-1";
/// What the study prepared data on.
const PREPARE: &str = "t2.medium";
/// SageMaker's API has no default type; most of its examples and SDK defaults take this one.
const DEFAULT: &str = "ml.m5.xlarge";

/// One t2.medium prepares, SageMaker trains and serves on one instance each, always on; S3 Standard.
pub fn baseline(demand: &Demand) -> Design {
    let serve = demand
        .serving
        .as_ref()
        .map(|_| Replicas::fixed(Placement::one(Host::SageMaker, DEFAULT)));
    Design {
        name: "baseline".to_owned(),
        region: REGION.to_owned(),
        serve_region: REGION.to_owned(),
        prepare: Placement::one(Host::Ec2, PREPARE),
        train: Placement::one(Host::SageMaker, DEFAULT),
        serve: serve.into_iter().collect(),
        store: StorageClass::Standard,
        notes: vec![
            format!("`default SageMaker` is one {DEFAULT}: the API has no default type"),
            format!("{PREPARE} is taken with its CPU credits: jobs this short do not use them up"),
        ],
    }
}
