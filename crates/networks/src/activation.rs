//! Exponential, logistic function and hyperbolic tangent of whole vectors, from fused multiplications and additions, so that
//! they have the same bits whatever the width of a vector.

use rten_simd::ops::{BitOps, FloatOps, IntOps, NumOps};
use rten_simd::{Isa, Simd};

/// The part of ln 2 that is exact in 15 bits, and the rest.
const LN_2_HIGH: f32 = 0.693_145_75;
const LN_2_LOW: f32 = 1.428_606_8e-6;

/// The exponential, of arguments that are first put between -87 and 87; relative error below 2e-7.
///
/// Reduction by powers of two, then Taylor's series to the seventh power: the first term left out is 0.35^8 / 8!.
#[inline(always)]
pub(crate) fn exp<I: Isa>(isa: I, x: I::F32) -> I::F32 {
    let ops = isa.f32();
    let x = ops.min(ops.max(x, ops.splat(-87.0)), ops.splat(87.0));
    let power = ops.round_ties_even(ops.mul(x, ops.splat(std::f32::consts::LOG2_E)));
    let rest = ops.mul_add(power, ops.splat(-LN_2_HIGH), x);
    let rest = ops.mul_add(power, ops.splat(-LN_2_LOW), rest);
    let mut sum = ops.splat(1.0 / 5040.0);
    for factor in [
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = ops.mul_add(sum, rest, ops.splat(factor));
    }
    let whole = isa.i32();
    let exponent = whole.add(ops.to_int_round(power), whole.splat(127));
    let scale: I::F32 = whole.shift_left::<23>(exponent).reinterpret_cast();
    ops.mul(sum, scale)
}

/// 1 / (1 + exp(-x)); absolute error below 1e-7.
#[inline(always)]
pub(crate) fn sigmoid<I: Isa>(isa: I, x: I::F32) -> I::F32 {
    let ops = isa.f32();
    let one = ops.splat(1.0);
    let small = exp(isa, ops.sub(ops.splat(0.0), x));
    ops.div(one, ops.add(one, small))
}

/// The hyperbolic tangent as 1 - 2 / (1 + exp(2 x)); absolute error below 2e-7.
#[inline(always)]
pub(crate) fn tanh<I: Isa>(isa: I, x: I::F32) -> I::F32 {
    let ops = isa.f32();
    let one = ops.splat(1.0);
    let two = ops.splat(2.0);
    let large = exp(isa, ops.mul(two, x));
    ops.sub(one, ops.div(two, ops.add(one, large)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rten_simd::SimdOp;

    /// The three functions of 16 numbers.
    struct All<'a>(&'a [f32], [&'a mut [f32]; 3]);

    impl SimdOp for All<'_> {
        type Output = ();

        #[inline(always)]
        fn eval<I: Isa>(self, isa: I) {
            let ops = isa.f32();
            let [e, s, t] = self.1;
            for at in (0..self.0.len()).step_by(ops.len()) {
                let x = ops.load(&self.0[at..]);
                ops.store(exp(isa, x), &mut e[at..]);
                ops.store(sigmoid(isa, x), &mut s[at..]);
                ops.store(tanh(isa, x), &mut t[at..]);
            }
        }
    }

    fn evaluate(xs: &[f32], run: impl Fn(All<'_>)) -> [Vec<f32>; 3] {
        let mut out = [(); 3].map(|()| vec![0.0; xs.len()]);
        let [e, s, t] = &mut out;
        run(All(xs, [e, s, t]));
        out
    }

    #[test]
    fn they_are_near_the_double_precision_ones() {
        let xs: Vec<f32> = (-8000..8000).map(|step| step as f32 * 0.01).collect();
        let [e, s, t] = evaluate(&xs, |all| all.dispatch());
        for (at, &x) in xs.iter().enumerate() {
            let x = f64::from(x);
            assert!((f64::from(e[at]) / x.exp() - 1.0).abs() < 2e-7, "exp {x}");
            let sigmoid = 1.0 / (1.0 + (-x).exp());
            assert!((f64::from(s[at]) - sigmoid).abs() < 1e-7, "sigmoid {x}");
            assert!((f64::from(t[at]) - x.tanh()).abs() < 2e-7, "tanh {x}");
        }
    }

    #[test]
    fn far_arguments_saturate() {
        let xs: Vec<f32> = [-1e9_f32, 1e9].repeat(8);
        let [_, s, t] = evaluate(&xs, |all| all.dispatch());
        assert!(s[0] < 1e-30 && t[0] == -1.0);
        assert_eq!((s[1], t[1]), (1.0, 1.0));
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn bits_do_not_depend_on_the_width_of_vectors() {
        let xs: Vec<f32> = (-800..800).map(|step| step as f32 * 0.0371).collect();
        let wide = evaluate(&xs, |all| all.dispatch());
        if let Some(isa) = rten_simd::isa::Avx2Isa::new() {
            assert_eq!(evaluate(&xs, |all| all.eval(isa)), wide);
        }
    }
}
