//! How the learning rate goes over the steps of a training.

use std::f64::consts::PI;

use crate::functions::cos;

/// A learning rate that is known for each step before the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Schedule {
    /// Half a cosine wave from the peak to 0.
    Cosine {
        /// The first rate.
        peak: f64,
    },
    /// A line up to the peak over the first tenth of the steps, then half a cosine wave to 0.
    WarmCosine {
        /// The highest rate.
        peak: f64,
    },
}

impl Schedule {
    /// The rate of a step that counts from 0.
    ///
    /// ```
    /// use networks::Schedule;
    ///
    /// let schedule = Schedule::WarmCosine { peak: 0.01 };
    /// assert_eq!(schedule.rate(0, 100), 0.001);
    /// assert_eq!(schedule.rate(9, 100), 0.01);
    /// assert!((schedule.rate(55, 100) - 0.005).abs() < 1e-12);
    /// ```
    pub fn rate(self, step: u64, steps: u64) -> f64 {
        let wave = |peak: f64, done: f64| peak * 0.5 * (1.0 + cos(PI * done));
        match self {
            Self::Cosine { peak } => wave(peak, step as f64 / steps as f64),
            Self::WarmCosine { peak } => {
                let warm = steps / 10;
                if step < warm {
                    peak * (step + 1) as f64 / warm as f64
                } else {
                    wave(peak, (step - warm) as f64 / (steps - warm) as f64)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_begin_at_the_peak_and_end_near_zero() {
        let plain = Schedule::Cosine { peak: 0.003 };
        assert!((plain.rate(0, 920) - 0.003).abs() < 1e-15);
        assert!((plain.rate(460, 920) - 0.0015).abs() < 1e-15);
        assert!(plain.rate(919, 920) < 1e-7);
        let warm = Schedule::WarmCosine { peak: 0.01 };
        // Without a tenth of a step there is no line.
        assert!((warm.rate(0, 9) - 0.01).abs() < 1e-15);
        assert!(warm.rate(359, 360) < 1e-6);
        let rates: Vec<f64> = (36..360).map(|step| warm.rate(step, 360)).collect();
        assert!(rates.windows(2).all(|pair| pair[0] > pair[1]));
    }
}
