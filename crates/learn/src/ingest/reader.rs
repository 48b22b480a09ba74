//! Cutting files into cells. All files share one list of columns; cells are trimmed, nothing else is changed.

use std::path::Path;

use steps::{ColumnSpec, CsvFormat, Encoding};

use super::error::Error;
use crate::files;
use crate::lines::Lines;
use crate::table::Texts;
use crate::text;

/// What a source may have at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a file.
    pub file_bytes: u64,
    /// Bytes of a row, over all lines that it spans.
    pub row_bytes: usize,
    /// Columns of the table.
    pub columns: usize,
    /// Cells of the table.
    pub cells: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 30,
            row_bytes: 1 << 20,
            columns: 10_000,
            cells: 200_000_000,
        }
    }
}

/// Cells as they stand in the files.
#[derive(Debug, Default)]
pub struct RawTable {
    /// Names of the columns.
    pub columns: Vec<String>,
    pub(super) cells: Texts,
    pub(super) files: Vec<String>,
    /// File and line of each row.
    pub(super) origin: Vec<(u32, u64)>,
}

impl RawTable {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.origin.len()
    }

    /// A trimmed cell.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.cells.get(row * self.columns.len() + column)
    }

    /// File and line of a row, for errors.
    pub(super) fn place(&self, row: usize) -> (String, u64) {
        let (file, line) = self.origin[row];
        (self.files[file as usize].clone(), line)
    }

    /// The place of a column.
    pub(super) fn find(&self, name: &str) -> Result<usize, Error> {
        self.columns
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| Error::NoColumn {
                column: name.to_owned(),
                known: self.columns.clone(),
            })
    }
}

/// Reads files below a folder, in the given order. Without a header, `columns` names the columns; with one, every file must
/// have the same.
pub fn read_files(
    folder: &Path,
    names: &[String],
    format: &CsvFormat,
    columns: &[ColumnSpec],
    limits: Limits,
) -> Result<RawTable, Error> {
    let mut table = RawTable::default();
    if !format.header {
        table.columns = columns.iter().map(|column| column.name.clone()).collect();
    }
    for name in names {
        let bytes = files::read(&folder.join(name), limits.file_bytes)?;
        let before = table.rows();
        read_file(&mut table, name, &bytes, format, limits)?;
        if table.rows() == before {
            return Err(Error::NoRows {
                what: format!("`{name}`"),
            });
        }
    }
    if table.rows() == 0 {
        return Err(Error::NoRows {
            what: "the source".to_owned(),
        });
    }
    Ok(table)
}

fn read_file(
    table: &mut RawTable,
    file: &str,
    bytes: &[u8],
    format: &CsvFormat,
    limits: Limits,
) -> Result<(), Error> {
    let text = text::decode(bytes, format.encoding).map_err(|line| Error::Text {
        file: file.to_owned(),
        line,
        problem: match format.encoding {
            Encoding::Utf8 => "not UTF-8 text".to_owned(),
            other => format!("not {} text", text::name(other)),
        },
    })?;
    let delimiter = u8::try_from(format.delimiter).map_err(|_| Error::Header {
        file: file.to_owned(),
        problem: format!(
            "the delimiter `{}` is not an ASCII character",
            format.delimiter
        ),
    })?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    table.files.push(file.to_owned());
    let number = (table.files.len() - 1) as u32;
    let mut record = csv::StringRecord::new();
    let mut lines = Lines::new(text.as_bytes());
    let mut header = format.header;
    loop {
        let more = reader
            .read_record(&mut record)
            .map_err(|error| Error::Text {
                file: file.to_owned(),
                line: lines.at(error.position()),
                problem: "not a line of cells".to_owned(),
            })?;
        if !more {
            return Ok(());
        }
        let line = lines.at(record.position());
        check_limits(table, file, line, &record, limits)?;
        if header {
            header = false;
            take_header(table, file, &record)?;
            continue;
        }
        take_row(table, file, line, &record)?;
        table.origin.push((number, line));
    }
}

