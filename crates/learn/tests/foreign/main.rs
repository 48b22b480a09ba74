//! Models that other programs exported: what they answer, how they are served, and which are refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod draft;
mod graphs;
mod hostile;
mod models;
mod refused;
mod serving;

use std::path::{Path, PathBuf};

/// Graphs and what onnxruntime answers.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/foreign")
}
