//! The lists in which a node has its trees, turned into one array that is walked.

use std::collections::BTreeMap;

use super::large_trees;
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::skim::Skimmed;
use crate::onnx::trees::Trees;

/// The names of the lists of leaves: trees, nodes, outputs, weights.
pub(super) type LeafNames = [&'static str; 4];
/// Those of a classifier.
pub(super) const CLASSES: LeafNames = [
    "class_treeids",
    "class_nodeids",
    "class_ids",
    "class_weights",
];
/// Those of a model of numbers.
pub(super) const TARGETS: LeafNames = [
    "target_treeids",
    "target_nodeids",
    "target_ids",
    "target_weights",
];

fn refuse_what_is_not_read(node: Node<'_>) -> Result<(), Error> {
    for unsupported in ["nodes_values_as_tensor", "base_values_as_tensor"] {
        node.without(unsupported)?;
    }
    if node
        .ints("nodes_missing_value_tracks_true")
        .iter()
        .any(|&flag| flag != 0)
    {
        return Err(node.wrong("nodes_missing_value_tracks_true", "0"));
    }
    Ok(())
}

/// The lists of a node's attributes, checked to be equally long.
struct Lists<'a> {
    node: Node<'a>,
    features: &'a [i64],
    modes: Vec<String>,
    thresholds: &'a [f32],
    left: &'a [i64],
    right: &'a [i64],
    /// (tree, node) to its place in the lists.
    places: BTreeMap<(i64, i64), usize>,
    trees: &'a [i64],
}

impl<'a> Lists<'a> {
    fn of(node: Node<'a>) -> Result<Self, Error> {
        let trees = node.ints("nodes_treeids");
        let ids = node.ints("nodes_nodeids");
        let lists = Self {
            node,
            features: node.ints("nodes_featureids"),
            modes: node.texts("nodes_modes")?,
            thresholds: node.floats("nodes_values"),
            left: node.ints("nodes_truenodeids"),
            right: node.ints("nodes_falsenodeids"),
            places: trees
                .iter()
                .copied()
                .zip(ids.iter().copied())
                .zip(0..)
                .collect(),
            trees,
        };
        let lengths = [
            ids.len(),
            lists.features.len(),
            lists.modes.len(),
            lists.thresholds.len(),
            lists.left.len(),
            lists.right.len(),
        ];
        if trees.is_empty() || lengths.iter().any(|&length| length != trees.len()) {
            return Err(lists.wrong("lists of different lengths, or none"));
        }
        if lists.places.len() != trees.len() {
            return Err(lists.wrong("two nodes with one number"));
        }
        Ok(lists)
    }

    fn wrong(&self, problem: &'static str) -> Error {
        Error::Trees {
            node: self.node.name(),
            problem,
        }
    }

    fn child(&self, place: usize, id: i64) -> Result<usize, Error> {
        let found = self.places.get(&(self.trees[place], id));
        found
            .copied()
            .ok_or_else(|| self.wrong("a child that is not there"))
    }
}

/// Puts all trees into one array, each from its root, so that children come after their parents and no node is met twice.
pub(super) fn flatten(
    (node, skimmed): (Node<'_>, Option<&Skimmed>),
    leaves: LeafNames,
    (features, outputs): (usize, usize),
) -> Result<Trees, Error> {
    refuse_what_is_not_read(node)?;
    // A leaf looks at the first feature as well.
    if features == 0 {
        return Err(Error::Trees {
            node: node.name(),
            problem: "a feature that is not there",
        });
    }
    let mut base = node.floats("base_values").to_vec();
    if base.is_empty() {
        base = vec![0.0; outputs];
    }
    if base.len() != outputs {
        return Err(node.wrong("base_values", "one number a score"));
    }
    if let Some(skimmed) = skimmed.filter(|skimmed| skimmed.has(node.output(0))) {
        return large_trees::flatten(skimmed, node, leaves, (features, outputs), base);
    }
    let lists = Lists::of(node)?;
    let weights = leaf_weights(&lists, leaves, outputs)?;
    let mut flat = Trees::new(base);
    let mut seen = vec![false; lists.trees.len()];
    let mut last_tree = None;
    for root in 0..lists.trees.len() {
        // A tree's first node in the lists is its root.
        if last_tree.replace(lists.trees[root]) == Some(lists.trees[root]) {
            continue;
        }
        let at = flat.reserve(1);
        flat.root(at);
        let mut open = vec![(root, at, 0)];
        while let Some((place, at, depth)) = open.pop() {
            if std::mem::replace(&mut seen[place], true) {
                return Err(lists.wrong("a node with two parents"));
            }
            let Some(threshold) = cut(&lists, place)? else {
                flat.leaf((at, depth), weights.get(&place).map_or(&[], Vec::as_slice));
                continue;
            };
            let feature = usize::try_from(lists.features[place])
                .ok()
                .filter(|&f| f < features);
            let feature = feature.ok_or_else(|| lists.wrong("a feature that is not there"))? as u32;
            let left = flat.reserve(2);
            flat.split(at, (feature, threshold), left);
            open.push((lists.child(place, lists.right[place])?, left + 1, depth + 1));
            open.push((lists.child(place, lists.left[place])?, left, depth + 1));
        }
    }
    Ok(flat)
}

/// The threshold up to which rows go left; none for a leaf.
fn cut(lists: &Lists<'_>, place: usize) -> Result<Option<f32>, Error> {
    let threshold = lists.thresholds[place];
    match lists.modes[place].as_str() {
        "LEAF" => Ok(None),
        "BRANCH_LEQ" => Ok(Some(threshold)),
        "BRANCH_LT" => Ok(Some(threshold.next_down())),
        _ => Err(lists
            .node
            .wrong("nodes_modes", "`BRANCH_LEQ`, `BRANCH_LT` or `LEAF`")),
    }
}

/// Classes and weights by place of their leaf.
fn leaf_weights(
    lists: &Lists<'_>,
    names: LeafNames,
    outputs: usize,
) -> Result<BTreeMap<usize, Vec<(u32, f32)>>, Error> {
    let node = lists.node;
    let (trees, nodes) = (node.ints(names[0]), node.ints(names[1]));
    let (ids, values) = (node.ints(names[2]), node.floats(names[3]));
    if [nodes.len(), ids.len(), values.len()]
        .iter()
        .any(|&length| length != trees.len())
    {
        return Err(lists.wrong("lists of different lengths, or none"));
    }
    let mut weights: BTreeMap<usize, Vec<(u32, f32)>> = BTreeMap::new();
    for at in 0..trees.len() {
        let leaf = lists.places.get(&(trees[at], nodes[at]));
        let leaf = *leaf.ok_or_else(|| lists.wrong("a weight of a node that is not there"))?;
        let class = usize::try_from(ids[at])
            .ok()
            .filter(|&class| class < outputs);
        let class = class.ok_or_else(|| lists.wrong("a class that is not there"))?;
        weights
            .entry(leaf)
            .or_default()
            .push((class as u32, values[at]));
    }
    Ok(weights)
}
