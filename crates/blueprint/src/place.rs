//! What a workload is compiled with besides the file: the data's hashes, and the place where it is to run.

use std::collections::BTreeMap;

use steps::{Source, SourceObject};

/// The files that a workload reads, hashed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// Files of `data.source`, in reading order.
    pub data: Vec<Source>,
    /// The objects that they are, in the same order, where the source lies in S3; none where files are uploaded.
    pub objects: Vec<SourceObject>,
    /// The files of the batch input as they are uploaded: one of rows, or images.
    pub batch: Vec<Source>,
    /// What each candidate of the user's brings, by its name.
    pub candidates: BTreeMap<String, CandidateSource>,
}

/// What a candidate of the user's brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CandidateSource {
    /// A program, which is trained.
    Script(ScriptSource),
    /// The file of a model that exists.
    Model(Source),
}

/// The source of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptSource {
    /// Its files.
    pub files: Vec<Source>,
    /// Hash of them all, as they are packed.
    pub sha256: String,
    /// The Python that runs it, with its version.
    pub interpreter: String,
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
