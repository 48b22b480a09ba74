//! Rows of a file, one at a time.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use steps::{CsvFormat, Encoding};

use super::decoded::Decoded;
use super::error::Error;
use crate::files::FileError;
use crate::ingest::Limits;

/// What one file of a source is read by.
#[derive(Debug, Clone)]
pub(super) struct Stream<'a> {
    pub(super) path: &'a Path,
    pub(super) format: &'a CsvFormat,
    pub(super) limits: Limits,
}

impl Stream<'_> {
    /// Gives every record with its number from 0, the header included.
    pub(super) fn each(
        &self,
        visit: &mut dyn FnMut(usize, &StringRecord) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let decoded = self.open(self.limits.row_bytes + (1 << 17))?;
        let given = decoded.given();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(u8::try_from(self.format.delimiter).unwrap_or(b','))
            .from_reader(decoded);
        let mut record = StringRecord::new();
        let mut width = None;
        for number in 0.. {
            let before = reader.position().byte();
            let more = reader.read_record(&mut record);
            if !more.map_err(|error| self.unread(error, before))? {
                break;
            }
            given.set(0);
            let place = record.position().map_or(before, csv::Position::byte);
            self.check(&record, place, *width.get_or_insert(record.len()))?;
            visit(number, &record)?;
        }
        Ok(())
    }

    fn check(&self, record: &StringRecord, place: u64, width: usize) -> Result<(), Error> {
        let (bytes, columns) = (self.limits.row_bytes, self.limits.columns);
        let refused = |problem: String| {
            Err(Error::TooLarge {
                file: self.name(),
                line: self.line(place),
                problem,
            })
        };
        if record.as_slice().len() > bytes {
            return refused(format!("the row has more than {bytes} bytes"));
        }
        if record.len() > columns {
            return refused(format!("the row has more than {columns} cells"));
        }
        if record.len() != width {
            return Err(Error::Ragged {
                file: self.name(),
                line: self.line(place),
                found: record.len(),
                expected: width,
                delimiter: self.format.delimiter.escape_default().to_string(),
            });
        }
        Ok(())
    }

    fn unread(&self, error: csv::Error, place: u64) -> Error {
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            other => io::Error::other(format!("{other:?}")),
        };
        match source.kind() {
            io::ErrorKind::FileTooLarge => Error::TooLarge {
                file: self.name(),
                line: self.line(place),
                problem: format!(
                    "the row has more than {} bytes: is a quote never closed?",
                    self.limits.row_bytes
                ),
            },
            io::ErrorKind::InvalidData => Error::NotText {
                file: self.name(),
                what: format!("it ends to be text after line {}", self.line(place)),
            },
            _ => {
                let path = PathBuf::from(self.path);
                FileError::Read { path, source }.into()
            }
        }
    }

    fn open(&self, most: usize) -> Result<Decoded<BufReader<File>>, Error> {
        open(self.path, self.format.encoding, most)
    }

    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The line of the record at a place of the decoded text. The file is read again: this happens once, for an error.
    fn line(&self, place: u64) -> u64 {
        let Ok(decoded) = self.open(usize::MAX) else {
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
}

/// The beginning of a file as text, cut after its last whole line, and whether it is all of it.
pub(super) fn head(path: &Path, encoding: Encoding, most: u64) -> Result<(String, bool), Error> {
    let mut bytes = Vec::new();
    let mut decoded = open(path, encoding, usize::MAX)?.take(most);
    decoded
        .read_to_end(&mut bytes)
        .map_err(|source| match source.kind() {
            io::ErrorKind::InvalidData => Error::NotText {
                file: path.display().to_string(),
                what: format!("its bytes are not {}", crate::text::name(encoding)),
            },
            _ => FileError::Read {
                path: path.to_owned(),
                source,
            }
            .into(),
        })?;
    let whole = (bytes.len() as u64) < most;
    if !whole {
        let end = bytes.iter().rposition(|&byte| byte == b'\n');
        bytes.truncate(end.map_or(bytes.len(), |end| end + 1));
    }
    Ok((String::from_utf8_lossy(&bytes).into_owned(), whole))
}

fn open(path: &Path, encoding: Encoding, most: usize) -> Result<Decoded<BufReader<File>>, Error> {
    let file = File::open(path).map_err(|source| FileError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(Decoded::new(BufReader::new(file), encoding, most))
}
