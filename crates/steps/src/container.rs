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

/// The hyperparameter that SageMaker adds to those of a tuning job's trials: the name of the objective.
pub const TUNING_OBJECTIVE: &str = "_tuning_objective_metric";

/// Whether a hyperparameter is the platform's own and not the program's.
///
/// ```
/// assert!(steps::is_of_the_platform("sagemaker_program"));
/// assert!(steps::is_of_the_platform(steps::TUNING_OBJECTIVE));
/// assert!(!steps::is_of_the_platform("max_depth"));
/// ```
pub fn is_of_the_platform(hyperparameter: &str) -> bool {
    hyperparameter.starts_with("sagemaker_") || hyperparameter == TUNING_OBJECTIVE
}
