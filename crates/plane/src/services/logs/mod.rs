//! CloudWatch Logs: groups, streams and their events, written by jobs, endpoints and clients alike.

mod event;
mod filter;
mod group;
mod read;
mod record;
mod retention;
mod stream;

#[cfg(test)]
mod tests;

pub use event::append;
pub use group::{create as create_group, delete as delete_group};
pub use record::{LogGroup, LogStream};
pub use retention::{Limits, Room, enforce};

use super::Handler::{Read, Write};
use super::Table;

/// Operation to handler.
pub const TABLE: Table = &[
    ("CreateLogGroup", Write(group::create_operation)),
    ("CreateLogStream", Write(stream::create_operation)),
    ("DeleteLogGroup", Write(group::delete_operation)),
    ("DescribeLogGroups", Read(group::describe)),
    ("DescribeLogStreams", Read(stream::describe)),
    ("FilterLogEvents", Read(read::filter_log_events)),
    ("GetLogEvents", Read(read::get_log_events)),
    ("PutLogEvents", Write(event::put_operation)),
    ("PutRetentionPolicy", Write(group::put_retention)),
];
