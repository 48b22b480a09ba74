//! Comparisons and truth values, and the choice between two values.

use super::elementwise::zip;
use super::table::Compile;
use super::{Evaluate, Inputs, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, broadcast, walk};

#[derive(Debug, Clone, Copy)]
enum Relation {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Relation {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Equal" => Self::Equal,
            "Greater" => Self::Greater,
            "GreaterOrEqual" => Self::GreaterOrEqual,
            "Less" => Self::Less,
            "LessOrEqual" => Self::LessOrEqual,
            _ => return None,
        })
    }

    fn holds<T: PartialOrd>(self, x: &T, y: &T) -> bool {
        match self {
            Self::Equal => x == y,
            Self::Greater => x > y,
            Self::GreaterOrEqual => x >= y,
            Self::Less => x < y,
            Self::LessOrEqual => x <= y,
        }
    }
}

fn logic_of(name: &str) -> Option<fn(bool, bool) -> bool> {
    Some(match name {
        "And" => |x, y| x && y,
        "Or" => |x, y| x || y,
        "Xor" => |x, y| x != y,
        _ => return None,
    })
}

/// What compiles an operator of this file.
pub(super) fn find(operator: &str) -> Option<Compile> {
    if Relation::named(operator).is_some() {
        return Some(|node, _| {
            let relation = Relation::named(&node.0.op_type).ok_or_else(|| node.unsupported())?;
            Ok(one(move |inputs| compare(inputs, relation)))
        });
    }
    if logic_of(operator).is_some() {
        return Some(|node, _| {
            let by = logic_of(&node.0.op_type).ok_or_else(|| node.unsupported())?;
            Ok(one(move |inputs| logic(inputs, by)))
        });
    }
    Some(match operator {
        "IsInf" => |_, _| Ok(one(|inputs| test(inputs.get(0)?, f64::is_infinite))),
        "IsNaN" => |_, _| Ok(one(|inputs| test(inputs.get(0)?, f64::is_nan))),
        "Not" => |_, _| Ok(one(|inputs| negate(inputs.get(0)?))),
        "Where" => choose,
        _ => return None,
    })
}

fn compare(inputs: Inputs<'_>, relation: Relation) -> Result<Tensor, Fault> {
    let (left, right) = (inputs.get(0)?, inputs.get(1)?);
    let shapes = [left.shape(), right.shape()];
    let out = broadcast(&shapes)?;
    let holds = match (left.data(), right.data()) {
        (Data::Floats(x), Data::Floats(y)) => {
            zip(&out, shapes, (x, y), |x, y| Some(relation.holds(x, y)))
        }
        (Data::Doubles(x), Data::Doubles(y)) => {
            zip(&out, shapes, (x, y), |x, y| Some(relation.holds(x, y)))
        }
        (Data::Ints(x), Data::Ints(y)) => {
            zip(&out, shapes, (x, y), |x, y| Some(relation.holds(x, y)))
        }
        (Data::Bools(x), Data::Bools(y)) => {
            zip(&out, shapes, (x, y), |x, y| Some(relation.holds(x, y)))
        }
        (Data::Texts(x), Data::Texts(y)) => {
            zip(&out, shapes, (x, y), |x, y| Some(relation.holds(x, y)))
        }
        _ => return Err("expected values of one kind".into()),
    };
    Tensor::new(out, Data::Bools(holds?))
}

fn bools(value: &Tensor) -> Result<&[bool], Fault> {
    match value.data() {
        Data::Bools(all) => Ok(all),
        _ => Err("expected truth values".into()),
    }
}

fn logic(inputs: Inputs<'_>, by: fn(bool, bool) -> bool) -> Result<Tensor, Fault> {
    let (left, right) = (inputs.get(0)?, inputs.get(1)?);
    let shapes = [left.shape(), right.shape()];
    let out = broadcast(&shapes)?;
    let all = zip(&out, shapes, (bools(left)?, bools(right)?), |x, y| {
        Some(by(*x, *y))
    })?;
    Tensor::new(out, Data::Bools(all))
}

fn negate(value: &Tensor) -> Result<Tensor, Fault> {
    let all = bools(value)?.iter().map(|x| !x).collect();
    Tensor::new(value.shape().to_vec(), Data::Bools(all))
}

fn test(value: &Tensor, by: fn(f64) -> bool) -> Result<Tensor, Fault> {
    let all = match value.data() {
        Data::Floats(all) => all.iter().map(|&x| by(f64::from(x))).collect(),
        Data::Doubles(all) => all.iter().map(|&x| by(x)).collect(),
        _ => return Err("expected numbers".into()),
    };
    Tensor::new(value.shape().to_vec(), Data::Bools(all))
}

fn choose(_: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    Ok(one(|inputs| {
        let (condition, left, right) = (inputs.get(0)?, inputs.get(1)?, inputs.get(2)?);
        let shapes = [condition.shape(), left.shape(), right.shape()];
        let out = broadcast(&shapes)?;
        let which = bools(condition)?;
        if left.data().kind() != right.data().kind() {
            return Err("expected values of one kind".into());
        }
        // Both values one after the other; then every place is a place of the two.
        let mut both = left.data().clone();
        both.append(right.data().clone())?;
        let mut places = Vec::with_capacity(out.iter().product());
        walk(&out, shapes, |[condition, x, y]| {
            places.push(if which[condition] { x } else { left.len() + y });
        });
        Tensor::new(out, both.pick(places.into_iter()))
    }))
}
