//! What is decided about a source, and that what is written says it and can be read.

use std::fmt::Write as _;

use super::*;

/// The profile of a text.
pub(crate) fn profiled(text: &str) -> Profile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    learn::profile::profile(
        &[file.path().to_owned()],
        &learn::profile::Options::default(),
    )
    .unwrap()
}

/// A file of a shop's customers with most of what can be found in one.
pub(crate) fn customers() -> String {
    let mut text =
        String::from("CustomerID;joined;age;height_cm;spent;region;plan;left_code;churn\n");
    for row in 0..120 {
        let churn = ["no", "yes"][usize::from(row % 4 == 0)];
        let height = if row % 30 == 0 { 0 } else { 150 + row % 40 };
        let spent = if row % 40 == 1 {
            "-999".to_owned()
        } else {
            format!("{},{}", row % 37 + 10, row % 10)
        };
        let age = if row % 50 == 0 {
            "?".to_owned()
        } else {
            (20 + row % 50).to_string()
        };
        writeln!(
            text,
            "{};2024-01-{:02};{age};{height};{spent};{};{};{};{churn}",
            row * 3 + 1000,
            row % 28 + 1,
            ["north", "south", ""][row % 3],
            row % 3 + 1,
            usize::from(row % 4 == 0) + 7,
        )
        .unwrap();
    }
    text
}

#[test]
fn the_written_file_is_the_golden_one_and_valid() {
    let profile = profiled(&customers());
    let plan = plan(&profile, None, "customers.csv").unwrap();
    let leaks = BTreeMap::from([(
        7,
        Leak::Determines {
            levels: 2,
            rows: 120,
        },
    )]);
    let draft = plan.draft(
        "customers".parse().unwrap(),
        "customers.csv".to_owned(),
        1,
        &leaks,
    );
    let text = draft.to_yaml();
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/init/customers.yaml");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(golden).unwrap());
    let read = workload::parse(&text).unwrap();
    assert_eq!(read.task.target, "churn");
    assert_eq!(read.data.ignore, ["CustomerID", "joined", "left_code"]);
    assert_eq!(read.data.missing.all, ["?"]);
    assert_eq!(read.data.missing.columns["spent"], ["-999"]);
}

#[test]
fn a_column_of_many_numbers_becomes_a_regression() {
    let rows: String = (0..80)
        .map(|row| format!("{},{},{}.5\n", row % 9, ["x", "y"][row % 2], row * 3))
        .collect();
    let profile = profiled(&format!("a,b,price\n{rows}"));
    let plan = plan(&profile, None, "flats.csv").unwrap();
    let draft = plan.draft(
        "flats".parse().unwrap(),
        "flats.csv".to_owned(),
        1,
        &BTreeMap::new(),
    );
    let text = draft.to_yaml();
    let read = workload::parse(&text).unwrap();
    assert_eq!(read.task.kind, TaskKind::Regression);
    assert_eq!(read.task.target, "price");
    assert_eq!(read.data.column("price"), Some(ColumnType::Number));
    let names: Vec<&str> = read.models.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["ridge", "random_forest", "gradient_boosting"]);
    assert!(
        text.contains("select: { metric: rmse, on: validation, refit: true }"),
        "{text}"
    );
    assert!(
        text.contains("always saying the mean has an r2 of 0"),
        "{text}"
    );
    // What is commented out is valid once it is taken.
    let taken = text.replace("# gate:", "gate:");
    assert_eq!(workload::parse(&taken).unwrap().gate.len(), 1);
    let found = super::super::document(&plan, &draft, &BTreeMap::new(), std::path::Path::new("w"));
    assert_eq!(found["target"]["kind"], "regression");
    assert_eq!(found["target"]["positive"], serde_json::Value::Null);
}

#[test]
fn a_wide_source_is_not_repeated_column_by_column() {
    let names: Vec<String> = (0..150).map(|n| format!("c{n}")).collect();
    let row = |row: usize| {
        (0..150)
            .map(|c| ((row * c) % 7).to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let rows: Vec<String> = (0..60).map(row).collect();
    let profile = profiled(&format!("{}\n{}\n", names.join(","), rows.join("\n")));
    let plan = plan(&profile, Some("c149"), "wide.csv").unwrap();
    let draft = plan.draft(
        "wide".parse().unwrap(),
        "wide.csv".to_owned(),
        1,
        &BTreeMap::new(),
    );
    assert!(draft.columns.is_empty());
    let read = workload::parse(&draft.to_yaml()).unwrap();
    assert_eq!(
        (read.data.columns.len(), read.task.target.as_str()),
        (0, "c149")
    );
}

#[test]
fn what_cannot_be_planned_says_why() {
    let rows: String = (0..30)
        .map(|row| format!("{row}.5,same,n{row}\n"))
        .collect();
    let table = format!("x,k,name\n{rows}");
    let cases: [(&str, Option<&str>, &str, &str); 6] = [
        (
            "a\n1\n2\n",
            None,
            "P0613",
            "one column by the delimiter `,`",
        ),
        (
            &table,
            Some("k"),
            "P0611",
            "`k` cannot be the target: it is constant: every value is `same`",
        ),
        (&table, Some("name"), "P0611", "each row has its own text"),
        (&table, Some("nme"), "P0611", "did you mean `name`?"),
        (&table, Some("x"), "P0613", "no column to predict `x` from"),
        (
            "a,b\n1,2\n",
            None,
            "P0611",
            "no column of `x.csv` can be the target",
        ),
    ];
    for (text, target, code, words) in cases {
        let profile = profiled(text);
        let failure = plan(&profile, target, "x.csv").unwrap_err();
        assert_eq!(failure.code, Some(code), "{failure}");
        assert!(failure.to_string().contains(words), "{failure}");
    }
}
