//! Shapes: other shapes of the same elements, constants, stretching.

use super::{Evaluate, Versions, one};
use crate::onnx::constant;
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, axis, broadcast, room, walk};

/// Answers what is given.
pub(super) fn identity(_: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    Ok(one(|inputs| Ok(inputs.get(0)?.clone())))
}

/// A value that is an attribute.
pub(super) fn constant(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let value = if let Some(tensor) = node.tensor("value") {
        constant::read(tensor)?
    } else if node.has("value_float") {
        Tensor::new(
            Vec::new(),
            Data::Floats(vec![node.float("value_float", 0.0)]),
        )
        .map_err(|_| node.unsupported())?
    } else if node.has("value_int") {
        Tensor::new(Vec::new(), Data::Ints(vec![node.int("value_int", 0)]))
            .map_err(|_| node.unsupported())?
    } else if node.has("value_floats") {
        Tensor::list(Data::Floats(node.floats("value_floats").to_vec()))
    } else if node.has("value_ints") {
        Tensor::list(Data::Ints(node.ints("value_ints").to_vec()))
    } else if node.has("value_strings") {
        Tensor::list(Data::Texts(node.texts("value_strings")?))
    } else {
        return Err(node.wrong("value", "a value"));
    };
    Ok(one(move |_| Ok(value.clone())))
}

/// One element in every place of a shape.
pub(super) fn constant_of_shape(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let element = match node.tensor("value") {
        Some(tensor) => constant::read(tensor)?,
        None => Tensor::list(Data::Floats(vec![0.0])),
    };
    if element.len() != 1 {
        return Err(node.wrong("value", "one element"));
    }
    Ok(one(move |inputs| {
        let shape = sizes(inputs.get(0)?.ints()?)?;
        let count = room(&shape)?;
        Tensor::new(shape, element.data().pick(std::iter::repeat_n(0, count)))
    }))
}

fn sizes(given: &[i64]) -> Result<Vec<usize>, Fault> {
    let size =
        |&size: &i64| usize::try_from(size).map_err(|_| Fault(format!("a dimension of {size}")));
    given.iter().map(size).collect()
}

/// The shape as a list.
pub(super) fn shape(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let (start, end) = (node.int("start", 0), node.int("end", i64::MAX));
    Ok(one(move |inputs| {
        let shape = inputs.get(0)?.shape();
        let rank = shape.len() as i64;
        let bound = |at: i64| {
            if at < 0 {
                at.saturating_add(rank).max(0)
            } else {
                at.min(rank)
            }
        };
        let (start, end) = (bound(start), bound(end));
        let dims = shape.iter().map(|&size| size as i64);
        let kept = dims
            .skip(start as usize)
            .take((end - start).max(0) as usize);
        Ok(Tensor::list(Data::Ints(kept.collect())))
    }))
}

/// A shape in which 0 keeps a dimension and -1 takes what is left.
pub(super) fn reshape(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let keeps_zero = node.int("allowzero", 0) != 0;
    let old: Vec<i64> = node.ints("shape").to_vec();
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let wanted = match inputs.optional(1) {
            Some(shape) => shape.ints()?,
            None => &old,
        };
        value.reshaped(resolve(value, wanted, keeps_zero)?)
    }))
}

fn resolve(value: &Tensor, wanted: &[i64], keeps_zero: bool) -> Result<Vec<usize>, Fault> {
    let refused = || {
        Fault(format!(
            "shape {:?} cannot become {wanted:?}",
            value.shape()
        ))
    };
    let mut shape = Vec::with_capacity(wanted.len());
    let mut open = None;
    for (at, &size) in wanted.iter().enumerate() {
        shape.push(match size {
            -1 if open.replace(at).is_none() => 1,
            0 if !keeps_zero => *value.shape().get(at).ok_or_else(refused)?,
            size => usize::try_from(size).map_err(|_| refused())?,
        });
    }
    if let Some(at) = open {
        let known = room(&shape)?;
        if known == 0 || !value.len().is_multiple_of(known) {
            return Err(refused());
        }
        shape[at] = value.len() / known;
    }
    Ok(shape)
}

/// Two dimensions: those before an axis, and the others.
pub(super) fn flatten(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given = node.int("axis", 1);
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let shape = value.shape();
        let at = if usize::try_from(given) == Ok(shape.len()) {
            shape.len()
        } else {
            axis(given, shape.len())?
        };
        let (before, after) = shape.split_at(at);
        value.reshaped(vec![before.iter().product(), after.iter().product()])
    }))
}

/// Axes from the second input, or from the attribute of old versions.
fn axes(
    node: Node<'_>,
) -> impl Fn(Option<&Tensor>) -> Result<Option<Vec<i64>>, Fault> + Send + Sync + 'static {
    let old = node.has("axes").then(|| node.ints("axes").to_vec());
    move |input| match input {
        Some(input) => Ok(Some(input.ints()?.to_vec())),
        None => Ok(old.clone()),
    }
}

/// Drops dimensions of one element.
pub(super) fn squeeze(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let axes = axes(node);
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let shape = value.shape();
        let dropped = match axes(inputs.optional(1))? {
            Some(given) => given
                .iter()
                .map(|&at| axis(at, shape.len()))
                .collect::<Result<Vec<_>, _>>()?,
            None => (0..shape.len()).filter(|&at| shape[at] == 1).collect(),
        };
        if let Some(at) = dropped.iter().find(|&&at| shape[at] != 1) {
            return Err(format!("axis {at} has {} elements, not 1", shape[*at]).into());
        }
        let kept = (0..shape.len()).filter(|at| !dropped.contains(at));
        value.reshaped(kept.map(|at| shape[at]).collect())
    }))
}

/// Adds dimensions of one element.
pub(super) fn unsqueeze(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let axes = axes(node);
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let given = axes(inputs.optional(1))?.unwrap_or_default();
        let rank = value.shape().len() + given.len();
        let added = given
            .iter()
            .map(|&at| axis(at, rank))
            .collect::<Result<Vec<_>, _>>()?;
        let mut old = value.shape().iter().copied();
        let sizes = (0..rank).map(|at| {
            if added.contains(&at) {
                Some(1)
            } else {
                old.next()
            }
        });
        let shape = sizes
            .collect::<Option<Vec<_>>>()
            .ok_or("an axis stands twice")?;
        value.reshaped(shape)
    }))
}

/// Stretches to a shape.
pub(super) fn expand(_: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    Ok(one(|inputs| {
        let value = inputs.get(0)?;
        let wanted = sizes(inputs.get(1)?.ints()?)?;
        let out = broadcast(&[value.shape(), &wanted])?;
        let mut places = Vec::with_capacity(room(&out)?);
        walk(&out, [value.shape()], |[place]| places.push(place));
        Tensor::new(out, value.data().pick(places.into_iter()))
    }))
}
