//! The table of operators.

use super::graph::{Compiler, Value};
use super::{classifiers, features, regressors};
use crate::onnx::build::{ML, index};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::step::{Norm, Step};

/// Compiles one node.
pub(super) fn compile(compiler: &mut Compiler, node: Node<'_>) -> Result<(), Error> {
    let value = match (node.0.domain.as_str(), node.0.op_type.as_str()) {
        (ML, "Imputer") => features::imputer(compiler, node)?,
        (ML, "Scaler") => features::scaler(compiler, node)?,
        (ML, "OneHotEncoder") => features::one_hot(compiler, node)?,
        (ML, "LabelEncoder") => features::label_encoder(compiler, node)?,
        (ML, "ArrayFeatureExtractor") => features::extract(compiler, node)?,
        (ML, "FeatureVectorizer") => features::join(compiler, node)?,
        ("", "Concat") => {
            if !matches!(node.int("axis", 0), 1 | -1) {
                return Err(node.wrong("axis", "1"));
            }
            features::join(compiler, node)?
        }
        ("", "Flatten") => {
            if node.int("axis", 1) != 1 {
                return Err(node.wrong("axis", "1"));
            }
            compiler.value(node, 0)?.clone()
        }
        ("", "Reshape") => reshape(compiler, node)?,
        ("", "Identity") => compiler.value(node, 0)?.clone(),
        ("", "Cast") => cast(compiler, node)?,
        (ML, "Normalizer") => normalizer(compiler, node)?,
        // A list of dictionaries says nothing that labels and probabilities do not say.
        (ML, "ZipMap") => match compiler.value(node, 0)? {
            scores @ Value::Scores(_) => scores.clone(),
            _ => return Err(node.wrong_value(0, "probabilities")),
        },
        (ML, "LinearClassifier") => return classifiers::linear(compiler, node),
        (ML, "TreeEnsembleClassifier") => return classifiers::trees(compiler, node),
        (ML, "LinearRegressor") => regressors::linear(compiler, node)?,
        (ML, "TreeEnsembleRegressor") => regressors::trees(compiler, node)?,
        _ => return Err(node.unsupported()),
    };
    compiler.define(node.output(0), value);
    Ok(())
}

/// A reshape that keeps rows: to `[-1, columns]`.
fn reshape(compiler: &Compiler, node: Node<'_>) -> Result<Value, Error> {
    let value = compiler.value(node, 0)?;
    let columns = match value {
        Value::Numbers(slots) | Value::Scores(slots) => index(slots.len()),
        Value::Label => {
            return match compiler.value(node, 1)? {
                Value::Constant(shape) if shape.as_slice() == [-1] => Ok(value.clone()),
                _ => Err(node.wrong_value(1, "the shape [-1]")),
            };
        }
        _ => return Err(node.wrong_value(0, "numbers")),
    };
    match compiler.value(node, 1)? {
        Value::Constant(shape) if matches!(shape.as_slice(), [-1, n] if *n == columns) => {
            Ok(value.clone())
        }
        _ => Err(node.wrong_value(1, "the shape [-1, columns]")),
    }
}

/// Numbers are single precision throughout; a class is a text whatever its type was.
fn cast(compiler: &Compiler, node: Node<'_>) -> Result<Value, Error> {
    /// Element types that numbers may be cast to: only their own.
    const TO_NUMBERS: &[i64] = &[1];
    /// Element types that a class may be cast to: text and whole numbers.
    const TO_LABEL: &[i64] = &[8, 7, 6];
    let value = compiler.value(node, 0)?;
    let allowed = match value {
        Value::Numbers(_) | Value::Scores(_) => TO_NUMBERS,
        Value::Label => TO_LABEL,
        _ => return Err(node.wrong_value(0, "numbers or a class")),
    };
    if !allowed.contains(&node.int("to", 0)) {
        return Err(node.wrong("to", format!("one of {allowed:?}")));
    }
    Ok(value.clone())
}

fn normalizer(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    let norm = match node.text("norm", "MAX")? {
        "MAX" => Norm::Max,
        "L1" => Norm::L1,
        "L2" => Norm::L2,
        _ => return Err(node.wrong("norm", "`MAX`, `L1` or `L2`")),
    };
    let (from, scores) = match compiler.value(node, 0)? {
        Value::Numbers(slots) => (slots.clone(), false),
        Value::Scores(slots) => (slots.clone(), true),
        _ => return Err(node.wrong_value(0, "numbers")),
    };
    let to = compiler.reserve(from.len())?;
    compiler.steps.push(Step::Normalize {
        from,
        norm,
        to: to.clone(),
    });
    Ok(if scores {
        Value::Scores(to)
    } else {
        Value::Numbers(to)
    })
}
