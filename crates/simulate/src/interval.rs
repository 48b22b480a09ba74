//! An interval over repetitions.

/// The low end, the middle and the high end of a quantity: its quantiles at 10, 50 and 90 %, so that four of five
/// repetitions lie within.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Quantile at 10 %.
    pub low: f64,
    /// Median.
    pub mid: f64,
    /// Quantile at 90 %.
    pub high: f64,
}

impl Interval {
    /// Of these values; `None` of none. Values between two are linear.
    ///
    /// ```
    /// let interval = simulate::Interval::of((0..=10).map(f64::from)).unwrap();
    /// assert_eq!((interval.low, interval.mid, interval.high), (1.0, 5.0, 9.0));
    /// ```
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let last = values.len().checked_sub(1)?;
        let at = |share: f64| {
            let place = share * last as f64;
            let below = place as usize;
            let above = (below + 1).min(last);
            values[below] + (values[above] - values[below]) * place.fract()
        };
        Some(Self {
            low: at(0.1),
            mid: at(0.5),
            high: at(0.9),
        })
    }
}
