//! Series that cannot be used are refused by file, line and moment.

use steps::{Duplicates, Gaps, PrepareSpec};

use super::made::{self, Place};

/// What a case does to the lines of a file.
type Change = fn(&mut Vec<String>);
/// What a case asks for.
type Told = fn(&mut PrepareSpec);

fn prepared(
    lines: &[String],
    change: impl FnOnce(&mut PrepareSpec),
) -> Result<steps::PrepareSummary, (String, String)> {
    let mut spec = made::spec();
    change(&mut spec);
    Place::new(&made::text(lines))
        .prepare(&spec)
        .map_err(|error| (error.code().to_owned(), error.to_string()))
}

fn series(spec: &mut PrepareSpec) -> &mut steps::SeriesSpec {
    spec.series.as_mut().unwrap()
}

#[test]
fn a_grid_that_is_broken_is_refused_by_line() {
    let hours = made::lines(400);
    let cases: [(Change, &str, &str); 6] = [
        (
            |lines| drop(lines.remove(100)),
            "P0271",
            "`a.csv`, line 102: 2024-01-05 05:00:00 after 2024-01-05 03:00:00: one hour is missing; in the night when clocks are turned forward, give the series in one zone",
        ),
        (
            |lines| drop(lines.drain(100..103)),
            "P0271",
            "`a.csv`, line 102: 2024-01-05 07:00:00 after 2024-01-05 03:00:00: 3 hours are missing",
        ),
        (
            |lines| lines.insert(101, "2024-01-05 04:00,0.5,1".to_owned()),
            "P0271",
            "`a.csv`, line 103: 2024-01-05 04:00:00 after 2024-01-05 04:00:00: the hour comes twice; in the night when clocks are turned back, give the series in one zone",
        ),
        (
            |lines| lines.swap(10, 11),
            "P0271",
            "`a.csv`, line 12: 2024-01-01 11:00:00 after 2024-01-01 09:00:00: one hour is missing; in the night when clocks are turned forward, give the series in one zone",
        ),
        (
            |lines| lines[20] = lines[20].replace("20:00", "20:30"),
            "P0271",
            "`a.csv`, line 22: 2024-01-01 20:30:00 after 2024-01-01 19:00:00: rows must be one hour apart",
        ),
        (
            |lines| lines[20] = lines[20].replace("2024-01-01", "2024-02-30"),
            "P0270",
            "`a.csv`, line 22: `2024-02-30 20:00` is not a moment in the form `%Y-%m-%d %H:%M`",
        ),
    ];
    for (change, code, message) in cases {
        let mut lines = hours.clone();
        change(&mut lines);
        let (found, text) = prepared(&lines, |_| {}).unwrap_err();
        assert_eq!((found.as_str(), text.as_str()), (code, message));
    }
    let mut reversed = hours;
    reversed.reverse();
    let (code, text) = prepared(&reversed, |_| {}).unwrap_err();
    assert_eq!(code, "P0271");
    assert!(
        text.ends_with("rows must be in the order of time"),
        "{text}"
    );
}

#[test]
fn gaps_are_filled_where_they_may_and_copies_are_dropped() {
    let mut lines = made::lines(400);
    lines.drain(100..103);
    let copy = lines[50].clone();
    lines.insert(51, copy);
    lines.push(",,".to_owned());
    let whole = prepared(&made::lines(400), |_| {}).unwrap();
    let filled = prepared(&lines, |spec| series(spec).gaps = Gaps::Fill).unwrap();
    assert_eq!((filled.read, filled.duplicates), (399, 1));
    let summary = filled.series.unwrap();
    assert_eq!((summary.filled_hours, summary.empty_rows), (3, 1));
    // Hours that were filled are no targets.
    assert_eq!(filled.train, whole.train - 3);
    assert_eq!(filled.missing["x"], 3);
    let (code, _) = prepared(&lines, |spec| spec.duplicates = Duplicates::Error).unwrap_err();
    assert_eq!(code, "P0206");
}

#[test]
fn a_series_is_the_same_in_another_format() {
    let lines = made::lines(400);
    let place = Place::new(&made::text(&lines));
    place.prepare(&made::spec()).unwrap();
    let parts = || {
        ["train/train.csv", "validation/history.csv", "test/test.csv"]
            .map(|name| std::fs::read_to_string(place.path("prepared").join(name)).unwrap())
    };
    let from_csv = parts();
    let objects = lines.iter().map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        format!(
            "{{\"time\": \"{}\", \"x\": {}, \"y\": {}}}\n",
            cells[0], cells[1], cells[2]
        )
    });
    let text: String = objects.collect();
    std::fs::write(place.path("source/a.jsonl"), &text).unwrap();
    let mut spec = made::spec();
    spec.files = vec!["a.jsonl".to_owned()];
    spec.format = steps::SourceFormat::Jsonl;
    place.prepare(&spec).unwrap();
    assert_eq!(parts(), from_csv);
    let broken = text.replacen("\"x\": ", "\"x\": \"low\", \"z\": ", 1);
    std::fs::write(place.path("source/a.jsonl"), broken).unwrap();
    let error = place.prepare(&spec).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (
            "P0202",
            "`a.jsonl`, line 1, column `x`: `low` is not a number"
        )
    );
}

