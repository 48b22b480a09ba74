//! Published lists, row by row.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use catalog::{Decimal, Source};
use csv::StringRecord;

/// A list in memory.
pub(super) struct List {
    header: Vec<String>,
    rows: Vec<StringRecord>,
}

/// A row with its header.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    header: &'a [String],
    record: &'a StringRecord,
}

impl List {
    pub(super) fn read(raw: &Path, name: &str) -> Result<Self> {
        let path = super::path(raw, name);
        let file =
            File::open(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let header = reader
            .headers()?
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').to_owned())
            .collect();
        let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
        Ok(Self { header, rows })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|record| Row {
            header: &self.header,
            record,
        })
    }

    pub(super) fn header(&self) -> &[String] {
        &self.header
    }
}

impl<'a> Row<'a> {
    /// The cell of a column; empty where there is none.
    pub(super) fn text(self, name: &str) -> &'a str {
        let place = self.header.iter().position(|known| known == name);
        place
            .and_then(|place| self.record.get(place))
            .unwrap_or_default()
            .trim()
    }

    /// The cell times ten to a power, rounded to a whole; none where it is empty.
    pub(super) fn scaled(self, name: &str, power: u32) -> Result<Option<i64>> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        let number = Decimal::parse(text).and_then(|number| number.scaled_half_even(power));
        number
            .map(Some)
            .with_context(|| format!("`{text}` in `{name}`, line {} is no number", self.line()))
    }

    pub(super) fn line(self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }
}

/// A source of a known day.
pub(super) fn source(name: &str, date: &str) -> Result<Source> {
    Ok(Source {
        name: name.to_owned(),
        date: date.parse()?,
    })
}
