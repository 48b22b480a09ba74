//! What a design would take and cost: the figures of a comparison.

mod bill;
mod carbon;
mod judge;
mod pipeline;
mod serving;

pub use bill::{Busy, bill, busy};
pub use carbon::Carbon;
pub use judge::{Outcome, judge};
pub use pipeline::{PipelineRun, StageTime, Use, World, pipeline};
pub use serving::{Endpoint, availability_of, capacity, endpoint};

use units::Overflow;

use crate::NotRented;

/// Why a design has no figures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// A part cannot be rented.
    #[error(transparent)]
    NotRented(#[from] NotRented),
    /// The speed of a machine is not known.
    #[error("no speed of `{machine}` is known")]
    Speed {
        /// Type.
        machine: String,
    },
    /// The traffic cannot be simulated.
    #[error(transparent)]
    Traffic(#[from] simulate::SimulateError),
    /// More money or time than can be counted.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}
