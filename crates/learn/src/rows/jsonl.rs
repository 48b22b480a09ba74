//! JSON Lines: one flat object a line. A key that a line has not is a missing value there, as is `null`.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::fs;
use std::io::{BufRead, BufReader, Read};

use csv::StringRecord;
use serde::Deserializer;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::source::{Declared, File, SourceColumn, Visit};
use super::{Error, Limits, Place};
use crate::files::FileError;

/// The columns of all files, in the order in which their names first come.
pub(super) fn columns(files: &[File], limits: Limits) -> Result<Vec<SourceColumn>, Error> {
    let mut slots = Slots::default();
    for file in files {
        lines(file, limits, &mut |line, text| {
            slots
                .read(text)
                .map_err(|problem| object(file, line, problem))?;
            if slots.names.len() > limits.columns {
                return Err(Error::TooLarge {
                    place: Place::line(&file.name, line),
                    problem: format!("the table has more than {} columns", limits.columns),
                });
            }
            Ok(true)
        })?;
    }
    if slots.names.is_empty() {
        return Err(Error::NoRows {
            what: format!("`{}`", files[0].name),
        });
    }
    let columns = slots.names.iter().zip(&slots.seen);
    Ok(columns
        .map(|(name, seen)| SourceColumn {
            name: name.clone(),
            declared: seen.declared(),
        })
        .collect())
}

/// Gives every row.
pub(super) fn each(
    file: &File,
    columns: &[SourceColumn],
    limits: Limits,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    let mut slots = Slots::of(columns);
    let mut record = StringRecord::new();
    let mut number = 0;
    lines(file, limits, &mut |line, text| {
        slots
            .read(text)
            .map_err(|problem| object(file, line, problem))?;
        if slots.names.len() > columns.len() {
            // The columns were found in the same files: another line has come meanwhile.
            let problem = "the file changed while it was read".to_owned();
            return Err(object(file, line, problem));
        }
        record.clear();
        for cell in &slots.cells {
            record.push_field(cell.trim());
        }
        let more = visit(number, &record)?;
        number += 1;
        Ok(more)
    })
}

/// The line of a row, for errors.
pub(super) fn line(file: &File, number: u64) -> u64 {
    let (mut left, mut found) = (number, 1);
    // What cannot be read now was read before: the line is then that of the beginning.
    let _ = lines(file, Limits::default(), &mut |line, _| {
        found = line;
        left = left.wrapping_sub(1);
        Ok(left != u64::MAX)
    });
    found
}

fn object(file: &File, line: u64, problem: String) -> Error {
    Error::Object {
        place: Place::line(&file.name, line),
        problem,
    }
}

/// Takes a line with its number; says whether it wants more.
type Line<'a> = dyn FnMut(u64, &[u8]) -> Result<bool, Error> + 'a;

/// Gives every line that is not blank with its number from 1, until `visit` wants no more.
fn lines(file: &File, limits: Limits, visit: &mut Line<'_>) -> Result<(), Error> {
    let failed = |source| FileError::Read {
        path: file.path.clone(),
        source,
    };
    let mut reader = BufReader::with_capacity(1 << 16, fs::File::open(&file.path).map_err(failed)?);
    let mut text = Vec::new();
    for number in 1.. {
        text.clear();
        let most = limits.row_bytes as u64 + 1;
        let read = (&mut reader).take(most).read_until(b'\n', &mut text);
        if read.map_err(failed)? == 0 {
            break;
        }
        if text.len() > limits.row_bytes {
            return Err(Error::TooLarge {
                place: Place::line(&file.name, number),
                problem: format!("the row has more than {} bytes", limits.row_bytes),
            });
        }
        let whole = text.trim_ascii();
        let line = if number == 1 {
            whole.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(whole)
        } else {
            whole
        };
        if !line.is_empty() && !visit(number, line)? {
            break;
        }
    }
    Ok(())
}

/// Kinds of values that a column has.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    numbers: bool,
    texts: bool,
    booleans: bool,
}

impl Seen {
    fn declared(self) -> Option<Declared> {
        match self {
            Self { texts: true, .. }
            | Self {
                numbers: true,
                booleans: true,
                ..
            } => Some(Declared::Text),
            Self { numbers: true, .. } => Some(Declared::Number),
            Self { booleans: true, .. } => Some(Declared::Boolean),
            Self { .. } => None,
        }
    }
}

/// The cells of one line by column; columns that are new are added.
#[derive(Debug, Default)]
struct Slots {
    names: Vec<String>,
    places: HashMap<String, usize>,
    cells: Vec<String>,
    given: Vec<bool>,
    seen: Vec<Seen>,
    key: String,
}

impl Slots {
    fn of(columns: &[SourceColumn]) -> Self {
        let mut slots = Self::default();
        for column in columns {
            slots.add(&column.name);
        }
        slots
    }

