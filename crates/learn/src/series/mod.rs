//! A series with one row an hour: its calendar, what is known of the past at an hour, and the examples that a forecast is
//! learned from.
//!
//! An example has an origin, the last hour that is known, and a target hour after it; it belongs to the part of its **target**.
//! Nothing of an hour after the origin is read, but for the calendar of the target, which is known beforehand.

mod calendar;
mod error;
mod evaluate;
mod features;
mod hours;
mod importance;
mod model;
mod moment;
mod part;
mod patterns;
mod prepare;
mod read;
mod rows;
mod scoring;
mod split;
mod train;
mod windows;

pub use calendar::{CALENDAR, calendar};
pub use error::Error;
pub(crate) use evaluate::evaluate;
pub use features::{
    Example, Features, LAGS, MAX_HORIZON, baselines, examples, feature_names, mase_scale,
};
pub use hours::{Hours, MAX_GAP, Rows};
pub use model::Forecasts;
pub use moment::{Moment, Pattern};
pub use part::Material;
pub use part::samples;
pub use patterns::find as find_pattern;
pub(crate) use prepare::run as prepare;
pub(crate) use rows::RowReader;
pub(crate) use scoring::score;
pub(crate) use train::run as train;
pub use windows::{EXTRA, MAX_WINDOW, Scaling, Sequences};
