//! A run: compile, create the stack, upload, start the machine, follow it, gather what it left.

mod diff;
mod document;
mod failed;
mod follow;
mod forecast;
mod gather;
mod learning;
mod name;
mod named;
mod page;
mod prepare;
mod report;
mod stack;
mod steps;
mod timeline;
mod tunings;

pub(crate) use diff::{Change, Diff, Pair, Scored, Side, diff, images_key};
pub(crate) use document::{document, documents, status as document_status};
pub(crate) use failed::{FailedJob, failed_job};
pub(crate) use follow::follow;
pub(crate) use forecast::{HISTORY, forecast_of};
pub(crate) use gather::gather;
pub(crate) use named::named;
pub(crate) use page::{IsUp, ingredients, keys, page};
pub(crate) use prepare::{Beginning, begin};
pub(crate) use report::{JobFacts, RunReport, Status, StepRow};
use steps::{STEPS, StepShape};
pub(crate) use timeline::{Progress, StepState, Timeline};
