//! The clean table: typed feature columns and a class for each row.

use std::collections::{BTreeMap, BTreeSet};

use steps::{ColumnType, PrepareSpec, TargetKind};

use super::duplicates;
use super::error::Error;
use super::reader::RawTable;
use super::{target, types};
use crate::cell::{Markers, canonical, parse_number};
use crate::table::Texts;
use crate::truth::Truth;

/// Values of a column.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Numbers; NaN is missing.
    Numbers(Vec<f64>),
    /// Categories in canonical form; the empty text is missing.
    Categories(Categories),
}

/// Categories of a column.
#[derive(Debug, Clone, Default)]
pub struct Categories(Texts);

impl Categories {
    /// The category of a row.
    pub fn get(&self, row: usize) -> &str {
        self.0.get(row)
    }
}

/// A feature column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Texts that mean a missing value.
    pub missing: Vec<String>,
    /// Its values.
    pub cells: Cells,
}

impl Column {
    /// Its type.
    pub fn kind(&self) -> ColumnType {
        match self.cells {
            Cells::Numbers(_) => ColumnType::Number,
            Cells::Categories(_) => ColumnType::Category,
        }
    }

    /// Whether a row has no value here.
    pub fn is_missing(&self, row: usize) -> bool {
        match &self.cells {
            Cells::Numbers(numbers) => numbers[row].is_nan(),
            Cells::Categories(texts) => texts.get(row).is_empty(),
        }
    }
}

/// A clean table.
#[derive(Debug, Clone)]
pub struct Cleaned {
    /// Feature columns in the order of the source.
    pub columns: Vec<Column>,
    /// Class labels, ascending; none where the target is a number.
    pub classes: Vec<String>,
    /// Class or number of each row.
    pub truth: Truth,
    /// Rows read.
    pub read: usize,
    /// Rows dropped as copies.
    pub duplicates: usize,
    /// Rows dropped since their target is missing.
    pub without_target: usize,
}

impl Cleaned {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.truth.len()
    }
}

/// Cleans a table that was read.
pub fn clean(table: &RawTable, spec: &PrepareSpec) -> Result<Cleaned, Error> {
    let decimal = spec.csv.decimal;
    let target = table.find(&spec.target)?;
    let named = spec
        .ignore
        .iter()
        .chain(spec.missing.keys().filter(|name| *name != "*"));
    for name in named {
        table.find(name)?;
    }
    let texts = |name: &String| Markers::new(&missing_texts(spec, name), decimal);
    let markers: Vec<Markers> = table.columns.iter().map(texts).collect();
    let kinds = types::types(table, &spec.columns, &markers, decimal)?;
    let mut kept = duplicates::keep(table, spec.duplicates, &markers, decimal)?;
    let duplicates = table.rows() - kept.len();
    let unique = kept.len();
    kept.retain(|&row| !markers[target].mark(table.cell(row, target)));
    if kept.is_empty() {
        return Err(Error::NoRows {
            what: format!("the source with a value of `{}`", spec.target),
        });
    }
    let at = |column: usize| At {
        table,
        column,
        markers: &markers[column],
        decimal,
    };
    let columns = features(spec, target, &kinds, &kept, at)?;
    let (classes, truth) = match spec.target_kind {
        TargetKind::Class => classify(table, spec, target, &kept)?,
        TargetKind::Number => (
            Vec::new(),
            Truth::Numbers(numbers(table, spec, target, &kept)?),
        ),
    };
    let without_target = unique - kept.len();
    Ok(Cleaned {
        columns,
        classes,
        truth,
        read: table.rows(),
        duplicates,
        without_target,
    })
}

