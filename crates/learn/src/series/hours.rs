//! The rows of a series, one an hour without a gap.

use steps::Gaps;

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

/// Rows as they are read, each with its moment; NaN where a value is missing.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Moment of each row.
    pub moments: Vec<Moment>,
    /// Names of the columns.
    pub names: Vec<String>,
    /// Values, row by row.
    pub values: Vec<f64>,
}

/// Missing hours in a row that may be filled: beyond a week nothing is known of what a feature looks back to.
pub const MAX_GAP: i64 = 168;

impl Hours {
    /// A series whose rows are an hour apart; `values` are row by row.
    ///
    /// Refused are rows that come twice, that are missing, and a clock that is turned: the row is named.
    pub fn new(moments: &[Moment], names: Vec<String>, values: Vec<f64>) -> Result<Self, Error> {
        let rows = Rows {
            moments: moments.to_vec(),
            names,
            values,
        };
        let (hours, _) = Self::of(rows, Gaps::Error, &|row| format!("row {}", row + 1))?;
        Ok(hours)
    }

    /// A series of rows, and the hour that each of them is; `place` names a row, counted from 0, in errors.
    pub fn of(
        rows: Rows,
        gaps: Gaps,
        place: &dyn Fn(usize) -> String,
    ) -> Result<(Self, Vec<usize>), Error> {
        let series = |problem: String| Error::Series { problem };
        let Some(&first) = rows.moments.first() else {
            return Err(series("no rows".to_owned()));
        };
        let columns = rows.names.len();
        if rows.values.len() != rows.moments.len() * columns {
            let (found, rows) = (rows.values.len(), rows.moments.len());
            return Err(series(format!(
                "{found} values for {rows} rows of {columns} columns"
            )));
        }
        if let Some(at) = rows.values.iter().position(|value| value.is_infinite()) {
            let (row, name) = (place(at / columns), &rows.names[at % columns]);
            return Err(series(format!(
                "an infinite value in column `{name}`, {row}"
            )));
        }
        let mut hours = vec![0];
        let mut values = Vec::with_capacity(rows.values.len());
        values.extend_from_slice(&rows.values[..columns]);
        for (row, pair) in rows.moments.windows(2).enumerate() {
            let row = row + 1;
            let missing = step(pair[0], pair[1], gaps).map_err(|problem| Error::Step {
                place: place(row),
                found: pair[1].to_string(),
                before: pair[0].to_string(),
                problem,
            })?;
            values.resize(values.len() + missing * columns, f64::NAN);
            values.extend_from_slice(&rows.values[row * columns..(row + 1) * columns]);
            hours.push(hours[row - 1] + missing + 1);
        }
        let all = Self {
            first,
            names: rows.names,
            values,
        };
        Ok((all, hours))
    }

    /// The hours from one number on.
    #[must_use]
    pub fn from(&self, hour: usize) -> Self {
        Self {
            first: self.moment(hour),
            names: self.names.clone(),
            values: self.values[hour * self.names.len()..].to_vec(),
        }
    }

    /// Replaces the missing values of one hour by the last ones before it.
    pub(super) fn fill(&mut self, hour: usize) {
        let columns = self.names.len();
        for column in 0..columns {
            let mut known = (0..=hour).rev().map(|hour| self.value(hour, column));
            if let Some(value) = known.find(|value| !value.is_nan()) {
                self.values[hour * columns + column] = value;
            }
        }
    }

    /// Appends hours that follow these, with the same columns; none where they do not follow.
    pub fn append(&mut self, more: &Self) -> Option<()> {
        let follows = more.first == self.moment(self.len()) && more.names == self.names;
        follows.then(|| self.values.extend_from_slice(&more.values))
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

/// Hours that are missing between two moments, or why the second cannot follow.
fn step(before: Moment, found: Moment, gaps: Gaps) -> Result<usize, String> {
    let seconds = found.0 - before.0;
    let missing = seconds / HOUR - 1;
    Err(match seconds {
        HOUR => return Ok(0),
        0 => "the hour comes twice; in the night when clocks are turned back, give the series in one zone".to_owned(),
        ..0 => "rows must be in the order of time".to_owned(),
        _ if seconds % HOUR != 0 => "rows must be one hour apart".to_owned(),
        _ if gaps == Gaps::Fill && missing <= MAX_GAP => return Ok(missing as usize),
        _ if gaps == Gaps::Fill => format!("{missing} hours are missing, at most {MAX_GAP} in a row are filled"),
        7200 => "one hour is missing; in the night when clocks are turned forward, give the series in one zone".to_owned(),
        _ => format!("{missing} hours are missing"),
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
                "row 3: 1970-01-01 01:00:00 after 1970-01-01 01:00:00: the hour comes twice",
            ),
            (
                &[0, 1, 3],
                "row 3: 1970-01-01 03:00:00 after 1970-01-01 01:00:00: one hour is missing",
            ),
            (
                &[0, 5],
                "row 2: 1970-01-01 05:00:00 after 1970-01-01 00:00:00: 4 hours are missing",
            ),
            (
                &[3, 2],
                "row 2: 1970-01-01 02:00:00 after 1970-01-01 03:00:00: rows must be in the order of time",
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
            "the series has an infinite value in column `x`, row 2"
        );
        assert!(Hours::new(&[], names(), vec![]).is_err());
    }

    #[test]
    fn missing_hours_become_missing_values_where_they_may() {
        let rows = |hours: &[i64]| Rows {
            moments: moments(hours),
            names: vec!["x".to_owned()],
            values: hours.iter().map(|&hour| hour as f64).collect(),
        };
        let of = |hours: &[i64]| Hours::of(rows(hours), Gaps::Fill, &|row| format!("line {row}"));
        let (hours, places) = of(&[5, 6, 9, 10]).unwrap();
        assert_eq!((hours.len(), places), (6, vec![0, 1, 4, 5]));
        assert!(hours.value(2, 0).is_nan() && hours.value(3, 0).is_nan());
        assert_eq!(hours.filled().row(3), [6.0]);
        assert_eq!(hours.from(4).row(1), [10.0]);
        assert_eq!(hours.from(4).moment(0), Moment(9 * HOUR));
        assert!(of(&[0, 169]).is_ok());
        let error = of(&[0, 170]).unwrap_err().to_string();
        assert!(
            error.ends_with("169 hours are missing, at most 168 in a row are filled"),
            "{error}"
        );
        assert_eq!(of(&[0, 1, 1]).unwrap_err().code(), "P0271");
        let (mut first, _) = of(&[0, 1]).unwrap();
        assert!(first.append(&of(&[3]).unwrap().0).is_none());
        assert!(first.append(&of(&[2, 3]).unwrap().0).is_some());
        assert_eq!((first.len(), first.row(3)), (4, &[3.0][..]));
    }
}
