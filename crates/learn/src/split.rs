//! Which part a row belongs to, from its label, its number and a seed.
//!
//! Rows are ordered by (label, hash, row), where hash = `splitmix64(splitmix64(seed) xor row)`. Both rules below cut that
//! order and keep every label's share to one row:
//!
//! - [`folds`]: place `p` of the order goes to fold `p mod k`.
//! - [`parts`]: of `n` rows, `round(n * share)` go to a part. A label whose rows stand at places `a..b` of the order gives
//!   `round(b * t / n) - round(a * t / n)` of the part's `t` rows: first to test, then to validation, the rest to train.
//!   So the totals are exact whatever the number of labels.

use crate::random::splitmix64;

/// Parts of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Rows that models are fitted on.
    Train,
    /// Rows that candidates are chosen by.
    Validation,
    /// Rows that the chosen model is scored on, once.
    Test,
}

impl Part {
    /// All parts in the order of their names in summaries.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// The word for the part in paths and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// Shares of the held-out parts in parts per million of all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// Share of test.
    pub test_ppm: u32,
    /// Share of validation.
    pub validation_ppm: u32,
}

/// Row numbers ordered by label, then by a hash of seed and row.
fn order(labels: &[u32], seed: u64) -> Vec<usize> {
    let start = splitmix64(seed);
    let mut rows: Vec<usize> = (0..labels.len()).collect();
    rows.sort_by_key(|&row| (labels[row], splitmix64(start ^ row as u64), row));
    rows
}

/// The fold of every row, `0..count`.
///
/// ```
/// let labels = [0, 0, 1, 1, 0, 1, 1, 0, 0, 1];
/// assert_eq!(learn::split::folds(&labels, 1, 5), [1, 4, 4, 2, 3, 3, 0, 2, 0, 1]);
/// ```
pub fn folds(labels: &[u32], seed: u64, count: usize) -> Vec<usize> {
    let mut fold = vec![0; labels.len()];
    for (place, row) in order(labels, seed).into_iter().enumerate() {
        fold[row] = place % count;
    }
    fold
}

/// The part of every row. Labels that are all equal give a split that is not stratified.
///
/// ```
/// use learn::split::{Part, Shares, parts};
/// let shares = Shares { test_ppm: 200_000, validation_ppm: 200_000 };
/// let part = parts(&[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], 42, shares);
/// assert_eq!(part.iter().filter(|&&p| p == Part::Test).count(), 2);
/// assert_eq!(part[..5].iter().filter(|&&p| p == Part::Train).count(), 3);
/// ```
pub fn parts(labels: &[u32], seed: u64, shares: Shares) -> Vec<Part> {
    let rows = labels.len() as u64;
    let test = round(rows * u64::from(shares.test_ppm), 1_000_000);
    let validation = round(rows * u64::from(shares.validation_ppm), 1_000_000);
    let order = order(labels, seed);
    let mut part = vec![Part::Train; labels.len()];
    let mut start = 0;
    for group in order.chunk_by(|&a, &b| labels[a] == labels[b]) {
        let end = start + group.len();
        let of = |total: u64| {
            let upto = |place: usize| round(place as u64 * total, rows);
            (upto(end) - upto(start)) as usize
        };
        // A label with fewer rows than its shares ask for is used up here; the caller reports the part it misses.
        let test_end = of(test).min(group.len());
        let validation_end = (test_end + of(validation)).min(group.len());
        for &row in &group[..test_end] {
            part[row] = Part::Test;
        }
        for &row in &group[test_end..validation_end] {
            part[row] = Part::Validation;
        }
        start = end;
    }
    part
}

/// Half up.
fn round(numerator: u64, denominator: u64) -> u64 {
    let wide =
        (2 * u128::from(numerator) + u128::from(denominator)) / (2 * u128::from(denominator));
    wide as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(parts: &[Part], wanted: Part) -> usize {
        parts.iter().filter(|&&part| part == wanted).count()
    }

    #[test]
    fn folds_are_stratified_to_one_row() {
        let labels: Vec<u32> = (0..918).map(|row| u32::from(row % 9 < 5)).collect();
        let fold = folds(&labels, 3, 5);
        for label in 0..2 {
            let sizes: Vec<usize> = (0..5)
                .map(|k| {
                    (0..918)
                        .filter(|&row| labels[row] == label && fold[row] == k)
                        .count()
                })
                .collect();
            let spread = sizes.iter().max().unwrap() - sizes.iter().min().unwrap();
            assert!(spread <= 1, "{sizes:?}");
        }
    }

    #[test]
    fn another_seed_deals_other_rows() {
        let shares = Shares {
            test_ppm: 200_000,
            validation_ppm: 0,
        };
        let labels = [0; 50];
        assert_ne!(parts(&labels, 1, shares), parts(&labels, 2, shares));
        assert_eq!(parts(&labels, 1, shares), parts(&labels, 1, shares));
    }

    #[test]
    fn a_label_with_too_few_rows_is_used_up_without_a_panic() {
        let shares = Shares {
            test_ppm: 400_000,
            validation_ppm: 400_000,
        };
        let part = parts(&[0, 1, 2], 1, shares);
        assert_eq!(part.len(), 3);
        assert!(count(&part, Part::Test) <= 1);
    }

    proptest! {
        #[test]
        fn totals_are_exact_and_each_label_keeps_its_share_to_one_row(
            sizes in proptest::collection::vec(10_usize..60, 1..6), seed: u64, test in 0_u32..400_000, validation in 0_u32..400_000,
        ) {
            let labels: Vec<u32> =
                sizes.iter().enumerate().flat_map(|(label, &size)| vec![label as u32; size]).collect();
            let rows = labels.len();
            let part = parts(&labels, seed, Shares { test_ppm: test, validation_ppm: validation });
            for (wanted, ppm) in [(Part::Test, test), (Part::Validation, validation)] {
                let share = f64::from(ppm) / 1e6;
                let total = count(&part, wanted);
                prop_assert_eq!(total, (rows as f64 * share + 0.5).floor() as usize);
                for (label, &size) in sizes.iter().enumerate() {
                    let of_label = (0..rows).filter(|&r| labels[r] == label as u32 && part[r] == wanted).count();
                    let quota = size as f64 * total as f64 / rows as f64;
                    prop_assert!((of_label as f64 - quota).abs() <= 1.0 + 1e-9);
                }
            }
        }
    }
}
