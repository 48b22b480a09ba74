//! From measured runs to plans: what a comparison and a plan are told, and how their answers look as JSON.

mod demand;
pub(crate) mod document;
mod local;
mod measured;

pub(crate) use demand::Known;
pub(crate) use local::local;
pub(crate) use measured::{Measured, measured, speeds};
