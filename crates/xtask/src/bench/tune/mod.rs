//! The best of sixty trials on three known functions and on the loss of a forest, beside Optuna's TPE and chance, judged by the
//! paired rule; what asking, telling and storing a trial takes; and what forty trials cost beyond their trainings.
//!
//! `PLIMSOLL_PYTHON_OPTUNA` names a Python with the packages `optuna` and `boto3`.

mod functions;
mod trials;

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tune::{Ask, Goal, Outcome, Search, Space, Strategy, Trial};

use super::{Row, row};
use crate::root::{root, target};
use functions::{Function, KNOWN};

const VARIABLE: &str = "PLIMSOLL_PYTHON_OPTUNA";
const TRIALS: usize = 60;
const SEEDS: u64 = 20;
/// No seed that the estimator's constants were chosen with.
const FIRST_SEED: u64 = 4_000;
/// The quantile of Student's distribution for twenty pairs.
const STUDENT: f64 = 2.093;

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
    let python = env::var_os(VARIABLE).map(PathBuf::from);
    let python = python
        .with_context(|| format!("`{VARIABLE}` names no Python with `optuna` and `boto3`"))?;
    let folder = target().join("tune");
    let tables = functions::tables(&python, &folder)?;
    let optuna = optuna(&python, &folder)?;
    let known = KNOWN.iter().map(|one| (one.name, Function::Known(one)));
    let of_data = tables
        .iter()
        .map(|(name, table)| (name.as_str(), Function::Table(table)));
    let mut rows = Vec::new();
    for (name, function) in known.chain(of_data) {
        let own = bests(&function, Strategy::Bayesian)?;
        let chance = bests(&function, Strategy::Random)?;
        let [theirs, again] = optuna
            .best
            .get(name)
            .with_context(|| format!("Optuna has no `{name}`"))?;
        let print = |value: f64| format!("{value:.4}");
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
    rows.extend(trials::stored()?);
    for (store, milliseconds) in &optuna.milliseconds {
        rows.push(Row {
            measure: format!("ask and tell, Optuna, {store}"),
            value: format!("{milliseconds:.2} ms"),
            spread: format!("median of {TRIALS} trials"),
        });
    }
    rows.extend(trials::overhead(&python)?);
    Ok(rows)
}

fn optuna(python: &Path, tables: &Path) -> Result<Optuna> {
    let output = Command::new(python)
        .arg(root().join("bench/tune/optuna_tpe.py"))
        .args([
            TRIALS.to_string(),
            SEEDS.to_string(),
            FIRST_SEED.to_string(),
        ])
        .arg(tables)
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
fn bests(function: &Function<'_>, strategy: Strategy) -> Result<Vec<f64>> {
    let best = |seed| -> Result<f64> {
        let search = Search::new(
            Space::new(function.space())?,
            strategy,
            Goal::Minimize,
            seed,
            tune::window(Some(TRIALS as u64)),
        );
        let (mut trials, mut best): (Vec<Trial>, f64) = (Vec::new(), f64::INFINITY);
        for _ in 0..TRIALS {
            let Ask::Point(point) = search.ask(&trials) else {
                bail!("a search has no point");
            };
            let value = function.value(&point);
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

#[cfg(test)]
mod tests {
    use super::super::median;
    use super::*;

    #[test]
    fn chance_is_far_from_the_least_value() {
        let random = bests(&Function::Known(&KNOWN[1]), Strategy::Random).unwrap();
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
