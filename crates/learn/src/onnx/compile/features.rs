//! The operators of preparation.

use std::collections::BTreeMap;

use super::graph::{Changed, Compiler, Text, Value};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::step::Step;

pub(super) fn imputer(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    let from = compiler.numbers(node, 0)?;
    let values = node.per_column("imputed_value_floats", from.len())?;
    let replaced = node.float("replaced_value_float", 0.0);
    let to = compiler.reserve(from.len())?;
    compiler.steps.push(Step::Impute {
        from,
        replaced,
        values,
        to: to.clone(),
    });
    Ok(Value::Numbers(to))
}

pub(super) fn scaler(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    let from = compiler.numbers(node, 0)?;
    let offset = node.per_column("offset", from.len())?;
    let scale = node.per_column("scale", from.len())?;
    let to = compiler.reserve(from.len())?;
    compiler.steps.push(Step::Scale {
        from,
        offset,
        scale,
        to: to.clone(),
    });
    Ok(Value::Numbers(to))
}

/// The one categorical column that a node reads.
fn text(compiler: &Compiler, node: Node<'_>) -> Result<Text, Error> {
    match compiler.value(node, 0)? {
        Value::Texts(columns) if columns.len() == 1 => Ok(columns[0].clone()),
        _ => Err(node.wrong_value(0, "one column of texts")),
    }
}

pub(super) fn one_hot(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    if node.int("zeros", 1) != 1 {
        return Err(node.wrong("zeros", "1"));
    }
    let levels = node.texts("cats_strings")?;
    if levels.is_empty() {
        return Err(node.wrong("cats_strings", "at least one text"));
    }
    let column = text(compiler, node)?;
    let width = levels.len();
    let mut place = BTreeMap::new();
    for (at, level) in levels.into_iter().enumerate() {
        place.entry(level).or_insert(at);
    }
    let (places, otherwise) = match column.changed {
        None => (
            place
                .into_iter()
                .map(|(level, at)| (level, Some(at)))
                .collect(),
            None,
        ),
        Some(Changed { texts, otherwise }) => (
            texts
                .into_iter()
                .map(|(from, to)| (from, place.get(&to).copied()))
                .collect(),
            place.get(&otherwise).copied(),
        ),
    };
    let to = compiler.reserve(width)?;
    compiler.steps.push(Step::OneHot {
        column: column.column,
        places,
        otherwise,
        to: to.clone(),
    });
    Ok(Value::Numbers(to))
}

/// Texts to other texts, or texts to numbers.
pub(super) fn label_encoder(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    let column = text(compiler, node)?;
    if column.changed.is_some() {
        return Err(node.wrong_value(0, "a column of texts as it was given"));
    }
    let keys = node.texts("keys_strings")?;
    let values = node.texts("values_strings")?;
    let numbers = node.floats("values_floats");
    if !keys.is_empty() && values.len() == keys.len() {
        let otherwise = node.text("default_string", "_Unused")?.to_owned();
        let changed = Changed {
            texts: keys.into_iter().zip(values).collect(),
            otherwise,
        };
        return Ok(Value::Texts(vec![Text {
            column: column.column,
            changed: Some(changed),
        }]));
    }
    if keys.is_empty() || numbers.len() != keys.len() {
        return Err(node.wrong(
            "keys_strings",
            "as many texts as `values_strings` or `values_floats`",
        ));
    }
    let codes = keys.into_iter().zip(numbers.iter().copied()).collect();
    let otherwise = node.float("default_float", -0.0);
    let to = compiler.reserve(1)?;
    compiler.steps.push(Step::Code {
        column: column.column,
        codes,
        otherwise,
        to: to.start,
    });
    Ok(Value::Numbers(to))
}

/// Some columns of several.
pub(super) fn extract(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    let Value::Constant(indices) = compiler.value(node, 1)? else {
        return Err(node.wrong_value(1, "a constant list of columns"));
    };
    let source = compiler.value(node, 0)?;
    let columns = match source {
        Value::Numbers(slots) => slots.len(),
        Value::Texts(texts) => texts.len(),
        _ => return Err(node.wrong_value(0, "numbers or texts")),
    };
    let inside = |&index: &i64| usize::try_from(index).ok().filter(|&index| index < columns);
    let chosen: Vec<usize> = indices
        .iter()
        .map(inside)
        .collect::<Option<_>>()
        .ok_or_else(|| node.wrong_value(1, "columns that are there"))?;
    match source.clone() {
        Value::Texts(texts) => {
            compiler.room(chosen.len())?;
            Ok(Value::Texts(
                chosen
                    .into_iter()
                    .map(|column| texts[column].clone())
                    .collect(),
            ))
        }
        Value::Numbers(slots) => gather(
            compiler,
            chosen
                .into_iter()
                .map(|column| slots.start + column)
                .collect(),
        ),
        _ => Err(node.wrong_value(0, "numbers or texts")),
    }
}

/// All columns of several values, side by side.
pub(super) fn join(compiler: &mut Compiler, node: Node<'_>) -> Result<Value, Error> {
    let mut from = Vec::new();
    for place in 0..node.0.input.len() {
        let slots = compiler.numbers(node, place)?;
        // Checked before anything is copied: a value joined with itself again and again doubles each time.
        compiler.room(from.len() + slots.len())?;
        from.extend(slots);
    }
    gather(compiler, from)
}

fn gather(compiler: &mut Compiler, from: Vec<usize>) -> Result<Value, Error> {
    let to = compiler.reserve(from.len())?;
    compiler.steps.push(Step::Gather {
        from,
        to: to.clone(),
    });
    Ok(Value::Numbers(to))
}