/// The feature columns: all but the target and those ignored.
fn features<'a>(
    spec: &PrepareSpec,
    target: usize,
    kinds: &[ColumnType],
    rows: &[usize],
    at: impl Fn(usize) -> At<'a>,
) -> Result<Vec<Column>, Error> {
    let mut columns = Vec::new();
    for (place, kind) in kinds.iter().enumerate() {
        let at = at(place);
        let name = &at.table.columns[place];
        if place == target || spec.ignore.contains(name) {
            continue;
        }
        let cells = match kind {
            ColumnType::Number => Cells::Numbers(at.numbers(rows)?),
            ColumnType::Category => Cells::Categories(at.categories(rows)),
        };
        let column = Column {
            name: name.clone(),
            missing: missing_texts(spec, name),
            cells,
        };
        if (0..rows.len()).all(|row| column.is_missing(row)) {
            return Err(Error::AllMissing {
                column: name.clone(),
                rows: rows.len(),
            });
        }
        check_levels(&column, rows.len())?;
        columns.push(column);
    }
    if columns.is_empty() {
        let file = at(target).table.files.join("`, `");
        let problem = "no column but the target is left".to_owned();
        return Err(Error::Header { file, problem });
    }
    Ok(columns)
}

/// Categories of a column at most; a column with more holds texts or ids.
const MAX_LEVELS: usize = 1000;

fn check_levels(column: &Column, rows: usize) -> Result<(), Error> {
    let Cells::Categories(texts) = &column.cells else {
        return Ok(());
    };
    let distinct: BTreeSet<&str> = (0..rows).map(|row| texts.get(row)).collect();
    if distinct.len() > MAX_LEVELS {
        let (column, levels) = (column.name.clone(), distinct.len());
        return Err(Error::Levels {
            column,
            levels,
            limit: MAX_LEVELS,
        });
    }
    Ok(())
}

/// Markers of a column: those of all columns, then its own.
fn missing_texts(spec: &PrepareSpec, name: &str) -> Vec<String> {
    let of = |key: &str| spec.missing.get(key).into_iter().flatten().cloned();
    of("*").chain(of(name)).collect()
}

/// A column of a table that was read.
struct At<'a> {
    table: &'a RawTable,
    column: usize,
    markers: &'a Markers,
    decimal: char,
}

impl At<'_> {
    fn numbers(&self, rows: &[usize]) -> Result<Vec<f64>, Error> {
        let number = |&row: &usize| {
            let cell = self.table.cell(row, self.column);
            if self.markers.mark(cell) {
                return Ok(f64::NAN);
            }
            parse_number(cell, self.decimal).ok_or_else(|| {
                let (file, line) = self.table.place(row);
                let column = self.table.columns[self.column].clone();
                Error::NotANumber {
                    file,
                    line,
                    column,
                    cell: cell.to_owned(),
                }
            })
        };
        rows.iter().map(number).collect()
    }

    fn categories(&self, rows: &[usize]) -> Categories {
        let mut texts = Texts::default();
        for &row in rows {
            let cell = self.table.cell(row, self.column);
            let missing = self.markers.mark(cell);
            texts.push(&if missing {
                String::new()
            } else {
                canonical(cell, self.decimal)
            });
        }
        Categories(texts)
    }
}

/// Classes, and the class of each row.
fn classify(
    table: &RawTable,
    spec: &PrepareSpec,
    target: usize,
    rows: &[usize],
) -> Result<(Vec<String>, Truth), Error> {
    let wrong = |problem: String| Error::Target {
        target: spec.target.clone(),
        problem,
    };
    let mut labels = Vec::with_capacity(rows.len());
    for &row in rows {
        let cell = table.cell(row, target);
        let label = target::label(cell, spec.positive.as_ref(), spec.csv.decimal);
        labels.push(label.map_err(|problem| {
            let (file, line) = table.place(row);
            wrong(format!("`{file}`, line {line}: {problem}"))
        })?);
    }
    let classes = target::classes(&labels).map_err(wrong)?;
    let place: BTreeMap<&str, u32> = classes.iter().map(String::as_str).zip(0..).collect();
    let labels = labels.iter().map(|label| place[label.as_str()]).collect();
    Ok((classes, Truth::Classes(labels)))
}

