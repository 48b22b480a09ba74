//! The text as a tree with places, before anything is known of its meaning.

mod build;
mod node;
mod offsets;

pub(crate) use build::{MAX_BYTES, parse};
pub(crate) use node::{Key, Node, Scalar, Value};
