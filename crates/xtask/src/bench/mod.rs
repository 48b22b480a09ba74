//! `cargo xtask bench [NAME...]`: measures the release binary and adds rows to `bench/results.md`.
//!
//! A bench is one file here that answers [`Row`]s. Wall times of a shared machine are recorded with its load and never
//! judged.

mod beside;
mod job;
mod limits;
mod memory;
mod networks;
mod peers;
mod plan;
mod predict;
mod prediction;
mod quality;
mod results;
mod run;
mod search;
mod serving;
mod training;
mod transitions;
mod tune;
mod up;

use anyhow::{Result, bail};

use crate::ci::cargo;
use crate::parts::execute;

/// One measured quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    /// What was measured.
    measure: String,
    /// The median, with its unit.
    value: String,
    /// Smallest and largest of how many.
    spread: String,
}

/// A bench.
struct Bench {
    name: &'static str,
    says: &'static str,
    /// Whether it runs the release binary.
    binary: bool,
    run: fn() -> Result<Vec<Row>>,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "job",
        says: "an empty job against a bare process",
        binary: false,
        run: job::run,
    },
    Bench {
        name: "limits",
        says: "the examples under one CPU and under two, each predicted from the other",
        binary: true,
        run: limits::run,
    },
    Bench {
        name: "memory",
        says: "peak memory of every step of a run on a million rows of twenty numbers",
        binary: true,
        run: memory::run,
    },
    Bench {
        name: "networks",
        says: "training networks beside PyTorch, their predictions beside onnxruntime (PLIMSOLL_TORCH_PYTHON)",
        binary: false,
        run: networks::run,
    },
    Bench {
        name: "plan",
        says: "every offer of every cloud planned for examples/mobile-price: time, memory, same bytes",
        binary: true,
        run: plan::run,
    },
    Bench {
        name: "predict",
        says: "times and throughputs predicted for CPU models that were held out",
        binary: false,
        run: predict::run,
    },
    Bench {
        name: "prediction",
        says: "predictions of tables beside onnxruntime on the same model files: 1,000 rows at a time, and one",
        binary: false,
        run: prediction::run,
    },
    Bench {
        name: "quality",
        says: "scores of the families beside scikit-learn's and LightGBM's, on five seeds",
        binary: false,
        run: quality::run,
    },
    Bench {
        name: "run",
        says: "the whole pipeline of examples/heart-disease on a fresh state, five times",
        binary: true,
        run: run::run,
    },
    Bench {
        name: "search",
        says: "the cheapest type on few probes, beside CherryPick and chance",
        binary: false,
        run: search::run,
    },
    Bench {
        name: "serving",
        says: "one-row requests to exported models beside other servers (bench/serving/drive.py says what they need)",
        binary: true,
        run: serving::run,
    },
    Bench {
        name: "training",
        says: "fitting beside scikit-learn and LightGBM on one thread: CPU seconds and memory",
        binary: false,
        run: training::run,
    },
    Bench {
        name: "transitions",
        says: "twenty transitions of a state machine in one transaction against twenty commits",
        binary: false,
        run: transitions::run,
    },
    Bench {
        name: "tune",
        says: "the best of sixty trials on three functions beside Optuna and chance, and what storing a trial takes",
        binary: false,
        run: tune::run,
    },
    Bench {
        name: "up",
        says: "the plane until it listens against a bare start of the binary, and its memory",
        binary: true,
        run: up::run,
    },
];

/// Runs the benches of these names, all of them if there is none.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments.iter().find(|name| find(name).is_none()) {
        let known: Vec<String> = BENCHES
            .iter()
            .map(|bench| format!("  {:<12} {}", bench.name, bench.says))
            .collect();
        bail!(
            "there is no bench `{unknown}`; there are:\n{}",
            known.join("\n")
        );
    }
    let named =
        |bench: &&Bench| arguments.is_empty() || arguments.iter().any(|name| name == bench.name);
    let chosen: Vec<&Bench> = BENCHES.iter().filter(named).collect();
    if chosen.iter().any(|bench| bench.binary) {
        let profile = crate::root::measured();
        execute(&mut cargo(&format!(
            "build --profile {profile} --package plimsoll"
        )))?;
    }
    for bench in chosen {
        println!("\n== {}: {}", bench.name, bench.says);
        let before = results::Surroundings::now()?;
        let rows = (bench.run)()?;
        for Row {
            measure,
            value,
            spread,
        } in &rows
        {
            println!("{measure:<40} {value:>14}  {spread}");
        }
        results::add(bench.name, &before, &rows)?;
    }
    Ok(())
}

fn find(name: &str) -> Option<&'static Bench> {
    BENCHES.iter().find(|bench| bench.name == name)
}

/// Median, smallest and largest as a row; `print` writes one value with its unit.
fn row(measure: &str, values: &[f64], print: impl Fn(f64) -> String) -> Row {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let spread = match sorted.as_slice() {
        [] | [_] => String::new(),
        [smallest, .., largest] => format!(
            "{} to {}, n = {}",
            print(*smallest),
            print(*largest),
            sorted.len()
        ),
    };
    Row {
        measure: measure.to_owned(),
        value: median(&sorted).map(print).unwrap_or_default(),
        spread,
    }
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_bench_is_refused_with_those_there_are() {
        let error = run(&["rum".to_owned()]).unwrap_err().to_string();
        assert!(
            error.starts_with("there is no bench `rum`; there are:\n  job "),
            "{error}"
        );
        assert!(find("run").is_some());
    }

    #[test]
    fn a_row_has_the_median_and_the_ends() {
        let seconds = |value: f64| format!("{value:.1} s");
        let made = row("wall", &[3.0, 1.0, 2.0], seconds);
        assert_eq!(
            (made.value.as_str(), made.spread.as_str()),
            ("2.0 s", "1.0 s to 3.0 s, n = 3")
        );
        assert_eq!(row("wall", &[1.0, 2.0], seconds).value, "1.5 s");
        let one = row("wall", &[1.0], seconds);
        assert_eq!((one.value.as_str(), one.spread.as_str()), ("1.0 s", ""));
        assert_eq!(row("wall", &[], seconds).value, "");
    }
}
