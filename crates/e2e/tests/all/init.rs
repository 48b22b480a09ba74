//! `init` as a stranger uses it: what it writes runs, and what it cannot read is named.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use e2e::{Binary, Finished, Scratch};
use serde_json::json;

/// Writes a file and makes a workload of it.
fn init(scratch: &Scratch, name: &str, content: &[u8], flags: &[&str]) -> (PathBuf, Finished) {
    let folder = scratch.path(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("rows.csv"), content).unwrap();
    let verb = Binary::find().verb(["init"]).arg(folder.join("rows.csv"));
    let verb = verb.arg("--out").arg(&folder);
    let verb = flags.iter().fold(verb, e2e::Verb::arg);
    (folder, verb.run())
}

/// A German shop's rows: semicolons, decimal commas, umlauts, a serial number, a date.
fn shop(rows: usize) -> String {
    let mut text = "Nr;Gr\u{f6}\u{df}e;Ort;Datum;Gek\u{fc}ndigt\n".to_owned();
    for row in 0..rows {
        let (left, town) = (
            ["nein", "ja"][row % 2],
            ["K\u{f6}ln", "M\u{fc}nchen", "Ulm"][row % 3],
        );
        writeln!(
            text,
            "{};{},5;{town};{:02}.03.2024;{left}",
            row + 1,
            row % 2 * 40 + row % 7,
            row % 28 + 1
        )
        .unwrap();
    }
    text
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once('\u{feff}')
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

#[test]
fn what_is_written_runs_in_every_encoding() {
    let scratch = Scratch::new();
    let text = shop(90);
    let cases = [
        ("utf8", text.clone().into_bytes(), "utf-8"),
        ("marked", format!("\u{feff}{text}").into_bytes(), "utf-8"),
        ("latin1", latin1(&text), "windows-1252"),
        ("utf16", utf16(&text), "utf-16le"),
    ];
    for (name, content, encoding) in cases {
        let (folder, finished) = init(
            &scratch,
            name,
            &content,
            &["--json", "--target", "Gek\u{fc}ndigt"],
        );
        let said = finished.ok().json();
        assert_eq!(
            said["csv"],
            json!({"header": true, "delimiter": ";", "decimal": ",", "encoding": encoding})
        );
        let ignored = said["columns"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|column| column["role"] == "ignored");
        let ignored: Vec<&str> = ignored
            .map(|column| column["name"].as_str().unwrap())
            .collect();
        assert_eq!(ignored, ["Nr", "Datum"]);
        let run = Binary::find()
            .verb(["run", "--json"])
            .arg(&folder)
            .state(&scratch.state());
        let document = run.run().ok().json();
        assert_eq!(
            document["prepare"]["classes"],
            json!({"ja": 45, "nein": 45}),
            "{name}"
        );
        assert!(
            document["test"]["scores"]["accuracy"].as_f64().unwrap() > 0.9,
            "{document:#}"
        );
    }
}

#[test]
fn a_thousand_columns_with_odd_names_run() {
    let scratch = Scratch::new();
    let names: Vec<String> = (0..999)
        .map(|n| format!("\"c {n}, \"\"\u{e9}\"\"\""))
        .collect();
    let mut text = format!("{},y\n", names.join(","));
    for row in 0..60 {
        let cells: Vec<String> = (0..999)
            .map(|c| ((row * (c + 3)) % 61).to_string())
            .collect();
        writeln!(text, "{},{}", cells.join(","), ["a", "b"][row % 2]).unwrap();
    }
    let (folder, finished) = init(&scratch, "wide", text.as_bytes(), &[]);
    finished.ok();
    let written = fs::read_to_string(folder.join("workload.yaml")).unwrap();
    assert!(written.len() < 10_000, "{}", written.len());
    let run = Binary::find()
        .verb(["run", "--json"])
        .arg(&folder)
        .state(&scratch.state())
        .run();
    assert_eq!(run.ok().json()["prepare"]["train"], 36);
}

#[test]
fn a_folder_is_one_source_and_lies_anywhere() {
    let scratch = Scratch::new();
    let data = scratch.path("rows");
    fs::create_dir_all(&data).unwrap();
    for part in 0..3 {
        let mut text = "x,kind\n".to_owned();
        for row in 0..20 {
            let (number, kind) = (row % 2 * 50 + row + part * 100, ["a", "b"][row % 2]);
            writeln!(text, "{number},{kind}").unwrap();
        }
        fs::write(data.join(format!("{part}.csv")), text).unwrap();
    }
    fs::write(data.join("README.md"), "rows of three days\n").unwrap();
    let out = scratch.path("somewhere/work");
    let verb = Binary::find()
        .verb(["init"])
        .arg(&data)
        .arg("--out")
        .arg(&out);
    verb.run().ok();
    let written = fs::read_to_string(out.join("workload.yaml")).unwrap();
    assert!(
        written.contains("source: \"../../rows/*.csv\""),
        "{written}"
    );
    let run = Binary::find()
        .verb(["run", "--json"])
        .arg(&out)
        .state(&scratch.state())
        .run();
    assert_eq!(run.ok().json()["prepare"]["read"], 60);
}

#[test]
fn a_file_that_is_there_is_kept() {
    let scratch = Scratch::new();
    let text = shop(60);
    let (folder, finished) = init(&scratch, "kept", text.as_bytes(), &[]);
    finished.ok();
    let file = folder.join("workload.yaml");
    fs::write(&file, "mine").unwrap();
    let (_, finished) = init(&scratch, "kept", text.as_bytes(), &[]);
    finished.fails(2, &["P0614", "--force"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let (_, finished) = init(
        &scratch,
        "kept",
        text.as_bytes(),
        &["--force", "--name", "Shop-1"],
    );
    finished.ok();
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("name: Shop-1\n")
    );
}

#[test]
fn numbers_are_predicted_themselves_and_how_to_cut_them_is_said() {
    let scratch = Scratch::new();
    let mut text = "rooms,area,price\n".to_owned();
    for row in 0..80 {
        writeln!(text, "{},{row}.5,{}", row % 5, 1000 * row + 7).unwrap();
    }
    let (folder, finished) = init(&scratch, "price", text.as_bytes(), &["--target", "price"]);
    finished.ok();
    let file = folder.join("workload.yaml");
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.contains("kind: regression"), "{written}");
    assert!(
        written.contains("80 distinct numbers from 7 to 79007"),
        "{written}"
    );
    let run = || {
        let verb = Binary::find().verb(["run", "--json"]).arg(&folder);
        verb.state(&scratch.state()).run().ok().json()
    };
    assert_eq!(run()["prepare"]["classes"], json!({}));
    // As the file says.
    let cut = written
        .replace(
            "kind: regression",
            "kind: classification\n  positive: \"> 40007\"",
        )
        .replace("metric: rmse", "metric: accuracy")
        .replace("- ridge: { alpha: 1.0 }", "- logistic_regression: {}");
    fs::write(&file, cut).unwrap();
    assert_eq!(run()["prepare"]["classes"], json!({"0": 41, "1": 39}));
}

/// A name, what the file holds, flags, and words of the answer.
type Case<'a> = (&'a str, &'a [u8], &'a [&'a str], &'a [&'a str]);

/// Each is refused with these words, and nothing is written.
fn refused(cases: &[Case]) {
    let scratch = Scratch::new();
    for (name, content, flags, words) in cases {
        let (folder, finished) = init(&scratch, name, content, flags);
        finished.fails(2, words);
        assert!(!folder.join("workload.yaml").exists(), "{name}");
    }
}

#[test]
fn files_that_cannot_be_read_are_named_with_the_place() {
    let ragged = shop(60).replacen("Ulm;", "Ulm;;", 1);
    refused(&[
        ("empty", b"", &[], &["P0605", "is empty"]),
        ("header", b"a,b\n", &[], &["P0605", "has no rows"]),
        (
            "ragged",
            ragged.as_bytes(),
            &[],
            &["P0603", "line 4: 6 cells, expected 5 (delimiter `;`)"],
        ),
        (
            "binary",
            b"\x7fELF\x01\x01\x00\x00",
            &[],
            &["P0601", "is not text"],
        ),
        ("zip", b"PK\x03\x04....", &[], &["P0601", "Excel workbook"]),
        (
            "twice",
            b"a,a,b\n1,2,3\n4,5,6\n",
            &[],
            &["P0604", "two columns are named `a`"],
        ),
    ]);
    let scratch = Scratch::new();
    let nothing = scratch.path("nothing");
    fs::create_dir_all(&nothing).unwrap();
    for path in [nothing.as_path(), Path::new("no-such-file.csv")] {
        let verb = Binary::find().verb(["init"]).arg(path);
        verb.arg("--out").arg(&nothing).run().fails(2, &["P0610"]);
    }
}

#[test]
fn targets_and_names_that_cannot_be_are_refused_with_a_way_out() {
    let rows = |cell: &dyn Fn(usize) -> String| {
        let rows: Vec<String> = (0..30)
            .map(|row| format!("{row}.5,{}\n", cell(row)))
            .collect();
        format!("a,b\n{}", rows.concat())
    };
    let (constant, unique) = (rows(&|_| "x".to_owned()), rows(&|row| format!("n{row}")));
    let shop = shop(60);
    let (good, long) = (shop.as_bytes(), "x".repeat(41));
    refused(&[
        ("one", b"a,b\n1,x\n", &[], &["P0611", "no column"]),
        (
            "constant",
            constant.as_bytes(),
            &["--target", "b"],
            &["P0611", "constant: every value is `x`"],
        ),
        (
            "unique",
            unique.as_bytes(),
            &["--target", "b"],
            &["P0611", "each row has its own text"],
        ),
        (
            "absent",
            good,
            &["--target", "Ortt"],
            &["P0611", "did you mean `Ort`?"],
        ),
        (
            "single",
            b"a\n1\n2\n",
            &[],
            &["P0613", "one column by the delimiter `,`"],
        ),
        (
            "name",
            good,
            &["--name", "my_shop"],
            &["P0612", "`--name my-shop`"],
        ),
        ("long", good, &["--name", &long], &["P0612", "1 to 40"]),
        (
            "wrong",
            good,
            &["--delimiter", ";;"],
            &["--delimiter", "single ASCII character"],
        ),
    ]);
}

#[test]
fn hours_become_a_forecast_that_runs() {
    let scratch = Scratch::new();
    let mut text = "when,town,wind,load\n".to_owned();
    for hour in (0..500).filter(|hour| *hour != 321) {
        let wave = (f64::from(hour) * std::f64::consts::TAU / 24.0).sin() * 5.0;
        let (day, of_day) = (hour / 24 + 1, hour % 24);
        let load = 20.0 + wave + f64::from(hour * 7 % 11) / 10.0;
        let wind = hour * 5 % 13;
        writeln!(
            text,
            "2024-01-{day:02} {of_day:02}:00,Ulm {},{wind},{load:.2}",
            hour % 3
        )
        .unwrap();
    }
    let (folder, written) = init(&scratch, "hours", text.as_bytes(), &[]);
    let written = written.ok();
    assert!(
        written.stderr.contains("500 hours, 1 columns ignored; forecasts `load` from its past and that of 1 other columns"),
        "{}",
        written.stderr
    );
    let drafted = fs::read_to_string(folder.join("workload.yaml")).unwrap();
    for line in [
        "  kind: forecast\n",
        "    time: when\n",
        "    horizon: [1 h, 24 h] ",
        "    gaps: fill ",
    ] {
        assert!(drafted.contains(line), "{line} in {drafted}");
    }
    let run = Binary::find()
        .verb(["run", "--json"])
        .arg(&folder)
        .state(&scratch.state())
        .run();
    let document = run.ok().json();
    let mase = document["test"]["scores"]["mase"].as_f64().unwrap();
    assert!(mase < 1.0, "{mase}");
}
