//! The machine as it was written: one file per type of state, with the same name as in `interpret`.

mod amount;
mod choice;
mod error_rules;
mod fail;
mod fields;
mod json;
mod map;
mod model;
mod parallel;
mod parse;
mod pass;
mod resource;
mod scope;
mod state;
mod succeed;
mod task;
mod wait;

pub(crate) use amount::Amount;
pub(crate) use choice::Choice;
pub(crate) use error_rules::{Catcher, Jitter, Retrier};
pub(crate) use fail::{Fail, Words};
pub(crate) use fields::Fields;
pub(crate) use map::Map;
pub use model::{Machine, State, StateType};
pub(crate) use model::{StateKind, Transition};
pub(crate) use parallel::Parallel;
pub(crate) use pass::Pass;
pub use resource::{Pattern, Resource};
pub(crate) use scope::Scope;
pub(crate) use task::Task;
pub(crate) use wait::{Until, Wait};
