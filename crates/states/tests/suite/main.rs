//! Tests of the language from outside, in simulated time.

#![expect(clippy::unwrap_used, reason = "tests")]

mod conformance;
mod driver;
mod expectation;
mod histories;
mod limits;
mod refusals;
mod replay;
mod speed;
