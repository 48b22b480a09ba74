//! Rows that have a time: whether they are the hours of a series, and how those are forecast.

use learn::profile::{HourlyRows, Profile, hourly};
use workload::{ForecastDraft, Noted, scalar};

use super::view::{View, count, quoted};

/// Hours at least: each part needs examples that look back a day and ahead another.
const LEAST: u64 = 150;
/// Hours from which on a forecast looks back a week, as the default does.
const WEEKS: u64 = 600;
/// What a shorter series looks back to.
const SHORT: [u32; 6] = [1, 2, 3, 6, 12, 23];

/// What the rows are by their time.
#[derive(Debug)]
pub(crate) enum Time {
    /// No column, or more than two, may be the time of a row.
    Unknown,
    /// Columns that may be the time of a row, and why the rows are not forecast by them.
    Rows(Vec<usize>, String),
    /// Hours of a series.
    Hours(Series),
}

/// Hours of a series.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// Columns with the time of a row.
    pub(crate) time: Vec<usize>,
    /// What was found there.
    pub(crate) found: HourlyRows,
}

/// Looks for the time of a row and whether rows are an hour apart; every row that is not blank must have it.
pub(super) fn find(profile: &Profile, views: &[View]) -> Time {
    let is_time = |place: &usize| {
        let view = &views[*place];
        view.facts.times > 0 && view.facts.times == view.present && view.missing() == profile.blank
    };
    let time: Vec<usize> = (0..views.len()).filter(is_time).collect();
    if time.is_empty() || time.len() > 2 {
        return Time::Unknown;
    }
    match hourly(profile, &time) {
        Ok(found) if found.hours < LEAST => {
            let why = format!("{} hours are too few, {LEAST} are needed", found.hours);
            Time::Rows(time, why)
        }
        Ok(found) => Time::Hours(Series { time, found }),
        Err(error) => Time::Rows(time, error.to_string()),
    }
}

/// Names of columns as a reader sees them, and as the file writes them.
fn named(views: &[View], time: &[usize]) -> (String, String) {
    let of = |shown: &dyn Fn(&str) -> String| -> Vec<String> {
        time.iter()
            .map(|place| shown(views[*place].name()))
            .collect()
    };
    let written = of(&|name| scalar(name)).join(", ");
    let list = match time {
        [_] => written,
        _ => format!("[{written}]"),
    };
    (of(&|name| quoted(name)).join(" and "), list)
}

/// How rows with a time would become a forecast, where they do not.
pub(super) fn note(views: &[View], time: &Time) -> Option<String> {
    let Time::Rows(time, why) = time else {
        return None;
    };
    let (names, list) = named(views, time);
    Some(format!(
        "{names} may be the time of a row, and no forecast was drafted: {why}. Where rows are one hour apart and in order, a \
         forecast is `kind: forecast` and `forecast: {{ time: {list}, horizon: 1 h }}`, without the time in `data.ignore` and \
         with models of a forecast: see docs/guides/forecast.md."
    ))
}

impl Series {
    /// What is said of the hours.
    pub(super) fn remarks(&self, views: &[View]) -> Vec<String> {
        let (names, _) = named(views, &self.time);
        let HourlyRows {
            hours,
            missing,
            first,
            last,
        } = &self.found;
        let gaps = match missing {
            0 => "no hour is missing".to_owned(),
            1 => "1 hour has no row".to_owned(),
            some => format!("{some} hours have no row"),
        };
        vec![
            format!(
                "{names} {} the time of a row: {} from {first} to {last}, {gaps}. So the target is forecast from what is known before, \
                 and never from other columns of its own hour.",
                if self.time.len() == 1 { "is" } else { "are" },
                count(*hours, "hour", "hours"),
            ),
            "To predict rows each by itself in their place write `kind: regression`, without `forecast`.".to_owned(),
        ]
    }

