//! Sums and their like along axes.

use super::table::Compile;
use super::{Inputs, one};
use crate::onnx::tensor::{Data, Fault, Tensor, axis, strides};

type Reduce = fn(&[f64]) -> f64;

/// What compiles an operator of this file.
pub(super) fn find(operator: &str) -> Option<Compile> {
    reduce_of(operator)?;
    Some(|node, _| {
        let by = reduce_of(&node.0.op_type).ok_or_else(|| node.unsupported())?;
        let rule = Rule {
            axes: node.has("axes").then(|| node.ints("axes").to_vec()),
            keeps: node.int("keepdims", 1) != 0,
            empty_is_none: node.int("noop_with_empty_axes", 0) != 0,
        };
        Ok(one(move |inputs| rule.apply(inputs, by)))
    })
}

fn reduce_of(operator: &str) -> Option<Reduce> {
    Some(match operator {
        "ReduceL1" => |all| all.iter().map(|x| x.abs()).sum(),
        "ReduceL2" => |all| all.iter().map(|x| x * x).sum::<f64>().sqrt(),
        "ReduceLogSum" => |all| all.iter().sum::<f64>().ln(),
        "ReduceLogSumExp" => log_sum_exp,
        "ReduceMax" => |all| all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "ReduceMean" => |all| all.iter().sum::<f64>() / all.len() as f64,
        "ReduceMin" => |all| all.iter().copied().fold(f64::INFINITY, f64::min),
        "ReduceProd" => |all| all.iter().product(),
        "ReduceSum" => |all| all.iter().sum(),
        "ReduceSumSquare" => |all| all.iter().map(|x| x * x).sum(),
        _ => return None,
    })
}

/// The logarithm of a sum of powers, without overflow.
pub(super) fn log_sum_exp(all: &[f64]) -> f64 {
    let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !most.is_finite() {
        return most;
    }
    most + all.iter().map(|x| (x - most).exp()).sum::<f64>().ln()
}

struct Rule {
    axes: Option<Vec<i64>>,
    keeps: bool,
    empty_is_none: bool,
}

impl Rule {
    fn apply(&self, inputs: Inputs<'_>, by: Reduce) -> Result<Tensor, Fault> {
        let value = inputs.get(0)?;
        let shape = value.shape();
        let given = match inputs.optional(1) {
            Some(axes) => Some(axes.ints()?),
            None => self.axes.as_deref(),
        };
        let reduced: Vec<usize> = match given {
            Some(given) if !given.is_empty() => given
                .iter()
                .map(|&at| axis(at, shape.len()))
                .collect::<Result<_, _>>()?,
            _ if self.empty_is_none => return Ok(value.clone()),
            _ => (0..shape.len()).collect(),
        };
        let (kept_places, reduced_places) = places(shape, &reduced);
        let numbers = numbers(value)?;
        let mut group = vec![0.0; reduced_places.len()];
        let answers = kept_places.iter().map(|base| {
            for (to, offset) in group.iter_mut().zip(&reduced_places) {
                *to = numbers[base + offset];
            }
            by(&group)
        });
        let data = match value.data() {
            Data::Doubles(_) => Data::Doubles(answers.collect()),
            Data::Ints(_) => Data::Ints(answers.map(|x| x as i64).collect()),
            _ => Data::Floats(answers.map(|x| x as f32).collect()),
        };
        let out = (0..shape.len()).filter_map(|at| {
            if reduced.contains(&at) {
                self.keeps.then_some(1)
            } else {
                Some(shape[at])
            }
        });
        Tensor::new(out.collect(), data)
    }
}

fn numbers(value: &Tensor) -> Result<Vec<f64>, Fault> {
    Ok(match value.data() {
        Data::Floats(all) => all.iter().map(|&x| f64::from(x)).collect(),
        Data::Doubles(all) => all.clone(),
        Data::Ints(all) => all.iter().map(|&x| x as f64).collect(),
        _ => return Err("expected numbers".into()),
    })
}

/// Places over the axes that stay, and offsets over those that are reduced.
fn places(shape: &[usize], reduced: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let steps = strides(shape, shape.len());
    let (mut kept, mut gone) = (vec![0], vec![0]);
    for at in 0..shape.len() {
        let list = if reduced.contains(&at) {
            &mut gone
        } else {
            &mut kept
        };
        *list = list
            .iter()
            .flat_map(|base| (0..shape[at]).map(move |n| (base, n)))
            .map(|(base, n)| base + n * steps[at])
            .collect();
    }
    (kept, gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_reduced_and_kept_as_asked() {
        let value =
            Tensor::new(vec![2, 3], Data::Floats(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])).unwrap();
        let cases = [
            (Some(vec![1]), true, vec![2, 1], vec![6.0, 15.0]),
            (Some(vec![-2]), false, vec![3], vec![5.0, 7.0, 9.0]),
            (None, false, vec![], vec![21.0]),
        ];
        for (axes, keeps, shape, expected) in cases {
            let rule = Rule {
                axes,
                keeps,
                empty_is_none: false,
            };
            let found = rule
                .apply(Inputs(&[Some(&value)]), reduce_of("ReduceSum").unwrap())
                .unwrap();
            assert_eq!(
                (found.shape(), found.data()),
                (shape.as_slice(), &Data::Floats(expected))
            );
        }
    }

    #[test]
    fn powers_are_summed_without_overflow() {
        assert!((log_sum_exp(&[1000.0, 1000.0]) - (1000.0 + 2_f64.ln())).abs() < 1e-9);
        let nothing = log_sum_exp(&[f64::NEG_INFINITY]);
        assert!(nothing.is_infinite() && nothing < 0.0);
    }
}
