//! What two runs were told otherwise, in the keys of the workload file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use steps::{Difference, Source};

use super::{Change, Pair, Side};
use crate::run::page::keys;

/// Every change, each once, in the order of kind and key.
pub(super) fn changes(left: &Side, right: &Side) -> Vec<Change> {
    let mut found = Found::default();
    found.steps(left, right);
    found.told(left, right);
    found.gate(left, right);
    found.0.into_values().collect()
}

/// Changes by kind and key.
#[derive(Default)]
struct Found(BTreeMap<(u8, String), Change>);

impl Found {
    fn add(
        &mut self,
        (kind, what): (&'static str, String),
        values: Pair<Option<Value>>,
        step: &str,
    ) {
        let order = ["data", "workload", "code", "machine"]
            .iter()
            .position(|known| *known == kind);
        let place = (order.unwrap_or(0) as u8, what.clone());
        let change = self.0.entry(place).or_insert_with(|| Change {
            kind,
            what,
            values,
            steps: BTreeSet::new(),
        });
        if !step.is_empty() {
            change.steps.insert(step.to_owned());
        }
    }

    /// What entered the keys.
    fn steps(&mut self, left: &Side, right: &Side) {
        let (old_keys, new_keys) = (keys(&left.input), keys(&right.input));
        let all: BTreeSet<&String> = old_keys.keys().chain(new_keys.keys()).collect();
        for step in all {
            let (old, new) = (old_keys.get(step), new_keys.get(step));
            if old == new {
                continue;
            }
            let (Some(_), Some(_)) = (old, new) else {
                let there = |key: Option<&String>| key.map(|_| json!("there"));
                let what = step
                    .strip_prefix("Train.")
                    .map_or_else(|| step_key(step), |name| format!("models.{name}"));
                let values = Pair {
                    left: there(old),
                    right: there(new),
                };
                self.add(("workload", what), values, step);
                continue;
            };
            match left.ingredients.get(step).zip(right.ingredients.get(step)) {
                Some((old, new)) => {
                    for difference in new.differences(old) {
                        self.difference(step, difference);
                    }
                }
                None => {
                    let values = Pair {
                        left: old.map(|key| json!(key[..8.min(key.len())])),
                        right: new.map(|key| json!(key[..8.min(key.len())])),
                    };
                    self.add(
                        ("code", format!("key of {step} (its ingredients are gone)")),
                        values,
                        step,
                    );
                }
            }
        }
    }

    fn difference(&mut self, step: &str, difference: Difference) {
        match difference {
            Difference::Algorithm { from, to } => {
                let values = Pair {
                    left: Some(json!(from)),
                    right: Some(json!(to)),
                };
                let name = step.split('.').next().unwrap_or(step);
                self.add(("code", format!("algorithm of {name}")), values, step);
            }
            Difference::Source { name, from, to } => {
                let shown = |source: Option<Source>| {
                    source.map(|s| json!({"sha256": s.sha256, "bytes": s.bytes}))
                };
                let values = Pair {
                    left: shown(from),
                    right: shown(to),
                };
                self.add(("data", name), values, step);
            }
            Difference::Order => {
                let values = Pair {
                    left: None,
                    right: None,
                };
                self.add(("data", "order of files".to_owned()), values, step);
            }
            Difference::Definition { path, from, to } => {
                let (kind, what) = key_of(step, &path);
                let share = what.starts_with("split.")
                    && path.last().is_some_and(|name| name.ends_with("_ppm"));
                let shown = |value: Option<Value>| match value.as_ref().and_then(Value::as_f64) {
                    Some(ppm) if share => Some(json!(format!("{} %", ppm / 1e4))),
                    _ => value,
                };
                let values = Pair {
                    left: shown(from),
                    right: shown(to),
                };
                self.add((kind, what), values, step);
            }
            // What another step answered: the change stands there.
            Difference::Reads { .. } | Difference::ReadsNoMore { .. } => {}
        }
    }

    /// What is told besides the keys: instance types, the endpoint, the image, words about the data.
    fn told(&mut self, left: &Side, right: &Side) {
        const MEMBERS: [(&str, &str, &str); 10] = [
            ("code", "image", "/image"),
            ("workload", "instances.prepare", "/in/Prepare/instance_type"),
            ("workload", "instances.train", "/in/Refit/instance_type"),
            ("workload", "instances.serve", "/in/Deploy/instance_type"),
            (
                "workload",
                "instances.batch",
                "/in/BatchPredict/instance_type",
            ),
            ("workload", "deploy.endpoint.name", "/in/Deploy/endpoint"),
            (
                "workload",
                "deploy.endpoint.replicas",
                "/in/Deploy/replicas",
            ),
            ("workload", "data.license", "/about/license"),
            ("workload", "data.provenance", "/about/provenance"),
            ("workload", "references", "/about/references"),
        ];
        for (kind, what, pointer) in MEMBERS {
            let of = |side: &Side| {
                side.input
                    .pointer(pointer)
                    .filter(|value| !value.is_null())
                    .cloned()
            };
            let values = Pair {
                left: of(left),
                right: of(right),
            };
            if values.left != values.right {
                self.add((kind, what.to_owned()), values, "");
            }
        }
    }

    fn gate(&mut self, left: &Side, right: &Side) {
        let rules = |side: &Side| -> BTreeMap<String, String> {
            let rules = side.run.gate.iter();
            rules
                .map(|rule| (rule.metric.clone(), rule.rule.clone()))
                .collect()
        };
        if left.run.evaluation.is_none() || right.run.evaluation.is_none() {
            // The rules of a run are known once they were asked.
            return;
        }
        let (old, new) = (rules(left), rules(right));
        let metrics: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for metric in metrics {
            let values = Pair {
                left: old.get(metric).map(|rule| json!(rule)),
                right: new.get(metric).map(|rule| json!(rule)),
            };
            if values.left != values.right {
                self.add(("workload", format!("gate.{metric}")), values, "");
            }
        }
    }
}

/// The key of the workload file that a whole step stands for.
fn step_key(step: &str) -> String {
    match step {
        "LoadTest" => "deploy.endpoint.load_test".to_owned(),
        "BatchPredict" => "deploy.batch".to_owned(),
        "Refit" => "select.refit".to_owned(),
        other => other.to_owned(),
    }
}

/// Kind and key of the workload file behind a member of a step's definition.
fn key_of(step: &str, path: &[String]) -> (&'static str, String) {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let key = match (step, &names[..]) {
        (_, ["machine", ..]) => return ("machine", "machine".to_owned()),
        ("Prepare", ["split", name]) => {
            format!("split.{}", name.strip_suffix("_ppm").unwrap_or(name))
        }
        ("Prepare", ["target" | "positive", ..]) => format!("task.{}", names.join(".")),
        ("Prepare", ["images", name]) => images_key(name).to_owned(),
        ("Prepare", ["images"]) => "data.format".to_owned(),
        ("Prepare", _) => format!("data.{}", names.join(".")),
        ("Select", ["candidates", ..]) => "models".to_owned(),
        ("Select", ["metric"]) => "select.metric".to_owned(),
        ("Test", ["seed"]) => "split.seed".to_owned(),
        ("LoadTest", ["load", "rate_per_second"]) => "deploy.endpoint.load_test.rate".to_owned(),
        ("LoadTest", ["load", "seconds"]) => "deploy.endpoint.load_test.for".to_owned(),
        (_, ["hyperparameters", name]) if step.starts_with("Train.") => {
            hyperparameter(step.trim_start_matches("Train."), name)
        }
        _ => return ("code", format!("{step}: {}", names.join("."))),
    };
    ("workload", key)
}

