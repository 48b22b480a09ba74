//! What SageMaker remembers.

mod job;
mod registry;
mod serving;

pub use job::{
    Job, JobKind, JobStatus, JobWords, Metric, Processing, Secondary, Training, Transform,
    Transition,
};
pub(super) use registry::{ClientToken, Tags};
pub use registry::{ModelPackage, ModelPackageGroup};
pub use serving::{
    Container, Deployment, Endpoint, EndpointConfig, EndpointStatus, Model, Variant,
};
