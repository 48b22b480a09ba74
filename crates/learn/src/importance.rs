//! Permutation importance: how much worse the model's score gets when one column's cells are dealt to other rows.
//!
//! The cost is bounded: where columns, repeats and rows would be too many predictions together, a seeded sample of the
//! rows is used. Each dealing owns a random stream, so the answer does not depend on the number of threads.

use rayon::prelude::*;
use steps::{ColumnImportance, ColumnType, Importance, Schema};

use crate::metrics::{Metric, compare};
use crate::outcome::Outcome;
use crate::part::Labelled;
use crate::random::Stream;

/// Times that each column is dealt anew.
pub(crate) const REPEATS: u32 = 10;
/// Predictions of rows at most, over all columns and repeats.
const PREDICTIONS: usize = 500_000;
/// Fewest rows that say anything, where there are as many.
const LEAST_ROWS: usize = 100;
/// Columns at most.
const COLUMNS: usize = 500;
/// Streams below belong to the bootstrap of the same seed.
pub(crate) const FIRST_STREAM: u64 = 1 << 32;

/// What each column is worth to a model that predicts so; none where the metric is not defined on these rows.
pub(crate) fn importance(
    schema: &Schema,
    rows: &Labelled,
    (metric, seed): (Metric, u64),
    predict: impl Fn(&crate::Table) -> Option<Outcome> + Sync,
) -> Option<Importance> {
    let columns = schema.columns.len().min(COLUMNS);
    let sample = sample(rows.truth.len(), (columns, PREDICTIONS), seed);
    let rows = match &sample {
        Some(places) => &rows.select(places),
        None => rows,
    };
    let score = |table: &crate::Table| {
        compare(&rows.truth, &predict(table)?, schema)?
            .scores()
            .get(&metric)
            .copied()
    };
    let base = score(&rows.table)?;
    let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
    let places = places(schema);
    let mut found: Vec<ColumnImportance> = (0..columns)
        .into_par_iter()
        .map(|column| {
            let (kind, place) = places[column];
            let losses: Vec<f64> = (0..REPEATS)
                .filter_map(|repeat| {
                    let number = column as u64 * u64::from(REPEATS) + u64::from(repeat);
                    let order = order(rows.truth.len(), seed, FIRST_STREAM + number);
                    let dealt = score(&rows.table.dealt(kind, place, &order))?;
                    Some(sign * (base - dealt))
                })
                .collect();
            let (mean, deviation) = spread(&losses);
            ColumnImportance {
                column: schema.columns[column].name.clone(),
                mean,
                deviation,
            }
        })
        .collect();
    // Stable: columns of one worth stay in the order of the table.
    found.sort_by(|left, right| right.mean.total_cmp(&left.mean));
    Some(Importance {
        metric: metric.to_string(),
        repeats: REPEATS,
        seed,
        rows: rows.truth.len() as u64,
        left_out: (schema.columns.len() - columns) as u64,
        columns: found,
    })
}

/// The rows to use, ascending, where not all are: so many predictions are made at most.
pub(crate) fn sample(
    rows: usize,
    (columns, predictions): (usize, usize),
    seed: u64,
) -> Option<Vec<usize>> {
    let most = predictions / (columns.max(1) * REPEATS as usize);
    let most = most.max(LEAST_ROWS);
    (rows > most).then(|| {
        let mut chosen = order(rows, seed, FIRST_STREAM - 1);
        chosen.truncate(most);
        chosen.sort_unstable();
        chosen
    })
}

/// The numbers below `count` in a random order.
pub(crate) fn order(count: usize, seed: u64, stream: u64) -> Vec<usize> {
    let mut stream = Stream::new(seed, stream);
    let mut order: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        order.swap(place, stream.below(place as u32 + 1) as usize);
    }
    order
}

/// Kind of each column and its place among those of its kind.
fn places(schema: &Schema) -> Vec<(ColumnType, usize)> {
    let (mut numbers, mut categories) = (0, 0);
    let place = |column: &steps::SchemaColumn| {
        let next = match column.kind {
            ColumnType::Number => &mut numbers,
            ColumnType::Category => &mut categories,
        };
        *next += 1;
        (column.kind, *next - 1)
    };
    schema.columns.iter().map(place).collect()
}

