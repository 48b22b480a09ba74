//! A task of the benches as `peers.py` writes it: a folder with `x.npy` and `y.npy` (single precision, row by row, NaN where
//! a value is missing) and `task.json`, which says what columns and rows are.

use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::Range;
use std::path::Path;

use learn::families::Family;
use learn::{Labelled, Recipe, Scale, Table, Truth};
use serde_json::Value;
use steps::{
    ColumnType, CsvFormat, Encoding, Hyperparameters, Schema, SchemaColumn, SchemaTarget,
    TargetKind,
};

/// Rows of a task.
#[derive(Debug)]
pub(crate) struct Task {
    /// Columns and classes.
    pub(crate) schema: Schema,
    /// Whether some rows are to train on and others to score; else rows are dealt to folds.
    pub(crate) parted: bool,
    /// The rows.
    pub(crate) rows: Labelled,
}

/// Which rows of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Those to train on; all where rows are dealt to folds.
    Train,
    /// Those behind.
    Test,
}

impl Part {
    fn of(self, rows: usize, train: Option<usize>) -> Range<usize> {
        match (self, train) {
            (Self::Train, Some(train)) => 0..train,
            (Self::Test, Some(train)) => train..rows,
            _ => 0..rows,
        }
    }
}

/// Gives some rows of an array, one after the other, so that the array is never in memory beside what is made of it.
fn each_row(path: &Path, part: Part, train: Option<usize>, visit: &mut dyn FnMut(&[f32])) {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut file = BufReader::new(file);
    let mut head = [0; 10];
    file.read_exact(&mut head).unwrap();
    let mut header = vec![0; usize::from(u16::from_le_bytes([head[8], head[9]]))];
    file.read_exact(&mut header).unwrap();
    let header = String::from_utf8(header).unwrap();
    assert!(
        header.contains("'<f4'") && header.contains("'fortran_order': False"),
        "{header}"
    );
    let shape = header.split_once('(').unwrap().1.split_once(')').unwrap().0;
    let mut sides = shape.split(',').filter_map(|side| side.trim().parse().ok());
    let (rows, columns): (usize, usize) = (sides.next().unwrap(), sides.next().unwrap_or(1));
    let wanted = part.of(rows, train);
    let mut bytes = vec![0; 4 * columns];
    let mut values = vec![0.0; columns];
    for row in 0..wanted.end {
        file.read_exact(&mut bytes).unwrap();
        if wanted.contains(&row) {
            let fours = bytes.as_chunks().0.iter();
            for (value, four) in values.iter_mut().zip(fours) {
                *value = f32::from_le_bytes(*four);
            }
            visit(&values);
        }
    }
}

impl Task {
    /// Reads rows of the folder of a task.
    pub(crate) fn read(folder: &Path, part: Part) -> Self {
        let text = std::fs::read(folder.join("task.json")).unwrap();
        let told: Value = serde_json::from_slice(&text).unwrap();
        let places = |name: &str| -> Vec<usize> {
            let places = told[name].as_array().unwrap().iter();
            places
                .map(|place| place.as_u64().unwrap() as usize)
                .collect()
        };
        let (numeric, categorical) = (places("numeric"), places("categorical"));
        let train = told["train"].as_u64().map(|rows| rows as usize);
        let mut truth = Vec::new();
        each_row(&folder.join("y.npy"), part, train, &mut |row| {
            truth.extend_from_slice(row);
        });
        let mut table = Table::new(numeric.len(), categorical.len());
        each_row(&folder.join("x.npy"), part, train, &mut |row| {
            let numbers: Vec<f32> = numeric.iter().map(|&column| row[column]).collect();
            let text = |&column: &usize| match row[column] {
                missing if missing.is_nan() => String::new(),
                code => code.to_string(),
            };
            let texts: Vec<String> = categorical.iter().map(text).collect();
            table.push(
                &numbers,
                &texts.iter().map(String::as_str).collect::<Vec<_>>(),
            );
        });
        let classes = told["classes"].as_u64().unwrap() as usize;
        let truth = match classes {
            0 => Truth::Numbers(truth.into_iter().map(f64::from).collect()),
            _ => Truth::Classes(truth.into_iter().map(|class| class as u32).collect()),
        };
        Self {
            schema: schema(classes, numeric.len(), categorical.len()),
            parted: train.is_some(),
            rows: Labelled { table, truth },
        }
    }
}

/// A family by its name and `name=value` pairs.
pub(crate) fn family(name: &str, pairs: &[&str]) -> Family {
    let pair = |text: &&str| {
        let (name, value) = text.split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    };
    let mut given = Hyperparameters(pairs.iter().map(pair).collect());
    given.0.insert("algorithm".to_owned(), name.to_owned());
    Family::parse(&given, &[]).unwrap()
}

/// The preparation of the protocols: only linear models are scaled.
pub(crate) fn recipe(family: &Family) -> Recipe {
    Recipe {
        scale: if family.scaled() {
            Scale::Standard
        } else {
            Scale::None
        },
        ..Recipe::default()
    }
}

fn schema(classes: usize, numeric: usize, categorical: usize) -> Schema {
    let column = |(place, kind): (usize, ColumnType)| SchemaColumn {
        name: place.to_string(),
        kind,
        missing: Vec::new(),
        levels: Vec::new(),
        minimum: None,
        maximum: None,
    };
    let kinds = std::iter::repeat_n(ColumnType::Number, numeric)
        .chain(std::iter::repeat_n(ColumnType::Category, categorical));
    Schema {
        csv: CsvFormat {
            header: true,
            delimiter: ',',
            decimal: '.',
            encoding: Encoding::Utf8,
        },
        columns: kinds.enumerate().map(column).collect(),
        target: SchemaTarget {
            name: "target".to_owned(),
            kind: if classes == 0 {
                TargetKind::Number
            } else {
                TargetKind::Class
            },
            classes: (0..classes).map(|class| class.to_string()).collect(),
            positive: None,
            naive_error: None,
        },
        series: None,
        image: None,
    }
}