/// The key of the workload file behind a member of how images are read.
pub(crate) fn images_key(name: &str) -> &'static str {
    match name {
        "size" => "prepare.image_size",
        "mixed_sizes" => "prepare.mixed_sizes",
        "parts_of_folder" => "split.by",
        _ => "data.source",
    }
}

fn hyperparameter(candidate: &str, name: &str) -> String {
    match name {
        "seed" => "split.seed".to_owned(),
        "scale" | "encode" => format!("prepare.{name}"),
        "impute_number" => "prepare.impute.number".to_owned(),
        "impute_category" => "prepare.impute.category".to_owned(),
        _ => format!("models.{candidate}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_definitions_have_the_names_of_the_workload_file() {
        let cases = [
            ("Prepare", "split/test_ppm", "split.test"),
            ("Prepare", "csv/header", "data.csv.header"),
            ("Prepare", "positive/value", "task.positive.value"),
            ("Train.lr", "hyperparameters/C", "models.lr.C"),
            ("Train.lr", "hyperparameters/scale", "prepare.scale"),
            (
                "Train.lr",
                "hyperparameters/impute_number",
                "prepare.impute.number",
            ),
            ("Select", "metric", "select.metric"),
            ("Test", "seed", "split.seed"),
            ("LoadTest", "load/seconds", "deploy.endpoint.load_test.for"),
        ];
        for (step, path, expected) in cases {
            let path: Vec<String> = path.split('/').map(str::to_owned).collect();
            assert_eq!(key_of(step, &path), ("workload", expected.to_owned()));
        }
        assert_eq!(key_of("LoadTest", &["machine".to_owned()]).0, "machine");
        assert_eq!(
            key_of("Test", &["resamples".to_owned()]),
            ("code", "Test: resamples".to_owned())
        );
    }
}
