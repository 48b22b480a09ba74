//! How likely a figure keeps a limit, from its 10, 50 and 90 % ends.

use crate::Range;

/// The standard normal's 90 % quantile.
const Z90: f64 = 1.281_551_565_544_6;

/// The chance that a figure is at most a limit. Between its ends the figure is taken as two halves of a normal, each with the
/// spread of its side; a figure without spread keeps a limit or does not.
///
/// ```
/// use plan::{Range, chance_below};
/// let figure = Range { low: 8.0, mid: 10.0, high: 14.0 };
/// let chance = |limit| (chance_below(figure, limit) * 1000.0).round() / 1000.0;
/// assert_eq!((chance(8.0), chance(10.0), chance(14.0)), (0.1, 0.5, 0.9));
/// ```
pub fn chance_below(figure: Range<f64>, limit: f64) -> f64 {
    let side = if limit < figure.mid {
        figure.mid - figure.low
    } else {
        figure.high - figure.mid
    };
    if side <= 0.0 {
        return if figure.mid <= limit { 1.0 } else { 0.0 };
    }
    normal_cdf((limit - figure.mid) / side * Z90)
}

/// The standard normal distribution function: Abramowitz and Stegun 26.2.17, within 7.5e-8.
fn normal_cdf(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let coefficients = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    let polynomial = coefficients.iter().rev().fold(0.0, |sum, c| (sum + c) * t);
    let density = (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let above = density * polynomial;
    if z >= 0.0 { 1.0 - above } else { above }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_has_its_known_values() {
        let cases = [
            (0.0, 0.5),
            (1.0, 0.841_344_746),
            (-1.0, 0.158_655_254),
            (1.959_963_985, 0.975),
            (-3.0, 0.001_349_898),
        ];
        for (z, expected) in cases {
            assert!((normal_cdf(z) - expected).abs() < 1e-7, "{z}");
        }
    }

    #[test]
    fn an_exact_figure_keeps_a_limit_or_does_not() {
        let figure = Range::exact(5.0);
        assert_eq!(
            (chance_below(figure, 5.0), chance_below(figure, 4.9)),
            (1.0, 0.0)
        );
    }
}
