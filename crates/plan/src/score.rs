//! The score of a design against the baseline, which has 1.

use crate::Range;

/// Which way a column is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Time, latency, cost.
    Less,
    /// Utilization, scalability.
    More,
}

/// Weights of the columns. None is negative, one at least is above zero; they count by their share of the sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(Vec<f64>);

/// Why weights are none.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum WeightsError {
    /// A weight is below zero or not a number.
    #[error("the weight {0} is no number from 0 on")]
    Negative(f64),
    /// Nothing counts.
    #[error("all weights are 0, so that nothing counts")]
    AllZero,
}

impl Weights {
    /// Weights as the user gives them.
    pub fn new(weights: Vec<f64>) -> Result<Self, WeightsError> {
        if let Some(wrong) = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
            return Err(WeightsError::Negative(*wrong));
        }
        let sum: f64 = weights.iter().sum();
        if sum <= 0.0 {
            return Err(WeightsError::AllZero);
        }
        Ok(Self(weights.into_iter().map(|w| w / sum).collect()))
    }

    /// The same for each of so many columns.
    pub fn equal(columns: usize) -> Self {
        Self(vec![1.0 / columns.max(1) as f64; columns])
    }

    /// Shares of the sum.
    pub fn shares(&self) -> &[f64] {
        &self.0
    }
}

/// The score of a cell: how many times better than the baseline's. None where one of the two is unknown or zero.
///
/// ```
/// use plan::{Better, Range, cell_score};
/// let half = cell_score(Better::Less, Range::exact(10.0), Range::exact(20.0)).unwrap();
/// assert_eq!(half.mid, 0.5);
/// let double = cell_score(Better::More, Range::exact(0.2), Range::exact(0.4)).unwrap();
/// assert_eq!(double.mid, 2.0);
/// ```
pub fn cell_score(better: Better, baseline: Range<f64>, value: Range<f64>) -> Option<Range<f64>> {
    let known = |range: Range<f64>| [range.low, range.mid, range.high].iter().all(|v| *v > 0.0);
    if !(known(baseline) && known(value)) {
        return None;
    }
    // Scored end by end: what makes one design slow (a busy hour, a slow model) makes the other slow as well.
    let scored = baseline.zip(value).map(|(baseline, value)| match better {
        Better::Less => baseline / value,
        Better::More => value / baseline,
    });
    Some(sorted(scored))
}

/// The total over the columns: the weighted geometric mean of the cells' scores, and the arithmetic one beside it.
///
/// Columns without a score do not count, and the weights of the others are scaled to 1; none where no column has one.
pub fn total(cells: &[Option<Range<f64>>], weights: &Weights) -> Option<Total> {
    let pairs: Vec<(Range<f64>, f64)> = cells
        .iter()
        .zip(weights.shares())
        .filter_map(|(cell, weight)| Some(((*cell)?, *weight)))
        .collect();
    let sum: f64 = pairs.iter().map(|(_, weight)| weight).sum();
    if sum <= 0.0 {
        return None;
    }
    let over = |of: &dyn Fn(f64) -> f64, end: fn(&Range<f64>) -> f64| -> f64 {
        pairs
            .iter()
            .map(|(cell, weight)| weight / sum * of(end(cell)))
            .sum()
    };
    let ends = |of: &dyn Fn(f64) -> f64| Range {
        low: over(of, |cell| cell.low),
        mid: over(of, |cell| cell.mid),
        high: over(of, |cell| cell.high),
    };
    Some(Total {
        geometric: ends(&f64::ln).map(f64::exp),
        arithmetic: ends(&|score| score),
    })
}

/// The total score of a design.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Total {
    /// `prod s_i^w_i`, by which designs are ranked.
    pub geometric: Range<f64>,
    /// `sum w_i s_i`, which a single good column lifts more.
    pub arithmetic: Range<f64>,
}

fn sorted(range: Range<f64>) -> Range<f64> {
    Range {
        low: range.low.min(range.high).min(range.mid),
        mid: range.mid,
        high: range.high.max(range.low).max(range.mid),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn weights_are_shares_of_their_sum() {
        assert_eq!(Weights::new(vec![3.0, 1.0]).unwrap().shares(), [0.75, 0.25]);
        assert_eq!(Weights::new(vec![0.0, 0.0]), Err(WeightsError::AllZero));
        assert_eq!(
            Weights::new(vec![-1.0, 2.0]),
            Err(WeightsError::Negative(-1.0))
        );
        assert!(Weights::new(vec![f64::NAN]).is_err());
    }

    #[test]
    fn a_design_of_twice_and_half_is_as_good_as_the_baseline_by_the_geometric_mean_alone() {
        let cells = [Some(Range::exact(2.0)), Some(Range::exact(0.5))];
        let total = total(&cells, &Weights::equal(2)).unwrap();
        assert!((total.geometric.mid - 1.0).abs() < 1e-12);
        assert!((total.arithmetic.mid - 1.25).abs() < 1e-12);
    }

    #[test]
    fn an_unknown_cell_neither_helps_nor_harms() {
        let cells = [None, Some(Range::exact(4.0))];
        let found = total(&cells, &Weights::equal(2)).unwrap();
        assert!((found.geometric.mid - 4.0).abs() < 1e-12);
        assert_eq!(total(&[None, None], &Weights::equal(2)), None);
        assert_eq!(
            cell_score(Better::Less, Range::exact(0.0), Range::exact(1.0)),
            None
        );
    }

    proptest! {
        #[test]
        fn the_baseline_has_one(values in prop::collection::vec(0.001_f64..1e6, 1..6)) {
            let cells: Vec<_> = values.iter().map(|v| cell_score(Better::Less, Range::exact(*v), Range::exact(*v))).collect();
            let total = total(&cells, &Weights::equal(cells.len())).unwrap();
            prop_assert!((total.geometric.mid - 1.0).abs() < 1e-9);
        }

        #[test]
        fn the_geometric_mean_is_never_above_the_arithmetic(values in prop::collection::vec(0.01_f64..100.0, 1..6)) {
            let cells: Vec<_> = values.iter().map(|v| Some(Range::exact(*v))).collect();
            let total = total(&cells, &Weights::equal(cells.len())).unwrap();
            prop_assert!(total.geometric.mid <= total.arithmetic.mid + 1e-9);
        }
    }
}
