//! Small neural networks on the processor: a convolutional one for grey images and a recurrent one for series, their training
//! and their prediction.
//!
//! [`Training`] runs the loop; [`cnn::Cnn`] and [`lstm::Lstm`] are what it trains. A training that stands still is a [`State`]
//! that can be written down and gone on from. What was trained predicts through [`cnn::Predictor`] and [`lstm::Predictor`],
//! from arrays that a saved model holds as well.
//!
//! There is no I/O, no clock and no global state here. Results have the same bytes at any number of threads: a batch is cut
//! into chunks of fixed size whose sums are added in order, and random numbers are counted, not drawn. They have the same
//! bytes at any width of vectors too, as long as the processor fuses multiplication and addition.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a dispatched operation is not compiled for the processor's vectors"
)]
#![cfg_attr(
    test,
    expect(
        clippy::float_cmp,
        reason = "what is tested so must be the same to the bit"
    )
)]

pub mod cnn;
pub mod functions;
pub mod lstm;
pub mod random;

mod activation;
mod adam;
mod error;
mod instructions;
mod product;
mod schedule;
mod state;
mod training;
mod weights;

pub use adam::Adam;
pub use error::Error;
pub use instructions::instruction_set;
pub use schedule::Schedule;
pub use state::{EpochRecord, Parameters, Progress, State};
pub use training::{Batch, Network, Outcome, Recipe, Training, Verdict};
