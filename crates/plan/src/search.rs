//! The cheapest design that keeps the goals, over every offer.
//!
//! Jobs and endpoint are searched apart, because the one's machine does not change the other's figures; what they share (a region, a
//! transfer between clouds) is added when they are joined. Of each side only the front by time, money and emissions is joined, and only the
//! best joined designs are judged in full, with the simulation of their endpoint.

mod filter;
mod jobs;
mod join;
mod serving;

pub use filter::Scope;
pub use jobs::{JobsOption, jobs};
pub use join::{Aim, CONFIDENCE, Candidate, Found, search};
pub use serving::{ServingOption, serving};

#[cfg(test)]
mod tests;
