//! What a source may have at most.

/// What a source may have at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a row, over all lines that it spans.
    pub row_bytes: usize,
    /// Columns of the table.
    pub columns: usize,
    /// Cells of the table.
    pub cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            row_bytes: 1 << 20,
            columns: 10_000,
            cells: 2_000_000_000,
        }
    }
}
