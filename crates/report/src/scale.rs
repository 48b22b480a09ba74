//! Axes: round ticks, and the place of a value between the ends.

/// A linear axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Round values within the ends, ascending.
    pub(crate) ticks: Vec<f64>,
    /// Digits after the point that tell the ticks apart.
    pub(crate) digits: usize,
}

impl Scale {
    /// An axis whose ends are the values, with about so many ticks.
    pub(crate) fn exact(low: f64, high: f64, count: usize) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        let step = step((high - low) / count.max(1) as f64);
        let first = (low / step).ceil() as i64;
        let last = (high / step + 1e-9).floor() as i64;
        Self {
            low,
            high,
            ticks: (first..=last).map(|place| place as f64 * step).collect(),
            digits: (-step.log10().floor()).clamp(0.0, 9.0) as usize,
        }
    }

    /// An axis that is widened to the next round values.
    pub(crate) fn round(low: f64, high: f64, count: usize) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        let step = step((high - low) / count.max(1) as f64);
        let (low, high) = (
            (low / step + 1e-9).floor() * step,
            (high / step - 1e-9).ceil() * step,
        );
        Self::exact(low, high, count)
    }

    /// Where a value lies: 0 at the lower end, 1 at the upper.
    pub(crate) fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// A tick's text.
    pub(crate) fn label(&self, tick: f64) -> String {
        // No negative zero.
        format!("{:.*}", self.digits, tick + 0.0)
    }
}

/// The next of 1, 2, 5 times a power of ten.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let times = least / power;
    let round = [1.0, 2.0, 5.0, 10.0];
    power
        * round
            .into_iter()
            .find(|&round| times <= round + 1e-9)
            .unwrap_or(10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within_the_ends() {
        let cases: [(f64, f64, usize, &[&str]); 5] = [
            (0.0, 1.0, 4, &["0.0", "0.5", "1.0"]),
            (0.0, 4.3, 5, &["0", "1", "2", "3", "4"]),
            (0.72, 0.91, 4, &["0.75", "0.80", "0.85", "0.90"]),
            (-0.013, 0.05, 4, &["0.00", "0.02", "0.04"]),
            (0.0, 0.0, 4, &["0.0", "0.5", "1.0"]),
        ];
        for (low, high, count, expected) in cases {
            let scale = Scale::exact(low, high, count);
            let labels: Vec<String> = scale.ticks.iter().map(|&tick| scale.label(tick)).collect();
            assert_eq!(labels, expected, "{low} {high}");
        }
    }

    #[test]
    fn a_round_axis_ends_at_ticks() {
        let scale = Scale::round(0.72, 0.91, 4);
        assert!(
            (scale.low - 0.70).abs() < 1e-9 && (scale.high - 0.95).abs() < 1e-9,
            "{scale:?}"
        );
        assert!((scale.place(0.825) - 0.5).abs() < 1e-9);
        assert_eq!((scale.place(0.0), scale.place(2.0)), (0.0, 1.0));
    }
}
