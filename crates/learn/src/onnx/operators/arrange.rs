//! Elements in another order or number: side by side, cut, turned, repeated.

use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, around, axis, room, strides};

/// Values side by side along an axis.
pub(super) fn concat(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given = node.int("axis", 0);
    Ok(one(move |inputs| {
        let all = inputs.all();
        let first = all.first().ok_or("no input is given")?;
        let at = axis(given, first.shape().len())?;
        let mut shape = first.shape().to_vec();
        shape[at] = 0;
        let mut data = first.data().pick(std::iter::empty());
        for value in &all {
            let mut same = value.shape().to_vec();
            let width = same
                .get_mut(at)
                .map(|size| std::mem::replace(size, shape[at]));
            let width = width
                .filter(|_| same == shape)
                .ok_or("shapes that do not fit each other")?;
            shape[at] += width;
        }
        room(&shape)?;
        let before: usize = shape[..at].iter().product();
        for outer in 0..before {
            for value in &all {
                let (_, width, inner) = around(value.shape(), at);
                let block = outer * width * inner..(outer + 1) * width * inner;
                data.append(value.data().pick(block))?;
            }
        }
        Tensor::new(shape, data)
    }))
}

/// Axes in another order.
pub(super) fn transpose(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given: Vec<i64> = node.ints("perm").to_vec();
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let rank = value.shape().len();
        let order: Vec<usize> = if given.is_empty() {
            (0..rank).rev().collect()
        } else {
            given
                .iter()
                .map(|&at| axis(at, rank))
                .collect::<Result<_, _>>()?
        };
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if sorted != (0..rank).collect::<Vec<_>>() {
            return Err(format!("perm {given:?} of {rank} dimensions").into());
        }
        let shape: Vec<usize> = order.iter().map(|&at| value.shape()[at]).collect();
        let steps = strides(value.shape(), rank);
        let cuts: Vec<Vec<usize>> = order
            .iter()
            .map(|&at| {
                (0..value.shape()[at])
                    .map(|place| place * steps[at])
                    .collect()
            })
            .collect();
        Tensor::new(shape, value.data().pick(places(&cuts).into_iter()))
    }))
}

/// All sums of one offset an axis, the last axis fastest.
fn places(offsets: &[Vec<usize>]) -> Vec<usize> {
    let mut all = vec![0];
    for axis in offsets {
        all = all
            .iter()
            .flat_map(|base| axis.iter().map(move |offset| base + offset))
            .collect();
    }
    all
}

/// Offsets of each axis of a value, all of them.
fn whole(value: &Tensor) -> Vec<Vec<usize>> {
    let steps = strides(value.shape(), value.shape().len());
    let offsets = |(&size, &step): (&usize, &usize)| (0..size).map(|at| at * step).collect();
    value.shape().iter().zip(&steps).map(offsets).collect()
}

fn chosen(value: &Tensor, cuts: &[Vec<usize>]) -> Result<Tensor, Fault> {
    let shape: Vec<usize> = cuts.iter().map(Vec::len).collect();
    room(&shape)?;
    Tensor::new(shape, value.data().pick(places(cuts).into_iter()))
}

/// A part of each axis.
pub(super) fn slice(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let old = ["starts", "ends", "axes"].map(|name| node.ints(name).to_vec());
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let list = |place: usize| match inputs.optional(place) {
            Some(given) => given.ints().map(<[i64]>::to_vec),
            None => Ok(old.get(place - 1).cloned().unwrap_or_default()),
        };
        let (starts, ends, mut axes, mut steps) = (list(1)?, list(2)?, list(3)?, list(4)?);
        if axes.is_empty() {
            axes = (0..starts.len() as i64).collect();
        }
        if steps.is_empty() {
            steps = vec![1; starts.len()];
        }
        if [ends.len(), axes.len(), steps.len()]
            .iter()
            .any(|&count| count != starts.len())
        {
            return Err("lists of different lengths".into());
        }
        let mut cuts = whole(value);
        for (at, (&start, &end)) in axes
            .iter()
            .zip(starts.iter().zip(&ends))
            .enumerate()
            .map(|(n, (a, b))| ((a, n), b))
        {
            let (given, n) = at;
            let place = axis(*given, value.shape().len())?;
            let kept = range(start, end, steps[n], cuts[place].len())?;
            cuts[place] = kept.into_iter().map(|at| cuts[place][at]).collect();
        }
        chosen(value, &cuts)
    }))
}

