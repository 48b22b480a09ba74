//! The Amazon States Language: parser, checker and interpreter.
//!
//! [`Machine::parse`] turns a definition into a checked machine or into the list of everything that is wrong with it.
//! [`Execution`] runs one: it is pure and does no I/O. `start` and [`Execution::advance`] run every transition that
//! needs nothing from outside, then answer an [`Outcome`]: effects for the caller to carry out (run a task, set a
//! timer) and the history events that happened, in AWS's form and order.
//!
//! Invariants
//! - The interpreter reads no clock, no environment and no randomness but its own seeded stream: the same events at
//!   the same times give the same bytes.
//! - An execution is plain data between two calls: it survives a round trip through JSON at every step.
//! - Only live frames are kept: a finished branch leaves its output, nothing else.
//!
//! JSONata, variables and the distributed Map are refused by name when a definition is parsed.
//!
//! ```
//! use states::{Execution, Machine, Start, Status};
//!
//! let machine = Machine::parse(r#"{"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": 7, "End": true}}}"#)
//!     .expect("the definition is valid");
//! let (execution, outcome) = Execution::start(&machine, Start::default(), 0);
//! assert_eq!(execution.status(), &Status::Succeeded { output: 7.into() });
//! assert_eq!(outcome.history.len(), 4);
//! ```

mod check;
mod choice;
mod context;
mod effect;
mod error;
mod event;
mod history;
mod interpret;
mod limits;
mod machine;
mod path;
mod problem;
mod random;
mod start;
mod template;
mod timestamp;

pub use effect::{Effect, Outcome, TaskId, TimerId};
pub use event::Event;
pub use history::{EventKind, Fault, HistoryEvent, Integration, TaskPhase};
pub use interpret::{Execution, Status};
pub use machine::{Machine, Pattern, Resource, State, StateType};
pub use problem::{Problem, ProblemCode, Severity};
pub use start::Start;

/// A moment in milliseconds since the Unix epoch. The caller supplies it; nothing here reads a clock.
pub type Millis = i64;
