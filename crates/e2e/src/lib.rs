//! What tests of the built binary stand on: the binary under a time limit, a plane that ends with its test, scripts of
//! unmodified clients, and a scratch folder with a workload.
//!
//! The tests are in `tests/all`; they need the feature `real-clients` and the variables that `cargo xtask test` sets.

mod binary;
mod finished;
mod patience;
mod plane;
mod processes;
mod python;
mod running;
mod scratch;

pub use binary::{Binary, Verb};
pub use finished::Finished;
pub use patience::{eventually, until};
pub use plane::Plane;
pub use processes::{Process, processes_of};
pub use python::Python;
pub use running::Running;
pub use scratch::{Scratch, Workload};
