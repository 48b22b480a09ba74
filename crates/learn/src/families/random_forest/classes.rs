//! Trees of classes: Gini impurity from class counts by bin.

use super::criterion::{Criterion, Cut, Found, Occupied, Sample, View};
use super::parameters::MaxFeatures;
use crate::families::bins::BINS;

/// Classes of rows, with the weight of each class.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes<'a> {
    pub labels: &'a [u32],
    pub weights: &'a [f64],
}

/// Counts of one column in one node. Only occupied bins are read and cleared, so a small node costs little.
#[derive(Debug)]
pub(super) struct Histogram {
    /// By bin: draws of each class, then distinct rows.
    counts: Vec<u32>,
    left: Vec<u32>,
}

impl Criterion for Classes<'_> {
    type Label = u16;
    type Totals = Vec<u32>;
    type Histogram = Histogram;

    const DEFAULT: MaxFeatures = MaxFeatures::Sqrt;

    fn label(&self, row: usize) -> u16 {
        self.labels[row] as u16
    }

    fn histogram(&self) -> Histogram {
        Histogram {
            counts: vec![0; BINS * (self.weights.len() + 1)],
            left: vec![0; self.weights.len()],
        }
    }

    fn totals(&self, samples: &[Sample<u16>]) -> Vec<u32> {
        let mut totals = vec![0; self.weights.len()];
        for sample in samples {
            totals[sample.label as usize] += u32::from(sample.drawn);
        }
        totals
    }

    fn is_pure(&self, totals: &Vec<u32>) -> bool {
        totals.iter().filter(|&&count| count > 0).count() < 2
    }

    /// The share of each class.
    fn leaf(&self, totals: &Vec<u32>) -> Vec<f64> {
        let weighed: Vec<f64> = totals
            .iter()
            .zip(self.weights)
            .map(|(&count, weight)| f64::from(count) * weight)
            .collect();
        let sum: f64 = weighed.iter().sum();
        weighed.iter().map(|weight| weight / sum).collect()
    }

    fn best(&self, histogram: &mut Histogram, view: View<'_, u16>, totals: &Vec<u32>) -> Found {
        let occupied = histogram.fill(view);
        let found = histogram.scan(occupied, view, totals, self.weights);
        histogram.clear(occupied);
        found
    }
}

impl Histogram {
    fn fill(&mut self, view: View<'_, u16>) -> Occupied {
        let (classes, stride) = (self.left.len(), self.left.len() + 1);
        let mut occupied = Occupied::default();
        for sample in view.samples {
            let bin = view.bin[sample.row as usize];
            occupied.note(bin);
            let bin = bin as usize;
            let counts = &mut self.counts[bin * stride..(bin + 1) * stride];
            counts[sample.label as usize] += u32::from(sample.drawn);
            counts[classes] += 1;
        }
        occupied
    }

    fn scan(
        &mut self,
        occupied: Occupied,
        view: View<'_, u16>,
        totals: &[u32],
        weights: &[f64],
    ) -> Found {
        let (classes, stride) = (self.left.len(), self.left.len() + 1);
        let (rows, least) = (view.samples.len() as u32, view.min_samples_leaf);
        let mut bins = occupied.into_iter();
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
            left_rows += counts[classes];
            if left_rows >= least && rows - left_rows >= least {
                let score = purity(&self.left, totals, weights);
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

    fn clear(&mut self, occupied: Occupied) {
        let stride = self.left.len() + 1;
        for bin in occupied {
            self.counts[bin * stride..(bin + 1) * stride].fill(0);
        }
    }
}

/// The purity of both sides, from class draws of the left side and of the node: the sum over both of squared class weights
/// over total weight.
fn purity(left: &[u32], totals: &[u32], weights: &[f64]) -> f64 {
    let (mut left_sum, mut left_squares, mut right_sum, mut right_squares) = (0.0, 0.0, 0.0, 0.0);
    for ((&left, &total), weight) in left.iter().zip(totals).zip(weights) {
        let (a, b) = (f64::from(left) * weight, f64::from(total - left) * weight);
        left_sum += a;
        left_squares += a * a;
        right_sum += b;
        right_squares += b * b;
    }
    left_squares / left_sum + right_squares / right_sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(bin: &[u8], labels: &[u32], min_samples_leaf: u32) -> Found {
        let classes = Classes {
            labels,
            weights: &[1.0, 1.0],
        };
        let sample = |row: usize| Sample {
            row: row as u32,
            drawn: 1,
            label: classes.label(row),
        };
        let samples: Vec<_> = (0..labels.len()).map(sample).collect();
        let totals = classes.totals(&samples);
        let view = View {
            samples: &samples,
            bin,
            min_samples_leaf,
        };
        let mut histogram = classes.histogram();
        let first = classes.best(&mut histogram, view, &totals);
        let again = classes.best(&mut histogram, view, &totals);
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
