//! Columns as small whole numbers: each value's bin, at most 256 a column, with the smallest and largest value of a bin. Trees
//! of every family are grown on them.

use rayon::prelude::*;

use crate::Matrix;

/// Bins of a column at most.
pub(super) const BINS: usize = 256;

/// One column in bins.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Bin of each row.
    pub bin: Vec<u8>,
    low: Vec<f32>,
    high: Vec<f32>,
}

impl Column {
    /// All columns of a matrix, with so many rows in a bin at least; a column is the unit of work.
    pub(super) fn all(matrix: &Matrix, least: usize) -> Vec<Self> {
        (0..matrix.columns)
            .into_par_iter()
            .map(|column| Self::of(matrix, column, least))
            .collect()
    }

    /// Cuts a column of a matrix; values that are equal share a bin, and with at most 256 distinct values each has its own if
    /// it has rows enough.
    pub(super) fn of(matrix: &Matrix, column: usize, least: usize) -> Self {
        let value = |row: usize| matrix.row(row)[column];
        let mut sorted: Vec<f32> = (0..matrix.rows).map(value).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let (low, high) = cut(&sorted, least);
        let of = |value: f32| high.partition_point(|&edge| edge < value) as u8;
        let bin = (0..matrix.rows).map(|row| of(value(row))).collect();
        Self { bin, low, high }
    }

    /// Number of bins.
    pub(super) fn bins(&self) -> usize {
        self.low.len()
    }

    /// The threshold between two bins: half way between the values at their edges, so that `x <= threshold` holds for all
    /// values of the left bin and for none of the right one.
    pub(super) fn threshold(&self, left: u8, right: u8) -> f32 {
        let (below, above) = (self.high[left as usize], self.low[right as usize]);
        let middle = f64::midpoint(f64::from(below), f64::from(above)) as f32;
        // Half way between two neighbouring numbers may round to the upper one.
        if middle < above { middle } else { below }
    }
}

/// Smallest and largest value of each bin of sorted values.
fn cut(sorted: &[f32], least: usize) -> (Vec<f32>, Vec<f32>) {
    let runs: Vec<(f32, usize)> = sorted
        .chunk_by(|a, b| a.total_cmp(b).is_eq())
        .map(|run| (run[0], run.len()))
        .collect();
    let target = if runs.len() <= BINS {
        1
    } else {
        sorted.len().div_ceil(BINS)
    };
    let (mut low, mut high) = (Vec::new(), Vec::new());
    let mut filled = target.max(least);
    for (place, &(value, count)) in runs.iter().enumerate() {
        let left = runs.len() - place;
        // A bin is closed when it is full, and earlier where each value left can have its own.
        if filled >= target.max(least) || (filled >= least && left + low.len() <= BINS) {
            low.push(value);
            high.push(value);
            filled = 0;
        }
        if let Some(last) = high.last_mut() {
            *last = value;
        }
        filled += count;
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(values: &[f32]) -> Column {
        Column::of(
            &Matrix {
                rows: values.len(),
                columns: 1,
                values: values.to_vec(),
            },
            0,
            1,
        )
    }

    #[test]
    fn bins_may_have_to_hold_some_rows() {
        let values: Vec<f32> = [0.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 4.0, 9.0].to_vec();
        let matrix = Matrix {
            rows: values.len(),
            columns: 1,
            values,
        };
        let cut = Column::of(&matrix, 0, 3);
        assert_eq!(cut.bin, [0, 0, 0, 1, 1, 1, 1, 2, 2]);
    }

    #[test]
    fn few_values_have_a_bin_each_and_are_cut_half_way() {
        let cut = column(&[5.0, 1.0, 5.0, 2.0]);
        assert_eq!(cut.bin, [2, 0, 2, 1]);
        let cuts = [cut.threshold(0, 2), cut.threshold(1, 2)].map(f32::to_bits);
        assert_eq!(cuts, [3.0_f32, 3.5].map(f32::to_bits));
    }

    #[test]
    fn a_cut_between_neighbours_is_the_lower_one() {
        let (one, next) = (1.0_f32, 1.0_f32.next_up());
        for (low, high) in [(one, next), (next, next.next_up())] {
            let cut = column(&[low, high]).threshold(0, 1);
            assert!(low <= cut && cut < high);
        }
    }

    proptest! {
            #[test]
            fn bins_keep_the_order_and_thresholds_part_them(values in proptest::collection::vec(-1e3_f32..1e3, 1..1500)) {
                let cut = column(&values);
                prop_assert!(cut.low.len() <= BINS);
                for (value, &bin) in values.iter().zip(&cut.bin) {
                    prop_assert!(cut.low[bin as usize] <= *value && *value <= cut.high[bin as usize]);
                }
                for right in 1..cut.low.len() {
                    let threshold = cut.threshold(right as u8 - 1, right as u8);
                    prop_assert!(cut.high[right - 1] <= threshold && threshold < cut.low[right]);
                }
                if cut.low.len() == BINS {
                    let mut counts = [0_usize; BINS];
                    for &bin in &cut.bin {
    counts[bin as usize] += 1;
    }
                    prop_assert!(*counts.iter().max().unwrap() <= 2 * values.len().div_ceil(BINS) + 1);
                }
            }
        }
}
