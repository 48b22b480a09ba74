//! What is minimized: three functions whose least values are known, and the cross-validated loss of a forest on real data,
//! as a table that was made before.

use std::f64::consts::PI;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tune::{Domain, Parameter, Scale, Value};

use super::super::peers::bench;
use crate::parts::execute;

/// A known function.
pub(super) struct Known {
    pub(super) name: &'static str,
    space: fn() -> Vec<Parameter>,
    value: fn(&[Value]) -> f64,
}

pub(super) const KNOWN: [Known; 3] = [
    Known {
        name: "branin",
        space: || {
            vec![
                real("x", -5.0, 10.0, Scale::Linear),
                real("y", 0.0, 15.0, Scale::Linear),
            ]
        },
        value: |point| {
            let (x, y) = (number(&point[0]), number(&point[1]));
            let bend = y - 5.1 / (4.0 * PI * PI) * x * x + 5.0 / PI * x - 6.0;
            bend.powi(2) + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * x.cos() + 10.0
        },
    },
    Known {
        name: "sphere",
        space: || {
            let axis = |place| real(&format!("x{place}"), -5.0, 5.0, Scale::Linear);
            (0..5).map(axis).collect()
        },
        value: |point| point.iter().map(|value| number(value).powi(2)).sum(),
    },
    Known {
        name: "mixed",
        space: || {
            vec![
                real("rate", 1e-5, 1.0, Scale::Logarithmic),
                Parameter {
                    name: "depth".to_owned(),
                    domain: Domain::Integer {
                        low: 1,
                        high: 20,
                        scale: Scale::Linear,
                    },
                },
                Parameter {
                    name: "kind".to_owned(),
                    domain: Domain::Categorical {
                        values: ["a", "b", "c", "d"].map(str::to_owned).into(),
                    },
                },
            ]
        },
        value: |point| {
            let penalty = [0.0, 0.5, 1.0, 2.0][number(&point[2]) as usize];
            let (rate, depth) = (number(&point[0]), number(&point[1]));
            (rate.log10() + 2.0).powi(2) + ((depth - 7.0) / 5.0).powi(2) + penalty
        },
    },
];

fn real(name: &str, low: f64, high: f64, scale: Scale) -> Parameter {
    Parameter {
        name: name.to_owned(),
        domain: Domain::Continuous { low, high, scale },
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Real(value) => *value,
        Value::Integer(value) => *value as f64,
        Value::Category { category } => *category as f64,
    }
}

/// Losses at every point of a grid, as the bench `losses` of the crate `learn` prints them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Table {
    max_depth: i64,
    min_samples_leaf: i64,
    max_features: Vec<String>,
    losses: Vec<f64>,
}

/// Something to minimize.
pub(super) enum Function<'a> {
    /// A known function.
    Known(&'a Known),
    /// A table.
    Table(&'a Table),
}

impl Function<'_> {
    pub(super) fn space(&self) -> Vec<Parameter> {
        match self {
            Self::Known(known) => (known.space)(),
            Self::Table(table) => {
                let whole = |name: &str, high, scale| Parameter {
                    name: name.to_owned(),
                    domain: Domain::Integer {
                        low: 1,
                        high,
                        scale,
                    },
                };
                vec![
                    whole("max_depth", table.max_depth, Scale::Linear),
                    whole(
                        "min_samples_leaf",
                        table.min_samples_leaf,
                        Scale::Logarithmic,
                    ),
                    Parameter {
                        name: "max_features".to_owned(),
                        domain: Domain::Categorical {
                            values: table.max_features.clone(),
                        },
                    },
                ]
            }
        }
    }

    pub(super) fn value(&self, point: &[Value]) -> f64 {
        match self {
            Self::Known(known) => (known.value)(point),
            Self::Table(table) => {
                let (depth, leaf) = (number(&point[0]) - 1.0, number(&point[1]) - 1.0);
                let place = depth * table.min_samples_leaf as f64 + leaf;
                let place = place as usize * table.max_features.len() + number(&point[2]) as usize;
                table.losses[place]
            }
        }
    }
}

/// Makes the tables of the tasks, or reads those that were made before, and gives them by their names.
pub(super) fn tables(python: &Path, folder: &Path) -> Result<Vec<(String, Table)>> {
    fs::create_dir_all(folder)?;
    let script = crate::root::root().join("bench/tune/tasks.py");
    execute(Command::new(python).arg(script).arg(folder))?;
    let mut program = None;
    let mut found = Vec::new();
    for name in ["heart_disease", "mobile_price"] {
        let path = folder.join(format!("{name}.json"));
        if !path.exists() {
            let program = match &program {
                Some(program) => program,
                None => program.insert(bench("losses")?),
            };
            let output = Command::new(program).arg(folder.join(name)).output()?;
            ensure!(
                output.status.success(),
                "the bench of `{name}` ended with {}",
                output.status
            );
            fs::write(&path, output.stdout)?;
        }
        let text = fs::read(&path)?;
        let table = serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        found.push((name.to_owned(), table));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_have_their_known_least_values() {
        let at = |function: usize, point: &[Value]| Function::Known(&KNOWN[function]).value(point);
        let branin = at(0, &[Value::Real(PI), Value::Real(2.275)]);
        assert!((branin - 0.397_887).abs() < 1e-5, "{branin}");
        assert!(at(1, &[Value::Real(0.0); 5]).abs() < 1e-12);
        let category = |category| Value::Category { category };
        assert!(at(2, &[Value::Real(0.01), Value::Integer(7), category(0)]).abs() < 1e-12);
        assert!((at(2, &[Value::Real(0.1), Value::Integer(12), category(2)]) - 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_table_is_read_by_depth_leaf_and_features() {
        let table = Table {
            max_depth: 2,
            min_samples_leaf: 3,
            max_features: vec!["sqrt".to_owned(), "none".to_owned()],
            losses: (0..12).map(f64::from).collect(),
        };
        let function = Function::Table(&table);
        assert_eq!(function.space().len(), 3);
        let mut expected = 0.0;
        for depth in 1..=2 {
            for leaf in 1..=3 {
                for category in 0..2 {
                    let point = [
                        Value::Integer(depth),
                        Value::Integer(leaf),
                        Value::Category { category },
                    ];
                    assert!((function.value(&point) - expected).abs() < 1e-12);
                    expected += 1.0;
                }
            }
        }
    }
}
