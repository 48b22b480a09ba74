//! Two runs side by side: what changed between them, and what it did. Pure: two records give one answer.

mod changes;
mod noise;

use std::collections::{BTreeMap, BTreeSet};

use report::{Candidate, Run, SpanState};
use serde::Serialize;
use serde_json::Value;
use steps::Ingredients;

use self::changes::changes;
pub(crate) use self::changes::images_key;
pub(crate) use self::noise::Verdict;
use self::noise::verdict;
use super::page::keys;

/// One of the two.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) run: Run,
    /// Input of its execution.
    pub(crate) input: Value,
    /// What its keys were computed from, as far as that is still there.
    pub(crate) ingredients: BTreeMap<String, Ingredients>,
}

/// What a thing was in the left and is in the right run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Pair<T> {
    pub(crate) left: T,
    pub(crate) right: T,
}

/// Something that was told otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Change {
    /// `workload`, `data`, `code` or `machine`.
    pub(crate) kind: &'static str,
    /// A key of the workload file where there is one.
    pub(crate) what: String,
    #[serde(flatten)]
    pub(crate) values: Pair<Option<Value>>,
    /// The steps whose keys it enters.
    pub(crate) steps: BTreeSet<String>,
}

/// Who a run is and how it ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Head {
    pub(crate) run: String,
    pub(crate) workload: String,
    pub(crate) started: f64,
    pub(crate) status: report::Status,
    pub(crate) selected: Option<String>,
}

/// A score with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Scored {
    pub(crate) value: f64,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
}

/// A test score in both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ScoreRow {
    pub(crate) metric: String,
    #[serde(flatten)]
    pub(crate) values: Pair<Option<Scored>>,
    /// Right minus left.
    pub(crate) difference: Option<f64>,
    pub(crate) verdict: Option<Verdict>,
}

/// A candidate in both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CandidateRow {
    pub(crate) name: String,
    /// Validation scores by the metric of the choice.
    #[serde(flatten)]
    pub(crate) values: Pair<Option<f64>>,
    pub(crate) fit_seconds: Pair<Option<f64>>,
}

/// A step in both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct StepRow {
    pub(crate) name: String,
    /// Whether it has the same key; absent where it has none in either.
    pub(crate) same_key: Option<bool>,
    pub(crate) state: Pair<Option<SpanState>>,
    pub(crate) seconds: Pair<Option<f64>>,
}

/// A figure in both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FigureRow {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    #[serde(flatten)]
    pub(crate) values: Pair<Option<f64>>,
}

/// The comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Diff {
    pub(crate) schema: &'static str,
    #[serde(flatten)]
    pub(crate) heads: Pair<Head>,
    pub(crate) changes: Vec<Change>,
    pub(crate) metric: Pair<Option<String>>,
    pub(crate) candidates: Vec<CandidateRow>,
    pub(crate) scores: Vec<ScoreRow>,
    pub(crate) steps: Vec<StepRow>,
    pub(crate) figures: Vec<FigureRow>,
}

/// Compares two runs.
pub(crate) fn diff(left: &Side, right: &Side) -> Diff {
    Diff {
        schema: "plimsoll.diff/1",
        heads: Pair {
            left: head(&left.run),
            right: head(&right.run),
        },
        changes: changes(left, right),
        metric: Pair {
            left: left.run.metric.clone(),
            right: right.run.metric.clone(),
        },
        candidates: candidates(&left.run, &right.run),
        scores: scores(left, right),
        steps: steps(left, right),
        figures: figures(&left.run, &right.run),
    }
}

fn head(run: &Run) -> Head {
    Head {
        run: run.run.clone(),
        workload: run.workload.clone(),
        started: run.started,
        status: run.status,
        selected: run.selected.clone(),
    }
}

/// Names of both, those of the left first, each once.
fn names<'a>(
    left: impl Iterator<Item = &'a str>,
    right: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in left.chain(right) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn candidates(left: &Run, right: &Run) -> Vec<CandidateRow> {
    let listed = |run: &'_ Run| {
        run.candidates
            .iter()
            .map(|one| one.name.clone())
            .collect::<Vec<_>>()
    };
    let (of_left, of_right) = (listed(left), listed(right));
    let score = |run: &Run, name: &str| {
        let metric = run.metric.as_deref()?;
        one(run, name)?.scores.get(metric).copied()
    };
    let fit = |run: &Run, name: &str| one(run, name)?.fit_seconds;
    names(
        of_left.iter().map(String::as_str),
        of_right.iter().map(String::as_str),
    )
    .into_iter()
    .map(|name| CandidateRow {
        values: Pair {
            left: score(left, &name),
            right: score(right, &name),
        },
        fit_seconds: Pair {
            left: fit(left, &name),
            right: fit(right, &name),
        },
        name,
    })
    .collect()
}

fn one<'a>(run: &'a Run, name: &str) -> Option<&'a Candidate> {
    run.candidates
        .iter()
        .find(|candidate| candidate.name == name)
}

