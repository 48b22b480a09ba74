//! Saved models answer requests.

use learn::series::{Forecasts, samples};
use learn::serve::{Answer, Error, Forecasting, Request};
use serde_json::{Value, json};

use super::made::{self, Place};

fn place() -> Place {
    let place = Place::new(&made::text(&made::lines(500)));
    place.prepare(&made::spec()).unwrap();
    place.train("m", &[("algorithm", "ridge")]).unwrap();
    place
}

fn service(place: &Place) -> Forecasting {
    Forecasting::new(Forecasts::load(&place.path("m")).unwrap()).unwrap()
}

fn ask(
    service: &Forecasting,
    kind: &str,
    accept: Option<&str>,
    body: &str,
) -> Result<Answer, Error> {
    service.invoke(&Request {
        content_type: kind,
        accept,
        body: body.as_bytes(),
    })
}

fn lines(answer: &Answer) -> Vec<Vec<String>> {
    let text = String::from_utf8(answer.body.clone()).unwrap();
    text.lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_last_hours_give_a_forecast_for_each_horizon() {
    let place = place();
    let service = service(&place);
    let hours = made::lines(500);
    let body = hours[440..488].join("\n");
    let answer = ask(&service, "text/csv", None, &body).unwrap();
    let found = lines(&answer);
    assert_eq!(
        (answer.rows, found.len(), answer.content_type),
        (1, 2, "text/csv")
    );
    assert_eq!(
        found[0][..3],
        ["2024-01-21 07:00:00", "1", "2024-01-21 08:00:00"]
    );
    assert_eq!(
        found[1][..3],
        ["2024-01-21 07:00:00", "6", "2024-01-21 13:00:00"]
    );
    let value: f64 = found[0][3].parse().unwrap();
    assert!(
        (value - made::y(488)).abs() < 2.0,
        "{value} {}",
        made::y(488)
    );

    // The same rows as JSON, by name and in order, and with a header.
    let rows: Vec<Value> = hours[440..488]
        .iter()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |text: &str| text.parse::<f64>().unwrap();
            json!({"y": number(cells[2]), "x": number(cells[1]), "time": cells[0]})
        })
        .collect();
    let body_json = json!({"instances": rows}).to_string();
    let again = ask(&service, "application/json", Some("text/csv"), &body_json).unwrap();
    assert_eq!(lines(&again), found);
    let with_header = format!("time,x,y\n{body}");
    let again = ask(&service, "text/csv; header=present", None, &with_header).unwrap();
    assert_eq!(lines(&again), found);

    let answer = ask(&service, "text/csv", Some("application/json"), &body).unwrap();
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(document["predictions"][0]["origin"], "2024-01-21 07:00:00");
    let ahead = &document["predictions"][0]["forecasts"][1];
    assert_eq!(
        (&ahead["hours"], &ahead["time"]),
        (&json!(6), &json!("2024-01-21 13:00:00"))
    );
    let array = ask(&service, "text/csv", Some("application/x-npy"), &body).unwrap();
    assert!(String::from_utf8_lossy(&array.body).contains("(1, 2)"));
}

#[test]
fn a_longer_file_has_a_forecast_for_each_hour_that_has_enough_before_it() {
    let place = place();
    let service = service(&place);
    let hours = made::lines(500);
    let all = ask(
        &service,
        "text/csv",
        Some("application/jsonlines"),
        &hours[400..500].join("\n"),
    )
    .unwrap();
    assert_eq!(all.rows, 100 - 47);
    let last = String::from_utf8(all.body)
        .unwrap()
        .lines()
        .last()
        .unwrap()
        .to_owned();
    let one = ask(
        &service,
        "text/csv",
        Some("application/jsonlines"),
        &hours[452..500].join("\n"),
    )
    .unwrap();
    assert_eq!(String::from_utf8(one.body).unwrap().trim_end(), last);
}

#[test]
fn served_forecasts_are_those_that_were_scored() {
    let place = place();
    let scored = place.evaluate("m", 1).forecast.unwrap();
    let bodies = samples(&place.part("test"), 1000).unwrap().unwrap();
    let service = service(&place);
    let mut compared = 0;
    for body in bodies {
        let body = String::from_utf8(body).unwrap();
        // What was measured before its first hour is not known to a request.
        if body.lines().next().unwrap().ends_with(',') {
            continue;
        }
        let answer = ask(&service, "text/csv", None, &body).unwrap();
        for (line, own) in lines(&answer).iter().zip(&scored.horizons) {
            let value: f32 = line[3].parse().unwrap();
            let at = |point: &&steps::ForecastPoint| {
                learn::series::Moment(point.at).to_string() == line[2]
            };
            if let Some(point) = own.last.iter().find(at) {
                assert_eq!((point.forecast as f32).to_bits(), value.to_bits());
                compared += 1;
            }
        }
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn too_few_hours_gaps_and_strange_cells_are_refused_by_row() {
    let place = place();
    let service = service(&place);
    let hours = made::lines(500);
    let without = |row: usize| {
        let mut rows = hours[400..460].to_vec();
        rows.remove(row);
        rows.join("\n")
    };
    let changed = |row: usize, line: &str| {
        let mut rows = hours[400..460].to_vec();
        rows[row] = line.to_owned();
        rows.join("\n")
    };
    let empty = hours[400..448]
        .iter()
        .map(|line| format!("{},1,", &line[..16]))
        .collect::<Vec<_>>()
        .join("\n");
    let cases = [
        (
            hours[400..447].join("\n"),
            "P0275",
            "47 hours are given, a forecast needs 48: the last one known and those before it",
        ),
        (
            without(10),
            "P0271",
            "row 11: 2024-01-18 03:00:00 after 2024-01-18 01:00:00: one hour is missing; in the night when clocks are turned forward, give the series in one zone",
        ),
        (
            changed(5, &hours[404]),
            "P0271",
            "row 6: 2024-01-17 20:00:00 after 2024-01-17 20:00:00: the hour comes twice; in the night when clocks are turned back, give the series in one zone",
        ),
        (
            changed(7, "yesterday,1,2"),
            "P0270",
            "row 8: `yesterday` is not a moment in the form `%Y-%m-%d %H:%M`",
        ),
        (
            changed(7, "2024-01-17 23:00,1,high"),
            "P0240",
            "row 8, column `y`: `high` is not a number",
        ),
        (
            changed(7, "2024-01-17 23:00,1"),
            "P0240",
            "row 8: 2 cells, expected 3",
        ),
        (empty, "P0275", "`y` has no value in the first 48 hours"),
        (
            String::new(),
            "P0241",
            "the body cannot be read: it has no rows",
        ),
    ];
    for (body, code, message) in cases {
        let error = ask(&service, "text/csv", None, &body).unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().as_str(), error.status()),
            (code, message, 400)
        );
    }
}
