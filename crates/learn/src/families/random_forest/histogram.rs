//! Class counts of a node by bin of one column, and the best cut between two occupied bins.

use super::bins::BINS;

/// A row of a node: where it stands, its class and how often it was drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    /// Row of the matrix.
    pub row: u32,
    /// Its class.
    pub class: u16,
    /// Times it was drawn.
    pub drawn: u16,
}

/// A cut of a node: everything in a bin up to `left` goes left; `right` is the next occupied bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    /// Last bin of the left side.
    pub left: u8,
    /// First occupied bin of the right side.
    pub right: u8,
    /// Sum over both sides of squared class weights over total weight: the larger, the purer.
    pub score: f64,
}

/// What a cut must keep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule<'a> {
    /// Rows that each side keeps.
    pub min_samples_leaf: u32,
    /// Weight of each class.
    pub class_weights: &'a [f64],
}

/// Counts of one column in one node. Only occupied bins are read and cleared, so a small node costs little.
#[derive(Debug)]
pub(super) struct Histogram {
    /// By bin: draws of each class, then distinct rows.
    counts: Vec<u32>,
    classes: usize,
    occupied: [u64; BINS / 64],
    left: Vec<u32>,
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

impl Histogram {
    pub(super) fn new(classes: usize) -> Self {
        Self {
            counts: vec![0; BINS * (classes + 1)],
            classes,
            occupied: [0; BINS / 64],
            left: vec![0; classes],
        }
    }

    /// The best cut of a node by one column; `totals` are the node's draws by class.
    pub(super) fn best(
        &mut self,
        samples: &[Sample],
        bin: &[u8],
        totals: &[u32],
        rule: Rule<'_>,
    ) -> Found {
        self.fill(samples, bin);
        let found = self.scan(samples.len() as u32, totals, rule);
        self.clear();
        found
    }

    fn fill(&mut self, samples: &[Sample], bin: &[u8]) {
        let stride = self.classes + 1;
        for sample in samples {
            let bin = bin[sample.row as usize] as usize;
            self.occupied[bin / 64] |= 1 << (bin % 64);
            let counts = &mut self.counts[bin * stride..(bin + 1) * stride];
            counts[sample.class as usize] += u32::from(sample.drawn);
            counts[self.classes] += 1;
        }
    }

    fn scan(&mut self, rows: u32, totals: &[u32], rule: Rule<'_>) -> Found {
        let stride = self.classes + 1;
        let mut bins = Bits(self.occupied);
        let mut bin = bins.next().unwrap_or(0);
        let Some(mut next) = bins.next() else {
            return Found::Constant;
        };
        self.left.fill(0);
        let mut left_rows = 0;
        let mut best: Option<Cut> = None;
        loop {
            let counts = &self.counts[bin * stride..(bin + 1) * stride];
            self.left
                .iter_mut()
                .zip(counts)
                .for_each(|(left, count)| *left += count);
            left_rows += counts[self.classes];
            if left_rows >= rule.min_samples_leaf && rows - left_rows >= rule.min_samples_leaf {
                let score = purity(&self.left, totals, rule.class_weights);
                if best.is_none_or(|best| score > best.score) {
                    best = Some(Cut {
                        left: bin as u8,
                        right: next as u8,
                        score,
                    });
                }
            }
            bin = next;
            match bins.next() {
                Some(following) => next = following,
                None => break,
            }
        }
        best.map_or(Found::Nothing, Found::Cut)
    }

    fn clear(&mut self) {
        let stride = self.classes + 1;
        for bin in Bits(self.occupied) {
            self.counts[bin * stride..(bin + 1) * stride].fill(0);
        }
        self.occupied = [0; BINS / 64];
    }
}

/// The purity of both sides, from class draws of the left side and of the node.
fn purity(left: &[u32], totals: &[u32], class_weights: &[f64]) -> f64 {
    let (mut left_sum, mut left_squares, mut right_sum, mut right_squares) = (0.0, 0.0, 0.0, 0.0);
    for ((&left, &total), weight) in left.iter().zip(totals).zip(class_weights) {
        let (a, b) = (f64::from(left) * weight, f64::from(total - left) * weight);
        left_sum += a;
        left_squares += a * a;
        right_sum += b;
        right_squares += b * b;
    }
    left_squares / left_sum + right_squares / right_sum
}

/// Places of the bits that are set, ascending.
struct Bits([u64; BINS / 64]);

impl Iterator for Bits {
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

    fn samples(classes: &[u16]) -> Vec<Sample> {
        let sample = |(row, &class): (usize, &u16)| Sample {
            row: row as u32,
            class,
            drawn: 1,
        };
        classes.iter().enumerate().map(sample).collect()
    }

    fn best(bin: &[u8], classes: &[u16], min_samples_leaf: u32) -> Found {
        let mut totals = vec![0; 2];
        for &class in classes {
            totals[class as usize] += 1;
        }
        let rule = Rule {
            min_samples_leaf,
            class_weights: &[1.0, 1.0],
        };
        let mut histogram = Histogram::new(2);
        let first = histogram.best(&samples(classes), bin, &totals, rule);
        let again = histogram.best(&samples(classes), bin, &totals, rule);
        assert_eq!(first, again, "the histogram is clean after use");
        first
    }

    #[test]
    fn the_purest_cut_wins_and_names_its_occupied_neighbours() {
        let Found::Cut(cut) = best(&[3, 3, 200, 200, 70], &[0, 0, 1, 1, 1], 1) else {
            panic!("no cut");
        };
        assert_eq!((cut.left, cut.right), (3, 70));
        assert!((cut.score - 5.0).abs() < 1e-12);
    }

    #[test]
    fn one_bin_is_constant_and_small_sides_are_no_cut() {
        assert_eq!(best(&[9, 9], &[0, 1], 1), Found::Constant);
        assert_eq!(best(&[9, 10, 10], &[0, 1, 1], 2), Found::Nothing);
    }

    #[test]
    fn of_equal_cuts_the_first_wins() {
        let Found::Cut(cut) = best(&[0, 1, 2], &[0, 1, 0], 1) else {
            panic!("no cut");
        };
        assert_eq!((cut.left, cut.right), (0, 1));
    }
}
