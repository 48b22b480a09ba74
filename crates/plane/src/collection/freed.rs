//! What a collection removed, counted.

use serde::{Deserialize, Serialize};

/// Counts of what is gone, and of what had to stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Freed {
    /// Executions of state machines.
    pub runs: u64,
    /// Events of their histories.
    pub history_events: u64,
    /// Folders of a step and key in which anything was removed.
    pub step_entries: u64,
    /// Objects.
    pub objects: u64,
    /// Their bytes, equal contents counted as often as they had a name.
    pub object_bytes: u64,
    /// Records of jobs.
    pub jobs: u64,
    /// Log streams of these jobs.
    pub log_streams: u64,
    /// Log events of these streams.
    pub log_events: u64,
    /// Data points of metrics of these jobs.
    pub metric_points: u64,
    /// Models that only removed runs had made.
    pub models: u64,
    /// Endpoint configurations that only removed runs had made.
    pub endpoint_configs: u64,
    /// Definitions that no machine and no execution has.
    pub definitions: u64,
    /// Usage records beyond their retention.
    pub usage: u64,
    /// Events of stacks beyond their retention.
    pub stack_events: u64,
    /// Multipart uploads that nobody has gone on with.
    pub uploads: u64,
    /// Contents on the disk.
    pub contents: u64,
    /// Their bytes.
    pub content_bytes: u64,
    /// Folders of jobs that had ended without their plane.
    pub job_folders: u64,
    /// Bytes by which the database file became smaller.
    pub database_bytes: u64,
    /// Executions that stay.
    pub runs_kept: u64,
    /// Bytes of objects that our runs made and that something needs.
    pub bytes_needed: u64,
    /// By how much these exceed the limit that was asked for.
    pub bytes_over: Option<u64>,
}
