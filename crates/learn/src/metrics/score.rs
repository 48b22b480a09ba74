//! What scores of classes and of numbers have in common.

use std::collections::BTreeMap;

use steps::Schema;

use super::metric::Metric;
use super::numbers::NumberScorer;
use super::scorer::Scorer;
use crate::outcome::Outcome;
use crate::truth::Truth;

/// Predictions beside the truth.
pub trait Score: Sync {
    /// Number of rows.
    fn rows(&self) -> usize;

    /// Every metric that is defined where each row counts so many times.
    fn weighted(&self, weights: &[u32]) -> BTreeMap<Metric, f64>;

    /// Every metric that is defined where each row counts once.
    fn scores(&self) -> BTreeMap<Metric, f64> {
        self.weighted(&vec![1; self.rows()])
    }
}

/// The comparison of answers with the truth; none where they are of different kinds or for other rows.
pub fn compare(truth: &Truth, outcome: &Outcome, schema: &Schema) -> Option<Box<dyn Score>> {
    if truth.len() != outcome.rows() {
        return None;
    }
    match (truth, outcome) {
        (Truth::Classes(labels), Outcome::Classes(predictions)) => {
            Some(Box::new(Scorer::new(labels, predictions)))
        }
        (Truth::Numbers(numbers), Outcome::Values { width: 1, values }) => {
            let naive = schema.target.naive_error;
            Some(Box::new(NumberScorer::new(numbers, values, naive)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::tests::schema;

    #[test]
    fn answers_of_another_kind_are_not_compared() {
        let values = |width: usize| Outcome::Values {
            width,
            values: vec![1.0, 2.0],
        };
        let numbers = Truth::Numbers(vec![1.0, 4.0]);
        let scores = compare(&numbers, &values(1), &schema()).unwrap().scores();
        assert!((scores[&Metric::Mae] - 1.0).abs() < 1e-12);
        assert!(compare(&numbers, &values(2), &schema()).is_none());
        let classes = Truth::Classes(vec![0, 1]);
        assert!(compare(&classes, &values(1), &schema()).is_none());
    }
}
