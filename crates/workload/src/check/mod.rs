//! The tree checked against the table of fields, then against the rules that join fields.

mod checker;
mod collections;
mod forecast_rules;
mod images;
mod item;
mod report;
mod rules;
mod scalars;
mod source_rules;
mod suggest;
mod task_rules;
mod tuning;

pub(crate) use checker::{check, default_node};
pub(crate) use images::complete;
pub(crate) use item::{Item, Section, Spanned};
pub(crate) use rules::check_rules;
pub use suggest::nearest;
