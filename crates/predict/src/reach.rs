//! How wide intervals are: quantiles of errors that the evaluation measured, in standard deviations of the method or in logarithms.
//!
//! `cargo xtask bench predict` prints them anew; a test holds those here to a smaller run of it.

use crate::columns::Kind;

/// Standard deviations on both sides after so many probes: one thread, all threads.
pub(crate) const REACH: [(usize, [f64; 2]); 4] = [
    (0, [1.938, 2.128]),
    (1, [2.226, 2.338]),
    (3, [2.466, 2.693]),
    (8, [2.530, 2.925]),
];

/// Half width in logarithms from one limit of CPUs to its double on the same machine.
pub(crate) const LIMITS: f64 = 0.146;

/// On the line between the counts that were evaluated; beyond the last as there.
pub(crate) fn reach(kind: Kind, probes: usize) -> f64 {
    let slot = crate::imputation::slot(kind);
    let mut last = REACH[0];
    for next in REACH {
        if probes <= next.0 {
            let width = (next.0 - last.0).max(1) as f64;
            let share = (probes - last.0) as f64 / width;
            return last.1[slot] + share * (next.1[slot] - last.1[slot]);
        }
        last = next;
    }
    last.1[slot]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_between_lie_on_the_line() {
        assert_eq!(reach(Kind::Serial, 0), REACH[0].1[0]);
        assert_eq!(reach(Kind::Parallel, 3), REACH[2].1[1]);
        assert_eq!(reach(Kind::Parallel, 64), REACH[3].1[1]);
        let middle = f64::midpoint(REACH[1].1[0], REACH[2].1[0]);
        assert!((reach(Kind::Serial, 2) - middle).abs() < 1e-12);
    }
}
