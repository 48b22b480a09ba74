//! The models of numbers: linear ones and ensembles of trees, with one number a row.

use super::graph::{Compiler, Value};
use super::tree_lists::{TARGETS, flatten};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::step::{Classify, Step, Weights};

pub(super) fn linear(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    one_number(node, "targets")?;
    let from = compiler.numbers(node, 0)?;
    let coefficients = node.floats("coefficients").to_vec();
    if from.is_empty() || coefficients.len() != from.len() {
        return Err(node.wrong("coefficients", "one number a feature"));
    }
    let intercepts = match node.floats("intercepts") {
        [] => vec![0.0],
        [one] => vec![*one],
        _ => return Err(node.wrong("intercepts", "one number")),
    };
    regress(
        compiler,
        from,
        Classify::Linear(Weights {
            coefficients,
            intercepts,
        }),
    )
}

pub(super) fn trees(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    node.without("target_weights_as_tensor")?;
    one_number(node, "n_targets")?;
    if node.text("aggregate_function", "SUM")? != "SUM" {
        return Err(node.wrong("aggregate_function", "`SUM`"));
    }
    let from = compiler.numbers(node, 0)?;
    let lists = (node, compiler.skimmed.as_ref());
    let trees = flatten(lists, TARGETS, (from.len(), 1))?;
    regress(compiler, from, Classify::Trees(trees))
}

fn one_number(node: Node<'_>, count: &'static str) -> Result<(), Error> {
    if node.int(count, 1) != 1 {
        return Err(node.wrong(count, "1"));
    }
    if node.text("post_transform", "NONE")? != "NONE" {
        return Err(node.wrong("post_transform", "`NONE`"));
    }
    Ok(())
}

fn regress(
    compiler: &mut Compiler,
    from: std::ops::Range<usize>,
    by: Classify,
) -> Result<Value, Error> {
    let to = compiler.reserve(1)?;
    compiler.steps.push(Step::Regress {
        from,
        by,
        to: to.clone(),
    });
    Ok(Value::Answers(to))
}
