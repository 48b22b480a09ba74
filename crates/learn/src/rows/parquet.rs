//! Apache Parquet by its column readers: a batch of rows at a time, page by page.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use csv::StringRecord;
use parquet::basic::{ConvertedType, LogicalType, Repetition};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::{SchemaDescriptor, Type};

use super::parquet_column::{Cell, Column};
use super::source::{Declared, File, SourceColumn, Visit, named};
use super::{Error, Limits, Place};
use crate::files::FileError;

/// Rows that are decoded at a time.
const BATCH: usize = 1024;

/// The columns of a file.
pub(super) fn columns(file: &File, limits: Limits) -> Result<Vec<SourceColumn>, Error> {
    let reader = open(file)?;
    let fields = fields(reader.metadata().file_metadata().schema_descr());
    if fields.len() > limits.columns {
        return Err(Error::TooLarge {
            place: Place::row(&file.name, 1),
            problem: format!("the table has more than {} columns", limits.columns),
        });
    }
    let names = fields.iter().map(|field| field.name.clone()).collect();
    let mut columns = named(file, names)?;
    for (column, field) in columns.iter_mut().zip(&fields) {
        column.declared = field.declared();
    }
    Ok(columns)
}

/// Gives every row.
pub(super) fn each(
    file: &File,
    columns: &[SourceColumn],
    limits: Limits,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    let reader = open(file)?;
    let metadata = reader.metadata();
    let fields = fields(metadata.file_metadata().schema_descr());
    check_same(file, columns, &fields)?;
    let broken = |problem: String| Error::Parquet {
        file: file.name.clone(),
        problem,
    };
    let mut number = 0;
    let mut record = StringRecord::new();
    let mut text = String::new();
    for group in 0..metadata.num_row_groups() {
        let rows = metadata.row_group(group).num_rows();
        let mut left = usize::try_from(rows).map_err(|_| broken(format!("{rows} rows")))?;
        let group = reader
            .get_row_group(group)
            .map_err(|error| broken(said(&error)))?;
        let mut open = Vec::with_capacity(fields.len());
        for field in &fields {
            open.push(match &field.cell {
                Ok((leaf, cell)) => {
                    let reader = group.get_column_reader(*leaf);
                    let reader = reader.map_err(|error| broken(said(&error)))?;
                    let column = Column::new(reader, *cell, field.optional);
                    Some(column.ok_or_else(|| broken(mistyped(&field.name)))?)
                }
                Err(_) => None,
            });
        }
        while left > 0 {
            let batch = left.min(BATCH);
            left -= batch;
            for (column, field) in open.iter_mut().zip(&fields) {
                let Some(column) = column else { continue };
                let read = decode(column, batch).map_err(&broken)?;
                if read != batch {
                    let name = &field.name;
                    return Err(broken(format!(
                        "column `{name}` has fewer values than rows"
                    )));
                }
            }
            for _ in 0..batch {
                record.clear();
                for (column, field) in open.iter_mut().zip(&fields) {
                    text.clear();
                    if let Some(column) = column {
                        column.take(&mut text).map_err(|problem| {
                            broken(format!("column `{}`: {problem}", field.name))
                        })?;
                    }
                    record.push_field(text.trim());
                }
                if record.as_slice().len() > limits.row_bytes {
                    return Err(Error::TooLarge {
                        place: Place::row(&file.name, number + 1),
                        problem: format!("the row has more than {} bytes", limits.row_bytes),
                    });
                }
                if !visit(number, &record)? {
                    return Ok(());
                }
                number += 1;
            }
        }
    }
    Ok(())
}

/// Decodes so many rows of a column; answers how many there were. The decoder panics at some pages that are not whole.
fn decode(column: &mut Column, rows: usize) -> Result<usize, String> {
    // What it was doing is never used again.
    let decoded = catch_unwind(AssertUnwindSafe(|| column.fill(rows)));
    match decoded {
        Ok(read) => read.map_err(|error| said(&error)),
        Err(_) => Err("its pages are not whole".to_owned()),
    }
}

