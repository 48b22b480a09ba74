//! The shape tables: what AWS's service models say, as static data.
//!
//! Everything here is plain `Copy` data behind `&'static` references, built by `const` functions, so that the
//! generated tables need no parsing, no allocation and no lock at start.

mod operation;
mod pattern;
mod service;
mod shape;
mod support;

pub use operation::{ErrorShape, Operation};
pub use pattern::Pattern;
pub use service::{Protocol, Service};
pub use shape::{Kind, Location, Member, Shape, Text, TimestampFormat};
pub use support::{Level, Support};

#[cfg(test)]
mod tests;
