//! What is known of an unknown workload before it runs: it is one more draw from the published ones.
//!
//! Each published workload is a vector of logarithms of speeds over types. An unknown one is their mean plus a normal combination of
//! their differences from it; its own level is free. Every observation, here or on a rented type, moves the combination.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use catalog::Server;

use crate::columns::{Class, Kind, MICRO, Suite};
use crate::hardware::Hardware;
use crate::imputation::{Imputed, slot};
use crate::matrix::{Factor, Matrix, dot};
use crate::process::Normal;
use crate::table::{Table, Type};

/// Variance of a workload's level, which is as good as free.
const LEVEL: f64 = 100.0;
/// Variance that a workload has on a type and on no other.
const OWN: f64 = 0.02;
/// Variance of a run.
const RUN: f64 = 0.002;
/// Keeps the completion of unpublished figures from following noise.
const RIDGE: f64 = 0.5;

/// Where a machine lies among workloads: its mean speed, and how each workload differs from that.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) mean: f64,
    pub(crate) differences: Vec<f64>,
    /// Standard deviation of what was not measured of the machine itself.
    pub(crate) doubt: f64,
    pub(crate) server: Option<Server>,
}

/// Published workloads of a kind.
#[derive(Debug)]
pub(crate) struct Prior {
    kind: Kind,
    classes: Vec<Class>,
    /// Suites count the same, whatever the number of their workloads.
    weights: Vec<f64>,
    means: Vec<f64>,
    /// How a figure that is not published everywhere follows from those that are, by class.
    completions: BTreeMap<Class, Vec<f64>>,
}

impl Prior {
    /// All workloads of a kind.
    pub(crate) fn all(kind: Kind) -> &'static Self {
        static PRIORS: OnceLock<[Prior; 2]> = OnceLock::new();
        let priors = PRIORS
            .get_or_init(|| [Kind::Serial, Kind::Parallel].map(|kind| Self::without(kind, None)));
        &priors[slot(kind)]
    }

    /// All but those of a suite, for the evaluation.
    pub(crate) fn without(kind: Kind, suite: Option<Suite>) -> Self {
        let table = Table::published();
        let classes: Vec<Class> = Class::all()
            .filter(|class| class.kind() == kind && Some(class.suite()) != suite)
            .collect();
        let mut prior = Self {
            kind,
            weights: weights(&classes),
            means: vec![0.0; classes.len()],
            completions: BTreeMap::new(),
            classes,
        };
        let sound: Vec<&Type> = table
            .types()
            .iter()
            .filter(|known| known.is_sound)
            .collect();
        let incomplete = prior
            .classes
            .iter()
            .filter(|class| class.language_model().is_some());
        for class in incomplete.copied().collect::<Vec<Class>>() {
            let weights = completion(&prior, class, &sound);
            prior.completions.insert(class, weights);
        }
        for known in &sound {
            let row = prior.row(&known.known, Some(&known.speeds));
            for (mean, value) in prior.means.iter_mut().zip(row) {
                *mean += value / sound.len() as f64;
            }
        }
        prior
    }

    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// A published type.
    pub(crate) fn of_type(&self, known: &Type) -> Place {
        let row = self.row(&known.known, Some(&known.speeds));
        self.place(&row, &known.known, Some(known.server))
    }

    /// A published type; one on credits in the state in which it was measured.
    pub(crate) fn of_type_as_measured(&self, known: &Type) -> Place {
        let row = self.row(&known.as_measured, Some(&known.speeds));
        self.place(&row, &known.as_measured, Some(known.server))
    }

    /// A machine of which nothing but micro-benchmarks is known.
    pub(crate) fn of_speeds(&self, known: &Imputed) -> Place {
        self.place(&self.row(known, None), known, None)
    }

    /// Any machine.
    pub(crate) fn of(&self, hardware: &Hardware) -> Place {
        let table = Table::published();
        match hardware.server.and_then(|server| table.find(server)) {
            Some(known) => self.of_type(known),
            None => self.of_speeds(&crate::class_model::known(hardware)),
        }
    }

    fn place(&self, row: &[f64], known: &Imputed, server: Option<Server>) -> Place {
        let away: Vec<f64> = row.iter().zip(&self.means).map(|(a, b)| a - b).collect();
        let mean = dot(&away, &self.weights);
        let pairs = away.iter().zip(&self.weights);
        Place {
            mean,
            differences: pairs
                .map(|(value, weight)| (value - mean) * weight.sqrt())
                .collect(),
            doubt: known.doubt[slot(self.kind)],
            server,
        }
    }

    /// Logarithms of every class; what was not measured is completed.
    fn row(&self, known: &Imputed, speeds: Option<&[f64]>) -> Vec<f64> {
        let inputs = self.inputs(known);
        self.classes
            .iter()
            .map(|class| {
                let Some(weights) = self.completions.get(class) else {
                    return known.logs[class.place()];
                };
                let measured = speeds.map_or(f64::NAN, |speeds| speeds[class.place()]);
                if measured.is_finite() {
                    measured
                } else {
                    dot(&inputs, weights)
                }
            })
            .collect()
    }

    /// What completes a figure: those of its kind that every type has, its size, and one.
    fn inputs(&self, known: &Imputed) -> Vec<f64> {
        let micro = self
            .classes
            .iter()
            .filter(|class| class.language_model().is_none());
        let mut inputs: Vec<f64> = micro.map(|class| known.logs[class.place()]).collect();
        inputs.push(known.logs[MICRO.len()]);
        inputs.push(1.0);
        inputs
    }
}

