//! Whether a model predicts at all: asked for the first rows of a part.

use std::path::Path;

use crate::model::{ModelError, Predictor};
use crate::part;

/// Rows that are tried.
const ROWS: usize = 20;

/// Predicts the first rows of a prepared part, if they are still there.
pub fn try_out(model: &dyn Predictor, folder: &Path) -> Result<(), ModelError> {
    // A program may have spent its copy of the rows; then Select is the first to ask.
    let Ok((schema, rows)) = part::read_alone(folder) else {
        return Ok(());
    };
    model.check_rows(&schema, folder)?;
    let first: Vec<usize> = (0..rows.table.rows().min(ROWS)).collect();
    model.answer(&rows.table.select(&first)).map(drop)
}
