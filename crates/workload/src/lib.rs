//! The workload file: its schema, its problems, its meaning.
//!
//! Text becomes a tree with places, the tree is checked against one table of fields, and what passes becomes a
//! [`Workload`] that cannot be invalid. All problems of a file are found in one pass; each is a [`Diagnostic`] with a
//! stable [`Code`], a place, a label and hints, which [`render`] shows as compilers do.
//!
//! Each key, type, default and meaning stands once, in the table of fields; [`schema()`], [`reference()`] and [`explain`]
//! come from it. This crate does no I/O: the caller reads files and prints.

mod check;
mod code;
mod diagnostic;
mod domain;
mod draft;
mod fields;
mod parse;
mod render;
mod source_range;
mod tree;

pub use check::nearest;
pub use code::{Code, Page, pages};
pub use diagnostic::Diagnostic;
pub use domain::*;
pub use draft::{
    Draft, ForecastDraft, Ignored, ImagesDraft, Markers, Noted, PositiveDraft, scalar,
};
pub use fields::{explain, keys, reference, schema};
pub use parse::parse;
pub use render::{Color, render};
pub use source_range::SourceRange;
