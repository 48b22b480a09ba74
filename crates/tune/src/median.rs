//! The median rule: a trial that does worse than the median of earlier ones did by then is stopped.
//!
//! At each value of a trial's objective, counted from 1, its best so far is compared with the median of the running
//! averages that its peers had at the same count, after Golovin and others (2017). Peers that were over before do not vote.

use crate::trial::Goal;

/// Fewer peers stop nobody.
pub const MEDIAN_PEERS: usize = 3;

/// The first count at which a trial is stopped, given its values so far and those of its peers.
///
/// ```
/// use tune::{Goal, median_stop};
///
/// let peers: [&[f64]; 3] = [&[0.9, 0.7], &[0.8, 0.6], &[0.7, 0.5]];
/// assert_eq!(median_stop(Goal::Minimize, &[0.9, 0.85], &peers), Some(1));
/// assert_eq!(median_stop(Goal::Minimize, &[0.8, 0.60], &peers), None);
/// assert_eq!(median_stop(Goal::Minimize, &[0.9, 0.85], &peers[1..]), None);
/// ```
pub fn median_stop(goal: Goal, values: &[f64], peers: &[&[f64]]) -> Option<usize> {
    let mut best = f64::INFINITY;
    for (place, value) in values.iter().enumerate() {
        best = best.min(goal.loss(*value));
        let count = place + 1;
        let mut averages: Vec<f64> = peers
            .iter()
            .filter(|peer| peer.len() >= count)
            .map(|peer| peer[..count].iter().map(|v| goal.loss(*v)).sum::<f64>() / count as f64)
            .collect();
        if averages.len() < MEDIAN_PEERS {
            return None;
        }
        averages.sort_by(f64::total_cmp);
        let upper = averages.len() / 2;
        let median = if averages.len().is_multiple_of(2) {
            averages[upper - 1].midpoint(averages[upper])
        } else {
            averages[upper]
        };
        if best > median {
            return Some(count);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_looks_at_each_count_from_the_first() {
        let peers: [&[f64]; 4] = [&[1.0, 3.0, 5.0], &[2.0, 4.0, 6.0], &[3.0, 5.0], &[0.0]];
        // Running averages: 1 2 3; 2 3 4; 3 4; 0. Medians to be reached: 1.5; 3; then too few peers are left.
        for (values, expected) in [
            (&[1.4][..], Some(1)),
            (&[1.6, 2.9], Some(2)),
            (&[1.6, 3.1], None),
            (&[1.6, 3.1, 0.0], None),
            // The best so far counts, not the last.
            (&[3.5, 0.0], None),
            (&[], None),
        ] {
            let found = median_stop(Goal::Maximize, values, &peers);
            assert_eq!(found, expected, "{values:?}");
        }
    }

    #[test]
    fn more_values_never_move_a_stop() {
        let peers: [&[f64]; 3] = [&[0.5, 0.4, 0.3], &[0.6, 0.5, 0.4], &[0.4, 0.3, 0.2]];
        let values = [0.5, 0.47, 0.46];
        let stops: Vec<_> = (0..=3)
            .map(|count| median_stop(Goal::Minimize, &values[..count], &peers))
            .collect();
        assert_eq!(stops, [None, None, Some(2), Some(2)]);
    }
}
