//! Each check on rows that it is about and on rows that come near: whether it fires, whether it ends the step, and what it says.

use std::fmt::Write as _;

use steps::{
    Check, CsvFormat, Duplicates, Encoding, PrepareSpec, SourceFormat, SplitBy, SplitSpec,
    TargetKind,
};

use super::*;
use crate::ingest::survey;
use crate::rows::{File, Format, Limits, Source};

/// A table with a header, its target `y`.
pub(super) fn spec() -> PrepareSpec {
    PrepareSpec {
        files: vec!["a.csv".to_owned()],
        format: SourceFormat::Csv,
        csv: CsvFormat {
            header: true,
            delimiter: ',',
            decimal: '.',
            encoding: Encoding::Utf8,
        },
        missing: [].into(),
        duplicates: Duplicates::Keep,
        columns: Vec::new(),
        ignore: Vec::new(),
        group: None,
        accept: Vec::new(),
        objects: Vec::new(),
        target: "y".to_owned(),
        target_kind: TargetKind::Class,
        positive: None,
        split: SplitSpec {
            test_ppm: 200_000,
            validation_ppm: 0,
            stratify: false,
            seed: 1,
            by: SplitBy::Random,
        },
        series: None,
        images: None,
    }
}

/// A table of some rows.
fn table(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    let mut text = format!("{header}\n");
    for number in 0..rows {
        writeln!(text, "{}", row(number)).unwrap();
    }
    text
}

/// Every fifth row tests.
fn fifth(row: usize) -> Part {
    if row % 5 == 4 {
        Part::Test
    } else {
        Part::Train
    }
}

/// What the checks say of files with these texts; an error is its code and message.
fn looked(
    texts: &[&str],
    spec: &PrepareSpec,
    part: impl Fn(usize) -> Part,
) -> Result<Vec<Finding>, (&'static str, String)> {
    let folder = tempfile::tempdir().unwrap();
    let files = texts.iter().enumerate().map(|(place, text)| {
        let name = format!("{}.csv", ["a", "b", "c"][place]);
        let path = folder.path().join(&name);
        std::fs::write(&path, text).unwrap();
        File { name, path }
    });
    let source = Source {
        files: files.collect(),
        format: Format::new(spec.format, &spec.csv),
        names: Vec::new(),
        limits: Limits::default(),
    };
    let opened = source.open().unwrap();
    let survey = survey(&opened, spec).unwrap();
    let parts: Vec<Part> = (0..survey.truth.len()).map(part).collect();
    run(&survey, &parts, spec).map_err(|error| (error.code(), error.to_string()))
}

/// Findings of one kind, as `column: message`.
fn of(found: &[Finding], check: Check) -> Vec<&Finding> {
    found.iter().filter(|one| one.check == check).collect()
}

/// A class that nothing says.
fn class(row: usize) -> &'static str {
    ["no", "yes"][row * 7 / 3 % 2]
}

#[test]
fn a_column_with_one_value_ends_the_step() {
    type Cell = fn(usize) -> &'static str;
    let of_rows = |rows: usize, cell: Cell| {
        let text = table("x,k,y", rows, |row| {
            format!("{row},{},{}", cell(row), class(row))
        });
        looked(&[&text], &spec(), fifth)
    };
    let message = "column `k` has one value in all 20 rows: list it under `data.ignore`\n  \
                   `data.accept: [constant]` takes the data as it is";
    assert_eq!(
        of_rows(20, |_| "same").unwrap_err(),
        ("P0216", message.to_owned())
    );
    let fine: [(usize, Cell); 3] = [
        // Fewer rows may have one value by chance.
        (19, |_| "same"),
        (20, |row| if row == 7 { "other" } else { "same" }),
        // A gap is another value.
        (20, |row| if row == 7 { "" } else { "same" }),
    ];
    for (rows, cell) in fine {
        assert!(of(&of_rows(rows, cell).unwrap(), Check::Constant).is_empty());
    }
}