fn check_limits(
    table: &RawTable,
    file: &str,
    line: u64,
    record: &csv::StringRecord,
    limits: Limits,
) -> Result<(), Error> {
    let refused = |problem: String| Error::Text {
        file: file.to_owned(),
        line,
        problem,
    };
    if record.as_slice().len() > limits.row_bytes {
        return Err(refused(format!(
            "the row has more than {} bytes",
            limits.row_bytes
        )));
    }
    if record.len() > limits.columns {
        return Err(refused(format!(
            "the row has more than {} cells",
            limits.columns
        )));
    }
    if table.cells.len() + record.len() > limits.cells {
        return Err(refused(format!(
            "the source has more than {} cells",
            limits.cells
        )));
    }
    Ok(())
}

fn take_header(table: &mut RawTable, file: &str, record: &csv::StringRecord) -> Result<(), Error> {
    let names: Vec<String> = text::column_names(record.iter());
    let refused = |problem: String| {
        Err(Error::Header {
            file: file.to_owned(),
            problem,
        })
    };
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            return refused(format!("two columns are named `{name}`"));
        }
    }
    if table.columns.is_empty() {
        table.columns = names;
    } else if table.columns != names {
        return refused("its header differs from that of the first file".to_owned());
    }
    Ok(())
}

fn take_row(
    table: &mut RawTable,
    file: &str,
    line: u64,
    record: &csv::StringRecord,
) -> Result<(), Error> {
    if table.columns.is_empty() {
        return Err(Error::Header {
            file: file.to_owned(),
            problem: "it has no header, and no columns are named".to_owned(),
        });
    }
    if record.len() != table.columns.len() {
        return Err(Error::Ragged {
            file: file.to_owned(),
            line,
            found: record.len(),
            expected: table.columns.len(),
        });
    }
    for cell in record {
        table.cells.push(cell.trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use steps::ColumnType;

    use super::*;

    fn format(header: bool, delimiter: char) -> CsvFormat {
        CsvFormat {
            header,
            delimiter,
            decimal: '.',
            encoding: steps::Encoding::default(),
        }
    }

    fn read(bytes: &[u8], format: &CsvFormat, limits: Limits) -> Result<RawTable, String> {
        let mut table = RawTable::default();
        if !format.header {
            table.columns = vec!["a".to_owned(), "b".to_owned()];
        }
        match read_file(&mut table, "x.csv", bytes, format, limits) {
            Ok(()) => Ok(table),
            Err(error) => Err(format!("{}: {error}", error.code())),
        }
    }

    fn rows(table: &RawTable) -> Vec<Vec<&str>> {
        let columns = table.columns.len();
        (0..table.rows())
            .map(|row| (0..columns).map(|c| table.cell(row, c)).collect())
            .collect()
    }

    #[test]
    fn cells_are_cut_trimmed_and_unquoted() {
        let text = b"\xEF\xBB\xBFa;b\r\n1; x \r\n\"2;5\";\"say \"\"hi\"\"\"\n\n;\n";
        let table = read(text, &format(true, ';'), Limits::default()).unwrap();
        assert_eq!(table.columns, ["a", "b"]);
        assert_eq!(rows(&table), [["1", "x"], ["2;5", "say \"hi\""], ["", ""]]);
        assert_eq!(table.place(2), ("x.csv".to_owned(), 5));
    }

    #[test]
    fn a_column_without_a_name_is_called_by_its_place() {
        let table = read(b",a,\n1,2,3\n", &format(true, ','), Limits::default()).unwrap();
        assert_eq!(table.columns, ["column_1", "a", "column_3"]);
    }

    #[test]
    fn other_encodings_are_read_as_they_are_named() {
        let utf16: Vec<u8> = "\u{FEFF}a,b\n\u{e9},1\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, encoding) in [
            (b"a,b\n\xE9,1\n".to_vec(), Encoding::Windows1252),
            (utf16.clone(), Encoding::Utf16le),
        ] {
            let mut format = format(true, ',');
            format.encoding = encoding;
            let table = read(&bytes, &format, Limits::default()).unwrap();
            assert_eq!(rows(&table), [["\u{e9}", "1"]]);
        }
        let mut odd = format(true, ',');
        odd.encoding = Encoding::Utf16le;
        assert_eq!(
            read(&utf16[..utf16.len() - 1], &odd, Limits::default()).unwrap_err(),
            "P0209: `x.csv`, line 2: not utf-16le text"
        );
    }

    #[test]
    fn errors_name_file_and_line() {
        let small = Limits {
            row_bytes: 20,
            columns: 4,
            cells: 6,
            ..Limits::default()
        };
        let cases: &[(&[u8], bool, &str)] = &[
            (
                b"1,2\n3\n",
                false,
                "P0201: `x.csv`, line 2: 1 cells, expected 2",
            ),
            (
                b"1,2\n3,4,5\n",
                false,
                "P0201: `x.csv`, line 2: 3 cells, expected 2",
            ),
            (
                b"a,b\n1,\xFF\n",
                true,
                "P0209: `x.csv`, line 2: not UTF-8 text",
            ),
            (b"a,a\n", true, "P0210: `x.csv`: two columns are named `a`"),
            (
                b"column_2,\n",
                true,
                "P0210: `x.csv`: two columns are named `column_2`",
            ),
            (
                b"1,2,3,4,5\n",
                false,
                "P0209: `x.csv`, line 1: the row has more than 4 cells",
            ),
            (
                b"1,2\n\"aaaaaaaaaaaaaaaaaaaaaaaa\",2\n",
                false,
                "P0209: `x.csv`, line 2: the row has more than 20 bytes",
            ),
            (
                b"1,2\n1,2\n1,2\n1,2\n",
                false,
                "P0209: `x.csv`, line 4: the source has more than 6 cells",
            ),
        ];
        for (bytes, header, message) in cases {
            assert_eq!(
                read(bytes, &format(*header, ','), small).unwrap_err(),
                *message
            );
        }
    }

    #[test]
    fn files_share_one_header_and_none_is_empty() {
        let folder = std::env::temp_dir().join(format!("learn-reader-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in [
            ("a", "x,y\n1,2\n"),
            ("b", "x,y\n3,4\n"),
            ("c", "y,x\n1,2\n"),
            ("d", "x,y\n"),
            ("e", ""),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let read = |names: &[&str], header: bool, columns: &[ColumnSpec]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            read_files(
                &folder,
                &names,
                &format(header, ','),
                columns,
                Limits::default(),
            )
            .map_err(|error| error.to_string())
        };
        assert_eq!(
            rows(&read(&["a", "b"], true, &[]).unwrap()),
            [["1", "2"], ["3", "4"]]
        );
        let named = [
            ColumnSpec {
                name: "p".to_owned(),
                kind: ColumnType::Category,
            },
            ColumnSpec {
                name: "q".to_owned(),
                kind: ColumnType::Number,
            },
        ];
        assert_eq!(read(&["a"], false, &named).unwrap().columns, ["p", "q"]);
        let cases: &[(&[&str], bool, &str)] = &[
            (
                &["a", "c"],
                true,
                "`c`: its header differs from that of the first file",
            ),
            (&["a", "d"], true, "`d` has no rows"),
            (&["e"], true, "`e` has no rows"),
            (&[], true, "the source has no rows"),
            (
                &["a"],
                false,
                "`a`: it has no header, and no columns are named",
            ),
        ];
        for (names, header, message) in cases {
            assert_eq!(read(names, *header, &[]).unwrap_err(), *message);
        }
        assert!(
            read(&["none"], true, &[])
                .unwrap_err()
                .starts_with("cannot read `")
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
