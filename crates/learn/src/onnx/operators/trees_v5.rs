//! `TreeEnsemble`, which took the place of the classifier and the regressor in version 5 of `ai.onnx.ml`.

use super::scores::Transform;
use super::tree_lists::{Aggregate, Forest, Mode, Question};
use super::trees::{MAX_TARGETS, scored};
use super::{Evaluate, Versions, one};
use crate::onnx::constant;
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::Data;

/// The modes in the order of their numbers; the test for membership of a set is not among them.
const MODES: [Mode; 6] = [
    Mode::LessOrEqual,
    Mode::Less,
    Mode::GreaterOrEqual,
    Mode::Greater,
    Mode::Equal,
    Mode::NotEqual,
];

pub(super) fn ensemble(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let targets = usize::try_from(node.int("n_targets", 1))
        .ok()
        .filter(|count| (1..=MAX_TARGETS).contains(count));
    let targets = targets.ok_or_else(|| node.wrong("n_targets", format!("1 to {MAX_TARGETS}")))?;
    let aggregate = match node.int("aggregate_function", 1) {
        0 => Aggregate::Average,
        1 => Aggregate::Sum,
        2 => Aggregate::Least,
        3 => Aggregate::Most,
        _ => return Err(node.wrong("aggregate_function", "0 to 3")),
    };
    let transform = match node.int("post_transform", 0) {
        0 => Transform::None,
        1 => Transform::Softmax,
        2 => Transform::Logistic,
        3 => Transform::SoftmaxZero,
        _ => return Err(node.wrong("post_transform", "0 to 3")),
    };
    let forest = read(node, targets)?;
    let base = vec![0.0; targets];
    Ok(one(move |inputs| {
        scored(inputs.get(0)?, &forest, (aggregate, &base, transform))
    }))
}

/// The lists of a node: branches, and leaves that follow them in one numbering.
struct Lists<'a> {
    features: &'a [i64],
    thresholds: Vec<f32>,
    modes: Vec<i64>,
    /// Where rows go that a branch holds for, and those that it does not.
    children: [&'a [i64]; 2],
    are_leaves: [&'a [i64]; 2],
    missing: &'a [i64],
    leaf_targets: &'a [i64],
    weights: Vec<f32>,
}

impl<'a> Lists<'a> {
    fn of(node: Node<'a>) -> Result<Self, Error> {
        let Data::Ints(modes) = tensor(node, "nodes_modes")? else {
            return Err(node.wrong("nodes_modes", "whole numbers"));
        };
        Ok(Self {
            features: node.ints("nodes_featureids"),
            thresholds: floats(node, "nodes_splits")?,
            modes,
            children: ["nodes_truenodeids", "nodes_falsenodeids"].map(|name| node.ints(name)),
            are_leaves: ["nodes_trueleafs", "nodes_falseleafs"].map(|name| node.ints(name)),
            missing: node.ints("nodes_missing_value_tracks_true"),
            leaf_targets: node.ints("leaf_targetids"),
            weights: floats(node, "leaf_weights")?,
        })
    }

    fn check(&self, targets: usize) -> Result<(), &'static str> {
        let count = self.features.len();
        let lengths = [
            self.modes.len(),
            self.thresholds.len(),
            self.children[0].len(),
            self.children[1].len(),
            self.are_leaves[0].len(),
            self.are_leaves[1].len(),
        ];
        let same = lengths.iter().all(|&length| length == count)
            && [0, count].contains(&self.missing.len())
            && self.weights.len() == self.leaf_targets.len();
        if count == 0 || !same {
            return Err("lists of different lengths, or none");
        }
        let is_there = |&target: &i64| usize::try_from(target).is_ok_and(|target| target < targets);
        if self.leaf_targets.iter().all(is_there) {
            Ok(())
        } else {
            Err("a class that is not there")
        }
    }

    fn child(&self, at: usize, side: usize) -> Result<usize, &'static str> {
        let count = self.features.len();
        let (limit, start) = if self.are_leaves[side][at] == 0 {
            (count, 0)
        } else {
            (self.weights.len(), count)
        };
        let place = usize::try_from(self.children[side][at]).ok();
        let place = place.filter(|&place| place < limit);
        place
            .map(|place| start + place)
            .ok_or("a child that is not there")
    }

    /// What is asked at a place, and where the answers lead.
    fn question(&self, at: usize) -> Result<(Question, [usize; 2]), &'static str> {
        if at >= self.features.len() {
            let leaf = Question {
                mode: Mode::Leaf,
                feature: 0,
                threshold: 0.0,
                missing_is_true: false,
            };
            return Ok((leaf, [at, at]));
        }
        let mode = usize::try_from(self.modes[at]).ok();
        let mode = mode.and_then(|mode| MODES.get(mode));
        let asked = Question {
            // A tree of one leaf is written as a branch with the same leaf on both sides.
            mode: *mode.ok_or("a test that is not supported")?,
            feature: self.features[at],
            threshold: self.thresholds[at],
            missing_is_true: self.missing.get(at).is_some_and(|&flag| flag != 0),
        };
        Ok((asked, [self.child(at, 0)?, self.child(at, 1)?]))
    }
}

fn tensor(node: Node<'_>, name: &'static str) -> Result<Data, Error> {
    let given = node
        .tensor(name)
        .ok_or_else(|| node.wrong(name, "numbers"))?;
    Ok(constant::read(given)?.into_data())
}

fn floats(node: Node<'_>, name: &'static str) -> Result<Vec<f32>, Error> {
    match tensor(node, name)? {
        Data::Floats(all) => Ok(all),
        Data::Doubles(all) => Ok(all.into_iter().map(|x| x as f32).collect()),
        _ => Err(node.wrong(name, "numbers")),
    }
}

fn read(node: Node<'_>, targets: usize) -> Result<Forest, Error> {
    let wrong = |problem: &'static str| Error::Trees {
        node: node.name(),
        problem,
    };
    let lists = Lists::of(node)?;
    lists.check(targets).map_err(wrong)?;
    let count = lists.features.len();
    let mut forest = Forest::default();
    let roots = node.ints("tree_roots");
    if roots.is_empty() {
        return Err(wrong("no root"));
    }
    // Every branch may be met once and every leaf twice; a list of roots cannot ask for more than that.
    let mut room = 2 * (count + lists.weights.len()) + roots.len();
    for &root in roots {
        let root = usize::try_from(root).ok().filter(|&root| root < count);
        let root = root.ok_or_else(|| wrong("a root that is not there"))?;
        let before = forest.size();
        let leaf = |at: usize| {
            vec![(
                lists.leaf_targets[at - count] as u32,
                lists.weights[at - count],
            )]
        };
        let grown = forest.grow(root, room, |at| lists.question(at), leaf);
        grown.map_err(wrong)?;
        room -= (forest.size() - before).min(room);
    }
    Ok(forest)
}
