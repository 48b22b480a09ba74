//! Parzen estimators: the density of a set of points, as a mixture of one product kernel a point and a broad prior.
//!
//! A number has a Gaussian kernel cut to the unit interval; a whole number the mass of its cell under that kernel; a word
//! a kernel that favours itself. Kernels are products over the parameters, so that the estimator is multivariate: what
//! goes well together is proposed together.

use std::f64::consts::SQRT_2;

use crate::axis::{Axis, Spot};
use crate::random::Stream;

/// Width of a kernel for one point in one dimension, as a share of the interval.
const WIDTH: f64 = 0.08;
/// What the prior counts, where a point counts 1.
const PRIOR: f64 = 0.1;
/// Tries of a draw from a kernel before it is cut at the end of the interval.
const DRAWS: usize = 32;

/// One kernel: where it stands on each axis, and what it counts.
#[derive(Debug, Clone)]
struct Kernel {
    weight: f64,
    spots: Vec<Spot>,
    /// The logarithm of the weight.
    log_weight: f64,
    /// By axis, the logarithm of the mass that a Gaussian there has within the interval.
    log_inside: Vec<f64>,
}

/// A mixture.
#[derive(Debug, Clone)]
pub(crate) struct Parzen<'a> {
    axes: &'a [Axis],
    kernels: Vec<Kernel>,
    /// Weight of the prior.
    prior: f64,
    width: f64,
    /// The logarithm of what makes a Gaussian of this width a density.
    log_height: f64,
}

impl<'a> Parzen<'a> {
    /// The density of weighted points.
    pub(crate) fn new(axes: &'a [Axis], points: Vec<(Vec<Spot>, f64)>) -> Self {
        let count = points.len().max(1) as f64;
        let total: f64 = points.iter().map(|(_, weight)| weight).sum();
        let dimensions = axes.len() as f64;
        let width = WIDTH * count.powf(-1.0 / (dimensions + 4.0));
        let sum = total + PRIOR;
        let kernels = points
            .into_iter()
            .map(|(spots, weight)| Kernel {
                weight: weight / sum,
                log_weight: (weight / sum).ln(),
                log_inside: spots.iter().map(|spot| log_inside(*spot, width)).collect(),
                spots,
            })
            .collect();
        Self {
            axes,
            kernels,
            prior: PRIOR / sum,
            width,
            log_height: (width * std::f64::consts::TAU.sqrt()).ln(),
        }
    }

    /// Draws a place a parameter.
    pub(crate) fn sample(&self, stream: &mut Stream) -> Vec<f64> {
        let mut left = stream.unit();
        for kernel in &self.kernels {
            if left < kernel.weight {
                return self.draw(kernel, stream);
            }
            left -= kernel.weight;
        }
        self.axes.iter().map(|_| stream.unit()).collect()
    }

    fn draw(&self, kernel: &Kernel, stream: &mut Stream) -> Vec<f64> {
        let draw = |(axis, spot): (&Axis, &Spot)| match (axis, spot) {
            (Axis::Words { count }, Spot::Word(word)) => {
                let other = self.other(*count);
                let chosen = if stream.unit() < 1.0 - other * (*count as f64 - 1.0) {
                    *word
                } else {
                    (word + 1 + stream.below(count.saturating_sub(1))) % count
                };
                (chosen as f64 + 0.5) / *count as f64
            }
            (_, spot) => {
                let middle = spot.middle();
                let mut place = middle;
                for _ in 0..DRAWS {
                    place = middle + self.width * stream.normal();
                    if (0.0..=1.0).contains(&place) {
                        break;
                    }
                }
                place.clamp(0.0, 1.0)
            }
        };
        self.axes.iter().zip(&kernel.spots).map(draw).collect()
    }

    /// The logarithm of the density at a point.
    pub(crate) fn log_density(&self, spots: &[Spot]) -> f64 {
        let flat: f64 = self
            .axes
            .iter()
            .zip(spots)
            .map(|(axis, spot)| match (axis, spot) {
                (Axis::Words { count }, _) => -(*count as f64).ln(),
                (_, Spot::Cell(from, to)) => (to - from).max(f64::MIN_POSITIVE).ln(),
                _ => 0.0,
            })
            .sum();
        let mut terms = vec![self.prior.ln() + flat];
        for kernel in &self.kernels {
            let density: f64 = (0..self.axes.len())
                .map(|axis| self.log_kernel(kernel, axis, spots[axis]))
                .sum();
            terms.push(kernel.log_weight + density);
        }
        let greatest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        greatest
            + terms
                .iter()
                .map(|term| (term - greatest).exp())
                .sum::<f64>()
                .ln()
    }

    fn log_kernel(&self, kernel: &Kernel, axis: usize, spot: Spot) -> f64 {
        match (&self.axes[axis], kernel.spots[axis], spot) {
            (Axis::Words { count }, Spot::Word(kernel), Spot::Word(word)) => {
                let other = self.other(*count);
                if kernel == word {
                    (1.0 - other * (*count as f64 - 1.0)).ln()
                } else {
                    other.ln()
                }
            }
            (_, standing, spot) => {
                let middle = standing.middle();
                let density = match spot {
                    Spot::Cell(from, to) => mass(from, to, middle, self.width).max(1e-300).ln(),
                    spot => {
                        let far = (spot.middle() - middle) / self.width;
                        -0.5 * far * far - self.log_height
                    }
                };
                density - kernel.log_inside[axis]
            }
        }
    }

    /// The share of each other word under a word's kernel.
    fn other(&self, count: usize) -> f64 {
        let kernels = self.kernels.len() as f64 + 1.0;
        let count = count as f64;
        (1.0 / kernels) / (1.0 + count / kernels)
    }
}

/// The logarithm of the mass that a Gaussian has within the interval; 0 for a word, which has no Gaussian.
fn log_inside(spot: Spot, width: f64) -> f64 {
    match spot {
        Spot::Word(_) => 0.0,
        spot => mass(0.0, 1.0, spot.middle(), width)
            .max(f64::MIN_POSITIVE)
            .ln(),
    }
}

/// The mass of a Gaussian between two places.
fn mass(from: f64, to: f64, middle: f64, width: f64) -> f64 {
    let upper = |place: f64| upper_tail((place - middle) / width);
    // The tails are exact where the differences of the middle are not: count from the nearer end.
    if from > middle {
        upper(from) - upper(to)
    } else {
        upper_tail((middle - to) / width) - upper_tail((middle - from) / width)
    }
}

/// The mass of the standard normal distribution above a value.
fn upper_tail(value: f64) -> f64 {
    0.5 * complement(value / SQRT_2)
}

/// The complementary error function: a Chebyshev fit with a relative error below 1.2e-7 everywhere.
fn complement(value: f64) -> f64 {
    const FIT: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let size = value.abs();
    let part = 1.0 / (1.0 + 0.5 * size);
    let fit = FIT.iter().rev().fold(0.0, |sum, term| sum * part + term);
    let tail = part * (-size * size + fit).exp();
    if value >= 0.0 { tail } else { 2.0 - tail }
}

#[cfg(test)]
mod tests;