    fn add(&mut self, name: &str) -> usize {
        let place = self.names.len();
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        self.cells.push(String::new());
        self.given.push(false);
        self.seen.push(Seen::default());
        place
    }

    /// Reads a line, or says what is wrong with it.
    fn read(&mut self, text: &[u8]) -> Result<(), String> {
        self.cells.iter_mut().for_each(String::clear);
        self.given.fill(false);
        let mut reader = serde_json::Deserializer::from_slice(text);
        (&mut reader)
            .deserialize_map(Object(self))
            .and_then(|()| reader.end())
            .map_err(|error| said(&error, text))
    }
}

/// The parser's message with the character in the line, not its own count of lines.
fn said(error: &serde_json::Error, text: &[u8]) -> String {
    let message = error.to_string();
    let plain = message.split(" at line ").next().unwrap_or_default();
    if error.is_data() {
        return plain.to_owned();
    }
    let has = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
    let word = ["NaN", "Infinity"]
        .into_iter()
        .find(|word| has(word.as_bytes()));
    let hint = word.map(|word| format!("; `{word}` is no JSON, a missing value is `null`"));
    let (column, hint) = (error.column(), hint.unwrap_or_default());
    format!("not a JSON object: {plain}, at character {column}{hint}")
}

/// Reads an object into slots.
struct Object<'a>(&'a mut Slots);

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let slots = self.0;
        while map.next_key_seed(Text(&mut slots.key))?.is_some() {
            let name = slots.key.trim();
            if name.is_empty() {
                return Err(de::Error::custom("a key is empty"));
            }
            let place = match slots.places.get(name) {
                Some(&place) => place,
                None => {
                    let name = name.to_owned();
                    slots.add(&name)
                }
            };
            if std::mem::replace(&mut slots.given[place], true) {
                return Err(de::Error::custom(format!(
                    "the key `{}` stands twice",
                    slots.names[place]
                )));
            }
            let nested = map.next_value_seed(Value {
                cell: &mut slots.cells[place],
                seen: &mut slots.seen[place],
            })?;
            if let Some(what) = nested {
                return Err(de::Error::custom(format!(
                    "`{}` is {what}; a row is one flat object",
                    slots.names[place]
                )));
            }
        }
        Ok(())
    }
}

/// Reads a text into a buffer.
struct Text<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.clear();
        self.0.push_str(text);
        Ok(())
    }
}

/// Reads a value into a cell; answers what it is where it is nested.
struct Value<'a> {
    cell: &'a mut String,
    seen: &'a mut Seen,
}

