//! Examples of a forecast as windows, as a recurrent network takes them.

use networks::lstm::Windows;

use super::calendar::{CALENDAR, calendar};
use super::error::Error;
use super::features::{Example, Source, recent, same_hour};
use super::hours::Hours;
use super::moment::Moment;
use crate::preparation::Affine;

/// Columns beside a window: the calendar of the target hour, and three values of the target: the last, the mean of 24 hours,
/// and that of the same hour of the last known day.
pub const EXTRA: usize = CALENDAR.len() + 3;

/// The longest window, in hours.
pub const MAX_WINDOW: usize = 168;

/// Mean and deviation of each column over the hours before a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

impl Scaling {
    /// Fits on the hours before `end`; deviations have the divisor n, and are 1 where a column does not change.
    pub fn fit(filled: &Hours, end: Moment) -> Result<Self, Error> {
        let rows = (0..filled.len()).take_while(|&hour| filled.moment(hour) < end);
        let mut scaling = Self {
            mean: Vec::new(),
            deviation: Vec::new(),
        };
        for (column, name) in filled.names().iter().enumerate() {
            // Those before the first value of a column stay missing.
            let values = || {
                let all = rows.clone().map(|hour| filled.value(hour, column));
                all.filter(|value| !value.is_nan())
            };
            let count = values().count() as f64;
            let mean = values().sum::<f64>() / count;
            let square = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
            if !square.is_finite() {
                return Err(Error::Series {
                    problem: format!("no value of column `{name}` in its first rows"),
                });
            }
            scaling.mean.push(mean);
            scaling
                .deviation
                .push(if square == 0.0 { 1.0 } else { square.sqrt() });
        }
        Ok(scaling)
    }

    /// The scaling of a column.
    pub fn affine(&self, column: usize) -> Affine {
        Affine {
            offset: self.mean[column] as f32,
            factor: (1.0 / self.deviation[column]) as f32,
        }
    }

    /// The scalings of a window's columns and of the extra ones; the calendar stays what it is.
    pub fn affines(&self, target: usize) -> (Vec<Affine>, Vec<Affine>) {
        let same = Affine {
            offset: 0.0,
            factor: 1.0,
        };
        let mut columns: Vec<Affine> = (0..self.mean.len())
            .map(|column| self.affine(column))
            .collect();
        columns.extend([same; CALENDAR.len()]);
        let mut extra = vec![same; CALENDAR.len()];
        extra.extend([self.affine(target); 3]);
        (columns, extra)
    }

    /// What undoes the scaling of a column: factor, then what is added.
    pub fn undo(&self, column: usize) -> (f32, f32) {
        (self.deviation[column] as f32, self.mean[column] as f32)
    }
}

/// The windows of examples.
#[derive(Debug, Clone)]
pub struct Sequences<'a> {
    filled: &'a Hours,
    target: usize,
}

impl<'a> Sequences<'a> {
    /// Windows of a series whose missing values are filled.
    pub fn new(filled: &'a Hours, target: usize) -> Self {
        Self { filled, target }
    }

    /// Values as they were measured, with targets as they were measured: what a saved model takes. Missing ones are NaN.
    pub fn measured(&self, examples: &[Example]) -> Windows {
        self.windows(examples, |_, value| value)
    }

    /// As [`Sequences::measured`], where one source of the features of each example is that of another: the one whose place
    /// the order says. No window shares its hours with another then.
    pub(super) fn dealt(
        &self,
        examples: &[Example],
        window: usize,
        (source, order): (Source, &[usize]),
    ) -> Windows {
        let mut windows = Windows::default();
        for (place, own) in examples.iter().enumerate() {
            let other = &examples[order[place]];
            let of = |asked: Source| if asked == source { other } else { own };
            for back in (0..window).rev() {
                let value = |column| {
                    let example = of(Source::Column(column));
                    self.filled.value(example.origin - back, column) as f32
                };
                let columns = 0..self.filled.names().len();
                windows.series.extend(columns.map(value));
                let hour = of(Source::Calendar).origin - back;
                let calendar = calendar(self.filled.moment(hour));
                windows.series.extend(calendar.map(|value| value as f32));
            }
            windows.ends.push(((place + 1) * window - 1) as u32);
            let calendar = calendar(of(Source::Calendar).moment);
            windows.extra.extend(calendar.map(|value| value as f32));
            let known = self.known(of(Source::Column(self.target)));
            windows.extra.extend(known.map(|value| value as f32));
            windows.targets.push(own.target as f32);
        }
        windows
    }

    /// What is known of the target beside the window: its last value, the mean of a day, and the same hour of the last day.
    fn known(&self, example: &Example) -> [f64; 3] {
        let value = |hour| self.filled.value(hour, self.target);
        [
            value(example.origin),
            recent(self.filled, self.target, example.origin, 24),
            value(same_hour(example)),
        ]
    }

    /// Values and targets scaled: what a network is trained on. Missing ones are the mean.
    pub fn scaled(&self, examples: &[Example], scaling: &Scaling) -> Windows {
        self.windows(examples, |column, value| {
            let scaled = (value - scaling.mean[column]) / scaling.deviation[column];
            if scaled.is_nan() { 0.0 } else { scaled }
        })
    }

