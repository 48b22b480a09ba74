//! (c) and (d): an unknown workload, from one local machine alone or with probes on rented types.
//!
//! A class plays the unknown workload: every figure of its suite is taken away everywhere. For each of [`A_CLASS`] types, a local machine of 2
//! to 16 virtual CPUs (64 where the class is on too few) and the probes are drawn among the types of other CPU models. Known are the
//! micro-benchmarks of the other suites, whether the workload runs on one thread or on all, and its speed on the local machine and the
//! probes.

use crate::columns::{Class, Kind, Suite};
use crate::evaluation::Case;
use crate::prior::{Observation, Place, Posterior, Prior};
use crate::random::Random;
use crate::table::Table;

/// Types that are judged of each class.
const A_CLASS: usize = 300;
const LOCAL_VCPUS: std::ops::RangeInclusive<u32> = 2..=16;
const LOCAL_VCPUS_ELSE: u32 = 64;

/// What is known, and which types are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalProtocol {
    /// Runs on rented types, drawn by chance.
    pub probes: usize,
    /// Largest type that is judged or probed.
    pub most_vcpus: u32,
    /// Of chance.
    pub seed: u64,
}

/// All classes that are workloads.
pub fn local_cases(protocol: LocalProtocol) -> Vec<Case> {
    let mut random = Random::new(protocol.seed);
    let mut cases = Vec::new();
    for kind in [Kind::Serial, Kind::Parallel] {
        let suites: std::collections::BTreeSet<Suite> = Class::workloads()
            .filter(|class| class.kind() == kind)
            .map(Class::suite)
            .collect();
        for suite in suites {
            let prior = Prior::without(kind, Some(suite));
            let types = Table::published().types();
            let places: Vec<Option<Place>> = types
                .iter()
                .map(|known| known.is_sound.then(|| prior.of_type(known)))
                .collect();
            let of =
                Class::workloads().filter(|class| (class.kind(), class.suite()) == (kind, suite));
            for class in of {
                cases.extend(of_class(class, (&prior, &places), protocol, &mut random));
            }
        }
    }
    cases
}

fn of_class(
    class: Class,
    (prior, places): (&Prior, &[Option<Place>]),
    protocol: LocalProtocol,
    random: &mut Random,
) -> Vec<Case> {
    let types = Table::published().types();
    let whole = Table::published().sound(class);
    let size = |place: usize| types[place].hardware.vcpus;
    let judged: Vec<usize> = of(&whole, |place| size(place) <= protocol.most_vcpus);
    let mut locals = of(&whole, |place| LOCAL_VCPUS.contains(&size(place)));
    if locals.len() < 10 {
        locals = of(&whole, |place| size(place) <= LOCAL_VCPUS_ELSE);
    }
    let mut cases = Vec::new();
    for place in random.sample(&judged, A_CLASS) {
        let known = &types[place];
        let other = |one: usize| types[one].cluster != known.cluster;
        let Some(local) = random.pick(&of(&locals, other)) else {
            continue;
        };
        let probes = random.sample(&of(&judged, other), protocol.probes);
        let speed = |one: usize| types[one].speeds[class.place()];
        // Nobody publishes language models of the local machine.
        let here = Observation {
            place: prior.of_speeds(&types[local].known),
            speed: speed(local),
        };
        let probes = probes.into_iter().filter_map(|one| {
            Some(Observation {
                place: places[one].clone()?,
                speed: speed(one),
            })
        });
        let seen = std::iter::once(here).chain(probes);
        let posterior = Posterior::of(seen.collect());
        let Some(found) = places[place].as_ref().map(|place| posterior.at(place)) else {
            continue;
        };
        // Nobody would scale what runs on one thread.
        let scale = match class.kind() {
            Kind::Serial => 1.0,
            Kind::Parallel => f64::from(size(place)) / f64::from(size(local)),
        };
        cases.push(Case {
            class,
            cluster: known.cluster,
            predicted: found.mean,
            deviation: found.deviation,
            actual: speed(place),
            by_vcpus: speed(local) + scale.ln(),
        });
    }
    cases
}

fn of(places: &[usize], keep: impl Fn(usize) -> bool) -> Vec<usize> {
    places
        .iter()
        .copied()
        .filter(|place| keep(*place))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::summary;
    use crate::reach::REACH;

    /// The widths of intervals that are used are those that are measured.
    #[test]
    fn widths_are_those_of_the_evaluation() {
        for (probes, used) in REACH {
            let protocol = LocalProtocol {
                probes,
                most_vcpus: if probes == 0 { 32 } else { u32::MAX },
                seed: 1,
            };
            let cases = local_cases(protocol);
            for (slot, kind) in [Kind::Serial, Kind::Parallel].into_iter().enumerate() {
                let of_kind: Vec<Case> = cases
                    .iter()
                    .filter(|case| case.class.kind() == kind)
                    .copied()
                    .collect();
                let found = summary(&of_kind).unwrap();
                assert!(
                    (found.reach / used[slot] - 1.0).abs() < 0.05,
                    "{probes} probes, {kind:?}: {}",
                    found.reach
                );
            }
            let all = summary(&cases).unwrap();
            assert!(all.coverage >= 0.87, "{probes} probes: {}", all.coverage);
        }
    }
}
