//! What a forecast is made of: the time of rows, how far ahead, and how far back.

use std::fmt;
use std::str::FromStr;

use units::Span;

use super::{InvalidText, words};
use crate::check::Section;

words! {
    /// What happens where hours are missing in a series.
    pub enum Gaps {
        /// They are an error.
        Error = "error",
        /// They are rows whose values are missing.
        Fill = "fill",
    }
}

/// A whole number of hours, written as a duration.
///
/// ```
/// use workload::WholeHours;
///
/// assert_eq!("6 h".parse::<WholeHours>()?.0, 6);
/// assert_eq!("7 d".parse::<WholeHours>()?.to_string(), "168 h");
/// assert!("90 min".parse::<WholeHours>().is_err());
/// # Ok::<(), workload::InvalidText>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WholeHours(pub u32);

impl FromStr for WholeHours {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let refused = || InvalidText::new(text, "a whole number of hours such as `6 h`");
        let span: Span = text.parse().map_err(|_| refused())?;
        let nanos = span.nanos();
        let hour = 3_600_000_000_000;
        let hours = u32::try_from(nanos / hour).map_err(|_| refused())?;
        if hours == 0 || !nanos.is_multiple_of(hour) {
            return Err(refused());
        }
        Ok(Self(hours))
    }
}

impl fmt::Display for WholeHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} h", self.0)
    }
}

/// How a series is forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Forecast {
    /// Columns whose texts, with a space between them, are the moment of a row.
    pub time: Vec<String>,
    /// How moments are written; found out where it is not told.
    pub format: Option<String>,
    /// Hours ahead that are forecast, ascending.
    pub horizons: Vec<u32>,
    /// Hours before the last known one whose target value is a feature, ascending.
    pub lags: Vec<u32>,
    /// Hours that are missing.
    pub gaps: Gaps,
}

impl Forecast {
    /// Hours that a forecast looks back to, the last known one among them: a day at least.
    ///
    /// ```
    /// # let text = "plimsoll: 1\nname: a\ndata: { source: a.csv }\n\
    /// #     task: { kind: forecast, target: y, forecast: { time: t, horizon: 1 h, lags: [1 h, 47 h] } }\n";
    /// let workload = workload::parse(text).unwrap();
    /// assert_eq!(workload.task.forecast.unwrap().history(), 48);
    /// ```
    pub fn history(&self) -> u32 {
        self.lags.iter().map(|lag| lag + 1).fold(24, u32::max)
    }

    pub(crate) fn read(section: &Section) -> Option<Self> {
        let hours = |name| -> Option<Vec<u32>> {
            let all = section.list(name)?.iter();
            let mut all: Vec<u32> = all
                .map(|value| Some(value.parsed::<WholeHours>()?.0))
                .collect::<Option<_>>()?;
            all.sort_unstable();
            all.dedup();
            Some(all)
        };
        Some(Self {
            time: section.texts("time")?,
            format: section.parsed("format"),
            horizons: hours("horizon")?,
            lags: hours("lags")?,
            gaps: section.parsed("gaps")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_whole_and_of_any_unit() {
        for (text, hours) in [("1 h", 1), ("2 d", 48), ("120 min", 2), ("7200 s", 2)] {
            assert_eq!(text.parse(), Ok(WholeHours(hours)));
        }
        for text in ["0 h", "1.5 h", "61 min", "1", "h", ""] {
            assert!(text.parse::<WholeHours>().is_err(), "{text}");
        }
    }
}