fn weights(classes: &[Class]) -> Vec<f64> {
    let of_suite = |suite| {
        classes
            .iter()
            .filter(|class| class.suite() == suite)
            .count()
    };
    let raw: Vec<f64> = classes
        .iter()
        .map(|class| 1.0 / of_suite(class.suite()) as f64)
        .collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| weight / sum).collect()
}

/// Ridge regression of a figure on the inputs, over the types that have it.
fn completion(prior: &Prior, class: Class, sound: &[&Type]) -> Vec<f64> {
    let with = sound
        .iter()
        .filter(|known| known.speeds[class.place()].is_finite());
    let pairs: Vec<(Vec<f64>, f64)> = with
        .map(|known| (prior.inputs(&known.known), known.speeds[class.place()]))
        .collect();
    let width = pairs.first().map_or(0, |(inputs, _)| inputs.len());
    let products = Matrix::symmetric(width, |row, column| {
        let ridge = if row == column { RIDGE } else { 0.0 };
        pairs
            .iter()
            .map(|(inputs, _)| inputs[row] * inputs[column])
            .sum::<f64>()
            + ridge
    });
    let targets: Vec<f64> = (0..width)
        .map(|row| {
            pairs
                .iter()
                .map(|(inputs, value)| inputs[row] * value)
                .sum()
        })
        .collect();
    products.factor().solve(&targets)
}

/// A workload's speed as it was observed on a machine.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    pub(crate) place: Place,
    /// Logarithm of the speed.
    pub(crate) speed: f64,
}

/// An unknown workload after some observations.
#[derive(Debug, Clone)]
pub(crate) struct Posterior {
    observations: Vec<Observation>,
    factor: Factor,
    duals: Vec<f64>,
}

impl Posterior {
    pub(crate) fn of(observations: Vec<Observation>) -> Self {
        let cell = |row: usize, column: usize| {
            let (left, right) = (&observations[row].place, &observations[column].place);
            let run = if row == column { RUN } else { 0.0 };
            covariance(left, right, row == column) + run
        };
        let factor = Matrix::symmetric(observations.len(), cell).factor();
        let away: Vec<f64> = observations
            .iter()
            .map(|seen| seen.speed - seen.place.mean)
            .collect();
        Self {
            duals: factor.solve(&away),
            factor,
            observations,
        }
    }

    /// The logarithm of its speed on a machine.
    pub(crate) fn at(&self, place: &Place) -> Normal {
        let with: Vec<f64> = self
            .observations
            .iter()
            .map(|seen| covariance(&seen.place, place, false))
            .collect();
        let explained = self.factor.forward(&with);
        let variance = covariance(place, place, true) - dot(&explained, &explained);
        Normal {
            mean: place.mean + dot(&with, &self.duals),
            deviation: (variance.max(0.0) + RUN).sqrt(),
        }
    }
}

/// Two machines share what a workload has of its own on a type only if they are of one type.
fn covariance(left: &Place, right: &Place, is_same: bool) -> f64 {
    let same = is_same || (left.server.is_some() && left.server == right.server);
    let own = if same {
        OWN + left.doubt * right.doubt
    } else {
        0.0
    };
    LEVEL + dot(&left.differences, &right.differences) + own
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::Cloud;

    fn place(name: &str) -> Place {
        Prior::all(Kind::Parallel).of(&Hardware::published(Cloud::Aws, name).unwrap())
    }

    fn seen(name: &str, speed: f64) -> Observation {
        Observation {
            place: place(name),
            speed,
        }
    }

    #[test]
    fn a_larger_machine_is_faster_and_a_run_makes_it_surer() {
        let one = Posterior::of(vec![seen("m5.xlarge", 0.0)]);
        let found = one.at(&place("m5.4xlarge"));
        assert!((found.mean.exp() - 4.0).abs() < 1.0, "{}", found.mean.exp());
        let two = Posterior::of(vec![seen("m5.xlarge", 0.0), seen("m5.2xlarge", 0.5)]);
        let then = two.at(&place("m5.4xlarge"));
        assert!(then.deviation < found.deviation && then.mean < found.mean);
    }

    #[test]
    fn a_type_that_was_observed_is_as_it_was_observed() {
        let seen = vec![seen("m5.xlarge", 0.0), seen("c6i.8xlarge", 1.3)];
        let found = Posterior::of(seen).at(&place("c6i.8xlarge"));
        assert!((found.mean - 1.3).abs() < 0.06, "{found:?}");
        assert!(found.deviation < 0.1);
    }

    #[test]
    fn suites_count_the_same() {
        let prior = Prior::without(Kind::Parallel, Some(Suite::LanguageModel));
        assert_eq!(prior.classes.len(), 13);
        let of = |suite| {
            let pairs = prior.classes.iter().zip(&prior.weights);
            pairs
                .filter(|(class, _)| class.suite() == suite)
                .map(|(_, weight)| weight)
                .sum::<f64>()
        };
        assert!((of(Suite::Geekbench) - of(Suite::Web)).abs() < 1e-12);
        assert!((prior.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(Prior::all(Kind::Serial).classes.len(), 10);
    }
}
