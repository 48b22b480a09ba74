//! The profile of a source: all its files in one pass.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use steps::{CsvFormat, Encoding, SourceFormat};

use super::column::ColumnFacts;
use super::dialect::{Dialect, dialect};
use super::encoding::detect;
use super::error::Error;
use super::levels::hash;
use crate::cell::canonical;
use crate::rows::{self, File, Format, Limits, Opened, Row, Source, SourceColumn};
use crate::text;

/// Text of a file that its form is judged by.
const HEAD: u64 = 1 << 18;
/// Rows whose copies are looked for.
const COMPARED: usize = 2_000_000;

/// What is known already, and limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The format of the files.
    pub format: SourceFormat,
    /// The delimiter.
    pub delimiter: Option<char>,
    /// Whether the first line names the columns.
    pub header: Option<bool>,
    /// What a source may have at most.
    pub limits: Limits,
}

/// What stands in a source.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its format.
    pub format: SourceFormat,
    /// How its text is cut into cells.
    pub csv: CsvFormat,
    /// Its columns in order.
    pub columns: Vec<ColumnFacts>,
    /// Its rows.
    pub rows: u64,
    /// Rows in which every cell is empty.
    pub blank: u64,
    /// Rows that are exact copies of an earlier one of the same file.
    pub copies: u64,
    /// Rows among which copies were looked for: all, unless they are very many.
    pub compared: u64,
    pub(super) opened: Opened,
}

/// Reads files that form one source.
pub fn profile(files: &[PathBuf], options: &Options) -> Result<Profile, Error> {
    let first = files.first().ok_or_else(|| Error::NoRows {
        file: "the source".to_owned(),
        problem: "has no files",
    })?;
    let files: Vec<File> = files.iter().map(|path| named(path)).collect();
    let (format, names) = match options.format {
        SourceFormat::Csv => csv_form(&files, first, options)?,
        other => (Format::new(other, &UNUSED), Vec::new()),
    };
    let csv = match &format {
        Format::Csv(csv) => csv.clone(),
        Format::Jsonl | Format::Parquet => UNUSED,
    };
    let source = Source {
        files,
        format,
        names,
        limits: options.limits,
    };
    let opened = source.open()?;
    let mut reading = Reading::new(&opened);
    opened.each(|row| {
        reading.row(&row);
        Ok::<(), rows::Error>(())
    })?;
    Ok(Profile {
        format: options.format,
        columns: reading.columns,
        rows: reading.rows,
        blank: reading.blank,
        copies: reading.copies,
        compared: reading.rows.min(COMPARED as u64),
        csv,
        opened,
    })
}

/// How text is cut of a source that is not text in cells.
const UNUSED: CsvFormat = CsvFormat {
    header: true,
    delimiter: ',',
    decimal: '.',
    encoding: Encoding::Utf8,
};

fn named(path: &Path) -> File {
    File {
        name: path.display().to_string(),
        path: path.to_owned(),
    }
}

/// The form of text in cells, and the names of columns where the text has none.
fn csv_form(
    files: &[File],
    first: &Path,
    options: &Options,
) -> Result<(Format, Vec<String>), Error> {
    let encoding = encoding(files)?;
    let (text, _) = rows::head(&files[0], encoding, HEAD)?;
    let form = dialect(&text, options.delimiter, options.header);
    refuse_odd_first(&form, first)?;
    let csv = CsvFormat {
        header: form.header,
        delimiter: form.delimiter,
        decimal: form.decimal,
        encoding,
    };
    let mut names = Vec::new();
    if !csv.header {
        let width = rows::width(&files[0], &csv, options.limits)?;
        if width == 0 {
            return Err(rows::Error::NoRows {
                what: format!("`{}`", files[0].name),
            }
            .into());
        }
        names = (1..=width).map(text::column_name).collect();
    }
    Ok((Format::Csv(csv), names))
}

/// The encoding that all files have.
fn encoding(files: &[File]) -> Result<Encoding, Error> {
    let mut known: Option<(&Path, Encoding)> = None;
    let mut ascii = None;
    for file in files {
        let path = file.path.as_path();
        let Some(encoding) = detect(path)? else {
            ascii = ascii.or(Some(path));
            continue;
        };
        match known {
            Some((first, one)) if one != encoding => return Err(mixed(first, one, path, encoding)),
            _ => known = Some((path, encoding)),
        }
    }
    match (known, ascii) {
        (Some((first, one @ (Encoding::Utf16le | Encoding::Utf16be))), Some(path)) => {
            Err(mixed(first, one, path, Encoding::Utf8))
        }
        (known, _) => Ok(known.map(|(_, encoding)| encoding).unwrap_or_default()),
    }
}

fn mixed(first: &Path, one: Encoding, second: &Path, other: Encoding) -> Error {
    Error::Encodings {
        first: first.display().to_string(),
        one: text::name(one),
        second: second.display().to_string(),
        other: text::name(other),
    }
}

/// A line before the header is said of line 1, not of the first line that differs from it.
fn refuse_odd_first(form: &Dialect, path: &Path) -> Result<(), Error> {
    match form.odd_first {
        Some((found, expected)) => Err(Error::Ragged {
            file: path.display().to_string(),
            line: 1,
            found,
            expected,
            delimiter: form.delimiter.escape_default().to_string(),
        }),
        None => Ok(()),
    }
}

/// What has been read so far.
struct Reading {
    decimal: char,
    columns: Vec<ColumnFacts>,
    rows: u64,
    blank: u64,
    copies: u64,
    file: usize,
    seen: HashSet<u64>,
    key: String,
}

