//! What rounds of boosting learn, and that it does not depend on threads.

use super::*;
use crate::families::gradient_boosting::Node;

/// Rows whose first column decides the class by bands and the number by a curve; the second is noise.
struct Rows {
    features: Matrix,
    labels: Vec<u32>,
    numbers: Vec<f64>,
}

fn rows(count: usize, classes: u32) -> Rows {
    let mut stream = Stream::new(5, 0);
    let (mut values, mut labels, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let x = stream.below(900);
        values.extend([x as f32, stream.below(1000) as f32, 7.0]);
        labels.push(x * classes / 900);
        numbers.push((f64::from(x) / 150.0).sin() * 10.0 + 100.0);
    }
    let features = Matrix {
        rows: count,
        columns: 3,
        values,
    };
    Rows {
        features,
        labels,
        numbers,
    }
}

fn fitted(rows: &Rows, classes: usize, parameters: &Parameters, threads: usize) -> Boosting {
    let weights = vec![1.0; classes];
    let goal = match classes {
        0 => Goal::Numbers(&rows.numbers),
        _ => Goal::Classes {
            labels: &rows.labels,
            weights: &weights,
        },
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| fit(Cow::Borrowed(&rows.features), goal, parameters, 11))
}

fn few() -> Parameters {
    Parameters {
        n_estimators: 20,
        ..Parameters::default()
    }
}

#[test]
fn the_model_is_the_same_at_any_number_of_threads() {
    let sampled = Parameters {
        n_estimators: 6,
        subsample: 0.8,
        colsample_bytree: 0.7,
        ..few()
    };
    for (classes, parameters) in [(0, few()), (2, few()), (3, sampled), (0, sampled)] {
        // So many rows that columns are shared out among threads.
        let rows = rows(60_000, classes.max(2) as u32);
        let one = fitted(&rows, classes, &parameters, 1);
        assert_eq!(one, fitted(&rows, classes, &parameters, 2));
        assert_eq!(one, fitted(&rows, classes, &parameters, 4));
    }
}

#[test]
fn bands_of_classes_are_learnt() {
    for classes in [2_usize, 3, 5] {
        let rows = rows(1000, classes as u32);
        let model = fitted(&rows, classes, &few(), 1);
        assert_eq!(model.start.len(), if classes == 2 { 1 } else { classes });
        assert_eq!(model.rounds(), 20);
        let right = (0..1000).filter(|&row| {
            let scores = model.scores(rows.features.row(row));
            let best = match scores.as_slice() {
                [score] => u32::from(*score > 0.0),
                all => (0..all.len())
                    .max_by(|&a, &b| all[a].total_cmp(&all[b]))
                    .unwrap() as u32,
            };
            best == rows.labels[row]
        });
        // Two numbers of a border may share a bin.
        let right = right.count();
        assert!(right >= 995, "{right} of 1000 in {classes} classes");
    }
}

#[test]
fn a_curve_is_followed() {
    let rows = rows(2000, 2);
    let long = Parameters {
        n_estimators: 200,
        ..Parameters::default()
    };
    let model = fitted(&rows, 0, &long, 1);
    let squares: f64 = (0..2000)
        .map(|row| (model.scores(rows.features.row(row))[0] - rows.numbers[row]).powi(2))
        .sum();
    // The numbers have a deviation of 7.
    assert!(
        (squares / 2000.0).sqrt() < 0.2,
        "{}",
        (squares / 2000.0).sqrt()
    );
}

#[test]
fn leaves_keep_the_limits() {
    let rows = rows(500, 3);
    let limits = Parameters {
        num_leaves: 5,
        max_depth: Some(2),
        min_child_samples: 100,
        ..few()
    };
    // Of numbers every row has the same second derivative, so that rows are counted exactly.
    for tree in fitted(&rows, 0, &limits, 1).trees {
        let leaves = tree
            .nodes
            .iter()
            .filter(|node| matches!(node, Node::Leaf { .. }));
        assert!(leaves.count() <= 4, "two levels have four leaves at most");
        let mut counts = std::collections::BTreeMap::new();
        for row in 0..500 {
            *counts
                .entry(tree.answer(rows.features.row(row)).to_bits())
                .or_insert(0) += 1;
        }
        assert!(counts.values().all(|&count| count >= 100), "{counts:?}");
    }
}

#[test]
fn the_constant_column_is_never_cut() {
    let rows = rows(500, 3);
    let cut = |node: &Node| matches!(node, Node::Split { feature: 2, .. });
    let model = fitted(&rows, 3, &few(), 1);
    assert!(!model.trees.iter().flat_map(|tree| &tree.nodes).any(cut));
}

#[test]
fn training_stops_where_held_out_rows_say_so() {
    let mut rows = rows(800, 2);
    // A third of the labels is noise, so that many rounds do harm.
    let mut noise = Stream::new(8, 0);
    for label in &mut rows.labels {
        if noise.below(3) == 0 {
            *label = noise.below(2);
        }
    }
    let stopping = Parameters {
        n_estimators: 500,
        early_stopping_rounds: Some(10),
        validation_fraction: 0.2,
        ..Parameters::default()
    };
    let model = fitted(&rows, 2, &stopping, 1);
    assert!((2..100).contains(&model.rounds()), "{}", model.rounds());
    let full = fitted(
        &rows,
        2,
        &Parameters {
            early_stopping_rounds: None,
            ..stopping
        },
        1,
    );
    assert_eq!(full.rounds(), 500);
}

#[test]
fn rows_that_say_nothing_leave_the_start_alone() {
    let features = Matrix {
        rows: 50,
        columns: 1,
        values: vec![1.0; 50],
    };
    let numbers: Vec<f64> = (0..50).map(f64::from).collect();
    let model = fit(Cow::Borrowed(&features), Goal::Numbers(&numbers), &few(), 1);
    assert_eq!(
        (model.trees.len(), model.start.as_slice()),
        (0, &[24.5][..])
    );
}

#[test]
fn weights_of_classes_move_the_start() {
    let rows = rows(300, 2);
    let goal = Goal::Classes {
        labels: &rows.labels,
        weights: &[1.0, 9.0],
    };
    let weighted = fit(Cow::Borrowed(&rows.features), goal, &few(), 1).start[0];
    let plain = fitted(&rows, 2, &few(), 1).start[0];
    assert!((weighted - plain - 9.0_f64.ln()).abs() < 1e-9);
}
