//! The best of sixty trials on three known functions beside Optuna's TPE and chance, judged by the paired rule; and what
//! asking, telling and storing a trial takes.
//!
//! `PLIMSOLL_PYTHON_OPTUNA` names a Python with the package `optuna`.

use std::collections::BTreeMap;
use std::env;
use std::f64::consts::PI;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tune::{Ask, Domain, Goal, Outcome, Parameter, Scale, Search, Space, Strategy, Trial, Value};

use super::{Row, row};
use crate::ci::cargo;
use crate::root::root;

const VARIABLE: &str = "PLIMSOLL_PYTHON_OPTUNA";
const TRIALS: usize = 60;
const SEEDS: u64 = 20;
/// No seed that the estimator's constants were chosen with.
const FIRST_SEED: u64 = 4_000;
/// The quantile of Student's distribution for twenty pairs.
const STUDENT: f64 = 2.093;

/// A function to minimize.
struct Function {
    name: &'static str,
    space: fn() -> Vec<Parameter>,
    value: fn(&[Value]) -> f64,
}

const FUNCTIONS: [Function; 3] = [
    Function {
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
    Function {
        name: "sphere",
        space: || {
            let axis = |place| real(&format!("x{place}"), -5.0, 5.0, Scale::Linear);
            (0..5).map(axis).collect()
        },
        value: |point| point.iter().map(|value| number(value).powi(2)).sum(),
    },
    Function {
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

/// What the script prints.
#[derive(Debug, Deserialize)]
struct Optuna {
    version: String,
    /// By function: the best of each seed, and the same with other seeds.
    best: BTreeMap<String, [Vec<f64>; 2]>,
    /// Of one trial, by store.
    milliseconds: BTreeMap<String, f64>,
}

pub(super) fn run() -> Result<Vec<Row>> {
    let optuna = optuna()?;
    let mut rows = Vec::new();
    for function in &FUNCTIONS {
        let own = bests(function, Strategy::Bayesian)?;
        let chance = bests(function, Strategy::Random)?;
        let [theirs, again] = optuna
            .best
            .get(function.name)
            .with_context(|| format!("Optuna has no `{}`", function.name))?;
        let print = |value: f64| format!("{value:.4}");
        let name = function.name;
        let mut made = row(&format!("{name}, best of {TRIALS}, plimsoll"), &own, print);
        made.spread = format!("{}; {}", made.spread, verdict(&own, theirs, again));
        rows.push(made);
        let label = format!("{name}, best of {TRIALS}, Optuna {} TPE", optuna.version);
        rows.push(row(&label, theirs, print));
        rows.push(row(
            &format!("{name}, best of {TRIALS}, random"),
            &chance,
            print,
        ));
    }
    rows.push(stored()?);
    for (store, milliseconds) in &optuna.milliseconds {
        rows.push(Row {
            measure: format!("ask and tell, Optuna, {store}"),
            value: format!("{milliseconds:.2} ms"),
            spread: format!("median of {TRIALS} trials"),
        });
    }
    Ok(rows)
}

fn optuna() -> Result<Optuna> {
    let Some(python) = env::var_os(VARIABLE) else {
        bail!("`{VARIABLE}` names no Python with the package `optuna`");
    };
    let output = Command::new(python)
        .arg(root().join("bench/tune/optuna_tpe.py"))
        .args([
            TRIALS.to_string(),
            SEEDS.to_string(),
            FIRST_SEED.to_string(),
        ])
        .output()
        .context("cannot start the Python of Optuna")?;
    ensure!(
        output.status.success(),
        "Optuna ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).context("Optuna printed something else than its figures")
}

/// The best value of each seed, one trial at a time.
fn bests(function: &Function, strategy: Strategy) -> Result<Vec<f64>> {
    let best = |seed| -> Result<f64> {
        let search = Search::new(
            Space::new((function.space)())?,
            strategy,
            Goal::Minimize,
            seed,
            1,
        );
        let (mut trials, mut best): (Vec<Trial>, f64) = (Vec::new(), f64::INFINITY);
        for _ in 0..TRIALS {
            let Ask::Point(point) = search.ask(&trials) else {
                bail!("no point of `{}`", function.name);
            };
            let value = (function.value)(&point);
            best = best.min(value);
            let outcome = Outcome::Scored(value);
            trials.push(Trial { point, outcome });
        }
        Ok(best)
    };
    (FIRST_SEED..FIRST_SEED + SEEDS).map(best).collect()
}

/// The paired rule: the mean difference with its interval, beside twice the half-width that the reference has against
/// itself with other seeds.
fn verdict(own: &[f64], reference: &[f64], again: &[f64]) -> String {
    let (mean, half) = paired(reference, own);
    let (_, of_reference) = paired(reference, again);
    let margin = 2.0 * of_reference;
    let word = if mean - half > 0.0 {
        "better"
    } else if mean - half > -margin {
        "equal"
    } else {
        "not shown equal"
    };
    format!("Optuna less plimsoll {mean:+.4} \u{b1} {half:.4}, margin {margin:.4}: {word}")
}

/// Mean and half-width of the differences.
fn paired(one: &[f64], other: &[f64]) -> (f64, f64) {
    let differences: Vec<f64> = one
        .iter()
        .zip(other)
        .map(|(one, other)| one - other)
        .collect();
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let square: f64 = differences.iter().map(|one| (one - mean).powi(2)).sum();
    (
        mean,
        STUDENT * (square / (count - 1.0)).sqrt() / count.sqrt(),
    )
}

/// What a test of the crate `plane` prints: a trial told, stored and flushed, the next one asked and its training job made.
fn stored() -> Result<Row> {
    let output = cargo("test --release --package plane --lib -- --exact --nocapture")
        .arg("simulation::speed::a_trial_is_told_stored_and_asked_in_one_transaction")
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "the test of `plane` ended with {}",
        output.status
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("ask, tell and store: "))
        .context("the test printed no figure")?;
    let (value, spread) = line.split_once("; ").context("the figure has no spread")?;
    Ok(Row {
        measure: "ask, tell and store, plimsoll".to_owned(),
        value: value.to_owned(),
        spread: spread.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::median;
    use super::*;

    #[test]
    fn the_functions_have_their_known_least_values() {
        let at = |function: usize, point: &[Value]| (FUNCTIONS[function].value)(point);
        let branin = at(0, &[Value::Real(PI), Value::Real(2.275)]);
        assert!((branin - 0.397_887).abs() < 1e-5, "{branin}");
        assert!(at(1, &[Value::Real(0.0); 5]).abs() < 1e-12);
        let category = |category| Value::Category { category };
        assert!(at(2, &[Value::Real(0.01), Value::Integer(7), category(0)]).abs() < 1e-12);
        assert!((at(2, &[Value::Real(0.1), Value::Integer(12), category(2)]) - 3.0).abs() < 1e-12);
        let random = bests(&FUNCTIONS[1], Strategy::Random).unwrap();
        assert_eq!(random.len() as u64, SEEDS);
        assert!(median(&random).unwrap() > 1.0);
    }

    #[test]
    fn the_verdict_is_that_of_the_paired_rule() {
        let reference: Vec<f64> = (0..20).map(f64::from).collect();
        let again: Vec<f64> = reference
            .iter()
            .map(|value| value + f64::from(u8::from(*value > 9.0)))
            .collect();
        let moved = |by: f64| -> Vec<f64> { reference.iter().map(|value| value + by).collect() };
        for (by, word) in [(-1.0, "better"), (0.1, "equal"), (9.0, "not shown equal")] {
            let said = verdict(&moved(by), &reference, &again);
            assert!(said.ends_with(&format!(": {word}")), "{by}: {said}");
        }
        let (mean, half) = paired(&[1.0, 2.0, 3.0, 4.0], &[0.0, 0.0, 0.0, 0.0]);
        assert!((mean - 2.5).abs() < 1e-12 && (half - STUDENT * 1.290_994 / 2.0).abs() < 1e-5);
    }
}
