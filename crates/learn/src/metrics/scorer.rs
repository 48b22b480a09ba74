//! Scores of predictions, for all rows or for a resample of them.

use std::collections::BTreeMap;

use networks::functions::ln;

use super::metric::Metric;
use super::ranking::Ranking;
use super::score::Score;
use crate::Predictions;

/// Probabilities below this count as this much, so that one certain mistake has a finite loss.
const LEAST: f64 = 1e-15;

/// Predictions beside the truth, ordered once so that scoring a resample is cheap.
#[derive(Debug, Clone)]
pub struct Scorer {
    classes: usize,
    truth: Vec<u32>,
    guess: Vec<u32>,
    losses: Vec<f64>,
    rankings: Vec<Ranking>,
}

impl Scorer {
    /// Compares predictions with the true class of each row.
    ///
    /// # Panics
    /// Where there is not one class a row.
    pub fn new(truth: &[u32], predictions: &Predictions) -> Self {
        assert_eq!(truth.len(), predictions.labels.len(), "one class a row");
        let classes = predictions.classes;
        let ranked = if classes == 2 { 1..2 } else { 0..classes };
        let scores_of = |class: usize| -> Vec<f32> {
            predictions
                .probabilities
                .iter()
                .skip(class)
                .step_by(classes)
                .copied()
                .collect()
        };
        let rankings = ranked
            .map(|class| Ranking::new(&scores_of(class), |row| truth[row] as usize == class))
            .collect();
        let losses = truth
            .iter()
            .zip(predictions.probabilities.chunks_exact(classes))
            .map(|(&class, shares)| loss(shares, class as usize))
            .collect();
        Self {
            classes,
            truth: truth.to_vec(),
            guess: predictions.labels.clone(),
            losses,
            rankings,
        }
    }

    /// Rows by true class, then by predicted class.
    pub fn confusion(&self) -> Vec<Vec<u64>> {
        self.counts(&vec![1; self.rows()])
            .chunks_exact(self.classes)
            .map(<[u64]>::to_vec)
            .collect()
    }

    /// Class, area and corners of each receiver operating characteristic that is defined.
    pub(super) fn curves(&self) -> impl Iterator<Item = (usize, f64, Vec<(f64, f64)>)> {
        let first = usize::from(self.classes == 2);
        let every = vec![1; self.rows()];
        let ranked = self.rankings.iter().enumerate();
        ranked.filter_map(move |(place, ranking)| {
            Some((first + place, ranking.area(&every)?, ranking.curve()?))
        })
    }

    fn counts(&self, weights: &[u32]) -> Vec<u64> {
        let mut counts = vec![0; self.classes * self.classes];
        for ((&truth, &guess), &weight) in self.truth.iter().zip(&self.guess).zip(weights) {
            counts[truth as usize * self.classes + guess as usize] += u64::from(weight);
        }
        counts
    }
}

impl Score for Scorer {
    fn rows(&self) -> usize {
        self.truth.len()
    }

    /// Every metric that is defined here: precision, recall and F1 for two classes, the area where each class has a row.
    fn weighted(&self, weights: &[u32]) -> BTreeMap<Metric, f64> {
        let counts = self.counts(weights);
        let total: u64 = counts.iter().sum();
        let mut scores = BTreeMap::new();
        if total == 0 {
            return scores;
        }
        let of_class = |class: usize| Outcome::of(&counts, self.classes, class);
        let right: u64 = (0..self.classes)
            .map(|class| counts[class * self.classes + class])
            .sum();
        scores.insert(Metric::Accuracy, right as f64 / total as f64);
        if self.classes == 2 {
            let positive = of_class(1);
            scores.insert(Metric::Precision, positive.precision());
            scores.insert(Metric::Recall, positive.recall());
            scores.insert(Metric::F1, positive.f1());
        }
        let f1: f64 = (0..self.classes).map(|class| of_class(class).f1()).sum();
        scores.insert(Metric::F1Macro, f1 / self.classes as f64);
        let areas: Option<Vec<f64>> = self
            .rankings
            .iter()
            .map(|ranking| ranking.area(weights))
            .collect();
        if let Some(areas) = areas {
            scores.insert(
                Metric::RocAuc,
                areas.iter().sum::<f64>() / areas.len() as f64,
            );
        }
        let loss: f64 = self
            .losses
            .iter()
            .zip(weights)
            .map(|(loss, &weight)| loss * f64::from(weight))
            .sum();
        scores.insert(Metric::LogLoss, loss / total as f64);
        scores
    }
}

