//! From the cells of the source to the hours of a series.

use std::collections::BTreeSet;

use steps::{ColumnType, Duplicates, PrepareSpec, SeriesSpec};

use super::error::Error;
use super::hours::{Hours, Rows};
use super::moment::{Moment, Pattern};
use super::patterns;
use crate::cell::{Markers, is_endless, number_of, parse_number};
use crate::ingest::{self, Copies, Value, find, missing_texts, readable};
use crate::rows::{self, Opened, Row};

/// A series with what it was read from.
#[derive(Debug)]
pub(super) struct Source {
    /// Values as they were measured.
    pub(super) hours: Hours,
    /// How moments are written.
    pub(super) format: String,
    /// Texts of the columns of time, of each row that was kept.
    pub(super) times: Vec<Vec<String>>,
    /// The hour that each of these rows is.
    pub(super) places: Vec<usize>,
    /// Texts that mean a missing value, by column.
    pub(super) missing: Vec<Vec<String>>,
    /// Rows that were read.
    pub(super) read: usize,
    /// Rows dropped as copies.
    pub(super) duplicates: usize,
    /// Rows without any value.
    pub(super) empty: usize,
}

/// Rows of a source that stay.
struct Kept<'a> {
    opened: &'a Opened,
    spec: &'a PrepareSpec,
    /// Places of the columns of time, and of those with values.
    time: Vec<usize>,
    columns: Vec<usize>,
    markers: Vec<Markers>,
    copies: Copies,
    /// File and number of each row.
    origin: Vec<(usize, u64)>,
    times: Vec<Vec<String>>,
    values: Vec<f64>,
    read: usize,
    duplicates: usize,
    empty: usize,
}

/// Reads the hours of a source.
pub(super) fn read(
    opened: &Opened,
    spec: &PrepareSpec,
    series: &SeriesSpec,
) -> Result<Source, ingest::Error> {
    let columns = columns(opened, spec, series)?;
    let time = series.time.iter().map(|name| find(opened, name));
    let time: Vec<usize> = time.collect::<Result<_, _>>()?;
    for &place in time.iter().chain(&columns) {
        readable(opened, place)?;
    }
    let decimal = opened.decimal();
    let all = opened.columns().iter();
    let mut kept = Kept {
        markers: all
            .map(|column| Markers::new(&missing_texts(spec, &column.name), decimal))
            .collect(),
        copies: Copies::new(spec.duplicates),
        origin: Vec::new(),
        times: Vec::new(),
        values: Vec::new(),
        read: 0,
        duplicates: 0,
        empty: 0,
        opened,
        spec,
        time,
        columns,
    };
    opened.each(|row| kept.row(&row))?;
    kept.finish(series)
}

impl Kept<'_> {
    fn row(&mut self, row: &Row<'_>) -> Result<(), ingest::Error> {
        self.read += 1;
        if row.cells.iter().all(str::is_empty) {
            self.empty += 1;
            return Ok(());
        }
        if self.spec.duplicates != Duplicates::Keep {
            let decimal = self.opened.decimal();
            let cells = row.cells.iter().zip(&self.markers);
            let values: Vec<Value<'_>> = cells
                .map(|(cell, markers)| match parse_number(cell, decimal) {
                    _ if markers.mark(cell) => Value::Missing,
                    Some(number) => Value::Number(number, cell),
                    None => Value::Text(cell),
                })
                .collect();
            let key = self.copies.key(&values);
            if self.copies.is_copy(self.opened, &key, row)? {
                self.duplicates += 1;
                return Ok(());
            }
        }
        let cell = |&column: &usize| row.cells.get(column).unwrap_or_default();
        self.times
            .push(self.time.iter().map(|at| cell(at).to_owned()).collect());
        for column in &self.columns {
            self.values.push(self.number(row, *column, cell(column))?);
        }
        self.origin.push((row.file, row.number));
        Ok(())
    }

    fn number(&self, row: &Row<'_>, column: usize, cell: &str) -> Result<f64, ingest::Error> {
        if self.markers[column].mark(cell) {
            return Ok(f64::NAN);
        }
        if let Some(number) = number_of(cell, self.opened.decimal()) {
            return Ok(number);
        }
        let place = self.opened.place(row.file, row.number);
        let (column, cell) = (self.opened.columns()[column].name.clone(), cell.to_owned());
        Err(if is_endless(&cell) {
            ingest::Error::NotFinite {
                place,
                column,
                cell,
            }
        } else {
            ingest::Error::NotANumber {
                place,
                column,
                cell,
            }
        })
    }

    fn finish(self, series: &SeriesSpec) -> Result<Source, ingest::Error> {
        if self.origin.is_empty() {
            let what = "the series".to_owned();
            return Err(rows::Error::NoRows { what }.into());
        }
        let place = |row: usize| {
            let (file, number) = self.origin[row];
            self.opened.place(file, number).to_string()
        };
        let texts: Vec<String> = self.times.iter().map(|cells| cells.join(" ")).collect();
        let (format, moments) = moments(&texts, series, &place)?;
        let names = self.columns.iter();
        let names: Vec<String> = names
            .map(|&column| self.opened.columns()[column].name.clone())
            .collect();
        let missing = names.iter().map(|name| missing_texts(self.spec, name));
        let missing = missing.collect();
        let rows = Rows {
            moments,
            names,
            values: self.values,
        };
        let (hours, places) = Hours::of(rows, series.gaps, &place)?;
        Ok(Source {
            hours,
            format,
            times: self.times,
            places,
            missing,
            read: self.read,
            duplicates: self.duplicates,
            empty: self.empty,
        })
    }
}

/// Places of the columns with values: all but those of time and those that are ignored.
fn columns(
    opened: &Opened,
    spec: &PrepareSpec,
    series: &SeriesSpec,
) -> Result<Vec<usize>, ingest::Error> {
    let named = spec
        .ignore
        .iter()
        .chain(&series.time)
        .chain([&spec.target])
        .chain(spec.missing.keys().filter(|name| *name != "*"))
        .chain(spec.columns.iter().map(|column| &column.name));
    for name in named {
        find(opened, name)?;
    }
    let aside: BTreeSet<&String> = spec.ignore.iter().chain(&series.time).collect();
    let categories = spec
        .columns
        .iter()
        .filter(|column| column.kind == ColumnType::Category);
    for column in categories {
        if !aside.contains(&column.name) {
            let name = &column.name;
            let problem = format!(
                "the category `{name}`, and a forecast is made of numbers; leave it out with `ignore`"
            );
            return Err(Error::Series { problem }.into());
        }
    }
    let all = opened.columns().iter().enumerate();
    Ok(all
        .filter(|(_, column)| !aside.contains(&column.name))
        .map(|(place, _)| place)
        .collect())
}

/// Moments of texts, by the pattern that is told or the one that is found.
fn moments(
    texts: &[String],
    series: &SeriesSpec,
    place: &dyn Fn(usize) -> String,
) -> Result<(String, Vec<Moment>), Error> {
    let Some(told) = &series.format else {
        return patterns::find(texts, series.gaps, place);
    };
    let pattern = Pattern::new(told)?;
    let moment = |(row, text): (usize, &String)| {
        pattern.read(text).map_err(|_| Error::Row {
            place: place(row),
            text: text.clone(),
            pattern: told.clone(),
        })
    };
    let moments: Result<Vec<Moment>, Error> = texts.iter().enumerate().map(moment).collect();
    Ok((told.clone(), moments?))
}
