//! CherryPick, written from its paper (Alipourfard and others, NSDI 2017), to compare with.
//!
//! A Gaussian process with a Matern 5/2 kernel over the logarithm of cost; features are sizes of the type, scaled to 0..1; three
//! quasi-random starts; the next trial has the largest expected improvement times the probability of keeping the deadline; it stops when
//! at least six were tried and less than a tenth is expected to be gained. The paper leaves length scales to its library: here they are
//! chosen by marginal likelihood out of four.

use crate::matrix::{Factor, Matrix, dot};
use crate::process::matern;
use crate::search::{Candidate, Policy, Trials, below, improvement};
use crate::table::Table;

const STARTS: usize = 3;
const LEAST_TRIALS: usize = 6;
/// Gain below which it stops.
const LEAST_GAIN: f64 = 0.1;
const SCALES: [f64; 4] = [0.25, 0.5, 1.0, 2.0];
/// Relative variance of a run in a cloud.
const NOISE: f64 = 0.01;
const FEATURES: usize = 5;

/// The search.
#[derive(Debug)]
pub struct CherryPick {
    features: Vec<[f64; FEATURES]>,
    prices: Vec<f64>,
    floor: f64,
    seed: usize,
    trials: Trials,
}

impl CherryPick {
    /// Over candidates, with the least throughput that is allowed.
    pub fn new(candidates: &[Candidate], floor: Option<f64>, seed: usize) -> Self {
        Self {
            features: scaled(candidates.iter().map(raw).collect()),
            prices: candidates.iter().map(|one| one.price.ln()).collect(),
            floor: floor.map_or(f64::NEG_INFINITY, f64::ln),
            seed,
            trials: Trials::default(),
        }
    }

    /// The candidate nearest to a point of Halton's sequence.
    fn start(&self, place: usize) -> Option<usize> {
        let point = [2, 3, 5, 7, 11].map(|base| halton(self.seed * STARTS + place + 1, base));
        let distance = |candidate: usize| {
            let pairs = self.features[candidate].iter().zip(point);
            pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
        };
        let untried = (0..self.features.len()).filter(|one| !self.trials.holds(*one));
        untried.min_by(|left, right| distance(*left).total_cmp(&distance(*right)))
    }

    fn cost(&self, (candidate, speed): (usize, f64)) -> f64 {
        self.prices[candidate] - speed
    }

    /// Gains of all candidates, in logarithms of cost.
    fn gains(&self) -> Vec<f64> {
        let trials = self.trials.each();
        let costs: Vec<f64> = trials.iter().map(|trial| self.cost(*trial)).collect();
        let mean = costs.iter().sum::<f64>() / costs.len() as f64;
        let square = costs.iter().map(|cost| (cost - mean).powi(2)).sum::<f64>();
        let variance = (square / costs.len() as f64).max(0.01);
        let away: Vec<f64> = costs.iter().map(|cost| cost - mean).collect();
        let process = self.process(variance, &away);
        let best = self.trials.best(&self.prices, self.floor);
        (0..self.features.len())
            .map(|candidate| {
                let (moved, deviation) = process.at(self, candidate);
                let cost = mean + moved;
                // Keeping the deadline is a cost no higher than the price over the floor.
                let most = self.prices[candidate] - self.floor;
                let keeps = below((most - cost) / deviation);
                match best {
                    Some((_, best)) => keeps * improvement(best, cost, deviation),
                    None => keeps,
                }
            })
            .collect()
    }

    fn process(&self, variance: f64, away: &[f64]) -> Fitted {
        let fitted = SCALES.map(|scale| {
            let trials = self.trials.each();
            let cell = |row: usize, column: usize| {
                let noise = if row == column { NOISE } else { 0.0 };
                variance * self.similar(trials[row].0, trials[column].0, scale) + noise
            };
            let factor = Matrix::symmetric(trials.len(), cell).factor();
            let whitened = factor.forward(away);
            let likelihood = -0.5 * dot(&whitened, &whitened) - factor.log_determinant() / 2.0;
            let duals = factor.solve(away);
            Fitted {
                scale,
                variance,
                factor,
                duals,
                likelihood,
            }
        });
        let best = |left: Fitted, right: Fitted| {
            if right.likelihood > left.likelihood {
                right
            } else {
                left
            }
        };
        fitted.into_iter().reduce(best).expect("four scales")
    }

    fn similar(&self, left: usize, right: usize, scale: f64) -> f64 {
        let pairs = self.features[left].iter().zip(self.features[right]);
        matern(pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>() / scale / scale)
    }
}

struct Fitted {
    scale: f64,
    variance: f64,
    factor: Factor,
    duals: Vec<f64>,
    likelihood: f64,
}

