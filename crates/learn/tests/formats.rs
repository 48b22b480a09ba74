//! Formats of a source: what Parquet files of other writers hold, and that one table gives the same bytes in every format.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use learn::prepare;
use learn::rows::{Declared, Error, File, Format, Limits, Opened, Source};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use steps::{CsvFormat, Duplicates, PrepareSpec, SourceFormat, SplitBy, SplitSpec, TargetKind};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/formats")
        .join(name)
}

fn open(path: &Path) -> Result<Opened, Error> {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let source = Source {
        files: vec![File {
            name,
            path: path.to_owned(),
        }],
        format: Format::Parquet,
        names: Vec::new(),
        limits: Limits::default(),
    };
    source.open()
}

fn rows(opened: &Opened) -> Result<Vec<Vec<String>>, Error> {
    let mut all = Vec::new();
    opened.each(|row| {
        all.push(row.cells.iter().map(str::to_owned).collect());
        Ok::<(), Error>(())
    })?;
    Ok(all)
}

fn read(path: &Path) -> Result<Vec<Vec<String>>, String> {
    open(path)
        .and_then(|opened| rows(&opened))
        .map_err(|error| format!("{}: {error}", error.code()))
}

#[test]
fn every_type_of_a_column_becomes_the_text_that_a_csv_file_has() {
    let opened = open(&fixture("types.parquet")).unwrap();
    let rows = rows(&opened).unwrap();
    assert_eq!(rows.len(), 40);
    let column = |name: &str| {
        let place = opened.find(name).unwrap();
        let declared = opened.columns()[place].declared.clone();
        let cells = [0, 3, 4, 17, 39].map(|row| rows[row][place].as_str());
        (declared, cells)
    };
    let (number, text) = (Some(Declared::Number), Some(Declared::Text));
    let (boolean, time) = (Some(Declared::Boolean), Some(Declared::Time));
    let day = "2024-02-29T18:05:00Z";
    let cases = [
        ("count", &number, ["-20", "-11", "-8", "31", "97"]),
        ("small", &number, ["0", "", "4", "", "39"]),
        (
            "large",
            &number,
            [
                "9223372036854775808",
                "9223372036854775811",
                "9223372036854775812",
                "9223372036854775825",
                "9223372036854775847",
            ],
        ),
        ("ratio", &number, ["0", "0.375", "", "2.125", ""]),
        ("single", &number, ["0", "0.3", "0.4", "1.7", "3.9"]),
        ("price", &number, ["0.00", "0.15", "0.20", "0.85", "1.95"]),
        (
            "wide",
            &number,
            ["0.000", "-0.021", "-0.028", "-0.119", "-0.273"],
        ),
        ("ok", &boolean, ["true", "true", "false", "false", "true"]),
        ("city", &text, ["Bern", "", "Bern", "Z\u{fc}rich", ""]),
        ("kind", &text, ["x", "y", "x", "y", "y"]),
        (
            "day",
            &time,
            [
                "2024-02-29",
                "2024-03-03",
                "2024-03-04",
                "2024-03-17",
                "2024-04-08",
            ],
        ),
        (
            "at",
            &time,
            [
                "2024-02-29T18:05:00",
                "2024-02-29T21:05:00.25",
                "2024-02-29T22:05:00",
                "2024-03-01T11:05:00.25",
                "2024-03-02T09:05:00.25",
            ],
        ),
        ("utc", &time, [day; 5]),
        ("clock", &time, ["01:02:03"; 5]),
        ("nothing", &None, [""; 5]),
    ];
    for (name, declared, cells) in cases {
        assert_eq!(column(name), (declared.clone(), cells), "{name}");
    }
}

#[test]
fn old_moments_and_numbers_without_end_are_read_as_they_are() {
    assert_eq!(
        read(&fixture("int96.parquet")).unwrap(),
        [["2024-02-29T18:05:00", "NaN"]]
    );
}

