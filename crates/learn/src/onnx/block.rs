//! Some rows while a program runs over them: a column of numbers for each slot, so that a step is the same arithmetic on many
//! neighbouring numbers.

use std::ops::Range;

/// Numbers of a block at most; few enough to stay in a processor's cache.
const NUMBERS: usize = 1 << 18;
/// Rows of a block at most.
const ROWS: usize = 128;

/// A block of rows.
#[derive(Debug)]
pub(super) struct Block {
    rows: usize,
    values: Vec<f32>,
}

/// Columns of a block that are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns<'a> {
    rows: usize,
    values: &'a [f32],
}

impl Block {
    /// A block of so many rows, of which each slot is 0.
    pub(super) fn new(slots: usize, rows: usize) -> Self {
        Self {
            rows,
            values: vec![0.0; slots * rows],
        }
    }

    /// How many rows a block has for so many slots.
    pub(super) fn size(slots: usize) -> usize {
        (NUMBERS / slots.max(1)).clamp(1, ROWS)
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The column of a slot.
    pub(super) fn column(&mut self, slot: usize) -> &mut [f32] {
        &mut self.values[slot * self.rows..(slot + 1) * self.rows]
    }

    /// The columns of some slots, one after the other.
    pub(super) fn columns(&mut self, slots: &Range<usize>) -> &mut [f32] {
        &mut self.values[slots.start * self.rows..slots.end * self.rows]
    }

    /// Copies a column.
    pub(super) fn copy(&mut self, from: usize, to: usize) {
        let rows = self.rows;
        self.values
            .copy_within(from * rows..(from + 1) * rows, to * rows);
    }

    /// Columns to read and columns to write; those written always come after those read.
    pub(super) fn apart(
        &mut self,
        from: &Range<usize>,
        to: &Range<usize>,
    ) -> (Columns<'_>, &mut [f32]) {
        let (before, after) = self.values.split_at_mut(to.start * self.rows);
        let columns = Columns {
            rows: self.rows,
            values: &before[from.start * self.rows..from.end * self.rows],
        };
        (columns, &mut after[..to.len() * self.rows])
    }
}

impl<'a> Columns<'a> {
    /// Number of rows.
    pub(super) fn rows(self) -> usize {
        self.rows
    }

    /// The columns.
    pub(super) fn iter(self) -> impl Iterator<Item = &'a [f32]> {
        self.values.chunks_exact(self.rows)
    }

    /// The number of a column in a row.
    #[inline]
    pub(super) fn at(self, column: usize, row: usize) -> f32 {
        self.values[column * self.rows + row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_lie_one_after_the_other() {
        let mut block = Block::new(3, 2);
        block.column(0).copy_from_slice(&[1.0, 2.0]);
        block.copy(0, 1);
        let (read, written) = block.apart(&(0..2), &(2..3));
        assert_eq!((read.rows(), read.at(1, 1)), (2, 2.0));
        assert_eq!(read.iter().count(), 2);
        written.fill(5.0);
        assert_eq!(block.columns(&(1..3)), [1.0, 2.0, 5.0, 5.0]);
    }

    #[test]
    fn wide_programs_have_few_rows_at_a_time() {
        assert_eq!([0, 20, 5_000, 1 << 20].map(Block::size), [128, 128, 52, 1]);
    }
}
