//! Exact copies of a row within one file. Cells are compared as they were understood: `63.0` equals `63`, and missing equals
//! missing. Columns that are ignored later count as well: two people with different ids are two rows.

use std::collections::HashMap;

use steps::Duplicates;

use super::error::Error;
use super::reader::RawTable;
use crate::cell::{Markers, canonical};

/// Rows that stay, in their order.
pub(super) fn keep(
    table: &RawTable,
    rule: Duplicates,
    markers: &[Markers],
    decimal: char,
) -> Result<Vec<usize>, Error> {
    if rule == Duplicates::Keep {
        return Ok((0..table.rows()).collect());
    }
    let mut seen: HashMap<(u32, String), usize> = HashMap::with_capacity(table.rows());
    let mut kept = Vec::with_capacity(table.rows());
    for row in 0..table.rows() {
        let key = (table.origin[row].0, key(table, row, markers, decimal));
        match seen.get(&key) {
            Some(&first) if rule == Duplicates::Error => {
                let (file, line) = table.place(row);
                return Err(Error::Duplicate {
                    file,
                    line,
                    first: table.place(first).1,
                });
            }
            Some(_) => {}
            None => {
                seen.insert(key, row);
                kept.push(row);
            }
        }
    }
    Ok(kept)
}

/// A row as one text. The separators are control characters that no trimmed cell starts or ends with.
fn key(table: &RawTable, row: usize, markers: &[Markers], decimal: char) -> String {
    let mut key = String::new();
    for (column, markers) in markers.iter().enumerate() {
        let cell = table.cell(row, column);
        if markers.mark(cell) {
            key.push('\u{1}');
        } else {
            key.push_str(&canonical(cell, decimal));
        }
        key.push('\u{0}');
    }
    key
}
