//! One seed and one result, windows, grids, parents.

use super::*;
use crate::space::{Domain, Parameter, Scale};
use crate::trial::Kinship;

fn space() -> Space {
    Space::new(vec![
        Parameter {
            name: "rate".into(),
            domain: Domain::Continuous {
                low: 1e-5,
                high: 1.0,
                scale: Scale::Logarithmic,
            },
        },
        Parameter {
            name: "depth".into(),
            domain: Domain::Integer {
                low: 1,
                high: 20,
                scale: Scale::Linear,
            },
        },
        Parameter {
            name: "kind".into(),
            domain: Domain::Categorical {
                values: ["a", "b", "c"].map(str::to_owned).into(),
            },
        },
    ])
    .unwrap()
}

/// Least at a rate of 0.01, a depth of 7 and the first kind.
fn loss(point: &[Value]) -> f64 {
    match point {
        [
            Value::Real(rate),
            Value::Integer(depth),
            Value::Category { category },
        ] => {
            (rate.log10() + 2.0).powi(2) + ((*depth as f64 - 7.0) / 5.0).powi(2) + *category as f64
        }
        _ => panic!("another space"),
    }
}

/// Runs a search with so many trials at a time, which end in an order of their own.
fn run(search: &Search, trials: usize, parallel: usize, order: u64) -> Vec<Trial> {
    let mut stream = Stream::new(order, 9);
    let mut done: Vec<Trial> = Vec::new();
    let mut running: Vec<usize> = Vec::new();
    loop {
        while running.len() < parallel && done.len() < trials {
            let Ask::Point(point) = search.ask(&done) else {
                break;
            };
            running.push(done.len());
            done.push(Trial {
                point,
                outcome: Outcome::Pending,
            });
        }
        if running.is_empty() {
            return done;
        }
        let number = running.remove(stream.below(running.len()));
        let trial = &mut done[number];
        trial.outcome = match number % 7 {
            6 => Outcome::Failed,
            _ => Outcome::Scored(loss(&trial.point)),
        };
    }
}

#[test]
fn one_seed_gives_one_result_at_any_parallelism_and_order() {
    for strategy in [Strategy::Bayesian, Strategy::Hyperband, Strategy::Random] {
        for trials in [40, 120] {
            let window = window(Some(trials as u64));
            let search = |seed| Search::new(space(), strategy, Goal::Minimize, seed, window);
            let alone = run(&search(3), trials, 1, 0);
            for parallel in [2, 4, 8, 16] {
                for order in 0..3 {
                    let beside = run(&search(3), trials, parallel, order);
                    assert_eq!(
                        beside, alone,
                        "{strategy:?}, {parallel} of {trials} at a time, order {order}"
                    );
                }
            }
            assert_ne!(run(&search(4), trials, 1, 0), alone);
        }
    }
}

#[test]
fn no_more_trials_than_the_window_run_at_a_time() {
    for (strategy, most) in [(Strategy::Bayesian, WINDOW), (Strategy::Random, 9)] {
        let search = Search::new(space(), strategy, Goal::Minimize, 1, WINDOW);
        let mut trials: Vec<Trial> = Vec::new();
        while let (Ask::Point(point), true) = (search.ask(&trials), trials.len() < 9) {
            let outcome = Outcome::Pending;
            trials.push(Trial { point, outcome });
        }
        assert_eq!(trials.len(), most, "{strategy:?}");
    }
}

#[test]
fn an_outcome_beyond_the_window_is_waited_for_or_not_looked_at() {
    let search = Search::new(space(), Strategy::Bayesian, Goal::Minimize, 1, WINDOW);
    let mut trials = run(&search, 12, 1, 0);
    let Ask::Point(next) = search.ask(&trials) else {
        panic!("no point");
    };
    for outcome in [Outcome::Scored(-9.0), Outcome::Failed, Outcome::Pending] {
        for late in 12 - (WINDOW - 1)..12 {
            let mut other = trials.clone();
            other[late].outcome = outcome;
            assert_eq!(search.ask(&other), Ask::Point(next.clone()), "{late}");
        }
    }
    trials[12 - WINDOW].outcome = Outcome::Pending;
    assert_eq!(search.ask(&trials), Ask::Wait);
    // Chance needs no outcome, unless what it proposes is compared with others.
    let random = Search::new(space(), Strategy::Random, Goal::Minimize, 1, WINDOW);
    assert!(matches!(random.ask(&trials), Ask::Point(_)));
    assert_eq!(random.with_early_stopping().ask(&trials), Ask::Wait);
}

