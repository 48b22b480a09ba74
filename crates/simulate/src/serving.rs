//! An endpoint under traffic: replicas, one queue, a scaling policy.
//!
//! Requests wait in one queue in the order of their coming and go to the replica whose slot has been free longest. That is the
//! best a load balancer can do: the M/G/c queue. A replica serves `slots` requests at a time, each for a service time out of the
//! load test. It is paid from its launch, serves after its cold start, drains when it is taken away, and a spot replica
//! may be interrupted: at the notice its replacement is launched, shortly before its end it takes no new requests, and what it has
//! not answered by then goes back to the head of the queue.

mod account;
mod endpoint;
mod event;
mod lifecycle;
mod outcome;
mod replica;
mod run;
mod setting;

pub use outcome::{Outcome, Quantiles, Repetitions};
pub use run::{REPETITIONS, Simulation};
pub use setting::{REPLICAS, Serving, Slo, SloMeasure, SpotReplicas};

#[cfg(test)]
mod tests;
