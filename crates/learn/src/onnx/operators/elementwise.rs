//! Arithmetic element by element, with stretching. Single precision is computed in double precision and rounded once,
//! which gives the same bits for the four basic operations.

use super::table::Compile;
use super::{Evaluate, Inputs, Versions, one};
use crate::onnx::error::Error;
use crate::onnx::node::Node;
use crate::onnx::tensor::{Data, Fault, Tensor, broadcast, walk};

type Unary = (fn(f64) -> f64, Option<fn(i64) -> i64>);
type Binary = (fn(f64, f64) -> f64, fn(i64, i64) -> Option<i64>);

/// What compiles an operator of this file.
pub(super) fn find(operator: &str) -> Option<Compile> {
    if binary_of(operator).is_some() {
        return Some(|node, _| {
            let by = binary_of(&node.0.op_type).ok_or_else(|| node.unsupported())?;
            Ok(one(move |inputs| fold(inputs, by)))
        });
    }
    if unary_of(operator).is_some() {
        return Some(|node, _| {
            let by = unary_of(&node.0.op_type).ok_or_else(|| node.unsupported())?;
            Ok(one(move |inputs| map(inputs.get(0)?, by)))
        });
    }
    Some(match operator {
        "Clip" => clip,
        "Elu" => elu,
        "LeakyRelu" => leaky,
        "Mean" => mean,
        _ => return None,
    })
}

fn unary_of(operator: &str) -> Option<Unary> {
    Some(match operator {
        "Abs" => (f64::abs, Some(i64::wrapping_abs)),
        "Ceil" => (f64::ceil, None),
        "Cos" => (f64::cos, None),
        "Erf" => (erf, None),
        "Exp" => (f64::exp, None),
        "Floor" => (f64::floor, None),
        "Log" => (f64::ln, None),
        "Neg" => (|x| -x, Some(i64::wrapping_neg)),
        "Reciprocal" => (f64::recip, None),
        "Relu" => (|x| if x < 0.0 { 0.0 } else { x }, Some(|x| x.max(0))),
        "Round" => (f64::round_ties_even, None),
        "Sigmoid" => (sigmoid, None),
        "Sign" => (
            |x| {
                if x == 0.0 || x.is_nan() {
                    x
                } else {
                    x.signum()
                }
            },
            Some(i64::signum),
        ),
        "Sin" => (f64::sin, None),
        "Softplus" => (|x| x.max(0.0) + (-x.abs()).exp().ln_1p(), None),
        "Sqrt" => (f64::sqrt, None),
        "Tanh" => (f64::tanh, None),
        _ => return None,
    })
}

fn binary_of(operator: &str) -> Option<Binary> {
    Some(match operator {
        "Add" | "Sum" => (|x, y| x + y, |x, y| Some(x.wrapping_add(y))),
        "Sub" => (|x, y| x - y, |x, y| Some(x.wrapping_sub(y))),
        "Mul" => (|x, y| x * y, |x, y| Some(x.wrapping_mul(y))),
        "Div" => (|x, y| x / y, i64::checked_div),
        "Pow" => (f64::powf, |x, y| x.checked_pow(u32::try_from(y).ok()?)),
        "Max" => (larger, |x, y| Some(x.max(y))),
        "Min" => (|x, y| -larger(-x, -y), |x, y| Some(x.min(y))),
        "Mod" => (
            |x, y| x % y,
            |x, y| {
                Some(
                    x.checked_rem_euclid(y.checked_abs()?)?
                        + if y < 0 && x % y != 0 { y } else { 0 },
                )
            },
        ),
        _ => return None,
    })
}

/// The larger number; not a number where one is not.
fn larger(x: f64, y: f64) -> f64 {
    if x.is_nan() || x > y { x } else { y }
}

/// The logistic function without overflow.
pub(super) fn sigmoid(x: f64) -> f64 {
    let small = (-x.abs()).exp();
    if x >= 0.0 {
        1.0 / (1.0 + small)
    } else {
        small / (1.0 + small)
    }
}

