//! Writing one row of a table from foreign cells, by the rules of a schema: markers, numbers, canonical categories.

use steps::{ColumnType, Schema};

use crate::cell::{Markers, canonical, canonical_number, number_of};
use crate::table::Table;

/// A cell that its column cannot take.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BadCell {
    /// The column.
    pub column: String,
    /// What is wrong.
    pub problem: String,
}

#[derive(Debug, Clone)]
struct Column {
    name: String,
    kind: ColumnType,
    markers: Markers,
    /// The spellings of `true` and `false` among the levels of training.
    truths: [Option<String>; 2],
}

/// The columns of a schema, ready to take cells.
#[derive(Debug, Clone)]
pub(crate) struct RowEncoder {
    columns: Vec<Column>,
    target: String,
    decimal: char,
    /// Whether texts stay as they are.
    verbatim: bool,
}

impl RowEncoder {
    /// An encoder for numbers with a decimal point, whatever mark the source had.
    pub(crate) fn new(schema: &Schema) -> Self {
        let column = |column: &steps::SchemaColumn| Column {
            name: column.name.clone(),
            kind: column.kind,
            markers: Markers::new(&column.missing, '.'),
            truths: ["true", "false"].map(|word| {
                let mut levels = column.levels.iter();
                levels
                    .find(|level| level.eq_ignore_ascii_case(word))
                    .cloned()
            }),
        };
        Self {
            columns: schema.columns.iter().map(column).collect(),
            target: schema.target.name.clone(),
            decimal: '.',
            verbatim: false,
        }
    }

    /// An encoder that leaves texts as they are.
    pub(crate) fn verbatim(schema: &Schema) -> Self {
        Self {
            verbatim: true,
            ..Self::new(schema)
        }
    }

    /// Number of columns.
    pub(crate) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The name of a column.
    pub(crate) fn name(&self, column: usize) -> &str {
        &self.columns[column].name
    }

    /// The place of a column.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Whether a name is that of the target, which rows may bring and which is not read.
    pub(crate) fn is_target(&self, name: &str) -> bool {
        self.target == name && self.find(name).is_none()
    }

    /// Takes a cell that is true or false: a number is 1 or 0, a category is spelled as it was in training.
    pub(crate) fn truth(
        &self,
        table: &mut Table,
        column: usize,
        truth: bool,
    ) -> Result<(), BadCell> {
        let known = &self.columns[column].truths[usize::from(!truth)];
        let word = if truth { "true" } else { "false" };
        self.text(table, column, known.as_deref().unwrap_or(word))
    }

    /// Takes a cell that is text.
    pub(crate) fn text(&self, table: &mut Table, column: usize, cell: &str) -> Result<(), BadCell> {
        let column = &self.columns[column];
        let cell = cell.trim();
        if column.markers.mark(cell) {
            column.missing(table);
        } else if column.kind == ColumnType::Category {
            if self.verbatim {
                table.push_category(cell);
            } else {
                table.push_category(&canonical(cell, self.decimal));
            }
        } else {
            let number = number_of(cell, self.decimal)
                .ok_or_else(|| column.bad(format!("`{cell}` is not a number")))?;
            table.push_number(number as f32);
        }
        Ok(())
    }

    /// Takes a cell that is a number; NaN is missing.
    pub(crate) fn number(
        &self,
        table: &mut Table,
        column: usize,
        number: f64,
    ) -> Result<(), BadCell> {
        let column = &self.columns[column];
        if column.markers.mark_number(number) {
            column.missing(table);
        } else if number.abs() > f64::from(f32::MAX) {
            return Err(column.bad(format!("{number} is beyond single precision")));
        } else if column.kind == ColumnType::Category {
            table.push_category(&canonical_number(number).unwrap_or_else(|| number.to_string()));
        } else {
            table.push_number((number + 0.0) as f32);
        }
        Ok(())
    }

    /// Takes a missing cell.
    pub(crate) fn missing(&self, table: &mut Table, column: usize) {
        self.columns[column].missing(table);
    }
}

impl Column {
    fn missing(&self, table: &mut Table) {
        match self.kind {
            ColumnType::Number => table.push_number(f32::NAN),
            ColumnType::Category => table.push_category(""),
        }
    }

