//! Speeds that were not measured, out of those that were: the mean of a normal distribution, given what is known.
//!
//! The distribution is that of the logarithms of speeds and sizes over all completely measured types. It holds for any subset: a type
//! without Geekbench's figures, a machine of the user's own with three figures, a type of which the sizes alone are known.

use crate::columns::{Kind, MICRO};
use crate::hardware::Hardware;
use crate::matrix::{Matrix, dot};

/// Sizes beside the speeds.
const SIZES: usize = 5;
/// Speeds and sizes.
pub(crate) const KNOWN: usize = MICRO.len() + SIZES;
/// Relative variance that every figure has by itself.
const OWN_VARIANCE: f64 = 1e-3;

/// Logarithms of speeds and sizes; what is unknown is not a number. Latency is turned round, so that more is faster.
pub(crate) fn logarithms(hardware: &Hardware) -> [f64; KNOWN] {
    let mut logs = [f64::NAN; KNOWN];
    for (place, column) in MICRO.iter().enumerate() {
        let log = hardware.speeds[place].map_or(f64::NAN, f64::ln);
        logs[place] = if column.name == "pm_mem_latency_ns" {
            -log
        } else {
            log
        };
    }
    let vcpus = f64::from(hardware.vcpus.max(1));
    let sizes = [
        vcpus.ln(),
        (vcpus / f64::from(hardware.cores.max(1))).ln(),
        (hardware.memory.get().max(1) as f64 / f64::from(1 << 20) / vcpus).ln(),
        f64::from(u8::from(hardware.is_arm)),
        f64::from(u8::from(hardware.is_amd)),
    ];
    logs[MICRO.len()..].copy_from_slice(&sizes);
    logs
}

/// Mean and covariance of completely measured types.
#[derive(Debug)]
pub(crate) struct Imputation {
    means: [f64; KNOWN],
    covariance: Vec<[f64; KNOWN]>,
}

/// What was put in the place of unknown speeds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Imputed {
    /// Without gaps.
    pub(crate) logs: [f64; KNOWN],
    /// Standard deviation of what was put in, a mean over speeds of one thread and over those of all; 0 where nothing was missing.
    pub(crate) doubt: [f64; 2],
}

impl Imputation {
    pub(crate) fn of(complete: &[[f64; KNOWN]]) -> Self {
        let count = complete.len().max(1) as f64;
        let mut means = [0.0; KNOWN];
        for (place, mean) in means.iter_mut().enumerate() {
            *mean = complete.iter().map(|logs| logs[place]).sum::<f64>() / count;
        }
        let mut covariance = vec![[0.0; KNOWN]; KNOWN];
        for (row, cells) in covariance.iter_mut().enumerate() {
            for (column, cell) in cells.iter_mut().enumerate() {
                let products = complete
                    .iter()
                    .map(|logs| (logs[row] - means[row]) * (logs[column] - means[column]));
                *cell = products.sum::<f64>() / count;
            }
            cells[row] += OWN_VARIANCE;
        }
        Self { means, covariance }
    }

    /// The gaps of these logarithms filled.
    pub(crate) fn fill(&self, logs: [f64; KNOWN]) -> Imputed {
        let (known, missing): (Vec<usize>, Vec<usize>) =
            (0..KNOWN).partition(|place| logs[*place].is_finite());
        let mut filled = Imputed {
            logs,
            doubt: [0.0; 2],
        };
        if missing.is_empty() {
            return filled;
        }
        let among = |row: usize, column: usize| self.covariance[known[row]][known[column]];
        let factor = Matrix::symmetric(known.len(), among).factor();
        let away: Vec<f64> = known.iter().map(|at| logs[*at] - self.means[*at]).collect();
        let weights = factor.solve(&away);
        for place in missing {
            let with: Vec<f64> = known.iter().map(|at| self.covariance[place][*at]).collect();
            filled.logs[place] = self.means[place] + dot(&with, &weights);
            let explained = factor.forward(&with);
            let left = self.covariance[place][place] - dot(&explained, &explained);
            let Some(column) = MICRO.get(place) else {
                continue;
            };
            let of_kind = MICRO
                .iter()
                .filter(|other| other.kind == column.kind)
                .count();
            filled.doubt[slot(column.kind)] += left.max(0.0).sqrt() / of_kind as f64;
        }
        filled
    }
}

/// Place of a kind in pairs of figures.
pub(crate) const fn slot(kind: Kind) -> usize {
    match kind {
        Kind::Serial => 0,
        Kind::Parallel => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn what_is_known_stays_and_what_is_not_is_near() {
        let table = Table::published();
        let mut machine = Hardware::published(catalog::Cloud::Aws, "m5.2xlarge").unwrap();
        let whole = logarithms(&machine);
        let complete = table.imputation().fill(whole);
        assert_eq!((complete.logs, complete.doubt), (whole, [0.0; 2]));
        // Every second figure is forgotten.
        for (place, speed) in machine.speeds.iter_mut().enumerate() {
            *speed = speed.filter(|_| place % 2 == 0);
        }
        let half = table.imputation().fill(logarithms(&machine));
        for (place, (filled, true_one)) in half.logs.iter().zip(whole).enumerate() {
            assert!(
                (filled - true_one).abs() < 0.35,
                "{place}: {filled} {true_one}"
            );
        }
        machine.speeds = [None; MICRO.len()];
        let bare = table.imputation().fill(logarithms(&machine));
        assert!(bare.doubt[0] > half.doubt[0] && bare.doubt[1] > half.doubt[1]);
        assert!(
            bare.doubt[1] > 0.1 && bare.doubt[1] < 0.6,
            "{:?}",
            bare.doubt
        );
    }
}