#[test]
fn the_estimator_finds_what_chance_does_not() {
    let best = |strategy, seed| {
        let search = Search::new(space(), strategy, Goal::Minimize, seed, WINDOW);
        let done = run(&search, 50, 2, seed);
        done.iter()
            .map(|trial| loss(&trial.point))
            .fold(f64::INFINITY, f64::min)
    };
    let mean = |strategy| (0..10).map(|seed| best(strategy, seed)).sum::<f64>() / 10.0;
    let (bayesian, random) = (mean(Strategy::Bayesian), mean(Strategy::Random));
    assert!(bayesian < 0.05, "{bayesian}");
    assert!(random > 4.0 * bayesian, "{random} and {bayesian}");
}

#[test]
fn maximizing_is_minimizing_turned() {
    let of = |goal, sign: f64| {
        let search = Search::new(space(), Strategy::Bayesian, goal, 8, WINDOW);
        let mut done = Vec::new();
        for _ in 0..20 {
            let Ask::Point(point) = search.ask(&done) else {
                panic!("no point");
            };
            let outcome = Outcome::Scored(sign * loss(&point));
            done.push(Trial { point, outcome });
        }
        done.into_iter()
            .map(|trial| trial.point)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(Goal::Minimize, 1.0), of(Goal::Maximize, -1.0));
}

#[test]
fn a_grid_has_every_point_once_in_order() {
    let space = Space::new(vec![
        Parameter {
            name: "a".into(),
            domain: Domain::Categorical {
                values: ["x", "y"].map(str::to_owned).into(),
            },
        },
        Parameter {
            name: "b".into(),
            domain: Domain::Integer {
                low: 3,
                high: 5,
                scale: Scale::Auto,
            },
        },
    ])
    .unwrap();
    let search = Search::new(space.clone(), Strategy::Grid, Goal::Minimize, 0, WINDOW);
    let mut trials = Vec::new();
    let mut found = Vec::new();
    while let Ask::Point(point) = search.ask(&trials) {
        let texts = space.texts(&point);
        found.push(format!("{}{}", texts["a"], texts["b"]));
        trials.push(Trial {
            point,
            outcome: Outcome::Pending,
        });
    }
    assert_eq!(found, ["x3", "x4", "x5", "y3", "y4", "y5"]);
}

#[test]
fn a_small_space_is_searched_without_repetition() {
    let words = Domain::Categorical {
        values: (0..12).map(|n| n.to_string()).collect(),
    };
    let space = Space::new(vec![Parameter {
        name: "w".into(),
        domain: words,
    }])
    .unwrap();
    for strategy in [Strategy::Random, Strategy::Bayesian] {
        let search = Search::new(space.clone(), strategy, Goal::Minimize, 2, WINDOW);
        let mut done: Vec<Trial> = Vec::new();
        for number in 0..8 {
            let Ask::Point(point) = search.ask(&done) else {
                panic!("no point");
            };
            assert!(
                done.iter().all(|trial| trial.point != point),
                "{strategy:?}"
            );
            let outcome = Outcome::Scored(f64::from(number));
            done.push(Trial { point, outcome });
        }
    }
}

#[test]
fn a_parent_saves_the_start() {
    let first = Search::new(space(), Strategy::Bayesian, Goal::Minimize, 1, WINDOW);
    let found = run(&first, 40, 1, 0);
    let scored = found.iter().filter_map(|trial| match trial.outcome {
        Outcome::Scored(value) => Some((trial.point.clone(), value)),
        _ => None,
    });
    let trials: Vec<_> = scored.collect();
    let mean = |kinship: Option<Kinship>| {
        let mut sum = 0.0;
        for seed in 10..20 {
            let mut search = Search::new(space(), Strategy::Bayesian, Goal::Minimize, seed, WINDOW);
            if let Some(kinship) = kinship {
                let trials = trials.clone();
                search = search.with_parents(&[Parent { kinship, trials }]);
            }
            let done = run(&search, 6, 1, 0);
            sum += done
                .iter()
                .map(|trial| loss(&trial.point))
                .fold(f64::INFINITY, f64::min);
        }
        sum / 10.0
    };
    let (cold, identical, transfer) = (
        mean(None),
        mean(Some(Kinship::Identical)),
        mean(Some(Kinship::Transfer)),
    );
    assert!(identical < cold / 4.0, "{identical} and {cold}");
    assert!(transfer < cold / 4.0, "{transfer} and {cold}");
}
