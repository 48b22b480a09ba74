//! A table: columns of the same length, by name.

use std::collections::BTreeMap;

use super::Error;

/// Columns of the same length, in the order they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub(super) rows: usize,
    pub(super) columns: Vec<(String, Column)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Texts(Texts),
    Wholes(Wholes),
}

/// A column of texts: each different one is kept once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    pub(super) words: Vec<String>,
    pub(super) places: Vec<u32>,
}

/// A column of whole numbers, of which any may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wholes(pub(super) Vec<Option<i64>>);

impl Table {
    /// A table of so many rows.
    pub fn new(rows: usize) -> Self {
        Self {
            rows,
            columns: Vec::new(),
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a column of texts. The dictionary is in the order of first use.
    pub fn with_texts<'a>(mut self, name: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: BTreeMap<&str, u32> = BTreeMap::new();
        let mut column = Texts::default();
        for value in values {
            let next = known.len() as u32;
            let place = *known.entry(value).or_insert_with(|| {
                column.words.push(value.to_owned());
                next
            });
            column.places.push(place);
        }
        assert_eq!(
            column.places.len(),
            self.rows,
            "a text for each row of `{name}`"
        );
        self.columns.push((name.to_owned(), Column::Texts(column)));
        self
    }

    /// Adds a column of whole numbers.
    pub fn with_wholes(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = Option<i64>>,
    ) -> Self {
        let column = Wholes(values.into_iter().collect());
        assert_eq!(
            column.0.len(),
            self.rows,
            "a number for each row of `{name}`"
        );
        self.columns.push((name.to_owned(), Column::Wholes(column)));
        self
    }

    /// The column of texts of this name.
    pub fn texts(&self, name: &str) -> Result<&Texts, Error> {
        match self.column(name)? {
            Column::Texts(column) => Ok(column),
            Column::Wholes(_) => Err(Error::Column(name.to_owned())),
        }
    }

    /// The column of numbers of this name.
    pub fn wholes(&self, name: &str) -> Result<&Wholes, Error> {
        match self.column(name)? {
            Column::Wholes(column) => Ok(column),
            Column::Texts(_) => Err(Error::Column(name.to_owned())),
        }
    }

    fn column(&self, name: &str) -> Result<&Column, Error> {
        let found = self.columns.iter().find(|(known, _)| known == name);
        let missing = || Error::Column(name.to_owned());
        found.map(|(_, column)| column).ok_or_else(missing)
    }
}

impl Texts {
    /// The text of a row; empty stands for missing.
    pub fn get(&self, row: usize) -> &str {
        &self.words[self.places[row] as usize]
    }

    /// Which different text a row has, and all of them.
    pub fn place(&self, row: usize) -> usize {
        self.places[row] as usize
    }

    /// Each different text once.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

impl Wholes {
    /// The number of a row.
    pub fn get(&self, row: usize) -> Option<i64> {
        self.0[row]
    }

    /// The number of a row as something that counts.
    pub fn count(&self, row: usize) -> Option<u32> {
        self.0[row].and_then(|value| u32::try_from(value).ok())
    }
}