#[test]
fn columns_that_no_cell_can_hold_are_known_by_name_and_refused_unless_ignored() {
    let opened = open(&fixture("nested.parquet")).unwrap();
    let kinds: Vec<_> = opened
        .columns()
        .iter()
        .filter_map(|column| match &column.declared {
            Some(Declared::Unread(kind)) => Some((column.name.as_str(), kind.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("tags", "a list"),
            ("who", "a struct"),
            ("raw", "binary"),
            ("m", "a map")
        ]
    );
    let mut spec = spec(SourceFormat::Parquet, &["nested.parquet"]);
    (spec.split.test_ppm, spec.split.validation_ppm) = (0, 0);
    let out = tempfile::tempdir().unwrap();
    let folder = fixture("");
    let error = prepare::run(&spec, &folder, out.path()).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (
            "P0214",
            "`nested.parquet`: column `tags` is a list, which is no cell of a table"
        )
    );
    spec.ignore = ["tags", "who", "raw", "m"].map(str::to_owned).into();
    assert_eq!(prepare::run(&spec, &folder, out.path()).unwrap().train, 2);
}

#[test]
fn files_that_are_not_whole_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(fixture("types.parquet")).unwrap();
    let path = folder.path().join("a.parquet");
    let said = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        read(&path).unwrap_err()
    };
    assert_eq!(said(b""), "P0204: `a.parquet` has no rows");
    for bytes in [
        &whole[..whole.len() / 2],
        &whole[..whole.len() - 1],
        b"a,b\n1,2\n",
    ] {
        let message = said(bytes);
        assert!(
            message.starts_with("P0213: `a.parquet` cannot be read as Parquet: "),
            "{message}"
        );
    }
}

#[test]
fn files_of_one_source_have_the_same_columns() {
    let file = |name: &str| File {
        name: name.to_owned(),
        path: fixture(name),
    };
    let source = Source {
        files: vec![file("int96.parquet"), file("nested.parquet")],
        format: Format::Parquet,
        names: Vec::new(),
        limits: Limits::default(),
    };
    assert_eq!(
        rows(&source.open().unwrap()).unwrap_err().to_string(),
        "`nested.parquet`: its columns differ from those of the first file"
    );
}

/// The rows of one table: a number of each kind, a truth, a text, a class; with gaps.
struct Line {
    count: i64,
    ratio: Option<f64>,
    ok: bool,
    city: Option<&'static str>,
    y: &'static str,
}

fn lines() -> Vec<Line> {
    let cities = [Some("Bern"), Some("a,b"), None, Some("Z\u{fc}rich \"x\"")];
    (0..120_i64)
        .map(|row| Line {
            count: row * 7919 % 1000 - 500,
            ratio: (row % 11 != 3).then_some(row as f64 * 0.37),
            ok: row % 3 == 0,
            city: cities[(row * 5 % 7 % 4) as usize],
            y: if row * 31 % 10 < 4 { "no" } else { "yes" },
        })
        .collect()
}

fn write_csv(path: &Path) {
    let mut text = "count,ratio,ok,city,y\n".to_owned();
    for line in lines() {
        let ratio = line
            .ratio
            .map(|ratio| ratio.to_string())
            .unwrap_or_default();
        let city = line.city.unwrap_or_default().replace('"', "\"\"");
        writeln!(
            text,
            "{},{ratio},{},\"{city}\",{}",
            line.count, line.ok, line.y
        )
        .unwrap();
    }
    std::fs::write(path, text).unwrap();
}

fn write_jsonl(path: &Path) {
    let mut text = String::new();
    for line in lines() {
        let mut row = serde_json::json!({"count": line.count, "ratio": line.ratio, "ok": line.ok});
        if let Some(city) = line.city {
            row["city"] = city.into();
        }
        row["y"] = line.y.into();
        writeln!(text, "{row}").unwrap();
    }
    // The first line has every key: columns come in the order of their first coming.
    std::fs::write(path, text).unwrap();
}