/// The number of each row.
fn numbers(
    table: &RawTable,
    spec: &PrepareSpec,
    target: usize,
    rows: &[usize],
) -> Result<Vec<f64>, Error> {
    let wrong = |problem: String| Error::Target {
        target: spec.target.clone(),
        problem,
    };
    let mut numbers = Vec::with_capacity(rows.len());
    for &row in rows {
        let number = target::number(table.cell(row, target), spec.csv.decimal);
        numbers.push(number.map_err(|problem| {
            let (file, line) = table.place(row);
            wrong(format!("`{file}`, line {line}: {problem}"))
        })?);
    }
    if numbers
        .windows(2)
        .all(|pair| pair[0].total_cmp(&pair[1]).is_eq())
    {
        return Err(wrong(format!(
            "all {} rows have the one number {}",
            rows.len(),
            numbers[0]
        )));
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use steps::{ColumnSpec, CsvFormat, Duplicates, SplitSpec};

    use super::*;
    use crate::ingest::{Limits, read_files};

    fn cleaned(text: &str, change: impl FnOnce(&mut PrepareSpec)) -> Cleaned {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), text).unwrap();
        let mut spec = PrepareSpec {
            files: vec!["a.csv".to_owned()],
            csv: CsvFormat {
                header: true,
                delimiter: ',',
                decimal: '.',
                encoding: steps::Encoding::default(),
            },
            missing: [("*", "?"), ("n", "0")]
                .map(|(column, text)| (column.to_owned(), vec![text.to_owned()]))
                .into(),
            duplicates: Duplicates::Keep,
            columns: Vec::new(),
            ignore: Vec::new(),
            target: "y".to_owned(),
            target_kind: steps::TargetKind::Class,
            positive: None,
            split: SplitSpec {
                test_ppm: 0,
                validation_ppm: 0,
                stratify: true,
                seed: 1,
            },
            images: None,
        };
        change(&mut spec);
        let format = spec.csv.clone();
        let table = read_files(
            folder.path(),
            &spec.files,
            &format,
            &spec.columns,
            Limits::default(),
        )
        .unwrap();
        clean(&table, &spec).unwrap()
    }

    const TEXT: &str = "id,n,c,y\n1,63.0,x,10\n2,0.0,?,2\n3,.5,4.0,10.0\n4,7,04,?\n";

    #[test]
    fn types_are_inferred_from_what_is_not_missing() {
        let cleaned = cleaned(TEXT, |_| {});
        let kinds: Vec<_> = cleaned
            .columns
            .iter()
            .map(|c| (c.name.as_str(), c.kind()))
            .collect();
        let (number, category) = (ColumnType::Number, ColumnType::Category);
        assert_eq!(kinds, [("id", number), ("n", number), ("c", category)]);
        assert_eq!(cleaned.classes, ["2", "10"]);
        assert_eq!(cleaned.truth.labels(), [1, 0, 1]);
        assert_eq!((cleaned.read, cleaned.without_target), (4, 1));
    }

    #[test]
    fn markers_hold_for_their_columns_and_categories_are_canonical() {
        let cleaned = cleaned(TEXT, |spec| spec.ignore = vec!["id".to_owned()]);
        let Cells::Numbers(numbers) = &cleaned.columns[0].cells else {
            panic!("not a number");
        };
        assert!(numbers[1].is_nan() && numbers[0].to_bits() == 63.0_f64.to_bits());
        assert_eq!(cleaned.columns[0].missing, ["?", "0"]);
        let Cells::Categories(texts) = &cleaned.columns[1].cells else {
            panic!("not a category");
        };
        assert_eq!(
            (0..3).map(|row| texts.get(row)).collect::<Vec<_>>(),
            ["x", "", "4"]
        );
        assert_eq!(cleaned.columns[1].missing, ["?"]);
    }

    #[test]
    fn a_given_type_is_not_inferred() {
        let column = ColumnSpec {
            name: "n".to_owned(),
            kind: ColumnType::Category,
        };
        let cleaned = cleaned(TEXT, |spec| spec.columns = vec![column]);
        assert_eq!(cleaned.columns[1].kind(), ColumnType::Category);
        assert!(cleaned.columns[1].is_missing(1) && !cleaned.columns[1].is_missing(0));
    }
}
