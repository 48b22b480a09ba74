//! The rows of a series, one an hour without a gap.

use super::error::Error;
use super::moment::Moment;

/// Seconds of an hour.
pub(super) const HOUR: i64 = 3600;

/// Values of columns, hour by hour; NaN where a value is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    first: Moment,
    names: Vec<String>,
    values: Vec<f64>,
}

impl Hours {
    /// A series whose rows are an hour apart; `values` are row by row.
    ///
    /// Refused are rows that come twice, that are missing, and a clock that is turned: the row is named.
    pub fn new(moments: &[Moment], names: Vec<String>, values: Vec<f64>) -> Result<Self, Error> {
        let series = |problem: String| Error::Series { problem };
        let Some(&first) = moments.first() else {
            return Err(series("no rows".to_owned()));
        };
        if values.len() != moments.len() * names.len() {
            let (found, rows, columns) = (values.len(), moments.len(), names.len());
            return Err(series(format!(
                "{found} values for {rows} rows of {columns} columns"
            )));
        }
        if let Some(place) = values.iter().position(|value| value.is_infinite()) {
            let (row, name) = (place / names.len() + 1, &names[place % names.len()]);
            return Err(series(format!(
                "an infinite value in column `{name}` of row {row}"
            )));
        }
        for (row, pair) in moments.windows(2).enumerate() {
            step(row + 2, pair[0], pair[1])?;
        }
        Ok(Self {
            first,
            names,
            values,
        })
    }

    /// Number of hours.
    pub fn len(&self) -> usize {
        self.values.len() / self.names.len().max(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> Result<usize, Error> {
        let found = self.names.iter().position(|known| known == name);
        found.ok_or_else(|| Error::Series {
            problem: format!("no column `{name}`"),
        })
    }

    /// The moment of an hour.
    pub fn moment(&self, hour: usize) -> Moment {
        self.first.later(hour.cast_signed() as i64 * HOUR)
    }

    /// The values of an hour.
    pub fn row(&self, hour: usize) -> &[f64] {
        &self.values[hour * self.names.len()..(hour + 1) * self.names.len()]
    }

    /// A value.
    pub fn value(&self, hour: usize, column: usize) -> f64 {
        self.values[hour * self.names.len() + column]
    }

    /// The same series with each missing value replaced by the last one before it; those before the first stay missing.
    #[must_use]
    pub fn filled(&self) -> Self {
        let mut filled = self.clone();
        let columns = self.names.len();
        for place in columns..filled.values.len() {
            if filled.values[place].is_nan() {
                filled.values[place] = filled.values[place - columns];
            }
        }
        filled
    }
}

/// Refuses what is not the next hour.
fn step(row: usize, before: Moment, found: Moment) -> Result<(), Error> {
    let seconds = found.0 - before.0;
    let problem = match seconds {
        HOUR => return Ok(()),
        0 => "the hour comes twice; in the night when clocks are turned back, give the series in one zone".to_owned(),
        ..0 => "rows must be in the order of time".to_owned(),
        7200 => "one hour is missing; in the night when clocks are turned forward, give the series in one zone".to_owned(),
        _ if seconds % HOUR == 0 => format!("{} hours are missing", seconds / HOUR - 1),
        _ => "rows must be one hour apart".to_owned(),
    };
    Err(Error::Step {
        row,
        found: found.to_string(),
        before: before.to_string(),
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(hours: &[i64]) -> Vec<Moment> {
        hours.iter().map(|hour| Moment(hour * HOUR)).collect()
    }

    #[test]
    fn missing_values_take_the_last_one() {
        let nan = f64::NAN;
        let names = vec!["a".to_owned(), "b".to_owned()];
        let values = vec![nan, 1.0, 2.0, nan, nan, nan, 5.0, 6.0];
        let hours = Hours::new(&moments(&[7, 8, 9, 10]), names, values).unwrap();
        let filled = hours.filled();
        assert!(filled.value(0, 0).is_nan());
        assert_eq!(filled.row(2), [2.0, 1.0]);
        assert_eq!((filled.row(3), hours.len()), (&[5.0, 6.0][..], 4));
        assert!(hours.value(2, 1).is_nan());
        assert_eq!(hours.moment(3).to_string(), "1970-01-01 10:00:00");
        assert_eq!(
            hours.column("c").unwrap_err().to_string(),
            "the series has no column `c`"
        );
    }

    #[test]
    fn hours_that_do_not_follow_each_other_are_refused_by_row() {
        let cases = [
            (
                &[0, 1, 1][..],
                "row 3 is 1970-01-01 01:00:00 after 1970-01-01 01:00:00: the hour comes twice",
            ),
            (
                &[0, 1, 3],
                "row 3 is 1970-01-01 03:00:00 after 1970-01-01 01:00:00: one hour is missing",
            ),
            (
                &[0, 5],
                "row 2 is 1970-01-01 05:00:00 after 1970-01-01 00:00:00: 4 hours are missing",
            ),
            (
                &[3, 2],
                "row 2 is 1970-01-01 02:00:00 after 1970-01-01 03:00:00: rows must be in the order of time",
            ),
        ];
        for (hours, message) in cases {
            let error = Hours::new(&moments(hours), vec![], vec![]).unwrap_err();
            assert!(error.to_string().starts_with(message), "{error}");
            assert_eq!(error.code(), "P0271");
        }
        let half = [Moment(0), Moment(1800)];
        let error = Hours::new(&half, vec![], vec![]).unwrap_err();
        assert!(error.to_string().ends_with("rows must be one hour apart"));
        let names = || vec!["x".to_owned()];
        let error = Hours::new(&moments(&[0, 1]), names(), vec![1.0, f64::INFINITY]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the series has an infinite value in column `x` of row 2"
        );
        assert!(Hours::new(&[], names(), vec![]).is_err());
    }
}
