//! Adam with decoupled weight decay, and the limit on the length of a gradient.
//!
//! Kingma and Ba, "Adam", 2015, algorithm 1; Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2, in
//! the form of PyTorch: the corrections for the zero start divide the step and the root, and decay multiplies a weight by
//! `1 - rate * decay` before the step.

use rten_simd::{Isa, SimdOp};

/// The constants of the optimiser.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// Share of the old mean that is kept in each step.
    pub beta1: f64,
    /// Share of the old mean square that is kept in each step.
    pub beta2: f64,
    /// What is added to the root.
    pub epsilon: f64,
    /// Weight decay; 0 is plain Adam.
    pub decay: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            decay: 0.0,
        }
    }
}

/// Weights and what the optimiser remembers of their gradients.
#[derive(Debug)]
pub(crate) struct Moving<'a> {
    pub weights: &'a mut [f32],
    pub means: &'a mut [f32],
    pub squares: &'a mut [f32],
}

impl Adam {
    /// One step; `update` counts from 1.
    pub(crate) fn step(self, moving: Moving<'_>, gradient: &[f32], update: u64, rate: f64) {
        // The powers run to 0; i32 is enough for any number of steps that a training has.
        let power = i32::try_from(update).unwrap_or(i32::MAX);
        Step {
            moving,
            gradient,
            keep_mean: self.beta1 as f32,
            take_mean: (1.0 - self.beta1) as f32,
            keep_square: self.beta2 as f32,
            take_square: (1.0 - self.beta2) as f32,
            keep: (1.0 - rate * self.decay) as f32,
            stride: (rate / (1.0 - integer_power(self.beta1, power))) as f32,
            root: (1.0 / (1.0 - integer_power(self.beta2, power)).sqrt()) as f32,
            epsilon: self.epsilon as f32,
        }
        .dispatch();
    }
}

/// A power by squaring: multiplications alone, in one order.
fn integer_power(base: f64, mut power: i32) -> f64 {
    let (mut result, mut square) = (1.0, base);
    while power > 0 {
        if power & 1 == 1 {
            result *= square;
        }
        square *= square;
        power >>= 1;
    }
    result
}

struct Step<'a> {
    moving: Moving<'a>,
    gradient: &'a [f32],
    keep_mean: f32,
    take_mean: f32,
    keep_square: f32,
    take_square: f32,
    keep: f32,
    stride: f32,
    root: f32,
    epsilon: f32,
}

impl SimdOp for Step<'_> {
    type Output = ();

    // Single operations that round once each: the compiler may make vectors of any width of them.
    #[inline(always)]
    fn eval<I: Isa>(self, _isa: I) {
        let Moving {
            weights,
            means,
            squares,
        } = self.moving;
        let parts = weights.iter_mut().zip(means).zip(squares);
        for (((weight, mean), square), &slope) in parts.zip(self.gradient) {
            *mean = *mean * self.keep_mean + slope * self.take_mean;
            *square = *square * self.keep_square + slope * slope * self.take_square;
            let root = square.sqrt() * self.root + self.epsilon;
            *weight = *weight * self.keep - self.stride * (*mean / root);
        }
    }
}

/// Shortens a gradient that is longer than `limit`, as PyTorch's `clip_grad_norm_` does.
pub(crate) fn clip(gradient: &mut [f32], limit: f64) {
    let square: f64 = gradient.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    let factor = limit / (square.sqrt() + 1e-6);
    if factor < 1.0 {
        let factor = factor as f32;
        for slope in gradient {
            *slope *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_those_of_pytorch() {
        // torch.optim.AdamW(lr=0.1, weight_decay=0.01), two steps with the gradients 0.5, -2 and 0.25, 1.
        let (mut weights, mut means, mut squares) = ([1.0, -0.5], [0.0; 2], [0.0; 2]);
        let adam = Adam {
            decay: 0.01,
            ..Adam::default()
        };
        for (update, gradient) in [(1, [0.5_f32, -2.0]), (2, [0.25, 1.0])] {
            let moving = Moving {
                weights: &mut weights,
                means: &mut means,
                squares: &mut squares,
            };
            adam.step(moving, &gradient, update, 0.1);
        }
        for (own, expected) in weights.iter().zip(EXPECTED) {
            assert!((own - expected).abs() < 1e-6, "{weights:?}");
        }
    }

    const EXPECTED: [f32; 2] = [0.804_883_06, -0.372_466_8];

    #[test]
    fn a_gradient_is_shortened_to_the_limit_and_not_lengthened() {
        let mut long = [3.0, 4.0];
        clip(&mut long, 1.0);
        assert!((long[0] - 0.6).abs() < 1e-6 && (long[1] - 0.8).abs() < 1e-6);
        let mut short = [0.3, 0.4];
        clip(&mut short, 1.0);
        assert_eq!(short, [0.3, 0.4]);
    }

    #[test]
    fn powers_are_those_of_repeated_multiplication() {
        assert!((integer_power(0.9, 10) - 0.348_678_440_1).abs() < 1e-15);
        assert_eq!(integer_power(0.5, 0), 1.0);
    }
}
