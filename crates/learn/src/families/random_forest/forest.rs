//! A forest: trees grown side by side, each from its own stream.

use std::borrow::Cow;

use rayon::prelude::*;

use super::classes::Classes;
use super::criterion::Criterion;
use super::numbers::Numbers;
use super::parameters::Parameters;
use super::tree::{Ground, Tree, grow};
use crate::Matrix;
use crate::families::bins::Column;
use crate::families::problem::mean;
use crate::random::Stream;

/// A fitted forest.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    /// Its trees.
    pub trees: Vec<Tree>,
    /// Values of a leaf: one a class, or one number.
    pub outputs: usize,
}

/// Rows of a bin at least.
const MIN_BIN_ROWS: usize = 1;

/// Fits classes on all rows; threads are those of the pool that it runs in. The features become bins and are let go of
/// before a tree grows.
pub fn fit(
    features: Cow<'_, Matrix>,
    classes: (&[u32], usize),
    parameters: &Parameters,
    seed: u64,
) -> Forest {
    let (labels, classes) = classes;
    let weights = parameters.class_weight.of_classes(labels, classes);
    let criterion = Classes {
        labels,
        weights: &weights,
    };
    Forest {
        trees: grow_all(features, criterion, parameters, seed),
        outputs: classes,
    }
}

/// Fits numbers on all rows, as [`fit`] does classes.
pub fn fit_numbers(
    features: Cow<'_, Matrix>,
    targets: &[f64],
    parameters: &Parameters,
    seed: u64,
) -> Forest {
    let mean = mean(targets);
    let centred: Vec<f64> = targets.iter().map(|y| y - mean).collect();
    let criterion = Numbers {
        centred: &centred,
        mean,
    };
    Forest {
        trees: grow_all(features, criterion, parameters, seed),
        outputs: 1,
    }
}

fn grow_all<C: Criterion>(
    features: Cow<'_, Matrix>,
    criterion: C,
    parameters: &Parameters,
    seed: u64,
) -> Vec<Tree> {
    let columns = Column::all(&features, MIN_BIN_ROWS);
    drop(features);
    let ground = Ground {
        columns: &columns,
        criterion,
        parameters,
        looked_at: parameters
            .max_features
            .unwrap_or(C::DEFAULT)
            .of(columns.len()),
    };
    // Stream 0 is left to draws that concern the whole model.
    (1..=u64::from(parameters.n_estimators))
        .into_par_iter()
        .map(|tree| grow(ground, Stream::new(seed, tree)))
        .collect()
}

