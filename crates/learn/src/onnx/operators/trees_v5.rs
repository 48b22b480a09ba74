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

/// Leaves follow the branches in one numbering.
fn read(node: Node<'_>, targets: usize) -> Result<Forest, Error> {
    let wrong = |problem: &'static str| Error::Trees {
        node: node.name(),
        problem,
    };
    let tensor = |name: &'static str| {
        let given = node
            .tensor(name)
            .ok_or_else(|| node.wrong(name, "numbers"))?;
        Ok::<_, Error>(constant::read(given)?.into_data())
    };
    let floats = |name: &'static str| match tensor(name)? {
        Data::Floats(all) => Ok(all),
        Data::Doubles(all) => Ok(all.into_iter().map(|x| x as f32).collect()),
        _ => Err(node.wrong(name, "numbers")),
    };
    let thresholds = floats("nodes_splits")?;
    let weights = floats("leaf_weights")?;
    let leaf_targets = node.ints("leaf_targetids");
    let Data::Ints(modes) = tensor("nodes_modes")? else {
        return Err(node.wrong("nodes_modes", "whole numbers"));
    };
    let features = node.ints("nodes_featureids");
    let children = [
        node.ints("nodes_truenodeids"),
        node.ints("nodes_falsenodeids"),
    ];
    let are_leaves = [node.ints("nodes_trueleafs"), node.ints("nodes_falseleafs")];
    let missing = node.ints("nodes_missing_value_tracks_true");
    let count = features.len();
    let lengths = [
        modes.len(),
        thresholds.len(),
        children[0].len(),
        children[1].len(),
        are_leaves[0].len(),
        are_leaves[1].len(),
    ];
    if count == 0
        || lengths.iter().any(|&length| length != count)
        || ![0, count].contains(&missing.len())
        || weights.len() != leaf_targets.len()
    {
        return Err(wrong("lists of different lengths, or none"));
    }
    if leaf_targets
        .iter()
        .any(|&target| usize::try_from(target).map_or(true, |target| target >= targets))
    {
        return Err(wrong("a class that is not there"));
    }
    let child = |at: usize, side: usize| {
        let (limit, start) = if are_leaves[side][at] == 0 {
            (count, 0)
        } else {
            (weights.len(), count)
        };
        let place = usize::try_from(children[side][at])
            .ok()
            .filter(|&place| place < limit);
        place
            .map(|place| start + place)
            .ok_or("a child that is not there")
    };
    let question = |at: usize| {
        if at >= count {
            let leaf = Question {
                mode: Mode::Leaf,
                feature: 0,
                threshold: 0.0,
                missing_is_true: false,
            };
            return Ok((leaf, [at, at]));
        }
        let (yes, no) = (child(at, 0)?, child(at, 1)?);
        let mode = usize::try_from(modes[at])
            .ok()
            .and_then(|mode| MODES.get(mode));
        let asked = Question {
            // A tree of one leaf is written as a branch with the same leaf on both sides.
            mode: *mode.ok_or("a test that is not supported")?,
            feature: features[at],
            threshold: thresholds[at],
            missing_is_true: missing.get(at).is_some_and(|&flag| flag != 0),
        };
        Ok((asked, [yes, no]))
    };
    let mut forest = Forest::default();
    let roots = node.ints("tree_roots");
    if roots.is_empty() {
        return Err(wrong("no root"));
    }
    // Every branch may be met once and every leaf twice; a list of roots cannot ask for more than that.
    let mut room = 2 * (count + weights.len()) + roots.len();
    for &root in roots {
        let root = usize::try_from(root).ok().filter(|&root| root < count);
        let root = root.ok_or_else(|| wrong("a root that is not there"))?;
        let before = forest.size();
        let leaf = |at: usize| vec![(leaf_targets[at - count] as u32, weights[at - count])];
        forest.grow(root, room, question, leaf).map_err(wrong)?;
        room -= (forest.size() - before).min(room);
    }
    Ok(forest)
}