/// The error function: its series near 0, a continued fraction further out.
fn erf(x: f64) -> f64 {
    let size = x.abs();
    if size > 6.0 {
        return x.signum();
    }
    if size < 2.5 {
        let (mut term, mut sum) = (x, x);
        for n in 1..80 {
            let n = f64::from(n);
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        return sum * std::f64::consts::FRAC_2_SQRT_PI;
    }
    let mut fraction = 0.0;
    for n in (1..60).rev() {
        fraction = f64::from(n) / 2.0 / (size + fraction);
    }
    let tail = (-x * x).exp() / (size + fraction) * std::f64::consts::FRAC_2_SQRT_PI / 2.0;
    x.signum() * (1.0 - tail)
}

fn map(value: &Tensor, (number, whole): Unary) -> Result<Tensor, Fault> {
    let data = match (value.data(), whole) {
        (Data::Floats(all), _) => {
            Data::Floats(all.iter().map(|&x| number(f64::from(x)) as f32).collect())
        }
        (Data::Doubles(all), _) => Data::Doubles(all.iter().map(|&x| number(x)).collect()),
        (Data::Ints(all), Some(whole)) => Data::Ints(all.iter().map(|&x| whole(x)).collect()),
        _ => return Err("expected numbers".into()),
    };
    Tensor::new(value.shape().to_vec(), data)
}

/// Two or more values, from the left.
fn fold(inputs: Inputs<'_>, by: Binary) -> Result<Tensor, Fault> {
    let all = inputs.all();
    let [first, second, rest @ ..] = all.as_slice() else {
        return all
            .first()
            .map(|&only| only.clone())
            .ok_or_else(|| "no input is given".into());
    };
    let mut result = combine(first, second, by)?;
    for next in rest {
        result = combine(&result, next, by)?;
    }
    Ok(result)
}

fn combine(left: &Tensor, right: &Tensor, (number, whole): Binary) -> Result<Tensor, Fault> {
    let shape = broadcast(&[left.shape(), right.shape()])?;
    let shapes = [left.shape(), right.shape()];
    let data = match (left.data(), right.data()) {
        (Data::Floats(x), Data::Floats(y)) => {
            let single = |x: &f32, y: &f32| Some(number(f64::from(*x), f64::from(*y)) as f32);
            Data::Floats(zip(&shape, shapes, (x, y), single)?)
        }
        (Data::Doubles(x), Data::Doubles(y)) => {
            Data::Doubles(zip(&shape, shapes, (x, y), |x, y| Some(number(*x, *y)))?)
        }
        (Data::Ints(x), Data::Ints(y)) => {
            Data::Ints(zip(&shape, shapes, (x, y), |x, y| whole(*x, *y))?)
        }
        // The exponent alone may be of another kind.
        (Data::Floats(_), _) => {
            let right = Tensor::new(
                right.shape().to_vec(),
                Data::Floats(right.floats()?.into_owned()),
            )?;
            return combine(left, &right, (number, whole));
        }
        _ => return Err("expected numbers of one kind".into()),
    };
    Tensor::new(shape, data)
}

/// Applies a function to all pairs of stretched elements; it answers nothing where there is no result.
pub(super) fn zip<T, U>(
    out: &[usize],
    shapes: [&[usize]; 2],
    (x, y): (&[T], &[T]),
    apply: impl Fn(&T, &T) -> Option<U>,
) -> Result<Vec<U>, Fault> {
    let failed = || Fault("a whole number cannot be divided by 0 or raised so high".to_owned());
    if shapes[0] == shapes[1] {
        return x
            .iter()
            .zip(y)
            .map(|(x, y)| apply(x, y).ok_or_else(failed))
            .collect();
    }
    let mut all = Vec::with_capacity(out.iter().product());
    let mut complete = true;
    walk(out, shapes, |[left, right]| {
        match apply(&x[left], &y[right]) {
            Some(value) => all.push(value),
            None => complete = false,
        }
    });
    if complete { Ok(all) } else { Err(failed()) }
}

/// Bounds are inputs, or attributes in old versions.
fn clip(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let least = node.float("min", f32::NEG_INFINITY);
    let most = node.float("max", f32::INFINITY);
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let kept = match inputs.optional(1) {
            Some(least) => combine(value, least, (larger, |x, y| Some(x.max(y))))?,
            None => map(value, (|x| x, Some(|x| x)))?,
        };
        let kept = match inputs.optional(2) {
            Some(most) => combine(&kept, most, (|x, y| -larger(-x, -y), |x, y| Some(x.min(y))))?,
            None => kept,
        };
        match kept.data() {
            Data::Floats(all) if least > f32::NEG_INFINITY || most < f32::INFINITY => {
                let bound = |&x: &f32| {
                    if x < least {
                        least
                    } else if x > most {
                        most
                    } else {
                        x
                    }
                };
                let data = Data::Floats(all.iter().map(bound).collect());
                Tensor::new(kept.shape().to_vec(), data)
            }
            _ => Ok(kept),
        }
    }))
}

/// Multiplies what is below 0 by a factor.
fn leaky(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let alpha = node.float("alpha", 0.01);
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let all = value.floats()?;
        let bent = all.iter().map(|&x| if x < 0.0 { alpha * x } else { x });
        Tensor::new(value.shape().to_vec(), Data::Floats(bent.collect()))
    }))
}

/// Bends what is below 0 towards a bound.
fn elu(node: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    let alpha = node.float("alpha", 1.0);
    Ok(one(move |inputs| {
        let value = inputs.get(0)?;
        let all = value.floats()?;
        let bent = all
            .iter()
            .map(|&x| if x < 0.0 { alpha * x.exp_m1() } else { x });
        Tensor::new(value.shape().to_vec(), Data::Floats(bent.collect()))
    }))
}

fn mean(_: Node<'_>, _: Versions) -> Result<Evaluate, Error> {
    Ok(one(|inputs| {
        let sum = fold(inputs, (|x, y| x + y, |_, _| None))?;
        let count = inputs.all().len() as f32;
        let shares = sum.floats()?.iter().map(|x| x / count).collect();
        Tensor::new(sum.shape().to_vec(), Data::Floats(shares))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_has_its_known_values() {
        let known = [
            (0.0, 0.0),
            (0.5, 0.520_499_877_8),
            (1.0, 0.842_700_792_9),
            (2.6, 0.999_763_965_6),
            (-3.0, -0.999_977_909_5),
            (7.0, 1.0),
        ];
        for (x, expected) in known {
            assert!((erf(x) - expected).abs() < 1e-9, "{x}: {}", erf(x));
        }
    }

    #[test]
    fn whole_numbers_are_not_divided_by_zero() {
        let ints = |all: &[i64]| Tensor::list(Data::Ints(all.to_vec()));
        let (left, right) = (ints(&[7, -7]), ints(&[0, 2]));
        let by = |operator: &str| binary_of(operator).unwrap();
        assert!(combine(&left, &right, by("Div")).is_err());
        assert!(combine(&left, &ints(&[0]), by("Mod")).is_err());
        let found = combine(&left, &ints(&[-2]), by("Mod")).unwrap();
        assert_eq!(found.ints().unwrap(), [-1, -1]);
        let found = combine(&left, &ints(&[2]), by("Mod")).unwrap();
        assert_eq!(found.ints().unwrap(), [1, 1]);
    }
}