#[test]
fn values_and_columns_that_cannot_be_used_are_named() {
    let hours = made::lines(400);
    let cases: [(Change, Told, &str, &str); 8] = [
        (
            |lines| lines[3] = "2024-01-01 03:00,nan,1".to_owned(),
            |_| {},
            "P0217",
            "`a.csv`, line 5, column `x`: `nan` is not a finite number",
        ),
        (
            |lines| lines[3] = "2024-01-01 03:00,1e99,1".to_owned(),
            |_| {},
            "P0202",
            "`a.csv`, line 5, column `x`: `1e99` is not a number",
        ),
        (
            |lines| lines[3] = "2024-01-01 03:00,1".to_owned(),
            |_| {},
            "P0201",
            "`a.csv`, line 5: 2 cells, expected 3",
        ),
        (
            |_| {},
            |spec| spec.target = "z".to_owned(),
            "P0203",
            "there is no column `z`",
        ),
        (
            |_| {},
            |spec| series(spec).time = vec!["when".to_owned()],
            "P0203",
            "there is no column `when`",
        ),
        (
            |lines| {
                for line in lines.iter_mut().take(300) {
                    *line = format!("{},-200,{}", &line[..16], line.len() % 7);
                }
            },
            |_| {},
            "P0205",
            "column `x` is missing in all 240 rows",
        ),
        (
            |lines| {
                for line in lines.iter_mut() {
                    *line = format!("{},1,5", &line[..16]);
                }
            },
            |_| {},
            "P0207",
            "target `y`: it has one number in all hours of the training part",
        ),
        (
            |lines| lines.clear(),
            |_| {},
            "P0204",
            "`a.csv` has no rows",
        ),
    ];
    for (change, told, code, message) in cases {
        let mut lines = hours.clone();
        change(&mut lines);
        let (found, text) = prepared(&lines, told).unwrap_err();
        assert_eq!(found, code, "{text}");
        assert!(text.starts_with(message), "{text}");
    }
}

#[test]
fn parts_without_anything_to_forecast_are_refused() {
    let hours = made::lines(400);
    let cases: [(Told, &str); 4] = [
        (
            |spec| series(spec).test_from = Some("2025-01-01 00:00:00".to_owned()),
            "the part test: it has no hour: it would be from 2024-01-17 16:00:00 to before 2024-01-17 16:00:00, and the series is from 2024-01-01 00:00:00 to 2024-01-17 15:00:00",
        ),
        (
            |spec| {
                series(spec).validation_from = Some("2024-01-12 00:00:00".to_owned());
                series(spec).test_from = Some("2024-01-11 00:00:00".to_owned());
            },
            "the part validation: it has no hour",
        ),
        (
            |spec| series(spec).validation_from = Some("2023-01-12 00:00:00".to_owned()),
            "the part train: it has no hour",
        ),
        (
            |spec| series(spec).validation_from = Some("2024-01-02 10:00:00".to_owned()),
            "the part train: no hour of it can be forecast 1 h ahead: it has 34 hours, and 48 hours before its first target must be known",
        ),
    ];
    for (told, message) in cases {
        let (code, text) = prepared(&hours, told).unwrap_err();
        assert_eq!(code, "P0274", "{text}");
        assert!(text.starts_with(message), "{text}");
    }
}

#[test]
fn prepared_hours_of_other_models_are_refused() {
    let place = Place::new(&made::text(&made::lines(500)));
    place.prepare(&made::spec()).unwrap();
    place.train("m", &[("algorithm", "ridge")]).unwrap();
    let mut other = made::spec();
    series(&mut other).lags = vec![1, 2];
    place.prepare(&other).unwrap();
    let error = place.select(&["m"], "rmse").unwrap_err();
    assert_eq!(error.code(), "P0232");
    let error = place.select(&[], "mase").unwrap_err();
    assert_eq!(error.code(), "P0227");
    let error = place.select(&[], "accuracy").unwrap_err();
    assert_eq!(
        error.to_string(),
        "metric `accuracy`: it has no meaning for a target that is a number"
    );
}