#[test]
fn copies_of_training_rows_end_the_step_where_they_are_many() {
    // So many test rows are copies of the first training row.
    let copied = |rows: usize, copies: usize, duplicates: Duplicates| {
        let text = table("x,y", rows, |row| {
            let is_copy = row % 5 == 4 && row / 5 < copies;
            let x = if is_copy { 0 } else { row };
            format!("{x}.5,{}", if is_copy { class(0) } else { class(row) })
        });
        let mut spec = spec();
        spec.duplicates = duplicates;
        looked(&[&text], &spec, fifth)
    };
    let (code, message) = copied(500, 5, Duplicates::Keep).unwrap_err();
    assert_eq!(code, "P0233");
    assert_eq!(
        message,
        "5 of 100 rows that score are exact copies of training rows (5.0 %); `duplicates: drop` drops copies within a file\n    \
         part  rows  copies of training rows\n    \
         test   100                        5\n  \
         `data.accept: [duplicates]` takes the data as it is"
    );
    // At the edge: 5 are enough, and 1 % of the rows.
    assert!(copied(2_500, 5, Duplicates::Keep).is_err());
    for (rows, copies) in [(500, 4), (2_600, 5), (500, 1)] {
        let found = copied(rows, copies, Duplicates::Keep).unwrap();
        let [finding] = of(&found, Check::Duplicates)[..] else {
            panic!("one finding of {copies} copies in {rows} rows");
        };
        let words = format!("{copies} of {} rows that score", rows / 5);
        assert!(finding.message.starts_with(&words), "{}", finding.message);
        assert_eq!(
            finding.rows,
            [["test", &(rows / 5).to_string(), &copies.to_string()]]
        );
    }
    assert!(
        of(
            &copied(500, 0, Duplicates::Keep).unwrap(),
            Check::Duplicates
        )
        .is_empty()
    );
    // Dropped copies are in no part.
    assert!(
        of(
            &copied(500, 5, Duplicates::Drop).unwrap(),
            Check::Duplicates
        )
        .is_empty()
    );
}

#[test]
fn copies_are_found_over_files_though_each_drops_its_own() {
    let first = table("x,y", 100, |row| format!("{row}.5,{}", class(row)));
    let second = table("x,y", 50, |row| {
        format!("{}.5,{}", row % 25, class(row % 25))
    });
    let mut spec = spec();
    spec.duplicates = Duplicates::Drop;
    let in_second = |row| if row < 100 { Part::Train } else { Part::Test };
    let (code, message) = looked(&[&first, &second], &spec, in_second).unwrap_err();
    assert_eq!(code, "P0233");
    assert!(
        message.starts_with("25 of 25 rows that score are exact copies"),
        "{message}"
    );
}

#[test]
fn a_column_whose_values_go_with_one_class_each_ends_the_step() {
    let coded = |rows: usize, values: usize, wrong: Option<usize>| {
        let text = table("x,k,y", rows, |row| {
            let value = row % values;
            let class = ["no", "yes"][value % 2];
            let class = if wrong == Some(row) {
                ["yes", "no"][value % 2]
            } else {
                class
            };
            format!("{row}.5,v{value},{class}")
        });
        looked(&[&text], &spec(), fifth)
    };
    let (code, message) = coded(30, 3, None).unwrap_err();
    assert_eq!(code, "P0234");
    assert_eq!(
        message,
        "column `k` says the target: each of its 3 values goes with one class in all 30 rows that have one\n    \
         k   rows  class\n    \
         v0    10     no\n    \
         v1    10    yes\n    \
         v2    10     no\n  \
         `data.accept: [target]` takes the data as it is"
    );
    // Too few rows, too few of a value, and one row that contradicts.
    for (rows, values, wrong) in [(29, 2, None), (39, 4, None), (300, 3, Some(150))] {
        let found = coded(rows, values, wrong).unwrap();
        assert!(of(&found, Check::Target).is_empty(), "{rows} {values}");
    }
}

#[test]
fn a_column_that_is_the_target_in_another_unit_ends_the_step() {
    let measured = |off: f64| {
        let text = table("x,k,y", 60, |row| {
            let y = (row * 37 % 60) as f64;
            format!(
                "{},{},{y}",
                row % 7,
                1.8 * y + 32.0 + off * (row % 3) as f64
            )
        });
        let mut spec = spec();
        spec.target_kind = TargetKind::Number;
        looked(&[&text], &spec, fifth)
    };
    let (code, message) = measured(0.0).unwrap_err();
    assert_eq!(code, "P0234");
    assert!(
        message.starts_with(
            "column `k` says the target: the two are one straight line (correlation 1.0000000)"
        ),
        "{message}"
    );
    assert!(measured(1.0).unwrap().is_empty());
}

#[test]
fn a_gap_that_says_the_class_ends_the_step() {
    let gaps = |rows: usize, exception: Option<usize>| {
        let text = table("x,k,y", rows, |row| {
            let sick = row % 2 == 1;
            let known = sick != (exception == Some(row));
            let k = if known {
                (row * 13 % 29).to_string()
            } else {
                String::new()
            };
            format!("{row}.5,{k},{}", if sick { "yes" } else { "no" })
        });
        looked(&[&text], &spec(), fifth)
    };
    let (code, message) = gaps(60, None).unwrap_err();
    assert_eq!(code, "P0235");
    assert_eq!(
        message,
        "whether `k` is missing says the target\n    \
         class  rows  missing\n    \
         no       30    100 %\n    \
         yes      30      0 %\n  \
         `data.accept: [missing]` takes the data as it is"
    );
    assert!(
        gaps(58, None).unwrap().is_empty(),
        "29 rows with a gap may be chance"
    );
    assert!(gaps(60, Some(8)).unwrap().is_empty());
    assert!(gaps(60, Some(9)).unwrap().is_empty());
}

