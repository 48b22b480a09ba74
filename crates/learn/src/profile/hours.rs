//! Whether the rows of a source are the hours of a series.

use steps::Gaps;

use super::read::Profile;
use crate::rows;
use crate::series::{Error, Hours, Rows, find_pattern};

/// Rows at most among which hours are looked for: a century of them.
const MOST: usize = 876_600;

/// Rows that are one hour apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourlyRows {
    /// Hours from the first to the last, those that are missing among them.
    pub hours: u64,
    /// Hours without a row.
    pub missing: u64,
    /// The first moment.
    pub first: String,
    /// The last moment.
    pub last: String,
}

/// Reads the moments of a source, which stand in the columns at these places; an error where rows are not hours.
///
/// Rows without any cell are passed over, as they are when a series is read.
pub fn hourly(profile: &Profile, time: &[usize]) -> Result<HourlyRows, Error> {
    let series = |problem: String| Error::Series { problem };
    let mut texts: Vec<String> = Vec::new();
    let mut origin: Vec<(usize, u64)> = Vec::new();
    let read = profile.opened.each(|row| {
        if texts.len() <= MOST && !row.cells.iter().all(str::is_empty) {
            let cells = time.iter().map(|&at| row.cells.get(at).unwrap_or_default());
            texts.push(cells.collect::<Vec<_>>().join(" "));
            origin.push((row.file, row.number));
        }
        Ok::<(), rows::Error>(())
    });
    read.map_err(|error| series(error.to_string()))?;
    if texts.len() > MOST {
        return Err(series(format!("more than {MOST} rows")));
    }
    let place = |row: usize| {
        let (file, number) = origin[row];
        profile.opened.place(file, number).to_string()
    };
    let (_, moments) = find_pattern(&texts, Gaps::Fill, &place)?;
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return Err(series("no rows".to_owned()));
    };
    let (first, last) = (first.to_string(), last.to_string());
    let rows = Rows {
        moments,
        ..Rows::default()
    };
    let (_, places) = Hours::of(rows, Gaps::Fill, &place)?;
    let hours = places.last().map_or(0, |last| *last as u64 + 1);
    Ok(HourlyRows {
        hours,
        missing: hours - places.len() as u64,
        first,
        last,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Options, profile};

    fn rows(lines: &[&str], time: &[usize]) -> Result<HourlyRows, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("load.csv");
        std::fs::write(&file, format!("day;time;load\n{}\n", lines.join("\n"))).unwrap();
        let profile = profile(&[file], &Options::default()).unwrap();
        let found = hourly(&profile, time).map_err(|error| error.to_string());
        found.map_err(|text| text.replace(&folder.path().display().to_string(), ""))
    }

    #[test]
    fn rows_an_hour_apart_are_counted_with_those_that_are_missing() {
        let lines = [
            "2024-03-01;22:00;1,5",
            "2024-03-01;23:00;2",
            "2024-03-02;00:00;3",
            ";;",
            "2024-03-02;03:00;4",
        ];
        let found = rows(&lines, &[0, 1]).unwrap();
        assert_eq!((found.hours, found.missing), (6, 2));
        assert_eq!(
            (found.first.as_str(), found.last.as_str()),
            ("2024-03-01 22:00:00", "2024-03-02 03:00:00")
        );
    }

    #[test]
    fn rows_that_are_no_hours_say_why() {
        let cases: [(&[&str], &str); 4] = [
            (
                &["2024-03-01;00:00;1", "2024-03-01;00:30;2"],
                "rows must be one hour apart",
            ),
            (
                &["2024-03-02;00:00;1", "2024-03-01;00:00;2"],
                "rows must be in the order of time",
            ),
            (
                &["2024-03-02;00:00;1", "2024-03-02;00:00;2"],
                "line 3: 2024-03-02 00:00:00 after 2024-03-02 00:00:00: the hour comes twice",
            ),
            (
                &["2024-03-01;00:00;1", "2024-03-21;00:00;2"],
                "479 hours are missing, at most 168 in a row are filled",
            ),
        ];
        for (lines, words) in cases {
            let error = rows(lines, &[0, 1]).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
