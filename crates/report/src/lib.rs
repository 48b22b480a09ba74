//! Pages out of records: one self-contained HTML file, charts as SVG.
//!
//! The crate is pure: a [`Run`] goes in, a text comes out. The file asks nothing of the network, needs no script, reads in
//! light and dark, on a narrow screen and on paper, and says of every figure where it comes from.

mod figures;
mod origin;
mod page;
mod palette;
mod plot;
mod run;
mod scale;
mod section;
mod track;

pub use page::page;
pub use run::{
    About, Batch, Candidate, Environment, FailedJob, GateRule, Job, LearningCurve, LearningEpoch,
    PublishedScore, Run, Sample, Span, SpanState, Status, Step, Tuning, TuningTrial,
};
