//! The services: one folder each, with the same files: `mod.rs` (its table of operations), one file per family of
//! operations, `record.rs` (what is stored).
//!
//! An operation is a function of records to records and effects. It does no I/O and knows no moment but [`Ctx::now`].

pub mod cloudformation;
pub mod cloudwatch;
pub mod iam;
pub mod logs;
pub(crate) mod request;
pub mod s3;
pub mod sagemaker;
pub mod states;
pub mod sts;
pub mod usage;

use serde_json::Value;

use crate::store::{Snapshot, Timer, Tx};
use crate::{Ctx, Fault};

/// An operation that only reads; it runs on a snapshot, beside the writer.
pub type Read = fn(&Snapshot<'_>, &Ctx, &Value) -> Result<Value, Fault>;
/// An operation that decides; it runs in the writer's transaction.
pub type Write = fn(&mut Tx<'_>, &Value) -> Result<Value, Fault>;

/// How an operation is carried out. Requests are validated against AWS's model before.
#[derive(Debug, Clone, Copy)]
pub enum Handler {
    /// Reads only.
    Read(Read),
    /// Decides.
    Write(Write),
}

/// A service's table: operation name to handler.
pub type Table = &'static [(&'static str, Handler)];

/// Every service's table by the name of its model in `aws_api`. S3 is not here: its wire is `s3s`'s.
const SERVICES: &[(&str, Table)] = &[
    ("cloudformation", cloudformation::TABLE),
    ("cloudwatch", cloudwatch::TABLE),
    ("iam", iam::TABLE),
    ("logs", logs::TABLE),
    ("sagemaker", sagemaker::TABLE),
    ("states", states::TABLE),
    ("sts", sts::TABLE),
];

/// The handler of an operation.
pub fn find(service: &str, operation: &str) -> Option<Handler> {
    let (_, table) = SERVICES.iter().find(|(name, _)| *name == service)?;
    table
        .iter()
        .find(|(name, _)| *name == operation)
        .map(|(_, handler)| *handler)
}

/// Carries out an operation inside a transaction, for callers that are themselves operations. The request must have
/// been validated; on a fault nothing of it remains.
pub fn call(
    tx: &mut Tx<'_>,
    service: &str,
    operation: &str,
    request: &Value,
) -> Result<Value, Fault> {
    match find(service, operation) {
        Some(Handler::Read(read)) => {
            let ctx = tx.ctx().clone();
            read(tx, &ctx, request)
        }
        Some(Handler::Write(write)) => tx.attempt(|tx| write(tx, request)),
        None => Err(Fault::client(
            "UnknownOperationException",
            format!("{service} has no operation {operation}"),
        )),
    }
}

/// Hands a fired timer to whom it belongs.
pub fn timer_fired(tx: &mut Tx<'_>, timer: &Timer) -> Result<(), Fault> {
    match timer {
        Timer::Execution { execution, timer } => states::timer_fired(tx, execution, timer),
        Timer::Tuning { job } => sagemaker::tuning::timer_fired(tx, job),
    }
}
