//! One prediction beside its actual, and what many of them amount to.

use std::collections::{BTreeMap, BTreeSet};

use crate::calibration::median;
use crate::columns::Class;
use crate::conformal::quantile;
use crate::prediction::LEVEL;
use crate::random::Random;

/// A prediction beside its actual, as logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case {
    /// What was predicted.
    pub class: Class,
    /// Number of the CPU model that was held out.
    pub cluster: usize,
    /// The prediction.
    pub predicted: f64,
    /// Its standard deviation, as the method has it.
    pub deviation: f64,
    /// The actual.
    pub actual: f64,
    /// What scaling by virtual CPUs predicts; the same as `predicted` where there is nothing to scale from.
    pub by_vcpus: f64,
}

impl Case {
    /// `|predicted / actual - 1|`.
    pub fn error(&self) -> f64 {
        ((self.predicted - self.actual).exp() - 1.0).abs()
    }

    /// The same of scaling by virtual CPUs.
    pub fn error_by_vcpus(&self) -> f64 {
        ((self.by_vcpus - self.actual).exp() - 1.0).abs()
    }

    fn score(&self) -> f64 {
        (self.predicted - self.actual).abs() / self.deviation
    }
}

/// What many predictions amount to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// How many.
    pub count: usize,
    /// CPU models among them.
    pub clusters: usize,
    /// Median error.
    pub median: f64,
    /// Mean error.
    pub mean: f64,
    /// Nine of ten errors are below.
    pub ninth: f64,
    /// Share of actuals in the 90 % interval, whose width comes from the other CPU models.
    pub coverage: f64,
    /// 95 % interval of the coverage, CPU models drawn anew.
    pub coverage_between: (f64, f64),
    /// 95 % interval of the median error, CPU models drawn anew.
    pub median_between: (f64, f64),
    /// Standard deviations that nine of ten stay within, of all CPU models.
    pub reach: f64,
    /// Median and mean error of scaling by virtual CPUs.
    pub by_vcpus: (f64, f64),
}

const DRAWS: usize = 400;

/// Sums predictions up; `None` of none.
pub fn summary(cases: &[Case]) -> Option<Summary> {
    if cases.is_empty() {
        return None;
    }
    let errors = sorted(cases.iter().map(Case::error));
    let scaled = sorted(cases.iter().map(Case::error_by_vcpus));
    let held = held(cases);
    let by_cluster = by_cluster(cases, &held);
    let (medians, coverages) = drawn(&by_cluster);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let share = held.iter().filter(|held| **held).count() as f64 / held.len() as f64;
    Some(Summary {
        count: cases.len(),
        clusters: by_cluster.len(),
        median: median(&errors),
        mean: mean(&errors),
        ninth: errors[(errors.len() * 9 / 10).min(errors.len() - 1)],
        coverage: share,
        coverage_between: between(&coverages),
        median_between: between(&medians),
        reach: quantile(&scores(cases, None), LEVEL.as_fraction()),
        by_vcpus: (median(&scaled), mean(&scaled)),
    })
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut all: Vec<f64> = values.collect();
    all.sort_by(f64::total_cmp);
    all
}

fn scores(cases: &[Case], except: Option<usize>) -> BTreeMap<usize, Vec<f64>> {
    let mut scores: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for case in cases.iter().filter(|case| Some(case.cluster) != except) {
        scores.entry(case.cluster).or_default().push(case.score());
    }
    scores
}

/// Whether each actual lies in the interval whose width comes from the other CPU models.
fn held(cases: &[Case]) -> Vec<bool> {
    let clusters: BTreeSet<usize> = cases.iter().map(|case| case.cluster).collect();
    let reaches: BTreeMap<usize, f64> = clusters
        .into_iter()
        .map(|cluster| {
            let others = scores(cases, Some(cluster));
            (cluster, quantile(&others, LEVEL.as_fraction()))
        })
        .collect();
    cases
        .iter()
        .map(|case| case.score() <= reaches[&case.cluster])
        .collect()
}

/// Errors of a CPU model, and whether their intervals held.
type Errors = Vec<(f64, bool)>;

fn by_cluster(cases: &[Case], held: &[bool]) -> Vec<Errors> {
    let mut found: BTreeMap<usize, Errors> = BTreeMap::new();
    for (case, held) in cases.iter().zip(held) {
        found
            .entry(case.cluster)
            .or_default()
            .push((case.error(), *held));
    }
    found.into_values().collect()
}

/// Medians and coverages with as many CPU models, drawn with replacement.
fn drawn(clusters: &[Errors]) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(1);
    let draw = |_| {
        let mut all: Errors = Vec::new();
        for _ in 0..clusters.len() {
            all.extend_from_slice(&clusters[random.below(clusters.len())]);
        }
        let coverage = all.iter().filter(|(_, held)| *held).count() as f64 / all.len() as f64;
        let middle = all.len() / 2;
        let (_, median, _) =
            all.select_nth_unstable_by(middle, |left, right| left.0.total_cmp(&right.0));
        (median.0, coverage)
    };
    (0..DRAWS).map(draw).unzip()
}

fn between(values: &[f64]) -> (f64, f64) {
    let sorted = sorted(values.iter().copied());
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    (at(0.025), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(cluster: usize, away: f64) -> Case {
        Case {
            class: Class::of_column("stressng_all").expect("a column"),
            cluster,
            predicted: away,
            deviation: 0.1,
            actual: 0.0,
            by_vcpus: 2.0 * away,
        }
    }

    #[test]
    fn errors_and_intervals_are_summed_up() {
        let cases: Vec<Case> = (0..20)
            .flat_map(|at| [case(at, 0.1), case(at, -0.1)])
            .collect();
        let found = summary(&cases).unwrap();
        assert_eq!((found.count, found.clusters, found.coverage), (40, 20, 1.0));
        let (up, down) = (0.1_f64.exp() - 1.0, 1.0 - (-0.1_f64).exp());
        assert!((found.median - f64::midpoint(up, down)).abs() < 1e-12);
        assert!((found.mean - f64::midpoint(up, down)).abs() < 1e-12);
        assert!((found.reach - 1.0).abs() < 1e-12);
        assert!(found.by_vcpus.0 > 2.0 * found.median * 0.95);
        assert_eq!(found.coverage_between, (1.0, 1.0));
        assert_eq!(summary(&[]), None);
    }

    /// A CPU model like no other is not held by the others' width.
    #[test]
    fn an_outlier_is_not_covered_by_its_own_width() {
        let mut cases: Vec<Case> = (0..30).map(|at| case(at, 0.1)).collect();
        cases.extend([case(30, 1.0), case(30, 1.0)]);
        let found = summary(&cases).unwrap();
        assert!((found.coverage - 30.0 / 32.0).abs() < 1e-12);
        assert!(
            found.coverage_between.0 < found.coverage && found.coverage < found.coverage_between.1
        );
    }
}
