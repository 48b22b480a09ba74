//! Estimators as operators of `ai.onnx.ml` with their attributes.

use super::build::{Attribute, index};
use crate::families::gradient_boosting::{self, Boosting};
use crate::families::linear_regression::LinearModel;
use crate::families::logistic_regression::Linear;
use crate::families::{Classifier, Regressor};

/// An operator and its attributes.
type Operator = (&'static str, Vec<(&'static str, Attribute)>);

/// The operator of a classifier, but for its labels, and for the lists of a forest.
pub(super) fn classifier(classifier: &Classifier) -> Operator {
    match classifier {
        Classifier::Linear(linear) => ("LinearClassifier", linear_attributes(linear)),
        Classifier::Forest(_) => {
            let attributes = vec![("post_transform", Attribute::Text("NONE"))];
            ("TreeEnsembleClassifier", attributes)
        }
        Classifier::Boosting(boosting) => {
            let mut lists = boosting_lists(boosting);
            let binary = boosting.start.len() == 1;
            if binary {
                lists.start_of_two(boosting.start[0] as f32);
            }
            let mut attributes = lists.attributes(CLASSES);
            if !binary {
                attributes.push(("base_values", floats(&boosting.start)));
            }
            let transform = if binary { "LOGISTIC" } else { "SOFTMAX" };
            attributes.push(("post_transform", Attribute::Text(transform)));
            ("TreeEnsembleClassifier", attributes)
        }
    }
}

/// The operator of a model of numbers, but for the lists of a forest.
pub(super) fn regressor(regressor: &Regressor) -> Operator {
    match regressor {
        Regressor::Linear(LinearModel {
            coefficients,
            intercept,
        }) => {
            let attributes = vec![
                ("coefficients", floats(coefficients)),
                ("intercepts", floats(&[*intercept])),
                ("targets", Attribute::Int(1)),
                ("post_transform", Attribute::Text("NONE")),
            ];
            ("LinearRegressor", attributes)
        }
        Regressor::Forest(_) => ("TreeEnsembleRegressor", tree_regressor(Vec::new(), &[0.0])),
        Regressor::Boosting(boosting) => {
            let mut lists = boosting_lists(boosting);
            lists.start_of_none();
            let attributes = tree_regressor(lists.attributes(TARGETS), &boosting.start);
            ("TreeEnsembleRegressor", attributes)
        }
    }
}

