//! Exponential, logarithm, sine and cosine from multiplications and additions alone.
//!
//! Those of C libraries differ in their last bits, so a model trained with one would differ from a model trained with
//! another. The relative error is below 1e-15 for moderate arguments. The reductions and series are the textbook ones: see
//! Muller, "Elementary Functions", chapters 4 and 11.

use std::f64::consts::{LN_2, LOG2_E, PI, SQRT_2};

/// The part of ln 2 that is exact in 32 bits, and the rest.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Added to a small number, its last bits are the nearest whole number: 1.5 * 2^52.
const WHOLE: f64 = 6_755_399_441_055_744.0;
/// 1 / n!, from n = 2 on.
const FACTORIALS: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// The exponential; 0 below -700, infinity above 700.
///
/// ```
/// assert!((networks::functions::exp(1.0) - std::f64::consts::E).abs() < 1e-15);
/// ```
#[inline]
pub fn exp(x: f64) -> f64 {
    if x.abs() > 700.0 {
        return if x < 0.0 { 0.0 } else { f64::INFINITY };
    }
    let shifted = x * LOG2_E + WHOLE;
    let power = shifted - WHOLE;
    let r = (x - power * LN_2_HIGH) - power * LN_2_LOW;
    // Taylor's series by pairs, so that terms need not wait for each other: the first term left out is 0.35^14 / 14!.
    let c = &FACTORIALS;
    let (r2, pair) = (r * r, |n: usize| c[n] + c[n + 1] * r);
    let r4 = r2 * r2;
    let low = pair(0) + pair(2) * r2;
    let middle = pair(4) + pair(6) * r2;
    let high = pair(8) + pair(10) * r2;
    let tail = low + (middle + high * r4) * r4;
    let sum = 1.0 + (r + r2 * tail);
    sum * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

/// The exponential in single precision, of arguments that are first put between -87 and 88; relative error below 3e-7.
/// It has no branch, so that a loop over it becomes one over vectors.
///
/// ```
/// assert!((networks::functions::exp_single(1.0) - std::f32::consts::E).abs() < 1e-6);
/// ```
#[inline]
pub fn exp_single(x: f32) -> f32 {
    /// The part of ln 2 that is exact in 15 bits, and the rest.
    const HIGH: f32 = 0.693_145_75;
    const LOW: f32 = 1.428_606_8e-6;
    /// As that of double precision: 1.5 * 2^23.
    const WHOLE: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + WHOLE;
    let power = shifted - WHOLE;
    let r = (x - power * HIGH) - power * LOW;
    let mut tail = 1.0 / 5040.0;
    for factor in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5] {
        tail = tail * r + factor;
    }
    let sum = 1.0 + (r + r * r * tail);
    sum * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// The natural logarithm of a positive normal number.
///
/// ```
/// assert!((networks::functions::ln(10.0) - std::f64::consts::LN_10).abs() < 1e-15);
/// ```
#[inline]
pub fn ln(x: f64) -> f64 {
    /// 1 / (2 n + 1).
    const ODD: [f64; 12] = [
        1.0,
        1.0 / 3.0,
        1.0 / 5.0,
        1.0 / 7.0,
        1.0 / 9.0,
        1.0 / 11.0,
        1.0 / 13.0,
        1.0 / 15.0,
        1.0 / 17.0,
        1.0 / 19.0,
        1.0 / 21.0,
        1.0 / 23.0,
    ];
    if x.is_nan() || x <= 0.0 {
        return if x == 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::NAN
        };
    }
    if x.is_infinite() {
        return x;
    }
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7FF).cast_signed() - 1023;
    let mut mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // ln m = 2 artanh s, with s = (m - 1) / (m + 1) below 0.172.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let sum = ODD.iter().rev().fold(0.0, |sum, odd| sum * square + odd);
    exponent as f64 * LN_2 + 2.0 * s * sum
}

/// The natural logarithm of 1 + x, without what is lost when a small x is added to 1.
///
/// ```
/// assert!((networks::functions::ln_1p(1e-20) - 1e-20).abs() < 1e-35);
/// ```
#[inline]
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    // What rounding took from the sum, divided by it, is the first term that the logarithm misses.
    if sum.is_finite() && sum > 0.0 {
        ln(sum) + (x - (sum - 1.0)) / sum
    } else {
        ln(sum)
    }
}

