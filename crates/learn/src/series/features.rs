//! Examples of a forecast with features in columns, as trees and linear models take them.

use super::calendar::{CALENDAR, calendar};
use super::error::Error;
use super::hours::Hours;
use super::moment::Moment;
use crate::table::Table;

/// Hours before the origin whose target value is a feature, where nothing else is said.
pub const LAGS: [u32; 11] = [1, 2, 3, 6, 12, 18, 23, 47, 71, 143, 167];
/// The longest horizon: a week.
pub const MAX_HORIZON: u32 = 168;

/// One example.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Example {
    /// The last hour that is known.
    pub origin: usize,
    /// The hour that is forecast.
    pub hour: usize,
    /// Its moment, which says the part of the example.
    pub moment: Moment,
    /// The value at that hour, as it was measured.
    pub target: f64,
}

/// All examples of a horizon: so many hours are known, the origin among them, and the target was measured.
pub fn examples(
    hours: &Hours,
    target: usize,
    horizon: u32,
    history: u32,
) -> Result<Vec<Example>, Error> {
    if !(1..=MAX_HORIZON).contains(&horizon) {
        return Err(Error::Series {
            problem: format!("a horizon of {horizon} hours, expected 1 to {MAX_HORIZON}"),
        });
    }
    let example = |origin: usize| {
        let hour = origin + horizon as usize;
        let target = hours.value(hour, target);
        (!target.is_nan()).then(|| Example {
            origin,
            hour,
            moment: hours.moment(hour),
            target,
        })
    };
    let first = history.max(DAY) as usize - 1;
    let origins = first..hours.len().saturating_sub(horizon as usize).max(first);
    Ok(origins.filter_map(example).collect())
}

/// Hours that are known at least: the means and the same hour look back a day.
const DAY: u32 = 24;

/// The hour whose value is the seasonal forecast: a whole number of days before the target hour, and known.
pub(super) fn same_hour(example: &Example) -> usize {
    let days = (example.hour - example.origin).div_ceil(24);
    example.hour - 24 * days
}

/// The two forecasts that a model must beat: the last value, and that of the same hour of the last known day.
pub fn baselines(filled: &Hours, target: usize, example: &Example) -> (f64, f64) {
    let value = |hour| filled.value(hour, target);
    (value(example.origin), value(same_hour(example)))
}

/// Mean of the target over so many hours that end with the origin.
pub(super) fn recent(filled: &Hours, target: usize, origin: usize, hours: usize) -> f64 {
    let values = (origin + 1 - hours..=origin).map(|hour| filled.value(hour, target));
    values.sum::<f64>() / hours as f64
}

/// Names of the features that are made of such columns.
pub fn feature_names(columns: &[String], lags: &[u32]) -> Vec<String> {
    let mut names = columns.to_vec();
    names.extend(lags.iter().map(|lag| format!("lag_{lag}")));
    names.extend(["mean_6", "mean_24", "same_hour"].map(str::to_owned));
    names.extend(CALENDAR.map(str::to_owned));
    names
}

/// Where features come from: the past of a column, or the calendar of the hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The column at a place.
    Column(usize),
    /// The calendar.
    Calendar,
}

/// Names and values of an example's features.
#[derive(Debug, Clone)]
pub struct Features<'a> {
    filled: &'a Hours,
    target: usize,
    lags: &'a [u32],
}

impl<'a> Features<'a> {
    /// Features of a series whose missing values are filled.
    pub fn new(filled: &'a Hours, target: usize, lags: &'a [u32]) -> Self {
        Self {
            filled,
            target,
            lags,
        }
    }

    /// Names of the features: the columns at the origin, the target before it, its means, the same hour of the last known day, and
    /// the calendar of the target hour.
    pub fn names(&self) -> Vec<String> {
        feature_names(self.filled.names(), self.lags)
    }

    /// Places of the features that come from a source.
    pub(super) fn of(&self, source: Source) -> Vec<usize> {
        let columns = self.filled.names().len();
        let calendar = self.names().len() - CALENDAR.len();
        match source {
            Source::Calendar => (calendar..calendar + CALENDAR.len()).collect(),
            Source::Column(column) if column == self.target => {
                std::iter::once(column).chain(columns..calendar).collect()
            }
            Source::Column(column) => vec![column],
        }
    }

