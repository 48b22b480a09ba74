//! A forest: trees grown side by side, each from its own stream.

use rayon::prelude::*;

use super::bins::Column;
use super::parameters::Parameters;
use super::tree::{Ground, Node, Tree, grow};
use crate::families::problem::Problem;
use crate::random::Stream;

/// A fitted forest.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    /// Its trees.
    pub trees: Vec<Tree>,
    /// Number of classes.
    pub classes: usize,
}

/// Fits on all rows of a problem; threads are those of the pool that it runs in.
pub fn fit(problem: Problem<'_>, parameters: &Parameters, seed: u64) -> Forest {
    let columns: Vec<Column> = (0..problem.features.columns)
        .into_par_iter()
        .map(|column| Column::of(problem.features, column))
        .collect();
    let class_weights = problem.class_weights(parameters.class_weight);
    let ground = Ground {
        columns: &columns,
        labels: problem.labels,
        class_weights: &class_weights,
        parameters,
    };
    // Stream 0 is left to draws that concern the whole model.
    let trees = (1..=u64::from(parameters.n_estimators))
        .into_par_iter()
        .map(|tree| grow(ground, Stream::new(seed, tree)))
        .collect();
    Forest {
        trees,
        classes: problem.classes,
    }
}

impl Forest {
    /// The mean share of each class over trees.
    pub fn probabilities(&self, features: &[f32]) -> Vec<f64> {
        let mut sums = vec![0.0; self.classes];
        for tree in &self.trees {
            let shares = tree.shares(features);
            sums.iter_mut()
                .zip(shares)
                .for_each(|(sum, share)| *sum += share);
        }
        for sum in &mut sums {
            *sum /= self.trees.len() as f64;
        }
        sums
    }
}

impl Tree {
    /// The shares of the leaf that a row falls into.
    pub fn shares(&self, features: &[f32]) -> &[f64] {
        let mut place = 0;
        loop {
            match &self.nodes[place] {
                Node::Leaf { shares } => return shares,
                Node::Split {
                    feature,
                    threshold,
                    left,
                    right,
                } => {
                    let goes_left = features[*feature as usize] <= *threshold;
                    place = if goes_left {
                        *left as usize
                    } else {
                        *right as usize
                    };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;
    use crate::families::problem::ClassWeight;
    use crate::families::random_forest::MaxFeatures;

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
        let problem = Problem {
            features: &features,
            labels: &labels,
            classes: 3,
        };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| fit(problem, parameters, 11))
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
            let shares = forest.probabilities(features.row(row));
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(shares[labels[row] as usize] > 0.5, "row {row}: {shares:?}");
        }
        let cut = |node: &Node| matches!(node, Node::Split { feature: 2, .. });
        assert!(!forest.trees.iter().flat_map(|tree| &tree.nodes).any(cut));
    }

    #[test]
    fn limits_of_depth_and_leaves_are_kept() {
        let parameters = Parameters {
            n_estimators: 3,
            max_depth: Some(1),
            bootstrap: false,
            max_features: MaxFeatures::All,
            ..Parameters::default()
        };
        for tree in grown(&parameters, 1).trees {
            assert_eq!(tree.nodes.len(), 3);
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
                tree.nodes.len() <= 9,
                "500 rows hold at most five leaves of 100: {}",
                tree.nodes.len()
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
            (0..500).all(
                |row| forest.probabilities(features.row(row))[labels[row] as usize] > 0.999_999
            )
        );
    }

    #[test]
    fn balanced_classes_change_the_shares_of_a_leaf() {
        let features = Matrix {
            rows: 4,
            columns: 1,
            values: vec![1.0; 4],
        };
        let problem = Problem {
            features: &features,
            labels: &[0, 0, 0, 1],
            classes: 2,
        };
        let balanced = Parameters {
            n_estimators: 1,
            bootstrap: false,
            class_weight: ClassWeight::Balanced,
            ..Parameters::default()
        };
        let shares = fit(problem, &balanced, 1).probabilities(&[1.0]);
        assert!((shares[0] - 0.5).abs() < 1e-12, "{shares:?}");
    }
}
