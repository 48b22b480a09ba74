//! When a search is over: criteria on its outcomes, read in the order of the trials.
//!
//! Time and money are the caller's. The order makes the end a function of the outcomes alone: a trial counts once all
//! before it are known, so that the same trial ends the search at any parallelism.

use crate::trial::{Goal, Outcome};

/// An improvement of less than this share of the best is none, as on AWS.
const IMPROVEMENT: f64 = 0.01;
/// Scored trials before a search can have converged.
const CONVERGED_FROM: u64 = 20;
/// The share of the trials, and the least number of them, that must have brought nothing.
const CONVERGED_SHARE: u64 = 3;
const CONVERGED_LEAST: u64 = 10;

/// What ends a search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criteria {
    /// Good and bad.
    pub goal: Goal,
    /// Most trials.
    pub trials: u64,
    /// A value of the objective that is good enough.
    pub target: Option<f64>,
    /// So many trials one after the other without an improvement of 1 %.
    pub not_improving: Option<u64>,
    /// At least 20 scored trials, and no improvement of 1 % in the last third of them, at least 10.
    pub convergence: bool,
}

/// Why a search is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// Every trial has been run.
    Trials,
    /// The target is reached.
    Target,
    /// Nothing better came for so many trials.
    NotImproving,
    /// It has converged.
    Converged,
}

/// What the outcomes say, up to the first that is pending or that ends the search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Outcomes that count.
    pub counted: u64,
    /// The best of them: the trial and its objective.
    pub best: Option<(u64, f64)>,
    /// Trials since the last improvement of 1 %.
    pub not_improving: u64,
    /// The trial with which it had converged.
    pub converged: Option<u64>,
    /// Why it is over.
    pub completion: Option<Completion>,
}

impl Criteria {
    /// Reads the outcomes in the order of the trials.
    ///
    /// ```
    /// use tune::{Completion, Criteria, Goal, Outcome::{Pending, Scored}};
    ///
    /// let criteria = Criteria { goal: Goal::Maximize, trials: 9, target: Some(0.9), not_improving: None, convergence: false };
    /// let read = criteria.read(&[Scored(0.5), Scored(0.95), Pending, Scored(0.99)]);
    /// assert_eq!((read.best, read.completion), (Some((1, 0.95)), Some(Completion::Target)));
    /// assert_eq!(criteria.read(&[Pending, Scored(0.95)]).best, None);
    /// ```
    pub fn read(&self, outcomes: &[Outcome]) -> Progress {
        let mut progress = Progress {
            counted: 0,
            best: None,
            not_improving: 0,
            converged: None,
            completion: None,
        };
        let (mut mark, mut scored): (Option<f64>, u64) = (None, 0);
        for (number, outcome) in (0..).zip(outcomes) {
            match outcome {
                Outcome::Pending => break,
                Outcome::Failed => progress.not_improving += 1,
                Outcome::Scored(value) => {
                    scored += 1;
                    if progress
                        .best
                        .is_none_or(|(_, best)| self.goal.is_better(*value, best))
                    {
                        progress.best = Some((number, *value));
                    }
                    if mark.is_none_or(|mark| self.improves(*value, mark)) {
                        mark = Some(*value);
                        progress.not_improving = 0;
                    } else {
                        progress.not_improving += 1;
                    }
                }
            }
            progress.counted = number + 1;
            let rest = (scored / CONVERGED_SHARE).max(CONVERGED_LEAST);
            if scored >= CONVERGED_FROM && progress.not_improving >= rest {
                progress.converged.get_or_insert(number);
            }
            progress.completion = self.completion(&progress);
            if progress.completion.is_some() {
                break;
            }
        }
        progress
    }

    fn improves(&self, value: f64, mark: f64) -> bool {
        self.goal.loss(value) < self.goal.loss(mark) - IMPROVEMENT * mark.abs()
    }

    fn completion(&self, progress: &Progress) -> Option<Completion> {
        let reached = |target: f64| {
            let better = |(_, best): (u64, f64)| !self.goal.is_better(target, best);
            progress.best.is_some_and(better)
        };
        if self.target.is_some_and(reached) {
            return Some(Completion::Target);
        }
        let stale = |most: u64| progress.best.is_some() && progress.not_improving >= most;
        if self.not_improving.is_some_and(stale) {
            return Some(Completion::NotImproving);
        }
        if self.convergence && progress.converged.is_some() {
            return Some(Completion::Converged);
        }
        (progress.counted >= self.trials).then_some(Completion::Trials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{Failed, Pending, Scored};

    const PLAIN: Criteria = Criteria {
        goal: Goal::Minimize,
        trials: 100,
        target: None,
        not_improving: None,
        convergence: false,
    };

    #[test]
    fn outcomes_count_in_the_order_of_the_trials() {
        let read = PLAIN.read(&[Scored(3.0), Failed, Scored(2.0), Pending, Scored(1.0)]);
        assert_eq!((read.counted, read.best), (3, Some((2, 2.0))));
        assert_eq!((read.not_improving, read.completion), (0, None));
        let all = Criteria { trials: 2, ..PLAIN };
        let read = all.read(&[Failed, Failed, Scored(1.0)]);
        assert_eq!(read.completion, Some(Completion::Trials));
        assert_eq!((read.counted, read.best), (2, None));
    }

    #[test]
    fn a_target_is_reached_by_the_value_itself() {
        for (goal, values, at) in [
            (Goal::Minimize, [0.9, 0.5, 0.1], 2),
            (Goal::Maximize, [0.1, 0.4, 0.5], 3),
        ] {
            let criteria = Criteria {
                goal,
                target: Some(0.5),
                ..PLAIN
            };
            let read = criteria.read(&values.map(Scored));
            assert_eq!(
                (read.completion, read.counted),
                (Some(Completion::Target), at)
            );
        }
    }

    #[test]
    fn less_than_one_per_cent_is_no_improvement() {
        let criteria = Criteria {
            not_improving: Some(3),
            ..PLAIN
        };
        let read = criteria.read(&[1.0, 0.995, 0.992, 0.985, 0.984, 0.99, 0.98, 0.5].map(Scored));
        assert_eq!(read.completion, Some(Completion::NotImproving));
        assert_eq!((read.counted, read.best), (7, Some((6, 0.98))));
        // Nothing can improve on nothing.
        assert_eq!(criteria.read(&[Failed; 9]).completion, None);
    }

    #[test]
    fn convergence_needs_twenty_trials_and_ten_without_news() {
        let criteria = Criteria {
            convergence: true,
            ..PLAIN
        };
        let mut outcomes: Vec<_> = (0..12).map(|n| Scored(1.0 - 0.05 * f64::from(n))).collect();
        outcomes.extend([Scored(0.9); 20]);
        let read = criteria.read(&outcomes);
        assert_eq!(
            (read.completion, read.counted),
            (Some(Completion::Converged), 22)
        );
        assert_eq!(read.converged, Some(21));
        let unasked = PLAIN.read(&outcomes);
        assert_eq!((unasked.completion, unasked.converged), (None, Some(21)));
    }
}
