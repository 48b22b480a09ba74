//! (a): a class that is published on other types.
//!
//! For each class that is a workload and each CPU model: learn the class on the types of all other CPU models, predict it on every type of
//! this one from the type's sizes and its figures of the other suites. Language models are inputs of nothing.

use crate::class_model::{learn, without};
use crate::columns::Class;
use crate::evaluation::Case;
use crate::table::Table;

/// All classes.
pub fn class_cases() -> Vec<Case> {
    Class::workloads().flat_map(class_cases_of).collect()
}

/// One class.
pub fn class_cases_of(class: Class) -> Vec<Case> {
    let table = Table::published();
    let (process, _) = learn(class);
    let judged = table.sound(class).into_iter().map(|place| {
        let known = &table.types()[place];
        let found = without(&process, class, place);
        Case {
            class,
            cluster: known.cluster,
            predicted: found.mean,
            deviation: found.deviation,
            actual: known.speeds[class.place()],
            by_vcpus: found.mean,
        }
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::summary;

    /// One class of each kind; the bench has all.
    #[test]
    fn classes_are_predicted_as_the_documents_say() {
        let of = |name| summary(&class_cases_of(Class::of_column(name).unwrap())).unwrap();
        let (zstd, floats) = (of("zstd7_t1_mbps"), of("pm_float_all"));
        assert!(zstd.median < 0.04 && zstd.coverage > 0.85, "{zstd:?}");
        assert!(floats.median < 0.10 && floats.coverage > 0.85, "{floats:?}");
        assert_eq!((zstd.clusters, floats.clusters), (57, 57));
        assert!(zstd.coverage_between.0 <= zstd.coverage);
    }
}
