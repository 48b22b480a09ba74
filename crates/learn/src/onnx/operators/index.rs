//! Elements at places that are values themselves.

use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Fault, Tensor, around, axis, room, strides};

/// Where an index that may be counted from the end lies.
fn inside(index: i64, size: usize) -> Result<usize, Fault> {
    let place = if index < 0 {
        index.saturating_add(size as i64)
    } else {
        index
    };
    usize::try_from(place)
        .ok()
        .filter(|&place| place < size)
        .ok_or_else(|| Fault(format!("index {index} of {size}")))
}

/// Slices of an axis.
pub(super) fn gather(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given = node.int("axis", 0);
    Ok(one(move |inputs| {
        let (value, indices) = (inputs.get(0)?, inputs.get(1)?);
        let at = axis(given, value.shape().len())?;
        let (before, size, after) = around(value.shape(), at);
        let chosen: Vec<usize> = indices
            .ints()?
            .iter()
            .map(|&index| inside(index, size))
            .collect::<Result<_, _>>()?;
        let shape = [
            &value.shape()[..at],
            indices.shape(),
            &value.shape()[at + 1..],
        ]
        .concat();
        room(&shape)?;
        let places = (0..before).flat_map(|outer| {
            chosen.iter().flat_map(move |place| {
                let start = (outer * size + place) * after;
                start..start + after
            })
        });
        Tensor::new(shape, value.data().pick(places))
    }))
}

/// One element of an axis for each place.
pub(super) fn gather_elements(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given = node.int("axis", 0);
    Ok(one(move |inputs| {
        let (value, indices) = (inputs.get(0)?, inputs.get(1)?);
        let (shape, rank) = (indices.shape(), value.shape().len());
        let at = axis(given, rank)?;
        let fits = |n: usize| n == at || shape[n] <= value.shape()[n];
        if shape.len() != rank || !(0..rank).all(fits) {
            return Err("shapes that do not fit each other".into());
        }
        let steps = strides(value.shape(), rank);
        let mut places = Vec::with_capacity(indices.len());
        for (n, &index) in indices.ints()?.iter().enumerate() {
            let mut rest = n;
            let mut place = 0;
            for dimension in (0..rank).rev() {
                let coordinate = rest % shape[dimension];
                rest /= shape[dimension];
                let coordinate = if dimension == at {
                    inside(index, value.shape()[at])?
                } else {
                    coordinate
                };
                place += coordinate * steps[dimension];
            }
            places.push(place);
        }
        Tensor::new(shape.to_vec(), value.data().pick(places.into_iter()))
    }))
}

/// Columns of the last axis: `ArrayFeatureExtractor`. A list is one row.
pub(super) fn extract(_: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    Ok(one(|inputs| {
        let (value, indices) = (inputs.get(0)?, inputs.get(1)?);
        let columns = value.shape().last().copied().unwrap_or(1);
        let chosen: Vec<usize> = indices
            .ints()?
            .iter()
            .map(|&index| inside(index, columns))
            .collect::<Result<_, _>>()?;
        let rows = value.len().checked_div(columns).unwrap_or(0);
        let mut shape = value.shape().to_vec();
        shape.pop();
        if shape.is_empty() {
            shape.push(1);
        }
        shape.push(chosen.len());
        room(&shape)?;
        let places =
            (0..rows).flat_map(|row| chosen.iter().map(move |place| row * columns + place));
        Tensor::new(shape, value.data().pick(places))
    }))
}
