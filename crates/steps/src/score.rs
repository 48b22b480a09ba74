//! Scores by name, for whoever shows them.

/// Names of scores of which less is better.
const LOSSES: [&str; 4] = ["log_loss", "rmse", "mae", "mase"];

/// Whether less of a score is better.
///
/// ```
/// assert!(steps::lower_is_better("rmse"));
/// assert!(!steps::lower_is_better("r2"));
/// assert!(steps::lower_is_better("mase_24h"));
/// ```
pub fn lower_is_better(metric: &str) -> bool {
    let at_horizon = metric.rsplit_once('_').filter(|(_, hours)| {
        hours
            .strip_suffix('h')
            .is_some_and(|hours| hours.parse::<u32>().is_ok())
    });
    LOSSES.contains(&at_horizon.map_or(metric, |(metric, _)| metric))
}

/// A score with the digits that say something: three behind the point, fewer of large numbers, more of tiny ones.
///
/// ```
/// let text = [0.8375, 12.3456, 123.456, 45_678.9, 0.000_123_4].map(steps::score_text);
/// assert_eq!(text, ["0.838", "12.346", "123.5", "45679", "0.000123"]);
/// ```
pub fn score_text(score: f64) -> String {
    match score.abs() {
        10_000.0.. => format!("{score:.0}"),
        100.0.. => format!("{score:.1}"),
        // Three places would show nothing but zeros: the first other digit, and two more.
        size @ 1e-12..0.0005 => {
            let digits = (2.0 - size.log10().floor()) as usize;
            format!("{score:.digits$}")
        }
        _ => format!("{score:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_few_digits() {
        let cases = [
            (0.0, "0.000"),
            (1.0, "1.000"),
            (-0.25, "-0.250"),
            (99.9994, "99.999"),
            (100.0, "100.0"),
            (-12_345.6, "-12346"),
            (0.001, "0.001"),
            (-0.000_74, "-0.001"),
            (0.000_049_8, "0.0000498"),
            (1e-20, "0.000"),
            (f64::NAN, "NaN"),
        ];
        for (score, text) in cases {
            assert_eq!(score_text(score), text);
        }
    }
}