    fn windows(&self, examples: &[Example], scale: impl Fn(usize, f64) -> f64) -> Windows {
        let mut windows = Windows::default();
        // What no window reaches back to is left out: of one forecast that is nearly everything.
        let origins = examples.iter().map(|example| example.origin);
        let last = origins.clone().max().unwrap_or(0);
        let first = origins.min().unwrap_or(0);
        let first = first.saturating_sub(MAX_WINDOW - 1);
        for hour in first..=last {
            let values = self.filled.row(hour).iter().enumerate();
            let scaled = values.map(|(column, &value)| scale(column, value) as f32);
            windows.series.extend(scaled);
            let calendar = calendar(self.filled.moment(hour));
            windows.series.extend(calendar.map(|value| value as f32));
        }
        let target = |value: f64| scale(self.target, value) as f32;
        for example in examples {
            windows.ends.push((example.origin - first) as u32);
            let calendar = calendar(example.moment);
            windows.extra.extend(calendar.map(|value| value as f32));
            windows.extra.extend(self.known(example).map(target));
            windows.targets.push(target(example.target));
        }
        windows
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::super::features::examples;
    use super::super::features::tests::ramp;
    use super::*;

    #[test]
    fn scaling_is_fitted_before_its_end_alone() {
        let filled = ramp().filled();
        let scaling = Scaling::fit(&filled, Moment(3 * 3600)).unwrap();
        assert_eq!(scaling.mean, [1.0, 1.0]);
        assert!((scaling.deviation[0] - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(
            Scaling::fit(&filled, Moment(3600)).unwrap().deviation,
            [1.0, 1.0]
        );
        let error = Scaling::fit(&filled, Moment(0)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the series has no value of column `y` in its first rows"
        );
    }

    #[test]
    fn windows_hold_the_past_and_the_calendar_of_the_target() {
        let hours = ramp();
        let filled = hours.filled();
        let examples = examples(&hours, 0, 24, 168).unwrap();
        let windows = Sequences::new(&filled, 0).measured(&examples);
        assert_eq!(windows.series.len(), 276 * 7);
        assert_eq!(windows.ends[0], 167);
        let last = Sequences::new(&filled, 0).measured(&examples[examples.len() - 1..]);
        assert_eq!((last.series.len(), last.ends[0]), (168 * 7, 167));
        assert_eq!(last.extra, windows.extra[windows.extra.len() - EXTRA..]);
        assert_eq!(windows.targets[0], 191.0);
        let extra = &windows.extra[..EXTRA];
        let calendar = calendar(Moment(191 * 3600)).map(|value| value as f32);
        assert_eq!(extra[..5], calendar);
        assert_eq!(extra[5..], [167.0, 155.5, 167.0]);
    }

    #[test]
    fn a_dealt_source_changes_what_comes_from_it_alone() {
        let hours = ramp();
        let filled = hours.filled();
        let all = examples(&hours, 0, 1, 168).unwrap();
        let two = [all[0], all[30]];
        let sequences = Sequences::new(&filled, 0);
        let dealt = |source, order: &[usize]| sequences.dealt(&two, 24, (source, order));
        let same = dealt(Source::Calendar, &[0, 1]);
        let measured = sequences.measured(&two);
        let window = |end: u32| &measured.series[(end as usize - 23) * 7..(end as usize + 1) * 7];
        assert_eq!(same.ends, [23, 47]);
        assert_eq!(same.series[..24 * 7], *window(measured.ends[0]));
        assert_eq!(same.series[24 * 7..], *window(measured.ends[1]));
        assert_eq!(
            (&same.extra, &same.targets),
            (&measured.extra, &measured.targets)
        );
        for (source, places, extra) in [
            (Source::Column(0), 0..1, 5..8),
            (Source::Column(1), 1..2, 0..0),
            (Source::Calendar, 2..7, 0..5),
        ] {
            let swapped = dealt(source, &[1, 0]);
            for (at, value) in swapped.series.iter().enumerate() {
                let other = (at + 24 * 7) % (2 * 24 * 7);
                let from = if places.contains(&(at % 7)) {
                    other
                } else {
                    at
                };
                assert_eq!(*value, same.series[from], "{source:?} {at}");
            }
            for (at, value) in swapped.extra.iter().enumerate() {
                let other = (at + EXTRA) % (2 * EXTRA);
                let from = if extra.contains(&(at % EXTRA)) {
                    other
                } else {
                    at
                };
                assert_eq!(*value, same.extra[from], "{source:?} {at}");
            }
        }
    }

    #[test]
    fn scaled_windows_are_measured_ones_through_the_affines() {
        let hours = ramp();
        let filled = hours.filled();
        let examples = examples(&hours, 0, 1, 168).unwrap();
        let scaling = Scaling::fit(&filled, Moment(250 * 3600)).unwrap();
        let sequences = Sequences::new(&filled, 0);
        let (measured, scaled) = (
            sequences.measured(&examples),
            sequences.scaled(&examples, &scaling),
        );
        let (columns, extra) = scaling.affines(0);
        let through = |values: &[f32], affines: &[Affine]| -> Vec<f32> {
            let pairs = values.iter().zip(affines.iter().cycle());
            pairs
                .map(|(&x, affine)| (x - affine.offset) * affine.factor)
                .collect()
        };
        let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(near(&through(&measured.series, &columns), &scaled.series));
        assert!(near(&through(&measured.extra, &extra), &scaled.extra));
        let (factor, offset) = scaling.undo(0);
        assert!((scaled.targets[9] * factor + offset - measured.targets[9]).abs() < 1e-4);
    }
}
