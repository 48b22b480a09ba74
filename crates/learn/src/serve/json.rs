//! Rows as JSON: a list of cells in schema order, or an object by column name. `null` is missing.

use serde_json::{Map, Value};

use super::error::Error;
use crate::row::{BadCell, RowEncoder};
use crate::table::Table;

/// Reads `{"instances": [...]}`.
pub(super) fn read_document(
    encoder: &RowEncoder,
    table: &mut Table,
    body: &[u8],
) -> Result<(), Error> {
    const EXPECTED: &str = "expected an object with the one member `instances`, a list of rows";
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Error::body(error.to_string()))?;
    let Value::Object(members) = value else {
        return Err(Error::body(EXPECTED));
    };
    match members.get("instances") {
        Some(Value::Array(rows)) if members.len() == 1 => rows
            .iter()
            .try_for_each(|row| read_row(encoder, table, row)),
        _ => Err(Error::body(EXPECTED)),
    }
}

/// Reads one row a line; empty lines are passed over.
pub(super) fn read_lines(
    encoder: &RowEncoder,
    table: &mut Table,
    body: &[u8],
) -> Result<(), Error> {
    for line in body.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
        if line.is_empty() {
            continue;
        }
        let row: Value = serde_json::from_slice(line)
            .map_err(|error| Error::row(table.rows(), error.to_string()))?;
        read_row(encoder, table, &row)?;
    }
    Ok(())
}

fn read_row(encoder: &RowEncoder, table: &mut Table, row: &Value) -> Result<(), Error> {
    let number = table.rows();
    match row {
        Value::Array(cells) if cells.len() == encoder.columns() => {
            for (column, cell) in cells.iter().enumerate() {
                read_cell(encoder, table, column, cell).map_err(|bad| Error::cell(number, bad))?;
            }
        }
        Value::Array(cells) => {
            let problem = format!("{} cells, expected {}", cells.len(), encoder.columns());
            return Err(Error::row(number, problem));
        }
        Value::Object(cells) => read_named(encoder, table, cells)?,
        _ => return Err(Error::row(number, "not a list and not an object")),
    }
    table.end_row();
    Ok(())
}

fn read_named(
    encoder: &RowEncoder,
    table: &mut Table,
    cells: &Map<String, Value>,
) -> Result<(), Error> {
    let number = table.rows();
    let unknown = |name: &&String| encoder.find(name).is_none() && !encoder.is_target(name);
    if let Some(unknown) = cells.keys().find(unknown) {
        return Err(Error::row(
            number,
            format!("`{unknown}` is not a column of the model"),
        ));
    }
    for column in 0..encoder.columns() {
        let name = encoder.name(column);
        let cell = cells.get(name).ok_or_else(|| {
            Error::row(
                number,
                format!("column `{name}` is not given; `null` says that it is missing"),
            )
        })?;
        read_cell(encoder, table, column, cell).map_err(|bad| Error::cell(number, bad))?;
    }
    Ok(())
}

fn read_cell(
    encoder: &RowEncoder,
    table: &mut Table,
    column: usize,
    cell: &Value,
) -> Result<(), BadCell> {
    let refused = |problem: &str| BadCell {
        column: encoder.name(column).to_owned(),
        problem: problem.to_owned(),
    };
    match cell {
        Value::Null => encoder.missing(table, column),
        Value::String(text) => encoder.text(table, column, text)?,
        Value::Number(number) => match number.as_f64() {
            Some(number) => encoder.number(table, column, number)?,
            None => return Err(refused("the number is out of range")),
        },
        Value::Bool(truth) => encoder.truth(table, column, *truth)?,
        Value::Array(_) | Value::Object(_) => {
            return Err(refused("a cell is a number, a text or `null`"));
        }
    }
    Ok(())
}
