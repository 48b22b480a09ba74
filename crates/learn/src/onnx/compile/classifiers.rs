//! The classifiers: linear ones and ensembles of trees.

use super::graph::{Compiler, Value};
use super::tree_lists::{CLASSES, flatten};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::step::{Classify, Step, Transform, Weights};
use crate::onnx::trees::Trees;

/// Classes of a classifier at most.
const MAX_CLASSES: usize = 10_000;

pub(super) fn linear(compiler: &mut Compiler, node: Node<'_>) -> Result<(), Error> {
    let classes = labels(node)?;
    let from = compiler.numbers(node, 0)?;
    let mut coefficients = node.floats("coefficients").to_vec();
    let mut intercepts = node.floats("intercepts").to_vec();
    let transform = transform(node)?;
    if coefficients.len() == from.len() && classes.len() == 2 && transform == Transform::Logistic {
        // One set of weights speaks for the second class, its opposite for the first.
        let opposite: Vec<f32> = coefficients.iter().map(|weight| -weight).collect();
        coefficients = [opposite, coefficients].concat();
        intercepts = intercepts
            .iter()
            .flat_map(|&intercept| [-intercept, intercept])
            .collect();
    }
    if intercepts.is_empty() {
        intercepts = vec![0.0; classes.len()];
    }
    if from.is_empty() || coefficients.len() != classes.len() * from.len() {
        return Err(node.wrong("coefficients", "one number a class and feature"));
    }
    if intercepts.len() != classes.len() {
        return Err(node.wrong("intercepts", "one number a class"));
    }
    let by = Classify::Linear(Weights {
        coefficients,
        intercepts,
    });
    classify(
        compiler,
        node,
        Step::Classify {
            from,
            by,
            transform,
            to: 0..0,
        },
        classes,
    )
}

pub(super) fn trees(compiler: &mut Compiler, node: Node<'_>) -> Result<(), Error> {
    node.without("class_weights_as_tensor")?;
    let classes = labels(node)?;
    let from = compiler.numbers(node, 0)?;
    let transform = transform(node)?;
    let lists = (node, compiler.skimmed.as_ref());
    let by = if classes.len() == 2 {
        pair(node, flatten(lists, CLASSES, (from.len(), 1))?, transform)?
    } else {
        Classify::Trees(flatten(lists, CLASSES, (from.len(), classes.len()))?)
    };
    classify(
        compiler,
        node,
        Step::Classify {
            from,
            by,
            transform,
            to: 0..0,
        },
        classes,
    )
}

/// For two classes, runtimes read one score under rules that depend on the signs of its weights. The two usual forms are
/// taken: shares of the second class (a forest), and logits with weights of either sign (boosting).
fn pair(node: Node<'_>, trees: Trees, transform: Transform) -> Result<Classify, Error> {
    let negative = trees.has_negative();
    match transform {
        Transform::None if !negative => Ok(Classify::Pair { trees, above: 0.5 }),
        Transform::Logistic if negative => Ok(Classify::Pair { trees, above: 0.0 }),
        _ => Err(node.wrong(
            "post_transform",
            "`NONE` over shares or `LOGISTIC` over logits",
        )),
    }
}

/// Gives the step its slots and names its outputs.
fn classify(
    compiler: &mut Compiler,
    node: Node<'_>,
    mut step: Step,
    classes: Vec<String>,
) -> Result<(), Error> {
    if compiler.classes.is_some() {
        return Err(node.unsupported());
    }
    let slots = compiler.reserve(classes.len())?;
    if let Step::Classify { to, .. } = &mut step {
        *to = slots.clone();
    }
    compiler.steps.push(step);
    compiler.classes = Some(classes);
    compiler.define(node.output(0), Value::Label);
    compiler.define(node.output(1), Value::Scores(slots));
    Ok(())
}

fn labels(node: Node<'_>) -> Result<Vec<String>, Error> {
    let mut labels = node.texts("classlabels_strings")?;
    let whole = [
        node.ints("classlabels_ints"),
        node.ints("classlabels_int64s"),
    ]
    .concat();
    labels.extend(whole.iter().map(i64::to_string));
    if labels.len() < 2 || labels.len() > MAX_CLASSES {
        return Err(node.wrong("classlabels_strings", format!("2 to {MAX_CLASSES} classes")));
    }
    Ok(labels)
}

fn transform(node: Node<'_>) -> Result<Transform, Error> {
    match node.text("post_transform", "NONE")? {
        "NONE" => Ok(Transform::None),
        "LOGISTIC" => Ok(Transform::Logistic),
        "SOFTMAX" => Ok(Transform::Softmax),
        _ => Err(node.wrong("post_transform", "`NONE`, `LOGISTIC` or `SOFTMAX`")),
    }
}