const WRITES: &str = "writing to a string never fails";

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, `true`, `false` or `null`")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        self.seen.booleans = true;
        self.cell.push_str(if value { "true" } else { "false" });
        Ok(None)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        self.seen.numbers = true;
        write!(self.cell, "{value}").expect(WRITES);
        Ok(None)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        self.seen.numbers = true;
        write!(self.cell, "{value}").expect(WRITES);
        Ok(None)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        self.seen.numbers = true;
        write!(self.cell, "{value}").expect(WRITES);
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        self.seen.texts = true;
        self.cell.push_str(text);
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Some("an object"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Format, Opened, Source};
    use super::*;

    fn open(text: &[u8], limits: Limits) -> (tempfile::TempDir, Result<Opened, Error>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        fs::write(&path, text).unwrap();
        let name = "a.jsonl".to_owned();
        let source = Source {
            files: vec![File { name, path }],
            format: Format::Jsonl,
            names: Vec::new(),
            limits,
        };
        (folder, source.open())
    }

    fn rows(opened: &Opened) -> Result<Vec<Vec<String>>, Error> {
        let mut all = Vec::new();
        opened.each(|row| {
            all.push(row.cells.iter().map(str::to_owned).collect());
            Ok::<(), Error>(())
        })?;
        Ok(all)
    }

    fn read(text: &[u8]) -> Result<Vec<Vec<String>>, String> {
        let (_folder, opened) = open(text, Limits::default());
        opened
            .and_then(|opened| rows(&opened))
            .map_err(|error| format!("{}: {error}", error.code()))
    }

    #[test]
    fn keys_become_columns_and_those_that_are_not_there_are_missing() {
        let text =
            "\u{FEFF}{\"a\": 1, \"b\": \"x\"}\r\n\r\n{\"b\": null, \"c\": true, \"a\": 2.50}\n{}";
        let (_folder, opened) = open(text.as_bytes(), Limits::default());
        let opened = opened.unwrap();
        let declared: Vec<_> = opened
            .columns()
            .iter()
            .map(|column| (column.name.as_str(), column.declared.clone().unwrap()))
            .collect();
        assert_eq!(
            declared,
            [
                ("a", Declared::Number),
                ("b", Declared::Text),
                ("c", Declared::Boolean)
            ]
        );
        assert_eq!(
            rows(&opened).unwrap(),
            [["1", "x", ""], ["2.5", "", "true"], ["", "", ""]]
        );
        assert_eq!(opened.place(0, 1).to_string(), "`a.jsonl`, line 3");
    }

    #[test]
    fn large_and_small_numbers_keep_their_digits() {
        let text =
            "{\"a\": 12345678901234567890, \"b\": -9007199254740993, \"c\": 1e-7, \"d\": 0.1}";
        let cells = read(text.as_bytes()).unwrap();
        let expected = [
            "12345678901234567890",
            "-9007199254740993",
            "0.0000001",
            "0.1",
        ];
        assert_eq!(cells, [expected]);
    }

    #[test]
    fn lines_that_are_no_flat_object_are_named() {
        let cases: [(&[u8], &str); 9] = [
            (
                b"{\"a\": 1}\n{\"a\": }\n",
                "P0212: `a.jsonl`, line 2: not a JSON object: expected value, at character 7",
            ),
            (
                b"{\"a\": NaN}\n",
                "P0212: `a.jsonl`, line 1: not a JSON object: expected value, at character 7; `NaN` is no JSON, a missing value is `null`",
            ),
            (
                b"\n[1, 2]\n",
                "P0212: `a.jsonl`, line 2: invalid type: sequence, expected one JSON object",
            ),
            (
                b"{\"a\": {\"b\": 1}}\n",
                "P0212: `a.jsonl`, line 1: `a` is an object; a row is one flat object",
            ),
            (
                b"{\"a\": 1}\n{\"a\": [1, [2]]}\n",
                "P0212: `a.jsonl`, line 2: `a` is a list; a row is one flat object",
            ),
            (
                b"{\"a\": 1, \"a\": 2}\n",
                "P0212: `a.jsonl`, line 1: the key `a` stands twice",
            ),
            (b"{\" \": 1}\n", "P0212: `a.jsonl`, line 1: a key is empty"),
            (
                b"{\"a\": 1} {\"a\": 2}\n",
                "P0212: `a.jsonl`, line 1: not a JSON object: trailing characters, at character 10",
            ),
            (b"", "P0204: `a.jsonl` has no rows"),
        ];
        for (text, message) in cases {
            assert_eq!(read(text).unwrap_err(), message);
        }
        let (_folder, cut) = open(b"{\"a\": \"\xFF\"}", Limits::default());
        assert!(
            cut.unwrap_err()
                .to_string()
                .contains("line 1: not a JSON object")
        );
    }

    #[test]
    fn rows_and_columns_have_limits() {
        let limits = Limits {
            row_bytes: 24,
            columns: 2,
            cells: 3,
        };
        let said = |text: &str| {
            let (_folder, opened) = open(text.as_bytes(), limits);
            opened
                .and_then(|opened| rows(&opened))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            said("{\"a\":1}\n{\"a\":\"aaaaaaaaaaaaaaaaaaaa\"}\n"),
            "`a.jsonl`, line 2: the row has more than 24 bytes"
        );
        assert_eq!(
            said("{\"a\":1,\"b\":2,\"c\":3}\n"),
            "`a.jsonl`, line 1: the table has more than 2 columns"
        );
        assert_eq!(
            said("{\"a\":1,\"b\":2}\n\n{\"a\":1}\n"),
            "`a.jsonl`, line 3: the source has more than 3 cells"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_give_rows_or_an_error_with_a_line(text in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(message) = read(&text) {
                prop_assert!(message.contains("`a.jsonl`"), "{}", message);
            }
        }

        #[test]
        fn what_was_written_is_read(
            lines in prop::collection::vec(
                prop::collection::btree_map("[a-c]", prop_oneof![
                    "[a-z\"\\\\ \u{e9}]{0,6}".prop_map(serde_json::Value::from),
                    any::<i32>().prop_map(serde_json::Value::from),
                    any::<bool>().prop_map(serde_json::Value::from),
                    Just(serde_json::Value::Null),
                ], 1..4),
                1..6,
            )
        ) {
            let mut text = String::new();
            for line in &lines {
                writeln!(text, "{}", serde_json::to_string(line).unwrap()).unwrap();
            }
            let (_folder, opened) = open(text.as_bytes(), Limits::default());
            let opened = opened.unwrap();
            let rows = rows(&opened).unwrap();
            prop_assert_eq!(rows.len(), lines.len());
            for (row, line) in rows.iter().zip(&lines) {
                for (cell, column) in row.iter().zip(opened.columns()) {
                    let expected = match line.get(&column.name) {
                        None | Some(serde_json::Value::Null) => String::new(),
                        Some(serde_json::Value::String(text)) => text.trim().to_owned(),
                        Some(other) => other.to_string(),
                    };
                    prop_assert_eq!(cell, &expected);
                }
            }
        }
    }
}
