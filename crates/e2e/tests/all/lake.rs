//! A source in S3 and files of every format, as a user has them: put by boto3, read by `run` where they lie, drafted by `init`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use e2e::{Binary, Plane, Python, Scratch};
use parquet::data_type::DoubleType;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Map, Value};

/// Names and rows of the phones.
fn phones() -> (Vec<String>, Vec<Vec<f64>>) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/mobile-price/data/train.csv");
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let names = lines
        .next()
        .unwrap()
        .split(',')
        .map(str::to_owned)
        .collect();
    let row = |line: &str| line.split(',').map(|cell| cell.parse().unwrap()).collect();
    (names, lines.map(row).collect())
}

fn csv(names: &[String], rows: &[Vec<f64>]) -> Vec<u8> {
    let line = |row: &Vec<f64>| {
        let cells: Vec<String> = row.iter().map(f64::to_string).collect();
        cells.join(",") + "\n"
    };
    let mut text = names.join(",") + "\n";
    text.extend(rows.iter().map(line));
    text.into_bytes()
}

fn jsonl(names: &[String], rows: &[Vec<f64>]) -> Vec<u8> {
    let line = |row: &Vec<f64>| {
        let cells = names
            .iter()
            .cloned()
            .zip(row.iter().map(|&cell| Value::from(cell)));
        Value::Object(cells.collect::<Map<_, _>>()).to_string() + "\n"
    };
    rows.iter().map(line).collect::<String>().into_bytes()
}

fn parquet(names: &[String], rows: &[Vec<f64>]) -> Vec<u8> {
    let fields: String = names
        .iter()
        .map(|name| format!("required double {name}; "))
        .collect();
    let schema = Arc::new(parse_message_type(&format!("message table {{ {fields}}}")).unwrap());
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for place in 0..names.len() {
        let values: Vec<f64> = rows.iter().map(|row| row[place]).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<DoubleType>()
            .write_batch(&values, None, None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

/// Names and rows to the content of a file.
type Write = fn(&[String], &[Vec<f64>]) -> Vec<u8>;

/// Writes the phones in three files of each format, and a Parquet file with a list.
fn files(folder: &Path) {
    let (names, rows) = phones();
    let write: [(&str, Write); 3] = [("csv", csv), ("jsonl", jsonl), ("parquet", parquet)];
    for (ending, write) in write {
        fs::create_dir_all(folder.join(ending)).unwrap();
        for (place, rows) in rows.chunks(700).enumerate() {
            let path = folder.join(ending).join(format!("part-{place}.{ending}"));
            fs::write(path, write(&names, rows)).unwrap();
        }
    }
    let nested =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../learn/tests/data/formats/nested.parquet");
    fs::create_dir_all(folder.join("nested")).unwrap();
    fs::copy(nested, folder.join("nested/a.parquet")).unwrap();
}

fn workload(scratch: &Scratch, name: &str, data: &str, target: &str) -> PathBuf {
    let folder = scratch.path(name);
    fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "plimsoll: 1\nname: {name}\ndata: {{ {data} }}\ntask: {{ target: {target} }}\nmodels: [logistic_regression]\n"
    );
    fs::write(folder.join("workload.yaml"), text).unwrap();
    folder
}

/// A plane with the lake in it.
fn lake(scratch: &Scratch) -> Plane {
    files(&scratch.path("files"));
    let plane = Plane::up(&Binary::find(), &scratch.state());
    let arguments: [&Path; 2] = [Path::new("put"), &scratch.path("files")];
    Python::find().check("lake.py", &plane, &arguments);
    plane
}

fn run(folder: &Path, scratch: &Scratch) -> Value {
    let verb = Binary::find().verb(["run", "--json"]).arg(folder);
    verb.state(&scratch.state()).run().ok().json()
}

#[test]
fn the_same_rows_give_the_same_score_in_every_format_and_place() {
    let scratch = Scratch::new();
    let plane = lake(&scratch);
    let mut scores = Vec::new();
    for format in ["csv", "jsonl", "parquet"] {
        let there = format!("source: \"s3://lake/{format}/\", format: {format}");
        let here = format!("source: ../files/{format}/*.{format}");
        for (name, data) in [("there", there), ("here", here)] {
            let folder = workload(&scratch, &format!("{name}-{format}"), &data, "price_range");
            let document = run(&folder, &scratch);
            assert_eq!(document["prepare"]["read"], 2_000, "{name} {format}");
            scores.push(document["test"]["scores"].clone());
        }
    }
    assert!(scores[0]["accuracy"].as_f64().unwrap() > 0.9, "{scores:?}");
    assert!(
        scores.iter().all(|other| *other == scores[0]),
        "{scores:#?}"
    );
    // Nothing changed, so nothing is read again.
    let again = run(&scratch.path("there-parquet"), &scratch);
    assert_eq!(again["steps"][0]["status"], "hit");
    plane.down().ok();
}

#[test]
fn an_object_that_changes_while_it_is_read_ends_the_run() {
    let scratch = Scratch::new();
    let plane = lake(&scratch);
    let data = "source: \"s3://lake/csv\", format: csv";
    let folder = workload(&scratch, "churned", data, "price_range");
    let binary = Binary::find();
    let arguments: [&Path; 4] = [Path::new("churn"), binary.path(), &folder, &scratch.state()];
    Python::find().check("lake.py", &plane, &arguments);
    // What it was is whole again, and so is the run.
    assert_eq!(run(&folder, &scratch)["prepare"]["read"], 2_000);
    plane.down().ok();
}

#[test]
fn what_a_lake_has_not_or_no_cell_can_hold_is_named() {
    let scratch = Scratch::new();
    let plane = lake(&scratch);
    let cases = [
        (
            "s3://lake/nested/",
            "format: parquet",
            ["P0214", "column `tags` is a list"],
        ),
        (
            "s3://lake/parquet/",
            "format: csv",
            ["P0502", "is parquet by its name"],
        ),
        (
            "s3://lake/none/",
            "format: csv",
            ["P0502", "no object lies below `s3://lake/none/`"],
        ),
        ("s3://sea/a.csv", "format: csv", ["P0502", "NoSuchBucket"]),
    ];
    for (place, (source, format, words)) in cases.into_iter().enumerate() {
        let data = format!("source: \"{source}\", {format}");
        let folder = workload(&scratch, &format!("bad-{place}"), &data, "y");
        let verb = Binary::find()
            .verb(["run"])
            .arg(&folder)
            .state(&scratch.state());
        verb.run().fails(2, &words);
    }
    plane.down().ok();
}

#[test]
fn init_drafts_a_lake_that_runs() {
    let scratch = Scratch::new();
    let plane = lake(&scratch);
    for (address, format) in [
        ("s3://lake/parquet/", "parquet"),
        ("s3://lake/jsonl", "jsonl"),
    ] {
        let folder = scratch.path(format);
        let verb = Binary::find()
            .verb(["init", address, "--name", format, "--out"])
            .arg(&folder);
        verb.state(&scratch.state()).run().ok();
        let text = fs::read_to_string(folder.join("workload.yaml")).unwrap();
        assert!(text.contains(&format!("  source: \"{address}\"")), "{text}");
        assert!(text.contains(&format!("  format: {format}")), "{text}");
        assert_eq!(run(&folder, &scratch)["prepare"]["read"], 2_000);
    }
    let verb = Binary::find()
        .verb(["init", "s3://lake/none/", "--out"])
        .arg(scratch.path("none"));
    verb.state(&scratch.state())
        .run()
        .fails(2, &["P0502", "no object lies below `s3://lake/none/`"]);
    plane.down().ok();
}
