//! A run with a deadline on capacity that comes and goes, tick by tick.
//!
//! At each tick a policy chooses spot capacity (where there is some), on-demand capacity or none. A start takes a delay, paid at
//! the price of what was started, in which nothing is done. Spot capacity that is gone at a tick is lost there, and with it what
//! was not saved. The model is that of "Can't Be Late" (Wu and others, NSDI 2024).

mod availability;
mod policy;
mod run;

pub use availability::{Availability, Means};
pub use policy::{Capacity, DeadlinePolicy, Greedy, OnDemand, Seen, SpotOnly, UniformProgress};
pub use run::{Job, Saves, SpotRun, run};
