//! Reading the files of a part, row by row and in blocks, verified against their manifest at the end.

use std::path::Path;

use steps::{Schema, TargetKind};

use super::{Labelled, PartError, class};
use crate::cell::parse_number;
use crate::files::{Checked, Input};
use crate::lines::line_of;
use crate::row::{BadCell, RowEncoder};
use crate::table::Table;
use crate::truth::Truth;

/// A part's file at most.
const PART_LIMIT: u64 = 4 << 30;

/// Gives the rows of a folder in blocks of so many.
pub(super) fn blocks<E: From<PartError>>(
    input: &Input,
    schema: &Schema,
    (folder, most): (&Path, usize),
    visit: &mut dyn FnMut(Labelled) -> Result<(), E>,
) -> Result<(), E> {
    let empty = || PartError::Empty {
        folder: folder.display().to_string(),
    };
    if let Some(image) = &schema.image {
        let (rows, _) = crate::images::read(input, schema, image.size as usize)?;
        return if rows.truth.is_empty() {
            Err(empty().into())
        } else {
            visit(rows)
        };
    }
    let mut reader = Reader {
        schema,
        encoder: RowEncoder::new(schema),
        most,
        part: without_rows(schema),
        any: false,
    };
    for name in input.names_with_extension("csv").map_err(PartError::from)? {
        reader.file(input, &name, visit)?;
    }
    if !reader.part.truth.is_empty() {
        return visit(reader.part);
    }
    if reader.any {
        Ok(())
    } else {
        Err(empty().into())
    }
}

fn without_rows(schema: &Schema) -> Labelled {
    Labelled {
        table: Table::for_schema(schema),
        truth: match schema.target.kind {
            TargetKind::Class => Truth::Classes(Vec::new()),
            TargetKind::Number => Truth::Numbers(Vec::new()),
        },
    }
}

/// Reads the files of a folder row by row.
struct Reader<'a> {
    schema: &'a Schema,
    encoder: RowEncoder,
    /// Rows of a block at most.
    most: usize,
    part: Labelled,
    /// Whether a block was given away.
    any: bool,
}

/// What is wrong with a record, and the byte at which it begins.
type Wrong = (u64, String);

