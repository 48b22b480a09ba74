//! How things look on a terminal.

mod amount;
mod blends;
mod cost;
mod diff;
mod live;
mod matrix;
mod overview;
mod plan;
mod providers;
mod summary;

pub(crate) use amount::{age, size};
pub(crate) use blends::blends;
pub(crate) use cost::{cost, forecast, month};
pub(crate) use diff::diff;
pub(crate) use live::{Live, row};
pub(crate) use matrix::{designs, matrix};
pub(crate) use overview::overview;
pub(crate) use plan::plan;
pub(crate) use providers::providers;
pub(crate) use summary::{summary, table};
