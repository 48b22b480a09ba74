//! `TreeEnsembleClassifier` and `TreeEnsembleRegressor`.

use super::scores::{Labels, Transform, largest, logistic};
use super::tree_lists::{Aggregate, Forest, numbers, read};
use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Tensor, room};

const CLASS: [&str; 5] = [
    "class_treeids",
    "class_nodeids",
    "class_ids",
    "class_weights",
    "class_weights_as_tensor",
];
const TARGET: [&str; 5] = [
    "target_treeids",
    "target_nodeids",
    "target_ids",
    "target_weights",
    "target_weights_as_tensor",
];
/// Targets of a regressor at most.
pub(super) const MAX_TARGETS: usize = 100_000;

pub(super) fn regressor(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let targets = usize::try_from(node.int("n_targets", 1))
        .ok()
        .filter(|count| (1..=MAX_TARGETS).contains(count));
    let targets = targets.ok_or_else(|| node.wrong("n_targets", format!("1 to {MAX_TARGETS}")))?;
    let aggregate = match node.text("aggregate_function", "SUM")? {
        "SUM" => Aggregate::Sum,
        "AVERAGE" => Aggregate::Average,
        "MIN" => Aggregate::Least,
        "MAX" => Aggregate::Most,
        _ => return Err(node.wrong("aggregate_function", "`SUM`, `AVERAGE`, `MIN` or `MAX`")),
    };
    let forest = read(node, TARGET, targets)?;
    let base = base(node, targets)?;
    let transform = Transform::of(node)?;
    Ok(one(move |inputs| {
        scored(inputs.get(0)?, &forest, (aggregate, &base, transform))
    }))
}

/// Scores of all rows.
pub(super) fn scored(
    value: &Tensor,
    forest: &Forest,
    (aggregate, base, transform): (Aggregate, &[f32], Transform),
) -> Result<Tensor, crate::onnx::tensor::Fault> {
    let (rows, columns) = value.matrix();
    forest.check(columns)?;
    let targets = base.len();
    let mut scores = vec![0.0; room(&[rows, targets])?];
    for (row, scores) in value
        .floats()?
        .chunks_exact(columns.max(1))
        .zip(scores.chunks_exact_mut(targets))
    {
        forest.score(row, aggregate, scores);
        scores
            .iter_mut()
            .zip(base)
            .for_each(|(score, base)| *score += base);
        transform.apply(scores);
    }
    Tensor::new(vec![rows, targets], Data::Floats(scores))
}

/// What is added to each score.
fn base(node: Node<'_>, scores: usize) -> Result<Vec<f32>, Error> {
    let given = numbers(node, "base_values", "base_values_as_tensor")?;
    match given.len() {
        0 => Ok(vec![0.0; scores]),
        count if count == scores => Ok(given),
        1 => Ok(vec![given[0]; scores]),
        _ => Err(node.wrong("base_values", format!("{scores} numbers"))),
    }
}

pub(super) fn classifier(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let labels = Labels::of(node)?;
    let classes = labels.count();
    let transform = Transform::of(node)?;
    let forest = read(node, CLASS, classes)?;
    let targets = forest.targets();
    if classes == 2 && targets.len() == 1 {
        return pair(node, labels, (forest, transform));
    }
    let base = base(node, classes)?;
    Ok(Box::new(move |inputs| {
        let value = inputs.get(0)?;
        let raw = scored(value, &forest, (Aggregate::Sum, &base, Transform::None))?;
        let Data::Floats(mut scores) = raw.into_data() else {
            return Err("scores that are no numbers".into());
        };
        let mut best = Vec::with_capacity(value.matrix().0);
        for row in scores.chunks_exact_mut(classes) {
            best.push(largest(row));
            transform.apply(row);
        }
        labels.answer(&best, scores)
    }))
}

/// One score for two classes: a share of the second where no weight is below 0, else a logit of it.
fn pair(
    node: Node<'_>,
    labels: Labels,
    (forest, transform): (Forest, Transform),
) -> Result<Evaluate, Error> {
    let positive = forest.is_positive();
    let given = numbers(node, "base_values", "base_values_as_tensor")?;
    // With two numbers the second is that of the score.
    let base = match given[..] {
        [] => 0.0,
        [base] | [_, base] => base,
        _ => return Err(node.wrong("base_values", "1 or 2 numbers")),
    };
    let target = forest.targets().into_iter().next().unwrap_or(0) as usize;
    Ok(Box::new(move |inputs| {
        let value = inputs.get(0)?;
        let (rows, columns) = value.matrix();
        forest.check(columns)?;
        let mut best = Vec::with_capacity(rows);
        let mut all = Vec::with_capacity(room(&[rows, 2])?);
        let mut scores = [0.0; 2];
        for row in value.floats()?.chunks_exact(columns.max(1)) {
            forest.score(row, Aggregate::Sum, &mut scores);
            let score = scores[target] + base;
            best.push(usize::from(score > if positive { 0.5 } else { 0.0 }));
            all.extend(match transform {
                _ if positive => [1.0 - score, score],
                Transform::Logistic => [logistic(-score), logistic(score)],
                _ => [-score, score],
            });
        }
        labels.answer(&best, all)
    }))
}
