//! Forecasts from files to answers, through everything that is written in between.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod air_quality;
mod hostile;
mod made;
mod pipeline;
mod resumed;
mod served;
