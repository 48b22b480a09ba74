//! The ledger: the measured facts of a job, times the prices of their moment.
//!
//! A charge carries its price with source and date and is never priced again. What is not known is `None`, never zero.

mod charge;
mod energy;
mod forecast;
mod group;
mod managed_spot;
mod month;
mod replay;

pub use charge::{Charge, charge};
pub use energy::{EnergyRange, energy};
pub use forecast::{Forecast, Predicted, Range, StepFacts, StepState, forecast};
pub use group::{By, Entry, Group, group};
pub use managed_spot::managed_spot_saving;
pub use month::{Kept, Month, MonthLine, Repeated, month};
pub use replay::{HISTORY, RecordedStep, Replayed, replay};