impl Forest {
    /// The mean over trees: of the share of each class, or of the number.
    pub fn answer(&self, features: &[f32]) -> Vec<f64> {
        let mut sums = vec![0.0; self.outputs];
        for tree in &self.trees {
            let values = tree.answer(features);
            sums.iter_mut()
                .zip(values)
                .for_each(|(sum, value)| *sum += value);
        }
        for sum in &mut sums {
            *sum /= self.trees.len() as f64;
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::problem::ClassWeight;
    use crate::families::random_forest::{MaxFeatures, Node};

    /// Rows in three classes by bands of the first column; the second is noise, the third constant.
    fn rows(count: usize) -> (Matrix, Vec<u32>) {
        let mut stream = Stream::new(5, 0);
        let mut values = Vec::new();
        let mut labels = Vec::new();
        for _ in 0..count {
            let x = stream.below(900);
            values.extend([x as f32, stream.below(1000) as f32, 7.0]);
            labels.push(x / 300);
        }
        (
            Matrix {
                rows: count,
                columns: 3,
                values,
            },
            labels,
        )
    }

    fn grown(parameters: &Parameters, threads: usize) -> Forest {
        let (features, labels) = rows(500);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| fit(Cow::Borrowed(&features), (&labels, 3), parameters, 11))
    }

    #[test]
    fn the_forest_is_the_same_at_any_number_of_threads() {
        let parameters = Parameters {
            n_estimators: 12,
            ..Parameters::default()
        };
        let one = grown(&parameters, 1);
        assert_eq!(one, grown(&parameters, 2));
        assert_eq!(one, grown(&parameters, 4));
        assert_ne!(one.trees[0], one.trees[1]);
    }

    fn grown_numbers(parameters: &Parameters, threads: usize) -> (Forest, Matrix, Vec<f64>) {
        let (features, _) = rows(800);
        let targets: Vec<f64> = (0..800)
            .map(|row| (f64::from(features.row(row)[0]) / 150.0).sin() * 10.0 + 1e6)
            .collect();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let forest =
            pool.install(|| fit_numbers(Cow::Borrowed(&features), &targets, parameters, 3));
        (forest, features, targets)
    }

    #[test]
    fn numbers_are_learnt_and_do_not_depend_on_threads() {
        let parameters = Parameters {
            n_estimators: 30,
            ..Parameters::default()
        };
        let (forest, features, targets) = grown_numbers(&parameters, 1);
        assert_eq!(forest, grown_numbers(&parameters, 2).0);
        assert_eq!(forest, grown_numbers(&parameters, 4).0);
        let squares: f64 = (0..800)
            .map(|row| (forest.answer(features.row(row))[0] - targets[row]).powi(2))
            .sum();
        assert!(
            (squares / 800.0).sqrt() < 0.3,
            "{}",
            (squares / 800.0).sqrt()
        );
        // All columns are looked at for numbers, a share of them for classes.
        let (few, ..) = grown_numbers(
            &Parameters {
                max_features: Some(MaxFeatures::Sqrt),
                ..parameters
            },
            1,
        );
        assert_ne!(forest, few);
    }

    #[test]
    fn bands_are_learnt_and_the_constant_column_is_never_cut() {
        let forest = grown(
            &Parameters {
                n_estimators: 30,
                ..Parameters::default()
            },
            2,
        );
        let (features, labels) = rows(500);
        for row in 0..500 {
            let shares = forest.answer(features.row(row));
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(shares[labels[row] as usize] > 0.5, "row {row}: {shares:?}");
        }
        let cut = |node: Node<'_>| matches!(node, Node::Split { feature: 2, .. });
        assert!(!forest.trees.iter().flat_map(Tree::nodes).any(cut));
    }

    #[test]
    fn limits_of_depth_and_leaves_are_kept() {
        let parameters = Parameters {
            n_estimators: 3,
            max_depth: Some(1),
            bootstrap: false,
            max_features: Some(MaxFeatures::All),
            ..Parameters::default()
        };
        for tree in grown(&parameters, 1).trees {
            assert_eq!(tree.size(), 3);
        }
        let wide = Parameters {
            min_samples_leaf: 100,
            ..parameters.clone()
        };
        let deep = Parameters {
            max_depth: None,
            ..wide
        };
        for tree in grown(&deep, 1).trees {
            assert!(
                tree.size() <= 9,
                "500 rows hold at most five leaves of 100: {}",
                tree.size()
            );
        }
    }

    #[test]
    fn without_resampling_a_deep_tree_knows_its_rows() {
        let parameters = Parameters {
            n_estimators: 1,
            bootstrap: false,
            ..Parameters::default()
        };
        let forest = grown(&parameters, 1);
        let (features, labels) = rows(500);
        assert!(
            (0..500).all(|row| forest.answer(features.row(row))[labels[row] as usize] > 0.999_999)
        );
    }

    #[test]
    fn balanced_classes_change_the_shares_of_a_leaf() {
        let features = Matrix {
            rows: 4,
            columns: 1,
            values: vec![1.0; 4],
        };
        let balanced = Parameters {
            n_estimators: 1,
            bootstrap: false,
            class_weight: ClassWeight::Balanced,
            ..Parameters::default()
        };
        let forest = fit(Cow::Owned(features), (&[0, 0, 0, 1], 2), &balanced, 1);
        let shares = forest.answer(&[1.0]);
        assert!((shares[0] - 0.5).abs() < 1e-12, "{shares:?}");
    }
}
