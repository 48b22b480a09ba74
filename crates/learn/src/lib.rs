//! Tabular learning from text files to a served model, without network, clock or global state.
//!
//! The path of a row: [`prepare`] cleans and splits the source; [`train`] fits preparation and family on training rows and
//! writes one ONNX file with both inside; [`Model`] loads that file and predicts; [`select`] and [`evaluate`] score
//! only through the loaded model, so that a reported figure is a figure of what is deployed.
//!
//! Everything is deterministic: one seed gives the same bytes at any thread count.

mod cell;
pub mod checkpoint;
mod checks;
pub mod evaluate;
pub mod families;
mod files;
mod foreign;
mod gregorian;
pub mod images;
mod import;
mod importance;
pub mod ingest;
mod left_out;
mod lines;
pub mod metrics;
mod model;
pub mod onnx;
mod outcome;
mod pages;
mod part;
mod preparation;
pub mod prepare;
pub mod profile;
mod remote;
mod row;
pub mod rows;
pub mod select;
pub mod series;
pub mod serve;
pub mod split;
mod table;
mod text;
mod threads;
pub mod train;
mod truth;
mod try_out;

pub use networks::random;

pub use cell::{canonical, parse_number};
pub use files::FileError;
pub use foreign::BindingError;
pub use model::{
    Load, MODEL_LIMIT, Model, ModelError, Predictions, Predictor, check_candidate, load,
};
pub use outcome::Outcome;
pub use pages::{PAGES, Page};
pub use part::{Labelled, PartError, read_part};
pub use preparation::{
    Affine, Encode, ImputeCategory, ImputeNumber, Matrix, Preparation, Recipe, Scale,
};
pub use remote::{Answers, Remote};
pub use table::Table;
pub use text::{column_names, decode};
pub use threads::ThreadsError;
pub use truth::Truth;
pub use try_out::try_out;
