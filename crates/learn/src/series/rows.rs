//! Rows of a series as they are given to a model: the columns of time, then the others in the order of the schema.

use steps::{ColumnType, Schema, SchemaColumn, SchemaSeries};

use super::error::Error;
use super::hours::{Hours, Rows};
use super::moment::Pattern;
use crate::row::RowEncoder;
use crate::table::Table;

/// Reads rows by the schema of a series.
#[derive(Debug, Clone)]
pub(crate) struct RowReader {
    series: SchemaSeries,
    names: Vec<String>,
    encoder: RowEncoder,
    given: Schema,
    pattern: Pattern,
}

impl RowReader {
    /// A reader for a schema; an error where it is none of a series.
    pub(crate) fn new(schema: &Schema) -> Result<Self, Error> {
        let series = schema.series.clone().ok_or_else(|| Error::Series {
            problem: "no hours in its schema".to_owned(),
        })?;
        let time = series.time.iter().map(|name| SchemaColumn {
            name: name.clone(),
            kind: ColumnType::Category,
            missing: Vec::new(),
            levels: Vec::new(),
            minimum: None,
            maximum: None,
        });
        let mut given = schema.clone();
        given.columns = time.chain(schema.columns.iter().cloned()).collect();
        Ok(Self {
            pattern: Pattern::new(&series.format)?,
            names: schema
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            // Texts of moments stay what they are.
            encoder: RowEncoder::verbatim(&given),
            given,
            series,
        })
    }

    /// What takes the cells of a row.
    pub(crate) fn encoder(&self) -> &RowEncoder {
        &self.encoder
    }

    /// A table for such rows.
    pub(crate) fn table(&self) -> Table {
        Table::for_schema(&self.given)
    }

    /// The hours of a table, and which of them each row is; `place` names a row, counted from 0, in errors.
    pub(crate) fn hours(
        &self,
        table: &Table,
        place: &dyn Fn(usize) -> String,
    ) -> Result<(Hours, Vec<usize>), Error> {
        let mut rows = Rows {
            names: self.names.clone(),
            ..Rows::default()
        };
        for row in 0..table.rows() {
            let texts: Vec<&str> = (0..self.series.time.len())
                .map(|column| table.category(row, column))
                .collect();
            let text = texts.join(" ");
            let moment = self.pattern.read(&text).map_err(|_| Error::Row {
                place: place(row),
                text,
                pattern: self.series.format.clone(),
            })?;
            rows.moments.push(moment);
            rows.values
                .extend(table.numbers(row).iter().map(|&number| f64::from(number)));
        }
        Hours::of(rows, self.series.gaps, place)
    }
}