/// The smallest power of two that a positive finite number does not exceed, as its exponent.
///
/// ```
/// assert_eq!([1.0, 1.1, 2.0, 0.3].map(networks::functions::ceil_log2), [0, 1, 1, -1]);
/// ```
pub fn ceil_log2(x: f64) -> i32 {
    // A subnormal number is brought into the normal range by 2^64.
    let (x, offset) = if x < f64::MIN_POSITIVE {
        (x * 18_446_744_073_709_551_616.0, 64)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as i32 - 1023;
    exponent + i32::from(bits & ((1 << 52) - 1) != 0) - offset
}

/// The sine of an angle between -10 and 10.
pub fn sin(x: f64) -> f64 {
    let turns = (x / (2.0 * PI)).round();
    let x = x - turns * 2.0 * PI;
    let square = x * x;
    let mut sum = 1.0;
    for n in (1..15).rev() {
        sum = 1.0 - sum * square / f64::from((2 * n) * (2 * n + 1));
    }
    x * sum
}

/// The cosine of an angle between -10 and 10.
pub fn cos(x: f64) -> f64 {
    let turns = (x / (2.0 * PI)).round();
    let x = x - turns * 2.0 * PI;
    let square = x * x;
    let mut sum = 1.0;
    for n in (1..15).rev() {
        sum = 1.0 - sum * square / f64::from((2 * n - 1) * (2 * n));
    }
    sum
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn they_are_as_near_as_those_of_the_c_library() {
        for step in -4000..=4000 {
            let x = f64::from(step) * 0.0025;
            let wide = x * 60.0;
            let near = |own: f64, other: f64, scale: f64| (own - other).abs() <= 4e-15 * scale;
            assert!(near(exp(wide), wide.exp(), wide.exp()), "exp {wide}");
            assert!(near(sin(x), x.sin(), 1.0), "sin {x}");
            assert!(near(cos(x), x.cos(), 1.0), "cos {x}");
            let positive = wide.exp();
            assert!(
                near(ln(positive), positive.ln(), 1.0 + wide.abs()),
                "ln {positive}"
            );
        }
    }

    #[test]
    fn logarithms_of_one_and_little_more_lose_nothing() {
        for step in -500..=10 {
            let x = (f64::from(step) * 0.1).exp();
            let near = |own: f64| (own / x.ln_1p() - 1.0).abs() <= 1e-15;
            assert!(near(ln_1p(x)), "{x}: {} {}", ln_1p(x), x.ln_1p());
        }
        assert_eq!(ln_1p(0.0), 0.0);
        assert_eq!(ln_1p(f64::INFINITY), f64::INFINITY);
        assert_eq!(ln_1p(-1.0), f64::NEG_INFINITY);
        assert!(ln_1p(-2.0).is_nan());
    }

    #[test]
    fn single_precision_is_as_near_as_it_can_be() {
        for step in -8700..=8800_i16 {
            let x = f32::from(step) * 0.01;
            let truth = f64::from(x).exp();
            let error = (f64::from(exp_single(x)) / truth - 1.0).abs();
            assert!(error < 3e-7, "{x}: {error}");
        }
        assert_eq!(exp_single(0.0), 1.0);
        assert_eq!(exp_single(f32::NEG_INFINITY), exp_single(-87.0));
        assert!(exp_single(1e9).is_finite() && exp_single(f32::NAN).is_nan());
    }

    #[test]
    fn powers_of_two_are_found_exactly() {
        for power in -1000..1000 {
            let x = 2.0_f64.powi(power);
            let found = [x.next_down(), x, x.next_up()].map(ceil_log2);
            assert_eq!(found, [power, power, power + 1]);
        }
        assert_eq!(ceil_log2(5e-324), -1074);
    }

    #[test]
    fn bits_are_those_of_every_machine() {
        let found = [exp(0.5), exp(-20.25), ln(3.0), ln_1p(0.125)].map(f64::to_bits);
        assert_eq!(
            found,
            [
                4_610_103_999_673_009_820,
                4_475_333_236_920_666_683,
                4_607_626_529_066_517_258,
                4_593_151_582_831_047_398
            ]
        );
        assert_eq!(exp_single(-1.5).to_bits(), 1_046_772_796);
    }

    #[test]
    fn ends_of_the_range_are_defined() {
        assert_eq!((exp(-1e9), exp(1e9)), (0.0, f64::INFINITY));
        assert!(exp(f64::NAN).is_nan() && ln(f64::NAN).is_nan() && ln(-1.0).is_nan());
        assert_eq!(
            (ln(0.0), ln(f64::INFINITY)),
            (f64::NEG_INFINITY, f64::INFINITY)
        );
        assert_eq!(
            (exp(0.0), ln(1.0), sin(0.0), cos(0.0)),
            (1.0, 0.0, 0.0, 1.0)
        );
    }
}