fn scores(left: &Side, right: &Side) -> Vec<ScoreRow> {
    let metrics = |side: &Side| -> Vec<String> {
        let evaluation = side.run.evaluation.iter();
        evaluation
            .flat_map(|evaluation| evaluation.scores.keys().cloned())
            .collect()
    };
    let (of_left, of_right) = (metrics(left), metrics(right));
    let same = test_key(left).is_some() && test_key(left) == test_key(right);
    names(
        of_left.iter().map(String::as_str),
        of_right.iter().map(String::as_str),
    )
    .into_iter()
    .map(|metric| {
        let values = Pair {
            left: scored(&left.run, &metric),
            right: scored(&right.run, &metric),
        };
        let both = values.left.zip(values.right);
        ScoreRow {
            metric,
            values,
            difference: both.map(|(left, right)| right.value - left.value),
            verdict: both.and_then(|(left, right)| verdict(left, right, same)),
        }
    })
    .collect()
}

fn test_key(side: &Side) -> Option<String> {
    keys(&side.input).remove("Test")
}

fn scored(run: &Run, metric: &str) -> Option<Scored> {
    let evaluation = run.evaluation.as_ref()?;
    let interval = evaluation.intervals.get(metric);
    Some(Scored {
        value: *evaluation.scores.get(metric)?,
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
    })
}

fn steps(left: &Side, right: &Side) -> Vec<StepRow> {
    let listed = |side: &Side| -> Vec<String> {
        side.run
            .steps
            .iter()
            .map(|step| step.span.name.clone())
            .collect()
    };
    let (of_left, of_right) = (listed(left), listed(right));
    let (left_keys, right_keys) = (step_keys(left), step_keys(right));
    let span = |side: &Side, name: &str| {
        let found = side.run.steps.iter().find(|step| step.span.name == name);
        found.map(|step| (step.span.state, step.span.seconds))
    };
    names(
        of_left.iter().map(String::as_str),
        of_right.iter().map(String::as_str),
    )
    .into_iter()
    .map(|name| {
        let (old, new) = (span(left, &name), span(right, &name));
        let both = left_keys.get(&name).zip(right_keys.get(&name));
        StepRow {
            same_key: both.map(|(old, new)| old == new),
            state: Pair {
                left: old.map(|span| span.0),
                right: new.map(|span| span.0),
            },
            seconds: Pair {
                left: old.map(|span| span.1),
                right: new.map(|span| span.1),
            },
            name,
        }
    })
    .collect()
}

/// Keys by step; those of all candidates together are the key of Train.
fn step_keys(side: &Side) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (step, key) in keys(&side.input) {
        let name = step.split('.').next().unwrap_or(&step).to_owned();
        all.entry(name).or_default().push(key);
    }
    all
}

fn figures(left: &Run, right: &Run) -> Vec<FigureRow> {
    type Of = fn(&Run) -> Option<f64>;
    let all: [(&str, &str, Of); 9] = [
        ("wall time", "s", |run| Some(run.seconds)),
        ("CPU time of its jobs", "s", |run| {
            own(run, |job| Some(job.cpu_seconds))
        }),
        ("cost at list price", "USD", |run| {
            own(run, |job| {
                Some(job.charge.as_ref()?.amount.nanos() as f64 / 1e9)
            })
        }),
        ("energy, low estimate", "J", |run| {
            own(run, |job| Some(job.energy?.low.as_joules()))
        }),
        ("energy, high estimate", "J", |run| {
            own(run, |job| Some(job.energy?.high.as_joules()))
        }),
        ("endpoint p50", "ms", |run| latency(run, "p50")),
        ("endpoint p99", "ms", |run| latency(run, "p99")),
        ("endpoint answers", "/s", |run| {
            Some(run.load.as_ref()?.per_second)
        }),
        ("generator late by, p99", "ms", |run| {
            Some(run.load.as_ref()?.lag_p99_us as f64 / 1e3)
        }),
    ];
    let rows = all.into_iter().map(|(name, unit, of)| FigureRow {
        name,
        unit,
        values: Pair {
            left: of(left),
            right: of(right),
        },
    });
    rows.filter(|row| row.values.left.is_some() || row.values.right.is_some())
        .collect()
}

/// A sum over the jobs that a run itself ran; nothing where one of them does not know.
fn own(run: &Run, of: impl Fn(&report::Job) -> Option<f64>) -> Option<f64> {
    let jobs = run.steps.iter().flat_map(|step| &step.jobs);
    jobs.filter(|job| job.run == run.run)
        .map(of)
        .sum::<Option<f64>>()
        .map(|sum| sum + 0.0)
}

fn latency(run: &Run, name: &str) -> Option<f64> {
    Some(*run.load.as_ref()?.latency_us.get(name)? as f64 / 1e3)
}

#[cfg(test)]
mod tests;
