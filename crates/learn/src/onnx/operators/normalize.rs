//! Rows and axes brought to a size: norms and softmax.

use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, around, axis};

/// Changes the lines along an axis of a value in place.
fn lines(value: &Tensor, at: usize, by: impl Fn(&mut [f64])) -> Result<Tensor, Fault> {
    let (before, size, after) = around(value.shape(), at);
    let mut all: Vec<f64> = match value.data() {
        Data::Floats(all) => all.iter().map(|&x| f64::from(x)).collect(),
        Data::Doubles(all) => all.clone(),
        _ => value.floats()?.iter().map(|&x| f64::from(x)).collect(),
    };
    let mut line = vec![0.0; size];
    for outer in 0..before {
        for inner in 0..after {
            let place = |n: usize| (outer * size + n) * after + inner;
            for (n, x) in line.iter_mut().enumerate() {
                *x = all[place(n)];
            }
            by(&mut line);
            for (n, x) in line.iter().enumerate() {
                all[place(n)] = *x;
            }
        }
    }
    let data = match value.data() {
        Data::Doubles(_) => Data::Doubles(all),
        _ => Data::Floats(all.into_iter().map(|x| x as f32).collect()),
    };
    Tensor::new(value.shape().to_vec(), data)
}

fn soften(line: &mut [f64]) {
    let most = line.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for x in line.iter_mut() {
        *x = (*x - most).exp();
    }
    let sum: f64 = line.iter().sum();
    for x in line.iter_mut() {
        *x /= sum;
    }
}

pub(super) fn softmax(node: Node<'_>, versions: Versions) -> Result<Evaluate, Error> {
    along(node, versions, soften)
}

pub(super) fn log_softmax(node: Node<'_>, versions: Versions) -> Result<Evaluate, Error> {
    along(node, versions, |line| {
        let sum = super::reduce::log_sum_exp(line);
        for x in line.iter_mut() {
            *x -= sum;
        }
    })
}

/// Before version 13 all dimensions from the axis on were one.
fn along(node: Node<'_>, versions: Versions, by: fn(&mut [f64])) -> Result<Evaluate, Error> {
    let joined = versions.plain < 13;
    let given = node.int("axis", if joined { 1 } else { -1 });
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let at = axis(given, value.shape().len())?;
        if !joined {
            return lines(value, at, by);
        }
        let (before, after) = value.shape().split_at(at);
        let flat = value.reshaped(vec![before.iter().product(), after.iter().product()])?;
        lines(&flat, 1, by)?.reshaped(value.shape().to_vec())
    }))
}

/// `Normalizer` of `ai.onnx.ml`: each row by its norm.
pub(super) fn normalizer(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let norm: fn(&[f64]) -> f64 = match node.text("norm", "MAX")? {
        "MAX" => |row| row.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "L1" => |row| row.iter().map(|x| x.abs()).sum(),
        "L2" => |row| row.iter().map(|x| x * x).sum::<f64>().sqrt(),
        _ => return Err(node.wrong("norm", "`MAX`, `L1` or `L2`")),
    };
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let flat = match value.shape() {
            [_] => value.reshaped(vec![1, value.len()])?,
            _ => value.clone(),
        };
        let at = axis(-1, flat.shape().len())?;
        lines(&flat, at, |row| divide(row, norm(row)))?.reshaped(value.shape().to_vec())
    }))
}

fn divide(row: &mut [f64], size: f64) {
    if size != 0.0 {
        for x in row.iter_mut() {
            *x /= size;
        }
    }
}

/// `LpNormalization`: lines along an axis by their norm.
pub(super) fn lp(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given = node.int("axis", -1);
    let norm: fn(&[f64]) -> f64 = match node.int("p", 2) {
        1 => |row| row.iter().map(|x| x.abs()).sum(),
        2 => |row| row.iter().map(|x| x * x).sum::<f64>().sqrt(),
        _ => return Err(node.wrong("p", "1 or 2")),
    };
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let at = axis(given, value.shape().len())?;
        lines(value, at, |row| divide(row, norm(row)))
    }))
}
