//! Comma-separated values: cut, trimmed, decoded from any encoding.

use std::fs;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use steps::{CsvFormat, Encoding};

use super::decoded::Decoded;
use super::source::{File, SourceColumn, Visit, named};
use super::{Error, Limits, Place};
use crate::files::FileError;
use crate::text;

/// The columns of a file: those of its header, else those that are named.
pub(super) fn columns(
    file: &File,
    format: &CsvFormat,
    names: &[String],
    limits: Limits,
) -> Result<Vec<SourceColumn>, Error> {
    if !format.header {
        if names.is_empty() {
            return Err(Error::Header {
                file: file.name.clone(),
                problem: "it has no header, and no columns are named".to_owned(),
            });
        }
        return named(file, names.to_vec());
    }
    let mut header = None;
    records(file, format, limits, &mut |record, _| {
        header = Some(text::column_names(record.iter()));
        Ok(false)
    })?;
    match header {
        Some(names) => named(file, names),
        None => Err(no_rows(file)),
    }
}

/// Cells of the first line, for a file without a header whose columns nobody has named.
pub(crate) fn width(file: &File, format: &CsvFormat, limits: Limits) -> Result<usize, Error> {
    let mut width = 0;
    records(file, format, limits, &mut |record, _| {
        width = record.len();
        Ok(false)
    })?;
    Ok(width)
}

fn no_rows(file: &File) -> Error {
    Error::NoRows {
        what: format!("`{}`", file.name),
    }
}

/// Gives every row but the header.
pub(super) fn each(
    file: &File,
    format: &CsvFormat,
    columns: &[SourceColumn],
    limits: Limits,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    let mut header = format.header;
    let mut number = 0;
    records(file, format, limits, &mut |record, place| {
        if header {
            header = false;
            let names = text::column_names(record.iter());
            if !columns.iter().map(|column| &column.name).eq(&names) {
                return Err(Error::Header {
                    file: file.name.clone(),
                    problem: "its header differs from that of the first file".to_owned(),
                });
            }
            return Ok(true);
        }
        if record.len() != columns.len() {
            return Err(Error::Ragged {
                place: Place::line(&file.name, line_at(file, format.encoding, place)),
                found: record.len(),
                expected: columns.len(),
                delimiter: format.delimiter.escape_default().to_string(),
            });
        }
        record.trim();
        let more = visit(number, record)?;
        number += 1;
        Ok(more)
    })
}

/// The line of a row, for errors.
pub(super) fn line(file: &File, format: &CsvFormat, number: u64) -> u64 {
    let mut left = number + u64::from(format.header);
    let mut found = 0;
    // What cannot be read now was read before: the line is then that of the beginning.
    let _ = records(file, format, Limits::default(), &mut |_, place| {
        found = place;
        left = left.wrapping_sub(1);
        Ok(left != u64::MAX)
    });
    line_at(file, format.encoding, found)
}

/// Gives every record with the byte of the decoded text at which it starts, until `visit` wants no more.
fn records(
    file: &File,
    format: &CsvFormat,
    limits: Limits,
    visit: &mut dyn FnMut(&mut StringRecord, u64) -> Result<bool, Error>,
) -> Result<(), Error> {
    let delimiter = u8::try_from(format.delimiter).map_err(|_| Error::Header {
        file: file.name.clone(),
        problem: format!(
            "the delimiter `{}` is not an ASCII character",
            format.delimiter
        ),
    })?;
    let decoded = open(&file.path, format.encoding, limits.row_bytes + (1 << 17))?;
    let (given, lines) = (decoded.given(), decoded.lines());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(1 << 16)
        .from_reader(decoded);
    let mut record = StringRecord::new();
    loop {
        let before = reader.position().byte();
        let more = reader
            .read_record(&mut record)
            .map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(source) => {
                    unread(file, format.encoding, source, before, lines.get())
                }
                other => Error::TooLarge {
                    place: Place::line(&file.name, line_at(file, format.encoding, before)),
                    problem: format!("not a line of cells ({other:?})"),
                },
            })?;
        if !more {
            return Ok(());
        }
        given.set(0);
        let place = record.position().map_or(before, csv::Position::byte);
        let beyond = beyond(&record, limits);
        if let Some(problem) = beyond {
            let line = line_at(file, format.encoding, place);
            return Err(Error::TooLarge {
                place: Place::line(&file.name, line),
                problem,
            });
        }
        if !visit(&mut record, place)? {
            return Ok(());
        }
    }
}

fn beyond(record: &StringRecord, limits: Limits) -> Option<String> {
    if record.as_slice().len() > limits.row_bytes {
        Some(format!("the row has more than {} bytes", limits.row_bytes))
    } else if record.len() > limits.columns {
        Some(format!("the row has more than {} cells", limits.columns))
    } else {
        None
    }
}

/// `before` is where the record starts, `lines` how many line ends were decoded.
fn unread(file: &File, encoding: Encoding, source: io::Error, before: u64, lines: u64) -> Error {
    match source.kind() {
        io::ErrorKind::FileTooLarge => Error::TooLarge {
            place: Place::line(&file.name, line_at(file, encoding, before)),
            problem: "the row is beyond the limit: is a quote never closed?".to_owned(),
        },
        io::ErrorKind::InvalidData => Error::NotText {
            place: Place::line(&file.name, lines + 1),
            encoding: match encoding {
                Encoding::Utf8 => "UTF-8".to_owned(),
                other => text::name(other).to_owned(),
            },
        },
        _ => FileError::Read {
            path: PathBuf::from(&file.path),
            source,
        }
        .into(),
    }
}

/// The line of the record at a place of the decoded text. The file is read again: this happens once, for an error.
fn line_at(file: &File, encoding: Encoding, place: u64) -> u64 {
    let Ok(decoded) = open(&file.path, encoding, usize::MAX) else {
        return 1;
    };
    let mut line = 1;
    for (at, byte) in (0_u64..).zip(BufReader::new(decoded).bytes()) {
        let Ok(byte) = byte else { break };
        let ends = matches!(byte, b'\r' | b'\n');
        // Empty lines before a record are not part of it.
        if at >= place && !ends {
            break;
        }
        line += u64::from(byte == b'\n');
    }
    line
}

/// The beginning of a file as text, cut after its last whole line, and whether it is all of it.
pub(crate) fn head(file: &File, encoding: Encoding, most: u64) -> Result<(String, bool), Error> {
    let mut bytes = Vec::new();
    let decoded = open(&file.path, encoding, usize::MAX)?;
    let lines = decoded.lines();
    decoded
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|source| unread(file, encoding, source, 0, lines.get()))?;
    let whole = (bytes.len() as u64) < most;
    if !whole {
        let end = bytes.iter().rposition(|&byte| byte == b'\n');
        bytes.truncate(end.map_or(bytes.len(), |end| end + 1));
    }
    Ok((String::from_utf8_lossy(&bytes).into_owned(), whole))
}

fn open(path: &Path, encoding: Encoding, most: usize) -> Result<Decoded<fs::File>, Error> {
    let file = fs::File::open(path).map_err(|source| FileError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(Decoded::new(file, encoding, most))
}
