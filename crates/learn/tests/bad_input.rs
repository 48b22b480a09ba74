//! Source data that cannot be used, with the error it gives.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use learn::prepare;
use steps::{
    ColumnSpec, ColumnType, Comparison, CsvFormat, Duplicates, Positive, PrepareSpec,
    PrepareSummary, SplitSpec,
};

fn spec() -> PrepareSpec {
    PrepareSpec {
        format: steps::SourceFormat::Csv,
        files: vec!["a.csv".to_owned()],
        csv: CsvFormat {
            header: true,
            delimiter: ',',
            decimal: '.',
            encoding: steps::Encoding::default(),
        },
        missing: [("*".to_owned(), vec!["?".to_owned()])].into(),
        duplicates: Duplicates::Drop,
        columns: Vec::new(),
        ignore: Vec::new(),
        accept: Vec::new(),
        group: None,
        objects: Vec::new(),
        target: "y".to_owned(),
        target_kind: steps::TargetKind::Class,
        positive: None,
        split: SplitSpec {
            test_ppm: 250_000,
            validation_ppm: 250_000,
            stratify: true,
            seed: 1,
            by: steps::SplitBy::Random,
        },
        series: None,
        images: None,
    }
}

/// Eight rows of `x`, `c` and `y`, four of each class.
const GOOD: &str = "x,c,y\n1,a,0\n2,b,1\n3,a,0\n4,?,1\n?,b,0\n6,a,1\n7,b,0\n8,a,1\n";

fn prepare(text: &str, spec: &PrepareSpec) -> Result<PrepareSummary, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), text).unwrap();
    prepare::run(spec, folder.path(), &folder.path().join("out"))
        .map_err(|error| format!("{}: {error}", error.code()))
}

fn refused(text: &str, change: impl FnOnce(&mut PrepareSpec)) -> String {
    let mut spec = spec();
    change(&mut spec);
    prepare(text, &spec).unwrap_err()
}

#[test]
fn good_rows_are_summed_up() {
    let summary = prepare(GOOD, &spec()).unwrap();
    assert_eq!(
        (
            summary.read,
            summary.train,
            summary.validation,
            summary.test
        ),
        (8, 4, 2, 2)
    );
    assert_eq!(
        (summary.columns, summary.duplicates, summary.without_target),
        (2, 0, 0)
    );
    assert_eq!(
        summary.missing,
        [("c".to_owned(), 1), ("x".to_owned(), 1)].into()
    );
    assert_eq!(
        summary.classes,
        [("0".to_owned(), 4), ("1".to_owned(), 4)].into()
    );
}

#[test]
fn a_file_that_cannot_be_cut_is_refused_by_file_and_line() {
    let none = |_: &mut PrepareSpec| {};
    assert_eq!(
        refused("x,c,y\n1,a,0\n2,b\n", none),
        "P0201: `a.csv`, line 3: 2 cells, expected 3"
    );
    assert_eq!(refused("", none), "P0204: `a.csv` has no rows");
    assert_eq!(refused("x,c,y\n", none), "P0204: `a.csv` has no rows");
    assert_eq!(
        refused("x,x,y\n1,2,3\n", none),
        "P0210: `a.csv`: two columns are named `x`"
    );
    let gone = refused(GOOD, |spec| spec.files = vec!["b.csv".to_owned()]);
    assert!(
        gone.starts_with("P0220: cannot read `") && gone.ends_with("b.csv`"),
        "{gone}"
    );
}

#[test]
fn columns_that_are_not_there_are_named() {
    let known = "the columns are x, c, y";
    let message = format!("P0203: there is no column `z`; {known}");
    let z = || "z".to_owned();
    assert_eq!(refused(GOOD, |spec| spec.target = z()), message);
    assert_eq!(refused(GOOD, |spec| spec.ignore = vec![z()]), message);
    assert_eq!(
        refused(GOOD, |spec| drop(spec.missing.insert(z(), vec![]))),
        message
    );
    let column = ColumnSpec {
        name: z(),
        kind: ColumnType::Number,
    };
    assert_eq!(refused(GOOD, |spec| spec.columns = vec![column]), message);
}

#[test]
fn cells_that_do_not_fit_their_column_are_named() {
    let number = |name: &str| ColumnSpec {
        name: name.to_owned(),
        kind: ColumnType::Number,
    };
    let message = refused(GOOD, |spec| spec.columns = vec![number("c")]);
    assert_eq!(
        message,
        "P0202: `a.csv`, line 2, column `c`: `a` is not a number"
    );
    let many: String = (0..2100)
        .map(|row| format!("id{row},{}\n", row % 2))
        .collect();
    let message = refused(&format!("x,y\n{many}"), |_| {});
    assert_eq!(
        message,
        "P0211: column `x` has 2100 distinct categories in 2100 rows: identifiers or texts"
    );
}

