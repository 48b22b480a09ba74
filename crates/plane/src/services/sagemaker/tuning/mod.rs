//! Hyperparameter tuning: a search that runs training jobs.
//!
//! A tuning job and each of its trials are records. A trial is a training job like any other, made in the transaction
//! that notes it as proposed, and its end is noted in the transaction in which the training job becomes final, together
//! with the next trial. There is no moment between the two at which a crash could lose a trial or run one more.
//!
//! What to try is decided by the crate `tune` from the trials' outcomes alone: which trial comes next depends on the seed
//! and not on the order in which trials end.

mod create;
mod describe;
mod early;
mod end;
mod list;
mod operation;
mod record;
mod settings;
mod step;
mod training;
mod warm_start;

pub use record::{TUNING_JOB, Trial, TuningJob, TuningStatus};

pub(super) use create::create;
pub(super) use describe::describe;
pub(super) use list::{list, list_training_jobs};
pub(super) use operation::{delete, stop};
pub use training::OBJECTIVE;
pub(super) use training::trial_begun;
pub(crate) use training::trial_of;

pub use early::observed;
pub use end::timer_fired;
pub(super) use step::trial_finished;
