//! What a step of the pipeline is told and what it answers.
//!
//! Each document is a versioned JSON object: [`Document::SCHEMA`] names its form, stands in its `schema` member, and
//! rises when a member changes its meaning. The state machine, the jobs and the command line exchange nothing else.
//! No I/O happens here: callers read and write the bytes.

mod cache;
mod complete;
mod container;
mod difference;
mod document;
mod evaluate;
mod groups;
mod key;
mod load_test;
mod manifest;
mod mistakes;
mod prepare;
mod schema;
mod score;
mod select;
mod series;
mod train;

pub use cache::{CacheLook, CacheLooks, cache_object_key, run_prefix};
pub use complete::{Complete, complete_object_key, key_object_key, step_prefix};
pub use container::{
    BATCH_SOURCE, ENDPOINT_PORT, HYPERPARAMETERS_FILE, ML_ROOT, MODEL_FILE, SCHEMA_FILE, SPEC_FILE,
    TUNING_OBJECTIVE, is_of_the_platform,
};
pub use difference::Difference;
pub use document::{Document, DocumentError};
pub use evaluate::{
    Bootstrap, Calibration, CalibrationBin, ColumnImportance, EvaluateSpec, Evaluation, Importance,
    Interval, ResidualBin, Residuals, RocCurve,
};
pub use groups::{GroupScore, GroupScores, GroupsSpec};
pub use key::{Ingredients, Key, KeyError, Source, canonical_json};
pub use load_test::{LatencyBucket, LoadReport, LoadTestSpec};
pub use manifest::{FileHash, FileHasher, Manifest, ManifestError};
pub use mistakes::{Mistake, Mistakes};
pub use prepare::{
    Check, ColumnSpec, ColumnType, Comparison, CsvFormat, Duplicates, Encoding, Finding,
    ImagesSpec, Positive, PrepareSpec, PrepareSummary, SourceFormat, SourceObject, SplitBy,
    SplitSpec,
};
pub use schema::{Schema, SchemaColumn, SchemaImage, SchemaTarget, TargetKind};
pub use score::{lower_is_better, score_text};
pub use select::{Candidate, CandidateScore, Failure, SelectSpec, Selection};
pub use series::{
    BaselineEvaluation, ForecastEvaluation, ForecastPoint, Gaps, HorizonEvaluation, SchemaSeries,
    SeriesSpec, SeriesSummary,
};
pub use train::{Hyperparameters, HyperparametersError, MAX_CATEGORIES, TrainSummary};