/// Mean and standard deviation (divisor n); nothing of nothing.
pub(crate) fn spread(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    // The sum of nothing is -0.0, and so is a loss that did not grow.
    let mean = values.iter().sum::<f64>() / count + 0.0;
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / count;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::tests::schema;
    use crate::{Predictions, Table, Truth};

    /// A class that the first number decides alone.
    fn rows(count: usize) -> Labelled {
        let mut table = Table::for_schema(&schema());
        let mut labels = Vec::new();
        for row in 0..count {
            let class = (row * 7 + row / 3) % 2;
            table.push(&[class as f32, (row % 5) as f32], &[["a", "b"][row % 2]]);
            labels.push(class as u32);
        }
        let truth = Truth::Classes(labels);
        Labelled { table, truth }
    }

    fn predict(table: &Table) -> Outcome {
        let labels: Vec<u32> = (0..table.rows())
            .map(|row| table.numbers(row)[0] as u32)
            .collect();
        let shares = |&label: &u32| if label == 1 { [0.0, 1.0] } else { [1.0, 0.0] };
        Outcome::Classes(Predictions {
            classes: 2,
            probabilities: labels.iter().flat_map(shares).collect(),
            labels,
        })
    }

    fn find(rows: &Labelled, metric: Metric, seed: u64) -> Importance {
        importance(&schema(), rows, (metric, seed), |table| {
            Some(predict(table))
        })
        .unwrap()
    }

    #[test]
    fn the_column_that_decides_is_first_and_the_others_are_worth_nothing() {
        let found = find(&rows(120), Metric::Accuracy, 3);
        assert_eq!((found.rows, found.repeats, found.left_out), (120, 10, 0));
        assert_eq!(found.columns[0].column, "age");
        // Half of the rows keep their class when it is dealt anew.
        assert!((found.columns[0].mean - 0.5).abs() < 0.1, "{found:?}");
        assert!(found.columns[0].deviation > 0.0);
        let rest: Vec<f64> = found.columns[1..]
            .iter()
            .map(|column| column.mean)
            .collect();
        assert_eq!(rest, [0.0, 0.0]);
    }

    #[test]
    fn a_loss_counts_by_how_much_it_grows() {
        let found = find(&rows(120), Metric::LogLoss, 3);
        assert!(found.columns[0].mean > 1.0, "{found:?}");
        let rest = found.columns[1..].iter();
        assert!(
            rest.map(|column| column.mean).all(f64::is_sign_positive),
            "{found:?}"
        );
    }

    #[test]
    fn one_seed_gives_one_answer_at_any_number_of_threads() {
        let rows = rows(60);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| find(&rows, Metric::F1Macro, 7))
        };
        assert_eq!(on(1), on(3));
        assert_ne!(on(1), find(&rows, Metric::F1Macro, 8));
    }

    #[test]
    fn a_metric_that_is_not_defined_gives_none() {
        let mut one_class = rows(20);
        one_class.truth = Truth::Classes(vec![1; one_class.truth.len()]);
        let found = importance(&schema(), &one_class, (Metric::RocAuc, 1), |table| {
            Some(predict(table))
        });
        assert_eq!(found, None);
    }

    #[test]
    fn many_rows_are_sampled_within_the_limit() {
        assert_eq!(sample(200, (13, PREDICTIONS), 1), None);
        let chosen = sample(100_000, (50, PREDICTIONS), 1).unwrap();
        assert_eq!(chosen.len(), 1_000);
        assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(
            sample(5_000, (100_000, PREDICTIONS), 1).unwrap().len(),
            LEAST_ROWS
        );
    }

    #[test]
    fn an_order_has_every_row_once() {
        let mut some = order(50, 9, 4);
        assert_ne!(some, (0..50).collect::<Vec<_>>());
        some.sort_unstable();
        assert_eq!(some, (0..50).collect::<Vec<_>>());
        assert_eq!(order(0, 9, 4), Vec::<usize>::new());
    }
}
