//! A training program of the user's.

use std::collections::BTreeMap;

use crate::check::Section;

/// A program that trains under the contract of SageMaker's script mode.
///
/// ```
/// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv, columns: { b: category } }\ntask: { target: b }\n";
/// let text = format!("{text}models: [{{ script: {{ entry_point: train.py, hyperparameters: {{ alpha: 0.1 }} }} }}]\n");
/// let workload = workload::parse(&text).unwrap();
/// let script = workload.models[0].family.script().unwrap();
/// assert_eq!(script.entry_point, "train.py");
/// assert_eq!(script.hyperparameters["alpha"], "0.1");
/// assert!(script.cached);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Script {
    /// The program, relative to `source_dir`, or to the file without one.
    pub entry_point: String,
    /// Folder with the program and what it imports.
    pub source_dir: Option<String>,
    /// File of packages to install.
    pub requirements: Option<String>,
    /// Arguments of the program.
    pub hyperparameters: BTreeMap<String, String>,
    /// Regular expressions by the names of metrics.
    pub metrics: BTreeMap<String, String>,
    /// Whether a finished training is found again.
    pub cached: bool,
}

impl Script {
    pub(crate) fn read(section: &Section) -> Option<Self> {
        let texts = |name: &str| -> Option<BTreeMap<String, String>> {
            let entries = section.map(name)?.iter();
            entries
                .map(|(key, value)| Some((key.text.clone(), value.parsed()?)))
                .collect()
        };
        Some(Self {
            entry_point: section.parsed("entry_point")?,
            source_dir: section.parsed("source_dir"),
            requirements: section.parsed("requirements"),
            hyperparameters: texts("hyperparameters")?,
            metrics: texts("metrics")?,
            cached: section.parsed::<String>("cache")? == "auto",
        })
    }
}
