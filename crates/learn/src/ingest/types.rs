//! Which type a column has: the given one, else number where every value is one, else category.

use steps::{ColumnSpec, ColumnType};

use super::error::Error;
use super::reader::RawTable;
use crate::cell::{Markers, parse_number};

/// The type of every column of a table.
pub(super) fn types(
    table: &RawTable,
    given: &[ColumnSpec],
    markers: &[Markers],
    decimal: char,
) -> Result<Vec<ColumnType>, Error> {
    for spec in given {
        table.find(&spec.name)?;
    }
    let kind = |(column, name): (usize, &String)| {
        let named = given
            .iter()
            .find(|spec| spec.name == *name)
            .map(|spec| spec.kind);
        named.unwrap_or_else(|| infer(table, column, &markers[column], decimal))
    };
    Ok(table.columns.iter().enumerate().map(kind).collect())
}

fn infer(table: &RawTable, column: usize, markers: &Markers, decimal: char) -> ColumnType {
    let is_number = |row: usize| {
        let cell = table.cell(row, column);
        markers.mark(cell) || parse_number(cell, decimal).is_some()
    };
    if (0..table.rows()).all(is_number) {
        ColumnType::Number
    } else {
        ColumnType::Category
    }
}
