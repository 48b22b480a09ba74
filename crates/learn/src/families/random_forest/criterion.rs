//! What trees of a forest are grown by: how pure a node is, where it is cut best and what its leaf says.

use super::parameters::MaxFeatures;
use crate::families::bins::BINS;

/// A row of a node: where it stands, what is known of it and how often it was drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample<L> {
    /// Row of the matrix.
    pub row: u32,
    /// Times it was drawn.
    pub drawn: u16,
    /// Its class or number.
    pub label: L,
}

/// A cut of a node: everything in a bin up to `left` goes left; `right` is the next occupied bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    /// Last bin of the left side.
    pub left: u8,
    /// First occupied bin of the right side.
    pub right: u8,
    /// The larger, the purer both sides.
    pub score: f64,
}

/// What one column of a node offers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Found {
    /// All rows are in one bin.
    Constant,
    /// There are several bins, but no cut keeps the rule.
    Nothing,
    /// The best cut.
    Cut(Cut),
}

/// A column of a node: its rows and the bin of each row of the matrix.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a, L> {
    pub samples: &'a [Sample<L>],
    pub bin: &'a [u8],
    /// Rows that each side of a cut keeps.
    pub min_samples_leaf: u32,
}

/// How nodes are judged.
pub(super) trait Criterion: Copy + Sync {
    /// What is known of a row.
    type Label: Copy;
    /// What is known of a node.
    type Totals;
    /// Room for the bins of one column.
    type Histogram;

    /// Columns looked at for a split where nothing else is said.
    const DEFAULT: MaxFeatures;

    /// What is known of a row.
    fn label(&self, row: usize) -> Self::Label;
    /// Room for one tree.
    fn histogram(&self) -> Self::Histogram;
    /// Sums over a node.
    fn totals(&self, samples: &[Sample<Self::Label>]) -> Self::Totals;
    /// Whether a node cannot become purer.
    fn is_pure(&self, totals: &Self::Totals) -> bool;
    /// What a leaf says.
    fn leaf(&self, totals: &Self::Totals) -> Vec<f64>;
    /// The best cut of a node by one column; of equal ones the first.
    fn best(
        &self,
        histogram: &mut Self::Histogram,
        view: View<'_, Self::Label>,
        totals: &Self::Totals,
    ) -> Found;
}

/// Which bins of a column have rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Occupied([u64; BINS / 64]);

impl Occupied {
    /// Notes that a bin has a row.
    #[inline]
    pub(super) fn note(&mut self, bin: u8) {
        self.0[bin as usize / 64] |= 1 << (bin % 64);
    }
}

/// Bins with rows, ascending.
#[derive(Debug)]
pub(super) struct Bins([u64; BINS / 64]);

impl IntoIterator for Occupied {
    type Item = usize;
    type IntoIter = Bins;

    fn into_iter(self) -> Bins {
        Bins(self.0)
    }
}

impl Iterator for Bins {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let word = self.0.iter().position(|&word| word != 0)?;
        let bit = self.0[word].trailing_zeros() as usize;
        self.0[word] &= self.0[word] - 1;
        Some(word * 64 + bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occupied_bins_come_in_their_order() {
        let mut occupied = Occupied::default();
        for bin in [200, 3, 255, 0, 64, 3] {
            occupied.note(bin);
        }
        assert_eq!(
            occupied.into_iter().collect::<Vec<_>>(),
            [0, 3, 64, 200, 255]
        );
        assert_eq!(Occupied::default().into_iter().next(), None);
    }
}
