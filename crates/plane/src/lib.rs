//! The plane: AWS-compatible services that really do the work, on one machine.
//!
//! Requests come through the [`gateway`], become commands of one writer (see [`store`]) that decide without I/O in
//! [`services`], and leave effects that the [`executor`] performs: processes, object bytes, timers.

pub mod clock;
pub mod collection;
pub mod context;
pub mod credentials;
pub mod executor;
pub mod fault;
pub mod gateway;
pub mod plane;
pub mod services;
#[cfg(test)]
mod simulation;
pub mod store;

pub use clock::{Clock, ManualClock, SystemClock};
pub use context::{ACCOUNT, Ctx};
pub use credentials::Credentials;
pub use fault::Fault;
pub use gateway::Limits;
pub use plane::{Options, Plane, StartError};
