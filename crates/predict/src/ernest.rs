//! How time grows with data, cores and machines: Ernest's form (Venkataraman and others, NSDI 2016), by non-negative least squares.
//!
//! `time = fixed + serial s + parallel s / (capacity m) + tree ln m + machines (m - 1)`, with `s` the share of the data, `m` machines and
//! the capacity of the CPUs in physical cores. No coefficient is negative, so that more cores never make a prediction slower.

use crate::measurement::Run;

/// Terms of the form.
const TERMS: usize = 5;

/// A step as a function of data, cores and machines, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ernest {
    /// Whatever the data.
    pub fixed: f64,
    /// On one core, for all the data.
    pub serial: f64,
    /// On all cores: core seconds for all the data.
    pub parallel: f64,
    /// For each doubling of machines, in natural logarithms.
    pub tree: f64,
    /// For each further machine.
    pub machines: f64,
}

impl Ernest {
    /// Seconds for a share of the data on `capacity` cores of each of some machines.
    ///
    /// ```
    /// let step = predict::Ernest { fixed: 1.0, serial: 2.0, parallel: 8.0, ..Default::default() };
    /// assert_eq!(step.seconds(1.0, 4.0, 1), 5.0);
    /// assert_eq!(step.seconds(0.5, 4.0, 2), 2.5);
    /// ```
    pub fn seconds(&self, scale: f64, capacity: f64, machines: u32) -> f64 {
        dot(&self.coefficients(), &terms(scale, capacity, machines))
    }

    /// The part of a run with all the data that runs on all cores, of what one core would take: 0 to 1.
    pub fn parallel_share(&self) -> f64 {
        let all = self.fixed + self.serial + self.parallel;
        if all > 0.0 { self.parallel / all } else { 0.0 }
    }

    /// Fits the form to runs on a machine whose capacity at a limit is given. Relative errors count.
    ///
    /// Runs under one limit alone tell the parallel part by their CPU time: a run that was busy on all its CPUs is parallel.
    pub fn fit(runs: &[Run], capacity: impl Fn(u32) -> f64) -> Self {
        let mut rows: Vec<([f64; TERMS], f64)> = runs
            .iter()
            .map(|run| (terms(run.scale, capacity(run.cpus), run.machines), run.wall))
            .collect();
        if let Some(first) = runs.first()
            && runs.iter().all(|run| run.cpus == first.cpus)
        {
            rows.extend(runs.iter().map(|run| on_one_core(run, capacity(run.cpus))));
        }
        let varies = |of: fn(&Run) -> f64| {
            let first = runs.first().map_or(0.0, of);
            runs.iter().any(|run| (of(run) - first).abs() > 1e-9)
        };
        let mut allowed = [true; TERMS];
        // With one size of data, what is fixed and what grows cannot be told apart: it is taken to grow.
        allowed[0] = varies(|run| run.scale);
        let clustered = varies(|run| f64::from(run.machines));
        (allowed[3], allowed[4]) = (clustered, clustered);
        let [fixed, serial, parallel, tree, machines] = non_negative(&rows, allowed);
        Self {
            fixed,
            serial,
            parallel,
            tree,
            machines,
        }
    }

    const fn coefficients(&self) -> [f64; TERMS] {
        [
            self.fixed,
            self.serial,
            self.parallel,
            self.tree,
            self.machines,
        ]
    }
}

fn terms(scale: f64, capacity: f64, machines: u32) -> [f64; TERMS] {
    let count = f64::from(machines.max(1));
    let capacity = capacity.max(f64::MIN_POSITIVE);
    [
        1.0,
        scale,
        scale / (capacity * count),
        count.ln(),
        count - 1.0,
    ]
}

/// What the run would have taken on one core: its wall time less what waited for the other CPUs, by its CPU time.
fn on_one_core(run: &Run, capacity: f64) -> ([f64; TERMS], f64) {
    let cpus = f64::from(run.cpus.max(1));
    let parallel = if run.cpus > 1 {
        ((run.cpu - run.wall).max(0.0) * capacity / (cpus - 1.0)).min(run.wall * capacity)
    } else {
        0.0
    };
    let serial = (run.wall - parallel / capacity).max(0.0);
    (terms(run.scale, 1.0, run.machines), serial + parallel)
}