impl Fitted {
    fn at(&self, search: &CherryPick, candidate: usize) -> (f64, f64) {
        let trials = search.trials.each().iter();
        let with: Vec<f64> = trials
            .map(|(tried, _)| self.variance * search.similar(*tried, candidate, self.scale))
            .collect();
        let explained = self.factor.forward(&with);
        let left = self.variance - dot(&explained, &explained);
        (dot(&with, &self.duals), left.max(1e-9).sqrt())
    }
}

impl Policy for CherryPick {
    fn next(&mut self) -> Option<usize> {
        let tried = self.trials.each().len();
        if tried < STARTS {
            return self.start(tried);
        }
        let gains = self.gains();
        let untried = (0..gains.len()).filter(|one| !self.trials.holds(*one));
        let next = untried.max_by(|left, right| gains[*left].total_cmp(&gains[*right]))?;
        let has_best = self.trials.best(&self.prices, self.floor).is_some();
        let stops = has_best && tried >= LEAST_TRIALS && gains[next] < LEAST_GAIN;
        (!stops).then_some(next)
    }

    fn observe(&mut self, candidate: usize, throughput: f64) {
        self.trials.add(candidate, throughput.ln());
    }

    /// The best that was tried; where none keeps the floor, the fastest.
    fn choice(&self) -> Option<usize> {
        let best = self.trials.best(&self.prices, self.floor);
        let fastest = || {
            let trials = self.trials.each().iter();
            trials
                .max_by(|left, right| left.1.total_cmp(&right.1))
                .copied()
        };
        best.or_else(fastest).map(|(candidate, _)| candidate)
    }
}

/// Cores, clock, memory a core, local disk, network.
fn raw(candidate: &Candidate) -> [f64; FEATURES] {
    let server = candidate.server;
    let hardware = Table::published().find(server).map(|known| &known.hardware);
    let cores = hardware.map_or(1.0, |one| f64::from(one.cores));
    let memory = hardware.map_or(1.0, |one| one.memory.get() as f64);
    let score = |name| server.score(name).unwrap_or(0.0);
    [
        cores.ln(),
        score("cpu_ghz"),
        (memory / cores).ln(),
        score("local_storage_gb").ln_1p(),
        score("network_gbps").ln_1p(),
    ]
}

fn scaled(mut rows: Vec<[f64; FEATURES]>) -> Vec<[f64; FEATURES]> {
    for feature in 0..FEATURES {
        let values = rows.iter().map(|row| row[feature]);
        let (least, most) = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        let width = (most - least).max(1e-12);
        for row in &mut rows {
            row[feature] = (row[feature] - least) / width;
        }
    }
    rows
}

fn halton(mut place: usize, base: usize) -> f64 {
    let (mut found, mut share) = (0.0, 1.0);
    while place > 0 {
        share /= base as f64;
        found += share * (place % base) as f64;
        place /= base;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::Hardware;
    use catalog::{Cloud, Server};

    #[test]
    fn the_sequence_is_haltons() {
        let found: Vec<f64> = (1..5).map(|place| halton(place, 2)).collect();
        assert_eq!(found, [0.5, 0.25, 0.75, 0.125]);
        assert!((halton(5, 3) - 7.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn it_stops_after_six_trials_at_the_earliest_and_finds_something_cheap() {
        let names = [
            "large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "12xlarge",
        ];
        let families = [("c5", 0.0425), ("m5", 0.048), ("r5", 0.063)];
        let candidates: Vec<Candidate> = families
            .iter()
            .flat_map(|(family, price)| {
                names.iter().filter_map(move |size| {
                    let server = Server::find(Cloud::Aws, &format!("{family}.{size}"))?;
                    let price = price * server.score("vcpus")?;
                    Some(Candidate { server, price })
                })
            })
            .collect();
        let speed = |one: usize| Hardware::of_server(candidates[one].server).unwrap().vcpus;
        let mut search = CherryPick::new(&candidates, None, 0);
        let mut trials = 0;
        while let Some(next) = search.next() {
            search.observe(next, f64::from(speed(next)));
            trials += 1;
        }
        assert!(
            (LEAST_TRIALS..candidates.len()).contains(&trials),
            "{trials}"
        );
        let choice = search.choice().unwrap();
        assert!(candidates[choice].server.name().starts_with("c5."));
        // No trial keeps the floor: the fastest is answered.
        let mut search = CherryPick::new(&candidates, Some(1e9), 1);
        let first = search.next().unwrap();
        search.observe(first, 3.0);
        assert_eq!(search.choice(), Some(first));
    }
}
