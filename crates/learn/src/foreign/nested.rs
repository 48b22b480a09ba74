//! Tensors as nested lists, in both directions.

use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::Value;

use crate::onnx::Element;
use crate::onnx::tensor::{Data, Tensor};

/// Lists inside each other at most.
const MAX_DEPTH: usize = 8;

/// A part of a tensor that is written as nested lists; numbers that are none are `null`.
pub(crate) struct Nested<'a> {
    data: &'a Data,
    shape: &'a [usize],
    start: usize,
}

impl<'a> Nested<'a> {
    /// A row of a tensor whose first dimension is the rows.
    pub(crate) fn row(tensor: &'a Tensor, row: usize) -> Self {
        let shape = tensor.shape().get(1..).unwrap_or_default();
        Self {
            data: tensor.data(),
            shape,
            start: row * shape.iter().product::<usize>(),
        }
    }
}

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some((&size, rest)) = self.shape.split_first() else {
            return match self.data {
                Data::Floats(all) => all[self.start].serialize(serializer),
                Data::Doubles(all) => all[self.start].serialize(serializer),
                Data::Ints(all) => all[self.start].serialize(serializer),
                Data::Bools(all) => all[self.start].serialize(serializer),
                Data::Texts(all) => all[self.start].serialize(serializer),
            };
        };
        let step: usize = rest.iter().product();
        let mut list = serializer.serialize_seq(Some(size))?;
        for at in 0..size {
            list.serialize_element(&Nested {
                data: self.data,
                shape: rest,
                start: self.start + at * step,
            })?;
        }
        list.end()
    }
}

/// Reads nested lists of numbers; all lists of a level are equally long, `null` is missing.
pub(crate) fn flatten(value: &Value, numbers: &mut Vec<f32>) -> Result<Vec<usize>, String> {
    flatten_at(value, numbers, 0)
}

fn flatten_at(value: &Value, numbers: &mut Vec<f32>, depth: usize) -> Result<Vec<usize>, String> {
    match value {
        Value::Null => numbers.push(f32::NAN),
        Value::Number(number) => {
            let number = number
                .as_f64()
                .filter(|number| number.abs() <= f64::from(f32::MAX));
            numbers.push(number.ok_or("a number is beyond single precision")? as f32);
        }
        Value::Array(_) if depth == MAX_DEPTH => {
            return Err(format!("more than {MAX_DEPTH} lists inside each other"));
        }
        Value::Array(all) => {
            let mut shape: Option<Vec<usize>> = None;
            for one in all {
                let found = flatten_at(one, numbers, depth + 1)?;
                if shape.as_ref().is_some_and(|shape| *shape != found) {
                    return Err("lists of different lengths".to_owned());
                }
                shape = Some(found);
            }
            return Ok([&[all.len()], shape.unwrap_or_default().as_slice()].concat());
        }
        _ => return Err("a cell is a number or `null`".to_owned()),
    }
    Ok(Vec::new())
}

/// The shape of a row, from what was declared and what was given: the same shape, also where it has dimensions of one more or
/// less, or a flat list of as many cells.
pub(crate) fn resolve(declared: Option<&[Option<usize>]>, given: &[usize]) -> Option<Vec<usize>> {
    let Some(declared) = declared else {
        return Some(given.to_vec());
    };
    let fits =
        |(declared, given): (&Option<usize>, &usize)| declared.is_none_or(|size| size == *given);
    if declared.len() == given.len() && declared.iter().zip(given).all(fits) {
        return Some(given.to_vec());
    }
    if let Some(known) = declared.iter().copied().collect::<Option<Vec<usize>>>()
        && thick(&known).eq(thick(given))
    {
        return Some(known);
    }
    let &[cells] = given else { return None };
    let known: usize = declared
        .iter()
        .flatten()
        .try_fold(1_usize, |product, size| product.checked_mul(*size))?;
    match declared.iter().filter(|size| size.is_none()).count() {
        0 if known == cells => declared.iter().copied().collect(),
        1 if known > 0 && cells % known == 0 && cells > 0 => Some(
            declared
                .iter()
                .map(|size| size.unwrap_or(cells / known))
                .collect(),
        ),
        _ => None,
    }
}

/// The dimensions that are not one.
fn thick(shape: &[usize]) -> impl Iterator<Item = &usize> {
    shape.iter().filter(|&&size| size != 1)
}

/// Numbers as an input of a kind.
pub(crate) fn tensor(
    element: Option<Element>,
    shape: Vec<usize>,
    numbers: &[f32],
) -> Result<Tensor, String> {
    let data = match element {
        Some(Element::Double) => Data::Doubles(numbers.iter().map(|&x| f64::from(x)).collect()),
        Some(Element::Int) => {
            let whole = |&x: &f32| {
                (x.fract() == 0.0)
                    .then_some(x as i64)
                    .ok_or_else(|| format!("`{x}` is not a whole number"))
            };
            Data::Ints(numbers.iter().map(whole).collect::<Result<_, _>>()?)
        }
        Some(Element::Bool) => Data::Bools(numbers.iter().map(|&x| x != 0.0).collect()),
        _ => Data::Floats(numbers.to_vec()),
    };
    Tensor::new(shape, data).map_err(|fault| fault.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_flattened_with_their_shape() {
        let mut numbers = Vec::new();
        let value = serde_json::json!([[1, 2.5], [null, 4], [5, 6]]);
        assert_eq!(flatten(&value, &mut numbers).unwrap(), [3, 2]);
        assert_eq!(numbers[..2], [1.0, 2.5]);
        assert!(numbers[2].is_nan());
        for (value, expected) in [
            (
                serde_json::json!([[1], [2, 3]]),
                "lists of different lengths",
            ),
            (serde_json::json!(["a"]), "a cell is a number or `null`"),
            (
                serde_json::json!([1e300]),
                "a number is beyond single precision",
            ),
            (
                serde_json::json!([[[[[[[[[1]]]]]]]]]),
                "more than 8 lists inside each other",
            ),
        ] {
            assert_eq!(flatten(&value, &mut Vec::new()).unwrap_err(), expected);
        }
    }

    #[test]
    fn a_row_has_the_declared_shape_or_as_many_cells() {
        type Case<'a> = (&'a [Option<usize>], &'a [usize], Option<Vec<usize>>);
        let (two, open) = (Some(2), None);
        let cases: [Case<'_>; 6] = [
            (&[two, open], &[2, 7], Some(vec![2, 7])),
            (&[two, open], &[8], Some(vec![2, 4])),
            (&[two, two], &[4], Some(vec![2, 2])),
            (&[two, two], &[5], None),
            (&[open, open], &[4], None),
            (&[two], &[3], None),
        ];
        for (declared, given, expected) in cases {
            assert_eq!(
                resolve(Some(declared), given),
                expected,
                "{declared:?} {given:?}"
            );
        }
        assert_eq!(resolve(None, &[3, 1]), Some(vec![3, 1]));
    }

    #[test]
    fn a_row_is_written_as_nested_lists() {
        let tensor =
            Tensor::new(vec![2, 1, 2], Data::Floats(vec![0.1, f32::NAN, 3.0, 4.5])).unwrap();
        assert_eq!(
            serde_json::to_string(&Nested::row(&tensor, 0)).unwrap(),
            "[[0.1,null]]"
        );
        assert_eq!(
            serde_json::to_string(&Nested::row(&tensor, 1)).unwrap(),
            "[[3.0,4.5]]"
        );
    }
}
