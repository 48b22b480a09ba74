//! A series with one row an hour: its calendar, what is known of the past at an hour, and the examples that a forecast is
//! learned from.
//!
//! An example has an origin, the last hour that is known, and a target hour after it; it belongs to the part of its **target**.
//! Nothing of an hour after the origin is read, but for the calendar of the target, which is known beforehand.

mod calendar;
mod error;
mod features;
mod hours;
mod moment;
mod windows;

pub use calendar::{CALENDAR, calendar};
pub use error::Error;
pub use features::{Example, Features, LAGS, baselines, examples, mase_scale};
pub use hours::Hours;
pub use moment::{Moment, Pattern};
pub use windows::{EXTRA, Scaling, Sequences};
