//! Search: how much dearer than the cheapest is what a policy rents, after so many trials?
//!
//! Candidates are the x86 types whose CPU model, Geekbench 6 and PassMark are known and that have a price on demand in the home region of
//! their cloud (us-east-1, eastus, us-central1). Those on credits are left out unless they are asked for: nobody says in which state they
//! were measured. A class plays the unknown workload, its suite taken away everywhere; the local machine is drawn among 2 to 16 virtual CPUs. Cost is price over throughput. The floor of throughput is the quartile, the median or
//! the upper quartile of the candidates, drawn. A choice that misses the floor costs its run and as much as the cheapest once more.

use catalog::{Catalog, Server};

use crate::columns::{Class, MICRO};
use crate::hardware::Hardware;
use crate::prior::Prior;
use crate::random::Random;
use crate::search::{Candidate, CherryPick, MISS, Planned, Policy};
use crate::table::Table;

/// Home regions.
const REGIONS: [&str; 3] = ["us-east-1", "eastus", "us-central1"];
/// Classes with fewer candidates are no search.
const LEAST_CANDIDATES: usize = 300;
const FLOORS: [f64; 3] = [0.25, 0.5, 0.75];
/// A trial that stays out costs nothing more.
const MOST_TRIALS: usize = 6;

/// The candidates at their prices on demand.
pub fn candidates() -> Vec<Candidate> {
    let catalog = Catalog::shipped();
    let priced = |server: Server| -> Option<f64> {
        let cloud = server.cloud()?;
        let prices = REGIONS.iter().filter_map(|region| {
            let offer = catalog.offer(cloud, server.name(), region).ok()?;
            Some(offer.prices.on_demand?.an_hour().nanos() as f64 / 1e9)
        });
        prices.reduce(f64::min)
    };
    let scored = |server: &Server| {
        let has = |column: &str| server.score(column).is_some();
        has("gb6_multi_score") && has("pm_single")
    };
    Server::all()
        .filter(|server| server.text("arch") == "X86_64" && !server.text("cpu_model").is_empty())
        .filter(scored)
        .filter_map(|server| {
            let price = priced(server)?;
            Some(Candidate { server, price })
        })
        .collect()
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchProtocol {
    /// Workloads of each class: local machine and floor drawn anew.
    pub repeats: usize,
    /// With a floor of throughput.
    pub with_floor: bool,
    /// With types on credits, in whatever state they were measured.
    pub with_credits: bool,
    /// What ours takes missing the floor to cost, in logarithms of cost.
    pub miss: f64,
    /// Of chance.
    pub seed: u64,
}

impl Default for SearchProtocol {
    fn default() -> Self {
        Self {
            repeats: 20,
            with_floor: true,
            with_credits: false,
            miss: MISS,
            seed: 1,
        }
    }
}

/// One search by every policy.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchCase {
    /// The workload.
    pub class: Class,
    /// What ours pays above the cheapest after 0, 1, ... trials, as a share.
    pub planned: Vec<f64>,
    /// The same of CherryPick; infinite before its first trial.
    pub cherrypick: Vec<f64>,
    /// CherryPick when it stops by its own rule, and after how many trials.
    pub cherrypick_stopped: (f64, usize),
    /// The best of so many types of chance; infinite for none.
    pub random: Vec<f64>,
    /// The type with the lowest price an hour.
    pub cheapest: f64,
    /// The type with the most virtual CPUs, the cheapest of these.
    pub most_vcpus: f64,
}

/// A workload on candidates that have it.
struct Market {
    candidates: Vec<Candidate>,
    speeds: Vec<f64>,
    floor: Option<f64>,
    optimum: f64,
}

impl Market {
    /// Cost above the cheapest, as a share.
    fn excess(&self, choice: Option<usize>) -> f64 {
        let Some(choice) = choice else {
            return f64::INFINITY;
        };
        let ratio = self.candidates[choice].price / self.speeds[choice] / self.optimum;
        let keeps = self.floor.is_none_or(|floor| self.speeds[choice] >= floor);
        if keeps { ratio - 1.0 } else { ratio }
    }

    fn follow(&self, policy: &mut dyn Policy) -> Vec<f64> {
        let mut found = vec![self.excess(policy.choice())];
        for _ in 0..MOST_TRIALS {
            if let Some(next) = policy.next() {
                policy.observe(next, self.speeds[next]);
            }
            found.push(self.excess(policy.choice()));
        }
        found
    }

    fn stopped(&self, mut policy: CherryPick) -> (f64, usize) {
        let mut trials = 0;
        while let Some(next) = policy.next().filter(|_| trials < 60) {
            policy.observe(next, self.speeds[next]);
            trials += 1;
        }
        (self.excess(policy.choice()), trials)
    }

    fn random(&self, random: &mut Random) -> Vec<f64> {
        let all: Vec<usize> = (0..self.candidates.len()).collect();
        let drawn = random.sample(&all, MOST_TRIALS);
        (0..=MOST_TRIALS)
            .map(|trials| {
                let tried = drawn.iter().take(trials);
                tried
                    .map(|one| self.excess(Some(*one)))
                    .fold(f64::INFINITY, f64::min)
            })
            .collect()
    }

    fn first_by(&self, key: impl Fn(&Candidate) -> (f64, f64)) -> f64 {
        let order = |left: &usize, right: &usize| {
            let (left, right) = (key(&self.candidates[*left]), key(&self.candidates[*right]));
            left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1))
        };
        self.excess((0..self.candidates.len()).min_by(order))
    }
}

