//! Hyperband with the asynchronous rungs of successive halving (ASHA), in the form that stops.
//!
//! Trials are dealt to brackets in Hyperband's proportions (Li and others, 2018). A bracket has rungs, each 3 times as far as
//! the one before; a trial that reaches a rung goes on if its value there is in the best third of what earlier trials of its
//! bracket had there (Li and others, 2020). Which trials those are is decided by the window of the search, so that the
//! order in which trials end does not matter. The last rung is the most that any trial may use: there everyone stops.

use crate::trial::Goal;

/// How much further each rung is, and which share goes on.
const ETA: u64 = 3;
/// The most resource, as on AWS.
const LIMIT: u64 = 20_000;

/// The rungs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hyperband {
    least: u64,
    most: u64,
}

/// Why there are no rungs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HyperbandError {
    /// The ends.
    #[error("the least resource {least} is greater than the most, {most}")]
    UpsideDown {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// Out of range.
    #[error("the most resource is {most}, it must be 1 to {LIMIT}")]
    Limit {
        /// The most.
        most: u64,
    },
}

impl Hyperband {
    /// Rungs between two amounts of resource, such as epochs.
    ///
    /// # Errors
    ///
    /// Where the amounts are upside down or too great.
    pub fn new(least: u64, most: u64) -> Result<Self, HyperbandError> {
        if most == 0 || most > LIMIT {
            return Err(HyperbandError::Limit { most });
        }
        if least > most {
            return Err(HyperbandError::UpsideDown { least, most });
        }
        let least = least.max(1);
        Ok(Self { least, most })
    }

    /// The greatest number of a bracket: that with the most rungs.
    fn brackets(&self) -> u32 {
        let mut bracket = 0;
        while self.least * ETA.pow(bracket + 1) <= self.most {
            bracket += 1;
        }
        bracket
    }

    /// The bracket of a trial: brackets are dealt in a cycle of Hyperband's numbers, the most eager one first.
    pub fn bracket(&self, number: u64) -> u32 {
        let top = self.brackets();
        let size = |bracket: u32| {
            (u64::from(top) + 1)
                .saturating_mul(ETA.pow(bracket))
                .div_ceil(u64::from(bracket) + 1)
        };
        let cycle: u64 = (0..=top).map(size).sum();
        let mut left = number % cycle;
        for bracket in (0..=top).rev() {
            if left < size(bracket) {
                return bracket;
            }
            left -= size(bracket);
        }
        0
    }

    /// The rungs of a bracket, the last of them the end.
    pub fn rungs(&self, bracket: u32) -> Vec<u64> {
        let bracket = bracket.min(self.brackets());
        let first = (self.most / ETA.pow(bracket)).max(self.least);
        (0..bracket)
            .map(|rung| first * ETA.pow(rung))
            .filter(|rung| *rung < self.most)
            .chain([self.most])
            .collect()
    }

    /// The first count of values at which a trial is stopped, given its values so far and those of its peers, each with
    /// its number.
    ///
    /// ```
    /// use tune::{Goal, Hyperband};
    ///
    /// let rungs = Hyperband::new(1, 9).unwrap();
    /// assert_eq!(rungs.rungs(rungs.bracket(0)), [1, 3, 9]);
    /// let peers: [(u64, &[f64]); 3] = [(0, &[0.9, 0.8]), (1, &[0.7]), (2, &[0.5])];
    /// assert_eq!(rungs.stop(Goal::Maximize, 3, &[0.6], &peers), Some(1));
    /// assert_eq!(rungs.stop(Goal::Maximize, 3, &[0.95], &peers), None);
    /// ```
    pub fn stop(
        &self,
        goal: Goal,
        number: u64,
        values: &[f64],
        peers: &[(u64, &[f64])],
    ) -> Option<usize> {
        let bracket = self.bracket(number);
        for rung in self.rungs(bracket) {
            let count = usize::try_from(rung).unwrap_or(usize::MAX);
            let own = goal.loss(*values.get(count - 1)?);
            if rung == self.most {
                return Some(count);
            }
            let there: Vec<f64> = peers
                .iter()
                .filter(|(peer, _)| self.bracket(*peer) == bracket)
                .filter_map(|(_, values)| values.get(count - 1))
                .map(|value| goal.loss(*value))
                .collect();
            // With this one; too few to have a best third let everyone on.
            let all = there.len() as u64 + 1;
            let better = there.iter().filter(|loss| **loss < own).count() as u64;
            if all >= ETA && better >= all / ETA {
                return Some(count);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_rungs_are_those_of_the_paper() {
        // R = 81, eta = 3: five brackets with 81, 34, 15, 8 and 5 trials.
        let rungs = Hyperband::new(1, 81).unwrap();
        let dealt: Vec<u32> = (0..143).map(|number| rungs.bracket(number)).collect();
        let count = |bracket| dealt.iter().filter(|one| **one == bracket).count();
        assert_eq!([4, 3, 2, 1, 0].map(count), [81, 34, 15, 8, 5]);
        assert_eq!((dealt[0], rungs.bracket(143)), (4, 4));
        assert_eq!(rungs.rungs(4), [1, 3, 9, 27, 81]);
        assert_eq!(rungs.rungs(2), [9, 27, 81]);
        assert_eq!(rungs.rungs(0), [81]);
        let short = Hyperband::new(4, 10).unwrap();
        assert_eq!(short.brackets(), 0);
        assert_eq!(short.rungs(0), [10]);
        let uneven = Hyperband::new(2, 20).unwrap();
        assert_eq!(
            uneven.rungs(uneven.brackets()),
            [2, 6, 18, 20][..3]
                .iter()
                .copied()
                .filter(|r| *r < 18)
                .chain([20])
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn ends_are_checked() {
        assert_eq!(
            Hyperband::new(5, 4),
            Err(HyperbandError::UpsideDown { least: 5, most: 4 })
        );
        for most in [0, 20_001] {
            assert_eq!(Hyperband::new(1, most), Err(HyperbandError::Limit { most }));
        }
    }

    #[test]
    fn the_best_third_goes_on_and_everyone_ends_at_the_last_rung() {
        let rungs = Hyperband::new(1, 9).unwrap();
        assert_eq!(
            (rungs.bracket(0), rungs.bracket(8), rungs.bracket(9)),
            (2, 2, 1)
        );
        let peers: [(u64, &[f64]); 6] = [
            (0, &[6.0, 6.0, 6.0]),
            (1, &[5.0, 5.0, 5.0]),
            (2, &[4.0]),
            (3, &[3.0]),
            (4, &[2.0]),
            // Of another bracket.
            (9, &[0.0, 0.0, 0.0]),
        ];
        let stop = |number, values: &[f64]| rungs.stop(Goal::Minimize, number, values, &peers);
        // Six at the first rung: the best two go on.
        assert_eq!(stop(5, &[1.0]), None);
        assert_eq!(stop(5, &[2.5]), None);
        assert_eq!(stop(5, &[3.5, 1.0]), Some(1));
        // Three at the second: the best one goes on.
        assert_eq!(stop(5, &[1.0, 1.0, 5.5]), Some(3));
        assert_eq!(stop(5, &[1.0, 1.0, 1.0]), None);
        assert_eq!(stop(5, &[1.0; 9]), Some(9));
        // The first of its bracket meets nobody.
        assert_eq!(rungs.stop(Goal::Minimize, 0, &[9.0; 8], &[]), None);
    }
}
