//! Trees of numbers: variance from sums by bin.
//!
//! The squared error of a side is the sum of squares less `sum^2 / weight`, so the best cut has the largest sum over both
//! sides of the latter (Breiman and others, "Classification and regression trees", 1984).

use super::criterion::{Criterion, Cut, Found, Occupied, Sample, View};
use super::parameters::MaxFeatures;
use crate::families::bins::BINS;

/// Numbers of rows less their mean, so that large numbers lose nothing in squares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers<'a> {
    pub centred: &'a [f64],
    pub mean: f64,
}

/// Sums over rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    total: f64,
    /// Draws.
    weight: u32,
    /// Distinct rows.
    rows: u32,
}

/// Sums over a node, and the ends of its numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Totals {
    all: Sum,
    least: f64,
    most: f64,
}

impl Sum {
    #[inline]
    fn add(&mut self, sample: &Sample<f64>) {
        self.total += sample.label * f64::from(sample.drawn);
        self.weight += u32::from(sample.drawn);
        self.rows += 1;
    }

    fn term(&self) -> f64 {
        self.total * self.total / f64::from(self.weight)
    }
}

impl Criterion for Numbers<'_> {
    type Label = f64;
    type Totals = Totals;
    type Histogram = Vec<Sum>;

    const DEFAULT: MaxFeatures = MaxFeatures::All;

    fn label(&self, row: usize) -> f64 {
        self.centred[row]
    }

    fn histogram(&self) -> Vec<Sum> {
        vec![Sum::default(); BINS]
    }

    fn totals(&self, samples: &[Sample<f64>]) -> Totals {
        let mut totals = Totals {
            all: Sum::default(),
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
        };
        for sample in samples {
            totals.all.add(sample);
            totals.least = totals.least.min(sample.label);
            totals.most = totals.most.max(sample.label);
        }
        totals
    }

    fn is_pure(&self, totals: &Totals) -> bool {
        totals.least >= totals.most
    }

    /// The mean.
    fn leaf(&self, totals: &Totals) -> Vec<f64> {
        vec![self.mean + totals.all.total / f64::from(totals.all.weight)]
    }

    fn best(&self, bins: &mut Vec<Sum>, view: View<'_, f64>, totals: &Totals) -> Found {
        let mut occupied = Occupied::default();
        for sample in view.samples {
            let bin = view.bin[sample.row as usize];
            occupied.note(bin);
            bins[bin as usize].add(sample);
        }
        let found = scan(bins, occupied, view, totals.all);
        for bin in occupied {
            bins[bin] = Sum::default();
        }
        found
    }
}

fn scan(bins: &[Sum], occupied: Occupied, view: View<'_, f64>, all: Sum) -> Found {
    let mut occupied = occupied.into_iter();
    let mut bin = occupied.next().unwrap_or(0);
    let mut left = Sum::default();
    let mut best: Option<Cut> = None;
    let mut varied = false;
    for next in occupied {
        varied = true;
        let here = bins[bin];
        left.total += here.total;
        left.weight += here.weight;
        left.rows += here.rows;
        let right = Sum {
            total: all.total - left.total,
            weight: all.weight - left.weight,
            rows: all.rows - left.rows,
        };
        if left.rows.min(right.rows) >= view.min_samples_leaf {
            let score = left.term() + right.term();
            if best.is_none_or(|best| score > best.score) {
                best = Some(Cut {
                    left: bin as u8,
                    right: next as u8,
                    score,
                });
            }
        }
        bin = next;
    }
    match best {
        Some(cut) => Found::Cut(cut),
        None if varied => Found::Nothing,
        None => Found::Constant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(numbers: &[f64]) -> Vec<Sample<f64>> {
        let sample = |(row, &label): (usize, &f64)| Sample {
            row: row as u32,
            drawn: 1,
            label,
        };
        numbers.iter().enumerate().map(sample).collect()
    }

    fn best(bin: &[u8], numbers: &[f64], min_samples_leaf: u32) -> Found {
        let criterion = Numbers {
            centred: numbers,
            mean: 0.0,
        };
        let samples = samples(numbers);
        let totals = criterion.totals(&samples);
        let view = View {
            samples: &samples,
            bin,
            min_samples_leaf,
        };
        let mut histogram = criterion.histogram();
        let first = criterion.best(&mut histogram, view, &totals);
        assert_eq!(first, criterion.best(&mut histogram, view, &totals));
        first
    }

    #[test]
    fn the_cut_with_the_least_squared_error_wins() {
        let Found::Cut(cut) = best(&[9, 2, 2, 5, 9], &[3.0, -1.0, -2.0, -1.5, 3.5], 1) else {
            panic!("no cut");
        };
        assert_eq!((cut.left, cut.right), (5, 9));
        assert!((cut.score - (4.5_f64.powi(2) / 3.0 + 6.5_f64.powi(2) / 2.0)).abs() < 1e-12);
    }

    #[test]
    fn one_bin_is_constant_and_small_sides_are_no_cut() {
        assert_eq!(best(&[4, 4], &[0.0, 1.0], 1), Found::Constant);
        assert_eq!(best(&[4, 5, 5], &[0.0, 1.0, 2.0], 2), Found::Nothing);
    }

    #[test]
    fn draws_weigh_and_a_leaf_is_their_mean() {
        let criterion = Numbers {
            centred: &[],
            mean: 10.0,
        };
        let mut samples = samples(&[1.0, 4.0]);
        samples[1].drawn = 2;
        let totals = criterion.totals(&samples);
        assert_eq!(criterion.leaf(&totals), [13.0]);
        assert!(!criterion.is_pure(&totals));
        assert!(criterion.is_pure(&criterion.totals(&samples[..1])));
    }
}
