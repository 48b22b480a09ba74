//! A run: compile, create the stack, upload, start the machine, follow it, gather what it left.

mod document;
mod follow;
mod gather;
mod name;
mod prepare;
mod report;
mod stack;
mod steps;
mod timeline;

pub(crate) use document::{document, status as document_status};
pub(crate) use follow::follow;
pub(crate) use gather::gather;
pub(crate) use prepare::{Beginning, begin};
pub(crate) use report::{JobFacts, RunReport, Status, StepRow};
use steps::{STEPS, StepShape};
pub(crate) use timeline::{Progress, StepState, Timeline};
