//! Products of matrices, and distances between their rows.

use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, broadcast, room, walk};

/// A number of either precision.
trait Number: Copy + Default + std::ops::AddAssign + std::ops::Mul<Output = Self> {}
impl Number for f32 {}
impl Number for f64 {}
impl Number for i64 {}

/// Adds the product of two matrices, row by row, to `out`.
fn multiply<T: Number>(left: &[T], right: &[T], (inner, columns): (usize, usize), out: &mut [T]) {
    if inner == 0 || columns == 0 {
        return;
    }
    for (row, out) in left.chunks_exact(inner).zip(out.chunks_exact_mut(columns)) {
        for (&x, line) in row.iter().zip(right.chunks_exact(columns)) {
            for (y, &w) in out.iter_mut().zip(line) {
                *y += x * w;
            }
        }
    }
}

/// `MatMul`: matrices in the last two dimensions, all others stretched.
pub(super) fn product(_: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    Ok(one(|inputs| {
        let (left, right) = (inputs.get(0)?, inputs.get(1)?);
        match (left.data(), right.data()) {
            (Data::Floats(x), Data::Floats(y)) => stacked((left, x), (right, y), Data::Floats),
            (Data::Doubles(x), Data::Doubles(y)) => stacked((left, x), (right, y), Data::Doubles),
            (Data::Ints(x), Data::Ints(_)) if x.len() > (1 << 20) => {
                Err("matrices of whole numbers that are too large".into())
            }
            _ => Err("expected numbers of one kind".into()),
        }
    }))
}

fn stacked<T: Number>(
    (left, x): (&Tensor, &[T]),
    (right, y): (&Tensor, &[T]),
    kind: fn(Vec<T>) -> Data,
) -> Result<Tensor, Fault> {
    let refused = || {
        Fault(format!(
            "shapes {:?} and {:?} cannot be multiplied",
            left.shape(),
            right.shape()
        ))
    };
    let (mut a, mut b) = (left.shape().to_vec(), right.shape().to_vec());
    let (row, column) = (a.len() == 1, b.len() == 1);
    if row {
        a.insert(0, 1);
    }
    if column {
        b.push(1);
    }
    let (Some((&[rows, inner], stack_a)), Some((&[same, columns], stack_b))) = (
        a.split_last_chunk::<2>().map(|(rest, last)| (last, rest)),
        b.split_last_chunk::<2>().map(|(rest, last)| (last, rest)),
    ) else {
        return Err(refused());
    };
    if inner != same {
        return Err(refused());
    }
    let stack = broadcast(&[stack_a, stack_b])?;
    let mut shape = [stack.as_slice(), &[rows, columns]].concat();
    let mut out = vec![T::default(); room(&shape)?];
    let mut at = 0;
    walk(&stack, [stack_a, stack_b], |[i, j]| {
        let x = &x[i * rows * inner..(i + 1) * rows * inner];
        let y = &y[j * inner * columns..(j + 1) * inner * columns];
        multiply(x, y, (inner, columns), &mut out[at..at + rows * columns]);
        at += rows * columns;
    });
    if column {
        shape.pop();
    }
    if row {
        shape.remove(stack.len());
    }
    Tensor::new(shape, kind(out))
}

/// `Gemm`: alpha A B + beta C, either matrix turned.
pub(super) fn gemm(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let turned = [node.int("transA", 0) != 0, node.int("transB", 0) != 0];
    let (alpha, beta) = (node.float("alpha", 1.0), node.float("beta", 1.0));
    Ok(one(move |inputs| {
        let (a, b) = (
            turn(inputs.get(0)?, turned[0])?,
            turn(inputs.get(1)?, turned[1])?,
        );
        let (Data::Floats(x), Data::Floats(y)) = (a.data(), b.data()) else {
            return Err("expected numbers of single precision".into());
        };
        let product = stacked((&a, x), (&b, y), Data::Floats)?;
        let shape = product.shape().to_vec();
        let mut all: Vec<f32> = product.floats()?.iter().map(|x| alpha * x).collect();
        if let Some(c) = inputs.optional(2) {
            if broadcast(&[c.shape(), &shape])? != shape {
                return Err("a third matrix that does not fit".into());
            }
            let (more, mut at) = (c.floats()?, 0);
            walk(&shape, [c.shape()], |[place]| {
                all[at] += beta * more[place];
                at += 1;
            });
        }
        Tensor::new(shape, Data::Floats(all))
    }))
}

fn turn(value: &Tensor, turned: bool) -> Result<Tensor, Fault> {
    let &[rows, columns] = value.shape() else {
        return Err("expected a matrix".into());
    };
    if !turned {
        return Ok(value.clone());
    }
    let places = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
    Tensor::new(vec![columns, rows], value.data().pick(places))
}

/// `CDist` of `com.microsoft`, which skl2onnx writes for neighbours where it is asked to.
pub(super) fn distances(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let root = match node.text("metric", "sqeuclidean")? {
        "euclidean" => true,
        "sqeuclidean" => false,
        _ => return Err(node.wrong("metric", "`euclidean` or `sqeuclidean`")),
    };
    Ok(one(move |inputs| {
        let (a, b) = (inputs.get(0)?, inputs.get(1)?);
        let ((rows, width), (others, same)) = (a.matrix(), b.matrix());
        if width != same || width == 0 {
            return Err("rows of different lengths".into());
        }
        let mut all = Vec::with_capacity(room(&[rows, others])?);
        let (x, y) = (a.floats()?, b.floats()?);
        for row in x.chunks_exact(width) {
            for other in y.chunks_exact(width) {
                let square: f32 = row.iter().zip(other).map(|(x, y)| (x - y) * (x - y)).sum();
                all.push(if root { square.sqrt() } else { square });
            }
        }
        Tensor::new(vec![rows, others], Data::Floats(all))
    }))
}
