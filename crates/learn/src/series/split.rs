//! Where the parts of a series begin. Rows are never dealt: what is tested lies after what was learned.

use steps::{PrepareSpec, SeriesSpec};

use super::error::Error;
use super::hours::Hours;
use super::moment::{Moment, Pattern};
use crate::split::Part;

/// First hours of the parts after training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) validation: usize,
    pub(super) test: usize,
    pub(super) end: usize,
}

impl Bounds {
    /// Bounds by dates, or by shares of the hours, each rounded to the nearest.
    pub(super) fn of(
        hours: &Hours,
        spec: &PrepareSpec,
        series: &SeriesSpec,
    ) -> Result<Self, Error> {
        let end = hours.len();
        let share = |ppm: u32| (end as f64 * f64::from(ppm) / 1e6).round() as usize;
        let test = match &series.test_from {
            Some(text) => hour_of(hours, text)?,
            None => end.saturating_sub(share(spec.split.test_ppm)),
        };
        let validation = match &series.validation_from {
            Some(text) => hour_of(hours, text)?,
            None => test.saturating_sub(share(spec.split.validation_ppm)),
        };
        let bounds = Self {
            validation,
            test,
            end,
        };
        bounds.check(hours)?;
        Ok(bounds)
    }

    /// The hours of a part.
    pub(super) fn range(self, part: Part) -> std::ops::Range<usize> {
        match part {
            Part::Train => 0..self.validation,
            Part::Validation => self.validation..self.test,
            Part::Test => self.test..self.end,
        }
    }

    fn check(self, hours: &Hours) -> Result<(), Error> {
        for part in Part::ALL {
            let range = self.range(part);
            if range.is_empty() {
                let (first, last) = (hours.moment(0), hours.moment(self.end - 1));
                let problem = format!(
                    "it has no hour: it would be from {} to before {}, and the series is from {first} to {last}",
                    hours.moment(range.start),
                    hours.moment(range.end),
                );
                return Err(Error::Part {
                    part: part.name(),
                    problem,
                });
            }
        }
        Ok(())
    }
}

/// The hour of a moment, kept within the series.
fn hour_of(hours: &Hours, text: &str) -> Result<usize, Error> {
    let moment: Moment = Pattern::new("%Y-%m-%d %H:%M:%S")?.read(text)?;
    let seconds = moment.0 - hours.moment(0).0;
    let hour = usize::try_from(seconds.div_euclid(3600) + i64::from(seconds % 3600 != 0));
    Ok(hour.unwrap_or(0).min(hours.len()))
}