    pub(super) fn draft(&self, views: &[View]) -> ForecastDraft {
        let name = |place: &usize| views[*place].name().to_owned();
        ForecastDraft {
            time: Noted::new(self.time.iter().map(name).collect(), ""),
            horizon: Noted::new(
                vec![1, 24],
                "the next hour, and the same hour of the next day; up to 168 h",
            ),
            lags: (self.found.hours < WEEKS).then(|| {
                let note = "hours that a forecast looks back; few, since the series is short";
                Noted::new(SHORT.to_vec(), note)
            }),
            fill: self.found.missing > 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use workload::{ColumnType, TaskKind, Workload};

    use super::super::compose::plan;

    /// The draft of a file as text and as what it means.
    fn drafted(text: &str, target: Option<&str>) -> (String, Workload) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("load.csv");
        std::fs::write(&file, text).unwrap();
        // Whether rows are hours is read from the file once more.
        let profile =
            learn::profile::profile(&[file], &learn::profile::Options::default()).unwrap();
        let plan = plan(&profile, target, "load.csv").unwrap();
        let draft = plan.draft(
            "load".parse().unwrap(),
            "load.csv".to_owned(),
            1,
            &BTreeMap::default(),
        );
        let text = draft.to_yaml();
        let read = workload::parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        (text, read)
    }

    fn rows(count: usize, minutes: usize) -> String {
        let row = |row: usize| {
            let (day, minute) = (row * minutes / 1440 + 1, row * minutes % 1440);
            format!(
                "{day:02}/03/2004;{:02}.{:02}.00;{};{};{}.5\n",
                minute / 60,
                minute % 60,
                ["north", "south"][row % 2],
                row % 7,
                row * 3 % 101
            )
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn hours_become_a_forecast_of_their_numbers() {
        let (text, read) = drafted(&format!("Date;Time;place;x;load\n{}", rows(700, 60)), None);
        assert_eq!(read.task.kind, TaskKind::Forecast);
        assert_eq!(read.task.target, "load");
        let forecast = read.task.forecast.as_ref().unwrap();
        assert_eq!(forecast.time, ["Date", "Time"]);
        assert_eq!(
            (forecast.horizons.as_slice(), forecast.history()),
            (&[1, 24][..], 168)
        );
        assert_eq!(read.data.ignore, ["place"]);
        assert_eq!(read.data.column("x"), Some(ColumnType::Number));
        for words in [
            "# a category, and a forecast is made of numbers",
            "no hour is missing",
            "# the time of a row",
            "the next hour, and the same hour of the next day",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        assert!(
            !text.contains("gaps: fill") && !text.contains("lags:"),
            "{text}"
        );
        // What is commented out is valid once it is taken.
        let taken = text.replace("# gate:", "gate:");
        assert_eq!(workload::parse(&taken).unwrap().gate.len(), 1);
    }

    #[test]
    fn a_time_and_one_number_are_enough_and_a_short_series_looks_back_a_day() {
        let lines: String = (0..200)
            .filter(|hour| *hour != 77)
            .map(|hour| {
                format!(
                    "2024-01-{:02} {:02}:00,{}\n",
                    hour / 24 + 1,
                    hour % 24,
                    hour * 7 % 31
                )
            })
            .collect();
        let (text, read) = drafted(&format!("when,load\n{lines}"), None);
        let forecast = read.task.forecast.as_ref().unwrap();
        assert_eq!((forecast.time.len(), forecast.history()), (1, 24));
        assert!(text.contains("gaps: fill"), "{text}");
        assert!(
            text.replace("\n  # ", " ").contains("1 hour has no row"),
            "{text}"
        );
    }

    #[test]
    fn rows_that_are_no_hours_stay_rows_and_why_is_said() {
        for (count, minutes, why) in [
            (700, 30, "rows must be one hour apart"),
            (80, 60, "80 hours are too few, 150 are needed"),
        ] {
            let (text, read) = drafted(
                &format!("Date;Time;place;x;load\n{}", rows(count, minutes)),
                None,
            );
            assert_eq!(read.task.kind, TaskKind::Regression);
            let joined = text.replace("\n  # ", " ");
            for words in [
                why,
                "`Date` and `Time` may be the time of a row, and no forecast was drafted: ",
                "`forecast: { time: [Date, Time], horizon: 1 h }`",
            ] {
                assert!(joined.contains(words), "{words}\n{joined}");
            }
        }
    }

    #[test]
    fn a_class_is_no_forecast_whatever_the_time() {
        let (_, read) = drafted(
            &format!("Date;Time;place;x;load\n{}", rows(700, 60)),
            Some("place"),
        );
        assert_eq!(read.task.kind, TaskKind::Classification);
        assert_eq!(read.data.ignore, ["Date", "Time"]);
    }

    #[test]
    fn rows_without_a_time_say_nothing() {
        let rows: String = (0..40)
            .map(|row| format!("{},{}\n", row % 7, row * 3))
            .collect();
        let (text, read) = drafted(&format!("x,load\n{rows}"), None);
        assert_eq!(read.task.kind, TaskKind::Regression);
        assert!(!text.contains("time of a row"), "{text}");
    }
}