#[test]
fn a_column_that_is_missing_everywhere_is_named() {
    let message = refused("x,y\n?,0\n,1\n?,2\n", |_| {});
    assert_eq!(message, "P0205: column `x` is missing in all 3 rows");
    let message = refused("x,y\n1,?\n2,\n", |_| {});
    assert_eq!(message, "P0204: the source with a value of `y` has no rows");
    let message = refused("y\n1\n2\n", |_| {});
    assert_eq!(message, "P0210: `a.csv`: no column but the target is left");
}

#[test]
fn copies_are_dropped_kept_or_refused() {
    let text = format!("{GOOD}1.0,a,0\n?,b,0.0\n");
    let with = |rule| {
        let mut spec = spec();
        spec.duplicates = rule;
        prepare(&text, &spec)
    };
    assert_eq!(with(Duplicates::Drop).unwrap().duplicates, 2);
    assert_eq!(with(Duplicates::Keep).unwrap().classes["0"], 6);
    assert_eq!(
        with(Duplicates::Error).unwrap_err(),
        "P0206: `a.csv`, line 10: an exact copy of line 2"
    );
}

#[test]
fn the_same_row_in_two_files_is_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.csv", "b.csv"] {
        std::fs::write(folder.path().join(name), GOOD).unwrap();
    }
    let mut spec = spec();
    spec.files.push("b.csv".to_owned());
    let summary = prepare::run(&spec, folder.path(), &folder.path().join("out")).unwrap();
    assert_eq!((summary.read, summary.duplicates), (16, 0));
}

#[test]
fn a_target_without_two_classes_is_refused() {
    let one = "x,y\n1,0\n2,0\n3,0\n";
    assert_eq!(
        refused(one, |_| {}),
        "P0207: target `y`: all 3 rows are of the one class `0`"
    );
    let compare = Positive::Compare {
        comparison: Comparison::Greater,
        value: 5.0,
    };
    let message = refused(GOOD, |spec| spec.positive = Some(compare.clone()));
    assert_eq!(
        message,
        "P0207: target `y`: all 8 rows are of the one class `0`"
    );
    let message = refused("x,y\n1,no\n2,yes\n", |spec| spec.positive = Some(compare));
    assert_eq!(
        message,
        "P0207: target `y`: `a.csv`, line 2: `no` is not a number and cannot be compared"
    );
    let map = Positive::Labels([("0".to_owned(), "healthy".to_owned())].into());
    let message = refused(GOOD, |spec| spec.positive = Some(map));
    assert_eq!(
        message,
        "P0207: target `y`: `a.csv`, line 3: the label `1` is mapped to no class"
    );
}

#[test]
fn a_split_that_leaves_a_class_empty_is_refused() {
    let rare = format!("{GOOD}9,a,2\n");
    let message = refused(&rare, |_| {});
    assert!(
        message.starts_with("P0208: the split leaves no row of class `2` in "),
        "{message}"
    );
    assert!(
        message.ends_with(": the class has 1 row of 9, the first of them `a.csv`, line 10"),
        "{message}"
    );
    let message = refused(GOOD, |spec| spec.split.test_ppm = 100_000);
    assert_eq!(
        message,
        "P0208: the split leaves no row of class `1` in test: the class has 4 rows of 8, the first of them `a.csv`, line 3"
    );
}

#[test]
fn a_part_without_a_share_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), GOOD).unwrap();
    let mut spec = spec();
    spec.split.validation_ppm = 0;
    let out = folder.path().join("out");
    let summary = prepare::run(&spec, folder.path(), &out).unwrap();
    assert_eq!((summary.train, summary.validation, summary.test), (6, 0, 2));
    assert!(!out.join("validation").exists() && out.join("test/test.csv").exists());
}

#[test]
fn other_delimiters_decimal_marks_and_quotes_are_read() {
    let text = "\u{FEFF}x;c;y\r\n1,5;\"a;b\";no\r\n2,5;c;yes\r\n3,5;c;no\r\n4,5;\"a;b\";yes\r\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), text).unwrap();
    let mut spec = spec();
    spec.csv = CsvFormat {
        encoding: steps::Encoding::default(),
        header: true,
        delimiter: ';',
        decimal: ',',
    };
    spec.split = SplitSpec {
        test_ppm: 500_000,
        validation_ppm: 0,
        stratify: true,
        seed: 1,
        by: steps::SplitBy::Random,
    };
    prepare::run(&spec, folder.path(), &folder.path().join("out")).unwrap();
    let part = |name: &str| {
        let path = Path::new("out").join(name).join(format!("{name}.csv"));
        std::fs::read_to_string(folder.path().join(path)).unwrap()
    };
    let all = part("train") + &part("test");
    let mut lines: Vec<&str> = all.lines().filter(|line| !line.starts_with('x')).collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        ["1.5,a;b,no", "2.5,c,yes", "3.5,c,no", "4.5,a;b,yes"]
    );
}
