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

/// The part of every row where rows of one group stay together: groups come in the order of a hash of seed and group, and go
/// to test until its share is met as nearly as may be, then to validation, the rest to train. Groups are numbered by their
/// smallest row. None where there are fewer groups than parts.
///
/// ```
/// use learn::split::{Part, Shares, group_parts};
/// let shares = Shares { test_ppm: 250_000, validation_ppm: 0 };
/// let part = group_parts(&[0, 0, 1, 2, 2, 3, 3], 7, shares).unwrap();
/// assert_eq!((part[0], part[3], part[5]), (part[1], part[4], part[6]));
/// assert!(part.contains(&Part::Test) && part.contains(&Part::Train));
/// assert_eq!(group_parts(&[0, 0], 7, shares), None);
/// ```
pub fn group_parts(groups: &[u32], seed: u64, shares: Shares) -> Option<Vec<Part>> {
    let start = splitmix64(seed);
    let mut sizes: Vec<u64> = Vec::new();
    for &group in groups {
        let group = group as usize;
        sizes.resize(sizes.len().max(group + 1), 0);
        sizes[group] += 1;
    }
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&group| (splitmix64(start ^ group as u64), group));
    let mut of_group = vec![Part::Train; sizes.len()];
    let mut left = order.as_slice();
    for (part, ppm) in [
        (Part::Test, shares.test_ppm),
        (Part::Validation, shares.validation_ppm),
    ] {
        let wanted = round(groups.len() as u64 * u64::from(ppm), 1_000_000);
        let mut taken = 0;
        while let Some((&group, rest)) = left.split_first() {
            let after = taken + sizes[group];
            let nearer = after.abs_diff(wanted) < wanted.abs_diff(taken);
            if ppm == 0 || taken > 0 && !nearer {
                break;
            }
            of_group[group] = part;
            (taken, left) = (after, rest);
        }
        if ppm > 0 && taken == 0 {
            return None;
        }
    }
    (!left.is_empty()).then(|| {
        groups
            .iter()
            .map(|&group| of_group[group as usize])
            .collect()
    })
}

/// The part of every row by its moment: the latest are test rows, those before them validation rows. Rows of one moment stay
/// together in the later part. None where no row is left for training, or a part has none.
///
/// ```
/// use learn::split::{Part, Shares, time_parts};
/// let shares = Shares { test_ppm: 250_000, validation_ppm: 250_000 };
/// let part = time_parts(&[3.0, 1.0, 4.0, 2.0], shares).unwrap();
/// assert_eq!(part, [Part::Validation, Part::Train, Part::Test, Part::Train]);
/// ```
pub fn time_parts(moments: &[f64], shares: Shares) -> Option<Vec<Part>> {
    let mut order: Vec<usize> = (0..moments.len()).collect();
    order.sort_by(|&a, &b| moments[a].total_cmp(&moments[b]).then(a.cmp(&b)));
    let mut part = vec![Part::Train; moments.len()];
    let mut end = order.len();
    for (name, ppm) in [
        (Part::Test, shares.test_ppm),
        (Part::Validation, shares.validation_ppm),
    ] {
        let rows = round(moments.len() as u64 * u64::from(ppm), 1_000_000) as usize;
        let mut start = end.checked_sub(rows)?;
        let same = |a: usize, b: usize| moments[a].total_cmp(&moments[b]).is_eq();
        while rows > 0 && start > 0 && same(order[start - 1], order[start]) {
            start -= 1;
        }
        if ppm > 0 && start == end {
            return None;
        }
        for &row in &order[start..end] {
            part[row] = name;
        }
        end = start;
    }
    (end > 0).then_some(part)
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
        fn no_group_stands_in_two_parts(
            groups in proptest::collection::vec(0_u32..12, 3..200), seed: u64, test in 1_u32..400_000, validation in 0_u32..400_000,
        ) {
            // Groups are numbered as they first come.
            let mut numbers = std::collections::BTreeMap::new();
            let groups: Vec<u32> = groups
                .iter()
                .map(|group| {
                    let next = numbers.len() as u32;
                    *numbers.entry(group).or_insert(next)
                })
                .collect();
            let shares = Shares { test_ppm: test, validation_ppm: validation };
            if let Some(part) = group_parts(&groups, seed, shares) {
                prop_assert_eq!(part.len(), groups.len());
                for group in 0..numbers.len() as u32 {
                    let of_group: Vec<Part> =
                        (0..groups.len()).filter(|&row| groups[row] == group).map(|row| part[row]).collect();
                    prop_assert!(of_group.windows(2).all(|pair| pair[0] == pair[1]));
                }
                for (wanted, ppm) in [(Part::Train, 1), (Part::Validation, validation), (Part::Test, test)] {
                    prop_assert_eq!(count(&part, wanted) > 0, ppm > 0);
                }
            }
        }

        #[test]
        fn no_training_row_is_later_than_a_test_row(
            moments in proptest::collection::vec(0_u32..40, 3..200), test in 1_u32..400_000, validation in 0_u32..400_000,
        ) {
            let moments: Vec<f64> = moments.into_iter().map(f64::from).collect();
            let shares = Shares { test_ppm: test, validation_ppm: validation };
            let Some(part) = time_parts(&moments, shares) else {
                return Ok(());
            };
            let range = |wanted: Part| {
                let of_part = moments.iter().zip(&part).filter(|(_, of)| **of == wanted).map(|(moment, _)| *moment);
                of_part.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
            };
            let (train, validated, tested) = (range(Part::Train), range(Part::Validation), range(Part::Test));
            prop_assert!(train.1 < tested.0, "rows of one moment stay together");
            prop_assert!(train.1 < validated.0 && validated.1 < tested.0);
        }

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
