//! The plane's core under test: the store with a manual clock and every service, without sockets and processes.
//!
//! [`bed::Bed`] is what tests of services stand on. [`world::World`] runs a pipeline with performers of effects that
//! are deterministic, and crashes between any two of their steps.

pub(crate) mod bed;
mod crash;
mod pipeline;
mod power;
mod speed;
mod tuning;
mod work;
mod world;
