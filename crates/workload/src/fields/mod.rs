//! The table of fields: every key of a workload file with its type, default and meaning.
//!
//! This is the one place where a key or a default is written. The checker, the JSON Schema, the reference page and
//! `explain` are computed from it.

mod data;
mod defaults;
mod deploy;
mod explain;
mod field;
mod forms;
mod learn;
mod models;
mod plan;
mod reference;
mod root;
mod schema;
mod tune;
mod walk;

pub(crate) use defaults::{default_for, default_of, doc_of};
pub use explain::{explain, keys};
pub(crate) use field::{Choices, Field, Form, Kind, Plain, Presence};
pub(crate) use models::{IMAGE_MODELS, family_of, hyperparameters, is_whole};
pub use reference::reference;
pub(crate) use root::{ROOT, VERSION};
pub use schema::schema;
pub(crate) use walk::describe;