/// Every class with enough candidates.
pub fn search_cases(protocol: SearchProtocol) -> Vec<SearchCase> {
    let mut all = candidates();
    if !protocol.with_credits {
        all.retain(|one| one.server.text("cpu_allocation") != "BURSTABLE");
    }
    let mut random = Random::new(protocol.seed);
    let mut cases = Vec::new();
    for class in Class::workloads() {
        let prior = Prior::without(class.kind(), Some(class.suite()));
        for _ in 0..protocol.repeats {
            cases.extend(one(class, &all, &prior, protocol, &mut random));
        }
    }
    cases
}

fn one(
    class: Class,
    all: &[Candidate],
    prior: &Prior,
    protocol: SearchProtocol,
    random: &mut Random,
) -> Option<SearchCase> {
    let (local, here) = local(class, random)?;
    let market = market(class, all, protocol.with_floor, random)?;
    let floor = market.floor;
    let local = without_suite(local, class);
    let mut planned = Planned::with(
        prior,
        &market.candidates,
        (&local, here),
        floor,
        protocol.miss,
    );
    let seed = random.below(1 << 16);
    let mut cherrypick = CherryPick::new(&market.candidates, floor, seed);
    let vcpus = |one: &Candidate| one.server.score("vcpus").unwrap_or(0.0);
    Some(SearchCase {
        class,
        planned: market.follow(&mut planned),
        cherrypick: market.follow(&mut cherrypick),
        cherrypick_stopped: market.stopped(CherryPick::new(&market.candidates, floor, seed)),
        random: market.random(random),
        cheapest: market.first_by(|one| (one.price, 0.0)),
        most_vcpus: market.first_by(|one| (-vcpus(one), one.price)),
    })
}

/// The local machine is no published type to the search, and has no figure of the workload's suite.
fn without_suite(mut local: Hardware, class: Class) -> Hardware {
    local.server = None;
    for (speed, column) in local.speeds.iter_mut().zip(MICRO) {
        if column.suite == class.suite() {
            *speed = None;
        }
    }
    local
}

fn local(class: Class, random: &mut Random) -> Option<(Hardware, f64)> {
    let table = Table::published();
    let size = |place: usize| table.types()[place].hardware.vcpus;
    let sound = table.sound(class);
    let within = |low: u32, high: u32| -> Vec<usize> {
        let fits = |place: &usize| (low..=high).contains(&size(*place));
        sound.iter().copied().filter(fits).collect()
    };
    let mut places = within(2, 16);
    if places.len() < 10 {
        places = within(2, 64);
    }
    let known = &table.types()[random.pick(&places)?];
    Some((known.hardware.clone(), known.speeds[class.place()].exp()))
}

fn market(
    class: Class,
    all: &[Candidate],
    with_floor: bool,
    random: &mut Random,
) -> Option<Market> {
    let table = Table::published();
    let speed = |one: &Candidate| {
        let log = table.find(one.server)?.speeds[class.place()];
        log.is_finite().then(|| log.exp())
    };
    let pairs = all.iter().filter_map(|one| Some((*one, speed(one)?)));
    let (candidates, speeds): (Vec<Candidate>, Vec<f64>) = pairs.unzip();
    if candidates.len() < LEAST_CANDIDATES {
        return None;
    }
    let mut sorted = speeds.clone();
    sorted.sort_by(f64::total_cmp);
    let share = random.pick(&FLOORS)?;
    let floor = with_floor.then(|| sorted[(share * (sorted.len() - 1) as f64) as usize]);
    let costs = candidates.iter().zip(&speeds);
    let kept = costs.filter(|(_, speed)| floor.is_none_or(|floor| **speed >= floor));
    let optimum = kept
        .map(|(one, speed)| one.price / speed)
        .reduce(f64::min)?;
    Some(Market {
        candidates,
        speeds,
        floor,
        optimum,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_candidates_as_the_documents_say() {
        let all = candidates();
        assert_eq!(all.len(), 1_714);
        let on_credits = |one: &&Candidate| one.server.text("cpu_allocation") == "BURSTABLE";
        assert_eq!(all.iter().filter(on_credits).count(), 38);
    }

    #[test]
    fn a_missed_floor_costs_the_work_once_more() {
        let server = Server::all().next().unwrap();
        let market = Market {
            candidates: vec![
                Candidate { server, price: 1.0 },
                Candidate { server, price: 3.0 },
            ],
            speeds: vec![1.0, 2.0],
            floor: Some(1.5),
            optimum: 1.5,
        };
        assert_eq!(market.excess(Some(1)), 0.0);
        assert!((market.excess(Some(0)) - 1.0 / 1.5).abs() < 1e-12);
        assert_eq!(market.excess(None), f64::INFINITY);
        assert_eq!(
            market.first_by(|one| (one.price, 0.0)),
            market.excess(Some(0))
        );
    }

    #[test]
    fn searches_end_near_the_optimum_and_are_the_same_twice() {
        let protocol = SearchProtocol {
            repeats: 1,
            seed: 3,
            ..SearchProtocol::default()
        };
        let cases = search_cases(protocol);
        assert_eq!(cases, search_cases(protocol));
        let mut after: Vec<f64> = cases.iter().map(|case| case.planned[MOST_TRIALS]).collect();
        after.sort_by(f64::total_cmp);
        assert!(after[after.len() / 2] <= 0.02, "{after:?}");
    }
}
