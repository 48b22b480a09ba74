//! A day of traffic out of two numbers, for who has no trace.

use std::f64::consts::TAU;

use units::{Rate, Span};

use super::Trace;
use crate::error::SimulateError;

/// A daily pattern with one peak.
///
/// The rate is `mean * exp(k * cos(2 pi (t - peak) / day)) / I0(k)`: a bell around the peak that never falls to zero, with
/// `k` such that peak over mean is the factor that was asked for. I0 is the modified Bessel function that makes the mean right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Daily {
    /// Mean rate over the day.
    pub mean: Rate,
    /// Rate at the peak over the mean rate: 1 to 20.
    pub peak_factor: f64,
    /// Time of day of the peak.
    pub peak_at: Span,
    /// Days.
    pub days: u32,
}

/// Minutes of a day, which are the periods of the pattern.
const MINUTES: u32 = 24 * 60;
const DAYS: u32 = 366;

impl Daily {
    /// The pattern as a trace of minutes.
    ///
    /// ```
    /// use simulate::Daily;
    ///
    /// let daily = Daily { mean: "10 /s".parse()?, peak_factor: 3.0, peak_at: "14 h".parse()?, days: 1 };
    /// let trace = daily.trace()?;
    /// assert!((trace.mean_rate() - 10.0).abs() < 1e-6 && (trace.peak_rate() - 30.0).abs() < 0.01);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn trace(&self) -> Result<Trace, SimulateError> {
        if !(1.0..=20.0).contains(&self.peak_factor) {
            return Err(SimulateError::Setting {
                setting: "peak_factor",
                found: self.peak_factor.to_string(),
                expected: "a number from 1 to 20",
            });
        }
        if !(1..=DAYS).contains(&self.days) {
            return Err(SimulateError::Setting {
                setting: "days",
                found: self.days.to_string(),
                expected: "a number from 1 to 366",
            });
        }
        let k = concentration(self.peak_factor);
        let peak = self.peak_at.as_seconds() / 60.0;
        let shape: Vec<f64> = (0..MINUTES)
            .map(|minute| {
                let angle = TAU * (f64::from(minute) - peak) / f64::from(MINUTES);
                // Divided by the peak's value: large k would overflow.
                (k * (angle.cos() - 1.0)).exp()
            })
            .collect();
        let sum: f64 = shape.iter().sum();
        let a_day = self.mean.per_second() * 86_400.0;
        let day = shape.iter().map(|part| part / sum * a_day);
        let count = MINUTES as usize * self.days as usize;
        let means = day.cycle().take(count).collect();
        Trace::from_expected(Span::from_nanos(60_000_000_000), means)
    }
}

/// The `k` of `exp(k) / I0(k) = factor`, by halving.
fn concentration(factor: f64) -> f64 {
    let ratio = |k: f64| {
        let minutes = f64::from(MINUTES);
        let mean: f64 = (0..MINUTES)
            .map(|minute| (k * ((TAU * f64::from(minute) / minutes).cos() - 1.0)).exp())
            .sum::<f64>()
            / minutes;
        1.0 / mean
    };
    let (mut low, mut high) = (0.0, 4_000.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if ratio(middle) < factor {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}
