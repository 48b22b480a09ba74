//! L-BFGS: minimizes a smooth function by gradients alone, with a weak Wolfe line search by bisection.

use std::collections::VecDeque;

/// Correction pairs that are remembered.
const MEMORY: usize = 10;
/// Trials of one line search.
const TRIALS: usize = 60;
/// Share of the slope that a step must gain.
const ARMIJO: f64 = 1e-4;
/// Share of the slope that may remain after a step.
const CURVATURE: f64 = 0.9;
/// A relative gain at or below this is rounding: 64 times the machine precision.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    /// Largest entry of the gradient that counts as zero.
    pub tol: f64,
    /// Steps at most.
    pub max_iter: u64,
}

/// Where the search ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Minimum {
    /// The point.
    pub point: Vec<f64>,
    /// Steps taken.
    pub iterations: u64,
    /// Whether the gradient vanished, or no further gain was possible, within the steps allowed.
    pub converged: bool,
}

/// A step's change of point and gradient, and 1 / (their product).
struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    scale: f64,
}

/// A point with its value and gradient.
struct Place {
    point: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// Minimizes `function`, which returns its value and writes its gradient, from `start`.
pub(super) fn minimize(
    start: Vec<f64>,
    stop: Stop,
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Minimum {
    let mut gradient = vec![0.0; start.len()];
    let value = function(&start, &mut gradient);
    let mut place = Place {
        point: start,
        value,
        gradient,
    };
    let mut pairs: VecDeque<Pair> = VecDeque::with_capacity(MEMORY);
    let mut iterations = 0;
    while largest(&place.gradient) > stop.tol {
        if iterations == stop.max_iter {
            return Minimum {
                point: place.point,
                iterations,
                converged: false,
            };
        }
        let mut direction = descent(&place.gradient, &pairs);
        if dot(&direction, &place.gradient) >= 0.0 {
            pairs.clear();
            direction = place.gradient.iter().map(|g| -g).collect();
        }
        let first = if pairs.is_empty() {
            1.0 / norm(&place.gradient).max(1.0)
        } else {
            1.0
        };
        let Some(next) = search(&place, &direction, first, &mut function) else {
            break;
        };
        iterations += 1;
        let gain = place.value - next.value;
        remember(&mut pairs, &place, &next);
        let scale = place.value.abs().max(next.value.abs()).max(1.0);
        place = next;
        if gain <= ROUNDING * scale {
            break;
        }
    }
    Minimum {
        point: place.point,
        iterations,
        converged: true,
    }
}

/// The quasi-Newton direction by the two-loop recursion.
fn descent(gradient: &[f64], pairs: &VecDeque<Pair>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let share = pair.scale * dot(&pair.step, &direction);
        add(&mut direction, -share, &pair.change);
        shares.push(share);
    }
    if let Some(last) = pairs.back() {
        let factor = 1.0 / (last.scale * dot(&last.change, &last.change));
        for d in &mut direction {
            *d *= factor;
        }
    }
    for (pair, share) in pairs.iter().zip(shares.into_iter().rev()) {
        let correction = share - pair.scale * dot(&pair.change, &direction);
        add(&mut direction, correction, &pair.step);
    }
    direction
}

/// A step along `direction` that meets the weak Wolfe conditions; none where no step gains anything.
fn search(
    from: &Place,
    direction: &[f64],
    first: f64,
    function: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Option<Place> {
    let slope = dot(&from.gradient, direction);
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, first);
    let mut best = None;
    for _ in 0..TRIALS {
        let mut point = from.point.clone();
        add(&mut point, length, direction);
        let mut gradient = vec![0.0; point.len()];
        let value = function(&point, &mut gradient);
        if !value.is_finite() || value > from.value + ARMIJO * length * slope {
            high = length;
        } else {
            let remaining = dot(&gradient, direction);
            best = Some(Place {
                point,
                value,
                gradient,
            });
            if remaining >= CURVATURE * slope {
                return best;
            }
            low = length;
        }
        length = if high.is_finite() {
            f64::midpoint(low, high)
        } else {
            2.0 * low
        };
    }
    best
}

fn remember(pairs: &mut VecDeque<Pair>, from: &Place, to: &Place) {
    let difference =
        |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(x, y)| x - y).collect() };
    let step = difference(&to.point, &from.point);
    let change = difference(&to.gradient, &from.gradient);
    let product = dot(&step, &change);
    if product > f64::EPSILON * dot(&change, &change) {
        if pairs.len() == MEMORY {
            pairs.pop_front();
        }
        pairs.push_back(Pair {
            step,
            change,
            scale: 1.0 / product,
        });
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn largest(a: &[f64]) -> f64 {
    a.iter().fold(0.0, |most, x| most.max(x.abs()))
}

fn add(to: &mut [f64], factor: f64, what: &[f64]) {
    for (t, w) in to.iter_mut().zip(what) {
        *t += factor * w;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curved_valley_is_followed_to_its_end() {
        let rosenbrock = |x: &[f64], gradient: &mut [f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            gradient[0] = -2.0 * a - 400.0 * x[0] * b;
            gradient[1] = 200.0 * b;
            a * a + 100.0 * b * b
        };
        let found = minimize(
            vec![-1.2, 1.0],
            Stop {
                tol: 1e-8,
                max_iter: 200,
            },
            rosenbrock,
        );
        assert!(found.converged && found.iterations < 60, "{found:?}");
        assert!(
            found.point.iter().all(|x| (x - 1.0).abs() < 1e-6),
            "{found:?}"
        );
    }

    #[test]
    fn too_few_steps_are_said_not_to_converge() {
        let bowl = |x: &[f64], gradient: &mut [f64]| {
            gradient[0] = 2.0 * x[0];
            gradient[1] = 2e4 * x[1];
            x[0] * x[0] + 1e4 * x[1] * x[1]
        };
        let found = minimize(
            vec![3.0, 1.0],
            Stop {
                tol: 1e-12,
                max_iter: 1,
            },
            bowl,
        );
        assert!(!found.converged);
        assert_eq!(found.iterations, 1);
    }

    #[test]
    fn a_minimum_to_start_with_takes_no_step() {
        let found = minimize(
            vec![0.0],
            Stop {
                tol: 1e-6,
                max_iter: 10,
            },
            |x, gradient| {
                gradient[0] = x[0];
                x[0] * x[0] / 2.0
            },
        );
        assert_eq!(
            found,
            Minimum {
                point: vec![0.0],
                iterations: 0,
                converged: true
            }
        );
    }
}
