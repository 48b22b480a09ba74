//! Which type a column has, and which columns cannot be features.

use steps::{ColumnSpec, ColumnType};

use super::error::Error;
use super::facts::{Facts, Seen};
use crate::rows::{Declared, Opened};

/// Distinct categories up to which a column is one whatever its rows; with more, half of its rows must share theirs.
const FEW_LEVELS: u64 = 1000;

/// The place of a column that is named.
pub(crate) fn find(opened: &Opened, name: &str) -> Result<usize, Error> {
    opened.find(name).ok_or_else(|| Error::NoColumn {
        column: name.to_owned(),
        known: opened
            .columns()
            .iter()
            .map(|column| column.name.clone())
            .collect(),
    })
}

/// Refuses a column of a type that no cell can hold.
pub(crate) fn readable(opened: &Opened, place: usize) -> Result<(), Error> {
    let column = &opened.columns()[place];
    if let Some(Declared::Unread(kind)) = &column.declared {
        return Err(crate::rows::Error::Type {
            file: opened.files()[0].name.clone(),
            column: column.name.clone(),
            kind: kind.clone(),
        }
        .into());
    }
    Ok(())
}

/// A column whose type is asked for.
pub(super) struct Asked<'a> {
    pub(super) opened: &'a Opened,
    pub(super) place: usize,
    pub(super) facts: &'a Facts,
    /// The type that the workload gives.
    pub(super) given: Option<&'a ColumnSpec>,
}

impl Asked<'_> {
    /// The type: the given one, else that of the format, else number where every value is one, else category.
    pub(super) fn kind(&self) -> ColumnType {
        let declared = self.opened.columns()[self.place].declared.as_ref();
        match (self.given, declared) {
            (Some(given), _) => given.kind,
            (None, Some(Declared::Number)) => ColumnType::Number,
            // Numbers and nothing else, or numbers and words such as `nan`, which are then named.
            (None, None) if self.facts.first_text.is_none() => ColumnType::Number,
            (None, _) => ColumnType::Category,
        }
    }

    /// Refuses a column that is no feature of its type.
    pub(super) fn check(&self, rows: usize) -> Result<(), Error> {
        let (facts, name) = (self.facts, || {
            self.opened.columns()[self.place].name.clone()
        });
        readable(self.opened, self.place)?;
        if facts.present == 0 {
            let column = name();
            return Err(Error::AllMissing { column, rows });
        }
        match self.kind() {
            ColumnType::Number => self.numbers(),
            ColumnType::Category => self.categories(),
        }
    }

    fn numbers(&self) -> Result<(), Error> {
        let at = |seen: &Seen| {
            let place = self.opened.place(seen.file, seen.row);
            let column = self.opened.columns()[self.place].name.clone();
            (place, column, seen.cell.clone())
        };
        match (&self.facts.first_endless, &self.facts.first_text) {
            (Some(endless), text)
                if text
                    .as_ref()
                    .is_none_or(|text| (endless.file, endless.row) < (text.file, text.row)) =>
            {
                let (place, column, cell) = at(endless);
                Err(Error::NotFinite {
                    place,
                    column,
                    cell,
                })
            }
            (_, Some(text)) => {
                let (place, column, cell) = at(text);
                Err(Error::NotANumber {
                    place,
                    column,
                    cell,
                })
            }
            _ => Ok(()),
        }
    }

    fn categories(&self) -> Result<(), Error> {
        let facts = self.facts;
        let levels = facts.distinct.count();
        let column = || self.opened.columns()[self.place].name.clone();
        if self.given.is_none() {
            let declared = self.opened.columns()[self.place].declared.as_ref();
            let what = if declared == Some(&Declared::Time) || facts.times * 10 >= facts.present * 9
            {
                Some("dates or times")
            } else if facts.sentences * 2 >= facts.present && levels * 2 >= facts.present {
                Some("texts")
            } else {
                None
            };
            if let Some(what) = what {
                let example = facts.first_text.as_ref().map(|seen| seen.cell.clone());
                return Err(Error::NoFeature {
                    column: column(),
                    what,
                    example: example.unwrap_or_default(),
                });
            }
        }
        if facts.distinct.is_cut() || levels > FEW_LEVELS && levels * 2 > facts.present {
            return Err(Error::Levels {
                column: column(),
                levels,
                rows: facts.present,
            });
        }
        Ok(())
    }
}