/// What happened to one class.
struct Outcome {
    hits: u64,
    predicted: u64,
    actual: u64,
}

impl Outcome {
    fn of(counts: &[u64], classes: usize, class: usize) -> Self {
        Self {
            hits: counts[class * classes + class],
            predicted: counts.iter().skip(class).step_by(classes).sum(),
            actual: counts[class * classes..(class + 1) * classes].iter().sum(),
        }
    }

    fn precision(&self) -> f64 {
        share(self.hits, self.predicted)
    }

    fn recall(&self) -> f64 {
        share(self.hits, self.actual)
    }

    fn f1(&self) -> f64 {
        share(2 * self.hits, self.predicted + self.actual)
    }
}

/// A share of nothing is 0.
fn share(part: u64, of: u64) -> f64 {
    if of == 0 {
        0.0
    } else {
        part as f64 / of as f64
    }
}

fn loss(shares: &[f32], class: usize) -> f64 {
    let clip = |share: f32| f64::from(share).clamp(LEAST, 1.0);
    let sum: f64 = shares.iter().copied().map(clip).sum();
    -ln(clip(shares[class]) / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scorer(truth: &[u32], classes: usize, probabilities: Vec<f32>) -> Scorer {
        let labels = probabilities
            .chunks_exact(classes)
            .map(|shares| {
                (0..classes)
                    .rev()
                    .max_by(|&a, &b| shares[a].total_cmp(&shares[b]))
                    .unwrap()
            })
            .map(|class| class as u32)
            .collect();
        Scorer::new(
            truth,
            &Predictions {
                classes,
                labels,
                probabilities,
            },
        )
    }

    fn close(scorer: &Scorer, expected: &[(Metric, f64)]) {
        let scores = scorer.scores();
        assert_eq!(scores.len(), expected.len());
        for (metric, value) in expected {
            assert!(
                (scores[metric] - value).abs() < 1e-12,
                "{metric}: {}",
                scores[metric]
            );
        }
    }

    /// Expected scores are those of scikit-learn 1.9.1.
    #[test]
    fn two_classes_have_the_scores_of_scikit_learn() {
        let positive = [1, 5, 3, 6, 6, 2, 5, 6_u8].map(|eighths| f32::from(eighths) / 8.0);
        let probabilities = positive.iter().flat_map(|&p| [1.0 - p, p]).collect();
        let scorer = scorer(&[0, 0, 1, 1, 1, 0, 1, 0], 2, probabilities);
        let expected = [
            (Metric::Accuracy, 0.625),
            (Metric::Precision, 0.6),
            (Metric::Recall, 0.75),
            (Metric::F1, 0.666_666_666_666_666_6),
            (Metric::F1Macro, 0.619_047_619_047_619),
            (Metric::RocAuc, 0.718_75),
            (Metric::LogLoss, 0.601_816_763_296_118),
        ];
        close(&scorer, &expected);
        assert_eq!(scorer.confusion(), [[2, 2], [1, 3]]);
    }

    #[test]
    fn three_classes_have_the_scores_of_scikit_learn() {
        let eighths = [
            6, 1, 1, 2, 3, 3, 2, 4, 2, 1, 1, 6, 4, 2, 2, 5, 2, 1, 1, 3, 4_u8,
        ];
        let probabilities = eighths.map(|eighths| f32::from(eighths) / 8.0).to_vec();
        let scorer = scorer(&[0, 1, 2, 2, 1, 0, 2], 3, probabilities);
        let expected = [
            (Metric::Accuracy, 0.714_285_714_285_714_3),
            (Metric::F1Macro, 0.7),
            (Metric::RocAuc, 0.825),
            (Metric::LogLoss, 0.784_561_847_137_125),
        ];
        close(&scorer, &expected);
        assert_eq!(scorer.confusion(), [[2, 0, 0], [1, 1, 0], [0, 1, 2]]);
    }

    #[test]
    fn a_certain_mistake_has_a_finite_loss_and_an_absent_class_no_area() {
        let scorer = scorer(&[1, 1], 2, vec![1.0, 0.0, 0.0, 1.0]);
        let scores = scorer.scores();
        assert!(
            (scores[&Metric::LogLoss] - 1e15_f64.ln() / 2.0).abs() < 1e-9,
            "{scores:?}"
        );
        assert!(!scores.contains_key(&Metric::RocAuc));
    }
}
