//! Written workload files: one golden text, and that every draft is read as what it says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use workload::{
    ColumnType, Draft, Encoding, Ignored, Markers, Noted, Positive, PositiveDraft, parse,
};

fn draft() -> Draft {
    let mut draft = Draft::new(
        "mobile-price".parse().unwrap(),
        "data/train.csv",
        "price_range",
    );
    draft.summary = vec!["2000 rows and 5 columns of data/train.csv.".to_owned()];
    draft.encoding = Encoding::Windows1252;
    draft.delimiter = '\t';
    draft.missing = vec![
        Markers {
            column: "*".to_owned(),
            texts: vec!["?".to_owned(), "-200".to_owned()],
            note: "12 cells".to_owned(),
            holds: true,
        },
        Markers {
            column: "sc_w".to_owned(),
            texts: vec!["0".to_owned()],
            note: "180 rows are 0".to_owned(),
            holds: false,
        },
    ];
    draft.duplicates.push_str("3 rows are exact copies");
    draft.columns = [
        ("id", ColumnType::Number, "whole numbers"),
        ("sc_w", ColumnType::Number, ""),
        ("maker \"x\"", ColumnType::Category, "4 labels\nof makers"),
        ("code", ColumnType::Number, ""),
        ("price_range", ColumnType::Number, ""),
    ]
    .map(|(name, kind, note)| (name.to_owned(), Noted::new(kind, note)))
    .into();
    draft.ignore = vec![
        Ignored {
            column: "id".to_owned(),
            note: "each row has its own".to_owned(),
            holds: true,
        },
        Ignored {
            column: "code".to_owned(),
            note: "says the target".to_owned(),
            holds: false,
        },
    ];
    draft.target.note.push_str("named like a target");
    draft.target_notes = vec!["4 classes: 0 500, 1 500, 2 500, 3 500".to_owned()];
    draft.positive = Some(Noted::new(
        PositiveDraft::Above("1.5".to_owned()),
        "Two classes.",
    ));
    draft.split_notes = vec!["Class 9 has 2 rows.".to_owned()];
    draft.baseline =
        Some("always saying the largest class is right in 25 % of the rows".to_owned());
    draft
}

#[test]
fn the_written_file_is_the_golden_one() {
    insta::assert_snapshot!("draft", draft().to_yaml());
}

#[test]
fn what_is_written_is_read_as_what_was_meant() {
    let read = parse(&draft().to_yaml()).unwrap();
    assert_eq!(read.name.as_str(), "mobile-price");
    assert_eq!(read.data.sources, ["data/train.csv"]);
    assert_eq!(read.data.csv.encoding, Encoding::Windows1252);
    assert_eq!(read.data.csv.delimiter, '\t');
    assert_eq!(read.data.missing.all, ["?", "-200"]);
    assert!(
        read.data.missing.columns.is_empty(),
        "a suggestion does not hold"
    );
    assert_eq!(read.data.ignore, ["id"]);
    assert_eq!(read.data.column("maker \"x\""), Some(ColumnType::Category));
    assert!(
        matches!(read.task.positive, Some(Positive::Threshold(limit)) if limit.holds(2.0) && !limit.holds(1.0))
    );
}

#[test]
fn suggestions_alone_leave_a_valid_file() {
    let mut draft = draft();
    draft.missing.remove(0);
    draft.ignore.remove(0);
    draft.columns.clear();
    let read = parse(&draft.to_yaml()).unwrap();
    assert!(read.data.missing.columns.is_empty() && read.data.ignore.is_empty());
}

#[test]
fn what_is_commented_out_is_valid_once_it_is_taken() {
    let text = draft().to_yaml();
    let mut taken = String::new();
    for line in text.lines() {
        let bare = line.trim_start().strip_prefix("# ").unwrap_or_default();
        let is_key = ["sc_w: ", "- code", "gate:", "deploy:", "  endpoint:"]
            .iter()
            .any(|key| bare.starts_with(key));
        taken.push_str(&if is_key {
            line.replacen("# ", "", 1)
        } else {
            line.to_owned()
        });
        taken.push('\n');
    }
    let read = parse(&taken).unwrap();
    assert_eq!(read.data.missing.columns["sc_w"], ["0"]);
    assert_eq!(read.data.ignore, ["id", "code"]);
    assert_eq!(read.gate.len(), 1);
    let load = read.deploy.unwrap().endpoint.unwrap().load_test;
    assert!(load.is_some());
}

proptest! {
    #[test]
    fn names_of_any_text_are_written(name in "\\PC{1,30}", note in "\\PC{0,30}", label in "\\PC{1,10}") {
        let mut draft = Draft::new("a".parse().unwrap(), "a.csv", name.clone());
        draft.columns = vec![
            (name.clone(), Noted::new(ColumnType::Category, note.clone())),
            (format!("{name}2"), Noted::new(ColumnType::Number, note.clone())),
        ];
        draft.ignore = vec![Ignored { column: format!("{name}2"), note: note.clone(), holds: true }];
        draft.target_notes = vec![note.clone()];
        draft.positive = Some(Noted::new(
            PositiveDraft::Labels(vec![(label.clone(), "yes".to_owned()), (format!("{label}2"), "no".to_owned())]),
            note,
        ));
        let read = parse(&draft.to_yaml()).unwrap();
        prop_assert_eq!(&read.task.target, &name);
        prop_assert_eq!(&read.data.columns[0].0, &name);
        let Some(Positive::Labels(labels)) = read.task.positive else { panic!("no labels") };
        prop_assert_eq!(labels.get(&label).map(String::as_str), Some("yes"));
    }
}
