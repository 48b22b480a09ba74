//! Names inside a job's container tree that more than one side must agree on.
//!
//! They are SageMaker's where SageMaker has a name; the rest are files of our own jobs.

/// Root of a job's private tree.
pub const ML_ROOT: &str = "/opt/ml";
/// Hyperparameters of a training job, relative to the root.
pub const HYPERPARAMETERS_FILE: &str = "input/config/hyperparameters.json";
/// What a processing step is told, relative to its `spec` input.
pub const SPEC_FILE: &str = "spec.json";
/// The model with its preparation inside.
pub const MODEL_FILE: &str = "model.onnx";
/// Columns, types, markers and classes that a model expects; lies beside the model and beside prepared data.
pub const SCHEMA_FILE: &str = "schema.json";
/// Port on which a serving container listens.
pub const ENDPOINT_PORT: u16 = 8080;
/// Name of the uploaded batch input.
pub const BATCH_SOURCE: &str = "input.csv";