impl Reading {
    fn new(opened: &Opened) -> Self {
        let count = opened.columns().len();
        let facts = |column: &SourceColumn| {
            let mut facts = ColumnFacts::new(column.name.clone(), count);
            facts.declared.clone_from(&column.declared);
            facts
        };
        Self {
            decimal: opened.decimal(),
            columns: opened.columns().iter().map(facts).collect(),
            rows: 0,
            blank: 0,
            copies: 0,
            file: 0,
            seen: HashSet::new(),
            key: String::new(),
        }
    }

    fn row(&mut self, row: &Row<'_>) {
        if row.file != self.file {
            self.file = row.file;
            self.seen.clear();
        }
        self.rows += 1;
        self.key.clear();
        let mut blank = true;
        for (column, cell) in self.columns.iter_mut().zip(row.cells) {
            blank &= cell.is_empty();
            column.push(cell, self.decimal);
            self.key.push_str(&canonical(cell, self.decimal));
            self.key.push('\0');
        }
        self.blank += u64::from(blank);
        if self.seen.len() < COMPARED {
            self.copies += u64::from(!self.seen.insert(hash(&self.key)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(contents: &[&[u8]]) -> (tempfile::TempDir, Vec<PathBuf>) {
        let folder = tempfile::tempdir().unwrap();
        let write = |(place, bytes): (usize, &&[u8])| {
            let path = folder.path().join(format!("{place}.csv"));
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let paths = contents.iter().enumerate().map(write).collect();
        (folder, paths)
    }

    fn read(contents: &[&[u8]], options: Options) -> Result<Profile, String> {
        let (folder, paths) = files(contents);
        let prefix = format!("{}/", folder.path().display());
        profile(&paths, &options)
            .map_err(|error| format!("{}: {error}", error.code()).replace(&prefix, ""))
    }

    #[test]
    fn several_files_are_one_source() {
        let found = read(
            &[b"a;b\n1,5;x\n1,5;x\n", b"\xEF\xBB\xBFa;b\n1,50;x\n;\n"],
            Options::default(),
        )
        .unwrap();
        assert_eq!((found.csv.delimiter, found.csv.decimal), (';', ','));
        assert_eq!((found.rows, found.copies, found.blank), (4, 1, 1));
        let names: Vec<&str> = found.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(found.columns[0].levels.distinct(), 1);
        assert_eq!(found.columns[1].empty, 1);
    }

    #[test]
    fn a_source_without_names_has_places() {
        let found = read(&[b"1,2\n3,4\n"], Options::default()).unwrap();
        assert!(!found.csv.header);
        assert_eq!(found.columns[1].name, "column_2");
    }

    #[test]
    fn a_thousand_columns_and_one_row_are_read() {
        let names: Vec<String> = (0..1000).map(|n| format!("c{n}")).collect();
        let text = format!("{}\n{}\n", names.join(","), vec!["1"; 1000].join(","));
        let found = read(&[text.as_bytes()], Options::default()).unwrap();
        assert_eq!((found.columns.len(), found.rows), (1000, 1));
    }

    #[test]
    fn errors_name_file_and_line() {
        let long = format!("a,b\n\"{},2\n", "x".repeat(400));
        let cases: [(&[&[u8]], &str); 11] = [
            (&[b""], "P0605: `0.csv` is empty"),
            (&[b"a,b\n"], "P0605: `0.csv` has no rows"),
            (
                &[b"a,b\n1,2\n\n3\n4,5\n"],
                "P0603: `0.csv`, line 4: 1 cells, expected 2 (delimiter `,`)",
            ),
            (
                &[b"made today\na;b\n1;2\n3;4\n"],
                "P0603: `0.csv`, line 1: 1 cells, expected 2 (delimiter `;`)",
            ),
            (
                &[b"a,a\n1,2\n"],
                "P0604: `0.csv`, line 1: two columns are named `a`",
            ),
            (
                &[b"a,b\n1,2\n", b"b,a\n1,2\n"],
                "P0604: `1.csv`, line 1: its header differs from that of the first file",
            ),
            (
                &[b"a,b\n\xC3\xA9,2\n", b"a,b\n\xE9,2\n"],
                "P0602: `0.csv` is utf-8 and `1.csv` is windows-1252: one source has one encoding",
            ),
            (
                &[b"a,b\n1,\x00\n"],
                "P0601: `0.csv` is not text: byte 6 is 0x00, which no text has",
            ),
            (
                &[long.as_bytes()],
                "P0606: `0.csv`, line 2: the row has more than 300 bytes",
            ),
            (
                &[b"1,2,3,4,5\n1,2,3,4,5\n"],
                "P0606: `0.csv`, line 1: the row has more than 4 cells",
            ),
            (&[], "P0605: `the source` has no files"),
        ];
        for (contents, message) in cases {
            let mut options = Options::default();
            options.limits.row_bytes = 300;
            options.limits.columns = 4;
            assert_eq!(read(contents, options).unwrap_err(), message);
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_reading() {
        let mut text = b"a,b\n1,\"2\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 3 << 20));
        let error = read(&[&text], Options::default()).unwrap_err();
        assert_eq!(
            error,
            "P0606: `0.csv`, line 2: the row is beyond the limit: is a quote never closed?"
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = profile(&[PathBuf::from("no.csv")], &Options::default()).unwrap_err();
        assert_eq!(error.code(), "P0220");
    }
}
