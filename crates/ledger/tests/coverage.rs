//! How often the interval of a forecast held the final cost: `cargo test -p ledger --test coverage -- --nocapture`.
//!
//! Two sets. The first is drawn: workloads of several steps whose runs vary as a whole and step by step, with stragglers. The
//! second was measured: runs of the examples on one machine (`data/PROVENANCE.md`). Each run is forecast with the
//! runs before it as history, at 25, 50 and 75 % of its time.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "the figures are what it is run for")]

use std::collections::BTreeMap;

use ledger::{Predicted, RecordedStep, Replayed, replay};
use simulate::Stream;
use units::{HourlyPrice, Money, Share, Span};

/// The least share of replays in which the interval must hold the final cost.
const HELD: f64 = 0.75;

type Run = Vec<RecordedStep>;

/// What replays at one moment of their runs came to.
fn judge(what: &str, workloads: &[Vec<Run>], from: usize) {
    for percent in [25, 50, 75] {
        let progress = Share::from_ppm(percent * 10_000).unwrap();
        let mut all: Vec<Replayed> = Vec::new();
        for runs in workloads {
            for (place, run) in runs.iter().enumerate().skip(from) {
                all.push(replay(run, &runs[..place], progress).unwrap());
            }
        }
        let count = all.len() as f64;
        let share =
            |held: fn(&Replayed) -> bool| all.iter().filter(|one| held(one)).count() as f64 / count;
        let (cost, took) = (share(Replayed::cost_held), share(Replayed::took_held));
        let widths: Vec<f64> = all.iter().filter_map(Replayed::cost_width).collect();
        let width = widths.iter().sum::<f64>() / widths.len() as f64;
        println!(
            "{what}, {percent} %: {count} replays, cost held {:.1} %, time held {:.1} %, mean width {:.1} % of the final cost",
            cost * 100.0,
            took * 100.0,
            width * 100.0
        );
        assert!(cost >= HELD, "{what} {percent} %: {cost}");
    }
}

/// A workload of steps in a row, the third with two jobs side by side, and its runs.
fn drawn(seed: u64, runs: usize, predicted: bool) -> Vec<Run> {
    let stream = &mut Stream::new(seed, 0);
    let count = 4 + stream.below(5) as usize;
    let typical: Vec<f64> = (0..count)
        .map(|_| (4.0 + 1.5 * stream.normal()).exp())
        .collect();
    let prices: Vec<HourlyPrice> = (0..count)
        .map(|_| {
            HourlyPrice::new(Money::from_nanos(
                50_000_000 + stream.below(2_000_000_000).cast_signed(),
            ))
        })
        .collect();
    // Steps and runs vary by up to a third; a prediction is off by a factor for all and one for each.
    let own = 0.05 + 0.25 * stream.unit();
    let common = 0.25 * stream.unit();
    let off = 0.25 * stream.normal();
    let predictions: Vec<f64> = (0..count)
        .map(|_| (off + 0.15 * stream.normal()).exp())
        .collect();
    // What a prediction says of its own error is right here.
    let deviation = (0.25_f64.powi(2) + 0.15_f64.powi(2) + own * own + common * common).sqrt();
    let run = |stream: &mut Stream| {
        let all = common * stream.normal();
        let mut ends: Vec<f64> = Vec::new();
        let steps = (0..count).map(|place| {
            // One step in thirty is a straggler.
            let straggler = if stream.unit() < 1.0 / 30.0 {
                1.0 + 2.0 * stream.unit()
            } else {
                1.0
            };
            let took = typical[place] * (all + own * stream.normal()).exp() * straggler;
            let after: Vec<usize> = match place {
                0 => vec![],
                3 => vec![1],
                4 => vec![2, 3],
                _ => vec![place - 1],
            };
            let began = after.iter().map(|&before| ends[before]).fold(0.0, f64::max);
            ends.push(began + took);
            let span = |seconds: f64| Span::from_nanos((seconds * 1e9) as u64);
            RecordedStep {
                name: format!("step-{place}"),
                began: span(began),
                took: span(took),
                price: Some(prices[place]),
                predicted: predicted.then(|| Predicted {
                    mid: span(typical[place] * predictions[place]),
                    factor: (1.2816 * deviation).exp(),
                }),
                after,
            }
        });
        steps.collect()
    };
    (0..runs).map(|_| run(stream)).collect()
}

#[test]
fn drawn_runs_with_a_history_of_two_to_nine() {
    let workloads: Vec<Vec<Run>> = (0..40).map(|seed| drawn(seed, 10, false)).collect();
    judge("drawn, with history", &workloads, 2);
}

#[test]
fn drawn_runs_with_one_run_before() {
    let workloads: Vec<Vec<Run>> = (1_000..1_200).map(|seed| drawn(seed, 2, false)).collect();
    judge("drawn, one run before", &workloads, 1);
}

#[test]
fn drawn_runs_with_a_prediction_alone() {
    let workloads: Vec<Vec<Run>> = (2_000..2_200).map(|seed| drawn(seed, 1, true)).collect();
    judge("drawn, predicted", &workloads, 0);
}

/// Runs of the examples as they were measured: workload, run, step, begin and duration in milliseconds, nano-dollars an hour.
fn measured() -> Vec<Vec<Run>> {
    let mut workloads: BTreeMap<&str, BTreeMap<u32, Run>> = BTreeMap::new();
    for line in include_str!("data/runs.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let millis = |place: usize| Span::from_millis(cells[place].parse().unwrap()).unwrap();
        let run = workloads.entry(cells[0]).or_default();
        let run = run.entry(cells[1].parse().unwrap()).or_default();
        let step = RecordedStep {
            name: cells[2].to_owned(),
            began: millis(3),
            took: millis(4),
            price: cells[5]
                .parse()
                .ok()
                .map(|nanos| HourlyPrice::new(Money::from_nanos(nanos))),
            predicted: None,
            after: before(run, millis(3)),
        };
        run.push(step);
    }
    let runs = workloads
        .into_values()
        .map(|runs| runs.into_values().collect());
    runs.collect()
}

/// The jobs that were over when this one began.
fn before(run: &Run, began: Span) -> Vec<usize> {
    let over = run
        .iter()
        .enumerate()
        .filter(|(_, other)| other.began.nanos() + other.took.nanos() <= began.nanos());
    over.map(|(place, _)| place).collect()
}

#[test]
fn measured_runs_of_the_examples() {
    let workloads = measured();
    assert_eq!(workloads.len(), 4);
    judge("measured", &workloads, 2);
}
