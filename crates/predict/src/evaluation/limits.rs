//! From one limit of CPUs to its double on the same machine: published curves of throughput against busy CPUs.
//!
//! For every type with a curve and every number of busy CPUs whose double is on it, the double is predicted from this point alone, by
//! capacity in physical cores.

use catalog::scaling;

use crate::columns::Class;
use crate::evaluation::Case;
use crate::hardware::capacity;
use crate::table::Table;

/// Every doubling.
pub fn limits_cases() -> Vec<Case> {
    let Some(class) = Class::of_column("stressng_all") else {
        return Vec::new();
    };
    let sound = Table::published()
        .types()
        .iter()
        .filter(|known| known.is_sound);
    let mut cases = Vec::new();
    for known in sound {
        let Some(cloud) = known.server.cloud() else {
            continue;
        };
        let curve = scaling(cloud, known.server.name());
        for (busy, speed) in &curve {
            let Some((double, actual)) = curve.iter().find(|(other, _)| *other == 2 * busy) else {
                continue;
            };
            let cores = known.hardware.cores;
            let gain = capacity(*double, cores) / capacity(*busy, cores);
            cases.push(Case {
                class,
                cluster: known.cluster,
                predicted: (speed * gain).ln(),
                deviation: 1.0,
                actual: actual.ln(),
                by_vcpus: (speed * 2.0).ln(),
            });
        }
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::summary;
    use crate::reach::LIMITS;

    #[test]
    fn doubling_is_predicted_within_a_few_percent() {
        let found = summary(&limits_cases()).unwrap();
        assert!(found.count > 5_000 && found.clusters > 50, "{found:?}");
        assert!(found.median < 0.05 && found.mean < 0.08, "{found:?}");
        assert!((found.reach / LIMITS - 1.0).abs() < 0.1, "{}", found.reach);
    }
}
