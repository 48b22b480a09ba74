//! Preparation of numbers: `Imputer`, `Scaler`, `Binarizer`, `FeatureVectorizer`.

use super::{Evaluate, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor};

/// One number a column, or one for all of them.
#[derive(Debug, Clone)]
struct PerColumn(Vec<f32>);

impl PerColumn {
    fn check(&self, columns: usize) -> Result<(), Fault> {
        if self.0.len() == 1 || self.0.len() == columns {
            return Ok(());
        }
        Err(format!("{columns} columns, but {} numbers for them", self.0.len()).into())
    }

    fn at(&self, column: usize) -> f32 {
        if self.0.len() == 1 {
            self.0[0]
        } else {
            self.0[column]
        }
    }
}

/// Changes every number by its column.
fn by_column(
    value: &Tensor,
    lists: &[&PerColumn],
    change: impl Fn(usize, f32) -> f32,
) -> Result<Tensor, Fault> {
    let columns = value.shape().last().copied().unwrap_or(1);
    lists.iter().try_for_each(|list| list.check(columns))?;
    let numbers = value.floats()?;
    let changed = numbers
        .iter()
        .enumerate()
        .map(|(place, &x)| change(place % columns, x));
    Tensor::new(value.shape().to_vec(), Data::Floats(changed.collect()))
}

pub(super) fn scaler(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let list = |name, default| match node.floats(name) {
        [] => PerColumn(vec![default]),
        given => PerColumn(given.to_vec()),
    };
    let (offset, scale) = (list("offset", 0.0), list("scale", 1.0));
    Ok(one(move |inputs| {
        by_column(inputs.get(0)?, &[&offset, &scale], |column, x| {
            (x - offset.at(column)) * scale.at(column)
        })
    }))
}

pub(super) fn imputer(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let floats = PerColumn(node.floats("imputed_value_floats").to_vec());
    let whole: Vec<i64> = node.ints("imputed_value_int64s").to_vec();
    let replaced = node.float("replaced_value_float", 0.0);
    let replaced_whole = node.int("replaced_value_int64", 0);
    if floats.0.is_empty() && whole.is_empty() {
        return Err(node.wrong("imputed_value_floats", "one number or one a column"));
    }
    #[expect(clippy::float_cmp, reason = "the replaced value is an exact marker")]
    let same = move |x: f32| x == replaced || (x.is_nan() && replaced.is_nan());
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let Data::Ints(all) = value.data() else {
            return by_column(value, &[&floats], |column, x| {
                if same(x) { floats.at(column) } else { x }
            });
        };
        let columns = value.shape().last().copied().unwrap_or(1);
        if whole.len() != 1 && whole.len() != columns {
            return Err(format!("{columns} columns, but {} numbers for them", whole.len()).into());
        }
        let changed = all.iter().enumerate().map(|(place, &x)| {
            if x == replaced_whole {
                whole[place % columns % whole.len()]
            } else {
                x
            }
        });
        Tensor::new(value.shape().to_vec(), Data::Ints(changed.collect()))
    }))
}

pub(super) fn binarizer(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let threshold = node.float("threshold", 0.0);
    Ok(one(move |inputs| {
        by_column(inputs.get(0)?, &[], |_, x| {
            f32::from(u8::from(x > threshold))
        })
    }))
}

/// Rows of several values side by side, as single-precision numbers.
pub(super) fn vectorizer(_: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    Ok(one(|inputs| {
        let all = inputs.all();
        let rows = all.first().map_or(0, |first| first.matrix().0);
        if all.iter().any(|value| value.matrix().0 != rows) {
            return Err("values with different numbers of rows".into());
        }
        let parts = all
            .iter()
            .map(|value| value.floats())
            .collect::<Result<Vec<_>, _>>()?;
        let columns: usize = all.iter().map(|value| value.matrix().1).sum();
        let mut joined = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for (value, part) in all.iter().zip(&parts) {
                let width = value.matrix().1;
                joined.extend_from_slice(&part[row * width..(row + 1) * width]);
            }
        }
        Tensor::new(vec![rows, columns], Data::Floats(joined))
    }))
}
