//! The search of this program: predicted speeds first, then the trial from which most is expected.

use crate::class_model::NORMAL;
use crate::columns::Kind;
use crate::hardware::Hardware;
use crate::prior::{Observation, Place, Posterior, Prior};
use crate::process::Normal;
use crate::reach::reach;
use crate::search::{Candidate, Policy, Trials, below, improvement};
use crate::table::Table;

/// What missing the floor costs, in logarithms of cost: the work is done anew.
pub(crate) const MISS: f64 = 1.0;

/// Searches with published speeds and one run on this machine.
#[derive(Debug)]
pub struct Planned {
    places: Vec<Place>,
    /// Logarithms.
    prices: Vec<f64>,
    floor: f64,
    miss: f64,
    kind: Kind,
    here: Observation,
    trials: Trials,
    found: Vec<Normal>,
}

impl Planned {
    /// A workload that does `here` units a second with all CPUs of this machine, or on one thread. `floor` is the least throughput in the
    /// same unit.
    pub fn new(
        candidates: &[Candidate],
        kind: Kind,
        (local, here): (&Hardware, f64),
        floor: Option<f64>,
    ) -> Self {
        Self::with(Prior::all(kind), candidates, (local, here), floor, MISS)
    }

    /// From a prior that may lack a suite, and another cost of missing the floor, for the evaluation.
    pub(crate) fn with(
        prior: &Prior,
        candidates: &[Candidate],
        (local, here): (&Hardware, f64),
        floor: Option<f64>,
        miss: f64,
    ) -> Self {
        let place = |candidate: &Candidate| {
            let known = Table::published().find(candidate.server)?;
            Some(prior.of_type_as_measured(known))
        };
        let here = Observation {
            place: prior.of(local),
            speed: here.ln(),
        };
        let mut search = Self {
            places: candidates
                .iter()
                .map(|candidate| place(candidate).unwrap_or_else(|| here.place.clone()))
                .collect(),
            prices: candidates.iter().map(|one| one.price.ln()).collect(),
            floor: floor.map_or(f64::NEG_INFINITY, f64::ln),
            miss,
            kind: prior.kind(),
            here,
            trials: Trials::default(),
            found: Vec::new(),
        };
        search.learn();
        search
    }

    fn learn(&mut self) {
        let mut seen = vec![self.here.clone()];
        seen.extend(
            self.trials
                .each()
                .iter()
                .map(|(candidate, speed)| Observation {
                    place: self.places[*candidate].clone(),
                    speed: *speed,
                }),
        );
        let posterior = Posterior::of(seen);
        // Deviations as wide as intervals were found to be.
        let wider = reach(self.kind, self.trials.each().len()) / NORMAL;
        let at = |place: &Place| {
            let found = posterior.at(place);
            Normal {
                deviation: found.deviation * wider,
                ..found
            }
        };
        self.found = self.places.iter().map(at).collect();
    }

    /// Expected logarithm of cost, with what a missed floor would cost.
    fn expected(&self, candidate: usize) -> f64 {
        let found = self.found[candidate];
        self.prices[candidate] - found.mean + self.miss * (1.0 - self.keeps(found))
    }

    fn keeps(&self, found: Normal) -> f64 {
        if self.floor.is_finite() {
            below((found.mean - self.floor) / found.deviation)
        } else {
            1.0
        }
    }

    fn gain(&self, candidate: usize, best: f64) -> f64 {
        let found = self.found[candidate];
        let cost = self.prices[candidate] - found.mean;
        self.keeps(found) * improvement(best, cost, found.deviation)
    }

    fn untried(&self) -> impl Iterator<Item = usize> {
        (0..self.places.len()).filter(|candidate| !self.trials.holds(*candidate))
    }

    fn most_promising(&self) -> Option<usize> {
        let all = self.untried();
        all.min_by(|left, right| self.expected(*left).total_cmp(&self.expected(*right)))
    }
}

impl Policy for Planned {
    fn next(&mut self) -> Option<usize> {
        let Some((_, best)) = self.trials.best(&self.prices, self.floor) else {
            return self.most_promising();
        };
        let all = self.untried();
        all.max_by(|left, right| self.gain(*left, best).total_cmp(&self.gain(*right, best)))
    }

    fn observe(&mut self, candidate: usize, throughput: f64) {
        self.trials.add(candidate, throughput.ln());
        self.learn();
    }

    fn choice(&self) -> Option<usize> {
        let best = self.trials.best(&self.prices, self.floor);
        best.map(|(candidate, _)| candidate)
            .or_else(|| self.most_promising())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::{Cloud, Server};

    fn candidate(name: &str, price: f64) -> Candidate {
        let server = Server::find(Cloud::Aws, name).unwrap();
        Candidate { server, price }
    }

    #[test]
    fn the_floor_decides_and_trials_overrule() {
        let candidates = [
            candidate("c6i.large", 0.085),
            candidate("c6i.4xlarge", 0.68),
            candidate("c6i.8xlarge", 1.5),
        ];
        let local = Hardware::published(Cloud::Aws, "c6i.xlarge").unwrap();
        let of = |floor| Planned::new(&candidates, Kind::Parallel, (&local, 10.0), floor);
        let free = of(None).choice().unwrap();
        assert_ne!(free, 2);
        let mut search = of(Some(25.0));
        assert_eq!((search.choice(), search.next()), (Some(1), Some(1)));
        // It misses the floor: the larger one is left.
        search.observe(1, 20.0);
        assert_eq!(search.next(), Some(2));
        search.observe(2, 35.0);
        assert_eq!(search.choice(), Some(2));
    }
}
