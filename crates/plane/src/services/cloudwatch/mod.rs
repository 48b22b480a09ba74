//! CloudWatch metrics: what jobs and endpoints report, and what clients put.

mod list;
mod points;
mod put;
mod query;
mod record;
mod retention;
mod series;
mod statistics;

#[cfg(test)]
mod tests;

pub use points::points;
pub use record::{Datum, record};
pub use retention::{Limits, enforce};

use super::Handler::{Read, Write};
use super::Table;

/// Operation to handler.
pub const TABLE: Table = &[
    ("GetMetricData", Read(query::get_metric_data)),
    (
        "GetMetricStatistics",
        Read(statistics::get_metric_statistics),
    ),
    ("ListMetrics", Read(list::list_metrics)),
    ("PutMetricData", Write(put::put_metric_data)),
];
