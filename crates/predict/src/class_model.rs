//! A class of workloads that is published on some types, predicted on any other from the other suites' figures of that type.

use std::collections::BTreeMap;

use crate::columns::{Class, Kind, MICRO};
use crate::conformal::quantile;
use crate::hardware::Hardware;
use crate::imputation::{Imputed, KNOWN, slot};
use crate::prediction::{LEVEL, Method, Prediction};
use crate::process::{Examples, Normal, Process};
use crate::table::Table;

/// At most so many types of a CPU model teach, from the smallest to the largest.
const TYPES_OF_A_MODEL: usize = 12;
/// Size counts so much more than any other feature.
const WEIGHT_OF_SIZE: f64 = 2.0;
/// What a figure published for the very type may be off: other days, other hosts. Not proven.
const PUBLISHED: f64 = 1.15;
/// Standard normal at nine of ten.
pub(crate) const NORMAL: f64 = 1.645;

/// A class, learned from every type that has it.
#[derive(Debug, Clone)]
pub struct ClassPredictor {
    class: Class,
    process: Process,
    /// Standard deviations on both sides of an interval.
    reach: f64,
}

impl ClassPredictor {
    /// Learns a class. Takes a few hundredths of a second.
    pub fn new(class: Class) -> Self {
        let (process, values) = learn(class);
        let reach = quantile(&process.scores(&values), LEVEL.as_fraction());
        Self {
            class,
            process,
            reach,
        }
    }

    /// The class.
    pub const fn class(&self) -> Class {
        self.class
    }

    /// Units of work a second of the whole machine, or of one thread for a class of one thread.
    ///
    /// A type that has the class answers with what was published of it.
    pub fn throughput(&self, hardware: &Hardware) -> Prediction {
        let published = hardware
            .server
            .and_then(|server| Table::published().find(server));
        if let Some(known) = published {
            let log = known.speeds[self.class.place()];
            if log.is_finite() {
                let figure = Prediction::of_logarithm(log, 0.0, Method::Published, false);
                return figure.widened(PUBLISHED);
            }
        }
        let known = known(hardware);
        let found = self.process.at(&features(self.class, hardware, &known));
        let doubt = known.doubt[slot(self.class.kind())];
        let half = (self.reach * found.deviation).hypot(NORMAL * doubt);
        let middle = found.mean + size(self.class, hardware);
        let calibrated = doubt == 0.0 && !hardware.is_burstable;
        Prediction::of_logarithm(middle, half, Method::Class, calibrated)
    }
}

/// Speeds of a machine without gaps.
pub(crate) fn known(hardware: &Hardware) -> Imputed {
    let table = Table::published();
    match hardware.server.and_then(|server| table.find(server)) {
        Some(known) => known.known.clone(),
        None => table
            .imputation()
            .fill(crate::imputation::logarithms(hardware)),
    }
}

/// The process and the values that it learned, in its own order.
pub(crate) fn learn(class: Class) -> (Process, Vec<f64>) {
    let table = Table::published();
    let mut by_model: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in table.sound(class) {
        let of_model = by_model.entry(table.types()[place].cluster).or_default();
        of_model.push(place);
    }
    let mut examples = Examples {
        features: Vec::new(),
        values: Vec::new(),
        groups: Vec::new(),
        weights: Vec::new(),
    };
    for (group, mut places) in by_model {
        places.sort_by_key(|place| table.types()[*place].hardware.vcpus);
        for place in spread(&places, TYPES_OF_A_MODEL) {
            let known = &table.types()[place];
            let row = features(class, &known.hardware, &known.known);
            examples.features.push(row);
            let value = known.speeds[class.place()] - size(class, &known.hardware);
            examples.values.push(value);
            examples.groups.push(group);
        }
    }
    let width = examples.features.first().map_or(0, Vec::len);
    examples.weights = vec![1.0; width];
    if let Some(first) = examples.weights.first_mut() {
        *first = WEIGHT_OF_SIZE;
    }
    let values = examples.values.clone();
    (Process::fit(examples), values)
}

/// What the process leaves out of a value: work of all threads is counted a thread.
pub(crate) fn size(class: Class, hardware: &Hardware) -> f64 {
    match class.kind() {
        Kind::Serial => 0.0,
        Kind::Parallel => f64::from(hardware.vcpus.max(1)).ln(),
    }
}

/// Size first, then sizes and processor, then every figure of another suite, a thread where it is of all.
pub(crate) fn features(class: Class, hardware: &Hardware, known: &Imputed) -> Vec<f64> {
    let vcpus = f64::from(hardware.vcpus.max(1));
    let cache = hardware.cache_mib.unwrap_or(0.0) / f64::from(hardware.cores.max(1));
    let mut row = known.logs[MICRO.len()..KNOWN].to_vec();
    row.push(cache.ln_1p());
    for (column, log) in MICRO.iter().zip(known.logs) {
        if column.suite != class.suite() {
            let threads = if column.kind == Kind::Parallel {
                vcpus.ln()
            } else {
                0.0
            };
            row.push(log - threads);
        }
    }
    row
}

/// At most `count` of these, the ends among them.
fn spread(places: &[usize], count: usize) -> Vec<usize> {
    if places.len() <= count {
        return places.to_vec();
    }
    let last = places.len() - 1;
    (0..count)
        .map(|step| places[(step * last + (count - 1) / 2) / (count - 1)])
        .collect()
}

/// What the process expects of a type whose CPU model it is made to forget.
pub(crate) fn without(process: &Process, class: Class, place: usize) -> Normal {
    let known = &Table::published().types()[place];
    let row = features(class, &known.hardware, &known.known);
    let found = process.without(known.cluster).at(&row);
    Normal {
        mean: found.mean + size(class, &known.hardware),
        ..found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::LANGUAGE_MODELS;
    use catalog::Cloud;

    #[test]
    fn a_type_without_the_class_is_predicted_and_one_with_it_quoted() {
        let class = Class::of_language_model(LANGUAGE_MODELS[9]).unwrap();
        let predictor = ClassPredictor::new(class);
        let known = Hardware::published(Cloud::Aws, "c5.2xlarge").unwrap();
        let quoted = predictor.throughput(&known);
        assert_eq!(
            (quoted.method, quoted.calibrated),
            (Method::Published, false)
        );
        assert!((6.5..6.9).contains(&quoted.mid), "{quoted:?}");
        // The same machine under another name is predicted.
        let unnamed = Hardware {
            server: None,
            ..known
        };
        let predicted = predictor.throughput(&unnamed);
        assert_eq!(
            (predicted.method, predicted.calibrated),
            (Method::Class, true)
        );
        assert!(
            (predicted.mid / quoted.mid - 1.0).abs() < 0.15,
            "{predicted:?}"
        );
        assert!(predicted.low < predicted.mid && predicted.mid < predicted.high);
        let bare = Hardware {
            speeds: [None; MICRO.len()],
            ..unnamed
        };
        let blind = predictor.throughput(&bare);
        assert!(!blind.calibrated && blind.high / blind.low > predicted.high / predicted.low);
    }

    #[test]
    fn places_are_spread_from_end_to_end() {
        let places: Vec<usize> = (0..30).collect();
        let spread = spread(&places, 12);
        assert_eq!((spread.len(), spread[0], spread[11]), (12, 0, 29));
        assert!(spread.is_sorted_by(|a, b| a < b));
    }
}
