//! Step Functions: state machines, executions, history, activities.
//!
//! The interpreter is the crate `states`; here its executions are records, its effects calls of other services in the
//! same transaction, watched jobs, timers and effects of the plane. A running execution keeps the definition and the
//! role that it started with.

mod activity;
mod advance;
mod definition;
mod execution;
mod history;
mod integration;
mod job;
mod machine;
mod name;
mod record;
mod result;
mod tags;
mod task;

#[cfg(test)]
mod tests;

pub use advance::{call_finished, job_finished, timer_fired};
pub use record::{Activity, Definition, Execution, Live, StateMachine, Watch};

use super::Handler::{Read, Write};
use super::Table;

/// Operation to handler.
pub const TABLE: Table = &[
    ("CreateActivity", Write(activity::create)),
    ("CreateStateMachine", Write(machine::create)),
    ("DeleteActivity", Write(activity::delete)),
    ("DeleteStateMachine", Write(machine::delete)),
    ("DescribeActivity", Read(activity::describe)),
    ("DescribeExecution", Read(execution::describe)),
    ("DescribeStateMachine", Read(machine::describe)),
    (
        "DescribeStateMachineForExecution",
        Read(execution::describe_machine),
    ),
    ("GetExecutionHistory", Read(history::get)),
    ("ListActivities", Read(activity::list)),
    ("ListExecutions", Read(execution::list)),
    ("ListStateMachines", Read(machine::list)),
    ("ListTagsForResource", Read(tags::list)),
    ("StartExecution", Write(execution::start)),
    ("StopExecution", Write(execution::stop)),
    ("TagResource", Write(tags::add)),
    ("UntagResource", Write(tags::remove)),
    ("UpdateStateMachine", Write(machine::update)),
    ("ValidateStateMachineDefinition", Read(definition::validate)),
];