fn dot(left: &[f64; TERMS], right: &[f64; TERMS]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// The coefficients that fit best and are not negative: with five terms, every set of them is tried.
fn non_negative(rows: &[([f64; TERMS], f64)], allowed: [bool; TERMS]) -> [f64; TERMS] {
    let mut best = ([0.0; TERMS], f64::INFINITY);
    for set in 1_u32..1 << TERMS {
        let chosen: Vec<usize> = (0..TERMS).filter(|term| set >> term & 1 == 1).collect();
        if chosen.iter().any(|term| !allowed[*term]) {
            continue;
        }
        let found = least_squares(rows, &chosen);
        if found.iter().any(|value| *value < 0.0) {
            continue;
        }
        let error = rows
            .iter()
            .map(|(terms, wall)| ((dot(&found, terms) - wall) / wall).powi(2));
        let error: f64 = error.sum();
        // A smaller set is tried first or fits no worse: ties go to it.
        if error < best.1 * (1.0 - 1e-9) - 1e-15 {
            best = (found, error);
        }
    }
    best.0
}

fn least_squares(rows: &[([f64; TERMS], f64)], chosen: &[usize]) -> [f64; TERMS] {
    let cell = |row: usize, column: usize| {
        let products = rows
            .iter()
            .map(|(terms, wall)| terms[chosen[row]] * terms[chosen[column]] / (wall * wall));
        products.sum::<f64>()
    };
    // Terms differ by orders of magnitude: each is scaled to one.
    let scales: Vec<f64> = (0..chosen.len())
        .map(|at| cell(at, at).sqrt().max(1e-300))
        .collect();
    let matrix = crate::matrix::Matrix::symmetric(chosen.len(), |row, column| {
        let ridge = if row == column { 1e-9 } else { 0.0 };
        cell(row, column) / scales[row] / scales[column] + ridge
    });
    let right: Vec<f64> = chosen
        .iter()
        .zip(&scales)
        .map(|(term, scale)| {
            rows.iter()
                .map(|(terms, wall)| terms[*term] / wall)
                .sum::<f64>()
                / scale
        })
        .collect();
    let mut found = [0.0; TERMS];
    for ((term, value), scale) in chosen
        .iter()
        .zip(matrix.factor().solve(&right))
        .zip(&scales)
    {
        found[*term] = value / scale;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(scale: f64, cpus: u32, machines: u32, step: &Ernest) -> Run {
        let wall = step.seconds(scale, f64::from(cpus), machines);
        Run {
            cpu: wall,
            ..Run::new(scale, cpus, wall)
        }
        .on(machines)
    }

    #[test]
    fn what_made_the_runs_is_found_again() {
        let step = Ernest {
            fixed: 0.5,
            serial: 3.0,
            parallel: 12.0,
            tree: 0.2,
            machines: 0.05,
        };
        let grid = [(0.1, 1), (0.1, 4), (0.5, 2), (1.0, 1), (1.0, 8)];
        let runs: Vec<Run> = grid
            .iter()
            .flat_map(|(scale, cpus)| [1, 2, 8].map(|machines| run(*scale, *cpus, machines, &step)))
            .collect();
        let found = Ernest::fit(&runs, f64::from);
        for (made, fitted) in step.coefficients().iter().zip(found.coefficients()) {
            assert!((made - fitted).abs() < 1e-4, "{found:?}");
        }
        assert!((step.parallel_share() - 12.0 / 15.5).abs() < 1e-12);
    }

    #[test]
    fn one_limit_tells_the_parallel_part_by_its_cpu_time() {
        // 1 s on one core, then 8 core seconds on four.
        let busy = Run {
            cpu: 9.0,
            ..Run::new(1.0, 4, 3.0)
        };
        let found = Ernest::fit(&[busy], f64::from);
        assert!((found.serial - 1.0).abs() < 1e-6 && (found.parallel - 8.0).abs() < 1e-6);
        let lazy = Run { cpu: 3.0, ..busy };
        let found = Ernest::fit(&[lazy], f64::from);
        assert!(found.parallel < 1e-6 && (found.serial - 3.0).abs() < 1e-6);
        // One CPU says nothing about more.
        let single = Ernest::fit(&[Run::new(1.0, 1, 5.0)], f64::from);
        assert_eq!(single.seconds(1.0, 64.0, 1).round(), 5.0);
    }

    #[test]
    fn no_runs_take_no_time() {
        assert_eq!(Ernest::fit(&[], f64::from), Ernest::default());
        assert_eq!(Ernest::default().parallel_share(), 0.0);
    }

    proptest! {
        #[test]
        fn more_cores_and_less_data_are_never_slower(
            walls in prop::collection::vec((0.05_f64..1.0, 1_u32..64, 0.01_f64..1e4), 1..12),
            cores in 1.0_f64..200.0,
        ) {
            let runs: Vec<Run> = walls.iter().map(|(scale, cpus, wall)| Run::new(*scale, *cpus, *wall)).collect();
            let found = Ernest::fit(&runs, f64::from);
            prop_assert!(found.coefficients().iter().all(|value| *value >= 0.0 && value.is_finite()));
            prop_assert!(found.seconds(1.0, cores + 1.0, 1) <= found.seconds(1.0, cores, 1));
            prop_assert!(found.seconds(0.5, cores, 1) <= found.seconds(1.0, cores, 1));
        }
    }
}