/// The attributes of a regressor of trees behind its lists.
fn tree_regressor(
    mut attributes: Vec<(&'static str, Attribute)>,
    start: &[f64],
) -> Vec<(&'static str, Attribute)> {
    attributes.push(("n_targets", Attribute::Int(1)));
    attributes.push(("aggregate_function", Attribute::Text("SUM")));
    attributes.push(("base_values", floats(start)));
    attributes.push(("post_transform", Attribute::Text("NONE")));
    attributes
}

fn floats(values: &[f64]) -> Attribute {
    Attribute::Floats(values.iter().map(|&value| value as f32).collect())
}

fn linear_attributes(linear: &Linear) -> Vec<(&'static str, Attribute)> {
    let transform = if linear.softmax {
        "SOFTMAX"
    } else {
        "LOGISTIC"
    };
    vec![
        ("coefficients", floats(&linear.coefficients)),
        ("intercepts", floats(&linear.intercepts)),
        ("multi_class", Attribute::Int(0)),
        ("post_transform", Attribute::Text(transform)),
    ]
}

/// The names of the lists of leaves: trees, nodes, outputs, weights.
pub(super) type LeafNames = [&'static str; 4];
pub(super) const CLASSES: LeafNames = [
    "class_treeids",
    "class_nodeids",
    "class_ids",
    "class_weights",
];
pub(super) const TARGETS: LeafNames = [
    "target_treeids",
    "target_nodeids",
    "target_ids",
    "target_weights",
];

/// The parallel lists in which the operators want their trees.
#[derive(Default)]
struct TreeLists {
    /// Trees so far.
    count: usize,
    trees: Vec<i64>,
    nodes: Vec<i64>,
    features: Vec<i64>,
    modes: Vec<String>,
    thresholds: Vec<f32>,
    left: Vec<i64>,
    right: Vec<i64>,
    leaf_trees: Vec<i64>,
    leaf_nodes: Vec<i64>,
    leaf_outputs: Vec<i64>,
    leaf_weights: Vec<f32>,
}

impl TreeLists {
    fn node(
        &mut self,
        (tree, node): (usize, usize),
        (feature, threshold): (u32, f32),
        children: Option<(u32, u32)>,
    ) {
        self.trees.push(index(tree));
        self.nodes.push(index(node));
        self.features.push(i64::from(feature));
        self.modes.push(
            if children.is_some() {
                "BRANCH_LEQ"
            } else {
                "LEAF"
            }
            .to_owned(),
        );
        self.thresholds.push(threshold);
        let (left, right) = children.unwrap_or((0, 0));
        self.left.push(i64::from(left));
        self.right.push(i64::from(right));
    }

    fn weight(&mut self, (tree, node): (usize, usize), output: usize, weight: f32) {
        self.leaf_trees.push(index(tree));
        self.leaf_nodes.push(index(node));
        self.leaf_outputs.push(index(output));
        self.leaf_weights.push(weight);
    }

    /// A tree without a split, that always says the same.
    fn constant(&mut self, weight: f32) {
        let place = (self.count, 0);
        self.count += 1;
        self.node(place, (0, 0.0), None);
        self.weight(place, 0, weight);
    }

    /// The start of a score that speaks for the second of two classes. Runtimes take such a score for a probability where no
    /// weight is negative, so one is made.
    fn start_of_two(&mut self, start: f32) {
        self.constant(start);
        if self.leaf_weights.iter().all(|&weight| weight >= 0.0) {
            self.constant(1.0);
            self.constant(-1.0);
        }
    }

    /// An ensemble has a tree at least.
    fn start_of_none(&mut self) {
        if self.count == 0 {
            self.constant(0.0);
        }
    }

    fn attributes(self, leaves: LeafNames) -> Vec<(&'static str, Attribute)> {
        let [trees, nodes, outputs, weights] = leaves;
        vec![
            ("nodes_treeids", Attribute::Ints(self.trees)),
            ("nodes_nodeids", Attribute::Ints(self.nodes)),
            ("nodes_featureids", Attribute::Ints(self.features)),
            ("nodes_modes", Attribute::Texts(self.modes)),
            ("nodes_values", Attribute::Floats(self.thresholds)),
            ("nodes_truenodeids", Attribute::Ints(self.left)),
            ("nodes_falsenodeids", Attribute::Ints(self.right)),
            (trees, Attribute::Ints(self.leaf_trees)),
            (nodes, Attribute::Ints(self.leaf_nodes)),
            (outputs, Attribute::Ints(self.leaf_outputs)),
            (weights, Attribute::Floats(self.leaf_weights)),
        ]
    }
}

/// What a leaf adds to the score of a class: its share of one tree's part, in whole steps of 2^-24. Sums of such numbers up
/// to 1 are exact in single precision, so every runtime comes to the same scores and labels in whatever order it adds. A
/// tree's part is rounded down, so that a tied vote never exceeds one half by rounding.
pub(super) fn leaf_weight(share: f64, trees: usize) -> f32 {
    const STEPS: f64 = (1_u32 << 24) as f64;
    let part = (STEPS / trees as f64).floor();
    ((share * part).round() / STEPS) as f32
}

/// The trees of a boosted model; those without a split say nothing and are left out.
fn boosting_lists(boosting: &Boosting) -> TreeLists {
    let mut lists = TreeLists::default();
    for (place, grown) in boosting.trees.iter().enumerate() {
        if grown.nodes.len() == 1 {
            continue;
        }
        let tree = lists.count;
        lists.count += 1;
        for (node, kind) in grown.nodes.iter().enumerate() {
            match *kind {
                gradient_boosting::Node::Split {
                    feature,
                    threshold,
                    left,
                    right,
                    ..
                } => lists.node((tree, node), (feature, threshold), Some((left, right))),
                gradient_boosting::Node::Leaf { value } => {
                    lists.node((tree, node), (0, 0.0), None);
                    lists.weight((tree, node), place % boosting.start.len(), value);
                }
            }
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_a_forest_do_not_depend_on_the_order_of_adding() {
        let weights: Vec<f32> = (0..300)
            .map(|tree| leaf_weight(f64::from(tree % 7) / 6.0, 300))
            .collect();
        let forward: f32 = weights.iter().sum();
        let backward: f32 = weights.iter().rev().sum();
        assert_eq!(forward.to_bits(), backward.to_bits());
        let tied: f32 = (0..100)
            .map(|tree| leaf_weight(f64::from(tree % 2), 100))
            .sum();
        assert!(tied <= 0.5 && tied > 0.499_99, "{tied}");
        let all: f32 = (0..100).map(|_| leaf_weight(1.0, 100)).sum();
        assert!(all <= 1.0 && all > 0.999_99, "{all}");
    }

    #[test]
    fn a_score_of_two_classes_always_has_a_negative_weight() {
        for start in [-0.5, 0.0, 2.0] {
            let mut lists = TreeLists::default();
            lists.constant(0.25);
            lists.start_of_two(start);
            assert!(lists.leaf_weights.iter().any(|&weight| weight < 0.0));
            let sum: f32 = lists.leaf_weights.iter().sum();
            assert!((sum - 0.25 - start).abs() < 1e-6);
            assert_eq!(lists.count, lists.leaf_trees.len());
        }
    }
}
