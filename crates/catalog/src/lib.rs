//! Offers: what one can rent, at a price, at a date, with its source. Data in, no network.
//!
//! A price or a size is a row of `data/`, never code. Unknown is `None`, never zero.

mod energy;
mod offer;
mod sagemaker;

pub use energy::{WATTS_PER_BUSY_VCPU, WattsRange};
pub use offer::{Component, Offer, Status};
pub use sagemaker::{machine_size, sagemaker, sagemaker_offers};