    fn bad(&self, problem: String) -> BadCell {
        BadCell {
            column: self.name.clone(),
            problem,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use steps::{CsvFormat, SchemaColumn, SchemaTarget};

    use super::*;

    /// A schema of `age` (number, 0 missing), `city` (category, `?` missing) and `ca` (number).
    pub(crate) fn schema() -> Schema {
        let column = |name: &str, kind, missing: &[&str]| SchemaColumn {
            name: name.to_owned(),
            kind,
            missing: missing.iter().map(|&text| text.to_owned()).collect(),
            levels: Vec::new(),
            minimum: None,
            maximum: None,
        };
        Schema {
            csv: CsvFormat {
                header: false,
                delimiter: ',',
                decimal: '.',
                encoding: steps::Encoding::default(),
            },
            columns: vec![
                column("age", ColumnType::Number, &["0"]),
                column("city", ColumnType::Category, &["?"]),
                column("ca", ColumnType::Number, &[]),
            ],
            target: SchemaTarget {
                kind: steps::TargetKind::Class,
                naive_error: None,
                name: "sick".to_owned(),
                classes: vec!["no".to_owned(), "yes".to_owned()],
                positive: None,
            },
            series: None,
            image: None,
        }
    }

    #[test]
    fn cells_are_marked_typed_and_canonical() {
        let schema = schema();
        let encoder = RowEncoder::new(&schema);
        let mut table = Table::for_schema(&schema);
        encoder.text(&mut table, 0, " 63.5 ").unwrap();
        encoder.text(&mut table, 1, "4.0").unwrap();
        encoder.number(&mut table, 2, -0.0).unwrap();
        table.end_row();
        encoder.number(&mut table, 0, 0.0).unwrap();
        encoder.text(&mut table, 1, "?").unwrap();
        encoder.missing(&mut table, 2);
        table.end_row();
        encoder.text(&mut table, 0, "0.0").unwrap();
        encoder.number(&mut table, 1, 4.0).unwrap();
        encoder.number(&mut table, 2, f64::NAN).unwrap();
        table.end_row();
        assert_eq!(table.numbers(0), [63.5, 0.0]);
        assert!(table.numbers(0)[1].is_sign_positive());
        assert_eq!(
            (0..3).map(|row| table.category(row, 0)).collect::<Vec<_>>(),
            ["4", "", "4"]
        );
        assert!(
            table
                .numbers(1)
                .iter()
                .chain(table.numbers(2))
                .all(|number| number.is_nan())
        );
    }

    #[test]
    fn truth_is_a_number_or_spelled_as_in_training() {
        let mut schema = schema();
        schema.columns[1].levels = vec!["False".to_owned(), "True".to_owned()];
        let encoder = RowEncoder::new(&schema);
        let mut table = Table::for_schema(&schema);
        for (column, truth) in [(0, true), (1, true), (2, false)] {
            encoder.truth(&mut table, column, truth).unwrap();
        }
        table.end_row();
        encoder.text(&mut table, 0, "Yes").unwrap();
        encoder.truth(&mut table, 1, false).unwrap();
        encoder.text(&mut table, 2, "no").unwrap();
        table.end_row();
        assert_eq!(
            (table.numbers(0), table.category(0, 0)),
            (&[1.0, 0.0][..], "True")
        );
        assert_eq!(
            (table.numbers(1), table.category(1, 0)),
            (&[1.0, 0.0][..], "False")
        );
        assert!(encoder.is_target("sick") && !encoder.is_target("age"));
    }

    #[test]
    fn a_cell_of_the_wrong_type_names_its_column() {
        let schema = schema();
        let encoder = RowEncoder::new(&schema);
        let mut table = Table::for_schema(&schema);
        let bad = encoder.text(&mut table, 0, "old").unwrap_err();
        assert_eq!(
            (bad.column.as_str(), bad.problem.as_str()),
            ("age", "`old` is not a number")
        );
        let bad = encoder.number(&mut table, 2, 1e39).unwrap_err();
        assert!(
            bad.problem.ends_with("is beyond single precision"),
            "{bad:?}"
        );
    }
}
