//! Which type to rent, and which to try first: the cheapest for a piece of work, on the least trials.
//!
//! Cost is price over throughput; a floor of throughput is a deadline. [`Planned`] knows published speeds and one run here;
//! [`CherryPick`] knows nothing but the sizes of types, as its paper has it.

mod cherrypick;
mod planned;

pub use cherrypick::CherryPick;
pub(crate) use planned::MISS;
pub use planned::Planned;

use catalog::Server;

/// A type at a price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The type.
    pub server: Server,
    /// USD an hour, or any other money an hour, of all candidates the same.
    pub price: f64,
}

/// A policy that searches: it is asked for the next trial, told its outcome, and asked for its choice at any time.
pub trait Policy {
    /// The candidate to try next; none if it would try no more.
    fn next(&mut self) -> Option<usize>;

    /// The throughput of a candidate, in units of work a second.
    fn observe(&mut self, candidate: usize, throughput: f64);

    /// What it would rent now.
    fn choice(&self) -> Option<usize>;
}

/// Trials so far: logarithms of throughputs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trials(Vec<(usize, f64)>);

impl Trials {
    pub(crate) fn add(&mut self, candidate: usize, speed: f64) {
        self.0.push((candidate, speed));
    }

    pub(crate) fn each(&self) -> &[(usize, f64)] {
        &self.0
    }

    pub(crate) fn holds(&self, candidate: usize) -> bool {
        self.0.iter().any(|(tried, _)| *tried == candidate)
    }

    /// The cheapest that keeps the floor, with the logarithm of its cost.
    pub(crate) fn best(&self, prices: &[f64], floor: f64) -> Option<(usize, f64)> {
        let kept = self.0.iter().filter(|(_, speed)| *speed >= floor);
        kept.map(|(candidate, speed)| (*candidate, prices[*candidate] - speed))
            .min_by(|left, right| left.1.total_cmp(&right.1))
    }
}

/// Expected improvement over `best` of a normal variable, smaller is better.
pub(crate) fn improvement(best: f64, mean: f64, deviation: f64) -> f64 {
    let z = (best - mean) / deviation.max(1e-12);
    deviation * (z * below(z) + density(z))
}

pub(crate) fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
}

/// Share of the standard normal distribution below: Abramowitz and Stegun 26.2.17, to 1e-7.
pub(crate) fn below(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let terms = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    let upper = density(z) * sum;
    if z >= 0.0 { 1.0 - upper } else { upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_is_that_of_tables() {
        for (z, share) in [
            (0.0, 0.5),
            (1.0, 0.841_344_7),
            (-1.959_964, 0.025),
            (3.0, 0.998_650_1),
        ] {
            assert!((below(z) - share).abs() < 2e-7, "{z}: {}", below(z));
        }
        // No doubt: what is better is gained whole, what is worse not at all.
        assert!((improvement(1.0, 0.4, 1e-9) - 0.6).abs() < 1e-9);
        assert!(improvement(1.0, 1.4, 1e-9) < 1e-9);
        assert!((improvement(0.0, 0.0, 2.0) - 2.0 * 0.398_942_3).abs() < 1e-6);
    }

    #[test]
    fn the_best_trial_keeps_the_floor() {
        let mut trials = Trials::default();
        trials.add(0, 1.0);
        trials.add(2, 3.0);
        assert_eq!(trials.best(&[0.0, 0.0, 4.0], 0.0), Some((0, -1.0)));
        assert_eq!(trials.best(&[0.0, 0.0, 4.0], 2.0), Some((2, 1.0)));
        assert_eq!(trials.best(&[0.0, 0.0, 4.0], 4.0), None);
        assert!(trials.holds(2) && !trials.holds(1));
    }
}