#[test]
fn gaps_that_name_the_file_or_the_group_are_told() {
    // Two files: in the second so many of ten rows lack `k`.
    let text = |rows: usize, lacking: usize| {
        table("g,x,k,y", rows, |row| {
            let k = if row % 10 < lacking {
                String::new()
            } else {
                (row * 7 % 23).to_string()
            };
            format!("h{},{},{k},{}", lacking / 5, row % 7, class(row))
        })
    };
    let two = |rows: usize, lacking: usize, group: bool| {
        let mut spec = spec();
        spec.accept = vec![Check::Constant, Check::Duplicates];
        spec.group = group.then(|| "g".to_owned());
        let found = looked(&[&text(rows, 0), &text(rows, lacking)], &spec, fifth).unwrap();
        let found = of(&found, Check::Missing);
        found.into_iter().next().cloned()
    };
    let finding = two(60, 5, false).unwrap();
    assert_eq!(finding.column.as_deref(), Some("k"));
    assert!(
        finding
            .message
            .starts_with("whether `k` is missing names the file of a row")
    );
    assert_eq!(
        finding.table(),
        [
            "file   rows    no k",
            "a.csv    60     0 %",
            "b.csv    60  50.0 %"
        ]
    );
    let finding = two(60, 5, true).unwrap();
    assert!(
        finding
            .message
            .starts_with("whether `k` is missing names the group of a row")
    );
    assert_eq!(finding.rows[1], ["h1", "60", "50.0 %"]);
    assert_eq!(two(60, 4, false), None, "shares lie less than half apart");
    assert_eq!(
        two(20, 5, false),
        None,
        "so few rows may lie so far apart by chance"
    );
    assert!(two(20, 8, false).is_some());
    assert_eq!(two(19, 9, false), None, "a group has fewer than 20 rows");
}

#[test]
fn ids_over_several_parts_are_told() {
    let visits = |each: usize, part: fn(usize) -> Part| {
        let text = table("patient_id,x,y", 40, |row| {
            format!("p{},{}.5,{}", row / each, row * 3 % 31, class(row))
        });
        let mut spec = spec();
        spec.ignore = vec!["patient_id".to_owned()];
        looked(&[&text], &spec, part).unwrap()
    };
    let found = visits(5, fifth);
    let [finding] = of(&found, Check::Groups)[..] else {
        panic!("one finding: {found:?}");
    };
    assert_eq!(
        finding.message,
        "values of `patient_id` stand in several parts: 100 % of the rows that score have one that training rows have; \
         `split: { by: { group: patient_id } }` keeps them together"
    );
    assert_eq!(
        finding.table(),
        [
            "part  rows  value known from training",
            "test     8                          8"
        ]
    );
    // Whole patients in each part, and a patient a row.
    assert!(visits(5, |row| if row < 30 { Part::Train } else { Part::Test }).is_empty());
    assert!(visits(1, fifth).is_empty());
}

#[test]
fn training_rows_that_are_later_than_test_rows_are_told() {
    let dated = |part: fn(usize) -> Part| {
        let text = table("seen,x,y", 40, |row| {
            format!(
                "2024-01-{:02},{}.5,{}",
                row % 28 + 1,
                row * 3 % 31,
                class(row)
            )
        });
        let mut spec = spec();
        spec.ignore = vec!["seen".to_owned()];
        looked(&[&text], &spec, part).unwrap()
    };
    let found = dated(fifth);
    let [finding] = of(&found, Check::Time)[..] else {
        panic!("one finding: {found:?}");
    };
    assert!(
        finding.message.ends_with(
            "of the training rows are later than the first test row, by `seen`; `split: { by: { time: seen } }` tests on the latest"
        ),
        "{}",
        finding.message
    );
    assert_eq!(finding.header, ["part", "rows", "from", "to"]);
    assert_eq!(finding.rows[1][..2], ["test", "8"]);
    // The 28th is tested on, and nothing is later.
    assert!(dated(|row| if row == 27 { Part::Test } else { Part::Train }).is_empty());
}

#[test]
fn what_is_accepted_ends_nothing() {
    let text = table("x,k,y", 40, |row| format!("{row},same,{}", class(row)));
    let mut spec = spec();
    spec.accept = vec![Check::Constant];
    let found = looked(&[&text], &spec, fifth).unwrap();
    assert_eq!(of(&found, Check::Constant).len(), 1, "it is still shown");
    let text = table("seen,x,y", 40, |row| {
        format!(
            "2024-01-{:02},{}.5,{}",
            row % 28 + 1,
            row * 3 % 31,
            class(row)
        )
    });
    spec.ignore = vec!["seen".to_owned()];
    spec.accept = vec![Check::Time];
    let found = looked(&[&text], &spec, fifth).unwrap();
    assert!(found.is_empty(), "what only speaks for it is left out");
}
