//! What a workload is compiled with besides the file: the data's hashes, and the place where it is to run.

use steps::Source;

/// The files that a workload reads, hashed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// Files of `data.source`, in reading order.
    pub data: Vec<Source>,
    /// The batch input as it is uploaded.
    pub batch: Option<Source>,
}

/// Where a workload is compiled for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Account id.
    pub account: String,
    /// Region.
    pub region: String,
    /// Image of our jobs.
    pub image: String,
    /// Identifies the machine that measurements are true for.
    pub machine: String,
    /// Pause between two looks at an endpoint that is not ready.
    pub poll_seconds: u32,
    /// Short name of the run, unique per execution: `[a-z0-9]`, at most 8.
    pub run: String,
}