fn open(file: &File) -> Result<SerializedFileReader<fs::File>, Error> {
    let fail = |source| FileError::Read {
        path: file.path.clone(),
        source,
    };
    let opened = fs::File::open(&file.path).map_err(fail)?;
    let length = opened.metadata().map_err(fail)?.len();
    if length == 0 {
        return Err(Error::NoRows {
            what: format!("`{}`", file.name),
        });
    }
    let broken = |problem: String| Error::Parquet {
        file: file.name.clone(),
        problem,
    };
    let reader = SerializedFileReader::new(opened).map_err(|error| broken(said(&error)))?;
    for group in reader.metadata().row_groups() {
        if let Some(outside) = group
            .columns()
            .iter()
            .find(|chunk| !lies_within(chunk, length))
        {
            let name = outside.column_path().string();
            return Err(broken(format!("column `{name}` lies outside of the file")));
        }
    }
    Ok(reader)
}

/// Whether the place of a chunk lies in a file of this length. The library does not ask.
fn lies_within(chunk: &ColumnChunkMetaData, length: u64) -> bool {
    let start = chunk
        .dictionary_page_offset()
        .unwrap_or_else(|| chunk.data_page_offset());
    let (start, bytes) = (u64::try_from(start), u64::try_from(chunk.compressed_size()));
    match (start, bytes) {
        (Ok(start), Ok(bytes)) => start.checked_add(bytes).is_some_and(|end| end <= length),
        _ => false,
    }
}

fn said(error: &ParquetError) -> String {
    let text = error.to_string();
    let plain = text.strip_prefix("Parquet error: ").unwrap_or(&text);
    plain.trim_end_matches('.').to_owned()
}

fn mistyped(name: &str) -> String {
    format!("column `{name}` is of another type than its schema says")
}

/// All files of a source have the same columns of the same types.
fn check_same(file: &File, columns: &[SourceColumn], fields: &[Field]) -> Result<(), Error> {
    let refused = |problem: String| {
        Err(Error::Header {
            file: file.name.clone(),
            problem,
        })
    };
    if !columns
        .iter()
        .map(|column| &column.name)
        .eq(fields.iter().map(|field| &field.name))
    {
        return refused("its columns differ from those of the first file".to_owned());
    }
    for (column, field) in columns.iter().zip(fields) {
        let (first, here) = (&column.declared, field.declared());
        if first.is_some() && here.is_some() && *first != here {
            let name = &column.name;
            return refused(format!(
                "column `{name}` has another type than in the first file"
            ));
        }
    }
    Ok(())
}

/// A column of the table.
#[derive(Debug)]
struct Field {
    name: String,
    /// The leaf that holds it and how its values become cells, or what it is instead.
    cell: Result<(usize, Cell), String>,
    optional: bool,
}

impl Field {
    fn declared(&self) -> Option<Declared> {
        match &self.cell {
            Ok((_, cell)) => cell.declared(),
            Err(kind) => Some(Declared::Unread(kind.clone())),
        }
    }
}

fn fields(schema: &SchemaDescriptor) -> Vec<Field> {
    let leaf_of = |root: usize| {
        (0..schema.num_columns()).find(|&leaf| schema.get_column_root_idx(leaf) == root)
    };
    let fields = schema.root_schema().get_fields().iter().enumerate();
    fields
        .map(|(place, field)| {
            let cell = match leaf_of(place) {
                Some(leaf) if field.is_primitive() && !is_repeated(field) => {
                    Cell::of(field).map(|cell| (leaf, cell))
                }
                _ => Err(nested(field)),
            };
            Field {
                name: field.name().trim().to_owned(),
                cell,
                optional: field.is_optional(),
            }
        })
        .collect()
}

fn is_repeated(field: &Type) -> bool {
    let info = field.get_basic_info();
    info.has_repetition() && info.repetition() == Repetition::REPEATED
}

/// What a field is that holds other fields.
fn nested(field: &Type) -> String {
    let info = field.get_basic_info();
    let kind = match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::List), _) | (_, ConvertedType::LIST) => "a list",
        (Some(LogicalType::Map), _) | (_, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE) => {
            "a map"
        }
        _ if is_repeated(field) => "a list",
        _ => "a struct",
    };
    kind.to_owned()
}