/// Places from `start` to before `end`; both are cut to what is there.
fn range(start: i64, end: i64, step: i64, size: usize) -> Result<Vec<usize>, Fault> {
    let size = size as i64;
    let from_end = |at: i64| if at < 0 { at.saturating_add(size) } else { at };
    let (least, most) = if step > 0 { (0, size) } else { (-1, size - 1) };
    let start = from_end(start).clamp(least.max(0), most.max(0));
    let end = from_end(end).clamp(least, most);
    let reach = match step {
        0 => return Err("a step of 0".into()),
        i64::MIN..0 => start.min(size - 1) - end,
        _ => end - start,
    };
    let start = if step < 0 { start.min(size - 1) } else { start };
    let count = if reach <= 0 {
        0
    } else {
        (reach as u64).div_ceil(step.unsigned_abs())
    };
    Ok((0..count as i64)
        .map(|n| (start + n * step) as usize)
        .collect())
}

/// Parts of an axis.
pub(super) fn split(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given = node.int("axis", 0);
    let old: Vec<i64> = node.ints("split").to_vec();
    let outputs = node.0.output.len();
    Ok(Box::new(move |inputs| {
        let value = inputs.get(0)?;
        let at = axis(given, value.shape().len())?;
        let size = value.shape()[at];
        let sizes: Vec<usize> = match inputs.optional(1).map(Tensor::ints).transpose()? {
            None if old.is_empty() => {
                let part = size.div_ceil(outputs.max(1));
                (0..outputs)
                    .map(|n| part.min(size.saturating_sub(n * part)))
                    .collect()
            }
            given => given
                .unwrap_or(&old)
                .iter()
                .map(|&size| usize::try_from(size).map_err(|_| Fault::from("a part below 0")))
                .collect::<Result<_, _>>()?,
        };
        if sizes
            .iter()
            .try_fold(0_usize, |sum, &part| sum.checked_add(part))
            != Some(size)
            || sizes.len() < outputs
        {
            return Err(format!("parts {sizes:?} of {size}").into());
        }
        let mut start = 0;
        let mut parts = Vec::with_capacity(sizes.len());
        for part in sizes {
            let mut cuts = whole(value);
            cuts[at] = cuts[at][start..start + part].to_vec();
            parts.push(chosen(value, &cuts)?);
            start += part;
        }
        Ok(parts)
    }))
}

/// Repeats along each axis.
pub(super) fn tile(_: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    Ok(one(|inputs| {
        let value = inputs.get(0)?;
        let times = inputs.get(1)?.ints()?;
        if times.len() != value.shape().len() {
            return Err("one number of repeats a dimension is expected".into());
        }
        let mut shape = Vec::with_capacity(times.len());
        for (&size, &times) in value.shape().iter().zip(times) {
            let times = usize::try_from(times).map_err(|_| Fault::from("repeats below 0"))?;
            shape.push(size.checked_mul(times).ok_or("too many repeats")?);
        }
        room(&shape)?;
        let mut cuts = whole(value);
        for (cut, &size) in cuts.iter_mut().zip(&shape) {
            *cut = cut.iter().copied().cycle().take(size).collect();
        }
        let data: Data = value.data().pick(places(&cuts).into_iter());
        Tensor::new(shape, data)
    }))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn ranges_are_cut_to_what_is_there() {
        let cases = [
            (0, 3, 1, 5, vec![0, 1, 2]),
            (-2, i64::MAX, 1, 5, vec![3, 4]),
            (4, i64::MIN, -2, 5, vec![4, 2, 0]),
            (-1, -4, -1, 5, vec![4, 3, 2]),
            (9, 2, 1, 5, vec![]),
            (0, 5, 3, 5, vec![0, 3]),
            (0, 5, 1, 0, vec![]),
            (3, -9, -1, 0, vec![]),
        ];
        for (start, end, step, size, expected) in cases {
            assert_eq!(
                range(start, end, step, size).unwrap(),
                expected,
                "{start}:{end}:{step} of {size}"
            );
        }
        assert!(range(0, 1, 0, 5).is_err());
        assert_eq!(range(0, i64::MAX, i64::MAX, 5).unwrap(), [0]);
        assert_eq!(range(-1, i64::MIN, i64::MIN, 5).unwrap(), [4]);
    }
}
