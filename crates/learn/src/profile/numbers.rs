//! Facts of the numbers of a column.

use std::collections::BTreeMap;

/// Numbers that often stand for a missing value. They are counted apart from the others.
const SENTINELS: [f64; 10] = [
    -99.0, -200.0, -999.0, -9999.0, -99999.0, 99.0, 999.0, 9999.0, 99999.0, 999_999.0,
];

/// Values of a sample at most.
const SAMPLE: usize = 1024;

/// Numbers of a column.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// Cells that are numbers.
    pub count: u64,
    /// Those that are whole.
    pub whole: u64,
    /// Those that are zero.
    pub zeros: u64,
    /// The smallest above zero, without sentinels.
    pub smallest_positive: f64,
    /// The smallest without sentinels.
    pub least: f64,
    /// The largest without sentinels.
    pub most: f64,
    /// Rows of each number that often stands for a missing value.
    pub sentinels: BTreeMap<i64, u64>,
    /// Whether each is the one before plus 1: numbers of rows.
    pub is_sequence: bool,
    last: f64,
    sample: Vec<f64>,
    stride: u64,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            count: 0,
            whole: 0,
            zeros: 0,
            smallest_positive: f64::INFINITY,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            sentinels: BTreeMap::new(),
            is_sequence: true,
            last: f64::NAN,
            sample: Vec::new(),
            stride: 1,
        }
    }
}

impl Numbers {
    #[expect(
        clippy::float_cmp,
        reason = "a sentinel, a zero and the number of the next row are exact"
    )]
    pub(super) fn push(&mut self, number: f64) {
        self.is_sequence &= self.count == 0 || number == self.last + 1.0;
        self.last = number;
        self.count += 1;
        self.whole += u64::from(number.fract() == 0.0);
        if SENTINELS.contains(&number) {
            *self.sentinels.entry(number as i64).or_default() += 1;
            return;
        }
        self.zeros += u64::from(number == 0.0);
        self.least = self.least.min(number);
        self.most = self.most.max(number);
        if number > 0.0 {
            self.smallest_positive = self.smallest_positive.min(number);
        }
        self.keep(number);
    }

    /// Keeps every n-th number, and half as many whenever there are too many.
    fn keep(&mut self, number: f64) {
        if !self.count.is_multiple_of(self.stride) {
            return;
        }
        if self.sample.len() == SAMPLE {
            let mut place = 0;
            self.sample.retain(|_| {
                place += 1;
                place % 2 == 0
            });
            self.stride *= 2;
        }
        self.sample.push(number);
    }

    /// A value in the middle of a sample: about the median, without sentinels. None where there is no number.
    pub fn median(&self) -> Option<f64> {
        let mut sorted = self.sample.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: impl IntoIterator<Item = f64>) -> Numbers {
        let mut numbers = Numbers::default();
        values.into_iter().for_each(|value| numbers.push(value));
        numbers
    }

    #[test]
    fn sentinels_do_not_move_the_bounds() {
        let found = numbers([-200.0, 3.5, 0.0, -200.0, 9.0]);
        assert_eq!((found.least, found.most), (0.0, 9.0));
        assert_eq!((found.zeros, found.whole, found.count), (1, 4, 5));
        assert_eq!(found.sentinels, BTreeMap::from([(-200, 2)]));
        assert!((found.smallest_positive - 3.5).abs() < 1e-12 && !found.is_sequence);
    }

    #[test]
    fn row_numbers_are_a_sequence() {
        assert!(numbers((7..400).map(f64::from)).is_sequence);
        assert!(!numbers([1.0, 2.0, 4.0]).is_sequence);
    }

    #[test]
    fn the_median_of_many_is_about_right() {
        let median = numbers((0..100_000).map(f64::from)).median().unwrap();
        assert!((45_000.0..55_000.0).contains(&median), "{median}");
        assert_eq!(numbers([1.0, 2.0, 3.0]).median(), Some(2.0));
        assert_eq!(numbers([]).median(), None);
    }
}
