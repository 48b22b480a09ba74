//! The ledger: the measured facts of a job, times the prices of their moment.
//!
//! A charge carries its price with source and date and is never priced again. What is not known is `None`, never zero.

mod charge;
mod energy;
mod managed_spot;

pub use charge::{Charge, charge};
pub use energy::{EnergyRange, energy};
pub use managed_spot::managed_spot_saving;