fn write_parquet(path: &Path) {
    let schema = "message table { required int64 count; optional double ratio; required boolean ok; \
                  optional binary city (UTF8); required binary y (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let file = std::fs::File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, properties).unwrap();
    let all = lines();
    for rows in all.chunks(50) {
        let mut group = writer.next_row_group().unwrap();
        let levels = |present: &dyn Fn(&Line) -> bool| -> Vec<i16> {
            rows.iter().map(|row| i16::from(present(row))).collect()
        };
        let counts: Vec<i64> = rows.iter().map(|row| row.count).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(&counts, None, None)
            .unwrap();
        column.close().unwrap();
        let ratios: Vec<f64> = rows.iter().filter_map(|row| row.ratio).collect();
        let present = levels(&|row| row.ratio.is_some());
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<DoubleType>()
            .write_batch(&ratios, Some(&present), None)
            .unwrap();
        column.close().unwrap();
        let ok: Vec<bool> = rows.iter().map(|row| row.ok).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<BoolType>()
            .write_batch(&ok, None, None)
            .unwrap();
        column.close().unwrap();
        let cities: Vec<ByteArray> = rows
            .iter()
            .filter_map(|row| row.city)
            .map(ByteArray::from)
            .collect();
        let present = levels(&|row| row.city.is_some());
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&cities, Some(&present), None)
            .unwrap();
        column.close().unwrap();
        let classes: Vec<ByteArray> = rows.iter().map(|row| ByteArray::from(row.y)).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&classes, None, None)
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
}

fn spec(format: SourceFormat, files: &[&str]) -> PrepareSpec {
    PrepareSpec {
        format,
        files: files.iter().map(|&name| name.to_owned()).collect(),
        csv: CsvFormat {
            header: true,
            delimiter: ',',
            decimal: '.',
            encoding: steps::Encoding::default(),
        },
        missing: [].into(),
        duplicates: Duplicates::Drop,
        columns: Vec::new(),
        ignore: Vec::new(),
        accept: Vec::new(),
        group: None,
        objects: Vec::new(),
        target: "y".to_owned(),
        target_kind: TargetKind::Class,
        positive: None,
        split: SplitSpec {
            test_ppm: 200_000,
            validation_ppm: 200_000,
            stratify: true,
            seed: 42,
            by: SplitBy::Random,
        },
        series: None,
        images: None,
    }
}

#[test]
fn one_table_gives_the_same_bytes_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_csv(&at("a.csv"));
    write_jsonl(&at("a.jsonl"));
    write_parquet(&at("a.parquet"));
    let formats = [
        (SourceFormat::Csv, "a.csv"),
        (SourceFormat::Jsonl, "a.jsonl"),
        (SourceFormat::Parquet, "a.parquet"),
    ];
    let prepared = formats.map(|(format, name)| {
        let out = at(&format!("{name}.out"));
        prepare::run(&spec(format, &[name]), folder.path(), &out).unwrap();
        let files = [
            "train/train.csv",
            "validation/validation.csv",
            "test/test.csv",
            "schema.json",
            "summary.json",
        ];
        files.map(|file| std::fs::read_to_string(out.join(file)).unwrap())
    });
    assert!(
        prepared[0][0].starts_with("count,ratio,ok,city,y\n"),
        "{}",
        prepared[0][0]
    );
    assert_eq!(prepared[0][0].lines().count(), 73);
    assert_eq!(prepared[0], prepared[1]);
    assert_eq!(prepared[0], prepared[2]);
}

#[test]
fn pages_that_the_decoder_gives_up_on_are_an_error() {
    // A dictionary that is not there, and one that is shorter than it says.
    for (name, place, byte) in [("int96.parquet", 180, 147), ("types.parquet", 1194, 44)] {
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        bytes[place] = byte;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        std::fs::write(&path, bytes).unwrap();
        let message = read(&path).unwrap_err();
        assert!(
            message.ends_with("cannot be read as Parquet: its pages are not whole"),
            "{message}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_give_rows_or_an_error_and_no_panic(
        changes in prop::collection::vec((0_usize..11_000, any::<u8>()), 1..6),
        name in prop::sample::select(vec!["types.parquet", "nested.parquet", "int96.parquet"]),
    ) {
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        let length = bytes.len();
        for (place, byte) in changes {
            bytes[place % length] = byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        std::fs::write(&path, bytes).unwrap();
        if let Err(message) = read(&path) {
            prop_assert!(message.contains("`a.parquet`"), "{}", message);
        }
    }
}
