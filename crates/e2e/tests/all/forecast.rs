//! Forecasts as a stranger meets them: from hours in a file to an endpoint that says the hours to come.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use e2e::{Binary, Scratch, Workload};

use super::document::{CACHEABLE, number, run, step};

/// Hours from 2024-01-01 on, in the writing of another country: a day's wave, and what `x` did an hour before.
fn hours(count: usize) -> Vec<String> {
    let x = |hour: usize| (hour * hour * 31 % 97) as f64 / 30.0;
    let line = |hour: usize| {
        let wave = (hour as f64 * std::f64::consts::TAU / 24.0).sin() * 5.0;
        let y = if hour % 50 == 49 {
            "-200".to_owned()
        } else {
            format!("{:.2}", wave + 20.0 + x(hour.saturating_sub(1)))
        };
        let day = format!("{:02}/01/2024;{:02}.00.00", hour / 24 + 1, hour % 24);
        format!("{day};{:.2};{y}", x(hour))
            .replace(".00.00", "|")
            .replace('.', ",")
            .replace('|', ".00.00")
    };
    (0..count).map(line).collect()
}

const WORKLOAD: &str = r#"plimsoll: 1
name: hours
data:
  source: hours.csv
  csv: { delimiter: ";", decimal: "," }
  missing: { "*": [-200] }
task:
  kind: forecast
  target: y
  forecast: { time: [Date, Time], horizon: [1 h, 6 h], lags: [1 h, 2 h, 23 h, 47 h] }
split: { validation: 2024-01-16, test: 2024-01-21 12:00 }
models:
  - ridge
  - random_forest: { n_estimators: 20 }
  - lstm: { epochs: 2, hidden_size: 16, window: 24 }
gate: { mase: "<= 0.9", rmse_6h: "<= 3" }
deploy:
  endpoint: { load_test: { rate: 20 /s, for: 200 ms } }
  batch: { input: new.csv }
"#;

fn workload(scratch: &Scratch) -> Workload {
    let folder = scratch.path("hours");
    fs::create_dir_all(&folder).unwrap();
    let all = hours(600);
    let mut text = "Date;Time;x;y\n".to_owned();
    for line in &all {
        writeln!(text, "{line}").unwrap();
    }
    fs::write(folder.join("hours.csv"), text).unwrap();
    let new = format!("Date;Time;x;y\n{}\n", all[540..].join("\n"));
    fs::write(folder.join("new.csv"), new).unwrap();
    fs::write(folder.join("workload.yaml"), WORKLOAD).unwrap();
    Workload { folder }
}

#[test]
fn hours_are_learned_chosen_tested_served_and_reported() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = workload(&scratch);
    let state = scratch.state();
    let document = run(&binary, &workload, &state, &[]);
    assert_eq!(document["status"], "succeeded", "{document:#}");
    let series = &document["prepare"]["series"];
    assert_eq!(series["format"], "%d/%m/%Y %H.%M.%S");
    assert_eq!(series["test_from"], "2024-01-21 12:00:00");
    let candidates = document["candidates"].as_array().unwrap();
    let names: Vec<&str> = candidates
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "persistence",
            "seasonal_naive",
            "ridge",
            "random_forest",
            "lstm"
        ]
    );
    let error = |place: usize| number(&candidates[place]["validation"]["rmse_1h"]);
    assert!(
        error(2) < error(0) && error(2) < error(1),
        "{candidates:#?}"
    );

    let horizons = &document["test"]["forecast"]["horizons"];
    assert_eq!(
        (&horizons[1]["hours"], &horizons[1]["rows"]),
        (&6.into(), &105.into())
    );
    let worse = &horizons[1]["baselines"][0]["differences"]["rmse"];
    assert!(number(&worse["low"]) > 0.0, "{worse}");
    assert_eq!(document["gate"][1]["metric"], "rmse_6h");
    // Sixty hours, of which 47 are looked back to, two horizons each.
    assert_eq!(document["batch"]["rows"], 2 * (60 - 47));
    assert!(
        step(&document, "LoadTest")["says"]
            .as_str()
            .unwrap()
            .ends_with("0 errors")
    );

    serves(&binary, &workload, &state);
    let again = run(&binary, &workload, &state, &[]);
    for name in CACHEABLE {
        assert_eq!(step(&again, name)["status"], "hit", "{name}");
    }
    let page = scratch.path("report.html");
    binary
        .verb(["report", "--out"])
        .arg(&page)
        .state(&state)
        .run()
        .ok();
    let page = fs::read_to_string(page).unwrap();
    for said in [
        "Errors by hours ahead",
        "6 h ahead",
        "seasonal_naive",
        "lstm, 1 h ahead",
        "worse by",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

/// A forecast of the last two days, and the refusal of a window that is too short.
fn serves(binary: &Binary, workload: &Workload, state: &Path) {
    let last: Vec<String> = hours(600)[552..]
        .iter()
        .map(|line| line.replace(',', ".").replace(';', ","))
        .collect();
    let rows = workload.folder.join("last.csv");
    fs::write(&rows, last.join("\n")).unwrap();
    let predict = |rows: &Path| {
        binary
            .verb(["predict", "--json"])
            .arg(rows)
            .state(state)
            .run()
    };
    let answer = predict(&rows).ok().json();
    let forecast = &answer["predictions"][0];
    assert_eq!(forecast["origin"], "2024-01-25 23:00:00");
    assert_eq!(forecast["forecasts"][1]["time"], "2024-01-26 05:00:00");
    // The wave alone is 24.8 there.
    assert!(
        (number(&forecast["forecasts"][1]["value"]) - 26.4).abs() < 3.0,
        "{answer:#}"
    );
    fs::write(&rows, last[1..].join("\n")).unwrap();
    predict(&rows).fails(2, &["47 hours are given, a forecast needs 48"]);
}

#[test]
fn a_clock_that_is_turned_is_named_by_file_line_and_hour() {
    let (binary, scratch) = (Binary::find(), Scratch::new());
    let workload = workload(&scratch);
    let file = workload.folder.join("hours.csv");
    let text = fs::read_to_string(&file).unwrap();
    let without: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("10/01/2024;02"))
        .collect();
    fs::write(&file, without.join("\n")).unwrap();
    let verb = binary
        .verb(["run"])
        .arg(&workload.folder)
        .state(&scratch.state());
    verb.run().fails(
        2,
        &["P0271", "`hours.csv`, line 220: 2024-01-10 03:00:00 after 2024-01-10 01:00:00: one hour is missing"],
    );
    let filled = workload.with("horizon: [1 h, 6 h]", "gaps: fill, horizon: [1 h, 6 h]");
    let document = run(&binary, &filled, &scratch.path("filled"), &[]);
    assert_eq!(document["prepare"]["series"]["filled_hours"], 1);
}
