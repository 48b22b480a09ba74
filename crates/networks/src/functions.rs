//! Exponential, logarithm, sine and cosine of double precision from multiplications and additions alone.
//!
//! Those of C libraries differ in their last bits, so a model trained with one would differ from a model trained with
//! another. The relative error is below 1e-15 for moderate arguments. The reductions and series are the textbook ones: see
//! Muller, "Elementary Functions", chapters 4 and 11.

use std::f64::consts::{LN_2, PI, SQRT_2};

/// The part of ln 2 that is exact in 32 bits, and the rest.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The exponential; 0 below -700, infinity above 700.
///
/// ```
/// assert!((networks::functions::exp(1.0) - std::f64::consts::E).abs() < 1e-15);
/// ```
pub fn exp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < -700.0 {
        return 0.0;
    }
    if x > 700.0 {
        return f64::INFINITY;
    }
    let power = (x / LN_2).round();
    let rest = (x - power * LN_2_HIGH) - power * LN_2_LOW;
    // Taylor's series: the first term left out is 0.35^14 / 14!.
    let mut sum = 1.0;
    for n in (1..14).rev() {
        sum = 1.0 + sum * rest / f64::from(n);
    }
    let exponent = (1023 + power as i64) as u64;
    sum * f64::from_bits(exponent << 52)
}

/// The natural logarithm of a positive normal number.
pub fn ln(x: f64) -> f64 {
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
    let mut sum = 0.0;
    for n in (0..12).rev() {
        sum = sum * square + 1.0 / f64::from(2 * n + 1);
    }
    exponent as f64 * LN_2 + 2.0 * s * sum
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