    /// Features of examples.
    pub fn table(&self, examples: &[Example]) -> Table {
        let mut table = Table::new(self.names().len(), 0);
        for example in examples {
            let row: Vec<f32> = self
                .row(example)
                .into_iter()
                .map(|value| value as f32)
                .collect();
            table.push(&row, &[]);
        }
        table
    }

    /// Features of an example.
    pub fn row(&self, example: &Example) -> Vec<f64> {
        let value = |hour| self.filled.value(hour, self.target);
        let mut row = self.filled.row(example.origin).to_vec();
        let lagged = self.lags.iter();
        row.extend(lagged.map(|&lag| value(example.origin - lag as usize)));
        row.extend([6, 24].map(|hours| recent(self.filled, self.target, example.origin, hours)));
        row.push(value(same_hour(example)));
        row.extend(calendar(example.moment));
        row
    }
}

/// What the mean absolute scaled error divides by: the mean absolute difference of two measured values a day apart, over the
/// hours before `end`; nothing where there is no such pair.
pub fn mase_scale(hours: &Hours, target: usize, end: Moment) -> Option<f64> {
    let before = (0..hours.len()).take_while(|&hour| hours.moment(hour) < end);
    let differences: Vec<f64> = before
        .skip(24)
        .map(|hour| (hours.value(hour, target) - hours.value(hour - 24, target)).abs())
        .filter(|difference| !difference.is_nan())
        .collect();
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    (!differences.is_empty()).then_some(mean)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
pub(super) mod tests {
    use super::*;

    /// 300 hours; column `y` is the number of the hour, with two gaps.
    pub(in crate::series) fn ramp() -> Hours {
        let moments: Vec<Moment> = (0..300).map(|hour| Moment(hour * 3600)).collect();
        let mut values = Vec::new();
        for hour in 0..300 {
            let missing = hour == 170 || hour == 200;
            values.extend([
                if missing { f64::NAN } else { f64::from(hour) },
                f64::from(hour % 7),
            ]);
        }
        Hours::new(&moments, vec!["y".to_owned(), "x".to_owned()], values).unwrap()
    }

    #[test]
    fn examples_have_a_week_before_and_a_measured_target() {
        let hours = ramp();
        let all = examples(&hours, 0, 3, 168).unwrap();
        assert_eq!(
            all[0],
            Example {
                origin: 168,
                hour: 171,
                moment: Moment(171 * 3600),
                target: 171.0
            }
        );
        assert_eq!(all.len(), 300 - 3 - 167 - 2);
        assert!(all.iter().all(|example| example.hour != 200));
        assert_eq!(all.last().unwrap().hour, 299);
        assert!(examples(&hours, 0, 0, 168).is_err());
        assert!(examples(&hours, 0, 200, 168).is_err());
    }

    #[test]
    fn features_know_nothing_after_the_origin() {
        let hours = ramp();
        let filled = hours.filled();
        let features = Features::new(&filled, 0, &LAGS);
        for horizon in [1, 24, 30] {
            for example in examples(&hours, 0, horizon, 168).unwrap() {
                let row = features.row(&example);
                assert_eq!(row.len(), features.names().len());
                // The ramp's value is its hour: no feature of the target exceeds the origin.
                let known = row[2..2 + LAGS.len() + 3].iter().chain(&row[..1]);
                assert!(known.clone().all(|&value| value <= example.origin as f64));
                assert_eq!(row[2], filled.value(example.origin - 1, 0));
            }
        }
    }

    #[test]
    fn baselines_and_scale_are_as_defined() {
        let hours = ramp();
        let filled = hours.filled();
        let at = |horizon| examples(&hours, 0, horizon, 168).unwrap()[40];
        let one = at(1);
        assert_eq!(
            baselines(&filled, 0, &one),
            (one.origin as f64, one.hour as f64 - 24.0)
        );
        let day = at(24);
        assert_eq!(
            baselines(&filled, 0, &day),
            (day.origin as f64, day.origin as f64)
        );
        let more = at(30);
        assert_eq!(baselines(&filled, 0, &more).1, more.hour as f64 - 48.0);
        assert_eq!(mase_scale(&hours, 0, Moment(290 * 3600)), Some(24.0));
        assert_eq!(mase_scale(&hours, 0, Moment(0)), None);
        assert!((recent(&filled, 0, 100, 6) - 97.5).abs() < 1e-12);
    }
}