impl Reader<'_> {
    /// Reads a file. One that is not what its manifest says is told so, whatever is wrong in it.
    fn file<E: From<PartError>>(
        &mut self,
        input: &Input,
        name: &str,
        visit: &mut dyn FnMut(Labelled) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut file = input.open_file(name, PART_LIMIT).map_err(PartError::from)?;
        let read = self.records(&mut file, visit);
        if let Some(Err(refused)) = read {
            return Err(refused);
        }
        input.verify(name, file).map_err(PartError::from)?;
        let Some(Ok((place, problem))) = read.map(|read| read.map_err(drop)) else {
            return Ok(());
        };
        let path = input.path(name);
        let again = input.open_file(name, PART_LIMIT).map_err(PartError::from)?;
        let refused = PartError::Row {
            line: line_of(again, place),
            file: path.display().to_string(),
            problem,
        };
        Err(refused.into())
    }

    /// Reads records; answers what ended it before the end, of the file or of whoever takes the rows.
    fn records<E>(
        &mut self,
        file: &mut Checked,
        visit: &mut dyn FnMut(Labelled) -> Result<(), E>,
    ) -> Option<Result<Wrong, E>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(file);
        let mut record = csv::StringRecord::new();
        let mut header = true;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    let place = error.position().map_or(0, csv::Position::byte);
                    return Some(Ok((place, "not UTF-8 text".to_owned())));
                }
            }
            let taken = if header {
                self.header(&record)
            } else {
                self.row(&record)
            };
            header = false;
            if let Err(problem) = taken {
                let place = record.position().map_or(0, csv::Position::byte);
                return Some(Ok((place, problem)));
            }
            if self.part.truth.len() >= self.most {
                let full = std::mem::replace(&mut self.part, without_rows(self.schema));
                self.any = true;
                if let Err(refused) = visit(full) {
                    return Some(Err(refused));
                }
            }
        }
    }

    fn header(&self, record: &csv::StringRecord) -> Result<(), String> {
        let names = self.schema.columns.iter().map(|column| &column.name);
        if record.iter().eq(names.chain([&self.schema.target.name])) {
            Ok(())
        } else {
            Err("the header is not that of the schema".to_owned())
        }
    }

    fn row(&mut self, record: &csv::StringRecord) -> Result<(), String> {
        let columns = self.encoder.columns();
        if record.len() != columns + 1 {
            return Err(format!("{} cells, expected {}", record.len(), columns + 1));
        }
        let mut cells = record.iter();
        for (column, cell) in cells.by_ref().take(columns).enumerate() {
            let taken = self.encoder.text(&mut self.part.table, column, cell);
            taken.map_err(|BadCell { column, problem }| format!("column `{column}`: {problem}"))?;
        }
        self.part.table.end_row();
        let label = cells.next().unwrap_or_default();
        let target = &self.schema.target.name;
        match &mut self.part.truth {
            Truth::Classes(labels) => labels.push(
                class(self.schema, label)
                    .ok_or_else(|| format!("`{label}` is no class of target `{target}`"))?,
            ),
            Truth::Numbers(numbers) => numbers.push(
                parse_number(label, '.')
                    .ok_or_else(|| format!("`{label}` is no number of target `{target}`"))?,
            ),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use steps::{Document, Manifest, SCHEMA_FILE};

    use super::super::{each_block, read_part};
    use super::*;
    use crate::row::tests::schema;

    const HEADER: &str = "age,city,ca,sick\n";

    /// A folder with these rows and a manifest.
    fn folder(schema: &Schema, text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut manifest = Manifest::default();
        for (name, text) in [
            (SCHEMA_FILE, schema.to_text()),
            ("train.csv", text.to_owned()),
        ] {
            fs::write(folder.path().join(name), &text).unwrap();
            manifest.add(name, text.as_bytes());
        }
        fs::write(folder.path().join(Manifest::FILE), manifest.to_text()).unwrap();
        folder
    }

    fn read(schema: &Schema, text: &str) -> Result<Labelled, String> {
        let folder = folder(schema, text);
        let prefix = format!("{}/", folder.path().display());
        read_part(folder.path())
            .map(|(_, rows)| rows)
            .map_err(|error| error.to_string().replace(&prefix, ""))
    }

    #[test]
    fn rows_and_classes_are_read_by_the_schema() {
        let part = read(&schema(), "age,city,ca,sick\n63,\"a,b\",,yes\n,?,2.5,no\n").unwrap();
        assert_eq!(part.truth.labels(), [1, 0]);
        assert_eq!(part.table.category(0, 0), "a,b");
        assert!(part.table.numbers(0)[1].is_nan() && part.table.numbers(1)[0].is_nan());
    }

    #[test]
    fn lines_that_do_not_fit_are_named() {
        let cases = [
            (
                "age,ca,city,sick\n",
                "`train.csv`, line 1: the header is not that of the schema",
            ),
            (
                "age,city,ca,sick\n1,2\n",
                "`train.csv`, line 2: 2 cells, expected 4",
            ),
            (
                "age,city,ca,sick\r\n\r\nx,a,1,no\r\n",
                "`train.csv`, line 3: column `age`: `x` is not a number",
            ),
            (
                "age,city,ca,sick\n1,a,1,maybe\n",
                "`train.csv`, line 2: `maybe` is no class of target `sick`",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(read(&schema(), text).unwrap_err(), message);
        }
    }

    #[test]
    fn numbers_are_read_where_the_schema_says_so() {
        let mut schema = schema();
        schema.target.kind = TargetKind::Number;
        schema.target.classes.clear();
        let numbers = read(&schema, "age,city,ca,sick\n63,a,,2.5\n4,b,1,-1e3\n").unwrap();
        assert_eq!(numbers.truth, Truth::Numbers(vec![2.5, -1000.0]));
        assert_eq!(
            read(&schema, "age,city,ca,sick\n1,a,1,high\n").unwrap_err(),
            "`train.csv`, line 2: `high` is no number of target `sick`"
        );
    }

    #[test]
    fn blocks_hold_every_row_once_and_in_order() {
        let rows: String = (0..7).map(|age| format!("{age},a,1,no\n")).collect();
        let folder = folder(&schema(), &format!("{HEADER}{rows}"));
        for (most, sizes) in [(3, vec![3, 3, 1]), (7, vec![7]), (100, vec![7])] {
            let (mut found, mut ages) = (Vec::new(), Vec::new());
            each_block(folder.path(), most, &mut |rows: Labelled| {
                found.push(rows.truth.len());
                ages.extend((0..rows.truth.len()).map(|row| rows.table.numbers(row)[0] as u32));
                Ok::<(), PartError>(())
            })
            .unwrap();
            assert_eq!((found, ages), (sizes, (0..7).collect()));
        }
    }

    #[test]
    fn what_was_changed_is_told_so_whether_it_can_be_read_or_not() {
        for changed in ["1,a,1,yes\n", "x\n"] {
            let folder = folder(&schema(), &format!("{HEADER}1,a,1,no\n"));
            fs::write(
                folder.path().join("train.csv"),
                format!("{HEADER}{changed}"),
            )
            .unwrap();
            let error = read_part(folder.path()).unwrap_err();
            assert_eq!(error.code(), "P0221", "{error}");
        }
        let empty = read(&schema(), HEADER).unwrap_err();
        assert!(empty.ends_with("has no rows"), "{empty}");
    }
}
