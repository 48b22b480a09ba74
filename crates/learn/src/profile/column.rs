//! Facts of a column, collected cell by cell.

use std::collections::BTreeMap;

use super::levels::Levels;
use super::numbers::Numbers;
use super::shape::{is_sentence, is_time, missing_word};
use crate::cell::{canonical_number, parse_number};
use crate::rows::Declared;

/// Texts among numbers that are kept by name.
const TEXTS: usize = 20;

/// What stands in a column.
#[derive(Debug, Clone)]
pub struct ColumnFacts {
    /// Its name; `column_N` where the source has none.
    pub name: String,
    /// What the format says of it, where it has types.
    pub declared: Option<Declared>,
    /// Cells with nothing in them.
    pub empty: u64,
    /// Rows of each word that means a missing value everywhere, such as `?`.
    pub missing: BTreeMap<String, u64>,
    /// Rows of each word that means one among numbers, such as `-`. They count as texts and levels as well.
    pub perhaps_missing: BTreeMap<String, u64>,
    /// Cells that are no numbers, without those that are missing.
    pub texts: u64,
    /// Texts with their rows, the first few that came.
    pub first_texts: BTreeMap<String, u64>,
    /// Texts that are dates or times of day.
    pub times: u64,
    /// Texts of five words or more.
    pub sentences: u64,
    /// Cells that are numbers.
    pub numbers: Numbers,
    /// Distinct values in canonical form, without those that are missing.
    pub levels: Levels,
}

impl ColumnFacts {
    pub(super) fn new(name: String, columns: usize) -> Self {
        // All columns together stay below some hundred megabytes.
        let known = (2_000_000 / columns.max(1)).clamp(64, 1001);
        let most = (4_000_000 / columns.max(1)).clamp(2_000, 1_000_000);
        Self {
            name,
            declared: None,
            empty: 0,
            missing: BTreeMap::new(),
            perhaps_missing: BTreeMap::new(),
            texts: 0,
            first_texts: BTreeMap::new(),
            times: 0,
            sentences: 0,
            numbers: Numbers::default(),
            levels: Levels::new(known, most),
        }
    }

    pub(super) fn push(&mut self, cell: &str, decimal: char) {
        if cell.is_empty() {
            self.empty += 1;
            return;
        }
        if let Some(number) = parse_number(cell, decimal) {
            self.numbers.push(number);
            match canonical_number(number) {
                Some(text) => self.levels.push(&text),
                None => self.levels.push(cell),
            }
            return;
        }
        match missing_word(cell) {
            Some((word, true)) => {
                *self.missing.entry(word.to_owned()).or_default() += 1;
                return;
            }
            Some((word, false)) => {
                *self.perhaps_missing.entry(word.to_owned()).or_default() += 1;
            }
            None => {}
        }
        self.texts += 1;
        self.times += u64::from(is_time(cell));
        self.sentences += u64::from(is_sentence(cell));
        self.levels.push(cell);
        if self.first_texts.contains_key(cell) || self.first_texts.len() < TEXTS {
            *self.first_texts.entry(cell.to_owned()).or_default() += 1;
        }
    }

    /// Cells with a value.
    pub fn present(&self) -> u64 {
        self.texts + self.numbers.count
    }

    /// Whether no two rows have the same value, and each has one.
    pub fn is_unique(&self, rows: u64) -> bool {
        self.levels.is_exact() && self.levels.distinct() == rows && self.present() == rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> ColumnFacts {
        let mut facts = ColumnFacts::new("a".to_owned(), 1);
        for cell in cells {
            facts.push(cell, '.');
        }
        facts
    }

    #[test]
    fn cells_are_counted_by_kind() {
        let facts = column(&["1", "1.0", "", "NA", "-", "2024-02-01", "a b c d e", "x"]);
        assert_eq!((facts.empty, facts.texts, facts.numbers.count), (1, 4, 2));
        assert_eq!((facts.times, facts.sentences, facts.present()), (1, 1, 6));
        assert_eq!(facts.missing, BTreeMap::from([("NA".to_owned(), 1)]));
        assert_eq!(facts.perhaps_missing, BTreeMap::from([("-".to_owned(), 1)]));
        assert_eq!(facts.levels.known().unwrap()["1"], 2);
        assert_eq!(facts.levels.distinct(), 5);
    }

    #[test]
    fn unique_means_that_every_row_has_its_own() {
        assert!(column(&["a", "b"]).is_unique(2));
        assert!(!column(&["a", "a"]).is_unique(2));
        assert!(!column(&["a", ""]).is_unique(2));
        assert!(!column(&["1", "1.0"]).is_unique(2));
    }
}
