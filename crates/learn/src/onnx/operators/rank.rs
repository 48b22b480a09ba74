//! The largest, the smallest, the first few, and running sums along an axis.

use std::cmp::Ordering;

use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, around, axis, room};

/// Elements as numbers that can be compared.
fn numbers(value: &Tensor) -> Result<Vec<f64>, Fault> {
    Ok(match value.data() {
        Data::Floats(all) => all.iter().map(|&x| f64::from(x)).collect(),
        Data::Doubles(all) => all.clone(),
        Data::Ints(all) => all.iter().map(|&x| x as f64).collect(),
        _ => return Err("expected numbers".into()),
    })
}

/// Places along an axis of the largest or smallest element.
pub(super) fn arg(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given = node.int("axis", 0);
    let keeps = node.int("keepdims", 1) != 0;
    let last = node.int("select_last_index", 0) != 0;
    let sign = if node.0.op_type == "ArgMin" {
        -1.0
    } else {
        1.0
    };
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let at = axis(given, value.shape().len())?;
        let (before, size, after) = around(value.shape(), at);
        if size == 0 {
            return Err("an axis without elements".into());
        }
        let all = numbers(value)?;
        let mut best = Vec::with_capacity(before * after);
        for outer in 0..before {
            for inner in 0..after {
                let element = |place: usize| sign * all[(outer * size + place) * after + inner];
                let mut found = 0;
                for place in 1..size {
                    if element(place) > element(found) || (last && element(place) >= element(found))
                    {
                        found = place;
                    }
                }
                best.push(found as i64);
            }
        }
        let mut shape = value.shape().to_vec();
        if keeps {
            shape[at] = 1;
        } else {
            shape.remove(at);
        }
        Tensor::new(shape, Data::Ints(best))
    }))
}

/// The first few in order, and their places; of equal ones the first.
pub(super) fn top(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let given = node.int("axis", -1);
    let largest = node.int("largest", 1) != 0;
    let old = node.int("k", 0);
    Ok(Box::new(move |inputs| {
        let value = inputs.get(0)?;
        let at = axis(given, value.shape().len())?;
        let (before, size, after) = around(value.shape(), at);
        let wanted = match inputs.optional(1) {
            Some(count) => count.ints()?.first().copied().unwrap_or(0),
            None => old,
        };
        let count = usize::try_from(wanted).ok().filter(|&count| count <= size);
        let count = count.ok_or_else(|| Fault(format!("the first {wanted} of {size}")))?;
        let all = numbers(value)?;
        let mut shape = value.shape().to_vec();
        shape[at] = count;
        let mut places = vec![0; room(&shape)?];
        for outer in 0..before {
            for inner in 0..after {
                let element = |place: usize| all[(outer * size + place) * after + inner];
                let mut order: Vec<usize> = (0..size).collect();
                order.sort_by(|&a, &b| {
                    let by = element(a)
                        .partial_cmp(&element(b))
                        .unwrap_or(Ordering::Equal);
                    if largest { by.reverse() } else { by }
                });
                for (n, place) in order.into_iter().take(count).enumerate() {
                    places[(outer * count + n) * after + inner] = place;
                }
            }
        }
        let found = places.iter().enumerate().map(|(n, place)| {
            let (outer, inner) = (n / (count * after).max(1), n % after.max(1));
            (outer * size + place) * after + inner
        });
        let values = Tensor::new(shape.clone(), value.data().pick(found))?;
        let places = places.into_iter().map(|place| place as i64).collect();
        Ok(vec![values, Tensor::new(shape, Data::Ints(places))?])
    }))
}

/// Sums of all up to each place.
pub(super) fn cumulate(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    if node.int("exclusive", 0) != 0 || node.int("reverse", 0) != 0 {
        return Err(node.wrong("exclusive", "0, as `reverse`"));
    }
    Ok(one(|inputs| {
        let value = inputs.get(0)?;
        let given = inputs.get(1)?.ints()?.first().copied().unwrap_or(0);
        let at = axis(given, value.shape().len())?;
        let (before, size, after) = around(value.shape(), at);
        let mut all = numbers(value)?;
        for outer in 0..before {
            for n in after..size * after {
                let place = outer * size * after + n;
                all[place] += all[place - after];
            }
        }
        let data = match value.data() {
            Data::Doubles(_) => Data::Doubles(all),
            Data::Ints(_) => Data::Ints(all.into_iter().map(|x| x as i64).collect()),
            _ => Data::Floats(all.into_iter().map(|x| x as f32).collect()),
        };
        Tensor::new(value.shape().to_vec(), data)
    }))
}
