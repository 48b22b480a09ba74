//! Every published type with its speeds: read once out of the catalog.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use catalog::{Server, all_language_models};

use crate::columns::{CLASSES, Class, Kind, LANGUAGE_MODELS, MICRO};
use crate::hardware::Hardware;
use crate::imputation::{Imputation, Imputed, KNOWN, logarithms};

/// A published type.
#[derive(Debug, Clone)]
pub(crate) struct Type {
    pub(crate) server: Server,
    pub(crate) hardware: Hardware,
    /// Gaps filled; of a type on credits, with all of them.
    pub(crate) known: Imputed,
    /// Gaps filled; of a type on credits, in whatever state it was measured.
    pub(crate) as_measured: Imputed,
    /// Every micro-benchmark was measured, the CPU model is known and it has no credits: it may teach and judge.
    pub(crate) is_sound: bool,
    /// Speeds of classes as logarithms, as far as they were measured.
    pub(crate) speeds: [f64; CLASSES],
    /// Number of its CPU model.
    pub(crate) cluster: usize,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Table {
    types: Vec<Type>,
    places: BTreeMap<Server, usize>,
    imputation: Imputation,
}

impl Table {
    /// The catalog's, read at the first use.
    pub(crate) fn published() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(Self::read)
    }

    fn read() -> Self {
        let machines: Vec<(Server, Hardware)> = Server::all()
            .filter_map(|server| Some((server, Hardware::of_server(server)?)))
            .collect();
        let sound = |hardware: &Hardware| {
            hardware.speeds.iter().all(Option::is_some)
                && !hardware.cpu_model.is_empty()
                && !hardware.is_burstable
        };
        let complete: Vec<[f64; KNOWN]> = machines
            .iter()
            .filter(|(_, hardware)| sound(hardware))
            .map(|(_, hardware)| logarithms(hardware))
            .collect();
        let imputation = Imputation::of(&complete);
        let mut clusters: Vec<String> = machines
            .iter()
            .map(|(_, hardware)| hardware.cpu_model.clone())
            .collect();
        clusters.sort();
        clusters.dedup();
        let models = language_models();
        let types = machines.into_iter().map(|(server, hardware)| {
            let mut speeds = [f64::NAN; CLASSES];
            let logs = logarithms(&hardware);
            speeds[..MICRO.len()].copy_from_slice(&logs[..MICRO.len()]);
            if let Some(found) = models.get(&server) {
                speeds[MICRO.len()..].copy_from_slice(found);
            }
            // Their figures of all cores were throttled.
            let mut believed = logs;
            for (place, column) in MICRO.iter().enumerate() {
                if hardware.is_burstable && column.kind == Kind::Parallel {
                    believed[place] = f64::NAN;
                }
            }
            let cluster = clusters.binary_search(&hardware.cpu_model);
            Type {
                server,
                known: imputation.fill(believed),
                as_measured: imputation.fill(logs),
                is_sound: sound(&hardware),
                cluster: cluster.expect("the list is made of all"),
                speeds,
                hardware,
            }
        });
        let types: Vec<Type> = types.collect();
        let places = types
            .iter()
            .enumerate()
            .map(|(place, known)| (known.server, place))
            .collect();
        Self {
            types,
            places,
            imputation,
        }
    }

    pub(crate) fn types(&self) -> &[Type] {
        &self.types
    }

    pub(crate) fn find(&self, server: Server) -> Option<&Type> {
        self.types.get(*self.places.get(&server)?)
    }

    /// Places of the types that teach and judge, and have a figure of this class.
    pub(crate) fn sound(&self, class: Class) -> Vec<usize> {
        (0..self.types.len())
            .filter(|place| {
                let known = &self.types[*place];
                known.is_sound && known.speeds[class.place()].is_finite()
            })
            .collect()
    }

    pub(crate) fn imputation(&self) -> &Imputation {
        &self.imputation
    }
}

/// Logarithms of the speeds of language models on CPUs, the best of each class.
fn language_models() -> BTreeMap<Server, [f64; LANGUAGE_MODELS.len()]> {
    let mut found = BTreeMap::new();
    for (server, speed) in all_language_models() {
        let class = LANGUAGE_MODELS
            .iter()
            .position(|model| model.file == speed.model && model.prompt == speed.prompt_tokens);
        let (Some(class), "CPU") = (class, speed.backend) else {
            continue;
        };
        if speed.tokens_a_second > 0.0 {
            let speeds = found
                .entry(server)
                .or_insert([f64::NAN; LANGUAGE_MODELS.len()]);
            speeds[class] = speed.tokens_a_second.ln().max(speeds[class]);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_read_whole() {
        let table = Table::published();
        assert_eq!(table.types().len(), 3_062);
        let sound = table.types().iter().filter(|known| known.is_sound);
        assert_eq!(sound.clone().count(), 2_145);
        let mut clusters: Vec<usize> = sound.map(|known| known.cluster).collect();
        clusters.sort_unstable();
        clusters.dedup();
        assert_eq!(clusters.len(), 57);
        let model = Class::of_language_model(LANGUAGE_MODELS[9]).unwrap();
        assert!(table.sound(model).len() > 1_500);
    }
}
