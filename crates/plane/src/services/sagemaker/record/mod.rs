//! What SageMaker remembers.

mod job;
mod registry;
mod serving;

pub use job::{
    Job, JobKind, JobStatus, JobWords, Metric, PROCESSING_JOB, Processing, Secondary, TRAINING_JOB,
    TRANSFORM_JOB, Training, Transform, Transition,
};
pub(super) use registry::{ClientToken, Tags};
pub use registry::{ModelPackage, ModelPackageGroup};
pub use serving::{
    Container, Deployment, Endpoint, EndpointConfig, EndpointStatus, Model, ModelData, Variant,
};
