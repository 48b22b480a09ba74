//! SageMaker: jobs, models, endpoints and the model registry.
//!
//! A Describe answers from the stored request, with status, times and results beside it. What a job or an endpoint
//! does in the world is an effect; the executor reports back through [`job`] and [`endpoint`].

pub mod endpoint;
mod endpoint_config;
pub mod job;
mod model;
mod model_container;
mod model_package;
mod model_package_group;
mod processing_job;
mod record;
mod request;
mod tags;
mod training_job;
mod transform_job;
pub mod tuning;

#[cfg(test)]
mod tests;

pub use model_container::containers;
pub use record::{
    Container, Deployment, Endpoint, EndpointConfig, EndpointStatus, Job, JobKind, JobStatus,
    JobWords, Metric, Model, ModelData, ModelPackage, ModelPackageGroup, PROCESSING_JOB,
    Processing, Secondary, TRAINING_JOB, TRANSFORM_JOB, Training, Transform, Transition, Variant,
};
pub use tuning::{TUNING_JOB, Trial, TuningJob, TuningStatus};

use super::Handler::{Read, Write};
use super::Table;

/// Operation to handler.
pub const TABLE: Table = &[
    ("AddTags", Write(tags::add)),
    ("CreateEndpoint", Write(endpoint::create)),
    ("CreateEndpointConfig", Write(endpoint_config::create)),
    ("CreateHyperParameterTuningJob", Write(tuning::create)),
    ("CreateModel", Write(model::create)),
    ("CreateModelPackage", Write(model_package::create)),
    (
        "CreateModelPackageGroup",
        Write(model_package_group::create),
    ),
    ("CreateProcessingJob", Write(processing_job::create)),
    ("CreateTrainingJob", Write(training_job::create)),
    ("CreateTransformJob", Write(transform_job::create)),
    ("DeleteEndpoint", Write(endpoint::delete)),
    ("DeleteEndpointConfig", Write(endpoint_config::delete)),
    ("DeleteHyperParameterTuningJob", Write(tuning::delete)),
    ("DeleteModel", Write(model::delete)),
    ("DeleteModelPackage", Write(model_package::delete)),
    (
        "DeleteModelPackageGroup",
        Write(model_package_group::delete),
    ),
    ("DeleteTags", Write(tags::delete)),
    ("DescribeEndpoint", Read(endpoint::describe)),
    ("DescribeEndpointConfig", Read(endpoint_config::describe)),
    ("DescribeHyperParameterTuningJob", Read(tuning::describe)),
    ("DescribeModel", Read(model::describe)),
    ("DescribeModelPackage", Read(model_package::describe)),
    (
        "DescribeModelPackageGroup",
        Read(model_package_group::describe),
    ),
    ("DescribeProcessingJob", Read(processing_job::describe)),
    ("DescribeTrainingJob", Read(training_job::describe)),
    ("DescribeTransformJob", Read(transform_job::describe)),
    ("ListEndpointConfigs", Read(endpoint_config::list)),
    ("ListEndpoints", Read(endpoint::list)),
    ("ListHyperParameterTuningJobs", Read(tuning::list)),
    ("ListModelPackageGroups", Read(model_package_group::list)),
    ("ListModelPackages", Read(model_package::list)),
    ("ListModels", Read(model::list)),
    ("ListProcessingJobs", Read(processing_job::list)),
    ("ListTags", Read(tags::list)),
    ("ListTrainingJobs", Read(training_job::list)),
    (
        "ListTrainingJobsForHyperParameterTuningJob",
        Read(tuning::list_training_jobs),
    ),
    ("ListTransformJobs", Read(transform_job::list)),
    ("StopHyperParameterTuningJob", Write(tuning::stop)),
    ("StopProcessingJob", Write(processing_job::stop)),
    ("StopTrainingJob", Write(training_job::stop)),
    ("StopTransformJob", Write(transform_job::stop)),
    ("UpdateEndpoint", Write(endpoint::update)),
    ("UpdateEndpointWeightsAndCapacities", Write(endpoint::scale)),
    ("UpdateModelPackage", Write(model_package::update)),
];
