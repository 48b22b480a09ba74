//! Early stopping: rows that no tree sees say when more trees do harm.

use super::loss::Loss;

/// Held-out rows and the best round so far.
#[derive(Debug)]
pub(super) struct HeldOut {
    /// The rows.
    pub rows: Vec<u32>,
    /// Rounds without a smaller loss that end the training.
    patience: u32,
    best: f64,
    /// Rounds up to the smallest loss.
    pub rounds: u32,
}

impl HeldOut {
    pub(super) fn new(rows: Vec<u32>, patience: u32) -> Self {
        Self {
            rows,
            patience,
            best: f64::INFINITY,
            rounds: 0,
        }
    }

    /// Looks at the scores after so many rounds; whether the training goes on.
    pub(super) fn goes_on(&mut self, loss: &Loss<'_>, scores: &[f64], rounds: u32) -> bool {
        let now = loss.mean(scores, &self.rows);
        if now < self.best {
            (self.best, self.rounds) = (now, rounds);
        }
        rounds - self.rounds < self.patience
    }
}

/// Rows to train on and rows to hold out: of each class, or of all rows without classes, the share that is asked for, at
/// least one of each class on the side of training.
pub(super) fn hold_out(
    labels: Option<&[u32]>,
    rows: usize,
    share: f64,
    seed: u64,
) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..rows as u32).collect();
    let start = crate::random::splitmix64(seed);
    let hash = |row: u32| crate::random::splitmix64(start ^ u64::from(row));
    let label = |row: u32| labels.map_or(0, |labels| labels[row as usize]);
    order.sort_by_key(|&row| (label(row), hash(row), row));
    let (mut train, mut held_out) = (Vec::new(), Vec::new());
    for class in order.chunk_by(|&a, &b| label(a) == label(b)) {
        let count = ((class.len() as f64 * share).round() as usize).min(class.len() - 1);
        held_out.extend_from_slice(&class[..count]);
        train.extend_from_slice(&class[count..]);
    }
    train.sort_unstable();
    held_out.sort_unstable();
    (train, held_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_gives_its_share_and_keeps_a_row() {
        let labels: Vec<u32> = (0..100).map(|row| u32::from(row >= 80)).collect();
        let (train, held_out) = hold_out(Some(&labels), 100, 0.1, 3);
        assert_eq!((train.len(), held_out.len()), (90, 10));
        let second = held_out.iter().filter(|&&row| row >= 80).count();
        assert_eq!(second, 2);
        let (train, held_out) = hold_out(Some(&[0, 1, 1]), 3, 0.5, 3);
        assert_eq!((train.len(), held_out.len()), (2, 1));
        assert_ne!(hold_out(None, 50, 0.2, 1).1, hold_out(None, 50, 0.2, 2).1);
    }

    #[test]
    fn training_ends_after_rounds_without_a_smaller_loss() {
        let targets = [0.0];
        let loss = Loss::Squared(&targets);
        let mut held_out = HeldOut::new(vec![0], 2);
        let scores = [4.0, 2.0, 3.0, 1.0, 1.5, 1.5];
        let going: Vec<bool> = scores
            .iter()
            .zip(1..)
            .map(|(&score, round)| held_out.goes_on(&loss, &[score], round))
            .collect();
        assert_eq!(going, [true, true, true, true, true, false]);
        assert_eq!(held_out.rounds, 4);
    }
}
